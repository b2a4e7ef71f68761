use proptest::prelude::*;

use super::super::packet::{Body, Decoded};
use super::super::{sample, whole};
use super::*;

const BIG: usize = 1 << 20;

/// A frame at this second.
fn at(second: i64) -> Seen {
    Seen { number: second as u64 + 1, time: Timestamp::new(second, 0), wire: 60 }
}

/// A fragment of an IPv4 UDP datagram whose bytes begin the frame.
fn piece(id: u32, offset: usize, more: bool, length: usize) -> Fragment {
    let address = |last| IpAddr::from([192, 0, 2, last]);
    Fragment {
        from_mac: None,
        to_mac: None,
        depth: 0,
        from: address(1),
        to: address(2),
        ttl: 64,
        id,
        protocol: 17,
        offset,
        more,
        payload: 0..length,
        missing: 0,
    }
}

fn add(pool: &mut Defragmenter, id: u32, offset: usize, more: bool, bytes: &[u8]) -> Outcome {
    pool.add(&piece(id, offset, more, bytes.len()), bytes, at(0))
}

fn bytes(outcome: Outcome) -> Vec<u8> {
    let Outcome::Whole(datagram) = outcome else { panic!("{outcome:?}") };
    datagram.bytes
}

#[test]
fn two_fragments_make_a_datagram_that_is_read_on() {
    for (first, second) in [(0, 1), (1, 0)] {
        let udp = sample::udp(9, b"0123456789abcdef");
        let frames = [sample::ipv4(17, 0x2000, &udp[..16]), sample::ipv4(17, 2, &udp[16..])];
        let mut pool = Defragmenter::new(BIG);
        assert_eq!(pool.add(&sample::fragment(101, &frames[first]), &frames[first], at(0)), Outcome::Waiting);
        let Outcome::Whole(datagram) = pool.add(&sample::fragment(101, &frames[second]), &frames[second], at(1)) else { panic!() };
        let Decoded::Packet(packet) = whole(&datagram) else { panic!() };
        assert_eq!((packet.body, &datagram.bytes[packet.payload]), (Body::Udp { from_port: 5_000, to_port: 9 }, &b"0123456789abcdef"[..]));
        assert_eq!((packet.from.to_string(), packet.ttl, pool.pending(), pool.memory()), ("192.0.2.1".into(), 64, 0, 0));
    }
}

#[test]
fn ipv6_datagrams_may_begin_with_more_extension_headers_or_hold_a_tunnel() {
    let inside = sample::ipv4(4, 0, &sample::udp4(b"tunnel"));
    let content = [&[4, 0, 1, 4, 0, 0, 0, 0][..], &inside].concat();
    let frame = |offset: u16, more: u16, part: &[u8]| {
        let header = [&[60, 0][..], &(offset | more).to_be_bytes(), &[0, 0, 0, 5]].concat();
        sample::ipv6(44, &[&header[..], part].concat())
    };
    let mut pool = Defragmenter::new(BIG);
    let last = frame(24, 0, &content[24..]);
    let first = frame(0, 1, &content[..24]);
    assert_eq!(pool.add(&sample::fragment(101, &last), &last, at(0)), Outcome::Waiting);
    let Outcome::Whole(datagram) = pool.add(&sample::fragment(101, &first), &first, at(0)) else { panic!() };
    let Decoded::Packet(packet) = whole(&datagram) else { panic!() };
    assert_eq!((packet.depth, &datagram.bytes[packet.payload]), (2, &b"tunnel"[..]));
}

