//! Which kinds of bytes stand in a text: what cannot be in it need not be looked for.

/// Longer texts are not looked through: anything may stand in them.
const LONGEST: usize = 256;
/// A hardware address in base64 has so many letters.
const EIGHT_BYTES: usize = 8;

/// Kinds of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds(u32);

impl Kinds {
    /// None.
    pub const NONE: Self = Self(0);
    /// Every one.
    pub const ALL: Self = Self(u32::MAX);
    /// A digit.
    pub const DIGIT: Self = Self(1);
    /// An `@`.
    pub const AT: Self = Self(1 << 1);
    /// A `+`.
    pub const PLUS: Self = Self(1 << 2);
    /// Beyond ASCII.
    pub const HIGH: Self = Self(1 << 3);
    /// An `=`.
    pub const EQUALS: Self = Self(1 << 4);
    /// A `:`.
    pub const COLON: Self = Self(1 << 5);
    /// A `,`.
    pub const COMMA: Self = Self(1 << 6);
    /// A `%`.
    pub const PERCENT: Self = Self(1 << 7);
    /// An `&`.
    pub const AMPERSAND: Self = Self(1 << 8);
    /// A backslash.
    pub const BACKSLASH: Self = Self(1 << 9);
    /// A zero.
    pub const ZERO: Self = Self(1 << 10);
    /// A `{`.
    pub const BRACE: Self = Self(1 << 11);
    /// A `[` or `<`.
    pub const BRACKET: Self = Self(1 << 12);
    /// It is eight bytes long.
    pub const EIGHT: Self = Self(1 << 16);
    /// What a place may begin with: known to who searched for it.
    pub const PLACE: Self = Self(1 << 17);
    /// What a secret may begin with, likewise.
    pub const SECRET: Self = Self(1 << 18);

    /// What a sign that stands for another one begins with, or a zero, as letters of two bytes have.
    pub const ESCAPED: Self = Self::PERCENT.and(Self::EQUALS).and(Self::AMPERSAND).and(Self::BACKSLASH).and(Self::ZERO);
    /// What parts a key from its value in any text.
    pub const PAIRED: Self = Self::EQUALS.and(Self::COLON).and(Self::COMMA);
    /// What every structure has one of.
    pub const STRUCTURED: Self = Self::EQUALS.and(Self::COLON).and(Self::BRACE).and(Self::BRACKET);
    /// What stands in a text that has another layer, however short it is.
    pub const LAYERED: Self = Self::ESCAPED.and(Self::COLON).and(Self::BRACE);

    /// What makes a text worth looking at that is too short for anything else.
    pub const OF_ANY_LENGTH: Self = Self::AT.and(Self::PLUS).and(Self::EIGHT);

    /// The kinds of a text, or all of a long one. [`Kinds::PLACE`] and [`Kinds::SECRET`] are always among them.
    #[inline]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.len() > LONGEST {
            return Self::ALL;
        }
        let more = Self::PLACE.0 | Self::SECRET.0 | if bytes.len() == EIGHT_BYTES { Self::EIGHT.0 } else { 0 };
        Self(bytes.iter().fold(more, |kinds, byte| kinds | u32::from(TABLE.get(usize::from(*byte)).copied().unwrap_or(0))))
    }

    /// These and those.
    #[must_use]
    #[inline]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of these that are among others.
    #[must_use]
    #[inline]
    pub const fn within(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// All but those.
    #[must_use]
    #[inline]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether any of those is among these.
    #[inline]
    pub const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

/// The kind of each byte.
static TABLE: [u16; 256] = table();

#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
const fn table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let kind = match byte as u8 {
            b'0'..=b'9' => Kinds::DIGIT,
            b'@' => Kinds::AT,
            b'+' => Kinds::PLUS,
            0x80.. => Kinds::HIGH,
            b'=' => Kinds::EQUALS,
            b':' => Kinds::COLON,
            b',' => Kinds::COMMA,
            b'%' => Kinds::PERCENT,
            b'&' => Kinds::AMPERSAND,
            b'\\' => Kinds::BACKSLASH,
            0 => Kinds::ZERO,
            b'{' => Kinds::BRACE,
            b'[' | b'<' => Kinds::BRACKET,
            _ => Kinds::NONE,
        };
        table[byte] = kind.0 as u16;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_kinds_of_its_bytes() {
        let kinds = Kinds::of(b"lamp 7, on");
        assert!(kinds.has(Kinds::DIGIT) && kinds.has(Kinds::PAIRED) && kinds.has(Kinds::SECRET));
        assert!(!kinds.has(Kinds::ESCAPED.and(Kinds::AT).and(Kinds::PLUS).and(Kinds::HIGH).and(Kinds::STRUCTURED).and(Kinds::EIGHT)));
        assert!(Kinds::of("é".as_bytes()).has(Kinds::HIGH) && Kinds::of(b"AABeAFMB").has(Kinds::EIGHT));
        assert_eq!(Kinds::of(&[b'a'; LONGEST + 1]), Kinds::ALL);
        for (byte, kind) in [(b'@', Kinds::AT), (b'+', Kinds::PLUS), (b'%', Kinds::ESCAPED), (0, Kinds::LAYERED), (b'<', Kinds::BRACKET), (b'{', Kinds::BRACE)]
        {
            assert!(Kinds::of(&[b'a', byte]).has(kind), "{byte}");
        }
    }
}
