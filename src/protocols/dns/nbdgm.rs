//! The NetBIOS datagram service (RFC 1002, section 4.4), by which hosts of a workgroup announce themselves to their browsers (MS-BRWS, section 2.2).
//!
//! Datagrams in; the names of both ends out, the sender's with its address, and the comment that its owner wrote for it.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use super::names::Frame;
use super::netbios::{NetbiosName, trimmed};
use crate::event::{NameSource, Role, Subject, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::protocols::wire_name;

/// Its port.
const PORT: u16 = 138;
/// Of the kinds of server that a host says it is: it offers printers (MS-BRWS, section 2.2.1).
const PRINT_SERVER: u32 = 0x200;
/// Bytes before the names.
const HEADER: usize = 14;

/// NetBIOS datagrams.
pub static NBDGM: Protocol =
    Protocol { name: "nbdgm", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[PORT], probe, open: || Box::new(Datagrams) };

fn probe(probe: &Probe<'_>) -> Verdict {
    if Datagram::read(probe.bytes).is_some() { Verdict::Yes } else { Verdict::No }
}

/// A datagram to one host, to a group or to all.
struct Datagram {
    /// The address that the sender says it has.
    address: Ipv4Addr,
    source: (NetbiosName, Range<usize>),
    /// Absent where it breaks the encoding.
    destination: Option<(NetbiosName, Range<usize>)>,
    /// Where what is sent begins; absent in later fragments.
    data: Option<usize>,
}

impl Datagram {
    /// Type, flags, number, address, port, length, offset (section 4.4.1); then two names.
    fn read(message: &[u8]) -> Option<Self> {
        let &[0x10..=0x12, flags @ 0..=0x0f, _, _, a, b, c, d, _, _, _, _, high, low] = message.first_chunk::<HEADER>()? else { return None };
        let name = |start, end| {
            let label = message.get(wire_name::read(message, start).ok()?.first)?;
            Some((NetbiosName::decode(label)?, start..end))
        };
        let middle = wire_name::skip(message, HEADER)?;
        let end = wire_name::skip(message, middle)?;
        let is_first = flags & 2 != 0 || [high, low] == [0, 0];
        let (source, destination) = (name(HEADER, middle)?, name(middle, end));
        Some(Self { address: Ipv4Addr::new(a, b, c, d), source, destination, data: is_first.then_some(end) })
    }
}

struct Datagrams;

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let frame = Frame { input: &input, base: 0, message: input.bytes };
        if let Some(datagram) = Datagram::read(input.bytes) {
            tell(datagram, frame, say);
        }
        Progress::Consumed(input.bytes.len())
    }
}

fn tell(datagram: Datagram, frame: Frame<'_, '_>, say: Say<'_>) {
    let Datagram { address, source: (source, at), destination, data } = datagram;
    let address = [IpAddr::V4(address)];
    let is_own = source.may_be_of_a_host() && !address.iter().any(IpAddr::is_unspecified);
    source.tell(Subject::Addresses(if is_own { &address } else { &[] }), at, frame, say);
    if let Some((destination, at)) = destination {
        destination.tell(Subject::Addresses(&[]), at, frame, say);
    }
    if let Some((start, announcement)) = data.and_then(|data| announcement(frame.message, data)) {
        tell_announcement(start, announcement, frame, say);
    }
}

/// What a browser is told, and where it begins: the data of a transaction of SMB (MS-CIFS, section 2.2.4.33.1) to its mail slot.
fn announcement(message: &[u8], start: usize) -> Option<(usize, &[u8])> {
    const WORDS: usize = 33;
    let smb = message.get(start..)?;
    let slot = smb.get(WORDS + 34 + 2..)?;
    if !smb.starts_with(b"\xffSMB\x25") || smb.get(WORDS - 1) != Some(&17) || !slot.starts_with(b"\\MAILSLOT\\BROWSE\0") {
        return None;
    }
    let &[count_low, count_high, offset_low, offset_high] = smb.get(WORDS + 22..)?.first_chunk()?;
    let offset = usize::from(u16::from_le_bytes([offset_low, offset_high]));
    let rest = smb.get(offset..)?;
    let data = rest.get(..usize::from(u16::from_le_bytes([count_low, count_high]))).unwrap_or(rest);
    Some((start + offset, data))
}

