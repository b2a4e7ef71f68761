//! Numbers as binary protocols of trackers write them: a reader that never runs past its bytes, binary-coded decimals, checksums.
//!
//! Knows nothing of any protocol.

/// Reads numbers in order; absent where the bytes end too early. Big-endian unless the name says `le`.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $number:ty = $from:ident;)*) => {
        $($(#[$doc])* pub fn $name(&mut self) -> Option<$number> { self.array().map(<$number>::$from) })*
    };
}

impl<'b> Reader<'b> {
    /// From the first byte on.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// From this index on.
    pub fn from(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    /// Index of the next byte.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// How many bytes were not read yet.
    pub fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.rest().get(..count)?;
        self.at += count;
        Some(taken)
    }

    /// Passes `count` bytes over.
    pub fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    /// A reader of the next `count` bytes whose indices are those of the whole.
    pub fn part(&mut self, count: usize) -> Option<Reader<'b>> {
        let (from, to) = (self.at, self.at.checked_add(count)?);
        let bytes = self.bytes.get(..to)?;
        self.at = to;
        Some(Reader { bytes, at: from })
    }

    /// Whether the next bytes are these, which are passed over; absent while there are too few of them to tell.
    pub fn magic(&mut self, magic: &[u8]) -> Option<bool> {
        let there = self.left().min(magic.len());
        if self.rest().get(..there) != magic.get(..there) {
            return Some(false);
        }
        self.skip(magic.len()).map(|()| true)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let found = *self.rest().first_chunk::<N>()?;
        self.at += N;
        Some(found)
    }

    numbers! {
        /// One byte.
        u8: u8 = from_be_bytes;
        /// Two bytes.
        u16: u16 = from_be_bytes;
        /// Two bytes, the low one first.
        u16_le: u16 = from_le_bytes;
        /// Two bytes, signed.
        i16: i16 = from_be_bytes;
        /// Four bytes.
        u32: u32 = from_be_bytes;
        /// Four bytes, the low one first.
        u32_le: u32 = from_le_bytes;
        /// Four bytes, signed.
        i32: i32 = from_be_bytes;
        /// Four bytes, signed, the low one first.
        i32_le: i32 = from_le_bytes;
        /// Eight bytes.
        u64: u64 = from_be_bytes;
        /// Eight bytes, the low one first.
        u64_le: u64 = from_le_bytes;
        /// A number of IEEE 754.
        f32: f32 = from_be_bytes;
        /// A number of IEEE 754, the low byte first.
        f32_le: f32 = from_le_bytes;
        /// A double of IEEE 754, the low byte first.
        f64_le: f64 = from_le_bytes;
    }

    /// Three bytes.
    pub fn u24(&mut self) -> Option<u32> {
        self.array::<3>().map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low]))
    }

    /// A number of two decimal digits a byte.
    pub fn bcd(&mut self, count: usize) -> Option<u64> {
        self.take(count).and_then(bcd)
    }
}

/// A number of two decimal digits a byte; absent where a half byte is none, or there are more than nine bytes.
pub fn bcd(bytes: &[u8]) -> Option<u64> {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    (bytes.len() <= 9).then_some(())?;
    halves.map(|half| (half < 10).then_some(u64::from(half))).try_fold(0, |number, half| Some(number * 10 + half?))
}

/// Decimal digits, two a byte; what follows the first half byte that is none must be such too (filling).
pub fn digits(bytes: &[u8]) -> Option<String> {
    let halves = || bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let count = halves().take_while(|half| *half < 10).count();
    let filled = halves().skip(count).all(|half| half >= 10);
    (filled && count > 0).then(|| halves().take(count).map(|half| char::from(b'0' + half)).collect())
}

/// Whether these six numbers can be a date and time of day: year of the century, month, day, hour, minute, second.
pub fn is_moment(moment: [u64; 6]) -> bool {
    let [year, month, day, hour, minute, second] = moment;
    (5..=60).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60
}

/// Whether six bytes of binary-coded decimals can be such a date and time.
pub fn is_bcd_moment(bytes: &[u8]) -> bool {
    let mut numbers = bytes.iter().map(|byte| bcd(&[*byte]));
    let mut next = || numbers.next().flatten().unwrap_or(99);
    is_moment([next(), next(), next(), next(), next(), next()])
}

/// All bytes combined by exclusive or.
pub fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// The low byte of their sum.
pub fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// The checksums of 16 bits that trackers use (names and parameters: the catalogue at reveng.sourceforge.io).
#[derive(Clone, Copy, Debug)]
pub enum Crc16 {
    /// CRC-16/IBM-SDLC, also X-25.
    X25,
    /// CRC-16/XMODEM.
    Xmodem,
    /// CRC-16/IBM-3740, also CCITT-FALSE.
    CcittFalse,
    /// CRC-16/ARC, also IBM.
    Arc,
    /// CRC-16/MODBUS.
    Modbus,
    /// CRC-16/KERMIT.
    Kermit,
}

