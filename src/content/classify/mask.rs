//! Text under a mask that repeats: every byte combined (exclusive or) with the same key of one to 64 bytes. Anyone can take that off, and so does this.
//!
//! No key is believed unless what comes out reads: JSON, XML, pairs of keys and values, or (one byte) text with words that devices use. Work is bounded:
//! [`SAMPLE`] bytes, 64 periods, at most six of them solved.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::{Deserializer, Value};

/// Bytes that are looked at.
pub const SAMPLE: usize = 2_048;
/// Bytes by which a key is solved.
const SOLVED: usize = 512;
/// The longest key.
const LONGEST: usize = 64;
/// Bytes of a column, at least, to solve it by.
const COLUMN: usize = 8;
/// Keys of a column that are weighed against its neighbours, and how often.
const CANDIDATES: usize = 6;
const SWEEPS: usize = 2;
/// Of a hundred pairs of neighbours so many fit before a key is worth mending.
const READS: usize = 30;
/// Fewer bytes are never tried.
const SHORTEST: usize = 32;
/// How often letters must meet themselves: of noise one pair in 256 does.
const SHARE: f64 = 0.02;
/// How often letters meet themselves at most, padded lines included: what does it oftener is a record with its zeros, text under any key by chance.
const MOST: f64 = 0.3;
/// Periods that are solved, for keys that begin anew with each message and for those that run on.
const PERIODS: usize = 3;
/// How messages begin; only a key longer than this is believed with it.
const STARTS: [&[u8]; 3] = [b"{\"", b"[{\"", b"<"];
/// A text may stand behind a head of so many bytes.
const HEAD: usize = 16;

/// A mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    key: Vec<u8>,
    /// Whether each message begins with the key's first byte; else it runs on.
    is_anew: bool,
}

impl Mask {
    /// Bytes of the key.
    pub fn length(&self) -> usize {
        self.key.len()
    }

    /// Takes the mask off a message that begins at `offset` of its direction; none where no text comes out.
    pub fn take_off(&self, message: &[u8], offset: u64) -> Option<Vec<u8>> {
        let skip = if self.is_anew { 0 } else { (offset % self.key.len().max(1) as u64) as usize };
        let plain: Vec<u8> = message.iter().zip(self.key.iter().cycle().skip(skip)).map(|(byte, key)| byte ^ key).collect();
        is_printable(&plain, 90).then_some(plain)
    }
}

/// The mask over messages: each with its offset in its direction.
pub fn find(messages: &[(u64, &[u8])]) -> Option<Mask> {
    let total: usize = messages.iter().map(|(_, message)| message.len()).sum();
    if total < SHORTEST {
        return None;
    }
    single(messages).or_else(|| repeating(messages))
}

/// What text under a mask of one byte says, where it is such.
pub fn under_one_byte(text: &[u8]) -> Option<Vec<u8>> {
    single(&[(0, text)]).and_then(|mask| mask.take_off(text, 0))
}

/// The same byte everywhere.
fn single(messages: &[(u64, &[u8])]) -> Option<Mask> {
    let mut counts = [0_u32; 256];
    let all = || messages.iter().flat_map(|(_, message)| message.iter()).take(SAMPLE);
    all().for_each(|byte| {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    });
    let total: u32 = counts.iter().sum();
    let meetings: u64 = counts.iter().map(|count| u64::from(*count).pow(2)).sum();
    if meetings as f64 > MOST * f64::from(total).powi(2) {
        return None;
    }
    let blocks = Blocks::of(all().copied());
    let count = |plain: u8, key: u8| counts.get(usize::from(plain ^ key)).copied().unwrap_or_default();
    // The letters and signs, but for DEL, and what ends lines.
    let share = |key: u8| blocks.letters(key) + [b'\n', b'\r', b'\t'].map(|plain| count(plain, key)).iter().sum::<u32>() - count(0x7f, key);
    // A blank turns the case of letters, and zeros between words into blanks: it is no mask.
    let good = (1..=u8::MAX).filter(|key| *key != b' ' && share(*key) * 10 >= total * 9);
    good.map(|key| Mask { key: vec![key], is_anew: true }).find(|mask| {
        let plain: Vec<u8> = all().map(|byte| byte ^ mask.key.first().copied().unwrap_or_default()).collect();
        is_structure(&plain) || words(&plain) >= 2
    })
}

