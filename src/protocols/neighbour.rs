//! Who has which address on the link, and what routers announce: ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861, RFC 4862, RFC 8106).
//!
//! Comes in: one message and who sent its frame. Goes out: bindings and adverts. No protocol of conversations, so none of the list: whoever has such a
//! packet asks here. A message that its sender's own frame contradicts is not believed: what it says, another device could have made up.

use std::net::{IpAddr, Ipv6Addr};

use super::protocol::{Input, Say};
use super::wire_name;
use crate::event::{Advert, Event};
use crate::wire::{Cidr, Mac};

/// ICMPv6 types (RFC 4861, section 4).
mod kind {
    pub const ROUTER_SOLICITATION: u8 = 133;
    pub const ROUTER_ADVERTISEMENT: u8 = 134;
    pub const NEIGHBOUR_SOLICITATION: u8 = 135;
    pub const NEIGHBOUR_ADVERTISEMENT: u8 = 136;
}

/// What a packet of ICMPv6 must show so that it comes from this link (RFC 4861, section 6.1).
pub const HOP_LIMIT: u8 = 255;

/// Most resolvers, prefixes or domains that are told of one advertisement.
const MOST: usize = 16;

/// Options (RFC 4861, section 4.6; RFC 8106, section 5).
mod option {
    pub const SOURCE_LINK: u8 = 1;
    pub const TARGET_LINK: u8 = 2;
    pub const PREFIX: u8 = 3;
    pub const RESOLVERS: u8 = 25;
    pub const DOMAINS: u8 = 31;
}

/// An ARP message: `sender` says that `address` is its own. A probe (RFC 5227, section 2.1.1) has none yet.
pub fn arp(frame: Option<Mac>, sender: Mac, address: IpAddr, say: Say<'_>) {
    if frame.is_none_or(|mac| mac == sender) {
        bind(sender, address, say);
    }
}

/// A packet of ICMPv6 with hop limit 255 and code 0: `input` begins behind the checksum, `from` is its source address.
pub fn icmp(kind: u8, frame: Option<Mac>, from: IpAddr, input: &Input<'_>, say: Say<'_>) {
    let IpAddr::V6(from) = from else { return };
    let message = Message { frame, from, input };
    match kind {
        kind::ROUTER_SOLICITATION => message.source(message.options(4, say), say),
        kind::ROUTER_ADVERTISEMENT => message.advertisement(say),
        kind::NEIGHBOUR_SOLICITATION => message.solicited(say),
        kind::NEIGHBOUR_ADVERTISEMENT => message.advertised(say),
        _ => {}
    }
}

struct Message<'m, 'i> {
    frame: Option<Mac>,
    from: Ipv6Addr,
    input: &'m Input<'i>,
}

impl Message<'_, '_> {
    /// Who sent it has its source address.
    fn source(&self, options: &[u8], say: Say<'_>) {
        if let Some(mac) = self.sender(options, option::SOURCE_LINK) {
            bind(mac, IpAddr::V6(self.from), say);
        }
    }

    /// The sender's hardware address: its frame's, which an option must not contradict; else the option's.
    fn sender(&self, options: &[u8], wanted: u8) -> Option<Mac> {
        let said = each(options).find(|(code, _)| *code == wanted).and_then(|(_, value)| value.first_chunk::<6>()).map(|mac| Mac(*mac));
        match (self.frame, said) {
            (Some(frame), Some(said)) => (frame == said).then_some(frame),
            (frame, said) => frame.or(said),
        }
    }

    /// A neighbour is looked for; or, from no address yet, a device asks whether the one that it will take is free (RFC 4862, section 5.4.2).
    fn solicited(&self, say: Say<'_>) {
        let Some(target) = self.target(say) else { return };
        let options = self.options(20, say);
        if !self.from.is_unspecified() {
            self.source(options, say);
        } else if let Some(mac) = self.frame {
            bind(mac, IpAddr::V6(target), say);
        }
    }

    fn advertised(&self, say: Say<'_>) {
        let Some(target) = self.target(say) else { return };
        if let Some(mac) = self.sender(self.options(20, say), option::TARGET_LINK) {
            bind(mac, IpAddr::V6(target), say);
        }
    }

    /// The address that it is about: behind four bytes of flags.
    fn target(&self, say: Say<'_>) -> Option<Ipv6Addr> {
        let target = self.input.bytes.get(4..).and_then(|rest| rest.first_chunk::<16>());
        if target.is_none() {
            say(Event::Malformed { what: "neighbour discovery message cut short" });
        }
        target.map(|bytes| Ipv6Addr::from(*bytes))
    }

