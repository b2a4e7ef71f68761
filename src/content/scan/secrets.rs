//! Passwords, Wi-Fi names and keys, tokens.

use std::sync::LazyLock;

use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::content::starts::Starts;
use crate::event::Role;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "secrets", keyed: is_secrets, signs: Kinds::SECRET, scan, bytes: None };

/// A shorter secret is none.
const SHORTEST: usize = 4;
/// A token under a key that says so is at least this long; under a key with other uses it is longer and has no pattern.
const TOKEN: usize = 8;
const FREE_TOKEN: usize = 16;
/// Bits a character of a token under such a key.
const ENTROPY: f64 = 3.0;
/// Characters, and bits a character, of a token without a key.
const OPAQUE: usize = 24;
const FREE_ENTROPY: f64 = 4.0;
/// Longest value that is looked at as one secret.
const LONGEST: usize = 4_096;

/// Headers whose secrets the protocol itself names.
const NAMED: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate", "proxy-authenticate"];

/// What secrets begin with by which they are known.
static SIGNS: [&str; 8] = ["eyJ", "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "-----BEGIN ", "://"];

static STARTS: LazyLock<Starts> = LazyLock::new(|| Starts::new(&SIGNS));
/// The same but for links: there is no password in one without an `@`, and pages are full of them.
static BUT_LINKS: LazyLock<Starts> = LazyLock::new(|| Starts::new(SIGNS.split_last().map_or(&[], |(_, others)| others)));

/// Finds what a secret could begin with.
fn starts(kinds: Kinds) -> &'static Starts {
    if kinds.has(Kinds::AT) { &STARTS } else { &BUT_LINKS }
}

/// Whether anything stands in it that a secret could begin with.
pub(in crate::content) fn may_stand_in(bytes: &[u8], kinds: Kinds) -> bool {
    bytes.len() >= 16 && starts(kinds).is_in(bytes)
}

/// Whether a key names a secret, or what one is for.
fn is_secrets(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Password | Meaning::NetworkKey | Meaning::NetworkName | Meaning::Token { .. } | Meaning::Username)
}

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.whole.role == Role::Header && text.whole.field.is_some_and(|field| NAMED.iter().any(|name| field.eq_ignore_ascii_case(name))) {
        hits.extend(parameter(text).or_else(|| kept(text)));
        return;
    }
    let by_key = by_key(text);
    if let Some(hit) = by_key {
        hits.push(hit);
    } else if text.bytes.len() >= 16 {
        if text.kinds.has(Kinds::SECRET) {
            by_form(text, hits);
        }
        if hits.is_empty() && !text.is_known && text.whole.role == Role::Target {
            hits.extend(opaque(text));
        }
    }
}

/// A part of a target that may well open something: long, without sense. Hidden, never told.
fn opaque(text: &Text<'_>) -> Option<Hit> {
    let value = short(text, 256).filter(|value| value.len() >= OPAQUE)?;
    let count = |wanted: fn(&u8) -> bool| value.as_bytes().iter().filter(|byte| wanted(byte)).count();
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'='));
    let is_mixed = count(u8::is_ascii_digit) >= 3 && count(u8::is_ascii_lowercase) >= 3 && count(u8::is_ascii_uppercase) >= 3;
    (is_word && is_mixed && entropy(value) >= FREE_ENTROPY).then(|| whole(text, ValueKind::Token, value.to_owned(), Confidence::Low))
}

/// A token among the parameters of a scheme that only its maker knows (RFC 9110, section 11.2): `Example Id="1", SsoToken="…"`.
fn parameter(text: &Text<'_>) -> Option<Hit> {
    let field = text.whole.field.filter(|field| field.to_ascii_lowercase().ends_with("authorization"))?;
    let is_parameter = !text.key.is_empty() && !text.key.eq_ignore_ascii_case(field) && matches!(text.meaning, Some(Meaning::Token { strong: true }));
    if is_parameter { by_key(text) } else { None }
}

