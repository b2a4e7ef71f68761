//! TUTK's Kalay (IOTC), by which cameras of Wyze, Xiaomi and many baby monitors are reached.
//!
//! Comes in: datagrams that are scrambled block by block with a sentence that stands in every copy of the software. Goes out: that the protocol is spoken, the
//! public name (UID) that is asked for, and whether DTLS protects what is sent. That Kalay is used is no flaw; that pictures go by in the clear is.
//! Source: the public descriptions of the scrambler (G. Sutherland, "Hacking Reolink cameras for fun and profit", 2020) and of the go2rtc project.

use super::framed::{self, Frame, Maker};
use super::part::{Part, little16, text};
use crate::event::{DeviceKind, Event, Media};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// Kalay over UDP.
pub static TUTK: Protocol = Protocol {
    name: "tutk",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[32_761, 10_240],
    probe: framed::probe_datagram::<Tutk>,
    open: framed::datagrams::<Tutk>,
};

/// How datagrams were unwrapped.
const CHAIN: &[&str] = &["charlie-tutk"];

/// The first sixteen bytes of the sentence: no more of it is used.
const SENTENCE: [u8; BLOCK] = *b"Charlie is the d";

const BLOCK: usize = 16;

/// Magic, version, length, number, kind of message.
const HEAD: usize = 16;
const MAGIC: [u8; 2] = [4, 2];

/// A public name stands behind the head of messages that ask for a camera.
const UID: usize = 20;

/// Where a scrambled byte of a block was before it was moved.
const MOVED: [usize; BLOCK] = [11, 9, 8, 15, 13, 10, 12, 14, 2, 1, 5, 0, 6, 4, 7, 3];

/// The same for what is left of a message behind its last whole block, where it has eight bytes.
const MOVED_8: [usize; 8] = [7, 4, 3, 2, 1, 6, 5, 0];

/// Pictures and DTLS are looked for in so many bytes.
const LOOK: usize = 128;

/// A flow's state: what is told once.
#[derive(Debug, Default)]
struct Tutk {
    is_told: bool,
    is_media_told: bool,
}

impl Maker for Tutk {
    const MALFORMED: &'static str = "tutk message";

    fn frame(bytes: &[u8]) -> Frame {
        let head = bytes.first_chunk().map(|block| unscrambled(*block));
        let known = head.filter(|head| head.starts_with(&MAGIC) && matches!(head.get(2), Some(0x08..=0x1f)));
        let length = known.and_then(|head| little16(&head, 4)).map(|length| HEAD + usize::from(length));
        length.map_or(Frame::Not, Frame::Length)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let plain = unscramble(whole.bytes);
        let part = whole.unpacked(&plain, CHAIN);
        if !self.is_told {
            self.is_told = true;
            part.exchange("iotc", say);
        }
        let uid = part.slice(HEAD, UID);
        let name = text(uid.bytes).filter(|name| name.len() == UID && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
        if let Some(name) = name {
            uid.value(ValueKind::Serial, name, "uid", say);
        }
        if !self.is_media_told {
            self.content(&part.slice(HEAD, LOOK), say);
        }
    }
}

impl Tutk {
    /// DTLS inside protects it; the beginning of a picture shows that nothing does.
    fn content(&mut self, content: &Part<'_>, say: Say<'_>) {
        let find = |needle: &[u8]| memchr::memmem::find(content.bytes, needle);
        if [[22, 0xfe, 0xfd], [22, 0xfe, 0xff], [23, 0xfe, 0xfd]].iter().any(|record| find(record).is_some()) {
            self.is_media_told = true;
            say(Event::Sealed { with: "DTLS within Kalay", at: content.whole() });
        } else if let Some(at) = find(&[0, 0, 0, 1, 0x67]) {
            self.is_media_told = true;
            say(Event::Media { media: Media::Video, codec: "h264", at: content.at(at, 5) });
            content.sender_is(DeviceKind::Camera, "it sends pictures over Kalay", say);
        }
    }
}

/// A block as it was: words turned, bytes moved, combined with the sentence, words turned again.
fn unscrambled(block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut moved = moved_back(turned(block, 3), MOVED);
    moved.iter_mut().zip(SENTENCE).for_each(|(byte, mask)| *byte ^= mask);
    turned(moved, 1)
}

/// Its four words, each turned left by four bits more than the one before.
fn turned(block: [u8; BLOCK], bits: u32) -> [u8; BLOCK] {
    let mut turned = [0; BLOCK];
    let words = block.as_chunks::<4>().0.iter().zip(turned.as_chunks_mut::<4>().0);
    for (index, (from, to)) in words.enumerate() {
        *to = u32::from_le_bytes(*from).rotate_left(4 * index as u32 + bits).to_le_bytes();
    }
    turned
}

fn moved_back<const N: usize>(bytes: [u8; N], from: [usize; N]) -> [u8; N] {
    from.map(|index| bytes.get(index).copied().unwrap_or_default())
}

fn unscramble(bytes: &[u8]) -> Vec<u8> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut plain: Vec<u8> = blocks.iter().flat_map(|block| unscrambled(*block)).collect();
    let rest = match rest {
        [a, b] => vec![*b, *a],
        [a, b, c, d] => vec![*c, *d, *a, *b],
        _ => rest.first_chunk().filter(|_| rest.len() == 8).map_or_else(|| rest.to_vec(), |eight| moved_back::<8>(*eight, MOVED_8).to_vec()),
    };
    plain.extend(rest.iter().zip(SENTENCE).map(|(byte, mask)| byte ^ mask));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::ToServer;

