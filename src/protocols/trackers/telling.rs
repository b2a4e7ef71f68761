//! How a tracker's file tells what stands in a message: it names the parts that it knows, and what is left is told as readable.

use std::borrow::Cow;
use std::ops::Range;

use super::place::Place;
use super::setracker::fields;
use super::shape::{self, First};
use super::text::{Message, PLACES};
use crate::event::{Claim, Command, DeviceKind, Event, Exchange, Media, Order, Value};
use crate::protocols::protocol::Say;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Parts that one message may name beside its places.
const PARTS: usize = 128;
/// Longest command word that is told.
const WORD: usize = 32;
/// Digits of an IMEI.
const IMEI: usize = 15;

/// What is being told of a message.
pub struct Telling<'t, 'm, 's> {
    message: &'t Message<'m>,
    say: Say<'s>,
    /// What ends a message.
    ends: &'static [u8],
    /// Parts that were told by themselves.
    told: Vec<Range<usize>>,
}

impl<'t, 'm, 's> Telling<'t, 'm, 's> {
    /// Begins.
    pub fn new(message: &'t Message<'m>, ends: &'static [u8], say: Say<'s>) -> Self {
        Self { message, say, ends, told: Vec::new() }
    }

    /// The message without its end and the blanks around it.
    pub fn text(&self) -> &'m [u8] {
        let bytes = self.message.bytes;
        let whole = bytes.split_last().filter(|(last, _)| self.ends.contains(last)).map_or(bytes, |(_, whole)| whole);
        whole.trim_ascii()
    }

    /// Whether the server sent it.
    pub fn is_of_server(&self) -> bool {
        self.message.direction == Direction::ToClient
    }

    /// The fields between commas.
    pub fn fields(&self) -> Vec<&'m [u8]> {
        self.text().split(|byte| *byte == b',').take(PARTS).collect()
    }

    /// Its command word.
    pub fn word(&mut self, word: &[u8]) {
        let Some(word) = readable(word).filter(|word| word.len() <= WORD) else { return };
        let (bytes, at) = (self.message.bytes.len() as u64, self.message.at(0, self.message.bytes.len()));
        (self.say)(Event::Exchange(Exchange { kind: Some(word), bytes, at, ..Exchange::default() }));
    }

    /// A value, as it is written.
    pub fn value(&mut self, kind: ValueKind, part: &[u8], field: &str) {
        let part = part.trim_ascii();
        let (Some(text), true) = (readable(part), self.told.len() < PARTS) else { return };
        let at = self.message.at_part(part);
        (self.say)(Event::Value(Value { kind, value: Cow::Borrowed(text), field, chain: &[], at }));
        self.done(part);
    }

    /// The number that names the tracker: an IMEI has fifteen digits.
    pub fn id(&mut self, part: &[u8]) {
        let digits = part.iter().all(u8::is_ascii_digit);
        let kind = if digits && part.len() == IMEI { ValueKind::Imei } else { ValueKind::Serial };
        if part.len() >= 4 && part.iter().any(|byte| !matches!(byte, b'0' | b'-')) {
            self.value(kind, part, "id");
        }
    }

    /// A phone number, if it is one: eight to fifteen digits, perhaps behind a plus.
    pub fn phone(&mut self, part: &[u8]) {
        let digits = part.strip_prefix(b"+").unwrap_or(part);
        let long = (8..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        if long && digits.iter().any(|byte| *byte != b'0') {
            self.value(ValueKind::Phone, part, "phone");
        }
    }

    /// The SIM card's number, if it is one: nineteen or twenty digits that begin with 89, perhaps filled up with an F.
    pub fn iccid(&mut self, part: &[u8]) {
        let digits = part.strip_suffix(b"F").unwrap_or(part);
        if part.starts_with(b"89") && (18..=20).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) {
            self.value(ValueKind::Iccid, part, "iccid");
        }
    }

    /// Hardware addresses of networks nearby, wherever they stand.
    pub fn networks(&mut self) {
        let mut rest = self.text();
        while let Some(window) = rest.get(..17) {
            if !is_hardware_address(window) {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            if self.told.len() < PARTS {
                let text: String = window.iter().map(|byte| if *byte == b'-' { ':' } else { char::from(byte.to_ascii_lowercase()) }).collect();
                let at = self.message.at_part(window);
                (self.say)(Event::Value(Value { kind: ValueKind::Bssid, value: Cow::Owned(text), field: "wifi", chain: &[], at }));
                self.done(window);
            }
            rest = rest.get(17..).unwrap_or_default();
        }
    }

    /// An order, where the server gives it.
    pub fn order(&mut self, order: Order, word: &[u8]) {
        let (Some(word), true) = (readable(word), self.is_of_server()) else { return };
        let at = self.message.at(0, self.message.bytes.len());
        (self.say)(Event::Command(Command { order, word, at }));
    }

    /// A person's name, if it is one: UTF-16 as hexadecimal digits.
    pub fn wide_name(&mut self, part: &[u8]) {
        let Some(name) = fields::wide_text(part).filter(|name| name.chars().any(char::is_alphabetic)) else { return };
        let at = self.message.at_part(part);
        (self.say)(Event::Value(Value { kind: ValueKind::Name, value: Cow::Owned(name), field: "name", chain: fields::WIDE, at }));
        self.done(part);
    }

    /// What kind of device the tracker shows itself to be; it can't be known for certain.
    pub fn claim(&mut self, kind: DeviceKind, why: &str) {
        let at = self.message.at(0, self.message.bytes.len());
        (self.say)(Event::Claim(Claim { kind, why, of_client: true, certain: false, at }));
    }

    /// A recording that begins in this message.
    pub fn media(&mut self, media: Media, codec: &str, part: &[u8]) {
        let at = self.message.at_part(part);
        (self.say)(Event::Media { media, codec, at });
    }

    /// A place that is written in these bytes.
    pub fn place(&mut self, place: Option<Place>, part: &[u8]) {
        let (Some(place), true) = (place, self.told.len() < PLACES) else { return };
        (self.say)(place.event(&[], self.message.at_part(part)));
        self.done(part);
    }

    /// A place and the bytes from `first` to `last` that hold it.
    pub fn place_between(&mut self, place: Option<Place>, first: &[u8], last: &[u8]) {
        let (start, end) = (self.index(first), self.index(last) + last.len());
        if let Some(part) = self.message.bytes.get(start..end) {
            self.place(place, part);
        }
    }

    /// Every place that shows by its shape. Of two plain numbers the one that `first` says comes first. `fix` says from what stands before and behind a
    /// place whether there was a fix ([`field_before`]); where it can't say, the letters near the place do.
    pub fn shapes(&mut self, first: First, fix: fn(&[u8], &[u8]) -> Option<bool>) {
        for shaped in shape::places_in(self.message.bytes, first).into_iter().take(PLACES) {
            let before = self.message.bytes.get(..shaped.range.start).unwrap_or_default();
            let behind = self.message.bytes.get(shaped.range.end..).unwrap_or_default();
            let mut place = shaped.place;
            place.fix = fix(before, behind).unwrap_or(place.fix);
            if let Some(part) = self.message.bytes.get(shaped.range) {
                self.place(Some(place), part);
            }
        }
    }

    fn index(&self, part: &[u8]) -> usize {
        part.as_ptr().addr().saturating_sub(self.message.bytes.as_ptr().addr()).min(self.message.bytes.len())
    }

    fn done(&mut self, part: &[u8]) {
        let start = self.index(part);
        self.told.push(start..start + part.len());
    }

    /// Tells what is left as readable.
    pub fn finish(mut self) {
        self.told.sort_unstable_by_key(|range| range.start);
        let mut from = 0;
        for range in std::mem::take(&mut self.told) {
            self.message.tell_readable(from, range.start, self.say);
            from = from.max(range.end);
        }
        self.message.tell_readable(from, self.message.bytes.len(), self.say);
    }
}

