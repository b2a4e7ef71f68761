//! The PROXY protocol, versions 1 and 2 (<https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>): a load balancer's first words to the
//! server, by which it passes on whose connection follows.
//!
//! Comes in: a connection from its first byte. Goes out: one exchange with the true client's address, and the connection itself, handed over.
//! Only the client's direction has the header.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Event, Exchange};
use crate::wire::{Direction, End};

/// The PROXY protocol over TCP.
pub static PROXY: Protocol =
    Protocol { name: "proxy", carrier: Carrier::Stream, nature: Nature::Infrastructure, ports: PORTS, probe, open: || Box::new(ProxyHeader) };

/// It has no port of its own: it stands before the bytes of those who have these, so it is asked before them.
const PORTS: &[u16] = &[25, 80, 443, 8080, 8443];

/// Version 1 is a line of text (section 2.1), with its line end of at most so many bytes.
const LINE_LIMIT: usize = 107;

const LINE_START: &[u8] = b"PROXY ";

/// Version 2 begins with these bytes (section 2.2).
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Length of a header of version 2 before its addresses: signature, command, family, length.
const FIXED: usize = 16;

/// TLV: the host name that the client asked for (section 2.2.2).
const AUTHORITY: u8 = 2;

/// A header.
#[derive(Debug, PartialEq, Eq)]
struct Header<'h> {
    /// `proxy`; `local` where the proxy speaks for itself.
    kind: &'static str,
    /// The true client.
    client: Option<SocketAddr>,
    /// The host name that it asked for.
    authority: Option<&'h [u8]>,
    length: usize,
}

/// What bytes at the beginning of a connection are.
#[derive(Debug, PartialEq, Eq)]
enum Beginning<'h> {
    Whole(Header<'h>),
    /// Of a header that its first bytes leave no doubt about, or may yet become one.
    Part {
        certain: bool,
    },
    Other,
}

fn probe(probe: &Probe<'_>) -> Verdict {
    match read(probe.bytes) {
        Beginning::Whole(_) | Beginning::Part { certain: true } if probe.direction == Direction::ToServer => Verdict::Yes,
        Beginning::Whole(_) | Beginning::Part { certain: true } if !probe.from_start => Verdict::Swapped,
        Beginning::Part { certain: false } => Verdict::Unsure,
        _ => Verdict::No,
    }
}

fn read(bytes: &[u8]) -> Beginning<'_> {
    if bytes.first() == Some(&b'P') { read_1(bytes) } else { read_2(bytes) }
}

/// Whether one of the two begins with the other.
fn agree(bytes: &[u8], with: &[u8]) -> bool {
    bytes.iter().zip(with).all(|(byte, wanted)| byte == wanted)
}

/// `PROXY TCP4 203.0.113.7 192.0.2.1 50000 443\r\n`, or `PROXY UNKNOWN …\r\n`.
fn read_1(bytes: &[u8]) -> Beginning<'_> {
    if !agree(bytes, LINE_START) {
        return Beginning::Other;
    }
    let shown = bytes.get(..LINE_LIMIT).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', shown) else {
        return if shown.len() < LINE_LIMIT { Beginning::Part { certain: false } } else { Beginning::Other };
    };
    let line = bytes.get(..end).and_then(|line| line.strip_suffix(b"\r")).and_then(|line| std::str::from_utf8(line).ok());
    let mut words = line.unwrap_or_default().split(' ').skip(1);
    let is_unknown = words.next() == Some("UNKNOWN");
    let mut address = || words.next().and_then(|word| word.parse::<IpAddr>().ok());
    let (from, to) = (address(), address());
    let port = words.next().and_then(|word| word.parse::<u16>().ok());
    let client = from.zip(port).filter(|_| to.is_some()).map(SocketAddr::from);
    let header = Header { kind: "proxy", client, authority: None, length: end + 1 };
    if client.is_some() || is_unknown { Beginning::Whole(header) } else { Beginning::Other }
}

