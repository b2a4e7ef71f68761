//! Text trackers in general: how messages are found in a stream or datagram, and what every message tells by its shape. A tracker of its own file gives a
//! [`Grammar`]; what nobody knows but plainly is a tracker's message is read as [`TRACKER`].

use super::shape;
use crate::event::{self, Event, Readable, Role};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::{At, Direction};

/// A message is no longer; what has not ended by then is read as far as it goes.
const LONGEST: usize = 4 * 1024;
/// A text is asked about with so many bytes at most.
const PROBED: usize = 1_024;
/// Digits of an IMEI, or of the shortest number that names a device.
const IMEI: usize = 15;
/// Digits of a date or a time of day.
const DATE: usize = 6;
/// Positions that one message may hold: buffered ones come by the dozen.
pub const PLACES: usize = 256;

/// How a tracker's messages look.
pub struct Grammar {
    /// Bytes that end a message, each; they belong to it.
    pub ends: &'static [u8],
    /// Tells what a message says. [`tell_by_shape`] where nothing more is known.
    pub tell: fn(&Message<'_>, Say<'_>),
}

/// One message.
#[derive(Clone, Copy)]
pub struct Message<'m> {
    /// Its bytes, with its end.
    pub bytes: &'m [u8],
    /// Who sent it.
    pub direction: Direction,
    place: event::Place<'m>,
}

impl Message<'_> {
    /// Where the `length` bytes from `index` on were seen.
    pub fn at(&self, index: usize, length: usize) -> At {
        self.place.at(index, length)
    }

    /// Where a part of its bytes was seen.
    pub fn at_part(&self, part: &[u8]) -> At {
        self.at(part.as_ptr().addr().saturating_sub(self.bytes.as_ptr().addr()).min(self.bytes.len()), part.len())
    }

    /// Tells bytes as what anyone can read: they are searched for what is personal.
    pub fn tell_readable(&self, from: usize, to: usize, say: Say<'_>) {
        let Some(bytes) = self.bytes.get(from..to).filter(|bytes| !bytes.is_empty()) else { return };
        let place = match self.place {
            event::Place::Wire { marks, start } => event::Place::Wire { marks, start: start + from as u64 },
            event::Place::Unpacked(at) => event::Place::Unpacked(at),
        };
        say(Event::Readable(Readable { role: Role::Payload, bytes, field: None, media: None, chain: &[], place }));
    }
}

/// Tells every place that shows by its shape, and the rest as readable.
pub fn tell_by_shape(message: &Message<'_>, say: Say<'_>) {
    let mut told = 0;
    for shaped in shape::places(message.bytes).into_iter().take(PLACES) {
        message.tell_readable(told, shaped.range.start, say);
        say(shaped.place.event(&[], message.at(shaped.range.start, shaped.range.len())));
        told = shaped.range.end;
    }
    message.tell_readable(told, message.bytes.len(), say);
}

/// Reads messages of a grammar.
pub struct Messages {
    grammar: &'static Grammar,
    carrier: Carrier,
    sides: [Side; 2],
}

/// What is remembered of a direction.
#[derive(Default)]
struct Side {
    /// Bytes of the message that waits that were searched for its end.
    searched: usize,
    /// A message whose end has not come: told when the flow is over.
    kept: Option<(Vec<u8>, At)>,
}

impl Messages {
    /// Messages in a stream: one may be split, several may stand in a row.
    pub fn in_stream(grammar: &'static Grammar) -> Box<dyn Parser> {
        Box::new(Self { grammar, carrier: Carrier::Stream, sides: Default::default() })
    }

    /// Messages in datagrams: none goes on in the next.
    pub fn in_datagrams(grammar: &'static Grammar) -> Box<dyn Parser> {
        Box::new(Self { grammar, carrier: Carrier::Datagram, sides: Default::default() })
    }

    fn tell(&self, message: &Message<'_>, say: Say<'_>) {
        if message.bytes.iter().all(|byte| byte.is_ascii_whitespace() || self.grammar.ends.contains(byte)) {
            return;
        }
        (self.grammar.tell)(message, say);
    }