/// Bytes counted by their three upper bits. Letters, digits and signs of ASCII have 001, 010 or 011 there, and a mask only moves them.
#[derive(Clone, Copy, Default)]
struct Blocks([u32; 8]);

impl Blocks {
    fn of(bytes: impl Iterator<Item = u8>) -> Self {
        let mut blocks = Self::default();
        for byte in bytes {
            if let Some(count) = blocks.0.get_mut(usize::from(byte >> 5)) {
                *count += 1;
            }
        }
        blocks
    }

    /// How many bytes are letters, digits or signs under a key.
    fn letters(&self, key: u8) -> u32 {
        (1..=3).filter_map(|block| self.0.get(block ^ usize::from(key >> 5))).sum()
    }

    /// The same under the best key.
    fn most(&self) -> u32 {
        (0..8).map(|block| self.letters(block << 5)).max().unwrap_or_default()
    }
}

/// A key of several bytes.
fn repeating(messages: &[(u64, &[u8])]) -> Option<Mask> {
    // Several keys spread the letters of a text: where one byte stands often, as zeros do in records, there are none.
    let mut counts = [0_usize; 256];
    let all = || messages.iter().flat_map(|(_, message)| message.iter()).take(SAMPLE);
    all().for_each(|byte| {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    });
    let total: usize = counts.iter().sum();
    if counts.iter().any(|count| *count * 4 > total) {
        return None;
    }
    // With one message there is no difference between a key that begins anew and one that runs on.
    let ways = [true, false].into_iter().filter(|is_anew| *is_anew || messages.len() > 1);
    ways.map(|is_anew| (is_anew, placed(messages, is_anew))).find_map(|(is_anew, placed)| {
        periods(&placed).into_iter().filter(|period| may_be_text(&placed, *period)).find_map(|period| under(messages, &placed, period, is_anew))
    })
}

/// The mask of a period, where a message reads without it.
fn under(messages: &[(u64, &[u8])], placed: &[(u64, u8)], period: usize, is_anew: bool) -> Option<Mask> {
    let key = solve(placed, period)?;
    let first = messages.first().map(|(_, message)| *message).filter(|_| is_anew).unwrap_or_default();
    let forced = STARTS.iter().filter(|start| key.len() > 2 * start.len()).map(|start| begun(&key, first, start));
    std::iter::once(key.clone()).chain(forced).map(|key| Mask { key: shortest(key), is_anew }).find(|mask| {
        let mut plains = messages.iter().filter_map(|(offset, message)| mask.take_off(message, *offset));
        mask.key.iter().any(|byte| *byte != 0) && plains.any(|plain| is_structure(&plain))
    })
}

/// Whether nearly all bytes may be letters under some key of a period: of noise hardly half, of most records not either.
fn may_be_text(placed: &[(u64, u8)], period: usize) -> bool {
    if placed.len() < period * COLUMN {
        return false;
    }
    let mut columns = [Blocks::default(); LONGEST];
    for (place, byte) in placed {
        let column = columns.get_mut((place % period.max(1) as u64) as usize);
        if let Some(count) = column.and_then(|blocks| blocks.0.get_mut(usize::from(byte >> 5))) {
            *count += 1;
        }
    }
    columns.iter().map(Blocks::most).sum::<u32>() as usize * 100 >= placed.len() * 88
}

/// Each byte with its place in the key's run.
fn placed(messages: &[(u64, &[u8])], is_anew: bool) -> Vec<(u64, u8)> {
    let mut placed: Vec<(u64, u8)> = Vec::with_capacity(SAMPLE);
    for (offset, message) in messages {
        let base = if is_anew { 0 } else { *offset };
        placed.extend(message.iter().zip(base..).map(|(byte, place)| (place, *byte)).take(SAMPLE.saturating_sub(placed.len())));
    }
    placed
}

