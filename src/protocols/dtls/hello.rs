//! What DTLS looks for in its hellos beside what the handshake tells: the offer to key SRTP, and which handshake it is.

/// The extension that offers SRTP (RFC 5764, section 4.1).
const USE_SRTP: u16 = 14;
/// Version and random.
const FIXED: usize = 34;

/// Whether a ClientHello offers SRTP.
pub(super) fn offers_srtp(hello: &[u8]) -> bool {
    let find = || {
        let suites = behind(hello.get(behind_session(hello)?..)?, 1)?;
        let compressions = behind(suites, 2)?;
        extension(behind(compressions, 1)?, USE_SRTP)
    };
    find().is_some()
}

/// Whether a ServerHello takes up SRTP with a profile that encrypts.
pub(super) fn takes_srtp(hello: &[u8]) -> bool {
    let find = || extension(hello.get(behind_session(hello)? + 3..)?, USE_SRTP);
    // 5 and 6 are the profiles without encryption (RFC 5764, section 4.1.2).
    matches!(find(), Some([0, 2, high, low, ..]) if !matches!((high, low), (0, 5 | 6)))
}

/// The random of a hello: it tells one handshake from the next.
pub(super) fn random(hello: &[u8]) -> Option<[u8; 32]> {
    hello.get(2..FIXED)?.first_chunk().copied()
}

fn behind_session(hello: &[u8]) -> Option<usize> {
    Some(FIXED + 1 + usize::from(*hello.get(FIXED)?))
}

/// What follows a list whose length takes `width` bytes.
fn behind(bytes: &[u8], width: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.split_at_checked(width)?;
    rest.get(length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))..)
}

/// The data of an extension in a list of them.
fn extension(list: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut rest = list.get(2..)?;
    loop {
        let (&[a, b, c, d], after) = rest.split_first_chunk::<4>()?;
        let (data, next) = after.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
        if u16::from_be_bytes([a, b]) == wanted {
            return Some(data);
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_may_offer_srtp() {
        let hello = [&[0xfe, 0xfd][..], &[7; 32], &[1, 9], &[2, 5, 6], &[0, 2, 0xc0, 0x2b, 1, 0], &[0, 9, 0, 14, 0, 5, 0, 2, 0, 1, 0]].concat();
        assert!(offers_srtp(&hello));
        assert!((0..hello.len()).all(|cut| !offers_srtp(&hello[..cut])));
    }

    #[test]
    fn the_server_may_take_up_srtp() {
        let hello = |profile: u8| [&[0xfe, 0xfd][..], &[7; 32], &[0], &[0xc0, 0x2b, 0], &[0, 9, 0, 14, 0, 5, 0, 2, 0, profile, 0]].concat();
        assert!(takes_srtp(&hello(1)));
        assert!(!takes_srtp(&hello(5)), "a profile that encrypts nothing");
        assert!(!takes_srtp(&hello(1)[..38]));
    }
}
