//! One flow's bytes on their way: recognised, read by a parser, or judged as what nobody knows.
//!
//! The contract that parsers rely on stands in [`crate::protocols::protocol`]; this file keeps it.

use crate::content::classify::Meter;
use crate::content::classify::text::{self, Look, is_text};
use crate::event::{Event, Readable};
use crate::fact::{Reading, Totals, What};
use crate::protocols::isakmp::ESP;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Upgrade};
use crate::protocols::{Recognition, recognise, upgraded};
use crate::wire::{At, Direction, Mark, Marks};

use super::ear::Ear;
use super::unknown;
use super::voice::Voice;

/// Bytes of one direction that may wait for their parser: the largest object that is unpacked, and its headers.
pub const PENDING: usize = (1 << 20) + (64 << 10);

/// Bytes of one direction that are looked at before a flow is nobody's.
const PROBED: usize = 4 << 10;

/// So often a direction's bytes are asked about, each time from the beginning of a segment or datagram.
const PROBES: u8 = 32;

/// Unknown text is searched in pieces that end at a line's or record's end, and of at most so many bytes.
const TEXT: usize = 4 << 10;

/// Fewer bytes are no text yet.
const SHORT: usize = 32;

/// Streams may lie in one another so deep.
const DEPTH: u8 = 4;

/// Of bytes within a stream that nobody knows and that are no text, so many of each piece are searched.
const UNKNOWN: usize = 4 << 10;

/// A piece of a stream as long as this one's longest goes on in the next; shorter ones are a message's end, as far as they are not shorter than this.
const LEAST_FULL: usize = 512;

/// Where unknown bytes begin is told with so many of them.
const SHOWN: usize = 16;

/// Who reads the flow.
enum App {
    /// Nobody yet.
    Probing,
    /// A protocol's parser.
    Parser(&'static Protocol, Box<dyn Parser>),
    /// Nobody, and nobody will.
    Silent,
}

/// Who hears what a flow's bytes say.
pub struct Listener<'l> {
    /// The flow's voice.
    pub voice: &'l mut Voice,
    /// Where its facts go.
    pub ear: &'l mut Ear,
}

/// What one direction holds.
struct Half {
    pending: Vec<u8>,
    /// Offset in the stream of the first pending byte, or of the next byte.
    offset: u64,
    marks: Marks,
    probes: u8,
    /// Where the protocol that is looked for begins; none before the first look.
    begin: Option<u64>,
    /// For bytes that nobody knows.
    meter: Option<Box<Meter>>,
    /// Where the first of them were seen.
    met: Option<At>,
    /// Whether its text was told of.
    text: bool,
    /// Whether a message of unknown bytes may begin here: the other end has spoken, or the piece before was short.
    may_start: bool,
    /// The longest piece.
    longest: usize,
}

impl Half {
    fn new() -> Self {
        Self {
            pending: Vec::new(),
            offset: 0,
            marks: Marks::default(),
            probes: PROBES,
            begin: None,
            meter: None,
            met: None,
            text: false,
            may_start: true,
            longest: LEAST_FULL,
        }
    }

    fn forget(&mut self) {
        (self.pending, self.marks) = (Vec::new(), Marks::default());
    }
}

/// Drives one flow.
pub struct Driver {
    carrier: Carrier,
    app: App,
    /// The protocol, once one was recognised; stays when its parser is done.
    protocol: Option<&'static Protocol>,
    reason: &'static str,
    from_start: bool,
    /// Whether the protocol handed over to another one that is not known (yet): what the flow's bytes are is not what the protocol is.
    is_handed_over: bool,
    /// Whether the other direction's bytes wait to be asked about since then.
    has_waiting: bool,
    /// Whether the parser's client is the flow's server: its messages showed that after something was told of the flow already.
    reversed: bool,
    /// Whether the parser has told anything.
    has_told: bool,
    halves: [Half; 2],
    within: Within,
}