/// The key under which a message begins so: its first columns hold little else.
fn begun(key: &[u8], message: &[u8], start: &[u8]) -> Vec<u8> {
    let mut begun = key.to_vec();
    begun.iter_mut().zip(message.iter().zip(start)).for_each(|(key, (byte, plain))| *key = byte ^ plain);
    begun
}

/// Lengths of the key, the likeliest first: at a multiple of it the same letter meets itself more often than at any other distance.
fn periods(placed: &[(u64, u8)]) -> Vec<usize> {
    let bytes: Vec<u8> = placed.iter().map(|(_, byte)| *byte).collect();
    // Where the places run on without a break, so that a distance between bytes is one between places.
    let mut runs: Vec<&[u8]> = Vec::new();
    let mut rest = bytes.as_slice();
    for part in placed.chunk_by(|(one, _), (next, _)| next.wrapping_sub(*one) == 1) {
        let (run, after) = rest.split_at_checked(part.len()).unwrap_or((rest, &[]));
        runs.push(run);
        rest = after;
    }
    let share = |lag: usize| {
        let pairs = runs.iter().filter_map(|run| Some((*run, run.get(lag..)?)));
        let (all, same) = pairs.fold((0, 0), |(all, same), (run, ahead)| (all + ahead.len(), same + meetings(run, ahead)));
        if all < 4 * COLUMN { 0.0 } else { same as f64 / all as f64 }
    };
    let mut shares = [0.0; LONGEST + 1];
    shares.iter_mut().enumerate().skip(2).for_each(|(lag, slot)| *slot = share(lag));
    let everything: f64 = shares.iter().sum();
    // Of the key's own length the multiples show it and the others do not; a text's own habits show at single ones.
    let score = |length: usize| {
        let (sum, count) = shares.iter().skip(length).step_by(length).fold((0.0, 0_usize), |(sum, count), share| (sum + share, count + 1));
        let others = (LONGEST - 1).saturating_sub(count);
        let (within, without) = (sum / count.max(1) as f64, (everything - sum) / others.max(1) as f64);
        (SHARE..=MOST).contains(&within).then_some((within - without) * (count as f64).sqrt())
    };
    let mut scored: Vec<(usize, f64)> = (2..=LONGEST).filter_map(|length| score(length).map(|score| (length, score))).collect();
    scored.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    scored.into_iter().map(|(length, _)| length).take(PERIODS).collect()
}

/// At how many places two runs hold the same byte. In short pieces counted in a byte: that is done many at a time.
fn meetings(one: &[u8], other: &[u8]) -> usize {
    let pieces = one.chunks(128).zip(other.chunks(128));
    pieces.map(|(one, other)| usize::from(one.iter().zip(other).fold(0_u8, |same, (one, other)| same.wrapping_add(u8::from(one == other))))).sum()
}

/// The key of a length: each column by the letters of texts, and where these leave it open by what stands beside what.
fn solve(placed: &[(u64, u8)], period: usize) -> Option<Vec<u8>> {
    let placed = placed.get(..placed.len().min(SOLVED.max(period * COLUMN * 2))).unwrap_or_default();
    let column = |place: u64| (place % period.max(1) as u64) as usize;
    let mut columns: Vec<Vec<u8>> = vec![Vec::new(); period];
    for (place, byte) in placed {
        columns.iter_mut().skip(column(*place)).take(1).for_each(|bytes| bytes.push(*byte));
    }
    if columns.iter().any(|bytes| bytes.len() < COLUMN) {
        return None;
    }
    let choices: Vec<Vec<u8>> = columns.iter().map(|bytes| candidates(bytes)).collect();
    let mut key: Vec<u8> = choices.iter().filter_map(|keys| keys.first().copied()).collect();
    // Neighbours, by each column that they lie in.
    let mut pairs: Vec<Vec<(usize, u8, usize, u8)>> = vec![Vec::new(); period];
    for ((place, one), (after, next)) in placed.iter().zip(placed.iter().skip(1)).filter(|(one, next)| next.0.wrapping_sub(one.0) == 1) {
        let (left, right) = (column(*place), column(*after));
        for at in [left, right] {
            pairs.iter_mut().skip(at).take(1).for_each(|pairs| pairs.push((left, *one, right, *next)));
        }
    }
    if !may_read(&pairs, &key) {
        return None;
    }
    for _ in 0..SWEEPS {
        for (at, (pairs, choices)) in pairs.iter().zip(&choices).enumerate() {
            let worth = |candidate: u8| {
                let of = |column: usize| if column == at { candidate } else { key.get(column).copied().unwrap_or_default() };
                let plain = pairs.iter().map(|(left, one, right, next)| (one ^ of(*left), next ^ of(*right)));
                plain.map(|(one, next)| i64::from(weight(one) + weight(next) + 2 * beside(one, next))).sum::<i64>()
            };
            let best = choices.iter().copied().max_by_key(|candidate| worth(*candidate));
            key.iter_mut().skip(at).take(1).for_each(|slot| *slot = best.unwrap_or(*slot));
        }
    }
    Some(key)
}

