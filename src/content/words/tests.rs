//! Every encoding of every kind of word, and what only looks like one.

use std::io::Write as _;
use std::sync::LazyLock;

use data_encoding::{BASE32, BASE64, BASE64URL_NOPAD, HEXLOWER};
use sha1::Digest;

use super::*;
use crate::content::contract::{Context, Found};
use crate::content::scan;
use crate::content::scan::tests::readable;
use crate::event::Role;
use crate::value::ValueKind;

const NAME: &str = "Zoë Testkind";
const MAIL: &str = "anna.testkind@example.org";

fn text(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

static KNOWN: LazyLock<Known> = LazyLock::new(known);

fn known() -> Known {
    let child = Person {
        names: text(&[NAME]),
        birthdays: text(&["2018-05-04"]),
        phones: text(&["+44 7700 900123"]),
        emails: text(&[MAIL, "anna.b@gmail.com"]),
        other: text(&["Mia", "Rabenstein"]),
    };
    let home = Home { addresses: text(&["1 Example Road"]), wifi: text(&["HomeNet99"]), other: text(&["00:00:5E:00:53:43"]), position: None };
    Known::new(&Family { persons: vec![child], home })
}

fn found(role: Role, bytes: &[u8]) -> Vec<Found> {
    let context = Context { known: Some(&KNOWN), ..Context::default() };
    scan(&readable(role, bytes), &context).into_iter().filter(|hit| hit.kind == ValueKind::Word).collect()
}

fn is_told(bytes: &[u8], label: &str) -> bool {
    found(Role::Payload, bytes).iter().any(|hit| hit.value == label)
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// The 24 encodings, and some more.
fn encodings(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let percent: String = word.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
    let at = |offset: usize| BASE64.encode(&[&b"xyz"[..offset], word.as_bytes(), b"!?"].concat()).into_bytes();
    let hash = |digest: &[u8]| HEXLOWER.encode(digest).into_bytes();
    vec![
        ("raw", word.as_bytes().to_vec()),
        ("upper", word.to_uppercase().into_bytes()),
        ("lower", word.to_lowercase().into_bytes()),
        ("nfd", word.replace('ë', "e\u{308}").into_bytes()),
        ("no accents", word.replace('ë', "e").into_bytes()),
        ("utf-16le", utf16(word, u16::to_le_bytes)),
        ("utf-16be", utf16(word, u16::to_be_bytes)),
        ("hex", hash(word.as_bytes())),
        ("hex utf-16be", hash(&utf16(word, u16::to_be_bytes))),
        ("percent", percent.clone().into_bytes()),
        ("double percent", percent.replace('%', "%25").into_bytes()),
        ("form", percent.replace("%20", "+").into_bytes()),
        ("json", word.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect::<String>().into_bytes()),
        ("json all", word.chars().map(|c| format!("\\u{:04X}", u32::from(c))).collect::<Vec<_>>().concat().into_bytes()),
        ("entity", word.chars().map(|c| format!("&#{};", u32::from(c))).collect::<Vec<_>>().concat().into_bytes()),
        ("base64 0", at(0)),
        ("base64 1", at(1)),
        ("base64 2", at(2)),
        ("base64url", BASE64URL_NOPAD.encode(word.as_bytes()).into_bytes()),
        ("base32", BASE32.encode(word.as_bytes()).into_bytes()),
        ("reversed", word.chars().rev().collect::<String>().into_bytes()),
        ("md5", hash(&md5::Md5::digest(word.as_bytes()))),
        ("sha1", hash(&sha1::Sha1::digest(word.as_bytes()))),
        ("sha256", hash(&sha2::Sha256::digest(word.as_bytes()))),
        ("sha256 of lower", hash(&sha2::Sha256::digest(word.to_lowercase().as_bytes()))),
        ("sha256 base64", BASE64.encode(&sha2::Sha256::digest(word.as_bytes())).into_bytes()),
        ("sha224", hash(&sha2::Sha224::digest(word.as_bytes()))),
        ("sha384", hash(&sha2::Sha384::digest(word.as_bytes()))),
        ("sha512", hash(&sha2::Sha512::digest(word.as_bytes()))),
        ("quoted", word.replace('ë', "=C3=AB").into_bytes()),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn token(bytes: &[u8]) -> Vec<u8> {
    let claims = [b"{\"sub\":\"".as_slice(), bytes, b"\"}"].concat();
    format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", BASE64URL_NOPAD.encode(&claims)).into_bytes()
}

#[test]
fn every_encoding_is_found_bare_and_within_packed_bytes() {
    for (word, label) in [(NAME, "person 1, name"), (MAIL, "person 1, email"), ("1 Example Road", "home, address"), ("Rabenstein", "person 1, other")] {
        for (form, bytes) in encodings(word) {
            let wrapped = [b"{\"v\":\"".as_slice(), &bytes, b"\"}"].concat();
            assert!(is_told(&bytes, label), "{word} {form}");
            assert!(is_told(&wrapped, label), "{word} {form} in JSON");
            assert!(is_told(&gzip(&wrapped), label), "{word} {form} in gzip");
            assert!(is_told(&zlib(&wrapped), label), "{word} {form} in zlib");
            assert!(is_told(&token(&bytes), label), "{word} {form} in a token");
            assert!(is_told(&[b"/x?v=".as_slice(), &bytes, b"&y=1"].concat(), label), "{word} {form} in a query");
        }
    }
}

#[test]
fn one_letter_changed_is_another_word() {
    for word in ["Zoa Testkand", "anna.testkimd@example.org", "2 Example Roam", "Rabenstain", "Raben stein"] {
        for (form, bytes) in encodings(word) {
            for wrapped in [bytes.clone(), [b"{\"v\":\"".as_slice(), &bytes, b"\"}"].concat(), gzip(&bytes)] {
                assert!(found(Role::Payload, &wrapped).is_empty(), "{word} {form}: {:?}", found(Role::Payload, &wrapped));
            }
        }
    }
}

#[test]
fn numbers_and_addresses_are_found_in_their_spellings() {
    for text in ["call +447700900123 now", "tel=07700900123&x=1", "{\"n\":\"00447700900123\"}", "447700900123", "x 7700900123 y"] {
        assert!(is_told(text.as_bytes(), "person 1, phone"), "{text}");
    }
    for text in ["mac 00-00-5e-00-53-43 x", "00005E005343", "0000.5e00.5343", "x=4353005e0000"] {
        assert!(is_told(text.as_bytes(), "home, other"), "{text}");
    }
    for text in ["annab@gmail.com", "Anna.B@GMAIL.com"] {
        assert!(is_told(text.as_bytes(), "person 1, email"), "{text}");
    }
    let digest = HEXLOWER.encode(&sha2::Sha256::digest(b"annab@gmail.com"));
    assert!(is_told(format!("{{\"em\":\"{digest}\"}}").as_bytes(), "person 1, email"));
    let digest = HEXLOWER.encode(&md5::Md5::digest(b"447700900123"));
    assert!(is_told(format!("ph={digest}").as_bytes(), "person 1, phone"));
    assert!(!is_told(b"order 17700900123 and 77009001230", "person 1, phone"));
}

#[test]
fn short_words_and_days_need_a_key_or_to_be_all() {
    for (text, label) in [
        ("{\"kid\":\"Mia\"}", "person 1, other"),
        ("/x?nickname=mia", "person 1, other"),
        ("{\"nickName\":\"little mia\"}", "person 1, other"),
        ("{\"birthday\":\"04.05.2018\"}", "person 1, birthday"),
        ("{\"dob\":\"20180504\"}", "person 1, birthday"),
        ("{\"name\":\"Zoë\"}", "person 1, name"),
    ] {
        assert!(
            found(Role::Body, text.as_bytes()).iter().any(|hit| hit.value == label)
                || found(Role::Target, text.as_bytes()).iter().any(|hit| hit.value == label),
            "{text}"
        );
    }
    for text in [
        "mamma mia, here we go again",
        "{\"mode\":\"mia\"}",
        "{\"build\":\"2018-05-04\",\"t\":\"2018-05-04T10:00:00Z\"}",
        "released 2018-05-04",
        "TWlh and bWlh",
    ] {
        assert!(found(Role::Body, text.as_bytes()).is_empty(), "{text}: {:?}", found(Role::Body, text.as_bytes()));
    }
}

#[test]
fn the_chain_that_led_to_a_word_is_told() {
    let blob = BASE64.encode(format!("{{\"u\":{{\"kid\":\"{NAME}\"}}}}").as_bytes());
    let hits = found(Role::Body, format!("v=1&blob={blob}").as_bytes());
    let [hit] = hits.as_slice() else { panic!("{hits:?}") };
    assert_eq!((hit.decode.join(">").as_str(), hit.field.as_str()), ("form:blob>base64>json:u.kid", "kid"));
    let hits = found(Role::Target, b"/x?q=5a6fc3ab20546573746b696e64");
    assert_eq!(hits.first().map(|hit| hit.decode.join(">")).as_deref(), Some("query:q>hex"), "{hits:?}");
}

#[test]
fn a_word_that_is_cut_in_two_is_found() {
    let known = &*KNOWN;
    let whole = format!("some text with {MAIL} in it");
    for cut in 16..16 + MAIL.len() - 1 {
        let (before, now) = whole.as_bytes().split_at(cut);
        let hits = known.across(before, now);
        assert_eq!(hits.iter().map(|hit| hit.label).collect::<Vec<_>>(), ["person 1, email"], "{cut}");
        assert_eq!((hits[0].start, hits[0].length), (0, 15 + MAIL.len() - cut));
    }
    assert!(known.across(whole.as_bytes(), b"next").is_empty());
}

#[test]
fn only_the_label_leaves() {
    let context = Context { known: Some(&KNOWN), ..Context::default() };
    let bytes = format!("{{\"{NAME}\":{{\"mail\":\"{MAIL}\",\"tel\":\"+447700900123\",\"name\":\"{NAME}\",\"x{MAIL}\":\"a@example.org\"}}}}");
    for hit in scan(&readable(Role::Body, bytes.as_bytes()), &context) {
        let shown =
            format!("{} {} {} {}", hit.field, hit.decode.join(">"), hit.excerpt(), hit.label.as_deref().unwrap_or(&crate::value::mask(hit.kind, &hit.value)));
        assert!(!["Zo", "estkind", "anna", "7700", "0123"].iter().any(|part| shown.contains(part)), "{shown}");
    }
    assert_eq!(crate::content::mask_words(&format!("toy of {NAME}.local"), &KNOWN), "toy of person 1, name.local");
    assert!(!format!("{:?}", *KNOWN).contains("Testkind"));
}

#[test]
fn a_flood_is_searched_in_one_pass() {
    let known = &*KNOWN;
    for unit in ["testkind", "544553", "VGVzd", "anna.", "0123456789abcdef0123456789abcdef ", "%54"] {
        assert!(known.search(unit.repeat(200_000 / unit.len()).as_bytes()).is_empty(), "{unit}");
    }
}
