//! Readable bytes → pieces: values with their keys, through every layer that anyone can take off.
//!
//! In comes a [`Readable`]; out go [`Piece`]s, each with the key that names it, where it stands in the readable bytes, and how it was unwrapped.
//! Nothing here knows what a personal value looks like. Work is linear in the input: at most [`DEPTH`] layers, at most [`walk::BUDGET`] decoded bytes.

mod asn1;
mod base64;
mod bson;
mod cbor;
mod deflated;
mod encoded;
mod entities;
mod escapes;
mod exif;
mod json;
mod lines;
mod msgpack;
mod multipart;
mod plain;
mod plist;
mod protobuf;
mod quoted;
mod rows;
mod siblings;
mod tokens;
mod tree;
mod url;
mod utf16;
mod walk;
mod xml;
mod zstandard;

use encoded::{Letters, alphabets};
pub use encoded::{is_encoded_text, jwt_payload};
use walk::{DEPTH, Escape, Format, Layer, NESTED, Walk, is_plain, is_readable, is_utf8, looks_like_text, next};
pub use walk::{Origin, Piece, SHORTEST, Trail, Visit};

use crate::content::keys::{self, Meaning};
use crate::content::kinds::Kinds;
use crate::event::{Readable, Role};

/// Texts with a structure of their own.
static STRUCTURES: &[&Format] = &[&json::FORMAT, &xml::FORMAT, &rows::FORMAT, &url::FORM];
/// Encodings of a value as a whole, the ones with the fewer letters first.
static ENCODINGS: &[&Letters] = &[&encoded::WEB_TOKEN, &encoded::HEX, &encoded::BASE32, &encoded::BASE64];
/// Ways of writing single characters, so that something can carry them.
static ESCAPES: &[&Escape] = &[&url::PERCENT, &quoted::ESCAPE, &entities::ESCAPE, &escapes::ESCAPE];
/// Binary messages, the ones with the stronger signs first.
static BINARIES: &[&Format] = &[
    &deflated::GZIP,
    &zstandard::ZSTD,
    &plist::FORMAT,
    &exif::FORMAT,
    &bson::FORMAT,
    &deflated::ZLIB,
    &cbor::FORMAT,
    &msgpack::FORMAT,
    &asn1::FORMAT,
    &utf16::FORMAT,
    &protobuf::FORMAT,
];
/// Binary messages without a sign of their own: looked for where nothing else fits, in whole messages only.
static UNSIGNED: &[&Format] = &[&deflated::DEFLATE, &zstandard::BROTLI];

/// So many bytes are looked at before it is asked whether to go on.
const CHUNK: usize = 128;
/// Printable bytes in a row that are looked at in a binary message.
const RUN: usize = 8;

/// What became of a readable that was taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Walked {
    /// Where the first value stands that was passed over, since no more of its meaning were wanted.
    pub passed: Option<usize>,
    /// Bytes that were decoded and unpacked on the way, in all layers.
    pub unpacked: usize,
}

/// Takes a readable apart. `all`: whether short values are shown in which nothing can stand, and whose keys say nothing.
pub fn pieces(readable: &Readable<'_>, all: bool, visit: Visit<'_>) -> Walked {
    let mut walk = Walk::new(visit, all, readable.role == Role::Body);
    let layer = Layer { bytes: readable.bytes, origin: Origin::Exact(0), trail: None, depth: 0 };
    let key = readable.field.unwrap_or("");
    match readable.role {
        Role::Target => walk.target(layer),
        Role::Topic => walk.path(layer, "topic", key),
        Role::Header if is_cookie(key) => walk.form(layer, "cookie"),
        Role::Header | Role::Record | Role::Name => walk.field(key, layer),
        Role::Body if is_form(readable.media) => walk.form(layer, "form"),
        Role::Body | Role::Payload | Role::Unknown => walk.message(key, layer),
    }
    Walked { passed: walk.passed(), unpacked: walk.unpacked() }
}

fn is_cookie(field: &str) -> bool {
    field.eq_ignore_ascii_case("cookie") || field.eq_ignore_ascii_case("set-cookie")
}