/// Whether bytes stand beside each other as those of texts do, by and large, under a key of which most is right: to weigh the others is the greater work.
fn may_read(pairs: &[Vec<(usize, u8, usize, u8)>], key: &[u8]) -> bool {
    let of = |column: usize| key.get(column).copied().unwrap_or_default();
    let good = |(left, one, right, next): &(usize, u8, usize, u8)| beside(one ^ of(*left), next ^ of(*right)) > 0;
    let all: usize = pairs.iter().map(Vec::len).sum();
    pairs.iter().flatten().filter(|pair| good(pair)).count() * 100 >= all * READS
}

/// The keys under which a column reads best by itself, the best first.
fn candidates(bytes: &[u8]) -> Vec<u8> {
    let blocks = Blocks::of(bytes.iter().copied());
    // A key under which far fewer are letters weighs less.
    let least = blocks.most() / 4 * 3;
    let mut best: Vec<(i32, u8)> = Vec::with_capacity(CANDIDATES + 1);
    for key in (0..=u8::MAX).filter(|key| blocks.letters(*key) >= least) {
        let worth = (bytes.iter().map(|byte| i32::from(weight(byte ^ key))).sum::<i32>(), key);
        if best.len() < CANDIDATES || best.last().is_some_and(|last| worth > *last) {
            best.insert(best.partition_point(|each| *each > worth), worth);
            best.truncate(CANDIDATES);
        }
    }
    best.into_iter().map(|(_, key)| key).collect()
}

/// How well two bytes stand beside each other in the texts of devices.
fn beside(one: u8, next: u8) -> i16 {
    let is_word = |byte: u8| byte.is_ascii_alphabetic();
    match (one, next) {
        (b'"', b':' | b',' | b'}' | b']')
        | (b'{', b'"')
        | (b'}', b',' | b'}' | b']')
        | (b':', b'"' | b'{' | b'[' | b' ')
        | (b',', b'"' | b' ')
        | (b'[', b'"' | b'{')
        | (b'<', b'/')
        | (b'/', b'>')
        | (b'>', b'<') => 6,
        (b':' | b'.', b'0'..=b'9') | (b'0'..=b'9', b',' | b'}' | b'.' | b'0'..=b'9') | (b'a'..=b'z', b'a'..=b'z') => 4,
        (b'"', _) if next.is_ascii_alphanumeric() => 4,
        (_, b'"') if one.is_ascii_alphanumeric() => 4,
        (b' ', _) if is_word(next) => 3,
        (_, b' ') if is_word(one) => 3,
        (b'A'..=b'Z', _) if is_word(next) => 2,
        (b'a'..=b'z', b'A'..=b'Z') => 0,
        _ if one.is_ascii_alphanumeric() && next.is_ascii_alphanumeric() => -1,
        _ => -3,
    }
}

