//! The long header of QUIC (RFC 8999; RFC 9000, section 17.2; RFC 9369, section 3.2), and its integers (RFC 9000, section 16).

/// Connection identifiers have at most so many bytes (RFC 9000, section 17.2).
pub(super) const ID_LIMIT: usize = 20;

/// A version that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// What people call it.
    pub(super) name: &'static str,
    /// What the client's connection identifier is mixed with to get the first keys.
    pub(super) salt: &'static [u8; 20],
    /// Whether labels and packet types are those of version 2.
    pub(super) is_v2: bool,
    /// Whether Google's frames carry QUIC Crypto, instead of the standard's that carry TLS.
    pub(super) is_google: bool,
}

impl Version {
    /// RFC 9001, section 5.2; RFC 9369, section 3.3.1; the drafts of both. What two makers shipped is built on drafts; Google's Q050 is protected
    /// as these are, but its handshake is the maker's own.
    pub(super) fn find(number: u32) -> Option<Self> {
        let (name, salt, is_v2) = match number {
            1 => ("QUIC v1", &SALT_V1, false),
            0x6b33_43cf => ("QUIC v2", &SALT_V2, true),
            0x709a_50c4 | 0xff02_0000 => ("QUIC v2 draft", &SALT_V2_DRAFT, true),
            0xff00_0021..=0xff00_0022 => ("QUIC v1 draft", &SALT_V1, false),
            0xff00_001d..=0xff00_0020 => ("QUIC v1 draft", &SALT_DRAFT_29, false),
            0xff00_0017..=0xff00_001c | 0xface_b002 | 0xface_b00e => ("QUIC v1 draft", &SALT_DRAFT_23, false),
            0xff00_0016 | 0xface_b001 => ("QUIC v1 draft", &SALT_DRAFT_22, false),
            GOOGLE => ("gQUIC Q050", &SALT_Q050, false),
            0x5430_3530 => ("QUIC T050", &SALT_T050, false),
            0x5430_3531 => ("QUIC T051", &SALT_T051, false),
            _ => return None,
        };
        Some(Self { name, salt, is_v2, is_google: number == GOOGLE })
    }
}

/// `Q050`.
const GOOGLE: u32 = 0x5130_3530;

const SALT_V1: [u8; 20] = [0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a];
const SALT_V2: [u8; 20] = [0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9];
const SALT_V2_DRAFT: [u8; 20] = [0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d, 0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3];
const SALT_DRAFT_29: [u8; 20] = [0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99];
const SALT_DRAFT_23: [u8; 20] = [0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02];
const SALT_Q050: [u8; 20] = [0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45];
const SALT_T050: [u8; 20] = [0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10];
const SALT_T051: [u8; 20] = [0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d];
const SALT_DRAFT_22: [u8; 20] = [0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a];

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
}

/// A packet with a long header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet<'p> {
    pub(super) kind: Kind,
    pub(super) version: Version,
    /// The destination's connection identifier.
    pub(super) to: &'p [u8],
    /// The sender's.
    pub(super) from: &'p [u8],
    /// The whole packet, from its first byte to its last.
    pub(super) bytes: &'p [u8],
    /// Index in it of the packet number, which is protected.
    pub(super) number: usize,
}

/// What a datagram goes on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next<'p> {
    /// A packet, and what follows it.
    Packet(Packet<'p>, &'p [u8]),
    /// The versions that a server offers instead (RFC 9000, section 17.2.1).
    Versions(&'p [u8]),
    /// A long header of a version that is not known. Where the packet ends is not known either.
    Unknown,
    /// A packet with a short header, or padding behind the packets.
    Other,
    /// Lengths that do not fit.
    Broken,
}

/// Reads the packet that `bytes` begin with.
pub(super) fn next(bytes: &[u8]) -> Next<'_> {
    let Some((&[first @ 0x80..=0xff, a, b, c, d], rest)) = bytes.split_first_chunk::<5>() else { return Next::Other };
    let number = u32::from_be_bytes([a, b, c, d]);
    let Some((to, rest)) = identifier(rest) else { return Next::Broken };
    let Some((from, rest)) = identifier(rest) else { return Next::Broken };
    if number == 0 {
        return Next::Versions(rest);
    }
    let Some(version) = Version::find(number) else { return Next::Unknown };
    let kind = kind(first, version.is_v2);
    packet(Packet { kind, version, to, from, bytes, number: 0 }, rest).map_or(Next::Broken, |(packet, after)| Next::Packet(packet, after))
}

