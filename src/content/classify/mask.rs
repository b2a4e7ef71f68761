//! Text under a mask that repeats: every byte combined (exclusive or) with the same key of one to 64 bytes. Anyone can take that off, and so does this.
//!
//! No key is believed unless what comes out reads: JSON, XML, pairs of keys and values, or (one byte) text with words that devices use. Work is bounded:
//! [`SAMPLE`] bytes, 64 periods, at most six of them solved.

use std::sync::LazyLock;

use serde_json::{Deserializer, Value};

/// Bytes that are looked at.
pub const SAMPLE: usize = 2_048;
/// Bytes by which a key is solved.
const SOLVED: usize = 1_024;
/// The longest key.
const LONGEST: usize = 64;
/// Bytes of a column, at least, to solve it by.
const COLUMN: usize = 8;
/// Keys of a column that are weighed against its neighbours, and how often.
const CANDIDATES: usize = 6;
const SWEEPS: usize = 2;
/// Fewer bytes are never tried.
const SHORTEST: usize = 32;
/// How often letters must meet themselves: of noise one pair in 256 does.
const SHARE: f64 = 0.02;
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
    let mut counts = [0_usize; 256];
    let all = || messages.iter().flat_map(|(_, message)| message.iter()).take(SAMPLE);
    all().for_each(|byte| counts.iter_mut().skip(usize::from(*byte)).take(1).for_each(|count| *count += 1));
    let total: usize = counts.iter().sum();
    let share = |key: u8| {
        let printable = (0x20..=0x7e).chain([b'\n', b'\r', b'\t']);
        printable.filter_map(|byte: u8| counts.get(usize::from(byte ^ key))).sum::<usize>()
    };
    // A blank turns the case of letters, and zeros between words into blanks: it is no mask.
    let good = (1..=u8::MAX).filter(|key| *key != b' ' && share(*key) * 10 >= total * 9);
    good.map(|key| Mask { key: vec![key], is_anew: true }).find(|mask| {
        let plain: Vec<u8> = all().map(|byte| byte ^ mask.key.first().copied().unwrap_or_default()).collect();
        is_structure(&plain) || words(&plain) >= 2
    })
}

/// A key of several bytes.
fn repeating(messages: &[(u64, &[u8])]) -> Option<Mask> {
    // With one message there is no difference between a key that begins anew and one that runs on.
    let ways = [true, false].into_iter().filter(|is_anew| *is_anew || messages.len() > 1);
    let mut tried = ways.flat_map(|is_anew| periods(&placed(messages, is_anew)).into_iter().map(move |period| (period, is_anew)));
    tried.find_map(|(period, is_anew)| {
        let key = solve(&placed(messages, is_anew), period)?;
        let first = messages.first().map(|(_, message)| *message).filter(|_| is_anew).unwrap_or_default();
        let forced = STARTS.iter().filter(|start| key.len() > 2 * start.len()).map(|start| begun(&key, first, start));
        std::iter::once(key.clone()).chain(forced).map(|key| Mask { key: shortest(key), is_anew }).find(|mask| {
            let mut plains = messages.iter().filter_map(|(offset, message)| mask.take_off(message, *offset));
            mask.key.iter().any(|byte| *byte != 0) && plains.any(|plain| is_structure(&plain))
        })
    })
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
    let share = |lag: usize| {
        let pairs = placed.iter().zip(placed.iter().skip(lag)).filter(|((one, _), (other, _))| other.wrapping_sub(*one) == lag as u64);
        let (all, same) = pairs.fold((0_usize, 0_usize), |(all, same), ((_, one), (_, other))| (all + 1, same + usize::from(one == other)));
        if all < 4 * COLUMN { 0.0 } else { same as f64 / all as f64 }
    };
    let shares: Vec<(usize, f64)> = (2..=LONGEST).map(|lag| (lag, share(lag))).collect();
    // Of the key's own length the multiples show it and the others do not; a text's own habits show at single ones.
    let score = |length: usize| {
        let mean = |is_multiple: bool| {
            let of = shares.iter().filter(|(lag, _)| lag.is_multiple_of(length) == is_multiple).map(|(_, share)| *share);
            (of.clone().sum::<f64>() / of.clone().count().max(1) as f64, of.count())
        };
        let ((within, count), (without, _)) = (mean(true), mean(false));
        (within >= SHARE).then_some((within - without) * (count as f64).sqrt())
    };
    let mut scored: Vec<(usize, f64)> = (2..=LONGEST).filter_map(|length| score(length).map(|score| (length, score))).collect();
    scored.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    scored.into_iter().map(|(length, _)| length).take(PERIODS).collect()
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

/// The keys under which a column reads best by itself.
fn candidates(bytes: &[u8]) -> Vec<u8> {
    let mut keys: Vec<(i32, u8)> = (0..=u8::MAX).map(|key| (bytes.iter().map(|byte| i32::from(weight(byte ^ key))).sum(), key)).collect();
    keys.sort_unstable_by(|one, other| other.cmp(one));
    keys.into_iter().take(CANDIDATES).map(|(_, key)| key).collect()
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
static WEIGHTS: LazyLock<[i16; 256]> = LazyLock::new(|| std::array::from_fn(|byte| weigh(byte as u8)));

fn weigh(byte: u8) -> i16 {
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
        b"http", b"GET ", b"POST", b"model", b"serial", b"power", b"light", b"battery", b"voltage", b"error", b"result", b"login", b"wifi", b"ssid", b"server",
        b"msg", b"sensor",
    ];
    let lower = plain.to_ascii_lowercase();
    WORDS.iter().filter(|word| memchr::memmem::find(&lower, &word.to_ascii_lowercase()).is_some()).count()
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
