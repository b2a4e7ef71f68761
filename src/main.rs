//! The process: exit codes, nothing else.

fn main() {}
