//! What an `Authorization` field of RTSP or SIP tells: RFC 7617 (Basic: user and password are only encoded) and RFC 7616 (Digest: the user is there,
//! the password is not).
//!
//! No protocol of its own. In comes the field's text, out go values.

use std::borrow::Cow;

use data_encoding::{BASE64, BASE64_NOPAD};

use super::protocol::Say;
use crate::event::{Event, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// Tells what the value of a field tells; `field` is its name.
pub(super) fn tell(text: &str, field: &str, at: At, say: Say<'_>) {
    let Some((scheme, rest)) = text.trim().split_once(|c: char| c.is_ascii_whitespace()) else { return };
    let mut value = |kind, value: &str, chain: &[&str]| {
        if !value.is_empty() {
            say(Event::Value(Value { kind, value: Cow::Borrowed(value), field, chain, at }));
        }
    };
    if scheme.eq_ignore_ascii_case("basic") {
        let rest = rest.trim();
        let decoded = BASE64_NOPAD.decode(rest.trim_end_matches('=').as_bytes()).or_else(|_| BASE64.decode(rest.as_bytes()));
        let Ok(decoded) = decoded else { return };
        let pair = String::from_utf8_lossy(&decoded);
        let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
        value(ValueKind::Username, user, &["basic"]);
        value(ValueKind::Password, password, &["basic"]);
    } else if scheme.eq_ignore_ascii_case("bearer") {
        value(ValueKind::Token, rest.trim(), &[]);
    } else if scheme.eq_ignore_ascii_case("digest") {
        value(ValueKind::Username, parameter(rest, "username").unwrap_or_default(), &[]);
    }
}

/// The value of a parameter in `name="value", name=value`; none where it is missing.
fn parameter<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').map_or((after, ""), |(value, next)| (value, next)),
        };
        if key.trim().trim_start_matches(',').trim().eq_ignore_ascii_case(name) {
            return Some(value.trim());
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        tell(text, "authorization", At::default(), &mut |event| lines.push(super::super::testing::line(&event)));
        lines
    }

    #[test]
    fn basic_tells_a_password_and_digest_a_user_only() {
        let basic = [r#"value username authorization=admin ["basic"]"#, r#"value password authorization=12345 ["basic"]"#];
        assert_eq!(told("Basic YWRtaW46MTIzNDU="), basic);
        assert_eq!(told("basic YWRtaW46MTIzNDU"), basic);
        assert_eq!(told(r#"Digest realm="a, username=b", username="anna", response="00ff""#), ["value username authorization=anna []"]);
        assert_eq!(told("Bearer abc"), ["value token authorization=abc []"]);
        for none in ["", "Basic", "Basic ****", "Digest nc=1", "Digest username=", "Other x"] {
            assert!(told(none).is_empty(), "{none}");
        }
    }
}
