//! Servers that hand out personal data to whoever knows a number (PT-10).

use std::collections::BTreeMap;

use crate::detect::leaks;
use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::event::Proof;
use crate::fact::{Fact, FlowId, Kind, Leak, Told, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::value::ValueKind;
use crate::wire::Direction;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_10], hears: &[Kind::Leak, Kind::Exchange, Kind::Closed], open: || Box::<Handed>::default() };

/// Personal data for whoever knows a number.
pub static PT_10: Card = Card {
    code: "PT-10",
    name: "Server appears to hand out personal data to anyone who knows an identifier",
    title: "Its server hands out {what} to whoever knows its number.",
    story: "{device} asked {endpoint} with nothing but a number and got personal data ({what}), so whoever knows or guesses such a number may get them too.",
    advice: "Ask the maker how the server knows who asks, and do not publish the device's number or a picture of its label.",
    example: "its position",
    evidence: "A plain request with an identifier and without password, token, cookie or signature was answered with 200 and at least one personal value.",
    scale: "High, critical on a child's device. Confidence medium: that nothing was shown is seen, what the server checks besides is not.",
    limits: "Nothing is ever tried. Left out on purpose: requests with anything long and without sense in path, parameters or fields, which may be a secret, and answers with a position alone to who named no device.",
    standards: &["ETSI EN 303 645 5.5-5", "ETSI EN 303 645 5.8-2", "EN 18031-1 ACM", "EN 18031-1 AUM", "CWE-306", "CWE-639", "CWE-862", "OWASP IoT 2018 I3"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Flows of which a request waits for its answer's end.
const FLOWS: usize = 4_096;

/// What a request and its answer held so far.
#[derive(Default)]
struct Asked {
    has_secret: bool,
    names_someone: bool,
    personal: Vec<ValueKind>,
}

/// Joins each request with its answer.
#[derive(Default)]
struct Handed {
    asked: BTreeMap<FlowId, Asked>,
}

impl Detector for Handed {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = fact.flow.as_ref().filter(|_| fact.protocol == "http") else { return };
        match &fact.what {
            What::Leak(leak) if is_sure(leak.confidence) => {
                if self.asked.len() >= FLOWS {
                    self.asked.pop_first();
                }
                self.asked.entry(flow.id).or_default().note(fact.direction, leak);
            }
            What::Exchange(told) => {
                let asked = self.asked.remove(&flow.id).unwrap_or_default();
                let is_outward = home.way(flow, fact.direction) == Way::ToInternet;
                if let Some(what) = asked.handed(told).filter(|_| is_outward) {
                    let line: String =
                        format!("{}{}", told.host.as_deref().unwrap_or_default(), told.target.as_deref().unwrap_or_default()).chars().take(80).collect();
                    let mut draft = Draft::new(&PT_10, Severity::High, Confidence::Medium, flow, fact, told.at, line);
                    what.plain().clone_into(&mut draft.what);
                    tell(draft);
                }
            }
            What::Closed(_) => _ = self.asked.remove(&flow.id),
            _ => {}
        }
    }
}

impl Asked {
    fn note(&mut self, direction: Direction, leak: &Leak) {
        let kind = leak.value.kind;
        if direction == Direction::ToServer {
            self.has_secret |= matches!(kind, ValueKind::Password | ValueKind::Token | ValueKind::Cookie);
            self.names_someone |= leaks::names_someone(kind) || kind == ValueKind::Mac;
        } else if is_personal(kind) && (kind == ValueKind::Position || leaks::is_told_to_anyone_wrongly(leak)) && !self.personal.contains(&kind) {
            self.personal.push(kind);
        }
    }

    /// What was handed out to someone who showed nothing.
    fn handed(&self, told: &Told) -> Option<ValueKind> {
        let is_bare = told.proof == Proof::Nothing && !self.has_secret && told.status == Some(200);
        let has_number = self.names_someone || told.target.as_deref().is_some_and(names_a_number);
        // A position is what weather and maps tell anyone.
        let worst = self.personal.iter().copied().find(|kind| *kind != ValueKind::Position || self.names_someone)?;
        (is_bare && has_number).then_some(worst)
    }
}

/// What the cards on personal values tell of in an answer.
fn is_personal(kind: ValueKind) -> bool {
    use ValueKind::{Email, Health, Iccid, Imei, Imsi, Name, Phone, Position, Profile};
    matches!(kind, Position | Imei | Imsi | Iccid | Phone | Email | Name | Health | Profile)
}

/// Whether a target has a parameter, or a part of its path, that names a device or user.
fn names_a_number(target: &str) -> bool {
    const NAMES: &[&str] = &[
        "id",
        "uid",
        "imei",
        "userid",
        "user_id",
        "deviceid",
        "device_id",
        "devid",
        "did",
        "sn",
        "serial",
        "mac",
        "cid",
        "childid",
        "child_id",
        "watchid",
        "phone",
        "account",
    ];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let in_query = query
        .split(['&', ';'])
        .filter_map(|pair| pair.split_once('='))
        .any(|(name, value)| !value.is_empty() && NAMES.contains(&name.to_ascii_lowercase().as_str()));
    in_query || path.split('/').any(|segment| segment.len() >= 3 && segment.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::leak;
    use super::*;
    use crate::event::Role;

    fn handed(target: &str, proof: Proof, sent: &[ValueKind], answered: &[(ValueKind, &str)]) -> Option<ValueKind> {
        let mut asked = Asked::default();
        for kind in sent {
            asked.note(Direction::ToServer, &leak(*kind, "k", Role::Target, &["query:k"]));
        }
        for (kind, field) in answered {
            asked.note(Direction::ToClient, &leak(*kind, field, Role::Body, &["http-body", "json:k"]));
        }
        asked.handed(&Told { target: Some(target.to_owned()), status: Some(200), proof, ..Told::default() })
    }

    #[test]
    fn data_for_a_number_is_told() {
        let track = [(ValueKind::Position, "lat"), (ValueKind::Phone, "phone")];
        assert_eq!(handed("/track?imei=••••29", Proof::Nothing, &[ValueKind::Imei], &track), Some(ValueKind::Position));
        assert_eq!(handed("/child?id=12", Proof::Nothing, &[], &track), Some(ValueKind::Phone));
    }

    #[test]
    fn who_shows_something_and_weather_are_not() {
        let track = [(ValueKind::Position, "lat"), (ValueKind::Phone, "phone")];
        for proof in [Proof::Given, Proof::Perhaps, Proof::Unknown] {
            assert_eq!(handed("/track?imei=••••29", proof, &[ValueKind::Imei], &track), None, "{proof:?}");
        }
        assert_eq!(handed("/track?imei=••••29", Proof::Nothing, &[ValueKind::Imei, ValueKind::Token], &track), None);
        assert_eq!(handed("/weather?id=2643743", Proof::Nothing, &[], &[(ValueKind::Position, "lat")]), None);
        assert_eq!(handed("/contact.html", Proof::Nothing, &[], &[(ValueKind::Email, "mail")]), None);
    }
}
