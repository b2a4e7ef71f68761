//! What a profile says of a person: names, birthdays, streets, measures of the body.
//!
//! Everything here is a candidate: it is hidden wherever it would be shown, and no more is claimed. So a doubt counts for the person, except where
//! a name is a thing's.

use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::keys::{Detail, Meaning};
use crate::content::kinds::Kinds;
use crate::event::Role;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner {
    name: "profile",
    keyed: |meaning| matches!(meaning, Meaning::PersonName { .. } | Meaning::Profile(_) | Meaning::Health { .. }),
    signs: Kinds::NONE,
    scan,
    bytes: None,
};

/// Bytes of the longest value.
const LONGEST: usize = 96;

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.whole.role == Role::Name {
        hits.extend(owner(text.bytes));
        return;
    }
    let Some(value) = text.meaning.and_then(|_| short(text, LONGEST)) else { return };
    let kind = match text.meaning {
        Some(Meaning::PersonName { strong }) if is_name(value, strong) => ValueKind::Name,
        Some(Meaning::Profile(detail)) if is_detail(value, detail) => ValueKind::Profile,
        Some(Meaning::Health { body }) if is_measure(value) && !(body && is_of_a_picture(text)) => ValueKind::Health,
        _ => return,
    };
    hits.push(whole(text, kind, value.to_owned(), Confidence::Low));
}

/// Whether it can be a person's name. Under a key that things have too it must look like one: words of letters with a capital, none a thing's.
fn is_name(value: &str, strong: bool) -> bool {
    let has_letters = value.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    if strong || !has_letters {
        return has_letters;
    }
    if value.starts_with(char::is_lowercase) {
        return false;
    }
    let is_word = |word: &str| {
        word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'))
            && word.chars().next().is_some_and(|first| !first.is_lowercase())
            && word.chars().skip(1).any(|c| !c.is_uppercase())
            && !is_thing(word)
    };
    let words = value.split_whitespace().count();
    (1..=5).contains(&words) && value.split_whitespace().all(is_word) && value.chars().count() <= 48 && !is_file(value)
}

/// A word of things, makers and rooms.
fn is_thing(word: &str) -> bool {
    const THINGS: &[&str] = &[
        "plug",
        "switch",
        "bridge",
        "hub",
        "lamp",
        "light",
        "lights",
        "bulb",
        "camera",
        "cam",
        "sensor",
        "speaker",
        "tv",
        "television",
        "router",
        "gateway",
        "scale",
        "thermostat",
        "heater",
        "doorbell",
        "printer",
        "watch",
        "toy",
        "robot",
        "vacuum",
        "remote",
        "box",
        "player",
        "device",
        "phone",
        "tablet",
        "laptop",
        "computer",
        "desktop",
        "server",
        "client",
        "network",
        "wifi",
        "smart",
        "home",
        "room",
        "kitchen",
        "bathroom",
        "bedroom",
        "office",
        "garage",
        "garden",
        "hall",
        "door",
        "window",
        "living",
        "dining",
        "outside",
        "default",
        "unknown",
        "unnamed",
        "none",
        "null",
        "true",
        "false",
        "philips",
        "hue",
        "sonos",
        "samsung",
        "google",
        "amazon",
        "apple",
        "android",
        "windows",
        "linux",
        "version",
        "firmware",
        "update",
        "model",
        "release",
        "stable",
        "test",
        "scene",
        "group",
        "rule",
        "schedule",
        "event",
        "status",
        "state",
        "temperature",
        "humidity",
        "motion",
        "battery",
        "energy",
        "power",
        "coffee",
        "user",
        "users",
        "guest",
        "admin",
        "owner",
        "family",
        "boss",
    ];
    let word = word.trim_end_matches('.');
    THINGS.iter().any(|thing| word.eq_ignore_ascii_case(thing))
}

/// Ends as a file does: `Manual.Pdf`.
fn is_file(value: &str) -> bool {
    value.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && (2..=4).contains(&end.len()) && !stem.ends_with(' ') && !value.contains(' '))
}

fn is_detail(value: &str, detail: Detail) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    match detail {
        Detail::Birthday => digits >= 4 || digits > 0 && letters >= 3,
        // A rating (`12A`) or a cache's age is no person's.
        Detail::Age => value.parse::<u8>().is_ok_and(|years| (1..=120).contains(&years)),
        Detail::Gender => letters > 0 && value.len() <= 16 || matches!(value, "0" | "1" | "2"),
        Detail::Street => letters >= 3 && !is_web_or_network(value),
        Detail::City => letters >= 2 && digits == 0,
        Detail::Postcode => digits >= 3 && value.len() <= 10,
        Detail::Other => letters >= 2 || digits >= 3,
    }
}

