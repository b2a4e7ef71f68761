//! Bytes of known kinds, made from a number: the twelve classes that a reader must tell apart.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

use crate::make_captures::codec::{self, Rng};
use crate::templates::Templates;

/// The classes, in the order of the list.
pub const CLASSES: [&str; 12] = [
    "text",
    "kv/JSON",
    "binary record",
    "base64 of plain",
    "base64 of cipher",
    "compressed",
    "image",
    "video",
    "audio, coded",
    "audio, raw",
    "XOR-like",
    "ciphertext",
];

/// What a class must never be taken for, and what it may be called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Readable by anyone as it is, or once a child's trick is undone.
    Plain,
    /// Readable by anyone who unpacks it.
    Packed,
    /// By nobody.
    Secret,
}

/// The truth of a class.
pub fn truth(class: &str) -> Truth {
    match class {
        "compressed" | "image" | "video" | "audio, coded" => Truth::Packed,
        "ciphertext" | "base64 of cipher" => Truth::Secret,
        _ => Truth::Plain,
    }
}

/// At least so many bytes of text: sentences, or lines of a log.
fn text(rng: &mut Rng, from: &Templates, length: usize) -> Vec<u8> {
    let is_log = rng.below(3) == 0;
    let mut out = String::new();
    while out.len() < length {
        if is_log {
            out += &format!("{:02}:{:02}:{:02} {} ", rng.below(24), rng.below(60), rng.below(60), rng.pick(&["info", "warn", "debug"]));
        }
        for _ in 0..4 + rng.below(9) {
            out += rng.pick(from.words);
            out.push(' ');
        }
        out += if is_log { "\n" } else { ". " };
    }
    out.into_bytes()
}

/// Messages of keys and values, one after another.
pub fn records(rng: &mut Rng, from: &Templates, length: usize) -> Vec<u8> {
    let form = rng.below(4);
    let keys: Vec<&str> = (0..4 + rng.below(5)).map(|_| rng.pick(from.keys)).collect();
    let mut out = Vec::new();
    while out.len() < length {
        let values: Vec<String> = keys
            .iter()
            .map(|_| match rng.below(3) {
                0 => rng.pick(from.words).to_owned(),
                1 => format!("{}.{}", rng.below(300), rng.below(100)),
                _ => rng.below(100_000).to_string(),
            })
            .collect();
        let pairs = keys.iter().zip(&values);
        let message = match form {
            0 => format!("{{{}}}\n", pairs.map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect::<Vec<_>>().join(",")),
            1 => pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&") + "\n",
            2 => values.join(";") + "\n",
            _ => format!("<m>{}</m>\n", pairs.map(|(key, value)| format!("<{key}>{value}</{key}>")).collect::<String>()),
        };
        out.extend(message.into_bytes());
    }
    out
}

/// Records of numbers with a fixed shape, protobuf, or type, length and value.
fn binary(rng: &mut Rng, from: &Templates, length: usize) -> Vec<u8> {
    let (form, id, start) = (rng.below(3), rng.random() as u32, 1_700_000_000 + rng.below(90_000_000) as u32);
    let name = rng.pick(from.keys);
    let mut out = Vec::new();
    let mut count = 0_u32;
    let mut walk = [rng.below(400) as i32, rng.below(4_000) as i32, rng.below(90) as i32];
    while out.len() < length {
        count += 1;
        for value in &mut walk {
            *value += rng.laplace(2.0) as i32;
        }
        let [heat, light, charge] = walk;
        match form {
            0 => {
                out.extend([0xaa, 0x55, 1, 24]);
                out.extend(id.to_be_bytes());
                out.extend((start + count * 60).to_be_bytes());
                out.extend((heat as i16).to_be_bytes());
                out.extend((light as u16).to_be_bytes());
                out.extend([charge as u8, 0, 0, 0]);
                out.extend((heat as f32 / 10.0).to_le_bytes());
            }
            1 => {
                let varint = |mut value: u64| {
                    let mut out = Vec::new();
                    while value > 0x7f {
                        out.push(value as u8 | 0x80);
                        value >>= 7;
                    }
                    out.push(value as u8);
                    out
                };
                let body = [
                    &[0x0a, name.len() as u8][..],
                    name.as_bytes(),
                    &[0x10],
                    &varint(u64::from(start + count * 60)),
                    &[0x18],
                    &varint(light as u16 as u64),
                    &[0x25],
                    &(heat as f32 / 10.0).to_le_bytes(),
                    &[0x28],
                    &varint(charge as u8 as u64),
                ]
                .concat();
                out.extend([0x0a, body.len() as u8]);
                out.extend(body);
            }
            _ => {
                for (kind, value) in [
                    (1_u8, count.to_be_bytes().to_vec()),
                    (2, (heat as i16).to_be_bytes().to_vec()),
                    (3, name.as_bytes().to_vec()),
                    (7, vec![charge as u8]),
                    (9, (start + count).to_be_bytes().to_vec()),
                ] {
                    out.extend([kind, value.len() as u8]);
                    out.extend(value);
                }
            }
        }
    }
    out
}

