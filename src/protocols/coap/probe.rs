//! How CoAP is recognised: on its own ports by any message that keeps to the form, elsewhere by one that cannot be chance.

use super::message::{Code, Message, frame};
use crate::protocols::protocol::{Probe, Verdict};
use crate::wire::Direction;

/// The usual port (RFC 7252, section 12.6). Those that 6LoWPAN shortens (section 12.8) are any client's elsewhere.
pub(super) const PORTS: &[u16] = &[5_683];

/// Whether a datagram is one.
pub(super) fn datagram(probe: &Probe<'_>) -> Verdict {
    let (from, to) = (is_usual(probe.from_port), is_usual(probe.to_port));
    match Message::datagram(probe.bytes) {
        Some(message) if from || to || message.is_certain() => {
            // Either end may ask, so only the usual port of one end shows who is who.
            let is_swapped = match message.code {
                Code::Response(_) => probe.direction == Direction::ToServer && from && !to,
                _ => probe.direction == Direction::ToClient && to && !from,
            };
            if is_swapped { Verdict::Swapped } else { Verdict::Yes }
        }
        _ => Verdict::No,
    }
}

/// Whether a stream begins with the signal that both ends say first, and, on other ports, goes on with a request that cannot be chance.
pub(super) fn stream(probe: &Probe<'_>) -> Verdict {
    let Some((header, whole)) = frame(probe.bytes) else { return if probe.bytes.len() < 2 { Verdict::Unsure } else { Verdict::No } };
    if whole > 64 || !probe.from_start {
        return Verdict::No;
    }
    let Some(bytes) = probe.bytes.get(..whole) else {
        return if probe.bytes.get(header - 1).is_none_or(|code| *code == 0xe1) { Verdict::Unsure } else { Verdict::No };
    };
    if !Message::framed(bytes, header).is_some_and(|message| message.is_hello()) {
        return Verdict::No;
    }
    if is_usual(probe.from_port) || is_usual(probe.to_port) {
        return Verdict::Yes;
    }
    let rest = probe.bytes.get(whole..).unwrap_or_default();
    let Some((header, next)) = frame(rest) else { return Verdict::Unsure };
    match rest.get(..next) {
        Some(bytes) if Message::framed(bytes, header).is_some_and(|message| message.is_certain()) => Verdict::Yes,
        None if next <= 1_024 => Verdict::Unsure,
        _ => Verdict::No,
    }
}

fn is_usual(port: u16) -> bool {
    PORTS.contains(&port)
}
