//! YX wristbands for children and old people: `00 01 02`, length, text (`YX`, IMEI, version, model, `{Fnn#…}`), `ff fe fc`.
//!
//! Source: the project Traccar's description; the maker publishes none.

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::{Claim, DeviceKind, Event, Order};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// YX wristbands in streams.
pub static WRISTBAND: Protocol = frames::stream::<Wristband>();

/// Bytes before the text, and behind it.
const HEAD: usize = 5;
const TAIL: usize = 3;

struct Wristband;

impl Grammar for Wristband {
    const NAME: &'static str = "wristband";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(&[0, 1, 2])? {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?);
        if !(20..=2_048).contains(&length) || !reader.magic(b"YX")? {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, HEAD + length + TAIL, |frame| frame.ends_with(&[0xff, 0xfe, 0xfc])))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let end = frame.bytes.len().checked_sub(TAIL)?;
        let text = frame.bytes.get(HEAD..end)?;
        let at = frame.whole();
        let why = "it speaks the protocol of YX wristbands";
        frame.tell(Event::Claim(Claim { kind: DeviceKind::Watch, why, of_client: true, certain: true, at }));
        let bar = memchr::memchr(b'|', text)?;
        frame.text_id(HEAD + 2..HEAD + bar);
        let brace = HEAD + memchr::memchr(b'{', text)?;
        let word = frame.bytes.get(brace + 1..brace + 4)?;
        let word = std::str::from_utf8(word).ok()?;
        frame.word(word);
        match (word, frame.direction) {
            ("F02", Direction::ToServer) => return places(frame, brace + 5, end),
            ("F90" | "F91", Direction::ToClient) => {}
            (word, Direction::ToClient) => frame.order(Order::Set, word),
            _ => {}
        }
        frame.readable(brace + 4..end);
        Some(())
    }
}

/// Longitude, latitude, time and speed with commas; a bar between places.
fn places(frame: &mut Frame<'_, '_>, from: usize, end: usize) -> Option<()> {
    let mut start = from;
    for item in frame.bytes.get(from..end)?.split(|byte| *byte == b'|') {
        let mut numbers = item.split(|byte| *byte == b',').map(|number| std::str::from_utf8(number).ok()?.parse::<f64>().ok());
        if let (Some(Some(longitude)), Some(Some(latitude))) = (numbers.next(), numbers.next()) {
            frame.place(latitude, longitude, true, start..start + item.len());
        }
        start += item.len() + 1;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::testing::drive;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame(text: &str) -> Vec<u8> {
        let text = format!("YX490154203237518|V1.0|1|{{{text}}}\r\n");
        [&[0, 1, 2][..], &(text.len() as u16).to_be_bytes(), text.as_bytes(), &[0xff, 0xfe, 0xfc]].concat()
    }

    #[test]
    fn places_and_the_kind_are_told_however_they_are_split() {
        let bytes = frame("F02#2.294480,48.858370,202604220809,0.0|-0.141890,51.501364,202604220810,0.0");
        assert_eq!(told(&WRISTBAND, &bytes), ["imei id=490154203237518", "position position=48.858370,2.294480", "position position=51.501364,-0.141890"]);
        let lines = drive((WRISTBAND.open)(), &[(Direction::ToServer, &bytes)]);
        assert!(lines.iter().any(|line| line == "claim watch it speaks the protocol of YX wristbands true"), "{lines:?}");
    }

    #[test]
    fn only_whole_frames_are_taken() {
        assert_eq!(ask(&WRISTBAND, &frame("F01#50,1")), Verdict::Yes);
        assert_eq!(ask(&WRISTBAND, &[0, 1, 2, 0, 30, b'Y', b'Z']), Verdict::No);
    }
}
