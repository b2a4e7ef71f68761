//! A packet of OpenVPN: its kind, and what its control channel carries (draft-openvpn-wire-protocol, section 3).

use crate::protocols::noise::is_noise;

/// Seconds since 1970 that a packet may bear: from 2001 on.
const TIMES: std::ops::RangeInclusive<u32> = 0x3b00_0000..=0x9fff_ffff;
/// Digests that guard control packets: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512.
const DIGESTS: [usize; 6] = [16, 20, 28, 32, 48, 64];
/// Kind and session of a control packet.
const SESSION_END: usize = 9;
/// At most so many packets are acknowledged in one.
const ACKNOWLEDGED: usize = 8;
/// Packets of a control channel are numbered from zero; a session has not so many.
const LAST_NUMBER: u32 = 1 << 20;

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A client begins.
    ClientReset,
    /// A client begins and brings its key, wrapped for the server.
    ClientResetWithKey,
    /// The server answers.
    ServerReset,
    /// New keys are made.
    SoftReset,
    /// The handshake goes on.
    Control,
    /// The handshake goes on, and the client brings its key.
    ControlWithKey,
    /// Control packets arrived.
    Acknowledgement,
    /// Traffic of the tunnel.
    Data,
}

impl Kind {
    /// From the first byte: five bits of kind, three of a key's number.
    pub(super) fn read(first: u8) -> Option<Self> {
        match (first >> 3, first & 7) {
            (1 | 7, 0) => Some(Self::ClientReset),
            (2 | 8, 0) => Some(Self::ServerReset),
            (3, _) => Some(Self::SoftReset),
            (4, _) => Some(Self::Control),
            (5, _) => Some(Self::Acknowledgement),
            (6 | 9, _) => Some(Self::Data),
            (10, 0) => Some(Self::ClientResetWithKey),
            (11, 0) => Some(Self::ControlWithKey),
            _ => None,
        }
    }

    fn is_first(self) -> bool {
        matches!(self, Self::ClientReset | Self::ClientResetWithKey | Self::ServerReset)
    }
}

/// How control packets are guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Not at all.
    None,
    /// By a digest of so many bytes (`tls-auth`).
    Digest(usize),
    /// Encrypted (`tls-crypt`).
    Encrypted,
}

/// A control packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Control<'c> {
    pub(super) kind: Kind,
    pub(super) session: [u8; 8],
    pub(super) guard: Guard,
    /// Its number; absent where it only acknowledges or is encrypted.
    pub(super) number: Option<u32>,
    /// What it carries of the handshake.
    pub(super) payload: &'c [u8],
}

/// Reads a control packet whose form fits; `guard`: how those before it were guarded.
pub(super) fn control(bytes: &[u8], guard: Option<Guard>) -> Option<Control<'_>> {
    let kind = Kind::read(*bytes.first()?).filter(|kind| *kind != Kind::Data)?;
    let session: [u8; 8] = *bytes.get(1..SESSION_END)?.first_chunk()?;
    if !is_noise(&session) {
        return None;
    }
    let with = |guard| read_with(kind, session, guard, bytes);
    match guard {
        Some(guard) => with(guard),
        None if matches!(kind, Kind::ClientResetWithKey | Kind::ControlWithKey) => with(Guard::Encrypted),
        None => with(Guard::None).or_else(|| DIGESTS.into_iter().find_map(|length| with(Guard::Digest(length)))).or_else(|| with(Guard::Encrypted)),
    }
}

