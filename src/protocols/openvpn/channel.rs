//! The TLS handshake that one end's control packets carry: their payloads in order, their records, and the messages in these.

use crate::event::{Event, NameSource};
use crate::protocols::handshake::{self, Agreeing, Learnt, Messages, Telling};
use crate::protocols::protocol::Say;
use crate::wire::At;

/// At most so many packets wait for one before them.
const WAITING: usize = 16;
/// So long is a packet's payload at most.
const LONGEST: usize = 4 * 1024;
/// Bytes of a record's header.
const HEADER: usize = 5;
/// Records: that the agreed keys are in use, the handshake, and data.
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// Where a packet's payload comes from, and who listens to the handshake.
pub(super) struct From<'f> {
    pub(super) of_server: bool,
    pub(super) at: At,
    /// What is known of the handshake of both ends.
    pub(super) agreeing: &'f mut Agreeing,
}

/// One end's handshake.
#[derive(Default)]
pub(super) struct Channel {
    /// The number of the packet that comes next.
    next: Option<u32>,
    waiting: Vec<(u32, Vec<u8>)>,
    /// The beginning of a record's header.
    header: Vec<u8>,
    content: u8,
    /// Bytes still to come of the record.
    left: usize,
    messages: Messages,
    /// The version that the server chose.
    pub(super) version: Option<u16>,
    /// Whether what follows is encrypted.
    pub(super) is_encrypted: bool,
}

impl Channel {
    /// Takes the payload of packet `number`; those that come twice are passed over, those that come early wait.
    pub(super) fn take(&mut self, number: u32, payload: &[u8], from: &mut From<'_>, say: Say<'_>) {
        // Picked up in the middle: with the next record.
        let next = *self.next.get_or_insert(number);
        if number != next {
            let is_known = number < next || self.waiting.iter().any(|(waiting, _)| *waiting == number);
            if !is_known && self.waiting.len() < WAITING && payload.len() <= LONGEST {
                self.waiting.push((number, payload.to_vec()));
            }
            return;
        }
        self.feed(payload, from, say);
        let mut next = next.saturating_add(1);
        while let Some(place) = self.waiting.iter().position(|(number, _)| *number == next) {
            let (_, payload) = self.waiting.swap_remove(place);
            self.feed(&payload, from, say);
            next = next.saturating_add(1);
        }
        self.next = Some(next);
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.messages.memory() + self.waiting.iter().map(|(_, payload)| payload.capacity()).sum::<usize>()
    }

    fn feed(&mut self, bytes: &[u8], from: &mut From<'_>, say: Say<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_encrypted {
            if self.left == 0 {
                rest = self.begin(rest, from, say);
                continue;
            }
            let (fragment, after) = rest.split_at(self.left.min(rest.len()));
            (self.left, rest) = (self.left - fragment.len(), after);
            if self.content == HANDSHAKE {
                self.messages(fragment, from, say);
            }
        }
    }

    /// Reads on in a record's header. What is no record is no handshake in the clear.
    fn begin<'b>(&mut self, bytes: &'b [u8], from: &mut From<'_>, say: Say<'_>) -> &'b [u8] {
        let (more, after) = bytes.split_at((HEADER - self.header.len().min(HEADER)).min(bytes.len()));
        self.header.extend_from_slice(more);
        let &[content, major, _, high, low] = self.header.as_slice() else { return after };
        self.header.clear();
        (self.content, self.left) = (content, usize::from(u16::from_be_bytes([high, low])));
        // Behind a ChangeCipherSpec and with application data everything is encrypted.
        self.is_encrypted = matches!(content, CHANGE_CIPHER_SPEC | APPLICATION_DATA) || major != 3;
        if content == CHANGE_CIPHER_SPEC {
            from.agreeing.changed(from.of_server, say);
        }
        after
    }

    fn messages(&mut self, fragment: &[u8], from: &mut From<'_>, say: Say<'_>) {
        let (version, is_encrypted, of_server, at) = (&mut self.version, &mut self.is_encrypted, from.of_server, from.at);
        let result = self.messages.feed(fragment, |message| {
            let place = |part: &[u8]| At { offset: None, length: u32::try_from(part.len()).unwrap_or(u32::MAX), ..at };
            let telling = Telling { source: NameSource::Sni, of_server, at: &place };
            if let Learnt::ServerHello { version: chosen, .. } = from.agreeing.tell(&telling, &message, say) {
                *version = Some(chosen);
                *is_encrypted |= handshake::is_13(chosen);
            }
        });
        if result.is_err() {
            say(Event::Malformed { what: "TLS handshake message that is too long" });
        }
    }
}
