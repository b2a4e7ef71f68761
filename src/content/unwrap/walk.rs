//! What the ways of unwrapping share: pieces, where they stand, and how far a walk has gone.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use super::plain::Spare;
use crate::content::find::BLOCK;
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;

/// Layers taken off one readable at most (contract, "Limits").
pub(super) const DEPTH: u8 = 4;
/// Bytes decoded of one readable at most (contract, "Limits").
pub(super) const BUDGET: usize = 1 << 20;
/// A value shorter than this holds no layer worth taking off.
pub(super) const NESTED: usize = 16;
/// A shorter value needs a key, an `@` or a `+` to be anything.
pub const SHORTEST: usize = 12;

/// Where a piece stands in the readable bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Its bytes are the readable's own, from this index on.
    Exact(usize),
    /// It was decoded from these readable bytes.
    Inside {
        /// First index.
        start: usize,
        /// Length of the encoded form.
        length: usize,
    },
}

impl Origin {
    /// Where a part that is as it is in the piece stands.
    pub(super) fn part(self, index: usize) -> Self {
        match self {
            Self::Exact(start) => Self::Exact(start.saturating_add(index)),
            Self::Inside { .. } => self,
        }
    }

    /// Where a part that had to be decoded stands.
    pub(super) fn decoded(self, index: usize, length: usize) -> Self {
        match self {
            Self::Exact(start) => Self::Inside { start: start.saturating_add(index), length },
            Self::Inside { .. } => self,
        }
    }

    /// First index and length, of a hit at `index` in the piece.
    pub fn span(self, index: usize, length: usize) -> (usize, usize) {
        match self {
            Self::Exact(start) => (start.saturating_add(index), length),
            Self::Inside { start, length } => (start, length),
        }
    }
}

/// How a piece was unwrapped, innermost step here.
#[derive(Clone, Copy, Debug)]
pub struct Trail<'t> {
    pub(super) outer: Option<&'t Trail<'t>>,
    pub(super) form: &'static str,
    /// The path of the object that it is a field of.
    pub(super) within: &'t str,
    pub(super) name: &'t str,
}

impl Trail<'_> {
    /// Its steps behind `into`, outermost first: `form:blob`, `base64`, `json:u.mail`.
    pub fn write(&self, into: &mut Vec<Cow<'static, str>>) {
        if let Some(outer) = self.outer {
            outer.write(into);
        }
        if self.within.is_empty() && self.name.is_empty() {
            return into.push(Cow::Borrowed(self.form));
        }
        let mut step = String::with_capacity(self.form.len() + self.within.len() + self.name.len() + 2);
        step.push_str(self.form);
        step.push(':');
        step.push_str(self.within);
        if !self.within.is_empty() && !self.name.is_empty() {
            step.push('.');
        }
        step.push_str(self.name);
        into.push(Cow::Owned(step));
    }
}

/// A value with its key, or a text without structure.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'p> {
    /// The key as sent; empty where there is none.
    pub key: &'p str,
    /// What the key says of the value.
    pub meaning: Option<Meaning>,
    /// The bytes, unwrapped.
    pub bytes: &'p [u8],
    /// Where they stand.
    pub origin: Origin,
    /// How they were unwrapped; none if they are the readable's own.
    pub trail: Option<&'p Trail<'p>>,
    /// The object that it is a field of: fields with the same number belong together.
    pub group: u32,
    /// Whether it is no text: only what needs no letters is looked for in it.
    pub binary: bool,
    /// What stands in them.
    pub kinds: Kinds,
}

/// Who looks at pieces, and says whether more values whose keys mean the same are wanted.
pub type Visit<'v> = &'v mut dyn FnMut(&Piece<'_>) -> bool;

/// Bytes at one layer.
#[derive(Clone, Copy)]
pub(super) struct Layer<'l> {
    pub(super) bytes: &'l [u8],
    pub(super) origin: Origin,
    pub(super) trail: Option<&'l Trail<'l>>,
    pub(super) depth: u8,
}

impl<'l> Layer<'l> {
    /// The same layer's bytes from `start` to `end`.
    pub(super) fn cut(self, start: usize, end: usize) -> Self {
        Self { bytes: self.bytes.get(start..end).unwrap_or_default(), origin: self.origin.part(start), ..self }
    }

    /// One step further in.
    pub(super) fn step(self, trail: &'l Trail<'l>) -> Self {
        Self { trail: Some(trail), ..self }
    }
}