/// What lies within a stream.
#[derive(Default)]
struct Within {
    /// The stream that its protocol carries.
    inner: Option<Box<Driver>>,
    /// How many streams lie around it.
    depth: u8,
    /// Whether its protocol told anything readable but what it carries.
    is_open: bool,
}

/// What became of a step.
enum Step {
    /// So many bytes are done with.
    Consumed(usize),
    /// More bytes are needed.
    Wait,
    /// Who reads has changed: look again.
    Again,
}

impl Driver {
    /// A driver for a flow that was seen from its start, or not.
    pub fn new(carrier: Carrier, from_start: bool) -> Self {
        let halves = [Half::new(), Half::new()];
        Self {
            carrier,
            app: App::Probing,
            protocol: None,
            reason: "",
            from_start,
            is_handed_over: false,
            has_waiting: false,
            reversed: false,
            has_told: false,
            halves,
            within: Within::default(),
        }
    }

    /// A driver of a flow whose bytes are not read.
    pub fn silent() -> Self {
        Self { app: App::Silent, ..Self::new(Carrier::Datagram, true) }
    }

    /// A driver of a flow whose protocol follows from the header below, so that its bytes are not read.
    pub fn named(protocol: &'static Protocol) -> Self {
        Self { protocol: Some(protocol), reason: "its IP protocol number", ..Self::silent() }
    }

    /// A driver of a flow whose protocol another flow has named.
    pub fn announced(protocol: &'static Protocol, from_start: bool) -> Self {
        let app = App::Parser(protocol, (protocol.open)());
        Self { app, protocol: Some(protocol), reason: "another flow announced it", ..Self::new(protocol.carrier, from_start) }
    }

    /// Whether bytes need not be given any more.
    pub fn is_silent(&self) -> bool {
        matches!(self.app, App::Silent)
    }

