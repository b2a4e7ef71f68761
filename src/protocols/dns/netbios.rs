//! Names of NetBIOS (RFC 1001, section 14; RFC 1002, section 4.1): fifteen letters, and a sixteenth byte that says of what.

use std::ops::Range;

use super::names::Frame;
use crate::event::{Event, NameSource, Place, Readable, Role, Subject};
use crate::protocols::protocol::Say;
use crate::protocols::wire_name;

/// Letters of an encoded name.
pub const ENCODED: usize = 32;
/// What a name is of, by its sixteenth byte, where it is one host's own: what that host does.
static SERVICES: &[(u8, &str)] = &[
    (0x03, "netbios-messenger"),
    (0x06, "netbios-remote-access"),
    (0x1b, "netbios-domain-master-browser"),
    (0x1d, "netbios-master-browser"),
    (0x20, "netbios-file-server"),
];

/// A name and what it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetbiosName {
    /// The letters, without the blanks that fill them up.
    pub text: String,
    /// The sixteenth byte.
    pub suffix: u8,
}

impl NetbiosName {
    /// From sixteen bytes; absent where there is no letter.
    pub fn new(bytes: [u8; 16]) -> Option<Self> {
        let [letters @ .., suffix] = bytes;
        let text = trimmed(&letters);
        (!text.is_empty()).then_some(Self { text, suffix })
    }

    /// Undoes the first level encoding (RFC 1001, section 14.1): two letters from `A` on a byte.
    pub fn decode(label: &[u8]) -> Option<Self> {
        let mut bytes = [0u8; 16];
        if label.len() != ENCODED {
            return None;
        }
        for (pair, byte) in label.chunks_exact(2).zip(&mut bytes) {
            let &[high @ b'A'..=b'P', low @ b'A'..=b'P'] = pair else { return None };
            *byte = (high - b'A') << 4 | (low - b'A');
        }
        Self::new(bytes)
    }

    /// Whether it stands for any name, or for every browser of a segment.
    pub fn is_of_all(&self) -> bool {
        self.text == "*" || self.text.contains("__MSBROWSE__")
    }

    /// Whether it may be one host's own, as far as its suffix tells: a domain's controllers and elections are many hosts'.
    pub fn may_be_of_a_host(&self) -> bool {
        !matches!(self.suffix, 0x1c | 0x1e) && !self.is_of_all()
    }

    /// What the host does that has the name for its own.
    pub fn service(&self) -> Option<&'static str> {
        SERVICES.iter().find(|(suffix, _)| *suffix == self.suffix).map(|(_, word)| *word)
    }

    /// Tells it as a name that stands encoded at `field`, and as something that people choose.
    pub fn tell(&self, subject: Subject<'_>, field: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
        if self.text == "*" {
            return;
        }
        let place = Place::Unpacked(frame.input.at(frame.base + field.start, field.len()));
        frame.say_name(NameSource::Nbns, &self.text, subject, field, say);
        let chain = &["netbios-name"];
        say(Event::Readable(Readable { role: Role::Name, bytes: self.text.as_bytes(), field: None, media: None, chain, place }));
    }
}

/// Letters without the blanks and zeros that fill them up.
pub fn trimmed(letters: &[u8]) -> String {
    let end = letters.iter().rposition(|&byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last + 1);
    wire_name::text(letters.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_decoded_with_its_suffix() {
        let name = NetbiosName::decode(b"EFENENEBFDCNFAEDCACACACACACACACA").unwrap();
        assert_eq!(name, NetbiosName { text: "EMMAS-PC".to_owned(), suffix: 0x20 });
        assert_eq!(name.service(), Some("netbios-file-server"));
        assert!(name.may_be_of_a_host());
        let group = NetbiosName::decode(b"FHEPFCELEHFCEPFFFACACACACACACABO").unwrap();
        assert_eq!((group.text.as_str(), group.suffix, group.may_be_of_a_host()), ("WORKGROUP", 0x1e, false));
    }

    #[test]
    fn what_is_no_encoding_is_none() {
        for label in
            [&b"EFENENEBFDCNFAED"[..], b"efenenebfdcnfaedcacacacacacacaaa", b"QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ", b"", b"CACACACACACACACACACACACACACACAAA"]
        {
            assert_eq!(NetbiosName::decode(label), None, "{label:?}");
        }
    }
}
