//! The data connections of FTP (RFC 959, section 3.2): files and listings, known by the control connection that named their port.
//!
//! In come the two directions of a stream, of which one carries a content from its beginning to its end; out goes the content, as far as it is readable, or
//! what recording it is. With `PROT P` (RFC 4217) it is TLS's.

use super::super::gathered::Gathered;
use super::super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::super::stream::Both;
use crate::event::Role;
use crate::wire::Direction;

/// Its name, by which a control connection asks for it.
pub const NAME: &str = "ftp-data";

/// FTP's data over TCP. By its bytes alone it is nothing.
pub static FTP_DATA: Protocol =
    Protocol { name: NAME, carrier: Carrier::Stream, nature: Nature::Clear, ports: &[], probe: never, open: || Box::new(Data::default()) };

fn never(_: &Probe<'_>) -> Verdict {
    Verdict::No
}

#[derive(Default)]
struct Data {
    contents: Both<Option<Gathered>>,
}

impl Parser for Data {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let content = self.contents.of_mut(input.direction);
        if content.is_none() {
            match *input.bytes {
                [0x16, 3, ..] => return Progress::Handover(0),
                [] | [0x16] => return Progress::Consumed(0),
                _ => {}
            }
        }
        let content = content.get_or_insert_with(|| Gathered::new(Role::Body, None, &["ftp-file"]));
        content.push(input.bytes, input.at(0, input.bytes.len()), say);
        Progress::Consumed(input.bytes.len())
    }

    fn gap(&mut self, direction: Direction, _: u64, say: Say<'_>) -> Progress {
        // What follows is the same content, but nobody knows in which line.
        if let Some(content) = self.contents.of_mut(direction) {
            content.finish(say);
        }
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            if let Some(content) = self.contents.of_mut(direction) {
                content.finish(say);
            }
        }
    }

    fn memory(&self) -> usize {
        let one = |direction| self.contents.of(direction).as_ref().map_or(0, Gathered::memory);
        one(Direction::ToServer) + one(Direction::ToClient)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{drive, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (FTP_DATA.open)()
    }

    #[test]
    fn a_file_is_told_whole_however_it_comes() {
        let told = drive_split(open, &[(ToServer, b"name=Anna\r\n"), (ToServer, b"mail=anna@example.org\r\n")]);
        assert_eq!(told, [r#"Body - - ["ftp-file"] @0: name=Anna\r\nmail=anna@example.org\r\n"#]);
    }

    #[test]
    fn a_picture_is_a_picture() {
        let picture = [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 6_000]].concat();
        let told = drive(open(), &[(ToClient, &picture[..100]), (ToClient, &picture[100..])]);
        assert_eq!((told.len(), told.first().map(String::as_str)), (2, Some("media picture jpeg")));
    }

    #[test]
    fn tls_is_handed_over() {
        assert_eq!(drive_split(open, &[(ToServer, b"\x16\x03\x01\x02")]), ["Handover(0)"]);
    }
}
