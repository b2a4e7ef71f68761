//! What devices tell of themselves by service discovery (RFC 6763): the services they offer, and what the text records beside them say.
//!
//! Names and text records of a message in; traits, friendly names and readable texts out.

use std::ops::Range;

use super::names::Frame;
use super::rdata;
use crate::event::{NameSource, Role, Subject, TraitKind};
use crate::protocols::protocol::Say;
use crate::protocols::wire_name;

/// Where a client asks which services there are (RFC 6763, section 9).
const ALL_SERVICES: &str = "_dns-sd._udp";

/// Keys of text records by what their values are. `md`, `vn` and `vs` are numbers in some services: see [`is_told`].
#[rustfmt::skip]
static KEYS: &[(&str, TraitKind)] = &[
    ("md", TraitKind::Model), ("model", TraitKind::Model), ("am", TraitKind::Model), ("mdl", TraitKind::Model), ("mn", TraitKind::Model),
    ("ty", TraitKind::Model), ("product", TraitKind::Model), ("usb_mdl", TraitKind::Model), ("modelid", TraitKind::Model),
    ("modelname", TraitKind::Model), ("model_name", TraitKind::Model), ("model_number", TraitKind::Model), ("modelnumber", TraitKind::Model),
    ("manufacturer", TraitKind::Maker), ("mf", TraitKind::Maker), ("mfg", TraitKind::Maker), ("usb_mfg", TraitKind::Maker),
    ("vn", TraitKind::Maker), ("vendor", TraitKind::Maker), ("vendorname", TraitKind::Maker), ("brand", TraitKind::Maker),
    ("srcvers", TraitKind::Software), ("vs", TraitKind::Software), ("fv", TraitKind::Software), ("ov", TraitKind::Software),
    ("osvers", TraitKind::Software), ("osxvers", TraitKind::Software), ("fw", TraitKind::Software), ("fw_id", TraitKind::Software),
    ("fw_version", TraitKind::Software), ("fwversion", TraitKind::Software), ("firmware", TraitKind::Software), ("swversion", TraitKind::Software),
    ("sw_version", TraitKind::Software), ("ver", TraitKind::Software), ("version", TraitKind::Software),
    ("rpmd", TraitKind::Model), ("project_name", TraitKind::Model),
];

/// Keys whose values are what people call the device.
static FRIENDLY: &[&str] = &["fn", "friendly_name", "friendlyname"];

/// Keys that mean something in one kind of service only.
static OWN_KEYS: &[(&str, &str, Own)] = &[
    ("_hap.", "ci", Own::Number("hap", HAP)),
    ("_matterc.", "dt", Own::Number("matter", MATTER)),
    ("_matterc.", "dn", Own::Friendly),
    ("_matterc.", "vp", Own::Product),
    ("_amzn-wplay.", "n", Own::Friendly),
    ("_shelly.", "app", Own::Model),
    ("_ewelink.", "type", Own::Model),
];

