use super::*;
use crate::protocols::protocol::{Probe, Verdict};
use crate::protocols::testing::{drive, drive_split};

/// A frame around a content, with escapes, from the device 0490 1542 0323.
fn framed(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut plain = kind.to_be_bytes().to_vec();
    plain.extend_from_slice(&(content.len() as u16).to_be_bytes());
    plain.extend_from_slice(&[0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0, 1]);
    plain.extend_from_slice(content);
    plain.push(bits::xor(&plain));
    let mut frame = vec![0x7e];
    for byte in plain {
        match byte {
            0x7e => frame.extend_from_slice(&[0x7d, 2]),
            0x7d => frame.extend_from_slice(&[0x7d, 1]),
            other => frame.push(other),
        }
    }
    frame.push(0x7e);
    frame
}

/// Buckingham Palace, 51.501364 north, 0.141890 west.
fn report(status: u8) -> Vec<u8> {
    let mut content = vec![0, 0, 0, 0, 0, 0, 0, status];
    content.extend_from_slice(&51_501_364_u32.to_be_bytes());
    content.extend_from_slice(&141_890_u32.to_be_bytes());
    content.extend_from_slice(&[0, 0x7e, 0, 0, 0, 0x7d, 0x26, 0x04, 0x22, 0x08, 0x09, 0x12]);
    content.extend_from_slice(&[0x01, 4, 0, 0, 0, 1, 0x54, 8, 1, 0, 0, 0x5e, 0, 0x53, 1, 60]);
    content
}

fn probe(bytes: &[u8]) -> Verdict {
    (JT808.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_015, from_start: true })
}

#[test]
fn a_place_and_networks_are_told_however_they_are_split() {
    let bytes = [framed(0x0200, &report(0b1010)), framed(0x0200, &report(0b1000)), framed(0x0002, &[])].concat();
    let lines = drive_split(JT808.open, &[(Direction::ToServer, &bytes)]);
    let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
    let (id, bssid) = ("value serial id=49015420323 []", "value bssid wifi=00:00:5e:00:53:01 []");
    let (place, last) = ("value position position=51.501364,-0.141890 []", "value position last position=51.501364,-0.141890 []");
    assert_eq!(values, [id, place, bssid, id, last, bssid, id]);
}

#[test]
fn buffered_places_are_told() {
    let report = report(2);
    let mut content = vec![0, 2, 1];
    for _ in 0..2 {
        content.extend_from_slice(&(report.len() as u16).to_be_bytes());
        content.extend_from_slice(&report);
    }
    let lines = drive((JT808.open)(), &[(Direction::ToServer, &framed(0x0704, &content))]);
    assert_eq!(lines.iter().filter(|line| line.contains("position=")).count(), 2, "{lines:?}");
}

#[test]
fn orders_are_commands_when_the_server_sends_them() {
    let listen = framed(0x8400, b"\x01+12025550123");
    let server = framed(0x8103, b"\x01\0\0\0\x13\x0bexample.org");
    let lines = drive((JT808.open)(), &[(Direction::ToClient, &listen), (Direction::ToClient, &server)]);
    for expected in ["command listen-in 0x8400", "value phone phone=+12025550123 []", "command move-server 0x8103"] {
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:?}");
    }
}

#[test]
fn only_a_right_check_byte_and_length_are_taken() {
    let frame = framed(0x0200, &report(2));
    assert_eq!(probe(&frame), Verdict::Yes);
    assert_eq!(probe(frame.get(..20).unwrap()), Verdict::Unsure);
    let mut damaged = frame;
    damaged[10] ^= 1;
    assert_eq!(probe(&damaged), Verdict::No);
    assert_eq!(probe(b"~~~~"), Verdict::No);
}
