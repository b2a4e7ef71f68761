//! The header by which both generations of AMQP begin.

/// What a stream begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// `AMQP` and four bytes: an identifier and the version.
    Header([u8; 4]),
    /// It may still become one.
    Short,
    Other,
}

/// Bytes of a header.
pub(super) const HEADER: usize = 8;

/// Reads a header.
pub(super) fn header(bytes: &[u8]) -> Begin {
    const NAME: &[u8] = b"AMQP";
    let begins = NAME.iter().zip(bytes).all(|(ours, theirs)| ours == theirs);
    match bytes.get(NAME.len()..).and_then(<[u8]>::first_chunk) {
        _ if !begins => Begin::Other,
        Some(version) => Begin::Header(*version),
        None => Begin::Short,
    }
}
