//! What the wire said: borrowed, and in words that belong to no protocol.
//!
//! A parser tells events while it looks at bytes; whoever listens keeps what is worth keeping ([`crate::fact`]). An event says what something
//! *means* (a name, a secret, a position, an order), so content and detectors need no change when a protocol is added.

use std::borrow::Cow;
use std::net::IpAddr;

use serde::{Serialize, Serializer};

use crate::value::ValueKind;
use crate::wire::{At, Cidr, Mac, Marks, Timestamp, Transport};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word that other programs read.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}

words! {
    /// How a name is known.
    NameSource {
        /// A DNS question or answer (RFC 1035).
        Dns = "dns",
        /// Multicast DNS (RFC 6762).
        Mdns = "mdns",
        /// RFC 4795.
        Llmnr = "llmnr",
        /// NetBIOS name service (RFC 1002).
        Nbns = "nbns",
        /// TLS server name indication over TCP (RFC 6066, section 3).
        Sni = "sni",
        /// The same within a QUIC Initial.
        QuicSni = "quic-sni",
        /// An HTTP Host header or authority; the host that a client of CoAP, XMPP, AMQP or STOMP says it wants.
        HttpHost = "http-host",
        /// DHCP host name or client FQDN.
        Dhcp = "dhcp",
        /// SSDP or UPnP.
        Ssdp = "ssdp",
        /// A certificate's subject or alternative name.
        Certificate = "certificate",
        /// TLS application protocol (RFC 7301).
        Alpn = "alpn",
        /// WS-Discovery, ONVIF's included.
        Wsd = "wsd",
        /// Link Layer Discovery Protocol (IEEE 802.1AB).
        Lldp = "lldp",
        /// Cisco Discovery Protocol.
        Cdp = "cdp",
        /// `sysName` of network management (RFC 3418).
        Snmp = "snmp",
        /// The host name in a log message (RFC 5424, RFC 3164).
        Syslog = "syslog",
        /// The object name of a BACnet device (ASHRAE 135).
        Bacnet = "bacnet",
        /// The friendly name of a KNXnet/IP device (EN ISO 22510).
        Knx = "knx",
        /// The user's own name for a device.
        Own = "own",
    }
}

words! {
    /// What kind of thing a device is.
    DeviceKind {
        /// A child's or other watch.
        Watch = "watch",
        /// A toy.
        Toy = "toy",
        /// A baby monitor.
        BabyMonitor = "baby-monitor",
        /// A camera.
        Camera = "camera",
        /// A doorbell.
        Doorbell = "doorbell",
        /// A speaker.
        Speaker = "speaker",
        /// A television.
        Tv = "tv",
        /// A streaming box or stick.
        Streamer = "streamer",
        /// A plug or switch.
        Plug = "plug",
        /// A lamp.
        Light = "light",
        /// A thermostat.
        Thermostat = "thermostat",
        /// A household appliance, a scale included.
        Appliance = "appliance",
        /// A bridge to other devices.
        Hub = "hub",
        /// A printer.
        Printer = "printer",
        /// A phone or tablet.
        Phone = "phone",
        /// A computer.
        Computer = "computer",
        /// A games console.
        Console = "console",
        /// A router or access point.
        Router = "router",
        /// Something else.
        Other = "other",
        /// Not known.
        Unknown = "unknown",
    }
}

impl DeviceKind {
    /// Whether it is made for a child: its findings weigh one step more.
    pub fn is_for_a_child(self) -> bool {
        matches!(self, Self::Watch | Self::Toy | Self::BabyMonitor)
    }
}

words! {
    /// What kind of fingerprint a value is.
    FingerprintKind {
        /// TLS client, MD5 of five lists.
        Ja3 = "ja3",
        /// TLS server.
        Ja3s = "ja3s",
        /// TLS client: what it offers, sorted, in three readable parts.
        Ja4 = "ja4",
        /// A flow's ends and transport, as other analysers number them.
        CommunityId = "community-id",
    }
}

words! {
    /// What an order to a device does.
    Order {
        /// It silently calls a number, so that who answers can listen.
        ListenIn = "listen-in",
        /// It takes a picture.
        TakePicture = "take-picture",
        /// It is moved to another server.
        MoveServer = "move-server",
        /// It calls a number.
        Call = "call",
        /// A number that may call or is called in an emergency is set.
        SetContact = "set-contact",
        /// The password that guards orders is set.
        SetPassword = "set-password",
        /// It must tell its position now, or how often.
        Locate = "locate",
        /// It rings so that it is found.
        Ring = "ring",
        /// It is switched off, restarted or reset.
        Power = "power",
        /// Any other setting.
        Set = "set",
    }
}

