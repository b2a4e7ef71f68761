//! Handshake messages (RFC 8446, section 4): put together from the pieces that carry them, not read.

/// `ClientHello`.
pub const CLIENT_HELLO: u8 = 1;
/// `ServerHello`, also as `HelloRetryRequest`.
pub const SERVER_HELLO: u8 = 2;
/// `Certificate`: in the clear up to TLS 1.2.
pub const CERTIFICATE: u8 = 11;

/// Bytes of a message's type and length.
pub const HEADER: usize = 4;
/// A message longer than this is passed over. A `ClientHello` whose every list is as long as its length field allows needs a little more than
/// 128 KiB; certificate chains stay far below.
pub const LONGEST: usize = 132 * 1024;

/// A whole handshake message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'m> {
    /// Its type: one of the constants of this module.
    pub kind: u8,
    /// What follows its header.
    pub body: &'m [u8],
    /// Index of the body in the bytes that were fed last, where it lies in them whole.
    pub index: Option<usize>,
}

/// A message longer than [`LONGEST`] was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Puts handshake messages together from the pieces that carry them. Messages that nobody reads are counted off, not kept.
#[derive(Debug, Default)]
pub struct Messages {
    /// The beginning of a message that is not whole yet.
    buffer: Vec<u8>,
    /// Bytes still to come of a message that is passed over.
    skip: usize,
}

impl Messages {
    /// Takes the next bytes of the handshake and gives each message that they complete.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(Message<'_>)) -> Result<(), TooLong> {
        let mut rest = bytes;
        let mut result = Ok(());
        while !rest.is_empty() {
            if self.skip > 0 {
                let (_, after) = rest.split_at(self.skip.min(rest.len()));
                self.skip -= rest.len() - after.len();
                rest = after;
            } else if self.buffer.is_empty() {
                rest = self.begin(rest, bytes.len() - rest.len(), &mut each, &mut result);
            } else {
                rest = self.go_on(rest, &mut each, &mut result);
            }
        }
        result
    }

    /// Whether the next byte begins a message.
    pub fn is_between(&self) -> bool {
        self.skip == 0 && self.buffer.is_empty()
    }

    /// Forgets what is not whole: bytes of the handshake are missing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.buffer.capacity()
    }

    /// Reads a message where it lies; of one that is not whole the beginning is kept. Gives what follows.
    fn begin<'b>(&mut self, rest: &'b [u8], index: usize, each: &mut impl FnMut(Message<'_>), result: &mut Result<(), TooLong>) -> &'b [u8] {
        let Some((kind, length)) = header(rest) else {
            self.buffer.extend_from_slice(rest);
            return &[];
        };
        if is_passed_over(kind, length, result) {
            self.skip = length;
            return rest.get(HEADER..).unwrap_or_default();
        }
        let Some((message, after)) = rest.split_at_checked(HEADER + length) else {
            self.buffer.extend_from_slice(rest);
            return &[];
        };
        each(Message { kind, body: message.get(HEADER..).unwrap_or_default(), index: Some(index + HEADER) });
        after
    }

    /// Adds to the message that waits in the buffer what it lacks. Gives what follows.
    fn go_on<'b>(&mut self, rest: &'b [u8], each: &mut impl FnMut(Message<'_>), result: &mut Result<(), TooLong>) -> &'b [u8] {
        let wanted = header(&self.buffer).map_or(HEADER, |(_, length)| HEADER + length);
        let (taken, after) = rest.split_at(wanted.saturating_sub(self.buffer.len()).min(rest.len()));
        self.buffer.extend_from_slice(taken);
        let Some((kind, length)) = header(&self.buffer) else { return after };
        if self.buffer.len() == HEADER && is_passed_over(kind, length, result) {
            self.buffer.clear();
            self.skip = length;
        } else if self.buffer.len() == HEADER + length {
            let message = std::mem::take(&mut self.buffer);
            each(Message { kind, body: message.get(HEADER..).unwrap_or_default(), index: None });
        }
        after
    }
}

/// The type of the message that begins here, and the length of its body.
pub fn header(bytes: &[u8]) -> Option<(u8, usize)> {
    let &[kind, a, b, c] = bytes.first_chunk::<HEADER>()?;
    Some((kind, usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)))
}

fn is_passed_over(kind: u8, length: usize, result: &mut Result<(), TooLong>) -> bool {
    let is_read = matches!(kind, CLIENT_HELLO | SERVER_HELLO | CERTIFICATE);
    if is_read && length > LONGEST {
        *result = Err(TooLong);
    }
    !is_read || length > LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(u8, Vec<u8>)>;

    fn feed_all(pieces: &[&[u8]]) -> (Seen, Result<(), TooLong>) {
        let (mut messages, mut seen, mut result) = (Messages::default(), Seen::new(), Ok(()));
        for piece in pieces {
            result = result.and(messages.feed(piece, |message| seen.push((message.kind, message.body.to_vec()))));
        }
        (seen, result)
    }

    #[test]
    fn messages_come_whole_however_they_are_cut() {
        // ServerKeyExchange (12) is passed over; a message may be empty.
        let bytes = [1, 0, 0, 2, 7, 8, 12, 0, 0, 3, 1, 1, 1, 11, 0, 0, 0, 2, 0, 0, 1, 9];
        let expected = vec![(1, vec![7, 8]), (11, vec![]), (2, vec![9])];
        assert_eq!(feed_all(&[&bytes]), (expected.clone(), Ok(())));
        for cut in 0..=bytes.len() {
            let (first, second) = bytes.split_at(cut);
            assert_eq!(feed_all(&[first, second]), (expected.clone(), Ok(())), "cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(feed_all(&single), (expected, Ok(())));
    }

    #[test]
    fn a_message_that_is_too_long_is_passed_over() {
        let mut messages = Messages::default();
        assert_eq!(messages.feed(&[1, 0xff, 0xff, 0xff], |_| panic!("not whole")), Err(TooLong));
        for _ in 0..0x00ff_ffff / 4096 {
            assert_eq!(messages.feed(&[0; 4096], |_| panic!("not whole")), Ok(()));
        }
        assert!(messages.memory() < 64, "nothing of it is kept");
        let mut seen = 0;
        assert_eq!(messages.feed(&[0; 4095], |_| seen += 1), Ok(()));
        assert_eq!(messages.feed(&[2, 0, 0, 0], |message| seen += usize::from(message.kind)), Ok(()));
        assert_eq!(seen, 2);
    }
}
