//! The contract between whoever has readable bytes and what searches them.

use std::borrow::Cow;

use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::content::words::Known;
use crate::event::Readable;
use crate::finding::Confidence;
use crate::value::ValueKind;
use crate::wire::{At, Mac};

/// What is known of the conversation that bytes belong to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'c> {
    /// Hardware addresses of the two ends' devices, where the link shows them: sender first. Group addresses never stand here.
    pub macs: [Option<Mac>; 2],
    /// The family's own words, where the user gave some.
    pub known: Option<&'c Known>,
    /// Whether national numbers are told.
    pub national: bool,
}

/// A personal value that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: ValueKind,
    /// The value in its usual spelling (a position as `LAT,LON`). Never leaves the process unmasked unless the user asked for it.
    pub value: String,
    /// The key, header or field that held it; empty where there is none.
    pub field: String,
    /// How it was unwrapped, outermost first, the readable bytes' own chain included.
    pub decode: Vec<Cow<'static, str>>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where it stands in the readable bytes that were searched (the encoded form, where it was encoded): first index and length.
    pub start: usize,
    /// See `start`.
    pub length: usize,
    /// Where it was seen on the wire.
    pub at: At,
    /// Of a position: decimals of its coarser number.
    pub decimals: Option<u8>,
    /// Where a word of the family stands in it: the word's label, which is all that may be shown of the value.
    pub label: Option<String>,
}

/// One family of identifiers: one file, and one line in the list.
pub struct Scanner {
    /// Its name, for benches and tests.
    pub name: &'static str,
    /// Whether it looks at values of keys of this meaning.
    pub keyed: fn(Meaning) -> bool,
    /// What has to stand in any other text that it looks at.
    pub signs: Kinds,
    /// Searches one text: `key` is the key or header it is the value of, if any.
    pub scan: fn(&Text<'_>, &Context<'_>, &mut Vec<Hit>),
    /// Searches bytes that are no text, likewise; most families have nothing to look for in them.
    pub bytes: Option<fn(&Text<'_>, &Context<'_>, &mut Vec<Hit>)>,
}

/// A text to search: either a value with its key, or a whole text without structure.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// The key, header or field, as sent; empty where there is none.
    pub key: &'t str,
    /// What the key says of the value.
    pub meaning: Option<Meaning>,
    /// The bytes, unwrapped.
    pub bytes: &'t [u8],
    /// What they are part of.
    pub whole: &'t Readable<'t>,
    /// What can stand in them: what is known by a sign need not be looked for where there is none.
    pub kinds: Kinds,
    /// Values that are wanted of it: a scanner that has found one more may stop.
    pub most: usize,
    /// Whether a scanner before has found something in it.
    pub is_known: bool,
}

/// What a scanner saw in a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: ValueKind,
    /// The value in its usual spelling.
    pub value: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// First index in the text, and length.
    pub start: usize,
    /// See `start`.
    pub length: usize,
    /// Of a position: decimals of its coarser number.
    pub decimals: Option<u8>,
    /// The code that it is written in, where it is one: the last step of the chain. Else empty.
    pub form: &'static str,
}
