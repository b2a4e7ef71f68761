//! Bytes → what they are, and what personal values they hold.
//!
//! [`scan()`] takes readable bytes apart ([`unwrap`]) and asks every [`Scanner`] in [`SCANNERS`] about each piece. What a key says comes before what a
//! value looks like ([`keys`]). [`classify`] tells text, plain binary and noise apart where nobody knows the protocol. Nothing here knows
//! flows, devices or findings.

pub mod classify;
pub mod contract;
pub mod keys;
pub mod scan;
pub mod shape;
pub mod show;
pub mod unwrap;

use std::collections::HashMap;

use contract::{Context, Found, Hit, Scanner, Text};
use foldhash::fast::FixedState;
pub use show::{mask_text, printable};
use unwrap::Piece;

use crate::event::{Readable, Role};
use crate::value::ValueKind;

/// Every family of identifiers.
pub static SCANNERS: &[&Scanner] =
    &[&scan::position::SCANNER, &scan::numbers::SCANNER, &scan::contact::SCANNER, &scan::secrets::SCANNER, &scan::profile::SCANNER];

/// Values told of one readable at most.
const MOST: usize = 4_096;
/// A shorter value needs a key, an `@` or a `+` to be anything.
const SHORTEST: usize = 12;

/// Every personal value in readable bytes, in the order of their places, each once.
pub fn scan(readable: &Readable<'_>, context: &Context) -> Vec<Found> {
    let mut found: Vec<(Found, u32)> = Vec::new();
    let mut hits = Vec::new();
    unwrap::pieces(readable, &mut |piece| {
        if found.len() >= MOST || !(worth(piece) || readable.role == Role::Name) {
            return;
        }
        let text = Text { key: piece.key, meaning: piece.meaning, bytes: piece.bytes, whole: readable };
        for scanner in SCANNERS {
            (scanner.scan)(&text, context, &mut hits);
        }
        found.extend(hits.drain(..).map(|hit| (told(readable, piece, hit), piece.group)));
    });
    found.truncate(MOST);
    tidy(found)
}

/// Whether anything could be in it.
fn worth(piece: &Piece<'_>) -> bool {
    piece.bytes.len() >= SHORTEST || piece.meaning.is_some() || memchr::memchr2(b'@', b'+', piece.bytes).is_some()
}

fn told(readable: &Readable<'_>, piece: &Piece<'_>, hit: Hit) -> Found {
    let (start, length) = piece.origin.span(hit.start, hit.length);
    let mut decode: Vec<String> = readable.chain.iter().map(|step| (*step).to_owned()).collect();
    if let Some(trail) = piece.trail {
        trail.write(&mut decode);
        decode.iter_mut().skip(readable.chain.len()).for_each(|step| *step = show::step(step));
    }
    let field = show::key(if piece.key.is_empty() { readable.field.unwrap_or("") } else { piece.key });
    Found {
        kind: hit.kind,
        excerpt: show::excerpt(&field, hit.kind, &hit.value),
        field,
        value: hit.value,
        decode,
        confidence: hit.confidence,
        start,
        length,
        at: readable.place.at(start, length),
        decimals: hit.decimals,
    }
}

/// What was seen twice (with its key, and in the text around it) is told once, as the surer of the two; a password beside a network's name is the network's.
fn tidy(mut found: Vec<(Found, u32)>) -> Vec<Found> {
    if found.is_empty() {
        return Vec::new();
    }
    let networks: Vec<u32> = found.iter().filter(|(hit, group)| hit.kind == ValueKind::NetworkName && *group > 0).map(|(_, group)| *group).collect();
    for (hit, group) in &mut found {
        if hit.kind == ValueKind::Password && networks.binary_search(group).is_ok() {
            hit.kind = ValueKind::NetworkKey;
            hit.excerpt = show::excerpt(&hit.field, hit.kind, &hit.value);
        }
    }
    let mut known: HashMap<(ValueKind, String), usize, FixedState> = HashMap::default();
    let mut all: Vec<Found> = Vec::with_capacity(found.len());
    for (hit, _) in found {
        let key = (hit.kind, hit.value.clone());
        match known.get(&key).and_then(|index| all.get_mut(*index)).filter(|before| overlap(before, &hit)) {
            Some(before) if (before.confidence, !before.field.is_empty()) < (hit.confidence, !hit.field.is_empty()) => *before = hit,
            Some(_) => {}
            None => {
                known.insert(key, all.len());
                all.push(hit);
            }
        }
    }
    all.sort_by_key(|hit| (hit.start, hit.kind));
    all
}

