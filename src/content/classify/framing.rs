//! Messages of a home-made protocol that say how long they are: where the length stands, found by messages that keep to it.

/// Where the length may stand.
const OFFSETS: [usize; 4] = [0, 1, 2, 4];
/// Messages that must keep to a length of two bytes, end to end with what was sent at once.
const EXACT: u32 = 3;
/// Messages of one and the same length prove less: a fixed byte may be it by chance.
const ALIKE: u32 = 8;
/// Frames that must follow each other by a length of four bytes.
const FRAMES: u32 = 3;
/// So many pieces are looked at.
const PIECES: u32 = 64;
/// No message is longer than this.
const LONGEST: [usize; 2] = [16 << 10, 1 << 20];
/// Bytes of a length's head at most.
const HEAD: usize = 8;

/// Where a message's length stands, and what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    offset: usize,
    width: usize,
    is_big: bool,
    /// Whether it counts the bytes before itself and its own.
    counts_all: bool,
}

impl Shape {
    /// Bytes up to the end of the length.
    pub fn head(self) -> usize {
        self.offset + self.width
    }

    /// The length of the message that begins here, in all; none if it can be none, or too few bytes are there.
    pub fn length(self, bytes: &[u8]) -> Option<usize> {
        let field = bytes.get(self.offset..self.head())?;
        let fold = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        let value = if self.is_big { field.iter().fold(0, fold) } else { field.iter().rev().fold(0, fold) };
        let length = if self.counts_all { value } else { value.checked_add(self.head())? };
        let [short, long] = LONGEST;
        (self.head() + 1..=if self.width == 2 { short } else { long }).contains(&length).then_some(length)
    }
}

/// One shape on trial.
#[derive(Clone, Debug)]
struct Candidate {
    shape: Shape,
    frames: u32,
    /// Frames that ended where a piece ended.
    exact: u32,
    first: usize,
    differs: bool,
    left: usize,
}

/// The shapes that are still possible.
#[derive(Clone, Debug)]
pub struct Framing {
    candidates: Vec<Candidate>,
    pieces: u32,
}

impl Default for Framing {
    fn default() -> Self {
        let mut candidates = Vec::new();
        for width in [4, 2] {
            for offset in OFFSETS {
                for (is_big, counts_all) in [(true, false), (false, false), (true, true), (false, true)] {
                    let shape = Shape { offset, width, is_big, counts_all };
                    candidates.push(Candidate { shape, frames: 0, exact: 0, first: 0, differs: false, left: 0 });
                }
            }
        }
        Self { candidates, pieces: 0 }
    }
}

impl Framing {
    /// Looks at a piece of a stream, or at a whole datagram; the shape once it is sure.
    pub fn look(&mut self, piece: &[u8], is_datagram: bool) -> Option<Shape> {
        if self.candidates.is_empty() {
            return None;
        }
        self.pieces += 1;
        self.candidates.retain_mut(|candidate| candidate.goes_on(piece, is_datagram));
        let found = self.candidates.iter().find(|candidate| candidate.is_sure(is_datagram)).map(|candidate| candidate.shape);
        if found.is_some() || self.pieces >= PIECES {
            self.candidates = Vec::new();
        }
        found
    }

    /// Bytes of memory held beyond its own size.
    pub fn memory(&self) -> usize {
        self.candidates.capacity() * size_of::<Candidate>()
    }
}

impl Candidate {
    fn goes_on(&mut self, piece: &[u8], is_datagram: bool) -> bool {
        let mut at = self.left.min(piece.len());
        self.left -= at;
        while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(length) = self.shape.length(rest) else { return false };
            self.frames += 1;
            if self.first == 0 {
                self.first = length;
            }
            self.differs |= self.first != length;
            if length > rest.len() {
                self.left = length - rest.len();
                return !is_datagram;
            }
            at += length;
            if is_datagram && at != piece.len() {
                return false;
            }
        }
        self.exact += u32::from(self.left == 0);
        true
    }

    fn is_sure(&self, is_datagram: bool) -> bool {
        let enough = if self.differs { EXACT } else { ALIKE };
        self.exact >= enough || !is_datagram && self.shape.width == 4 && self.frames >= FRAMES && self.differs && self.left == 0
    }
}

