//! Binary trackers in general: how frames are found in a stream or datagram, and how what they say is told. A tracker of its own file gives a [`Grammar`].

use std::borrow::Cow;
use std::fmt::Write;
use std::marker::PhantomData;
use std::ops::Range;

use super::bits::{self, Reader};
use super::place::Place;
use super::{orders, shape};
use crate::event::{self, Command, Event, Exchange, Order, Readable, Role, Value};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::value::ValueKind;
use crate::wire::{At, Direction, Mac};

/// No frame is longer.
pub const LONGEST: usize = 8 * 1024;
/// Bytes outside any frame, since the last one of either end: then the device's stream is given up, the server's is read no further.
const MAX_JUNK: usize = 4 * 1024;
/// Positions that are told of one frame: buffered ones come by the dozen.
const MAX_PLACES: usize = 512;

/// What the first bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A frame of this length, right in every respect. Never zero.
    Whole(usize),
    /// A frame of this length by its header, wrong by its end or checksum. Never zero.
    Damaged(usize),
    /// Perhaps a frame, once so many bytes are there.
    Wait(usize),
    /// No frame's beginning.
    No,
}

impl Measure {
    /// A frame whose length its header gives: it is whole once so many bytes are there, and damaged if they are not right then.
    pub fn of(bytes: &[u8], length: usize, is_right: impl FnOnce(&[u8]) -> bool) -> Self {
        if length == 0 || length > LONGEST {
            return Self::No;
        }
        match bytes.get(..length) {
            None => Self::Wait(length),
            Some(frame) if is_right(frame) => Self::Whole(length),
            Some(_) => Self::Damaged(length),
        }
    }

    /// A frame that goes on up to this byte, no further than `most` bytes.
    pub fn up_to(bytes: &[u8], from: usize, end: u8, most: usize) -> Self {
        let rest = bytes.get(from..).unwrap_or_default();
        match memchr::memchr(end, rest.get(..rest.len().min(most)).unwrap_or_default()) {
            Some(index) => Self::Whole(from + index + 1),
            None if rest.len() >= most => Self::No,
            None => Self::Wait(bytes.len() + 1),
        }
    }
}

/// How a tracker's frames look.
pub trait Grammar: Send + 'static {
    /// The protocol's name: one lower-case word.
    const NAME: &'static str;

    /// What the first bytes are; absent: too few of them to say. It must be strict, for it also decides whether a flow is this protocol's.
    fn measure(bytes: &[u8], direction: Direction) -> Option<Measure>;

    /// Tells what a frame says; absent if it ended too early.
    fn tell(frame: &mut Frame<'_, '_>) -> Option<()>;
}

/// The protocol in streams.
pub const fn stream<G: Grammar>() -> Protocol {
    Protocol { name: G::NAME, carrier: Carrier::Stream, nature: Nature::Clear, ports: &[], probe: probe::<G>, open: || Box::new(Frames::<G>::default()) }
}

/// The protocol in datagrams.
pub const fn datagrams<G: Grammar>() -> Protocol {
    Protocol { carrier: Carrier::Datagram, probe: probe_datagram::<G>, ..stream::<G>() }
}

fn probe<G: Grammar>(probe: &Probe<'_>) -> Verdict {
    match G::measure(probe.bytes, probe.direction) {
        Some(Measure::Whole(_)) => Verdict::Yes,
        None | Some(Measure::Wait(_)) => Verdict::Unsure,
        Some(Measure::Damaged(_) | Measure::No) => Verdict::No,
    }
}

fn probe_datagram<G: Grammar>(asked: &Probe<'_>) -> Verdict {
    match probe::<G>(asked) {
        Verdict::Unsure => Verdict::No,
        verdict => verdict,
    }
}

/// Reads frames of a grammar.
struct Frames<G> {
    sides: [Side; 2],
    grammar: PhantomData<G>,
}

impl<G> Default for Frames<G> {
    fn default() -> Self {
        Self { sides: Default::default(), grammar: PhantomData }
    }
}

/// What is remembered of a direction.
#[derive(Default)]
struct Side {
    /// Bytes outside any frame since the last one.
    junk: usize,
    /// Bytes that must be there before the frame that waits is measured again.
    needed: usize,
}

