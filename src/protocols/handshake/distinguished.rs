//! Distinguished names as text (RFC 4514): `CN=cam.example,O=Example,C=GB`, the most specific part first.
//!
//! In one thing it differs: text of a type without a registered name stays text (`1.2.3=x`), where the RFC wants digits that nobody can read.

use std::borrow::Cow;
use std::fmt::Write;

use data_encoding::HEXUPPER;
use x509_parser::asn1_rs::{Tag, ToDer};
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// A name longer than so many bytes is cut, with `…` behind it. An attribute has at most 128 letters or so (RFC 5280, appendix A.1).
const LONGEST: usize = 2_048;

/// The name as RFC 4514 writes it; empty where it has no parts.
pub(super) fn written(name: &X509Name<'_>) -> String {
    let parts: Vec<_> = name.iter_rdn().collect();
    let mut out = String::new();
    for (place, part) in parts.into_iter().rev().enumerate() {
        for (nth, attribute) in part.iter().enumerate() {
            match (nth, place) {
                (0, 0) => {}
                (0, _) => out.push(','),
                _ => out.push('+'),
            }
            write_attribute(&mut out, attribute);
        }
        if out.len() > LONGEST {
            out.truncate(out.floor_char_boundary(LONGEST));
            out.push('…');
            break;
        }
    }
    out
}

/// The common name of a name that consists of nothing else.
pub(super) fn sole_common_name<'n>(name: &'n X509Name<'_>) -> Option<&'n str> {
    let mut attributes = name.iter_attributes();
    let (first, None) = (attributes.next()?, attributes.next()) else { return None };
    let is_common = first.attr_type().as_bytes() == COMMON_NAME;
    if is_common { str::from_utf8(first.as_slice()).ok() } else { None }
}

/// The text of an attribute's value; absent where it is none.
pub(super) fn letters<'a>(attribute: &'a AttributeTypeAndValue<'_>) -> Option<Cow<'a, str>> {
    let value = attribute.attr_value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString => str::from_utf8(value.data).ok().map(Cow::Borrowed),
        // In theory T.61, in practice Latin-1.
        Tag::T61String if value.data.is_ascii() => str::from_utf8(value.data).ok().map(Cow::Borrowed),
        Tag::T61String => Some(Cow::Owned(value.data.iter().copied().map(char::from).collect())),
        Tag::BmpString => {
            let (pairs, []) = value.data.as_chunks() else { return None };
            String::from_utf16(&pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect::<Vec<_>>()).ok().map(Cow::Owned)
        }
        _ => None,
    }
}

fn write_attribute(out: &mut String, attribute: &AttributeTypeAndValue<'_>) {
    // Writing to a String can't fail.
    let _ = match short_name(attribute.attr_type().as_bytes()) {
        Some(name) => out.write_str(name),
        None => write!(out, "{}", attribute.attr_type()),
    };
    out.push('=');
    if let Some(text) = letters(attribute) {
        write_value(out, &text);
    } else {
        let value = attribute.attr_value().to_der_vec().unwrap_or_default();
        out.push('#');
        out.push_str(&HEXUPPER.encode(value.get(..LONGEST).unwrap_or(&value)));
    }
}

/// RFC 4514, section 2.4. Control characters are written in digits too, so that a name stays in its line.
fn write_value(out: &mut String, text: &str) {
    let last = text.chars().count().saturating_sub(1);
    for (place, character) in text.chars().take(LONGEST).enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', character]),
            ' ' if place == 0 || place == last => out.push_str("\\ "),
            '#' if place == 0 => out.push_str("\\#"),
            control if control.is_control() => {
                for byte in control.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(out, "\\{byte:02X}");
                }
            }
            other => out.push(other),
        }
    }
}