fn is_form(media: Option<&str>) -> bool {
    media.is_some_and(|media| media.get(..33).is_some_and(|start| start.eq_ignore_ascii_case("application/x-www-form-urlencoded")))
}

impl Walk<'_> {
    /// A message of any kind: text as a whole, a format that is known, or the text in it.
    fn message(&mut self, key: &str, layer: Layer<'_>) {
        if (multipart::FORMAT.open)(self, key, layer) {
            return;
        }
        if is_pure(layer.bytes) {
            return self.text(key, layer);
        }
        self.binary(key, layer);
        if self.any(BINARIES, key, layer) {
            return;
        }
        // Text with a little that is none; what does not begin like it is not counted.
        let ascii = |bytes: &[u8]| walk::count(bytes, is_readable);
        let head = layer.bytes.get(..CHUNK.min(layer.bytes.len())).unwrap_or_default();
        let begins = ascii(head) * 2 >= head.len() || is_utf8(head);
        if begins && (ascii(layer.bytes) >= layer.bytes.len() / 10 * 9 || looks_like_text(layer.bytes)) {
            return self.text(key, layer);
        }
        if self.narrowed(key, layer) {
            return;
        }
        if !self.any(UNSIGNED, key, layer) {
            self.runs(key, layer);
        }
    }

    fn any(&mut self, formats: &[&Format], key: &str, layer: Layer<'_>) -> bool {
        formats.iter().any(|format| (format.open)(self, key, layer))
    }

    /// Shows bytes that are no text.
    fn binary(&mut self, key: &str, layer: Layer<'_>) {
        self.show(&Piece {
            key,
            meaning: keys::meaning(key),
            bytes: layer.bytes,
            origin: layer.origin,
            trail: layer.trail,
            group: 0,
            binary: true,
            kinds: Kinds::ALL,
        });
    }

    /// The text in bytes of a kind that nobody knows.
    fn runs(&mut self, key: &str, layer: Layer<'_>) {
        let bytes = layer.bytes;
        let mut from = 0;
        while let Some(inside) = four_readable(bytes, from) {
            let start = (from..inside).rev().find(|index| bytes.get(*index).is_none_or(|byte| !is_readable(*byte))).map_or(from, |before| before + 1);
            let end = next(bytes, inside, |byte| !is_readable(byte)).unwrap_or(bytes.len());
            if end - start >= RUN {
                self.text_between(key, layer.cut(start, end));
            }
            from = end + 1;
        }
    }

    /// A text among other things, which may be too short for most.
    fn text_between(&mut self, key: &str, layer: Layer<'_>) {
        if layer.bytes.len() >= SHORTEST || self.all {
            return self.text(key, layer);
        }
        let (kinds, meaning) = (Kinds::of(layer.bytes), keys::meaning(key));
        if meaning.is_some() || kinds.has(Kinds::AT.and(Kinds::PLUS).and(Kinds::LAYERED).and(Kinds::PAIRED)) {
            self.text(key, layer);
        } else if kinds.has(Kinds::OF_ANY_LENGTH) {
            self.show(&Piece { key, meaning, bytes: layer.bytes, origin: layer.origin, trail: layer.trail, group: 0, binary: false, kinds });
        }
    }

    /// A text: by its structure, if it has one.
    fn text(&mut self, key: &str, layer: Layer<'_>) {
        let alphabets = if layer.depth > 0 && keys::meaning(key).is_none() { self.nameless(layer.bytes) } else { 0 };
        if !(alphabets != 0 && self.written_in(alphabets, key, layer) || self.structure(layer)) {
            self.plain(key, layer, alphabets != 0);
        }
    }

    /// A text without structure: as a whole for what needs no key, and by the keys and encoded words that stand in it.
    fn plain(&mut self, key: &str, layer: Layer<'_>, is_tried: bool) {
        let (kinds, meaning) = (Kinds::of(layer.bytes), keys::meaning(key));
        self.show(&Piece { key, meaning, bytes: layer.bytes, origin: layer.origin, trail: layer.trail, group: 0, binary: false, kinds });
        if (is_tried || !self.wrapped(key, layer)) && !self.escaped(kinds, layer, &mut |walk, plain| walk.text(key, plain)) {
            self.pairs(layer);
            self.words(layer);
        }
    }

    /// The alphabets of what stands without a key and means nothing by itself, should its letters stand for a text: no token, and nothing that a word of the family
    /// may be in.
    fn nameless(&self, bytes: &[u8]) -> u8 {
        if self.all || bytes.len() < NESTED || bytes.starts_with(b"eyJ") { 0 } else { alphabets(bytes) }
    }

    /// Takes it apart if it begins as JSON, XML or a form does.
    fn structure(&mut self, layer: Layer<'_>) -> bool {
        let start = next(layer.bytes, 0, |byte| !byte.is_ascii_whitespace()).unwrap_or(0);
        self.any(STRUCTURES, "", layer.cut(start, layer.bytes.len()))
    }

    /// The value of a header or record.
    fn field(&mut self, key: &str, layer: Layer<'_>) {
        let group = self.group();
        self.value(key, keys::meaning(key), layer, group);
    }

    /// A value with its key; what it holds in turn is taken apart as well.
    fn value(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32) {
        self.value_of(Kinds::of(layer.bytes), key, meaning, layer, group);
    }

    /// The same where it is known what stands in it.
    fn value_of(&mut self, kinds: Kinds, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32) {
        if layer.bytes.is_empty() || self.is_nothing(kinds, meaning, layer) {
            return;
        }
        if self.is_full(meaning) {
            return self.pass_over(layer.origin);
        }
        // Of a secret, what its letters stand for counts.
        if is_secret(meaning) && self.escaped(kinds, layer, &mut |walk, plain| walk.value(key, meaning, plain, group)) {
            return;
        }
        let inner = Layer { depth: layer.depth + 1, ..layer };
        let alphabets = if layer.depth < DEPTH && meaning.is_none() { self.nameless(layer.bytes) } else { 0 };
        if alphabets != 0 && self.written_in(alphabets, key, inner) {
            return;
        }
        self.show(&Piece { key, meaning, bytes: layer.bytes, origin: layer.origin, trail: layer.trail, group, binary: false, kinds });
        if layer.depth >= DEPTH || layer.bytes.len() < NESTED && !kinds.has(Kinds::LAYERED) {
            return;
        }
        let _ = kinds.has(Kinds::STRUCTURED) && self.structure(inner)
            || alphabets == 0 && self.wrapped(key, inner)
            || self.escaped(kinds, layer, &mut |walk, plain| walk.value(key, meaning, plain, group))
            || kinds.has(Kinds::PAIRED) && self.pairs(inner);
    }

    /// Whether a value is too short for anything, or for what its key names, and holds nothing that would be something at any length: nearly all numbers and
    /// states of devices.
    fn is_nothing(&self, kinds: Kinds, meaning: Option<Meaning>, layer: Layer<'_>) -> bool {
        !self.all && layer.bytes.len() < meaning.map_or(SHORTEST, Meaning::shortest) && !kinds.has(Kinds::OF_ANY_LENGTH.and(Kinds::LAYERED))
    }

    /// A value with its key that may be no text.
    fn bytes(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32) {
        if looks_like_text(layer.bytes) {
            return self.value(key, meaning, layer, group);
        }
        if layer.depth < DEPTH {
            self.message(key, Layer { depth: layer.depth + 1, ..layer });
        } else {
            self.binary(key, layer);
        }
    }

    /// Takes off an encoding.
    fn wrapped(&mut self, key: &str, layer: Layer<'_>) -> bool {
        let start = layer.bytes.len() - layer.bytes.trim_ascii_start().len();
        let layer = if start > 0 { layer.cut(start, layer.bytes.len()) } else { layer };
        self.written_in(alphabets(layer.bytes), key, layer)
    }

    /// Takes off an encoding of one of these alphabets.
    fn written_in(&mut self, alphabets: u8, key: &str, layer: Layer<'_>) -> bool {
        if layer.depth >= DEPTH || layer.bytes.len() < NESTED {
            return false;
        }
        let is_padded = layer.bytes.last().is_some_and(u8::is_ascii_whitespace);
        let layer = if is_padded { layer.cut(0, layer.bytes.trim_ascii_end().len()) } else { layer };
        let is_written = |encoding: &&&Letters| encoding.alphabets & alphabets != 0;
        let mut plain = self.spare.lend();
        let is_of = |encoding: &&Letters| (encoding.undo)(layer.bytes, key, &mut plain).is_some() && self.decoded(key, &plain, encoding.name, layer);
        let found = ENCODINGS.iter().filter(is_written).any(is_of);
        self.spare.take_back(plain);
        found || (url::LINK.open)(self, key, layer)
    }

    /// Writes out what is escaped, or letters of two bytes each; `then` sees the result. Whether anything was.
    fn escaped(&mut self, kinds: Kinds, layer: Layer<'_>, then: &mut dyn FnMut(&mut Self, Layer<'_>)) -> bool {
        if layer.depth >= DEPTH || !kinds.has(Kinds::ESCAPED) || kinds == Kinds::ALL && !may_be_escaped(layer.bytes) {
            return false;
        }
        let wide = if kinds.has(Kinds::ZERO) { utf16::letters(layer.bytes) } else { None };
        let undone = || ESCAPES.iter().filter(|escape| kinds.has(escape.signs)).find_map(|escape| Some(((escape.undo)(layer.bytes)?, escape.name)));
        let Some((plain, form)) = wide.map(|(text, form)| (text.into_bytes(), form)).or_else(undone) else { return false };
        let is_text = looks_like_text(&plain) || memchr::memchr(0, &plain).is_some();
        if is_text && self.afford(plain.len()) {
            let trail = Trail { outer: layer.trail, form, within: "", name: "" };
            let origin = layer.origin.decoded(0, layer.bytes.len());
            then(self, Layer { bytes: &plain, origin, trail: Some(&trail), depth: layer.depth + 1 });
        }
        is_text
    }

    /// Takes a message apart that has letters of two bytes each among others, these written out.
    fn narrowed(&mut self, key: &str, layer: Layer<'_>) -> bool {
        let Some((plain, form)) = utf16::narrowed(layer.bytes).filter(|_| layer.depth < DEPTH) else { return false };
        if self.afford(plain.len()) {
            let trail = Trail { outer: layer.trail, form, within: "", name: "" };
            let inner = Layer { bytes: &plain, origin: layer.origin.decoded(0, layer.bytes.len()), trail: Some(&trail), depth: layer.depth + 1 };
            if is_pure(&plain) { self.text(key, inner) } else { self.runs(key, inner) }
        }
        true
    }

    /// What an encoding of letters held, if it is text or bytes of a known format: bytes of another kind may be anything, and the letters a word.
    fn decoded(&mut self, key: &str, plain: &[u8], form: &'static str, layer: Layer<'_>) -> bool {
        let is_text = looks_like_text(plain);
        if layer.depth >= DEPTH || !self.afford(plain.len()) {
            return is_text;
        }
        let trail = Trail { outer: layer.trail, form, within: "", name: "" };
        let origin = layer.origin.decoded(0, layer.bytes.len());
        let inner = Layer { bytes: plain, origin, trail: Some(&trail), depth: layer.depth + 1 };
        // A secret is told as it was sent; what is in it is told for itself.
        let key = if is_secret(keys::meaning(key)) { "" } else { key };
        if is_text {
            // It may begin within a list.
            let is_sign = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b';' | b',' | b'|' | b'&');
            let start = plain.iter().position(|byte| !is_sign(byte)).unwrap_or(0);
            self.text(key, inner.cut(start, plain.len()));
            return true;
        }
        self.binary(key, inner);
        self.any(BINARIES, key, inner) || (deflated::DEFLATE.open)(self, key, inner)
    }

    /// What something packed held.
    fn unwrapped_any(&mut self, key: &str, plain: &[u8], form: &'static str, layer: Layer<'_>) {
        self.unwrapped(plain, form, layer, |walk, inner| walk.message(key, inner));
    }

    /// The same of a text in ASCII.
    fn unwrapped_text(&mut self, key: &str, plain: &[u8], form: &'static str, layer: Layer<'_>) {
        self.unwrapped(plain, form, layer, |walk, inner| {
            if !(multipart::FORMAT.open)(walk, key, inner) {
                walk.text(key, inner);
            }
        });
    }

    fn unwrapped(&mut self, plain: &[u8], form: &'static str, layer: Layer<'_>, then: impl FnOnce(&mut Self, Layer<'_>)) {
        if layer.depth >= DEPTH || !self.afford(plain.len()) {
            return;
        }
        let trail = Trail { outer: layer.trail, form, within: "", name: "" };
        let origin = layer.origin.decoded(0, layer.bytes.len());
        then(self, Layer { bytes: plain, origin, trail: Some(&trail), depth: layer.depth + 1 });
    }

    /// Segments between slashes; the segment before is the key, where it names an identifier.
    fn path(&mut self, layer: Layer<'_>, form: &'static str, key: &str) {
        let group = self.group();
        let mut before = key;
        let mut from = 0;
        while from <= layer.bytes.len() {
            let end = memchr::memchr(b'/', layer.bytes.get(from..).unwrap_or_default()).map_or(layer.bytes.len(), |found| from + found);
            let segment = layer.cut(from, end);
            from = end + 1;
            let meaning = keys::meaning(before)
                .filter(|meaning| match form {
                    "topic" => meaning.is_identifier() || meaning.is_profile(),
                    _ => meaning.is_identifier() || url::is_value(*meaning, before, segment.bytes),
                })
                .or_else(|| (before == "api" && is_opaque_key(segment.bytes)).then_some(Meaning::Token { strong: true }));
            let name = if meaning.is_some() { before } else { "" };
            let trail = Trail { outer: layer.trail, form, within: "", name };
            if memchr::memchr2(b'=', b';', segment.bytes).is_some() {
                self.form(segment, form);
            } else {
                self.decoded_value(name, meaning, segment.step(&trail), group);
            }
            before = std::str::from_utf8(segment.bytes).unwrap_or("");
        }
    }
}