words! {
    /// What a device tells of itself, beside its names.
    TraitKind {
        /// DHCP vendor class (option 60; DHCPv6 option 16).
        VendorClass = "vendor-class",
        /// DHCP parameter request list (option 55), decimal numbers with commas, in the order of the request.
        ParameterList = "parameter-list",
        /// A digest of the identifier that it keeps whatever its hardware address is (a DHCP unique identifier, RFC 8415, section 11). Never put out.
        Identifier = "identifier",
        /// Where its maker describes what it talks to (RFC 8520).
        MudUrl = "mud-url",
        /// Its maker.
        Maker = "maker",
        /// Its model.
        Model = "model",
        /// Its software or firmware, with its version.
        Software = "software",
        /// A kind of service or device that it says it is: a DNS-SD type, a UPnP or ONVIF type.
        Service = "service",
    }
}

words! {
    /// What a recording is of.
    Media {
        /// Speech or other sound.
        Voice = "voice",
        /// A still picture.
        Picture = "picture",
        /// Moving pictures.
        Video = "video",
    }
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'e> {
    /// These addresses (an answer of DNS). May be empty: a question only.
    Addresses(&'e [IpAddr]),
    /// The server of this conversation (SNI, Host).
    Server,
    /// Who sent it (a host name that a device tells of itself).
    Sender,
    /// The device with this hardware address (DHCP).
    Device(Mac),
}

/// A name that a packet carries.
#[derive(Clone, Copy, Debug)]
pub struct Name<'e> {
    /// How it is known.
    pub source: NameSource,
    /// The name as sent, without a final dot; labels' odd bytes escaped as in a zone file (RFC 4343, section 2.1).
    pub name: &'e str,
    /// What it is the name of.
    pub subject: Subject<'e>,
    /// Where it was seen.
    pub at: At,
}

/// One request or message of an application, told when its answer is complete (or a gap or the end of the flow came before).
#[derive(Clone, Debug, Default)]
pub struct Exchange<'e> {
    /// The word for messages without a method (`connect`, `publish`, a tracker's command word).
    pub kind: Option<&'e str>,
    /// The method of a request.
    pub method: Option<&'e str>,
    /// What was asked for (contract: by protocol).
    pub target: Option<Cow<'e, str>>,
    /// The host it was asked of.
    pub host: Option<Cow<'e, str>>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The answer's media type, else the request's.
    pub content_type: Option<Cow<'e, str>>,
    /// The `User-Agent` or `Server` of the sender, where it says what software or device it is.
    pub agent: Option<Cow<'e, str>>,
    /// Bytes of the two bodies together, as sent.
    pub bytes: u64,
    /// What in the request shows who asks.
    pub proof: Proof,
    /// The request's first byte.
    pub at: At,
}

/// What in a request could show who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// Not known: the request was not seen, or its protocol is not looked at so.
    #[default]
    Unknown,
    /// Nothing.
    Nothing,
    /// Something long and without sense, which may be a secret.
    Perhaps,
    /// A password, token, cookie or signature.
    Given,
}

impl Proof {
    /// The same of a request of which perhaps not all was seen: what was not may have been a proof.
    #[must_use]
    pub fn seen(self, whole: bool) -> Self {
        if whole || self == Self::Given { self } else { Self::Unknown }
    }
}

/// What part of a message readable bytes are: it decides which context they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A request target: path and query.
    Target,
    /// The value of a header; `field` is its name.
    Header,
    /// A body; `media` says of what type.
    Body,
    /// A topic or client identifier.
    Topic,
    /// A name (DNS, DHCP, mDNS).
    Name,
    /// A text record, `key=value` (mDNS TXT, SSDP).
    Record,
    /// The payload of a message of a known protocol.
    Payload,
    /// Text of a protocol that nobody knows.
    Unknown,
}

/// Where readable bytes were seen.
#[derive(Clone, Copy, Debug)]
pub enum Place<'e> {
    /// As they are on the wire: byte `i` is at stream offset `start + i`.
    Wire {
        /// Where the stream's bytes were seen.
        marks: &'e Marks,
        /// Stream offset of the first byte.
        start: u64,
    },
    /// Unpacked from bytes that were seen here.
    Unpacked(At),
}

