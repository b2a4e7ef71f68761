//! Which keys open a connection's Initial packets (RFC 9001, section 5.2): they follow from identifiers and versions that were seen.

use std::ops::Range;

use super::crypto::Keys;
use super::header::{Packet, Version};

/// The keys of one connection, or of several that follow each other.
#[derive(Default)]
pub(super) struct Keyring {
    current: Option<Current>,
    /// The identifier that a server chose in a Retry: the client's next Initial is written to it.
    retry: Option<Vec<u8>>,
}

/// Keys that opened a packet, and what they follow from.
struct Current {
    keys: Keys,
    version: Version,
    id: Vec<u8>,
}

/// A packet that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// Place of the payload in the room that it was written to.
    pub(super) payload: Range<usize>,
    /// Whether the server sent it: told by the key that fits.
    pub(super) of_server: bool,
    /// Whether the keys are new, so that both handshakes begin afresh.
    pub(super) is_new: bool,
}

impl Keyring {
    /// Whether any packet was opened.
    pub(super) fn is_empty(&self) -> bool {
        self.current.is_none()
    }

    /// A server asks the client to begin again (RFC 9000, section 17.2.5).
    pub(super) fn retry(&mut self, from: &[u8]) {
        self.retry = Some(from.to_vec());
    }

    /// Opens a packet with the keys that are known, else with those that may follow: of another version, after a Retry, of a client's first
    /// packet.
    pub(super) fn open(&mut self, packet: &Packet<'_>, room: &mut Vec<u8>) -> Option<Opened> {
        if let Some(current) = &self.current {
            let other = if current.version == packet.version { None } else { Keys::derive(packet.version, &current.id) };
            let found = either(other.as_ref().unwrap_or(&current.keys), packet, room);
            if let Some((payload, of_server)) = found {
                if let Some(keys) = other {
                    // Server and client went over to another version; the identifier stays (RFC 9368, section 2.3; RFC 9369, section 4.1).
                    let id = current.id.clone();
                    self.current = Some(Current { keys, version: packet.version, id });
                }
                return Some(Opened { payload, of_server, is_new: false });
            }
        }
        self.open_afresh(packet, room)
    }

    fn open_afresh(&mut self, packet: &Packet<'_>, room: &mut Vec<u8>) -> Option<Opened> {
        if let Some(id) = &self.retry
            && let Some(keys) = Keys::derive(packet.version, id)
            && let Some((payload, of_server)) = either(&keys, packet, room)
        {
            self.current = Some(Current { keys, version: packet.version, id: self.retry.take().unwrap_or_default() });
            return Some(Opened { payload, of_server, is_new: true });
        }
        let keys = Keys::derive(packet.version, packet.to)?;
        let payload = keys.client.open(packet, room)?;
        self.current = Some(Current { keys, version: packet.version, id: packet.to.to_vec() });
        Some(Opened { payload, of_server: false, is_new: true })
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.current.as_ref().map_or(0, |current| current.id.capacity()) + self.retry.as_ref().map_or(0, Vec::capacity)
    }
}

/// Opens a packet with the client's key, else with the server's, and says whether it was the server's.
fn either(keys: &Keys, packet: &Packet<'_>, room: &mut Vec<u8>) -> Option<(Range<usize>, bool)> {
    let mut open = |of_server| if of_server { keys.server.open(packet, room) } else { keys.client.open(packet, room) };
    if let Some(payload) = open(false) {
        return Some((payload, false));
    }
    open(true).map(|payload| (payload, true))
}
