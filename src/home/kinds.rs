//! What a device is, by what it says of itself: only where that leaves little doubt. Traits, names and the maker in; a kind and why out.

use super::snapshot::{KnownName, KnownTrait};
use crate::event::{DeviceKind, TraitKind};
use crate::finding::Confidence;
use crate::knowledge::devices;

/// What a kind of device or service says, in lower case, wherever it stands in the word; the first that fits counts.
#[rustfmt::skip]
const WORDS: &[(&str, DeviceKind)] = &[
    (":device:internetgatewaydevice:", DeviceKind::Router), ("lldp:router", DeviceKind::Router), ("lldp:wlan-access-point", DeviceKind::Router),
    ("cdp:router", DeviceKind::Router), ("hap:router", DeviceKind::Router),
    ("wsd:networkvideotransmitter", DeviceKind::Camera), ("onvif:network_video_transmitter", DeviceKind::Camera),
    ("onvif:video_encoder", DeviceKind::Camera), (":device:digitalsecuritycamera:", DeviceKind::Camera), ("_axis-video._tcp", DeviceKind::Camera),
    ("_psia._tcp", DeviceKind::Camera), ("hap:camera", DeviceKind::Camera), ("matter:camera", DeviceKind::Camera), ("hap:doorbell", DeviceKind::Doorbell),
    (":device:printer:", DeviceKind::Printer), ("wsd:printdevicetype", DeviceKind::Printer), ("_pdl-datastream._tcp", DeviceKind::Printer),
    ("_printer._tcp", DeviceKind::Printer),
    ("_hue._tcp", DeviceKind::Hub), ("_smartthings._tcp", DeviceKind::Hub), ("_leap._tcp", DeviceKind::Hub), ("belkin:device:bridge:", DeviceKind::Hub),
    ("hap:bridge", DeviceKind::Hub), ("matter:bridge", DeviceKind::Hub),
    (":device:binarylight:", DeviceKind::Light), (":device:dimmablelight:", DeviceKind::Light), ("_nanoleafapi._tcp", DeviceKind::Light),
    ("_elg._tcp", DeviceKind::Light), ("hap:light", DeviceKind::Light), ("matter:light", DeviceKind::Light),
    ("belkin:device:insight:", DeviceKind::Plug), ("belkin:device:controllee:", DeviceKind::Plug), ("belkin:device:socket:", DeviceKind::Plug),
    ("belkin:device:lightswitch:", DeviceKind::Plug), ("_ewelink._tcp", DeviceKind::Plug), ("hap:outlet", DeviceKind::Plug),
    ("hap:switch", DeviceKind::Plug), ("matter:outlet", DeviceKind::Plug), ("matter:switch", DeviceKind::Plug),
    (":device:hvac_system:", DeviceKind::Thermostat), ("hap:thermostat", DeviceKind::Thermostat), ("matter:thermostat", DeviceKind::Thermostat),
    (":device:zoneplayer:", DeviceKind::Speaker), ("_sonos._tcp", DeviceKind::Speaker), ("hap:speaker", DeviceKind::Speaker),
    ("matter:speaker", DeviceKind::Speaker), ("hap:receiver", DeviceKind::Speaker),
    ("roku:ecp", DeviceKind::Streamer), ("hap:apple-tv", DeviceKind::Streamer), ("hap:set-top-box", DeviceKind::Streamer),
    ("hap:stick", DeviceKind::Streamer), ("matter:stick", DeviceKind::Streamer), ("_amzn-wplay._tcp", DeviceKind::Streamer),
    ("hap:television", DeviceKind::Tv), ("matter:television", DeviceKind::Tv), ("_viziocast._tcp", DeviceKind::Tv),
    ("samsung smarttv", DeviceKind::Tv), ("samsung.com:device:remotecontrolreceiver:", DeviceKind::Tv), ("samsung.com:service:multiscreenservice:", DeviceKind::Tv),
    ("lge-com:service:webos-second-screen:", DeviceKind::Tv), ("schemas-sony-com:service:ircc:", DeviceKind::Tv),
    ("panasonic-com:service:p00networkcontrol:", DeviceKind::Tv),
    ("hap:air-", DeviceKind::Appliance), ("hap:fan", DeviceKind::Appliance), ("hap:heater", DeviceKind::Appliance), ("hap:humidifier", DeviceKind::Appliance),
    ("hap:dehumidifier", DeviceKind::Appliance), ("matter:fan", DeviceKind::Appliance), ("matter:air-", DeviceKind::Appliance),
    ("matter:vacuum-cleaner", DeviceKind::Appliance), ("matter:refrigerator", DeviceKind::Appliance), ("matter:washing-machine", DeviceKind::Appliance),
    ("matter:dishwasher", DeviceKind::Appliance), ("matter:dryer", DeviceKind::Appliance),
    ("hap:", DeviceKind::Other), ("matter:", DeviceKind::Other),
];

/// What devices of more than one kind offer: where no model shows more.
#[rustfmt::skip]
const WEAK_WORDS: &[(&str, DeviceKind)] = &[
    ("dial-multiscreen-org:service:dial:", DeviceKind::Streamer), ("_googlecast._tcp", DeviceKind::Streamer),
    ("_androidtvremote", DeviceKind::Streamer), (":device:mediarenderer:", DeviceKind::Streamer), ("_spotify-connect._tcp", DeviceKind::Speaker),
    ("lldp:telephone", DeviceKind::Phone), ("cdp:telephone", DeviceKind::Phone), ("_apple-mobdev2._tcp", DeviceKind::Phone),
    ("wsd:computer", DeviceKind::Computer), ("_rtsp._tcp", DeviceKind::Camera), ("_ipp._tcp", DeviceKind::Printer), ("_hap._tcp", DeviceKind::Other),
];

