//! The Huffman code of HPACK (RFC 7541, section 5.2 and appendix B).
//!
//! The code is canonical: within a length codes are numbered in the order of their symbols. So it is written down as its symbols in order and how
//! many there are of each length.

/// How many codes there are of each length, from 5 bits on.
const COUNTS: [u16; 26] = [10, 26, 32, 6, 0, 5, 3, 2, 6, 2, 3, 0, 0, 0, 3, 8, 13, 26, 29, 12, 4, 15, 19, 29, 0, 4];

/// The shortest code.
const SHORTEST: u32 = 5;

/// Symbols by their codes; the last, which ends a string, never stands in one.
#[rustfmt::skip]
const SYMBOLS: [u8; 256] = [
    48, 49, 50, 97, 99, 101, 105, 111, 115, 116, 32, 37, 45, 46, 47, 51, 52, 53, 54, 55, 56, 57, 61, 65, 95, 98, 100, 102, 103, 104, 108, 109,
    110, 112, 114, 117, 58, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 89, 106, 107, 113, 118,
    119, 120, 121, 122, 38, 42, 44, 59, 88, 90, 33, 34, 40, 41, 63, 39, 43, 124, 35, 62, 0, 36, 64, 91, 93, 126, 94, 125, 60, 96, 123, 92,
    195, 208, 128, 130, 131, 162, 184, 194, 224, 226, 153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230, 129, 132, 133, 134, 136,
    146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187, 189, 190, 196, 198, 228, 232, 233, 1, 135, 137, 138, 139, 140, 141,
    143, 147, 149, 150, 151, 152, 155, 157, 158, 165, 166, 168, 174, 175, 180, 182, 183, 188, 191, 197, 231, 239, 9, 142, 144, 145, 148, 159,
    171, 206, 215, 225, 236, 237, 199, 207, 234, 235, 192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255, 203, 204, 211,
    212, 214, 221, 222, 223, 241, 244, 245, 246, 247, 248, 250, 251, 252, 253, 254, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21,
    23, 24, 25, 26, 27, 28, 29, 30, 31, 127, 220, 249, 10, 13, 22,
];

/// Longest padding: more, or any bit of it that is not set, is an error.
const PADDING: u32 = 7;

/// Decodes a string; none of what is no code. It is at most 8/5 as long as the packed one.
pub(in super::super) fn decode(packed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(packed.len() + packed.len() / 2);
    let (mut code, mut length, mut ones) = (0u32, 0u32, true);
    // The first code of the length that was reached, and the place of its symbol.
    let (mut first, mut place) = (0u32, 0usize);
    for byte in packed {
        for shift in (0..8).rev() {
            let bit = u32::from(byte >> shift & 1);
            code = code << 1 | bit;
            ones &= bit == 1;
            length += 1;
            first <<= 1;
            let count = length.checked_sub(SHORTEST).map_or(Some(0), |index| COUNTS.get(index as usize).copied())?;
            let Some(index) = code.checked_sub(first).filter(|index| *index < u32::from(count)) else {
                first += u32::from(count);
                place += usize::from(count);
                continue;
            };
            out.push(*SYMBOLS.get(place + index as usize)?);
            (code, length, ones, first, place) = (0, 0, true, 0, 0);
        }
    }
    (length <= PADDING && ones).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_whole() {
        assert_eq!(COUNTS.iter().map(|count| usize::from(*count)).sum::<usize>(), SYMBOLS.len() + 1);
        let mut seen = SYMBOLS;
        seen.sort_unstable();
        assert!(seen.iter().enumerate().all(|(index, symbol)| index == usize::from(*symbol)));
        // Kraft: the codes of each length fill what the shorter ones leave.
        let filled: u64 = COUNTS.iter().zip(SHORTEST..).map(|(count, length)| u64::from(*count) << (30 - length)).sum();
        assert_eq!(filled, 1 << 30);
    }

    #[test]
    fn the_examples_of_the_rfc_are_decoded() {
        let cases: [(&[u8], &[u8]); 5] = [
            (b"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff", b"www.example.com"),
            (b"\xa8\xeb\x10\x64\x9c\xbf", b"no-cache"),
            (b"\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f", b"custom-key"),
            (b"\x64\x02", b"302"),
            (b"\x9d\x29\xad\x17\x18\x63\xc7\x8f\x0b\x97\xc8\xe9\xae\x82\xae\x43\xd3", b"https://www.example.com"),
        ];
        for (packed, text) in cases {
            assert_eq!(decode(packed).as_deref(), Some(text));
        }
        assert_eq!(decode(b""), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for wrong in [&b"\xff\xff\xff\xff"[..], b"\xff", b"\x18", b"\xff\xff\xff\xfc"] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
