//! One conversation, in order: which packets belong together, and the byte stream that TCP segments make.
//!
//! Comes in: decoded packets. Goes out: flows found again, and stream bytes in order with the gaps between them. Knows no protocol.

pub mod community;
pub mod key;
pub mod reassembly;
pub mod table;
