//! What is worth remembering of what the wire said: owned, small, numbered by packet.
//!
//! Facts leave the shards; the judge puts them in capture order, and the home and the detectors hear them one by one. Values are masked when
//! a fact is made (or shown, where the user asked for it), so nothing that comes later can tell one.

use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;

use crate::event::{Agreement, DeviceKind, FingerprintKind, Media, NameSource, Order, Proof, Role, TraitKind};
use crate::finding::Confidence;
use crate::value::ValueKind;
use crate::wire::{At, Cidr, Direction, End, Mac, Timestamp, Transport};

/// The number of a flow: its first packet, and how many tunnels lie around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId {
    /// 1-based number of its first packet.
    pub packet: u64,
    /// 0 for a flow that no tunnel carries. The further packets of an aggregate count on from 17, 34, …
    pub depth: u8,
}

/// What does not change in the life of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its number.
    pub id: FlowId,
    /// The end that began, as far as that is known.
    pub client: End,
    /// The end that answers.
    pub server: End,
    /// What carries it.
    pub transport: Transport,
    /// When its first packet was captured.
    pub first: Timestamp,
    /// Whether its beginning was seen (a SYN; any first datagram).
    pub started: bool,
}

impl Conversation {
    /// The end that sent what goes in this direction.
    pub fn sender(&self, direction: Direction) -> &End {
        match direction {
            Direction::ToServer => &self.client,
            Direction::ToClient => &self.server,
        }
    }
}

/// What others could make of a flow's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Readable by anyone on the way.
    Readable,
    /// Readable by anyone who unpacks it.
    Unpacked,
    /// Properly encrypted.
    Encrypted,
    /// Scrambled: nobody can tell how well.
    Scrambled,
    /// Not enough was seen.
    #[default]
    Undetermined,
}

impl Reading {
    /// How much it matters beside another: the lower, the more others could make of the bytes.
    pub fn rank(self) -> u8 {
        match self {
            Self::Readable => 0,
            Self::Unpacked => 1,
            Self::Scrambled => 2,
            Self::Encrypted => 3,
            Self::Undetermined => 4,
        }
    }

    /// The word that other programs read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Readable => "readable",
            Self::Unpacked => "unpacked",
            Self::Encrypted => "encrypted",
            Self::Scrambled => "scrambled",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A value as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What it is.
    pub kind: ValueKind,
    /// Masked, or as it is where the user asked for it.
    pub shown: String,
    /// SHA-256 of the value, lower-case hex: tells equal values from others; put out only where the user asked for values.
    pub digest: [u8; 32],
    /// The key, header or field that held it.
    pub field: String,
    /// How it was unwrapped, outermost first.
    pub decode: Vec<String>,
}

/// A personal value that anyone on the way can read.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The value.
    pub value: Shown,
    /// In what part of a message.
    pub role: Role,
    /// How sure it is that it is one.
    pub confidence: Confidence,
    /// What stands around it, masked, printable.
    pub excerpt: String,
    /// Where it was seen.
    pub at: At,
    /// Of a position: how many decimals the coarser of its two numbers has.
    pub decimals: Option<u8>,
}

/// A request or message.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// See [`crate::event::Exchange`]; every text is masked where it holds a personal value.
    pub kind: Option<String>,
    /// Its method.
    pub method: Option<String>,
    /// Its target.
    pub target: Option<String>,
    /// Its host.
    pub host: Option<String>,
    /// The answer's status.
    pub status: Option<u16>,
    /// The media type.
    pub content_type: Option<String>,
    /// What software or device its sender says it is.
    pub agent: Option<String>,
    /// Bytes of its bodies.
    pub bytes: u64,
    /// What in the request shows who asks.
    pub proof: Proof,
    /// Its first byte.
    pub at: At,
    /// Whether this distinct exchange is told for the first time in its flow, so that it becomes a record.
    pub record: bool,
}

/// The name a thing was told by.
#[derive(Clone, Debug)]
pub struct Named {
    /// How it is known.
    pub source: NameSource,
    /// The name, masked where it holds a personal value.
    pub name: String,
    /// Whom it names.
    pub subject: NamedSubject,
    /// Where it was seen.
    pub at: At,
}