fn read_2(bytes: &[u8]) -> Beginning<'_> {
    if !agree(bytes, SIGNATURE) {
        return Beginning::Other;
    }
    let Some((&[.., version, family, high, low], rest)) = bytes.split_first_chunk::<FIXED>() else {
        return Beginning::Part { certain: bytes.len() >= SIGNATURE.len() };
    };
    let kind = match version {
        0x20 => "local",
        0x21 => "proxy",
        _ => return Beginning::Other,
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let Some(body) = rest.get(..length) else { return Beginning::Part { certain: true } };
    let (client, fields) = if kind == "proxy" { client_2(family, body) } else { (None, &[][..]) };
    Beginning::Whole(Header { kind, client, authority: authority(fields), length: FIXED + length })
}

/// The true client's address by address family (and transport, the lower half), and the fields behind the addresses.
fn client_2(family: u8, body: &[u8]) -> (Option<SocketAddr>, &[u8]) {
    match family >> 4 {
        1 => match body.split_first_chunk::<12>() {
            Some((&[a, b, c, d, _, _, _, _, high, low, _, _], fields)) => {
                (Some(SocketAddr::from((Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low])))), fields)
            }
            None => (None, &[]),
        },
        2 => match body.split_first_chunk::<36>() {
            Some((addresses, fields)) => {
                let port = addresses.last_chunk::<4>().map_or(0, |&[high, low, _, _]| u16::from_be_bytes([high, low]));
                (addresses.first_chunk::<16>().map(|from| SocketAddr::from((Ipv6Addr::from(*from), port))), fields)
            }
            None => (None, &[]),
        },
        // Two paths of UNIX sockets.
        3 => (None, body.get(216..).unwrap_or_default()),
        _ => (None, body),
    }
}

/// The host name among the type-length-value fields.
fn authority(mut fields: &[u8]) -> Option<&[u8]> {
    while let Some((&[kind, high, low], rest)) = fields.split_first_chunk::<3>() {
        let (value, next) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
        if kind == AUTHORITY {
            return Some(value).filter(|value| !value.is_empty());
        }
        fields = next;
    }
    None
}

/// Waits for the header; nothing else is its own.
struct ProxyHeader;

impl Parser for ProxyHeader {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if input.direction == Direction::ToClient {
            // The server's answer to what follows the header: whoever reads that reads this.
            return Progress::Consumed(0);
        }
        match read(input.bytes) {
            Beginning::Whole(header) => {
                tell(&header, &input, say);
                Progress::Handover(header.length)
            }
            Beginning::Part { .. } => Progress::Consumed(0),
            Beginning::Other => Progress::Lost,
        }
    }

    fn gap(&mut self, _: Direction, _: u64, _: Say<'_>) -> Progress {
        Progress::Handover(0)
    }
}

