//! Whose a domain is, and what for: the domains that devices of the home are known to use.
//!
//! A table of the project's own. It holds facts (this domain is that company's), written down for it and copied from no list; the comment above a group
//! says where its hosts can be looked up. A file is a field of trade, groups in it stand by name, and a domain stands once. A suffix below a registered
//! domain stands by itself where it serves something else than the domain does; the longest one that fits counts.

pub mod entry;
mod makers_a_l;
mod makers_m_s;
mod makers_t_z;
mod platforms;
mod services;
mod support;
mod trackers;

use std::cmp::Ordering;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use entry::{Domain, Group, Purpose};

static FILES: &[&[Group]] =
    &[platforms::GROUPS, makers_a_l::GROUPS, makers_m_s::GROUPS, makers_t_z::GROUPS, support::GROUPS, services::GROUPS, trackers::GROUPS];

/// All domains, sorted.
static INDEX: LazyLock<Vec<(&'static Domain, &'static Group)>> = LazyLock::new(|| {
    let mut all: Vec<_> = groups().flat_map(|group| group.domains.iter().map(move |domain| (domain, group))).collect();
    all.sort_unstable_by_key(|((suffix, ..), _)| *suffix);
    all
});

/// The words that name makers, and whose they are.
static MAKERS: LazyLock<Option<(AhoCorasick, Vec<&'static Group>)>> = LazyLock::new(|| {
    let words = || groups().flat_map(|group| group.makers.iter().map(move |word| (*word, group)));
    let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(words().map(|(word, _)| word)).ok()?;
    Some((finder, words().map(|(_, group)| group).collect()))
});

/// All groups.
pub fn groups() -> impl Iterator<Item = &'static Group> {
    FILES.iter().flat_map(|file| file.iter())
}

/// What is known of a domain.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The longest suffix in the table that the name ends in.
    pub suffix: &'static str,
    /// What people call the company.
    pub company: &'static str,
    /// The companies that it belongs to.
    pub group: &'static Group,
    /// What it is for.
    pub purpose: Purpose,
}

impl Known {
    /// Whose it is, as people call it: `Ring (Amazon)`.
    pub fn owner(&self) -> String {
        owner(self.company, self.group.name)
    }
}

/// A company with the group that it belongs to: `Ring (Amazon)`; a name that says so itself stands alone.
pub fn owner(company: &str, group: &str) -> String {
    if company.contains(group) { company.to_owned() } else { format!("{company} ({group})") }
}

/// What is known of a name: by the longest suffix of it that is in the table.
pub fn lookup(name: &str) -> Option<Known> {
    let mut rest = name.trim_end_matches('.');
    // No suffix has one label only.
    while rest.contains('.') {
        if let Ok(at) = INDEX.binary_search_by(|((suffix, ..), _)| compare(suffix, rest)) {
            let ((suffix, company, purpose), group) = INDEX.get(at)?;
            return Some(Known { suffix, company: if company.is_empty() { group.name } else { company }, group, purpose: *purpose });
        }
        rest = rest.split_once('.')?.1;
    }
    None
}

