//! HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112) on any port.
//!
//! Comes in: the two directions of a stream. Goes out: names, readable parts, named secrets and exchanges. Either end may ask.
//! A body is handed on as soon as enough of it is there; after a gap or garbage the next message that can be found is read.

mod body;
mod chunks;
mod exchange;
mod probe;
mod proof;

use body::{Body, Reach, Wrapping};
use exchange::Exchanges;
use probe::Begins;

use super::head::{self, Head, Start};
use super::igd;
use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say, Upgrade};
use super::stream::{Both, Waiting, after, first};
use super::web::open::Open;
use super::web::tell;
use crate::event::{Event, Role};
use crate::wire::Direction;

/// HTTP/1 over TCP.
pub static HTTP: Protocol =
    Protocol { name: "http", carrier: Carrier::Stream, nature: Nature::Clear, ports: probe::PORTS, probe: probe::probe, open: || Box::new(Http1::default()) };

/// Of a longer head only so much is read.
const HEAD_LIMIT: usize = probe::LINE_LIMIT;

/// Of a line where no message begins, so much is looked at at once.
const GARBAGE_LINE: usize = 8_192;

#[derive(Debug, Default)]
struct Http1 {
    sides: Both<Side>,
    exchanges: Exchanges,
    /// What an answer has just agreed to.
    upgrade: Option<Upgrade>,
}

#[derive(Debug, Default)]
struct Side {
    state: State,
    /// The request whose body is being read; none: an answer's.
    request: Option<u64>,
    waiting: Waiting,
}

#[derive(Debug)]
enum State {
    /// A message is due; its head was searched for its end so far.
    Head {
        begun: bool,
        searched: usize,
    },
    /// Within a head that is longer than the limit; whether the present line is empty so far, and what follows the head.
    LongHead {
        empty: bool,
        next: Box<State>,
    },
    Body(Box<Body>),
    /// After a request that may turn the stream into another protocol's, by its answer.
    Undecided {
        tunnel: bool,
    },
    /// Another protocol's.
    Elsewhere,
    /// Where the next message begins is not known; the present line was searched so far.
    Garbage {
        searched: usize,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Head { begun: false, searched: 0 }
    }
}

/// What a step came to.
enum Step {
    /// So many bytes are done with; there may be more to do even with the rest.
    On(usize),
    Wait,
    Handover,
}

impl Parser for Http1 {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let progress = self.run(&input, false, say);
        if let Progress::Consumed(consumed) = progress {
            self.sides.of_mut(input.direction).waiting.keep(&input, consumed);
        }
        progress
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        // Within a body what waits is only a piece of it: the framing goes on behind the gap.
        let inside = matches!(self.sides.of(direction).state, State::Body(_));
        self.flush(direction, say);
        let side = self.sides.of_mut(direction);
        if let State::Body(body) = &mut side.state {
            if inside && body.gap(missing, say) {
                self.exchanges.count(direction, side.request, missing);
                return Progress::Consumed(0);
            }
            body.finish(say);
        }
        self.exchanges.give_up(direction, say);
        self.lose(direction);
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in DIRECTIONS {
            self.flush(direction, say);
            if let State::Body(body) = &mut self.sides.of_mut(direction).state {
                body.finish(say);
            }
        }
        self.give_up(say);
    }

    fn agreed(&mut self) -> Option<Upgrade> {
        self.upgrade.take()
    }

    fn memory(&self) -> usize {
        self.exchanges.memory() + DIRECTIONS.iter().map(|direction| self.sides.of(*direction).memory()).sum::<usize>()
    }
}

const DIRECTIONS: [Direction; 2] = [Direction::ToServer, Direction::ToClient];

impl Side {
    fn memory(&self) -> usize {
        self.waiting.memory() + if let State::Body(body) = &self.state { body.memory() } else { 0 }
    }
}

