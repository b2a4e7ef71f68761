//! Lists that a user brings of whom devices should not talk to: names and addresses, in the forms that such lists are published in.
//!
//! Text in; whether a name or an address is listed, and where, out. One rule a line:
//!
//! | line | what it lists |
//! |---|---|
//! | `0.0.0.0 ads.example` (hosts; also `127.0.0.1`, `::`) | these names, and none below |
//! | `ads.example` | this name, and none below |
//! | `*.ads.example`, `.ads.example` | all names below |
//! | `\|\|ads.example^` (AdGuard) | the name and all below |
//! | `@@\|\|ads.example^` | an exception: never listed, whatever list says so |
//! | `198.51.100.7`, `203.0.113.0/24`, `2001:db8::/32`, `\|\|198.51.100.7^` | addresses |
//! | `# …`, `! …`, `[…]` | nothing; `! Title: …` is the list's name |
//!
//! Sources: hosts(5); <https://adguard-dns.io/kb/general/dns-filtering-syntax/>. Of AdGuard's modifiers `$important` outweighs exceptions; `$all` and
//! `$third-party` change nothing here. Rules with others, for parts of pages or with patterns are for browsers and resolvers, and are passed over.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::FixedState;

/// A longer file is refused.
pub const LONGEST: u64 = 256 << 20;
/// Rules that are remembered of all lists.
pub const RULES: usize = 4_000_000;
/// Lists that are told apart.
const LISTS: usize = u16::MAX as usize - 1;

/// What lists say of one name.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    /// The list that names it.
    own: Option<u16>,
    /// The list that names all below it.
    below: Option<u16>,
    /// Whether an exception names it, and all below it.
    spared: [bool; 2],
    /// Whether exceptions are outweighed.
    important: bool,
}

/// Lists.
#[derive(Debug, Default)]
pub struct Lists {
    titles: Vec<String>,
    names: HashMap<Box<str>, Said, FixedState>,
    /// By first address and length of the prefix.
    networks: HashMap<(IpAddr, u8), u16, FixedState>,
    /// Networks that are spared.
    spared: HashSet<(IpAddr, u8), FixedState>,
    /// Which lengths of prefixes there are, of version 4 and of version 6.
    lengths: [Vec<u8>; 2],
}

/// What became of the lines of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rules that are kept.
    pub rules: usize,
    /// Lines that were not understood.
    pub strange: usize,
    /// The number of the first of them.
    pub first: Option<usize>,
    /// Rules beyond what is remembered.
    pub beyond: usize,
}