/// A kind, why, and how sure that is.
pub type Shown = (DeviceKind, String, Confidence);

/// What a device said of itself, and who made it.
#[derive(Clone, Copy)]
pub struct Told<'t> {
    /// Its traits.
    pub traits: &'t [KnownTrait],
    /// Its names.
    pub names: &'t [KnownName],
    /// The maker, from the hardware address.
    pub vendor: Option<&'t str>,
}

impl<'t> Told<'t> {
    fn of(&self, kind: TraitKind) -> impl Iterator<Item = &'t str> {
        self.traits.iter().filter(move |told| told.kind == kind).map(|told| told.value.as_str())
    }

    fn word(&self, words: &[(&str, DeviceKind)], sure: Confidence) -> Option<Shown> {
        let says = |word: &str| self.of(TraitKind::Service).find(|service| service.to_ascii_lowercase().contains(word));
        words.iter().find_map(|(word, kind)| Some((*kind, format!("it says that it is or offers {}", says(word)?), sure)))
    }

    /// The kind that its model shows: the one that it names, else a name that is one.
    pub fn by_model(&self) -> Option<Shown> {
        let model = self.of(TraitKind::Model).find_map(|model| Some((devices::by_model(model)?, format!("its model is {model}"), Confidence::High)));
        let name = || self.names.iter().find_map(|known| Some((devices::by_model(&known.name)?, format!("its name is {}", known.name), Confidence::Medium)));
        model.or_else(name)
    }

    /// The kind that what it says leaves little doubt of; the maker comes last.
    pub fn by_all(&self) -> Option<Shown> {
        let by = |kind, show: fn(&str) -> Option<DeviceKind>, why: fn(&str) -> String| {
            self.of(kind).find_map(|text| Some((show(text)?, why(text), Confidence::Medium)))
        };
        self.word(WORDS, Confidence::High)
            .or_else(|| self.by_model())
            .or_else(|| by(TraitKind::Software, devices::by_software, |text| format!("its software is {text}")))
            .or_else(|| self.word(WEAK_WORDS, Confidence::Medium))
            .or_else(|| by(TraitKind::Maker, devices::by_maker, |text| format!("it says that {text} made it")))
            .or_else(|| self.vendor.and_then(|text| Some((devices::by_maker(text)?, format!("its hardware address is one of {text}"), Confidence::Medium))))
            .or_else(|| by(TraitKind::VendorClass, devices::by_class, |text| format!("it asked for its address as {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::NameSource;

    fn told(traits: &[(TraitKind, &str)], names: &[&str], vendor: Option<&str>) -> Option<(DeviceKind, String)> {
        let traits: Vec<KnownTrait> = traits.iter().map(|(kind, value)| KnownTrait { kind: *kind, value: (*value).to_owned() }).collect();
        let names: Vec<KnownName> = names.iter().map(|name| KnownName { name: (*name).to_owned(), source: NameSource::Dhcp }).collect();
        Told { traits: &traits, names: &names, vendor }.by_all().map(|(kind, why, _)| (kind, why))
    }

    fn kind(services: &[&str]) -> Option<DeviceKind> {
        let traits: Vec<(TraitKind, &str)> = services.iter().map(|value| (TraitKind::Service, *value)).collect();
        told(&traits, &[], None).map(|(kind, _)| kind)
    }

    #[test]
    fn plain_words_decide_and_others_do_not() {
        assert_eq!(kind(&["urn:schemas-upnp-org:device:InternetGatewayDevice:1"]), Some(DeviceKind::Router));
        assert_eq!(kind(&["urn:schemas-upnp-org:device:MediaRenderer:1", "urn:schemas-upnp-org:device:ZonePlayer:1"]), Some(DeviceKind::Speaker));
        assert_eq!(kind(&["wsd:Device", "wsd:NetworkVideoTransmitter"]), Some(DeviceKind::Camera));
        assert_eq!(kind(&["_hap._tcp", "hap:bridge"]), Some(DeviceKind::Hub));
        assert_eq!(kind(&["urn:schemas-upnp-org:device:Basic:1", "wsd:Device", "_http._tcp"]), None);
        assert_eq!(told(&[(TraitKind::Maker, "_sonos._tcp")], &[], None), None);
    }

    #[test]
    fn a_model_says_more_than_a_service_of_many() {
        let speaker = [(TraitKind::Service, "_googlecast._tcp"), (TraitKind::Model, "Google Home Mini")];
        assert_eq!(told(&speaker, &[], None).map(|(kind, _)| kind), Some(DeviceKind::Speaker));
        let named = told(&[(TraitKind::Software, "Example/1")], &["nursery", "HS110"], Some("TP-LINK TECHNOLOGIES CO.,LTD."));
        assert_eq!(named, Some((DeviceKind::Plug, "its name is HS110".to_owned())));
    }

    #[test]
    fn the_maker_decides_where_it_makes_one_kind_only() {
        assert_eq!(told(&[], &[], Some("Nintendo Co., Ltd.")), Some((DeviceKind::Console, "its hardware address is one of Nintendo Co., Ltd.".to_owned())));
        assert_eq!(told(&[], &["nursery"], Some("Espressif Inc.")), None);
    }

    #[test]
    fn the_reason_quotes_the_device() {
        let reason = Some((DeviceKind::Speaker, "it says that it is or offers _Sonos._tcp".to_owned()));
        assert_eq!(told(&[(TraitKind::Service, "_Sonos._tcp")], &[], None), reason);
    }
}
