//! One coordinate, as devices write it: degrees with decimals, degrees and minutes, whole numbers of small parts of a degree.

/// So many digits a floating point number holds exactly.
const EXACT: usize = 15;
/// Powers of ten that it holds exactly, up to as many decimals as are read.
const POWERS: [f64; 17] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16];
/// Decimals that a place has to have where its letters alone tell it, or its key is used for other things too.
pub(super) const FINE: u8 = 3;

/// The number without a sign that begins here, its decimals, and its length: digits with a point among them, the same that the library reads. None without a
/// digit, with two points, or with more than 16 decimals.
pub(super) fn decimal(text: &[u8]) -> Option<(f64, u8, usize)> {
    let mut value = 0_u64;
    let mut count = |text: &[u8]| {
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        text.iter().take_while(is_digit).map(|byte| value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'))).count()
    };
    let whole = count(text);
    let (mut length, mut decimals) = (whole, 0);
    if text.get(whole) == Some(&b'.') {
        decimals = count(text.get(whole + 1..)?);
        length += 1 + decimals;
        if text.get(length) == Some(&b'.') {
            return None;
        }
    }
    let digits = whole + decimals;
    let power = POWERS.get(decimals).filter(|_| digits > 0)?;
    // A quotient of two exact numbers is rounded once, as the library does.
    let number = if digits <= EXACT { value as f64 / power } else { std::str::from_utf8(text.get(..length)?).ok()?.parse().ok()? };
    Some((number, decimals as u8, length))
}

/// A coordinate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coordinate<'t> {
    pub(super) degrees: f64,
    /// Digits behind the point.
    pub(super) decimals: u8,
    /// The text as sent, if it is a number of degrees: ASCII.
    sent: Option<&'t [u8]>,
    /// Whether a letter behind it turns its sign.
    is_turned: bool,
}

