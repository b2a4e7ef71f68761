//! LLDP (IEEE 802.1AB): what a switch, access point or phone says of itself to whoever hangs on the same cable; with the media extension (ANSI/TIA-1057).
//!
//! Comes in: the payload of a frame of Ethernet type 0x88cc and who sent it. Goes out: names and traits. No protocol of conversations, so none of the list.

use std::net::IpAddr;

use super::protocol::{Input, Say};
use super::wire_name;
use crate::event::{Event, Name, NameSource, Place, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::value::ValueKind;
use crate::wire::Mac;

/// Its Ethernet type.
pub const ETHERTYPE: u16 = 0x88cc;

/// Most parts that are read of one frame.
const MOST: usize = 256;

/// Types of parts (clause 8.4).
mod part {
    pub const END: u8 = 0;
    pub const CHASSIS: u8 = 1;
    pub const PORT_DESCRIPTION: u8 = 4;
    pub const SYSTEM_NAME: u8 = 5;
    pub const SYSTEM_DESCRIPTION: u8 = 6;
    pub const CAPABILITIES: u8 = 7;
    pub const MANAGEMENT: u8 = 8;
    pub const ORGANISATION: u8 = 127;
}

/// The organisation of the media extension.
const TIA: [u8; 3] = [0x00, 0x12, 0xbb];

/// Capabilities by their bits, the lowest first (clause 8.5.8).
const CAPABILITIES: [&str; 8] = ["other", "repeater", "bridge", "wlan-access-point", "router", "telephone", "docsis", "station"];

/// Reads a frame's payload; `frame` is who sent it.
pub fn read(frame: Option<Mac>, input: &Input<'_>, say: Say<'_>) {
    // Chassis and port come first, always (clause 8.2).
    let mut first = parts(input.bytes);
    let (Some((part::CHASSIS, chassis, _)), Some((2, ..))) = (first.next(), first.next()) else {
        say(Event::Malformed { what: "lldp frame without chassis and port" });
        return;
    };
    let addresses: Vec<IpAddr> = parts(input.bytes).take(MOST).filter_map(|(kind, value, _)| managed(kind, value)).collect();
    let Some(subject) = whose(frame.or_else(|| chassis_mac(chassis)), &addresses) else { return };
    let teller = Teller { input, subject };
    for (kind, value, at) in parts(input.bytes).take(MOST) {
        match kind {
            part::SYSTEM_NAME => teller.name(NameSource::Lldp, value, at, say),
            part::SYSTEM_DESCRIPTION => teller.say_trait(TraitKind::Software, value, at, say),
            part::PORT_DESCRIPTION => teller.readable("port-description", value, at, say),
            part::CAPABILITIES => teller.capabilities(value, at, say),
            part::ORGANISATION => teller.inventory(value, at, say),
            _ => {}
        }
    }
}

/// The parts of a frame: type, value, index of the value. Seven bits of type, nine of length.
fn parts(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8], usize)> {
    let (mut rest, mut at) = (bytes, 0);
    std::iter::from_fn(move || {
        let (&[high, low], after) = rest.split_first_chunk()?;
        let (value, next) = after.split_at_checked(usize::from(u16::from_be_bytes([high & 1, low])))?;
        let part = (high >> 1, value, at + 2);
        (rest, at) = (next, at + 2 + value.len());
        (part.0 != part::END).then_some(part)
    })
}

/// A chassis that is named by its hardware address (subtype 4).
fn chassis_mac(chassis: &[u8]) -> Option<Mac> {
    match chassis {
        [4, mac @ ..] => <[u8; 6]>::try_from(mac).ok().map(Mac).filter(|mac| mac.is_device()),
        _ => None,
    }
}

/// Where it is managed (clause 8.5.9): length, family (1 IPv4, 2 IPv6), address.
fn managed(kind: u8, value: &[u8]) -> Option<IpAddr> {
    match (kind, value) {
        (part::MANAGEMENT, [5, 1, rest @ ..]) => rest.first_chunk::<4>().map(|four| IpAddr::from(*four)),
        (part::MANAGEMENT, [17, 2, rest @ ..]) => rest.first_chunk::<16>().map(|sixteen| IpAddr::from(*sixteen)),
        _ => None,
    }
}

/// Whom it is told of: who sent the frame, else who has the addresses in it.
pub(super) fn whose(mac: Option<Mac>, addresses: &[IpAddr]) -> Option<Subject<'_>> {
    match mac.filter(|mac| mac.is_device()) {
        Some(mac) => Some(Subject::Device(mac)),
        None => (!addresses.is_empty()).then_some(Subject::Addresses(addresses)),
    }
}

/// Tells of one device what it says of itself on its link.
pub(super) struct Teller<'t, 'i> {
    /// The frame's payload.
    pub(super) input: &'t Input<'i>,
    /// Whose it is.
    pub(super) subject: Subject<'t>,
}

impl Teller<'_, '_> {
    /// A name.
    pub(super) fn name(&self, source: NameSource, value: &[u8], at: usize, say: Say<'_>) {
        let name = text(value);
        if !name.is_empty() {
            say(Event::Name(Name { source, name: &name, subject: self.subject, at: self.input.at(at, value.len()) }));
            self.readable("system-name", value, at, say);
        }
    }

