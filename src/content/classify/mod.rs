//! What bytes are that no protocol claims: text, records, recordings, packed, scrambled. Constant memory, one pass.
//!
//! Structure before statistics: what begins as a known form does and keeps to it is that form ([`magic`], [`records`], [`packed`]); text is text in any
//! script and under any mere encoding ([`text`]); a mask of a few bytes is taken off where text comes out ([`mask`]). Statistics judge what is left
//! ([`histogram`]), and never prove good encryption: what looks random may be scrambled badly, so the most that is said is "nobody can tell".
//! [`meter`] puts it together for one direction of a flow.

pub mod blocks;
pub mod columns;
pub mod framing;
pub mod histogram;
pub mod magic;
pub mod mask;
pub mod meter;
pub mod packed;
pub mod records;
pub mod runs;
pub mod sound;
pub mod text;

pub use meter::{Insight, Meter};
pub use text::is_text;
