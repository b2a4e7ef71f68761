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
];

/// Keys whose values are what people call the device.
static FRIENDLY: &[&str] = &["fn", "friendly_name", "friendlyname"];

/// Tells the type of service that a name is of or stands for.
pub fn tell_service(name: &str, range: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    if let Some(service) = service_type(name).filter(|service| *service != ALL_SERVICES) {
        frame.say_trait(TraitKind::Service, service, range, say);
    }
}

/// Tells the strings of a text record; where they are the sender's own, what they say of it.
pub fn tell_text(data: Range<usize>, of_sender: bool, frame: Frame<'_, '_>, say: Say<'_>) {
    for (key, value) in rdata::strings(frame.message, data) {
        if let Some(key) = key.filter(|_| of_sender) {
            tell_key(key, value.clone(), frame, say);
        }
        frame.say_readable(Role::Record, key, value, say);
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
        let message: Vec<u8> = strings.iter().flat_map(|text| [&[text.len() as u8], text.as_bytes()].concat()).collect();
        let (marks, mut lines) = (Marks::default(), Vec::new());
        let input = Input { direction: Direction::ToServer, bytes: &message, offset: 0, marks: &marks };
        let frame = Frame { input: &input, base: 0, message: &message };
        tell_text(0..message.len(), true, frame, &mut |event| {
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
    fn numbers_under_the_same_keys_are_no_names() {
        assert_eq!(told(&["md=0,1,2", "vn=65537", "version=beta", "fn=", "model= "]), [""; 0]);
    }
}
