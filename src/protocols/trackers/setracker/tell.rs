//! What a frame means: its command word and arguments become events.

use std::borrow::Cow;

use super::fields::{self, Field, WIDE};
use super::frame::Frame;
use super::words;
use crate::event::{Claim, Command, DeviceKind, Event, Exchange, LAST_POSITION, Media, Place, Readable, Role, Value};
use crate::protocols::protocol::Say;
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// Most networks that are told of one report.
const MAX_NETWORKS: usize = 64;
/// Voice or a picture is longer than the digit that acknowledges one.
const LEAST_VOICE: usize = 8;
const LEAST_PICTURE: usize = 64;

/// What kind of device the watch is has been told, once without certainty and once with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimed {
    /// Not yet.
    #[default]
    No,
    /// By a frame of a wrong length.
    Likely,
    /// By a frame that is right in every respect.
    Certain,
}

/// Tells what a frame that lies at `place` means.
pub fn frame(frame: &Frame<'_>, direction: Direction, place: Place<'_>, claimed: &mut Claimed, say: Say<'_>) {
    let word = words::word(frame.content);
    let mut teller = Teller { frame, place, word, say };
    teller.exchange();
    teller.claim(claimed);
    teller.id();
    if direction == Direction::ToClient {
        teller.order();
    }
    teller.arguments();
}

struct Teller<'t, 's> {
    frame: &'t Frame<'t>,
    place: Place<'t>,
    word: &'t str,
    say: Say<'s>,
}

