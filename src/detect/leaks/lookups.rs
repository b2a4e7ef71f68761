//! Who looks up where it is: services that tell an address or its place (LK-05).

use std::collections::{BTreeMap, BTreeSet};

use super::cards::LK_05;
use crate::event::NameSource;
use crate::fact::{Fact, FlowId, Leak, Named};
use crate::finding::{Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
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
/// Flows, names and places remembered; further ones are not.
const MOST: usize = 4_096;

/// What was seen of look-ups.
#[derive(Default)]
pub(super) struct Lookups {
    /// Flows with such a service.
    flows: BTreeSet<FlowId>,
    /// Digests of places that such services answered.
    answered: BTreeSet<[u8; 32]>,
    /// Names that were looked up, and the first to ask for each.
    asked: BTreeMap<String, Draft>,
    /// Names that were talked to.
    reached: BTreeSet<String>,
}

impl Lookups {
    /// A name that a flow told.
    pub(super) fn named(&mut self, home: &Home, fact: &Fact, named: &Named) -> Option<Draft> {
        let flow = fact.flow.as_ref()?;
        let name = named.name.split(':').next().unwrap_or_default().to_ascii_lowercase();
        // A router has to know its own address, to tell it to a name service.
        if fact.direction != Direction::ToServer || !is_service(&name) || home.gateways().contains(&flow.client.ip) {
            return None;
        }
        let mut draft = Draft::new(&LK_05, Severity::Low, Confidence::High, flow, fact, named.at, name.clone());
        draft.field.clone_from(&name);
        "its place".clone_into(&mut draft.what);
        match named.source {
            NameSource::Sni | NameSource::QuicSni | NameSource::HttpHost if home.way(flow, fact.direction) == Way::ToInternet => {
                if self.flows.len() < MOST {
                    self.flows.insert(flow.id);
                    self.reached.insert(name);
                }
                Some(draft)
            }
            NameSource::Dns if self.asked.len() < MOST => {
                self.asked.entry(name).or_insert(draft);
                None
            }
            _ => None,
        }
    }

    /// A place that a service answered, or that is sent on.
    pub(super) fn leak(&mut self, way: Way, fact: &Fact, leak: &Leak) -> Option<Draft> {
        let flow = fact.flow.as_ref().filter(|_| leak.value.kind == ValueKind::Position)?;
        let severity = match way {
            Way::FromInternet if self.flows.contains(&flow.id) => {
                if self.answered.len() < MOST {
                    self.answered.insert(leak.value.digest);
                }
                Severity::Low
            }
            Way::ToInternet if self.answered.contains(&leak.value.digest) && !self.flows.contains(&flow.id) => Severity::Medium,
            _ => return None,
        };
        let mut draft = Draft::new(&LK_05, severity, Confidence::High, flow, fact, leak.at, leak.excerpt.clone());
        draft.kind = leak.value.kind.word();
        draft.field.clone_from(&leak.value.field);
        leak.value.kind.plain().clone_into(&mut draft.what);
        draft.value = Some(leak.value.clone());
        Some(draft)
    }

    /// A flow is over.
    pub(super) fn closed(&mut self, flow: FlowId) {
        self.flows.remove(&flow);
    }

    /// Names that were looked up and, as far as can be seen, never talked to.
    pub(super) fn close(&self, _: &Home, tell: &mut dyn FnMut(Draft)) {
        for (_, draft) in self.asked.iter().filter(|(name, _)| !self.reached.contains(*name)) {
            tell(draft.clone());
        }
    }
}

fn is_service(name: &str) -> bool {
    let is_own = |service: &str| name.strip_suffix(service).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    SERVICES.iter().any(|service| is_own(service)) || name.starts_with("myip.") || name.starts_with("checkip.") || name.starts_with("whatismyip.")
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

    #[test]
    fn a_place_that_is_sent_on_weighs_more() {
        let mut lookups = Lookups::default();
        let named = Named { source: NameSource::HttpHost, name: "ip-api.com".to_owned(), subject: NamedSubject::Server, at: At::default() };
        let told = fact(&flow(1, 80), "http", Direction::ToServer, What::Named(named.clone()));
        assert!(lookups.named(&Home::default(), &told, &named).is_some());
        let place = leak(ValueKind::Position, "lat,lon", Role::Body, &["http-body", "json:lon"]);
        let severity = |lookups: &mut Lookups, way: Way, packet: u64| {
            let fact = fact(&flow(packet, 80), "http", Direction::ToServer, What::Leak(place.clone()));
            lookups.leak(way, &fact, &place).map(|draft| draft.severity)
        };
        assert_eq!(severity(&mut lookups, Way::ToInternet, 5), None);
        assert_eq!(severity(&mut lookups, Way::FromInternet, 1), Some(Severity::Low));
        assert_eq!(severity(&mut lookups, Way::ToInternet, 5), Some(Severity::Medium));
    }

    #[test]
    fn a_name_that_was_only_looked_up_is_told_at_the_end() {
        let mut lookups = Lookups::default();
        let named = Named { source: NameSource::Dns, name: "api.ipify.org".to_owned(), subject: NamedSubject::Server, at: At::default() };
        let told = fact(&flow(1, 53), "dns", Direction::ToServer, What::Named(named.clone()));
        assert!(lookups.named(&Home::default(), &told, &named).is_none());
        let mut all = 0;
        lookups.close(&Home::default(), &mut |_| all += 1);
        assert_eq!(all, 1);
    }
}
