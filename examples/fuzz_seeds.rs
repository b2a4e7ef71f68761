//! Makes the fuzzer's first inputs from captures: for each of the targets of `fuzz/targets.rs` a folder, in it what the captures hold in that target's form.
//!
//! Usage: `cargo run --example fuzz_seeds -- FOLDER OUT`. Each file is named by what it holds (SHA-1), so the same captures give the same folder.
#![allow(clippy::indexing_slicing, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};
use tattletale::capture::source::{Block, Fill};
use tattletale::decode::decode;
use tattletale::decode::packet::{Body, Decoded, Packet};
use tattletale::protocols::protocol::{Carrier, Probe};
use tattletale::protocols::{PROTOCOLS, Recognition, recognise};
use tattletale::wire::Direction;

/// Captures larger than this are passed over, and conversations are cut here.
const LARGEST: u64 = 256 << 10;
const LONGEST: usize = 16 << 10;
/// Conversations of one protocol that are kept.
const EACH: usize = 200;

/// The two ends of a flow, the one that spoke first in front.
type Ends = (String, String);

/// What the two ends said, each piece with who said it.
type Talk = (Carrier, u16, u16, Vec<(bool, Vec<u8>)>);

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else { return Err(io::Error::other("usage: fuzz_seeds FOLDER OUT")) };
    let mut counts = BTreeMap::new();
    for path in files(&folder) {
        seeds(&path, &out, &mut counts)?;
    }
    println!("{} seeds in {}", counts.values().sum::<usize>(), out.display());
    Ok(())
}

/// Every file below, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if entry.metadata().is_ok_and(|meta| meta.len() <= LARGEST) {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn keep(out: &Path, target: &str, bytes: &[u8], counts: &mut BTreeMap<String, usize>, kind: &str) -> io::Result<()> {
    let count = counts.entry(format!("{target} {kind}")).or_default();
    if *count >= EACH {
        return Ok(());
    }
    *count += 1;
    let folder = out.join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(data_encoding::HEXLOWER.encode(&Sha1::digest(bytes))), bytes)
}

fn seeds(path: &Path, out: &Path, counts: &mut BTreeMap<String, usize>) -> io::Result<()> {
    let Ok(mut source) = tattletale::capture::stream("seed", Box::new(File::open(path)?)) else { return Ok(()) };
    if fs::metadata(path)?.len() < 16 << 10 {
        keep(out, "capture", &fs::read(path)?, counts, "")?;
    }
    let mut block = Block::default();
    let mut talks: BTreeMap<Ends, Talk> = BTreeMap::new();
    while let Ok(Fill::Frames) = source.fill(&mut block) {
        for frame in &block.frames {
            let bytes = block.frame(frame);
            keep(out, "decode", &[&(frame.link as u16).to_le_bytes()[..], bytes].concat(), counts, &frame.link.to_string())?;
            match decode(frame.link, frame.wire as usize, bytes) {
                Decoded::Packet(packet) => note(&mut talks, &packet, bytes.get(packet.payload.clone()).unwrap_or_default()),
                Decoded::Fragment(_) if frame.link == 1 => {
                    keep(out, "fragments", &[&(bytes.len() as u16).to_le_bytes()[..], bytes].concat(), counts, "")?;
                }
                _ => {}
            }
        }
    }
    talks.values().try_for_each(|talk| conversation(talk, out, counts))
}

fn note(talks: &mut BTreeMap<Ends, Talk>, packet: &Packet, payload: &[u8]) {
    let (carrier, from, to) = match packet.body {
        Body::Tcp(tcp) => (Carrier::Stream, tcp.from_port, tcp.to_port),
        Body::Udp { from_port, to_port } => (Carrier::Datagram, from_port, to_port),
        _ => return,
    };
    if payload.is_empty() {
        return;
    }
    let (one, other) = (format!("{carrier:?} {} {from}", packet.from), format!("{carrier:?} {} {to}", packet.to));
    let back = (other.clone(), one.clone());
    let is_answer = talks.contains_key(&back);
    let talk = talks.entry(if is_answer { back } else { (one, other) }).or_insert_with(|| (carrier, from, to, Vec::new()));
    if talk.3.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < LONGEST {
        talk.3.push((is_answer, payload.to_vec()));
    }
}

fn conversation((carrier, from, to, said): &Talk, out: &Path, counts: &mut BTreeMap<String, usize>) -> io::Result<()> {
    let Some((_, first)) = said.first() else { return Ok(()) };
    let probe = Probe { bytes: first, direction: Direction::ToServer, from_port: *from, to_port: *to, from_start: true };
    keep(out, "recognition", &[&[0][..], &from.to_le_bytes(), &to.to_le_bytes(), first].concat(), counts, "")?;
    keep(out, "content", &[&[7][..], first].concat(), counts, "")?;
    let Recognition::Known(protocol, other_way) = recognise(*carrier, &probe) else { return Ok(()) };
    let index = PROTOCOLS.iter().position(|each| std::ptr::eq(*each, protocol)).unwrap_or_default() as u16;
    let mut bytes = index.to_le_bytes().to_vec();
    for (is_answer, piece) in said {
        let length = piece.len().min(0x7fff);
        let word = length as u16 | if *is_answer == other_way { 0 } else { 0x8000 };
        bytes.extend(word.to_le_bytes());
        bytes.extend(&piece[..length]);
    }
    keep(out, "protocols", &bytes, counts, protocol.name)
}