    fn tell_kept(&mut self, direction: Direction, say: Say<'_>) {
        let kept = self.sides.get_mut(direction.index()).map(std::mem::take).and_then(|side| side.kept);
        if let Some((bytes, at)) = kept {
            self.tell(&Message { bytes: &bytes, direction, place: event::Place::Unpacked(at) }, say);
        }
    }
}

impl Parser for Messages {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut at = 0;
        let mut searched = self.sides.get_mut(input.direction.index()).map(std::mem::take).map_or(0, |side| side.searched);
        loop {
            let rest = input.bytes.get(at..).unwrap_or_default();
            let unsearched = rest.get(searched..).unwrap_or_default();
            let end = unsearched.iter().position(|byte| self.grammar.ends.contains(byte)).map(|end| searched + end + 1);
            let whole = end.filter(|end| *end <= LONGEST).or_else(|| (rest.len() > LONGEST).then_some(LONGEST));
            let Some(length) = whole.or_else(|| (self.carrier == Carrier::Datagram && !rest.is_empty()).then_some(rest.len())) else { break };
            let bytes = rest.get(..length).unwrap_or_default();
            self.tell(&Message { bytes, direction: input.direction, place: input.place(at) }, say);
            (at, searched) = (at + length, 0);
        }
        let rest = input.bytes.get(at..).unwrap_or_default();
        if let Some(side) = self.sides.get_mut(input.direction.index()) {
            side.searched = rest.len();
            side.kept = (!rest.is_empty()).then(|| (rest.to_vec(), input.at(at, rest.len())));
        }
        Progress::Consumed(at)
    }

    fn gap(&mut self, direction: Direction, _: u64, say: Say<'_>) -> Progress {
        self.tell_kept(direction, say);
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            self.tell_kept(direction, say);
        }
    }

    fn memory(&self) -> usize {
        self.sides.iter().filter_map(|side| side.kept.as_ref()).map(|(bytes, _)| bytes.capacity()).sum()
    }
}

/// The messages of trackers that nobody knows: a place by its shape, beside a number that names the device and a date or time.
pub static TRACKER: Protocol =
    Protocol { name: "tracker", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[], probe: probe_any, open: || Messages::in_stream(&ANY) };

/// The same in datagrams.
pub static TRACKER_UDP: Protocol = Protocol { carrier: Carrier::Datagram, open: || Messages::in_datagrams(&ANY), ..TRACKER };

static ANY: Grammar = Grammar { ends: b"\r\n\0", tell: tell_by_shape };

fn probe_any(probe: &Probe<'_>) -> Verdict {
    let text = probe.bytes.get(..probe.bytes.len().min(PROBED)).unwrap_or_default();
    let is_text = text.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t' | 0));
    let is_data = text.first().is_some_and(|byte| !matches!(byte, b'<' | b'"'));
    if !is_text || !is_data {
        return Verdict::No;
    }
    let named = text.split(|byte| !byte.is_ascii_digit()).any(|run| run.len() >= IMEI);
    let numbered = named || text.split(|byte| !byte.is_ascii_digit()).any(|run| run.len() >= DATE);
    let is_tracker = shape::places(text).iter().any(|shaped| if shaped.lettered { numbered } else { named || has_time(text) });
    if is_tracker { Verdict::Yes } else { Verdict::No }
}

