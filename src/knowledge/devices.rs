//! What models, makers and servers leave little doubt of the kind of a device: one line each.
//!
//! Patterns are in lower case; `#` stands for one digit. A model counts where a text begins with it.

use crate::event::DeviceKind::{
    self, Appliance, BabyMonitor, Camera, Computer, Console, Doorbell, Hub, Light, Other, Phone, Plug, Printer, Router, Speaker, Streamer, Thermostat, Toy, Tv,
};

/// How models and names begin. Host names of devices that nobody renamed are models as well.
#[rustfmt::skip]
const MODELS: &[(&str, DeviceKind)] = &[
    // D-Link
    ("dcs-#", Camera), ("dsp-w#", Plug), ("dch-s#", Other), ("dch-g#", Hub),
    // Edimax
    ("localcam", Camera), ("ic-#", Camera), ("sp-1101w", Plug), ("sp-2101w", Plug), ("sp1101w", Plug), ("sp2101w", Plug),
    // TP-Link
    ("hs1##", Plug), ("hs2##", Plug), ("hs3##", Plug), ("kp1##", Plug), ("kp2##", Plug), ("kp3##", Plug), ("kp4##", Plug), ("ep1#", Plug), ("ep25", Plug),
    ("p100", Plug), ("p105", Plug), ("p110", Plug), ("p115", Plug), ("p125", Plug), ("lb1##", Light), ("kl1##", Light), ("kl4##", Light),
    ("l510", Light), ("l530", Light), ("l900", Light), ("kc1##", Camera), ("tapo_c#", Camera), ("tapo c#", Camera), ("c200", Camera), ("c210", Camera),
    // Hue, SmartThings, IKEA, others that bridge
    ("bsb00#", Hub), ("philips hue bridge", Hub), ("philips-hue", Hub), ("hue bridge", Hub), ("smartthings-hub", Hub), ("hubv#-", Hub), ("dirigera", Hub),
    ("tradfri gateway", Hub), ("gw2-", Hub), ("homematic", Hub), ("ccu3", Hub), ("aqara-hub", Hub), ("aqara hub", Hub),
    // Xiaomi's models: maker, kind, model
    ("lumi.gateway", Hub), ("lumi-gateway", Hub), ("lumi.camera", Camera), ("lumi-camera", Camera), ("lumi.plug", Plug), ("lumi-plug", Plug),
    ("chuangmi.camera", Camera), ("chuangmi-camera", Camera), ("chuangmi.plug", Plug), ("chuangmi-plug", Plug), ("isa.camera", Camera),
    ("isa-camera", Camera), ("mijia.camera", Camera), ("mijia-camera", Camera), ("yeelink.light", Light), ("yeelink-light", Light),
    ("philips.light", Light), ("philips-light", Light), ("roborock.vacuum", Appliance), ("roborock-vacuum", Appliance), ("rockrobo", Appliance),
    ("dreame.vacuum", Appliance), ("dreame-vacuum", Appliance), ("viomi.vacuum", Appliance), ("zhimi.airpurifier", Appliance),
    ("zhimi-airpurifier", Appliance), ("xiaomi.wifispeaker", Speaker), ("xiaomi-wifispeaker", Speaker),
    // Cameras, doorbells, monitors for babies
    ("ds-2cd", Camera), ("ds-2de", Camera), ("ds-7", Camera), ("ipc-h", Camera), ("ipc-a", Camera), ("fi98", Camera), ("fi89", Camera), ("foscam", Camera),
    ("rlc-#", Camera), ("reolink", Camera), ("wyzecam", Camera), ("wyze cam", Camera), ("wyze_cam", Camera), ("yi-", Camera), ("arlo", Camera),
    ("vmc####", Camera), ("nest cam", Camera), ("axis-", Camera), ("axis m", Camera), ("axis p", Camera), ("ipcam", Camera), ("ip camera", Camera),
    ("ipcamera", Camera), ("network camera", Camera), ("eufy cam", Camera), ("doorbell", Doorbell), ("ring-doorbell", Doorbell), ("vto####", Doorbell),
    ("ring video doorbell", Doorbell), ("nest hello", Doorbell), ("nest doorbell", Doorbell), ("nanit", BabyMonitor), ("owlet", BabyMonitor),
    // Toys
    ("toniebox", Toy), ("tonie", Toy), ("yoto", Toy),
    // Plugs and lamps
    ("shellyplug", Plug), ("shplg", Plug), ("shellyplus1", Plug), ("shelly1", Plug), ("shsw-", Plug), ("plus1", Plug), ("plugs", Plug), ("mss###", Plug),
    ("shellybulb", Light), ("shellydimmer", Light), ("shellyrgbw", Light), ("shrgbw", Light), ("shblb", Light), ("lifx", Light), ("nanoleaf", Light),
    ("nl22", Light), ("nl29", Light), ("nl42", Light), ("wiz_", Light), ("wiz-", Light), ("esp##_sh", Light), ("elgato key light", Light),
    ("xiaodu_plug", Plug),
    // A product of Tuya's: the key that thousands of plugs with one relay give as their product, as their owners publish it
    ("keyjup78v54myhan", Plug),
    // Speakers
    ("google home hub", Speaker), ("google home", Speaker), ("google-home", Speaker), ("google nest mini", Speaker), ("google nest hub", Speaker),
    ("nest mini", Speaker), ("nest audio", Speaker), ("homepod", Speaker), ("audioaccessory#", Speaker), ("sonos", Speaker), ("amazon echo", Speaker),
    ("echo dot", Speaker), ("echo-", Speaker), ("bose", Speaker), ("soundtouch", Speaker),
    // Televisions and what stands beside them
    ("bravia", Tv), ("lgwebostv", Tv), ("[lg] webos", Tv), ("[tv]", Tv), ("samsung smarttv", Tv), ("chromecast", Streamer), ("appletv#", Streamer),
    ("apple tv", Streamer), ("apple-tv", Streamer), ("roku", Streamer), ("aftt", Streamer), ("afts", Streamer), ("aftm", Streamer), ("aftn", Streamer),
    ("aftb", Streamer), ("aftka", Streamer), ("fire tv", Streamer), ("shield android tv", Streamer), ("mibox", Streamer),
    ("playstation", Console), ("ps4-", Console), ("ps5-", Console), ("xbox", Console), ("nintendo", Console),
    // Printers
    ("hp laserjet", Printer), ("hp officejet", Printer), ("hp envy", Printer), ("hp deskjet", Printer), ("epson", Printer), ("brother hl", Printer),
    ("brother mfc", Printer), ("brother dcp", Printer), ("canon ts", Printer), ("canon mg", Printer),
    // Other things of the house
    ("ecobee", Thermostat), ("nest thermostat", Thermostat), ("honeywell", Thermostat), ("roomba", Appliance), ("irobot-", Appliance), ("roborock", Appliance),
    ("ikettle", Appliance), ("smarter coffee", Appliance), ("schlage", Other), ("august", Other),
    // Phones and computers
    ("iphone", Phone), ("ipad", Phone), ("galaxy-", Phone), ("huawei_p", Phone), ("huawei_mate", Phone), ("redmi", Phone), ("pixel-#", Phone),
    ("oneplus", Phone), ("sm-g#", Phone), ("sm-a#", Phone), ("macbook", Computer), ("imac", Computer), ("macmini", Computer), ("desktop-", Computer),
    ("laptop-", Computer),
    // Routers
    ("fritz.box", Router), ("fritz!box", Router), ("openwrt", Router),
];