impl Place<'_> {
    /// Where the `length` bytes from index `index` on were seen.
    pub fn at(&self, index: usize, length: usize) -> At {
        match self {
            Self::Wire { marks, start } => marks.at(start + index as u64, length),
            Self::Unpacked(at) => *at,
        }
    }
}

/// Bytes that anyone on the way can read: to be searched for personal facts.
#[derive(Clone, Copy, Debug)]
pub struct Readable<'e> {
    /// What part of a message they are.
    pub role: Role,
    /// The bytes, unpacked as far as `chain` says.
    pub bytes: &'e [u8],
    /// The header or key that they are the value of.
    pub field: Option<&'e str>,
    /// The media type that the sender gave.
    pub media: Option<&'e str>,
    /// What they were unwrapped from, outermost first: `http-body`, `gzip`.
    pub chain: &'e [&'e str],
    /// Where they were seen.
    pub place: Place<'e>,
}

/// The field of a position that is no more than the last one that was known: where the device is now, it can't tell.
pub const LAST_POSITION: &str = "last position";

/// A value that the protocol itself names, so that there is no doubt what it is.
#[derive(Clone, Debug)]
pub struct Value<'e> {
    /// What it is.
    pub kind: ValueKind,
    /// The value in its usual spelling; a position as `LAT,LON` in degrees.
    pub value: Cow<'e, str>,
    /// The field that held it.
    pub field: &'e str,
    /// How it was unwrapped, outermost first.
    pub chain: &'e [&'e str],
    /// Where it was seen.
    pub at: At,
}

/// An order that one end gave the other.
#[derive(Clone, Copy, Debug)]
pub struct Command<'e> {
    /// What it does.
    pub order: Order,
    /// The protocol's own word.
    pub word: &'e str,
    /// Where it was seen.
    pub at: At,
}

/// What kind of device one end shows itself to be.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'e> {
    /// The kind.
    pub kind: DeviceKind,
    /// Why: one short phrase for `kind_reason`.
    pub why: &'e str,
    /// The end that it is said of is the client of this conversation (else the server).
    pub of_client: bool,
    /// Whether the message is whole in every respect (frame, lengths), so that it cannot be chance.
    pub certain: bool,
    /// Where it was seen.
    pub at: At,
}

/// What a DHCP server handed out to one client (RFC 2131, RFC 8415).
#[derive(Clone, Copy, Debug)]
pub struct Lease<'e> {
    /// The client.
    pub mac: Mac,
    /// Its address.
    pub address: Option<IpAddr>,
    /// The resolvers it was told to use (option 6).
    pub resolvers: &'e [IpAddr],
    /// The routers it was told to use (option 3; the default route of option 121).
    pub routers: &'e [IpAddr],
    /// The time servers it was told to use (option 42; DHCPv6 options 31 and 56).
    pub time_servers: &'e [IpAddr],
    /// Whether it is the final acknowledgement.
    pub acknowledged: bool,
    /// Where it was seen.
    pub at: At,
}

/// What the network says of itself to all who are on it: a router advertisement (RFC 4861, RFC 8106), or the part of a DHCPv6 answer that is no lease.
#[derive(Clone, Copy, Debug)]
pub struct Advert<'e> {
    /// Who offers to be the way out.
    pub router: Option<IpAddr>,
    /// Resolvers to use.
    pub resolvers: &'e [IpAddr],
    /// Networks that are on this link or were handed to this home.
    pub prefixes: &'e [Cidr],
    /// Domains in which short names are looked up.
    pub domains: &'e [String],
    /// Where it was seen.
    pub at: At,
}

/// What a device tells of itself, beside its names: it decides what the device is taken for.
#[derive(Clone, Copy, Debug)]
pub struct Trait<'e> {
    /// What it is.
    pub kind: TraitKind,
    /// Its value, as sent.
    pub value: &'e str,
    /// Whose it is: the sender's, the server's, or that of the device with this hardware address.
    pub subject: Subject<'e>,
    /// Where it was seen.
    pub at: At,
}

/// What both ends of an encrypted conversation agreed on, as far as it can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The version in force, as on the wire (TLS 1.2: 0x0303; DTLS 1.2: 0xfefd).
    pub version: u16,
    /// The cipher suite (<https://www.iana.org/assignments/tls-parameters>).
    pub suite: u16,
    /// Whether the client asked for a server by name.
    pub named: bool,
    /// Whether an earlier session goes on, as far as that can be seen.
    pub resumed: bool,
    /// Where the server's choice was seen.
    pub at: At,
}