fn read_with(kind: Kind, session: [u8; 8], guard: Guard, bytes: &[u8]) -> Option<Control<'_>> {
    let rest = bytes.get(SESSION_END..)?;
    let plain = match guard {
        Guard::None => rest,
        Guard::Digest(length) => behind_clock(rest.get(length..).filter(|_| rest.get(..length).is_some_and(is_noise))?)?,
        Guard::Encrypted => {
            let sealed = behind_clock(rest)?;
            return is_sealed(kind, sealed).then_some(Control { kind, session, guard, number: None, payload: &[] });
        }
    };
    let (number, payload) = behind_acknowledged(kind, plain)?;
    let is_sane = match kind {
        // Nothing is carried but, without a guard, what newer clients add.
        Kind::ClientReset | Kind::ServerReset => number == Some(0) && payload.is_empty(),
        Kind::Acknowledgement | Kind::SoftReset => payload.is_empty(),
        Kind::Control => !payload.is_empty() && (guard != Guard::None || plain.first() != Some(&0) || is_record(payload)),
        Kind::ClientResetWithKey | Kind::ControlWithKey | Kind::Data => false,
    };
    is_sane.then_some(Control { kind, session, guard, number, payload })
}

/// What follows the number and the time that keep packets from being played again.
fn behind_clock(bytes: &[u8]) -> Option<&[u8]> {
    let (&[first, second, third, fourth], rest) = bytes.split_first_chunk::<4>()?;
    let (time, rest) = rest.split_first_chunk::<4>()?;
    // The first byte of the number is 15 where a client asks for early negotiation.
    let (number, time) = (u32::from_be_bytes([if first == 15 { 0 } else { first }, second, third, fourth]), u32::from_be_bytes(*time));
    ((1..LAST_NUMBER).contains(&number) && TIMES.contains(&time)).then_some(rest)
}

/// A tag of 32 bytes and what it guards: of a first packet the list of acknowledged packets and its own number; then a client's wrapped key,
/// which ends with its length.
fn is_sealed(kind: Kind, sealed: &[u8]) -> bool {
    let Some(inner) = sealed.get(32..) else { return false };
    match kind {
        Kind::ClientReset => inner.len() == 5,
        Kind::ServerReset => inner.len() == 5 || inner.len() == 17 || (inner.len() > 17 && inner.len() < 64),
        Kind::ClientResetWithKey | Kind::ControlWithKey => {
            let key = inner.last_chunk::<2>().map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
            key >= 290 && if kind == Kind::ClientResetWithKey { inner.len() == 5 + key } else { inner.len() > 5 + key }
        }
        Kind::Acknowledgement => inner.len() >= 13 && inner.len() <= 9 + 4 * ACKNOWLEDGED && (inner.len() - 9) % 4 == 0,
        Kind::Control => inner.len() > 5,
        Kind::SoftReset => inner.len() >= 5,
        Kind::Data => false,
    }
}

/// Walks over the list of acknowledged packets; gives the packet's own number and what it carries.
fn behind_acknowledged(kind: Kind, bytes: &[u8]) -> Option<(Option<u32>, &[u8])> {
    let (&count, rest) = bytes.split_first()?;
    let count = usize::from(count);
    if count > ACKNOWLEDGED || (kind == Kind::Acknowledgement && count == 0) {
        return None;
    }
    let (listed, rest) = rest.split_at_checked(4 * count)?;
    let (numbers, _) = listed.as_chunks::<4>();
    if !numbers.iter().all(|number| u32::from_be_bytes(*number) < LAST_NUMBER) {
        return None;
    }
    // The other end's session is named where anything of it is acknowledged.
    let rest = if count > 0 { rest.get(8..)? } else { rest };
    if kind == Kind::Acknowledgement {
        return Some((None, rest));
    }
    let (number, payload) = rest.split_first_chunk::<4>()?;
    let number = u32::from_be_bytes(*number);
    (number < LAST_NUMBER).then_some((Some(number), payload))
}

/// Whether bytes begin with a record of TLS.
pub(super) fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=23, 3, 0..=4, ..])
}

