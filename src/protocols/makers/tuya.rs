//! Tuya's local protocol, spoken by plugs, lamps and sensors of very many names.
//!
//! Comes in: a stream (port 6668) or datagrams to all (ports 6666, 6667, 7000). Goes out: the kind of each message, what devices shout about themselves, and
//! whether orders are encrypted. What is shouted is encrypted with a key that is the same everywhere: it is unpacked. Orders are encrypted with a key of
//! the one device, but for what old firmware (3.1) sends as it is.
//! Source: the public description of the TinyTuya project (frames 0x55AA of 3.1 to 3.4, 0x6699 of 3.5).

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};

use super::aes_fixed;
use super::framed::{self, Frame, Maker};
use super::part::{Part, big32};
use crate::event::{Event, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// Tuya's protocol over TCP.
pub static TUYA: Protocol = Protocol {
    name: "tuya",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[6668],
    probe: framed::probe_stream::<InStream>,
    open: framed::stream::<InStream>,
};

/// Tuya's announcements over UDP.
pub static TUYA_UDP: Protocol = Protocol {
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[6666, 6667, 7000],
    probe: framed::probe_datagram::<InDatagram>,
    open: framed::datagrams::<InDatagram>,
    ..TUYA
};

/// MD5 of `yGAdlopoPVldABfn`, with which every device encrypts what it shouts.
const PUBLIC_KEY: [u8; 16] = [0x6c, 0x1e, 0xc8, 0xe2, 0xbb, 0x9b, 0xb5, 0x9a, 0xb5, 0x0b, 0x0d, 0xaf, 0x64, 0x9b, 0x41, 0x0a];

/// How what is shouted was unwrapped.
const CHAIN: &[&str] = &["aes-fixed-key"];

/// What is told of what a key of the device encrypts.
const DEVICE_KEY: &str = "AES with a key of the device";

/// No message is longer.
const LONGEST: usize = 64 << 10;

/// A frame up to version 3.4: begin, sequence number, command, length of the rest; a checksum and the end are part of the rest.
const OLD: Shape = Shape { begin: [0, 0, 0x55, 0xaa], end: [0, 0, 0xaa, 0x55], length_at: 12, head: 16, least: 8, after: 0 };

/// A frame of version 3.5: begin, two bytes, sequence number, command, length of nonce, text and tag; the end follows.
const NEW: Shape = Shape { begin: [0, 0, 0x66, 0x99], end: [0, 0, 0x99, 0x66], length_at: 14, head: 18, least: NONCE + TAG, after: 4 };

const NONCE: usize = 12;
const TAG: usize = 16;

struct Shape {
    begin: [u8; 4],
    end: [u8; 4],
    /// Where the length stands; the command stands in the four bytes before it.
    length_at: usize,
    head: usize,
    /// The least that the length may say.
    least: usize,
    /// Bytes behind those that the length counts.
    after: usize,
}

impl Shape {
    fn of(bytes: &[u8]) -> Option<&'static Shape> {
        const SHAPES: [&Shape; 2] = [&OLD, &NEW];
        SHAPES.into_iter().find(|shape| shape.begin.iter().zip(bytes).all(|(ours, theirs)| ours == theirs))
    }
}

fn frame(bytes: &[u8]) -> Frame {
    let Some(shape) = Shape::of(bytes) else { return Frame::Not };
    let Some(length) = big32(bytes, shape.length_at).map(|length| length as usize) else { return Frame::More };
    let command = big32(bytes, shape.length_at.saturating_sub(4)).unwrap_or_default();
    if !(shape.least..=LONGEST).contains(&length) || command > 0xff {
        return Frame::Not;
    }
    let whole = shape.head + length + shape.after;
    match bytes.get(..whole) {
        Some(message) if !message.ends_with(&shape.end) => Frame::Not,
        _ => Frame::Length(whole),
    }
}

#[derive(Debug, Default)]
struct InStream;

#[derive(Debug, Default)]
struct InDatagram;

impl Maker for InStream {
    const MALFORMED: &'static str = "tuya message";

