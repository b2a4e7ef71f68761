//! What unknown bytes are: text, plain binary, packed, or noise. Constant memory, one pass.
//!
//! Statistics never prove good encryption: what looks random may be scrambled badly, so the most that is said is "nobody can tell".

use crate::content::unwrap;
use crate::fact::Reading;

/// Bytes below which nothing is called text.
const TEXT: u64 = 32;
/// Bytes below which a histogram says nothing.
const LEAST: u64 = 256;
/// Bytes from which a flat histogram is believed.
const ENOUGH: u64 = 16 * 1_024;
/// 99.9 % quantile of chi-square with 255 degrees of freedom.
const UNIFORM: f64 = 330.5;
/// Bits a byte, of 8, from which uneven bytes are packed or media.
const PACKED: f64 = 7.2;
/// First bytes that are kept, to see what letters encode.
const HEAD: usize = 1_024;

/// So many bytes are looked at before bytes that are no text at all are counted.
const SAMPLE: usize = 128;

/// So many bytes are counted: packed bytes and ciphertext can be told apart from about here on, and more
/// would not change the answer.
const COUNTED: u64 = 64 * 1_024;

/// Counts the bytes of one direction, or of a row of datagrams.
#[derive(Clone, Debug)]
pub struct Meter {
    counts: [u32; 256],
    /// Bytes counted.
    seen: u64,
    head: Vec<u8>,
    /// Bytes that UTF-8 still owes.
    owed: u8,
    /// Characters of more than one byte, whole and broken.
    wide: u64,
    broken: u64,
}

impl Default for Meter {
    fn default() -> Self {
        Self { counts: [0; 256], seen: 0, head: Vec::new(), owed: 0, wide: 0, broken: 0 }
    }
}

