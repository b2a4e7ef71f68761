//! QUIC Crypto, the handshake of Google's QUIC before it took TLS ("QUIC Crypto", Langley and Chang, revision 2016): messages of tags and values.
//!
//! In come the handshake's bytes in order, cut anywhere; out go the name of the server that a client asks for, and what client software it says
//! it is. This room knows neither packets nor records. No protocol of its own: Google's QUIC and Facebook's Zero carry it.

use std::borrow::Cow;
use std::fmt::Write;

use crate::event::{Event, Exchange, Name, NameSource, Subject};
use crate::protocols::protocol::Say;
use crate::wire::At;

/// What a client begins with.
const CLIENT_HELLO: &[u8; 4] = b"CHLO";
/// A message has at most so many tags (Chromium's limit).
const TAGS: usize = 128;
/// A message longer than this is not waited for.
const LONGEST: usize = 16 * 1024;
/// Kind, number of tags, padding.
const HEADER: usize = 8;
/// A tag and where its value ends.
const ENTRY: usize = 8;
/// A name or user agent longer than this is not told.
const LONGEST_TEXT: usize = 255;

/// Whether a message of a client begins here.
pub(super) fn is_client_hello(bytes: &[u8]) -> bool {
    bytes.starts_with(CLIENT_HELLO) && tags(bytes).is_some_and(|tags| tags <= TAGS)
}

/// A whole message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'m> {
    kind: [u8; 4],
    entries: &'m [[u8; ENTRY]],
    values: &'m [u8],
}

/// What the beginning of bytes is.
enum Begin<'m> {
    /// A message, and what follows it.
    Message(Message<'m>, &'m [u8]),
    /// The beginning of one.
    Part,
    /// No message: its ends lie in no order, or too far.
    Broken,
}

impl<'m> Begin<'m> {
    fn of(bytes: &'m [u8]) -> Self {
        let (Some(kind), Some(count)) = (bytes.first_chunk::<4>(), tags(bytes)) else { return Self::Part };
        if count > TAGS {
            return Self::Broken;
        }
        let Some((entries, rest)) = bytes.get(HEADER..).and_then(|rest| rest.split_at_checked(count * ENTRY)) else { return Self::Part };
        let entries = entries.as_chunks::<ENTRY>().0;
        let length = entries.last().copied().map_or(0, end);
        if !entries.is_sorted_by_key(|entry| end(*entry)) || length > LONGEST {
            return Self::Broken;
        }
        rest.split_at_checked(length).map_or(Self::Part, |(values, after)| Self::Message(Message { kind: *kind, entries, values }, after))
    }
}

fn tags(bytes: &[u8]) -> Option<usize> {
    bytes.get(4..)?.first_chunk().map(|count| usize::from(u16::from_le_bytes(*count)))
}

/// Index behind the value of an entry.
fn end([_, _, _, _, end @ ..]: [u8; ENTRY]) -> usize {
    usize::try_from(u32::from_le_bytes(end)).unwrap_or(usize::MAX)
}

impl<'m> Message<'m> {
    /// Whether it is what a client begins with.
    pub(super) fn is_client_hello(&self) -> bool {
        self.kind == *CLIENT_HELLO
    }

    /// The value of a tag.
    fn value(&self, tag: [u8; 4]) -> Option<&'m [u8]> {
        let place = self.entries.iter().position(|entry| entry.starts_with(&tag))?;
        let start = place.checked_sub(1).and_then(|before| self.entries.get(before)).copied().map_or(0, end);
        self.values.get(start..end(*self.entries.get(place)?))
    }

    /// Tells what a client says of the server and of itself; a server's messages say nothing of use.
    pub(super) fn tell(&self, source: NameSource, at: &dyn Fn(&[u8]) -> At, say: Say<'_>) {
        if !self.is_client_hello() {
            return;
        }
        let name = self.value(*b"SNI\0");
        let host = name.and_then(text);
        if let (Some(name), Some(host)) = (name, &host) {
            say(Event::Name(Name { source, name: host, subject: Subject::Server, at: at(name) }));
        }
        if let Some(agent) = self.value(*b"UAID")
            && let Some(text) = text(agent)
        {
            say(Event::Exchange(Exchange { kind: Some("chlo"), host, agent: Some(text), at: at(agent), ..Exchange::default() }));
        }
    }
}

/// A text as sent, without a final dot; bytes that are not printable ASCII are escaped as in a zone file (RFC 1035, section 5.1).
/// Absent where it is empty or longer than [`LONGEST_TEXT`].
fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let bytes = bytes.strip_suffix(b".").unwrap_or(bytes);
    if bytes.is_empty() || bytes.len() > LONGEST_TEXT {
        return None;
    }
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte);
    if let Ok(text) = str::from_utf8(bytes)
        && bytes.iter().all(is_plain)
    {
        return Some(Cow::Borrowed(text));
    }
    let escaped = bytes.iter().fold(String::new(), |mut out, byte| {
        if is_plain(byte) {
            out.push(char::from(*byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "\\{byte:03}");
        }
        out
    });
    Some(Cow::Owned(escaped))
}

/// A message that can't be one: the rest of the handshake is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// Puts messages together from the pieces that carry them.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// The beginning of a message that is not whole yet.
    buffer: Vec<u8>,
    /// So many bytes make it worth looking at again, so that a message in many pieces is not looked at with each.
    wanted: usize,
    is_broken: bool,
}

