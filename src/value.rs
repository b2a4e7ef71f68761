//! The kinds of personal values, and how each is shown without being told.

use std::fmt::Write;

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $plain:literal;)*) => {
        /// What kind of fact a value is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ValueKind { $($(#[$doc])* $name,)* }

        impl ValueKind {
            /// Every kind.
            pub const ALL: &'static [ValueKind] = &[$(ValueKind::$name),*];

            /// The word that other programs read.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What a parent reads, as in "it sent its position".
            pub fn plain(self) -> &'static str {
                match self { $(Self::$name => $plain,)* }
            }
        }
    };
}

kinds! {
    /// A place on Earth, `LAT,LON` in degrees.
    Position = "position", "its position";
    /// An e-mail address.
    Email = "email", "an e-mail address";
    /// A phone number.
    Phone = "phone", "a phone number";
    /// International Mobile Equipment Identity, 15 digits.
    Imei = "imei", "its permanent device number (IMEI)";
    /// International Mobile Subscriber Identity.
    Imsi = "imsi", "its SIM card's subscriber number";
    /// SIM card serial number.
    Iccid = "iccid", "its SIM card's serial number";
    /// A maker's serial number or device identifier.
    Serial = "serial", "its serial number";
    /// A universally unique identifier that names the device.
    Uuid = "uuid", "its permanent identifier";
    /// A hardware address.
    Mac = "mac", "its hardware address";
    /// A Wi-Fi access point's hardware address.
    Bssid = "bssid", "a Wi-Fi access point nearby";
    /// The name of a Wi-Fi network.
    NetworkName = "network-name", "the name of your Wi-Fi network";
    /// A Wi-Fi password.
    NetworkKey = "network-key", "the password of your Wi-Fi network";
    /// A user's login name.
    Username = "username", "a user name";
    /// A password.
    Password = "password", "a password";
    /// A key, token or session identifier that opens an account.
    Token = "token", "a key to an account";
    /// A cookie.
    Cookie = "cookie", "a cookie";
    /// A person's name.
    Name = "name", "a person's name";
    /// Health values.
    Health = "health", "health values";
    /// Anything of a child's or family's profile.
    Profile = "profile", "details of a profile";
    /// A word that the family registered; its value is the word's label, never the word.
    Word = "own-word", "something about your family";
    /// A Wi-Fi access point of a list with signal strengths, as its hardware address.
    WifiScan = "wifi-scan", "the Wi-Fi access points around it";
    /// A cell of a mobile network: country, network, area, cell.
    Cell = "cell", "the mobile phone masts around it";
    /// A payment card's number.
    Card = "card", "a payment card's number";
    /// An international bank account number.
    Iban = "iban", "a bank account number";
    /// A number by which a state knows a person.
    NationalId = "national-id", "a person's national number";
    /// A street with its town or postcode.
    Address = "address", "a home address";
    /// An identifier made for advertising or for counting visits.
    AdId = "ad-id", "an identifier for advertising";
}

impl Serialize for ValueKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// How a value is shown by default: enough to recognise it, too little to use it (contract, "Scales").
pub fn mask(kind: ValueKind, raw: &str) -> String {
    match kind {
        ValueKind::Position => mask_position(raw),
        ValueKind::Email => mask_email(raw),
        ValueKind::Phone | ValueKind::Imei | ValueKind::Imsi | ValueKind::Iccid | ValueKind::Card | ValueKind::Iban | ValueKind::NationalId => {
            keep_last(raw, 2)
        }
        ValueKind::Serial | ValueKind::Uuid | ValueKind::AdId => keep_last(raw, 4),
        ValueKind::Mac | ValueKind::Bssid | ValueKind::WifiScan => mask_mac(raw),
        // What stands for it is a label already.
        ValueKind::Word => raw.to_owned(),
        ValueKind::NetworkName | ValueKind::Username | ValueKind::Name => keep_first(raw),
        ValueKind::NetworkKey
        | ValueKind::Password
        | ValueKind::Token
        | ValueKind::Cookie
        | ValueKind::Health
        | ValueKind::Profile
        | ValueKind::Cell
        | ValueKind::Address => HIDDEN.to_owned(),
    }
}