impl Crc16 {
    /// The checksum of bytes.
    pub fn of(self, bytes: &[u8]) -> u16 {
        match self {
            Self::X25 => !reflected(0x8408, 0xffff, bytes),
            Self::Xmodem => straight(0, bytes),
            Self::CcittFalse => straight(0xffff, bytes),
            Self::Arc => reflected(0xa001, 0, bytes),
            Self::Modbus => reflected(0xa001, 0xffff, bytes),
            Self::Kermit => reflected(0x8408, 0, bytes),
        }
    }
}

fn reflected(polynomial: u16, start: u16, bytes: &[u8]) -> u16 {
    let step = |crc: u16, _| if crc & 1 == 1 { crc >> 1 ^ polynomial } else { crc >> 1 };
    bytes.iter().fold(start, |crc, byte| (0..8).fold(crc ^ u16::from(*byte), step))
}

/// With the polynomial 0x1021, the high bit first.
fn straight(start: u16, bytes: &[u8]) -> u16 {
    let step = |crc: u16, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
    bytes.iter().fold(start, |crc, byte| (0..8).fold(crc ^ u16::from(*byte) << 8, step))
}

/// CRC-8/NRSC-5: polynomial 0x31, start 0xff.
pub fn crc8(bytes: &[u8]) -> u8 {
    let step = |crc: u8, _| if crc & 0x80 == 0 { crc << 1 } else { crc << 1 ^ 0x31 };
    bytes.iter().fold(0xff, |crc, byte| (0..8).fold(crc ^ byte, step))
}

/// A frame with its escapes undone: `undo` says what `mark` and the byte behind it stand for; what is no escape stays.
pub fn unescape(frame: &[u8], mark: u8, undo: impl Fn(u8) -> Option<u8>) -> Vec<u8> {
    let mut plain = Vec::with_capacity(frame.len());
    let mut rest = frame;
    while let Some((&byte, after)) = rest.split_first() {
        let meant = if byte == mark { after.first().and_then(|second| undo(*second)) } else { None };
        plain.push(meant.unwrap_or(byte));
        rest = if meant.is_some() { after.get(1..).unwrap_or_default() } else { after };
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_give_their_check_values() {
        let check = |crc: Crc16| crc.of(b"123456789");
        assert_eq!(check(Crc16::X25), 0x906e);
        assert_eq!(check(Crc16::Xmodem), 0x31c3);
        assert_eq!(check(Crc16::CcittFalse), 0x29b1);
        assert_eq!(check(Crc16::Arc), 0xbb3d);
        assert_eq!(check(Crc16::Modbus), 0x4b37);
        assert_eq!(check(Crc16::Kermit), 0x2189);
        assert_eq!(crc8(b"123456789"), 0xf7);
        assert_eq!((xor(&[0xff, 0x0f]), sum(&[0xff, 2])), (0xf0, 1));
    }

    #[test]
    fn decimals() {
        assert_eq!(bcd(&[0x12, 0x34]), Some(1234));
        assert_eq!(bcd(&[0x1a]), None);
        assert_eq!(bcd(&[0x99; 10]), None, "no number is that long");
        assert_eq!(digits(&[0x04, 0x90, 0x1f]).as_deref(), Some("04901"));
        assert_eq!(digits(&[0x1f, 0x01]), None);
        assert_eq!(digits(&[0xff]), None);
    }

    #[test]
    fn a_reader_stops_where_the_bytes_end() {
        let mut reader = Reader::new(&[1, 2, 3, 4, 5]);
        assert_eq!((reader.u16(), reader.u16_le(), reader.u16(), reader.u8(), reader.u8()), (Some(0x102), Some(0x403), None, Some(5), None));
        assert_eq!(Reader::new(&[1, 2, 3]).u24(), Some(0x1_0203));
        let mut part = Reader::from(&[1, 2, 3], 1).part(1).unwrap();
        assert_eq!((part.at(), part.u8(), part.u8()), (1, Some(2), None));
        assert_eq!(Reader::new(b"ab").magic(b"abc"), None);
        assert_eq!(Reader::new(b"ax").magic(b"abc"), Some(false));
        assert_eq!(Reader::new(b"abc").magic(b"abc"), Some(true));
    }

    #[test]
    fn moments() {
        assert!(is_moment([26, 4, 22, 8, 9, 12]));
        assert!(!is_moment([26, 13, 22, 8, 9, 12]));
        assert!(is_bcd_moment(&[0x26, 0x04, 0x22, 0x08, 0x09, 0x12]));
        assert!(!is_bcd_moment(&[0x26, 0x1a, 0x22, 0x08, 0x09, 0x12]) && !is_bcd_moment(&[]));
    }

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        let undo = |second| (second == 0x0f).then_some(0xf8);
        assert_eq!(unescape(b"\x01\xf7\x0f\x02\xf7\x03\xf7", 0xf7, undo), b"\x01\xf8\x02\xf7\x03\xf7");
    }
}
