//! Known beforehand: makers, models, whose domains and networks are, the parts of names that one owner registers, countries, resolvers.

pub mod devices;
pub mod domains;
pub mod makers;
pub mod names;
pub mod networks;
pub mod places;
pub mod resolvers;
pub mod standards;