/// As bytes are ordered, the second in lower case.
fn compare(suffix: &str, name: &str) -> Ordering {
    suffix.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// The groups whose devices call themselves, or are called, so: a maker's word stands as a whole word in it.
pub fn makers(text: &str) -> Vec<&'static Group> {
    let mut found: Vec<&'static Group> = Vec::new();
    let Some((finder, owners)) = &*MAKERS else { return found };
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    for hit in finder.find_overlapping_iter(text) {
        let before = hit.start().checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let Some(group) = owners.get(hit.pattern().as_usize()) else { continue };
        if is_edge(before) && is_edge(text.as_bytes().get(hit.end())) && !found.iter().any(|known| known.name == group.name) {
            found.push(group);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::names::registrable_domain;
    use super::*;

    #[test]
    fn every_table_is_in_order_and_every_domain_stands_once() {
        for file in FILES {
            assert!(file.is_sorted_by_key(|group| group.name.to_lowercase()));
            for group in *file {
                assert!(group.domains.is_sorted_by(|(a, ..), (b, ..)| a < b), "{}", group.name);
                assert!(group.makers.is_sorted_by(|a, b| a < b), "{}", group.name);
                assert!(!group.domains.is_empty(), "{}", group.name);
            }
        }
        assert!(INDEX.is_sorted_by(|((a, ..), _), ((b, ..), _)| a < b), "a domain stands twice");
        let mut names: Vec<_> = groups().map(|group| group.name.to_lowercase()).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b), "a group stands twice");
        assert!(INDEX.len() >= 400, "{}", INDEX.len());
    }

    #[test]
    fn every_domain_can_be_one() {
        for ((suffix, company, _), group) in INDEX.iter() {
            let below = format!("host.part.{suffix}");
            assert!(suffix.contains('.') && suffix.len() < 200 && *suffix == suffix.to_lowercase(), "{suffix}");
            assert!(suffix.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')), "{suffix}");
            assert!(registrable_domain(&below).is_some(), "{suffix}");
            assert!(*company != group.name, "{suffix}: left empty where it is the group's own");
        }
        for word in groups().flat_map(|group| group.makers) {
            assert!(!word.is_empty() && *word == word.to_lowercase() && word.trim() == *word, "{word}");
        }
    }

    #[test]
    fn no_word_is_of_two_makers() {
        let mut words: Vec<_> = groups().flat_map(|group| group.makers).collect();
        words.sort_unstable();
        for pair in words.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn a_name_is_known_by_its_longest_suffix() {
        let told = |name| lookup(name).map(|known| (known.owner(), known.purpose));
        assert_eq!(told("fw.ring.com"), Some(("Ring (Amazon)".to_owned(), Purpose::Maker)));
        assert_eq!(told("RING.COM."), Some(("Ring (Amazon)".to_owned(), Purpose::Maker)));
        assert_eq!(told("toy.s3.eu-west-1.amazonaws.com"), Some(("Amazon Web Services".to_owned(), Purpose::Hosting)));
        assert_eq!(told("device-metrics-us.amazon.com"), Some(("Amazon".to_owned(), Purpose::Analytics)));
        assert_eq!(told("2.android.pool.ntp.org"), Some(("NTP Pool Project".to_owned(), Purpose::Time)));
        for other in ["notring.com", "ring.com.example", "ring.example", "com", "", ".", "ring", "..", "192.0.2.1", "é.test"] {
            assert_eq!(told(other), None, "{other}");
        }
    }

    #[test]
    fn companies_under_one_roof_are_one_group() {
        let group = |name| lookup(name).map(|known| known.group.name);
        for (one, other) in [
            ("ring.com", "immedia-semi.com"),
            ("eero.com", "amazon.com"),
            ("nest.com", "fitbit.com"),
            ("meethue.com", "philips.com"),
            ("roborock.com", "mi.com"),
            ("wemo.com", "xbcs.net"),
            ("ezviz.com", "hik-connect.com"),
            ("imoulife.com", "dahuasecurity.com"),
            ("smartthings.com", "samsungotn.net"),
            ("tplinkra.com", "tp-link.com"),
        ] {
            assert!(group(one).is_some() && group(one) == group(other), "{one} {other}");
        }
        assert_ne!(group("arlo.com"), group("netgear.com"));
    }

    #[test]
    fn makers_are_known_by_whole_words() {
        let names = |text| makers(text).iter().map(|group| group.name).collect::<Vec<_>>();
        assert_eq!(names("Philips Lighting BV"), ["Philips"]);
        assert_eq!(names("TP-LINK TECHNOLOGIES CO.,LTD."), ["TP-Link"]);
        assert_eq!(names("Samjin Co., Ltd."), ["Samsung"]);
        assert_eq!(names("HANGZHOU Hikvision Digital Technology Co.,Ltd."), ["Hikvision"]);
        for other in ["Pineapple Systems", "Texas Instruments", "Espressif Inc.", "Grapple", ""] {
            assert_eq!(names(other), Vec::<&str>::new(), "{other}");
        }
    }

    #[test]
    fn purposes_have_words_of_their_own() {
        let mut words: Vec<_> = Purpose::ALL.iter().map(|purpose| purpose.words()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Purpose::ALL.len());
        assert!(Purpose::ALL.is_sorted_by(|a, b| a < b));
    }
}
