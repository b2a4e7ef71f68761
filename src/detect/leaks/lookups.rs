//! Who looks up where it is: services that tell an address or its place (LK-05).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::cards::LK_05;
use crate::event::NameSource;
use crate::fact::{Fact, FlowId, Leak, Named, Told};
use crate::finding::{Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::home::map::Set;
use crate::printable::lowered;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Services that say which address one has, or where an address is; what ends in one of these belongs to it.
const SERVICES: &[&str] = &[
    "ip-api.com",
    "ipinfo.io",
    "ipapi.co",
    "ipapi.com",
    "ipify.org",
    "icanhazip.com",
    "ifconfig.me",
    "ifconfig.co",
    "ifconfig.io",
    "checkip.amazonaws.com",
    "checkip.dyndns.org",
    "checkip.dyndns.com",
    "freegeoip.net",
    "freegeoip.app",
    "freegeoip.live",
    "geojs.io",
    "ip.taobao.com",
    "pv.sohu.com",
    "ipgeolocation.io",
    "ipgeolocationapi.com",
    "ipdata.co",
    "ipstack.com",
    "ipwhois.io",
    "ipwho.is",
    "ip2location.io",
    "ip2location.com",
    "geoplugin.net",
    "geoip-db.com",
    "geolocation-db.com",
    "db-ip.com",
    "myip.com",
    "myip.com.tw",
    "my-ip.io",
    "seeip.org",
    "ident.me",
    "ipecho.net",
    "wtfismyip.com",
    "whatismyip.akamai.com",
    "whatismyipaddress.com",
    "myexternalip.com",
    "ipinfodb.com",
    "extreme-ip-lookup.com",
    "telize.com",
    "ip.sb",
    "ip.cn",
    "ipip.net",
    "cip.cc",
    "trackip.net",
    "api.ip.sb",
];
static INDEX: LazyLock<Set<&'static str>> = LazyLock::new(|| SERVICES.iter().copied().collect());

/// Flows, names and places remembered; further ones are not.
const MOST: usize = 4_096;

/// Programs that tell a name service where its name points to now, by what they call themselves.
const KEEPERS: &[&str] = &["ddclient", "inadyn", "dyndns", "ddns", "no-ip", "noip", "ez-ipupdate", "updatedd"];

/// What was seen of look-ups. All is told in the end: that it is the router that asks may show later.
#[derive(Default)]
pub(super) struct Lookups {
    /// Flows with such a service.
    flows: BTreeSet<FlowId>,
    /// Digests of places that such services answered.
    answered: BTreeSet<[u8; 32]>,
    /// Requests to such services, their answers, and what was sent on.
    found: Vec<Draft>,
    /// Names that were looked up, and the first to ask for each.
    asked: BTreeMap<String, Draft>,
    /// Names that were talked to.
    reached: BTreeSet<String>,
    /// Names, with who asked there to keep a name of its own up to date.
    kept: BTreeSet<(String, String)>,
}

impl Lookups {
    /// A name that a flow told.
    pub(super) fn named(&mut self, home: &Home, fact: &Fact, named: &Named) {
        let Some(flow) = &fact.flow else { return };
        if fact.direction != Direction::ToServer {
            return;
        }
        let name = lowered(named.name.split(':').next().unwrap_or_default());
        if !is_service(&name) {
            return;
        }
        let name = name.into_owned();
        let mut draft = Draft::new(&LK_05, Severity::Low, Confidence::High, flow, fact, named.at, name.clone());
        draft.field.clone_from(&name);
        "its place".clone_into(&mut draft.what);
        match named.source {
            NameSource::Sni | NameSource::QuicSni | NameSource::HttpHost if home.way(flow, fact.direction) == Way::ToInternet => {
                if self.flows.len() < MOST {
                    self.flows.insert(flow.id);
                    self.reached.insert(name);
                }
                self.note(draft);
            }
            NameSource::Dns if self.asked.len() < MOST => _ = self.asked.entry(name).or_insert(draft),
            _ => {}
        }
    }

    /// A request, with the program that made it.
    pub(super) fn exchanged(&mut self, home: &Home, fact: &Fact, told: &Told) {
        let (Some(flow), Some(host), Some(agent)) = (&fact.flow, &told.host, &told.agent) else { return };
        let name = lowered(host.split(':').next().unwrap_or_default());
        if self.kept.len() < MOST && is_service(&name) && KEEPERS.iter().any(|keeper| lowered(agent).contains(keeper)) {
            self.kept.insert((home.who(&flow.client).id(), name.into_owned()));
        }
    }

    /// A place that a service answered, or that is sent on.
    pub(super) fn leak(&mut self, way: Way, fact: &Fact, leak: &Leak) {
        let Some(flow) = fact.flow.as_ref().filter(|_| leak.value.kind == ValueKind::Position) else { return };
        let severity = match way {
            Way::FromInternet if self.flows.contains(&flow.id) => {
                if self.answered.len() < MOST {
                    self.answered.insert(leak.value.digest);
                }
                Severity::Low
            }
            Way::ToInternet if self.answered.contains(&leak.value.digest) && !self.flows.contains(&flow.id) => Severity::Medium,
            _ => return,
        };
        let mut draft = Draft::new(&LK_05, severity, Confidence::High, flow, fact, leak.at, leak.excerpt.clone());
        draft.kind = leak.value.kind.word();
        draft.field.clone_from(&leak.value.field);
        leak.value.kind.plain().clone_into(&mut draft.what);
        draft.value = Some(leak.value.clone());
        self.note(draft);
    }

    fn note(&mut self, draft: Draft) {
        if self.found.len() < MOST {
            self.found.push(draft);
        }
    }

    /// A flow is over.
    pub(super) fn closed(&mut self, flow: FlowId) {
        self.flows.remove(&flow);
    }

    /// What was found, and names that were looked up and, as far as can be seen, never talked to. A router has to know its own address, to tell it to a name
    /// service, and so has who keeps a name in its stead.
    pub(super) fn close(&self, home: &Home, tell: &mut dyn FnMut(Draft)) {
        let is_due = |draft: &&Draft| {
            let asker = &draft.flow.client;
            !home.is_router(asker) && !self.kept.contains(&(home.who(asker).id(), draft.field.clone()))
        };
        let only_asked = self.asked.iter().filter(|(name, _)| !self.reached.contains(*name)).map(|(_, draft)| draft);
        self.found.iter().chain(only_asked).filter(is_due).for_each(|draft| tell(draft.clone()));
    }
}

fn is_service(name: &str) -> bool {
    // A name and all that it is below: `a.b.c`, `b.c`, `c`.
    let mut above = std::iter::successors(Some(name), |name| name.split_once('.').map(|(_, above)| above));
    above.any(|name| INDEX.contains(name)) || name.starts_with("myip.") || name.starts_with("checkip.") || name.starts_with("whatismyip.")
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{fact, flow, leak};
    use super::*;
    use crate::event::Role;
    use crate::fact::{NamedSubject, What};
    use crate::wire::At;

    #[test]
    fn services_are_known_by_their_ends() {
        assert!(["ip-api.com", "pro.ip-api.com", "api.ipify.org", "myip.example.com"].iter().all(|name| is_service(name)));
        assert!(["notip-api.com", "ip-api.com.example.org", "ipinfo.example", "example.org"].iter().all(|name| !is_service(name)));
    }

    fn service(source: NameSource, name: &str) -> Named {
        Named { source, name: name.to_owned(), subject: NamedSubject::Server, at: At::default() }
    }

    fn told(lookups: &Lookups) -> Vec<(String, Severity)> {
        let mut all = Vec::new();
        lookups.close(&Home::default(), &mut |draft| all.push((draft.field, draft.severity)));
        all
    }

    #[test]
    fn a_place_that_is_sent_on_weighs_more() {
        let mut lookups = Lookups::default();
        let named = service(NameSource::HttpHost, "ip-api.com");
        lookups.named(&Home::default(), &fact(&flow(1, 80), "http", Direction::ToServer, What::Named(named.clone())), &named);
        assert_eq!(told(&lookups), [("ip-api.com".to_owned(), Severity::Low)]);
        let place = leak(ValueKind::Position, "lat,lon", Role::Body, &["http-body", "json:lon"]);
        let mut severities = |way: Way, packet: u64| {
            lookups.leak(way, &fact(&flow(packet, 80), "http", Direction::ToServer, What::Leak(place.clone())), &place);
            told(&lookups).into_iter().skip(1).map(|(_, severity)| severity).collect::<Vec<_>>()
        };
        assert!(severities(Way::ToInternet, 5).is_empty());
        assert_eq!(severities(Way::FromInternet, 1), [Severity::Low]);
        assert_eq!(severities(Way::ToInternet, 5), [Severity::Low, Severity::Medium]);
    }

    #[test]
    fn a_name_that_was_only_looked_up_is_told_at_the_end() {
        let mut lookups = Lookups::default();
        let named = service(NameSource::Dns, "api.ipify.org");
        lookups.named(&Home::default(), &fact(&flow(1, 53), "dns", Direction::ToServer, What::Named(named.clone())), &named);
        assert_eq!(told(&lookups), [("api.ipify.org".to_owned(), Severity::Low)]);
    }

    #[test]
    fn who_keeps_a_name_up_to_date_is_not_told() {
        for (agent, want) in [("ddclient/3.10", 0), ("curl/8.1", 1)] {
            let (mut lookups, named) = (Lookups::default(), service(NameSource::HttpHost, "checkip.dyndns.org"));
            let exchange = Told { host: Some(named.name.clone()), agent: Some(agent.to_owned()), ..Told::default() };
            lookups.named(&Home::default(), &fact(&flow(1, 80), "http", Direction::ToServer, What::Named(named.clone())), &named);
            lookups.exchanged(&Home::default(), &fact(&flow(1, 80), "http", Direction::ToServer, What::Exchange(exchange.clone())), &exchange);
            assert_eq!(told(&lookups).len(), want, "{agent}");
        }
    }
}
