//! Text from the wire, made harmless: what could steer a terminal, hide or turn round text becomes visible.
//!
//! In: any string that a device, a server or a file name chose. Out: text that is safe to put in a cell. Every view goes through [`clean`]; [`is_harmless`]
//! is asked again of every cell before it is drawn ([`super::view`]), so that a forgotten call shows as `?` and does no harm.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;

use crate::printable::{is_hidden, push_code, push_visible};

/// Characters of one text that are shown at most; what comes after is cut and marked with `…`.
pub const LIMIT: usize = 400;

/// Marks over one letter that are drawn; more are told by number, so that no pile of accents covers other lines.
const MARKS: usize = 3;

/// Makes a text harmless and bounds its length to [`LIMIT`] characters. Line ends become `\n`, other control characters `\x1b`, format characters `‹U+202E›`.
pub fn clean(text: &str) -> Cow<'_, str> {
    clean_to(text, LIMIT)
}

/// The same with another limit.
pub fn clean_to(text: &str, limit: usize) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if text.len() <= limit && text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(rewritten(text, limit))
}

fn rewritten(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit) + 16);
    let mut marks = 0;
    for (index, c) in text.chars().enumerate() {
        if index >= limit {
            out.push('…');
            break;
        }
        marks = if is_zero_width(c) { marks + 1 } else { 0 };
        if is_presentation(c) {
            continue;
        }
        if marks > MARKS {
            push_code(&mut out, c);
        } else {
            push_visible(&mut out, c);
        }
    }
    out
}

/// Whether a cell's text neither steers the terminal nor is invisible.
pub fn is_harmless(symbol: &str) -> bool {
    !symbol.chars().any(is_hidden)
}

/// Variation selectors that only choose between a black and a coloured picture: left out, as terminals differ in the width they give them.
fn is_presentation(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

fn is_zero_width(c: char) -> bool {
    !c.is_ascii() && c.encode_utf8(&mut [0; 4]).cell_width() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_hides_or_turns_text_is_shown() {
        let told = [
            ("Toy bear", "Toy bear"),
            ("\x1b]0;pwned\x07", "\\x1b]0;pwned\\x07"),
            ("a\u{9b}2Jb", "a\\x9b2Jb"),
            ("a\r\n\tb\0", "a\\r\\n\\tb\\x00"),
            ("gpj\u{202e}exe", "gpj‹U+202E›exe"),
            ("a\u{200b}b\u{feff}", "a‹U+200B›b‹U+FEFF›"),
            ("\u{e0041}", "‹U+E0041›"),
            ("Küche ❤\u{fe0f} 客厅", "Küche ❤ 客厅"),
            ("\u{7f}", "\\x7f"),
        ];
        for (raw, want) in told {
            assert_eq!(clean(raw), want);
            assert!(is_harmless(&clean(raw)), "{raw:?}");
        }
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(clean(&"a".repeat(65_536)).chars().count(), LIMIT + 1);
        assert!(clean(&"\u{1b}".repeat(65_536)).len() <= LIMIT * 4 + 3);
        assert_eq!(clean_to("abcdef", 3), "abc…");
        assert_eq!(clean_to("abc", 3), "abc");
    }

    #[test]
    fn a_pile_of_accents_stays_low() {
        let piled = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(clean(&piled).matches('\u{301}').count(), MARKS);
        assert!(clean("e\u{301}te\u{301}").contains("e\u{301}"), "a letter may have its accent");
    }

    #[test]
    fn no_control_or_format_character_survives() {
        for c in (0..=0x0010_FFFF).filter_map(char::from_u32) {
            let mut buffer = [0; 4];
            let text = c.encode_utf8(&mut buffer);
            assert!(is_harmless(&clean(text)), "{c:?}");
        }
    }
}