/// Whether bytes are text: what [`Meter::text`] says of their beginning alone, mostly without counting.
pub fn is_text(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let printable = sample.iter().filter(|byte| matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n')).count();
    // A cut character at the end of the sample is no fault of the text.
    let in_utf8 = || std::str::from_utf8(sample).map_or_else(|error| error.valid_up_to() + 4 > sample.len(), |_| true);
    if (bytes.len() as u64) < TEXT || (printable * 100 < sample.len() * 60 && !in_utf8()) {
        return false;
    }
    let mut meter = Meter::default();
    meter.add(bytes.get(..HEAD).unwrap_or(bytes));
    meter.text()
}

impl Meter {
    /// Counts more bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..(COUNTED.saturating_sub(self.seen)) as usize).unwrap_or(bytes);
        self.seen += bytes.len() as u64;
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        for byte in bytes {
            if let Some(count) = self.counts.get_mut(usize::from(*byte)) {
                *count += 1;
            }
            if self.owed > 0 || *byte >= 0x80 {
                self.follow(*byte);
            }
        }
    }

    /// Follows UTF-8 (RFC 3629) loosely: lead bytes and the number of bytes behind them.
    fn follow(&mut self, byte: u8) {
        match (byte, self.owed) {
            (0x80..=0xbf, 1..) => {
                self.owed -= 1;
                self.wide += u64::from(self.owed == 0);
                return;
            }
            (_, 0) => {}
            _ => self.broken += 1,
        }
        self.owed = match byte {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        self.broken += u64::from(byte >= 0x80 && self.owed == 0);
    }

    fn total(&self) -> u64 {
        self.seen
    }

    fn count(&self, wanted: impl Fn(u8) -> bool) -> u64 {
        (0..=u8::MAX).zip(&self.counts).filter(|(byte, _)| wanted(*byte)).map(|(_, count)| u64::from(*count)).sum()
    }

    /// Whether it is text that a person can read: letters that only encode something unreadable are not.
    pub fn text(&self) -> bool {
        self.looks_like_text() && !self.greets() && (!self.is_armoured() || self.armour_holds_text())
    }

    /// Whether it is the greeting of a protocol that is encrypted from then on (SSH: RFC 4253, section 4.2), or bencode, in which file sharers find each other.
    fn greets(&self) -> bool {
        let is_bencode = matches!(self.head.as_slice(), [b'd', b'1'..=b'9', b':', ..] | [b'd', b'1'..=b'9', b'0'..=b'9', b':', ..]);
        self.head.starts_with(b"SSH-2.0-") || self.head.starts_with(b"SSH-1.99-") || is_bencode && self.head.iter().any(|byte| !byte.is_ascii_alphanumeric())
    }

    fn looks_like_text(&self) -> bool {
        let total = self.total();
        if total < TEXT {
            return false;
        }
        let [mut printable, mut letters, mut controls, mut ascii] = [0_u64; 4];
        for (byte, count) in (0..=u8::MAX).zip(&self.counts).take(128) {
            let count = u64::from(*count);
            let blank = matches!(byte, b'\t' | b'\r' | b'\n');
            ascii += count;
            printable += if blank || matches!(byte, 0x20..=0x7e) { count } else { 0 };
            letters += if byte.is_ascii_alphanumeric() || byte == b' ' { count } else { 0 };
            controls += if byte.is_ascii_control() && !blank { count } else { 0 };
        }
        let in_ascii = printable * 100 >= total * 85;
        let characters = ascii + self.wide;
        let in_utf8 = self.wide > 0 && self.broken == 0 && controls * 50 <= characters && (letters + self.wide) * 100 >= characters * 60;
        in_ascii || in_utf8
    }

    /// Whether it is nothing but the letters of base64 or hexadecimal.
    fn is_armoured(&self) -> bool {
        self.count(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\r' | b'\n'))) == 0
    }

    fn armour_holds_text(&self) -> bool {
        let joined: Vec<u8> = self.head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let is_hex = joined.iter().all(u8::is_ascii_hexdigit);
        if is_hex {
            let printable = joined.chunks_exact(2).filter(|pair| matches!(pair, [b'2'..=b'7', _])).count();
            return printable * 2 * 100 >= joined.len() * 95;
        }
        unwrap::is_encoded_text(&joined)
    }

    /// What others could make of the bytes, and why: one short phrase.
    pub fn reading(&self) -> (Reading, &'static str) {
        let total = self.total();
        if self.text() {
            return (Reading::Readable, "text that anyone can read");
        }
        if total < LEAST {
            return (Reading::Undetermined, "too little was seen");
        }
        if self.looks_like_text() {
            return if total >= ENOUGH {
                (Reading::Scrambled, "letters that encode what looks random; nobody can tell how well it is encrypted")
            } else {
                (Reading::Undetermined, "letters that encode something; too little was seen")
            };
        }
        match (self.chi_square() <= UNIFORM, total >= ENOUGH) {
            (true, true) => (Reading::Scrambled, "looks random; nobody can tell how well it is encrypted"),
            (true, false) => (Reading::Undetermined, "looks random, but too little was seen"),
            (false, _) if self.entropy() >= PACKED => (Reading::Unpacked, "packed or media, not encrypted"),
            (false, _) => (Reading::Readable, "plain binary"),
        }
    }

    /// Pearson's statistic against all bytes being as frequent.
    fn chi_square(&self) -> f64 {
        let expected = self.total() as f64 / 256.0;
        self.counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
    }

    /// Shannon, in bits a byte.
    fn entropy(&self) -> f64 {
        let total = self.total() as f64;
        self.counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes without a pattern: a xorshift generator.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect()
    }

    fn meter(bytes: &[u8]) -> Meter {
        let mut meter = Meter::default();
        for piece in bytes.chunks(7) {
            meter.add(piece);
        }
        meter
    }

    #[test]
    fn text_is_text_in_any_script() {
        for text in [
            "state=on;temp=21.5;hum=40;batt=97;up=1200",
            "{\"a\":1,\"b\":\"some words here\",\"c\":[1,2]}",
            "Температура в комнате двадцать один градус",
            "室内温度は二十一度です。湿度は四十パーセントです。",
        ] {
            assert!(meter(text.as_bytes()).text(), "{text}");
            assert_eq!(meter(text.as_bytes()).reading().0, Reading::Readable);
        }
        assert!(!meter(b"too short").text());
        for greeting in ["SSH-2.0-OpenSSH_9.6 and more words behind it\r\n", "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"] {
            assert!(!meter(greeting.as_bytes()).text(), "{greeting}");
        }
    }

    #[test]
    fn noise_is_never_called_plain_nor_safe() {
        for length in [16, 64, 255, 256, 1_000, 16_383, 16_384, 200_000] {
            let (reading, why) = meter(&noise(length)).reading();
            let want = if length >= 16_384 { Reading::Scrambled } else { Reading::Undetermined };
            assert_eq!(reading, want, "{length}: {why}");
            assert!(!meter(&noise(length)).text());
        }
    }

    #[test]
    fn letters_that_encode_noise_are_not_text() {
        for length in [60, 600, 30_000] {
            let base64 = data_encoding::BASE64.encode(&noise(length));
            let hex = data_encoding::HEXLOWER.encode(&noise(length));
            assert!(!meter(base64.as_bytes()).text() && !meter(hex.as_bytes()).text(), "{length}");
        }
        assert_eq!(meter(data_encoding::BASE64.encode(&noise(30_000)).as_bytes()).reading().0, Reading::Scrambled);
        assert!(meter(data_encoding::BASE64.encode(b"{\"imei\":\"352099001761481\",\"state\":\"on\"}").as_bytes()).text());
        assert!(meter(data_encoding::HEXLOWER.encode(b"state=on;temp=21.5;hum=40;batt=97").as_bytes()).text());
    }

    #[test]
    fn records_and_packed_bytes_are_not_taken_for_encryption() {
        let record: Vec<u8> = (0..100_u32).flat_map(|n| [0x10, 0x02, (n % 7) as u8, 0, 0, 1, (n & 0xff) as u8, 0xff]).collect();
        assert_eq!(meter(&record).reading(), (Reading::Readable, "plain binary"));
        let skewed: Vec<u8> = noise(40_000).into_iter().map(|byte| if byte < 40 { byte / 2 } else { byte }).collect();
        assert_eq!(meter(&skewed).reading().0, Reading::Unpacked);
    }
}
