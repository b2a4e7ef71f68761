//! The yardstick that `inspect` is measured against: reads a pcap file in blocks, walks its records, finds each packet's five-tuple and keeps one hash-map
//! entry a flow. Nothing else, on one thread: what any analyser of flows must do at least.
//!
//! Usage: `cargo run --release --example yardstick -- FILE.pcap` (microsecond pcap of this machine's byte order, Ethernet).

#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};

use foldhash::fast::RandomState;

const BLOCK: usize = 1 << 20;

type Tuple = ([u8; 32], u32, u8);

#[derive(Default)]
struct Flows {
    flows: HashMap<Tuple, (u64, u64), RandomState>,
    packets: u64,
}

impl Flows {
    fn packet(&mut self, frame: &[u8]) {
        self.packets += 1;
        if let Some(tuple) = five_tuple(frame) {
            let (packets, bytes) = self.flows.entry(tuple).or_default();
            *packets += 1;
            *bytes += frame.len() as u64;
        }
    }
}

fn five_tuple(frame: &[u8]) -> Option<Tuple> {
    let kind = u16::from_be_bytes(*frame.get(12..)?.first_chunk()?);
    let mut addresses = [0; 32];
    let (protocol, ports) = match kind {
        0x0800 => {
            let header = frame.get(14..34)?;
            addresses.get_mut(..8)?.copy_from_slice(header.get(12..20)?);
            (*header.get(9)?, 14 + usize::from(header.first()? & 15) * 4)
        }
        0x86dd => {
            addresses.copy_from_slice(frame.get(22..54)?);
            (*frame.get(20)?, 54)
        }
        _ => return None,
    };
    let ports = frame.get(ports..).and_then(<[u8]>::first_chunk).map_or(0, |ports| u32::from_be_bytes(*ports));
    Some((addresses, ports, protocol))
}

/// Walks whole records; what is left of the last one is given back as its length.
fn walk(bytes: &[u8], flows: &mut Flows) -> usize {
    let mut rest = bytes;
    while let Some((header, behind)) = rest.split_first_chunk::<16>() {
        let [.., a, b, c, d, _, _, _, _] = *header;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        let Some((frame, behind)) = behind.split_at_checked(length) else { break };
        flows.packet(frame);
        rest = behind;
    }
    rest.len()
}

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("usage: yardstick FILE.pcap"))?;
    let mut file = File::open(path)?;
    file.read_exact(&mut [0; 24])?;
    let (mut buffer, mut filled, mut flows) = (vec![0; 2 * BLOCK], 0, Flows::default());
    loop {
        let got = file.read(buffer.get_mut(filled..).unwrap_or_default())?;
        if got == 0 {
            break;
        }
        let end = filled + got;
        filled = walk(buffer.get(..end).unwrap_or_default(), &mut flows);
        buffer.copy_within(end - filled..end, 0);
    }
    println!("{} packets, {} one-way flows", flows.packets, flows.flows.len());
    Ok(())
}
