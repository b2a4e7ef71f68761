//! EAPOL (IEEE 802.1X): of what is said before a device may use a network only who it says it is, where it says so in the clear (RFC 3748, section 5.1).
//!
//! Comes in: the payload of a frame of Ethernet type 0x888e. Goes out: a user name. No protocol of conversations, so none of the list.

use std::borrow::Cow;

use super::protocol::{Input, Say};
use super::wire_name;
use crate::event::{Event, Value};
use crate::value::ValueKind;

/// Its Ethernet type.
pub const ETHERTYPE: u16 = 0x888e;

/// Bytes before an identity: version, type, length; code, identifier, length, type.
const HEADERS: usize = 9;

/// Reads a frame's payload.
pub fn read(input: &Input<'_>, say: Say<'_>) {
    // An EAP packet in EAPOL; in it a response that is an identity.
    let Some(&[_, 0, _, _, 2, _, l0, l1, 1]) = input.bytes.first_chunk::<HEADERS>() else { return };
    let length = usize::from(u16::from_be_bytes([l0, l1])).saturating_sub(5);
    let Some(identity) = input.bytes.get(HEADERS..HEADERS + length) else {
        say(Event::Malformed { what: "eap identity cut short" });
        return;
    };
    // Behind a zero stand options of the method (RFC 3748, section 5.1).
    let identity = identity.split(|byte| *byte == 0).next().unwrap_or_default();
    // An outer identity may hide who it is: `anonymous@realm`, or the realm alone (RFC 7542, section 2.4).
    let hidden = identity.starts_with(b"@") || identity.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"anonymous"));
    if !identity.is_empty() && !hidden {
        let (value, at) = (Cow::Owned(wire_name::text(identity)), input.at(HEADERS, identity.len()));
        say(Event::Value(Value { kind: ValueKind::Username, value, field: "eap-identity", chain: &[], at }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;
    use crate::wire::{Direction, Marks};

    fn told(bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &Marks::default() };
        read(&input, &mut |event| lines.push(line(&event)));
        lines
    }

    #[test]
    fn an_identity_is_a_user_name() {
        assert_eq!(told(b"\x01\0\0\x0a\x02\x07\0\x0a\x01emma1"), ["value username eap-identity=emma1 []"]);
        assert_eq!(told(b"\x01\0\0\x0a\x01\x07\0\x0a\x01hello"), Vec::<String>::new(), "a request");
        assert_eq!(told(b"\x01\0\0\x0e\x02\x07\0\x0e\x01anonymous"), Vec::<String>::new());
        assert_eq!(told(b"\x01\0\0\x0a\x02\x07\0\x0a\x01em"), ["malformed eap identity cut short"]);
        assert_eq!(told(b"\x02\x03\0\x5f\x02\0\x8a\0\x10"), Vec::<String>::new(), "a key");
    }

    #[test]
    fn noise_never_panics() {
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60))| {
            told(&bytes);
            told(&[&[1, 0, 0, 9, 2, 7, 0][..], &bytes].concat());
        });
    }
}
