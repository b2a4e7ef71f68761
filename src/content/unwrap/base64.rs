//! Letters of base64 and base64url to bytes (RFC 4648, sections 4 and 5), four at a time: a message may be made of such words, each of which stands for another one.

use super::plain::Plain;

/// What each letter of base64 stands for at each of four places in a row, with bits for what it tells of the alphabet.
static QUADS: [[u32; 256]; 4] = [quads(0), quads(1), quads(2), quads(3)];
/// No letter; one that base64 alone has; one that base64url alone has.
const STRANGE: u32 = 1 << 31;
const OF_BASE64: u32 = 1 << 30;
const OF_BASE64URL: u32 = 1 << 29;
/// The three bytes that four letters stand for.
const TRIPLE: u32 = 0xff_ffff;

#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
const fn quads(place: u32) -> [u32; 256] {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (value, alphabet) = match byte as u8 {
            letter @ b'A'..=b'Z' => (letter - b'A', 0),
            letter @ b'a'..=b'z' => (letter - b'a' + 26, 0),
            digit @ b'0'..=b'9' => (digit - b'0' + 52, 0),
            b'+' => (62, OF_BASE64),
            b'/' => (63, OF_BASE64),
            b'-' => (62, OF_BASE64URL),
            b'_' => (63, OF_BASE64URL),
            _ => (0, STRANGE),
        };
        all[byte] = (value as u32) << (6 * (3 - place)) | alphabet;
        byte += 1;
    }
    all
}

/// The bits of up to four letters.
#[inline]
fn bits(letters: [u8; 4]) -> u32 {
    let [first, second, third, fourth] = letters.map(usize::from);
    let of = |table: &[u32; 256], letter: usize| table.get(letter).copied().unwrap_or(STRANGE);
    let [one, two, three, four] = &QUADS;
    of(one, first) | of(two, second) | of(three, third) | of(four, fourth)
}

/// What the letters of base64 or base64url stand for. One letter at the end, or some with bits too many, are cut off from others and stand for
/// nothing. Whether they are letters of one of the two.
pub(super) fn decode(letters: &[u8], plain: &mut Plain) -> Option<()> {
    // Stored twelve bytes at a time.
    let (blocks, rest) = letters.as_chunks::<16>();
    let (quads, rest) = rest.as_chunks::<4>();
    let length = blocks.len() * 12 + quads.len() * 3;
    let (block_room, room) = plain.room(length + 3).split_at_mut_checked(blocks.len() * 12)?;
    let mut seen = 0;
    let is_mixed = |seen: u32| seen & STRANGE != 0 || seen & (OF_BASE64 | OF_BASE64URL) == OF_BASE64 | OF_BASE64URL;
    for (room, block) in block_room.as_chunks_mut::<12>().0.iter_mut().zip(blocks) {
        let (quads, _) = block.as_chunks::<4>();
        let [one, two, three, four] = [0, 1, 2, 3].map(|place| quads.get(place).map_or(STRANGE, |quad| bits(*quad)));
        seen |= one | two | three | four;
        let six = |high: u32, low: u32| u64::from(high & TRIPLE) << 24 | u64::from(low & TRIPLE);
        let [_, _, _, _, twelve @ ..] = (u128::from(six(one, two)) << 48 | u128::from(six(three, four))).to_be_bytes();
        *room = twelve;
        if seen & STRANGE != 0 {
            return None;
        }
    }
    let (triples, _) = room.as_chunks_mut::<3>();
    for (triple, quad) in triples.iter_mut().zip(quads) {
        let bits = bits(*quad);
        seen |= bits;
        let [_, three @ ..] = bits.to_be_bytes();
        *triple = three;
    }
    if is_mixed(seen) {
        return None;
    }
    let (last, count) = match *rest {
        [first, second] => (bits([first, second, b'A', b'A']), 1),
        [first, second, third] => (bits([first, second, third, b'A']), 2),
        _ => (STRANGE, 0),
    };
    let [_, bytes @ ..] = last.to_be_bytes();
    if !is_mixed(seen | last) && bytes.iter().skip(count).all(|byte| *byte == 0) {
        *triples.get_mut(quads.len())? = bytes;
        plain.cut(length + count);
    } else {
        plain.cut(length);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};

    use super::*;

    proptest::proptest! {
        #[test]
        fn base64_is_decoded_as_the_library_does(letters in "[A-Za-z0-9+/]{0,300}|[A-Za-z0-9_-]{0,300}|[A-Za-z0-9+/_-]{0,20}|[A-Z+_ ]{0,20}") {
            let of = |text: &str| [&BASE64_NOPAD, &BASE64URL_NOPAD].iter().find_map(|encoding: &&Encoding| encoding.decode(text.as_bytes()).ok());
            let whole = &letters[..letters.len() / 4 * 4];
            let mut plain = Plain::default();
            let decoded = decode(letters.as_bytes(), &mut plain).map(|()| plain.to_vec());
            proptest::prop_assert_eq!(decoded, of(&letters).or_else(|| of(whole)));
        }
    }
}
