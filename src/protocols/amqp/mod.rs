//! AMQP over TCP: 0-9-1 and its forerunners (what RabbitMQ speaks), and 1.0 (ISO/IEC 19464), which share a name and the first four bytes.
//!
//! In come the two directions of a stream. Out go who connects with which secrets, which queues, exchanges and addresses are used, and messages.

mod classic;
mod frames;
mod links;
mod one;
mod sections;
#[cfg(test)]
mod tests;
mod types;

use super::protocol::{Carrier, Nature, Probe, Protocol, Verdict};
use crate::wire::Direction;

/// AMQP 0-9-1.
pub static AMQP: Protocol = Protocol {
    name: "amqp",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[5_672],
    probe: probe_classic,
    open: || Box::new(classic::Classic::default()),
};

/// AMQP 1.0.
pub static AMQP_1: Protocol = Protocol { probe: probe_one, open: || Box::new(one::One::default()), ..AMQP };

/// By its header, or, where that was not seen, by frames that end where they say.
fn probe_classic(probe: &Probe<'_>) -> Verdict {
    match frames::header(probe.bytes) {
        frames::Begin::Short => Verdict::Unsure,
        frames::Begin::Header([0 | 1, 0 | 1, 8 | 9 | 0, _]) if probe.bytes.get(4..8) != Some(&[0, 1, 0, 0]) => role(probe, Some(Direction::ToServer)),
        frames::Begin::Header(_) => Verdict::No,
        frames::Begin::Other => match classic::frame_says(probe.bytes) {
            classic::Says::Nothing => Verdict::No,
            classic::Says::Little => Verdict::Unsure,
            classic::Says::Sender(sender) => role(probe, sender),
        },
    }
}

/// By its header, or that of SASL or TLS that comes before it.
fn probe_one(probe: &Probe<'_>) -> Verdict {
    match frames::header(probe.bytes) {
        frames::Begin::Short => Verdict::Unsure,
        // Both ends say it.
        frames::Begin::Header([0 | 2 | 3, 1, 0, 0]) => Verdict::Yes,
        _ => Verdict::No,
    }
}

fn role(probe: &Probe<'_>, sender: Option<Direction>) -> Verdict {
    if probe.from_start || sender.is_none_or(|sender| sender == probe.direction) { Verdict::Yes } else { Verdict::Swapped }
}