/// A host's announcement: command, count, period, name, version of its system, kinds of server, version of the browser, comment. An election
/// tells the candidate's name, a request for announcements the asker's.
fn tell_announcement(start: usize, data: &[u8], frame: Frame<'_, '_>, say: Say<'_>) {
    let name = |at: usize| data.get(at..).map(|rest| rest.get(..16).unwrap_or(rest).split(|&byte| byte == 0).next().unwrap_or_default());
    let (skip, has_comment) = match data.first() {
        Some(0x01 | 0x0f) => (6, true),
        Some(0x02) => (2, false),
        Some(0x08) => (14, false),
        _ => return,
    };
    let Some(letters) = name(skip) else { return };
    let text = trimmed(letters);
    let range = start + skip..start + skip + letters.len();
    if !text.is_empty() {
        frame.say_name(NameSource::Nbns, &text, Subject::Sender, range.clone(), say);
        frame.say_readable(Role::Name, None, range, say);
    }
    if !has_comment {
        return;
    }
    let kinds = data.get(24..).and_then(<[u8]>::first_chunk::<4>).map_or(0, |kinds| u32::from_le_bytes(*kinds));
    if kinds & PRINT_SERVER != 0 {
        frame.say_trait(TraitKind::Service, "netbios-print-server", start + 24..start + 28, say);
    }
    let comment = data.get(32..).map(|rest| rest.split(|&byte| byte == 0).next().unwrap_or_default()).unwrap_or_default();
    frame.say_readable(Role::Name, Some("comment"), start + 32..start + 32 + comment.len(), say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction;

    /// `EMMAS-PC` tells the browsers of `WORKGROUP` who it is.
    fn datagram(data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x11\x02\0\x01\xc0\0\x02\x05\0\x8a\0\xbb\0\0".to_vec();
        bytes.extend(b"\x20EFENENEBFDCNFAEDCACACACACACACAAA\0");
        bytes.extend(b"\x20FHEPFCELEHFCEPFFFACACACACACACABN\0");
        bytes.extend(b"\xffSMB\x25");
        bytes.extend([0; 27]);
        bytes.push(17);
        bytes.extend([0; 22]);
        bytes.extend((data.len() as u16).to_le_bytes());
        bytes.extend(86u16.to_le_bytes());
        bytes.extend([0; 10]);
        bytes.extend(b"\\MAILSLOT\\BROWSE\0");
        bytes.extend(data);
        bytes
    }

    fn told(bytes: &[u8]) -> Vec<String> {
        drive_datagrams((NBDGM.open)(), &[(Direction::ToServer, bytes)])
    }

    #[test]
    fn both_ends_and_the_announcement_are_told() {
        let mut announced = b"\x01\0\0\0\0\0EMMAS-PC\0\0\0\0\0\0\0\0\x06\x01\x03\x02\0\0\x0f\x01\x55\xaa".to_vec();
        announced.extend(b"Emma's computer\0");
        let lines = told(&datagram(&announced));
        let names: Vec<_> = lines.iter().filter(|line| line.starts_with("name") || line.starts_with("trait")).map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "name nbns EMMAS-PC Addresses([192.0.2.5])",
                "name nbns WORKGROUP Addresses([])",
                "name nbns EMMAS-PC Sender",
                "trait service netbios-print-server Sender"
            ]
        );
        assert!(lines.iter().any(|line| line.starts_with("Name comment") && line.ends_with(": Emma\\'s computer")), "{lines:?}");
    }

    #[test]
    fn a_destination_that_breaks_the_encoding_hides_nothing_else() {
        let mut bytes = datagram(b"\x02\0EMMAS-PC\0");
        bytes[14 + 34 + 3] = 0xb7;
        let lines = told(&bytes);
        assert_eq!(lines.iter().filter(|line| line.starts_with("name")).count(), 2, "{lines:?}");
    }

    #[test]
    fn it_is_known_by_its_names_on_any_port() {
        let whole = datagram(b"");
        let probe = |bytes| (NBDGM.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 1, to_port: 2, from_start: true });
        assert_eq!(probe(&whole), Verdict::Yes);
        assert_eq!(probe(&whole[..60]), Verdict::No);
        assert_eq!(probe(&[0x11; 200]), Verdict::No);
    }

    #[test]
    fn cuts_never_panic() {
        let whole = datagram(&[1; 60]);
        for length in 0..whole.len() {
            told(&whole[..length]);
        }
        proptest::proptest!(|(noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200))| {
            told(&datagram(&noise));
            told(&noise);
        });
    }
}
