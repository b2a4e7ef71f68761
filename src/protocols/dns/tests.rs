use super::*;
use crate::event::{Event, Subject};
use crate::protocols::protocol::{Input, Parser, Progress};
use crate::protocols::testing::{self, Show, drive_all, drive_split};
use crate::wire::{Direction, Mark, Marks, Timestamp};

fn marks(length: usize) -> Marks {
    let mut marks = Marks::default();
    marks.push(Mark { stream: 0, length: length as u32, packet: 7, time: Timestamp(0), offset: Some(42) });
    marks
}

/// One line an event.
fn line(event: &Event<'_>) -> String {
    match event {
        Event::Name(name) => match name.subject {
            Subject::Addresses(list) => format!("{} {list:?} @{:?}+{}", name.name, name.at.offset.unwrap_or(0), name.at.length),
            other => format!("{} {other:?}", name.name),
        },
        Event::Readable(readable) => format!("{:?} {:?}={}", readable.role, readable.field, String::from_utf8_lossy(readable.bytes)),
        Event::Malformed { what } => format!("malformed: {what}"),
        other => testing::line(other),
    }
}

fn read(source: NameSource, bytes: &[u8]) -> Vec<String> {
    let (marks, mut lines) = (marks(bytes.len()), Vec::new());
    let input = Input { direction: Direction::ToClient, bytes, offset: 0, marks: &marks };
    let progress = Datagrams { source }.read(input, &mut |event| lines.push(line(&event)));
    assert_eq!(progress, Progress::Consumed(bytes.len()));
    lines
}

/// `www.example` asked for, answered by an alias and its address.
const ANSWER: &[u8] = b"\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0\x03www\x07example\0\0\x01\0\x01\
    \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03cdn\xc0\x10\
    \xc0\x29\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x07";
const QUESTION: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01";

#[test]
fn an_alias_ties_the_name_asked_for_to_the_address() {
    assert_eq!(read(NameSource::Dns, ANSWER), ["www.example [192.0.2.7] @54+13", "cdn.example [192.0.2.7] @83+6"]);
}

#[test]
fn a_name_that_there_is_not_is_told_as_such() {
    let mut answer = QUESTION.to_vec();
    answer[2..4].copy_from_slice(&[0x81, 0x83]);
    assert_eq!(read(NameSource::Dns, &answer), ["www.example [] @54+13", "absent www.example"]);
    assert!(!read(NameSource::Llmnr, &answer).contains(&"absent www.example".to_owned()));
    // Refused, and asked.
    for flags in [[0x81, 0x85], [0x01, 0x03]] {
        answer[2..4].copy_from_slice(&flags);
        assert_eq!(read(NameSource::Dns, &answer), ["www.example [] @54+13"]);
    }
}

#[test]
fn a_question_tells_its_name_alone() {
    assert_eq!(read(NameSource::Dns, QUESTION), ["www.example [] @54+13"]);
}

#[test]
fn an_https_record_gives_its_hints() {
    let message =
        b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0\x01a\x04test\0\0\x41\0\x01\xc0\x0c\0\x41\0\x01\0\0\0\x3c\0\x10\0\x01\x03svc\xc0\x0e\0\x04\0\x04\xcb\0\x71\x09";
    let lines = read(NameSource::Dns, message);
    assert_eq!(lines, ["a.test [203.0.113.9] @54+8", "svc.test [203.0.113.9] @80+6"]);
}

#[test]
fn bindings_to_several_targets_give_the_owner_all_addresses() {
    let mut message = b"\0\x01\x81\x80\0\x01\0\x02\0\0\0\0\x01a\x04test\0\0\x41\0\x01".to_vec();
    for host in [1u8, 2] {
        message.extend(b"\xc0\x0c\0\x41\0\x01\0\0\0\x3c\0\x11\0");
        message.extend([host, 4, b's', b'v', b'c', b'0' + host, 0xc0, 0x0e]);
        message.extend([0, 4, 0, 4, 203, 0, 113, host]);
    }
    let lines = read(NameSource::Dns, &message);
    assert_eq!(
        lines,
        ["a.test [203.0.113.2, 203.0.113.1] @54+8", "svc1.test [203.0.113.1] @80+7", "svc2.test [203.0.113.2] @109+7"],
        "the first by its alias, the second by itself"
    );
}