    fn scrambled(block: [u8; BLOCK]) -> [u8; BLOCK] {
        let turn = |block: [u8; BLOCK], bits: u32| {
            let words = block.chunks(4).enumerate();
            let turned: Vec<u8> =
                words.flat_map(|(index, word)| u32::from_le_bytes(word.try_into().unwrap()).rotate_right(4 * index as u32 + bits).to_le_bytes()).collect();
            <[u8; BLOCK]>::try_from(turned).unwrap()
        };
        let mut masked = turn(block, 1);
        masked.iter_mut().zip(SENTENCE).for_each(|(byte, mask)| *byte ^= mask);
        let mut moved = [0; BLOCK];
        MOVED.iter().enumerate().for_each(|(to, from)| moved[*from] = masked[to]);
        turn(moved, 3)
    }

    fn scramble(plain: &[u8]) -> Vec<u8> {
        assert_eq!(plain.len() % BLOCK, 0);
        plain.chunks(BLOCK).flat_map(|block| scrambled(block.try_into().unwrap())).collect()
    }

    fn message(content: &[u8]) -> Vec<u8> {
        let padded = [content, &vec![0; (16 - content.len() % 16) % 16]].concat();
        let head = [&MAGIC[..], &[0x19, 2], &(padded.len() as u16).to_le_bytes(), &[0, 0, 1, 6, 0x21, 0, 0, 0, 0, 0]].concat();
        scramble(&[head, padded].concat())
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (TUTK.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_name_that_is_asked_for() {
        let search = message(b"ABCDEFGHIJ0123456789");
        assert_eq!(probe(&search), Verdict::Yes);
        let lines = drive_datagrams((TUTK.open)(), &[(ToServer, &search)]);
        assert!(lines.contains(&r#"value serial uid=ABCDEFGHIJ0123456789 ["charlie-tutk"]"#.to_owned()), "{lines:#?}");
    }

    #[test]
    fn dtls_is_no_picture() {
        let sealed = message(&[&[1, 2, 3, 4][..], &[23, 0xfe, 0xfd, 0, 1], &[0x91; 40]].concat());
        assert!(drive_datagrams((TUTK.open)(), &[(ToServer, &sealed)]).contains(&"sealed DTLS within Kalay".to_owned()));
        let open = message(&[&[1, 2, 3, 4][..], &[0, 0, 0, 1, 0x67, 0x42], &[0x91; 40]].concat());
        assert!(drive_datagrams((TUTK.open)(), &[(ToServer, &open)]).contains(&"media video h264".to_owned()));
    }

    #[test]
    fn what_is_left_behind_the_blocks_shows_the_sentence() {
        // Zero bytes behind the last block are the sentence itself.
        assert_eq!(unscramble(b"Charlie is"), [0; 10]);
        assert_eq!(unscramble(b"hC"), [0; 2]);
        assert_eq!(unscramble(b"").len(), 0);
    }

    #[test]
    fn magic_and_length_must_be_right() {
        let good = message(b"ABCDEFGHIJ0123456789");
        assert_eq!(probe(&good[..32]), Verdict::No);
        assert_eq!(probe(&[0; 48]), Verdict::No);
        assert_eq!(probe(b"Charlie"), Verdict::No);
    }
}
