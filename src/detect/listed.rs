//! Whom the user's own lists name (`--lists`): told by EP-01 with the list's name, whatever the project's table says.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::detect::numbers::drafted;
use crate::detect::rule::{Detector, Rule, Tell};
use crate::detect::trackers::EP_01;
use crate::event::{DeviceKind, NameSource};
use crate::fact::{Conversation, Fact, Kind, Named, NamedSubject, What};
use crate::finding::{Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::{self, Draft};
use crate::wire::{At, Direction, Timestamp};

/// See the file. The card is [`EP_01`]'s family's.
pub static RULE: Rule = Rule { cards: &[], hears: &[Kind::Named], open: || Box::<Listed>::default() };

/// Names that are remembered.
const SEEN: usize = 8_192;

/// A name of a list.
#[derive(Clone, Debug)]
struct Sighting {
    flow: Arc<Conversation>,
    protocol: &'static str,
    name: String,
    list: String,
    /// Said to the server; else looked up.
    is_said: bool,
    at: At,
    time: Timestamp,
}

/// Remembers who named whom that a list names.
#[derive(Debug, Default)]
struct Listed {
    seen: Vec<Sighting>,
    told: BTreeSet<(std::net::IpAddr, String, bool)>,
}

impl Detector for Listed {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(lists) = &home.given().lists else { return };
        let (Some(flow), What::Named(named)) = (&fact.flow, &fact.what) else { return };
        let is_said = match (named.source, &named.subject) {
            (NameSource::Sni | NameSource::QuicSni | NameSource::HttpHost, NamedSubject::Server) => true,
            (NameSource::Dns, NamedSubject::Addresses(_)) => false,
            _ => return,
        };
        let Named { name, at, .. } = named;
        let Some(list) = lists.name(crate::home::without_port(name)) else { return };
        if self.seen.len() < SEEN && self.told.insert((flow.client.ip, name.clone(), is_said)) {
            let (flow, list) = (Arc::clone(flow), list.to_owned());
            self.seen.push(Sighting { flow, protocol: fact.protocol, name: name.clone(), list, is_said, at: *at, time: fact.time });
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let Some(lists) = &home.given().lists else { return };
        let mut reached: BTreeSet<(String, String)> = BTreeSet::new();
        for contact in home.contacts().iter().filter(|contact| contact.answered) {
            let (client, server) = (contact.flow.client.ip, contact.flow.server.ip);
            let device = home.who(&contact.flow.client).id();
            let name = home.name_of(server, client).filter(|known| known.source == NameSource::Dns).map(|known| known.name.as_str());
            let by_name = name.and_then(|name| Some((name, lists.name(name)?)));
            let called = server.to_string();
            let Some((named, list)) = by_name.or_else(|| Some((called.as_str(), lists.address(server)?))) else { continue };
            reached.insert((device, named.to_ascii_lowercase()));
            let mut draft = drafted(&EP_01, Severity::Medium, Confidence::High, &contact.flow, contact.protocol);
            (draft.field, draft.what) = (field(list), contacts(named, list));
            tell(draft);
        }
        let routers: BTreeSet<String> = home.devices().iter().filter(|device| device.kind == DeviceKind::Router).map(|device| device.id.clone()).collect();
        let (said, asked): (Vec<&Sighting>, Vec<&Sighting>) = self.seen.iter().partition(|sighting| sighting.is_said);
        for sighting in said.into_iter().chain(asked) {
            let device = home.who(&sighting.flow.client).id();
            let is_new = reached.insert((device.clone(), sighting.name.to_ascii_lowercase()));
            if sighting.is_said && home.way(&sighting.flow, Direction::ToServer) == Way::ToInternet {
                tell(sighting.draft(Severity::Medium, contacts(&sighting.name, &sighting.list)));
            } else if !sighting.is_said && is_new && !routers.contains(&device) {
                tell(sighting.draft(Severity::Info, looks_up(&sighting.name, &sighting.list)));
            }
        }
    }
}

impl Sighting {
    fn draft(&self, severity: Severity, what: String) -> Draft {
        let evidence = ledger::evidence(self.at, self.time, self.name.clone());
        Draft { field: field(&self.list), what, evidence, ..drafted(&EP_01, severity, Confidence::Certain, &self.flow, self.protocol) }
    }
}

/// What tells these findings from those of the project's table.
fn field(list: &str) -> String {
    format!("list {list}")
}

fn contacts(name: &str, list: &str) -> String {
    format!("contacts {name}, which your list \u{201c}{list}\u{201d} names")
}

fn looks_up(name: &str, list: &str) -> String {
    format!("looked up {name}, which your list \u{201c}{list}\u{201d} names, and was not seen to reach it")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::fact::Totals;
    use crate::finding::Finding;
    use crate::home::ledger::Ledger;
    use crate::knowledge::given::Given;
    use crate::knowledge::lists::Lists;

    fn findings(list: &str, looked_up: Option<&str>, said: Option<&str>, answered: bool) -> Vec<Finding> {
        let mut lists = Lists::default();
        lists.add("mine.txt", list.as_bytes());
        let given = Given { lists: Some(Arc::new(lists)), ..Given::default() };
        let (mut home, mut listed, mut ledger) = (Home::new(&[], false).with(given), Listed::default(), Ledger::default());
        let (resolver, server) = (
            Arc::new(Conversation { server: crate::wire::End { ip: "192.168.1.1".parse().unwrap(), port: 53, mac: None }, ..(*flow(1, 53)).clone() }),
            flow(5, 443),
        );
        let named = |source, name: &str, subject| What::Named(Named { source, name: name.to_owned(), subject, at: At::default() });
        let mut facts = Vec::new();
        if let Some(name) = looked_up {
            facts.push(fact(&resolver, "dns", Direction::ToClient, What::Opened));
            facts.push(fact(&resolver, "dns", Direction::ToClient, named(NameSource::Dns, name, NamedSubject::Addresses(vec![server.server.ip]))));
        }
        if said.is_some() || answered {
            facts.push(fact(&server, "tls", Direction::ToServer, What::Opened));
            facts.extend(said.map(|name| fact(&server, "tls", Direction::ToServer, named(NameSource::Sni, name, NamedSubject::Server))));
            facts.push(fact(&server, "tls", Direction::ToServer, What::Closed(Totals { packets: [3, 3], bytes: [500, 400], ..Totals::default() })));
        }
        for fact in &facts {
            home.learn(fact);
            listed.hear(&home, fact, &mut |draft| panic!("{draft:?}"));
        }
        listed.close(&home, &mut |draft| ledger.add(draft, &home));
        ledger.findings(&home, false)
    }

    fn weights(found: &[Finding]) -> Vec<(Severity, Confidence)> {
        found.iter().map(|finding| (finding.severity, finding.confidence)).collect()
    }

    #[test]
    fn whom_a_list_names_is_told_with_the_lists_name() {
        let found = findings("! Title: Mine\n||ads.test^", None, Some("x.ads.test"), true);
        assert_eq!(weights(&found), [(Severity::Medium, Confidence::Certain)]);
        assert_eq!(found[0].title, "This device contacts x.ads.test, which your list \u{201c}Mine\u{201d} names.");
        assert_eq!(found[0].code, "EP-01");
    }

    #[test]
    fn a_look_up_with_a_conversation_counts_and_one_alone_is_good_to_know() {
        assert_eq!(weights(&findings("ads.test", Some("ads.test"), None, true)), [(Severity::Medium, Confidence::High)]);
        assert_eq!(weights(&findings("ads.test", Some("ads.test"), None, false)), [(Severity::Info, Confidence::Certain)]);
        assert_eq!(
            findings("ads.test", Some("ads.test"), Some("other.test"), true).iter().map(|finding| finding.severity).collect::<Vec<_>>(),
            [Severity::Info]
        );
    }

    #[test]
    fn addresses_count_and_exceptions_do_not() {
        assert_eq!(weights(&findings("203.0.113.0/24", None, None, true)), [(Severity::Medium, Confidence::High)]);
        assert_eq!(findings("203.0.113.0/24\n@@203.0.113.5", None, None, true).len(), 0);
        assert_eq!(findings("||ads.test^\n@@||good.ads.test^", None, Some("good.ads.test"), true).len(), 0);
        assert_eq!(findings("other.test", Some("ads.test"), Some("ads.test"), true).len(), 0);
    }

    #[test]
    fn a_users_list_outweighs_what_the_table_knows() {
        assert_eq!(findings("||ring.com^", None, Some("api.ring.com"), true).len(), 1);
    }
}
