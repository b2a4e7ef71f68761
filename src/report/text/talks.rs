//! Whom a device talks to, in one sentence: those who need it least first.

use std::collections::{BTreeMap, BTreeSet};

use crate::home::snapshot::{Endpoint, Snapshot};
use crate::printable::{clean, count, shorten};

/// Companies that are named; the rest is counted.
const NAMED: usize = 6;
/// Columns of one name at most.
const NAME: usize = 40;
/// Countries that are named of one company.
const COUNTRIES: usize = 3;

/// A company, or an address that is nobody's.
#[derive(Debug, Default)]
struct Company<'s> {
    party: &'static str,
    purposes: BTreeSet<&'s str>,
    countries: BTreeSet<&'s str>,
    is_everywhere: bool,
}

/// `Talks to api.example (unknown, US), Amazon Web Services (cloud hosting, IE) and 3 more.`
pub(super) fn sentence(snapshot: &Snapshot, device: &str) -> Option<String> {
    let mut companies: BTreeMap<(u8, String), Company<'_>> = BTreeMap::new();
    for endpoint in snapshot.endpoints.iter().filter(|endpoint| endpoint.devices.iter().any(|id| id == device)) {
        let company = companies.entry((rank(endpoint), name(endpoint))).or_default();
        company.party = endpoint.party;
        company.purposes.extend(endpoint.purpose.as_deref());
        company.countries.extend(endpoint.country.as_deref());
        company.is_everywhere |= endpoint.country_reason.is_some();
    }
    let more = companies.len().saturating_sub(NAMED);
    let named: Vec<String> =
        companies.iter().take(NAMED).map(|((_, name), company)| format!("{} ({})", shorten(&clean(name), NAME), company.words())).collect();
    let more = if more > 0 { format!(" and {} more", count(more as u64)) } else { String::new() };
    (!named.is_empty()).then(|| format!("Talks to {}{more}.", named.join(", ")))
}

/// Trackers, other companies, unknown ones, the maker, carriers.
fn rank(endpoint: &Endpoint) -> u8 {
    match (endpoint.party, &endpoint.tracker) {
        (_, Some(_)) => 0,
        ("third", None) => 1,
        ("unknown", None) => 2,
        ("first", None) => 3,
        _ => 4,
    }
}

fn name(endpoint: &Endpoint) -> String {
    let known = endpoint.owner.as_ref().or(endpoint.registrable_domain.as_ref());
    known.cloned().or_else(|| endpoint.names.first().map(|known| known.name.clone())).unwrap_or_else(|| endpoint.address.to_string())
}

impl Company<'_> {
    /// What for and where: `analytics, US`; of one that nobody knows that it is unknown.
    fn words(&self) -> String {
        let mut words: Vec<&str> = self.purposes.iter().copied().take(2).collect();
        if words.is_empty() {
            words.push(if self.party == "first" { "its maker's" } else { "unknown" });
        }
        words.extend(self.countries.iter().copied().take(COUNTRIES));
        if self.is_everywhere && self.countries.is_empty() {
            words.push("many places");
        }
        clean(&words.join(", ")).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::snapshot;

    const TOY: &str = "00:00:5e:00:53:01";

    #[test]
    fn those_who_need_it_least_come_first() {
        let mut home = snapshot();
        let known = home.endpoints[0].clone();
        let other = |party, owner: &str, purpose: &str, country: &str, tracker: bool| Endpoint {
            party,
            owner: Some(owner.to_owned()),
            purpose: Some(purpose.to_owned()),
            country: Some(country.to_owned()),
            tracker: tracker.then(|| owner.to_owned()),
            ..known.clone()
        };
        home.endpoints.push(other("support", "Cloud", "cloud hosting", "IE", false));
        home.endpoints.push(other("support", "Cloud", "cloud hosting", "US", false));
        home.endpoints.push(other("third", "Ads", "advertising", "US", true));
        home.endpoints.push(Endpoint { party: "unknown", names: Vec::new(), registrable_domain: None, country_reason: Some("anycast"), ..known.clone() });
        let want = "Talks to Ads (advertising, US), 198.51.100.7 (unknown, many places), kidco.example (its maker's), Cloud (cloud hosting, IE, US).";
        assert_eq!(sentence(&home, TOY).as_deref(), Some(want));
        assert_eq!(sentence(&home, "nobody"), None);
    }

    #[test]
    fn many_are_counted() {
        let mut home = snapshot();
        let known = home.endpoints[0].clone();
        home.endpoints = (0..9).map(|number| Endpoint { owner: Some(format!("Company {number}")), ..known.clone() }).collect();
        assert!(sentence(&home, TOY).unwrap().ends_with("Company 5 (its maker's) and 3 more."));
    }
}
