//! Protocols of trackers and children's watches.

pub mod setracker;