#[test]
fn identification_protocol_and_addresses_keep_datagrams_apart() {
    let mut pool = Defragmenter::new(BIG);
    assert_eq!(add(&mut pool, 1, 0, true, &[1; 8]), Outcome::Waiting);
    assert_eq!(add(&mut pool, 2, 8, false, &[2; 8]), Outcome::Waiting);
    let other = Fragment { protocol: 6, ..piece(1, 8, false, 8) };
    assert_eq!(pool.add(&other, &[3; 8], at(0)), Outcome::Waiting);
    let six = |protocol, offset, more| Fragment { protocol, from: IpAddr::from([1u16; 8]), to: IpAddr::from([2u16; 8]), ..piece(1, offset, more, 8) };
    assert_eq!(pool.add(&six(60, 8, false), &[4; 8], at(0)), Outcome::Waiting);
    assert_eq!(pool.pending(), 4);
    let Outcome::Whole(datagram) = pool.add(&six(17, 0, true), &[5; 8], at(0)) else { panic!("IPv6 does not look at the protocol") };
    assert_eq!(datagram.protocol, 17, "of the first fragment");
    assert_eq!(bytes(add(&mut pool, 1, 8, false, &[6; 8])).len(), 16);
}

#[test]
fn the_first_bytes_win_and_differing_ones_are_counted() {
    let mut pool = Defragmenter::new(BIG);
    add(&mut pool, 1, 8, true, &[1; 16]);
    add(&mut pool, 1, 8, true, &[1; 16]);
    assert_eq!(pool.counters(), Counters::default(), "a repeated frame is no overlap");
    add(&mut pool, 1, 16, true, &[1; 16]);
    assert_eq!((pool.counters().overlaps, pool.counters().conflicts), (1, 0));
    add(&mut pool, 1, 0, true, &[2; 40]);
    assert_eq!((pool.counters().overlaps, pool.counters().conflicts), (2, 1));
    let whole = bytes(add(&mut pool, 1, 40, false, &[3; 3]));
    assert_eq!(whole, [&[2; 8][..], &[1; 24], &[2; 8], &[3; 3]].concat());
}

#[test]
fn a_datagram_with_a_hole_or_two_ends_is_never_built() {
    let mut pool = Defragmenter::new(BIG);
    add(&mut pool, 1, 0, true, &[1; 8]);
    assert_eq!(add(&mut pool, 1, 16, false, &[1; 8]), Outcome::Waiting);
    assert!(matches!(add(&mut pool, 1, 24, true, &[1; 8]), Outcome::Dropped(_)), "beyond the end");
    assert!(matches!(add(&mut pool, 1, 8, false, &[1; 3]), Outcome::Dropped(_)), "another end");
    assert_eq!(pool.counters().conflicts, 2);
    assert_eq!(bytes(add(&mut pool, 1, 8, true, &[1; 8])), [1; 24]);
    add(&mut pool, 2, 32, true, &[1; 8]);
    assert!(matches!(add(&mut pool, 2, 0, false, &[1; 8]), Outcome::Dropped(_)), "an end before what is there");
}

#[test]
fn teardrop_is_counted_and_not_built() {
    let mut pool = Defragmenter::new(BIG);
    assert_eq!(add(&mut pool, 242, 0, true, &[1; 36]), Outcome::Waiting);
    assert!(matches!(add(&mut pool, 242, 24, false, &[2; 4]), Outcome::Dropped(_)));
    assert_eq!((pool.counters().overlaps, pool.counters().conflicts), (1, 1));
}

#[test]
fn what_cannot_be_part_of_a_datagram_is_dropped() {
    let mut pool = Defragmenter::new(BIG);
    for (offset, more, length) in [(0, true, 0), (0, true, 7), (65_528, false, 8)] {
        assert!(matches!(add(&mut pool, 1, offset, more, &vec![0; length]), Outcome::Dropped(_)), "{offset} {more} {length}");
    }
    let cut = Fragment { missing: 1, ..piece(1, 0, true, 8) };
    assert!(matches!(pool.add(&cut, &[0; 8], at(0)), Outcome::Dropped(_)));
    assert!(matches!(pool.add(&piece(1, 0, true, 16), &[0; 8], at(0)), Outcome::Dropped(_)));
    let odd = Fragment { from: IpAddr::from([1u16; 8]), to: IpAddr::from([2u16; 8]), ..piece(1, 0, true, 12) };
    assert!(matches!(pool.add(&odd, &[0; 12], at(0)), Outcome::Dropped(_)));
    assert_eq!((pool.pending(), pool.memory()), (0, 0));
    assert_eq!(add(&mut pool, 1, 65_528, false, &[0; 7]), Outcome::Waiting);
    assert_eq!(bytes(add(&mut pool, 1, 0, true, &vec![0; 65_528])).len(), LARGEST);
}

