//! The fuzzer's targets on every run, without a fuzzer: what once broke (`fuzz/kept`), and changes of what the project's own captures hold, always the same.
//! `make fuzz` is the real thing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod common;
#[allow(clippy::cast_possible_truncation)]
#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

use tattletale::capture::source::{Block, Fill};
use tattletale::decode::decode;
use tattletale::decode::packet::{Body, Decoded};
use tattletale::protocols::PROTOCOLS;
use tattletale::protocols::protocol::Carrier;

/// Changed conversations that each protocol is shown.
const CHANGES: usize = 150;

/// A generator of numbers that are always the same: xorshift.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % below.max(1)
    }
}

/// What breaks parsers: flipped bits, extreme bytes, parts that are cut out, repeated, or put elsewhere.
fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    for _ in 0..=dice.roll(4) {
        if bytes.is_empty() {
            return;
        }
        let at = dice.roll(bytes.len());
        match dice.roll(7) {
            0 => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'\n', b'"', b'0'][dice.roll(8)],
            2 => bytes.truncate(at),
            3 => {
                let end = (at + dice.roll(16)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.roll(32)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len());
                bytes.splice(to..to, part);
            }
            5 => {
                let from = dice.roll(other.len());
                let part = &other[from..(from + dice.roll(64)).min(other.len())];
                bytes.splice(at..at, part.iter().copied());
            }
            _ => {
                let end = (at + 4).min(bytes.len());
                bytes[at..end].fill(0xff);
            }
        }
    }
}

/// The frames of the project's own captures, with their link types.
fn frames() -> Vec<(u32, Vec<u8>)> {
    let mut frames = Vec::new();
    for path in common::captures() {
        let bytes = fs::read(&path).unwrap();
        let mut source = tattletale::capture::stream("seed", Box::new(std::io::Cursor::new(bytes))).unwrap();
        let mut block = Block::default();
        while source.fill(&mut block).unwrap() == Fill::Frames {
            frames.extend(block.frames.iter().map(|frame| (frame.link, block.frame(frame).to_vec())));
        }
    }
    frames
}

/// Payloads with what carried them, the longest cut.
fn payloads(frames: &[(u32, Vec<u8>)]) -> Vec<(Carrier, Vec<u8>)> {
    let payload = |(link, frame): &(u32, Vec<u8>)| {
        let Decoded::Packet(packet) = decode(*link, frame.len(), frame) else { return None };
        let carrier = match packet.body {
            Body::Tcp(_) => Carrier::Stream,
            Body::Udp { .. } => Carrier::Datagram,
            _ => return None,
        };
        let bytes = frame[packet.payload].to_vec();
        (!bytes.is_empty()).then_some((carrier, bytes))
    };
    frames.iter().filter_map(payload).collect()
}

/// A piece as a conversation holds it.
fn piece(direction: usize, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().min(0x7fff);
    let word = length as u16 | if direction == 0 { 0 } else { 0x8000 };
    [&word.to_le_bytes()[..], &bytes[..length]].concat()
}

#[test]
fn every_protocol_bears_changed_conversations() {
    let seeds = payloads(&frames());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for protocol in PROTOCOLS {
        // What it takes for its own, else anything: most of it is turned away at once, and must be.
        let fitting: Vec<&Vec<u8>> = seeds.iter().filter(|(carrier, _)| *carrier == protocol.carrier).map(|(_, bytes)| bytes).collect();
        for _ in 0..CHANGES {
            let mut talk = Vec::new();
            for turn in 0..=dice.roll(4) {
                let mut bytes = fitting[dice.roll(fitting.len())].clone();
                bytes.truncate(1_500);
                change(&mut bytes, fitting[dice.roll(fitting.len())], &mut dice);
                talk.extend(piece(turn % 2, &bytes));
                if dice.roll(9) == 0 {
                    talk.extend(piece(turn % 2, b""));
                }
            }
            targets::converse(protocol, &talk);
        }
    }
}

#[test]
fn every_target_bears_changed_bytes() {
    let frames = frames();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..3_000 {
        let (link, frame) = &frames[dice.roll(frames.len())];
        let mut bytes = frame.clone();
        change(&mut bytes, &frames[dice.roll(frames.len())].1, &mut dice);
        targets::frame(&[&(*link as u16).to_le_bytes()[..], &bytes].concat());
        let shared: Vec<u8> = (0..4).flat_map(|_| piece(0, &bytes[..bytes.len().min(200)])).collect();
        for target in targets::TARGETS.iter().filter(|target| !matches!(target.name, "capture" | "decode")) {
            (target.run)(&shared);
        }
        (targets::content)(&bytes);
    }
}

#[test]
fn changed_captures_are_read_to_their_end() {
    let files: Vec<Vec<u8>> = common::captures().iter().map(|path| fs::read(path).unwrap()).filter(|bytes| bytes.len() < 40_000).collect();
    let mut dice = Dice(0x1234_5678_9abc_def1);
    for _ in 0..300 {
        let mut bytes = files[dice.roll(files.len())].clone();
        change(&mut bytes, &files[dice.roll(files.len())], &mut dice);
        targets::capture_file(&bytes);
    }
}

#[test]
fn what_once_broke_does_not_break_again() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/kept");
    for target in targets::TARGETS {
        for entry in fs::read_dir(kept.join(target.name)).into_iter().flatten() {
            (target.run)(&fs::read(entry.unwrap().path()).unwrap());
        }
    }
}
