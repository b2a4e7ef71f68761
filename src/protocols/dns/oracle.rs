//! What another library writes is read in full: names, addresses and chains of any message that it can build, compressed or not.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use simple_dns::rdata::{A, AAAA, AFSDB, CNAME, HTTPS, KX, MINFO, MX, NS, NSEC, PTR, RData, RP, RRSIG, RouteThrough, SOA, SRV, SVCB};
use simple_dns::{CLASS, Name, Packet, QCLASS, QTYPE, Question, ResourceRecord, TYPE};

use super::*;
use crate::event::{Event, Subject};
use crate::protocols::protocol::{Input, Parser};
use crate::wire::{Direction, Marks};

/// A record: its owner, what it is, and the names and the number that it holds.
type Plan = (String, u8, String, String, u32);

fn names() -> impl Strategy<Value = String> {
    // Few labels, so that names share their ends and records meet.
    prop::collection::vec(prop::sample::select(vec!["a", "b", "www", "_x", "long-label-0123456789", "test"]), 1..4).prop_map(|labels| labels.join("."))
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    prop::collection::vec((names(), 0u8..16, names(), names(), any::<u32>()), 0..12)
}

fn data((_, kind, one, two, number): &Plan) -> RData<'_> {
    let (one, two, small) = (Name::new_unchecked(one), Name::new_unchecked(two), *number as u16);
    match kind {
        0 | 1 => RData::A(A { address: *number }),
        2 => RData::AAAA(AAAA { address: u128::from(*number) << 64 | 1 }),
        3 | 4 => RData::CNAME(CNAME(one)),
        5 => RData::NS(NS(one)),
        6 => RData::PTR(PTR(one)),
        7 => RData::MX(MX { preference: small, exchange: one }),
        8 => RData::SRV(SRV { priority: small, weight: 1, port: 80, target: one }),
        9 => RData::SOA(SOA { mname: one, rname: two, serial: *number, refresh: 1, retry: 2, expire: 3, minimum: 4 }),
        10 => RData::AFSDB(AFSDB { subtype: small, hostname: one }),
        11 => RData::MINFO(MINFO { rmailbox: one, emailbox: two }),
        12 => RData::RP(RP { mbox: one, txt: two }),
        13 => RData::KX(KX { preference: small, exchanger: one }),
        14 => RData::RouteThrough(RouteThrough { preference: small, intermediate_host: one }),
        _ => {
            let mut binding = SVCB::new(1, one);
            binding.set_port(443);
            binding.set_ipv4hint(&[*number]);
            RData::HTTPS(HTTPS(binding))
        }
    }
}

fn built(asked: &str, plans: &[Plan], compressed: bool) -> Vec<u8> {
    let mut packet = Packet::new_reply(7);
    packet.questions.push(Question::new(Name::new_unchecked(asked), QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN), false));
    packet.answers.extend(plans.iter().map(|plan| ResourceRecord::new(Name::new_unchecked(&plan.0), CLASS::IN, 60, data(plan))));
    if compressed { packet.build_bytes_vec_compressed().unwrap() } else { packet.build_bytes_vec().unwrap() }
}

/// Names with their addresses, as told.
fn told(bytes: &[u8]) -> BTreeMap<String, BTreeSet<IpAddr>> {
    let (marks, mut told) = (Marks::default(), BTreeMap::new());
    let input = Input { direction: Direction::ToClient, bytes, offset: 0, marks: &marks };
    Datagrams { source: NameSource::Dns }.read(input, &mut |event| match event {
        Event::Name(name) => {
            let Subject::Addresses(addresses) = name.subject else { panic!("{name:?}") };
            assert!(told.insert(name.name.to_owned(), addresses.iter().copied().collect()).is_none(), "{} twice", name.name);
        }
        other => panic!("{other:?}"),
    });
    told
}

