//! The tool, asked from within; packets for it, written fast; numbers of trials and what they prove.

use std::io::Cursor;
use std::net::IpAddr;
use std::sync::atomic::AtomicBool;

use tattletale::capture;
use tattletale::engine::{Options, run};
use tattletale::finding::Finding;
use tattletale::home::record::{FlowRecord, Record};

/// Every finding, values told, and every flow of a capture; `threads`: 0 is one a core.
pub fn read(capture: Vec<u8>, threads: usize) -> (Vec<Finding>, Vec<FlowRecord>) {
    let source = capture::stream("quality", Box::new(Cursor::new(capture))).unwrap();
    let home: Vec<(IpAddr, u8)> = vec![("192.168.7.0".parse().unwrap(), 24), ("2001:db8:7::".parse().unwrap(), 64)];
    let options = Options { threads, reveal: true, flows: true, home, ..Options::default() };
    let mut flows = Vec::new();
    let mut keep = |record| {
        if let Record::Flow(flow) = record {
            flows.push(flow);
        }
    };
    let snapshot = run(source, &options, &AtomicBool::new(false), &mut keep, &mut |_| {});
    (snapshot.findings, flows)
}

/// A capture of many short conversations of a device with a server.
pub struct Wire {
    /// The file so far.
    pub out: Vec<u8>,
    time: u64,
}

/// Of every conversation.
pub const DEVICE: [u8; 4] = [192, 168, 7, 200];
const SERVER: [u8; 4] = [203, 0, 113, 7];

impl Wire {
    /// An empty capture.
    pub fn new() -> Self {
        let mut out = Vec::new();
        for word in [0xa1b2_c3d4_u32, 4 << 16 | 2, 0, 0, 262_144, 1] {
            out.extend(word.to_le_bytes());
        }
        Self { out, time: 1_776_844_800_000_000 }
    }

    fn packet(&mut self, up: bool, protocol: u8, segment: &[u8]) {
        let (mac, router) = ([0, 0, 0x5e, 0, 0x53, 0x55], [0, 0, 0x5e, 0, 0x53, 1]);
        let (from, to, source, target) = if up { (mac, router, DEVICE, SERVER) } else { (router, mac, SERVER, DEVICE) };
        let mut ip = vec![0x45, 0];
        ip.extend((segment.len() as u16 + 20).to_be_bytes());
        ip.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
        ip.extend(source);
        ip.extend(target);
        let mut sum: u32 = ip.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        ip[10..12].copy_from_slice(&(!(sum as u16)).to_be_bytes());
        let length = (14 + ip.len() + segment.len()) as u32;
        self.time += 200;
        for word in [(self.time / 1_000_000) as u32, (self.time % 1_000_000) as u32, length, length] {
            self.out.extend(word.to_le_bytes());
        }
        self.out.extend([&to[..], &from, &[8, 0], &ip, segment].concat());
    }

    /// Datagrams from a port, without checksums.
    pub fn udp(&mut self, port: u16, datagrams: &[Vec<u8>]) {
        for datagram in datagrams {
            let head = [port.to_be_bytes(), 47_001_u16.to_be_bytes(), (datagram.len() as u16 + 8).to_be_bytes(), [0, 0]].concat();
            self.packet(true, 17, &[head, datagram.clone()].concat());
        }
    }

    /// A connection from a port that says these messages, each in segments of its own.
    pub fn tcp(&mut self, port: u16, messages: &[Vec<u8>]) {
        let mut segment = |up: bool, sequence: u32, acknowledged: u32, flags: u8, payload: &[u8]| {
            let (from, to) = if up { (port, 47_002) } else { (47_002, port) };
            let mut bytes = [from.to_be_bytes(), to.to_be_bytes()].concat();
            bytes.extend(sequence.to_be_bytes());
            bytes.extend(acknowledged.to_be_bytes());
            bytes.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
            bytes.extend(payload);
            let pairs = [&DEVICE[..], &SERVER, &[0, 6], &(bytes.len() as u16).to_be_bytes(), &bytes].concat();
            let mut sum: u64 = pairs.chunks(2).map(|pair| u64::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u64::from(*low))).sum();
            while sum > 0xffff {
                sum = (sum & 0xffff) + (sum >> 16);
            }
            bytes[16..18].copy_from_slice(&(!(sum as u16)).to_be_bytes());
            self.packet(up, 6, &bytes);
        };
        let mut next = 1_001;
        segment(true, 1_000, 0, 2, b"");
        segment(false, 5_000, next, 18, b"");
        segment(true, next, 5_001, 16, b"");
        for piece in messages.iter().flat_map(|message| message.chunks(1_400)) {
            segment(true, next, 5_001, 24, piece);
            next += piece.len() as u32;
        }
        segment(false, 5_001, next, 16, b"");
        segment(true, next, 5_001, 17, b"");
        segment(false, 5_001, next + 1, 17, b"");
        segment(true, next + 1, 5_002, 16, b"");
    }
}

/// Wilson's interval of a share, at 95 %.
pub fn wilson(hits: u64, of: u64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (z, n) = (1.96_f64, of as f64);
    let share = hits as f64 / n;
    let middle = share + z * z / (2.0 * n);
    let wide = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let norm = 1.0 + z * z / n;
    (((middle - wide) / norm).max(0.0), ((middle + wide) / norm).min(1.0))
}
