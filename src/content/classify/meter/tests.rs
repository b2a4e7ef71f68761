use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use super::super::histogram::tests::noise_of;
use super::*;

/// What is told of messages, a line each, and what they come to.
fn judge_as(is_stream: bool, messages: &[Vec<u8>]) -> (Vec<String>, Reading, Meter) {
    let (mut meter, mut lines) = (Meter::new(is_stream), Vec::new());
    let mut line = |insight: Insight<'_>| {
        lines.push(match insight {
            Insight::Media(media, codec, confidence) => format!("{} {codec} {}", media.word(), confidence.word()),
            Insight::Program(form, runs) => format!("program {form} {runs}"),
            Insight::Record(form, agree, json) => format!("{form} {agree} {json}"),
            Insight::Unpacked(how, plain) | Insight::Undone(how, plain) => format!("{how} {}", String::from_utf8_lossy(&plain[..plain.len().min(20)])),
        });
    };
    for message in messages {
        meter.add(message, true, &mut line);
    }
    meter.finish(&mut line);
    (lines, meter.reading().0, meter)
}

fn judge(messages: &[Vec<u8>]) -> (Vec<String>, Reading) {
    let (lines, reading, _) = judge_as(false, messages);
    (lines, reading)
}

fn messages(count: u64, make: impl Fn(u64) -> Vec<u8>) -> Vec<Vec<u8>> {
    (0..count).map(make).collect()
}

#[test]
fn noise_is_never_called_plain_nor_safe() {
    for length in [16, 64, 255, 256, 1_000, 16_000, 17_000, 200_000] {
        for is_stream in [true, false] {
            let (lines, reading, meter) = judge_as(is_stream, &[noise_of(length as u64, length)]);
            let want = if length >= 17_000 { Reading::Scrambled } else { Reading::Undetermined };
            assert_eq!((reading, lines.is_empty()), (want, true), "{length}: {lines:?}");
            assert_eq!(meter.weakness(), None);
        }
    }
}

#[test]
fn ciphertext_behind_clear_heads_is_no_plain_binary() {
    for head in [1, 4, 8, 16, 20] {
        for (count, length) in [(3, 120), (12, 60), (30, 40), (200, 120), (60, 700)] {
            let made = messages(count, |n| [&[0xa5, 0, 0, 0].repeat(5)[..head - 1], &[n as u8], &noise_of(n + 7, length)].concat());
            let (_, reading) = judge(&made);
            assert!(matches!(reading, Reading::Undetermined | Reading::Scrambled), "{head} {count} {length}: {reading:?}");
        }
    }
}

#[test]
fn ciphertext_behind_lengths_in_a_stream_is_scrambled() {
    for width in [2, 4] {
        let framed = |n: u64| {
            let body = noise_of(n + 3, 200 + 13 * (n % 17) as usize);
            [&(body.len() as u32).to_be_bytes()[4 - width..], &body].concat()
        };
        let (lines, reading, _) = judge_as(true, &messages(90, framed));
        assert_eq!((reading, lines.len()), (Reading::Scrambled, 0), "{width}");
    }
}

#[test]
fn equal_blocks_and_equal_first_blocks_are_weak() {
    let block = noise_of(1, 16);
    let ecb = messages(40, |n| [&noise_of(n + 9, 32)[..], &block, &noise_of(n + 99, 48)].concat());
    let (_, reading, meter) = judge_as(false, &ecb);
    assert_eq!((reading, meter.weakness()), (Reading::Scrambled, Some("equal blocks come again")));
    let fixed = messages(40, |n| [noise_of(n % 4 + 1, 16), noise_of(n + 99, 64)].concat());
    let (_, reading, meter) = judge_as(false, &fixed);
    assert_eq!(reading, Reading::Scrambled);
    assert!(meter.weakness().is_some());
    let again = messages(40, |n| noise_of(n / 2 + 9, 80));
    assert_eq!(judge_as(false, &again).2.weakness(), None, "each was sent twice");
}

