use super::super::testing::{Show, drive_all, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

const DESCRIBE: &[u8] = b"DESCRIBE rtsp://192.0.2.7:554/live RTSP/1.0\r\nCSeq: 2\r\nAuthorization: Basic YWRtaW46MTIzNDU=\r\nUser-Agent: Viewer\r\n\r\n";
const DESCRIBED: &[u8] = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nServer: Cam/1.0\r\nContent-Type: application/sdp\r\nContent-Length: 70\r\n\r\nv=0\r\ns=Garden\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=x:yyyyy\r\n";
const PLAY: &[u8] = b"PLAY rtsp://anna:pw@192.0.2.7/live RTSP/1.0\r\nCSeq: 3\r\n\r\n";
const FRAMES: &[u8] = b"$\0\0\x10\x80\x60\0\x01\0\0\0\x01\x01\x02\x03\x04\x67\x42\0\x1e$\x01\0\x08\x80\xc9\0\x01\x01\x02\x03\x04RTSP/1.0 454 Session Not Found\r\nCSeq: 3\r\n\r\n$\0\0\x0e\x80\x60\0\x02\0\0\0\x01\x01\x02\x03\x04\x67\x42";

const TOLD: &[&str] = &[
    "Header Authorization - [] @69: Basic YWRtaW46MTIzNDU=",
    r#"value username authorization=admin ["basic"]"#,
    r#"value password authorization=12345 ["basic"]"#,
    "Header User-Agent - [] @105: Viewer",
    "Target - - [] @9: rtsp://192.0.2.7:554/live",
    "Header Server - [] @34: Cam/1.0",
    "Record s - [] @103: Garden",
    "claim camera it offers live video over RTSP false",
    "exchange - DESCRIBE rtsp://192.0.2.7:554/live - application/sdp Cam/1.0 status 200 bytes 70",
    "Target - - [] @120: rtsp://anna:pw@192.0.2.7/live",
    "value username userinfo=anna []",
    "value password userinfo=pw []",
    "media video h264",
    "exchange - PLAY rtsp://anna:pw@192.0.2.7/live - - - status 454 bytes 0",
];

#[test]
fn a_camera_is_asked_and_shows_its_pictures() {
    assert_eq!(drive_split(RTSP.open, &[(ToServer, DESCRIBE), (ToClient, DESCRIBED), (ToServer, PLAY), (ToClient, FRAMES)]), TOLD);
}

#[test]
fn after_a_gap_the_next_unit_is_read() {
    let shows = [
        Show::Bytes(ToClient, b"$\0\x10\0\x80\x60\0\x01abc"),
        Show::Gap(ToClient, 9_000),
        Show::Bytes(ToClient, b"\x01\x02$\x80\xff"),
        Show::Bytes(ToClient, FRAMES),
    ];
    let told = drive_all((RTSP.open)(), &shows);
    assert_eq!(told, ["exchange response - - - - - status 454 bytes 0"]);
    let inside = [Show::Bytes(ToClient, &[b"$\0\x10\0\x80\x60\0\x01", &[7; 600][..]].concat()), Show::Gap(ToClient, 3_496), Show::Bytes(ToClient, FRAMES)];
    assert_eq!(drive_all((RTSP.open)(), &inside), ["exchange response - - - - - status 454 bytes 0"]);
}

#[test]
fn garbage_is_said_and_passed_over() {
    let told = drive_split(RTSP.open, &[(ToServer, b"what is this\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")]);
    assert_eq!(told, ["malformed rtsp message expected", "Target - - [] @22: *", "exchange - OPTIONS * - - - status - bytes 0"]);
}

#[test]
fn it_is_known_by_its_version() {
    let middle = [b"xx", FRAMES].concat();
    let ask = |bytes, direction, from_start| probe(&Probe { bytes, direction, from_port: 40_000, to_port: 9_000, from_start });
    assert_eq!(ask(DESCRIBE, ToServer, true), Verdict::Yes);
    assert_eq!(ask(DESCRIBED, ToServer, false), Verdict::Swapped);
    assert_eq!(ask(&DESCRIBE[..20], ToServer, true), Verdict::Unsure);
    assert_eq!(ask(b"GET / HTTP/1.1\r\n", ToServer, true), Verdict::No);
    assert_eq!(ask(b"INVITE sip:a@b SIP/2.0\r\n", ToServer, true), Verdict::No);
    assert_eq!(ask(&middle, ToClient, false), Verdict::Yes);
    assert_eq!(ask(b"\x16\x03\x01", ToServer, true), Verdict::No);
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_fail(place in 0..DESCRIBED.len(), byte in proptest::prelude::any::<u8>(), cut in 0..FRAMES.len()) {
        let mut bytes = DESCRIBED.to_vec();
        bytes[place] = byte;
        bytes.extend(&FRAMES[cut..]);
        drive_all((RTSP.open)(), &[Show::Bytes(ToClient, &bytes), Show::Gap(ToClient, 5), Show::Bytes(ToClient, FRAMES)]);
    }
}
