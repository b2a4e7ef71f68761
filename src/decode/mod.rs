//! One frame, sliced: link types → network → transport.

pub mod packet;