/// Names with their addresses, as planned: those of the name, of the first that it is another word for, and so on.
fn planned(asked: &str, plans: &[Plan]) -> BTreeMap<String, BTreeSet<IpAddr>> {
    let (mut own, mut alias) = (BTreeMap::<&str, BTreeSet<IpAddr>>::from([(asked, BTreeSet::new())]), BTreeMap::<&str, &str>::new());
    for (owner, kind, one, two, number) in plans {
        for name in [owner, one, two].into_iter().take(match kind {
            0..=2 => 1,
            9 | 11 | 12 => 3,
            _ => 2,
        }) {
            own.entry(name).or_default();
        }
        let address = match kind {
            0 | 1 | 15 => IpAddr::V4(Ipv4Addr::from(*number)),
            _ => IpAddr::V6(Ipv6Addr::from(u128::from(*number) << 64 | 1)),
        };
        match kind {
            0..=2 => drop(own.entry(owner).or_default().insert(address)),
            3 | 4 => drop(alias.entry(owner).or_insert(one)),
            15 => {
                own.entry(one).or_default().insert(address);
                if *alias.entry(owner).or_insert(one) != one {
                    own.entry(owner).or_default().insert(address);
                }
            }
            _ => {}
        }
    }
    let chain = |name: &str| {
        let mut names = vec![name.to_owned()];
        while let Some(next) = names.last().and_then(|last| alias.get(last.as_str())).filter(|next| !names.iter().any(|name| name == *next)) {
            names.push((*next).to_owned());
        }
        names.iter().flat_map(|name| own.get(name.as_str()).into_iter().flatten().copied()).collect()
    };
    own.keys().map(|name| ((*name).to_owned(), chain(name))).collect()
}

proptest! {
    #[test]
    fn any_message_is_read_in_full(asked in names(), plans in plans(), compressed: bool) {
        let bytes = built(&asked, &plans, compressed);
        prop_assert_eq!(told(&bytes), planned(&asked, &plans));
        let probe = |to_port| Probe { bytes: &bytes, direction: Direction::ToClient, from_port: 40_000, to_port, from_start: true };
        prop_assert_eq!((DNS.probe)(&probe(53)), Verdict::Yes);
        prop_assert_eq!((DNS.probe)(&probe(9_953)), Verdict::Yes);
    }

    #[test]
    fn a_message_cut_anywhere_tells_no_more_than_the_whole(asked in names(), plans in plans(), cut: prop::sample::Index) {
        let bytes = built(&asked, &plans, true);
        let cut = cut.index(bytes.len());
        let (marks, whole, mut part) = (Marks::default(), told(&bytes), BTreeSet::new());
        let input = Input { direction: Direction::ToClient, bytes: &bytes[..cut], offset: 0, marks: &marks };
        Datagrams { source: NameSource::Dns }.read(input, &mut |event| {
            if let Event::Name(name) = event {
                part.insert(name.name.to_owned());
            }
        });
        prop_assert!(part.iter().all(|name| whole.contains_key(name)), "{:?} of {:?}", part, whole);
    }
}

#[test]
fn signers_and_what_comes_next_are_names() {
    let mut packet = Packet::new_reply(7);
    let signature = RRSIG {
        type_covered: 1,
        algorithm: 8,
        labels: 2,
        original_ttl: 60,
        signature_expiration: 2,
        signature_inception: 1,
        key_tag: 9,
        signer_name: Name::new_unchecked("signer.test"),
        signature: vec![1; 64].into(),
    };
    let next = NSEC { next_name: Name::new_unchecked("next.test"), type_bit_maps: Vec::new() };
    for data in [RData::RRSIG(signature), RData::NSEC(next)] {
        packet.answers.push(ResourceRecord::new(Name::new_unchecked("z.test"), CLASS::IN, 60, data));
    }
    let told = told(&packet.build_bytes_vec_compressed().unwrap());
    assert_eq!(told.into_keys().collect::<Vec<_>>(), ["next.test", "signer.test", "z.test"]);
}