/// Whether a sign stands in it with which escapes begin, or a zero, as letters of two bytes have.
fn may_be_escaped(bytes: &[u8]) -> bool {
    memchr::memchr3(b'%', b'=', b'&', bytes).is_some() || memchr::memchr2(b'\\', 0, bytes).is_some()
}

/// Whether a value is told as it was sent.
fn is_secret(meaning: Option<Meaning>) -> bool {
    matches!(meaning, Some(Meaning::Token { .. } | Meaning::Password | Meaning::NetworkKey))
}

/// Whether a part of a path is a long number or a word without sense: the key of a user of an interface, as bridges for lamps give them out.
fn is_opaque_key(segment: &[u8]) -> bool {
    let digits = segment.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hex = segment.iter().all(u8::is_ascii_hexdigit);
    let is_mixed = segment.len() == 40 && segment.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let both_cases = segment.iter().any(u8::is_ascii_lowercase) && segment.iter().any(u8::is_ascii_uppercase);
    (28..=64).contains(&segment.len()) && digits >= 4 && digits < segment.len() && (is_hex || is_mixed && both_cases)
}

/// Text and nothing else.
fn is_pure(bytes: &[u8]) -> bool {
    // In pieces, so that bytes that are no text are known as such soon; within one all are looked at, many at a time.
    bytes.chunks(CHUNK).all(|chunk| walk::count(chunk, is_plain) == chunk.len()) && is_utf8(bytes)
}

