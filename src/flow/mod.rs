//! One conversation, in order.
