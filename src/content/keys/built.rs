//! Names that makers build out of words: `homeWifiPassword`, `cam_sn`, `imei_value`. The last word that means something decides, and those before it
//! may say that it is something else.

use super::meaning::{Detail, Meaning};

/// A name, in lower case without signs, and where its words begin: a bit each.
#[derive(Clone, Copy)]
pub(super) struct Built<'n> {
    pub(super) name: &'n str,
    pub(super) starts: u64,
}

impl Built<'_> {
    /// Its first `length` letters.
    fn cut(self, length: usize) -> Self {
        Self { name: self.name.get(..length).unwrap_or_default(), starts: self.starts & (1_u64 << length.min(63)).wrapping_sub(1) }
    }

    /// Where its last word begins, unless it is the only one.
    fn last(self) -> Option<usize> {
        let starts = self.starts & !1;
        (starts != 0).then(|| 63 - starts.leading_zeros() as usize)
    }

    /// Whether one of these is a word of it.
    fn has(mut self, words: &[&str]) -> bool {
        while !self.name.is_empty() {
            let start = self.last().unwrap_or(0);
            if self.name.get(start..).is_some_and(|word| words.contains(&word)) {
                return true;
            }
            self = self.cut(start);
        }
        false
    }
}

/// What a name means that stands in no list as a whole; `by_name` asks the lists.
pub(super) fn meaning(built: Built<'_>, by_name: impl Fn(&str) -> Option<Meaning>) -> Option<Meaning> {
    let (kept, filler) = without_filler(built);
    let mut starts = kept.starts;
    while starts != 0 {
        let at = starts.trailing_zeros() as usize;
        starts &= starts - 1;
        // As a whole it was asked about.
        let word = kept.name.get(at..).filter(|_| at > 0 || !filler.is_empty());
        let found = word.and_then(|word| believed(by_name(word)?, kept.cut(at), word, filler));
        if found.is_some() {
            return found;
        }
    }
    let is_of_a_thing = match kept.last() {
        _ if filler == "id" => kept.has(THINGS),
        Some(last) => kept.name.get(last..).is_some_and(|word| IDS.contains(&word)) && kept.cut(last).has(THINGS),
        None => false,
    };
    if is_of_a_thing { Some(Meaning::Serial) } else { by_ending(built.name) }
}

/// Words behind a name that add nothing to it.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "no", "num", "number", "nr", "code", "value", "val", "str", "string", "text", "raw", "hex", "main", "primary", "own", "current", "cur", "new", "old", "addr",
    "address", "id", "name",
];

/// Without digits and one such word at its end, and that word.
fn without_filler(built: Built<'_>) -> (Built<'_>, &str) {
    let whole = built.cut(built.name.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    let split = whole.last().and_then(|last| Some((whole.cut(last), whole.name.get(last..)?))).filter(|(_, word)| FILLERS.contains(word));
    split.unwrap_or((whole, if whole.name.len() < built.name.len() { "1" } else { "" }))
}

/// Words for an identifier, and for what has one for life. Products and systems have one by model.
const IDS: &[&str] = &["ident", "identifier", "guid"];
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "device", "dev", "hw", "hardware", "machine", "camera", "cam", "watch", "toy", "handset", "robot", "terminal", "box", "tv", "speaker", "plug", "bulb", "hub",
    "gateway", "install", "installation", "chip", "tracker", "vacuum", "doorbell", "lock",
];
/// Before a serial number: of what there are many, and each has its own.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "trace", "request", "req", "session", "event", "message", "msg", "transaction", "correlation", "service", "characteristic", "page", "content", "track", "song",
    "file", "image", "scene", "action", "job", "task", "order", "boot", "log", "config", "group", "room", "rule", "query", "span", "command", "cmd", "media",
    "playlist", "album", "item", "build", "commit", "update", "firmware", "aam",
];
/// Before a token: it opens nothing.
const PAGES: &[&str] =
    &["page", "next", "prev", "continuation", "sync", "csrf", "xsrf", "middleware", "verification", "cursor", "public", "push", "fcm", "apns", "gcm"];
/// Before a password: it is a network's.
const RADIO: &[&str] = &["wifi", "wlan", "wpa", "ap", "ssid", "router", "network", "hotspot", "net"];