    /// A router advertisement: hop limit, flags, lifetime, two timers, options. Only a link's own router may send one (RFC 4861, section 6.1.2).
    fn advertisement(&self, say: Say<'_>) {
        let Some(&[_, _, l0, l1, ..]) = self.input.bytes.first_chunk::<12>() else {
            say(Event::Malformed { what: "router advertisement cut short" });
            return;
        };
        if !self.from.is_unicast_link_local() {
            return;
        }
        let options = self.options(12, say);
        self.source(options, say);
        let (mut resolvers, mut prefixes, mut domains) = (Vec::new(), Vec::new(), Vec::new());
        for (code, value) in each(options) {
            match code {
                option::PREFIX => prefixes.extend(prefix(value)),
                option::RESOLVERS => resolvers.extend(lasting(value).map(addresses).into_iter().flatten()),
                option::DOMAINS => domains.extend(lasting(value).map(names).unwrap_or_default()),
                _ => {}
            }
        }
        resolvers.truncate(MOST);
        prefixes.truncate(MOST);
        domains.truncate(MOST);
        // A lifetime of zero: here is a router, but not the way out (RFC 4861, section 4.2).
        let router = ([l0, l1] != [0, 0]).then_some(IpAddr::V6(self.from));
        let at = self.input.at(0, self.input.bytes.len());
        say(Event::Advert(Advert { router, resolvers: &resolvers, prefixes: &prefixes, domains: &domains, at }));
    }

    /// The options from index `start` on, as far as they are whole. A length of zero or beyond the message is counted.
    fn options(&self, start: usize, say: Say<'_>) -> &[u8] {
        let all = self.input.bytes.get(start..).unwrap_or_default();
        let mut rest = all;
        while let Some((_, next)) = first_option(rest) {
            rest = next;
        }
        if !rest.is_empty() {
            say(Event::Malformed { what: "neighbour discovery option of a wrong length" });
        }
        all.get(..all.len() - rest.len()).unwrap_or_default()
    }
}

/// Options one after another, each with its code.
fn each(options: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = options;
    std::iter::from_fn(move || {
        let (option, next) = first_option(rest)?;
        rest = next;
        Some(option)
    })
}

/// An option's code and value.
type Coded<'o> = (u8, &'o [u8]);

/// The first option and what follows it: code, length in units of eight bytes, value.
fn first_option(bytes: &[u8]) -> Option<(Coded<'_>, &[u8])> {
    let &[code, length] = bytes.first_chunk()?;
    let (option, next) = bytes.split_at_checked(usize::from(length) * 8)?;
    Some(((code, option.get(2..)?), next))
}

/// A network that is on this link, or in which addresses are made (RFC 4861, section 4.6.2): length, flags, two lifetimes, reserved, prefix.
fn prefix(value: &[u8]) -> Option<Cidr> {
    let (&[prefix, flags], rest) = value.split_first_chunk()?;
    let address = Ipv6Addr::from(*rest.get(12..)?.first_chunk::<16>()?);
    let ours = flags & 0xc0 != 0 && prefix <= 128 && !address.is_unicast_link_local() && !address.is_multicast();
    ours.then_some(Cidr { address: IpAddr::V6(address), prefix })
}

/// What stands behind reserved bytes and a lifetime that is not zero (RFC 8106, sections 5.1 and 5.2).
fn lasting(value: &[u8]) -> Option<&[u8]> {
    let (&[_, _, l0, l1, l2, l3], rest) = value.split_first_chunk()?;
    ([l0, l1, l2, l3] != [0; 4]).then_some(rest)
}

fn addresses(value: &[u8]) -> Vec<IpAddr> {
    let (sixteens, _) = value.as_chunks::<16>();
    let all = sixteens.iter().map(|bytes| Ipv6Addr::from(*bytes));
    all.filter(|address| !address.is_unspecified() && !address.is_multicast()).map(IpAddr::V6).take(MOST).collect()
}

/// Names one after another, filled up with zeros.
fn names(value: &[u8]) -> Vec<String> {
    let (mut list, mut at) = (Vec::new(), 0);
    while let Ok(name) = wire_name::read(value, at) {
        if name.text.is_empty() || list.len() >= MOST {
            break;
        }
        at = name.next.max(at + 1);
        list.push(name.text);
    }
    list
}

