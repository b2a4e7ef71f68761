//! What binary records are made of, so that each format only has to be read: the walk through it is the same.

use std::borrow::Cow;

use super::tree::Tree;
use super::walk::{Layer, Walk};

/// Parts of one record that are looked at; the rest is passed over.
pub(super) const MOST: usize = 65_536;
/// Records within each other are read to this depth.
pub(super) const DEEPEST: usize = 32;

/// A part of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'b> {
    /// An object begins.
    Object,
    /// A list begins.
    List,
    /// The innermost object or list ends.
    End,
    /// The key of what follows.
    Key(Cow<'b, str>),
    /// Text, or bytes that may be anything: from where to where in the record.
    Bytes(usize, usize),
    /// A value as it is written, and where it stands.
    Written(String, usize, usize),
}

/// The parts of a record so far.
#[derive(Debug, Default)]
pub(super) struct Tokens<'b>(pub(super) Vec<Token<'b>>);

impl<'b> Tokens<'b> {
    /// Adds a part.
    pub(super) fn push(&mut self, token: Token<'b>) {
        if self.0.len() < MOST {
            self.0.push(token);
        }
    }

    /// Adds a number as it is written.
    pub(super) fn number(&mut self, number: impl std::fmt::Display + Copy, start: usize, end: usize) {
        if self.0.len() < MOST {
            self.0.push(Token::Written(number.to_string(), start, end));
        }
    }

    /// Keys that are words.
    pub(super) fn keys(&self) -> usize {
        self.0.iter().filter(|token| matches!(token, Token::Key(key) if key.bytes().any(|byte| byte.is_ascii_alphabetic()))).count()
    }
}

impl Walk<'_> {
    /// All values of a record.
    pub(super) fn record(&mut self, layer: Layer<'_>, form: &'static str, tokens: &[Token<'_>]) {
        let mut tree = Tree::new(form);
        let mut key = "";
        for token in tokens {
            match token {
                Token::Key(name) => key = name,
                Token::Object | Token::List => tree.enter(self, std::mem::take(&mut key), *token == Token::Object),
                Token::End => {
                    tree.leave();
                    key = "";
                }
                Token::Bytes(start, end) => {
                    let name = tree.name(std::mem::take(&mut key));
                    tree.leaf(self, layer.cut(*start, *end), name);
                }
                Token::Written(text, start, end) => {
                    let name = tree.name(std::mem::take(&mut key));
                    let origin = layer.origin.decoded(*start, end.saturating_sub(*start));
                    tree.leaf(self, Layer { bytes: text.as_bytes(), origin, ..layer }, name);
                }
            }
        }
    }
}

/// The big-endian number in at most eight bytes.
pub(super) fn big(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The little-endian number in at most eight bytes.
pub(super) fn little(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A number of `width` bits as a signed one.
pub(super) fn signed(number: u64, width: u32) -> i64 {
    let shift = 64_u32.saturating_sub(width).min(63);
    (number << shift) as i64 >> shift
}