impl<G: Grammar> Parser for Frames<G> {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let [to_server, to_client] = &mut self.sides;
        let (side, other) = if input.direction == Direction::ToServer { (to_server, to_client) } else { (to_client, to_server) };
        let mut at = 0;
        loop {
            // What a server answers is mostly a byte or two without a frame.
            if side.junk > MAX_JUNK {
                return if input.direction == Direction::ToServer { Progress::Lost } else { Progress::Consumed(input.bytes.len()) };
            }
            let rest = input.bytes.get(at..).unwrap_or_default();
            if rest.is_empty() || rest.len() < side.needed {
                return Progress::Consumed(at);
            }
            side.needed = 0;
            match G::measure(rest, input.direction) {
                Some(Measure::Whole(length)) => {
                    let bytes = rest.get(..length).unwrap_or(rest);
                    let mut frame = Frame { bytes, direction: input.direction, place: input.place(at), told: 0, say };
                    if G::tell(&mut frame).is_none() {
                        say(Event::Malformed { what: "tracker message shorter than its fields" });
                    }
                    at += bytes.len().max(1);
                    (side.junk, other.junk) = (0, 0);
                }
                Some(Measure::Damaged(length)) => {
                    say(Event::Malformed { what: "tracker message with a wrong checksum" });
                    let length = length.clamp(1, rest.len());
                    (at, side.junk) = (at + length, side.junk + length);
                }
                Some(Measure::Wait(needed)) => {
                    side.needed = needed;
                    return Progress::Consumed(at);
                }
                None => return Progress::Consumed(at),
                Some(Measure::No) => (at, side.junk) = (at + 1, side.junk + 1),
            }
        }
    }

    fn gap(&mut self, direction: Direction, _: u64, _: Say<'_>) -> Progress {
        if let Some(side) = self.sides.get_mut(direction.index()) {
            *side = Side::default();
        }
        Progress::Consumed(0)
    }
}

/// One frame, and who listens.
pub struct Frame<'f, 's> {
    /// Its bytes, from the first of its header to the last of its end.
    pub bytes: &'f [u8],
    /// Who sent it.
    pub direction: Direction,
    place: event::Place<'f>,
    told: usize,
    say: Say<'s>,
}

