//! What the head of a message tells: names, readable fields, and the secrets whose form HTTP itself fixes.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use data_encoding::{BASE64, BASE64_NOPAD};

use super::super::head::{Field, Head};
use super::super::protocol::{Input, Say};
use crate::event::{Event, Name, NameSource, Place, Readable, Role, Subject, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// Fields that say nothing of a person or a device.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "date",
    "dnt",
    "etag",
    "expect",
    "expires",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "p3p",
    "pragma",
    "proxy-connection",
    "referrer-policy",
    "range",
    "retry-after",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "sec-websocket-accept",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "vary",
    "x-cache",
    "x-content-type-options",
    "x-frame-options",
    "x-ua-compatible",
    "x-xss-protection",
];

/// Tells the fields of a head or trailer that begins where `input` does.
pub(in super::super) fn fields(fields: &[Field<'_>], input: &Input<'_>, say: Say<'_>) {
    for one in fields {
        field(one.name, one.value, input.place(one.at), say);
    }
}

/// Tells a field and the secrets in it; `place`: where its value was seen.
pub(in super::super) fn field(name: &str, value: &[u8], place: Place<'_>, say: Say<'_>) {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if value.is_empty() || HARMLESS.iter().any(|harmless| is(harmless)) {
        return;
    }
    say(Event::Readable(Readable { role: Role::Header, bytes: value, field: Some(name), media: None, chain: &[], place }));
    let at = place.at(0, value.len());
    let text = String::from_utf8_lossy(value);
    if is("authorization") || is("proxy-authorization") {
        authorization(name, &text, at, say);
    } else if is("cookie") {
        for pair in text.split(';') {
            cookie(pair, at, say);
        }
    } else if is("set-cookie") {
        cookie(text.split(';').next().unwrap_or_default(), at, say);
    }
}

/// `name=value`; an empty value, quoted or not, deletes a cookie.
fn cookie(pair: &str, at: At, say: Say<'_>) {
    if let Some((name, value)) = pair.split_once('=')
        && !value.trim().trim_matches('"').is_empty()
    {
        say(Event::Value(Value { kind: ValueKind::Cookie, value: Cow::Borrowed(value.trim()), field: name.trim(), chain: &[], at }));
    }
}

/// RFC 7617 (Basic), RFC 6750 (Bearer), RFC 7616 (Digest: the password stays hidden, the user name does not).
fn authorization(field: &str, text: &str, at: At, say: Say<'_>) {
    let Some((scheme, rest)) = text.split_once(|c: char| c.is_ascii_whitespace()) else { return };
    let rest = rest.trim();
    let name = field.to_ascii_lowercase();
    let mut tell = |kind, value: &str, chain: &[&str]| {
        if !value.is_empty() {
            say(Event::Value(Value { kind, value: Cow::Borrowed(value), field: &name, chain, at }));
        }
    };
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = BASE64_NOPAD.decode(rest.trim_end_matches('=').as_bytes()).or_else(|_| BASE64.decode(rest.as_bytes()));
        let Ok(decoded) = decoded else { return };
        let pair = String::from_utf8_lossy(&decoded);
        let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
        tell(ValueKind::Username, user, &["basic"]);
        tell(ValueKind::Password, password, &["basic"]);
    } else if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token") {
        tell(ValueKind::Token, rest, &[]);
    } else if scheme.eq_ignore_ascii_case("digest") {
        tell(ValueKind::Username, digest_user(rest).unwrap_or_default(), &[]);
    }
}

/// The value of `username` in the parameters of Digest.
fn digest_user(parameters: &str) -> Option<&str> {
    parameters.split(',').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("username").then(|| value.trim().trim_matches('"'))
    })
}

/// Tells a request target, and the user that an absolute one may hold.
pub(in super::super) fn target(bytes: &[u8], place: Place<'_>, say: Say<'_>) {
    let readable = Readable { role: Role::Target, bytes, field: None, media: None, chain: &[], place };
    say(Event::Readable(readable));
    let text = String::from_utf8_lossy(bytes);
    if let Some(key) = path_key(&text) {
        say(Event::Value(Value { kind: ValueKind::Token, value: Cow::Borrowed(key), field: "api", chain: &[], at: place.at(0, bytes.len()) }));
    }
    let Some((user, _)) = authority(&text).and_then(|authority| authority.rsplit_once('@')) else { return };
    let at = place.at(0, bytes.len());
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    for (kind, value) in [(ValueKind::Username, user), (ValueKind::Password, password)] {
        if !value.is_empty() {
            say(Event::Value(Value { kind, value: unescape(value), field: "userinfo", chain: &[], at }));
        }
    }
}

/// What the paths of lighting bridges name behind the key of who asks (Philips Hue CLIP API v1; Nanoleaf OpenAPI).
#[rustfmt::skip]
const BEHIND_KEY: &[&str] = &[
    "capabilities", "config", "effects", "events", "groups", "identify", "info", "lights", "panelLayout", "resourcelinks", "rhythm", "rules", "scenes",
    "schedules", "sensors", "state",
];

