//! What a client shows of itself when it logs in by SASL (RFC 4422), as SMTP (RFC 4954), POP3 (RFC 5034), IMAP (RFC 3501) and IRC carry it: PLAIN
//! (RFC 4616) and LOGIN are the password itself, only encoded; CRAM-MD5 (RFC 2195) and NTLM show the user; `XOAUTH2` and OAUTHBEARER (RFC 7628) a token.
//!
//! No protocol of its own. In come the client's answers in base64, out go values.

use std::borrow::Cow;

use data_encoding::BASE64_NOPAD;

use super::protocol::Say;
use crate::event::{Event, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// Longest answer that is read.
const LONGEST: usize = 16 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mechanism {
    Plain,
    Login { has_user: bool },
    Digest,
    Bearer,
    Ntlm,
    Other,
}

/// One login.
#[derive(Debug)]
pub(super) struct Sasl {
    mechanism: Mechanism,
    field: String,
}

impl Sasl {
    /// A login by this mechanism.
    pub(super) fn new(name: &str) -> Self {
        let field = name.to_ascii_lowercase();
        let mechanism = match field.as_str() {
            "plain" => Mechanism::Plain,
            "login" => Mechanism::Login { has_user: false },
            "cram-md5" => Mechanism::Digest,
            "xoauth2" | "oauthbearer" | "xoauth" => Mechanism::Bearer,
            "ntlm" => Mechanism::Ntlm,
            _ => Mechanism::Other,
        };
        Self { mechanism, field }
    }

    /// Reads an answer of the client. Whether another one may follow.
    pub(super) fn answer(&mut self, encoded: &[u8], at: At, say: Say<'_>) -> bool {
        let encoded = encoded.trim_ascii();
        if encoded == b"*" {
            return false;
        }
        let Some(decoded) = decode(encoded) else { return self.mechanism == Mechanism::Other };
        let field = self.field.as_str();
        let mut tell = |kind, value: &[u8], chain: &[&str]| {
            if !value.is_empty() {
                say(Event::Value(Value { kind, value: String::from_utf8_lossy(value), field, chain, at }));
            }
        };
        match self.mechanism {
            Mechanism::Plain => {
                // Whom to act as, who it is, the password.
                let mut parts = decoded.splitn(3, |byte| *byte == 0).skip(1);
                tell(ValueKind::Username, parts.next().unwrap_or_default(), &["base64"]);
                tell(ValueKind::Password, parts.next().unwrap_or_default(), &["base64"]);
                decoded.is_empty()
            }
            Mechanism::Login { has_user: false } => {
                tell(ValueKind::Username, &decoded, &["base64"]);
                self.mechanism = Mechanism::Login { has_user: true };
                true
            }
            Mechanism::Login { has_user: true } => {
                tell(ValueKind::Password, &decoded, &["base64"]);
                false
            }
            Mechanism::Digest => {
                let end = memchr::memrchr(b' ', &decoded).unwrap_or(0);
                tell(ValueKind::Username, decoded.get(..end).unwrap_or_default(), &["base64"]);
                false
            }
            Mechanism::Bearer => {
                for part in decoded.split(|byte| matches!(byte, 1 | b',')) {
                    if let Some(user) = part.strip_prefix(b"user=").or_else(|| part.strip_prefix(b"a=")) {
                        tell(ValueKind::Username, user, &["base64"]);
                    } else if let Some(token) = part.strip_prefix(b"auth=Bearer ") {
                        tell(ValueKind::Token, token, &["base64"]);
                    }
                }
                false
            }
            Mechanism::Ntlm => {
                if let Some(user) = ntlm_user(&decoded) {
                    tell(ValueKind::Username, user.as_bytes(), &["base64", "ntlm"]);
                }
                true
            }
            Mechanism::Other => true,
        }
    }
}

/// Base64 with or without its padding.
fn decode(encoded: &[u8]) -> Option<Vec<u8>> {
    let end = encoded.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    BASE64_NOPAD.decode(encoded.get(..end.min(LONGEST))?).ok()
}

/// The user in an NTLM authenticate message ([MS-NLMP], section 2.2.1.3): length and place of the name, in UTF-16 where a flag says so.
fn ntlm_user(message: &[u8]) -> Option<Cow<'_, str>> {
    let fields = message.strip_prefix(b"NTLMSSP\0\x03\0\0\0")?;
    let long = |index: usize| fields.get(index..).and_then(<[u8]>::first_chunk).map(|bytes| u32::from_le_bytes(*bytes) as usize);
    let length = fields.get(24..).and_then(<[u8]>::first_chunk).map(|bytes| usize::from(u16::from_le_bytes(*bytes)))?;
    let name = message.get(long(28)?..)?.get(..length)?;
    if long(48)? & 1 == 0 {
        return Some(String::from_utf8_lossy(name));
    }
    let units = name.chunks_exact(2).filter_map(<[u8]>::first_chunk).map(|pair| u16::from_le_bytes(*pair));
    Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    fn told(mechanism: &str, answers: &[&[u8]]) -> Vec<String> {
        let (mut sasl, mut lines) = (Sasl::new(mechanism), Vec::new());
        for answer in answers {
            sasl.answer(BASE64.encode(answer).as_bytes(), At::default(), &mut |event| lines.push(super::super::testing::line(&event)));
        }
        lines
    }

    #[test]
    fn each_mechanism_tells_what_it_shows() {
        let both = [r#"value username plain=anna ["base64"]"#, r#"value password plain=tiger12 ["base64"]"#];
        assert_eq!(told("PLAIN", &[b"\0anna\0tiger12"]), both);
        assert_eq!(told("Plain", &[b"admin\0anna\0tiger12"]), both);
        assert_eq!(told("LOGIN", &[b"anna", b"tiger12"]), both.map(|line| line.replace("plain", "login")));
        assert_eq!(told("CRAM-MD5", &[b"anna b913a602c7eda7a495b4e6e7334d3890"]), [r#"value username cram-md5=anna ["base64"]"#]);
        let token = [r#"value username xoauth2=anna@example.org ["base64"]"#, r#"value token xoauth2=ya29.x ["base64"]"#];
        assert_eq!(told("XOAUTH2", &[b"user=anna@example.org\x01auth=Bearer ya29.x\x01\x01"]), token);
        assert!(told("GSSAPI", &[b"anything"]).is_empty() && told("PLAIN", &[b""]).is_empty() && told("PLAIN", &[b"x"]).is_empty());
    }

    #[test]
    fn the_user_of_ntlm_is_found_by_its_place() {
        let mut message = b"NTLMSSP\0\x03\0\0\0".to_vec();
        message.resize(64, 0);
        message[36..38].copy_from_slice(&8_u16.to_le_bytes());
        message[40..44].copy_from_slice(&64_u32.to_le_bytes());
        message[60] = 1;
        message.extend_from_slice(b"a\0n\0n\0a\0");
        assert_eq!(told("NTLM", &[&message]), [r#"value username ntlm=anna ["base64", "ntlm"]"#]);
        for end in 0..message.len() {
            assert!(told("NTLM", &[&message[..end]]).is_empty());
        }
    }

    #[test]
    fn what_is_no_base64_or_is_broken_off_tells_nothing() {
        let mut sasl = Sasl::new("plain");
        assert!(!sasl.answer(b"*", At::default(), &mut |_| panic!("told")));
        assert!(!sasl.answer(b"not base64!", At::default(), &mut |_| panic!("told")));
    }
}
