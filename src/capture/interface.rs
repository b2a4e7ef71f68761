//! An interface of a pcapng file: link type, snapshot length, and what its clock counts.
//!
//! In: the body of an interface description block. Out: an [`Interface`], and from its ticks a [`Timestamp`]. Options that are cut or absurd are ignored.

use super::record::Order;
use crate::wire::Timestamp;

/// So many bytes of the body are looked at for options.
pub(super) const OPTIONS_READ: u64 = 64 * 1024;

const END_OF_OPTIONS: u16 = 0;
const RESOLUTION: u16 = 9;
const OFFSET: u16 = 14;

/// What one tick of the clock is (`if_tsresol`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tick {
    /// So many nanoseconds.
    Nanos(u64),
    /// 10 to the power of minus so much, finer than a nanosecond.
    Decimal(u32),
    /// 2 to the power of minus so much.
    Binary(u32),
}

impl Tick {
    fn of(resolution: u8) -> Self {
        let exponent = u32::from(resolution & 0x7f);
        if resolution & 0x80 != 0 {
            return Self::Binary(exponent);
        }
        match 9u32.checked_sub(exponent) {
            Some(coarser) => Self::Nanos(10u64.pow(coarser)),
            None => Self::Decimal(exponent),
        }
    }

    /// Nanoseconds, held at the largest number where they do not fit.
    fn nanos(self, ticks: u64) -> i64 {
        let nanos = match self {
            Self::Nanos(unit) => u128::from(ticks) * u128::from(unit),
            Self::Decimal(exponent) => 10u64.checked_pow(exponent - 9).map_or(0, |fine| u128::from(ticks / fine)),
            // 64 bits of ticks and 30 of the factor: no overflow.
            Self::Binary(exponent) => (u128::from(ticks) * 1_000_000_000) >> exponent,
        };
        i64::try_from(nanos).unwrap_or(i64::MAX)
    }
}

/// One interface of a section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interface {
    /// Link type.
    pub link: u32,
    /// The most bytes that were captured of a packet; 0 for no limit.
    pub snaplen: u32,
    tick: Tick,
    offset: i64,
}

impl Interface {
    /// From the body of its description block.
    pub fn read(order: Order, body: &[u8]) -> Self {
        let link = u32::from(order.u16(body, 0));
        let mut interface = Self { link, snaplen: order.u32(body, 4), tick: Tick::Nanos(1_000), offset: 0 };
        let mut rest = body.get(8..).unwrap_or_default();
        while let Some((code, value, behind)) = option(order, rest) {
            match (code, value) {
                (END_OF_OPTIONS, _) => break,
                (RESOLUTION, [resolution]) => interface.tick = Tick::of(*resolution),
                (OFFSET, value) if value.len() == 8 => interface.offset = order.u64(value, 0) as i64,
                _ => {}
            }
            rest = behind;
        }
        interface
    }

    /// When the clock showed so many ticks.
    pub fn time(&self, ticks: u64) -> Timestamp {
        let nanos = match self.tick {
            Tick::Nanos(unit) => ticks.checked_mul(unit).and_then(|nanos| i64::try_from(nanos).ok()).unwrap_or(i64::MAX),
            tick => tick.nanos(ticks),
        };
        if self.offset == 0 { Timestamp(nanos) } else { Timestamp::new(self.offset, nanos) }
    }
}

/// The first option: code, value, and what stands behind its padding.
fn option(order: Order, bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(4)?;
    let (code, length) = (order.u16(head, 0), usize::from(order.u16(head, 2)));
    let value = rest.get(..length)?;
    Some((code, value, rest.get(length.next_multiple_of(4)..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_options(options: &[u8]) -> Interface {
        Interface::read(Order::Little, &[&[1, 0, 0, 0, 0, 0, 4, 0][..], options].concat())
    }

    fn resolution(value: u8) -> Interface {
        with_options(&[9, 0, 1, 0, value, 0, 0, 0, 0, 0, 0, 0])
    }

    #[test]
    fn without_options_it_counts_microseconds() {
        let interface = with_options(&[]);
        assert_eq!((interface.link, interface.snaplen, interface.time(5)), (1, 262_144, Timestamp(5_000)));
    }

    #[test]
    fn resolutions_of_both_bases() {
        assert_eq!(resolution(0).time(3), Timestamp(3_000_000_000));
        assert_eq!(resolution(3).time(3), Timestamp(3_000_000));
        assert_eq!(resolution(9).time(3), Timestamp(3));
        assert_eq!(resolution(12).time(3_999), Timestamp(3));
        assert_eq!(resolution(0x80).time(3), Timestamp(3_000_000_000));
        assert_eq!(resolution(0x8a).time(512), Timestamp(500_000_000));
        assert_eq!(resolution(0xa0).time(3 << 31), Timestamp(1_500_000_000));
    }

    #[test]
    fn extremes_are_held_at_the_ends() {
        assert_eq!(resolution(0).time(u64::MAX), Timestamp(i64::MAX));
        assert_eq!(resolution(6).time(u64::MAX), Timestamp(i64::MAX));
        assert_eq!(resolution(0x7f).time(u64::MAX), Timestamp(0));
        assert_eq!(resolution(28).time(u64::MAX), Timestamp(1));
        assert_eq!(resolution(29).time(u64::MAX), Timestamp(0));
        assert_eq!(resolution(0xff).time(u64::MAX), Timestamp(0));
        let far = with_options(&[14, 0, 8, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(far.time(u64::MAX), Timestamp(i64::MAX));
    }

    #[test]
    fn the_offset_is_signed_seconds() {
        let earlier = with_options(&[14, 0, 8, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(earlier.time(3_000_000), Timestamp(2_000_000_000));
    }

    #[test]
    fn options_are_cut_anywhere_without_harm() {
        let whole = [2, 0, 5, 0, b'e', b't', b'h', b'1', b'0', 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        for end in 0..=whole.len() {
            let expected = if end < 17 { Tick::Nanos(1_000) } else { Tick::Nanos(1) };
            assert_eq!(with_options(&whole[..end]).tick, expected, "cut at {end}");
        }
        assert_eq!(with_options(&[0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0]).tick, Tick::Nanos(1_000), "after the end of options");
    }
}