/// Bytes of a length at the very beginning that is the message's own: what follows it, or all.
pub fn length_before(message: &[u8]) -> Option<usize> {
    let shapes = [4, 2].into_iter().flat_map(|width| {
        [(true, false), (false, false), (true, true), (false, true)].map(|(is_big, counts_all)| Shape { offset: 0, width, is_big, counts_all })
    });
    shapes.into_iter().find(|shape| shape.length(message) == Some(message.len())).map(Shape::head)
}

/// Cuts a stream into its messages.
#[derive(Clone, Debug)]
pub struct Cutter {
    shape: Shape,
    head: Vec<u8>,
    left: usize,
}

/// What a cutter gives: bytes of a message behind its length; whether they are its first, and its last.
pub type Cut<'c> = &'c mut dyn FnMut(&[u8], bool, bool);

impl Cutter {
    /// For a stream that is at the beginning of a message.
    pub fn new(shape: Shape) -> Self {
        Self { shape, head: Vec::new(), left: 0 }
    }

    /// Cuts a piece; false where it does not keep to its lengths any more.
    pub fn cut(&mut self, piece: &[u8], each: Cut<'_>) -> bool {
        let mut rest = piece;
        while !rest.is_empty() {
            let mut starts = false;
            if self.left == 0 {
                let missing = self.shape.head().saturating_sub(self.head.len()).min(rest.len()).min(HEAD);
                let (head, after) = rest.split_at(missing);
                self.head.extend_from_slice(head);
                rest = after;
                if self.head.len() < self.shape.head() {
                    return true;
                }
                let Some(length) = self.shape.length(&self.head) else { return false };
                self.left = length - self.shape.head();
                self.head.clear();
                starts = true;
                if rest.is_empty() {
                    // The body follows with the next piece.
                    each(&[], true, false);
                    return true;
                }
            }
            let (body, after) = rest.split_at(self.left.min(rest.len()));
            self.left -= body.len();
            each(body, starts, self.left == 0);
            rest = after;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    fn framed(body: &[u8]) -> Vec<u8> {
        [&(body.len() as u16).to_be_bytes()[..], body].concat()
    }

    #[test]
    fn messages_that_keep_to_their_length_show_it_and_are_cut() {
        let bodies: Vec<Vec<u8>> = (1..9).map(|n| noise_of(n, 40 + 7 * n as usize)).collect();
        let mut framing = Framing::default();
        let found = bodies.iter().find_map(|body| framing.look(&framed(body), false)).unwrap();
        assert_eq!(found, Shape { offset: 0, width: 2, is_big: true, counts_all: false });
        let stream: Vec<u8> = bodies.iter().flat_map(|body| framed(body)).collect();
        for size in [1, 2, 3, 50, 1_000] {
            let (mut cutter, mut messages) = (Cutter::new(found), Vec::<Vec<u8>>::new());
            for piece in stream.chunks(size) {
                let kept = cutter.cut(piece, &mut |part, starts, _| {
                    if starts {
                        messages.push(Vec::new());
                    }
                    messages.last_mut().unwrap().extend_from_slice(part);
                });
                assert!(kept);
            }
            assert_eq!(messages, bodies, "pieces of {size}");
        }
    }

    #[test]
    fn noise_has_no_length() {
        for seed in 1..300 {
            let mut framing = Framing::default();
            let found = (0..64).find_map(|n| framing.look(&noise_of(seed * 100 + n, 300), n % 2 == 0));
            assert_eq!(found, None, "{seed}");
        }
    }
}