const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// What a type of attribute is called, by its number in DER: RFC 4514, section 3, and what else certificates use (RFC 4519, RFC 2985, and the
/// jurisdictions of the CA/Browser Forum).
fn short_name(number: &[u8]) -> Option<&'static str> {
    Some(match number {
        COMMON_NAME => "CN",
        [0x55, 4, 4] => "SN",
        [0x55, 4, 5] => "serialNumber",
        [0x55, 4, 6] => "C",
        [0x55, 4, 7] => "L",
        [0x55, 4, 8] => "ST",
        [0x55, 4, 9] => "STREET",
        [0x55, 4, 10] => "O",
        [0x55, 4, 11] => "OU",
        [0x55, 4, 12] => "title",
        [0x55, 4, 13] => "description",
        [0x55, 4, 15] => "businessCategory",
        [0x55, 4, 17] => "postalCode",
        [0x55, 4, 18] => "postOfficeBox",
        [0x55, 4, 41] => "name",
        [0x55, 4, 42] => "givenName",
        [0x55, 4, 43] => "initials",
        [0x55, 4, 45] => "x500UniqueIdentifier",
        [0x55, 4, 46] => "dnQualifier",
        [0x55, 4, 65] => "pseudonym",
        [0x55, 4, 97] => "organizationIdentifier",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "emailAddress",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2] => "unstructuredName",
        [0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 1] => "jurisdictionL",
        [0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 2] => "jurisdictionST",
        [0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 3] => "jurisdictionC",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::FromDer;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn attribute(number: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        der(0x30, &[der(6, number), der(tag, value)].concat())
    }

    fn of(parts: &[Vec<u8>]) -> String {
        let bytes = der(0x30, &parts.iter().flat_map(|part| der(0x31, part)).collect::<Vec<_>>());
        written(&X509Name::from_der(&bytes).unwrap().1)
    }

    #[test]
    fn the_most_specific_part_comes_first() {
        let pair = [attribute(&[0x55, 4, 10], 0x0c, b"Example"), attribute(&[0x55, 4, 11], 0x13, b"Cams")].concat();
        assert_eq!(of(&[attribute(&[0x55, 4, 6], 0x13, b"GB"), pair, attribute(COMMON_NAME, 0x0c, b"cam.example")]), "CN=cam.example,O=Example+OU=Cams,C=GB");
        assert_eq!(of(&[]), "");
    }

    #[test]
    fn values_are_escaped_as_the_rfc_says() {
        let common = |value: &[u8]| of(&[attribute(COMMON_NAME, 0x0c, value)]);
        assert_eq!(common(b" Sue, Grabbit + \"Runn\" "), "CN=\\ Sue\\, Grabbit \\+ \\\"Runn\\\"\\ ");
        assert_eq!(common(b"#1"), "CN=\\#1");
        assert_eq!(common(b"a\n\xc2\x9bb\0"), "CN=a\\0A\\C2\\9Bb\\00");
        assert_eq!(common("Zo\u{eb}".as_bytes()), "CN=Zo\u{eb}");
    }

    #[test]
    fn odd_strings_and_types_are_written_too() {
        assert_eq!(of(&[attribute(COMMON_NAME, 0x14, b"Zo\xeb")]), "CN=Zo\u{eb}", "T.61");
        assert_eq!(of(&[attribute(COMMON_NAME, 0x1e, &[0, b'a', 0x20, 0x19])]), "CN=a\u{2019}", "BMP");
        assert_eq!(of(&[attribute(COMMON_NAME, 0x02, &[5])]), "CN=#020105");
        assert_eq!(of(&[attribute(&[0x2a, 3], 0x0c, b"x")]), "1.2.3=x");
    }

    #[test]
    fn an_endless_name_is_cut() {
        let parts = vec![attribute(COMMON_NAME, 0x0c, &[b'a'; 90]); 40];
        let bytes = [
            &[0x30, 0x82][..],
            &u16::try_from(40 * (2 + parts[0].len())).unwrap().to_be_bytes(),
            &parts.iter().flat_map(|part| der(0x31, part)).collect::<Vec<_>>(),
        ];
        let name = written(&X509Name::from_der(&bytes.concat()).unwrap().1);
        assert!(name.len() < LONGEST + 4 && name.ends_with("aa…"), "{name}");
        let mut long = String::new();
        write_value(&mut long, &"a".repeat(9_000));
        assert_eq!(long.len(), LONGEST);
    }
}
