//! What a table of domains says: whose a domain is, and what for.

/// A domain and all below it: its name in lower case, the company that people know it by (empty: the group's own name), and what it is for.
pub type Domain = (&'static str, &'static str, Purpose);

/// Companies under one roof: what one of them learns, the others may.
#[derive(Debug)]
pub struct Group {
    /// What people call it.
    pub name: &'static str,
    /// What its devices and their hardware addresses name as their maker: whole words, in lower case. None: it makes no devices of its own.
    pub makers: &'static [&'static str],
    /// Its domains, sorted.
    pub domains: &'static [Domain],
}

/// What a host is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A maker's own cloud, where its devices belong.
    Maker,
    /// A cloud that several makers build their devices on.
    Platform,
    /// Machines and storage for rent.
    Hosting,
    /// Copies kept near those who ask.
    Delivery,
    /// Messages pushed to phones and devices.
    Push,
    /// The time.
    Time,
    /// Names of hosts.
    Names,
    /// Speech, heard or spoken.
    Speech,
    /// Maps, and where an address or a Wi-Fi is.
    Location,
    /// Firmware and other updates.
    Firmware,
    /// Music, films, news.
    Media,
    /// Measuring what people do.
    Analytics,
    /// Advertising.
    Advertising,
    /// Reports of programs that failed.
    Crash,
    /// A social network.
    Social,
    /// Payment.
    Payment,
    /// Messages and calls between people.
    Messaging,
    /// A meeting point or relay for two ends.
    Relay,
    /// Certificates, and whether they still hold.
    Certificates,
    /// Whether there is a way to the Internet, and how fast it is.
    Check,
    /// The weather.
    Weather,
    /// Web pages, search, shops.
    Pages,
    /// Messages between devices.
    Broker,
    /// The line itself.
    Line,
}

/// What a company with such a purpose is to a device that is not its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It carries or keeps for others, with no use of its own for what it carries.
    Support,
    /// It is whom one means to talk to.
    Third,
    /// It watches, measures or advertises.
    Tracker,
    /// It is some device's maker.
    Maker,
}

impl Purpose {
    /// All, in order.
    pub const ALL: [Self; 24] = [
        Self::Maker,
        Self::Platform,
        Self::Hosting,
        Self::Delivery,
        Self::Push,
        Self::Time,
        Self::Names,
        Self::Speech,
        Self::Location,
        Self::Firmware,
        Self::Media,
        Self::Analytics,
        Self::Advertising,
        Self::Crash,
        Self::Social,
        Self::Payment,
        Self::Messaging,
        Self::Relay,
        Self::Certificates,
        Self::Check,
        Self::Weather,
        Self::Pages,
        Self::Broker,
        Self::Line,
    ];

    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Maker => "maker's cloud",
            Self::Platform => "cloud of several makers",
            Self::Hosting => "cloud hosting",
            Self::Delivery => "content delivery",
            Self::Push => "push messages",
            Self::Time => "time",
            Self::Names => "names (DNS)",
            Self::Speech => "speech",
            Self::Location => "maps or location",
            Self::Firmware => "firmware and updates",
            Self::Media => "media",
            Self::Analytics => "analytics",
            Self::Advertising => "advertising",
            Self::Crash => "crash reports",
            Self::Social => "social network",
            Self::Payment => "payment",
            Self::Messaging => "messages and calls",
            Self::Relay => "relay or meeting point",
            Self::Certificates => "certificates",
            Self::Check => "connection check",
            Self::Weather => "weather",
            Self::Pages => "web pages",
            Self::Broker => "message broker",
            Self::Line => "Internet provider",
        }
    }

    /// What it is to a device of someone else.
    pub fn role(self) -> Role {
        match self {
            Self::Maker => Role::Maker,
            Self::Platform
            | Self::Hosting
            | Self::Delivery
            | Self::Push
            | Self::Time
            | Self::Names
            | Self::Firmware
            | Self::Relay
            | Self::Certificates
            | Self::Check
            | Self::Broker
            | Self::Line => Role::Support,
            Self::Analytics | Self::Advertising => Role::Tracker,
            Self::Speech | Self::Location | Self::Media | Self::Crash | Self::Social | Self::Payment | Self::Messaging | Self::Weather | Self::Pages => {
                Role::Third
            }
        }
    }
}