#[test]
fn patience_is_thirty_seconds_of_packet_time() {
    let mut pool = Defragmenter::new(BIG);
    pool.add(&piece(1, 0, true, 8), &[1; 8], at(0));
    pool.add(&piece(2, 0, true, 8), &[1; 8], at(20));
    assert!(matches!(pool.add(&piece(2, 8, false, 8), &[2; 8], at(31)), Outcome::Whole(_)));
    assert_eq!((pool.pending(), pool.counters().incomplete), (0, 1));
    assert_eq!(pool.add(&piece(1, 8, false, 8), &[2; 8], at(31)), Outcome::Waiting);
}

#[test]
fn a_flood_stays_within_its_memory_and_evicts_the_oldest() {
    let limit = 100_000;
    let mut pool = Defragmenter::new(limit);
    for id in 0..20_000 {
        add(&mut pool, id, 65_520 - 8 * (id as usize % 100), true, &[0; 8]);
        assert!(pool.memory() <= limit);
    }
    assert!(pool.counters().evicted > 15_000 && pool.pending() > 100);
    assert_eq!(pool.by_age.len(), pool.waiting.len());
    assert_eq!(add(&mut pool, 19_999, 0, true, &[1; 64]), Outcome::Waiting, "the youngest stays");
    let mut small = Defragmenter::new(1_000);
    assert!(matches!(add(&mut small, 1, 0, true, &[0; 1_200]), Outcome::Dropped(_)));
    assert_eq!((small.pending(), small.memory(), small.counters().evicted), (0, 0, 1));
}

#[test]
fn the_number_of_pieces_is_bounded() {
    let mut pool = Defragmenter::new(BIG);
    let outcomes = (0..4_000).rev().map(|place| add(&mut pool, 1, place * 16, true, &[0; 8]));
    assert_eq!(outcomes.filter(|outcome| matches!(outcome, Outcome::Dropped(_))).count(), 4_000 - PIECES);
}

#[test]
fn of_what_is_given_up_the_beginning_goes_out_once() {
    let udp = sample::udp(9, &[7; 52]);
    let mut pool = Defragmenter::new(BIG);
    assert_eq!(pool.add(&piece(1, 0, true, 24), &udp[..24], at(0)), Outcome::Waiting);
    assert_eq!(pool.add(&piece(1, 24, true, 8), &udp[24..32], at(1)), Outcome::Waiting);
    assert_eq!(pool.add(&piece(1, 40, true, 8), &udp[40..48], at(2)), Outcome::Waiting, "a hole before it");
    assert_eq!(pool.add(&piece(2, 8, true, 8), &[1; 8], at(3)), Outcome::Waiting, "no begin");
    assert_eq!(pool.beginnings(), []);
    pool.add(&piece(3, 8, true, 8), &[1; 8], at(31));
    let [beginning] = &pool.beginnings()[..] else { panic!() };
    assert_eq!((&beginning.datagram.bytes[..], beginning.missing, beginning.seen), (&udp[..32], LARGEST - 32, at(0)));
    let Decoded::Packet(packet) = super::super::beginning(beginning) else { panic!() };
    assert_eq!((packet.payload, packet.missing), (8..32, 28), "UDP tells its length");
    pool.finish();
    assert_eq!((pool.beginnings(), pool.pending(), pool.counters().incomplete, pool.counters().unfinished), (vec![], 0, 1, 2));
}

#[test]
fn a_beginning_knows_what_is_missing_as_far_as_anyone_can() {
    let mut pool = Defragmenter::new(BIG);
    add(&mut pool, 1, 16, false, &[1; 5]);
    add(&mut pool, 1, 0, true, &[1; 8]);
    let segment = |offset| Fragment { protocol: 6, ..piece(2, offset, true, 32) };
    pool.add(&segment(0), &[1; 32], at(0));
    pool.add(&Fragment { id: 3, ..segment(0) }, &[1; 32], at(0));
    pool.add(&Fragment { id: 3, ..segment(64) }, &[1; 32], at(0));
    pool.finish();
    assert_eq!(pool.beginnings().iter().map(|beginning| beginning.missing).collect::<Vec<_>>(), [13, 0, 64]);
}

