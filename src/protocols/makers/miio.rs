//! Xiaomi's miIO: what apps ask plugs, vacuum cleaners, lamps and cameras of Xiaomi for.
//!
//! Comes in: datagrams (port 54321): two magic bytes, a length, the device's number, its clock, a checksum; encrypted text. Goes out: the number, and the key
//! where old firmware tells it to whoever says hello. The text is encrypted with that key (AES-128-CBC).
//! Source: the public description of the python-miio project.

use super::framed::{self, Frame, Maker};
use super::part::{Part, big16, big32};
use crate::event::{Event, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// miIO over UDP.
pub static MIIO: Protocol = Protocol {
    name: "miio",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[54_321],
    probe: framed::probe_datagram::<Miio>,
    open: framed::datagrams::<Miio>,
};

const MAGIC: u16 = 0x2131;

/// A head without text.
const HEAD: usize = 32;

/// Where the device's number stands, and what stands there for none.
const DEVICE_AT: usize = 8;
const NO_NUMBER: u32 = u32::MAX;

/// Where the checksum stands, or the key in an answer to a hello.
const CHECKSUM_AT: usize = 16;

/// A flow's state: whether the device told its key, so that what it encrypts hides nothing.
#[derive(Debug, Default)]
struct Miio {
    told_key: bool,
}

impl Maker for Miio {
    const MALFORMED: &'static str = "miio message";

    fn frame(bytes: &[u8]) -> Frame {
        let (Some(MAGIC), Some(length)) = (big16(bytes, 0), big16(bytes, 2)) else { return Frame::Not };
        let blocks = usize::from(length).checked_sub(HEAD).is_some_and(|text| text % 16 == 0);
        if blocks { Frame::Length(usize::from(length)) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let is_hello = message.bytes.iter().skip(4).all(|byte| *byte == 0xff);
        if is_hello {
            whole.exchange("hello", say);
            return;
        }
        // The maker's servers are greeted with no number and a row of chance bytes, which they send back.
        let has_number = big32(message.bytes, DEVICE_AT) != Some(NO_NUMBER);
        let is_answer = message.bytes.len() == HEAD && has_number && big32(message.bytes, 4) == Some(0);
        let has_text = message.bytes.len() > HEAD;
        whole.exchange(
            if is_answer {
                "hello-answer"
            } else if has_text {
                "message"
            } else {
                "alive"
            },
            say,
        );
        if let Some(device) = big32(message.bytes, DEVICE_AT).filter(|device| *device != 0 && has_number) {
            whole.slice(DEVICE_AT, 4).value(ValueKind::Serial, device.to_string(), "did", say);
        }
        if is_answer {
            whole.own(TraitKind::Maker, "Xiaomi", say);
            self.key(&whole.slice(CHECKSUM_AT, 16), say);
        } else if has_text && !self.told_key {
            say(Event::Sealed { with: "AES with a key of the device", at: whole.slice(HEAD, usize::MAX).whole() });
        }
    }
}

impl Miio {
    /// Firmware that tells no key fills its place with one byte.
    fn key(&mut self, part: &Part<'_>, say: Say<'_>) {
        let is_filled = part.bytes.iter().all(|byte| Some(byte) == part.bytes.first());
        if !is_filled {
            self.told_key = true;
            part.value(ValueKind::Token, data_encoding::HEXLOWER.encode(part.bytes), "token", say);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    const HELLO: [u8; 32] = {
        let mut hello = [0xff; 32];
        (hello[0], hello[1], hello[2], hello[3]) = (0x21, 0x31, 0, 0x20);
        hello
    };

    fn message(key: &[u8; 16], text: &[u8]) -> Vec<u8> {
        let length = (HEAD as u16 + text.len() as u16).to_be_bytes();
        [&[0x21, 0x31][..], &length, &[0, 0, 0, 0, 0x03, 0xcc, 0xba, 0x11, 0, 0, 0x12, 0x34], key, text].concat()
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (MIIO.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn old_firmware_tells_its_key() {
        let key = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\x00\x11\x22\x33\x44\x55\x66\x77";
        let lines = drive_datagrams((MIIO.open)(), &[(ToServer, &HELLO), (ToClient, &message(&key, b"")), (ToServer, &message(&[9; 16], &[5; 48]))]);
        assert!(lines.contains(&"value token token=0123456789abcdef0011223344556677 []".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"value serial did=63748625 []".to_owned()), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.starts_with("sealed")), "its key is known to all");
    }

    #[test]
    fn new_firmware_keeps_its_key() {
        for filled in [[0; 16], [0xff; 16]] {
            let lines = drive_datagrams((MIIO.open)(), &[(ToServer, &HELLO), (ToClient, &message(&filled, b"")), (ToServer, &message(&[9; 16], &[5; 48]))]);
            assert!(!lines.iter().any(|line| line.starts_with("value token")), "{lines:#?}");
            assert!(lines.contains(&"sealed AES with a key of the device".to_owned()), "{lines:#?}");
        }
    }

    #[test]
    fn a_sign_of_life_to_the_maker_holds_no_key() {
        let mut alive = message(b"0123456789abcdef", b"");
        alive[4..12].fill(0xff);
        let lines = drive_datagrams((MIIO.open)(), &[(ToServer, &alive), (ToClient, &alive)]);
        assert_eq!(lines, ["exchange alive - - - - - status - bytes 32", "exchange alive - - - - - status - bytes 32"]);
    }

    #[test]
    fn the_length_must_be_right() {
        assert_eq!(probe(&HELLO), Verdict::Yes);
        assert_eq!(probe(&HELLO[..31]), Verdict::No);
        assert_eq!(probe(&message(&[1; 16], &[0; 15])), Verdict::No);
        assert_eq!(probe(b"\x21\x31\x00\x20"), Verdict::No);
        assert_eq!(probe(b""), Verdict::No);
    }
}