/// What stands for a value that is hidden wholly.
pub const HIDDEN: &str = "••••";

/// The last `count` characters, where at least as many others are hidden.
fn keep_last(raw: &str, count: usize) -> String {
    let tail = raw.char_indices().rev().nth(count - 1).and_then(|(start, _)| raw.split_at_checked(start));
    match tail.filter(|(hidden, _)| hidden.chars().count() >= count) {
        Some((_, tail)) => [HIDDEN, tail].concat(),
        None => HIDDEN.to_owned(),
    }
}

fn keep_first(raw: &str) -> String {
    match split_first(raw) {
        Some((first, rest)) if !rest.is_empty() => [first, HIDDEN].concat(),
        _ => HIDDEN.to_owned(),
    }
}

/// The first character, and what follows.
fn split_first(text: &str) -> Option<(&str, &str)> {
    text.split_at_checked(text.chars().next()?.len_utf8())
}

fn mask_email(raw: &str) -> String {
    match raw.rsplit_once('@') {
        Some((local, domain)) => [split_first(local).map_or("", |(first, _)| first), "…@", domain].concat(),
        None => HIDDEN.to_owned(),
    }
}

/// To 0.1 degree, towards zero, so that rounding never points at a place that was not told.
fn mask_position(raw: &str) -> String {
    // Whole tenths: written in a part of the time that a fraction takes.
    let tenths = |part: &str| part.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= 1e6).map(|degrees| (degrees * 10.0) as i64);
    let write = |masked: &mut String, tenths: i64| {
        masked.push_str(if tenths < 0 { "-" } else { "" });
        let tenths = tenths.unsigned_abs();
        write!(masked, "{}.{}", tenths / 10, tenths % 10)
    };
    let masked = raw.split_once(',').and_then(|(latitude, longitude)| {
        let mut masked = String::with_capacity(MASKED_POSITION);
        write(&mut masked, tenths(latitude)?).ok()?;
        masked.push(',');
        write(&mut masked, tenths(longitude)?).ok()?;
        Some(masked)
    });
    masked.unwrap_or_else(|| HIDDEN.to_owned())
}

/// `-89.9,-179.9`.
const MASKED_POSITION: usize = 12;

/// The maker's half stays, in the spelling that was sent.
fn mask_mac(raw: &str) -> String {
    let mut digits = 0;
    let shown: String = raw
        .chars()
        .map(|c| {
            if c.is_ascii_hexdigit() {
                digits += 1;
                if digits > 6 { '•' } else { c }
            } else {
                c
            }
        })
        .collect();
    if digits == 12 { shown } else { HIDDEN.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_masked_as_the_contract_says() {
        let shown = [
            (ValueKind::Email, "anna@example.org", "a…@example.org"),
            (ValueKind::Phone, "+447700900123", "••••23"),
            (ValueKind::Serial, "20F85E000152", "••••0152"),
            (ValueKind::Position, "48.85837,-2.29448", "48.8,-2.2"),
            (ValueKind::Position, "0.04,-0.04", "0.0,0.0"),
            (ValueKind::Mac, "00:00:5E:00:53:01", "00:00:5E:••:••:••"),
            (ValueKind::Mac, "00005E005301", "00005E••••••"),
            (ValueKind::NetworkName, "HomeNet", "H••••"),
            (ValueKind::Password, "secret", "••••"),
            (ValueKind::Serial, "1234567", "••••"),
            (ValueKind::Card, "4111111111111111", "••••11"),
            (ValueKind::Iban, "GB33BUKB20201555555555", "••••55"),
            (ValueKind::AdId, "0a1b2c3d-0000-4000-8000-00005e005343", "••••5343"),
            (ValueKind::WifiScan, "00:00:5e:00:53:01", "00:00:5e:••:••:••"),
            (ValueKind::Cell, "234-15-1234-5678", "••••"),
            (ValueKind::Address, "1 Example Road", "••••"),
            (ValueKind::Word, "person 1, name", "person 1, name"),
        ];
        for (kind, raw, want) in shown {
            assert_eq!(mask(kind, raw), want, "{kind:?} {raw}");
        }
    }
}
