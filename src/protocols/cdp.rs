//! CDP, Cisco's discovery protocol (version 1 and 2): what a switch, access point or phone says of itself on its link.
//!
//! Comes in: the payload behind the SNAP header 00000c 0x2000 and who sent the frame. Goes out: names and traits. Not of the list, as LLDP is not.

use std::net::IpAddr;

use super::lldp::{Teller, whose};
use super::protocol::{Input, Say};
use crate::event::{Event, NameSource, TraitKind};
use crate::wire::Mac;

/// Its type within SNAP.
pub const KIND: u16 = 0x2000;

/// Most parts that are read of one frame.
const MOST: usize = 256;

/// What it can do, by bits, the lowest first, in LLDP's words where there are some.
const CAPABILITIES: [&str; 8] = ["router", "bridge", "source-route-bridge", "switch", "host", "igmp", "repeater", "telephone"];

/// Reads a frame's payload; `frame` is who sent it.
pub fn read(frame: Option<Mac>, input: &Input<'_>, say: Say<'_>) {
    let [1 | 2, _, _, _, body @ ..] = input.bytes else {
        say(Event::Malformed { what: "cdp frame of an unknown version" });
        return;
    };
    let addresses: Vec<IpAddr> = parts(body, 4).take(MOST).filter(|(kind, ..)| *kind == 2).flat_map(|(_, value, _)| addresses(value)).collect();
    let Some(subject) = whose(frame, &addresses) else { return };
    let teller = Teller { input, subject };
    for (kind, value, at) in parts(body, 4).take(MOST) {
        match kind {
            1 => teller.name(NameSource::Cdp, value, at, say),
            4 => capabilities(&teller, value, at, say),
            5 => teller.say_trait(TraitKind::Software, value, at, say),
            6 => teller.say_trait(TraitKind::Model, value, at, say),
            _ => {}
        }
    }
}

/// The parts of a frame: type, value, index of the value. The length counts type and length too.
fn parts(bytes: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8], usize)> {
    let (mut rest, mut at) = (bytes, start);
    std::iter::from_fn(move || {
        let (&[t0, t1, l0, l1], after) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes([l0, l1])).checked_sub(4)?;
        let (value, next) = after.split_at_checked(length)?;
        let part = (u16::from_be_bytes([t0, t1]), value, at + 4);
        (rest, at) = (next, at + 4 + length);
        Some(part)
    })
}

/// The IPv4 addresses of a part: their count, then each with its protocol (NLPID 0xcc) and length.
fn addresses(value: &[u8]) -> Vec<IpAddr> {
    let (mut list, mut rest) = (Vec::new(), value.get(4..).unwrap_or_default());
    while let [1, 1, 0xcc, 0, 4, a, b, c, d, next @ ..] = rest {
        if list.len() < MOST {
            list.push(IpAddr::from([*a, *b, *c, *d]));
        }
        rest = next;
    }
    list
}

fn capabilities(teller: &Teller<'_, '_>, value: &[u8], at: usize, say: Say<'_>) {
    let Some(&[_, _, _, bits]) = value.first_chunk() else { return };
    for (_, word) in CAPABILITIES.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1) {
        teller.say_trait(TraitKind::Service, format!("cdp:{word}").as_bytes(), at, say);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;
    use crate::wire::{Direction, Marks};

    const FRAME: &[u8] = b"\x02\xb4\0\0\0\x01\0\x0bhall-s1\0\x04\0\x08\0\0\0\x28\0\x05\0\x0eExample OS\0\x06\0\x09model\0\x0a\0\x06\0\x01";

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
            format!("name cdp hall-s1 {own}"),
            "Name system-name - [] @8: hall-s1".to_owned(),
            format!("trait service cdp:switch {own}"),
            format!("trait service cdp:igmp {own}"),
            format!("trait software Example OS {own}"),
            format!("trait model model {own}"),
        ];
        assert_eq!(told(Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), FRAME), want);
        assert_eq!(told(None, FRAME), Vec::<String>::new());
        let addressed = [FRAME, b"\0\x02\0\x11\0\0\0\x01\x01\x01\xcc\0\x04\xc0\0\x02\x08"].concat();
        assert_eq!(told(None, &addressed).first().map(String::as_str), Some("name cdp hall-s1 Addresses([192.0.2.8])"));
        assert_eq!(told(None, b"\x03\xb4\0\0"), ["malformed cdp frame of an unknown version"]);
    }

    #[test]
    fn cuts_and_noise_never_panic() {
        let own = Some(Mac([0, 0, 0x5e, 0, 0x53, 1]));
        for length in 0..FRAME.len() {
            told(own, &FRAME[..length]);
        }
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300))| {
            told(own, &[&FRAME[..4], &bytes].concat());
        });
    }
}
