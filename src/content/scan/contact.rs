//! E-mail addresses and phone numbers.

use super::dialling::{Digits, is_possible};
use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::find::{Class, find, places};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::event::Role;
use crate::finding::Confidence;
use crate::knowledge::names;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner =
    Scanner { name: "contact", keyed: |meaning| matches!(meaning, Meaning::Phone { .. }), signs: Kinds::AT.and(Kinds::PLUS), scan, bytes: None };

/// Longest local part and domain (RFC 5321, section 4.5.3.1).
const LOCAL: usize = 64;
const DOMAIN: usize = 253;
/// Digits of the shortest phone number.
const SHORTEST: u32 = 7;
/// The same of one that no key names, its country's code among them.
const SHORTEST_FROM_ABROAD: u32 = 9;

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.kinds.has(Kinds::AT) {
        emails(text, hits);
    }
    match text.meaning {
        Some(Meaning::Phone { strong }) => hits.extend(by_key(text, strong)),
        _ if text.kinds.has(Kinds::PLUS) => international(text, hits),
        _ => {}
    }
}

fn emails(text: &Text<'_>, hits: &mut Vec<Hit>) {
    // A program's name holds its maker's address, not the user's.
    if text.whole.role == Role::Header
        && text.whole.field.is_some_and(|field| ["user-agent", "server", "via"].iter().any(|name| field.eq_ignore_ascii_case(name)))
    {
        return;
    }
    for at in places(b'@', text.bytes) {
        // Most signs stand alone, or before a word without a dot.
        let before = at.checked_sub(1).and_then(|before| text.bytes.get(before));
        if !before.is_some_and(|byte| NAME.has(*byte)) || !text.bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let Some(hit) = email(text.bytes, at) else { continue };
        hits.push(hit);
        if hits.len() > text.most {
            break;
        }
    }
}

/// What names before the `@` are written with, and domains behind it.
static NAME: Class = Class::new(true, b"._%+-");
static DOMAINS: Class = Class::new(true, b".-");

/// The address around the `@` at `at` (RFC 5321 `Mailbox`, the forms that people have).
fn email(bytes: &[u8], at: usize) -> Option<Hit> {
    let after = bytes.get(at + 1..bytes.len().min(at + 1 + DOMAIN))?;
    let domain = without_end(after.get(..DOMAINS.begins(after))?, b".-");
    // No suffix has one letter.
    domain.iter().rposition(|byte| *byte == b'.').filter(|dot| dot + 2 < domain.len())?;
    let before = bytes.get(at.saturating_sub(LOCAL + 1)..at)?;
    let local = before.get(before.len() - NAME.trailing(before)..)?;
    let local = local.iter().position(|byte| !b".-_+%".contains(byte)).and_then(|first| local.get(first..))?;
    let start = at - local.len();
    let lead = bytes.get(..start)?;
    let has_two_dots = local.windows(2).any(|two| two == b"..");
    if local.len() > LOCAL || local.ends_with(b".") || has_two_dots || is_other_scheme(lead) {
        return None;
    }
    let (local, domain) = (std::str::from_utf8(local).ok()?, std::str::from_utf8(domain).ok()?);
    if !names::is_registrable(domain) || is_program(domain) {
        return None;
    }
    let confidence = if is_role_account(local) { Confidence::Low } else { Confidence::High };
    let mut value = String::with_capacity(local.len() + 1 + domain.len());
    value.push_str(local);
    value.push('@');
    value.push_str(domain);
    Some(Hit { kind: ValueKind::Email, value, confidence, start, length: local.len() + 1 + domain.len(), decimals: None, form: "" })
}

/// The bytes without any of these at their end.
fn without_end<'b>(bytes: &'b [u8], signs: &[u8]) -> &'b [u8] {
    bytes.iter().rposition(|byte| !signs.contains(byte)).and_then(|last| bytes.get(..=last)).unwrap_or_default()
}

/// `sip:user@host`, `scheme://user@host` and `scheme://user:password@host` are no mail addresses.
fn is_other_scheme(lead: &[u8]) -> bool {
    let tail = lead.get(lead.len().saturating_sub(80)..).unwrap_or_default();
    let word = tail
        .iter()
        .rposition(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'<' | b',' | b'='))
        .map_or(tail, |last| tail.get(last + 1..).unwrap_or_default());
    let ends_with =
        |scheme: &[u8]| word.len() >= scheme.len() && word.iter().rev().zip(scheme.iter().rev()).all(|(one, other)| one.eq_ignore_ascii_case(other));
    word.last() == Some(&b':') && (ends_with(b"sip:") || ends_with(b"sips:") || ends_with(b"xmpp:"))
        || memchr::memrchr(b'/', word).is_some_and(|slash| word.get(..slash).is_some_and(|before| before.ends_with(b":/")))
}