/// The key in the path of a request to a lighting bridge, which lets whoever hears it switch the lights: `/api/KEY/lights`, `/api/v1/KEY/state`.
fn path_key(target: &str) -> Option<&str> {
    let rest = target.strip_prefix("/api/")?;
    let rest = rest.strip_prefix("v1/").unwrap_or(rest);
    let mut parts = rest.split(['/', '?']);
    let (key, next) = (parts.next()?, parts.next());
    let fits = (20..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let varied = key.bytes().any(|byte| byte.is_ascii_digit());
    (fits && varied && next.is_none_or(|next| next.is_empty() || BEHIND_KEY.contains(&next))).then_some(key)
}

/// The authority of an absolute target, with its user.
fn authority(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once("://")?;
    let known = scheme.chars().all(|c| c.is_ascii_alphanumeric());
    known.then(|| rest.split(['/', '?', '#']).next()).flatten()
}

/// The host that a request names: the Host field, else the authority of its target (a CONNECT's target is nothing else, and told as such).
pub(in super::super) fn host(head: &Head<'_>, target: &str) -> Option<String> {
    if let Some(field) = head.field("host").filter(|field| !field.value.is_empty()) {
        return Some(field.text().into_owned());
    }
    let named = authority(target)?;
    let named = named.rsplit_once('@').map_or(named, |(_, host)| host);
    (!named.is_empty()).then(|| named.to_owned())
}

/// Whether a request is one that a proxy is asked (RFC 9112, section 3.2): its host is not the other end of the conversation.
pub(in super::super) fn is_for_a_proxy(method: &str, target: &str) -> bool {
    method == "CONNECT" || authority(target).is_some()
}

/// Tells what a Host field holds, as it was sent: a name, and the port that may stand behind it. An address or `localhost` names nobody.
pub(in super::super) fn name(host: &str, proxied: bool, at: At, say: Say<'_>) {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name);
    let name = name.trim_end_matches('.');
    let literal = name.starts_with('[') || name.parse::<Ipv4Addr>().is_ok() || name.parse::<Ipv6Addr>().is_ok();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let subject = if proxied { Subject::Addresses(&[]) } else { Subject::Server };
    if !literal && plain && !name.eq_ignore_ascii_case("localhost") && (1..=253).contains(&name.len()) {
        say(Event::Name(Name { source: NameSource::HttpHost, name: host, subject, at }));
    }
}

/// Percent-encoding undone (RFC 3986, section 2.1).
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, more)) = rest.split_first() {
        rest = more;
        let escaped = if *byte == b'%' { more.split_first_chunk::<2>().and_then(|(digits, more)| Some((hex(*digits)?, more))) } else { None };
        if let Some((_, more)) = escaped {
            rest = more;
        }
        bytes.push(escaped.map_or(*byte, |(byte, _)| byte));
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(digits: [u8; 2]) -> Option<u8> {
    digits.into_iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(digit).to_digit(16)? as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(host: &str) -> Option<String> {
        let mut found = None;
        name(host, false, At::default(), &mut |event| {
            if let Event::Name(name) = event {
                found = Some(name.name.to_owned());
            }
        });
        found
    }

    #[test]
    fn a_host_is_a_name_or_an_address() {
        assert_eq!(named("Api.example.com:8080").as_deref(), Some("Api.example.com:8080"));
        assert_eq!(named("toy.example.").as_deref(), Some("toy.example."));
        for none in ["192.0.2.1", "192.0.2.1:80", "localhost:80", "[2001:db8::1]:80", "2001:db8::1", "", "a b", "x\u{1b}[2J", ":80"] {
            assert_eq!(named(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_bridges_key_stands_in_the_path() {
        let key = "83b7780291a6ceffbe0bd049104df";
        for path in ["/api/KEY", "/api/KEY/lights/1/state", "/api/v1/KEY/panelLayout/layout", "/api/KEY/config?x=1"] {
            assert_eq!(path_key(&path.replace("KEY", key)), Some(key), "{path}");
        }
        for path in ["/api/config", "/api/KEY/users", "/v2/KEY/lights", "/api/newdeveloper/lights", "/api/", "/api/averylongwordwithoutdigits/lights"] {
            assert_eq!(path_key(&path.replace("KEY", key)), None, "{path}");
        }
    }

    #[test]
    fn percent_signs_are_undone() {
        assert_eq!(unescape("a%40b%2"), "a@b%2");
        assert_eq!(unescape("%zz%e2%82%ac"), "%zz€");
    }

    #[test]
    fn the_user_of_a_digest_is_found() {
        assert_eq!(digest_user(r#"realm="a", Username="anna", uri="/""#), Some("anna"));
        assert_eq!(digest_user("nc=1"), None);
    }
}