fn bind(mac: Mac, address: IpAddr, say: Say<'_>) {
    let single = match address {
        IpAddr::V4(v4) => !v4.is_multicast() && !v4.is_broadcast() && v4.octets()[0] != 0,
        IpAddr::V6(v6) => !v6.is_multicast() && !v6.is_unspecified(),
    };
    if mac.is_device() && single && !address.is_loopback() {
        say(Event::Binding { mac, address });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;
    use crate::wire::{Direction, Marks};

    const OWN: Mac = Mac([0, 0, 0x5e, 0, 0x53, 1]);
    const OTHER: Mac = Mac([0, 0, 0x5e, 0, 0x53, 2]);
    const LINK: [u8; 8] = [1, 1, 0, 0, 0x5e, 0, 0x53, 1];

    fn told(kind: u8, frame: Option<Mac>, from: &str, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &Marks::default() };
        icmp(kind, frame, from.parse().unwrap(), &input, &mut |event| lines.push(line(&event)));
        lines
    }

    fn arps(frame: Option<Mac>, address: [u8; 4]) -> Vec<String> {
        let mut lines = Vec::new();
        arp(frame, OWN, IpAddr::from(address), &mut |event| lines.push(line(&event)));
        lines
    }

    fn about(target: &str, options: &[u8]) -> Vec<u8> {
        [&[0; 4][..], &target.parse::<Ipv6Addr>().unwrap().octets(), options].concat()
    }

    #[test]
    fn arp_binds_who_speaks_for_itself() {
        assert_eq!(arps(Some(OWN), [192, 0, 2, 7]), ["binding 00:00:5e:00:53:01 192.0.2.7"]);
        assert_eq!(arps(None, [192, 0, 2, 7]), ["binding 00:00:5e:00:53:01 192.0.2.7"]);
        for (frame, address) in [(OTHER, [192, 0, 2, 7]), (OWN, [0; 4]), (OWN, [224, 0, 0, 1]), (OWN, [255; 4]), (OWN, [127, 0, 0, 1])] {
            assert_eq!(arps(Some(frame), address), Vec::<String>::new(), "{address:?}");
        }
    }

    #[test]
    fn neighbours_are_bound_unless_their_frame_says_otherwise() {
        let asks = about("2001:db8::9", &LINK);
        assert_eq!(told(135, Some(OWN), "2001:db8::1", &asks), ["binding 00:00:5e:00:53:01 2001:db8::1"]);
        assert_eq!(told(135, None, "2001:db8::1", &asks), ["binding 00:00:5e:00:53:01 2001:db8::1"]);
        assert_eq!(told(135, Some(OTHER), "2001:db8::1", &asks), Vec::<String>::new());
        let answers = about("2001:db8::1", &[2, 1, 0, 0, 0x5e, 0, 0x53, 1]);
        assert_eq!(told(136, Some(OWN), "fe80::1", &answers), ["binding 00:00:5e:00:53:01 2001:db8::1"]);
        assert_eq!(told(136, Some(OTHER), "fe80::1", &answers), Vec::<String>::new());
        assert_eq!(told(133, Some(OWN), "fe80::1", &[0; 4]), ["binding 00:00:5e:00:53:01 fe80::1"]);
        assert_eq!(told(133, Some(OWN), "::", &[0; 4]), Vec::<String>::new());
    }

    #[test]
    fn who_asks_whether_an_address_is_free_takes_it() {
        assert_eq!(told(135, Some(OWN), "::", &about("2001:db8::5", &[])), ["binding 00:00:5e:00:53:01 2001:db8::5"]);
        assert_eq!(told(135, Some(OWN), "::", &about("ff02::5", &[])), Vec::<String>::new());
    }

    fn advertisement(lifetime: u8) -> Vec<u8> {
        let own: Ipv6Addr = "2001:db8:1::".parse().unwrap();
        let resolver: Ipv6Addr = "2001:db8:1::53".parse().unwrap();
        let prefix = [&[3, 4, 64, 0xc0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0][..], &own.octets()].concat();
        let resolvers = [&[25, 3, 0, 0, 0, 0, 1, 0][..], &resolver.octets()].concat();
        let domains = [&[31, 3, 0, 0, 0, 0, 1, 0][..], b"\x04home\x04test\0\0\0\0\0\0"].concat();
        [&[64, 0, 0, lifetime, 0, 0, 0, 0, 0, 0, 0, 0][..], &LINK, &prefix, &resolvers, &domains].concat()
    }

    #[test]
    fn a_router_announces_itself_and_the_network() {
        let want = r#"resolvers [2001:db8:1::53] prefixes ["2001:db8:1::/64"] domains ["home.test"]"#;
        let lines = told(134, Some(OWN), "fe80::1", &advertisement(9));
        assert_eq!(lines, ["binding 00:00:5e:00:53:01 fe80::1".to_owned(), format!("advert router Some(fe80::1) {want}")]);
        assert_eq!(told(134, Some(OWN), "fe80::1", &advertisement(0)).last(), Some(&format!("advert router None {want}")));
        assert_eq!(told(134, Some(OWN), "2001:db8::1", &advertisement(9)), Vec::<String>::new(), "not from this link");
    }

    #[test]
    fn what_was_withdrawn_is_not_told() {
        let mut bytes = advertisement(9);
        bytes[12 + 8 + 32 + 4..][..4].fill(0);
        assert!(told(134, Some(OWN), "fe80::1", &bytes).concat().contains("resolvers []"));
    }

    #[test]
    fn wrong_lengths_are_counted() {
        assert_eq!(told(134, Some(OWN), "fe80::1", &[0; 11]), ["malformed router advertisement cut short"]);
        assert_eq!(told(136, Some(OWN), "fe80::1", &[0; 19]), ["malformed neighbour discovery message cut short"]);
        let zero = about("2001:db8::1", &[1, 0, 0, 0, 0, 0, 0, 0]);
        assert!(told(136, Some(OWN), "fe80::1", &zero).contains(&"malformed neighbour discovery option of a wrong length".to_owned()));
    }

    #[test]
    fn cuts_and_noise_never_panic() {
        let whole = advertisement(9);
        for length in 0..whole.len() {
            told(134, Some(OWN), "fe80::1", &whole[..length]);
        }
        proptest::proptest!(|(kind in 130u8..140, bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200))| {
            told(kind, Some(OWN), "fe80::1", &bytes);
            told(kind, None, "::", &bytes);
        });
    }
}
