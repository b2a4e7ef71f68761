//! Personal values that anyone on the way can read: which card they are, what they weigh, and which are no leak (LK-01 to LK-12).

use std::collections::BTreeSet;

use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::event::Role;
use crate::fact::{Fact, FlowId, Kind, Leak, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::home::map::Map;
use crate::value::ValueKind;

mod cards;
mod cookies;
mod lookups;

use cards::{LK_01, LK_02, LK_03, LK_04, LK_05, LK_06, LK_07, LK_08, LK_09, LK_10, LK_11, LK_12};
use cookies::{Use, cookie};
use lookups::Lookups;

/// See the file.
pub static RULE: Rule = Rule {
    cards: &[&LK_01, &LK_02, &LK_03, &LK_04, &LK_05, &LK_06, &LK_07, &LK_08, &LK_09, &LK_10, &LK_11, &LK_12],
    hears: &[Kind::Leak, Kind::Named, Kind::Exchange, Kind::Closed],
    open: || Box::<Leaks>::default(),
};

/// Flows remembered as having told a server who asks; the oldest is forgotten first.
const FLOWS: usize = 8_192;

/// Identifiers remembered with the flow that they were first seen in; further ones are not remembered.
const IDENTIFIERS: usize = 8_192;

/// Remembers which servers were told whom they answer, which identifiers were seen before, and who looks up where it is.
#[derive(Default)]
struct Leaks {
    told_who: BTreeSet<FlowId>,
    identifiers: Map<[u8; 32], FlowId>,
    lookups: Lookups,
}

impl Detector for Leaks {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Leak(leak) => {
                let way = home.way(flow, fact.direction);
                self.lookups.leak(way, fact, leak);
                if let Some(draft) = self.judge(way, fact, leak) {
                    tell(draft);
                }
            }
            What::Named(named) => self.lookups.named(home, fact, named),
            What::Exchange(told) => self.lookups.exchanged(home, fact, told),
            What::Closed(_) => {
                self.told_who.remove(&flow.id);
                self.lookups.closed(flow.id);
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        self.lookups.close(home, tell);
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
        let is_name = leak.role == Role::Name;
        let is_answer = way == Way::FromInternet && !self.told_who.contains(&flow.id) && leak.value.kind != ValueKind::Word;
        let is_name = is_name && matches!(leak.value.kind, ValueKind::Name | ValueKind::Word | ValueKind::Mac);
        let is_plumbing = way == Way::Inside && !fact.clear && !is_name;
        if !is_sure(leak.confidence) || is_plumbing || is_of_a_page(leak) || (is_answer && !is_told_to_anyone_wrongly(leak)) || is_download(way, leak) {
            return None;
        }
        let (card, severity) = (card(leak)?, severity(leak)?);
        // A name that one asks for goes to the Internet, whoever hands the question on.
        let is_told_at_home = card.code == LK_12.code && way == Way::Inside && leak.value.kind != ValueKind::Mac;
        let severity = if is_told_at_home { Severity::Low } else { severity };
        let mut draft = Draft::new(card, severity, self.confidence(leak, flow.id), flow, fact, leak.at, leak.excerpt.clone());
        draft.kind = leak.value.kind.word();
        draft.field.clone_from(&leak.value.field);
        draft.what = what(way, leak);
        draft.value = Some(leak.value.clone());
        Some(draft)
    }

    /// An identifier that is seen once may be made anew for each session.
    fn confidence(&mut self, leak: &Leak, flow: FlowId) -> Confidence {
        match leak.value.kind {
            ValueKind::Cookie if cookie(&leak.value.field) == Use::Unknown => Confidence::Medium,
            ValueKind::Uuid if leak.confidence == Confidence::High => match self.identifiers.get(&leak.value.digest) {
                Some(first) if *first != flow => Confidence::High,
                Some(_) => Confidence::Medium,
                None => {
                    if self.identifiers.len() < IDENTIFIERS {
                        self.identifiers.insert(leak.value.digest, flow);
                    }
                    Confidence::Medium
                }
            },
            _ => leak.confidence,
        }
    }
}

/// In plain words. At home a network's password is handed to what joins it.
fn what(way: Way, leak: &Leak) -> String {
    let plain = leak.value.kind.plain();
    if way == Way::Inside && leak.value.kind == ValueKind::NetworkKey { format!("{plain} while something was set up") } else { plain.to_owned() }
}

/// Numbers that a device keeps for life.
fn is_permanent(kind: ValueKind) -> bool {
    use ValueKind::{Iccid, Imei, Imsi, Mac, Serial, Uuid};
    matches!(kind, Imei | Imsi | Iccid | Serial | Uuid | Mac)
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
    // Of places, of persons in songs and films, and of shops, many pages speak.
    let is_of_the_world = matches!(
        leak.value.kind,
        ValueKind::Position
            | ValueKind::Name
            | ValueKind::Health
            | ValueKind::Profile
            | ValueKind::Address
            | ValueKind::Iban
            | ValueKind::Cell
            | ValueKind::WifiScan
            | ValueKind::AdId
    );
    by_protocol || leak.confidence == Confidence::Certain && !is_of_the_world || by_key && !is_of_the_world
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
    way == Way::FromInternet && matches!(leak.value.kind, ValueKind::Serial | ValueKind::Uuid | ValueKind::NetworkName | ValueKind::AdId) && !by_protocol
}

/// Words about passwords in the text and the programs of a page, and keys of programs that everyone is given who opens it.
fn is_of_a_page(leak: &Leak) -> bool {
    let is_secret = matches!(leak.value.kind, ValueKind::Password | ValueKind::NetworkKey | ValueKind::Token);
    let is_program = ["api_key", "apikey"].iter().any(|key| leak.value.field.to_ascii_lowercase().ends_with(key));
    let steps = &leak.value.decode;
    let in_page = steps
        .iter()
        .position(|step| step.starts_with("xml"))
        .is_some_and(|page| steps.iter().skip(page + 1).any(|step| step.starts_with("text") || step.starts_with("form")));
    let in_program = is_program && steps.iter().any(|step| step.starts_with("text"));
    is_secret && leak.role == Role::Body && (in_page || in_program)
}

/// Codes and pictures that hold a place.
fn is_code(step: &str) -> bool {
    matches!(step.split(':').next(), Some("exif" | "geohash" | "plus-code" | "s2-cell" | "h3-cell" | "polyline" | "iso-6709" | "binary"))
}

/// Whether it is a name that is looked up or talked to, not what a device calls itself.
fn is_of_a_server(leak: &Leak) -> bool {
    matches!(leak.value.decode.first().map(String::as_str), Some("dns" | "sni" | "quic-sni" | "http-host"))
}

fn card(leak: &Leak) -> Option<&'static Card> {
    use ValueKind::{AdId, Address, Bssid, Card, Cell, Cookie, Email, Health, Iban, Iccid, Imei, Imsi, Mac, Name, NationalId, NetworkKey, NetworkName};
    use ValueKind::{Password, Phone, Position, Profile, Serial, Token, Username, Uuid, WifiScan, Word};
    let by_protocol = leak.role == Role::Payload && leak.confidence == Confidence::Certain;
    Some(match leak.value.kind {
        // Names that are told at home are what the network shows; those of servers go out.
        Word if leak.role == Role::Name && !is_of_a_server(leak) => &LK_12,
        Word => &LK_01,
        Name if leak.role == Role::Name => &LK_12,
        Mac if leak.role == Role::Name && is_of_a_server(leak) => &LK_12,
        // Makers name things by their address; at home everyone sees it anyway.
        Mac if leak.role == Role::Name => return None,
        Position if leak.value.decode.iter().any(|step| is_code(step)) => &LK_03,
        Position => &LK_02,
        WifiScan | Cell => &LK_04,
        Bssid if by_protocol && leak.value.field == "wifi" => &LK_04,
        Imei | Imsi | Iccid | Serial | Uuid | Mac | Bssid | NetworkName => &LK_06,
        Email | Phone => &LK_07,
        Name | Health | Profile => &LK_08,
        Cookie if cookie(&leak.value.field) == Use::Tracking => &LK_11,
        Password | NetworkKey | Token | Cookie => &LK_09,
        Card | Iban | NationalId | Address => &LK_10,
        AdId => &LK_11,
        Username => return None,
    })
}

