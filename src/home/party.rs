//! Whose an endpoint is to the devices that talk to it: their maker's (first), a carrier's for it (support), someone else's (third).
//!
//! Decided when it is looked at, from all that is known by then: the maker by hardware address and by what the device says of itself, else by names and
//! models, else by the one maker whose cloud it calls; the endpoint by its name, else by its address' network. Where that does not tell, it is unknown.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::snapshot::Device;
use crate::event::{DeviceKind, TraitKind};
use crate::knowledge::domains::entry::{Group, Purpose, Role};
use crate::knowledge::domains::{self, Known};
use crate::knowledge::names::registrable_domain;
use crate::knowledge::networks;

/// What hardware addresses of parts say of the maker of parts, not of the device that they are in.
const PARTS: &[&str] = &["innotek", "electro-mechanics", "electro mechanics", "module"];

/// How names of makers begin that say where they are or what they make, and not who they are; and makers of parts.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "advanced", "azurewave", "beijing", "broadcom", "chengdu", "china", "chongqing", "cloud", "digital", "dongguan", "electronic", "electronics", "espressif",
    "foxconn", "fujian", "general", "global", "guangdong", "guangzhou", "hangzhou", "home", "hong", "intel", "international", "internet", "liteon", "media",
    "mediatek", "murata", "nanjing", "network", "networks", "ningbo", "private", "qingdao", "qualcomm", "realtek", "shanghai", "shenzhen", "sichuan", "smart",
    "suzhou", "systems", "taiwan", "technologies", "technology", "texas", "universal", "wireless", "wuhan", "xiamen", "zhejiang", "zhuhai",
];

/// Who made a device, as far as that is known.
#[derive(Debug, Default)]
struct Maker {
    /// By its hardware address or its own word.
    sure: Vec<&'static Group>,
    /// By its names and models, else by whose cloud it calls.
    likely: Vec<&'static Group>,
    /// Words that its maker's domains may begin or end in.
    words: Vec<String>,
}

impl Maker {
    fn of(device: &Device, called: &[&'static Group]) -> Self {
        let traits = |kind| device.traits.iter().filter(move |told| told.kind == kind).map(|told| told.value.as_str());
        let vendor = device.vendor.as_deref().filter(|vendor| !PARTS.iter().any(|part| vendor.to_ascii_lowercase().contains(part)));
        let says = || vendor.into_iter().chain(traits(TraitKind::Maker));
        let mut maker = Self { words: says().filter_map(word).collect(), ..Self::default() };
        says().for_each(|text| add(&mut maker.sure, domains::makers(text)));
        traits(TraitKind::Model).chain(device.names.iter().map(|known| known.name.as_str())).for_each(|text| add(&mut maker.likely, domains::makers(text)));
        let runs_programs = matches!(device.kind, DeviceKind::Phone | DeviceKind::Computer | DeviceKind::Router);
        if let ([only], true, true, false) = (called, maker.sure.is_empty(), maker.likely.is_empty(), runs_programs) {
            maker.likely.push(only);
        }
        maker
    }

    fn is_of(&self, group: &str) -> bool {
        self.sure.iter().chain(&self.likely).any(|known| known.name == group)
    }

    /// Whether a label of a host's name says this maker.
    fn is_said_by(&self, label: &str) -> bool {
        self.words.iter().any(|word| label.split('-').any(|part| part == word) || word.len() >= 5 && (label.starts_with(word) || label.ends_with(word)))
    }

    /// What an endpoint of a known company is to its device.
    fn party(&self, group: &str, purpose: Purpose) -> Party {
        match purpose.role() {
            _ if self.is_of(group) => Party::First,
            Role::Support => Party::Support,
            // Some maker's: another one's only where it is known who made this device.
            Role::Maker if self.sure.is_empty() => Party::Unknown,
            Role::Maker | Role::Third | Role::Tracker => Party::Third,
        }
    }
}

fn add(groups: &mut Vec<&'static Group>, more: Vec<&'static Group>) {
    for group in more {
        if !groups.iter().any(|known| known.name == group.name) {
            groups.push(group);
        }
    }
}

/// The word of a maker's name that its domains may hold: its first, without hyphens.
fn word(maker: &str) -> Option<String> {
    let first = maker.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '.' | '(')).next()?;
    let word: String = first.chars().filter(|letter| *letter != '-').flat_map(char::to_lowercase).collect();
    let is_word = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !COMMON.contains(&word.as_str());
    is_word.then_some(word)
}

