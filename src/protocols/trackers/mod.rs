//! Protocols of trackers and children's watches.

pub mod place;
pub mod setracker;
pub mod shape;
pub mod text;
