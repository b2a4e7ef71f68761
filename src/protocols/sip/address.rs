//! Addresses of people in the fields of SIP (RFC 3261, section 20; RFC 3966): a name, and a URI with a number or a user.

use crate::event::{Event, Readable, Role, Value};
use crate::protocols::head::Field;
use crate::protocols::protocol::{Input, Say};
use crate::value::ValueKind;

/// Tells the parts of a field that say who someone is: the name beside each address, and its user; a phone number as such where the address says
/// that it is one.
pub(super) fn tell(field: &Field<'_>, input: &Input<'_>, say: Say<'_>) {
    let mut index = 0;
    for address in split(field.value) {
        tell_one(field, address, field.at + index, input, &mut *say);
        index += address.len() + 1;
    }
}

/// The addresses of a list, at the commas outside quotes and angle brackets.
fn split(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_within) = (false, false);
    value.split(move |byte| {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'<' if !is_quoted => is_within = true,
            b'>' if !is_quoted => is_within = false,
            b',' => return !is_quoted && !is_within,
            _ => {}
        }
        false
    })
}

fn tell_one(field: &Field<'_>, address: &[u8], at: usize, input: &Input<'_>, say: Say<'_>) {
    let open = memchr::memrchr(b'<', address);
    let (name, uri) = match open {
        Some(open) => (address.get(..open).unwrap_or_default(), open + 1),
        None => (&[][..], 0),
    };
    let mut readable = |bytes: &[u8], at| {
        say(Event::Readable(Readable { role: Role::Header, bytes, field: Some(field.name), media: None, chain: &[], place: input.place(at) }));
    };
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'"';
    let before = name.iter().take_while(|byte| is_blank(byte)).count();
    let name = name.get(before..).unwrap_or_default();
    let name = name.get(..name.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1)).unwrap_or_default();
    if !name.is_empty() {
        readable(name, at + before);
    }
    let text = address.get(uri..).unwrap_or_default();
    let length = text.iter().position(|byte| matches!(byte, b'>' | b' ')).unwrap_or(text.len());
    let Some(found) = user(text.get(..length).unwrap_or_default()) else { return };
    let at = at + uri + found.at;
    match found.kind {
        Some(kind) => {
            let value = String::from_utf8_lossy(found.number);
            say(Event::Value(Value { kind, value, field: field.name, chain: &[], at: input.at(at, found.number.len()) }));
        }
        None => readable(found.number, at),
    }
}

/// Who an address is of.
struct User<'u> {
    /// The number, or user and host.
    number: &'u [u8],
    /// Where in the address it begins.
    at: usize,
    /// What the number is, where the address says it.
    kind: Option<ValueKind>,
}

fn user(uri: &[u8]) -> Option<User<'_>> {
    let colon = memchr::memchr(b':', uri)?;
    let (scheme, rest) = (uri.get(..colon)?, uri.get(colon + 1..)?);
    let end = rest.iter().position(|byte| matches!(byte, b';' | b'?')).unwrap_or(rest.len());
    let (address, parameters) = rest.split_at_checked(end)?;
    let is_tel = scheme.eq_ignore_ascii_case(b"tel");
    let user = if is_tel { address } else { address.get(..memchr::memrchr(b'@', address)?)? };
    let user = user.split(|byte| *byte == b':').next()?;
    let digits = user.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_number = digits >= 3 && user.iter().all(|byte| byte.is_ascii_digit() || b"+-.() ".contains(byte));
    let says_so = is_tel || user.first() == Some(&b'+') || memchr::memmem::find(parameters, b"user=phone").is_some();
    // Without another identity a phone registers by its subscriber number (3GPP TS 23.003, section 13.4B).
    let is_subscriber = is_number && digits == 15 && user.len() == 15 && address.ends_with(b".3gppnetwork.org");
    let is_phone = is_number && says_so && digits >= 7;
    let kind = if is_subscriber { Some(ValueKind::Imsi) } else { is_phone.then_some(ValueKind::Phone) };
    let number = if is_number || is_tel { user } else { address };
    (!number.is_empty()).then_some(User { number, at: colon + 1, kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Direction, Marks};

    fn told(value: &[u8]) -> Vec<String> {
        let marks = Marks::default();
        let mut lines = Vec::new();
        let input = Input { direction: Direction::ToServer, bytes: value, offset: 0, marks: &marks };
        tell(&Field { name: "From", value, at: 0 }, &input, &mut |event| lines.push(crate::protocols::testing::line(&event)));
        lines
    }

    #[test]
    fn names_numbers_and_users_are_told() {
        assert_eq!(told(b"\"Anna, B\" <sip:anna@example.org;transport=udp>;tag=1"), ["Header From - [] @1: Anna, B", "Header From - [] @15: anna@example.org"]);
        assert_eq!(told(b"<sip:+447700900123@example.org>"), ["value phone From=+447700900123 []"]);
        assert_eq!(told(b"tel:+1-202-555-0123;phone-context=x"), ["value phone From=+1-202-555-0123 []"]);
        assert_eq!(told(b"sip:07700900123@example.org;user=phone"), ["value phone From=07700900123 []"]);
        assert_eq!(told(b"<sip:07700900123@192.0.2.1>, <sip:b@example.org>"), ["Header From - [] @5: 07700900123", "Header From - [] @34: b@example.org"]);
        assert_eq!(told(b"<sip:001010123456789@ims.mnc001.mcc001.3gppnetwork.org>"), ["value imsi From=001010123456789 []"]);
        assert_eq!(told(b"tel:112"), ["Header From - [] @4: 112"]);
        for none in [&b""[..], b"*", b"<sip:192.0.2.1:5060>", b"<sip:@>", b"\"", b"<<<", b">>,"] {
            assert!(told(none).iter().all(|line| !line.contains("value")), "{none:?}");
        }
    }
}