#[test]
fn a_reverse_answer_names_its_address() {
    let message = b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0\x017\x012\x010\x03192\x07in-addr\x04arpa\0\0\x0c\0\x01\
        \xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0\x0b\x04host\x04test\0";
    assert_eq!(read(NameSource::Dns, message), ["7.2.0.192.in-addr.arpa [] @54+24", "host.test [192.0.2.7] @94+11"]);
}

#[test]
fn what_is_wrong_is_counted_once_and_all_else_is_told() {
    let record = |kind: u16, data: &[u8]| {
        [b"\x01z\x04test\0".to_vec(), kind.to_be_bytes().to_vec(), b"\0\x01\0\0\0\0\0".to_vec(), vec![data.len() as u8], data.to_vec()].concat()
    };
    let bad = [
        record(1, b"\xc0\0\x02"),
        record(65, b"\0\x01\0\0\x01\0\x03\x09h2"),
        record(41, b"\0\x0a\0\x09"),
        record(5, b"\xff\xff"),
        record(29, b"\0\0"),
        record(6, b"\x01z\x04test\0\x05ab"),
    ];
    for wrong in bad {
        let message = [b"\0\x01\x84\0\0\0\0\x03\0\0\0\0".to_vec(), wrong.clone(), wrong, record(1, b"\xc0\0\x02\x07")].concat();
        let lines = read(NameSource::Dns, &message);
        assert_eq!(lines[0], "z.test [192.0.2.7] @54+8");
        assert!(lines.len() == 2 && lines[1].starts_with("malformed: dns"), "{lines:?}");
    }
}

#[test]
fn a_message_that_ends_early_is_counted_unless_it_says_so() {
    let cut = &ANSWER[..ANSWER.len() - 4];
    assert_eq!(read(NameSource::Dns, cut), ["www.example [] @54+13", "cdn.example [] @83+6", "malformed: dns message shorter than it says"]);
    let mut said = cut.to_vec();
    said[2] |= 2;
    assert_eq!(read(NameSource::Dns, &said), ["www.example [] @54+13", "cdn.example [] @83+6"]);
}

#[test]
fn texts_of_a_resolver_are_for_anyone_but_what_a_device_sends_is_its_own() {
    let text = b"\x01z\x04test\0\0\x10\0\x01\0\0\0\0\0\x07\x06md=X-1";
    let place = b"\x01z\x04test\0\0\x1d\0\x01\0\0\0\0\0\x10\0\x12\x16\x13\x8b\x43\xe9\x40\x7f\xf2\x44\x60\0\0\0\0";
    let message = |flags: &[u8], counts: &[u8]| [b"\0\0".as_slice(), flags, counts, text, place].concat();
    let answer = message(b"\x84\0", b"\0\0\0\x02\0\0\0\0");
    assert_eq!(read(NameSource::Dns, &answer), ["z.test [] @54+8"]);
    let told = ["trait model X-1 Sender", "Record Some(\"md\")=X-1", "value position LOC=52.500000,-0.250000 []"];
    assert_eq!(read(NameSource::Mdns, &answer)[..3], told);
    let update = message(b"\x28\0", b"\0\0\0\0\0\x02\0\0");
    assert!(read(NameSource::Dns, &update).iter().any(|line| line == told[2]));
    let known = message(b"\0\0", b"\0\0\0\x02\0\0\0\0");
    assert!(!read(NameSource::Mdns, &known).iter().any(|line| line.starts_with("trait")), "known answers are of others");
}