/// What stands anywhere in the software that a device says it runs.
const SOFTWARE: &[(&str, DeviceKind)] =
    &[("ipbridge/", Hub), ("ipcamera", Camera), ("sonos/", Speaker), ("roku/", Streamer), ("webos/", Tv), ("samsung upnp sdk", Tv), ("xbox", Console)];

/// Vendor classes of DHCP (option 60), by how they begin.
const CLASSES: &[(&str, DeviceKind)] = &[("hewlett-packard jetdirect", Printer), ("msft 5.0 xbox", Console), ("android-dhcp", Phone), ("msft 5.0", Computer)];

/// Makers that connect one kind of device only, by how their names begin.
#[rustfmt::skip]
const MAKERS: &[(&str, DeviceKind)] = &[
    ("arlo technologies", Camera), ("hangzhou hikvision", Camera), ("hikvision", Camera), ("zhejiang dahua", Camera), ("reolink", Camera),
    ("shenzhen reolink", Camera), ("shenzhen foscam", Camera), ("foscam", Camera), ("axis communications", Camera), ("nintendo", Console),
    ("sonos", Speaker), ("bose", Speaker), ("roku", Streamer), ("vizio", Tv), ("ecobee", Thermostat), ("tado", Hub), ("irobot", Appliance),
    ("beijing roborock", Appliance), ("withings", Appliance), ("nanoleaf", Light), ("lifi labs", Light), ("yeelight", Light), ("philips lighting", Hub),
    ("signify", Hub), ("samjin", Hub), ("eq-3", Hub), ("boxine", Toy), ("tonies", Toy), ("brother industries", Printer), ("seiko epson", Printer),
    ("lexmark", Printer), ("avm audiovisuelles", Router), ("avm gmbh", Router),
];

