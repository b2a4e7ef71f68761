//! Whom each end talked to: one contact a client, server, port and transport.

use std::net::IpAddr;
use std::sync::Arc;

use super::carried::{Carried, Class};
use super::map::Map;
use crate::fact::{Conversation, Totals};
use crate::wire::{Timestamp, Transport};

/// Contacts that are remembered.
pub const CONTACTS: usize = 50_000;

/// Protocols by which devices find each other and call.
pub const MEETING: &[&str] = &["stun", "rtp", "pppp", "tutk", "zrtp"];

/// What one end did with one endpoint.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The first conversation of the two.
    pub flow: Arc<Conversation>,
    /// Its protocol, the last that was recognised.
    pub protocol: &'static str,
    /// Whether that is an application's protocol in the clear.
    pub clear: bool,
    /// Whether a name of the endpoint was known to that device, at any time before the end of a conversation or within it.
    pub named: bool,
    /// Seconds of capture before the conversation began.
    pub after: f64,
    /// Whether the device was seen to start (it asked for an address) before the conversation began.
    pub device_start_seen: bool,
    /// Whether the device was seen to ask for a name by then.
    pub device_asks_names: bool,
    /// Whether a message that the device sent or heard had named its address before.
    pub introduced: bool,
    /// Whether the two spoke what devices speak to find each other and to call (STUN, RTP, the peer-to-peer protocols of cameras).
    pub meets: bool,
    /// Packets in both directions.
    pub packets: u64,
    /// Bytes from the client and from the server.
    pub bytes: [u64; 2],
    /// When its last packet was captured, of conversations that are over.
    pub last: Timestamp,
    /// Whether the endpoint answered.
    pub answered: bool,
}

type Key = (IpAddr, IpAddr, u16, Transport);

/// All contacts.
#[derive(Debug, Default)]
pub struct Contacts {
    index: Map<Key, usize>,
    /// Each with what its conversations carried that are over.
    list: Vec<(Contact, Carried)>,
    /// Contacts that were not remembered.
    pub beyond: u64,
}

impl Contacts {
    /// The contact that a conversation belongs to, made if it is new.
    pub fn of(&mut self, flow: &Arc<Conversation>) -> Option<&mut Contact> {
        self.entry(flow).map(|(contact, _)| contact)
    }

    fn entry(&mut self, flow: &Arc<Conversation>) -> Option<&mut (Contact, Carried)> {
        let key = (flow.client.ip, flow.server.ip, flow.server.port, flow.transport);
        let at = match self.index.get(&key) {
            Some(at) => *at,
            None if self.list.len() >= CONTACTS => {
                self.beyond += 1;
                return None;
            }
            None => {
                self.index.insert(key, self.list.len());
                let contact = Contact {
                    flow: Arc::clone(flow),
                    protocol: "unknown",
                    clear: false,
                    named: false,
                    after: 0.0,
                    device_start_seen: false,
                    device_asks_names: false,
                    introduced: false,
                    meets: false,
                    packets: 0,
                    bytes: [0; 2],
                    last: flow.first,
                    answered: false,
                };
                self.list.push((contact, Carried::default()));
                self.list.len() - 1
            }
        };
        let known = self.list.get_mut(at)?;
        if flow.id < known.0.flow.id {
            known.0.flow = Arc::clone(flow);
        }
        Some(known)
    }

    /// A conversation came to this.
    pub fn closed(&mut self, flow: &Arc<Conversation>, protocol: &'static str, clear: bool, named: bool, totals: &Totals) {
        let Some((contact, carried)) = self.entry(flow) else { return };
        let [sent, answered] = totals.packets;
        contact.packets += sent + answered;
        contact.bytes.iter_mut().zip(totals.bytes).for_each(|(sum, bytes)| *sum += bytes);
        contact.last = contact.last.max(totals.last);
        contact.meets |= MEETING.contains(&protocol);
        contact.answered |= answered > 0;
        contact.named |= named;
        contact.clear |= clear;
        if protocol != "unknown" {
            contact.protocol = protocol;
        }
        carried.count(flow, Class::of(totals.reading, protocol, clear), totals);
    }

    /// All, each with what its conversations carried that are over.
    pub fn carried(&self) -> impl Iterator<Item = (&Contact, Carried)> {
        self.list.iter().map(|(contact, carried)| (contact, *carried))
    }

    /// All, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.list.iter().map(|(contact, _)| contact)
    }
}
