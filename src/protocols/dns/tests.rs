use super::*;
use crate::event::Subject;
use crate::wire::{Mark, Marks, Timestamp};

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
        other => format!("{other:?}"),
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
fn a_question_tells_its_name_alone() {
    assert_eq!(read(NameSource::Dns, QUESTION), ["www.example [] @54+13"]);
}

#[test]
fn an_https_record_gives_its_hints() {
    let message =
        b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0\x01a\x04test\0\0\x41\0\x01\xc0\x0c\0\x41\0\x01\0\0\0\x3c\0\x11\0\x01\x03svc\xc0\x0e\0\x04\0\x04\xcb\0\x71\x09\0";
    let lines = read(NameSource::Dns, message);
    assert_eq!(lines, ["a.test [203.0.113.9] @54+8", "svc.test [203.0.113.9] @80+6"]);
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

fn read_stream(pieces: &[&[u8]]) -> Vec<String> {
    let whole = pieces.concat();
    let (marks, mut lines, mut parser) = (marks(whole.len()), Vec::new(), Stream);
    let (mut consumed, mut shown) = (0, 0);
    for piece in pieces {
        shown += piece.len();
        let input = Input { direction: Direction::ToServer, bytes: &whole[consumed..shown], offset: consumed as u64, marks: &marks };
        match parser.read(input, &mut |event| lines.push(line(&event))) {
            Progress::Consumed(count) => consumed += count,
            other => panic!("{other:?}"),
        }
    }
    lines
}

#[test]
fn a_stream_gives_the_same_however_it_is_split() {
    let bytes = tcp(&[QUESTION, ANSWER]);
    let whole = read_stream(&[&bytes]);
    assert_eq!(whole.len(), 3);
    for split in 0..bytes.len() {
        assert_eq!(read_stream(&[&bytes[..split], &bytes[split..]]), whole, "{split}");
    }
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
