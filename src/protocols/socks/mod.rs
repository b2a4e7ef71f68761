//! SOCKS 4, 4a and 5 (RFC 1928, RFC 1929): a proxy that is told where to connect, and then carries the bytes as they are.
//!
//! Comes in: the two directions of a connection from its beginning. Goes out: who asks (user name and password are in the clear), an exchange
//! with the target, and then the connection itself, handed over to whatever speaks in it. A login of another kind (GSSAPI) is not looked into.
//!
//! The client need not wait for the answers, so the two directions are read each for itself.

mod message;
mod udp;

use std::borrow::Cow;

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Event, Exchange, Value};
use crate::value::ValueKind;
use crate::wire::{At, Direction};
use message::{Command, Got, Miss, PORTS, Request};

pub use udp::SOCKS_UDP;

/// SOCKS over TCP.
pub static SOCKS: Protocol =
    Protocol { name: "socks", carrier: Carrier::Stream, nature: Nature::Clear, ports: PORTS, probe, open: || Box::new(Socks::default()) };

/// Of what a client sends without waiting for the answer, so much is kept back; then the answer was not captured.
const EARLY: usize = 4_096;

fn probe(probe: &Probe<'_>) -> Verdict {
    if !probe.from_start || probe.direction != Direction::ToServer {
        return Verdict::No;
    }
    let opening = match probe.bytes.first() {
        Some(4) => message::request_4(probe.bytes).map(|_| ()),
        Some(5) => opening_5(probe.bytes),
        _ => Err(Miss::Not),
    };
    match opening {
        Ok(()) => Verdict::Yes,
        Err(Miss::Part) => Verdict::Unsure,
        Err(Miss::Not) => Verdict::No,
    }
}

/// Behind a greeting comes nothing until the server has chosen, or, from an eager client, what may follow it.
fn opening_5(bytes: &[u8]) -> Result<(), Miss> {
    let (_, length) = message::greeting(bytes)?;
    let next = bytes.get(length..).unwrap_or_default();
    let may_follow = match next.first() {
        None => true,
        Some(1) => message::login(next) != Err(Miss::Not),
        Some(_) => message::request_5(next) != Err(Miss::Not),
    };
    if may_follow { Ok(()) } else { Err(Miss::Not) }
}

/// What the client sends next.
#[derive(Debug, Default, PartialEq, Eq)]
enum Client {
    #[default]
    Opening,
    /// A login or a request.
    Greeted,
    /// What the proxy is to carry.
    Asked,
}

/// What the server sends next.
#[derive(Debug, Default, PartialEq, Eq)]
enum Server {
    /// It waits for the client's first message, which tells the version.
    #[default]
    Listening,
    Choice,
    LoginAnswer,
    Reply(u8),
    /// What the proxy carries.
    Replied,
}

/// What was asked for.
#[derive(Debug)]
struct Asked {
    command: Command,
    target: String,
    at: At,
}

/// What a step came to.
enum Step {
    On(usize),
    Wait,
    End(Progress),
}

#[derive(Debug, Default)]
struct Socks {
    client: Client,
    server: Server,
    asked: Option<Asked>,
    status: Option<u8>,
    /// Replies that were read: BIND has two (RFC 1928, section 6).
    replies: u8,
}

impl Parser for Socks {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let bytes = input.bytes.get(done..).unwrap_or_default();
            let step = match input.direction {
                Direction::ToServer => self.client(bytes, &input, done, &mut *say),
                Direction::ToClient => self.server(bytes),
            };
            match step {
                Step::On(count) => done += count,
                Step::Wait => return Progress::Consumed(done),
                Step::End(progress) => return progress,
            }
            if let Some(progress) = self.settle(done, &mut *say) {
                return progress;
            }
        }
    }

    fn gap(&mut self, direction: Direction, _: u64, say: Say<'_>) -> Progress {
        // What is missing may be the proxy's burden already; the answer is still to come.
        if direction == Direction::ToServer && self.client == Client::Asked {
            return Progress::Consumed(0);
        }
        self.tell(say);
        Progress::Handover(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.tell(say);
    }

    fn memory(&self) -> usize {
        self.asked.as_ref().map_or(0, |asked| asked.target.capacity())
    }
}

