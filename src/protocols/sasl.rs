//! What a client's first or next word in a SASL exchange (RFC 4422) tells: user, password, token.
//!
//! No protocol of its own. In comes the word, unpacked from whatever its protocol wraps it in; out go values.

use std::borrow::Cow;

use super::protocol::Say;
use crate::event::{Event, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// A longer word is not looked at.
const LONGEST: usize = 16 << 10;

/// Tells what `word` says under a mechanism; `chain` is how it was unwrapped.
pub(super) fn tell(mechanism: &str, word: &[u8], chain: &[&str], at: At, say: Say<'_>) {
    let mut value = |kind, value: &[u8], field: &str| {
        if !value.is_empty() && word.len() <= LONGEST {
            say(Event::Value(Value { kind, value: String::from_utf8_lossy(value), field, chain, at }));
        }
    };
    let name = mechanism.to_ascii_uppercase();
    let parts = || word.split(|byte| *byte == 0);
    match name.as_str() {
        // RFC 4616: who it acts for, who it is, the password.
        "PLAIN" => {
            let user = parts().nth(1).filter(|user| !user.is_empty()).or_else(|| parts().next());
            value(ValueKind::Username, user.unwrap_or_default(), "username");
            value(ValueKind::Password, parts().nth(2).unwrap_or_default(), "password");
        }
        // Those of push and chat services have PLAIN's form, with a token for the password.
        "X-OAUTH2" | "X-GOOGLE-TOKEN" | "X-MESSENGER-OAUTH2" => {
            value(ValueKind::Username, parts().nth(1).unwrap_or_default(), "username");
            value(ValueKind::Token, parts().nth(2).unwrap_or_default(), "token");
        }
        "EXTERNAL" => value(ValueKind::Username, word, "username"),
        // RFC 7628, section 3.1, and its forerunner: fields between bytes of value 1.
        "OAUTHBEARER" | "XOAUTH2" => {
            for field in word.split(|byte| *byte == 1) {
                if let Some(token) = strip(field, b"auth=Bearer ") {
                    value(ValueKind::Token, token, "token");
                } else if let Some(user) = strip(field, b"user=") {
                    value(ValueKind::Username, user, "username");
                } else if let Some(user) = field.split(|byte| *byte == b',').find_map(|part| strip(part, b"a=")) {
                    value(ValueKind::Username, user, "username");
                }
            }
        }
        // RFC 2831, section 2.1.2: the password is not told.
        "DIGEST-MD5" => {
            let user = word.split(|byte| *byte == b',').find_map(|part| strip(part, b"username="));
            value(
                ValueKind::Username,
                user.unwrap_or_default().trim_ascii().strip_prefix(b"\"").unwrap_or_default().strip_suffix(b"\"").unwrap_or_default(),
                "username",
            );
        }
        // RFC 2195: the user, a blank, a digest.
        "CRAM-MD5" => value(ValueKind::Username, word.rsplitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default(), "username"),
        // RFC 5802, section 5.1, of the client's first message.
        _ if name.starts_with("SCRAM-") => {
            let user = word.split(|byte| *byte == b',').find_map(|part| strip(part, b"n="));
            let text = String::from_utf8_lossy(user.unwrap_or_default()).replace("=2C", ",").replace("=3D", "=");
            value(ValueKind::Username, text.as_bytes(), "username");
        }
        _ if ["JWT", "TOKEN", "BEARER", "OAUTH", "K8S", "SAS"].iter().any(|word| name.contains(word)) => value(ValueKind::Token, word, "token"),
        _ => {}
    }
}

fn strip<'b>(bytes: &'b [u8], prefix: &[u8]) -> Option<&'b [u8]> {
    bytes.trim_ascii_start().strip_prefix(prefix)
}

/// Tells a user, password or token that a protocol names; nothing where it is empty.
pub(super) fn value(kind: ValueKind, text: &[u8], field: &str, at: At, say: Say<'_>) {
    if !text.is_empty() {
        let value: Cow<'_, str> = String::from_utf8_lossy(text);
        say(Event::Value(Value { kind, value, field, chain: &[], at }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(mechanism: &str, word: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        tell(mechanism, word, &[], At::default(), &mut |event| lines.push(super::super::testing::line(&event)));
        lines
    }

    #[test]
    fn each_mechanism_tells_what_it_holds() {
        let anna = "value username username=anna []";
        assert_eq!(told("PLAIN", b"\0anna\0secret"), [anna, "value password password=secret []"]);
        assert_eq!(told("plain", b"anna\0\0secret"), [anna, "value password password=secret []"]);
        assert_eq!(told("X-OAUTH2", b"\0anna\0t0ken"), [anna, "value token token=t0ken []"]);
        assert_eq!(told("XOAUTH2", b"user=anna\x01auth=Bearer t0ken\x01\x01"), [anna, "value token token=t0ken []"]);
        assert_eq!(told("OAUTHBEARER", b"n,a=anna,\x01host=chat.example\x01auth=Bearer t0ken\x01\x01"), [anna, "value token token=t0ken []"]);
        assert_eq!(told("SCRAM-SHA-256", b"n,,n=a=2Cb,r=abc"), ["value username username=a,b []"]);
        assert_eq!(told("CRAM-MD5", b"anna 00ff"), [anna]);
        assert_eq!(told("DIGEST-MD5", b"realm=\"x\", username=\"anna\",nonce=\"n\""), [anna]);
        assert_eq!(told("EXTERNAL", b"anna"), [anna]);
        assert_eq!(told("JWT", b"a.b.c"), ["value token token=a.b.c []"]);
        for (mechanism, word) in
            [("ANONYMOUS", &b"trace"[..]), ("PLAIN", b""), ("", b"\0a\0b"), ("PLAIN", &vec![b'x'; LONGEST + 1]), ("SCRAM-SHA-1", b"c=biws,r=x,p=y")]
        {
            assert!(told(mechanism, word).is_empty(), "{mechanism}");
        }
    }
}
