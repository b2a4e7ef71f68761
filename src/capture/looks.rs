//! What a file looks like that is no capture, so that the message can name it.
//!
//! In: its first bytes. Out: a few words. Nothing is decided by them.

/// So many first bytes are looked at.
pub(super) const HEAD: usize = 512;

/// Signatures: where they stand, what they are, and the words for it.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"%PDF", "a PDF"),
    (0, b"\x7fELF", "a program (ELF)"),
    (0, b"MZ", "a Windows program"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (8, b"WAVE", "a WAV sound"),
    (4, b"ftyp", "an MP4 video"),
    (0, b"ID3", "an MP3 sound"),
    (0, b"OggS", "an Ogg sound"),
    (0, b"PK\x03\x04", "a zip archive; unpack it first"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (0, b"Rar!", "a RAR archive; unpack it first"),
    (257, b"ustar", "a tar archive; unpack it first"),
    (0, b"\xfd7zXZ", "xz data; unpack it first"),
    (0, b"BZh", "bzip2 data; unpack it first"),
    (0, b"\x04\x22\x4d\x18", "lz4 data; unpack it first"),
    (0, b"\x1f\x8b", "gzip data"),
    (0, b"\x28\xb5\x2f\xfd", "zstd data"),
    (0, b"SQLite format 3", "an SQLite database"),
    (0, b"snoop\0\0\0", "a snoop capture; convert it with: editcap -F pcapng"),
    (0, b"btsnoop\0", "a Bluetooth btsnoop capture; convert it with: editcap -F pcapng"),
    (0, b"GMBU", "a Microsoft Network Monitor capture; convert it with: editcap -F pcapng"),
    (0, b"RTSS", "a Microsoft Network Monitor capture; convert it with: editcap -F pcapng"),
    (0, b"TRSNIFF data", "a Sniffer capture; convert it with: editcap -F pcapng"),
    (0, b"XCP\0", "a NetXRay capture; convert it with: editcap -F pcapng"),
    (0, b"\x7fver", "a Peek capture; convert it with: editcap -F pcapng"),
    (0, b"<?xml", "XML"),
];

/// ` (it looks like a PDF)`, or nothing.
pub(super) fn describe(head: &[u8]) -> String {
    if head.is_empty() {
        return " (it is empty)".to_owned();
    }
    match name(head) {
        Some(name) => format!(" (it looks like {name})"),
        None => String::new(),
    }
}

/// The words for what begins so.
fn name(head: &[u8]) -> Option<&'static str> {
    let signature = SIGNATURES.iter().find(|(at, bytes, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)));
    if let Some((_, _, name)) = signature {
        return Some(name);
    }
    if head.iter().all(|byte| *byte == 0) {
        return Some("nothing but zeros");
    }
    if is_erf(head) {
        return Some("an ERF capture; convert it with: editcap -F pcapng");
    }
    text(head)
}

/// HTML, JSON or other text, in UTF-8.
fn text(head: &[u8]) -> Option<&'static str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character may have been cut at the end of what is looked at.
        Err(error) if head.len() - error.valid_up_to() < 4 => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
        Err(_) => return None,
    };
    if text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) {
        return None;
    }
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    match start {
        start if start.starts_with("<!doctype html") || start.starts_with("<html") => Some("a web page (HTML)"),
        start if start.starts_with(['{', '[']) => Some("JSON"),
        _ => Some("text"),
    }
}

/// Endace's format has no signature: two records that fit together speak for it.
fn is_erf(head: &[u8]) -> bool {
    let record = |at: usize| {
        let record = head.get(at..)?.first_chunk::<16>()?;
        let [_, _, _, _, seconds @ .., kind, _, length_high, length_low, _, _, wire_high, wire_low] = *record;
        let length = usize::from(u16::from_be_bytes([length_high, length_low]));
        let wire = usize::from(u16::from_be_bytes([wire_high, wire_low]));
        (matches!(kind & 0x7f, 1..=48) && length > 16 && wire > 0).then_some((u32::from_le_bytes(seconds), length))
    };
    record(0).is_some_and(|(first, length)| record(length).is_some_and(|(second, _)| second.abs_diff(first) < 3_600 && first > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_kinds_are_named() {
        let expected: [(&[u8], &str); 13] = [
            (b"%PDF-1.7\n%\xe2\xe3", " (it looks like a PDF)"),
            (b"\x7fELF\x02\x01\x01", " (it looks like a program (ELF))"),
            (b"\xff\xd8\xff\xe0", " (it looks like a JPEG picture)"),
            (b"\x89PNG\r\n", " (it looks like a PNG picture)"),
            (b"PK\x03\x04\x14", " (it looks like a zip archive; unpack it first)"),
            (b"\n<!DOCTYPE html><html>", " (it looks like a web page (HTML))"),
            (b"<html lang=\"en\"></html>", " (it looks like a web page (HTML))"),
            (b"{\"schema\": 1, \"a\": 2}", " (it looks like JSON)"),
            (b"dear diary", " (it looks like text)"),
            ("grüße aus köln, grüß".as_bytes(), " (it looks like text)"),
            (&[0; 64], " (it looks like nothing but zeros)"),
            (b"", " (it is empty)"),
            (b"\xf3\x01\x99\x02\xfe\x00\x01", ""),
        ];
        for (head, words) in expected {
            assert_eq!(describe(head), words);
        }
        assert!(describe(b"snoop\0\0\0\0\0\0\x02").contains("snoop"));
    }

    #[test]
    fn a_character_cut_at_the_end_is_text_still() {
        assert_eq!(describe(&"naïve".as_bytes()[..3]), " (it looks like text)");
        assert_eq!(describe(&[b'a', 0xff, b'b', b'c', b'd', b'e']), "");
    }

    #[test]
    fn erf_is_told_by_two_records() {
        let mut record = vec![0, 0, 0, 0, 0x10, 0, 0, 0x60, 2, 4, 0, 24, 0, 0, 0, 60];
        record.extend([1; 8]);
        assert!(describe(&[record.clone(), record.clone()].concat()).contains("ERF"));
        assert!(!describe(&record).contains("ERF"));
    }
}