/// A password or network that a cookie keeps. That a token stands in one says the cookie itself.
fn kept(text: &Text<'_>) -> Option<Hit> {
    let is_cookie = text.whole.field.is_some_and(|field| field.to_ascii_lowercase().ends_with("cookie"));
    let is_kept = matches!(text.meaning, Some(Meaning::Password | Meaning::NetworkKey | Meaning::NetworkName));
    if is_cookie && is_kept { by_key(text) } else { None }
}

fn by_key(text: &Text<'_>) -> Option<Hit> {
    let meaning = text.meaning.filter(|meaning| !matches!(meaning, Meaning::Token { strong: false }) || text.bytes.len() >= FREE_TOKEN)?;
    let value = short(text, LONGEST)?;
    let (kind, is_one) = match meaning {
        Meaning::Password => (ValueKind::Password, value.len() <= 128 && is_secret(value)),
        Meaning::NetworkKey => (ValueKind::NetworkKey, value.len() <= 128 && is_secret(value)),
        Meaning::NetworkName => (ValueKind::NetworkName, is_network_name(value)),
        Meaning::Token { strong } => (ValueKind::Token, is_token(value, strong) && is_secret(value) && !is_public(text.key, value)),
        Meaning::Username => (ValueKind::Username, value.len() <= 64 && is_secret(value) && !value.contains('@')),
        _ => return None,
    };
    let form = if matches!(kind, ValueKind::Password) && is_digest(value) { "digest" } else { "" };
    is_one.then(|| Hit { form, ..whole(text, kind, value.to_owned(), Confidence::High) })
}

/// As many hexadecimal digits as a digest has: not the password, but what a device made of it (RFC 7616 for web servers; makers have schemes of their own).
fn is_digest(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128) && value.bytes().all(|byte| byte.is_ascii_hexdigit()) && (4..value.len()).contains(&digits)
}

/// Not hidden, not empty, not a word that stands for nothing, not a placeholder of a documentation.
fn is_secret(value: &str) -> bool {
    const EMPTY: &[&str] = &[
        "null",
        "none",
        "empty",
        "true",
        "false",
        "undefined",
        "nil",
        "password",
        "token",
        "secret",
        "unknown",
        "string",
        "required",
        "optional",
        "hidden",
        "redacted",
        "(null)",
        "n/a",
        "yes",
        "text",
    ];
    let first = value.chars().next();
    // `******`; a row of one digit is a poor password, but one.
    let is_hidden = value.chars().all(|c| Some(c) == first) && !value.starts_with(|c: char| c.is_ascii_digit());
    let kinds = Kinds::of(value.as_bytes());
    let is_within = |open: char, close: char| value.find(open).is_some_and(|at| value.get(at..).is_some_and(|rest| rest.contains(close)));
    let is_template = kinds.has(Kinds::BRACKET.and(Kinds::BRACE)) && (is_within('<', '>') || is_within('{', '}'));
    let is_variable = value.strip_prefix('$').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '{' | '(' | '_')));
    let is_sample = is_template || is_variable || value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("your"));
    value.chars().count() >= SHORTEST
        && !is_hidden
        && !is_sample
        && !is_program(value)
        && !has_stars(value)
        && !EMPTY.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Whether a part of it is hidden.
fn has_stars(value: &str) -> bool {
    memchr::memchr(b'*', value.as_bytes()).is_some() && value.contains("***")
}

/// A call, or what begins one, in the text of a program: `function(`, `form.pwd.value`, `getPassword(),`.
fn is_program(value: &str) -> bool {
    const WORDS: &[&str] = &["function", "this.", "window.", "document.", "new ", "return ", "typeof ", "void ", "await ", "async ", "self.", "e.target"];
    let name = value.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let is_call = name > 2 && value.get(name..).is_some_and(|rest| rest.starts_with("()") || rest.starts_with('(') && !rest.contains(')'));
    let first = value.as_bytes().first();
    is_call
        || WORDS.iter().any(|word| word.as_bytes().first() == first && value.starts_with(word))
        || value.strip_suffix("value").is_some_and(|name| name.ends_with('.'))
}

