//! Maps and sets that every fact looks into.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

/// A map whose keys are hashed quickly; its order means nothing.
pub type Map<K, V> = HashMap<K, V, RandomState>;

/// A set whose members are hashed quickly; its order means nothing.
pub type Set<T> = HashSet<T, RandomState>;