impl Socks {
    fn client(&mut self, bytes: &[u8], input: &Input<'_>, index: usize, say: Say<'_>) -> Step {
        match (&self.client, bytes.first()) {
            (Client::Opening, Some(4)) => on(message::request_4(bytes), |request, length| {
                self.server = Server::Reply(4);
                value(ValueKind::Username, request.user, "userid", input.at(index + 8, request.user.len()), say);
                self.request(&request, input.at(index, length));
            }),
            (Client::Opening, Some(_)) => on(message::greeting(bytes), |_, _| {
                self.server = Server::Choice;
                self.client = Client::Greeted;
            }),
            (Client::Greeted, Some(1)) => on(message::login(bytes), |(user, password), _| {
                value(ValueKind::Username, user, "username", input.at(index + 2, user.len()), &mut *say);
                value(ValueKind::Password, password, "password", input.at(index + 3 + user.len(), password.len()), say);
            }),
            (Client::Greeted, Some(_)) => on(message::request_5(bytes), |request, length| self.request(&request, input.at(index, length))),
            (Client::Asked, Some(_)) if bytes.len() > EARLY => {
                self.tell(say);
                Step::End(Progress::Handover(index))
            }
            (Client::Asked, Some(_)) | (_, None) => Step::Wait,
        }
    }

    fn request(&mut self, request: &Request<'_>, at: At) {
        self.client = Client::Asked;
        self.asked = Some(Asked { command: request.command, target: request.target.to_string(), at });
    }

    fn server(&mut self, bytes: &[u8]) -> Step {
        match self.server {
            _ if bytes.is_empty() => Step::Wait,
            Server::Listening | Server::Replied => Step::Wait,
            Server::Choice => match message::choice(bytes) {
                Ok((0 | message::LOGIN, length)) => {
                    self.server = if bytes.get(1) == Some(&0) { Server::Reply(5) } else { Server::LoginAnswer };
                    Step::On(length)
                }
                // Refused, or a login that wraps all that follows.
                Ok(_) => Step::End(Progress::Done),
                Err(miss) => missed(miss),
            },
            Server::LoginAnswer => match message::login_answer(bytes) {
                Ok((true, length)) => {
                    self.server = Server::Reply(5);
                    Step::On(length)
                }
                Ok((false, _)) => Step::End(Progress::Done),
                Err(miss) => missed(miss),
            },
            Server::Reply(version) => {
                let reply = if version == 4 { message::reply_4(bytes) } else { message::reply_5(bytes) };
                on(reply, |status, _| {
                    self.status = Some(status);
                    self.replies += 1;
                    self.server = Server::Replied;
                })
            }
        }
    }

    /// Once there are a request and its reply: how it goes on.
    fn settle(&mut self, done: usize, say: Say<'_>) -> Option<Progress> {
        let (command, status) = (self.asked.as_ref()?.command, self.status?);
        let is_granted = matches!(status, 0 | 90);
        if is_granted && command == Command::Bind && self.replies == 1 {
            self.server = Server::Reply(if status == 0 { 5 } else { 4 });
            return None;
        }
        self.tell(say);
        // The connection of UDP ASSOCIATE carries nothing more: it only has to stay.
        Some(if is_granted && command != Command::Associate { Progress::Handover(done) } else { Progress::Done })
    }

    fn tell(&mut self, say: Say<'_>) {
        let Some(Asked { command, target, at }) = self.asked.take() else { return };
        let status = self.status.map(u16::from);
        say(Event::Exchange(Exchange { kind: Some(command.word()), target: Some(Cow::Owned(target)), status, at, ..Exchange::default() }));
    }
}

/// Goes on behind a message that is there.
fn on<T>(got: Got<T>, read: impl FnOnce(T, usize)) -> Step {
    match got {
        Ok((message, length)) => {
            read(message, length);
            Step::On(length)
        }
        Err(miss) => missed(miss),
    }
}

fn missed(miss: Miss) -> Step {
    match miss {
        Miss::Part => Step::Wait,
        Miss::Not => Step::End(Progress::Lost),
    }
}

fn value(kind: ValueKind, text: &[u8], field: &str, at: At, say: Say<'_>) {
    if !text.is_empty() {
        say(Event::Value(Value { kind, value: String::from_utf8_lossy(text), field, chain: &[], at }));
    }
}

#[cfg(test)]
mod tests;
