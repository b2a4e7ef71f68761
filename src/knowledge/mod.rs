//! Known beforehand: makers, the parts of names that one owner registers.
pub mod makers;
pub mod names;