/// See [`crate::event::Subject`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedSubject {
    /// These addresses.
    Addresses(Vec<IpAddr>),
    /// The server of the conversation.
    Server,
    /// Who sent it.
    Sender,
    /// The device with this hardware address.
    Device(Mac),
}

/// See [`crate::event::Certificate`]; texts are masked where they hold a personal value. Put out within `flow.tls`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateShown {
    /// Its place in the chain: 0 is its owner's.
    #[serde(skip)]
    pub place: usize,
    /// Whether the server showed it.
    #[serde(skip)]
    pub of_server: bool,
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// From when on it holds.
    pub not_before: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
    /// The kind of key.
    pub key: String,
    /// Its length in bits.
    pub key_bits: u32,
    /// How it was signed.
    pub signature: String,
    /// Names of hosts that it stands for.
    #[serde(skip)]
    pub hosts: Vec<String>,
    /// Where it was seen.
    #[serde(skip)]
    pub at: At,
}

/// See [`crate::event::Door`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorShown {
    /// What may come in.
    pub transport: Transport,
    /// The router's port that opens; 0: every one, or one that the router chooses.
    pub external_port: u16,
    /// Where the door leads; none: to who asks.
    pub internal: Option<IpAddr>,
    /// The port there; 0: every one.
    pub internal_port: u16,
    /// For how many seconds; none: until it is taken away.
    pub lease: Option<u32>,
    /// What the device says that it is for, masked where it holds a personal value.
    pub description: String,
    /// Whether the router said yes; none: it was not heard to answer.
    pub granted: Option<bool>,
    /// Where it was asked for.
    pub at: At,
}

/// What a flow came to, so far or in all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// When its last packet was captured.
    pub last: Timestamp,
    /// Packets, by [`Direction::index`].
    pub packets: [u64; 2],
    /// Bytes of its packets on the wire, by [`Direction::index`].
    pub bytes: [u64; 2],
    /// Payload bytes never seen.
    pub gaps: u64,
    /// What others could make of it: of its two directions the one that they could make more of.
    pub reading: Reading,
    /// Why: one short phrase.
    pub reading_reason: String,
    /// What others could make of each direction, by [`Direction::index`].
    pub ways: [Reading; 2],
    /// How the protocol was recognised.
    pub protocol_reason: &'static str,
}

/// How a connection came about (RFC 9293, section 3.5), each once a flow and not part of its story: told although nothing else may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knock {
    /// Its client asks for it.
    Asked {
        /// The number that should be of chance (RFC 9293, section 3.4.1) is the address that it is sent to.
        marked: bool,
    },
    /// Its server takes it.
    Taken,
    /// Its server refuses it.
    Refused,
}

/// The length of a period of [`Pace`], in nanoseconds.
pub const PERIOD: i64 = 10_000_000_000;

/// What a conversation sent in one period, each by [`Direction::index`]; periods of next to nothing are not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// When the period began: a multiple of [`PERIOD`].
    pub start: Timestamp,
    /// The flow's first packet in it.
    pub packet: u64,
    /// When that was captured.
    pub time: Timestamp,
    /// Packets.
    pub packets: [u32; 2],
    /// Bytes on the wire.
    pub bytes: [u64; 2],
    /// What came in the rhythm of speech.
    pub rhythm: [Rhythm; 2],
}

