//! Direct links to strangers: peers of calls, cameras' peers, relays (EP-11).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::detect::numbers::{drafted, swarms};
use crate::detect::rule::{Detector, Rule, Tell};
use crate::fact::{Conversation, Fact, FlowId, Kind, Totals, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::contacts::MEETING;
use crate::home::ledger::Draft;
use crate::home::party::Parties;
use crate::knowledge::places::Place;
use crate::printable::plural;
use crate::wire::{Direction, Timestamp};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_11], hears: &[Kind::Exchange, Kind::Media, Kind::Sealed, Kind::Closed], open: || Box::<Links>::default() };

/// A direct link.
pub static EP_11: Card = Card {
    code: "EP-11",
    name: "Direct link to a stranger (peer to peer, STUN, TURN, relays)",
    title: "It has a link to a device or relay outside your home.",
    story: "{device} and {endpoint} were linked {what}.",
    advice: "If nobody in the family called or watched then, change the password of its account and look who may use it.",
    example: "directly",
    evidence: "At least 16 ends without a name, at 8 ports of their own, that one device exchanged messages with (a network of peers, told once); else a conversation in which two ends that found each other by STUN (RFC 8489), or by the peer-to-peer protocols of cameras (PPPP, Kalay), exchanged more than greetings, or media of a call (RTP); a relay shows by the orders of TURN (RFC 8656) or of the camera's protocol.",
    scale: "Info; medium where sound or pictures go by unencrypted, or where, after a day of links, one leads to a country that none led to before. Certain; a network of peers high.",
    limits: "Who is at the other end, and whether the owner called, is not seen. Meeting points that only tell an address are left out, and so are named servers of the maker and of known companies.",
    standards: &["ETSI EN 303 645 5.5-1", "ETSI EN 303 645 6.1-1"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Conversations that are remembered.
const SEEN: usize = 4_096;
/// Less than this is a greeting.
const GREETING: u64 = 3_000;
/// Seconds of links after which a new country is something new.
const HABIT: f64 = 86_400.0;

/// A conversation in which ends meet.
#[derive(Clone, Debug)]
struct Link {
    flow: Arc<Conversation>,
    protocol: &'static str,
    /// Whether a server between the two carries what they say.
    relayed: bool,
    /// Whether more was exchanged than greetings: media, data, what is sealed.
    spoke: bool,
    /// Whether sound or pictures went by that anyone can see.
    is_clear: bool,
    sealed: bool,
    totals: Option<(u64, Timestamp)>,
}

/// Notes conversations in which ends meet.
#[derive(Debug, Default)]
struct Links {
    links: BTreeMap<FlowId, Link>,
}

impl Detector for Links {
    fn hear(&mut self, _: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        if !MEETING.contains(&fact.protocol) && !self.links.contains_key(&flow.id) {
            return;
        }
        if matches!(fact.what, What::Progress(_)) || self.links.len() >= SEEN && !self.links.contains_key(&flow.id) {
            return;
        }
        let new = || Link { flow: Arc::clone(flow), protocol: fact.protocol, relayed: false, spoke: false, is_clear: false, sealed: false, totals: None };
        self.links.entry(flow.id).or_insert_with(new).learn(fact);
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let contacts = home.contacts();
        for (first, count) in swarms(home, contacts).into_values() {
            let what = format!("directly, as it was with {}, as programs are that share files or keep a ledger together", plural(count as u64 - 1, "other"));
            tell(Draft { what, kind: "peers", ..drafted(&EP_11, Severity::Info, Confidence::High, &first.flow, first.protocol) });
        }
        let links: Vec<&Link> = self.links.values().filter(|link| link.is_link() && home.way(&link.flow, Direction::ToServer) != Way::Inside).collect();
        if links.is_empty() {
            return;
        }
        let parties = home.parties();
        // When links of a device began, when the last one ended, and the countries that they led to.
        let mut led: BTreeMap<String, (Timestamp, Timestamp, BTreeSet<String>)> = BTreeMap::new();
        for link in links.into_iter().filter(|link| is_stranger(home, parties, link)) {
            let roles = home.roles(&link.flow, Direction::ToServer, false);
            let begun = link.flow.first;
            let (first, last, countries) = led.entry(home.who(roles.device).id()).or_insert_with(|| (begun, begun, BTreeSet::new()));
            let country = if let place @ Place::Country(_) = home.place(roles.other.ip) { place.country() } else { None };
            if link.flow.first.seconds_since(*last) > HABIT {
                (*first, *last) = (link.flow.first, link.flow.first);
                countries.clear();
            }
            *last = (*last).max(link.totals.map_or(link.flow.first, |(_, last)| last));
            let is_settled = !countries.is_empty() && link.flow.first.seconds_since(*first) >= HABIT;
            let is_new = country.is_some_and(|country| countries.insert(country)) && is_settled;
            let severity = if link.is_clear || is_new { Severity::Medium } else { Severity::Info };
            let what = link.words(is_new);
            tell(Draft {
                what,
                kind: if link.relayed { "relay" } else { "direct" },
                ..drafted(&EP_11, severity, Confidence::Certain, &link.flow, link.protocol)
            });
        }
    }
}

impl Link {
    fn learn(&mut self, fact: &Fact) {
        match &fact.what {
            What::Exchange(told) => {
                let kind = told.kind.as_deref().unwrap_or_default();
                // TURN: a relay's orders and what it carries; PPPP: pieces of a channel, relays.
                self.relayed |= matches!(kind, "allocate" | "refresh" | "send" | "data" | "create-permission" | "channel-bind") && fact.protocol == "stun"
                    || kind == "relay" && fact.protocol == "pppp";
                self.spoke |= kind == "data" && fact.protocol == "pppp";
            }
            What::Media { .. } => (self.spoke, self.is_clear) = (true, true),
            What::Sealed { .. } => (self.spoke, self.sealed) = (true, true),
            What::Closed(totals) => self.end(fact, totals),
            _ => {}
        }
    }

    fn end(&mut self, fact: &Fact, totals: &Totals) {
        self.spoke |= fact.protocol == "rtp" || self.relayed;
        self.protocol = fact.protocol;
        let is_mutual = totals.packets.iter().all(|packets| *packets > 0);
        self.totals = is_mutual.then(|| (totals.bytes.iter().sum(), totals.last));
    }

    /// Whether more than greetings went to and fro.
    fn is_link(&self) -> bool {
        self.spoke && self.totals.is_some_and(|(bytes, _)| bytes >= GREETING)
    }

    /// As in "… and … were linked …".
    fn words(&self, is_new: bool) -> String {
        let (bytes, last) = self.totals.unwrap_or((0, self.flow.first));
        let way = if self.relayed { "through a relay" } else { "directly" };
        let seen = match (self.is_clear && !self.sealed, self.sealed) {
            (true, _) => "so that anyone on the way can see or hear it",
            (_, true) => "encrypted",
            (false, false) => "nobody can tell how well encrypted",
        };
        let new = if is_new { ", to a country that no link of it led to before" } else { "" };
        format!("{way} for {} ({} kB), {seen}{new}, as in a call or a live picture", length(last.seconds_since(self.flow.first)), bytes.div_ceil(1_000))
    }
}

/// Whether the other end is nobody who is known: neither by its name, nor by the network of a company that rents out nothing.
fn is_stranger(home: &Home, parties: &Parties, link: &Link) -> bool {
    let roles = home.roles(&link.flow, Direction::ToServer, false);
    let name = home.name_of(roles.other.ip, roles.device.ip);
    let device = home.who(roles.device).id();
    let whose = parties.whose([device.as_str()], name.map(|known| known.name.as_str()), roles.other.ip);
    whose.owner.is_none() || name.is_none() && whose.party == "support"
}

/// `42 seconds`, `14 minutes`, `2 hours`.
fn length(seconds: f64) -> String {
    match seconds {
        ..120.0 => plural(seconds.max(1.0) as u64, "second"),
        ..7_200.0 => plural((seconds / 60.0) as u64, "minute"),
        _ => plural((seconds / 3_600.0) as u64, "hour"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::event::{Media, NameSource};
    use crate::fact::{Named, NamedSubject, Told};
    use crate::wire::At;

    fn exchange(kind: &str) -> What {
        What::Exchange(Told { kind: Some(kind.to_owned()), ..Told::default() })
    }

    fn picture() -> What {
        What::Media { media: Media::Video, codec: "h264".to_owned(), confidence: Confidence::Certain, at: At::default() }
    }

    fn sealed() -> What {
        What::Sealed { with: "DTLS 1.2".to_owned(), at: At::default() }
    }

    fn told(protocol: &'static str, said: Vec<What>, last: &'static str, bytes: [u64; 2], name: Option<&str>) -> Vec<(&'static str, Severity, String)> {
        let (mut home, mut links, mut found) = (Home::default(), Links::default(), Vec::new());
        let talk = flow(3, 40_000);
        let mut facts = vec![fact(&talk, protocol, Direction::ToServer, What::Opened)];
        if let Some(name) = name {
            let named = Named { source: NameSource::Dns, name: name.to_owned(), subject: NamedSubject::Addresses(vec![talk.server.ip]), at: At::default() };
            facts.push(fact(&flow(1, 53), "dns", Direction::ToClient, What::Named(named)));
        }
        facts.extend(said.into_iter().map(|what| fact(&talk, protocol, Direction::ToServer, what)));
        let totals = Totals { packets: [9, u64::from(bytes[1] > 0)], bytes, last: Timestamp::new(90, 0), ..Totals::default() };
        facts.push(fact(&talk, last, Direction::ToServer, What::Closed(totals)));
        for fact in &facts {
            home.learn(fact);
            links.hear(&home, fact, &mut |draft| panic!("{draft:?}"));
        }
        links.close(&home, &mut |draft| found.push((draft.kind, draft.severity, draft.what)));
        found
    }

    #[test]
    fn a_sealed_call_is_good_to_know() {
        let found = told("stun", vec![exchange("binding"), sealed()], "rtp", [50_000, 40_000], None);
        assert_eq!(found, [("direct", Severity::Info, "directly for 90 seconds (90 kB), encrypted, as in a call or a live picture".to_owned())]);
    }

    #[test]
    fn pictures_that_anyone_can_see_weigh_more() {
        for protocol in ["pppp", "tutk", "stun"] {
            let found = told(protocol, vec![exchange("iotc"), picture()], protocol, [50_000, 400], None);
            assert_eq!(found.iter().map(|(kind, severity, _)| (*kind, *severity)).collect::<Vec<_>>(), [("direct", Severity::Medium)], "{protocol}");
        }
    }

    #[test]
    fn relays_are_told_apart() {
        let found = told("stun", vec![exchange("allocate"), exchange("channel-bind")], "stun", [50_000, 40_000], None);
        assert_eq!(found.first().map(|(kind, severity, what)| (*kind, *severity, what.starts_with("through a relay"))), Some(("relay", Severity::Info, true)));
    }

    #[test]
    fn meeting_points_greetings_and_known_servers_are_not_told() {
        assert_eq!(told("stun", vec![exchange("binding")], "stun", [50_000, 50_000], None), []);
        assert_eq!(told("stun", vec![exchange("binding"), sealed()], "rtp", [900, 900], None), []);
        assert_eq!(told("stun", vec![exchange("binding"), sealed()], "rtp", [90_000, 0], None), [], "nobody answered");
        assert_eq!(told("stun", vec![exchange("binding"), sealed()], "rtp", [50_000, 40_000], Some("a.ring.com")), []);
        assert_eq!(told("tls", vec![sealed()], "tls", [50_000, 40_000], None), []);
        assert_eq!(told("stun", vec![exchange("binding"), sealed()], "rtp", [50_000, 40_000], Some("peer.test")).len(), 1);
    }
}