    /// The protocol, if it is known.
    pub fn protocol(&self) -> Option<&'static Protocol> {
        let own = self.protocol.filter(|protocol| protocol.nature != Nature::Either || self.has_told).filter(|protocol| !self.is_chance(protocol));
        self.within.inner.as_ref().and_then(|inner| inner.protocol()).or(own)
    }

    /// Whether a protocol was taken from datagrams among others that nobody knows: one in hundreds of noise has the head of ESP, until several go together.
    fn is_chance(&self, protocol: &Protocol) -> bool {
        !self.has_told && protocol.name == ESP.name && self.halves.iter().any(|half| half.meter.is_some())
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        let half = |half: &Half| half.pending.capacity() + half.marks.memory() + half.meter.as_ref().map_or(0, |meter| meter.memory());
        let parser = if let App::Parser(_, parser) = &self.app { 256 + parser.memory() } else { 0 };
        let inner = self.within.inner.as_ref().map_or(0, |inner| size_of::<Self>() + inner.memory());
        self.halves.iter().map(half).sum::<usize>() + parser + inner
    }

    /// Bytes of a stream, in order, or one datagram. Whether client and server were found to be the other way round.
    pub fn bytes(&mut self, direction: Direction, bytes: &[u8], mark: Mark, to: &mut Listener<'_>) -> bool {
        if self.is_silent() || bytes.is_empty() {
            return false;
        }
        let datagram = self.carrier == Carrier::Datagram;
        self.half(direction.flip()).may_start = true;
        let half = self.half(direction);
        if datagram {
            half.marks = Marks::default();
            half.pending.clear();
            half.offset = mark.stream;
        } else if half.pending.is_empty() {
            half.offset = mark.stream;
        }
        half.marks.push(mark);
        let mut swapped = self.drive(direction, bytes, to);
        if std::mem::take(&mut self.has_waiting) {
            let direction = if swapped { direction.flip() } else { direction };
            swapped ^= self.show_waiting(direction.flip(), to);
        }
        if self.carrier == Carrier::Datagram {
            self.halves.iter_mut().for_each(|half| half.pending.clear());
        }
        swapped
    }

    /// Bytes that were never captured.
    pub fn gap(&mut self, direction: Direction, missing: u64, to: &mut Listener<'_>) {
        self.flush_text(direction, to);
        let half = self.half(direction);
        half.offset += half.pending.len() as u64 + missing;
        half.forget();
        if let Some(meter) = &mut half.meter {
            meter.gap();
        }
        let towards = self.towards(direction);
        let App::Parser(protocol, parser) = &mut self.app else { return };
        let protocol = *protocol;
        let within = &mut self.within;
        let progress = parser.gap(towards, missing, &mut |event| within.hear(protocol, direction, event, to));
        if let Some(inner) = &mut self.within.inner {
            inner.gap(direction, missing, to);
        }
        self.settle(progress);
    }

    /// The flow is over.
    pub fn end(&mut self, to: &mut Listener<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            self.flush_text(direction, to);
            self.flush_unread(direction, to);
            self.finish_unknown(direction, to);
        }
        if let App::Parser(protocol, parser) = &mut self.app {
            let (protocol, reversed) = (*protocol, self.reversed);
            let direction = if reversed { Direction::ToClient } else { Direction::ToServer };
            let within = &mut self.within;
            parser.end(&mut |event| within.hear(protocol, direction, event, to));
        }
        if let Some(inner) = &mut self.within.inner {
            inner.end(to);
        }
        self.silence();
    }

    /// What others could make of the flow, and of each of its directions.
    pub fn judge(&self, voice: &Voice, totals: &mut Totals) {
        if let Some(inner) = self.within.inner.as_ref().filter(|inner| inner.protocol().is_some()) {
            return inner.judge(voice, totals);
        }
        totals.protocol_reason = if self.protocol().is_some() { self.reason } else { "" };
        (totals.reading, totals.reading_reason) = match (self.protocol(), &voice.sealed) {
            (_, Some(with)) => (Reading::Encrypted, with.clone()),
            (Some(protocol), None) if protocol.nature == Nature::Sealed => {
                (Reading::Undetermined, format!("{}, its key exchange not seen whole", protocol.name))
            }
            (Some(protocol), None) if self.has_unknown_burden() => {
                let (reading, reason) = self.judge_unknown(totals);
                (reading, format!("within {}: {reason}", protocol.name))
            }
            (Some(protocol), None) => (Reading::Readable, protocol.name.to_owned()),
            (None, None) => self.judge_unknown(totals),
        };
        if self.protocol().is_some() && !self.has_unknown_burden() || voice.sealed.is_some() {
            totals.ways = [totals.reading; 2];
        }
    }

    /// Whether the protocol carries something that nobody knows, and nothing else.
    fn has_unknown_burden(&self) -> bool {
        let is_metered = |driver: &Self| driver.halves.iter().any(|half| half.meter.is_some());
        self.is_handed_over && is_metered(self) || !self.within.is_open && self.within.inner.as_deref().is_some_and(is_metered)
    }

    /// Whether the flow's bytes, or some of them, are nobody's.
    fn is_unknown(&self, voice: &Voice) -> bool {
        voice.sealed.is_none() && (self.protocol().is_none() || self.has_unknown_burden())
    }

    /// Of two directions the one counts that others could make more of.
    fn judge_unknown(&self, totals: &mut Totals) -> (Reading, String) {
        let mut judged: [Option<(Reading, String)>; 2] = [const { None }; 2];
        let is_metered = |driver: &&Self| driver.halves.iter().any(|half| half.meter.is_some());
        let within = self.within.inner.as_deref().filter(|_| !is_metered(&self));
        for ((half, judged), way) in within.unwrap_or(self).halves.iter().zip(&mut judged).zip(&mut totals.ways) {
            let Some(meter) = half.meter.as_ref().filter(|meter| !meter.is_empty()) else { continue };
            let (reading, reason) = self.tempered(meter.reading());
            *way = reading;
            *judged = Some((reading, reason));
        }
        match judged {
            [None, None] => (Reading::Undetermined, "no payload was seen".to_owned()),
            [Some(one), None] | [None, Some(one)] => one,
            [Some(sent), Some(answered)] if sent.0 == answered.0 => sent,
            [Some((reading, reason)), Some((other, _))] if reading.rank() < other.rank() => (reading, format!("{reason} (from the client)")),
            [_, Some((reading, reason))] => (reading, format!("{reason} (from the server)")),
        }
    }

    /// What has the heads of RTP and shows no codec may be media all the same: nothing is said of how it is hidden.
    fn tempered(&self, judged: (Reading, String)) -> (Reading, String) {
        match judged {
            (Reading::Scrambled, _) if self.protocol.is_some_and(|protocol| protocol.nature == Nature::Either) => {
                (Reading::Undetermined, "heads of RTP before what shows no codec".to_owned())
            }
            judged => judged,
        }
    }

    fn half(&mut self, direction: Direction) -> &mut Half {
        let [to_server, to_client] = &mut self.halves;
        match direction {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        }
    }

    fn towards(&self, direction: Direction) -> Direction {
        if self.reversed { direction.flip() } else { direction }
    }

    fn silence(&mut self) {
        self.app = App::Silent;
        self.halves.iter_mut().for_each(Half::forget);
    }

    /// Shows what waits and `fresh` behind it to whoever reads, as long as someone gets on with it.
    fn drive(&mut self, mut direction: Direction, fresh: &[u8], to: &mut Listener<'_>) -> bool {
        // What waits is taken out, so that it can be looked at while the driver changes.
        let mut held = std::mem::take(&mut self.half(direction).pending);
        if !held.is_empty() {
            held.extend_from_slice(fresh);
        }
        let view: &[u8] = if held.is_empty() { fresh } else { &held };
        let (mut at, mut swapped) = (0, false);
        while let Some(rest) = view.get(at..).filter(|rest| !rest.is_empty()) {
            let before = swapped;
            match self.step(direction, rest, to, &mut swapped) {
                Step::Consumed(count) => {
                    let count = count.min(rest.len());
                    at += count;
                    let half = self.half(direction);
                    half.offset += count as u64;
                    let offset = half.offset;
                    half.marks.forget_before(offset);
                }
                Step::Again if swapped != before => direction = direction.flip(),
                Step::Again => {}
                Step::Wait => break,
            }
        }
        if !self.is_silent() {
            if held.is_empty() {
                held.extend_from_slice(fresh.get(at..).unwrap_or_default());
            } else {
                held.drain(..at.min(held.len()));
            }
            self.keep(direction, held, to);
        }
        swapped
    }

    /// Keeps what was not consumed, within bounds.
    fn keep(&mut self, direction: Direction, mut held: Vec<u8>, to: &mut Listener<'_>) {
        let length = held.len();
        if held.capacity() > 4_096 && length < held.capacity() / 4 {
            held.shrink_to_fit();
        }
        self.half(direction).pending = held;
        if length > PENDING {
            to.ear.tally.too_long += 1;
            self.half(direction).pending.clear();
            self.half(direction).offset += length as u64;
            let towards = self.towards(direction);
            if let App::Parser(protocol, parser) = &mut self.app {
                let protocol = *protocol;
                let within = &mut self.within;
                let progress = parser.gap(towards, length as u64, &mut |event| within.hear(protocol, direction, event, to));
                self.settle(progress);
            }
        }
    }

    fn step(&mut self, direction: Direction, rest: &[u8], to: &mut Listener<'_>, swapped: &mut bool) -> Step {
        match self.app {
            App::Silent => Step::Consumed(rest.len()),
            App::Parser(..) => self.parse(direction, rest, to),
            App::Probing => self.probe(direction, rest, to, swapped),
        }
    }

    fn parse(&mut self, direction: Direction, rest: &[u8], to: &mut Listener<'_>) -> Step {
        let towards = self.towards(direction);
        let [to_server, to_client] = &mut self.halves;
        let half = if direction == Direction::ToServer { to_server } else { to_client };
        let App::Parser(protocol, parser) = &mut self.app else { return Step::Again };
        let protocol = *protocol;
        if protocol.nature == Nature::Either && !self.has_told {
            half.meter.get_or_insert_with(|| Box::new(Meter::new(false))).add(rest, true, &mut |_| {});
        }
        let input = Input { direction: towards, bytes: rest, offset: half.offset, marks: &half.marks };
        let (has_told, within) = (&mut self.has_told, &mut self.within);
        let progress = parser.read(input, &mut |event: Event<'_>| {
            *has_told |= !matches!(event, Event::Malformed { .. });
            within.hear(protocol, direction, event, to);
        });
        match progress {
            Progress::Consumed(0) => Step::Wait,
            Progress::Consumed(count) => Step::Consumed(count),
            Progress::Handover(count) => {
                let upgrade = parser.agreed();
                self.reprobe();
                self.take_over(upgrade);
                Step::Consumed(count)
            }
            Progress::Done => {
                self.silence();
                Step::Consumed(rest.len())
            }
            Progress::Lost => {
                self.app = App::Probing;
                // A protocol that told nothing was never there.
                if !to.voice.has_told() || self.is_chance(protocol) {
                    (self.protocol, self.reason) = (None, "");
                }
                // What waits in the other direction may be taken for the same again, and be lost again: that has its end as well.
                self.halves.iter_mut().for_each(|half| half.probes = half.probes.saturating_sub(1));
                // The same bytes must not be taken by the same parser again; text may wait for its end.
                match self.unknown(direction, rest, to) {
                    0 => Step::Wait,
                    _ => Step::Consumed(rest.len()),
                }
            }
        }
    }

    /// What a parser's answer to a gap means.
    fn settle(&mut self, progress: Progress) {
        match progress {
            Progress::Consumed(_) => {}
            Progress::Handover(_) => self.reprobe(),
            Progress::Done => self.silence(),
            Progress::Lost => self.app = App::Probing,
        }
    }

    fn reprobe(&mut self) {
        self.app = App::Probing;
        self.from_start = true;
        (self.is_handed_over, self.has_waiting) = (true, true);
        self.halves.iter_mut().for_each(|half| (half.probes, half.begin) = (PROBES, None));
    }

    /// Hands on to the protocol that both ends agreed on, if it is one that is read.
    fn take_over(&mut self, upgrade: Option<Upgrade>) {
        let Some((upgrade, protocol)) = upgrade.and_then(|upgrade| upgraded(&upgrade.to).map(|protocol| (upgrade, protocol))) else { return };
        let mut parser = (protocol.open)();
        parser.take_over(upgrade);
        self.app = App::Parser(protocol, parser);
        (self.protocol, self.reason) = (Some(protocol), "what both ends agreed on");
        (self.is_handed_over, self.has_told, self.within.is_open) = (false, false, false);
    }

    /// Bytes of a stream that lies within another one, where they were seen. Whether a protocol knows them.
    fn carried(&mut self, direction: Direction, readable: &Readable<'_>, to: &mut Listener<'_>) -> bool {
        let half = self.half(direction);
        let stream = half.offset + half.pending.len() as u64;
        let at = readable.place.at(0, readable.bytes.len());
        let mark = Mark { stream, length: readable.bytes.len() as u32, packet: at.packet, time: at.time, offset: at.offset };
        self.bytes(direction, readable.bytes, mark, to);
        self.protocol().is_some()
    }

    fn probe(&mut self, direction: Direction, rest: &[u8], to: &mut Listener<'_>, swapped: &mut bool) -> Step {
        let (client, server) = (to.voice.conversation().client.port, to.voice.conversation().server.port);
        let (from_port, to_port) = if direction == Direction::ToServer { (client, server) } else { (server, client) };
        let datagram = self.carrier == Carrier::Datagram;
        let half = self.half(direction);
        let at_begin = datagram || *half.begin.get_or_insert(half.offset) == half.offset;
        let from_start = self.from_start && at_begin;
        let recognition = if self.half(direction).probes == 0 {
            Recognition::Nobody
        } else {
            recognise(self.carrier, &Probe { bytes: rest, direction: self.towards(direction), from_port, to_port, from_start })
        };
        match recognition {
            Recognition::Known(protocol, other_way) => {
                self.recognised(protocol, other_way, to.voice, swapped);
                self.catch_up(if *swapped { direction } else { direction.flip() }, to);
                Step::Again
            }
            Recognition::Unsure if rest.len() < PROBED && self.carrier == Carrier::Stream => Step::Wait,
            Recognition::Unsure | Recognition::Nobody => {
                let half = self.half(direction);
                half.probes = half.probes.saturating_sub(1);
                Step::Consumed(self.unknown(direction, rest, to)).or_wait()
            }
        }
    }

    fn recognised(&mut self, protocol: &'static Protocol, other_way: bool, voice: &mut Voice, swapped: &mut bool) {
        self.app = App::Parser(protocol, (protocol.open)());
        self.protocol = Some(protocol);
        (self.is_handed_over, self.has_told) = (false, false);
        let conversation = voice.conversation();
        let usual = [conversation.client.port, conversation.server.port].iter().any(|port| protocol.ports.contains(port));
        self.reason = match (self.within.depth, usual) {
            (0, true) => "its bytes, on its usual port",
            (0, false) => "its bytes",
            _ => "its bytes, within another protocol's messages",
        };
        if other_way {
            if voice.swap() {
                self.halves.reverse();
                *swapped = true;
            } else {
                self.reversed = !self.reversed;
            }
        }
    }

    /// Shows the parser what the other direction had sent before it was recognised.
    fn catch_up(&mut self, direction: Direction, to: &mut Listener<'_>) {
        self.show_waiting(direction, to);
    }

    /// Shows what waits in a direction, though nothing was added to it. Whether client and server were found to be the other way round.
    fn show_waiting(&mut self, direction: Direction, to: &mut Listener<'_>) -> bool {
        !self.half(direction).pending.is_empty() && self.drive(direction, &[], to)
    }

    /// Bytes that nobody knows: judged, and searched where they are readable. How many are done with.
    fn unknown(&mut self, direction: Direction, rest: &[u8], to: &mut Listener<'_>) -> usize {
        let stream = self.carrier == Carrier::Stream;
        if stream && rest.len() < SHORT {
            return 0;
        }
        let look = text::look(rest);
        let is_cut = stream && look == Look::Text && rest.len() < TEXT;
        let end = if is_cut { record_end(rest) } else { rest.len() };
        let Some(piece) = rest.get(..end).filter(|piece| !piece.is_empty()) else { return 0 };
        self.judged(direction, piece, &look, to);
        end
    }

    /// Judges a piece of unknown bytes, and tells what of it can be read.
    fn judged(&mut self, direction: Direction, piece: &[u8], look: &Look, to: &mut Listener<'_>) {
        let (stream, is_within) = (self.carrier == Carrier::Stream, self.within.depth > 0);
        let half = self.half(direction);
        let at = half.marks.at(half.offset, piece.len().min(SHOWN));
        half.met.get_or_insert(at);
        let starts = !stream || half.may_start;
        half.longest = half.longest.max(piece.len());
        half.may_start = piece.len() < half.longest;
        let meter = half.meter.get_or_insert_with(|| Box::new(Meter::new(stream)));
        let place = crate::event::Place::Wire { marks: &half.marks, start: half.offset };
        let mut told = unknown::Told { voice: &mut *to.voice, ear: &mut *to.ear, direction, at };
        match look {
            // Within another stream whoever carries it has told what can be read.
            Look::Text if is_within => meter.add_text(piece),
            Look::Nothing => {
                meter.add(piece, starts, &mut |insight| told.insight(insight));
                if !is_within {
                    told.binary(piece, place);
                }
            }
            Look::Text => {
                meter.add_text(piece);
                told.text(piece, place, !std::mem::replace(&mut half.text, true));
            }
            Look::Wide(text) => {
                meter.add_text(piece);
                told.unwrapped(text.as_bytes(), &["utf-16"], !std::mem::replace(&mut half.text, true));
            }
            Look::Armoured(scheme, plain) => {
                meter.add_armour(scheme, piece);
                told.undone(scheme, plain);
            }
        }
    }

    /// Text that its parser waited with and never read: a message that was cut off, or one too many.
    fn flush_unread(&mut self, direction: Direction, to: &mut Listener<'_>) {
        if !matches!(&self.app, App::Parser(protocol, _) if protocol.nature == Nature::Clear) {
            return;
        }
        let rest = std::mem::take(&mut self.half(direction).pending);
        if is_text(&rest) {
            let half = self.half(direction);
            let place = crate::event::Place::Wire { marks: &half.marks, start: half.offset };
            let at = half.marks.at(half.offset, rest.len().min(SHOWN));
            unknown::Told { voice: &mut *to.voice, ear: &mut *to.ear, direction, at }.binary(&rest, place);
        }
    }

    /// Text that waited for its line's end and will not get one.
    fn flush_text(&mut self, direction: Direction, to: &mut Listener<'_>) {
        if !matches!(self.app, App::Probing) || self.half(direction).pending.is_empty() {
            return;
        }
        let rest = std::mem::take(&mut self.half(direction).pending);
        self.judged(direction, &rest, &text::look(&rest), to);
        self.half(direction).offset += rest.len() as u64;
    }

    /// What only shows when all unknown bytes of a direction were seen.
    fn finish_unknown(&mut self, direction: Direction, to: &mut Listener<'_>) {
        let is_unknown = self.is_unknown(to.voice);
        let half = self.half(direction);
        let (Some(meter), Some(at)) = (&mut half.meter, half.met) else { return };
        let mut told = unknown::Told { voice: &mut *to.voice, ear: &mut *to.ear, direction, at };
        meter.finish(&mut |insight| {
            if is_unknown {
                told.insight(insight);
            }
        });
        let (reading, weakness) = (meter.reading(), meter.weakness());
        if is_unknown && self.tempered(reading).0 == Reading::Scrambled {
            to.voice.tell(to.ear, None, direction, What::Scrambled { weakness, at });
        }
    }
}

