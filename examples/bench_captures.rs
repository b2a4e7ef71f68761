//! Makes large captures for measuring from a folder of small ones: each is repeated with other addresses and ports until the file is large enough.
//!
//! Usage: `cargo run --release --example bench_captures -- FOLDER OUT [MEGABYTES]` writes `mixed.pcap`, `small.pcap`, `flows.pcap` and `http.pcap`.
//! Only Ethernet frames are taken. Checksums are left as they are, so they are wrong where an address or port was changed.

#![allow(clippy::print_stdout, clippy::indexing_slicing)]

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use tattletale::capture::source::{Block, Fill};
use tattletale::decode::decode;
use tattletale::decode::packet::{Body, Decoded};

/// Captures larger than this are passed over: one would outweigh all others.
const LARGEST: u64 = 4 << 20;

/// Which frames a capture is made of.
type Choice = fn(&Frame) -> bool;

struct Frame {
    bytes: Vec<u8>,
    wire: u32,
    micros: i64,
    facts: Facts,
}

/// What decides in which captures a frame belongs.
#[derive(Clone, Copy, Default)]
struct Facts {
    /// Its place among the packets of its conversation.
    index: usize,
    /// Whether a port of it is one of the web's without encryption.
    web: bool,
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: bench_captures FOLDER OUT [MEGABYTES]"));
    };
    let megabytes = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(500_u64);
    let frames = read_all(Path::new(&folder))?;
    fs::create_dir_all(&out)?;
    let kinds: [(&str, Choice); 4] = [
        ("mixed", |_| true),
        ("small", |frame| frame.bytes.len() <= 128),
        ("flows", |frame| frame.facts.index < 4 && frame.bytes.len() <= 512),
        ("http", |frame| frame.facts.web),
    ];
    for (name, choice) in kinds {
        let chosen: Vec<&Frame> = frames.iter().filter(|frame| choice(frame)).collect();
        let path = Path::new(&out).join(format!("{name}.pcap"));
        let packets = write(&path, &chosen, megabytes << 20)?;
        println!("{}: {packets} packets from {} frames", path.display(), chosen.len());
    }
    Ok(())
}

fn read_all(folder: &Path) -> io::Result<Vec<Frame>> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let mut frames = Vec::new();
    for path in paths {
        // What is no capture is passed over.
        if let Ok(mut source) = tattletale::capture::open(&path) {
            let mut block = Block::default();
            let mut conversations = HashMap::new();
            while let Ok(Fill::Frames) = source.fill(&mut block) {
                for frame in block.frames.iter().filter(|frame| frame.link == 1) {
                    let bytes = block.frame(frame);
                    let facts = facts(bytes, frame.wire, &mut conversations);
                    frames.push(Frame { bytes: bytes.to_vec(), wire: frame.wire, micros: frame.time.0 / 1_000, facts });
                }
            }
        }
    }
    if frames.is_empty() { Err(io::Error::other("no Ethernet capture was found there")) } else { Ok(frames) }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if fs::metadata(&path)?.len() <= LARGEST {
            paths.push(path);
        }
    }
    Ok(())
}

fn facts(bytes: &[u8], wire: u32, seen: &mut HashMap<[(IpAddr, u16); 2], usize>) -> Facts {
    let Decoded::Packet(packet) = decode(1, wire as usize, bytes) else { return Facts::default() };
    let Some((_, from, to)) = packet.body.transport() else { return Facts::default() };
    let mut ends = [(packet.from, from), (packet.to, to)];
    ends.sort_unstable();
    let count = seen.entry(ends).or_default();
    *count += 1;
    let web = matches!(packet.body, Body::Tcp(_)) && [from, to].iter().any(|port| matches!(port, 80 | 8080 | 8000));
    Facts { index: *count - 1, web }
}

fn write(path: &Path, frames: &[&Frame], size: u64) -> io::Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut header = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1] {
        header.extend(word.to_le_bytes());
    }
    out.write_all(&header)?;
    let (mut written, mut packets, mut micros) = (24, 0, 1_700_000_000_000_000_i64);
    for copy in 0_u32.. {
        let mut before = frames.first().map_or(0, |frame| frame.micros);
        for frame in frames {
            if written >= size {
                out.flush()?;
                return Ok(packets);
            }
            micros += (frame.micros - before).clamp(1, 100_000);
            before = frame.micros;
            let mut bytes = frame.bytes.clone();
            rewrite(&mut bytes, copy);
            for word in [(micros / 1_000_000) as u32, (micros % 1_000_000) as u32, bytes.len() as u32, frame.wire] {
                out.write_all(&word.to_le_bytes())?;
            }
            out.write_all(&bytes)?;
            written += 16 + bytes.len() as u64;
            packets += 1;
        }
        if frames.is_empty() {
            break;
        }
    }
    Ok(packets)
}

/// Gives a frame's addresses and high ports another value a copy, the same for both directions. The first copy is left as it is.
fn rewrite(frame: &mut [u8], copy: u32) {
    let Some([high, low]) = frame.get(12..14).and_then(|kind| <[u8; 2]>::try_from(kind).ok()) else { return };
    let (addresses, behind, protocol) = match u16::from_be_bytes([high, low]) {
        0x0800 => {
            let Some(header) = frame.get(14..34) else { return };
            let fragment = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
            ([26..30, 30..34], 14 + usize::from(header[0] & 15) * 4, if fragment == 0 { header[9] } else { 0 })
        }
        0x86dd => ([30..38, 46..54], 54, frame.get(20).copied().unwrap_or(0)),
        _ => return,
    };
    for range in addresses {
        let last = range.len();
        // The middle of the address is changed, so that private stays private and a multicast address a multicast one.
        if let Some(address) = frame.get_mut(range).filter(|address| address.first().is_some_and(|first| (1..224).contains(first))) {
            for (byte, change) in address.iter_mut().take(last - 1).skip(2).zip(copy.to_le_bytes()) {
                *byte ^= change;
            }
            if let Some(byte) = address.get_mut(last - 1) {
                *byte ^= (copy >> 8) as u8;
            }
        }
    }
    if matches!(protocol, 6 | 17) {
        for at in [behind, behind + 2] {
            if let Some([high, low]) = frame.get_mut(at..at + 2) {
                let port = u32::from(u16::from_be_bytes([*high, *low]));
                if port >= 16_384 {
                    let port = 16_384 + (port - 16_384 + copy * 7_919) % 49_152;
                    [*high, *low] = (port as u16).to_be_bytes();
                }
            }
        }
    }
}
