//! What DNS and its relatives share: one message a datagram.

use super::message::{End, Header, Walk};
use super::names::{Frame, Names};
use crate::event::{Event, NameSource};
use crate::protocols::protocol::{Input, Parser, Probe, Progress, Say};

/// Whether either end uses one of these ports.
pub(super) fn on(probe: &Probe<'_>, ports: &[u16]) -> bool {
    ports.contains(&probe.from_port) || ports.contains(&probe.to_port)
}

/// Reads one message and tells its names.
pub(super) fn read_message(source: NameSource, frame: Frame<'_, '_>, say: Say<'_>) {
    let Some(header) = Header::read(frame.message) else {
        return say(Event::Malformed { what: "dns message shorter than its header" });
    };
    let mut names = Names::new(source);
    let mut walk = Walk::new(frame.message, header);
    for entry in walk.by_ref() {
        names.add(frame, header, entry, say);
    }
    names.say(frame, say);
    if let End::Broken(what) = walk.end() {
        say(Event::Malformed { what });
    }
}

/// Reads datagrams of DNS, mDNS and LLMNR.
pub(super) struct Datagrams {
    /// How its names are known.
    pub(super) source: NameSource,
}

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        read_message(self.source, Frame { input: &input, base: 0, message: input.bytes }, say);
        Progress::Consumed(input.bytes.len())
    }
}
