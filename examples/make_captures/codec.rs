//! Small encoders of the project's own: pictures, films, sound, compressed text and ciphertext with the statistics that true ones have, from nothing
//! but a number. JPEG is a whole baseline encoder (ITU-T T.81); film and coded sound are what an adaptive range coder makes of signals like theirs, in
//! true containers: no player would show them, but their bytes are spread as those of H.264, AAC and Opus are.

#![allow(clippy::indexing_slicing, clippy::many_single_char_names)]

use std::f64::consts::PI;
use std::io::Write;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// Numbers at random (splitmix64).
#[derive(Clone)]
pub struct Rng(pub u64);

impl Rng {
    /// The next one.
    pub fn random(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below a number.
    pub fn below(&mut self, end: u64) -> u64 {
        self.random() % end.max(1)
    }

    /// One of a list.
    pub fn pick<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[self.below(list.len() as u64) as usize]
    }

    /// From 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.random() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Around 0, as the differences of signals are spread (Laplace).
    pub fn laplace(&mut self, scale: f64) -> f64 {
        let unit = self.unit() - 0.5;
        -scale * unit.signum() * (1.0 - 2.0 * unit.abs()).max(1e-12).ln()
    }

    /// Bytes without a pattern.
    pub fn noise(&mut self, length: usize) -> Vec<u8> {
        (0..length.div_ceil(8)).flat_map(|_| self.random().to_le_bytes()).take(length).collect()
    }
}

fn key(rng: &mut Rng) -> Aes128 {
    let mut key = [0; 16];
    key.copy_from_slice(&rng.noise(16));
    Aes128::new(&key.into())
}

/// What AES in counter mode makes of bytes (NIST SP 800-38A).
pub fn ctr(rng: &mut Rng, plain: &[u8]) -> Vec<u8> {
    let (cipher, start) = (key(rng), u128::from(rng.random()) << 64);
    let mut out = Vec::with_capacity(plain.len());
    for (index, block) in plain.chunks(16).enumerate() {
        let mut pad = (start + index as u128).to_be_bytes().into();
        cipher.encrypt_block(&mut pad);
        out.extend(block.iter().zip(pad).map(|(plain, pad)| plain ^ pad));
    }
    out
}

/// What AES without chaining makes of them, filled up with zeros.
pub fn ecb(rng: &mut Rng, plain: &[u8]) -> Vec<u8> {
    let cipher = key(rng);
    let block = |piece: &[u8]| {
        let mut block = [0; 16];
        block[..piece.len()].copy_from_slice(piece);
        let mut block = block.into();
        cipher.encrypt_block(&mut block);
        block.to_vec()
    };
    plain.chunks(16).flat_map(block).collect()
}

/// The coding without a container (RFC 1951).
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::default());
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// RFC 1950.
pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// RFC 1952.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// Sound: voices of a few tones whose loudness comes and goes, and breath.
pub fn sound(rng: &mut Rng, samples: usize) -> Vec<f64> {
    let tone = 90.0 + rng.unit() * 160.0;
    let partials: Vec<(f64, f64)> = (1..12).map(|number| (tone * f64::from(number), (0.9 + rng.unit() * 0.2) / f64::from(number))).collect();
    let (beat, loud, breath) = (1.5 + rng.unit() * 4.0, 0.15 + rng.unit() * 0.4, 0.002 + rng.unit() * 0.02);
    (0..samples)
        .map(|index| {
            let time = index as f64 / 8_000.0;
            let swell = (0.5 + 0.5 * (time * beat * PI * 2.0).sin()).powi(2);
            let bent = time * (1.0 + 0.02 * (time * 5.0).sin());
            let sung: f64 = partials.iter().map(|(tone, weight)| weight * (bent * tone * PI * 2.0).sin()).sum();
            (loud * swell * sung * 0.4 + rng.laplace(breath)).clamp(-1.0, 1.0)
        })
        .collect()
}

/// 16 bits a sample, little-endian.
pub fn pcm(sound: &[f64]) -> Vec<u8> {
    sound.iter().flat_map(|sample| ((sample * 32_000.0) as i16).to_le_bytes()).collect()
}

/// ITU-T G.711, µ-law.
pub fn mu_law(sound: &[f64]) -> Vec<u8> {
    let one = |sample: &f64| {
        let value = (sample * 32_000.0) as i32;
        let (sign, value) = (if value < 0 { 0x80 } else { 0 }, value.abs().min(32_635) + 132);
        let exponent = (7..15).rev().find(|bit| value >> bit & 1 == 1).unwrap_or(7) - 7;
        !(sign | (exponent << 4) | (value >> (exponent + 3) & 15)) as u8
    };
    sound.iter().map(one).collect()
}

