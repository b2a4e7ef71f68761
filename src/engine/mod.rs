//! The only threads: reader, shards, judge.