#[test]
fn records_read() {
    let message_pack = |n: u64| [&b"\x83\xa4mail\xb0anna@example.org\xa4temp\xd1\x01"[..], &[n as u8], b"\xa3seq\xcd\x01", &[n as u8]].concat();
    let (lines, reading) = judge(&messages(3, message_pack));
    assert_eq!(reading, Reading::Readable);
    assert_eq!(lines[0], r#"messagepack false {"mail":"anna@example.org","temp":256,"seq":256}"#);
    assert!(lines[1].starts_with("messagepack true "), "{lines:?}");
    let protobuf = |n: u64| [&b"\x08"[..], &[n as u8], b"\x12\x10anna@example.org\x1d\x00\x00\xac\x41"].concat();
    let (lines, reading) = judge(&messages(4, protobuf));
    assert_eq!((reading, lines.len()), (Reading::Readable, 3), "the first one alone proves nothing: {lines:?}");
    let framed = |n: u64| [&[0, 25 + (n % 3) as u8][..], &protobuf(n), &[0x2a, (n % 3) as u8][..], &vec![b'x'; (n % 3) as usize]].concat();
    let (lines, reading, _) = judge_as(
        true,
        &messages(9, |n| {
            let body = framed(n).split_off(2);
            [&(body.len() as u16).to_be_bytes()[..], &body].concat()
        }),
    );
    assert!(reading == Reading::Readable && lines.iter().any(|line| line.contains("anna@example.org")), "{lines:?}");
    let plain = messages(60, |n| vec![0x10, 0x02, (n % 7) as u8, 0, 0, 1, n as u8, 0xff]);
    assert_eq!(judge(&plain).1, Reading::Readable);
}

#[test]
fn packed_bytes_and_media_are_unpacked() {
    let text: Vec<u8> = (0..4_000_u32).flat_map(|n| format!("{{\"n\":{n},\"t\":{}}}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
    let (mut zlib, mut raw) = (ZlibEncoder::new(Vec::new(), Compression::default()), DeflateEncoder::new(Vec::new(), Compression::default()));
    zlib.write_all(&text).unwrap();
    raw.write_all(&text).unwrap();
    for (how, bytes) in [("zlib", zlib.finish().unwrap()), ("deflate", raw.finish().unwrap())] {
        let pieces: Vec<Vec<u8>> = bytes.chunks(1_400).map(<[u8]>::to_vec).collect();
        let (mut meter, mut told) = (Meter::new(true), Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            meter.add(piece, index == 0, &mut |insight| told.push(format!("{insight:?}")));
        }
        assert_eq!((meter.reading().0, told.len()), (Reading::Unpacked, 1), "{how}");
    }
    let picture = [&b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\0\x0c"[..], &noise_of(5, 30_000)].concat();
    assert_eq!(judge(&[picture]), (vec!["picture jpeg certain".to_owned()], Reading::Unpacked));
    let amr = messages(5, |n| [&b"\x01\x02\x03\x04#!AMR\n\x3c"[..], &noise_of(n + 1, 300)].concat());
    assert_eq!(judge(&amr), (vec!["voice amr certain".to_owned()], Reading::Unpacked));
    let skewed: Vec<u8> = noise_of(2, 40_000).into_iter().map(|byte| if byte < 40 { byte / 2 } else { byte }).collect();
    assert_eq!(judge(&[skewed]).1, Reading::Unpacked);
    let wave: Vec<u8> =
        (0..12_000_u32).flat_map(|n| ((3_000.0 * (f64::from(n) * 0.13).sin() + 900.0 * (f64::from(n) * 0.41).sin()) as i16).to_le_bytes()).collect();
    let (lines, reading) = judge(&wave.chunks(640).map(<[u8]>::to_vec).collect::<Vec<_>>());
    assert_eq!((lines, reading), (vec!["voice pcm medium".to_owned()], Reading::Unpacked));
}

#[test]
fn masks_come_off() {
    let key = noise_of(3, 4);
    let text = |n: u64| format!("{{\"device\":\"toy-{n:03}\",\"temperature\":{},\"mail\":\"anna@example.org\",\"state\":\"on\"}}", 18 + n % 9).into_bytes();
    let hidden = messages(40, |n| text(n).iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect());
    let (lines, reading) = judge(&hidden);
    assert_eq!(reading, Reading::Unpacked);
    assert_eq!((lines.len(), lines[0].as_str()), (40, "xor {\"device\":\"toy-000\","));
    let one = messages(1, |n| text(n).iter().map(|byte| byte ^ 0xda).collect());
    assert_eq!(judge(&one).1, Reading::Unpacked, "one message is enough for one byte");
}

#[test]
fn letters_that_encode_noise_are_not_text() {
    for length in [60, 600, 30_000] {
        let base64 = data_encoding::BASE64.encode(&noise_of(8, length)).into_bytes();
        let want = if length > 16_384 { Reading::Scrambled } else { Reading::Undetermined };
        assert_eq!(judge(&[base64]).1, want, "{length}");
    }
}

#[test]
fn memory_is_constant() {
    let (_, _, meter) = judge_as(true, &messages(2_000, |n| noise_of(n + 1, 1_400)));
    assert!(meter.memory() < 24 << 10, "{}", meter.memory());
}
