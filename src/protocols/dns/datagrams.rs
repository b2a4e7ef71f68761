//! What DNS and its relatives share: how a message is read, and one message a datagram.

use super::message::{End, Header, Walk};
use super::names::{Frame, Names};
use crate::event::{Event, NameSource};
use crate::protocols::protocol::{Input, Parser, Progress, Say};

/// Reads one message and tells its names, and the first thing that is wrong with it.
pub(super) fn read_message(source: NameSource, frame: Frame<'_, '_>, say: Say<'_>) {
    let Some(header) = Header::read(frame.message) else {
        return say(Event::Malformed { what: "dns message shorter than its header" });
    };
    let mut names = Names::new(source, header);
    let mut walk = Walk::new(frame.message, header);
    let mut absent = None;
    for entry in walk.by_ref() {
        if entry.section == 0 && source == NameSource::Dns && header.is_absence() && absent.is_none() {
            absent = Some((entry.name.text.clone(), entry.start..entry.name.next));
        }
        names.add(frame, entry, say);
    }
    names.say(frame, say);
    if let Some((name, range)) = absent.filter(|(name, _)| !name.is_empty()) {
        say(Event::Absent { name: &name, at: frame.input.at(frame.base + range.start, range.len()) });
    }
    let wrong = match walk.end() {
        End::Broken(what) => Some(what),
        End::Cut if !header.is_truncated() => Some("dns message shorter than it says"),
        End::Cut | End::Whole(_) => names.wrong(),
    };
    if let Some(what) = wrong {
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