    /// A trait.
    pub(super) fn say_trait(&self, kind: TraitKind, value: &[u8], at: usize, say: Say<'_>) {
        let text = text(value);
        if !text.is_empty() {
            say(Event::Trait(Trait { kind, value: &text, subject: self.subject, at: self.input.at(at, value.len()) }));
        }
    }

    /// A text that people may have written.
    pub(super) fn readable(&self, field: &str, bytes: &[u8], at: usize, say: Say<'_>) {
        if !bytes.is_empty() {
            let place: Place<'_> = self.input.place(at);
            say(Event::Readable(Readable { role: Role::Name, bytes, field: Some(field), media: None, chain: &[], place }));
        }
    }

    /// What it can do, and of that what it does.
    fn capabilities(&self, value: &[u8], at: usize, say: Say<'_>) {
        let Some(&[_, _, _, enabled]) = value.first_chunk() else { return };
        for (_, word) in CAPABILITIES.iter().enumerate().filter(|(bit, _)| enabled >> bit & 1 == 1) {
            self.say_trait(TraitKind::Service, format!("lldp:{word}").as_bytes(), at, say);
        }
    }

    /// The media extension's inventory.
    fn inventory(&self, value: &[u8], at: usize, say: Say<'_>) {
        let Some((&[o0, o1, o2, kind], text)) = value.split_first_chunk() else { return };
        if [o0, o1, o2] != TIA {
            return;
        }
        let at = at + 4;
        match kind {
            6 | 7 => self.say_trait(TraitKind::Software, text, at, say),
            8 => self.serial(text, at, say),
            9 => self.say_trait(TraitKind::Maker, text, at, say),
            10 => self.say_trait(TraitKind::Model, text, at, say),
            _ => {}
        }
    }

    fn serial(&self, value: &[u8], at: usize, say: Say<'_>) {
        let number = text(value);
        if !number.is_empty() {
            say(Event::Value(Value { kind: ValueKind::Serial, value: number.into(), field: "serial-number", chain: &[], at: self.input.at(at, value.len()) }));
        }
    }
}

/// A text without the zeros and blanks that some fill up with, its lines joined.
fn text(value: &[u8]) -> String {
    let end = value.iter().rposition(|byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last + 1);
    let joined: Vec<u8> = value.get(..end).unwrap_or_default().iter().map(|byte| if byte.is_ascii_whitespace() { b' ' } else { *byte }).collect();
    wire_name::text(joined.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;
    use crate::wire::{Direction, Marks};

    const OWN: Mac = Mac([0, 0, 0x5e, 0, 0x53, 1]);

    fn part(kind: u8, value: &[u8]) -> Vec<u8> {
        [&[kind << 1 | (value.len() >> 8) as u8, value.len() as u8], value].concat()
    }

    fn frame() -> Vec<u8> {
        [
            part(1, &[4, 0, 0, 0x5e, 0, 0x53, 9]),
            part(2, b"\x05g1"),
            part(3, &[0, 120]),
            part(5, b"hall-switch"),
            part(6, b"Example OS 1.2"),
            part(7, &[0, 0x14, 0, 0x14]),
            part(127, b"\x00\x12\xbb\x09Example"),
            part(127, b"\x00\x12\xbb\x0aES-8\0\0"),
            part(127, b"\x00\x12\xbb\x0800005E005343"),
            part(127, b"\x00\x80\xc2\x01\0\x01"),
            part(0, b""),
        ]
        .concat()
    }

    fn told(sender: Option<Mac>, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &Marks::default() };
        read(sender, &input, &mut |event| lines.push(line(&event)));
        lines
    }

    #[test]
    fn a_switch_introduces_itself() {
        let own = "Device(Mac([0, 0, 94, 0, 83, 1]))";
        let want = [
            format!("name lldp hall-switch {own}"),
            "Name system-name - [] @20: hall-switch".to_owned(),
            format!("trait software Example OS 1.2 {own}"),
            format!("trait service lldp:bridge {own}"),
            format!("trait service lldp:router {own}"),
            format!("trait maker Example {own}"),
            format!("trait model ES-8 {own}"),
            "value serial serial-number=00005E005343 []".to_owned(),
        ];
        assert_eq!(told(Some(OWN), &frame()), want);
    }

    #[test]
    fn without_a_sender_the_chassis_is_named() {
        assert!(told(None, &frame()).concat().contains("Mac([0, 0, 94, 0, 83, 9])"));
        let managed = [part(1, b"\x07hall"), part(2, b"\x05g1"), part(5, b"hall-switch"), part(8, &[5, 1, 192, 0, 2, 8, 2, 0, 0, 0, 1, 0])].concat();
        assert_eq!(told(None, &managed).first().map(String::as_str), Some("name lldp hall-switch Addresses([192.0.2.8])"));
    }

    #[test]
    fn a_frame_of_another_form_is_counted() {
        assert_eq!(told(Some(OWN), &part(5, b"hall")), ["malformed lldp frame without chassis and port"]);
        assert_eq!(told(Some(OWN), b""), ["malformed lldp frame without chassis and port"]);
    }

    #[test]
    fn cuts_and_noise_never_panic() {
        let whole = frame();
        for length in 0..whole.len() {
            told(Some(OWN), &whole[..length]);
        }
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300))| {
            told(None, &[&frame()[..18], &bytes].concat());
        });
    }
}
