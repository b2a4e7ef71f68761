//! What HTTP means whatever its version (RFC 9110): which fields name someone or hold a secret, how contents are packed, what a request and its
//! answer are together.
//!
//! No protocol of its own: the versions of HTTP differ in how they write all this on the wire, and read it with these tools.

pub(super) mod content;
pub(super) mod grpc;
pub(super) mod open;
pub(super) mod tell;
pub(super) mod unpack;