fn is_token(value: &str, strong: bool) -> bool {
    if value.len() < if strong { TOKEN } else { FREE_TOKEN } {
        return false;
    }
    let is_one_word = value.bytes().all(|byte| byte.is_ascii_graphic()) && value.bytes().any(|byte| Some(byte) != value.bytes().next());
    let mixed = value.bytes().any(|byte| byte.is_ascii_digit()) || value.len() >= FREE_TOKEN;
    let fits = if strong { mixed } else { value.bytes().any(|byte| byte.is_ascii_digit()) && entropy(value) >= ENTROPY };
    is_one_word && fits
}

/// The name of a program's public key (.NET), and of a subscription to events (UPnP Device Architecture, section 4.1).
fn is_public(key: &str, value: &str) -> bool {
    key.eq_ignore_ascii_case("publicKeyToken") || value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("uuid:"))
}

/// At most 32 bytes (IEEE 802.11, section 9.4.2.2).
fn is_network_name(value: &str) -> bool {
    const STATES: &[&str] = &["on", "off", "true", "false", "null", "none", "enabled", "disabled", "connected", "unknown", "hidden", "any", "yes", "no", "ok"];
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    (2..=32).contains(&value.len())
        && !is_number
        && !has_stars(value)
        && !value.starts_with(['{', '[', '<'])
        && !STATES.iter().any(|state| value.eq_ignore_ascii_case(state))
}