impl<'f> Frame<'f, '_> {
    /// Reads it from this index on.
    pub fn from(&self, index: usize) -> Reader<'f> {
        Reader::from(self.bytes, index)
    }

    /// Reads it from `from` up to `end` bytes before its end.
    pub fn inner(&self, from: usize, end: usize) -> Reader<'f> {
        Reader::from(self.bytes.get(..self.bytes.len().saturating_sub(end)).unwrap_or_default(), from)
    }

    fn at(&self, range: Range<usize>) -> At {
        self.place.at(range.start, range.len())
    }

    /// Tells the same frame with other bytes: what was left when its escapes were undone. Their places are the frame's.
    pub fn unpacked(&mut self, bytes: &[u8], tell: impl FnOnce(&mut Frame<'_, '_>) -> Option<()>) -> Option<()> {
        let place = event::Place::Unpacked(self.at(0..self.bytes.len()));
        tell(&mut Frame { bytes, direction: self.direction, place, told: self.told, say: &mut *self.say })
    }

    /// Tells that a message was sent, by its command word.
    pub fn word(&mut self, word: &str) {
        let (bytes, at) = (self.bytes.len() as u64, self.at(0..self.bytes.len()));
        (self.say)(Event::Exchange(Exchange { kind: Some(word), bytes, at, ..Exchange::default() }));
    }

    /// The same, where the command is a number: `0x12`.
    pub fn number(&mut self, number: u32) {
        self.word(&format!("{number:#04x}"));
    }

    /// Tells a value.
    pub fn value(&mut self, kind: ValueKind, value: &str, field: &str, range: Range<usize>) {
        let at = self.at(range);
        (self.say)(Event::Value(Value { kind, value: Cow::Borrowed(value), field, chain: &[], at }));
    }

    /// Tells a place, in degrees, with or without a fix. No place is told for 0,0 and what lies outside the Earth.
    pub fn place(&mut self, latitude: f64, longitude: f64, fix: bool, range: Range<usize>) {
        if let Some(place) = Place::new(latitude, longitude, fix).filter(|_| self.told < MAX_PLACES) {
            self.told += 1;
            let at = self.at(range);
            (self.say)(place.event(&[], at));
        }
    }

    /// Tells a number that names the device: 15 digits are an IMEI. Nothing where it is zero or none.
    pub fn id(&mut self, id: &str, range: Range<usize>) {
        let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
        if !id.is_empty() && id.bytes().any(|byte| byte != b'0') {
            let kind = if is_number && id.len() == 15 { ValueKind::Imei } else { ValueKind::Serial };
            self.value(kind, id, "id", range);
        }
    }

    /// The same, of decimal digits, two a byte: of 16 the first is filling.
    pub fn bcd_id(&mut self, range: Range<usize>) {
        let Some(all) = self.bytes.get(range.clone()).and_then(bits::digits) else { return };
        let id = if all.len() == 16 { all.strip_prefix('0').unwrap_or(&all) } else { &all };
        self.id(id, range);
    }

    /// The same, of digits as text.
    pub fn text_id(&mut self, range: Range<usize>) {
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        if let Some(id) = std::str::from_utf8(bytes).ok().map(|id| id.trim_matches(['\0', ' '])).filter(|id| id.bytes().all(|byte| byte.is_ascii_graphic())) {
            self.id(id, range);
        }
    }

    /// Tells the serial number of a SIM card, as decimal digits, two a byte.
    pub fn iccid(&mut self, range: Range<usize>) {
        if let Some(id) = self.bytes.get(range.clone()).and_then(bits::digits).filter(|id| id.starts_with("89") && id.len() >= 18) {
            self.value(ValueKind::Iccid, &id, "iccid", range);
        }
    }

    /// The same, as text.
    pub fn text_iccid(&mut self, range: Range<usize>) {
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        let is_number = |id: &&str| id.len() >= 18 && id.starts_with("89") && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some(id) = std::str::from_utf8(bytes).ok().map(|id| id.trim_end_matches('\0')).filter(is_number) {
            self.value(ValueKind::Iccid, id, "iccid", range);
        }
    }

    /// Tells the hardware address of an access point, six bytes from this index on; nothing where none was found.
    pub fn bssid(&mut self, index: usize) {
        let found = self.bytes.get(index..).and_then(<[u8]>::first_chunk::<6>).map(|bytes| Mac(*bytes));
        if let Some(mac) = found.filter(|mac| mac.is_device()) {
            self.value(ValueKind::Bssid, &mac.to_string(), "wifi", index..index + 6);
        }
    }

    /// Tells cells, `MCC-MNC-AREA-CELL`, as what anyone can read: from them the device's place can be looked up.
    pub fn cell(&mut self, cell: [u64; 4], range: Range<usize>) {
        let [country, network, area, number] = cell;
        if (200..=799).contains(&country) && number > 0 {
            let mut text = String::with_capacity(48);
            let _ = write!(text, "mcc={country}&mnc={network}&lac={area}&cid={number}");
            let place = event::Place::Unpacked(self.at(range));
            (self.say)(Event::Readable(Readable { role: Role::Payload, bytes: text.as_bytes(), field: Some("cell"), media: None, chain: &[], place }));
        }
    }

    /// Tells bytes as what anyone can read: they are searched for what is personal.
    pub fn readable(&mut self, range: Range<usize>) {
        let Some(bytes) = self.bytes.get(range.clone()).filter(|bytes| !bytes.is_empty()) else { return };
        let place = match self.place {
            event::Place::Wire { marks, start } => event::Place::Wire { marks, start: start + range.start as u64 },
            event::Place::Unpacked(at) => event::Place::Unpacked(at),
        };
        (self.say)(Event::Readable(Readable { role: Role::Payload, bytes, field: None, media: None, chain: &[], place }));
    }

    /// Tells a text: its places by their shape, and the rest as readable.
    pub fn text(&mut self, range: Range<usize>) {
        let mut told = range.start;
        for shaped in shape::places(self.bytes.get(range.clone()).unwrap_or_default()).into_iter().take(MAX_PLACES) {
            let (from, to) = (range.start + shaped.range.start, range.start + shaped.range.end);
            self.readable(told..from);
            self.place(shaped.place.latitude, shaped.place.longitude, shaped.place.fix, from..to);
            told = to;
        }
        self.readable(told..range.end);
    }

    /// Tells an order that the server gave.
    pub fn order(&mut self, order: Order, word: &str) {
        let at = self.at(0..self.bytes.len());
        (self.say)(Event::Command(Command { order, word, at }));
    }

    /// Tells an order that is written as text, if the server sent it, and the text as readable.
    pub fn order_text(&mut self, range: Range<usize>) {
        let text = self.bytes.get(range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
        if let (Some((order, word)), Direction::ToClient) = (text.and_then(orders::of), self.direction) {
            self.order(order, word);
        }
        self.readable(range);
    }

    /// Tells a whole event of another kind.
    pub fn tell(&mut self, event: Event<'_>) {
        (self.say)(event);
    }

    /// Where the frame was seen.
    pub fn whole(&self) -> At {
        self.at(0..self.bytes.len())
    }
}

/// What tests of trackers ask.
#[cfg(test)]
pub(super) mod check {
    use super::{Direction, Probe, Protocol, Verdict};
    use crate::protocols::testing::{drive_datagrams, drive_split};

