//! Text for people: what an attacker wrote is made visible, and lines keep their width.
//!
//! Names, headers and paths come from the wire or the disk and may hold terminal escapes or characters that reorder a line. Whatever is shown
//! to a person passes through [`clean`] first. It knows nobody.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character must never reach a terminal or a reader as it is: controls (C0, DEL, C1), and what is invisible or reorders text
/// (Unicode's format characters, bidirectional controls, line and paragraph separators, tags, and the fillers that look like nothing).
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every hidden character written out: `\x1b`, `\n`, `‹U+202E›`. What has none is borrowed.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_visible(&mut out, c));
    Cow::Owned(out)
}

/// The text in small letters (ASCII); what has no others is borrowed.
pub fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
}

/// Adds a character, written out if it is hidden.
pub fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => {
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        }
        c if is_hidden(c) => push_code(out, c),
        c => out.push(c),
    }
}

/// Adds a character's number instead of it: `‹U+202E›`.
pub fn push_code(out: &mut String, c: char) {
    let _ = write!(out, "‹U+{:04X}›", u32::from(c));
}

/// Columns that a character takes on a terminal: 2 for East Asian wide ones and pictures, 0 for combining marks, else 1.
fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Columns that a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text, cut to `limit` columns with `…` where it is longer.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit || width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let mut left = limit.saturating_sub(1);
    let mut out = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(columns(c)) else { break };
        left = rest;
        out.push(c);
    }
    out.push('…');
    Cow::Owned(out)
}

/// The text, cut to `limit` columns at its beginning, where it is longer: of a path the end says most.
pub fn shorten_start(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit || width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let mut left = limit.saturating_sub(1);
    let kept = text.char_indices().rev().take_while(|(_, c)| left.checked_sub(columns(*c)).inspect(|rest| left = *rest).is_some());
    let start = kept.last().map_or(text.len(), |(index, _)| index);
    Cow::Owned(format!("…{}", text.get(start..).unwrap_or_default()))
}

/// The text broken at spaces into lines of at most `limit` columns; a word that is longer is cut. At least one line.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let word = shorten(word, limit);
        let wide = width(&word);
        if used > 0 && used + 1 + wide > limit {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(&word);
            used += wide;
        }
    }
    lines
}

/// A count with its thousands set apart: `12,431`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 device`, `2,000 devices`.
pub fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_hidden_is_written_out() {
        let shown = [
            ("Küche 📷", "Küche 📷"),
            ("\u{1b}]0;pwned\u{7}", "\\x1b]0;pwned\\x07"),
            ("a\u{9b}2Jb", "a\\x9b2Jb"),
            ("line\r\nbreak\t\0", "line\\r\\nbreak\\t\\x00"),
            ("evil\u{202e}fdp.exe", "evil‹U+202E›fdp.exe"),
            ("zero\u{200b}width\u{feff}", "zero‹U+200B›width‹U+FEFF›"),
        ];
        for (text, want) in shown {
            assert_eq!(clean(text), want);
        }
        assert!(matches!(clean("plain"), Cow::Borrowed(_)), "what is clean is not copied");
    }

    #[test]
    fn lines_keep_their_width() {
        assert_eq!(shorten("temperature", 6), "tempe…");
        assert_eq!(shorten("日本語", 5), "日本…");
        assert_eq!((shorten_start("temperature", 5).as_ref(), shorten_start("日本語", 5).as_ref()), ("…ture", "…本語"));
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 5), ["abcd…", "k"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn numbers_are_read_easily() {
        let shown: Vec<_> = [0, 999, 1_000, 12_431, 1_000_000].map(count).into();
        assert_eq!(shown, ["0", "999", "1,000", "12,431", "1,000,000"]);
        assert_eq!([plural(1, "device"), plural(2_000, "device")], ["1 device", "2,000 devices"]);
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>(), limit in 2_usize..40) {
            let cleaned = clean(&text).into_owned();
            prop_assert!(!cleaned.chars().any(is_hidden));
            prop_assert!(width(&shorten(&cleaned, limit)) <= limit);
            prop_assert!(width(&shorten_start(&cleaned, limit)) <= limit);
            for line in wrap(&cleaned, limit) {
                prop_assert!(width(&line) <= limit, "{line:?}");
            }
        }
    }
}
