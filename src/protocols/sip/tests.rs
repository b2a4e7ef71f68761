use super::super::testing::{Show, drive_all, drive_datagrams, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

const INVITE: &[u8] = b"INVITE sip:ben@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\nf: Anna <sip:anna@example.org>;tag=1\r\nt: <sip:+447700900123@example.com>\r\ni: 1@x\r\nCSeq: 1 INVITE\r\nUser-Agent: Watch 1\r\nAuthorization: Digest username=\"anna\", response=\"00\"\r\nc: application/sdp\r\nl: 11\r\n\r\nv=0\r\ns=x\r\n\r\n";
const RINGING: &[u8] = b"SIP/2.0 180 Ringing\r\ni: 1@x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
const OK: &[u8] = b"SIP/2.0 200 OK\r\nCall-ID: 1@x\r\nCSeq: 1 INVITE\r\nServer: PBX\r\nContent-Length: 0\r\n\r\n";
const MESSAGE: &[u8] =
    b"\r\n\r\nMESSAGE sip:ben@example.com SIP/2.0\r\ni: 2@x\r\nCSeq: 2 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 18\r\n\r\nI am at school now";

const TOLD: &[&str] = &["Header f - [] @67: Anna", "Header f - [] @77: anna@example.org", "value phone t=+447700900123 []"];

#[test]
fn a_call_says_who_calls_whom() {
    let talk = [(ToServer, INVITE), (ToServer, INVITE), (ToClient, RINGING), (ToClient, OK)];
    let told = drive_datagrams((SIP.open)(), &talk);
    assert_eq!(told.iter().filter(|line| line.starts_with("exchange")).count(), 1);
    assert_eq!(told.last().map(String::as_str), Some("exchange - INVITE sip:ben@example.com - application/sdp PBX status 200 bytes 12"));
    assert_eq!(told.iter().take(3).map(String::as_str).collect::<Vec<_>>(), TOLD);
}

#[test]
fn a_stream_reads_the_same_however_it_is_cut() {
    let told = drive_split(SIP_TCP.open, &[(ToServer, INVITE), (ToClient, RINGING), (ToClient, OK), (ToServer, MESSAGE)]);
    assert!(told.iter().any(|line| line == "exchange - INVITE sip:ben@example.com - application/sdp PBX status 200 bytes 11"), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("Body - text/plain [\"sip-body\"]") && line.ends_with("I am at school now")), "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("exchange - MESSAGE sip:ben@example.com - text/plain - status - bytes 18"));
}

#[test]
fn after_a_gap_the_next_message_is_read() {
    let told = drive_all(
        (SIP_TCP.open)(),
        &[Show::Bytes(ToServer, &INVITE[..40]), Show::Gap(ToServer, 90), Show::Bytes(ToServer, b"abc\r\n"), Show::Bytes(ToServer, MESSAGE)],
    );
    let methods: Vec<_> = told.iter().filter(|line| line.starts_with("exchange")).filter_map(|line| line.split(' ').nth(2)).collect();
    assert_eq!(methods, ["INVITE", "MESSAGE"]);
}

#[test]
fn it_is_known_by_its_version() {
    let ask = |bytes| probe_datagram(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 9_000, from_start: true });
    for own in [INVITE, RINGING, OK, MESSAGE] {
        assert_eq!(ask(own), Verdict::Yes);
    }
    for other in [&b""[..], b"\r\n\r\n", b"OPTIONS rtsp://h/ RTSP/1.0\r\n", b"M-SEARCH * HTTP/1.1\r\n", b"SIP/2.0"] {
        assert_eq!(ask(other), Verdict::No, "{other:?}");
    }
    assert_eq!(drive_datagrams((SIP.open)(), &[(ToServer, b"\r\n\r\n"), (ToServer, b"\0")]), [""; 0]);
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_fail(place in 0..INVITE.len(), byte in proptest::prelude::any::<u8>(), cut in 0..INVITE.len()) {
        let mut bytes = INVITE.to_vec();
        bytes[place] = byte;
        drive_datagrams((SIP.open)(), &[(ToServer, &bytes), (ToClient, &bytes[..cut])]);
        drive_all((SIP_TCP.open)(), &[Show::Bytes(ToServer, &bytes), Show::Gap(ToServer, 7), Show::Bytes(ToServer, &bytes[cut..])]);
    }
}