/// Names of algorithms look like addresses (RFC 4250, section 4.6.1).
fn is_program(domain: &str) -> bool {
    ["openssh.com", "libssh.org", "putty.projects.tartarus.org", "ssh.com", "lysator.liu.se"].iter().any(|name| domain.eq_ignore_ascii_case(name))
}

/// Addresses that belong to no person.
fn is_role_account(local: &str) -> bool {
    const ROLES: &[&str] = &[
        "support",
        "info",
        "noreply",
        "no-reply",
        "donotreply",
        "webmaster",
        "postmaster",
        "hostmaster",
        "abuse",
        "admin",
        "root",
        "security",
        "help",
        "contact",
        "sales",
        "service",
        "git",
    ];
    ROLES.iter().any(|role| local.eq_ignore_ascii_case(role))
}

/// A number under a key that says it is one.
fn by_key(text: &Text<'_>, strong: bool) -> Option<Hit> {
    let value = short(text, 24)?;
    if let Some(international) = value.strip_prefix('+').or_else(|| value.strip_prefix("00")) {
        let digits = dialled_from_abroad(international.as_bytes())?;
        return is_possible(digits).then(|| whole(text, ValueKind::Phone, digits.written("+"), Confidence::High));
    }
    let digits = dialled(value.as_bytes())?;
    if is_time(digits) || digits.are_one() {
        return None;
    }
    let confidence = match strong {
        true => Confidence::High,
        false if digits.leading() == 0 || digits.count >= 10 => Confidence::Medium,
        false => return None,
    };
    Some(whole(text, ValueKind::Phone, digits.written(""), confidence))
}

/// Whether it is seconds or milliseconds since 1970, of the years 2001 to 2033.
fn is_time(digits: Digits) -> bool {
    matches!(digits.count, 10 | 13) && digits.leading() == 1
}

/// The digits of a number behind its `+`, as people write it. A zero in brackets is only dialled within a country, but for those whose numbers keep it
/// (ITU-T E.123, section 3; Italy and San Marino).
fn dialled_from_abroad(written: &[u8]) -> Option<Digits> {
    const WITHIN: &[u8] = b"(0)";
    let keeps_zero = || written.starts_with(b"39") || written.starts_with(b"378");
    let bracket = find(b'(', written).filter(|_| !keeps_zero()).and_then(|_| memchr::memmem::find(written, WITHIN));
    match bracket {
        Some(at) => dialled(&[written.get(..at)?, written.get(at + WITHIN.len()..)?].concat()),
        None => dialled(written),
    }
}

/// What people write numbers with.
static WRITTEN: Class = Class::new(false, b"0123456789 -()./");

/// The digits of a number as people write it.
fn dialled(written: &[u8]) -> Option<Digits> {
    let mut digits = Digits::default();
    for byte in written {
        if byte.is_ascii_digit() {
            digits = digits.and(*byte)?;
        } else if !WRITTEN.has(*byte) {
            return None;
        }
    }
    (digits.count >= SHORTEST).then_some(digits)
}

/// What may be a number in a text.
struct Beginning {
    /// Its digits; none where brackets stand among them.
    digits: Option<Digits>,
    /// Bytes up to its last digit.
    length: usize,
    /// Bytes up to what cannot stand in a number.
    reach: usize,
}

impl Beginning {
    /// None where there are too few digits, or too many.
    fn of(rest: &[u8]) -> Option<Self> {
        // Of some digits and a blank each is looked at by itself.
        let is_run = matches!(rest, [_, b'0'..=b'9', b'0'..=b'9', ..]);
        let (mut packed, mut count) = if is_run { Digits::leading_of(rest) } else { (0, 0) };
        let (mut length, mut reach, mut has_brackets) = (count as usize, rest.len(), false);
        for (index, byte) in rest.iter().enumerate().skip(count as usize) {
            match byte {
                b'0'..=b'9' => {
                    packed = packed << 4 | u64::from(byte & 15);
                    count += 1;
                    length = index + 1;
                }
                b' ' | b'-' => {}
                b'(' | b')' => has_brackets = true,
                _ => {
                    reach = index;
                    break;
                }
            }
        }
        let digits = if has_brackets { None } else { Some(Digits::packed(packed, count).filter(|digits| digits.count >= SHORTEST_FROM_ABROAD)?) };
        Some(Self { digits, length, reach })
    }
}

/// Bytes behind the plus sign that a number takes at most.
const REACH: usize = 24;