impl<'t> Coordinate<'t> {
    /// `-12.345` or `-12,345`: at most three digits before the point.
    pub(super) fn read(text: &'t [u8]) -> Option<Self> {
        let sent = text.trim_ascii();
        let (is_negative, unsigned) = match sent {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let mut number = decimal(unsigned)?;
        let mut buffer = [0; 20];
        if unsigned.get(number.2) == Some(&b',') && number.1 == 0 {
            // With a decimal comma.
            let copy = buffer.get_mut(..unsigned.len())?;
            copy.copy_from_slice(unsigned);
            *copy.get_mut(number.2)? = b'.';
            number = decimal(copy)?;
        }
        let (number, decimals, length) = number;
        let degrees = if is_negative { -number } else { number };
        (length == unsigned.len() && is_of_degrees(unsigned, decimals, length)).then_some(Self { degrees, decimals, sent: Some(sent), is_turned: false })
    }

    /// The same of the number with a point that begins here, or a minus and the number, and its length.
    pub(super) fn begins(text: &'t [u8]) -> Option<(Self, usize)> {
        let unsigned = text.strip_prefix(b"-").unwrap_or(text);
        let minus = text.len() - unsigned.len();
        let (number, decimals, length) = decimal(unsigned)?;
        let degrees = if minus > 0 { -number } else { number };
        let sent = Some(text.get(..minus + length)?);
        is_of_degrees(unsigned, decimals, length).then_some((Self { degrees, decimals, sent, is_turned: false }, minus + length))
    }

    /// A whole number of 10^-`scale` degrees.
    pub(super) fn scaled(text: &[u8], scale: u8) -> Option<Self> {
        let number: i64 = std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()?;
        Some(Self { degrees: number as f64 / 10_f64.powi(i32::from(scale)), decimals: scale, sent: None, is_turned: false })
    }

    /// `DDMM.mmmm` or `DDDMM.mmmm` with its letter, minutes below 60; `whole`: digits of the degrees.
    pub(super) fn degree_minutes(bytes: &[u8], letter: &[u8], whole: usize) -> Option<Self> {
        let point = bytes.iter().position(|byte| *byte == b'.').unwrap_or(bytes.len());
        let (degrees, minutes) = bytes.split_at_checked(point.checked_sub(2)?)?;
        let is_plain = degrees.iter().all(u8::is_ascii_digit) && (1..=whole).contains(&degrees.len());
        let (minutes, decimals, length) =
            decimal(minutes).filter(|(minutes, _, length)| is_plain && *minutes < 60.0 && *length == bytes.len() - degrees.len())?;
        if point < whole + 1 || length == 0 {
            return None;
        }
        let degrees = degrees.iter().fold(0_u32, |degrees, digit| degrees * 10 + u32::from(digit - b'0'));
        // A minute's digit is worth about two decimals less than a degree's.
        let decimals = decimals.saturating_add(1).min(6);
        Some(Self { degrees: (f64::from(degrees) + minutes / 60.0) * sign(letter)?, decimals, sent: None, is_turned: false })
    }

    /// Plain degrees with their letter.
    pub(super) fn lettered(text: &'t [u8], letter: &[u8]) -> Option<Self> {
        let number = Self::read(text).filter(|number| number.degrees >= 0.0 && number.decimals >= FINE)?;
        let sign = sign(letter)?;
        Some(Self { degrees: number.degrees * sign, is_turned: sign < 0.0, ..number })
    }

    /// As it is told: as it was sent, with a point and without a plus.
    fn written(&self) -> String {
        let Some(sent) = self.sent else { return format!("{:.*}", usize::from(self.decimals), self.degrees) };
        let mut written = String::with_capacity(sent.len() + 1);
        written.extend(self.is_turned.then_some('-'));
        written.extend(sent.iter().filter(|byte| **byte != b'+').map(|byte| if *byte == b',' { '.' } else { char::from(*byte) }));
        written
    }
}

/// Whether a number of this length has one to three digits before its point.
fn is_of_degrees(number: &[u8], decimals: u8, length: usize) -> bool {
    // The point is before the decimals, if it is not the last character.
    let point = if decimals > 0 { length - usize::from(decimals) - 1 } else { length - usize::from(number.get(length - 1) == Some(&b'.')) };
    (1..=3).contains(&point)
}

fn sign(letter: &[u8]) -> Option<f64> {
    match letter {
        b"N" | b"E" => Some(1.0),
        b"S" | b"W" => Some(-1.0),
        _ => None,
    }
}

/// Both in range, not the point that receivers without a fix tell, and not whole numbers.
pub(super) fn joined(latitude: &Coordinate<'_>, longitude: &Coordinate<'_>) -> Option<(String, u8)> {
    let decimals = latitude.decimals.min(longitude.decimals);
    let in_range = latitude.degrees.abs() <= 90.0 && longitude.degrees.abs() <= 180.0;
    let is_fix = latitude.degrees != 0.0 || longitude.degrees != 0.0;
    (in_range && is_fix && decimals > 0).then(|| ([&latitude.written(), ",", &longitude.written()].concat(), decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_written_as_they_were_sent() {
        let written = |number: Option<Coordinate<'_>>| number.map(|number| (number.written(), number.decimals));
        for (text, want) in [("48.85837", Some(("48.85837", 5))), (" -12,345", Some(("-12.345", 3))), ("+2.0", Some(("2.0", 1))), ("7", Some(("7", 0)))] {
            assert_eq!(written(Coordinate::read(text.as_bytes())), want.map(|(text, decimals)| (text.to_owned(), decimals)), "{text}");
        }
        for text in ["", "-", ".5", "1234.5", "1.2.3", "1,2,3", "1.2,3", "1.,2", ",5", "1234.", "1,23456789012345678901", "12x", "+-1", "0.12345678901234567"] {
            assert!(Coordinate::read(text.as_bytes()).is_none(), "{text}");
        }
        assert_eq!(written(Coordinate::lettered(b"48.858", b"S")), Some(("-48.858".to_owned(), 3)));
        assert_eq!(written(Coordinate::degree_minutes(b"4851.5024", b"N", 2)), Some(("48.85837".to_owned(), 5)));
        assert_eq!(written(Coordinate::degree_minutes(b"00217.6694", b"W", 3)), Some(("-2.29449".to_owned(), 5)));
        for (text, whole) in [("4861.5024", 2), ("51.5024", 2), ("14851.5024", 2), ("48x1.5", 2), ("4851.50.24", 2), ("4851.5-", 2), ("", 2)] {
            assert!(Coordinate::degree_minutes(text.as_bytes(), b"N", whole).is_none(), "{text}");
        }
        assert_eq!(written(Coordinate::scaled(b"488583700", 7)), Some(("48.8583700".to_owned(), 7)));
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_those_of_the_library(text in "[0-9]{0,9}(\\.[0-9]{0,16})?") {
            let read = decimal(text.as_bytes()).map(|(number, _, length)| (number, length));
            proptest::prop_assert_eq!(read, text.parse::<f64>().ok().map(|number| (number, text.len())));
        }
    }
}
