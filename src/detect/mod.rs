//! Facts → findings: one file a family of detectors, and this list.

pub mod rule;

use rule::Rule;

/// Every family.
pub static RULES: &[&Rule] = &[];
