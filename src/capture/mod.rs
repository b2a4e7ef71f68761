//! Packets in: files, pipes, interfaces.

pub mod source;