/// How well a byte fits the texts of devices: twice the binary logarithm of how often it occurs in their JSON, and 20.
fn weight(byte: u8) -> i16 {
    WEIGHTS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// [`weight`] of every byte.
static WEIGHTS: [i16; 256] = weights();

const fn weights() -> [i16; 256] {
    let mut weights = [0; 256];
    let mut rest: &mut [i16] = &mut weights;
    let mut byte = 0;
    while let Some((slot, after)) = rest.split_first_mut() {
        *slot = weigh(byte);
        (byte, rest) = (byte.wrapping_add(1), after);
    }
    weights
}

const fn weigh(byte: u8) -> i16 {
    match byte {
        b'"' => 14,
        b'e' => 12,
        b't' | b'a' | b'i' | b'o' | b':' | b',' | b' ' => 11,
        b'n' | b'r' | b's' | b'0' | b'1' => 10,
        b'l' | b'd' | b'u' | b'm' | b'c' | b'p' | b'2'..=b'9' => 8,
        b'h' | b'g' | b'f' | b'v' | b'b' | b'y' | b'w' | b'.' | b'_' | b'-' | b'{' | b'}' => 6,
        b'A'..=b'Z' | b'=' | b'&' | b'/' | b'[' | b']' | b'<' | b'>' | b';' => 4,
        b'k' | b'x' | b'z' | b'q' | b'j' | b'\n' | b'\r' | b'\t' => 3,
        0x20..=0x7e => 0,
        0x80.. => -25,
        _ => -30,
    }
}

/// A key that is one of half its length twice is that.
fn shortest(key: Vec<u8>) -> Vec<u8> {
    let is_period = |length: usize| key.len().is_multiple_of(length) && key.iter().zip(key.iter().skip(length)).all(|(one, next)| one == next);
    match (1..key.len()).find(|length| is_period(*length)) {
        Some(length) => key.get(..length).map_or_else(Vec::new, <[u8]>::to_vec),
        None => key,
    }
}

fn is_printable(plain: &[u8], percent: usize) -> bool {
    let printable = plain.iter().filter(|byte| matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n')).count();
    !plain.is_empty() && printable * 100 >= plain.len() * percent
}

/// Whether a text reads as JSON, XML or pairs.
fn is_structure(plain: &[u8]) -> bool {
    let start = plain.iter().take(HEAD).position(|byte| matches!(byte, b'{' | b'[' | b'<')).unwrap_or(0);
    let text = plain.get(start..).unwrap_or_default();
    match text.first() {
        Some(b'{' | b'[') if is_json(text) => true,
        Some(b'<') if is_xml(text) => true,
        _ => is_pairs(plain),
    }
}

/// A whole object or list with a key, or the beginning of one.
fn is_json(text: &[u8]) -> bool {
    match Deserializer::from_slice(text).into_iter::<Value>().next() {
        Some(Ok(value)) => has_key(&value),
        Some(Err(error)) if error.is_eof() => text.len() >= 2 * SHORTEST && is_printable(text, 99) && memchr::memmem::find_iter(text, b"\":").count() >= 2,
        _ => false,
    }
}

fn has_key(value: &Value) -> bool {
    let is_word = |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-. $@:/".contains(&byte));
    match value {
        Value::Object(map) => !map.is_empty() && map.keys().all(is_word),
        Value::Array(list) => list.iter().any(has_key),
        _ => false,
    }
}

/// A tag that is closed, perhaps behind a declaration.
fn is_xml(text: &[u8]) -> bool {
    let declared = text.strip_prefix(b"<?xml").and_then(|rest| rest.get(memchr::memmem::find(rest, b"?>")? + 2..)).map(<[u8]>::trim_ascii_start);
    let text = declared.unwrap_or(text);
    let name: Vec<u8> = text.iter().skip(1).copied().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-')).collect();
    let closing = [b"</", name.as_slice(), b">"].concat();
    is_printable(text, 98) && !name.is_empty() && memchr::memmem::find(text, &closing).is_some()
}

/// At least three `key=value`, between `&`, `;`, `,` or line ends.
fn is_pairs(plain: &[u8]) -> bool {
    let mut all = 0;
    let good = plain.split(|byte| matches!(byte, b'&' | b';' | b',' | b'\n' | b'\r')).filter(|part| !part.is_empty()).filter(|part| {
        all += 1;
        let Some(at) = memchr::memchr(b'=', part) else { return false };
        let (key, value) = part.split_at(at);
        key.len() >= 2 && key.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) && value.len() > 1
    });
    let good = good.count();
    is_printable(plain, 98) && good >= 3 && good * 4 >= all * 3
}

/// Words that devices use, each counted once.
fn words(plain: &[u8]) -> usize {
    const WORDS: &[&[u8]] = &[
        b"time", b"temp", b"user", b"device", b"status", b"state", b"imei", b"type", b"cmd", b"command", b"data", b"token", b"pass", b"name", b"version",
        b"http", b"get ", b"post", b"model", b"serial", b"power", b"light", b"battery", b"voltage", b"error", b"result", b"login", b"wifi", b"ssid", b"server",
        b"msg", b"sensor",
    ];
    static FINDERS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| WORDS.iter().map(Finder::new).collect());
    let lower = plain.to_ascii_lowercase();
    FINDERS.iter().filter(|finder| finder.find(&lower).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    fn masked(text: &[u8], key: &[u8]) -> Vec<u8> {
        text.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
    }

    fn message(n: u32) -> Vec<u8> {
        format!(
            "{{\"deviceId\":\"00{n:04}77\",\"temperature\":{}.{},\"battery\":{},\"state\":\"{}\",\"note\":\"the room is warm and the window is open\",\"time\":17000{:05}}}",
            18 + n % 7, n % 10, 90 - n % 50, if n.is_multiple_of(2) { "on" } else { "off" }, n * 37
        )
        .into_bytes()
    }

    #[test]
    fn a_mask_of_one_byte_comes_off() {
        for key in [0x01, 0x5a, 0xaa, 0xff] {
            let hidden = masked(&message(3), &[key]);
            let mask = find(&[(0, &hidden)]).unwrap();
            assert_eq!((mask.length(), mask.take_off(&hidden, 0)), (1, Some(message(3))), "{key:x}");
        }
    }

    #[test]
    fn a_mask_of_several_bytes_comes_off() {
        for length in [2, 4, 8, 16, 23, 32] {
            let key = noise_of(length as u64 + 5, length);
            let messages: Vec<Vec<u8>> = (0..14).map(|n| masked(&message(n), &key)).collect();
            let placed: Vec<(u64, &[u8])> = messages.iter().map(|message| (0, message.as_slice())).collect();
            let mask = find(&placed).unwrap_or_else(|| panic!("{length}"));
            assert_eq!((mask.length(), mask.take_off(&messages[1], 0)), (length, Some(message(1))), "{length}");
        }
    }

    #[test]
    fn a_mask_that_runs_on_comes_off() {
        let key = noise_of(9, 7);
        let texts: Vec<Vec<u8>> = (0..14).map(|n| message(n * n)).collect();
        let stream = masked(&texts.concat(), &key);
        let (mut rest, mut at, mut placed) = (stream.as_slice(), 0_u64, Vec::new());
        for text in &texts {
            let (head, after) = rest.split_at(text.len());
            placed.push((at, head));
            (rest, at) = (after, at + text.len() as u64);
        }
        let mask = find(&placed).unwrap();
        assert_eq!(mask.take_off(placed[3].1, placed[3].0), Some(texts[3].clone()));
    }

    #[test]
    fn noise_packed_bytes_and_records_have_no_mask() {
        for seed in 1..400 {
            let bytes = noise_of(seed, 300 + 5 * seed as usize);
            assert_eq!(find(&[(0, &bytes)]), None, "{seed}");
        }
        let records: Vec<u8> = (0..400_u32).flat_map(|n| [0x10, 0x02, (n % 7) as u8, 0, (n >> 8) as u8, n as u8, 0xff, 3]).collect();
        assert_eq!(find(&[(0, &records)]), None);
        let words = b"\0\0\0\x28\0\x03\0\0user\0postgres\0database\0devices\0application_name\0sensor\0\0";
        assert_eq!(find(&[(0, words)]), None);
        assert_eq!((find(&[]), find(&[(0, &[0; 2_000])]), find(&[(0, &[7; 2_000])])), (None, None, None));
    }
}