/// Whether a packet is so much of OpenVPN's form that it is no chance; `first`: it must be one that begins a session.
pub(super) fn is_certain(bytes: &[u8], first: bool) -> Option<Kind> {
    let control = control(bytes, None)?;
    let is_of_a_session = matches!(control.kind, Kind::Control | Kind::Acknowledgement) && control.guard != Guard::Encrypted;
    (control.kind.is_first() || (!first && is_of_a_session)).then_some(control.kind)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) const CLIENT: [u8; 8] = *b"CLIENT_1";
    pub(crate) const SERVER: [u8; 8] = *b"SERVER_1";

    /// A control packet of the session `from`, which acknowledges packets of `to`.
    pub(crate) fn packet(kind: u8, guard: Guard, from: [u8; 8], acknowledged: &[u8], to: [u8; 8], number: Option<u8>, payload: &[u8]) -> Vec<u8> {
        let clock = [0, 0, 0, 1, 0x60, 0, 0, 0];
        let guarded = match guard {
            Guard::None => Vec::new(),
            Guard::Digest(length) => (0..length as u32).map(|place| (place.wrapping_mul(0x9e37_79b9) >> 24) as u8).chain(clock).collect(),
            Guard::Encrypted => [&clock[..], &[0xd1; 32]].concat(),
        };
        let list: Vec<u8> = acknowledged.iter().flat_map(|number| [0, 0, 0, *number]).collect();
        let to = if acknowledged.is_empty() { &[][..] } else { &to };
        let number = number.map_or_else(Vec::new, |number| vec![0, 0, 0, number]);
        [&[kind << 3][..], &from, &guarded, &[acknowledged.len() as u8], &list, to, &number, payload].concat()
    }

    #[test]
    fn the_guard_is_told_from_the_form() {
        for guard in [Guard::None, Guard::Digest(20), Guard::Digest(32), Guard::Digest(64)] {
            let reset = packet(7, guard, CLIENT, &[], SERVER, Some(0), b"");
            let read = control(&reset, None).unwrap();
            assert_eq!((read.kind, read.session, read.guard, read.number), (Kind::ClientReset, CLIENT, guard, Some(0)));
            let answer = packet(8, guard, SERVER, &[0], CLIENT, Some(0), b"");
            assert_eq!(control(&answer, None).map(|read| (read.kind, read.guard)), Some((Kind::ServerReset, guard)));
            let acknowledgement = packet(5, guard, CLIENT, &[1, 2], SERVER, None, b"");
            assert_eq!(control(&acknowledgement, None).map(|read| (read.kind, read.guard)), Some((Kind::Acknowledgement, guard)));
            let control_packet = packet(4, guard, CLIENT, &[], SERVER, Some(1), b"\x16\x03\x01");
            assert_eq!(control(&control_packet, None).map(|read| (read.guard, read.payload)), Some((guard, &b"\x16\x03\x01"[..])));
        }
        let crypt = packet(7, Guard::Encrypted, CLIENT, &[], SERVER, Some(0), b"");
        assert_eq!(control(&crypt, None).map(|read| read.guard), Some(Guard::Encrypted));
    }

    #[test]
    fn other_bytes_are_none() {
        let reset = packet(7, Guard::Digest(20), CLIENT, &[], SERVER, Some(0), b"");
        assert_eq!(is_certain(&reset, true), Some(Kind::ClientReset));
        assert!((0..reset.len()).all(|cut| is_certain(&reset[..cut], true).is_none()));
        assert_eq!(is_certain(&[0x38; 42], true), None);
        assert_eq!(is_certain(&[&[0x38][..], &[0; 13]].concat(), true), None, "a session of zeros");
        let time = [&[0x23, 0, 4, 0xfa, 0, 1, 0, 0, 0, 1][..], &[0; 30], &[0x83, 0xaa, 0x7e, 0x80, 0, 0, 0, 0]].concat();
        assert_eq!(is_certain(&time, false), None, "a question for the time");
        assert_eq!(is_certain(&packet(4, Guard::None, CLIENT, &[], SERVER, Some(1), b"hello"), false), None);
    }
}