#[test]
fn every_name_in_the_data_is_told() {
    let mut message = b"\0\x01\x81\x80\0\0\0\x05\0\0\0\0".to_vec();
    let owner = b"\x01z\x04test\0";
    for (kind, data) in [
        (6u16, &b"\x02ns\x04test\0\x04mail\x04test\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..]),
        (15, b"\0\x0a\x02mx\x04test\0"),
        (33, b"\0\0\0\0\0\x50\x03srv\x04test\0"),
        (35, b"\0\0\0\0\x01s\x03sip\0\x05naptr\x04test\0"),
        (46, b"\0\x01\x08\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x06signer\x04test\0"),
    ] {
        message.extend(owner);
        message.extend(kind.to_be_bytes());
        message.extend(b"\0\x01\0\0\0\0");
        message.extend((data.len() as u16).to_be_bytes());
        message.extend(data);
    }
    let names: Vec<_> = read(NameSource::Dns, &message).iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["z.test", "ns.test", "mail.test", "mx.test", "srv.test", "naptr.test", "signer.test"]);
}

#[test]
fn mdns_tells_instances_texts_and_the_host() {
    let message = b"\0\0\x84\0\0\0\0\x03\0\0\0\0\
        \x05_http\x04_tcp\x05local\0\0\x0c\0\x01\0\0\0\x78\0\x0e\x0bEmma's doll\xc0\x0c\
        \xc0\x28\0\x21\x80\x01\0\0\0\x78\0\x0d\0\0\0\0\0\x50\x04doll\xc0\x17\
        \xc0\x28\0\x10\x80\x01\0\0\0\x78\0\x0e\x07fn=Doll\x05plain";
    let lines = read(NameSource::Mdns, message);
    assert!(lines.contains(&"doll.local Sender".to_owned()), "{lines:?}");
    assert!(lines.contains(&"Emma's doll._http._tcp.local [] @82+14".to_owned()), "{lines:?}");
    for readable in ["Name None=Emma's doll", "Name None=doll", "Record Some(\"fn\")=Doll", "Record None=plain"] {
        assert!(lines.contains(&readable.to_owned()), "{readable} in {lines:?}");
    }
    assert!(!lines.iter().any(|line| line.starts_with("Name None=_http")), "a service type is nobody's choice");
    assert!(lines.contains(&"trait service _http._tcp Sender".to_owned()) && lines.contains(&"Doll Sender".to_owned()), "{lines:?}");
}

#[test]
fn a_loop_is_counted() {
    let message = b"\0\0\x01\0\0\x01\0\0\0\0\0\0\xc0\x0c\0\x01\0\x01";
    assert_eq!(read(NameSource::Dns, message), ["malformed: dns name pointers loop"]);
}

#[test]
fn cuts_and_noise_never_panic() {
    for length in 0..ANSWER.len() {
        read(NameSource::Dns, &ANSWER[..length]);
    }
    proptest::proptest!(|(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300))| {
        for source in [NameSource::Dns, NameSource::Mdns, NameSource::Llmnr] {
            read(source, &bytes);
        }
    });
}

#[test]
fn aliases_that_point_at_each_other_end() {
    let message = b"\0\x01\x81\x80\0\0\0\x02\0\0\0\0\x01a\0\0\x05\0\x01\0\0\0\0\0\x03\x01b\0\x01b\0\0\x05\0\x01\0\0\0\0\0\x02\xc0\x0c";
    assert_eq!(read(NameSource::Dns, message).len(), 2);
}

fn tcp(messages: &[&[u8]]) -> Vec<u8> {
    messages.iter().flat_map(|message| [&(message.len() as u16).to_be_bytes(), *message].concat()).collect()
}

fn open() -> Box<dyn Parser> {
    (DNS_TCP.open)()
}

#[test]
fn a_stream_gives_the_same_however_it_is_split() {
    let (asked, answered) = (tcp(&[QUESTION, QUESTION]), tcp(&[ANSWER, ANSWER]));
    let lines = drive_split(open, &[(Direction::ToServer, &asked), (Direction::ToClient, &answered)]);
    assert_eq!(lines.len(), 6, "pipelined questions, and two answers in a segment: {lines:?}");
    assert_eq!(lines[2], "name dns www.example Addresses([192.0.2.7])");
}