    fn frame(bytes: &[u8]) -> Frame {
        frame(bytes)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let Some((word, body)) = open(message, say) else { return };
        if body.bytes.starts_with(b"{") {
            tell_json(&body, say);
            if matches!(word, "control" | "control-new") {
                body.command(Order::Set, word, say);
            }
        } else if !body.bytes.is_empty() {
            say(Event::Sealed { with: DEVICE_KEY, at: body.whole() });
        }
    }
}

impl Maker for InDatagram {
    const MALFORMED: &'static str = "tuya message";

    fn frame(bytes: &[u8]) -> Frame {
        frame(bytes)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let Some((_, body)) = open(message, say) else { return };
        if body.bytes.starts_with(b"{") {
            tell_json(&body, say);
            return;
        }
        let plain = if OLD.begin.iter().eq(message.bytes.iter().take(4)) { old_plain(body.bytes) } else { new_plain(message.bytes) };
        match &plain {
            Some(plain) => tell_json(&body.unpacked(plain, CHAIN), say),
            None if body.bytes.is_empty() => {}
            None => say(Event::Sealed { with: DEVICE_KEY, at: body.whole() }),
        }
    }
}

/// Tells what kind of message it is; gives that and its body, without the code that answers begin with.
fn open<'m>(message: &Input<'m>, say: Say<'_>) -> Option<(&'static str, Part<'m>)> {
    let shape = Shape::of(message.bytes)?;
    let whole = Part::of(message);
    let word = word(big32(message.bytes, shape.length_at.checked_sub(4)?)?);
    whole.exchange(word, say);
    let behind = if shape.after == 0 { shape.least } else { shape.after };
    let body = whole.slice(shape.head, message.bytes.len().saturating_sub(shape.head + behind));
    let has_code = matches!(body.bytes, [0, 0, 0, 0 | 1, ..]) && shape.after == 0;
    Some((word, if has_code { body.slice(4, usize::MAX) } else { body }))
}

fn word(command: u32) -> &'static str {
    match command {
        0x03 => "session-key-start",
        0x04 => "session-key-answer",
        0x05 => "session-key-finish",
        0x07 => "control",
        0x08 => "status",
        0x09 => "heartbeat",
        0x0a => "query",
        0x0d => "control-new",
        0x10 => "query-new",
        0x00 | 0x12 | 0x13 | 0x23 => "announce",
        0x25 => "search",
        _ => "message",
    }
}

/// Of 3.1 to 3.4, encrypted block for block.
fn old_plain(body: &[u8]) -> Option<Vec<u8>> {
    let plain = aes_fixed::ecb(PUBLIC_KEY, body)?;
    aes_fixed::unpadded(&plain).filter(|plain| plain.starts_with(b"{")).map(<[u8]>::to_vec)
}

/// Of 3.5: encrypted and authenticated, the head included.
fn new_plain(message: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes128Gcm::new(&PUBLIC_KEY.into());
    let (head, rest) = message.split_at_checked(NEW.head)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
    let (text, behind) = rest.split_at_checked(rest.len().checked_sub(TAG + NEW.after)?)?;
    let tag: [u8; TAG] = *behind.first_chunk()?;
    let mut plain = text.to_vec();
    cipher.decrypt_inout_detached(&Nonce::from(*nonce), head.get(4..)?, plain.as_mut_slice().into(), &tag.into()).ok()?;
    let plain = if matches!(plain.as_slice(), [0, 0, 0, 0 | 1, ..]) { plain.split_off(4) } else { plain };
    plain.starts_with(b"{").then_some(plain)
}

fn tell_json(part: &Part<'_>, say: Say<'_>) {
    part.readable(None, Some("application/json"), say);
    let Some(json) = part.json() else { return };
    let field = |name: &str| json.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    if json.contains_key("gwId") {
        part.own(TraitKind::Maker, "Tuya", say);
        part.own(TraitKind::Model, field("productKey"), say);
    }
    if json.contains_key("devId") {
        part.value(ValueKind::Serial, field("devId"), "devId", say);
    }
}

#[cfg(test)]
mod tests {
    use aes::cipher::BlockCipherEncrypt;
    use md5::{Digest, Md5};

    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    const SHOUT: &[u8] = br#"{"ip":"192.0.2.7","gwId":"20F85E000152","active":2,"productKey":"keyabcdefgh","version":"3.3"}"#;

