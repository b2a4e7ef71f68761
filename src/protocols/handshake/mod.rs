//! The TLS handshake (RFC 8446, section 4; RFC 5246, section 7.4), whatever carries it: TLS records or the CRYPTO frames of QUIC.
//!
//! In come the handshake's bytes in order, cut anywhere; out go whole messages ([`Messages`]) and what those that are in the clear say
//! ([`Telling::tell`]): names, fingerprints, certificates. What both ends agreed on takes both hellos, and is told by [`Agreeing`]. This room knows
//! neither records nor QUIC packets.

mod agreeing;
mod algorithms;
mod certificate;
mod distinguished;
mod hello;
mod ja3;
mod ja4;
mod message;
mod parse;
#[cfg(test)]
pub(crate) mod sample;
mod telling;
mod text;
mod tor;

pub use agreeing::Agreeing;
pub use message::{CERTIFICATE, CLIENT_HELLO, HEADER, LONGEST, Message, Messages, SERVER_HELLO, TooLong, header};
pub use telling::{Learnt, Telling, index_in, is_13, is_in_the_clear, suite_name, version_name};
