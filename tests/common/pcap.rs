//! Captures in memory: a small one made of a TCP conversation, and one whose ports are changed.

use std::ops::Range;

/// A capture of one TCP connection between 192.0.2.7:50000 and a port of 198.51.100.1, a segment a piece.
pub struct Connection {
    port: u16,
    frames: Vec<Vec<u8>>,
    /// Next sequence numbers: the client's and the server's.
    next: [u32; 2],
}

const CLIENT: [u8; 4] = [192, 0, 2, 7];
const SERVER: [u8; 4] = [198, 51, 100, 1];
const FIN: u8 = 1;
const SYN: u8 = 2;
const ACK: u8 = 16;

impl Connection {
    /// Opens it.
    pub fn new(port: u16) -> Self {
        let mut connection = Self { port, frames: Vec::new(), next: [1_000, 9_000] };
        connection.segment(0, SYN, b"");
        connection.segment(1, SYN | ACK, b"");
        connection
    }

    /// The client sends.
    #[must_use]
    pub fn up(mut self, bytes: &[u8]) -> Self {
        self.segment(0, ACK, bytes);
        self
    }

    /// The server sends.
    #[must_use]
    pub fn down(mut self, bytes: &[u8]) -> Self {
        self.segment(1, ACK, bytes);
        self
    }

    /// The capture, as a pcap file.
    pub fn pcap(mut self) -> Vec<u8> {
        self.segment(0, FIN | ACK, b"");
        self.segment(1, FIN | ACK, b"");
        let mut file = Vec::new();
        let mut put = |words: &[u32]| file.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        put(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 1]);
        for (number, frame) in self.frames.iter().enumerate() {
            let length = frame.len() as u32;
            file.extend([1_700_000_000, number as u32, length, length].iter().flat_map(|word| word.to_le_bytes()));
            file.extend_from_slice(frame);
        }
        file
    }

    fn segment(&mut self, from: usize, flags: u8, payload: &[u8]) {
        let (addresses, ports) = if from == 0 { ([CLIENT, SERVER], [50_000, self.port]) } else { ([SERVER, CLIENT], [self.port, 50_000]) };
        let mut tcp: Vec<u8> = ports.iter().flat_map(|port| port.to_be_bytes()).collect();
        tcp.extend_from_slice(&self.next[from].to_be_bytes());
        tcp.extend_from_slice(&if flags & ACK == 0 { 0 } else { self.next[1 - from] }.to_be_bytes());
        tcp.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend_from_slice(payload);
        self.next[from] += payload.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        let mut ip = vec![0x45, 0];
        ip.extend_from_slice(&(20 + tcp.len() as u16).to_be_bytes());
        ip.extend_from_slice(&[0, 0, 0x40, 0, 64, 6, 0, 0]);
        ip.extend_from_slice(&addresses.concat());
        let sum: u32 = ip.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
        let checksum = !((sum & 0xffff) + (sum >> 16)) as u16;
        ip[10..12].copy_from_slice(&checksum.to_be_bytes());
        let macs: [&[u8]; 2] = [b"\x00\x00\x5e\x00\x53\x01", b"\x00\x00\x5e\x00\x53\x02"];
        self.frames.push([macs[1 - from], macs[from], b"\x08\x00", &ip, &tcp].concat());
    }
}

/// A capture with every TCP and UDP port changed by `change`, in pcap or pcapng; nothing else is touched, so checksums are wrong. None for other
/// containers. Fragments stay as they are, and so does what a tunnel carries.
pub fn with_ports(file: &[u8], change: &dyn Fn(u16) -> u16) -> Option<Vec<u8>> {
    let frames = if file.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) { pcapng_frames(file)? } else { pcap_frames(file)? };
    let mut changed = file.to_vec();
    for (link, range) in frames {
        let Some(ports) = ports_of(link, &file[range.clone()]) else { continue };
        for at in [range.start + ports, range.start + ports + 2] {
            let port = change(u16::from_be_bytes([file[at], file[at + 1]]));
            changed[at..at + 2].copy_from_slice(&port.to_be_bytes());
        }
    }
    Some(changed)
}

/// Reads numbers in a file's byte order.
#[derive(Clone, Copy)]
struct Order {
    little: bool,
}

impl Order {
    fn word(self, file: &[u8], at: usize) -> Option<usize> {
        let bytes = *file.get(at..)?.first_chunk::<4>()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize)
    }

    fn half(self, file: &[u8], at: usize) -> Option<u16> {
        let bytes = *file.get(at..)?.first_chunk::<2>()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }
}

/// Link type and place of every frame; what is cut at the end is left out.
type Frames = Vec<(u16, Range<usize>)>;

fn pcap_frames(file: &[u8]) -> Option<Frames> {
    let little = match file.first_chunk::<4>()? {
        [0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1] => true,
        [0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d] => false,
        _ => return None,
    };
    let order = Order { little };
    let link = order.word(file, 20)? as u16;
    let (mut at, mut frames) = (24, Vec::new());
    while let Some(length) = order.word(file, at + 8) {
        let range = at + 16..at + 16 + length;
        if range.end > file.len() {
            break;
        }
        at = range.end;
        frames.push((link, range));
    }
    Some(frames)
}

fn pcapng_frames(file: &[u8]) -> Option<Frames> {
    let (mut order, mut links, mut at, mut frames) = (Order { little: true }, Vec::new(), 0, Vec::new());
    while let Some(kind) = order.word(file, at) {
        if kind == 0x0a0d_0d0a {
            order.little = file.get(at + 8) == Some(&0x4d);
            links.clear();
        }
        let Some(length) = order.word(file, at + 4).filter(|length| *length >= 12 && at + length <= file.len()) else { break };
        match kind {
            1 => links.push(order.half(file, at + 8)?),
            6 => {
                let link = links.get(order.word(file, at + 8)?).copied()?;
                let start = at + 28;
                frames.push((link, start..start + order.word(file, at + 20)?));
            }
            3 => frames.push((links.first().copied()?, at + 12..at + 12 + order.word(file, at + 8)?.min(length - 16))),
            _ => {}
        }
        at += length;
    }
    Some(frames)
}

/// Where the ports of TCP or UDP lie in a frame: behind Ethernet (with tags), Linux cooked, BSD loopback or no link header at all.
fn ports_of(link: u16, frame: &[u8]) -> Option<usize> {
    let ip = match link {
        0 | 108 => 4,
        1 => {
            let mut at = 12;
            while matches!(frame.get(at..at + 2)?, [0x81 | 0x91, 0] | [0x88, 0xa8]) {
                at += 4;
            }
            matches!(frame.get(at..at + 2)?, [8, 0] | [0x86, 0xdd]).then_some(at + 2)?
        }
        12 | 14 | 101 | 228 | 229 => 0,
        113 => 16,
        276 => 20,
        _ => return None,
    };
    let (protocol, ports) = match frame.get(ip)? >> 4 {
        4 => {
            let is_fragment = u16::from_be_bytes([*frame.get(ip + 6)?, *frame.get(ip + 7)?]) & 0x3fff != 0;
            let length = usize::from(frame[ip] & 15) * 4;
            (!is_fragment && length >= 20).then(|| (frame.get(ip + 9), ip + length))?
        }
        6 => (frame.get(ip + 6), ip + 40),
        _ => return None,
    };
    (matches!(protocol?, 6 | 17) && frame.len() >= ports + 4).then_some(ports)
}