/// One way of taking bytes apart: one file (or a few that belong together), and one line in a list.
pub(super) struct Format {
    /// Its name, as chains say it.
    pub(super) name: &'static str,
    /// Takes the bytes apart, if they are of this format; whether they are. The key is that of the value that the bytes are.
    pub(super) open: fn(&mut Walk<'_>, &str, Layer<'_>) -> bool,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// One way of writing characters so that something can carry them: what they stand for, none if nothing is written so.
pub(super) struct Escape {
    /// Its name, as chains say it.
    pub(super) name: &'static str,
    /// What has to stand in it.
    pub(super) signs: Kinds,
    /// Takes it off.
    pub(super) undo: fn(&[u8]) -> Option<Vec<u8>>,
}

impl std::fmt::Debug for Escape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What goes on while a readable is taken apart.
pub(super) struct Walk<'w> {
    visit: Visit<'w>,
    /// Whether values are shown too in which nothing can stand.
    pub(super) all: bool,
    pub(super) budget: usize,
    pub(super) groups: u32,
    /// Whether it is the body of a message, which may be packed in ways without a sign.
    pub(super) is_body: bool,
    /// What is not wanted any more.
    full: Vec<Discriminant<Meaning>>,
    /// Where the first of the values stands that were passed over for that.
    passed: Option<usize>,
    /// Memory for what letters stand for.
    pub(super) spare: Spare,
}

impl<'w> Walk<'w> {
    /// One that begins.
    pub(super) fn new(visit: Visit<'w>, all: bool, is_body: bool) -> Self {
        Self { visit, all, budget: BUDGET, groups: 0, is_body, full: Vec::new(), passed: None, spare: Spare::of_thread() }
    }

    /// Shows a piece.
    pub(super) fn show(&mut self, piece: &Piece<'_>) {
        if !(self.visit)(piece)
            && let Some(meaning) = piece.meaning.filter(|meaning| !self.is_full(Some(*meaning)))
        {
            self.full.push(discriminant(&whole(meaning)));
        }
    }

    /// Whether values of such keys are not wanted any more.
    pub(super) fn is_full(&self, meaning: Option<Meaning>) -> bool {
        !self.full.is_empty() && meaning.is_some_and(|meaning| self.full.contains(&discriminant(&whole(meaning))))
    }

    /// Passes over a value that is not wanted any more.
    pub(super) fn pass_over(&mut self, origin: Origin) {
        let (at, _) = origin.span(0, 0);
        self.passed = Some(self.passed.map_or(at, |before| before.min(at)));
    }

    /// Where the first value stands that was passed over.
    pub(super) fn passed(&self) -> Option<usize> {
        self.passed
    }

    /// A number for a new object.
    pub(super) fn group(&mut self) -> u32 {
        self.groups = self.groups.saturating_add(1);
        self.groups
    }

    /// Bytes that were decoded so far.
    pub(super) fn unpacked(&self) -> usize {
        BUDGET - self.budget
    }

    /// Whether `length` more bytes may be decoded.
    pub(super) fn afford(&mut self, length: usize) -> bool {
        self.budget = self.budget.saturating_sub(length);
        self.budget > 0
    }
}

/// What a field is a part of.
fn whole(meaning: Meaning) -> Meaning {
    match meaning {
        Meaning::Latitude { scale } | Meaning::Longitude { scale } => Meaning::Coordinates { scale },
        other => other,
    }
}

/// Whether it is mostly printable, and valid UTF-8 but for a cut end.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    // Most is ASCII and nothing else.
    let is_ascii = !bytes.is_empty() && is_readable_throughout(bytes);
    is_ascii || !bytes.is_empty() && count(bytes, is_plain) * 20 >= bytes.len() * 19 && is_utf8(bytes)
}

/// Whether a byte stands in text of any letters: no control but what ends lines and parts columns. Without a branch, so that many are looked at at a time.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would have bytes looked at one by one")]
pub(super) fn is_plain(byte: u8) -> bool {
    (byte >= 0x20) & (byte != 0x7f) | (byte == b'\t') | (byte == b'\r') | (byte == b'\n')
}

/// The same of text in ASCII.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would have bytes looked at one by one")]
pub(super) fn is_readable(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte) | (byte == b'\t') | (byte == b'\r') | (byte == b'\n')
}

/// Whether a byte is ASCII and no control. Of those that are no ASCII the highest bit says that they are less than nothing.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would have bytes looked at one by one")]
fn is_graphic_or_blank(byte: u8) -> bool {
    (byte.cast_signed() >= 0x20) & (byte != 0x7f)
}

/// Whether all are bytes of a text in ASCII: most blocks have no control at all, which takes the fewest looks to see.
pub(super) fn is_readable_throughout(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let last = bytes.last_chunk::<BLOCK>();
    for block in blocks.iter().chain(last) {
        let has_no_control = block.iter().fold(true, |all, byte| all & is_graphic_or_blank(*byte));
        if !(has_no_control || block.iter().fold(true, |all, byte| all & is_readable(*byte))) {
            return false;
        }
    }
    last.is_some() || rest.iter().all(|byte| is_readable(*byte))
}

/// How many bytes are of a kind. Counted in a byte in short pieces: that is done many at a time.
#[inline]
pub(super) fn count(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(128).map(|piece| usize::from(piece.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(is_one(*byte)))))).sum()
}

/// Whether it is valid UTF-8 but for a cut end.
pub(super) fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none() && error.valid_up_to() > 0, |_| true)
}

/// The first index from `from` on whose byte is as wanted.
pub(super) fn next(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| wanted(*byte)).map(|found| from + found)
}