impl<'t> Teller<'t, '_> {
    fn whole(&self) -> At {
        self.place.at(0, self.frame.length)
    }

    /// Where the `length` bytes from `index` of the content on were seen.
    fn at(&self, index: usize, length: usize) -> At {
        self.place.at(self.frame.header.length + index, length)
    }

    /// Index of the first byte behind the word and its comma; absent without arguments.
    fn first_argument(&self) -> Option<usize> {
        let comma = self.word.len();
        (self.frame.content.get(comma) == Some(&b',')).then_some(comma + 1)
    }

    fn arguments_of(&self) -> impl Iterator<Item = Field<'t>> + use<'t> {
        let content = self.frame.content;
        fields::split(content, self.first_argument().unwrap_or(content.len() + 1))
    }

    fn value(&mut self, kind: ValueKind, value: Cow<'_, str>, field: &str, chain: &[&str], at: At) {
        (self.say)(Event::Value(Value { kind, value, field, chain, at }));
    }

    /// Tells a field's text as it is.
    fn field(&mut self, kind: ValueKind, text: Cow<'_, str>, field: Field<'_>) {
        let at = self.at(field.start, field.raw.len());
        self.value(kind, text, self.word, &[], at);
    }

    fn exchange(&mut self) {
        let exchange = Exchange { kind: Some(self.word), bytes: self.frame.content.len() as u64, at: self.whole(), ..Exchange::default() };
        (self.say)(Event::Exchange(exchange));
    }

    fn claim(&mut self, claimed: &mut Claimed) {
        let now = if self.frame.exact { Claimed::Certain } else { Claimed::Likely };
        if now > *claimed {
            *claimed = now;
            let why = "it speaks the SeTracker protocol of children's watches";
            let claim = Claim { kind: DeviceKind::Watch, why, of_client: true, certain: self.frame.exact, at: self.whole() };
            (self.say)(Event::Claim(claim));
        }
    }

    fn id(&mut self) {
        let header = self.frame.header;
        let kind = if header.id.len() == 15 { ValueKind::Imei } else { ValueKind::Serial };
        let at = self.place.at(header.id_at, header.id.len());
        self.value(kind, Cow::Borrowed(header.id), "id", &[], at);
    }

    fn order(&mut self) {
        if let Some(order) = words::order(self.word, self.first_argument().is_some()) {
            let command = Command { order, word: self.word, at: self.whole() };
            (self.say)(Event::Command(command));
        }
    }

    fn arguments(&mut self) {
        match self.word {
            word if words::is_report_of_place(word) => self.report(),
            "bphrt" => self.blood_pressure(),
            "heart" | "oxygen" | "btemp" | "btemp2" | "temp" => self.reading(),
            "TK" | "TK2" | "JXTK" => self.voice(),
            "img" => self.picture(),
            "PHB" | "PHB2" | "PHBX" | "PHBX2" => self.phone_book(),
            "PW" => self.first_as(ValueKind::Password),
            "ICCID" => self.first_as(ValueKind::Iccid),
            "MESSAGE" => self.message(),
            "TS" => self.settings(),
            "APN" => self.access(),
            word if words::holds_phones(word) => self.phones(),
            _ => {}
        }
    }

    fn phones(&mut self) {
        for field in self.arguments_of() {
            self.phone(field);
        }
    }

    fn phone(&mut self, field: Field<'_>) {
        if let Some(text) = field.text().filter(|text| fields::is_phone(text)) {
            self.field(ValueKind::Phone, text, field);
        }
    }

    fn first_as(&mut self, kind: ValueKind) {
        if let Some((field, text)) = self.arguments_of().next().and_then(|field| Some((field, field.text()?))) {
            self.field(kind, text, field);
        }
    }

    /// Contacts: number and name in turn; in `PHBX` a place in the list, name and number.
    fn phone_book(&mut self) {
        let extended = self.word.starts_with("PHBX");
        for (index, field) in self.arguments_of().enumerate() {
            let is_name = index % 2 == 1;
            match fields::wide_text(field.raw).filter(|_| is_name) {
                Some(name) => self.wide(&name, field, true),
                None if is_name && !extended => {}
                None => self.phone(field),
            }
        }
    }

    fn message(&mut self) {
        if let Some((field, text)) = self.arguments_of().next().and_then(|field| Some((field, fields::wide_text(field.raw)?))) {
            self.wide(&text, field, false);
        }
    }

    /// How the watch logs in to its mobile network: access point, user, password.
    fn access(&mut self) {
        for (field, kind) in self.arguments_of().skip(1).zip([ValueKind::Username, ValueKind::Password]) {
            if let Some(text) = field.text() {
                self.field(kind, text, field);
            }
        }
    }

    /// Tells a text that was sent in hexadecimal digits: to be searched, and as a person's name if it is one.
    fn wide(&mut self, text: &str, field: Field<'_>, is_name: bool) {
        let at = self.at(field.start, field.raw.len());
        if is_name {
            self.value(ValueKind::Name, Cow::Borrowed(text), self.word, WIDE, at);
        }
        let (bytes, place) = (text.as_bytes(), Place::Unpacked(at));
        (self.say)(Event::Readable(Readable { role: Role::Payload, bytes, field: Some(self.word), media: None, chain: WIDE, place }));
    }

    /// The answer to `TS`: `key:value;` of everything that is set.
    fn settings(&mut self) {
        let content = self.frame.content;
        let mut start = self.first_argument().unwrap_or(content.len());
        for item in content.get(start..).unwrap_or_default().split(|&byte| byte == b';') {
            let begin = start;
            start += item.len() + 1;
            let Some((key, value)) = std::str::from_utf8(item).ok().and_then(|item| item.split_once(':')) else { continue };
            let kind = match key.trim().to_ascii_lowercase().as_str() {
                "imei" if value.len() == 15 => ValueKind::Imei,
                "center" | "slave" | "sos1" | "sos2" | "sos3" if fields::is_phone(value) => ValueKind::Phone,
                "pw" | "password" if !value.is_empty() => ValueKind::Password,
                _ => continue,
            };
            let at = self.at(begin + item.len() - value.len(), value.len());
            self.value(kind, Cow::Borrowed(value), key.trim(), &[], at);
        }
    }

    fn reading(&mut self) {
        let Some(start) = self.first_argument() else { return };
        let raw = self.frame.content.get(start..).unwrap_or_default();
        self.readings(ValueKind::Health, start, raw);
    }

    /// Pressure high and low, pulse; then height, sex, age, weight.
    fn blood_pressure(&mut self) {
        let Some(start) = self.first_argument() else { return };
        let content = self.frame.content;
        let profile = self.arguments_of().nth(3).map(|field| field.start);
        let end = profile.map_or(content.len(), |profile| profile - 1);
        self.readings(ValueKind::Health, start, content.get(start..end).unwrap_or_default());
        if let Some(profile) = profile {
            self.readings(ValueKind::Profile, profile, content.get(profile..).unwrap_or_default());
        }
    }

    fn readings(&mut self, kind: ValueKind, start: usize, raw: &[u8]) {
        if let Some(text) = std::str::from_utf8(raw).ok().filter(|text| text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0')) {
            let at = self.at(start, raw.len());
            self.value(kind, Cow::Borrowed(text), self.word, &[], at);
        }
    }

    fn voice(&mut self) {
        let Some(start) = self.first_argument() else { return };
        let data = self.frame.content.get(start..).unwrap_or_default();
        let magic = memchr::memmem::find(data, b"#!AMR");
        let begin = match (magic, self.word) {
            (Some(begin), _) => begin,
            (None, "JXTK") if data.len() >= LEAST_PICTURE => 0,
            (None, "TK" | "TK2") if data.len() >= LEAST_VOICE => 0,
            _ => return,
        };
        let at = self.at(start + begin, data.len() - begin);
        (self.say)(Event::Media { media: Media::Voice, codec: "amr", at });
    }

    fn picture(&mut self) {
        let Some(start) = self.first_argument() else { return };
        let data = self.frame.content.get(start..).unwrap_or_default();
        let begin = match memchr::memmem::find(data, b"\xff\xd8\xff") {
            Some(begin) => begin,
            None if data.len() >= LEAST_PICTURE => 0,
            None => return,
        };
        let at = self.at(start + begin, data.len() - begin);
        (self.say)(Event::Media { media: Media::Picture, codec: "jpeg", at });
    }

    /// Date, time, `A` or `V`, latitude, `N` or `S`, longitude, `E` or `W`, nine readings, then cells and networks nearby.
    fn report(&mut self) {
        let mut fields = self.arguments_of().skip(2);
        let [fixed, latitude, north, longitude, east] = [(); 5].map(|()| fields.next());
        if let (Some(fixed), Some(latitude), Some(north), Some(longitude), Some(east)) = (fixed, latitude, north, longitude, east) {
            // Without a fix it is the last place that the watch knew.
            let field = if fixed.raw == b"A" { self.word } else { LAST_POSITION };
            self.position(field, latitude, north, longitude, east);
        }
        self.networks(&mut fields.skip(9));
    }

    fn position(&mut self, field: &str, latitude: Field<'_>, north: Field<'_>, longitude: Field<'_>, east: Field<'_>) {
        let (Some(lat), Some(lon)) = (degrees(latitude, north, [b"N", b"S"], 90.0), degrees(longitude, east, [b"E", b"W"], 180.0)) else { return };
        let is_zero = |text: &str| text.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
        if !(is_zero(&lat) && is_zero(&lon)) {
            let at = self.at(latitude.start, east.start + east.raw.len() - latitude.start);
            self.value(ValueKind::Position, Cow::Owned(format!("{lat},{lon}")), field, &[], at);
        }
    }

    /// Cells: their number, timing advance, country, network, then area, cell and strength each. Networks: their number, then name, hardware
    /// address and strength each.
    fn networks(&mut self, fields: &mut dyn Iterator<Item = Field<'t>>) {
        let Some(cells) = fields.next().and_then(Field::number).filter(|&cells| cells <= MAX_NETWORKS) else { return };
        let skip = if cells == 0 { 0 } else { 3 + 3 * cells };
        let mut fields = fields.skip(skip);
        let count = fields.next().and_then(Field::number).unwrap_or(0);
        for _ in 0..count.min(MAX_NETWORKS) {
            let (Some(name), Some(address), Some(_strength)) = (fields.next(), fields.next(), fields.next()) else { return };
            if let Some(text) = name.text() {
                let at = self.at(name.start, name.raw.len());
                self.value(ValueKind::NetworkName, text, "wifi", &[], at);
            }
            if let Some(text) = hardware_address(address) {
                let at = self.at(address.start, address.raw.len());
                self.value(ValueKind::Bssid, Cow::Owned(text), "wifi", &[], at);
            }
        }
    }
}