impl Http1 {
    /// Reads as far as the bytes reach. `closing`: they are the last of this direction before a gap or the end.
    fn run(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            match self.step(&after(input, done), closing, say) {
                Step::On(taken) => done += taken,
                Step::Wait => return Progress::Consumed(done),
                Step::Handover => {
                    self.give_up(say);
                    return Progress::Handover(done);
                }
            }
        }
    }

    /// Reads what waits in a direction for the last time.
    fn flush(&mut self, direction: Direction, say: Say<'_>) {
        self.decided(direction.flip());
        let waiting = std::mem::take(&mut self.sides.of_mut(direction).waiting);
        self.run(&waiting.input(direction), true, say);
    }

    /// No answers will come any more.
    fn give_up(&mut self, say: Say<'_>) {
        for direction in DIRECTIONS {
            self.exchanges.give_up(direction.flip(), say);
        }
    }

    /// The thread is lost in a direction: the next message is found by its beginning.
    fn lose(&mut self, direction: Direction) {
        self.sides.of_mut(direction).state = State::Garbage { searched: 0 };
        self.decided(direction);
    }

    /// The other end need not wait any longer for what this direction answers.
    fn decided(&mut self, direction: Direction) {
        let other = self.sides.of_mut(direction.flip());
        if let State::Undecided { .. } = other.state {
            other.state = State::default();
        }
    }

    fn step(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        match &mut side.state {
            State::Head { begun: false, .. } => self.begin(input, closing, say),
            State::Head { searched, .. } => match head::end(input.bytes, searched) {
                Some(end) => self.head(&first(input, end), say),
                None if closing || input.bytes.len() > HEAD_LIMIT => self.head(input, say),
                None => Step::Wait,
            },
            State::LongHead { empty, next } => {
                let (taken, ended) = skip_head(input.bytes, empty);
                if ended {
                    side.state = std::mem::take(&mut **next);
                }
                if taken == 0 { Step::Wait } else { Step::On(taken) }
            }
            State::Body(_) => self.body(input, closing, say),
            State::Undecided { tunnel: true } if matches!(input.bytes, [0x16, 3, ..]) => Step::Handover,
            State::Undecided { .. } if input.bytes.len() <= HEAD_LIMIT => Step::Wait,
            State::Undecided { .. } => {
                side.state = State::default();
                Step::On(0)
            }
            State::Elsewhere => Step::Handover,
            State::Garbage { searched } => {
                let (taken, found) = search(input.bytes, searched);
                if found {
                    side.state = State::default();
                    self.exchanges.answered(input.direction, say);
                }
                if taken == 0 && !found { Step::Wait } else { Step::On(taken) }
            }
        }
    }

    /// A message is due.
    fn begin(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let blank = input.bytes.len() - input.bytes.trim_ascii_start().len();
        if blank > 0 {
            return Step::On(blank);
        }
        match probe::begins(input.bytes) {
            Begins::Unsure => {
                let Some(start) = probe::cut_request(input.bytes).filter(|_| closing) else { return Step::Wait };
                self.message(&Head { start, fields: Vec::new() }, input, say);
                return Step::On(input.bytes.len());
            }
            Begins::Request | Begins::Answer => self.sides.of_mut(input.direction).state = State::Head { begun: true, searched: 0 },
            Begins::Nothing => {
                say(Event::Malformed { what: "http message expected" });
                if self.exchanges.awaited(input.direction).is_some() {
                    // An answer all the same: the next one belongs to the next request.
                    self.exchanges.answer(input.direction, input.at(0, 1));
                }
                self.lose(input.direction);
            }
        }
        Step::On(0)
    }

    /// Reads a head: all of it, or as much as is read of a longer one.
    fn head(&mut self, input: &Input<'_>, say: Say<'_>) -> Step {
        let long = input.bytes.len() > HEAD_LIMIT;
        let input = first(input, HEAD_LIMIT);
        let next = match Head::read(input.bytes) {
            Some(head) => self.message(&head, &input, say),
            None => State::Garbage { searched: 0 },
        };
        self.sides.of_mut(input.direction).state = if long {
            say(Event::Malformed { what: "http head longer than the limit" });
            State::LongHead { empty: input.bytes.ends_with(b"\n") || input.bytes.ends_with(b"\n\r"), next: Box::new(next) }
        } else {
            next
        };
        Step::On(input.bytes.len())
    }

    /// Tells a head; gives what follows it.
    fn message(&mut self, head: &Head<'_>, input: &Input<'_>, say: Say<'_>) -> State {
        match head.start {
            Start::Request { method, target, target_at } => {
                tell::target(target, input.place(target_at), say);
                self.request(head, method, &String::from_utf8_lossy(target), input, say)
            }
            Start::Answer { status } => self.answer(head, status, input, say),
        }
    }

    fn request(&mut self, head: &Head<'_>, method: &str, target: &str, input: &Input<'_>, say: Say<'_>) -> State {
        let host = tell::host(head, target);
        if let Some(host) = &host {
            let place = head.field("host").map_or((0, input.bytes.len()), |field| (field.at, field.value.len()));
            tell::name(host, tell::is_for_a_proxy(method, target), input.at(place.0, place.1), say);
        }
        tell::fields(&head.fields, input, say);
        let wrapping = Wrapping::of(head, say);
        let open = Open {
            method: Some(method.to_owned()),
            target: Some(target.to_owned()),
            host,
            asked_type: wrapping.media_type().map(str::to_owned),
            agent: head.field("user-agent").map(|field| field.text().into_owned()),
            proof: proof::of(head, target).seen(has_ended(input.bytes)),
            at: input.at(0, input.bytes.len()),
            door: door(head).map(Box::new),
            ..Open::default()
        };
        let number = self.exchanges.ask(input.direction, open, say);
        self.sides.of_mut(input.direction).request = Some(number);
        let tunnel = method == "CONNECT";
        match wrapping.request() {
            Some(body) if !tunnel => State::Body(Box::new(body)),
            _ if tunnel || head.field("upgrade").is_some() => State::Undecided { tunnel },
            _ => State::default(),
        }
    }

    fn answer(&mut self, head: &Head<'_>, status: u16, input: &Input<'_>, say: Say<'_>) -> State {
        let direction = input.direction;
        tell::fields(&head.fields, input, say);
        if (100..200).contains(&status) && status != 101 {
            return State::default();
        }
        let wrapping = Wrapping::of(head, say);
        let open = self.exchanges.answer(direction, input.at(0, input.bytes.len()));
        open.status = Some(status);
        open.answer_type = wrapping.media_type().map(str::to_owned);
        if open.method.is_none() {
            open.agent = head.field("server").map(|field| field.text().into_owned());
        }
        if status == 101 {
            self.upgrade = upgrade(head, open);
        }
        let elsewhere = status == 101 || (open.asks("CONNECT") && (200..300).contains(&status));
        let bodiless = elsewhere || open.asks("HEAD") || matches!(status, 204 | 304);
        self.sides.of_mut(direction).request = None;
        match wrapping.answer() {
            Some(body) if !bodiless => {
                self.decided(direction);
                State::Body(Box::new(body))
            }
            _ => {
                self.exchanges.answered(direction, say);
                if elsewhere {
                    return State::Elsewhere;
                }
                self.decided(direction);
                State::default()
            }
        }
    }

    fn body(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        let State::Body(body) = &mut side.state else { return Step::On(0) };
        let mut open = self.exchanges.with_body(input.direction, side.request);
        let door = open.as_mut().and_then(|open| open.door.as_deref_mut());
        let reach = match door {
            Some(door) => {
                let is_answer = side.request.is_none();
                body.read(input, closing, &mut |event| {
                    match &event {
                        Event::Readable(told) if told.role == Role::Body && is_answer => door.answered(told.bytes),
                        Event::Readable(told) if told.role == Role::Body => door.learn(told.bytes),
                        _ => {}
                    }
                    say(event);
                })
            }
            None => body.read(input, closing, say),
        };
        match reach {
            Reach::More { taken: 0, .. } => return Step::Wait,
            Reach::More { taken, content } => {
                self.exchanges.count(input.direction, side.request, content as u64);
                return Step::On(taken);
            }
            Reach::Whole => {
                trailer(body.trailer(), input, say);
                side.state = State::default();
            }
            Reach::Lost => side.state = State::Garbage { searched: 0 },
        }
        if side.request.take().is_none() {
            self.exchanges.answered(input.direction, say);
        }
        Step::On(0)
    }
}

