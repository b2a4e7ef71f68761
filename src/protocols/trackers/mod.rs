//! Protocols of trackers and children's watches.

pub mod aplicom;
pub mod arnavi;
pub mod atrack;
pub mod atrack_text;
pub mod autofon;
pub mod bits;
pub mod calamp;
pub mod castel;
pub mod cellocator;
pub mod cityeasy;
pub mod easytrack;
pub mod eelink;
pub mod egts;
pub mod frames;
pub mod freedom;
pub mod galileosky;
pub mod globalsat;
pub mod gps103;
pub mod granit;
pub mod gt06;
pub mod h02;
pub mod h02_text;
pub mod haicom;
pub mod huasheng;
pub mod iridium;
pub mod its;
pub mod jt600;
pub mod jt600_text;
pub mod jt808;
pub mod khd;
pub mod laipac;
pub mod megastek;
pub mod meiligao;
pub mod meitrack;
pub mod meitrack_text;
pub mod minifinder;
pub mod minifinder2;
pub mod mxt;
mod named;
pub mod niot;
pub mod nmea;
pub mod noran;
pub mod oigo;
mod orders;
pub mod place;
pub mod pt502;
pub mod queclink;
pub mod queclink_text;
pub mod ruptela;
mod scan;
pub mod setracker;
pub mod shape;
pub mod starlink;
pub mod suntech;
pub mod t800x;
pub mod taip;
pub mod telic;
mod telling;
pub mod teltonika;
pub mod text;
pub mod tk103;
pub mod topin;
pub mod totem;
pub mod trv;
pub mod tytan;
pub mod tzone;
pub mod ulbotech;
pub mod upro;
pub mod v680;
pub mod vt200;
pub mod wialon;
pub mod wondex;
pub mod wristband;
pub mod xexun;
pub mod xexun2;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::protocols::PROTOCOLS;
    use crate::protocols::protocol::{Input, Probe, Progress};
    use crate::wire::{Direction, Mark, Marks, Timestamp};

    /// What frames begin with.
    const MAGIC: &[&[u8]] = &[
        b"\x78\x78\x0d\x01",
        b"\x79\x79\0\x20\x70",
        b"\0\0\0\0\0\0\0\x20\x8e",
        b"\x7e\x02\0",
        b"$$",
        b"@@",
        b"))\x80\0\x10",
        b"\xf8\x01",
        b"\x23\x23\x02\0\x20",
        b"\x24\x24",
        b"gg\x12\0\x20",
        b"\xab\x10\x20\0",
        b"\x01\x20\0",
        b"MCGP\x0b",
        b"(\x20\x86",
        b"+RSP\x07",
        b"\xc0\0\0\0\x20\xaa\0",
        b"\x5b\x01\x01\x05\0",
        b"\xb5\0\x20",
        b"\xfa\xaf\0\x14",
        b"D\xc3",
        b"",
    ];

    proptest! {
        #[test]
        fn hostile_bytes_are_borne(magic in prop::sample::select(MAGIC), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let bytes = [magic, &bytes].concat();
            let mut marks = Marks::default();
            marks.push(Mark { stream: 0, length: bytes.len() as u32, packet: 1, time: Timestamp(0), offset: Some(54) });
            for protocol in PROTOCOLS {
                for direction in [Direction::ToServer, Direction::ToClient] {
                    (protocol.probe)(&Probe { bytes: &bytes, direction, from_port: 40_000, to_port: 5_000, from_start: true });
                    let progress = (protocol.open)().read(Input { direction, bytes: &bytes, offset: 0, marks: &marks }, &mut |_| {});
                    prop_assert!(!matches!(progress, Progress::Consumed(consumed) if consumed > bytes.len()));
                }
            }
        }
    }
}
