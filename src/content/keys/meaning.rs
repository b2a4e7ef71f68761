//! What a field can hold, as far as its name says.

/// What a field holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A latitude; whole numbers count 10^-`scale` degrees.
    Latitude {
        /// 0 for plain degrees.
        scale: u8,
    },
    /// A longitude, likewise.
    Longitude {
        /// 0 for plain degrees.
        scale: u8,
    },
    /// Both, joined by a comma: made by `content::unwrap` of two fields of one object.
    Coordinates {
        /// 0 for plain degrees.
        scale: u8,
    },
    /// A place as one value.
    Place {
        /// Whether the name is used for nothing else than places on Earth.
        strong: bool,
        /// Whether the longitude comes first (`GeoJSON`, RFC 7946).
        longitude_first: bool,
    },
    /// International Mobile Equipment Identity.
    Imei,
    /// International Mobile Subscriber Identity.
    Imsi,
    /// SIM card number.
    Iccid,
    /// A hardware address.
    Mac,
    /// The hardware address of an access point or router.
    Bssid,
    /// A maker's serial number or device identifier.
    Serial,
    /// Some identifier of some device: proves a number of a known form only.
    Device,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone {
        /// Whether the name is used for nothing else than phone numbers.
        strong: bool,
    },
    /// A password.
    Password,
    /// A Wi-Fi password.
    NetworkKey,
    /// The name of a Wi-Fi network.
    NetworkName,
    /// A key to an account.
    Token {
        /// Whether the name is used for nothing else than secrets.
        strong: bool,
    },
    /// A login name.
    Username,
    /// A place in the letters of a geohash.
    Geohash,
    /// A place as the number of a cell of the S2 grid.
    GridCell,
    /// The same of the H3 grid.
    HexagonCell,
    /// A way as an encoded polyline.
    Polyline,
    /// The strength of a radio signal.
    Signal,
    /// A part of a mobile cell's identity.
    Cell(CellPart),
    /// A payment card's number.
    Card,
    /// A bank account's number.
    Iban,
    /// A number by which a state knows a person.
    NationalId,
    /// An identifier for advertising.
    AdId,
    /// A person's name.
    PersonName {
        /// Whether the name is used for nothing else than persons.
        strong: bool,
    },
    /// A detail of a person's life.
    Profile(Detail),
    /// A measure of health.
    Health {
        /// Whether things have it as well: a height, a weight.
        body: bool,
    },
}

/// What a profile says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A day or year of birth.
    Birthday,
    /// Years.
    Age,
    /// A gender.
    Gender,
    /// A street, or an address with one.
    Street,
    /// A town.
    City,
    /// A postcode.
    Postcode,
    /// School, religion.
    Other,
}

/// A part of a mobile cell's identity (3GPP TS 23.003, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellPart {
    /// Mobile country code.
    Country,
    /// Mobile network code.
    Network,
    /// Location or tracking area.
    Area,
    /// The cell.
    Cell,
}

impl Meaning {
    /// No value of it that counts is shorter, in any spelling: a place has two numbers with a decimal each, a hardware address in base64 eight letters.
    pub fn shortest(self) -> usize {
        match self {
            Self::Iccid | Self::Token { strong: false } => 16,
            Self::Imei | Self::Imsi | Self::Iban => 14,
            Self::Card => 12,
            Self::Mac | Self::Bssid | Self::Device | Self::AdId | Self::Token { strong: true } | Self::NationalId => 8,
            Self::Phone { .. } | Self::Place { .. } => 7,
            Self::Serial | Self::Email => 6,
            Self::Password | Self::NetworkKey | Self::Username => 4,
            _ => 0,
        }
    }

    /// Whether it is of a person's profile and named so that nothing else is meant.
    pub fn is_profile(self) -> bool {
        matches!(self, Self::PersonName { strong: true } | Self::Profile(_) | Self::Health { body: false })
    }

    /// Whether it names a person or a detail of one: the context in which a short word of the family is believed.
    pub fn is_of_a_person(self) -> bool {
        matches!(self, Self::PersonName { .. } | Self::Profile(_) | Self::Username | Self::NetworkName | Self::Email | Self::Phone { .. })
    }

    /// Whether a text that is no record of fields may hold it under its key. Words like `name:` stand in any prose.
    pub fn is_believed_in_prose(self) -> bool {
        !matches!(self, Self::PersonName { .. } | Self::Profile(_) | Self::Health { .. } | Self::Signal | Self::Cell(_))
    }

    /// Whether a number or address is what it names: the only names believed in paths, topics and comma lists, where words stand beside words.
    pub fn is_identifier(self) -> bool {
        matches!(self, Self::Imei | Self::Imsi | Self::Iccid | Self::Mac | Self::Bssid | Self::Serial | Self::Device | Self::Phone { strong: true })
    }
}