/// What one line comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'l> {
    /// Nothing.
    Empty,
    /// The list's name.
    Title(&'l str),
    /// A rule.
    Rule(Rule<'l>),
    /// The names of a line of hosts(5).
    Hosts(&'l str),
    /// Not understood.
    Strange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule<'l> {
    whom: &'l str,
    own: bool,
    below: bool,
    spares: bool,
    important: bool,
}

impl Lists {
    /// Adds a list; `name` is its name unless it gives one itself.
    pub fn add(&mut self, name: &str, text: &[u8]) -> Outcome {
        let mut outcome = Outcome::default();
        let index = self.titles.len().min(LISTS) as u16;
        if self.titles.len() < LISTS {
            self.titles.push(name.to_owned());
        }
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut has_title = false;
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
        for (number, end) in ends.enumerate() {
            let bytes = text.get(start..end).unwrap_or_default();
            start = end + 1;
            let line = std::str::from_utf8(bytes).map_or(Line::Strange, |line| read(line.trim()));
            let kept = match line {
                Line::Empty => true,
                Line::Title(title) => {
                    if let Some(own) = self.titles.get_mut(usize::from(index)).filter(|_| !std::mem::replace(&mut has_title, true)) {
                        title.clone_into(own);
                    }
                    true
                }
                Line::Hosts(names) => self.hosts(names, index, &mut outcome),
                Line::Rule(rule) => self.rule(rule, index, &mut outcome),
                Line::Strange => false,
            };
            if !kept {
                outcome.strange += 1;
                outcome.first.get_or_insert(number + 1);
            }
        }
        outcome
    }

    /// The names of the lists.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }

    /// The list that a name stands in, unless an exception spares it.
    pub fn name(&self, name: &str) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let (mut found, mut is_spared, mut important) = (None, false, false);
        let mut rest = Some(name.as_str());
        while let Some(part) = rest {
            if let Some(said) = self.names.get(part) {
                let is_whole = part.len() == name.len();
                let listed = if is_whole { said.own } else { said.below };
                found = found.or(listed);
                important |= said.important && listed.is_some();
                let [own, below] = said.spared;
                is_spared |= if is_whole { own } else { below };
            }
            rest = part.split_once('.').map(|(_, above)| above);
        }
        self.title(found.filter(|_| important || !is_spared)?)
    }

    /// The list that an address stands in, unless an exception spares it.
    pub fn address(&self, address: IpAddr) -> Option<&str> {
        let [four, six] = &self.lengths;
        let lengths = if address.is_ipv4() { four } else { six };
        let keys = || lengths.iter().map(|length| (masked(address, *length), *length));
        let found = keys().find_map(|key| self.networks.get(&key))?;
        let is_spared = keys().any(|key| self.spared.contains(&key));
        self.title(*found).filter(|_| !is_spared)
    }

    fn title(&self, index: u16) -> Option<&str> {
        self.titles.get(usize::from(index)).map(String::as_str)
    }

    fn hosts(&mut self, names: &str, index: u16, outcome: &mut Outcome) -> bool {
        // What a computer calls itself stands in every such file.
        let is_own = |name: &str| !name.contains('.') || name.ends_with(".localdomain") || name.parse::<IpAddr>().is_ok();
        let rule = |whom| Rule { whom, own: true, below: false, spares: false, important: false };
        let mut all = true;
        for name in names.split_ascii_whitespace().filter(|name| !is_own(name)) {
            all &= self.rule(rule(name), index, outcome);
        }
        all
    }

    fn rule(&mut self, rule: Rule<'_>, index: u16, outcome: &mut Outcome) -> bool {
        let is_full = self.names.len() + self.networks.len() >= RULES;
        if let Some((address, length)) = network(rule.whom) {
            if is_full {
                outcome.beyond += 1;
                return true;
            }
            let [four, six] = &mut self.lengths;
            let lengths = if address.is_ipv4() { four } else { six };
            if !lengths.contains(&length) {
                lengths.push(length);
            }
            if rule.spares {
                self.spared.insert((address, length));
            } else {
                self.networks.entry((address, length)).or_insert(index);
            }
            outcome.rules += 1;
            return true;
        }
        if !is_name(rule.whom) {
            return false;
        }
        let name = rule.whom.to_ascii_lowercase();
        if is_full && !self.names.contains_key(name.as_str()) {
            outcome.beyond += 1;
            return true;
        }
        let said = self.names.entry(name.into_boxed_str()).or_default();
        if rule.spares {
            let [own, below] = &mut said.spared;
            *own |= rule.own;
            *below |= rule.below;
        } else {
            said.own = said.own.or(rule.own.then_some(index));
            said.below = said.below.or(rule.below.then_some(index));
            said.important |= rule.important;
        }
        outcome.rules += 1;
        true
    }
}

/// What a line is.
fn read(line: &str) -> Line<'_> {
    if line.is_empty() || line.starts_with('[') {
        return Line::Empty;
    }
    if let Some(comment) = line.strip_prefix(['!', '#']) {
        let title = comment.trim_start().strip_prefix("Title:").map(str::trim).filter(|title| !title.is_empty());
        return title.map_or(Line::Empty, Line::Title);
    }
    let line = line.split_once(" #").or_else(|| line.split_once("\t#")).map_or(line, |(rule, _)| rule.trim_end());
    if let Some((address, names)) = line.split_once([' ', '\t']) {
        return hosts(address, names);
    }
    let (line, spares) = line.strip_prefix("@@").map_or((line, false), |rest| (rest, true));
    if line.starts_with('|') || line.contains('^') || spares {
        return adguard(line, spares);
    }
    let (whom, below) = line.strip_prefix("*.").or_else(|| line.strip_prefix('.')).map_or((line, false), |rest| (rest, true));
    Line::Rule(Rule { whom, own: !below, below, spares, important: false })
}

/// A line of hosts(5): a name that leads nowhere is listed, any other mapping is not.
fn hosts<'l>(address: &str, names: &'l str) -> Line<'l> {
    let address = address.split('%').next().unwrap_or(address);
    match address.parse::<IpAddr>() {
        Ok(address) if address.is_unspecified() || address.is_loopback() => Line::Hosts(names),
        Ok(_) => Line::Empty,
        Err(_) => Line::Strange,
    }
}

/// `||name^$modifiers`; without the first two letters the name alone.
fn adguard(line: &str, spares: bool) -> Line<'_> {
    let (pattern, modifiers) = line.split_once('$').unwrap_or((line, ""));
    let mut important = false;
    for modifier in modifiers.split(',').filter(|modifier| !modifier.is_empty()) {
        match modifier {
            "important" => important = true,
            "all" | "third-party" | "3p" => {}
            _ => return Line::Strange,
        }
    }
    let (whom, below) = match (pattern.strip_prefix("||"), pattern.strip_prefix('|')) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => (pattern, spares),
    };
    let whom = whom.trim_end_matches('|').trim_end_matches('^');
    let (whom, own) = whom.strip_prefix("*.").map_or((whom, true), |rest| (rest, false));
    Line::Rule(Rule { whom, own, below: below || !own, spares, important })
}

/// An address, or a network with the length of its prefix.
fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.parse().ok().filter(|length| *length <= most))?;
    Some((masked(address, length), length))
}

/// An address without what stands behind a prefix of so many bits.
fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & u32::MAX.checked_shl(32_u32.saturating_sub(u32::from(length))).unwrap_or(0)).into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(length))).unwrap_or(0)).into(),
    }
}