fn overlap(one: &Found, other: &Found) -> bool {
    one.start < other.start.saturating_add(other.length) && other.start < one.start.saturating_add(one.length)
}

#[cfg(test)]
mod tests {
    use super::scan::tests::{readable, scan as search};
    use super::*;
    use crate::event::Place;
    use crate::wire::{Mark, Marks, Timestamp};

    #[test]
    fn a_scale_tells_its_serial_a_token_and_the_network() {
        let found = search(Role::Target, "/scale/register?serialNumber=00005E005343&token=4TRQL2OUjaXIbMhezE0Y&ssid=Example");
        let all: Vec<_> = found.iter().map(|hit| (hit.kind, hit.excerpt.as_str())).collect();
        assert_eq!(
            all,
            [
                (ValueKind::Serial, "serialNumber=••••5343"),
                (ValueKind::Mac, "serialNumber=00005E••••••"),
                (ValueKind::Token, "token=••••"),
                (ValueKind::NetworkName, "ssid=E••••"),
            ]
        );
        assert_eq!(found[2].decode, ["query:token"]);
    }

    #[test]
    fn a_value_is_placed_in_its_frame() {
        let mut marks = Marks::default();
        marks.push(Mark { stream: 0, length: 100, packet: 7, time: Timestamp(5), offset: Some(54) });
        let bytes = b"x=1&imei=352099001761481";
        let mut text = readable(Role::Body, bytes);
        text.place = Place::Wire { marks: &marks, start: 10 };
        text.chain = &["http-body"];
        let found = super::scan(&text, &Context::default());
        let [hit] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((hit.at.packet, hit.at.offset, hit.at.length), (7, Some(54 + 10 + 9), 15));
        assert_eq!(hit.decode, ["http-body", "form:imei"]);
        assert_eq!(mask_text(std::str::from_utf8(bytes).unwrap(), &found), "x=1&imei=••••81");
    }

    #[test]
    fn one_value_is_told_once() {
        let found = search(Role::Unknown, "user said mail=anna@example.org today");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].field, "mail");
    }

    #[test]
    fn a_value_that_is_used_as_a_key_is_not_shown() {
        let found = search(Role::Body, "{\"352099001761481\":{\"mail\":\"anna@example.org\"},\"00:00:5e:00:53:99\":{\"tel\":\"+447700900123\"}}");
        let shown: Vec<String> = found.iter().map(|hit| format!("{} {} {}", hit.decode.join(">"), hit.field, hit.excerpt)).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(!shown.iter().any(|text| text.contains("352099") || text.contains("5e:00")), "{shown:?}");
        let found = search(Role::Body, "<anna@example.org>bert@example.org</anna@example.org>");
        assert!(found.iter().all(|hit| !hit.field.contains("anna") && !hit.decode.join("").contains("anna") && !hit.excerpt.contains("anna")), "{found:?}");
    }

    #[test]
    fn hostile_floods_are_read_in_one_pass() {
        for unit in [
            "sn=",
            "\"sn\":",
            "{\"a\":",
            "[",
            "<a b=",
            "<![CDATA[",
            "://",
            "eyJ",
            "$GPRMC,",
            ",N,",
            "%25",
            "=&",
            "ff:fe:",
            "@a.",
            "+1 ",
            "/imei",
            "\\u00",
            "-----BEGIN PRIVATE KEY-----",
            "lat=1.5 lon=2.5 ",
        ] {
            for role in [Role::Target, Role::Unknown, Role::Topic] {
                assert!(search(role, &unit.repeat(300_000 / unit.len())).len() <= MOST, "{unit}");
            }
        }
    }

    #[test]
    fn a_flood_of_values_is_bounded() {
        let flood = "anna@example.org ".repeat(20_000);
        assert!(search(Role::Unknown, &flood).len() <= MOST);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_searched_and_places_lie_within(text in "[a-c0-9@+.,:=&{}\"\\[\\] $*NE%/-]{0,200}", role in 0..5usize) {
            let role = [Role::Target, Role::Body, Role::Topic, Role::Header, Role::Unknown][role];
            for hit in search(role, &text) {
                proptest::prop_assert!(hit.start + hit.length <= text.len());
            }
        }

        #[test]
        fn any_bytes_are_searched(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = super::scan(&readable(Role::Payload, &bytes), &Context::default());
        }
    }
}