/// A coordinate within its range, as sent but for leading zeros, with a minus for the second of the two letters.
fn degrees(number: Field<'_>, letter: Field<'_>, letters: [&[u8]; 2], most: f64) -> Option<String> {
    let text = std::str::from_utf8(number.raw).ok()?.trim();
    let value: f64 = text.parse().ok().filter(|value: &f64| value.abs() <= most)?;
    let plain = text.trim_start_matches(['-', '+']);
    let usual = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !usual || !letters.contains(&letter.raw) {
        return None;
    }
    let plain = plain.trim_start_matches('0');
    let zero = if plain.is_empty() || plain.starts_with('.') { "0" } else { "" };
    let [_, negative] = letters;
    let minus = if letter.raw == negative || value.is_sign_negative() { "-" } else { "" };
    Some(format!("{minus}{zero}{plain}"))
}

/// A hardware address in its usual spelling, all twelve digits; some watches leave out leading zeros.
fn hardware_address(field: Field<'_>) -> Option<String> {
    let text = std::str::from_utf8(field.raw).ok()?;
    let mut out = String::with_capacity(17);
    let mut groups = 0;
    for group in text.split([':', '-']) {
        if !(1..=2).contains(&group.len()) || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        if groups > 0 {
            out.push(':');
        }
        if group.len() == 1 {
            out.push('0');
        }
        out.push_str(&group.to_ascii_lowercase());
        groups += 1;
    }
    (groups == 6 && out != "00:00:00:00:00:00").then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Field<'_> {
        Field { start: 0, raw: text.as_bytes() }
    }

    #[test]
    fn coordinates_get_their_sign_from_the_letter() {
        let latitude = |number, letter| degrees(field(number), field(letter), [b"N", b"S"], 90.0);
        assert_eq!(latitude("22.571707", "N").as_deref(), Some("22.571707"));
        assert_eq!(latitude("22.571707", "S").as_deref(), Some("-22.571707"));
        assert_eq!(latitude("-22.57", "S").as_deref(), Some("-22.57"), "said twice, meant once");
        assert_eq!(latitude("048.8", "N").as_deref(), Some("48.8"));
        assert_eq!(latitude("0.5", "N").as_deref(), Some("0.5"));
        for (number, letter) in [("91.0", "N"), ("nan", "N"), ("1e1", "N"), ("", "N"), ("1.0", "E")] {
            assert_eq!(latitude(number, letter), None, "{number}{letter}");
        }
    }

    #[test]
    fn hardware_addresses_are_spelt_in_full() {
        assert_eq!(hardware_address(field("0:0:5E:0:53:1f")).as_deref(), Some("00:00:5e:00:53:1f"));
        assert_eq!(hardware_address(field("00:00:5e:00:53")), None);
        assert_eq!(hardware_address(field("0:0:0:0:0:0")), None);
    }
}