impl Within {
    /// Hears an event; bytes of a stream that lies within go to whoever knows them, else they are searched as they are.
    fn hear(&mut self, protocol: &Protocol, direction: Direction, event: Event<'_>, to: &mut Listener<'_>) {
        let Event::Carried(readable) = event else {
            self.is_open |= matches!(event, Event::Readable(_) | Event::Value(_) | Event::Media { .. });
            return to.voice.hear(to.ear, protocol, direction, event);
        };
        if self.depth >= DEPTH || !self.inner().carried(direction, &readable, to) {
            let bytes = if is_text(readable.bytes) { readable.bytes } else { readable.bytes.get(..UNKNOWN).unwrap_or(readable.bytes) };
            to.voice.hear(to.ear, protocol, direction, Event::Readable(Readable { bytes, ..readable }));
        }
    }

    fn inner(&mut self) -> &mut Driver {
        let within = Self { depth: self.depth + 1, ..Self::default() };
        self.inner.get_or_insert_with(|| Box::new(Driver { within, ..Driver::new(Carrier::Stream, true) }))
    }
}

impl Step {
    /// Consuming nothing is waiting.
    fn or_wait(self) -> Self {
        if matches!(self, Self::Consumed(0)) { Self::Wait } else { self }
    }
}

/// The end of the last whole line or record of a text; zero where there is none.
fn record_end(text: &[u8]) -> usize {
    memchr::memrchr3(b'\n', b'#', b';', text).or_else(|| memchr::memrchr3(b']', b'}', b'>', text)).map_or(0, |last| last + 1)
}
