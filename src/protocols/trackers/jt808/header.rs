//! The header of a message (JT/T 808, section 4.4.3).

use super::super::bits::Reader;

/// What stands before the content.
pub(super) struct Header {
    /// What kind of message it is.
    pub(super) kind: u16,
    /// Where the device's number stands and how long it is.
    pub(super) id: (usize, usize),
    /// Where the content begins.
    pub(super) content: usize,
    /// Its length, as the header says.
    pub(super) length: usize,
}

impl Header {
    /// Reads it behind the `7e` that begins a frame.
    pub(super) fn read(frame: &[u8]) -> Option<Self> {
        let mut reader = Reader::from(frame, 1);
        let (kind, attributes) = (reader.u16()?, reader.u16()?);
        let is_2019 = attributes & 0x4000 != 0 && !matches!(kind, 0x5501 | 0x5502);
        if is_2019 {
            reader.skip(1)?;
        }
        let id = (reader.at(), if is_2019 { 10 } else { 6 });
        reader.skip(id.1)?;
        reader.skip(if matches!(kind, 0x5501 | 0x5502) { 1 } else { 2 })?;
        if attributes & 0x2000 != 0 {
            reader.skip(4)?;
        }
        Some(Self { kind, id, content: reader.at(), length: usize::from(attributes & 0x3ff) })
    }

    /// Some makers count wrongly; a few bytes too many or too few are let pass.
    pub(super) fn is_right(&self, frame: usize) -> bool {
        frame.checked_sub(self.content + 2).is_some_and(|length| length.abs_diff(self.length) <= 4)
    }
}