/// ITU-T G.711, A-law.
pub fn a_law(sound: &[f64]) -> Vec<u8> {
    let one = |sample: &f64| {
        let value = ((sample * 32_000.0) as i32) >> 3;
        let (sign, value) = (if value >= 0 { 0x80 } else { 0 }, value.abs().min(4_095));
        let exponent = (5..12).rev().find(|bit| value >> bit & 1 == 1).map_or(0, |bit| bit - 4);
        let mantissa = if exponent == 0 { value >> 1 & 15 } else { value >> exponent & 15 };
        ((sign | (exponent << 4) | mantissa) ^ 0x55) as u8
    };
    sound.iter().map(one).collect()
}

/// A range coder with chances that adapt, bit by bit (as in LZMA; G. N. N. Martin, 1979).
struct Range {
    low: u64,
    width: u32,
    cache: u8,
    waiting: u64,
    out: Vec<u8>,
    chances: Vec<u16>,
}

impl Range {
    fn new() -> Self {
        Self { low: 0, width: u32::MAX, cache: 0, waiting: 1, out: Vec::new(), chances: vec![1_024; 1_024] }
    }

    fn bit(&mut self, context: usize, bit: bool) {
        let chance = &mut self.chances[context % 1_024];
        let bound = (self.width >> 11) * u32::from(*chance);
        if bit {
            self.low += u64::from(bound);
            self.width -= bound;
            *chance -= *chance >> 5;
        } else {
            self.width = bound;
            *chance += (2_048 - *chance) >> 5;
        }
        while self.width < 1 << 24 {
            self.shift();
            self.width <<= 8;
        }
    }

    fn shift(&mut self) {
        if self.low < 0xff00_0000 || self.low > 0xffff_ffff {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.cache;
            while self.waiting > 0 {
                self.out.push(byte.wrapping_add(carry));
                byte = 0xff;
                self.waiting -= 1;
            }
            self.cache = (self.low >> 24) as u8;
        }
        self.waiting += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    /// A number around 0: whether it is one, its sign, its size in ones.
    fn number(&mut self, context: usize, value: i32) {
        self.bit(context, value != 0);
        if value == 0 {
            return;
        }
        self.bit(context + 1, value < 0);
        for step in 0..value.unsigned_abs().min(40) {
            self.bit(context + 2 + step.min(9) as usize, step + 1 < value.unsigned_abs());
        }
    }

    fn finish(mut self) -> Vec<u8> {
        (0..5).for_each(|_| self.shift());
        self.out.split_off(1)
    }
}

/// Differences of a picture or sound, coded as well as may be: at least so many bytes.
pub fn coded(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut coder = Range::new();
    while coder.out.len() < length + 8 {
        let scale = 0.3 + rng.unit() * 3.0;
        for place in 0..64 {
            let value = rng.laplace(scale * (1.0 - place as f64 / 80.0)) as i32;
            coder.number(16 * (place / 4), value);
        }
    }
    let mut out = coder.finish();
    out.truncate(length);
    out
}

/// Bits, high ones first.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for place in (0..count).rev() {
            self.held = self.held << 1 | (value >> place & 1);
            self.count += 1;
            if self.count == 8 {
                self.out.push(self.held as u8);
                (self.held, self.count) = (0, 0);
            }
        }
    }

    fn golomb(&mut self, value: u32) {
        let length = 32 - (value + 1).leading_zeros();
        self.put(0, length - 1);
        self.put(value + 1, length);
    }

    fn filled(mut self, with: u32) -> Vec<u8> {
        while self.count > 0 {
            self.put(with, 1);
        }
        self.out
    }
}

/// A film of Annex-B units (ITU-T H.264): parameter sets, one whole picture, then slices.
pub fn h264(rng: &mut Rng, length: usize) -> Vec<u8> {
    units(rng, length).iter().flat_map(|unit| [&[0, 0, 0, 1], &unit[..]].concat()).collect()
}

