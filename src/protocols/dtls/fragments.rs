//! Handshake messages from fragments that come in any order, twice or not at all (RFC 6347, section 4.2.3).

use super::record::Fragment;

/// At most so many messages of one end wait for their pieces at a time: a flight is no longer.
const MESSAGES: usize = 8;
/// A message longer than this is passed over: the longest hellos and chains stay far below.
const LONGEST: usize = 64 * 1024;
/// At most so many separate stretches of a message are known.
const STRETCHES: usize = 64;
/// Messages are numbered from zero; of later ones nothing is told.
const NUMBERS: u16 = 64;

/// A message of which some pieces have come.
#[derive(Debug)]
struct Partial {
    kind: u8,
    number: u16,
    bytes: Vec<u8>,
    /// What is there: beginnings and ends, in order, apart from each other.
    stretches: Vec<(usize, usize)>,
}

/// The messages of one end.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    waiting: Vec<Partial>,
    /// The numbers of the messages that were given, a bit each.
    given: u64,
}

/// A whole message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whole<'w> {
    /// It lies in one piece.
    Here(&'w [u8]),
    /// It was put together.
    Together(Vec<u8>),
}

impl Assembly {
    /// Takes a piece; gives the message that it completes, each once.
    pub(super) fn take<'w>(&mut self, fragment: &Fragment<'w>) -> Option<Whole<'w>> {
        let bit = 1_u64.checked_shl(u32::from(fragment.number)).filter(|_| fragment.number < NUMBERS)?;
        if self.given & bit != 0 || fragment.length > LONGEST {
            return None;
        }
        let whole = if fragment.bytes.len() == fragment.length { Whole::Here(fragment.bytes) } else { Whole::Together(self.gather(fragment)?) };
        self.given |= bit;
        self.waiting.retain(|partial| partial.number != fragment.number);
        Some(whole)
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.waiting.iter().map(|partial| partial.bytes.capacity() + partial.stretches.capacity() * size_of::<(usize, usize)>()).sum()
    }

    fn gather(&mut self, fragment: &Fragment<'_>) -> Option<Vec<u8>> {
        let same = |partial: &Partial| partial.number == fragment.number;
        let place = self.waiting.iter().position(same).unwrap_or_else(|| {
            if self.waiting.len() >= MESSAGES {
                self.waiting.remove(0);
            }
            self.waiting.push(Partial { kind: fragment.kind, number: fragment.number, bytes: Vec::new(), stretches: Vec::new() });
            self.waiting.len() - 1
        });
        let partial = self.waiting.get_mut(place)?;
        if partial.kind != fragment.kind || partial.stretches.len() >= STRETCHES {
            return None;
        }
        partial.add(fragment);
        (partial.stretches == [(0, fragment.length)]).then(|| std::mem::take(&mut partial.bytes))
    }
}

impl Partial {
    fn add(&mut self, fragment: &Fragment<'_>) {
        let end = fragment.offset + fragment.bytes.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(room) = self.bytes.get_mut(fragment.offset..end) {
            room.copy_from_slice(fragment.bytes);
        }
        let (mut begin, mut end) = (fragment.offset, end);
        self.stretches.retain(|stretch| {
            let touches = stretch.0 <= end && begin <= stretch.1;
            if touches {
                (begin, end) = (begin.min(stretch.0), end.max(stretch.1));
            }
            !touches
        });
        let place = self.stretches.partition_point(|stretch| stretch.0 < begin);
        self.stretches.insert(place, (begin, end));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece(message: &[u8], number: u16, from: usize, to: usize) -> Fragment<'_> {
        Fragment { kind: 1, length: message.len(), number, offset: from, bytes: &message[from..to], index: 0 }
    }

    #[test]
    fn a_message_is_given_once() {
        let message = b"abcdefgh";
        let mut assembly = Assembly::default();
        assert_eq!(assembly.take(&piece(message, 0, 4, 8)), None);
        assert_eq!(assembly.take(&piece(message, 0, 2, 6)), None);
        assert_eq!(assembly.take(&piece(message, 0, 0, 3)), Some(Whole::Together(message.to_vec())));
        assert_eq!(assembly.take(&piece(message, 0, 0, 8)), None);
        assert_eq!(assembly.take(&piece(message, 1, 0, 8)), Some(Whole::Here(message)));
    }

    #[test]
    fn what_waits_is_bounded() {
        let message = vec![7; LONGEST];
        let mut assembly = Assembly::default();
        for number in 0..NUMBERS {
            for from in (0..LONGEST).step_by(16) {
                assembly.take(&piece(&message, number, from, from + 8));
            }
        }
        assert!(assembly.memory() <= MESSAGES * (LONGEST * 2 + STRETCHES * 32));
    }

    proptest! {
        #[test]
        fn any_order_gives_the_message(cuts in prop::collection::vec(1usize..39, 0..12), seed in any::<u64>()) {
            let message: Vec<u8> = (0..40).collect();
            let mut ends: Vec<usize> = cuts.into_iter().chain([0, 40]).collect();
            ends.sort_unstable();
            ends.dedup();
            let mut pieces: Vec<_> = ends.windows(2).map(|pair| piece(&message, 3, pair[0], pair[1])).collect();
            let length = pieces.len();
            pieces.rotate_left(seed as usize % length);
            let mut assembly = Assembly::default();
            let given: Vec<_> = pieces.iter().filter_map(|piece| assembly.take(piece)).map(|whole| match whole {
                Whole::Here(bytes) => bytes.to_vec(),
                Whole::Together(bytes) => bytes,
            }).collect();
            prop_assert_eq!(given, [message]);
        }
    }
}
