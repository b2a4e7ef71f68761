//! Multipart bodies (RFC 2046, section 5.1; forms: RFC 7578): each part by its name, files included.

use super::walk::{Format, Layer, Trail, Walk};
use crate::content::keys;

/// See the file.
pub(super) static FORMAT: Format = Format { name: "multipart", open };

/// Parts of one body.
const MOST: usize = 256;
/// Bytes of a part's headers.
const HEAD: usize = 2_048;
/// RFC 2046, section 5.1.1: a boundary has at most 70 characters.
const BOUNDARY: usize = 72;

fn open(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    let bytes = layer.bytes;
    let Some(line) = bytes.strip_prefix(b"--").and_then(|_| memchr::memchr(b'\n', bytes.get(..BOUNDARY + 3)?)) else { return false };
    let Some(boundary) = bytes.get(..line).map(<[u8]>::trim_ascii_end).filter(|boundary| boundary.len() > 2) else { return false };
    // What follows is a header.
    let head = bytes.get(line + 1..bytes.len().min(line + 1 + HEAD)).unwrap_or_default();
    if !head.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-")) {
        return false;
    }
    let group = walk.group();
    let finder = memchr::memmem::Finder::new(boundary);
    let mut start = line + 1;
    for _ in 0..MOST {
        let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) else { break };
        let found = finder.find(rest);
        let end = start + found.unwrap_or(rest.len());
        walk.part(key, layer.cut(start, end), group);
        match found.and_then(|_| memchr::memchr(b'\n', bytes.get(end..)?)) {
            Some(length) => start = end + length + 1,
            None => break,
        }
    }
    true
}

impl Walk<'_> {
    /// One part: its headers, a blank line, its content, a line's end.
    fn part(&mut self, outer: &str, layer: Layer<'_>, group: u32) {
        let bytes = layer.bytes;
        let window = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
        let (head, body) = match (memchr::memmem::find(window, b"\r\n\r\n"), memchr::memmem::find(window, b"\n\n")) {
            (Some(head), _) => (head, head + 4),
            (None, Some(head)) => (head, head + 2),
            (None, None) => return,
        };
        let headers = bytes.get(..head).unwrap_or_default();
        let end = bytes.len() - usize::from(bytes.ends_with(b"\n")) - usize::from(bytes.ends_with(b"\r\n"));
        let name = parameter(headers, b"name=").unwrap_or(outer);
        let file = parameter(headers, b"filename=").unwrap_or_default();
        let trail = Trail { outer: layer.trail, form: "multipart", within: "", name };
        let layer = layer.step(&trail);
        if !file.is_empty()
            && let Some(at) = memchr::memmem::find(headers, file.as_bytes())
        {
            self.value("filename", None, layer.cut(at, at + file.len()), group);
        }
        self.bytes(name, keys::meaning(name), layer.cut(body, end.max(body)), group);
    }
}

/// The value of a parameter of a header.
fn parameter<'h>(headers: &'h [u8], name: &[u8]) -> Option<&'h str> {
    let at = memchr::memmem::find_iter(headers, name)
        .find(|at| at.checked_sub(1).and_then(|before| headers.get(before)).is_some_and(|byte| !byte.is_ascii_alphanumeric()))?;
    let rest = headers.get(at + name.len()..)?;
    let (rest, ends): (&[u8], &[u8]) = rest.strip_prefix(b"\"").map_or((rest, b";\r\n \t"), |rest| (rest, b"\"\r\n"));
    let end = rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len());
    std::str::from_utf8(rest.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn a_form_gives_its_parts_and_files() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"imei\"\r\n\r\n352099001761481\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"anna@example.org.txt\"\r\nContent-Type: application/octet-stream\r\n\r\n\x00\x01\x02\xa2\x64mail\x70anna@example.org\x61x\x01\r\n--b\r\nContent-Type: application/json\r\n\r\n{\"sn\":\"AB123456\"}\r\n--b--\r\n";
        let all = list(Role::Body, None, Some("multipart/form-data; boundary=b"), body);
        for want in ["multipart:imei|imei|352099001761481", "multipart:f|filename|anna@example.org.txt", "multipart>json:sn|sn|AB123456"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        let file = b"--b\nContent-Disposition: form-data; name=\"f\"\n\n\xa2\x64mail\x70anna@example.org\x61x\x01\n--b--";
        let all = list(Role::Body, None, None, file);
        assert!(all.contains(&"multipart:f>cbor:mail|mail|anna@example.org".to_owned()), "{all:?}");
    }
}
