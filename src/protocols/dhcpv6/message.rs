//! A datagram of DHCPv6: recognised, and taken out of the relays' envelopes around it (RFC 8415, sections 8 and 9).

use super::super::protocol::{Input, Say, Verdict};
use super::options::{code, fill, is_duid, link_mac, options};
use super::telling::Message;
use crate::event::Event;
use crate::wire::Mac;

/// Bytes before the options of a message: type and transaction.
const HEADER: usize = 4;
/// The same of a relay's: type, hop count, link address, peer address.
const RELAY: usize = 34;
/// At most so many relays' envelopes are opened (section 7.6 has a limit of 8 hops).
const RELAYS: usize = 8;

const RELAY_FORWARD: u8 = 12;
const RELAY_REPLY: u8 = 13;
const INFORMATION_REQUEST: u8 = 11;

/// Whether a datagram is DHCPv6 and nothing else.
pub(super) fn probe(bytes: &[u8]) -> Verdict {
    let is_own = match bytes {
        [RELAY_FORWARD | RELAY_REPLY, hops, ..] => {
            *hops <= 32 && bytes.get(RELAY..).is_some_and(|rest| fill(rest) && options(rest, 0).any(|entry| entry.code == code::RELAY_MESSAGE))
        }
        [kind @ 1..=11, _, _, _, rest @ ..] => fill(rest) && speaks(*kind, rest),
        _ => false,
    };
    if is_own { Verdict::Yes } else { Verdict::No }
}

/// Whether the options say who speaks; only who asks for no address may leave that out (section 18.2.6).
fn speaks(kind: u8, rest: &[u8]) -> bool {
    let has = |wanted| options(rest, 0).any(|entry| entry.code == wanted);
    let mut ids = options(rest, 0).filter(|entry| matches!(entry.code, code::CLIENT_ID | code::SERVER_ID)).peekable();
    match ids.peek() {
        Some(_) => ids.all(|entry| is_duid(entry.value)),
        None => kind == INFORMATION_REQUEST && has(code::ELAPSED) && has(code::REQUESTED),
    }
}

/// Tells a datagram.
pub(super) fn read(input: &Input<'_>, say: Say<'_>) {
    let (mut bytes, mut at, mut relays) = (input.bytes, 0, 0);
    let mut link: Option<Mac> = None;
    while let [RELAY_FORWARD | RELAY_REPLY, ..] = bytes {
        let Some(rest) = bytes.get(RELAY..).filter(|rest| fill(rest) && relays < RELAYS) else {
            say(Event::Malformed { what: "dhcpv6 relay message" });
            return;
        };
        relays += 1;
        link = options(rest, 0).find(|entry| entry.code == code::LINK_ADDRESS).and_then(|entry| link_mac(entry.value)).or(link);
        Message::relay(input, rest, at + RELAY).relay_records(say);
        let Some(inner) = options(rest, at + RELAY).find(|entry| entry.code == code::RELAY_MESSAGE) else { return };
        (bytes, at) = (inner.value, inner.at);
    }
    match bytes {
        [kind, _, _, _, rest @ ..] => {
            Message { input, kind: *kind, rest, start: at + HEADER, at, relayed: relays > 0, link }.tell(say);
            if !fill(rest) {
                say(Event::Malformed { what: "dhcpv6 option longer than its message" });
            }
        }
        _ => say(Event::Malformed { what: "dhcpv6 message shorter than its header" }),
    }
}