/// So many bytes of records under a cipher. Counter mode hides that the same come again.
fn sealed(rng: &mut Rng, from: &Templates, length: usize) -> Vec<u8> {
    let records = records(rng, from, length.min(4_096));
    let plain: Vec<u8> = records.iter().copied().cycle().take(length).collect();
    codec::ctr(rng, &plain)
}

/// Bytes as letters: hexadecimal digits, or base64 in either alphabet, whole or in lines as of PEM (RFC 7468) and of mail (RFC 2045).
fn letters(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let (width, end) = match rng.below(8) {
        0 | 1 => return HEXLOWER.encode(bytes).into_bytes(),
        2 => return BASE64URL_NOPAD.encode(bytes).into_bytes(),
        3 => (64, "\n"),
        4 => (76, "\r\n"),
        _ => return BASE64.encode(bytes).into_bytes(),
    };
    BASE64.encode(bytes).as_bytes().chunks(width).flat_map(|line| [line, end.as_bytes()].concat()).collect()
}

/// At least so many bytes of a class; with `middle`, from somewhere in the middle of it, as far as it has one.
pub fn sample(class: &str, rng: &mut Rng, from: &Templates, length: usize, middle: bool) -> Vec<u8> {
    let skip = if middle { 500 + rng.below(3_000) as usize } else { 0 };
    let want = length + skip;
    let mut bytes = match class {
        "text" => text(rng, from, want),
        "kv/JSON" => records(rng, from, want),
        "binary record" => binary(rng, from, want),
        "base64 of plain" | "base64 of cipher" => {
            let inner = if class == "base64 of cipher" { sealed(rng, from, want) } else { records(rng, from, want) };
            letters(rng, &inner)
        }
        "compressed" => {
            // Text shrinks to a third or less.
            let plain = if rng.below(2) == 0 { text(rng, from, want * 4 + 200) } else { records(rng, from, want * 5 + 200) };
            let pack: fn(&[u8]) -> Vec<u8> = [codec::gzip, codec::zlib, codec::deflate][rng.below(3) as usize];
            let mut packed = pack(&plain);
            if packed.len() < want {
                packed = pack(&[plain, text(rng, from, want * 12)].concat());
            }
            packed
        }
        "image" => {
            let mut side = (want as f64 * 2.5).sqrt() as usize + 32;
            loop {
                let picture = codec::jpeg(rng, side, b"");
                if picture.len() >= want {
                    break picture;
                }
                side = side * 3 / 2;
            }
        }
        "video" => codec::h264(rng, want),
        "audio, coded" => [codec::ogg_opus, codec::aac, codec::amr][rng.below(3) as usize](rng, want),
        "audio, raw" => {
            let sound = codec::sound(rng, want);
            match rng.below(3) {
                0 => codec::pcm(&sound),
                1 => codec::mu_law(&sound),
                _ => codec::a_law(&sound),
            }
        }
        "XOR-like" => {
            let plain = records(rng, from, want);
            if rng.below(5) == 0 {
                let mut key = 171;
                let one = |byte: &u8| {
                    key ^= byte;
                    key
                };
                plain.iter().map(one).collect()
            } else {
                let size = [1, 4, 16, 32][rng.below(4) as usize];
                let key = rng.noise(size);
                plain.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
            }
        }
        _ => sealed(rng, from, want),
    };
    bytes.drain(..skip.min(bytes.len().saturating_sub(length)));
    bytes.truncate(length);
    bytes
}