/// Small packets that followed one another as pieces of speech do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// How many.
    pub packets: u32,
    /// How long in all.
    pub millis: u32,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    /// A conversation has begun: told before anything else of it.
    Opened,
    /// It is over.
    Closed(Totals),
    /// So far; only while a screen watches. Never decides what is reported in the end.
    Progress(Totals),
    /// How the connection came about.
    Knock(Knock),
    /// Its ends, of which neither has a private address, stand on one link: no router passed on what they sent. Told once a flow.
    Adjoining,
    /// What it sent in one period that is over.
    Pace(Pace),
    /// A name.
    Named(Named),
    /// Addresses on the Internet that a message names, each once a flow: who hears it can call them without asking for a name.
    Introduced(Vec<IpAddr>),
    /// A name that was asked for and that there is not, each once a flow.
    Absent {
        /// The name, masked where it holds a personal value.
        name: String,
        /// Where it was seen.
        at: At,
    },
    /// A request or message.
    Exchange(Told),
    /// What a device tells of itself, each distinct thing once a flow.
    Trait {
        /// What it is.
        kind: TraitKind,
        /// Its value, masked where it holds a personal one.
        value: String,
        /// Whose it is.
        subject: NamedSubject,
        /// Where it was seen.
        at: At,
    },
    /// What both ends of an encrypted conversation agreed on.
    Agreement(Agreement),
    /// A certificate, each distinct one once a flow.
    Certificate(Box<CertificateShown>),
    /// A fingerprint, each distinct one once a flow.
    Fingerprint {
        /// Which.
        kind: FingerprintKind,
        /// Its value.
        value: String,
        /// The packet that completed it.
        at: At,
    },
    /// A personal value in the clear.
    Leak(Leak),
    /// An order in the clear.
    Command {
        /// What it does.
        order: Order,
        /// The protocol's own word.
        word: String,
        /// Where it was seen.
        at: At,
    },
    /// What kind of device an end is.
    Claim {
        /// The kind.
        kind: DeviceKind,
        /// Why.
        why: String,
        /// Of the client of the conversation, else of the server.
        of_client: bool,
        /// Whether it cannot be chance.
        certain: bool,
        /// Where it was seen.
        at: At,
    },
    /// What DHCP handed out.
    Lease {
        /// The client.
        mac: Mac,
        /// Its address.
        address: Option<IpAddr>,
        /// Its resolvers.
        resolvers: Vec<IpAddr>,
        /// Its routers.
        routers: Vec<IpAddr>,
        /// Its time servers.
        time_servers: Vec<IpAddr>,
        /// Whether it is the final acknowledgement.
        acknowledged: bool,
    },
    /// What the network says of itself to all; see [`crate::event::Advert`].
    Advert {
        /// Who offers to be the way out.
        router: Option<IpAddr>,
        /// Resolvers to use.
        resolvers: Vec<IpAddr>,
        /// The home's networks.
        prefixes: Vec<Cidr>,
        /// Domains in which short names are looked up.
        domains: Vec<String>,
    },
    /// A hardware address said which address it has (ARP, neighbour discovery).
    Binding {
        /// Who.
        mac: Mac,
        /// Its address.
        address: IpAddr,
    },
    /// A device asks its link who has an address (ARP), each address once.
    Searched {
        /// Who.
        mac: Mac,
        /// Its address.
        from: IpAddr,
        /// The address that it looks for.
        target: IpAddr,
    },
    /// A door in the router, each distinct one once a flow.
    Door(Box<DoorShown>),
    /// A recording in the clear.
    Media {
        /// Of what.
        media: Media,
        /// Container or codec.
        codec: String,
        /// How sure it is: a form is certain, samples that look like sound are not.
        confidence: Confidence,
        /// Where it begins.
        at: At,
    },
    /// Program code, or an image of a device's memory, in the clear.
    Program {
        /// Its form.
        form: String,
        /// Whether it runs as it is.
        runs: bool,
        /// Where it begins.
        at: At,
    },
    /// Readable binary records in a protocol that nobody knows: once a flow and direction, and once more when a second one agrees.
    Records {
        /// Their form: `cbor`, `protobuf`.
        form: &'static str,
        /// Whether two messages agree.
        agree: bool,
        /// What the first one says, masked, printable.
        excerpt: String,
        /// Where it begins.
        at: At,
    },
    /// What pretends to be encrypted and is not: once a flow, direction and scheme.
    Disguised {
        /// How it is hidden: `xor`, `base64`.
        scheme: String,
        /// What was hidden, masked, printable.
        excerpt: String,
        /// Where it begins.
        at: At,
    },
    /// What looks random in a protocol that nobody knows: once a flow and direction, when it is over.
    Scrambled {
        /// What shows that it hides little, where anything does.
        weakness: Option<&'static str>,
        /// Where it begins.
        at: At,
    },
    /// From here on the flow is properly encrypted.
    Sealed {
        /// By what.
        with: String,
        /// Where that was seen.
        at: At,
    },
    /// Text that anyone can read in a protocol that nobody knows: once a flow and direction.
    Text {
        /// Its beginning, masked, printable.
        excerpt: String,
        /// Where it begins.
        at: At,
    },
}

