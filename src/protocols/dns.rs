//! Unicast DNS over UDP and TCP (RFC 1035), recognised on any port by its content. Bytes in; names out, with the addresses that answers give.
//!
//! Its relatives with the same messages stand beside it: [`mdns`], [`llmnr`], [`nbns`].

mod datagrams;
pub mod llmnr;
pub mod mdns;
pub mod message;
mod names;
pub mod nbns;
mod rdata;

use datagrams::{Datagrams, on, read_message};
use message::{End, Entry, HEADER, Header, Walk};
use names::Frame;

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Event, NameSource};
use crate::wire::Direction;

/// The port that names are asked on.
const PORT: u16 = 53;
/// Ports of the relatives: what comes there is theirs.
const RELATIVES: [u16; 3] = [mdns::PORT, llmnr::PORT, nbns::PORT];
/// Most questions a message may say it has on the usual port; on any other it must have one.
const MAX_QUESTIONS: u16 = 32;
/// Bytes of a message shorter than any over TCP that says something.
const LEAST_QUERY: usize = HEADER + 5;

/// DNS over UDP.
pub static DNS: Protocol = Protocol {
    name: "dns",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[PORT],
    probe: probe_datagram,
    open: || Box::new(Datagrams { source: NameSource::Dns }),
};

/// DNS over TCP: each message behind its length (RFC 1035, section 4.2.2).
pub static DNS_TCP: Protocol =
    Protocol { name: "dns", carrier: Carrier::Stream, nature: Nature::Infrastructure, ports: &[PORT], probe: probe_stream, open: || Box::new(Stream) };

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    if on(probe, &RELATIVES) {
        return Verdict::No;
    }
    let Some(header) = Header::read(probe.bytes) else { return Verdict::No };
    let mine = if on(probe, &[PORT]) { is_sane(header, probe.bytes.len()) } else { is_beyond_doubt(header, probe.bytes) };
    if mine { Verdict::Yes } else { Verdict::No }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let Some((length, message)) = probe.bytes.split_first_chunk::<2>() else { return Verdict::Unsure };
    let length = usize::from(u16::from_be_bytes(*length));
    if length < LEAST_QUERY {
        return Verdict::No;
    }
    let message = message.get(..length).unwrap_or(message);
    let Some(header) = Header::read(message) else { return Verdict::Unsure };
    let usual = on(probe, &[PORT]);
    if !is_sane(header, length) || (!usual && !asks_one(header)) {
        return Verdict::No;
    }
    let mut walk = Walk::new(message, header);
    match (walk.next(), walk.end()) {
        (Some(first), _) if usual || is_usual_question(&first) => Verdict::Yes,
        (None, End::Broken(_)) if usual => Verdict::Yes,
        (None, End::Cut) if message.len() < length => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// Whether a header can be one: enough on a port that is made for it.
fn is_sane(header: Header, length: usize) -> bool {
    let [questions, ..] = header.counts;
    let counted = header.counts.iter().any(|&count| count > 0) || length == HEADER;
    // What was captured may be cut, so a message may promise more than is there; but not much more.
    let promised = header.least_length() <= length.saturating_mul(4).max(512);
    matches!(header.opcode(), 0..=2 | 4..=6) && header.reserved_is_zero() && questions <= MAX_QUESTIONS && counted && promised
}

/// Whether it is one question, or the answer to one.
fn asks_one(header: Header) -> bool {
    let [questions, answers, authority, _] = header.counts;
    header.opcode() == 0 && questions == 1 && (header.is_response() || (answers == 0 && authority == 0))
}

/// Whether no other protocol's bytes look like this: one usual question, and every record walked to the last byte.
fn is_beyond_doubt(header: Header, message: &[u8]) -> bool {
    if !is_sane(header, message.len()) || !asks_one(header) {
        return false;
    }
    let mut walk = Walk::new(message, header);
    let usual = walk.next().is_some_and(|first| is_usual_question(&first));
    usual && walk.by_ref().all(|_| true) && walk.end() == End::Whole(0)
}

/// Whether a question asks for a type and class that are asked for, of a name that a host may have.
fn is_usual_question(entry: &Entry) -> bool {
    let usual_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let name = &entry.name.text;
    entry.section == 0 && entry.class == 1 && matches!(entry.kind, 1..=65 | 99 | 250..=257) && name.contains('.') && name.bytes().all(usual_byte)
}

/// Reads DNS over TCP.
struct Stream;

impl Parser for Stream {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut base = 0;
        while let Some((length, behind)) = input.bytes.get(base..).and_then(<[u8]>::split_first_chunk::<2>) {
            let length = usize::from(u16::from_be_bytes(*length));
            if length < HEADER {
                say(Event::Malformed { what: "dns message shorter than its header" });
                return Progress::Lost;
            }
            let Some(message) = behind.get(..length) else { break };
            read_message(NameSource::Dns, Frame { input: &input, base: base + 2, message }, say);
            base += 2 + length;
        }
        Progress::Consumed(base)
    }

    fn gap(&mut self, _direction: Direction, _missing: u64, _say: Say<'_>) -> Progress {
        // Lengths alone tell where a message begins: after a gap nothing does.
        Progress::Done
    }
}

#[cfg(test)]
mod tests;
