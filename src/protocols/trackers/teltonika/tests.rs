use super::*;
use crate::protocols::protocol::{Probe, Verdict};
use crate::protocols::testing::{drive_datagrams, drive_split};

const LOGIN: &[u8] = b"\0\x0f490154203237518";

/// Codec 8, one record: the Eiffel Tower.
fn record(satellites: u8) -> Vec<u8> {
    let mut content = vec![8, 1, 0, 0, 1, 0x9d, 0, 0, 0, 0, 1];
    content.extend_from_slice(&22_944_800_i32.to_be_bytes());
    content.extend_from_slice(&488_583_700_i32.to_be_bytes());
    content.extend_from_slice(&[0, 35, 0, 0, satellites, 0, 0]);
    content.extend_from_slice(&[0, 1, 1, 21, 3, 0, 0, 0, 1]);
    content
}

fn framed(content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0; 4];
    frame.extend_from_slice(&(content.len() as u32).to_be_bytes());
    frame.extend_from_slice(content);
    frame.extend_from_slice(&u32::from(Crc16::Arc.of(content)).to_be_bytes());
    frame
}

fn probe(bytes: &[u8]) -> Verdict {
    (TELTONIKA.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_027, from_start: true })
}

#[test]
fn login_and_records_are_told_however_they_are_split() {
    let bytes = [LOGIN, &framed(&record(9)), &framed(&record(0))].concat();
    let lines = drive_split(TELTONIKA.open, &[(Direction::ToServer, &bytes), (Direction::ToClient, &[1, 0, 0, 0, 1])]);
    let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
    assert_eq!(
        values,
        ["value imei id=490154203237518 []", "value position position=48.858370,2.294480 []", "value position last position=48.858370,2.294480 []"]
    );
}

#[test]
fn an_order_is_a_command() {
    let mut content = vec![0x0c, 1, 5, 0, 0, 0, 7];
    content.extend_from_slice(b"getinfo\x01");
    let lines = drive_split(TELTONIKA.open, &[(Direction::ToServer, LOGIN), (Direction::ToClient, &framed(&content))]);
    assert!(lines.iter().any(|line| line == "command set getinfo"), "{lines:?}");
}

#[test]
fn a_datagram_names_its_device() {
    let record = record(5);
    let mut datagram = vec![0, (record.len() + 23 - 2) as u8, 0xca, 0xfe, 1, 5, 0, 15];
    datagram.extend_from_slice(b"490154203237518");
    datagram.extend_from_slice(&record);
    let lines = drive_datagrams((TELTONIKA_UDP.open)(), &[(Direction::ToServer, &datagram)]);
    assert_eq!(lines.iter().filter(|line| line.starts_with("value")).count(), 2, "{lines:?}");
}

#[test]
fn only_a_login_or_a_right_checksum_is_taken() {
    assert_eq!(probe(LOGIN), Verdict::Yes);
    assert_eq!(probe(&LOGIN[..9]), Verdict::Unsure);
    assert_eq!(probe(b"\0\x0f49015420x237518"), Verdict::No);
    assert_eq!(probe(&framed(&record(1))), Verdict::Yes);
    let mut damaged = framed(&record(1));
    damaged[12] ^= 1;
    assert_eq!(probe(&damaged), Verdict::No);
    assert_eq!(probe(&[0, 1, 0, 0, 0, 6]), Verdict::No, "Modbus");
}
