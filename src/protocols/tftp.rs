//! TFTP (RFC 1350; options: RFC 2347 to RFC 2349, RFC 7440): how devices fetch their firmware and put their settings away.
//!
//! In come datagrams. Out go exchanges (`method` RRQ or WRQ, `target` = the file), and the file as far as it is readable. The answer to a request comes
//! from another port, so the file flows in a conversation of its own: the request says that it is awaited.

use super::gathered::Gathered;
use super::lines;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Awaited, Event, Exchange, Readable, Role};
use crate::wire::Direction;

/// TFTP over UDP.
pub static TFTP: Protocol = Protocol { name: NAME, carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[69], probe, open: || Box::new(Tftp::default()) };

const NAME: &str = "tftp";
/// Bytes of a block, unless another size was agreed on.
const BLOCK: usize = 512;
/// Options of the RFCs above, and of boot loaders.
const OPTIONS: &[&[u8]] = &[b"blksize", b"timeout", b"tsize", b"multicast", b"windowsize", b"blksize2", b"utimeout", b"rollover", b"saddr"];

/// A datagram.
#[derive(Debug, PartialEq, Eq)]
enum Message<'m> {
    /// To read or to write, the file, the mode.
    Request {
        method: &'static str,
        file: &'m [u8],
    },
    /// A block's number and bytes.
    Data(u16, &'m [u8]),
    Acknowledged,
    /// Its number.
    Error(u16, &'m [u8]),
    /// The options that were agreed on.
    Options(&'m [u8]),
}

impl<'m> Message<'m> {
    fn read(bytes: &'m [u8]) -> Option<Self> {
        let (&[0, kind], rest) = bytes.split_first_chunk()? else { return None };
        Some(match kind {
            1 | 2 => {
                let (file, rest) = text(rest)?;
                let (mode, _) = text(rest)?;
                let is_mode = [&b"octet"[..], b"netascii", b"mail"].iter().any(|known| mode.eq_ignore_ascii_case(known));
                if !is_mode || file.is_empty() {
                    return None;
                }
                Self::Request { method: if kind == 1 { "RRQ" } else { "WRQ" }, file }
            }
            3 => {
                let (number, data) = rest.split_first_chunk()?;
                Self::Data(u16::from_be_bytes(*number), data)
            }
            4 if rest.len() == 2 => Self::Acknowledged,
            5 => {
                let (number, rest) = rest.split_first_chunk()?;
                let message = rest.strip_suffix(b"\0").unwrap_or(rest);
                let number = u16::from_be_bytes(*number);
                if number > 8 || !lines::is_text(message) {
                    return None;
                }
                Self::Error(number, message)
            }
            6 => Self::Options(rest).has_options()?,
            _ => return None,
        })
    }

    /// Itself, where the options are known ones.
    fn has_options(self) -> Option<Self> {
        let Self::Options(options) = &self else { return Some(self) };
        let (name, rest) = text(options)?;
        let (value, _) = text(rest)?;
        let is_known = OPTIONS.iter().any(|known| name.eq_ignore_ascii_case(known));
        (is_known && lines::is_text(value)).then_some(self)
    }
}

/// The text that ends with a zero byte, and what follows it.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    let (text, rest) = bytes.split_at_checked(end)?;
    lines::is_text(text).then_some((text, rest.get(1..)?))
}

/// The size of blocks that options name.
fn block_size(mut options: &[u8]) -> Option<usize> {
    while let Some((name, rest)) = text(options) {
        let (value, next) = text(rest)?;
        if name.eq_ignore_ascii_case(b"blksize") || name.eq_ignore_ascii_case(b"blksize2") {
            return std::str::from_utf8(value).ok()?.parse().ok().filter(|size| (8..=65_464).contains(size));
        }
        options = next;
    }
    None
}

/// A file alone, without the request for it, is known by a first block of the usual size.
fn probe(probe: &Probe<'_>) -> Verdict {
    match Message::read(probe.bytes) {
        Some(Message::Request { .. }) if probe.direction == Direction::ToServer => Verdict::Yes,
        Some(Message::Request { .. }) => Verdict::Swapped,
        Some(Message::Options(_)) => Verdict::Yes,
        Some(Message::Data(1, data)) if data.len() == BLOCK => Verdict::Yes,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Tftp {
    /// The file, the number of its next block, and their size.
    file: Option<Gathered>,
    next: u16,
    size: Option<usize>,
    has_read: bool,
}

impl Parser for Tftp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match Message::read(input.bytes) {
            Some(Message::Request { method, file }) => {
                self.finish(say);
                let (target, at) = (String::from_utf8_lossy(file), input.at(0, input.bytes.len()));
                say(Event::Readable(Readable { role: Role::Target, bytes: file, field: None, media: None, chain: &[], place: input.place(2) }));
                say(Event::Exchange(Exchange { method: Some(method), target: Some(target), at, ..Exchange::default() }));
                say(Event::Awaited(Awaited { protocol: NAME, port: None }));
            }
            Some(Message::Data(number, data)) => self.block(number, data, &input, say),
            Some(Message::Error(number, message)) => {
                let (kind, target) = (Some("error"), Some(String::from_utf8_lossy(message)).filter(|message| !message.is_empty()));
                let at = input.at(0, input.bytes.len());
                say(Event::Exchange(Exchange { kind, target, status: Some(number), at, ..Exchange::default() }));
            }
            Some(Message::Options(options)) => self.size = block_size(options),
            Some(Message::Acknowledged) => {}
            // It was announced, and is something else.
            None if !self.has_read => return Progress::Lost,
            None => say(Event::Malformed { what: "tftp message expected" }),
        }
        self.has_read = true;
        Progress::Consumed(input.bytes.len())
    }

    fn end(&mut self, say: Say<'_>) {
        self.finish(say);
    }

    fn memory(&self) -> usize {
        self.file.as_ref().map_or(0, Gathered::memory)
    }
}

impl Tftp {
    fn block(&mut self, number: u16, data: &[u8], input: &Input<'_>, say: Say<'_>) {
        if self.file.is_none() && number == 1 {
            (self.file, self.next) = (Some(Gathered::new(Role::Body, None, &["tftp-file"])), 1);
        }
        let Some(file) = &mut self.file else { return };
        // What was sent before is sent again where its acknowledgement was lost.
        if number.wrapping_sub(self.next) > u16::MAX / 2 {
            return;
        }
        file.push(data, input.at(4, data.len()), say);
        self.next = number.wrapping_add(1);
        if data.len() < self.size.unwrap_or(BLOCK) {
            self.finish(say);
        }
    }

    fn finish(&mut self, say: Say<'_>) {
        if let Some(mut file) = self.file.take() {
            file.finish(say);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_datagrams;
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (TFTP.open)()
    }

    fn ask(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 50_000, to_port: 50_001, from_start: true })
    }

    fn data(number: u16, bytes: &[u8]) -> Vec<u8> {
        [&[0, 3][..], &number.to_be_bytes(), bytes].concat()
    }

    #[test]
    fn a_request_names_its_file() {
        let told = drive_datagrams(open(), &[(ToServer, b"\0\x01/update.sh\0octet\0tsize\x000\0"), (ToClient, b"\0\x05\0\x01File not found\0")]);
        let want = [
            "Target - - [] @2: /update.sh",
            "exchange - RRQ /update.sh - - - status - bytes 0",
            "awaited tftp None",
            "exchange error - File not found - - - status 1 bytes 0",
        ];
        assert_eq!(told, want);
        assert!(drive_datagrams(open(), &[(ToServer, b"\0\x02a\0NetASCII\0")]).contains(&"exchange - WRQ a - - - status - bytes 0".to_owned()));
    }

    #[test]
    fn blocks_make_a_file() {
        let first = data(1, &[b'a'; 16]);
        let told = drive_datagrams(
            open(),
            &[(ToServer, b"\0\x06blksize\x0016\0"), (ToClient, b"\0\x04\0\0"), (ToServer, &first), (ToServer, &first), (ToServer, &data(2, b"end"))],
        );
        assert_eq!(told, [r#"Body - - ["tftp-file"] @0: aaaaaaaaaaaaaaaaend"#]);
        let told = drive_datagrams(open(), &[(ToServer, &data(2, b"late")), (ToServer, &[0xff; 9])]);
        assert_eq!(told, ["malformed tftp message expected"]);
    }

    #[test]
    fn it_is_known_by_its_bytes() {
        for own in [&b"\0\x01a\0octet\0"[..], b"\0\x02dir\\a\0NETASCII\0blksize\x001428\0", b"\0\x06tsize\x00100\0"] {
            assert_eq!(ask(own), Verdict::Yes, "{own:?}");
        }
        assert_eq!(ask(&data(1, &[7; BLOCK])), Verdict::Yes);
        for other in [
            &b""[..],
            b"\0",
            b"\0\x01",
            b"\0\x01a\0octal\0",
            b"\0\x01\0octet\0",
            b"\0\x01\xff\x01\0octet\0",
            b"\0\x03\0\x01abc",
            b"\0\x04\0\x01",
            b"\0\x06x\0y\0",
            b"\0\x05\0\x01a\0",
        ] {
            assert_eq!(ask(other), Verdict::No, "{other:?}");
        }
        assert_eq!(ask(&data(2, &[7; BLOCK])), Verdict::No);
    }
}
