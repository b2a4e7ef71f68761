//! RTCP (RFC 3550, section 6): reports beside media. What it says of people and devices stands in its source descriptions.

use std::borrow::Cow;

use crate::event::{Event, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::protocols::protocol::{Input, Say};
use crate::value::ValueKind;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;

/// One packet of a compound: its type, how many entries it has, its body with its index.
struct Part<'p> {
    kind: u8,
    count: u8,
    body: &'p [u8],
    at: usize,
}

/// The packets of a compound; ends early where one does not keep to its form.
fn parts(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let (&[first, kind, high, low], rest) = bytes.get(next..)?.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([high, low])) * 4;
        let body = rest.get(..length)?;
        if first & 0xc0 != 0x80 || !(192..=223).contains(&kind) {
            return None;
        }
        let at = next + 4;
        next = at + length;
        Some(Part { kind, count: first & 0x1f, body, at })
    })
}

/// Whether a datagram is RTCP in the clear: packets that fill it, a report first (RFC 3550, section 6.1).
pub(in crate::protocols) fn is_rtcp(bytes: &[u8]) -> bool {
    let first = parts(bytes).next();
    let is_report = first.is_some_and(|part| {
        let least = if part.kind == SENDER_REPORT { 24 } else { 4 } + usize::from(part.count) * 24;
        matches!(part.kind, SENDER_REPORT | RECEIVER_REPORT) && part.body.len() >= least
    });
    is_report && parts(bytes).last().is_some_and(|part| part.at + part.body.len() == bytes.len())
}

/// Whether a datagram may be RTCP, encrypted perhaps: its first packet type is.
pub(in crate::protocols) fn may_be(bytes: &[u8]) -> bool {
    matches!(bytes, [first, 192..=223, _, _, _, _, _, _, ..] if first & 0xc0 == 0x80)
}

/// Tells the source descriptions of a compound.
pub(in crate::protocols) fn tell(input: &Input<'_>, say: Say<'_>) {
    for part in parts(input.bytes).filter(|part| part.kind == SOURCE_DESCRIPTION) {
        let mut chunk = 0;
        for _ in 0..part.count {
            match items(part.body, chunk + 4, part.at, input, &mut *say) {
                Some(next) => chunk = next,
                None => break,
            }
        }
    }
}

/// Tells the items from index `index` of a description's body on, which begins at `at`; where the next chunk begins.
fn items(body: &[u8], mut index: usize, at: usize, input: &Input<'_>, say: Say<'_>) -> Option<usize> {
    loop {
        match body.get(index..)? {
            [0, ..] => return Some((index / 4 + 1) * 4),
            [kind, length, rest @ ..] => {
                let text = rest.get(..usize::from(*length))?;
                item(*kind, text, at + index + 2, input, &mut *say);
                index += 2 + text.len();
            }
            [] | [_] => return None,
        }
    }
}

fn item(kind: u8, text: &[u8], at: usize, input: &Input<'_>, say: Say<'_>) {
    if text.is_empty() {
        return;
    }
    let seen = input.at(at, text.len());
    let value = String::from_utf8_lossy(text);
    let named = |kind, field| Event::Value(Value { kind, value: Cow::Borrowed(value.trim()), field, chain: &[], at: seen });
    let readable = |field| Event::Readable(Readable { role: Role::Record, bytes: text, field: Some(field), media: None, chain: &[], place: input.place(at) });
    match kind {
        1 => say(readable("cname")),
        2 => say(named(ValueKind::Name, "name")),
        3 => say(named(ValueKind::Email, "email")),
        4 => say(named(ValueKind::Phone, "phone")),
        5 => say(readable("loc")),
        6 => say(Event::Trait(Trait { kind: TraitKind::Software, value: &value, subject: Subject::Sender, at: seen })),
        7 => say(readable("note")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Direction, Marks};

    const REPORT: &[u8] = b"\x80\xc9\0\x01\x01\x02\x03\x04\x81\xca\0\x0b\x01\x02\x03\x04\x01\x0fanna@192.0.2.70\x03\x03a@b\x06\x06lamp 2\x02\x04Anna\0\0\0\0";

    fn told(bytes: &[u8]) -> Vec<String> {
        let marks = Marks::default();
        let mut lines = Vec::new();
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &marks };
        tell(&input, &mut |event| lines.push(crate::protocols::testing::line(&event)));
        lines
    }

    #[test]
    fn a_description_names_people_and_tools() {
        assert_eq!(REPORT.len(), 56);
        let want = ["Record cname - [] @18: anna@192.0.2.70", "value email email=a@b []", "trait software lamp 2 Sender", "value name name=Anna []"];
        assert_eq!(told(REPORT), want);
        assert!(is_rtcp(REPORT) && may_be(REPORT) && !is_rtcp(&REPORT[..55]) && !is_rtcp(b"\x80\xca\0\0") && !is_rtcp(b""));
    }

    #[test]
    fn nothing_makes_it_fail() {
        for cut in 0..REPORT.len() {
            told(&REPORT[..cut]);
            let mut changed = REPORT.to_vec();
            changed[cut] ^= 0xff;
            told(&changed);
            is_rtcp(&changed);
        }
    }
}