/// The kinds of [`What`], by which detectors say what they hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`What::Opened`]
    Opened,
    /// [`What::Closed`]
    Closed,
    /// [`What::Progress`]
    Progress,
    /// [`What::Knock`]
    Knock,
    /// [`What::Adjoining`]
    Adjoining,
    /// [`What::Pace`]
    Pace,
    /// [`What::Named`]
    Named,
    /// [`What::Introduced`]
    Introduced,
    /// [`What::Absent`]
    Absent,
    /// [`What::Exchange`]
    Exchange,
    /// [`What::Trait`]
    Trait,
    /// [`What::Agreement`]
    Agreement,
    /// [`What::Certificate`]
    Certificate,
    /// [`What::Fingerprint`]
    Fingerprint,
    /// [`What::Leak`]
    Leak,
    /// [`What::Command`]
    Command,
    /// [`What::Claim`]
    Claim,
    /// [`What::Lease`]
    Lease,
    /// [`What::Advert`]
    Advert,
    /// [`What::Binding`]
    Binding,
    /// [`What::Searched`]
    Searched,
    /// [`What::Door`]
    Door,
    /// [`What::Media`]
    Media,
    /// [`What::Program`]
    Program,
    /// [`What::Records`]
    Records,
    /// [`What::Disguised`]
    Disguised,
    /// [`What::Scrambled`]
    Scrambled,
    /// [`What::Sealed`]
    Sealed,
    /// [`What::Text`]
    Text,
}

impl Kind {
    /// How many there are.
    pub const COUNT: usize = 29;
}

impl What {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Opened => Kind::Opened,
            Self::Closed(..) => Kind::Closed,
            Self::Progress(..) => Kind::Progress,
            Self::Knock(..) => Kind::Knock,
            Self::Adjoining => Kind::Adjoining,
            Self::Pace(..) => Kind::Pace,
            Self::Named(..) => Kind::Named,
            Self::Introduced(..) => Kind::Introduced,
            Self::Absent { .. } => Kind::Absent,
            Self::Exchange(..) => Kind::Exchange,
            Self::Trait { .. } => Kind::Trait,
            Self::Agreement(..) => Kind::Agreement,
            Self::Certificate(..) => Kind::Certificate,
            Self::Fingerprint { .. } => Kind::Fingerprint,
            Self::Leak(..) => Kind::Leak,
            Self::Command { .. } => Kind::Command,
            Self::Claim { .. } => Kind::Claim,
            Self::Lease { .. } => Kind::Lease,
            Self::Advert { .. } => Kind::Advert,
            Self::Binding { .. } => Kind::Binding,
            Self::Searched { .. } => Kind::Searched,
            Self::Door(..) => Kind::Door,
            Self::Media { .. } => Kind::Media,
            Self::Program { .. } => Kind::Program,
            Self::Records { .. } => Kind::Records,
            Self::Disguised { .. } => Kind::Disguised,
            Self::Scrambled { .. } => Kind::Scrambled,
            Self::Sealed { .. } => Kind::Sealed,
            Self::Text { .. } => Kind::Text,
        }
    }
}

/// Something that happened, in a conversation or (ARP, neighbour discovery, LLDP) outside one.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The packet that completed it.
    pub packet: u64,
    /// When that was captured.
    pub time: Timestamp,
    /// In which conversation.
    pub flow: Option<Arc<Conversation>>,
    /// The protocol of the flow at that moment (`unknown` before it is recognised).
    pub protocol: &'static str,
    /// Whether that protocol is an application's and readable by anyone on the way.
    pub clear: bool,
    /// Who said it.
    pub direction: Direction,
    /// What happened.
    pub what: What,
}