/// What a key of one kind of service means.
#[derive(Clone, Copy)]
enum Own {
    /// A number of this list: told as a service, `hap:outlet`.
    Number(&'static str, &'static [(u32, &'static str)]),
    /// What people call the device.
    Friendly,
    /// A model.
    Model,
    /// The numbers of maker and product.
    Product,
}

/// Categories of accessories (HomeKit Accessory Protocol Specification, section 13.1).
#[rustfmt::skip]
const HAP: &[(u32, &str)] = &[
    (2, "bridge"), (3, "fan"), (4, "garage-door"), (5, "light"), (6, "lock"), (7, "outlet"), (8, "switch"), (9, "thermostat"), (10, "sensor"),
    (11, "alarm"), (12, "door"), (13, "window"), (14, "blind"), (15, "button"), (17, "camera"), (18, "doorbell"), (19, "air-purifier"), (20, "heater"),
    (21, "air-conditioner"), (22, "humidifier"), (23, "dehumidifier"), (24, "apple-tv"), (25, "speaker"), (26, "speaker"), (27, "router"),
    (28, "sprinkler"), (29, "faucet"), (30, "shower"), (31, "television"), (33, "router"), (34, "receiver"), (35, "set-top-box"), (36, "stick"),
];

/// Types of devices (Matter Device Library Specification).
#[rustfmt::skip]
const MATTER: &[(u32, &str)] = &[
    (0x0a, "lock"), (0x0e, "bridge"), (0x0f, "button"), (0x15, "sensor"), (0x22, "speaker"), (0x23, "stick"), (0x28, "television"), (0x29, "stick"),
    (0x2b, "fan"), (0x2d, "air-purifier"), (0x70, "refrigerator"), (0x72, "air-conditioner"), (0x73, "washing-machine"), (0x74, "vacuum-cleaner"),
    (0x75, "dishwasher"), (0x76, "smoke-alarm"), (0x7c, "dryer"), (0x100, "light"), (0x101, "light"), (0x103, "switch"), (0x104, "switch"),
    (0x106, "sensor"), (0x107, "sensor"), (0x10a, "outlet"), (0x10b, "outlet"), (0x10c, "light"), (0x10d, "light"), (0x142, "camera"),
    (0x202, "blind"), (0x301, "thermostat"), (0x302, "sensor"), (0x305, "sensor"), (0x306, "sensor"), (0x307, "sensor"), (0x850, "sensor"),
];

/// Tells the type of service that a name is of or stands for.
pub fn tell_service(name: &str, range: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    if let Some(service) = service_type(name).filter(|service| *service != ALL_SERVICES) {
        frame.say_trait(TraitKind::Service, service, range, say);
    }
}

/// Tells the strings of a text record of a service; where they are the sender's own, what they say of it.
pub fn tell_text(data: Range<usize>, service: Option<&str>, of_sender: bool, frame: Frame<'_, '_>, say: Say<'_>) {
    for (key, value) in rdata::strings(frame.message, data) {
        if let Some(key) = key.filter(|_| of_sender) {
            match own_key(service, key) {
                Some(own) => tell_own(own, value.clone(), frame, say),
                None => tell_key(key, value.clone(), frame, say),
            }
        }
        frame.say_readable(Role::Record, key, value, say);
    }
}

fn own_key(service: Option<&str>, key: &str) -> Option<Own> {
    let service = service?;
    let fits = |known: &str| service.get(..known.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(known));
    OWN_KEYS.iter().find(|(known, own, _)| fits(known) && own.eq_ignore_ascii_case(key)).map(|(_, _, own)| *own)
}

fn tell_own(own: Own, value: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    let text = wire_name::text(frame.message.get(value.clone()).unwrap_or_default());
    let text = text.trim();
    match own {
        Own::Number(kind, list) => {
            let number = text.parse::<u32>().ok();
            if let Some((_, word)) = list.iter().find(|(known, _)| Some(*known) == number) {
                frame.say_trait(TraitKind::Service, &format!("{kind}:{word}"), value, say);
            }
        }
        Own::Friendly if !text.is_empty() => frame.say_name(NameSource::Mdns, text, Subject::Sender, value, say),
        Own::Model if !text.is_empty() => frame.say_trait(TraitKind::Model, text, value, say),
        Own::Product if !text.is_empty() => frame.say_trait(TraitKind::Model, &format!("Matter {text}"), value, say),
        Own::Friendly | Own::Model | Own::Product => {}
    }
}

fn tell_key(key: &str, value: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    if FRIENDLY.iter().any(|friendly| key.eq_ignore_ascii_case(friendly)) {
        let name = wire_name::text(frame.message.get(value.clone()).unwrap_or_default());
        if !name.trim().is_empty() {
            frame.say_name(NameSource::Mdns, name.trim(), Subject::Sender, value, say);
        }
        return;
    }
    if let Some((_, kind)) = KEYS.iter().find(|(known, _)| key.eq_ignore_ascii_case(known)) {
        tell_trait(*kind, value, frame, say);
    }
}

/// Tells the text at `range` as what the sender says of itself.
pub fn tell_trait(kind: TraitKind, range: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    let text = wire_name::text(frame.message.get(range.clone()).unwrap_or_default());
    if is_told(kind, &text) {
        frame.say_trait(kind, text.trim(), range, say);
    }
}

/// Whether a text can be what it is to be: makers and models have letters, versions have digits.
fn is_told(kind: TraitKind, text: &str) -> bool {
    let wanted = if kind == TraitKind::Software { char::is_numeric } else { char::is_alphabetic };
    text.chars().any(wanted)
}

/// The type of service in a name: `_ipp._tcp` of `Emma's printer._ipp._tcp.local` (RFC 6763, section 7).
pub fn service_type(name: &str) -> Option<&str> {
    let transport = ["._tcp.", "._udp."].into_iter().filter_map(|transport| name.rfind(transport)).max()?;
    let begin = name.get(..transport)?.rfind('.').map_or(0, |dot| dot + 1);
    let service = name.get(begin..transport + "._tcp".len())?;
    (service.starts_with('_') && service.len() > "_._tcp".len()).then_some(service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::protocols::protocol::Input;
    use crate::protocols::testing::line;
    use crate::wire::{Direction, Marks};

    #[test]
    fn the_type_stands_before_the_domain() {
        let types = [
            ("_ipp._tcp.local", Some("_ipp._tcp")),
            ("Emma's doll no. 2._hap._udp.local", Some("_hap._udp")),
            ("_printer._sub._http._tcp.local", Some("_http._tcp")),
            ("_services._dns-sd._udp.local", Some("_dns-sd._udp")),
            ("doll.local", None),
            ("a._tcp.local", None),
            ("_._tcp.local", None),
            ("_tcp.local", None),
        ];
        for (name, want) in types {
            assert_eq!(service_type(name), want, "{name}");
        }
    }

    fn told(strings: &[&str]) -> Vec<String> {
        told_of(None, strings)
    }

    fn told_of(service: Option<&str>, strings: &[&str]) -> Vec<String> {
        let message: Vec<u8> = strings.iter().flat_map(|text| [&[text.len() as u8], text.as_bytes()].concat()).collect();
        let (marks, mut lines) = (Marks::default(), Vec::new());
        let input = Input { direction: Direction::ToServer, bytes: &message, offset: 0, marks: &marks };
        let frame = Frame { input: &input, base: 0, message: &message };
        tell_text(0..message.len(), service, true, frame, &mut |event| {
            if !matches!(event, Event::Readable(_)) {
                lines.push(line(&event));
            }
        });
        lines
    }

    #[test]
    fn known_keys_tell_model_maker_software_and_name() {
        let lines = told(&["md=Doll 2", "fn=Nursery", "manufacturer=Example", "srcvers=366.0", "ID=x", "flag"]);
        let want = ["trait model Doll 2 Sender", "name mdns Nursery Sender", "trait maker Example Sender", "trait software 366.0 Sender"];
        assert_eq!(lines, want);
        assert_eq!(told(&["MODEL=Lamp", "Usb_MFG=Example"]), ["trait model Lamp Sender", "trait maker Example Sender"]);
    }

    #[test]
    fn numbers_of_kinds_are_told_as_words() {
        assert_eq!(told_of(Some("_hap._tcp"), &["ci=7", "md=Plug 2"]), ["trait service hap:outlet Sender", "trait model Plug 2 Sender"]);
        let matter = ["trait service matter:light Sender", "name mdns Nursery Sender", "trait model Matter 65521+32769 Sender"];
        assert_eq!(told_of(Some("_matterc._udp"), &["DT=257", "DN=Nursery", "VP=65521+32769", "D=840", "CM=1"]), matter);
        assert_eq!(told_of(Some("_http._tcp"), &["ci=7", "DT=257", "n=x"]), [""; 0]);
        assert_eq!(told_of(Some("_hap._tcp"), &["ci=", "ci=99", "ci=x"]), [""; 0]);
    }

    #[test]
    fn numbers_under_the_same_keys_are_no_names() {
        assert_eq!(told(&["md=0,1,2", "vn=65537", "version=beta", "fn=", "model= "]), [""; 0]);
    }
}