/// Its units, the bytes that stop a start code put in.
pub fn units(rng: &mut Rng, length: usize) -> Vec<Vec<u8>> {
    // Baseline, level 3.0, 640 by 480.
    let mut units = vec![vec![0x67, 0x42, 0xc0, 0x1e, 0xda, 0x02, 0x80, 0xf6, 0x80, 0x6d, 0x0a, 0x13, 0x50], vec![0x68, 0xce, 0x3c, 0x80]];
    let mut total = 0;
    while total < length {
        let (head, size) = if total == 0 { (0x65, 3_000 + rng.below(4_000)) } else { (0x41, 300 + rng.below(1_500)) };
        let mut unit = vec![head, if total == 0 { 0x88 } else { 0x9a }];
        let mut zeros = 0;
        let coded = coded(rng, size as usize);
        for byte in coded {
            if zeros >= 2 && byte <= 3 {
                unit.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            unit.push(byte);
        }
        total += unit.len();
        units.push(unit);
    }
    units
}

/// Sound of an Opus encoder in Ogg pages (RFC 7845): whole, or packets only.
pub fn opus_packets(rng: &mut Rng, length: usize) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut total = 0;
    while total < length {
        let size = 90 + rng.below(70) as usize;
        // CELT, fullband, 20 ms, one voice.
        packets.push([&[0xf8], &coded(rng, size)[..]].concat());
        total += size + 1;
    }
    packets
}

/// In Ogg (RFC 3533).
pub fn ogg_opus(rng: &mut Rng, length: usize) -> Vec<u8> {
    let head = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0".to_vec();
    let tags = b"OpusTags\x07\0\0\0made-up\0\0\0\0".to_vec();
    let (serial, mut out) = (rng.random() as u32, Vec::new());
    page(&mut out, (2, serial, 0, 0), &[head]);
    page(&mut out, (0, serial, 1, 0), &[tags]);
    for (index, packets) in opus_packets(rng, length).chunks(20).enumerate() {
        page(&mut out, (0, serial, index as u32 + 2, (index as u64 + 1) * 19_200), packets);
    }
    out
}

fn page(out: &mut Vec<u8>, (flags, serial, number, granule): (u8, u32, u32, u64), packets: &[Vec<u8>]) {
    let mut page = [b"OggS\0", &[flags][..], &granule.to_le_bytes(), &serial.to_le_bytes(), &number.to_le_bytes(), &[0; 4]].concat();
    let laces: Vec<u8> = packets.iter().flat_map(|packet| [vec![255; packet.len() / 255], vec![(packet.len() % 255) as u8]].concat()).collect();
    page.push(laces.len() as u8);
    page.extend(laces);
    page.extend(packets.concat());
    let sum = page
        .iter()
        .fold(0_u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| if sum & 0x8000_0000 == 0 { sum << 1 } else { sum << 1 ^ 0x04c1_1db7 }));
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    out.extend(page);
}

/// AAC in ADTS frames (ISO/IEC 14496-3): numbers in codes of different lengths, as Huffman's are.
pub fn aac(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while out.len() < length {
        let mut bits = Bits::default();
        bits.put(rng.below(256) as u32, 8);
        let size = 180 + rng.below(160) as usize;
        let scale = 0.5 + rng.unit() * 1.5;
        while bits.out.len() < size {
            let value = rng.laplace(scale) as i32;
            bits.golomb(value.unsigned_abs());
            if value != 0 {
                bits.put(u32::from(value < 0), 1);
            }
        }
        let body = bits.filled(0);
        let whole = body.len() + 7;
        out.extend([0xff, 0xf1, 0x6c, 0x40 | (whole >> 11) as u8, (whole >> 3) as u8, (whole << 5) as u8 | 0x1f, 0xfc]);
        out.extend(body);
    }
    out
}

/// Speech in AMR (RFC 4867, section 5) with parameters as a coder gives them.
pub fn amr(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut out = b"#!AMR\n".to_vec();
    while out.len() < length {
        out.push(0x3c);
        out.extend(rng.noise(31));
    }
    out
}

#[rustfmt::skip]
const QUANT: [u8; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92,
    78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];
#[rustfmt::skip]
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36,
    29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
const DC_BITS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const AC_BITS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d];
#[rustfmt::skip]
const AC_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08,
    0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
    0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6,
    0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];

fn codes(bits: &[u8; 16], values: &[u8]) -> Vec<(u32, u32)> {
    let mut codes = vec![(0, 0); 256];
    let (mut code, mut values) = (0, values.iter());
    for (length, count) in (1..).zip(bits) {
        for value in values.by_ref().take(usize::from(*count)) {
            codes[usize::from(*value)] = (code, length);
            code += 1;
        }
        code <<= 1;
    }
    codes
}

