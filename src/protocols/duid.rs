//! What stays of a device that makes up hardware addresses: its DHCP unique identifier (RFC 8415, section 11), told as a digest only.

use sha2::{Digest, Sha256};

/// Letters of a digest: they are no digits, so that nobody takes them for a number of someone.
const LENGTH: usize = 16;

/// A digest of an identifier that does not change with the hardware address: made once and kept (type 1), numbered by the maker (2), or a UUID (4). One
/// that is the hardware address (type 3) lasts no longer than it does.
pub(super) fn lasting(duid: &[u8]) -> Option<String> {
    let ([0, 1, _, _, rest @ ..] | [0, 2, rest @ ..] | [0, 4, rest @ ..]) = duid else { return None };
    if !(8..=132).contains(&rest.len()) || rest.iter().all(|byte| Some(byte) == rest.first()) {
        return None;
    }
    let digest = Sha256::digest(duid);
    let letters = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(LENGTH);
    Some(letters.map(|nibble| char::from(b'a' + nibble)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lasts_is_told_and_only_as_a_digest() {
        let made = [0, 1, 0, 1, 9, 9, 9, 9, 0, 0, 0x5e, 0, 0x53, 7];
        let told = lasting(&made).unwrap();
        assert!(told.len() == 16 && told.bytes().all(|letter| letter.is_ascii_lowercase()), "{told}");
        assert_ne!(lasting(&[0, 1, 0, 1, 9, 9, 9, 8, 0, 0, 0x5e, 0, 0x53, 7]), Some(told));
        assert_eq!(lasting(&[0, 3, 0, 1, 0, 0, 0x5e, 0, 0x53, 7]), None, "a hardware address");
        assert_eq!(lasting(&[[0, 4].as_slice(), &[0; 16]].concat()), None, "a UUID that was never set");
        assert!(lasting(&[0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).is_some());
        assert_eq!((lasting(b""), lasting(&[0, 4, 1])), (None, None));
    }
}
