//! What the name of a field says about its value.
//!
//! Names are compared without case, without `_` and `-`, by their last part (`gps.lat`, `user[imei]`). The name is the context that decides
//! whether a number is a device's or an order's; nothing here looks at a value.

use std::collections::HashMap;
use std::sync::LazyLock;

use built::Built;
use foldhash::fast::FixedState;
pub use meaning::{CellPart, Detail, Meaning};

mod asked;
mod built;
mod devices;
mod meaning;
mod people;
mod places;
mod secrets;

/// The lists; of a name in two of them the later one counts.
static LISTS: [&[(Meaning, &[&str])]; 4] = [places::NAMES, devices::NAMES, people::NAMES, secrets::NAMES];

/// Longer names are no names.
const LONGEST: usize = 40;
/// The same as they are sent, with what stands before them.
pub const LONGEST_SENT: usize = 2 * LONGEST;

/// What the field called `key` holds; none where the name says nothing.
#[inline]
pub fn meaning(key: &str) -> Option<Meaning> {
    meaning_of(key.as_bytes())
}

/// The same of a name that may be no text.
#[inline]
pub fn meaning_of(key: &[u8]) -> Option<Meaning> {
    match key {
        // Values in lists have no name, or a letter.
        [] | [_] => None,
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() && !is_of_two(*first, *second) => None,
        _ => of_name(key),
    }
}

/// Whether these two letters are a name. Pairs of digits of a hardware address are none.
#[inline]
fn is_of_two(first: u8, second: u8) -> bool {
    NAMES_OF_TWO.get(usize::from(first & 63)).is_some_and(|seconds| seconds >> (second & 63) & 1 == 1)
}

/// By the last six bits of the first letter, a bit for each second one: no two letters share them.
static NAMES_OF_TWO: LazyLock<[u64; 64]> = LazyLock::new(|| {
    let letters = || (b'A'..=b'z').filter(u8::is_ascii_alphabetic);
    let mut all = [0; 64];
    for first in letters() {
        let seconds = letters().filter(|second| looked_up(&[first, *second]).is_some()).fold(0, |seconds, second| seconds | 1 << (second & 63));
        all.iter_mut().skip(usize::from(first & 63)).take(1).for_each(|slot| *slot = seconds);
    }
    all
});

fn of_name(key: &[u8]) -> Option<Meaning> {
    // What a picture's editor noted (XMP) names pictures.
    if key.len() > LONGEST_SENT || key.first_chunk() == Some(b"xmp") || !key.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    asked::meaning(key, looked_up)
}

fn looked_up(key: &[u8]) -> Option<Meaning> {
    let key = std::str::from_utf8(key).ok()?;
    let mut buffer = [0; LONGEST];
    let built = match plain(key, &mut buffer) {
        Plain::Name(built) => built,
        Plain::Two => return both(key),
        Plain::Other => return None,
    };
    let name = built.name;
    let (first, last) = (name.bytes().next()?, name.bytes().last()?);
    let as_numbered = || if last.is_ascii_digit() { by_name(name.trim_end_matches(|c: char| c.is_ascii_digit())) } else { None };
    by_name(name).or_else(|| if first == b'x' { by_name(name.get(1..)?) } else { None }).or_else(as_numbered).or_else(|| built::meaning(built, by_name))
}

/// `lat,lon`: the key of two fields that were joined.
fn both(key: &str) -> Option<Meaning> {
    let (first, second) = key.split_once(',')?;
    match (meaning(first), meaning(second)) {
        (Some(Meaning::Latitude { scale }), Some(Meaning::Longitude { scale: other })) if scale == other => Some(Meaning::Coordinates { scale }),
        _ => None,
    }
}

/// A key as it is compared.
enum Plain<'b> {
    /// The last name in it (`device[imei]`, `gps.lat`, `ns:serial`), in lower case without `_`, `-` and blanks.
    Name(Built<'b>),
    /// Two names joined.
    Two,
    /// Nothing that could be in the list: those are ASCII letters and digits that begin with a letter.
    Other,
}

