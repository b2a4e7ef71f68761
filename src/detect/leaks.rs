//! Personal values that anyone on the way can read: positions (LK-02), numbers for life (LK-06), addresses and phone numbers (LK-07), secrets (LK-09).

use std::collections::BTreeSet;

use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::event::Role;
use crate::fact::{Fact, FlowId, Leak, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::value::ValueKind;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&LK_02, &LK_06, &LK_07, &LK_09], open: || Box::<Leaks>::default() };

/// A position.
pub static LK_02: Card = Card {
    code: "LK-02",
    name: "GPS position in readable text",
    title: "It sent its position so that others can read it.",
    story: "The place where {device} is went to {endpoint} without encryption, so {who} could follow it.",
    advice: "Switch off location in its app until the maker encrypts it, or do not take the device along.",
    evidence: "Latitude and longitude in range, not 0,0 and not whole numbers, by their keys, by a sentence of a receiver (NMEA) or by a tracker's protocol.",
    scale: "High, critical on a child's device, medium where it has no more than two decimals (about a kilometre). Certain with a checksum or a protocol's own field, high by key.",
    limits: "Left out on purpose: pairs of numbers without a key, and positions in answers of a server that was told nothing of the device or user (weather).",
    standards: &["ETSI EN 303 645 5.8-2", "EN 18031-2 SCM", "COPPA 312.2", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A number for life.
pub static LK_06: Card = Card {
    code: "LK-06",
    name: "Permanent device numbers: IMEI, IMSI, ICCID, serial, hardware address",
    title: "It sent {what} so that others can read it.",
    story: "{device} told {endpoint} {what} without encryption, so {who} can recognise it again wherever it goes.",
    advice: "Look for an update, and do not post pictures of the device's label or its numbers.",
    evidence: "The device's own hardware address in any spelling; numbers by their key and form (IMEI, IMSI, ICCID); serial numbers and identifiers by their key.",
    scale: "Medium, high on a child's device; low for the name of a Wi-Fi network. Certain for the own hardware address, high by key, medium by a topic alone.",
    limits: "Left out on purpose: numbers without a key, however well they check, and identifiers that a server sends down, which mostly name something else.",
    standards: &["ETSI EN 303 645 5.6-2", "ETSI EN 303 645 5.8-1", "COPPA 312.2", "CWE-201", "CWE-359", "OWASP IoT 2018 I6"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// An address or number of a person.
pub static LK_07: Card = Card {
    code: "LK-07",
    name: "E-mail address or phone number",
    title: "It sent {what} so that others can read it.",
    story: "{what} went between {device} and {endpoint} without encryption, so {who} can note it and use it.",
    advice: "Use an address of its own for this device, and ask the maker to encrypt it.",
    evidence: "An address whose domain has a public suffix; a phone number with country code and a length of its country, or a national one under its key.",
    scale: "High, critical on a child's device. Confidence high, medium without a key.",
    limits: "Left out on purpose: addresses of no person (support, info), in program names, times and order numbers, and addresses without a key in pages that a server sends to anyone.",
    standards: &["ETSI EN 303 645 5.8-1", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A secret.
pub static LK_09: Card = Card {
    code: "LK-09",
    name: "Passwords, Wi-Fi keys, tokens, cookies",
    title: "It sent {what} so that others can read it.",
    story: "{what} went between {device} and {endpoint} without encryption, so {who} can read it and use it.",
    advice: "Change it, use it nowhere else, and look for an update or a setting for secure connections.",
    evidence: "A protocol's own field (Authorization, MQTT, FTP), a key that names a secret with a value of four characters or more, or a form that only secrets have (JSON web token, private key).",
    scale: "Critical to the Internet, high at home; a digest of a password medium; cookies that guard a form, count visits or hold a choice low, cookies of no known use medium. Certain in a protocol's own field.",
    limits: "Whether the secret still opens anything is never tried. Client numbers that are public by design and hidden or empty values are left out.",
    standards: &[
        "ETSI EN 303 645 5.1-3",
        "ETSI EN 303 645 5.5-6",
        "ETSI EN 303 645 5.5-7",
        "EN 18031-1 SCM",
        "EN 18031-1 AUM",
        "CWE-319",
        "CWE-522",
        "CWE-523",
        "CWE-598",
        "OWASP IoT 2018 I1",
    ],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Flows remembered as having told a server who asks; the oldest is forgotten first.
const FLOWS: usize = 8_192;

/// Remembers which servers were told whom they answer.
#[derive(Default)]
struct Leaks {
    told_who: BTreeSet<FlowId>,
}

impl Detector for Leaks {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Leak(leak) => {
                let Some(way) = home.way(flow, fact.direction) else { return };
                if let Some(draft) = self.judge(way, fact, leak) {
                    tell(draft);
                }
            }
            What::Closed(_) => {
                self.told_who.remove(&flow.id);
            }
            _ => {}
        }
    }
}

impl Leaks {
    fn judge(&mut self, way: Way, fact: &Fact, leak: &Leak) -> Option<Draft> {
        let flow = fact.flow.as_ref()?;
        if way == Way::ToInternet && names_someone(leak.value.kind) && is_sure(leak.confidence) {
            self.told_who.insert(flow.id);
            if self.told_who.len() > FLOWS {
                self.told_who.pop_first();
            }
        }
        let is_answer = way == Way::FromInternet && !self.told_who.contains(&flow.id);
        let is_plumbing = way == Way::Inside && !fact.clear;
        if !is_sure(leak.confidence) || is_plumbing || (is_answer && !is_told_to_anyone_wrongly(leak)) || is_download(way, leak) {
            return None;
        }
        let (card, severity) = (card(leak.value.kind)?, severity(leak)?);
        let mut draft = Draft::new(card, severity, leak.confidence, flow, fact, leak.at, leak.excerpt.clone());
        draft.kind = leak.value.kind.word();
        draft.field.clone_from(&leak.value.field);
        leak.value.kind.plain().clone_into(&mut draft.what);
        draft.value = Some(leak.value.clone());
        if leak.value.kind == ValueKind::Cookie && cookie(&leak.value.field) == Use::Unknown {
            draft.confidence = Confidence::Medium;
        }
        Some(draft)
    }
}

/// Numbers that a device keeps for life.
fn is_permanent(kind: ValueKind) -> bool {
    card(kind).is_some_and(|card| card.code == LK_06.code) && !matches!(kind, ValueKind::Bssid | ValueKind::NetworkName)
}

/// Kinds that tell a server whose data it is asked for. A token may be the program's, the same for every user.
pub(super) fn names_someone(kind: ValueKind) -> bool {
    is_permanent(kind) || matches!(kind, ValueKind::Phone | ValueKind::Email | ValueKind::Username | ValueKind::Password)
}

/// Whether a value in an answer is personal although the server was told nothing of who asks: the protocol itself names it, or its key does and
/// public pages hold no such thing.
pub(super) fn is_told_to_anyone_wrongly(leak: &Leak) -> bool {
    let by_protocol = leak.role == Role::Payload && leak.value.decode.is_empty();
    let by_key = !leak.value.field.is_empty() && !is_markup(&leak.value.field);
    by_protocol || leak.confidence == Confidence::Certain || by_key && leak.value.kind != ValueKind::Position
}

/// Elements and attributes of a page (HTML): they say how a text looks, not what it is.
fn is_markup(field: &str) -> bool {
    const NAMES: &[&str] = &[
        "a",
        "b",
        "i",
        "p",
        "u",
        "li",
        "td",
        "th",
        "tr",
        "br",
        "dd",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ul",
        "ol",
        "pre",
        "div",
        "nav",
        "img",
        "src",
        "alt",
        "body",
        "html",
        "head",
        "href",
        "meta",
        "link",
        "font",
        "span",
        "form",
        "input",
        "small",
        "strong",
        "center",
        "title",
        "label",
        "table",
        "button",
        "option",
        "script",
        "style",
        "footer",
        "header",
        "section",
        "article",
        "blockquote",
        "content",
        "mailto",
        "onclick",
        "noscript",
    ];
    field.contains('@') || NAMES.iter().any(|name| field.eq_ignore_ascii_case(name))
}

/// Identifiers that a server sends down name songs, scenes and files; only numbers of a known form name a device.
fn is_download(way: Way, leak: &Leak) -> bool {
    let by_protocol = leak.role == Role::Payload && leak.value.decode.is_empty();
    way == Way::FromInternet && matches!(leak.value.kind, ValueKind::Serial | ValueKind::Uuid | ValueKind::NetworkName) && !by_protocol
}

fn card(kind: ValueKind) -> Option<&'static Card> {
    match kind {
        ValueKind::Position => Some(&LK_02),
        ValueKind::Imei
        | ValueKind::Imsi
        | ValueKind::Iccid
        | ValueKind::Serial
        | ValueKind::Uuid
        | ValueKind::Mac
        | ValueKind::Bssid
        | ValueKind::NetworkName => Some(&LK_06),
        ValueKind::Email | ValueKind::Phone => Some(&LK_07),
        ValueKind::Password | ValueKind::NetworkKey | ValueKind::Token | ValueKind::Cookie => Some(&LK_09),
        ValueKind::Username | ValueKind::Name | ValueKind::Health | ValueKind::Profile => None,
    }
}

/// What a value weighs by itself: sent to the Internet by a device of unknown kind. None for kinds that no card here is about.
pub(super) fn severity(leak: &Leak) -> Option<Severity> {
    Some(match card(leak.value.kind)?.code {
        "LK-02" if leak.decimals.is_some_and(|decimals| decimals <= 2) => Severity::Medium,
        "LK-02" | "LK-07" => Severity::High,
        "LK-06" if leak.value.kind == ValueKind::NetworkName => Severity::Low,
        "LK-06" => Severity::Medium,
        _ if is_digest(leak) => Severity::Medium,
        _ if leak.value.kind == ValueKind::Cookie => match cookie(&leak.value.field) {
            Use::Harmless => Severity::Low,
            Use::Unknown => Severity::Medium,
            Use::Session => Severity::Critical,
        },
        _ => Severity::Critical,
    })
}

/// Whether it is the answer to a challenge (RFC 7616) rather than the password.
fn is_digest(leak: &Leak) -> bool {
    leak.value.field.to_ascii_lowercase().contains("digest") || leak.value.decode.iter().any(|step| step.to_ascii_lowercase().contains("digest"))
}

/// What a cookie is for, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// It opens an account.
    Session,
    /// It guards a form, counts visits, balances load or holds a choice.
    Harmless,
    /// Nobody knows.
    Unknown,
}

fn cookie(field: &str) -> Use {
    const HARMLESS_STARTS: &[&str] = &[
        "_ga",
        "s_cc",
        "s_sq",
        "s_vi",
        "s_ppv",
        "s_dfa",
        "s_fid",
        "amcv",
        "ampmv",
        "_chartbeat",
        "_dy",
        "pardot",
        "_gid",
        "_gat",
        "_gcl",
        "_fbp",
        "__utm",
        "_hj",
        "_pk_",
        "__cf",
        "cf_",
        "awsalb",
        "bigip",
        "optimizely",
        "amp_",
        "mp_",
        "ajs_",
        "_clck",
        "_clsk",
        "__hs",
    ];
    const HARMLESS_PARTS: &[&str] =
        &["csrf", "xsrf", "consent", "lang", "locale", "theme", "country", "currency", "timezone", "visitor", "analytics", "nonce", "cookietest", "testcookie"];
    const SESSION_PARTS: &[&str] = &["sess", "sid", "auth", "token", "login", "user", "account", "jwt", "ticket", "passport", "remember"];
    let name = field.rsplit([':', ' ']).next().unwrap_or(field).to_ascii_lowercase();
    if HARMLESS_STARTS.iter().any(|start| name.starts_with(start)) || HARMLESS_PARTS.iter().any(|part| name.contains(part)) {
        Use::Harmless
    } else if SESSION_PARTS.iter().any(|part| name.contains(part)) {
        Use::Session
    } else {
        Use::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow, leak};
    use super::*;
    use crate::wire::Direction;

    fn judge(leaks: &mut Leaks, way: Way, leak: &Leak) -> Option<(&'static str, Severity)> {
        let direction = if way == Way::FromInternet { Direction::ToClient } else { Direction::ToServer };
        let fact = fact(&flow(1, 80), "http", direction, What::Leak(leak.clone()));
        leaks.judge(way, &fact, leak).map(|draft| (draft.card.code, draft.severity))
    }

    fn up(kind: ValueKind, field: &str) -> Option<(&'static str, Severity)> {
        judge(&mut Leaks::default(), Way::ToInternet, &leak(kind, field, Role::Body, &["form:x"]))
    }

    #[test]
    fn each_kind_has_its_card_and_weight() {
        for (kind, field, want) in [
            (ValueKind::Position, "loc", Some(("LK-02", Severity::High))),
            (ValueKind::Imei, "imei", Some(("LK-06", Severity::Medium))),
            (ValueKind::NetworkName, "ssid", Some(("LK-06", Severity::Low))),
            (ValueKind::Email, "mail", Some(("LK-07", Severity::High))),
            (ValueKind::Password, "pwd", Some(("LK-09", Severity::Critical))),
            (ValueKind::Password, "Digest", Some(("LK-09", Severity::Medium))),
            (ValueKind::Cookie, "session_id", Some(("LK-09", Severity::Critical))),
            (ValueKind::Cookie, "csrftoken", Some(("LK-09", Severity::Low))),
            (ValueKind::Cookie, "_ga", Some(("LK-09", Severity::Low))),
            (ValueKind::Cookie, "AMCVS_A70E%40AdobeOrg", Some(("LK-09", Severity::Low))),
            (ValueKind::Cookie, "x1", Some(("LK-09", Severity::Medium))),
            (ValueKind::Username, "user", None),
        ] {
            assert_eq!(up(kind, field), want, "{kind:?} {field}");
        }
    }

    #[test]
    fn a_coarse_position_weighs_less() {
        let mut coarse = leak(ValueKind::Position, "loc", Role::Target, &["query:loc"]);
        coarse.decimals = Some(2);
        assert_eq!(judge(&mut Leaks::default(), Way::ToInternet, &coarse), Some(("LK-02", Severity::Medium)));
        coarse.decimals = Some(5);
        assert_eq!(judge(&mut Leaks::default(), Way::ToInternet, &coarse), Some(("LK-02", Severity::High)));
    }

    #[test]
    fn the_weather_comes_down_and_is_not_told() {
        let city = leak(ValueKind::Position, "lat,lon", Role::Body, &["http-body", "json:coord.lon"]);
        assert_eq!(judge(&mut Leaks::default(), Way::FromInternet, &city), None);
    }

    #[test]
    fn a_track_that_is_asked_for_by_number_is_told() {
        let mut leaks = Leaks::default();
        assert!(judge(&mut leaks, Way::ToInternet, &leak(ValueKind::Imei, "imei", Role::Target, &["query:imei"])).is_some());
        for (kind, code) in [(ValueKind::Position, "LK-02"), (ValueKind::Phone, "LK-07")] {
            let told = judge(&mut leaks, Way::FromInternet, &leak(kind, "track", Role::Body, &["http-body", "json:track"]));
            assert_eq!(told.map(|told| told.0), Some(code));
        }
        let closed = fact(&flow(1, 80), "http", Direction::ToServer, What::Closed(crate::fact::Totals::default()));
        leaks.hear(&Home::default(), &closed, &mut |_| {});
        assert!(leaks.told_who.is_empty());
    }

    #[test]
    fn what_a_protocol_names_is_told_in_both_directions() {
        let named = leak(ValueKind::Position, "UD", Role::Payload, &[]);
        assert!(judge(&mut Leaks::default(), Way::FromInternet, &named).is_some());
    }

    #[test]
    fn public_pages_and_downloads_are_not_told() {
        let mut leaks = Leaks::default();
        assert_eq!(judge(&mut leaks, Way::FromInternet, &leak(ValueKind::Email, "", Role::Body, &["http-body"])), None);
        for markup in ["href", "div", "br", "script"] {
            assert_eq!(judge(&mut leaks, Way::FromInternet, &leak(ValueKind::Email, markup, Role::Body, &["http-body", "xml:x"])), None, "{markup}");
        }
        assert_eq!(judge(&mut leaks, Way::FromInternet, &leak(ValueKind::Uuid, "uuid", Role::Body, &["http-body", "json:uuid"])), None);
        assert!(judge(&mut leaks, Way::FromInternet, &leak(ValueKind::Email, "email", Role::Body, &["http-body", "json:email"])).is_some());
    }

    #[test]
    fn doubtful_values_and_plumbing_at_home_are_not_told() {
        let mut low = leak(ValueKind::Mac, "", Role::Body, &[]);
        low.confidence = Confidence::Low;
        assert_eq!(judge(&mut Leaks::default(), Way::ToInternet, &low), None);
        let name = leak(ValueKind::Mac, "name", Role::Name, &[]);
        let mut quiet = fact(&flow(1, 5_353), "mdns", Direction::ToServer, What::Leak(name.clone()));
        quiet.clear = false;
        assert!(Leaks::default().judge(Way::Inside, &quiet, &name).is_none());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut leaks = Leaks::default();
        for packet in 0..(FLOWS as u64 + 10) {
            let leak = leak(ValueKind::Imei, "imei", Role::Body, &["form:imei"]);
            let fact = fact(&flow(packet, 80), "http", Direction::ToServer, What::Leak(leak.clone()));
            let _ = leaks.judge(Way::ToInternet, &fact, &leak);
        }
        assert_eq!(leaks.told_who.len(), FLOWS);
    }
}
