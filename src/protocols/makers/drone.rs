//! Toy quadcopters that an app steers over their own Wi-Fi (E99, K3, "KY UFO" and their many twins).
//!
//! Comes in: datagrams (port 7099): the four sticks and a byte of buttons between 0x66 and 0x99, many times a second; short signs of life the other way. Goes
//! out: that the receiver is a toy, and each distinct order. Nobody has to log in: whoever is in its Wi-Fi steers it.
//! Source: the public description of the e99_k3_controller project.

use super::part::Part;
use crate::event::{DeviceKind, Order};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::Direction;

/// Orders to a toy quadcopter.
pub static DRONE: Protocol =
    Protocol { name: "toy-drone", carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[PORT], probe, open: || Box::new(Drone::default()) };

const PORT: u16 = 7099;

const WHY: &str = "it is steered like a toy quadcopter";

/// Buttons, by their bit; the highest but one is always set.
const BUTTONS: &[(u8, Order, &str)] = &[(0x01, Order::Set, "take-off"), (0x02, Order::Power, "land"), (0x04, Order::Power, "stop"), (0x08, Order::Set, "flip")];

/// An order: 0x66, roll, pitch, throttle, turn, buttons, the five combined, 0x99. A byte of 3 may stand before it.
fn buttons(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [3, 0x66, a, b, c, d, buttons, check, 0x99] | [0x66, a, b, c, d, buttons, check, 0x99] if a ^ b ^ c ^ d ^ buttons == *check => Some(*buttons),
        _ => None,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    // A sign of life says too little, but for where it comes from.
    let is_alive = probe.bytes == [0x48, 2, 0, 0, 0] && probe.from_port == PORT && probe.direction == Direction::ToClient;
    if is_alive || buttons(probe.bytes).is_some() { Verdict::Yes } else { Verdict::No }
}

/// A flow's state: what was pressed last, so that what is held is told once.
#[derive(Debug, Default)]
struct Drone {
    pressed: Option<u8>,
}

impl Parser for Drone {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if let Some(buttons) = buttons(input.bytes) {
            let part = Part::of(&input);
            if self.pressed.is_none() {
                part.receiver_is(DeviceKind::Toy, WHY, say);
                part.exchange("steer", say);
                part.command(Order::Set, "steer", say);
            }
            let fresh = buttons & !self.pressed.unwrap_or_default();
            for (_, order, word) in BUTTONS.iter().filter(|(bit, ..)| fresh & bit != 0) {
                part.exchange(word, say);
                part.command(*order, word, say);
            }
            self.pressed = Some(buttons);
        }
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn order(buttons: u8) -> Vec<u8> {
        vec![3, 0x66, 0x81, 0x80, 0x10, 0x80, buttons, 0x81 ^ 0x10 ^ buttons, 0x99]
    }

    fn asked(bytes: &[u8], from_port: u16) -> Verdict {
        probe(&Probe { bytes, direction: ToClient, from_port, to_port: 40_001, from_start: true })
    }

    #[test]
    fn what_is_pressed_is_told_once() {
        let datagrams = [order(0x40), order(0x41), order(0x41), order(0x40), order(0x41), vec![1, 1]];
        let shown: Vec<_> = datagrams.iter().map(|bytes| (ToServer, bytes.as_slice())).collect();
        let lines = drive_datagrams((DRONE.open)(), &shown);
        assert_eq!(lines.iter().filter(|line| line.starts_with("claim toy") && line.ends_with("false")).count(), 1);
        assert_eq!(lines.iter().filter(|line| *line == "command set take-off").count(), 2);
        assert_eq!(lines.iter().filter(|line| *line == "command set steer").count(), 1);
    }

    #[test]
    fn the_check_must_be_right() {
        assert_eq!(asked(&order(0x40), 5), Verdict::Yes);
        assert_eq!(asked(&order(0x40)[1..], 5), Verdict::Yes);
        let mut wrong = order(0x40);
        wrong[3] = 0;
        assert_eq!(asked(&wrong, PORT), Verdict::No);
        assert_eq!(asked(&[0x48, 2, 0, 0, 0], PORT), Verdict::Yes);
        assert_eq!(asked(&[0x48, 2, 0, 0, 0], 5), Verdict::No);
    }
}