    fn values(lines: Vec<String>) -> Vec<String> {
        lines.into_iter().filter_map(|line| line.strip_prefix("value ").map(|line| line.trim_end_matches(" []").to_owned())).collect()
    }

    /// The values that a device's bytes tell, the same however they are split: `KIND FIELD=VALUE`.
    pub fn told(protocol: &Protocol, bytes: &[u8]) -> Vec<String> {
        values(drive_split(protocol.open, &[(Direction::ToServer, bytes)]))
    }

    /// The values that one datagram tells.
    pub fn told_of_datagram(protocol: &Protocol, bytes: &[u8]) -> Vec<String> {
        values(drive_datagrams((protocol.open)(), &[(Direction::ToServer, bytes)]))
    }

    /// What the probe says.
    pub fn ask(protocol: &Protocol, bytes: &[u8]) -> Verdict {
        (protocol.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_000, from_start: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::{Show, drive, drive_all, drive_datagrams, drive_split};

    /// `#`, length, latitude and longitude as whole degrees, sum.
    struct Simple;

    impl Grammar for Simple {
        const NAME: &'static str = "simple";

        fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
            let mut reader = Reader::new(bytes);
            if !reader.magic(b"#")? {
                return Some(Measure::No);
            }
            let length = usize::from(reader.u8()?);
            Some(Measure::of(bytes, length, |frame| frame.split_last().is_some_and(|(last, rest)| *last == bits::sum(rest))))
        }

        fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
            let mut reader = frame.inner(2, 1);
            let (latitude, longitude) = (reader.u8()?, reader.u8()?);
            frame.place(f64::from(latitude), f64::from(longitude), true, 2..4);
            Some(())
        }
    }

    static SIMPLE: Protocol = stream::<Simple>();
    const ONE: &[u8] = &[b'#', 5, 48, 2, b'#' + 5 + 48 + 2];

    #[test]
    fn frames_are_found_however_they_are_split() {
        let two = [ONE, ONE].concat();
        let lines = drive_split(SIMPLE.open, &[(Direction::ToServer, &two)]);
        assert_eq!(lines, ["value position position=48.000000,2.000000 []"; 2]);
    }

    #[test]
    fn reading_goes_on_after_damage_junk_and_gaps() {
        let damaged = [ONE.get(..4).unwrap(), &[0], ONE].concat();
        assert_eq!(drive((SIMPLE.open)(), &[(Direction::ToServer, &damaged)]).len(), 2, "a complaint and a place");
        let junk = [b"xy", ONE].concat();
        assert_eq!(drive((SIMPLE.open)(), &[(Direction::ToServer, &junk)]).len(), 1);
        let shows = [Show::Bytes(Direction::ToServer, ONE.get(..3).unwrap()), Show::Gap(Direction::ToServer, 2), Show::Bytes(Direction::ToServer, ONE)];
        assert_eq!(drive_all((SIMPLE.open)(), &shows).len(), 1);
    }

    #[test]
    fn junk_without_end_is_given_up() {
        let junk = vec![0; MAX_JUNK + 1];
        assert_eq!(drive((SIMPLE.open)(), &[(Direction::ToServer, &junk)]), ["Lost"]);
        assert_eq!(drive((SIMPLE.open)(), &[(Direction::ToClient, &junk)]), [""; 0], "answers without a frame");
    }

    #[test]
    fn a_frame_with_too_few_fields_is_told_as_malformed() {
        let short = [b'#', 3, b'#' + 3];
        assert_eq!(drive_datagrams((SIMPLE.open)(), &[(Direction::ToServer, &short)]), ["malformed tracker message shorter than its fields"]);
    }

    #[test]
    fn a_probe_says_yes_to_whole_frames_only() {
        let ask = |protocol: &Protocol, bytes| {
            (protocol.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_000, from_start: true })
        };
        let datagrams = datagrams::<Simple>();
        assert_eq!((ask(&SIMPLE, ONE), ask(&datagrams, ONE)), (Verdict::Yes, Verdict::Yes));
        assert_eq!((ask(&SIMPLE, &[b'#', 5]), ask(&datagrams, &[b'#', 5])), (Verdict::Unsure, Verdict::No));
        assert_eq!((ask(&SIMPLE, &[b'#', 3, 0]), ask(&datagrams, b"x")), (Verdict::No, Verdict::No));
    }

    #[test]
    fn a_frame_up_to_a_byte() {
        assert_eq!(Measure::up_to(b"#abc;d", 1, b';', 10), Measure::Whole(5));
        assert_eq!(Measure::up_to(b"#abc", 1, b';', 10), Measure::Wait(5));
        assert_eq!(Measure::up_to(b"#abc;", 1, b';', 3), Measure::No);
    }
}
