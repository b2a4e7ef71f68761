//! Known beforehand, by the program or by what the user gave it: makers, models, whose domains and networks are, the parts of names that one owner registers, countries, resolvers.

pub mod countries;
pub mod devices;
pub mod domains;
pub mod geo;
pub mod given;
pub mod letters;
pub mod lists;
pub mod makers;
pub mod names;
pub mod networks;
pub mod places;
pub mod resolvers;
pub mod standards;
