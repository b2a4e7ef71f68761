//! Whole conversations: what is told of them, however they are cut.

use proptest::prelude::*;

use super::super::testing::{Show, drive, drive_all, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (MQTT.open)()
}

fn text(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

fn packet(first: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut bytes = vec![first];
    let mut left = body.len();
    loop {
        let low = (left & 0x7f) as u8;
        left >>= 7;
        bytes.push(if left > 0 { low | 0x80 } else { low });
        if left == 0 {
            break;
        }
    }
    [bytes, body].concat()
}

fn connect(level: u8, flags: u8, parts: &[&[u8]]) -> Vec<u8> {
    let name: &[u8] = if level == 3 { b"\0\x06MQIsdp" } else { b"\0\x04MQTT" };
    packet(0x10, &[&[name, &[level, flags, 0, 60]].concat(), &parts.concat()])
}

fn only(lines: &[String], words: &[&str]) -> Vec<String> {
    lines.iter().filter(|line| words.iter().any(|word| line.starts_with(word))).cloned().collect()
}

#[test]
fn who_connects_and_what_it_publishes_is_told() {
    let up = [
        connect(4, 0xc6, &[&text(b"toy-1"), &text(b"toy/1/gone"), &text(b"bye"), &text(b"anna"), &text(b"secret")]),
        packet(0x82, &[&[0, 1], &text(b"toy/1/#"), &[1], &text(b"home/+"), &[0]]),
        packet(0x32, &[&text(b"toy/1/pos"), &[0, 2], b"51.5,-0.12"]),
        packet(0xa2, &[&[0, 3], &text(b"home/+")]),
        packet(0xc0, &[]),
        packet(0x31, &[&text(b"a"), b""]),
        packet(0xe0, &[]),
    ]
    .concat();
    let down = [packet(0x20, &[&[0, 0]]), packet(0x90, &[&[0, 1, 1, 0]]), packet(0x40, &[&[0, 2]]), packet(0xd0, &[])].concat();
    let want = [
        "Topic client-id - [] @14: toy-1",
        "Topic will-topic - [] @21: toy/1/gone",
        "Payload - - [\"mqtt-payload\"] @33: bye",
        "value username username=anna []",
        "value password password=secret []",
        "Topic topic - [] @56: toy/1/#",
        "exchange subscribe - toy/1/# - - - status - bytes 0",
        "Topic topic - [] @66: home/+",
        "exchange subscribe - home/+ - - - status - bytes 0",
        "Topic topic - [] @77: toy/1/pos",
        "exchange publish - toy/1/pos - - - status - bytes 10",
        "Payload - - [\"mqtt-payload\"] @88: 51.5,-0.12",
        "Topic topic - [] @104: home/+",
        "exchange unsubscribe - home/+ - - - status - bytes 0",
        "Topic topic - [] @116: a",
        "exchange publish - a - - - status - bytes 0",
        "exchange connect - toy-1 - - - status 0 bytes 0",
    ];
    assert_eq!(drive_split(open, &[(ToServer, &up), (ToClient, &down)]), want);
}

#[test]
fn mqtt_5_has_properties_and_aliases() {
    let user = [&[0x26][..], &text(b"serial"), &text(b"20F85E000152")].concat();
    let connect_properties = [&[user.len() as u8][..], &user].concat();
    let publish = |topic: &[u8], payload: &[u8]| packet(0x30, &[&text(topic), &[7, 0x23, 0, 9, 0x03, 0, 1, b't'], payload]);
    let up = [
        connect(5, 0x80, &[&connect_properties, &text(b""), &text(b"anna")]),
        publish(b"toy/pos", b"one"),
        publish(b"", b"two"),
        packet(0x82, &[&[0, 1], &[2, 0x0b, 1], &text(b"x/y"), &[0x2c]]),
    ]
    .concat();
    let down = packet(0x20, &[&[0, 0], &[6, 0x12], &text(b"b-7")]);
    let lines = drive_split(open, &[(ToServer, &up), (ToClient, &down)]);
    assert_eq!(lines[0], "Record serial - [] @24: 20F85E000152");
    let exchanges = [
        "exchange publish - toy/pos - t - status - bytes 3",
        "exchange publish - toy/pos - t - status - bytes 3",
        "exchange subscribe - x/y - - - status - bytes 0",
        "exchange connect -  - - - status 0 bytes 0",
    ];
    assert_eq!(only(&lines, &["exchange"]), exchanges);
    assert_eq!(only(&lines, &["Payload", "Topic client"]).len(), 3);
}

#[test]
fn mqtt_5_tells_how_a_client_proves_who_it_is() {
    let properties = |parts: &[&[u8]]| {
        let all = parts.concat();
        [&[all.len() as u8][..], &all].concat()
    };
    let method = |name: &[u8], data: &[u8]| properties(&[&[0x15], &text(name), &[0x16], &text(data)]);
    let up = [
        connect(
            5,
            0x04,
            &[&method(b"SCRAM-SHA-1", b"n,,n=anna,r=x"), &text(b"toy"), &properties(&[&[0x03], &text(b"application/json")]), &text(b"gone"), &text(b"{}")],
        ),
        packet(0xf0, &[&[0x18], &method(b"PLAIN", b"\0anna\0secret")]),
        packet(0xe0, &[&[0x04], &properties(&[&[0x1f], &text(b"asleep"), &[0x26], &text(b"serial"), &text(b"20F85E000152")])]),
    ]
    .concat();
    let down = [packet(0x20, &[&[0, 0], &[0]]), packet(0xe0, &[&[0x9d], &properties(&[&[0x1c], &text(b"b2.example")])]), packet(0xe0, &[])].concat();
    let lines = drive_split(open, &[(ToServer, &up), (ToClient, &down)]);
    assert_eq!(only(&lines, &["value"]), ["value username username=anna []", "value username username=anna []", "value password password=secret []"]);
    let records = ["Record reason - [] @112: asleep", "Record serial - [] @129: 20F85E000152", "Record server-reference - [] @12: b2.example"];
    assert_eq!(only(&lines, &["Record"]).len(), records.len(), "{lines:?}");
    assert!(only(&lines, &["Payload"])[0].starts_with("Payload - application/json"), "{lines:?}");
    assert!(only(&lines, &["malformed"]).is_empty(), "{lines:?}");
}

#[test]
fn the_version_shows_where_the_beginning_was_not_seen() {
    let publish = packet(0x30, &[&text(b"toy/pos"), &[4, 0x03, 0, 1, b't'], b"{}"]);
    let lines = drive_split(open, &[(ToServer, &publish)]);
    assert_eq!(only(&lines, &["exchange", "Payload"]), ["exchange publish - toy/pos - t - status - bytes 2", "Payload - t [\"mqtt-payload\"] @16: {}"]);
    let older = packet(0x30, &[&text(b"toy/pos"), b"{}"]);
    assert_eq!(only(&drive_split(open, &[(ToServer, &older)]), &["exchange"]), ["exchange publish - toy/pos - - - status - bytes 2"]);
    let list = packet(0x82, &[&[0, 1], &[0], &text(b"toy/#"), &[1]]);
    assert_eq!(only(&drive_split(open, &[(ToServer, &list)]), &["exchange"]), ["exchange subscribe - toy/# - - - status - bytes 0"]);
    let list = packet(0x82, &[&[0, 1], &text(b"toy/#"), &[1]]);
    assert_eq!(only(&drive_split(open, &[(ToServer, &list)]), &["exchange"]), ["exchange subscribe - toy/# - - - status - bytes 0"]);
}

#[test]
fn broken_packets_are_counted() {
    let whats = |bytes: &[u8]| only(&drive_split(open, &[(ToServer, bytes)]), &["malformed", "exchange"]);
    assert_eq!(whats(b"\x30\xff\xff\xff\xff\x01"), ["malformed mqtt length has no end"]);
    let odd = packet(0x36, &[&text(b"topicX"), &[0, 1], b"payload"]);
    let flags = "malformed mqtt flags are not those of the packet type";
    assert_eq!(whats(&odd), ["exchange publish - topicX - - - status - bytes 7", flags]);
    assert_eq!(whats(&packet(0x00, &[b"abc"])), ["malformed mqtt packet type is not assigned"]);
    let broken = "malformed mqtt packet is broken or longer than the limit";
    assert_eq!(whats(b"\x30\x03\0\x09a\x30\x03\0\x01a"), [broken, "exchange publish - a - - - status - bytes 0"]);
    assert_eq!(whats(b"\x82\x05\0\x01\0\x09a"), ["malformed mqtt topic list"]);
    assert_eq!(whats(&connect(4, 0xc0, &[&text(b"toy"), &text(b"anna")])), [broken, "exchange connect - toy - - - status - bytes 0"]);
}

#[test]
fn long_payloads_and_lists_are_told_as_they_come() {
    let picture = [b"\xff\xd8\xff\xe0".as_slice(), &vec![9; 400_000]].concat();
    let many: Vec<u8> = (0..20_000).flat_map(|n| [text(format!("toy/{n}").as_bytes()), vec![0]].concat()).collect();
    let up = [packet(0x30, &[&text(b"cam/1"), &picture]), packet(0x82, &[&[0, 1], &many])].concat();
    let mut most = 0;
    let mut parser = open();
    let (marks, mut done, mut lines) = (crate::wire::Marks::default(), 0, Vec::new());
    for shown in (0..=up.len()).step_by(1_400).chain([up.len()]) {
        let input = Input { direction: ToServer, bytes: &up[done..shown], offset: done as u64, marks: &marks };
        if let Progress::Consumed(taken) = parser.read(input, &mut |event| lines.push(super::super::testing::line(&event))) {
            done += taken;
        }
        most = most.max(shown - done);
    }
    assert_eq!(done, up.len());
    assert!(most < 5_000, "{most} bytes waited");
    assert_eq!(only(&lines, &["media"]), ["media picture jpeg"]);
    assert_eq!(only(&lines, &["exchange"]).len(), 20_001);
}

#[test]
fn gaps_are_passed_over() {
    let up = packet(0x30, &[&text(b"toy/pos"), &[b'x'; 1_000]]);
    let next = packet(0x30, &[&text(b"toy/next"), b"second"]);
    let behind = [&up[912..], &next].concat();
    let lines = drive_all(open(), &[Show::Bytes(ToServer, &up[..112]), Show::Gap(ToServer, 800), Show::Bytes(ToServer, &behind)]);
    assert_eq!(only(&lines, &["exchange"]).len(), 2);
    assert_eq!(only(&lines, &["Payload"]).len(), 3);
    let lines = drive_all(open(), &[Show::Bytes(ToServer, &up[..112]), Show::Gap(ToServer, 901), Show::Bytes(ToServer, b"junk"), Show::Bytes(ToServer, &next)]);
    assert_eq!(only(&lines, &["exchange"])[1], "exchange publish - toy/next - - - status - bytes 6");
    let lines = drive_all(open(), &[Show::Bytes(ToServer, &connect(4, 0, &[&text(b"toy")])), Show::Gap(ToClient, 4)]);
    assert_eq!(lines[1], "exchange connect - toy - - - status - bytes 0");
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..200), level in 3u8..6, flags in any::<u8>(), gap in 0u64..50) {
        let hello = connect(level, flags, &[&bytes]);
        drive(open(), &[(ToServer, &hello), (ToClient, &bytes), (ToServer, &bytes)]);
        drive_all(open(), &[Show::Bytes(ToServer, &bytes), Show::Gap(ToServer, gap), Show::Bytes(ToServer, &hello)]);
        let publish = [b"\x3d\xff\x01\0\x02ab".as_slice(), &bytes].concat();
        drive(open(), &[(ToServer, &hello), (ToServer, &publish)]);
    }
}