/// Servers that only devices call, never apps: how the name begins and ends, how the target of the request begins, the kind, and why.
const SERVERS: &[(&str, &str, &str, DeviceKind, &str)] = &[
    ("", "fitbit.com", "/scale/", Appliance, "it asks Fitbit what only scales ask"),
    ("vs-cam.", ".immedia-semi.com", "", Camera, "it calls the server of Blink that only cameras call"),
];

/// The kind that a model or a name that stands for one shows.
pub fn by_model(text: &str) -> Option<DeviceKind> {
    MODELS.iter().find(|(pattern, _)| begins(text, pattern)).map(|(_, kind)| *kind)
}

/// The kind that a device's software shows.
pub fn by_software(text: &str) -> Option<DeviceKind> {
    let text = text.to_ascii_lowercase();
    SOFTWARE.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind)
}

/// The kind that a vendor class shows.
pub fn by_class(text: &str) -> Option<DeviceKind> {
    CLASSES.iter().find(|(pattern, _)| begins(text, pattern)).map(|(_, kind)| *kind)
}

/// The kind of all devices that a maker connects, if it is one.
pub fn by_maker(text: &str) -> Option<DeviceKind> {
    MAKERS.iter().find(|(pattern, _)| begins(text, pattern)).map(|(_, kind)| *kind)
}

/// The kind that asking a server for something shows, and why. Without a target, only what the name alone shows.
pub fn by_server(host: &str, target: &str) -> Option<(DeviceKind, &'static str)> {
    let host = host.to_ascii_lowercase();
    let fits = |begin: &str, end: &str| host.starts_with(begin) && host.ends_with(end);
    SERVERS.iter().find(|(begin, end, asked, ..)| fits(begin, end) && target.starts_with(asked)).map(|(.., kind, why)| (*kind, *why))
}

/// Whether a text begins with a pattern, whatever the case of its letters.
fn begins(text: &str, pattern: &str) -> bool {
    text.len() >= pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| if wanted == b'#' { byte.is_ascii_digit() } else { byte.eq_ignore_ascii_case(&wanted) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_begin_a_text_and_digits_are_digits() {
        for (text, kind) in [("HS110(FR)", Plug), ("DCS-930LB", Camera), ("BSB002", Hub), ("AppleTV6,2", Streamer), ("lumi-gateway-v3_miio1", Hub)] {
            assert_eq!(by_model(text), Some(kind), "{text}");
        }
        for other in ["", "hs", "hsbc", "my DCS-930LB", "bsb00x", "dcs-"] {
            assert_eq!(by_model(other), None, "{other}");
        }
    }

    #[test]
    fn makers_of_many_kinds_show_none() {
        assert_eq!(by_maker("Nintendo Co., Ltd."), Some(Console));
        for other in ["TP-LINK TECHNOLOGIES CO.,LTD.", "Espressif Inc.", "Google, Inc.", "Apple, Inc.", "Amazon Technologies Inc.", ""] {
            assert_eq!(by_maker(other), None, "{other}");
        }
    }

    #[test]
    fn servers_that_apps_call_too_show_nothing() {
        assert_eq!(by_server("www.fitbit.com", "/scale/upload").map(|(kind, _)| kind), Some(Appliance));
        assert_eq!(by_server("VS-cam.u011.immedia-semi.com", "").map(|(kind, _)| kind), Some(Camera));
        for (host, target) in [("www.fitbit.com", "/login"), ("www.fitbit.com", ""), ("rest-prod.immedia-semi.com", ""), ("example.org", "/scale/")] {
            assert_eq!(by_server(host, target), None, "{host}{target}");
        }
    }

    #[test]
    fn every_pattern_is_in_lower_case() {
        let all = MODELS.iter().chain(SOFTWARE).chain(CLASSES).chain(MAKERS).map(|(pattern, _)| pattern);
        assert!(all.copied().all(|pattern| pattern == pattern.to_ascii_lowercase()));
    }
}
