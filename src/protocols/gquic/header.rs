//! The headers of Google's QUIC: the public header (versions up to 43), and the first form of the long header (44 to 46).

/// Bytes of the nonce that a server puts into its first encrypted packets, from version 33 on.
const NONCE: usize = 32;

/// A version: the number behind the `Q`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u8);

impl Version {
    /// Of its name on the wire, `Q043`. Versions from 47 on hide the handshake, or were never in use.
    pub(super) fn read(name: &[u8]) -> Option<Self> {
        let &[b'Q', b'0', tens @ b'0'..=b'4', ones @ b'0'..=b'9'] = name else { return None };
        Some(Self((tens - b'0') * 10 + (ones - b'0'))).filter(|version| (1..=46).contains(&version.0))
    }

    /// Numbers in frames have their highest byte first.
    pub(super) fn is_big_endian(self) -> bool {
        self.0 >= 39
    }

    /// A byte of flags stands before the frames, and acknowledgements carry one bit of entropy for each packet.
    pub(super) fn has_entropy(self) -> bool {
        self.0 < 34
    }

    /// The hash of a packet says who made it.
    pub(super) fn is_signed(self) -> bool {
        self.0 >= 37
    }

    /// Headers have the forms that QUIC has kept.
    fn is_long(self) -> bool {
        self.0 >= 44
    }
}

/// What a datagram is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Datagram<'d> {
    /// A packet: its header, what follows it, and the version where the header names it.
    Packet { header: &'d [u8], body: &'d [u8], version: Option<Version> },
    /// The versions that a server offers instead.
    Versions,
    /// The end of a connection, or a packet of no use.
    Other,
    /// A packet with the short header of versions from 44 on: always encrypted.
    Short,
    /// None of it.
    Broken,
}

/// Reads a datagram. `known` is the version that the connection uses, as far as it was seen.
pub(super) fn read(bytes: &[u8], of_server: bool, known: Option<Version>) -> Datagram<'_> {
    let Some(&first) = bytes.first() else { return Datagram::Broken };
    if first & 0x80 != 0 {
        return long(first, bytes, of_server);
    }
    if known.is_some_and(Version::is_long) {
        return Datagram::Short;
    }
    public(first, bytes, of_server, known).unwrap_or(Datagram::Broken)
}

/// "QUIC Wire Layout Specification" (Hamilton and others, revision 2016), "Public Packet Header".
fn public(flags: u8, bytes: &[u8], of_server: bool, known: Option<Version>) -> Option<Datagram<'_>> {
    const VERSION: u8 = 0x01;
    const RESET: u8 = 0x02;
    const NONCED: u8 = 0x04;
    const MULTIPATH: u8 = 0x40;
    if flags & MULTIPATH != 0 {
        return None;
    }
    let is_old = known.is_some_and(|version| version.0 < 33);
    let identifier = match flags & 0x0c {
        0x0c | 0x08 if !is_old => 8,
        0x0c => 8,
        0x08 => 4,
        0x04 if is_old => 1,
        _ => 0,
    };
    let mut length = 1 + identifier;
    let mut version = None;
    if flags & RESET != 0 {
        return Some(Datagram::Other);
    }
    if flags & VERSION != 0 {
        let (names, rest) = bytes.get(length..)?.as_chunks::<4>();
        version = Version::read(names.first()?);
        if rest.is_empty() && names.len() < 64 && names.iter().filter(|name| Version::read(*name).is_some()).count() * 2 > names.len() {
            return Some(Datagram::Versions);
        }
        version?;
        length += 4;
    }
    // What a client sets here is left over from longer identifiers.
    if flags & NONCED != 0 && of_server && !is_old {
        length += NONCE;
    }
    length += match flags >> 4 & 3 {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => 6,
    };
    let (header, body) = bytes.split_at_checked(length)?;
    Some(Datagram::Packet { header, body, version })
}

/// draft-ietf-quic-transport-17, section 17.2, without the length.
fn long(first: u8, bytes: &[u8], of_server: bool) -> Datagram<'_> {
    let parts = bytes.get(1..5).and_then(Version::read).filter(|version| version.is_long()).and_then(|version| {
        let lengths = *bytes.get(5)?;
        let identifier = |length: u8| if length == 0 { 0 } else { usize::from(length) + 3 };
        // 0-RTT is what servers write before the handshake is over.
        let is_nonced = of_server && if version.0 < 46 { first & 0x7f == 0x7c } else { first >> 4 & 3 == 1 };
        let number = if version.0 < 46 { 4 } else { usize::from(first & 3) + 1 };
        let length = 6 + identifier(lengths >> 4) + identifier(lengths & 15) + number + if is_nonced { NONCE } else { 0 };
        Some((version, bytes.split_at_checked(length)?))
    });
    parts.map_or(Datagram::Broken, |(version, (header, body))| Datagram::Packet { header, body, version: Some(version) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(bytes: &[u8], of_server: bool, known: Option<u8>) -> Option<(usize, Option<u8>)> {
        let Datagram::Packet { header, version, .. } = read(bytes, of_server, known.map(Version)) else { return None };
        Some((header.len(), version.map(|version| version.0)))
    }

    fn packet(head: &[u8]) -> Vec<u8> {
        [head, &[0; 60]].concat()
    }

    #[test]
    fn public_headers_have_the_lengths_that_their_flags_say() {
        let first = packet(b"\x0d12345678Q035\x01");
        assert_eq!(lengths(&first, false, None), Some((14, Some(35))));
        assert_eq!(lengths(&packet(b"\x1d12345678Q024\x01\x02"), false, None), Some((15, Some(24))));
        assert_eq!(lengths(&packet(&[0x04]), true, Some(35)), Some((1 + 32 + 1, None)), "the server's nonce");
        assert_eq!(lengths(&packet(&[0x04]), false, Some(35)), Some((2, None)));
        assert_eq!(lengths(&packet(&[0x0c]), true, Some(24)), Some((10, None)), "an identifier of 8 bytes, no nonce");
        assert_eq!(lengths(&packet(&[0x30]), true, Some(43)), Some((7, None)));
        for cut in 0..14 {
            assert_eq!(lengths(&first[..cut], false, None), None, "cut at {cut}");
        }
    }

    #[test]
    fn long_headers_name_their_version() {
        assert_eq!(lengths(&packet(b"\xc3Q046\x5012345678\0\0\0\x01"), false, None), Some((18, Some(46))));
        assert_eq!(lengths(&packet(b"\xd3Q046\x0512345678\0\0\0\x01"), true, None), Some((18 + 32, Some(46))));
        assert_eq!(lengths(&packet(b"\xffQ044\x5012345678\0\0\0\x01"), false, None), Some((18, Some(44))));
        assert_eq!(lengths(&packet(b"\xc3Q043\x5012345678\0\0\0\x01"), false, None), None, "it has no long header");
        assert_eq!(read(&packet(&[0x40]), true, Some(Version(46))), Datagram::Short);
    }

    #[test]
    fn what_is_no_packet_is_told_apart() {
        assert_eq!(read(b"\x0912345678Q043Q042Q039", true, None), Datagram::Versions);
        assert_eq!(read(b"\x0e12345678PRST", true, None), Datagram::Other);
        for other in [&b"\x0d12345678H043\x01____"[..], b"\x40abcdefgh", b"\x80", b""] {
            assert_eq!(read(other, false, None), Datagram::Broken);
        }
        assert_eq!([&b"Q000"[..], b"Q047", b"Q050", b"Q1", b"T043"].map(Version::read), [None; 5]);
    }
}
