//! Bodies and payloads of known protocols that are text under a mask that repeats: whoever reads the message can take that off as well.

use crate::content::classify::mask::{self, Mask};
use crate::content::classify::text::{self, Look};
use crate::content::classify::{magic, packed};
use crate::event::{Readable, Role};

/// So many bodies of a flow are looked at in vain.
pub const TRIES: u8 = 8;
/// Shorter ones show no mask.
const LEAST: usize = 48;

/// Whether bytes are worth a look: a body or payload that is no text, no known form and nothing packed.
pub fn may_be(readable: &Readable<'_>) -> bool {
    let bytes = readable.bytes;
    let is_content = matches!(readable.role, Role::Body | Role::Payload) && bytes.len() >= LEAST;
    let is_other = || magic::begins(bytes).is_some() || packed::unpack(bytes.get(..mask::SAMPLE).unwrap_or(bytes)).is_some();
    is_content && matches!(look(bytes), Look::Nothing | Look::Armoured("xor", _)) && !is_other()
}

/// What is under the mask.
pub fn taken_off(bytes: &[u8]) -> Option<Vec<u8>> {
    if let Look::Armoured("xor", plain) = look(bytes) {
        return Some(plain);
    }
    let head = bytes.get(..mask::SAMPLE).unwrap_or(bytes);
    mask::find(&[(0, head)]).as_ref().and_then(|mask: &Mask| mask.take_off(bytes, 0))
}

fn look(bytes: &[u8]) -> Look {
    text::look(bytes.get(..mask::SAMPLE).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Place;
    use crate::wire::At;

    const TEXT: &[u8] = br#"{"imei":"352099001761481","lat":48.858370,"lng":2.294481,"state":"moving","note":"on the way to school, battery is low"}"#;

    fn readable(role: Role, bytes: &[u8]) -> Readable<'_> {
        Readable { role, bytes, field: None, media: None, chain: &[], place: Place::Unpacked(At::default()) }
    }

    fn masked(text: &[u8], key: &[u8]) -> Vec<u8> {
        text.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
    }

    #[test]
    fn a_body_under_a_mask_is_read() {
        let long = TEXT.repeat(4);
        for (text, key) in [(TEXT, &[0xa5][..]), (&long, &[0x4d, 0x9e, 0x71, 0xc2])] {
            let hidden = masked(text, key);
            assert!(may_be(&readable(Role::Body, &hidden)), "{key:x?}");
            assert_eq!(taken_off(&hidden).as_deref(), Some(text), "{key:x?}");
            assert!(!may_be(&readable(Role::Header, &hidden)));
        }
    }

    #[test]
    fn text_forms_and_noise_are_left_alone() {
        let noise: Vec<u8> = (0..600_u32).map(|place| (place.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
        assert!(!may_be(&readable(Role::Body, TEXT)) && !may_be(&readable(Role::Body, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")));
        assert_eq!(taken_off(&noise), None);
    }
}