/// A grey picture of about so many bytes: hills of light, edges and grain. `more` are further segments, such as EXIF.
pub fn jpeg(rng: &mut Rng, side: usize, more: &[u8]) -> Vec<u8> {
    let side = side.next_multiple_of(8);
    let waves: Vec<[f64; 4]> = (0..6).map(|_| [rng.unit() * 0.2, rng.unit() * 0.2, rng.unit() * 6.0, 12.0 + rng.unit() * 24.0]).collect();
    let (grain, edge) = (3.0 + rng.unit() * 6.0, rng.unit() * side as f64);
    let mut dots = vec![0.0; side * side];
    for (index, dot) in dots.iter_mut().enumerate() {
        let (x, y) = ((index % side) as f64, (index / side) as f64);
        let light: f64 = waves.iter().map(|[a, b, phase, weight]| weight * (a * x + b * y + phase).sin()).sum();
        *dot = (light + if x + y * 0.4 > edge { 35.0 } else { 0.0 } + rng.laplace(grain)).clamp(-128.0, 127.0);
    }
    let mut out = vec![0xff, 0xd8];
    let segment = |out: &mut Vec<u8>, marker: u8, body: &[u8]| {
        out.extend([0xff, marker]);
        out.extend((body.len() as u16 + 2).to_be_bytes());
        out.extend(body);
    };
    segment(&mut out, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    out.extend(more);
    segment(&mut out, 0xdb, &[&[0], &QUANT[..]].concat());
    let wide = (side as u16).to_be_bytes();
    segment(&mut out, 0xc0, &[8, wide[0], wide[1], wide[0], wide[1], 1, 1, 0x11, 0]);
    let dc_values: Vec<u8> = (0..12).take(DC_BITS.iter().map(|count| usize::from(*count)).sum()).collect();
    segment(&mut out, 0xc4, &[&[0], &DC_BITS[..], &dc_values].concat());
    segment(&mut out, 0xc4, &[&[0x10], &AC_BITS[..], &AC_VALUES].concat());
    segment(&mut out, 0xda, &[1, 1, 0, 0, 63, 0]);
    let (dc, ac) = (codes(&DC_BITS, &dc_values), codes(&AC_BITS, &AC_VALUES));
    let cosines: Vec<f64> = (0..64).map(|index| ((2 * (index % 8) + 1) as f64 * (index / 8) as f64 * PI / 16.0).cos()).collect();
    let (mut bits, mut before) = (Bits::default(), 0);
    for (top, left) in (0..side / 8).flat_map(|row| (0..side / 8).map(move |column| (row * 8, column * 8))) {
        // Rows, then columns.
        let mut half = [0.0; 64];
        for (index, sum) in half.iter_mut().enumerate() {
            let (y, u) = (index / 8, index % 8);
            *sum = (0..8).map(|x| dots[(top + y) * side + left + x] * cosines[u * 8 + x]).sum();
        }
        let mut coefficients = [0_i32; 64];
        for (place, coefficient) in coefficients.iter_mut().enumerate() {
            let (v, u) = (ZIGZAG[place] / 8, ZIGZAG[place] % 8);
            let sum: f64 = (0..8).map(|y| half[y * 8 + u] * cosines[v * 8 + y]).sum();
            let norm = |index: usize| if index == 0 { 0.5_f64.sqrt() } else { 1.0 };
            *coefficient = (sum * norm(u) * norm(v) / 4.0 / f64::from(QUANT[place])).round() as i32;
        }
        entropy(&mut bits, &dc, 0, coefficients[0] - before);
        before = coefficients[0];
        let mut zeros = 0;
        for &value in &coefficients[1..] {
            if value == 0 {
                zeros += 1;
                continue;
            }
            while zeros > 15 {
                let (code, length) = ac[0xf0];
                bits.put(code, length);
                zeros -= 16;
            }
            entropy(&mut bits, &ac, zeros, value);
            zeros = 0;
        }
        if zeros > 0 {
            let (code, length) = ac[0];
            bits.put(code, length);
        }
    }
    out.extend(bits.filled(1).iter().flat_map(|byte| if *byte == 0xff { vec![0xff, 0] } else { vec![*byte] }));
    out.extend([0xff, 0xd9]);
    out
}

fn entropy(bits: &mut Bits, codes: &[(u32, u32)], zeros: usize, value: i32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let (code, length) = codes[zeros << 4 | size as usize];
    bits.put(code, length);
    let stored = if value < 0 { value - 1 + (1 << size) } else { value };
    bits.put(stored as u32, size);
}
