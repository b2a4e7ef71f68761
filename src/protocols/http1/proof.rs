//! What in a request shows who asks: a field, a parameter of its target, or something long and without sense that may be a secret.

use super::super::head::Head;
use crate::event::Proof;

/// Parts of names of fields and parameters that hold a secret or a signature.
const SECRETS: &[&str] = &[
    "token",
    "auth",
    "secret",
    "signature",
    "session",
    "apikey",
    "api-key",
    "api_key",
    "accesskey",
    "passw",
    "ticket",
    "credential",
    "hmac",
    "x-amz-",
    "x-oss-",
    "q-sign",
    "jwt",
];
/// Names that are such as a whole.
const NAMES: &[&str] = &["cookie", "sig", "sign", "sid", "key", "pwd", "pass", "policy", "otp", "pin"];
/// Fewer characters are no secret.
const SHORTEST: usize = 16;
/// Fields whose long values are no secrets.
const OPEN: &[&str] = &[
    "user-agent",
    "if-none-match",
    "etag",
    "accept",
    "referer",
    "origin",
    "content-type",
    "range",
    "if-range",
    "via",
    "host",
    "date",
    "accept-encoding",
    "accept-language",
];

/// What a request shows of who asks.
pub(super) fn of(head: &Head<'_>, target: &str) -> Proof {
    let fields = head.fields.iter().filter(|field| !field.value.is_empty());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = || query.split(['&', ';']).filter_map(|pair| pair.split_once('=')).filter(|(_, value)| !value.is_empty());
    let has_user = path.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|authority| authority.contains('@')));
    if has_user || fields.clone().any(|field| is_secret(field.name)) || pairs().any(|(name, _)| is_secret(name)) {
        return Proof::Given;
    }
    let values = fields.filter(|field| !OPEN.iter().any(|name| field.is(name))).map(|field| field.text().into_owned());
    let is_opaque = values.chain(pairs().map(|(_, value)| value.to_owned())).any(|value| is_opaque(&value)) || path.split('/').any(is_opaque);
    if is_opaque { Proof::Perhaps } else { Proof::Nothing }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || SECRETS.iter().any(|part| name.contains(part))
}

/// Whether a text is long and has no sense: letters and digits, or both cases, in disorder.
fn is_opaque(text: &str) -> bool {
    let text = text.trim_end_matches('=').split('.').next().unwrap_or_default();
    if text.len() < SHORTEST || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'+')) {
        return false;
    }
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let changes = text.bytes().zip(text.bytes().skip(1)).filter(|(one, next)| kind(*one) != kind(*next) && kind(*one) < 3 && kind(*next) < 3).count();
    changes >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(target: &str, fields: &str) -> Proof {
        let text = format!("GET {target} HTTP/1.1\r\nHost: api.example\r\nUser-Agent: App/1.0 (a1B2c3D4e5F6a7B8c9)\r\n{fields}\r\n");
        of(&Head::read(text.as_bytes()).unwrap(), target)
    }

    #[test]
    fn a_request_shows_who_asks_or_not() {
        for (target, fields, want) in [
            ("/app/getTrack?imei=352099001761481&day=2026-04-22", "", Proof::Nothing),
            ("/static/icons/bear-with-balloon.jpg", "", Proof::Nothing),
            ("/a?id=1", "Authorization: Bearer x\r\n", Proof::Given),
            ("/a?id=1", "Cookie: a=b\r\n", Proof::Given),
            ("/a?id=1", "X-Session-Id: 7\r\n", Proof::Given),
            ("/a.mp3?X-Amz-Signature=00ff", "", Proof::Given),
            ("/a?access_token=x", "", Proof::Given),
            ("http://anna:pin@api.example/a", "", Proof::Given),
            ("/v2/s/c2FtcGxlLXRva2VuLW9m/devices/12", "", Proof::Perhaps),
            ("/a?v=9f86d081884c7d659a2f", "", Proof::Perhaps),
            ("/a?id=1", "X-Client: 9f86d081884c7d659a2f\r\n", Proof::Perhaps),
        ] {
            assert_eq!(proof(target, fields), want, "{target} {fields}");
        }
    }
}
