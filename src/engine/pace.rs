//! What a conversation sends in each period of ten seconds, and how much of it in the rhythm of speech.
//!
//! In come packets in capture order; out comes a period once a packet of a later one came, or the flow is over.

use crate::fact::{PERIOD, Pace};
use crate::wire::{Direction, Timestamp};

/// Periods with less than this in both directions are not told: keep-alives and the like.
const LEAST: u64 = 1_000;
/// Speech is cut into pieces of 20, 40 or 60 ms (RFC 3551, section 4.2); networks spread them a little.
const BEAT: std::ops::RangeInclusive<i64> = 14_000_000..=66_000_000;
/// Bytes of a piece of coded speech with its headers, from 8 kbit/s to 64 kbit/s and above.
const PIECE: std::ops::RangeInclusive<usize> = 40..=400;

/// Of one flow.
#[derive(Debug, Default)]
pub struct Meter {
    period: i64,
    pace: Pace,
    last: [Option<Timestamp>; 2],
}

impl Meter {
    /// Counts a packet: `wire` bytes on the wire, `payload` of them the conversation's own. Tells the period before, if this is the first of another.
    pub fn count(&mut self, direction: Direction, (packet, time): (u64, Timestamp), wire: u32, payload: usize) -> Option<Pace> {
        let period = time.0.div_euclid(PERIOD);
        let over = if period == self.period && self.pace.packet > 0 { None } else { self.end() };
        if self.pace.packet == 0 {
            self.period = period;
            self.pace = Pace { start: Timestamp(period.saturating_mul(PERIOD)), packet, time, ..Pace::default() };
        }
        let index = direction.index();
        if let (Some(packets), Some(bytes), Some(rhythm), Some(last)) =
            (self.pace.packets.get_mut(index), self.pace.bytes.get_mut(index), self.pace.rhythm.get_mut(index), self.last.get_mut(index))
        {
            *packets = packets.saturating_add(1);
            *bytes += u64::from(wire);
            let gap = last.replace(time).map(|last| time.0.saturating_sub(last.0));
            if let Some(gap) = gap.filter(|gap| (0..=*BEAT.end()).contains(gap) && PIECE.contains(&payload)) {
                // A piece that came early is out of the rhythm, but the one before it was late: the time is speech.
                rhythm.packets = rhythm.packets.saturating_add(u32::from(BEAT.contains(&gap)));
                rhythm.millis = rhythm.millis.saturating_add((gap / 1_000_000) as u32);
            }
        }
        over
    }

    /// The period that is not over yet, if enough went by in it.
    pub fn end(&mut self) -> Option<Pace> {
        let pace = std::mem::take(&mut self.pace);
        (pace.packet > 0 && pace.bytes.iter().any(|bytes| *bytes >= LEAST)).then_some(pace)
    }

    /// The client was the server.
    pub fn swap(&mut self) {
        let Pace { bytes, packets, rhythm, .. } = &mut self.pace;
        bytes.reverse();
        packets.reverse();
        rhythm.reverse();
        self.last.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Rhythm;
    use Direction::{ToClient, ToServer};

    fn at(millis: i64) -> (u64, Timestamp) {
        (millis as u64 + 1, Timestamp(millis * 1_000_000))
    }

    #[test]
    fn periods_are_told_when_they_are_over() {
        let mut meter = Meter::default();
        assert_eq!(meter.count(ToServer, at(9_000), 1_200, 1_100), None);
        assert_eq!(meter.count(ToClient, at(9_900), 80, 0), None);
        let over = meter.count(ToServer, at(10_100), 60, 0).unwrap();
        assert_eq!((over.start, over.packet, over.time), (Timestamp(0), 9_001, Timestamp(9_000_000_000)));
        assert_eq!((over.bytes, over.packets), ([1_200, 80], [1, 1]));
        assert_eq!(meter.end(), None, "a keep-alive is not worth telling");
        assert_eq!(meter.end(), None);
    }

    #[test]
    fn speech_comes_in_pieces_of_one_size_and_time() {
        let mut meter = Meter::default();
        for piece in 0..100 {
            meter.count(ToClient, at(piece * 20), 190, 148);
            meter.count(ToServer, at(piece * 20), 1_400, 1_358);
        }
        let pace = meter.end().unwrap();
        assert_eq!(pace.rhythm, [Rhythm::default(), Rhythm { packets: 99, millis: 1_980 }]);
        for piece in 0..100 {
            meter.count(ToClient, at(piece * 20 + piece % 2 * 12), 190, 148);
        }
        assert_eq!(meter.end().unwrap().rhythm[1], Rhythm { packets: 50, millis: 1_992 }, "the network spreads them");
        for piece in 0..100 {
            meter.count(ToClient, at(piece * 3), 190, 148);
        }
        assert_eq!(meter.end().unwrap().rhythm[1].packets, 0, "a download is not paced");
    }

    #[test]
    fn a_clock_that_goes_back_begins_another_period() {
        let mut meter = Meter::default();
        meter.count(ToServer, at(25_000), 2_000, 1_900);
        assert!(meter.count(ToServer, at(1_000), 2_000, 1_900).is_some());
        assert_eq!(meter.end().unwrap().start, Timestamp(0));
        meter.count(ToServer, (1, Timestamp(i64::MIN)), 2_000, 1_900);
        meter.count(ToServer, (2, Timestamp(i64::MAX)), 2_000, 1_900);
    }
}
