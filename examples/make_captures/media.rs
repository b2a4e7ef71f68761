//! Small recordings and pictures with true structure and invented content.

use super::wire::Net;

/// Speech in the AMR file format (RFC 4867, section 5): frames of 12.2 kbit/s, 20 ms each.
pub fn amr(net: &mut Net, frames: usize) -> Vec<u8> {
    let mut bytes = b"#!AMR\n".to_vec();
    for _ in 0..frames {
        bytes.push(0x3c);
        bytes.extend(net.noise(31));
    }
    bytes
}

/// Sound in MPEG layer 3: a tag, then frames of 32 kbit/s at 16 kHz.
pub fn mp3(net: &mut Net, frames: usize) -> Vec<u8> {
    let mut bytes = b"ID3\x04\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00".to_vec();
    for _ in 0..frames {
        bytes.extend([0xff, 0xf3, 0x48, 0xc4]);
        bytes.extend(net.noise(140));
    }
    bytes
}

/// A grey JPEG picture of 16 by 16 dots.
pub fn jpeg(net: &mut Net) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    let mut segment = |marker: u8, body: &[u8]| {
        bytes.extend([0xff, marker]);
        bytes.extend((body.len() as u16 + 2).to_be_bytes());
        bytes.extend(body);
    };
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(0xdb, &[&[0], &[16; 64][..]].concat());
    segment(0xc0, &[8, 0, 16, 0, 16, 1, 1, 0x11, 0]);
    segment(0xc4, &[0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    segment(0xc4, &[0x10, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    // Within the picture a byte of ones would have to be followed by a zero: there are none.
    bytes.extend(net.noise(600).iter().map(|byte| byte & 0x7f));
    bytes.extend([0xff, 0xd9]);
    bytes
}
