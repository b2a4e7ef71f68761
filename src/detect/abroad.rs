//! Data that leaves for a country where it has no business, as far as a home or a device shows its own (EP-08).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::detect::leaks;
use crate::detect::numbers::drafted;
use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::event::Role;
use crate::fact::{Conversation, Fact, Kind, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::ledger::{self, Draft};
use crate::home::party::Parties;
use crate::home::{Contact, Home, Who};
use crate::knowledge::domains::entry::Purpose;
use crate::knowledge::places::Place;
use crate::knowledge::{countries, networks};
use crate::wire::{At, Direction, Timestamp, is_public};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_08], hears: &[Kind::Leak, Kind::Text, Kind::Records, Kind::Exchange], open: || Box::<Abroad>::default() };

/// A country out of character.
pub static EP_08: Card = Card {
    code: "EP-08",
    name: "Country out of character",
    title: "It sends {what}.",
    story: "{device} sends {what}, where {endpoint} stands and other rules on data may hold.",
    advice: "Ask the maker why this goes there, and whether a region can be chosen in its settings or app.",
    example: "data to a country that it never called before",
    evidence: "Messages that anyone can read, with a personal value or in text, to a server whose country is outside the home's region (the EEA is one), or that is new to a device that was seen to call others for a day (a day of silence begins anew); for what is encrypted only the latter, and only to someone who is neither the maker nor a carrier. The country stands in a database of addresses: the built-in one, or yours (--geo); a server in a network that its owner lets to others is called rented.",
    scale: "Medium where it can be read, info where it is encrypted. Confidence medium.",
    limits: "A database of addresses may be wrong. An address that is answered in many places (anycast) has no country, and nothing is told of it. The home's region is known only where an address of it on the Internet shows: of IPv6, of a capture outside the router, or as a meeting point tells it. That devices call servers abroad is usual and is not told by itself.",
    standards: &["GDPR ch. V", "ETSI EN 303 645 6.1-1"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Conversations that are remembered.
const SEEN: usize = 4_096;
/// Seconds of a device's conversations after which a new country is something new.
const HABIT: f64 = 86_400.0;

/// A message that anyone can read.
#[derive(Debug)]
struct Readable {
    flow: Arc<Conversation>,
    protocol: &'static str,
    what: &'static str,
    is_personal: bool,
    at: At,
    time: Timestamp,
    excerpt: String,
}

/// Notes what can be read, and under which addresses the home is known outside.
#[derive(Debug, Default)]
struct Abroad {
    readable: BTreeMap<(IpAddr, IpAddr, u16), Readable>,
    outside: BTreeSet<IpAddr>,
}

impl Detector for Abroad {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        let noted = match &fact.what {
            // A user's name alone (`anonymous`) is nobody's fact.
            What::Leak(leak) if is_sure(leak.confidence) && leak.role != Role::Name && leaks::severity(leak).is_some() => {
                Some((leak.value.kind.plain(), true, leak.at, &leak.excerpt))
            }
            What::Text { excerpt, at } | What::Records { excerpt, at, .. } => Some(("readable messages", false, *at, excerpt)),
            What::Exchange(told) if fact.protocol == "stun" && told.kind.as_deref() == Some("binding") && told.status.is_none() => {
                self.mapped(home, flow, told.target.as_deref());
                None
            }
            _ => None,
        };
        let Some((what, is_personal, at, excerpt)) = noted else { return };
        if fact.direction != Direction::ToServer || home.way(flow, fact.direction) != Way::ToInternet {
            return;
        }
        let key = (flow.client.ip, flow.server.ip, flow.server.port);
        let is_better = self.readable.get(&key).is_none_or(|known| is_personal && !known.is_personal);
        if is_better && (self.readable.len() < SEEN || self.readable.contains_key(&key)) {
            let (flow, protocol, excerpt) = (Arc::clone(flow), fact.protocol, excerpt.clone());
            self.readable.insert(key, Readable { flow, protocol, what, is_personal, at, time: fact.time, excerpt });
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let contacts = home.contacts();
        let new = new_countries(home, contacts);
        if self.readable.is_empty() && new.is_empty() {
            return;
        }
        let own = self.own(home, &home.public_addresses());
        let parties = home.parties();
        for contact in contacts.iter().filter(|contact| contact.answered && !contact.meets) {
            let readable = self.readable.get(&(contact.flow.client.ip, contact.flow.server.ip, contact.flow.server.port));
            if readable.is_none() && new.is_empty() {
                continue;
            }
            let Place::Country(letters) = home.place(contact.flow.server.ip) else { continue };
            let is_new = new.contains(&(home.who(&contact.flow.client), letters));
            let is_outside = !own.is_empty() && !own.iter().any(|own| countries::is_one_region(*own, letters));
            let country = countries::name(letters).map_or_else(|| String::from_utf8_lossy(&letters).into_owned(), str::to_owned);
            // Who rents a machine there may sit anywhere.
            let country = if is_rented(contact.flow.server.ip) { format!("a rented server in {country}") } else { country };
            let place = if is_new { format!("{country}, a country that it called for the first time") } else { format!("{country}, outside your region") };
            if let Some(readable) = readable.filter(|readable| is_new || is_outside && readable.is_personal) {
                let draft = drafted(&EP_08, Severity::Medium, Confidence::Medium, &readable.flow, readable.protocol);
                let evidence = ledger::evidence(readable.at, readable.time, readable.excerpt.clone());
                tell(Draft { what: format!("{} in the clear to {place}", readable.what), evidence, ..draft });
            } else if readable.is_none() && is_new && is_strange(home, parties, contact) {
                let draft = drafted(&EP_08, Severity::Info, Confidence::Medium, &contact.flow, contact.protocol);
                tell(Draft { what: format!("encrypted messages to {place}"), ..draft });
            }
        }
    }

    fn unjudged(&self, home: &Home) -> Vec<String> {
        let has_place = |readable: &&Readable| readable.is_personal && matches!(home.place(readable.flow.server.ip), Place::Country(_));
        let is_unknown = self.readable.values().any(|readable| has_place(&readable)) && self.own(home, &home.public_addresses()).is_empty();
        let sentence = "In which country the home is was not seen, so whether readable data left its region was not judged.".to_owned();
        is_unknown.then_some(sentence).into_iter().collect()
    }
}

impl Abroad {
    /// A meeting point told a device under which address it is known outside.
    fn mapped(&mut self, home: &Home, flow: &Conversation, target: Option<&str>) {
        let address = target.and_then(|target| target.parse::<SocketAddr>().ok()).map(|address| address.ip());
        let is_own = home.way(flow, Direction::ToServer) == Way::ToInternet;
        if let Some(address) = address.filter(|address| is_own && is_public(*address) && *address != flow.server.ip && self.outside.len() < SEEN) {
            self.outside.insert(address);
        }
    }

    /// The countries that the home is in, as far as its addresses on the Internet show.
    fn own(&self, home: &Home, addresses: &[IpAddr]) -> BTreeSet<[u8; 2]> {
        let place = |address: &IpAddr| if let Place::Country(letters) = home.place(*address) { Some(letters) } else { None };
        addresses.iter().chain(&self.outside).filter_map(place).collect()
    }
}

/// What a device does while it is watched: after a day of silence it begins anew.
struct Habit {
    first: Timestamp,
    last: Timestamp,
    countries: BTreeSet<[u8; 2]>,
}

/// Which countries devices called for the first time when they had been calling others for a day.
fn new_countries(home: &Home, contacts: &[Contact]) -> BTreeSet<(Who, [u8; 2])> {
    let mut known: BTreeMap<Who, Habit> = BTreeMap::new();
    let mut new = BTreeSet::new();
    let begun = || contacts.iter().map(|contact| contact.flow.first);
    let is_long = begun().min().zip(begun().max()).is_some_and(|(first, last)| last.seconds_since(first) >= HABIT);
    for contact in contacts.iter().filter(|contact| is_long && contact.answered) {
        let Place::Country(letters) = home.place(contact.flow.server.ip) else { continue };
        let device = home.who(&contact.flow.client);
        let begun = contact.flow.first;
        let habit = known.entry(device).or_insert_with(|| Habit { first: begun, last: begun, countries: BTreeSet::new() });
        if begun.seconds_since(habit.last) > HABIT {
            *habit = Habit { first: begun, last: begun, countries: BTreeSet::new() };
        }
        habit.last = habit.last.max(contact.last);
        let is_settled = begun.seconds_since(habit.first) >= HABIT;
        let is_near = habit.countries.iter().any(|country| countries::is_one_region(*country, letters));
        if habit.countries.insert(letters) && is_settled && !is_near {
            new.insert((device, letters));
        }
    }
    new
}

/// Whether an address is one that a company lets to others.
fn is_rented(address: IpAddr) -> bool {
    networks::lookup(address).is_some_and(|network| network.purpose == Purpose::Hosting)
}

/// Whether an endpoint is neither the maker's nor a carrier's.
fn is_strange(home: &Home, parties: &Parties, contact: &Contact) -> bool {
    let name = home.name_of(contact.flow.server.ip, contact.flow.client.ip);
    let device = home.who(&contact.flow.client).id();
    let whose = parties.whose([device.as_str()], name.map(|known| known.name.as_str()), contact.flow.server.ip);
    !matches!(whose.party, "first" | "support")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow, leak};
    use super::*;
    use crate::fact::{Told, Totals};
    use crate::value::ValueKind;
    use crate::wire::End;

    // Of institutions that stay where they are: RIPE NCC (NL), CERN (CH), and a resolver that is answered everywhere.
    const NEAR: &str = "193.0.6.139";
    const FAR: &str = "128.141.0.1";
    const EVERYWHERE: &str = "1.1.1.1";

    fn talk(packet: u64, server: &str, hours: i64) -> Arc<Conversation> {
        let server = End { ip: server.parse().unwrap(), port: 443, mac: None };
        Arc::new(Conversation { server, first: Timestamp::new(1_000 + hours * 3_600, 0), ..(*flow(packet, 443)).clone() })
    }

    /// What is told of calls at these hours, with what is said there.
    fn told(own: Option<&str>, calls: Vec<(&str, i64, Option<What>)>) -> Vec<(Severity, String)> {
        let (mut home, mut abroad, mut found) = (Home::default(), Abroad::default(), Vec::new());
        let mut facts = Vec::new();
        if let Some(own) = own {
            let target = Some(format!("{own}:4000"));
            facts.push(fact(
                &flow(1, 3_478),
                "stun",
                Direction::ToServer,
                What::Exchange(Told { kind: Some("binding".to_owned()), target, ..Told::default() }),
            ));
        }
        for (packet, (server, hours, said)) in (10..).zip(calls) {
            let talk = talk(packet, server, hours);
            facts.push(fact(&talk, "unknown", Direction::ToServer, What::Opened));
            facts.extend(said.map(|what| fact(&talk, "unknown", Direction::ToServer, what)));
            let totals = Totals { packets: [3, 3], bytes: [500, 400], last: talk.first, ..Totals::default() };
            facts.push(fact(&talk, "unknown", Direction::ToServer, What::Closed(totals)));
        }
        for fact in &facts {
            home.learn(fact);
            abroad.hear(&home, fact, &mut |draft| panic!("{draft:?}"));
        }
        abroad.close(&home, &mut |draft| found.push((draft.severity, draft.what)));
        found
    }

    #[allow(clippy::unnecessary_wraps, reason = "as calls take it")]
    fn value() -> Option<What> {
        Some(What::Leak(leak(ValueKind::Imei, "imei", Role::Body, &[])))
    }

    #[allow(clippy::unnecessary_wraps, reason = "as calls take it")]
    fn text() -> Option<What> {
        Some(What::Text { excerpt: "x".to_owned(), at: At::default() })
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn a_personal_value_that_leaves_the_region_is_told() {
        let far = "its permanent device number (IMEI) in the clear to Switzerland, outside your region".to_owned();
        assert_eq!(told(Some(NEAR), vec![(FAR, 0, value())]), [(Severity::Medium, far)]);
        let rented = "its permanent device number (IMEI) in the clear to a rented server in the United States, outside your region";
        assert!(
            told(Some(NEAR), vec![("52.10.1.1", 0, value())]).iter().all(|(_, what)| what == rented),
            "{:?}",
            told(Some(NEAR), vec![("52.10.1.1", 0, value())])
        );
        assert_eq!(told(Some(FAR), vec![(FAR, 0, value())]), []);
        assert_eq!(told(None, vec![(FAR, 0, value())]), [], "where the home is is not known");
        let user = What::Leak(leak(ValueKind::Username, "user", Role::Payload, &[]));
        assert_eq!(told(Some(NEAR), vec![(FAR, 0, Some(user))]), [], "who logs in as anybody tells nothing");
        assert_eq!(told(Some(NEAR), vec![(FAR, 0, None)]), [], "to call abroad is usual");
        assert_eq!(told(Some(NEAR), vec![(FAR, 0, text())]), [], "with nothing personal it is usual too");
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn a_country_that_is_new_after_a_day_is_told() {
        let new = "readable messages in the clear to Switzerland, a country that it called for the first time".to_owned();
        assert_eq!(told(None, vec![(NEAR, 0, None), (NEAR, 20, None), (FAR, 30, text())]), [(Severity::Medium, new)]);
        assert_eq!(told(None, vec![(NEAR, 0, None), (FAR, 3, text())]), [], "the first day teaches");
        assert_eq!(told(None, vec![(NEAR, 0, None), (FAR, 1, None), (NEAR, 20, None), (FAR, 30, text())]), []);
        assert_eq!(told(None, vec![(NEAR, 0, None), (FAR, 9_000, text())]), [], "what was years ago is no habit");
        assert_eq!(
            told(None, vec![(NEAR, 0, None), (NEAR, 20, None), (FAR, 30, None)]).iter().map(|(severity, _)| *severity).collect::<Vec<_>>(),
            [Severity::Info]
        );
    }

    #[test]
    fn what_stands_everywhere_is_in_no_country() {
        assert_eq!(told(Some(NEAR), vec![(NEAR, 0, None), (NEAR, 20, None), (EVERYWHERE, 30, value())]), []);
    }
}
