//! Time servers: asked too often, asked for more than the time, asked by a number that is built in (EP-09).

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::numbers::{drafted, is_warm};
use crate::detect::rule::{Detector, Rule, Tell};
use crate::fact::{Conversation, Fact, Kind, Told, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::ledger::{self, Draft};
use crate::home::{Contact, Home};
use crate::wire::{Direction, Timestamp, Transport};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_09], hears: &[Kind::Exchange], open: || Box::<Clocks>::default() };

/// Odd use of time servers.
pub static EP_09: Card = Card {
    code: "EP-09",
    name: "Time servers and odd NTP",
    title: "It {what}.",
    story: "{device} {what} at {endpoint}, which costs others, can be turned against them, or stops working when that server goes away.",
    advice: "Look for an update, and choose your router or a public pool as its time server if its settings allow it.",
    example: "asks for the time by a number that is built in",
    evidence: "Questions for the time (RFC 5905): more than 10 to one server within a minute; orders of modes 6 and 7 (RFC 9327), `monlist` among them; an answered conversation on the port of time that is none; a server's number that nothing was looked up for and that the home did not offer.",
    scale: "Low: too often, orders of mode 7, what is no time. Info: orders of mode 6, a built-in number. Certain; high where a built-in number is judged.",
    limits: "A burst of up to ten questions when a device starts is usual (iburst), and extensions of messages (NTS, RFC 8915) are. A built-in number is judged only of a device that was seen to come to the network.",
    standards: &["ETSI EN 303 645 5.9-3"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Ends and servers that are remembered.
const SEEN: usize = 4_096;
/// More questions than these within a minute are too many.
const USUAL: usize = 10;
const MINUTE: f64 = 60.0;
/// Where the time is asked for.
const PORT: u16 = 123;

/// What one end asked of one server.
#[derive(Debug)]
struct Questions {
    flow: Arc<Conversation>,
    /// The latest, no more than one too many.
    latest: VecDeque<(Timestamp, u64)>,
    /// The first that was one too many.
    excess: Option<(Timestamp, u64)>,
    all: u64,
}

/// Counts questions; the rest the home knows.
#[derive(Debug, Default)]
struct Clocks {
    asked: BTreeMap<(IpAddr, IpAddr), Questions>,
    orders: Vec<Draft>,
}

impl Detector for Clocks {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let (Some(flow), What::Exchange(told), "ntp") = (&fact.flow, &fact.what, fact.protocol) else { return };
        match told.kind.as_deref() {
            Some("client") if fact.direction == Direction::ToServer => self.question(flow, told),
            Some("control" | "private") if home.way(flow, fact.direction) != Way::Inside && self.orders.len() < SEEN => {
                self.orders.push(order(flow, fact, told));
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        for questions in self.asked.values() {
            let Some((time, packet)) = questions.excess else { continue };
            let mut draft = drafted(&EP_09, Severity::Low, Confidence::Certain, &questions.flow, "ntp");
            draft.kind = "rate";
            "asks for the time far too often".clone_into(&mut draft.what);
            draft.evidence.excerpt = format!("{} questions, more than {USUAL} of them within a minute", questions.all);
            (draft.evidence.time, draft.evidence.packet) = (time, packet);
            tell(draft);
        }
        self.orders.iter().for_each(|draft| tell(draft.clone()));
        for contact in home.contacts() {
            if let Some((kind, severity, what)) = odd(home, contact) {
                let draft = drafted(&EP_09, severity, if kind == "number" { Confidence::High } else { Confidence::Certain }, &contact.flow, contact.protocol);
                tell(Draft { kind, what: what.to_owned(), ..draft });
            }
        }
    }
}

impl Clocks {
    fn question(&mut self, flow: &Arc<Conversation>, told: &Told) {
        let key = (flow.client.ip, flow.server.ip);
        if self.asked.len() >= SEEN && !self.asked.contains_key(&key) {
            return;
        }
        let new = || Questions { flow: Arc::clone(flow), latest: VecDeque::new(), excess: None, all: 0 };
        let questions = self.asked.entry(key).or_insert_with(new);
        questions.all += 1;
        questions.latest.push_back((told.at.time, told.at.packet));
        if questions.latest.len() > USUAL
            && let Some((oldest, _)) = questions.latest.pop_front()
            && told.at.time.seconds_since(oldest) < MINUTE
        {
            questions.excess.get_or_insert((told.at.time, told.at.packet));
        }
    }
}

/// An order that is no question for the time.
fn order(flow: &Arc<Conversation>, fact: &Fact, told: &Told) -> Draft {
    let target = told.target.clone().unwrap_or_default();
    let is_private = told.kind.as_deref() == Some("private");
    let is_list = target.contains("monlist");
    let mut draft = drafted(&EP_09, if is_private { Severity::Low } else { Severity::Info }, Confidence::Certain, flow, fact.protocol);
    draft.kind = if is_private { "private" } else { "control" };
    draft.direction = fact.direction;
    let what = if is_list { "takes part in asking who else asked for the time" } else { "gives or takes orders that are not about the time" };
    what.clone_into(&mut draft.what);
    draft.evidence = ledger::evidence(told.at, fact.time, format!("{} {target}", draft.kind).trim_end().to_owned());
    draft
}

/// What is odd about a conversation as a whole.
fn odd(home: &Home, contact: &Contact) -> Option<(&'static str, Severity, &'static str)> {
    let flow = &contact.flow;
    if flow.transport != Transport::Udp || !contact.answered {
        return None;
    }
    if contact.protocol == "ntp" {
        let is_built_in = !contact.named && !contact.introduced && flow.started && is_warm(contact);
        let is_offered = home.offered_time_servers().contains(&flow.server.ip);
        return (is_built_in && !is_offered).then_some(("number", Severity::Info, "asks for the time by a number that is built in"));
    }
    // Messages of time alone are 90 bytes of a frame.
    let [sent, answered] = contact.bytes;
    let is_more = (sent + answered) / contact.packets.max(1) > 100;
    (flow.server.port == PORT && contact.protocol == "unknown" && is_more).then_some((
        "other",
        Severity::Low,
        "talks where the time is asked for, but not about the time",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{contact, fact, flow};
    use super::*;
    use crate::wire::At;

    fn asked(kind: &str, target: &str, second: i64) -> What {
        let at = At { packet: 7, time: Timestamp::new(1_000 + second, 0), ..At::default() };
        What::Exchange(Told { kind: Some(kind.to_owned()), target: Some(target.to_owned()), at, ..Told::default() })
    }

    fn told(asked: Vec<What>) -> Vec<(&'static str, Severity)> {
        let (home, mut clocks, mut found) = (Home::default(), Clocks::default(), Vec::new());
        for what in asked {
            clocks.hear(&home, &fact(&flow(1, 123), "ntp", Direction::ToServer, what), &mut |draft| panic!("{draft:?}"));
        }
        clocks.close(&home, &mut |draft| found.push((draft.kind, draft.severity)));
        found
    }

    #[test]
    fn the_time_is_asked_for_too_often() {
        assert_eq!(told((0..16).map(|number| asked("client", "v4", 3 * number)).collect()), [("rate", Severity::Low)]);
        assert_eq!(told((0..8).map(|number| asked("client", "v4", 2 * number)).collect()), [], "a burst at the start");
        assert_eq!(told((0..200).map(|number| asked("client", "v4", 7 * number)).collect()), []);
    }

    #[test]
    fn orders_are_no_questions_for_the_time() {
        assert_eq!(told(vec![asked("private", "v2 monlist", 0)]), [("private", Severity::Low)]);
        assert_eq!(told(vec![asked("control", "v2 read-variables", 0)]), [("control", Severity::Info)]);
        assert_eq!(told(vec![asked("server", "v4", 0)]), []);
    }

    #[test]
    fn a_number_that_is_built_in() {
        let home = Home::default();
        let time = |change: fn(&mut Contact)| {
            let mut talk = (*flow(1, 123)).clone();
            talk.transport = Transport::Udp;
            let mut contact = Contact { flow: Arc::new(talk), protocol: "ntp", ..contact(123) };
            change(&mut contact);
            odd(&home, &contact).map(|(kind, severity, _)| (kind, severity))
        };
        assert_eq!(time(|_| {}), Some(("number", Severity::Info)));
        assert_eq!(time(|contact| contact.named = true), None);
        assert_eq!(time(|contact| contact.answered = false), None);
        assert_eq!(time(|contact| contact.device_start_seen = false), None, "it may have been looked up before");
        assert_eq!(time(|contact| (contact.protocol, contact.packets) = ("unknown", 6)), Some(("other", Severity::Low)));
        assert_eq!(time(|contact| (contact.protocol, contact.packets) = ("unknown", 90)), None);
    }
}
