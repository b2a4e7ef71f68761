//! Broadlink: remote controls and plugs, asked by apps in the home.
//!
//! Comes in: datagrams (port 80): a magic row of bytes, checksums, the kind of device, a kind of message, its hardware address; text encrypted with AES. Goes out:
//! the device's address and kind, and what it answers to the first message, which is encrypted with a key that is the same everywhere: in it lies the key for
//! all that follows. So nothing that follows is hidden from who hears the first answer.
//! Source: the public protocol description of the python-broadlink project.

use super::aes_fixed;
use super::framed::{self, Frame, Maker};
use super::part::{Part, little16};
use crate::event::{Event, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;
use crate::wire::Mac;

/// Broadlink over UDP.
pub static BROADLINK: Protocol = Protocol {
    name: "broadlink",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[80],
    probe: framed::probe_datagram::<Broadlink>,
    open: framed::datagrams::<Broadlink>,
};

const MAGIC: [u8; 8] = [0x5a, 0xa5, 0xaa, 0x55, 0x5a, 0xa5, 0xaa, 0x55];

/// The first messages are encrypted with this key and vector.
const KEY: [u8; 16] = [0x09, 0x76, 0x28, 0x34, 0x3f, 0xe9, 0x9e, 0x23, 0x76, 0x5c, 0x15, 0x13, 0xac, 0xcf, 0x8b, 0x02];
const VECTOR: [u8; 16] = [0x56, 0x2e, 0x17, 0x99, 0x6d, 0x09, 0x3d, 0x28, 0xdd, 0xb3, 0xba, 0x69, 0x5a, 0x2e, 0x6f, 0x58];

/// How the first messages were unwrapped.
const CHAIN: &[&str] = &["aes-fixed-key"];

/// What a checksum begins with.
const CHECK_START: u16 = 0xbeaf;

const CHECK_AT: usize = 0x20;
const KIND_AT: usize = 0x26;
const ADDRESS_AT: usize = 0x2a;
const HEAD: usize = 0x38;

/// Kinds of messages: give me a key, and its answer.
const ASK_KEY: u16 = 0x65;
const GIVE_KEY: u16 = 0x3e9;

/// Where the name of who asks stands in the first message, and the key in its answer.
const NAME_AT: usize = 0x30;
const KEY_AT: usize = 4;

/// A flow's state: whether the key was given where all can hear it.
#[derive(Debug, Default)]
struct Broadlink {
    told_key: bool,
}

impl Maker for Broadlink {
    const MALFORMED: &'static str = "broadlink message";

    fn frame(bytes: &[u8]) -> Frame {
        let whole = bytes.len() >= HEAD && bytes.starts_with(&MAGIC) && little16(bytes, CHECK_AT) == Some(checksum(bytes));
        if whole { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let kind = little16(message.bytes, KIND_AT).unwrap_or_default();
        let body = whole.slice(HEAD, usize::MAX);
        whole.exchange(word(kind), say);
        // The address stands with its last byte first.
        if let Some([a, b, c, d, e, f]) = message.bytes.get(ADDRESS_AT..).and_then(<[u8]>::first_chunk).copied() {
            let mac = Mac([f, e, d, c, b, a]);
            if mac.is_device() {
                whole.slice(ADDRESS_AT, 6).value(ValueKind::Mac, mac.to_string(), "mac", say);
            }
        }
        match (kind, aes_fixed::cbc(KEY, VECTOR, body.bytes)) {
            (ASK_KEY, Some(plain)) => {
                let name = plain.get(NAME_AT..).and_then(super::part::text).unwrap_or_default();
                body.unpacked(name.as_bytes(), CHAIN).readable(Some("name"), None, say);
            }
            (GIVE_KEY, Some(plain)) => self.key(&whole, &body.unpacked(&plain, CHAIN), say),
            (_, Some(_)) if !self.told_key => say(Event::Sealed { with: "AES with a key of the device", at: body.whole() }),
            _ => {}
        }
    }
}

impl Broadlink {
    fn key(&mut self, whole: &Part<'_>, plain: &Part<'_>, say: Say<'_>) {
        self.told_key = true;
        whole.own(TraitKind::Maker, "Broadlink", say);
        let key = plain.slice(KEY_AT, 16);
        if key.bytes.len() == 16 {
            key.value(ValueKind::Token, data_encoding::HEXLOWER.encode(key.bytes), "key", say);
        }
    }
}

fn word(kind: u16) -> &'static str {
    match kind {
        ASK_KEY => "ask-key",
        GIVE_KEY => "give-key",
        0x6a => "order",
        0x3ee => "answer",
        _ => "message",
    }
}

/// The sum of all bytes, its own place counted as zero.
fn checksum(bytes: &[u8]) -> u16 {
    let counted = bytes.iter().enumerate().filter(|(index, _)| !(CHECK_AT..CHECK_AT + 2).contains(index));
    counted.fold(CHECK_START, |sum, (_, byte)| sum.wrapping_add(u16::from(*byte)))
}

#[cfg(test)]
mod tests {
    use aes::cipher::{BlockCipherEncrypt, KeyInit};

    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn encrypted(plain: &[u8]) -> Vec<u8> {
        let cipher = aes::Aes128::new(&KEY.into());
        let mut before = VECTOR;
        let blocks = plain.chunks(16).flat_map(|chunk| {
            before.iter_mut().zip(chunk).for_each(|(before, byte)| *before ^= byte);
            let mut block = aes::Block::from(before);
            cipher.encrypt_block(&mut block);
            before = block.into();
            before
        });
        blocks.collect()
    }

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; HEAD];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[KIND_AT..KIND_AT + 2].copy_from_slice(&kind.to_le_bytes());
        bytes[ADDRESS_AT..ADDRESS_AT + 6].copy_from_slice(&[1, 0x53, 0, 0x5e, 0, 0]);
        bytes.extend_from_slice(body);
        let sum = checksum(&bytes);
        bytes[CHECK_AT..CHECK_AT + 2].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (BROADLINK.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn the_key_is_given_where_all_can_hear() {
        let mut ask = vec![0; 0x50];
        ask[NAME_AT..NAME_AT + 5].copy_from_slice(b"phone");
        let give = [&[0, 0, 0, 0][..], &[0xab; 16], &[0; 12]].concat();
        let shown = [(ToServer, message(ASK_KEY, &encrypted(&ask))), (ToClient, message(GIVE_KEY, &encrypted(&give))), (ToServer, message(0x6a, &[5; 32]))];
        let shown: Vec<_> = shown.iter().map(|(direction, bytes)| (*direction, bytes.as_slice())).collect();
        let lines = drive_datagrams((BROADLINK.open)(), &shown);
        assert!(lines.contains(&format!("value token key={} [\"aes-fixed-key\"]", "ab".repeat(16))), "{lines:#?}");
        assert!(lines.contains(&"value mac mac=00:00:5e:00:53:01 []".to_owned()));
        assert!(lines.iter().any(|line| line.contains("name - [\"aes-fixed-key\"] unpacked: phone")), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.starts_with("sealed")));
    }

    #[test]
    fn without_the_key_it_is_sealed() {
        let lines = drive_datagrams((BROADLINK.open)(), &[(ToServer, &message(0x6a, &[5; 32]))]);
        assert!(lines.contains(&"sealed AES with a key of the device".to_owned()), "{lines:#?}");
    }

    #[test]
    fn magic_and_checksum_must_be_right() {
        let good = message(ASK_KEY, b"");
        assert_eq!(probe(&good), Verdict::Yes);
        let mut bad = good.clone();
        bad[0x30] ^= 1;
        assert_eq!(probe(&bad), Verdict::No);
        assert_eq!(probe(&good[..HEAD - 1]), Verdict::No);
        assert_eq!(probe(&MAGIC), Verdict::No);
    }
}
