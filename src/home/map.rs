//! Maps that every fact looks into.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A map whose keys are hashed quickly; its order means nothing.
pub(super) type Map<K, V> = HashMap<K, V, RandomState>;