/// Says nothing of a fix: the letters near the place decide.
pub fn by_letters(_: &[u8], _: &[u8]) -> Option<bool> {
    None
}

/// The field that stands `back` fields (of those between commas, 1 is the last) before a place.
pub fn field_before(before: &[u8], back: usize) -> &[u8] {
    let before = before.strip_suffix(b",").unwrap_or(before);
    before.rsplit(|byte| *byte == b',').nth(back.saturating_sub(1)).unwrap_or_default()
}

/// The bytes as text, unless they are empty or hold what is no letter or sign.
pub fn readable(part: &[u8]) -> Option<&str> {
    let fits = !part.is_empty() && part.iter().all(|byte| matches!(byte, b' '..=b'~'));
    fits.then(|| std::str::from_utf8(part).ok()).flatten()
}

/// A number written in decimals.
pub fn number(part: &[u8]) -> Option<f64> {
    let usual = part.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    if usual { readable(part)?.parse().ok() } else { None }
}

fn is_hardware_address(window: &[u8]) -> bool {
    let sign = window.get(2).copied().filter(|sign| matches!(sign, b':' | b'-'));
    let fits = |(index, byte): (usize, &u8)| if index % 3 == 2 { Some(*byte) == sign } else { byte.is_ascii_hexdigit() };
    window.iter().enumerate().all(fits) && window.iter().any(|byte| !matches!(byte, b'0' | b':' | b'-'))
}