/// One certificate of a chain, in the clear (RFC 5280).
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'e> {
    /// Its place in the chain: 0 is its owner's.
    pub place: usize,
    /// Whether the server showed it.
    pub of_server: bool,
    /// Whose it is, as RFC 4514 writes it.
    pub subject: &'e str,
    /// Who signed it, as RFC 4514 writes it.
    pub issuer: &'e str,
    /// From when on it holds.
    pub not_before: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
    /// The kind of key: `rsa`, `ec`, `ed25519`, …
    pub key: &'e str,
    /// Its length in bits.
    pub key_bits: u32,
    /// How it was signed: `sha256WithRSAEncryption`, …
    pub signature: &'e str,
    /// Names of hosts that it stands for.
    pub hosts: &'e [&'e str],
    /// Where it was seen.
    pub at: At,
}

/// Another conversation of the same two ends that a message announces, at a port that has no protocol of its own.
#[derive(Clone, Copy, Debug)]
pub struct Awaited {
    /// The protocol that it will speak, by its name in the list of protocols.
    pub protocol: &'static str,
    /// The port at which the sender of the message waits; none: that which it has in this conversation.
    pub port: Option<u16>,
}

/// A device asks the router to let the Internet in to it: a port mapping, or a hole in its firewall. Told with the answer, or when none came.
/// Taking a door away is none.
#[derive(Clone, Copy, Debug)]
pub struct Door<'e> {
    /// What may come in.
    pub transport: Transport,
    /// The router's port that opens, as granted, else as asked for; 0: every one, or one that the router chooses.
    pub external_port: u16,
    /// Where the door leads; none: to who asks.
    pub internal: Option<IpAddr>,
    /// The port there; 0: every one.
    pub internal_port: u16,
    /// For how many seconds; none: until it is taken away.
    pub lease: Option<u32>,
    /// What the device says that it is for.
    pub description: &'e str,
    /// Whether the router said yes; none: it was not heard to answer.
    pub granted: Option<bool>,
    /// Where it was asked for.
    pub at: At,
}

/// What a parser tells.
#[derive(Clone, Debug)]
pub enum Event<'e> {
    /// A name.
    Name(Name<'e>),
    /// A request or message.
    Exchange(Exchange<'e>),
    /// Bytes that anyone can read.
    Readable(Readable<'e>),
    /// The next bytes of a stream that lies within this one: another protocol's, if one knows them, else as readable as any.
    Carried(Readable<'e>),
    /// A value that the protocol names.
    Value(Value<'e>),
    /// An order.
    Command(Command<'e>),
    /// What kind of device an end is.
    Claim(Claim<'e>),
    /// What DHCP handed out.
    Lease(Lease<'e>),
    /// What the network says of itself.
    Advert(Advert<'e>),
    /// A hardware address said which address it has (ARP, neighbour discovery).
    Binding {
        /// Who.
        mac: Mac,
        /// Its address.
        address: IpAddr,
    },
    /// Another conversation is announced.
    Awaited(Awaited),
    /// A message names others by their addresses, so that whoever hears it can call them without asking for a name.
    Introduced(&'e [IpAddr]),
    /// A name that was asked for and that there is not (RFC 8020).
    Absent {
        /// The name, as [`Name::name`].
        name: &'e str,
        /// Where it was seen.
        at: At,
    },
    /// A door in the router.
    Door(Door<'e>),
    /// A recording in the clear.
    Media {
        /// Of what.
        media: Media,
        /// Container or codec: `amr`, `jpeg`.
        codec: &'e str,
        /// Where it begins.
        at: At,
    },
    /// Program code, or an image of a device's memory, in the clear.
    Program {
        /// Its form: `elf`, `squashfs`.
        form: &'e str,
        /// Whether it runs as it is.
        runs: bool,
        /// Where it begins.
        at: At,
    },
    /// What a device tells of itself.
    Trait(Trait<'e>),
    /// What both ends of an encrypted conversation agreed on.
    Agreement(Agreement),
    /// A certificate.
    Certificate(Certificate<'e>),
    /// A fingerprint.
    Fingerprint {
        /// Which.
        kind: FingerprintKind,
        /// Its value.
        value: &'e str,
        /// The packet that completed it.
        at: At,
    },
    /// From here on the conversation is properly encrypted.
    Sealed {
        /// By what: `TLS 1.3`, `QUIC v1`.
        with: &'e str,
        /// Where that was seen.
        at: At,
    },
    /// The parser met bytes that break its protocol's rules; reading goes on if it can.
    Malformed {
        /// What was wrong, a fixed phrase: it is counted.
        what: &'static str,
    },
}