/// Whether a text can be a host's name with more than one label, as it stands on the wire.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) && !label.starts_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(text: &str) -> (Lists, Outcome) {
        let mut lists = Lists::default();
        let outcome = lists.add("mine.txt", text.as_bytes());
        (lists, outcome)
    }

    #[test]
    fn hosts_list_their_names_and_none_below() {
        let (lists, outcome) = lists(
            "127.0.0.1 localhost\n::1 ip6-localhost\n255.255.255.255 broadcasthost\nfe80::1%lo0 localhost\n0.0.0.0 0.0.0.0\n0.0.0.0 ads.example two.example # both\r\n192.168.1.5\tnas.example\n",
        );
        assert_eq!(outcome, Outcome { rules: 2, ..Outcome::default() });
        for (name, want) in
            [("ads.example", true), ("ADS.example.", true), ("two.example", true), ("x.ads.example", false), ("nas.example", false), ("localhost", false)]
        {
            assert_eq!(lists.name(name).is_some(), want, "{name}");
        }
    }

    #[test]
    fn names_alone_and_all_below() {
        let (lists, _) = lists("one.example\n*.two.example\n.three.example\n||four.example^\n|five.example^\n||*.six.example^\n");
        for (name, want) in [
            ("one.example", true),
            ("a.one.example", false),
            ("two.example", false),
            ("a.b.two.example", true),
            ("a.three.example", true),
            ("four.example", true),
            ("a.four.example", true),
            ("five.example", true),
            ("a.five.example", false),
            ("six.example", false),
            ("a.six.example", true),
            ("notfour.example", false),
            ("example", false),
            ("", false),
        ] {
            assert_eq!(lists.name(name).is_some(), want, "{name}");
        }
    }

    #[test]
    fn exceptions_outweigh_all_but_what_is_important() {
        let mut lists = Lists::default();
        lists.add("one", b"||ads.example^\n||bad.example^$important\nads.test");
        lists.add("two", b"@@||good.ads.example^\n@@||bad.example^\n@@ads.test");
        for (name, want) in [("x.ads.example", true), ("good.ads.example", false), ("a.good.ads.example", false), ("bad.example", true), ("ads.test", false)] {
            assert_eq!(lists.name(name).is_some(), want, "{name}");
        }
    }

    #[test]
    fn addresses_are_listed_one_by_one_and_by_network() {
        let (lists, outcome) = lists("198.51.100.7\n203.0.113.77/24\n2001:db8:7::/48\n||192.0.2.9^\n@@203.0.113.5\n10.0.0.0/33\n");
        assert_eq!((outcome.rules, outcome.first), (5, Some(6)));
        for (address, want) in [
            ("198.51.100.7", true),
            ("198.51.100.8", false),
            ("203.0.113.200", true),
            ("203.0.113.5", false),
            ("2001:db8:7:1::9", true),
            ("2001:db8:8::9", false),
            ("192.0.2.9", true),
        ] {
            assert_eq!(lists.address(address.parse().unwrap()).is_some(), want, "{address}");
        }
        let (all, _) = super::tests::lists("0.0.0.0/0\n::/0");
        assert!(all.address("192.0.2.1".parse().unwrap()).is_some() && all.address("::1".parse().unwrap()).is_some());
    }

    #[test]
    fn what_is_not_understood_is_counted_with_the_first_ones_place() {
        let text = "\u{feff}! Title: My list\n[Adblock Plus 2.0]\n# comment\n\nexample.test##.ad\n||x.example^$client=1\n/ads[0-9]/\n||a.example/path^\nno_dots\n-x.example\nbücher.example\nnot an address\n";
        let (lists, outcome) = lists(text);
        assert_eq!(outcome, Outcome { rules: 0, strange: 8, first: Some(5), beyond: 0 });
        assert_eq!(lists.titles(), ["My list"]);
        let mut bytes = Lists::default();
        assert_eq!(bytes.add("raw", b"\xff\xfe\0\nads.example").strange, 1);
        assert_eq!(bytes.name("ads.example"), Some("raw"));
    }

    proptest::proptest! {
        #[test]
        fn any_list_is_harmless(bytes: Vec<u8>, lines in proptest::collection::vec("[|@*.^$#!:/0-9a-f \\t]{0,24}", 0..40), name in "[a-f.]{0,30}") {
            let mut lists = Lists::default();
            for text in [bytes, lines.join("\n").into_bytes()] {
                let outcome = lists.add("any", &text);
                proptest::prop_assert!(outcome.strange <= memchr::memchr_iter(b'\n', &text).count() + 1);
            }
            let _ = (lists.name(&name), lists.address("203.0.113.5".parse().unwrap()), lists.address("2001:db8::5".parse().unwrap()));
        }
    }

    #[test]
    fn many_rules_are_quickly_looked_up() {
        let text = (0..50_000).map(|number| format!("||host{number}.list{}.example^", number % 977)).collect::<Vec<_>>().join("\n");
        let (lists, outcome) = lists(&text);
        assert_eq!(outcome.rules, 50_000);
        assert!(lists.name(&format!("{}host7.list7.example", "a.".repeat(100))).is_some());
        assert!(lists.name("host50000.list7.example").is_none());
    }
}