fn plain<'b>(key: &str, buffer: &'b mut [u8; LONGEST]) -> Plain<'b> {
    let (mut length, mut starts, mut before) = (0, 1_u64, 0_u8);
    let mut bytes = key.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => {
                let Some(slot) = buffer.get_mut(length) else { return Plain::Other };
                *slot = byte.to_ascii_lowercase();
                // A capital begins a word, and so does the last one of several: `IMEINumber`.
                let is_capital = byte.is_ascii_uppercase() && (!before.is_ascii_uppercase() || bytes.peek().is_some_and(u8::is_ascii_lowercase));
                starts |= u64::from(!before.is_ascii_alphanumeric() || is_capital) << length;
                length += 1;
            }
            b'_' | b'-' | b']' | b' ' | b'"' | b'\'' => {}
            b'.' | b'[' | b':' | b'/' => (length, starts) = (0, 1),
            b',' => return Plain::Two,
            _ => return Plain::Other,
        }
        before = byte;
    }
    match buffer.get(..length).and_then(|name| std::str::from_utf8(name).ok()) {
        Some(name) if name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_lowercase()) => Plain::Name(Built { name, starts }),
        _ => Plain::Other,
    }
}

fn by_name(name: &str) -> Option<Meaning> {
    let may_be = name.bytes().next().is_some_and(|first| TABLE.may_hold(first, name.len()));
    if may_be { TABLE.names.get(name).copied() } else { None }
}

/// The list, and a quick way to see that a name is not in it.
struct Table {
    names: HashMap<&'static str, Meaning, FixedState>,
    /// By first letter: bit `n` says that a name of `n` bytes begins so.
    lengths: [u64; 26],
}

impl Table {
    fn may_hold(&self, first: u8, length: usize) -> bool {
        let lengths = self.lengths.get(usize::from(first.wrapping_sub(b'a'))).copied().unwrap_or(0);
        length < 64 && lengths >> length & 1 == 1
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { names: HashMap::default(), lengths: [0; 26] };
    for (meaning, names) in LISTS.into_iter().flatten() {
        for name in *names {
            table.names.insert(*name, *meaning);
            if let Some(lengths) = name.bytes().next().and_then(|first| table.lengths.get_mut(usize::from(first.wrapping_sub(b'a')))) {
                *lengths |= 1 << name.len();
            }
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_mean_the_same() {
        for key in ["serialNumber", "serial_number", "SERIAL-NUMBER", "device.serialNumber", "x[serial_number]", "X-Serial-Number", "ns:serialNumber"] {
            assert_eq!(meaning(key), Some(Meaning::Serial), "{key}");
        }
        assert_eq!(meaning("latitude_i"), Some(Meaning::Latitude { scale: 4 }));
        assert_eq!(meaning("mobileCountryCode"), Some(Meaning::Cell(CellPart::Country)));
        assert_eq!(meaning("roku.adid"), Some(Meaning::AdId));
        assert_eq!(meaning("date_naissance"), Some(Meaning::Profile(Detail::Birthday)));
        assert_eq!(meaning("lat,lng"), Some(Meaning::Coordinates { scale: 0 }));
        assert_eq!(meaning("phone2"), Some(Meaning::Phone { strong: true }));
        assert_eq!(meaning("homeWifiPassword"), Some(Meaning::NetworkKey));
        assert_eq!(meaning("parentEmail"), Some(Meaning::Email));
    }

    #[test]
    fn other_names_mean_nothing() {
        for key in [
            "",
            "a",
            "version",
            "order",
            "nextPageToken",
            "csrf_token",
            "csrfmiddlewaretoken",
            "client-name",
            "lat,version",
            "ключ",
            "timestamp",
            "trace_id",
            "xmp.did",
            "hostname",
            "filename",
            "modelName",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
        assert_eq!(meaning(&"x".repeat(500)), None);
    }

    #[test]
    fn names_of_two_letters_are_told_from_digits() {
        for (key, want) in [("sn", true), ("SN", true), ("Sn", true), ("ff", false), ("fe", false), ("FE", false), ("on", false)] {
            assert_eq!(meaning(key).is_some(), want, "{key}");
        }
        for first in b'A'..=b'z' {
            for second in b'A'..=b'z' {
                let key = [first, second];
                assert_eq!(meaning_of(&key), looked_up(&key), "{}", String::from_utf8_lossy(&key));
            }
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let mut all: Vec<_> = LISTS.into_iter().flatten().flat_map(|(_, names)| names.iter()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        // `center` is both a place and a watch's main contact; the later group decides.
        assert_eq!(count - all.len(), 1);
    }
}
