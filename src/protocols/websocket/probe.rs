//! How WebSocket is recognised where nobody saw how it began: by frames of text that end with the segment.

use super::super::protocol::{Probe, Verdict};
use super::frame::{Frame, Miss, TEXT, unmask};
use crate::wire::Direction;

/// So much text cannot be chance.
const ENOUGH: usize = 12;

/// Of a message so much is looked at.
const LOOKED_AT: usize = 256;

/// Whether bytes from the middle of a connection are frames. At the beginning of one there is a request of HTTP, which hands over.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.from_start {
        return Verdict::No;
    }
    let (mut rest, mut sender, mut text) = (probe.bytes, None, 0);
    while !rest.is_empty() {
        let frame = match Frame::read(rest) {
            Ok(frame) => frame,
            Err(Miss::Part) => return Verdict::Unsure,
            Err(Miss::Not) => return Verdict::No,
        };
        let from = if frame.mask.is_some() { Direction::ToServer } else { Direction::ToClient };
        // Only the first of them may be the rest of a message.
        if frame.is_packed || sender.is_some_and(|sender| sender != from) {
            return Verdict::No;
        }
        sender = Some(from);
        let whole = usize::try_from(frame.length).ok().and_then(|length| length.checked_add(frame.header));
        let Some(payload) = whole.and_then(|whole| rest.get(frame.header..whole)) else {
            return if looks_so_far(frame, rest) { Verdict::Unsure } else { Verdict::No };
        };
        if frame.opcode == TEXT {
            match text_in(frame, payload) {
                Some(length) => text += length,
                None => return Verdict::No,
            }
        }
        rest = rest.get(whole.unwrap_or_default()..).unwrap_or_default();
    }
    match sender {
        Some(sender) if text >= ENOUGH => {
            if sender == probe.direction {
                Verdict::Yes
            } else {
                Verdict::Swapped
            }
        }
        _ => Verdict::No,
    }
}

/// Whether what is there of a frame's payload is text.
fn looks_so_far(frame: Frame, bytes: &[u8]) -> bool {
    frame.opcode == TEXT && bytes.get(frame.header..).is_some_and(|there| there.is_empty() || text_in(frame, there).is_some())
}

/// How much structured text a payload holds, as far as it is looked at.
fn text_in(frame: Frame, payload: &[u8]) -> Option<usize> {
    let mut text = payload.get(..LOOKED_AT).unwrap_or(payload).to_vec();
    if let Some(mask) = frame.mask {
        unmask(&mut text, mask, 0);
    }
    let is_plain = text.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..));
    let is_utf8 = std::str::from_utf8(&text).map_or_else(|error| error.error_len().is_none(), |_| true);
    // Without a mask nothing but its length tells text that is framed so from any other.
    let is_structured = frame.mask.is_some() || text.first().is_none_or(|byte| b"{[<".contains(byte) || byte.is_ascii_digit());
    (is_plain && is_utf8 && is_structured).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 7_000, from_start })
    }

    #[test]
    fn frames_of_text_are_known_in_the_middle_only() {
        use Direction::{ToClient, ToServer};
        let server = b"\x89\0\x81\x0f{\"temp\":21.500}";
        assert_eq!(ask(server, ToClient, false), Verdict::Yes);
        assert_eq!(ask(server, ToServer, false), Verdict::Swapped);
        assert_eq!(ask(server, ToClient, true), Verdict::No);
        assert_eq!(ask(&server[..9], ToClient, false), Verdict::Unsure);
        let mut client = b"\x81\x8e\x01\x02\x03\x04say hello to me".to_vec();
        client.pop();
        unmask(&mut client[6..], [1, 2, 3, 4], 0);
        assert_eq!(ask(&client, ToServer, false), Verdict::Yes);
        for not in [
            &b"\x81\x05Hello"[..],
            b"\x81\0\0\x44 CKFDENECFDEFFCFGEFFCCACACACACACA\0",
            b"\x82\x10abcdefghijklmnop",
            b"\x81\x10abcdefghijklmnop",
            b"\x16\x03\x01",
        ] {
            assert_eq!(ask(not, ToClient, false), Verdict::No, "{not:?}");
        }
    }
}