impl Messages {
    /// Takes the next bytes of the handshake and gives each message that they complete.
    pub(super) fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(Message<'_>)) -> Result<(), Broken> {
        if self.is_broken {
            return Ok(());
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        if !buffer.is_empty() {
            buffer.extend_from_slice(bytes);
        }
        let mut rest = if buffer.is_empty() { bytes } else { &buffer };
        while !rest.is_empty() && rest.len() >= self.wanted {
            match Begin::of(rest) {
                Begin::Message(message, after) => {
                    each(message);
                    (rest, self.wanted) = (after, 0);
                }
                Begin::Part => {
                    self.wanted = wanted(rest);
                    break;
                }
                Begin::Broken => {
                    self.is_broken = true;
                    return Err(Broken);
                }
            }
        }
        self.buffer = if rest.len() == buffer.len() { buffer } else { rest.to_vec() };
        Ok(())
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.buffer.capacity()
    }
}

/// How many bytes the message that begins here needs, as far as it can be known.
fn wanted(bytes: &[u8]) -> usize {
    let index = tags(bytes).map_or(HEADER, |count| HEADER + count * ENTRY);
    let last = bytes.get(HEADER..index).and_then(|entries| entries.as_chunks::<ENTRY>().0.last());
    index.saturating_add(last.copied().map_or(0, end))
}

/// A client's hello for tests.
#[cfg(test)]
pub(super) mod sample {
    /// A message with these tags.
    pub(crate) fn message(kind: &[u8], tags: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = [kind, &u16::try_from(tags.len()).unwrap().to_le_bytes(), &[0, 0]].concat();
        let mut end = 0;
        for (tag, value) in tags {
            end += u32::try_from(value.len()).unwrap();
            bytes.extend([&tag[..], &end.to_le_bytes()].concat());
        }
        tags.iter().fold(bytes, |bytes, (_, value)| [&bytes, *value].concat())
    }

    /// A CHLO for `cam.example`.
    pub(crate) fn client_hello() -> Vec<u8> {
        message(b"CHLO", &[(b"PAD\0", &[b'-'; 90]), (b"SNI\0", b"cam.example"), (b"VER\0", b"Q043"), (b"UAID", b"CamOS/1.2 Test")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::line;

    const TOLD: [&str; 2] = ["name quic-sni cam.example Server", "exchange chlo - - cam.example - CamOS/1.2 Test status - bytes 0"];

    fn told(pieces: &[&[u8]]) -> Vec<String> {
        let (mut messages, mut lines) = (Messages::default(), Vec::new());
        for piece in pieces {
            let at = |_: &[u8]| At::default();
            let result = messages.feed(piece, |message| message.tell(NameSource::QuicSni, &at, &mut |event| lines.push(line(&event))));
            lines.extend(result.err().map(|_| "broken".to_owned()));
        }
        lines
    }

    #[test]
    fn a_hello_tells_name_and_software_however_it_is_cut() {
        let hello = sample::client_hello();
        assert!(is_client_hello(&hello));
        assert_eq!(told(&[&hello]), TOLD);
        for cut in 0..=hello.len() {
            let (first, second) = hello.split_at(cut);
            assert_eq!(told(&[first, second]), TOLD, "cut at {cut}");
        }
        assert_eq!(told(&hello.chunks(1).collect::<Vec<_>>()), TOLD);
    }

    #[test]
    fn messages_follow_each_other() {
        let rejection = sample::message(b"REJ\0", &[(b"STK\0", &[7; 40]), (b"SNI\0", b"not.a.client")]);
        let both = [rejection, sample::client_hello(), sample::client_hello()].concat();
        assert_eq!(told(&[&both]), [TOLD, TOLD].concat());
        assert_eq!(told(&both.chunks(7).collect::<Vec<_>>()), [TOLD, TOLD].concat());
    }

    #[test]
    fn what_is_no_message_is_given_up_once() {
        let mut backwards = sample::client_hello();
        backwards[12] = 200;
        assert_eq!(told(&[&backwards, &sample::client_hello()]), ["broken"]);
        assert_eq!(told(&[b"CHLO\xff\xff\0\0", &[0; 9_000]]), ["broken"]);
        assert_eq!(told(&[&[b"CHLO\x01\0\0\0PAD\0"[..].to_vec(), vec![0xff; 4]].concat()]), ["broken"]);
        assert!(!is_client_hello(b"CHLO") && !is_client_hello(b"GET / HTTP/1.1"));
    }

    #[test]
    fn odd_and_empty_names_are_made_harmless() {
        let with = |name: &[u8]| told(&[&sample::message(b"CHLO", &[(b"SNI\0", name)])]);
        assert_eq!(with(b"a\x1bb."), ["name quic-sni a\\027b Server"]);
        assert_eq!((with(b"").len(), with(&[b'a'; 256]).len()), (0, 0));
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut messages = Messages::default();
        let begin = [b"CHLO\x01\0\0\0PAD\0".to_vec(), u32::try_from(LONGEST).unwrap().to_le_bytes().to_vec()].concat();
        assert_eq!(messages.feed(&begin, |_| panic!("not whole")), Ok(()));
        for _ in 0..LONGEST - 1 {
            assert_eq!(messages.feed(b"-", |_| panic!("not whole")), Ok(()));
        }
        assert!(messages.memory() <= 2 * LONGEST + 64);
    }
}
