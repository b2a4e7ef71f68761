//! Bytes → what they are, and what personal facts they hold.

pub mod contract;
