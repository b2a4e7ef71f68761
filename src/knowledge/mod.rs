//! Known beforehand: makers, models, the parts of names that one owner registers, resolvers.

pub mod devices;
pub mod makers;
pub mod names;
pub mod resolvers;