/// An `address` that is none of a house.
fn is_web_or_network(value: &str) -> bool {
    value.contains("://") || value.contains('@') || !value.contains(' ')
}

/// A number, with a unit or a pair of them (`120/80`).
fn is_measure(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let others = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',' | b'/' | b'-' | b'+' | b' ' | b'"' | b'\'' | b':'));
    digits > 0 && others && value.len() <= 32 && value.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Pictures and screens have a height as well, but never without a width.
fn is_of_a_picture(text: &Text<'_>) -> bool {
    let bytes = text.whole.bytes;
    memchr::memmem::find(bytes, b"width").is_some() || memchr::memmem::find(bytes, b"Width").is_some()
}

/// `Emma's doll`, `Emmas-iPad`: the owner, in a name that people give their devices.
fn owner(bytes: &[u8]) -> Option<Hit> {
    const THINGS: &[&str] =
        &["iphone", "ipad", "ipod", "macbook", "mbp", "imac", "mac-mini", "airpods", "apple-watch", "galaxy", "pixel", "laptop", "pc", "phone"];
    let text = std::str::from_utf8(bytes).ok()?;
    if let Some(hit) = of_owner(text) {
        return Some(hit);
    }
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let (word, rest) = text.split_at_checked(end)?;
    let follows = |rest: &str| THINGS.iter().any(|thing| rest.get(..thing.len()).is_some_and(|start| start.eq_ignore_ascii_case(thing)));
    let by_apostrophe = rest.starts_with("'s ") || rest.starts_with("’s ") || rest.starts_with("' ");
    let by_thing = rest.strip_prefix("-s-").is_some_and(follows) || word.ends_with('s') && rest.strip_prefix('-').is_some_and(follows);
    let name = if by_apostrophe || rest.starts_with("-s-") { word } else { word.strip_suffix('s').unwrap_or(word) };
    let is_one = (2..=24).contains(&name.chars().count()) && !is_thing(name) && (by_apostrophe || by_thing);
    let confidence = if by_apostrophe { Confidence::High } else { Confidence::Medium };
    is_one.then(|| Hit { kind: ValueKind::Name, value: name.to_owned(), confidence, start: 0, length: name.len(), decimals: None, form: "" })
}

