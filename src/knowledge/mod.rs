//! Known beforehand: makers, the parts of names that one owner registers, resolvers.

pub mod makers;
pub mod names;
pub mod resolvers;