/// In the order in which one of several devices decides: what is said of an endpoint is what it is to the one that it is farthest from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Party {
    Unknown,
    First,
    Support,
    Third,
}

impl Party {
    /// The word that other programs read.
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::First => "first",
            Self::Support => "support",
            Self::Third => "third",
        }
    }
}

/// Whose an endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// first, support, third or unknown.
    pub party: &'static str,
    /// Whose it is.
    pub owner: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// The tracking company, if it is someone else's.
    pub tracker: Option<String>,
}

impl Whose {
    /// Nobody knows.
    pub const UNKNOWN: Self = Self { party: "unknown", owner: None, purpose: None, tracker: None };
}

/// What the table says of an endpoint, whoever talks to it.
struct Looked {
    owner: String,
    group: &'static str,
    purpose: Purpose,
}

/// Who made each device.
#[derive(Debug, Default)]
pub struct Parties {
    makers: BTreeMap<String, Maker>,
}

impl Parties {
    /// Of these devices; `called`: the makers whose clouds each one calls, by its id.
    pub fn new(devices: &[Device], called: &BTreeMap<String, Vec<&'static Group>>) -> Self {
        let of = |device: &Device| (device.id.clone(), Maker::of(device, called.get(&device.id).map_or(&[], Vec::as_slice)));
        Self { makers: devices.iter().map(of).collect() }
    }

    /// Whether a company belongs to the group that made a device.
    pub fn is_own(&self, device: &str, group: &Group) -> bool {
        self.makers.get(device).is_some_and(|maker| maker.is_of(group.name))
    }

    /// Who made a device, as people call them; none where that is not known.
    pub fn maker(&self, device: &str) -> Option<String> {
        let maker = self.makers.get(device)?;
        let group = |groups: &[&'static Group]| groups.first().map(|group| group.name.to_owned());
        group(&maker.sure).or_else(|| maker.words.first().cloned()).or_else(|| group(&maker.likely))
    }

    /// Whose an endpoint is to the devices with these ids.
    pub fn whose<'d>(&self, devices: impl IntoIterator<Item = &'d str>, name: Option<&str>, address: IpAddr) -> Whose {
        let domain = name.and_then(registrable_domain);
        let known = name.and_then(domains::lookup);
        let looked = known.map(|known| Looked { owner: known.owner(), group: known.group.name, purpose: known.purpose });
        // What is rented out under a name of its own is not the landlord's.
        let looked = looked.or_else(|| if domain.is_none() { by_address(address) } else { None });
        let label = domain.and_then(|domain| domain.split('.').next()).map(str::to_ascii_lowercase);
        let nobody = Maker::default();
        let (mut party, mut rents, mut is_makers) = (Party::Unknown, false, false);
        for device in devices {
            let maker = self.makers.get(device).unwrap_or(&nobody);
            let to_it = match &looked {
                Some(looked) => maker.party(looked.group, looked.purpose),
                None if label.as_ref().is_some_and(|label| maker.is_said_by(label)) => Party::First,
                None => Party::Unknown,
            };
            party = party.max(to_it);
            is_makers |= to_it == Party::First;
            rents |= known.zip(name).is_some_and(|(known, name)| is_tenant(maker, &known, name));
        }
        // A maker's cloud stays that where a phone of another make calls it as well.
        if is_makers && looked.as_ref().is_none_or(|looked| looked.purpose == Purpose::Maker) {
            party = Party::First;
        }
        let Some(Looked { owner, purpose, .. }) = looked else { return Whose { party: party.word(), ..Whose::UNKNOWN } };
        let rented = if rents && party == Party::Support { " for its maker" } else { "" };
        let tracker = (party == Party::Third && purpose.role() == Role::Tracker).then(|| owner.clone());
        Whose { party: party.word(), purpose: Some(format!("{}{rented}", purpose.words())), tracker, owner: Some(owner) }
    }
}

