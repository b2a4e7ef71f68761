//! The bytes of an input as they come: counted, hashed, and looked at before they are used.
//!
//! In: any reader. Out: the same bytes, their number and their SHA-256. It knows nothing of what the bytes mean.

use std::io::{self, BufRead, Read};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// How much is read at a time for those who take it in small pieces (the decompressors).
const BUFFER: usize = 64 * 1024;

/// A reader that counts and hashes what was read.
pub(super) struct Tally {
    inner: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    hasher: Sha256,
    bytes: u64,
}

impl Tally {
    /// Wraps a reader; reads nothing yet.
    pub fn new(inner: Box<dyn Read + Send>) -> Self {
        Self { inner, buffer: Vec::new(), start: 0, hasher: Sha256::new(), bytes: 0 }
    }

    /// How many bytes were read from the input.
    pub fn length(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of all bytes read so far, lower-case hex.
    pub fn sha256(&self) -> String {
        HEXLOWER.encode(&self.hasher.clone().finalize())
    }

    /// The next `count` bytes, at most [`BUFFER`], without using them up; fewer only where the input ends.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.buffered().len() < count && self.refill()? > 0 {}
        Ok(self.buffered())
    }

    /// Reads and hashes what is left, at most `limit` bytes. Errors end it: what could be read was read.
    pub fn drain(&mut self, limit: u64) {
        let end = self.bytes.saturating_add(limit);
        loop {
            self.start = self.buffer.len();
            if self.bytes >= end || !matches!(self.refill(), Ok(1..)) {
                return;
            }
        }
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// One read, appended to what is buffered.
    fn refill(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let old = self.buffer.len();
        self.buffer.resize(old + BUFFER, 0);
        let result = read_once(&mut self.inner, self.buffer.get_mut(old..).unwrap_or_default());
        let count = *result.as_ref().unwrap_or(&0);
        self.buffer.truncate(old + count);
        self.count(old, count);
        result
    }

    /// Takes bytes of the buffer into the sum.
    fn count(&mut self, from: usize, count: usize) {
        self.hasher.update(self.buffer.get(from..from + count).unwrap_or_default());
        self.bytes += count as u64;
    }
}

/// One read that a signal does not disturb.
fn read_once(inner: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A reader that breaks its promise must not make us count bytes that are not there.
            Ok(count) => return Ok(count.min(out.len())),
            error => return error,
        }
    }
}

impl Read for Tally {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() && out.len() >= BUFFER {
            let count = read_once(&mut self.inner, out)?;
            self.hasher.update(out.get(..count).unwrap_or_default());
            self.bytes += count as u64;
            return Ok(count);
        }
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Tally {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffered().is_empty() {
            self.refill()?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.buffer.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn what_was_read_is_counted_and_hashed_once() {
        let mut tally = Tally::new(Box::new(&b"abc"[..]));
        assert_eq!(tally.peek(2).unwrap(), b"abc");
        let mut text = String::new();
        tally.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), tally.length(), tally.sha256().as_str()), ("abc", 3, ABC));
    }

    #[test]
    fn large_and_small_reads_give_the_same_sum() {
        let bytes: Vec<u8> = (0..300_000u32).map(|number| number as u8).collect();
        let mut small = Tally::new(Box::new(io::Cursor::new(bytes.clone())));
        let mut piece = [0; 1_000];
        while small.read(&mut piece).unwrap() > 0 {}
        let mut large = Tally::new(Box::new(io::Cursor::new(bytes)));
        large.peek(4).unwrap();
        io::copy(&mut io::BufReader::with_capacity(1 << 20, &mut large), &mut io::sink()).unwrap();
        assert_eq!(small.sha256(), large.sha256());
        assert_eq!(small.length(), 300_000);
    }

    #[test]
    fn draining_stops_at_its_limit() {
        let mut tally = Tally::new(Box::new(io::repeat(0)));
        tally.drain(1 << 20);
        assert!((1 << 20..=(1 << 20) + BUFFER as u64).contains(&tally.length()), "{}", tally.length());
    }
}