/// Whether a text tells a time: two numbers of six digits side by side of which one is a time of day, one of twelve or fourteen that ends in one, or
/// a time of day with colons.
fn has_time(text: &[u8]) -> bool {
    let two = |digits: &[u8]| digits.iter().fold(0, |number: u32, digit| number * 10 + u32::from(digit.saturating_sub(b'0')));
    let is_clock = |digits: &[u8]| matches!(digits, [h0, h1, m0, m1, s0, s1] if two(&[*h0, *h1]) < 24 && two(&[*m0, *m1]) < 60 && two(&[*s0, *s1]) < 60);
    let is_day = |a: &[u8], b: &[u8], c: &[u8]| (1..=12).contains(&two(b)) && ((1..=31).contains(&two(a)) || (1..=31).contains(&two(c)));
    let is_date = |digits: &[u8]| matches!(digits, [a0, a1, b0, b1, c0, c1] if is_day(&[*a0, *a1], &[*b0, *b1], &[*c0, *c1]));
    let mut before: &[u8] = &[];
    for run in text.split(|byte| !byte.is_ascii_digit()) {
        let (date, clock) = run.split_at_checked(run.len().saturating_sub(DATE)).unwrap_or_default();
        // Of a year with four digits the century is left out.
        let short = date.strip_prefix(b"20").filter(|short| short.len() == DATE).unwrap_or(date);
        let pair = run.len() == DATE && before.len() == DATE && (is_date(before) && is_clock(run) || is_clock(before) && is_date(run));
        if pair || is_date(short) && is_clock(clock) {
            return true;
        }
        if !run.is_empty() {
            before = run;
        }
    }
    let is_clock_text = |window: &[u8]| matches!(window, [h0, h1, b':', m0, m1, b':', s0, s1] if is_clock(&[*h0, *h1, *m0, *m1, *s0, *s1]));
    text.windows(8).any(is_clock_text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::{Show, drive, drive_all, drive_datagrams};

    const TWO: &[u8] =
        b"*XX,490154203237518,220426,080912,A,4851.5024,N,00217.6694,E,0.5#\r\n*XX,490154203237518,220426,081012,V,4851.5024,N,00217.6694,E,0.5#\r\n";

    fn probe(text: &[u8]) -> Verdict {
        probe_any(&Probe { bytes: text, direction: Direction::ToServer, from_port: 40_000, to_port: 9_000, from_start: true })
    }

    #[test]
    fn places_are_told_and_the_rest_is_readable_however_it_is_split() {
        let whole = drive((TRACKER.open)(), &[(Direction::ToServer, TWO)]);
        let places: Vec<&String> = whole.iter().filter(|line| line.starts_with("value")).collect();
        assert_eq!(places, ["value position position=48.858373,2.294490 []", "value position last position=48.858373,2.294490 []"]);
        assert!(whole.iter().any(|line| line.contains("*XX,490154203237518,220426,080912,A,")), "{whole:?}");
        for cut in 0..TWO.len() {
            let (first, second) = TWO.split_at(cut);
            assert_eq!(drive((TRACKER.open)(), &[(Direction::ToServer, first), (Direction::ToServer, second)]), whole, "cut at {cut}");
        }
    }

    #[test]
    fn what_has_no_end_is_told_at_a_gap_and_at_the_end() {
        let text = TWO.strip_suffix(b"\r\n").unwrap();
        let all =
            drive_all((TRACKER.open)(), &[Show::Bytes(Direction::ToServer, text), Show::Gap(Direction::ToServer, 10), Show::Bytes(Direction::ToServer, TWO)]);
        assert_eq!(all.iter().filter(|line| line.starts_with("value")).count(), 4);
        assert_eq!(drive((TRACKER.open)(), &[(Direction::ToServer, text)]).iter().filter(|line| line.starts_with("value")).count(), 2);
    }

    #[test]
    fn a_datagram_is_a_message() {
        let text = TWO.split(|byte| *byte == b'\r').next().unwrap();
        let lines = drive_datagrams((TRACKER_UDP.open)(), &[(Direction::ToServer, text), (Direction::ToServer, text)]);
        assert_eq!(lines.iter().filter(|line| line.starts_with("value position")).count(), 2);
    }

    #[test]
    fn a_text_without_end_is_read_in_pieces_and_never_kept_whole() {
        let text = b"4851.5024,N,00217.6694,E,490154203237518,".repeat(400);
        let lines = drive((TRACKER.open)(), &[(Direction::ToServer, &text)]);
        assert!(lines.iter().filter(|line| line.starts_with("value")).count() >= 395);
    }

    #[test]
    fn only_a_trackers_message_is_taken() {
        assert_eq!(probe(TWO), Verdict::Yes);
        assert_eq!(probe(b"2000000108,490154203237518,20151030145404,48.858370,2.294480,0,140"), Verdict::Yes);
        for other in [
            &b"temperature,48.858370,2.294480"[..],
            b"GET /?lat=48.858370,2.294480 HTTP/1.1",
            b"<a>4851.5024,N,00217.6694,E 123456</a>",
            b"\x01\x02",
            b"220426,080912",
        ] {
            assert_eq!(probe(other), Verdict::No, "{}", other.escape_ascii());
        }
    }
}