fn tell(header: &Header<'_>, input: &Input<'_>, say: Say<'_>) {
    let target = header.client.map(|client| End { ip: client.ip(), port: client.port(), mac: None }.to_string());
    let at = input.at(0, header.length);
    let host = header.authority.map(String::from_utf8_lossy);
    say(Event::Exchange(Exchange { kind: Some(header.kind), target: target.map(Cow::Owned), host, at, ..Exchange::default() }));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drive, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (PROXY.open)()
    }

    fn ask(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 50_000, to_port: 50_001, from_start: true })
    }

    fn header(version: u8, family: u8, body: &[u8]) -> Vec<u8> {
        [SIGNATURE, &[version, family], &(body.len() as u16).to_be_bytes(), body].concat()
    }

    #[test]
    fn a_line_tells_the_true_client() {
        let line = b"PROXY TCP4 203.0.113.7 192.0.2.1 52176 443\r\n";
        assert_eq!(ask(line), Verdict::Yes);
        assert_eq!(drive_split(open, &[(ToServer, line)]), ["exchange proxy - 203.0.113.7:52176 - - - status - bytes 0", "Handover(44)"]);
        let six = b"PROXY TCP6 2001:db8::7 2001:db8::1 52176 443\r\n\x16\x03";
        assert_eq!(drive_split(open, &[(ToServer, six)])[0], "exchange proxy - [2001:db8::7]:52176 - - - status - bytes 0");
        assert_eq!(drive_split(open, &[(ToServer, b"PROXY UNKNOWN\r\n")])[0], "exchange proxy - - - - - status - bytes 0");
    }

    #[test]
    fn a_binary_header_tells_the_true_client_and_the_host() {
        let fields = b"\x01\x00\x02h2\x02\x00\x0bexample.org\x04\x00\x00";
        let four = header(0x21, 0x11, &[b"\xcb\x00\x71\x07\xc0\x00\x02\x01\xcb\xd0\x01\xbb".as_slice(), fields].concat());
        assert_eq!(ask(&four), Verdict::Yes);
        let hello = [four.as_slice(), b"\x16\x03\x01"].concat();
        let want = ["exchange proxy - 203.0.113.7:52176 example.org - - status - bytes 0".to_owned(), format!("Handover({})", four.len())];
        assert_eq!(drive_split(open, &[(ToClient, b"early"), (ToServer, &hello)]), want);
        let mut addresses = [0; 36];
        addresses[..4].copy_from_slice(b"\x20\x01\x0d\xb8");
        addresses[15] = 7;
        addresses[32..34].copy_from_slice(&52_176_u16.to_be_bytes());
        assert_eq!(drive(open(), &[(ToServer, &header(0x21, 0x21, &addresses))])[0], "exchange proxy - [2001:db8::7]:52176 - - - status - bytes 0");
        assert_eq!(drive_split(open, &[(ToServer, &header(0x20, 0, b""))]), ["exchange local - - - - - status - bytes 0", "Handover(16)"]);
        assert_eq!(drive(open(), &[(ToServer, &header(0x21, 0x31, &[0; 216]))])[0], "exchange proxy - - - - - status - bytes 0");
        assert_eq!(drive(open(), &[(ToServer, &header(0x21, 0x11, b"\xcb\x00"))])[0], "exchange proxy - - - - - status - bytes 0", "cut addresses");
    }

    #[test]
    fn other_beginnings_are_left_alone() {
        for other in [
            &b"PROXY TCP4 203.0.113.7\r\n"[..],
            b"PROXY TCP4 203.0.113.7 192.0.2.1 99999 443\r\n",
            b"PROXY / HTTP/1.1\r\n",
            b"POST / HTTP/1.1\r\n",
            b"\r\n\r\nGET",
            b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0",
            &[LINE_START, &[b'x'; LINE_LIMIT]].concat(),
        ] {
            assert_eq!(ask(other), Verdict::No, "{other:?}");
        }
        assert_eq!(ask(b"PROXY TCP4 203."), Verdict::Unsure);
        assert_eq!(ask(b"\r\n\r\n\0"), Verdict::Unsure);
        assert_eq!(ask(SIGNATURE), Verdict::Yes);
        let line = b"PROXY UNKNOWN\r\n";
        let probed = |direction, from_start| probe(&Probe { bytes: line, direction, from_port: 1, to_port: 2, from_start });
        assert_eq!((probed(ToClient, true), probed(ToClient, false)), (Verdict::No, Verdict::Swapped));
    }

    #[test]
    fn the_servers_bytes_wait_for_who_reads_them() {
        assert_eq!(drive(open(), &[(ToClient, b"220 ready\r\n"), (ToServer, b"PROXY UNKNOWN\r\nEHLO")]).last().map(String::as_str), Some("Handover(15)"));
        assert_eq!(drive(open(), &[(ToServer, b"POST")]), ["Lost"]);
    }
}