/// Shannon, in bits a character.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// Secrets that their own form gives away, wherever they stand.
fn by_form(text: &Text<'_>, hits: &mut Vec<Hit>) {
    let bytes = text.bytes;
    let mut done = 0;
    starts(text.kinds).each(bytes, |start, which| {
        if start < done {
            return true;
        }
        let before = start.checked_sub(1).and_then(|index| bytes.get(index));
        let is_inside = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        let rest = bytes.get(start..bytes.len().min(start.saturating_add(LONGEST))).unwrap_or_default();
        let hit = match which {
            7 => userinfo(bytes, start + 3),
            6 => private_key(rest, start),
            _ if is_inside => None,
            0 => web_token(rest, start),
            5 => fixed(rest, start, 39, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'), Confidence::Medium),
            _ => fixed(rest, start, 20, |byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'), Confidence::Medium),
        };
        if let Some(hit) = hit {
            done = hit.start + hit.length;
            hits.push(hit);
        }
        hits.len() <= text.most
    });
}

/// A JSON web token whose first part says how it is signed (RFC 7519).
fn web_token(rest: &[u8], start: usize) -> Option<Hit> {
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=')).count();
    let token = rest.get(..length)?;
    crate::content::unwrap::jwt_payload(token)?;
    Some(Hit {
        kind: ValueKind::Token,
        value: String::from_utf8_lossy(token).into_owned(),
        confidence: Confidence::High,
        start,
        length,
        decimals: None,
        form: "",
    })
}

/// A key of a cloud service: a fixed start and a fixed length.
fn fixed(rest: &[u8], start: usize, length: usize, is_part: impl Fn(u8) -> bool, confidence: Confidence) -> Option<Hit> {
    let token = rest.get(..length)?;
    let ends = rest.get(length).is_none_or(|byte| !is_part(*byte) && !byte.is_ascii_alphanumeric());
    let fits = token.iter().all(|byte| is_part(*byte)) && ends;
    fits.then(|| Hit { kind: ValueKind::Token, value: String::from_utf8_lossy(token).into_owned(), confidence, start, length, decimals: None, form: "" })
}

/// RFC 7468.
fn private_key(rest: &[u8], start: usize) -> Option<Hit> {
    let line = rest.get(..64.min(rest.len()))?;
    memchr::memmem::find(line, b"PRIVATE KEY-----")?;
    let length = memchr::memmem::find(rest, b"-----END").unwrap_or(rest.len());
    Some(Hit {
        kind: ValueKind::Token,
        value: String::from_utf8_lossy(rest.get(..length)?).into_owned(),
        confidence: Confidence::High,
        start,
        length,
        decimals: None,
        form: "",
    })
}

/// `scheme://user:password@host` (RFC 3986, section 3.2.1).
fn userinfo(bytes: &[u8], from: usize) -> Option<Hit> {
    let window = bytes.get(from..bytes.len().min(from.saturating_add(256)))?;
    let end = window.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'"' | b'<' | b'>') || byte.is_ascii_whitespace()).unwrap_or(window.len());
    let authority = window.get(..end)?;
    let at = memchr::memrchr(b'@', authority)?;
    let colon = memchr::memchr(b':', authority.get(..at)?)?;
    let password = authority.get(colon + 1..at).filter(|password| password.len() >= SHORTEST)?;
    let password = std::str::from_utf8(password).ok().filter(|password| is_secret(password))?;
    Some(Hit {
        kind: ValueKind::Password,
        value: password.to_owned(),
        confidence: Confidence::High,
        start: from + colon + 1,
        length: password.len(),
        decimals: None,
        form: "",
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, scan as search, told};
    use super::*;

    #[test]
    fn secrets_are_found_by_their_keys() {
        let found = search(
            Role::Body,
            "{\"ssid\":\"Example Net\",\"psk\":\"correct horse\",\"password\":\"s3cret!\",\"access_token\":\"4TRQL2OUjaXIbMhezE0Y\",\"user\":\"anna99\"}",
        );
        let all: Vec<_> = found.iter().map(|hit| (hit.kind, hit.value.as_str())).collect();
        for want in [
            (ValueKind::NetworkName, "Example Net"),
            (ValueKind::NetworkKey, "correct horse"),
            (ValueKind::Token, "4TRQL2OUjaXIbMhezE0Y"),
            (ValueKind::Username, "anna99"),
        ] {
            assert!(all.contains(&want), "{want:?}: {all:?}");
        }
    }

    #[test]
    fn a_password_beside_a_network_name_is_the_networks() {
        assert_eq!(told(ValueKind::NetworkKey, Role::Body, "password=correct+horse&ssid=Example"), ["correct horse"]);
        assert_eq!(told(ValueKind::Password, Role::Body, "password=correct+horse&user=anna"), ["correct horse"]);
    }

    #[test]
    fn a_program_is_no_password() {
        for text in [
            "rules = { password: function(value) { return 1 } }",
            "var form = 1, password: getPassword(), x",
            "x = {\"password\":\"this.password\"}",
            "if (a) password=document.form.pwd.value; b",
        ] {
            assert!(told(ValueKind::Password, Role::Body, text).is_empty(), "{text}");
        }
        assert_eq!(told(ValueKind::Password, Role::Body, "{\"password\":\"a(b)c.d1\"}"), ["a(b)c.d1"]);
    }

    #[test]
    fn a_digest_is_told_as_one() {
        let found = search(Role::Body, "<Login><Username>admin</Username><LoginPassword>0A1B2C3D4E5F60718293A4B5C6D7E8F9</LoginPassword></Login>");
        let decode: Vec<_> = found.iter().filter(|hit| hit.kind == ValueKind::Password).filter_map(|hit| hit.decode.last()).collect();
        assert_eq!(decode, ["digest"]);
    }

    #[test]
    fn cookies_that_keep_a_password_tell_it() {
        let mut text = super::super::tests::readable(Role::Header, b"a=1; pwd=korrekt-pferd-42; token=4TRQL2OUjaXIbMhezE0Y");
        text.field = Some("Cookie");
        let found: Vec<_> = crate::content::scan(&text, &Context::default()).into_iter().map(|hit| (hit.kind, hit.value)).collect();
        assert_eq!(found, [(ValueKind::Password, "korrekt-pferd-42".to_owned())]);
    }

    #[test]
    fn a_row_of_one_digit_is_a_password_and_no_token() {
        assert_eq!(told(ValueKind::Password, Role::Target, "/x?ID=1&PASSWORD=00000000"), ["00000000"]);
        nothing(Role::Target, "/x?token=00000000000000000000");
    }

    #[test]
    fn secrets_are_found_by_their_form() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        assert_eq!(told(ValueKind::Token, Role::Unknown, &format!("got {jwt} ok")), [jwt]);
        assert_eq!(told(ValueKind::Token, Role::Unknown, "id AKIAIOSFODNN7EXAMPLE end"), ["AKIAIOSFODNN7EXAMPLE"]);
        assert_eq!(told(ValueKind::Token, Role::Unknown, "k=AIzaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA end").len(), 1);
        assert_eq!(told(ValueKind::Password, Role::Unknown, "open rtsp://admin:s3cret99@192.0.2.7/live now"), ["s3cret99"]);
        assert_eq!(told(ValueKind::Token, Role::Unknown, "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----").len(), 1);
    }

    #[test]
    fn what_is_hidden_empty_or_public_is_no_secret() {
        for text in [
            "{\"password\":\"***\",\"token\":null,\"secret\":\"\",\"psk\":true,\"pwd\":\"******\"}",
            "{\"password\":\"abc\",\"token\":\"none\",\"api_key\":\"YOUR_API_KEY_HERE\",\"secret\":\"${SECRET_VALUE}\"}",
            "{\"client_id\":\"toy-app-1234567890abcdef\",\"csrf_token\":\"0a1b2c3d4e5f60718293\",\"nextPageToken\":\"CAUQAA12345678\"}",
            "{\"session\":\"1\",\"key\":\"temperature\",\"auth\":\"wpa2\",\"wifi\":\"on\",\"ssid\":\"\"}",
            "a password, or a token: both are words",
            "http://192.0.2.1:8080/x ftp://anna@example.org/",
            "{\"publicKeyToken\":\"31bf3856ad364e35\"}",
            "SID: uuid:0a1b2c3d-0000-4000-8000-0123456789ab",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        ] {
            nothing(Role::Body, text);
        }
        nothing(Role::Target, "/user/password/reset?x=1");
    }

    #[test]
    fn a_makers_own_scheme_tells_its_token() {
        let mut header = super::super::tests::readable(
            Role::Header,
            b"Example Type=\"SSO\", Client=\"lamp\", Nonce=\"OZMpYZH1qJot19MI==\", SSOToken=\"kcK0Tg/C4h7UlXar+12==\"",
        );
        header.field = Some("Authorization");
        let found = crate::content::scan(&header, &Context::default());
        assert_eq!(found.iter().map(|hit| (hit.kind, hit.value.as_str())).collect::<Vec<_>>(), [(ValueKind::Token, "kcK0Tg/C4h7UlXar+12==")]);
        header.bytes = b"Bearer 4TRQL2OUjaXIbMhezE0Y";
        assert!(crate::content::scan(&header, &Context::default()).is_empty(), "the protocol tells it");
    }

    #[test]
    fn a_word_without_sense_in_a_target_is_hidden_and_not_told() {
        let path = "/v2/s/q7Zt3LxW9dKf2RbN6yHc8Vm1PgUe4TsA/track?file=Some-Story-About-A-Fox-And-2-Bears";
        nothing(Role::Target, path);
        assert_eq!(crate::content::mask_text(path, &search(Role::Target, path)), path.replace("q7Zt3LxW9dKf2RbN6yHc8Vm1PgUe4TsA", "••••"));
    }

    #[test]
    fn a_key_in_a_path_is_a_token() {
        let key = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
        assert_eq!(told(ValueKind::Token, Role::Target, &format!("/api/{key}/lights/1/state")), [key]);
        for path in ["/api/getDeviceStatus2000ForEveryone", "/api/v2/devices", "/img/0a1b2c3d4e5f60718293a4b5c6d7e8f9", "/api/00000000000000000000000000000001"]
        {
            nothing(Role::Target, path);
        }
    }

    #[test]
    fn a_header_that_the_protocol_reads_is_left_to_it() {
        let mut header = super::super::tests::readable(Role::Header, b"session=4TRQL2OUjaXIbMhezE0Y; token=abcdefgh12345678");
        header.field = Some("Cookie");
        assert!(crate::content::scan(&header, &Context::default()).is_empty());
    }
}