/// What a value weighs by itself: sent to the Internet by a device of unknown kind. None for kinds that no card here is about.
pub(super) fn severity(leak: &Leak) -> Option<Severity> {
    Some(match card(leak)?.code {
        "LK-01" => word(leak),
        "LK-02" | "LK-03" if leak.decimals.is_some_and(|decimals| decimals <= 2) => Severity::Medium,
        "LK-02" | "LK-03" | "LK-04" | "LK-07" | "LK-08" => Severity::High,
        "LK-06" if leak.value.kind == ValueKind::NetworkName => Severity::Low,
        "LK-06" | "LK-11" | "LK-12" => Severity::Medium,
        "LK-09" if is_digest(leak) => Severity::Medium,
        "LK-09" if leak.value.kind == ValueKind::Cookie => match cookie(&leak.value.field) {
            Use::Harmless | Use::Tracking => Severity::Low,
            Use::Unknown => Severity::Medium,
            Use::Session => Severity::Critical,
        },
        _ => Severity::Critical,
    })
}

/// What one of the family's words weighs, by its label and by how it was written.
fn word(leak: &Leak) -> Severity {
    const DIGESTS: &[&str] = &["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
    if leak.value.decode.last().is_some_and(|step| DIGESTS.contains(&step.as_str())) {
        return Severity::Medium;
    }
    match leak.value.shown.rsplit(", ").next() {
        Some("address" | "phone" | "email" | "birthday") => Severity::Critical,
        Some("wifi") => Severity::Medium,
        _ => Severity::High,
    }
}

/// Whether it is the answer to a challenge (RFC 7616) rather than the password.
fn is_digest(leak: &Leak) -> bool {
    leak.value.field.to_ascii_lowercase().contains("digest") || leak.value.decode.iter().any(|step| step.to_ascii_lowercase().contains("digest"))
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
            (ValueKind::Cookie, "_ga", Some(("LK-11", Severity::Medium))),
            (ValueKind::AdId, "gaid", Some(("LK-11", Severity::Medium))),
            (ValueKind::Profile, "dob", Some(("LK-08", Severity::High))),
            (ValueKind::WifiScan, "bssid", Some(("LK-04", Severity::High))),
            (ValueKind::Card, "pan", Some(("LK-10", Severity::Critical))),
            (ValueKind::Cookie, "AMCVS_A70E%40AdobeOrg", Some(("LK-09", Severity::Low))),
            (ValueKind::Cookie, "x1", Some(("LK-09", Severity::Medium))),
            (ValueKind::Username, "user", None),
        ] {
            assert_eq!(up(kind, field), want, "{kind:?} {field}");
        }
    }

    #[test]
    fn a_networks_password_at_home_is_told_as_a_set_up() {
        let told = leak(ValueKind::NetworkKey, "psk", Role::Body, &["form:psk"]);
        let words = |way: Way| {
            let fact = fact(&flow(1, 80), "http", Direction::ToServer, What::Leak(told.clone()));
            Leaks::default().judge(way, &Fact { clear: true, ..fact }, &told).map(|draft| (draft.card.code, draft.what))
        };
        let plain = ValueKind::NetworkKey.plain();
        assert_eq!(words(Way::Inside), Some(("LK-09", format!("{plain} while something was set up"))));
        assert_eq!(words(Way::ToInternet), Some(("LK-09", plain.to_owned())));
    }

    #[test]
    fn a_word_of_the_family_weighs_by_what_it_is() {
        for (label, decode, want) in [
            ("person 1, name", "json:x", Severity::High),
            ("person 1, phone", "json:x", Severity::Critical),
            ("home, wifi", "json:x", Severity::Medium),
            ("person 1, email", "sha256", Severity::Medium),
        ] {
            let mut told = leak(ValueKind::Word, "x", Role::Body, &[decode]);
            label.clone_into(&mut told.value.shown);
            assert_eq!(judge(&mut Leaks::default(), Way::ToInternet, &told), Some(("LK-01", want)), "{label}");
        }
        let told = leak(ValueKind::Word, "mdns", Role::Name, &[]);
        assert_eq!(judge(&mut Leaks::default(), Way::Inside, &told), Some(("LK-12", Severity::Low)));
    }

    #[test]
    fn an_identifier_is_believed_when_it_comes_again() {
        let mut leaks = Leaks::default();
        let uuid = leak(ValueKind::Uuid, "uuid", Role::Body, &["json:uuid"]);
        let mut sure = |packet: u64| {
            let fact = fact(&flow(packet, 80), "http", Direction::ToServer, What::Leak(uuid.clone()));
            leaks.judge(Way::ToInternet, &fact, &uuid).map(|draft| draft.confidence)
        };
        assert_eq!([sure(1), sure(1), sure(9)], [Some(Confidence::Medium), Some(Confidence::Medium), Some(Confidence::High)]);
    }

    #[test]
    fn a_place_in_a_picture_and_a_name_of_a_device_have_their_cards() {
        let picture = leak(ValueKind::Position, "gpsLatitude,gpsLongitude", Role::Body, &["http-body", "exif:gpsLongitude"]);
        assert_eq!(judge(&mut Leaks::default(), Way::ToInternet, &picture), Some(("LK-03", Severity::High)));
        assert_eq!(judge(&mut Leaks::default(), Way::Inside, &leak(ValueKind::Name, "mdns", Role::Name, &[])), Some(("LK-12", Severity::Low)));
        assert_eq!(judge(&mut Leaks::default(), Way::Inside, &leak(ValueKind::Mac, "", Role::Name, &["dns"])), Some(("LK-12", Severity::Medium)));
        assert_eq!(judge(&mut Leaks::default(), Way::Inside, &leak(ValueKind::Mac, "", Role::Name, &["mdns"])), None);
    }

    #[test]
    fn songs_and_shops_of_a_page_are_not_told() {
        for kind in [ValueKind::Name, ValueKind::Profile, ValueKind::Address, ValueKind::Iban] {
            assert_eq!(judge(&mut Leaks::default(), Way::FromInternet, &leak(kind, "x", Role::Body, &["http-body", "json:x"])), None, "{kind:?}");
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
    fn a_pages_words_about_secrets_are_not_told() {
        let judged = |kind: ValueKind, field: &str, steps: &[&str]| judge(&mut Leaks::default(), Way::Inside, &leak(kind, field, Role::Body, steps)).is_some();
        assert!(!judged(ValueKind::Password, "password", &["http-body", "gzip", "xml:br", "text:password"]));
        assert!(!judged(ValueKind::Token, "key", &["http-body", "xml:a", "form:key"]));
        assert!(!judged(ValueKind::Token, "INNERTUBE_API_KEY", &["http-body", "brotli", "text:INNERTUBE_API_KEY"]));
        assert!(judged(ValueKind::Password, "LoginPassword", &["http-body", "xml:LoginPassword"]));
        assert!(judged(ValueKind::Token, "api_key", &["http-body", "json:api_key"]));
    }

    #[test]
    fn doubtful_values_and_plumbing_at_home_are_not_told() {
        let mut low = leak(ValueKind::Mac, "", Role::Body, &[]);
        low.confidence = Confidence::Low;
        assert_eq!(judge(&mut Leaks::default(), Way::ToInternet, &low), None);
        let name = leak(ValueKind::Mac, "name", Role::Payload, &[]);
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