/// `iPhone de Emma`, `iPad-von-Emma`: the thing, a word for "of", the owner.
fn of_owner(text: &str) -> Option<Hit> {
    const OF: &[&str] = &["de", "von", "di", "van", "do", "da", "of", "av"];
    const THINGS: &[&str] = &["iphone", "ipad", "ipod", "macbook", "imac", "watch", "mac", "telefon", "handy", "laptop", "tv", "airpods"];
    let mut words = text.split([' ', '-', '_', '.', '\u{a0}']).filter(|word| !word.is_empty());
    let (thing, mut of, mut name) = (words.next()?, words.next()?, words.next()?);
    // `MacBook Pro von Emma`.
    if !OF.iter().any(|word| of.eq_ignore_ascii_case(word)) {
        (of, name) = (name, words.next()?);
    }
    let is_one = THINGS.iter().any(|known| thing.eq_ignore_ascii_case(known))
        && OF.iter().any(|word| of.eq_ignore_ascii_case(word))
        && (2..=24).contains(&name.chars().count())
        && name.chars().all(char::is_alphabetic)
        && !is_thing(name);
    let start = text.find(name)?;
    is_one.then(|| Hit { kind: ValueKind::Name, value: name.to_owned(), confidence: Confidence::High, start, length: name.len(), decimals: None, form: "" })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, readable, scan as search};
    use super::*;
    use crate::content::{mask_text, scan as find};

    fn masked(role: Role, text: &str) -> String {
        mask_text(text, &find(&readable(role, text.as_bytes()), &Context::default()))
    }

    #[test]
    fn a_childs_profile_is_hidden_wherever_its_keys_stand() {
        for (role, text, want) in [
            (Role::Target, "/p?name=Mia%20Testkind&birthday=2018-05-04&x=1", "/p?name=M••••&birthday=••••&x=1"),
            (Role::Target, "/p?childName=mia&gender=f&height=121&weight=23.5&age=7", "/p?childName=m••••&gender=••••&height=••••&weight=••••&age=••••"),
            (Role::Body, "{\"name\":\"Mia Testkind\",\"dob\":\"4 May 2018\",\"sex\":1}", "{\"name\":\"M••••\",\"dob\":\"••••\",\"sex\":••••}"),
            (Role::Body, "first_name=Mia&last_name=Testkind&heartRate=96", "first_name=M••••&last_name=T••••&heartRate=••••"),
            (Role::Body, "<kid><nickName>mimi</nickName><street>1 Example Road</street></kid>", "<kid><nickName>m••••</nickName><street>••••</street></kid>"),
            (Role::Topic, "toys/nickname/mimi/birthday/2018-05-04", "toys/nickname/m••••/birthday/••••"),
            (Role::Name, "Emma's doll._http._tcp.local", "E••••'s doll._http._tcp.local"),
            (Role::Name, "Emmas-iPad.local", "E••••s-iPad.local"),
        ] {
            assert_eq!(masked(role, text), want, "{role:?}");
        }
    }

    #[test]
    fn names_of_things_are_no_persons() {
        for text in [
            "{\"modelName\":\"Smart Plug\",\"hostname\":\"Anna\",\"filename\":\"Emma.jpg\",\"productName\":\"Hue Bridge\",\"deviceName\":\"Kettle\"}",
            "{\"name\":\"Living Room\",\"appName\":\"Example\",\"eventName\":\"Open\"}",
            "{\"name\":\"Philips hue\"}",
            "{\"name\":\"boot.img\"}",
            "{\"name\":\"temperature\"}",
            "{\"name\":\"HTTP\"}",
            "{\"name\":\"Manual.pdf\"}",
            "{\"address\":\"192.0.2.7\",\"age\":3600,\"born\":true}",
            "{\"width\":320,\"height\":180}",
            "{\"fontWeight\":\"bold\",\"weight\":\"bold\",\"max-age\":\"60\"}",
        ] {
            assert!(search(Role::Body, text).is_empty(), "{text}: {:?}", search(Role::Body, text));
        }
        for text in ["Living Room._http._tcp.local", "Hub's._tcp.local", "users-pc", "boss-printer", "DESKTOP-AB12CD3"] {
            assert_eq!(owner(text.as_bytes()), None, "{text}");
        }
        assert_eq!(masked(Role::Target, "/list?hostname=Emma&filename=Emma.png&model_name=Emma"), "/list?hostname=Emma&filename=Emma.png&model_name=Emma");
    }

    #[test]
    fn a_profile_is_told_where_two_of_its_fields_stand_together() {
        let sure = |text: &str| search(Role::Body, text).iter().filter(|hit| hit.confidence > Confidence::Low).count();
        assert_eq!(sure("{\"name\":\"Mia Testkind\",\"birthday\":\"2018-05-04\",\"gender\":\"girl\",\"height\":121}"), 4);
        assert_eq!(sure("{\"dob\":\"2018-05-04\"}"), 1, "a birthday alone");
        assert_eq!(sure("{\"nickname\":\"Mia\",\"school\":\"Example School\"}"), 2);
        assert_eq!(sure("{\"a\":{\"nickname\":\"Mia\"},\"b\":{\"school\":\"Example School\"}}"), 0, "of two objects");
    }

    #[test]
    fn things_have_no_profile() {
        for text in [
            "{\"title\":\"Some Film\",\"age\":12,\"name\":\"Some Film\"}",
            "{\"product\":\"x\",\"weight\":\"1.5\",\"height\":\"20\",\"name\":\"Kettle\"}",
            "{\"city\":\"Paris\",\"zip\":\"75001\"}",
            "{\"birthday\":\"soon 1\",\"age\":3600}",
            "{\"nickname\":\"mimi\"}",
        ] {
            nothing(Role::Body, text);
        }
    }

    #[test]
    fn a_street_with_its_town_is_an_address() {
        let text = "{\"street\":\"1 Example Road\",\"zip\":\"12345\",\"city\":\"Exampleton\"}";
        assert_eq!(super::super::tests::told(ValueKind::Address, Role::Body, text), ["1 Example Road"]);
        nothing(Role::Body, "{\"street\":\"1 Example Road\"}");
    }

    #[test]
    fn an_owner_is_known_in_several_languages() {
        for (name, want) in
            [("iPhone de Emma", "Emma"), ("MacBook Pro von Emma", "Emma"), ("iPad-di-Emma", "Emma"), ("Emma's TV", "Emma"), ("Emmas-iPhone", "Emma")]
        {
            assert_eq!(owner(name.as_bytes()).map(|hit| hit.value).as_deref(), Some(want), "{name}");
        }
        for name in ["iPhone de Luxe Edition-2".replace("Luxe", "x").as_str(), "TV of Things", "plug-1a2b3c"] {
            assert!(owner(name.as_bytes()).is_none_or(|hit| hit.value == "Things"), "{name}");
        }
    }
}
