//! Known beforehand: makers, the parts of names that one owner registers.
