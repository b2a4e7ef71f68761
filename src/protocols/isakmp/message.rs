//! An ISAKMP message and its payloads (RFC 2408, section 3.1; RFC 7296, section 3.1).

/// Bytes of a message's header.
pub(super) const HEADER: usize = 28;
/// Bytes of a payload's header.
const PAYLOAD_HEADER: usize = 4;
/// At most so many payloads of a message are read.
const PAYLOADS: usize = 32;

/// Payloads that say something of a person or a host.
pub(super) mod kind {
    pub(in super::super) const IDENTIFICATION_1: u8 = 5;
    pub(in super::super) const CERTIFICATE_1: u8 = 6;
    pub(in super::super) const INITIATOR_2: u8 = 35;
    pub(in super::super) const RESPONDER_2: u8 = 36;
    pub(in super::super) const CERTIFICATE_2: u8 = 37;
    pub(in super::super) const ENCRYPTED_2: u8 = 46;
    pub(in super::super) const ENCRYPTED_FRAGMENT_2: u8 = 53;
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message<'m> {
    /// 1 or 2.
    pub(super) version: u8,
    /// What the message is for.
    pub(super) exchange: u8,
    pub(super) flags: u8,
    /// Whether a responder is named: only the very first message names none.
    pub(super) is_first: bool,
    /// The kind of the first payload.
    pub(super) next: u8,
    /// What follows the header.
    pub(super) body: &'m [u8],
}

impl<'m> Message<'m> {
    /// Reads a message that fills `bytes`.
    pub(super) fn read(bytes: &'m [u8]) -> Option<Self> {
        let (header, body) = bytes.split_first_chunk::<HEADER>()?;
        let &[initiator, responder] = header.as_chunks::<8>().0.first_chunk::<2>()?;
        let &[next, version, exchange, flags, _, _, _, _, a, b, c, d] = header.last_chunk::<12>()?;
        let version = version >> 4;
        let is_known = match version {
            1 => matches!(exchange, 1..=6 | 32..=33) && flags & !0x07 == 0 && next <= 21,
            2 => matches!(exchange, 34..=44) && flags & !0x38 == 0 && (next == 0 || (33..=54).contains(&next)),
            _ => false,
        };
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
        let message = Self { version, exchange, flags, is_first: responder == [0; 8], next, body };
        (is_known && initiator != [0; 8] && length == bytes.len() && message.is_walkable()).then_some(message)
    }

    /// Whether its payloads are encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        match self.version {
            1 => self.flags & 1 == 1,
            _ => matches!(self.next, kind::ENCRYPTED_2 | kind::ENCRYPTED_FRAGMENT_2),
        }
    }

    /// The word for what the message is for.
    pub(super) fn exchange_name(&self) -> &'static str {
        match self.exchange {
            1 => "base",
            2 => "main-mode",
            3 => "authentication-only",
            4 => "aggressive-mode",
            5 | 37 => "informational",
            6 => "transaction",
            32 => "quick-mode",
            33 => "new-group",
            34 => "ike-sa-init",
            35 => "ike-auth",
            36 => "create-child-sa",
            38 => "session-resume",
            43 => "ike-intermediate",
            _ => "other",
        }
    }

    /// Its payloads in the clear.
    pub(super) fn payloads(&self) -> Payloads<'m> {
        let next = if self.is_encrypted() { 0 } else { self.next };
        Payloads { next, rest: self.body, index: HEADER, left: PAYLOADS }
    }

    /// Whether the payloads fill the message, as far as they can be read.
    fn is_walkable(&self) -> bool {
        if self.is_encrypted() {
            return self.body.len() >= 16;
        }
        let mut payloads = self.payloads();
        // Some pad the end with zeros.
        payloads.by_ref().count();
        payloads.left == 0 || (payloads.next == 0 && payloads.rest.len() < 16 && payloads.rest.iter().all(|byte| *byte == 0))
    }
}

/// A payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Payload<'p> {
    pub(super) kind: u8,
    pub(super) body: &'p [u8],
    /// Index of the body in the message.
    pub(super) index: usize,
}

/// The payloads of a message; ends where none begins or the rest is encrypted.
pub(super) struct Payloads<'p> {
    next: u8,
    rest: &'p [u8],
    index: usize,
    left: usize,
}

impl<'p> Iterator for Payloads<'p> {
    type Item = Payload<'p>;

    fn next(&mut self) -> Option<Payload<'p>> {
        if self.next == 0 || self.left == 0 {
            return None;
        }
        let (&[next, _, high, low], _) = self.rest.split_first_chunk::<PAYLOAD_HEADER>()?;
        let (whole, rest) = self.rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
        let payload = Payload { kind: self.next, body: whole.get(PAYLOAD_HEADER..)?, index: self.index + PAYLOAD_HEADER };
        // The first payload in an encrypted one is named in its header.
        self.next = if matches!(payload.kind, kind::ENCRYPTED_2 | kind::ENCRYPTED_FRAGMENT_2) { 0 } else { next };
        (self.rest, self.index, self.left) = (rest, self.index + whole.len(), self.left - 1);
        Some(payload)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A message of payloads (kind, body), filled in where the header needs it.
    pub(crate) fn message(version: u8, exchange: u8, flags: u8, payloads: &[(u8, &[u8])]) -> Vec<u8> {
        let kinds: Vec<u8> = payloads.iter().map(|(kind, _)| *kind).chain([0]).collect();
        let parts = payloads.iter().zip(&kinds[1..]);
        let body: Vec<u8> = parts.flat_map(|((_, body), next)| [&[*next, 0][..], &(body.len() as u16 + 4).to_be_bytes(), body].concat()).collect();
        let length = (HEADER + body.len()) as u32;
        [&b"INITIATR"[..], &[0; 8], &[kinds[0], version << 4, exchange, flags], &[0; 4], &length.to_be_bytes(), &body].concat()
    }

    #[test]
    fn payloads_are_walked_over() {
        let bytes = message(2, 34, 8, &[(33, &[1; 8]), (34, &[2; 4])]);
        let read = Message::read(&bytes).unwrap();
        assert_eq!((read.version, read.exchange_name(), read.is_first, read.is_encrypted()), (2, "ike-sa-init", true, false));
        let payloads: Vec<_> = read.payloads().map(|payload| (payload.kind, payload.body.len(), payload.index)).collect();
        assert_eq!(payloads, [(33, 8, 32), (34, 4, 44)]);
    }

    #[test]
    fn other_bytes_are_none() {
        let bytes = message(1, 4, 0, &[(1, &[1; 8]), (5, &[2; 8])]);
        assert!(Message::read(&bytes).is_some());
        assert!((0..bytes.len()).all(|cut| Message::read(&bytes[..cut]).is_none()));
        for (place, value) in [(17, 0x30), (18, 7), (19, 0x80), (16, 99), (30, 9)] {
            let mut changed = bytes.clone();
            changed[place] = value;
            assert_eq!(Message::read(&changed), None, "byte {place}");
        }
    }
}