/// What a name of that meaning still means behind these words and before that filler.
fn believed(meaning: Meaning, before: Built<'_>, word: &str, filler: &str) -> Option<Meaning> {
    let is_number = matches!(meaning, Meaning::Imei | Meaning::Imsi | Meaning::Iccid | Meaning::Mac | Meaning::Bssid | Meaning::Serial);
    let is_filled = match filler {
        "id" => is_number,
        "name" => meaning == Meaning::NetworkName,
        _ => true,
    };
    let is_one = match meaning {
        Meaning::Imei
        | Meaning::Imsi
        | Meaning::Iccid
        | Meaning::Mac
        | Meaning::Bssid
        | Meaning::Email
        | Meaning::Iban
        | Meaning::Password
        | Meaning::Latitude { .. }
        | Meaning::Longitude { .. }
        | Meaning::Profile(Detail::Birthday) => true,
        Meaning::Phone { strong } | Meaning::Place { strong, .. } | Meaning::PersonName { strong } => strong,
        Meaning::Serial => !before.has(OTHERS),
        Meaning::NetworkName => word != "wifi",
        Meaning::NetworkKey => word != "wpa",
        Meaning::Token { strong } => strong && !before.has(PAGES),
        Meaning::AdId | Meaning::Geohash => word.len() >= 4,
        Meaning::Card => word.len() >= 6,
        _ => false,
    };
    let meaning = if meaning == Meaning::Password && before.has(RADIO) { Meaning::NetworkKey } else { meaning };
    (is_one && is_filled).then_some(meaning)
}

/// The same where nothing shows where the words begin.
fn by_ending(name: &str) -> Option<Meaning> {
    const PAGING: &[&str] =
        &["pagetoken", "nexttoken", "continuationtoken", "synctoken", "csrftoken", "xsrftoken", "csrfmiddlewaretoken", "requestverificationtoken", "pushtoken"];
    // The last letters of all of them.
    const LAST: &[&[u8; 4]] =
        &[b"word", b"sswd", b"rase", b"oken", b"ikey", b"imei", b"imsi", b"ccid", b"mber", b"ress", b"ssid", b"mail", b"name", b"hday", b"date"];
    if !name.as_bytes().last_chunk::<4>().is_some_and(|last| LAST.contains(&last)) {
        return None;
    }
    let (_, meaning) = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending))?;
    (!PAGING.iter().any(|word| name.ends_with(word))).then_some(*meaning)
}

static ENDINGS: &[(&str, Meaning)] = &[
    ("wifipassword", Meaning::NetworkKey),
    ("password", Meaning::Password),
    ("passwd", Meaning::Password),
    ("passphrase", Meaning::NetworkKey),
    ("token", Meaning::Token { strong: true }),
    ("apikey", Meaning::Token { strong: true }),
    ("imei", Meaning::Imei),
    ("imsi", Meaning::Imsi),
    ("iccid", Meaning::Iccid),
    ("serialnumber", Meaning::Serial),
    ("macaddress", Meaning::Mac),
    ("ssid", Meaning::NetworkName),
    ("phonenumber", Meaning::Phone { strong: true }),
    ("email", Meaning::Email),
    ("firstname", Meaning::PersonName { strong: true }),
    ("lastname", Meaning::PersonName { strong: true }),
    ("nickname", Meaning::PersonName { strong: true }),
    ("birthday", Meaning::Profile(Detail::Birthday)),
    ("birthdate", Meaning::Profile(Detail::Birthday)),
];

#[cfg(test)]
mod tests {
    use super::super::meaning;
    use super::*;

    #[test]
    fn every_ending_is_found() {
        for (ending, meaning) in ENDINGS {
            assert_eq!(by_ending(&format!("my{ending}")), Some(*meaning), "{ending}");
        }
    }

    #[test]
    fn the_last_word_decides() {
        for (key, want) in [
            ("cam_sn", Meaning::Serial),
            ("camera_id", Meaning::Serial),
            ("installationIdentifier", Meaning::Serial),
            ("hwUuid", Meaning::Serial),
            ("IMEIValue", Meaning::Imei),
            ("sim-iccid-2", Meaning::Iccid),
            ("mqtt_pass", Meaning::Password),
            ("pwdNew", Meaning::Password),
            ("router.adminPw", Meaning::Password),
            ("wlan_pw", Meaning::NetworkKey),
            ("home_ssid_name", Meaning::NetworkName),
            ("parent_mobile_no", Meaning::Phone { strong: true }),
            ("cloudApiSecret", Meaning::Token { strong: true }),
            ("lastKnownLocation", Meaning::Place { strong: true, longitude_first: false }),
            ("X-Device-Mac", Meaning::Mac),
        ] {
            assert_eq!(meaning(key), Some(want), "{key}");
        }
    }

    #[test]
    fn words_before_it_may_say_otherwise() {
        for key in [
            "request_uuid",
            "trace-uuid",
            "page_token",
            "push_token",
            "aam_uuid",
            "supports_wpa",
            "has_wifi",
            "max_age",
            "camera_pan",
            "user_name_id",
            "token_id",
            "phone_model",
            "password_policy",
            "compass",
            "bypass",
            "ssid_mode",
            "client_version",
            "song_serial",
            "product_id",
            "user_id",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
    }
}
