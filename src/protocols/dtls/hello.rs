//! What the hellos of DTLS have beside those of TLS: a cookie in the client's, and the offer to key SRTP.

use std::ops::Range;

/// The extension that offers SRTP (RFC 5764, section 4.1).
const USE_SRTP: u16 = 14;
/// Version and random.
const FIXED: usize = 34;

/// A ClientHello in the form that TLS gives it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// The hello without its cookie.
    pub(super) body: Vec<u8>,
    /// Where the cookie and its length lay.
    pub(super) cookie: Range<usize>,
}

impl Plain {
    /// Takes the cookie out (RFC 6347, section 4.2.1).
    pub(super) fn new(hello: &[u8]) -> Option<Self> {
        let begin = behind_session(hello)?;
        let end = begin + 1 + usize::from(*hello.get(begin)?);
        let body = [hello.get(..begin)?, hello.get(end..)?].concat();
        Some(Self { body, cookie: begin..end })
    }

    /// Index in the hello as sent of the byte at `index` of the body.
    pub(super) fn sent(&self, index: usize) -> usize {
        if index < self.cookie.start { index } else { index + self.cookie.len() }
    }

    /// Whether SRTP is offered.
    pub(super) fn offers_srtp(&self) -> bool {
        let find = || {
            let suites = self.body.get(behind_session(&self.body)?..)?;
            let compressions = behind(suites, 2)?;
            Some(extension(behind(compressions, 1)?, USE_SRTP).is_some())
        };
        find().unwrap_or_default()
    }
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
    fn the_cookie_is_taken_out() {
        let hello = [&[0xfe, 0xfd][..], &[7; 32], &[1, 9], &[2, 5, 6], &[0, 2, 0xc0, 0x2b, 1, 0], &[0, 9, 0, 14, 0, 5, 0, 2, 0, 1, 0]].concat();
        let plain = Plain::new(&hello).unwrap();
        assert_eq!(plain.cookie, 36..39);
        assert_eq!(plain.body.len(), hello.len() - 3);
        assert_eq!((plain.sent(35), plain.sent(36)), (35, 39));
        assert!(plain.offers_srtp());
        for cut in 0..hello.len() {
            assert!(Plain::new(&hello[..cut]).is_none_or(|plain| !plain.offers_srtp()), "cut at {cut}");
        }
    }

    #[test]
    fn the_server_may_take_up_srtp() {
        let hello = |profile: u8| [&[0xfe, 0xfd][..], &[7; 32], &[0], &[0xc0, 0x2b, 0], &[0, 9, 0, 14, 0, 5, 0, 2, 0, profile, 0]].concat();
        assert!(takes_srtp(&hello(1)));
        assert!(!takes_srtp(&hello(5)), "a profile that encrypts nothing");
        assert!(!takes_srtp(&hello(1)[..38]));
    }
}
