//! What conversations over the Internet carried, by what others could make of it: sums, so that a day takes no more room than a minute.

use crate::fact::{Conversation, Reading, Totals};
use crate::wire::Timestamp;

/// So many bytes within so many seconds show that something was going on: more than a handshake and a report of its state.
const BURST: (u64, f64) = (20_000, 300.0);

/// A conversation that carried so much is one in which something went on, however long it took.
const MUCH: u64 = 1_000_000;

/// What others could make of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Properly encrypted.
    Sealed,
    /// Readable: an application's protocol, or one that nobody knows.
    Open,
    /// What keeps a network going and is readable by its nature: look-ups, clocks, addresses. Says nothing of how a device seals what it tells.
    Plumbing,
    /// Scrambled: nobody can tell how well.
    Scrambled,
    /// Not enough was seen.
    Dim,
}

impl Class {
    /// Of a conversation. `clear`: its protocol is an application's and readable.
    pub fn of(reading: Reading, protocol: &str, clear: bool) -> Self {
        match reading {
            Reading::Encrypted => Self::Sealed,
            Reading::Scrambled => Self::Scrambled,
            Reading::Undetermined => Self::Dim,
            Reading::Readable | Reading::Unpacked if protocol != "unknown" && !clear => Self::Plumbing,
            Reading::Readable | Reading::Unpacked => Self::Open,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Sealed => 0,
            Self::Open => 1,
            Self::Plumbing => 2,
            Self::Scrambled => 3,
            Self::Dim => 4,
        }
    }
}

/// Sums over conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    bytes: [u64; 5],
    conversations: [u64; 5],
    /// Conversations in which both ends spoke.
    pub answered: u64,
    /// Conversations that carried much in a short time, or very much.
    pub bursts: u64,
    /// When the last packet was captured.
    pub last: Timestamp,
}

impl Carried {
    /// One more conversation.
    pub fn count(&mut self, flow: &Conversation, class: Class, totals: &Totals) {
        let bytes = totals.bytes[0].saturating_add(totals.bytes[1]);
        let mut one = Self { answered: u64::from(totals.packets.iter().all(|packets| *packets > 0)), last: totals.last, ..Self::default() };
        if let (Some(sum), Some(number)) = (one.bytes.get_mut(class.index()), one.conversations.get_mut(class.index())) {
            (*sum, *number) = (bytes, 1);
        }
        let is_quick = bytes >= BURST.0 && totals.last.seconds_since(flow.first) <= BURST.1;
        one.bursts = u64::from(is_quick || bytes >= MUCH);
        self.add(&one);
    }

    /// These and those.
    pub fn add(&mut self, other: &Self) {
        let add = |sums: &mut [u64; 5], more: &[u64; 5]| sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        add(&mut self.bytes, &other.bytes);
        add(&mut self.conversations, &other.conversations);
        self.answered = self.answered.saturating_add(other.answered);
        self.bursts = self.bursts.saturating_add(other.bursts);
        self.last = self.last.max(other.last);
    }

    /// Bytes of one class.
    pub fn bytes(&self, class: Class) -> u64 {
        self.bytes.get(class.index()).copied().unwrap_or(0)
    }

    /// Conversations of one class.
    pub fn conversations(&self, class: Class) -> u64 {
        self.conversations.get(class.index()).copied().unwrap_or(0)
    }

    /// Bytes of all classes.
    pub fn all_bytes(&self) -> u64 {
        self.bytes.iter().fold(0, |sum, bytes| sum.saturating_add(*bytes))
    }

    /// Conversations of all classes.
    pub fn all_conversations(&self) -> u64 {
        self.conversations.iter().fold(0, |sum, number| sum.saturating_add(*number))
    }

    /// How much was properly encrypted, in hundredths of a percent: the mean of the share of bytes and the share of conversations, so that a film hides no
    /// report and a report no film. Plumbing is left out; of what little was seen the bytes count as not encrypted. None where nothing was carried.
    pub fn share(&self) -> Option<u32> {
        let sealed = [self.bytes(Class::Sealed), self.conversations(Class::Sealed)];
        let bytes = self.all_bytes().saturating_sub(self.bytes(Class::Plumbing));
        let conversations = self.all_conversations().saturating_sub(self.conversations(Class::Plumbing)).saturating_sub(self.conversations(Class::Dim));
        let share = |part: u64, of: u64| u64::try_from(u128::from(part) * 10_000 / u128::from(of.max(1))).unwrap_or(10_000);
        let mean = match (bytes, conversations) {
            (0, _) => return None,
            (_, 0) => share(sealed[0], bytes),
            _ => (share(sealed[0], bytes) + share(sealed[1], conversations)) / 2,
        };
        u32::try_from(mean).ok()
    }

    /// How much was scrambled, in hundredths of a percent of the bytes but plumbing.
    pub fn scrambled(&self) -> u32 {
        let of = self.all_bytes().saturating_sub(self.bytes(Class::Plumbing)).max(1);
        u32::try_from(u128::from(self.bytes(Class::Scrambled)) * 10_000 / u128::from(of)).unwrap_or(10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::conversation;
    use super::*;

    fn carried(list: &[(Class, u64)]) -> Carried {
        let mut all = Carried::default();
        for (class, bytes) in list {
            all.count(&conversation("192.168.1.7:4000", "203.0.113.5:443"), *class, &Totals { bytes: [*bytes, 0], packets: [1, 1], ..Totals::default() });
        }
        all
    }

    #[test]
    fn what_keeps_the_network_going_is_plumbing_and_what_nobody_knows_is_open() {
        assert_eq!(Class::of(Reading::Readable, "dns", false), Class::Plumbing);
        assert_eq!(Class::of(Reading::Readable, "http", true), Class::Open);
        assert_eq!(Class::of(Reading::Readable, "unknown", false), Class::Open);
        assert_eq!(Class::of(Reading::Encrypted, "tls", false), Class::Sealed);
    }

    #[test]
    fn the_share_weighs_bytes_and_conversations_alike() {
        assert_eq!(carried(&[]).share(), None);
        assert_eq!(carried(&[(Class::Plumbing, 900)]).share(), None, "a clock's time is nobody's secret");
        assert_eq!(carried(&[(Class::Sealed, 900), (Class::Plumbing, 900)]).share(), Some(10_000));
        assert_eq!(carried(&[(Class::Sealed, 900_000), (Class::Open, 100)]).share(), Some((9_998 + 5_000) / 2), "a film hides no report");
        assert_eq!(carried(&[(Class::Sealed, 900), (Class::Dim, 100)]).share(), Some(9_500));
        assert_eq!(carried(&[(Class::Sealed, 800), (Class::Scrambled, 200)]).scrambled(), 2_000);
    }

    #[test]
    fn much_at_once_is_a_use() {
        assert_eq!(carried(&[(Class::Sealed, 19_999), (Class::Sealed, 20_000)]).bursts, 1);
        let (flow, mut slow) = (conversation("192.168.1.7:4000", "203.0.113.5:443"), Carried::default());
        let totals = |bytes| Totals { bytes: [bytes, 0], last: Timestamp::new(4_000, 0), ..Totals::default() };
        slow.count(&flow, Class::Sealed, &totals(999_999));
        assert_eq!(slow.bursts, 0, "an hour's heartbeats");
        slow.count(&flow, Class::Sealed, &totals(1_000_000));
        assert_eq!(slow.bursts, 1);
    }
}