fn kind(first: u8, is_v2: bool) -> Kind {
    match (first >> 4 & 3, is_v2) {
        (0, false) | (1, true) => Kind::Initial,
        (1, false) | (2, true) => Kind::ZeroRtt,
        (2, false) | (3, true) => Kind::Handshake,
        _ => Kind::Retry,
    }
}

/// Finds where the packet ends, given its first fields and what follows the identifiers.
fn packet<'p>(mut packet: Packet<'p>, rest: &'p [u8]) -> Option<(Packet<'p>, &'p [u8])> {
    if packet.kind == Kind::Retry {
        return Some((packet, &[]));
    }
    let mut rest = rest;
    if packet.kind == Kind::Initial {
        let (length, after) = integer(rest)?;
        rest = after.get(usize::try_from(length).ok()?..)?;
    }
    let (length, rest) = integer(rest)?;
    let (_, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    packet.number = packet.bytes.len() - rest.len();
    packet.bytes = packet.bytes.get(..packet.bytes.len() - after.len())?;
    Some((packet, after))
}

fn identifier(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    if usize::from(length) > ID_LIMIT { None } else { rest.split_at_checked(usize::from(length)) }
}

/// An integer of 1, 2, 4 or 8 bytes, and what follows it.
pub(super) fn integer(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let first = *bytes.first()?;
    let (field, rest) = bytes.split_at_checked(1 << (first >> 6))?;
    let value = field.iter().skip(1).fold(u64::from(first & 0x3f), |value, byte| value << 8 | u64::from(*byte));
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_the_rfc_reads_them() {
        // RFC 9000, appendix A.1.
        assert_eq!(integer(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]), Some((151_288_809_941_952_652, &[][..])));
        assert_eq!(integer(&[0x9d, 0x7f, 0x3e, 0x7d, 9]), Some((494_878_333, &[9][..])));
        assert_eq!(integer(&[0x7b, 0xbd]), Some((15_293, &[][..])));
        assert_eq!(integer(&[0x25]), Some((37, &[][..])));
        assert_eq!(integer(&[0xc2, 0x19]), None);
        assert_eq!(integer(&[]), None);
    }

    #[test]
    fn packets_lie_one_behind_the_other() {
        let bytes = [0xc0, 0, 0, 0, 1, 2, 7, 8, 0, 1, 0xff, 2, 0xaa, 0xbb, 0xe0, 0, 0, 0, 1, 0, 0, 1, 0xcc];
        let Next::Packet(first, rest) = next(&bytes) else { panic!("an Initial") };
        assert_eq!((first.kind, first.to, first.bytes.len(), first.number), (Kind::Initial, &[7, 8][..], 14, 12));
        let Next::Packet(second, rest) = next(rest) else { panic!("a Handshake") };
        assert_eq!((second.kind, second.bytes.len(), second.number, rest.len()), (Kind::Handshake, 9, 8, 0));
        for cut in 9..14 {
            assert_eq!(next(&bytes[..cut]), Next::Broken, "cut at {cut}");
        }
    }

    #[test]
    fn version_2_has_other_types() {
        assert_eq!([0xc0, 0xd0, 0xe0, 0xf0].map(|first| kind(first, true)), [Kind::Retry, Kind::Initial, Kind::ZeroRtt, Kind::Handshake]);
        assert_eq!(Version::find(0x6b33_43cf).map(|version| version.name), Some("QUIC v2"));
        assert_eq!(Version::find(0x0a1a_2a3a), None);
    }

    #[test]
    fn an_identifier_is_at_most_20_bytes() {
        assert_eq!(next(&[&[0xc0, 0, 0, 0, 1, 21][..], &[0; 60]].concat()), Next::Broken);
        assert_eq!(next(&[0x40, 1, 2, 3, 4, 5]), Next::Other);
        assert_eq!(next(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), Next::Versions(&[0, 0, 0, 1]));
    }
}