#[test]
fn a_first_fragment_that_was_cut_is_read_at_once() {
    let udp = sample::udp(9, &[7; 192]);
    let mut pool = Defragmenter::new(BIG);
    let cut = Fragment { missing: 60, ..piece(1, 0, true, 40) };
    assert!(matches!(pool.add(&cut, &udp[..40], at(5)), Outcome::Dropped(_)));
    assert!(matches!(pool.add(&Fragment { offset: 104, ..cut }, &udp[..40], at(6)), Outcome::Dropped(_)));
    let [beginning] = &pool.beginnings()[..] else { panic!() };
    let Decoded::Packet(packet) = super::super::beginning(beginning) else { panic!() };
    assert_eq!((packet.payload, packet.missing, beginning.seen), (8..40, 160, at(5)));
}

#[test]
fn what_is_evicted_still_tells_its_beginning() {
    let mut small = Defragmenter::new(1_000);
    for id in 0..10 {
        add(&mut small, id, 0, true, &sample::udp(9, &[id as u8; 400]));
    }
    let given_up: Vec<u8> = small.beginnings().iter().map(|beginning| beginning.datagram.bytes[8]).collect();
    assert_eq!(given_up.len() as u64, small.counters().evicted);
    assert!(given_up.is_sorted() && given_up.first() == Some(&0), "{given_up:?}");
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_gives_the_same_datagram(
        content in prop::collection::vec(any::<u8>(), 9..600),
        width in 1usize..12,
        shuffle in prop::collection::vec(any::<prop::sample::Index>(), 80),
    ) {
        let width = width * 8;
        let mut starts: Vec<usize> = (0..content.len()).step_by(width).collect();
        for (place, index) in shuffle.iter().enumerate() {
            let other = index.index(starts.len());
            let place = place % starts.len();
            starts.swap(place, other);
        }
        let repeated = starts[0];
        starts.insert(1, repeated);
        let mut pool = Defragmenter::new(BIG);
        let mut built = Vec::new();
        for &start in &starts {
            let end = (start + width).min(content.len());
            if let Outcome::Whole(datagram) = add(&mut pool, 1, start, end < content.len(), &content[start..end]) {
                built.push(datagram.bytes);
            }
        }
        if starts.len() > 2 {
            prop_assert_eq!(built, vec![content]);
            prop_assert_eq!(pool.counters(), Counters::default());
        }
    }

    #[test]
    fn random_fragments_keep_the_books(pieces in prop::collection::vec((0usize..40, 1usize..12, any::<bool>(), any::<u8>()), 1..60)) {
        let mut pool = Defragmenter::new(3_000);
        // The model: which byte came first at each place, and no datagram unless every place up to an end was filled.
        let mut model: Vec<Option<u8>> = vec![None; 1_000];
        for (offset, length, more, fill) in pieces {
            let (start, bytes) = (offset * 8, vec![fill; length * 8]);
            let outcome = add(&mut pool, 1, start, more, &bytes);
            if !matches!(outcome, Outcome::Dropped(_)) {
                model[start..start + bytes.len()].iter_mut().for_each(|byte| _ = byte.get_or_insert(fill));
            }
            if let Outcome::Whole(datagram) = outcome {
                let expected: Vec<Option<u8>> = datagram.bytes.iter().copied().map(Some).collect();
                prop_assert_eq!(&model[..expected.len()], &expected[..]);
                prop_assert!(model[expected.len()..].iter().all(Option::is_none));
                model.fill(None);
                prop_assert_eq!(pool.memory(), 0);
            }
            for beginning in pool.beginnings() {
                prop_assert!(!beginning.datagram.bytes.is_empty() && beginning.datagram.bytes.len() + beginning.missing <= LARGEST);
            }
            prop_assert!(pool.memory() <= 3_000);
        }
    }
}
