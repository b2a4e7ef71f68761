//! A user's own database of addresses, in MaxMind's format: country, number and holder of the network, whether an address is answered in many places.
//!
//! Bytes of a file in; what it says of an address out. Read are the fields of GeoIP2, GeoLite2 and DB-IP (`country.iso_code`, `registered_country.iso_code`,
//! `autonomous_system_number`, `autonomous_system_organization`, `traits.is_anycast`) and the flat ones of IPinfo (`country_code` or a `country` of two
//! letters, `asn` as `AS64496`, `as_name`, `is_anycast`). Source of the format: <https://maxmind.github.io/MaxMind-DB/>.

use std::fmt;
use std::net::IpAddr;

use maxminddb::Reader;
use serde::Deserialize;

/// A larger file is no database of addresses.
pub const LARGEST: u64 = 1 << 30;

/// A database.
pub struct Database {
    reader: Reader<Vec<u8>>,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its number (RFC 1930).
    pub number: u32,
    /// Who holds it.
    pub holder: Option<String>,
}

/// What a database says of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Two capital letters (ISO 3166-1).
    pub country: Option<[u8; 2]>,
    /// The network that announces it.
    pub network: Option<Network>,
    /// Whether the same address is answered in many places.
    pub is_anycast: bool,
}

/// A record, as far as it is of use.
#[derive(Debug, Default, Deserialize)]
struct Record {
    #[serde(default)]
    country: Option<Country>,
    #[serde(default)]
    registered_country: Option<Country>,
    #[serde(default)]
    country_code: Option<String>,
    #[serde(default)]
    autonomous_system_number: Option<u32>,
    #[serde(default)]
    autonomous_system_organization: Option<String>,
    #[serde(default)]
    asn: Option<Number>,
    #[serde(default)]
    as_name: Option<String>,
    #[serde(default)]
    traits: Option<Traits>,
    #[serde(default)]
    is_anycast: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Country {
    Whole {
        #[serde(default)]
        iso_code: Option<String>,
    },
    Letters(String),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Bare(u32),
    Written(String),
}

#[derive(Debug, Deserialize)]
struct Traits {
    #[serde(default)]
    is_anycast: Option<bool>,
}

impl Database {
    /// From the bytes of a file; why not, in words.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        Reader::from_source(bytes).map(|reader| Self { reader }).map_err(|_| "it is no database in MaxMind's format (.mmdb)".to_owned())
    }

    /// What it calls itself, and when it was built (seconds since 1970).
    pub fn title(&self) -> String {
        let about = self.reader.metadata();
        format!("{} {}", about.database_type, about.build_epoch)
    }

    /// What it says of an address; nothing where it is silent, or breaks its own form.
    pub fn look(&self, address: IpAddr) -> Found {
        let record = self.reader.lookup(address).ok().and_then(|found| found.decode::<Record>().ok()).flatten();
        record.map(Record::found).unwrap_or_default()
    }
}

impl Record {
    fn found(self) -> Found {
        let code = |country: Country| match country {
            Country::Whole { iso_code } => iso_code,
            Country::Letters(text) => Some(text),
        };
        let codes = [self.country.and_then(code), self.country_code, self.registered_country.and_then(code)];
        let written = |asn: Number| match asn {
            Number::Bare(number) => Some(number),
            Number::Written(text) => text.trim_start_matches("AS").parse().ok(),
        };
        let number = self.autonomous_system_number.or_else(|| self.asn.and_then(written));
        let holder = self.autonomous_system_organization.or(self.as_name).filter(|holder| !holder.is_empty());
        Found {
            country: codes.into_iter().flatten().find_map(|code| letters(&code)),
            network: number.map(|number| Network { number, holder }),
            is_anycast: self.is_anycast.or(self.traits.and_then(|traits| traits.is_anycast)) == Some(true),
        }
    }
}

fn letters(code: &str) -> Option<[u8; 2]> {
    let letters: [u8; 2] = code.as_bytes().try_into().ok()?;
    letters.iter().all(u8::is_ascii_uppercase).then_some(letters)
}

impl fmt::Debug for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Database").field(&self.title()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(json: &str) -> Found {
        serde_json::from_str::<Record>(json).unwrap().found()
    }

    #[test]
    fn what_is_no_database_is_refused() {
        for bytes in [&b""[..], b"GeoLite2", &[0; 4_096], b"\xab\xcd\xefMaxMind.com", b"\xab\xcd\xefMaxMind.com\xe0"] {
            assert!(Database::read(bytes.to_vec()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn countries_are_read_as_each_maker_writes_them() {
        for json in [
            r#"{"country":{"iso_code":"NL","names":{"en":"x"}},"registered_country":{"iso_code":"US"}}"#,
            r#"{"registered_country":{"iso_code":"NL"}}"#,
            r#"{"country":{"geoname_id":1},"registered_country":{"iso_code":"NL"}}"#,
            r#"{"country":"NL"}"#,
            r#"{"country":"Netherlands","country_code":"NL"}"#,
        ] {
            assert_eq!(found(json).country, Some(*b"NL"), "{json}");
        }
        for json in [r#"{"country":"nl"}"#, r#"{"country":""}"#, "{}", r#"{"country":{"iso_code":"NLD"}}"#] {
            assert_eq!(found(json), Found::default(), "{json}");
        }
    }

    #[test]
    fn networks_are_read_as_each_maker_writes_them() {
        let network = |json| found(json).network;
        let example = Some(Network { number: 64_496, holder: Some("Example".to_owned()) });
        assert_eq!(network(r#"{"autonomous_system_number":64496,"autonomous_system_organization":"Example"}"#), example);
        assert_eq!(network(r#"{"asn":"AS64496","as_name":"Example"}"#), example);
        assert_eq!(network(r#"{"asn":"","as_name":"Example"}"#), None);
    }

    #[test]
    fn many_places_are_said() {
        assert!(found(r#"{"traits":{"is_anycast":true},"country":{"iso_code":"US"}}"#).is_anycast);
        assert!(found(r#"{"is_anycast":true}"#).is_anycast);
        assert!(!found(r#"{"traits":{}}"#).is_anycast);
    }
}
