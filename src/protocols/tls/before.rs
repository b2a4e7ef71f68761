//! What stands before a hello that is not a stream's first: the words by which another protocol makes way, or the frames of one that carries TLS in
//! pieces of its own.

use super::record;

/// Words by which a client asks for TLS before more than so many bytes were said are known; after more the stream is picked up in its middle.
const LONGEST_WORDS: usize = 64;
/// PostgreSQL's SSLRequest (Frontend/Backend Protocol, "Message Formats"): its length, and a number that is no version.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// Last lines by which text protocols make way: RFC 3207 and RFC 3501, RFC 2595, RFC 4217.
const LAST_WORDS: [&[u8]; 4] = [b"STARTTLS", b"STLS", b"AUTH TLS", b"AUTH SSL"];

/// Index of the records behind a request for TLS at a stream's beginning.
pub(super) fn words(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(&SSL_REQUEST) {
        return Some(SSL_REQUEST.len());
    }
    let said = bytes.get(..record::seek(bytes).min(LONGEST_WORDS))?;
    let lines = said.strip_suffix(b"\n")?.trim_ascii_end();
    let is_text = lines.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\r' | b'\n'));
    let ends_with =
        |words: &&[u8]| lines.len().checked_sub(words.len()).and_then(|start| lines.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(words));
    let asks = LAST_WORDS.iter().any(ends_with);
    (is_text && asks).then_some(said.len())
}

/// Whether bytes are the frames of OpenVPN over TCP, one behind the other and whole: a length of two bytes, an operation of 1 to 11 in the upper five
/// bits of the third (OpenVPN, "Network protocol"). Its control channel is TLS, cut into these.
pub(super) fn are_frames(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk() {
        let Some((frame, next)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))) else { return false };
        if !frame.first().is_some_and(|first| (1..=11).contains(&(first >> 3))) {
            return false;
        }
        rest = next;
    }
    rest.is_empty() && !bytes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: [u8; 8] = [22, 3, 1, 2, 0, 1, 0, 1];

    #[test]
    fn words_that_ask_for_tls_are_known() {
        for said in [&SSL_REQUEST[..], b"CAPA\r\nSTLS\r\n", b"a1 starttls\r\n", b"AUTH TLS\n"] {
            assert_eq!(words(&[said, &HELLO].concat()), Some(said.len()), "{said:?}");
        }
        let long = [&[b'x'; 80][..], b"\r\nSTLS\r\n"].concat();
        for said in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"STLS", b"STLS please\r\n", b"\x01STLS\r\n", &long, b""] {
            assert_eq!(words(&[said, &HELLO].concat()), None, "{said:?}");
        }
    }

    #[test]
    fn frames_are_known_by_their_lengths() {
        let reset = [&[0, 14, 0x38][..], &[9; 13]].concat();
        assert!(are_frames(&reset));
        assert!(are_frames(&[&reset[..], &[0, 10, 0x20, 1, 2, 3, 4, 5, 6, 22, 3, 1]].concat()));
        assert!(!are_frames(&reset[..15]), "cut short");
        assert!(!are_frames(&[&reset[..], &[0, 2, 0xff, 1]].concat()), "no operation");
        assert!(!are_frames(&[0, 0]) && !are_frames(&[]));
    }
}