/// Where four readable bytes stand, at a multiple of four from `from` on: of every run of [`RUN`] such a four is a part. Looks at many at a time.
fn four_readable(bytes: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let rest = bytes.get(from..)?;
    let (blocks, tail) = rest.as_chunks::<BLOCK>();
    let is_one = |four: &[u8; 4]| four.iter().all(|byte| is_readable(*byte));
    for (index, block) in blocks.iter().enumerate() {
        let fours = block.as_chunks::<4>().0;
        if fours.iter().fold(false, |found, four| found | may_be_readable(*four))
            && let Some(four) = fours.iter().position(is_one)
        {
            return Some(from + index * BLOCK + four * 4);
        }
    }
    let four = tail.as_chunks::<4>().0.iter().position(is_one)?;
    Some(from + blocks.len() * BLOCK + four * 4)
}

/// Whether each of four bytes is between the tab and the end of ASCII, which a few more are than are readable: by one addition, that carries into the highest
/// bit of those from the tab on.
fn may_be_readable(four: [u8; 4]) -> bool {
    const HIGHS: u32 = 0x8080_8080;
    const UP: u32 = HIGHS - 0x0909_0909;
    let four = u32::from_le_bytes(four);
    four.wrapping_add(UP) & !four & HIGHS == HIGHS
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::event::Place;
    use crate::wire::At;

    /// All pieces as `chain|key|value`.
    pub fn list(role: Role, field: Option<&str>, media: Option<&str>, bytes: &[u8]) -> Vec<String> {
        let readable = Readable { role, bytes, field, media, chain: &[], place: Place::Unpacked(At::default()) };
        let mut all = Vec::new();
        pieces(&readable, true, &mut |piece| {
            let mut steps = Vec::new();
            if let Some(trail) = piece.trail {
                trail.write(&mut steps);
            }
            let (start, length) = piece.origin.span(0, piece.bytes.len());
            assert!(start + length <= bytes.len(), "a piece stands in its readable");
            all.push(format!("{}|{}|{}", steps.join(">"), piece.key, String::from_utf8_lossy(piece.bytes)));
            true
        });
        all
    }

    #[test]
    fn a_mail_within_json_within_base64_within_a_form_is_reached() {
        // {"u":{"mail":"anna@example.org"}}
        let all = list(Role::Body, None, Some("application/x-www-form-urlencoded"), b"v=1&blob=eyJ1Ijp7Im1haWwiOiJhbm5hQGV4YW1wbGUub3JnIn19");
        assert!(all.contains(&"form:blob>base64>json:u.mail|mail|anna@example.org".to_owned()), "{all:?}");
    }

    #[test]
    fn a_topic_names_its_device() {
        let all = list(Role::Topic, None, None, b"toys/imei/352099001761481/state");
        assert!(all.contains(&"topic:imei|imei|352099001761481".to_owned()), "{all:?}");
    }

    #[test]
    fn text_in_a_binary_message_is_seen() {
        let all = list(Role::Payload, None, None, b"\x01\x02\x00\x10\xff\xfeimei=352099001761481\x00\x01\x80\x90\x03\x04");
        assert!(all.iter().any(|piece| piece.ends_with("|imei|352099001761481")), "{all:?}");
    }

    #[test]
    fn any_cut_of_any_layer_is_harmless() {
        let whole: &[u8] =
            b"{\"a\":\"x=1&b=%7B%22c%22%3A1%7D\",\"l\":[1,[2,{\"lat\":48.5,\"lon\":2.5}]],\"x\":\"<a b='c'>d</a>\",\"u\":\"\\u00e9\\ud83d\\ude00\"}";
        for end in 0..=whole.len() {
            for role in [Role::Target, Role::Body, Role::Topic, Role::Header, Role::Unknown] {
                let _ = list(role, None, None, &whole[..end]);
                let _ = list(role, None, None, &whole[end..]);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_taken_apart(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), role in 0..5usize) {
            let role = [Role::Target, Role::Body, Role::Topic, Role::Header, Role::Unknown][role];
            let _ = list(role, Some("key"), None, &bytes);
        }

        #[test]
        fn anything_that_looks_like_text_is_taken_apart(text in "[\\[\\]{}<>/=&;:,%+\"'\\\\ua-c0-9 \n]{0,200}") {
            let _ = list(Role::Unknown, None, None, text.as_bytes());
            let _ = list(Role::Target, None, None, text.as_bytes());
        }
    }
}