#[test]
fn a_transfer_of_several_messages_is_told_whole() {
    let record = |host: u8| [b"\x01".as_slice(), &[host], b"\x04test\0\0\x01\0\x01\0\0\0\0\0\x04\xc0\0\x02", &[host]].concat();
    let first = [b"\0\x01\x84\0\0\x01\0\x01\0\0\0\0\x04test\0\0\xfc\0\x01".to_vec(), record(b'a')].concat();
    let second = [b"\0\x01\x84\0\0\0\0\x01\0\0\0\0".to_vec(), record(b'b')].concat();
    let bytes = tcp(&[&first, &second]);
    let lines = drive_split(open, &[(Direction::ToClient, &bytes)]);
    assert_eq!(lines, ["name dns test Addresses([])", "name dns a.test Addresses([192.0.2.97])", "name dns b.test Addresses([192.0.2.98])"]);
    assert_eq!(probe_stream(&probe(&tcp(&[&second]), 9_953)), Verdict::Yes, "picked up in the middle");
}

#[test]
fn after_a_gap_a_message_is_found_at_the_beginning_of_a_segment() {
    let bytes = tcp(&[ANSWER]);
    let whole = testing::drive(open(), &[(Direction::ToClient, &bytes)]);
    let shows = [
        Show::Bytes(Direction::ToClient, &bytes[..20]),
        Show::Gap(Direction::ToClient, 100),
        Show::Bytes(Direction::ToClient, &bytes[30..]),
        Show::Bytes(Direction::ToClient, &bytes[..15]),
        Show::Bytes(Direction::ToClient, &bytes[15..]),
        Show::Bytes(Direction::ToClient, &bytes),
    ];
    assert_eq!(drive_all(open(), &shows), [whole.clone(), whole].concat());
}

#[test]
fn lengths_that_no_message_has_end_the_reading() {
    for length in [0u16, 11] {
        let lines = testing::drive(open(), &[(Direction::ToServer, &length.to_be_bytes())]);
        assert_eq!(lines, ["malformed dns message shorter than its header", "Lost"]);
    }
    assert_eq!(testing::drive(open(), &[(Direction::ToServer, &[0xff; 300])]), [""; 0], "the longest is waited for");
}

fn probe(bytes: &[u8], to_port: u16) -> Probe<'_> {
    Probe { bytes, direction: Direction::ToServer, from_port: 50_000, to_port, from_start: true }
}

#[test]
fn content_decides_on_any_port() {
    for bytes in [QUESTION, ANSWER] {
        assert_eq!(probe_datagram(&probe(bytes, 53)), Verdict::Yes);
        assert_eq!(probe_datagram(&probe(bytes, 9_953)), Verdict::Yes);
        assert_eq!(probe_datagram(&probe(bytes, 5353)), Verdict::No, "what comes there is mdns");
        assert_eq!((mdns::MDNS.probe)(&probe(bytes, 5353)), Verdict::Yes);
        assert_eq!((mdns::MDNS.probe)(&probe(bytes, 53)), Verdict::No);
    }
    assert_eq!(probe_datagram(&probe(&ANSWER[..40], 53)), Verdict::Yes, "a cut message is one still");
    assert_eq!(probe_datagram(&probe(&ANSWER[..40], 9_953)), Verdict::No);
    assert_eq!(probe_datagram(&probe(b"", 53)), Verdict::No);
}

#[test]
fn a_stream_is_known_by_its_first_question() {
    let bytes = tcp(&[QUESTION]);
    for port in [53, 9_953] {
        assert_eq!(probe_stream(&probe(&bytes, port)), Verdict::Yes);
        for cut in 0..bytes.len() {
            assert_eq!(probe_stream(&probe(&bytes[..cut], port)), Verdict::Unsure, "{cut}");
        }
    }
    assert_eq!(probe_stream(&probe(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", 53)), Verdict::No);
    assert_eq!(probe_stream(&probe(b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03aaaaaaaaaaaaaaaaaaaa", 53)), Verdict::No);
}

#[test]
fn noise_is_nobodys() {
    let mut seed = 1u32;
    let mut taken = 0;
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..64)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        assert_eq!(probe_datagram(&probe(&bytes, 9_953)), Verdict::No);
        taken += usize::from(probe_datagram(&probe(&bytes, 53)) == Verdict::Yes);
    }
    assert!(taken <= 4, "{taken} of 20,000 noise datagrams on the usual port");
}
