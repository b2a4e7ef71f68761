//! What those who carry a handshake and those who read its messages share.

use crate::event::NameSource;
use crate::wire::At;

/// What a message was, to those who carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learnt {
    /// The client's offer.
    ClientHello,
    /// The server's choice.
    ServerHello {
        /// The version in force from here on.
        version: u16,
        /// The cipher suite.
        suite: u16,
    },
    /// The server wants another `ClientHello` (RFC 8446, section 4.1.4).
    Retry,
    /// Certificates.
    Certificate {
        /// Whether they are those of Tor's link, and nobody else's.
        of_tor: bool,
    },
    /// A message that breaks the rules of its kind, or one that is of no use here.
    Nothing,
}

/// Tells what a message says.
pub struct Telling<'t> {
    /// What a server's name is told as.
    pub source: NameSource,
    /// Whether the server sent the message.
    pub of_server: bool,
    /// Where a part of the message's body was seen.
    pub at: &'t dyn Fn(&[u8]) -> At,
}

impl Telling<'_> {
    /// Where the packet was seen that completed the message.
    pub(super) fn completed(&self, body: &[u8]) -> At {
        let whole = (self.at)(body);
        if whole.offset.is_some() { whole } else { (self.at)(body.last_chunk::<1>().map_or(body, |last| last)) }
    }
}

/// Index in `whole` of its part `part`.
pub fn index_in(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr()).min(whole.len())
}

/// What people call a protocol version.
pub fn version_name(version: u16) -> &'static str {
    match version {
        0x0002 | 0x0200 => "SSL 2.0",
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 | 0x7f00..=0x7fff | 0xfb00..=0xfbff => "TLS 1.3",
        0x0100 | 0xfeff => "DTLS 1.0",
        0xfefd => "DTLS 1.2",
        0xfefc => "DTLS 1.3",
        0xfe00..=0xfefb => "DTLS",
        _ => "TLS",
    }
}

/// Whether everything after the `ServerHello` is encrypted: TLS 1.3, its drafts, what two makers shipped as such, and DTLS 1.3.
pub fn is_13(version: u16) -> bool {
    matches!(version_name(version), "TLS 1.3" | "DTLS 1.3")
}

/// A cipher suite's name (IANA, TLS Cipher Suites), where it has one.
pub fn suite_name(suite: u16) -> Option<&'static str> {
    tls_parser::TlsCipherSuite::from_id(suite).map(|suite| suite.name)
}

/// Whether a cipher suite encrypts nothing.
pub fn is_in_the_clear(suite: u16) -> bool {
    tls_parser::TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.enc == tls_parser::TlsCipherEnc::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_that_do_not_encrypt_are_known() {
        assert!(is_in_the_clear(0x0002), "TLS_RSA_WITH_NULL_SHA");
        assert!(!is_in_the_clear(0x1301), "TLS_AES_128_GCM_SHA256");
        assert!(!is_in_the_clear(0x0a0a), "not a suite");
        assert_eq!((suite_name(0xc02f), suite_name(0x0a0a)), (Some("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), None));
    }
}