/// Numbers with a plus sign, wherever they stand.
fn international(text: &Text<'_>, hits: &mut Vec<Hit>) {
    let found = hits.len();
    for plus in places(b'+', text.bytes) {
        let before = plus.checked_sub(1).and_then(|index| text.bytes.get(index));
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'-' | b'.' | b')')) {
            continue;
        }
        let rest = text.bytes.get(plus + 1..text.bytes.len().min(plus + 1 + REACH)).unwrap_or_default();
        // No code of a country begins with zero.
        if !matches!(rest.first(), Some(b'1'..=b'9')) {
            continue;
        }
        let Some(Beginning { digits, length, reach }) = Beginning::of(rest) else { continue };
        let after = rest.get(reach);
        let ends = length < reach
            || after.is_none_or(|byte| {
                !(byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=' | b'.'))
                    || *byte == b'.' && rest.get(reach + 1).is_none_or(|next| !next.is_ascii_digit())
            });
        if !ends {
            continue;
        }
        let digits = digits.or_else(|| dialled_from_abroad(rest.get(..length)?));
        let Some(digits) = digits.filter(|digits| digits.count >= SHORTEST_FROM_ABROAD && is_possible(*digits)) else { continue };
        hits.push(Hit {
            kind: ValueKind::Phone,
            value: digits.written("+"),
            confidence: Confidence::Medium,
            start: plus,
            length: length + 1,
            decimals: None,
            form: "",
        });
        if hits.len() > found + text.most {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, scan as search, told};
    use super::*;
    use crate::content::contract::Found;

    fn emails_in(text: &str) -> Vec<String> {
        told(ValueKind::Email, Role::Body, text)
    }

    fn phones_in(text: &str) -> Vec<String> {
        told(ValueKind::Phone, Role::Body, text)
    }

    #[test]
    fn an_address_is_found_wherever_it_stands() {
        for text in [
            "{\"u\":{\"mail\":\"anna.smith+toy@example.org\"}}",
            "please write to anna.smith+toy@example.org.",
            "mail=anna.smith%2Btoy%40example.org&x=1",
            "<contact>anna.smith+toy@example.org</contact>",
            "\"Anna\" <anna.smith+toy@example.org>",
            "mailto:anna.smith+toy@example.org",
        ] {
            assert_eq!(emails_in(text), ["anna.smith+toy@example.org"], "{text}");
        }
        assert_eq!(told(ValueKind::Email, Role::Target, "/u/anna%40example.co.uk/x"), ["anna@example.co.uk"]);
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for text in [
            "<img src=\"image@2x.png\">",
            "From: <sip:anna@example.org>;tag=1",
            "kex curve25519-sha256@libssh.org,chacha20-poly1305@openssh.com",
            "ftp://anna@example.org/x",
            "lodash@4.17.21 a@b user@localhost me@router.lan @example.org anna@ x@192.0.2.1",
            "write to support@example.org or no-reply@example.com",
            "o=- 3890 1 IN IP4 192.0.2.1",
        ] {
            assert!(emails_in(text).is_empty(), "{text}: {:?}", emails_in(text));
        }
        let mut agent = super::super::tests::readable(Role::Header, b"Bot/1.0 (anna@example.org)");
        agent.field = Some("User-Agent");
        assert_eq!(crate::content::scan(&agent, &Context::default()), Vec::<Found>::new());
    }

    #[test]
    fn a_number_with_a_plus_or_a_key_is_a_phone_number() {
        assert_eq!(phones_in("{\"x\":\"+44 7700 900123\"}"), ["+447700900123"]);
        assert_eq!(phones_in("call (+1 202-555-0143) now"), ["+12025550143"]);
        assert_eq!(phones_in("{\"mobile\":\"07700 900123\",\"tel\":2025550143}"), ["07700900123", "2025550143"]);
        assert_eq!(phones_in("phone=%2B447700900123&x=1"), ["+447700900123"]);
        assert_eq!(phones_in("phone=+447700900123"), ["+447700900123"]);
        assert_eq!(phones_in("sos=00447700900123"), ["+447700900123"]);
        for text in ["call +44 (0)131 496 0123 today", "{\"tel\":\"+44 (0)131 496 0123\"}"] {
            assert_eq!(phones_in(text), ["+441314960123"], "{text}");
        }
        assert_eq!(phones_in("{\"tel\":\"+39 (0)6 1234 5678\"}"), ["+390612345678"]);
        assert_eq!(phones_in("{\"phones\":[\"+447700900123\",\"+447700900124\"]}").len(), 2);
    }

    #[test]
    fn times_orders_and_noise_are_no_phone_numbers() {
        for text in [
            "{\"ts\":1700000000,\"phone\":1700000000}",
            "{\"center\":1700000000,\"contact\":1700000000123}",
            "{\"order\":\"4477009001\",\"part\":\"07700900123\"}",
            "x+447700900123 YWJj+1234567890ab c=1+2025550143",
            "{\"phone\":\"0000000000\",\"mobile\":true,\"tel\":\"12\"}",
            "version +1.2.3 build +20250101",
            "+999123456789 +0123456789",
        ] {
            nothing(Role::Body, text);
        }
    }

    #[test]
    fn many_signs_cost_no_more_than_their_number() {
        assert!(search(Role::Unknown, &"@".repeat(200_000)).is_empty());
        assert!(search(Role::Unknown, &"+1".repeat(100_000)).is_empty());
    }
}
