use super::*;
use crate::protocols::protocol::{Probe, Verdict};
use crate::protocols::testing::{drive, drive_split};

/// A frame around type and content, with the serial number 1.
fn framed(content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x78, 0x78, content.len() as u8 + 4];
    frame.extend_from_slice(content);
    frame.extend_from_slice(&[0, 1]);
    let crc = Crc16::X25.of(frame.get(2..).unwrap());
    frame.extend_from_slice(&crc.to_be_bytes());
    frame.extend_from_slice(b"\r\n");
    frame
}

fn login() -> Vec<u8> {
    framed(&[0x01, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18])
}

/// The Eiffel Tower, with a fix, to the north and east; then a cell.
fn position(flags: u16) -> Vec<u8> {
    let mut content = vec![0x12, 26, 4, 22, 8, 9, 12, 0xc9];
    content.extend_from_slice(&87_945_066_u32.to_be_bytes());
    content.extend_from_slice(&4_130_064_u32.to_be_bytes());
    content.push(0);
    content.extend_from_slice(&flags.to_be_bytes());
    content.extend_from_slice(&[0, 208, 1, 0x12, 0x34, 0, 0x56, 0x78]);
    framed(&content)
}

fn probe(bytes: &[u8]) -> Verdict {
    (GT06.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_023, from_start: true })
}

#[test]
fn login_and_position_are_told_however_they_are_split() {
    let bytes = [login(), position(0x1400), position(0x0400)].concat();
    let lines = drive_split(GT06.open, &[(Direction::ToServer, &bytes)]);
    let all: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.starts_with("exchange")).collect();
    assert_eq!(
        all,
        [
            "value imei id=490154203237518 []",
            "value position position=48.858370,2.294480 []",
            "Payload cell - [] unpacked: mcc=208&mnc=1&lac=4660&cid=22136",
            "value position last position=48.858370,2.294480 []",
            "Payload cell - [] unpacked: mcc=208&mnc=1&lac=4660&cid=22136",
        ]
    );
}

#[test]
fn an_order_of_the_server_is_a_command() {
    let mut content = vec![0x80, 4 + 23, 0, 0, 0, 1];
    content.extend_from_slice(b"SERVER,1,example.org,1#");
    content.extend_from_slice(&[0, 2]);
    let order = framed(&content);
    let lines = drive_split(GT06.open, &[(Direction::ToServer, &login()), (Direction::ToClient, &order)]);
    assert!(lines.iter().any(|line| line == "command move-server SERVER"), "{lines:?}");
    let lines = drive((GT06.open)(), &[(Direction::ToServer, &order)]);
    assert!(!lines.iter().any(|line| line.starts_with("command")), "a device gives no orders");
}

#[test]
fn networks_are_told_from_either_framing() {
    let mut short = vec![0x78, 0x78, 1, 0x69, 0x26, 0x04, 0x22, 0x08, 0x09, 0x12, 0, 0, 0x5e, 0, 0x53, 1, 70, 1, 0, 208, 1, 0, 1, 0, 2, 50];
    short.extend_from_slice(b"\r\n");
    let mut content = vec![0x2c, 26, 4, 22, 8, 9, 12, 0, 208, 1];
    content.extend_from_slice(&[0; 42]);
    content.extend_from_slice(&[0, 1, 0, 0, 0x5e, 0, 0x53, 1, 70]);
    for frame in [short, framed(&content)] {
        let lines = drive_split(GT06.open, &[(Direction::ToServer, &frame)]);
        assert!(lines.iter().any(|line| line == "value bssid wifi=00:00:5e:00:53:01 []"), "{lines:?}");
    }
}

#[test]
fn only_whole_frames_with_a_right_checksum_are_taken() {
    assert_eq!(probe(&login()), Verdict::Yes);
    assert_eq!(probe(login().get(..9).unwrap()), Verdict::Unsure);
    let mut damaged = login();
    damaged[6] ^= 1;
    assert_eq!(probe(&damaged), Verdict::No);
    assert_eq!(probe(b"xxDATA"), Verdict::Unsure, "0x78 is an x: the checksum decides");
    assert_eq!(probe(b"GET / HTTP/1.1"), Verdict::No);
}