    fn old(command: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u32 + 8).to_be_bytes();
        [&OLD.begin[..], &[0, 0, 0, 1, 0, 0, 0, command], &length, body, &[1, 2, 3, 4], &OLD.end].concat()
    }

    fn encrypted(text: &[u8]) -> Vec<u8> {
        let count = 16 - text.len() % 16;
        let padded = [text, &vec![count as u8; count]].concat();
        let cipher = aes::Aes128::new(&PUBLIC_KEY.into());
        let blocks = padded.chunks(16).flat_map(|chunk| {
            let mut block = aes::Block::try_from(chunk).unwrap();
            cipher.encrypt_block(&mut block);
            block.to_vec()
        });
        blocks.collect()
    }

    fn probe(protocol: &Protocol, bytes: &[u8]) -> Verdict {
        (protocol.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn the_key_is_the_digest_of_the_published_word() {
        assert_eq!(PUBLIC_KEY, <[u8; 16]>::from(Md5::digest(b"yGAdlopoPVldABfn")));
    }

    #[test]
    fn what_is_shouted_is_unpacked() {
        let datagram = old(0x13, &[&[0; 4], encrypted(SHOUT).as_slice()].concat());
        assert_eq!(probe(&TUYA_UDP, &datagram), Verdict::Yes);
        let lines = drive_datagrams((TUYA_UDP.open)(), &[(ToServer, &datagram)]);
        assert!(lines.iter().any(|line| line.contains(r#"["aes-fixed-key"] unpacked: {\"ip\":\"192.0.2.7\""#)), "{lines:#?}");
        assert!(lines.contains(&"trait model keyabcdefgh Sender".to_owned()));
        assert!(!lines.iter().any(|line| line.starts_with("sealed")));
    }

    #[test]
    fn what_is_shouted_in_the_newest_version_is_unpacked() {
        let nonce = [7; NONCE];
        let head = [&NEW.begin[..], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0x23], &((NONCE + 4 + SHOUT.len() + TAG) as u32).to_be_bytes()].concat();
        let mut text = [&[0; 4], SHOUT].concat();
        let cipher = Aes128Gcm::new(&PUBLIC_KEY.into());
        let tag = cipher.encrypt_inout_detached(&Nonce::from(nonce), &head[4..], text.as_mut_slice().into()).unwrap();
        let datagram = [&head, &nonce[..], &text, &tag, &NEW.end].concat();
        assert_eq!(probe(&TUYA_UDP, &datagram), Verdict::Yes);
        let lines = drive_datagrams((TUYA_UDP.open)(), &[(ToServer, &datagram)]);
        assert!(lines.contains(&"trait maker Tuya Sender".to_owned()), "{lines:#?}");
    }

    #[test]
    fn old_firmware_is_readable_and_new_is_not() {
        let query = old(0x0a, br#"{"gwId":"20F85E000152","devId":"20F85E000152"}"#);
        let answer = old(0x0a, &[&[0; 4], &br#"{"devId":"20F85E000152","dps":{"1":true}}"#[..]].concat());
        let lines = drive_split(TUYA.open, &[(ToServer, &query), (ToClient, &answer)]);
        assert!(lines.iter().any(|line| line.starts_with("value serial devId=20F85E000152")), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.starts_with("sealed")));
        let control = old(0x07, &[b"3.3\0\0\0\0\0\0\0\0\0\0\0\0", [0x91; 32].as_slice()].concat());
        let beat = old(0x09, b"");
        let lines = drive_split(TUYA.open, &[(ToServer, &beat), (ToServer, &control)]);
        assert!(lines.contains(&"sealed AES with a key of the device".to_owned()), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.starts_with("command")), "{lines:#?}");
    }

    #[test]
    fn both_ends_of_a_frame_must_be_right() {
        let good = old(0x09, b"");
        assert_eq!(probe(&TUYA, &good), Verdict::Yes);
        assert_eq!(probe(&TUYA, &good[..10]), Verdict::Unsure);
        let mut bad = good.clone();
        *bad.last_mut().unwrap() = 0;
        assert_eq!(probe(&TUYA, &bad), Verdict::No);
        assert_eq!(probe(&TUYA_UDP, &good[..good.len() - 1]), Verdict::No);
        assert_eq!(probe(&TUYA, b"\x00\x00\x55\xab"), Verdict::No);
    }
}