/// What an answer agrees to, of what its request offered.
fn upgrade(head: &Head<'_>, open: &Open) -> Option<Upgrade> {
    let text = |name| head.field(name).map(|field| field.text().into_owned());
    Some(Upgrade {
        to: text("upgrade")?,
        method: open.method.clone(),
        target: open.target.clone(),
        host: open.host.clone(),
        agent: open.agent.clone(),
        carries: text("sec-websocket-protocol"),
        at: open.at,
    })
}

/// Whether a head is there to the blank line at its end.
fn has_ended(head: &[u8]) -> bool {
    head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n")
}

/// The door in the router that a request asks for, by its action (UPnP Device Architecture 2.0, section 3.2.1; with `M-POST` a prefix stands before its name).
fn door(head: &Head<'_>) -> Option<igd::Asked> {
    let action = head.fields.iter().find(|field| field.is("soapaction") || field.name.to_ascii_lowercase().ends_with("-soapaction"))?;
    igd::Asked::of(action.value)
}

/// Tells the fields behind a chunked body that has just ended: they lie before its last line end.
fn trailer(bytes: &[u8], input: &Input<'_>, say: Say<'_>) {
    let offset = input.offset.saturating_sub(bytes.len() as u64 + 1);
    let fields: Vec<_> = head::fields(bytes, 0).collect();
    tell::fields(&fields, &Input { bytes, offset, ..*input }, say);
}

/// Passes over the rest of a head: how many bytes, and whether its blank line was among them.
fn skip_head(bytes: &[u8], empty: &mut bool) -> (usize, bool) {
    let mut taken = 0;
    let blank = |line: Option<&[u8]>| line.unwrap_or_default().iter().all(|byte| *byte == b'\r');
    for end in memchr::memchr_iter(b'\n', bytes) {
        let ended = *empty && blank(bytes.get(taken..end));
        taken = end + 1;
        *empty = true;
        if ended {
            return (taken, true);
        }
    }
    *empty = *empty && blank(bytes.get(taken..));
    (bytes.len(), false)
}

/// Searches for a message line by line, in overlapping blocks where lines are very long: how many bytes are done with, and whether one
/// begins behind them. Each line is searched for its end once.
fn search(bytes: &[u8], searched: &mut usize) -> (usize, bool) {
    let end = memchr::memchr(b'\n', bytes.get(*searched..).unwrap_or_default()).map(|index| *searched + index);
    match end {
        Some(end) if end <= GARBAGE_LINE => {
            *searched = 0;
            let found = probe::find_in_line(bytes.get(..end).unwrap_or_default());
            found.map_or((end + 1, false), |(index, _)| (index, true))
        }
        None if bytes.len() <= GARBAGE_LINE => {
            *searched = bytes.len();
            (0, false)
        }
        _ => {
            *searched = GARBAGE_LINE / 2;
            (GARBAGE_LINE / 2, false)
        }
    }
}

#[cfg(test)]
mod tests;