/// Whose the network is that an address without a name is in.
fn by_address(address: IpAddr) -> Option<Looked> {
    let network = networks::lookup(address)?;
    Some(Looked { owner: domains::owner(network.company, network.group), group: network.group, purpose: network.purpose })
}

/// Whether the part of a name that a landlord lets says the device's maker: `toys.s3.amazonaws.com`.
fn is_tenant(maker: &Maker, known: &Known, name: &str) -> bool {
    let above = name.trim_end_matches('.').len().checked_sub(known.suffix.len()).and_then(|end| name.get(..end)).unwrap_or_default();
    matches!(known.purpose, Purpose::Hosting | Purpose::Delivery) && above.split('.').any(|label| maker.is_said_by(&label.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::super::snapshot::{Grade, KnownName, KnownTrait};
    use super::*;
    use crate::event::NameSource;
    use crate::finding::Confidence;
    use crate::wire::Timestamp;

    fn device(vendor: Option<&str>, maker: Option<&str>, name: Option<&str>, kind: DeviceKind) -> Device {
        Device {
            id: "one".to_owned(),
            mac: None,
            addresses: Vec::new(),
            names: name.iter().map(|name| KnownName { name: (*name).to_owned(), source: NameSource::Dhcp }).collect(),
            trusted: false,
            traits: maker.iter().map(|maker| KnownTrait { kind: TraitKind::Maker, value: (*maker).to_owned() }).collect(),
            vendor: vendor.map(str::to_owned),
            kind,
            kind_reason: String::new(),
            kind_confidence: Confidence::Low,
            packets_out: 0,
            packets_in: 0,
            bytes_out: 0,
            bytes_in: 0,
            grade: Grade::default(),
            summary: String::new(),
            first: Timestamp(0),
            last: Timestamp(0),
        }
    }

    fn made_by(vendor: &str) -> Device {
        device(Some(vendor), None, None, DeviceKind::Unknown)
    }

    fn whose(device: &Device, name: &str) -> Whose {
        whose_calling(device, &[], name, "203.0.113.5")
    }

    fn whose_calling(device: &Device, called: &[&str], name: &str, address: &str) -> Whose {
        let called = called.iter().filter_map(|name| domains::lookup(name)).map(|known| known.group).collect();
        let parties = Parties::new(std::slice::from_ref(device), &BTreeMap::from([("one".to_owned(), called)]));
        parties.whose(["one"], Some(name).filter(|name| !name.is_empty()), address.parse().unwrap())
    }

    fn party(device: &Device, name: &str) -> &'static str {
        whose(device, name).party
    }

    #[test]
    fn a_maker_and_its_group_are_first() {
        assert_eq!(party(&made_by("Ring LLC"), "fw.ring.com"), "first");
        assert_eq!(party(&made_by("Ring LLC"), "api.amazon.com"), "first");
        assert_eq!(party(&made_by("Philips Lighting BV"), "ws.meethue.com"), "first");
        assert_eq!(party(&device(None, Some("Belkin International Inc."), None, DeviceKind::Plug), "api.xbcs.net"), "first");
        assert_eq!(party(&device(None, None, Some("roku-living"), DeviceKind::Streamer), "api.roku.com"), "first");
        assert_eq!(party(&made_by("Roku, Inc."), "logs.roku.com"), "first", "a maker's own analytics");
        assert_eq!(whose(&made_by("Roku, Inc."), "logs.roku.com").tracker, None);
    }

    #[test]
    fn carriers_support_and_others_are_third() {
        let lamp = made_by("LIFI LABS MANAGEMENT PTY LTD");
        for name in ["pool.ntp.org", "d1.cloudfront.net", "x.s3.amazonaws.com", "mtalk.google.com", "dns.google", "m1.tuyaeu.com", "ocsp.digicert.com"] {
            assert_eq!(party(&lamp, name), "support", "{name}");
        }
        for name in ["www.netflix.com", "graph.facebook.com", "api.mixpanel.com", "nuance.com", "api.wyze.com"] {
            assert_eq!(party(&lamp, name), "third", "{name}");
        }
        let mixpanel = whose(&lamp, "api.mixpanel.com");
        assert_eq!((mixpanel.tracker.as_deref(), mixpanel.purpose.as_deref()), (Some("Mixpanel"), Some("analytics")));
    }

    #[test]
    fn a_name_that_says_the_maker_is_probably_its_own() {
        let toy = made_by("Kidtoy Ltd.");
        assert_eq!(party(&toy, "api.kidtoy.test"), "first");
        assert_eq!(party(&toy, "api.mykidtoy.test"), "first");
        assert_eq!(party(&toy, "api.other.test"), "unknown");
        assert_eq!(party(&made_by("Shenzhen Kidtoy Ltd."), "api.shenzhen.test"), "unknown");
        let bucket = whose(&toy, "kidtoy-voices.s3.amazonaws.com");
        assert_eq!((bucket.party, bucket.purpose.as_deref()), ("support", Some("cloud hosting for its maker")));
    }

    #[test]
    fn who_made_it_shows_by_whose_cloud_it_calls_where_nothing_else_does() {
        let module = made_by("Texas Instruments");
        assert_eq!(whose_calling(&module, &["api.immedia-semi.com"], "cs.immedia-semi.com", "203.0.113.5").party, "first");
        assert_eq!(whose_calling(&module, &["api.immedia-semi.com", "wyze.com"], "cs.immedia-semi.com", "203.0.113.5").party, "unknown");
        let phone = device(None, None, None, DeviceKind::Phone);
        assert_eq!(whose_calling(&phone, &["api.ring.com"], "api.ring.com", "203.0.113.5").party, "unknown");
        assert_eq!(whose_calling(&made_by("LG Innotek"), &["arlo.com"], "arlo.com", "203.0.113.5").party, "first", "a maker of parts");
    }

    #[test]
    fn an_address_without_a_name_is_its_networks() {
        let lamp = made_by("LIFI LABS MANAGEMENT PTY LTD");
        let at = |device: &Device, address: &str| {
            let found = whose_calling(device, &[], "", address);
            (found.party, found.owner)
        };
        assert_eq!(at(&lamp, "52.10.1.1"), ("support", Some("Amazon Web Services".to_owned())));
        assert_eq!(at(&made_by("Amazon Technologies Inc."), "52.10.1.1").0, "first");
        assert_eq!(at(&lamp, "203.0.113.5"), ("unknown", None));
        assert_eq!(whose_calling(&lamp, &[], "cloud.other.test", "52.10.1.1"), Whose::UNKNOWN, "whose the tenant is stays unknown");
    }

    #[test]
    fn of_several_devices_the_farthest_decides_whatever_their_order() {
        let tv = Device { id: "tv".to_owned(), ..made_by("Roku, Inc.") };
        let lamp = Device { id: "lamp".to_owned(), ..made_by("LIFI LABS MANAGEMENT PTY LTD") };
        for devices in [[tv.clone(), lamp.clone()], [lamp, tv]] {
            let parties = Parties::new(&devices, &BTreeMap::new());
            let ids = devices.iter().map(|device| device.id.as_str());
            let found = parties.whose(ids, Some("logs.roku.com"), "203.0.113.5".parse().unwrap());
            assert_eq!((found.party, found.tracker.as_deref()), ("third", Some("Roku")));
            let ids = devices.iter().map(|device| device.id.as_str());
            assert_eq!(parties.whose(ids, Some("api.roku.com"), "203.0.113.5".parse().unwrap()).party, "first", "the cloud of one of them");
        }
        let found = Parties::default().whose(["nobody"], Some("www.netflix.com"), "203.0.113.5".parse().unwrap());
        assert_eq!(found.party, "third");
    }
}
