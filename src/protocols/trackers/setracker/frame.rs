//! Finds the frames in a stream: where one begins, where it ends although its length may be wrong.
//!
//! Bytes in; header fields and content out, escapes still in place. Knows no command word's meaning.

/// Bytes that frames may run beyond twice their declared length (escaped bytes may be counted once or twice).
const SLACK: usize = 256;
/// Bytes that must be seen behind a `]` to know that another frame begins there: `[VV*`.
const NEXT: usize = 4;

/// What looking for something gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// It.
    Whole(T),
    /// Its beginning.
    Cut,
    /// Something else.
    No,
}

/// `[VV*ID*LEN*`, or with an index `[VV*ID*INDEX*LEN*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'f> {
    /// The device's number: ten digits, or the IMEI of fifteen.
    pub id: &'f str,
    /// Index of the number in the frame.
    pub id_at: usize,
    /// The length of the content that the frame declares.
    pub declared: usize,
    /// Bytes of the header: the content begins behind them.
    pub length: usize,
}

impl<'f> Header<'f> {
    /// Reads a header and looks at the first byte of the command word.
    pub fn read(bytes: &'f [u8]) -> Found<Self> {
        let mut scan = Scan { bytes, at: 0, cut: false };
        match scan.header() {
            Some(header) => Found::Whole(header),
            None if scan.cut => Found::Cut,
            None => Found::No,
        }
    }
}

/// Walks over the bytes of a header.
struct Scan<'f> {
    bytes: &'f [u8],
    at: usize,
    /// Looking ended at the end of the bytes, not at a byte that does not fit.
    cut: bool,
}

impl<'f> Scan<'f> {
    fn header(&mut self) -> Option<Header<'f>> {
        self.one(|byte| byte == b'[')?;
        self.one(is_maker)?;
        self.one(is_maker)?;
        self.one(|byte| byte == b'*')?;
        let id_at = self.at;
        let id = self.run(u8::is_ascii_digit, 15)?;
        if !matches!(id.len(), 10 | 15) {
            return None;
        }
        let first = self.run(u8::is_ascii_hexdigit, 4)?;
        let second = if self.peek_hex_field()? { Some(self.run(u8::is_ascii_hexdigit, 4)?) } else { None };
        let length = self.at;
        self.one(|byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
        let declared = second.unwrap_or(first);
        let four = |field: &str| field.len() == 4;
        if !four(first) || !four(declared) {
            return None;
        }
        Some(Header { id, id_at, declared: usize::from_str_radix(declared, 16).ok()?, length })
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.cut |= byte.is_none();
        byte
    }

    fn one(&mut self, fits: impl Fn(u8) -> bool) -> Option<()> {
        let byte = self.next()?;
        self.at += 1;
        fits(byte).then_some(())
    }

    /// Up to `most` bytes that fit, closed by an asterisk, which is passed.
    fn run(&mut self, fits: impl Fn(&u8) -> bool, most: usize) -> Option<&'f str> {
        let begin = self.at;
        while self.at - begin <= most {
            let byte = self.next()?;
            if byte == b'*' {
                let field = self.bytes.get(begin..self.at)?;
                self.at += 1;
                return std::str::from_utf8(field).ok();
            }
            if !fits(&byte) {
                return None;
            }
            self.at += 1;
        }
        None
    }

    /// Whether four hexadecimal digits and an asterisk follow; absent where the bytes end too early to tell.
    fn peek_hex_field(&mut self) -> Option<bool> {
        let rest = self.bytes.get(self.at..)?;
        let fits = |(index, byte): (usize, &u8)| if index < 4 { byte.is_ascii_hexdigit() } else { *byte == b'*' };
        if !rest.iter().take(5).enumerate().all(fits) {
            return Some(false);
        }
        self.cut |= rest.len() < 5;
        (rest.len() >= 5).then_some(true)
    }
}

/// Makers mark their frames with two capitals; some use a digit.
fn is_maker(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// A whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'f> {
    /// Its header.
    pub header: Header<'f>,
    /// Command word and arguments, escapes in place.
    pub content: &'f [u8],
    /// Bytes from bracket to bracket.
    pub length: usize,
    /// Whether the declared length is the true one.
    pub exact: bool,
}

/// What reading a frame gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read<'f> {
    /// It.
    Whole(Frame<'f>),
    /// More bytes are needed; so many need not be searched again.
    Wait {
        /// Bytes from the frame's first on that hold no end.
        searched: usize,
        /// Length of the frame, if its declared length is wrong and nothing more comes.
        perhaps: Option<usize>,
    },
    /// No frame begins here.
    No,
}

impl<'f> Frame<'f> {
    /// Reads the frame that begins `bytes`, of which the first `searched` are known to hold no end.
    ///
    /// The declared length decides where a bracket stands there. Where none does, the length is wrong, and the first bracket closes the frame
    /// (brackets in the content are escaped). A bracket before the declared end closes it only if another frame begins behind it.
    pub fn read(bytes: &'f [u8], searched: usize) -> Read<'f> {
        let header = match Header::read(bytes) {
            Found::Whole(header) => header,
            Found::Cut => return Read::Wait { searched: 0, perhaps: None },
            Found::No => return Read::No,
        };
        let declared = header.length + header.declared;
        let limit = header.length + 2 * header.declared + SLACK;
        let mut at = searched.max(header.length);
        loop {
            let skip = bytes.get(at..bytes.len().min(limit)).and_then(|rest| memchr::memchr(b']', rest));
            let Some(skip) = skip else { break };
            at += skip;
            if at >= declared {
                return Read::Whole(Self::close(bytes, header, at));
            }
            match begins_frame(bytes.get(at + 1..).unwrap_or_default()) {
                Found::Whole(()) => return Read::Whole(Self::close(bytes, header, at)),
                Found::No => at += 1,
                Found::Cut => return Read::Wait { searched: at, perhaps: Some(at + 1) },
            }
        }
        if bytes.len() >= limit { Read::No } else { Read::Wait { searched: bytes.len().max(header.length), perhaps: None } }
    }

    /// The frame that `bytes` are, closed by their last byte.
    pub fn up_to_end(bytes: &'f [u8]) -> Option<Self> {
        match (Header::read(bytes), bytes.last()) {
            (Found::Whole(header), Some(b']')) => Some(Self::close(bytes, header, bytes.len() - 1)),
            _ => None,
        }
    }

    fn close(bytes: &'f [u8], header: Header<'f>, end: usize) -> Self {
        let content = bytes.get(header.length..end).unwrap_or_default();
        Self { header, content, length: end + 1, exact: content.len() == header.declared }
    }
}

/// Whether another frame follows: `[VV*`.
fn begins_frame(bytes: &[u8]) -> Found<()> {
    let fits = |(index, &byte): (usize, &u8)| match index {
        0 => byte == b'[',
        3 => byte == b'*',
        _ => is_maker(byte),
    };
    // A line end may stand between frames.
    let bytes = bytes.trim_ascii_start();
    if !bytes.iter().take(NEXT).enumerate().all(fits) {
        return Found::No;
    }
    if bytes.len() < NEXT { Found::Cut } else { Found::Whole(()) }
}

/// Whether a frame only stands quoted in other text: it is closed where it says, and something else than a frame follows.
pub fn is_quoted(content: &[u8], declared: usize) -> bool {
    let Some((inside, [b']', after @ ..])) = content.split_at_checked(declared) else { return false };
    inside.is_ascii() && matches!(begins_frame(after), Found::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_kind_are_read() {
        for (bytes, id, declared, length) in [
            (&b"[3G*8800000015*0002*LK]"[..], "8800000015", 2, 20),
            (b"[ZJ*014111001350304*0038*000A*LK]", "014111001350304", 10, 30),
            (b"[SG*352093070000000*00FF*UD,", "352093070000000", 255, 25),
        ] {
            let Found::Whole(header) = Header::read(bytes) else { panic!("{bytes:?}") };
            assert_eq!((header.id, header.declared, header.length), (id, declared, length));
            for cut in 0..=length {
                assert_eq!(Header::read(&bytes[..cut]), Found::Cut, "{cut}");
            }
        }
    }

    #[test]
    fn other_brackets_are_no_headers() {
        for bytes in [
            &b"[12:00:01*eth0*0010*up]"[..],
            b"[3G*88000000*0002*LK]",
            b"[3g*8800000015*0002*LK]",
            b"[3G*8800000015*002*LK]",
            b"[3G*8800000015*0002*,K]",
            b"[INFO] started",
            b"{}",
        ] {
            assert_eq!(Header::read(bytes), Found::No, "{}", String::from_utf8_lossy(bytes));
        }
    }

    fn whole(bytes: &[u8]) -> (&[u8], bool) {
        match Frame::read(bytes, 0) {
            Read::Whole(frame) => (frame.content, frame.exact),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_right_length_decides() {
        assert_eq!(whole(b"[3G*8800000015*0002*LK][3G*"), (&b"LK"[..], true));
        assert_eq!(whole(b"[3G*8800000015*0006*TK,a]b][3G*"), (&b"TK,a]b"[..], true), "a bracket in the content");
    }

    #[test]
    fn a_wrong_length_is_mended() {
        assert_eq!(whole(b"[3G*8800000015*0001*LK]"), (&b"LK"[..], false), "too short");
        assert_eq!(whole(b"[3G*8800000015*00FF*LK][3G*8800000015*0002*LK]"), (&b"LK"[..], false), "too long, and another follows");
        assert_eq!(Frame::read(b"[3G*8800000015*00FF*LK]", 0), Read::Wait { searched: 22, perhaps: Some(23) });
        assert!(Frame::up_to_end(b"[3G*8800000015*00FF*LK]").is_some_and(|frame| frame.content == b"LK" && !frame.exact));
    }

    #[test]
    fn a_frame_that_never_ends_is_none() {
        let mut bytes = b"[3G*8800000015*0002*LK".to_vec();
        bytes.extend([b'x'; 400]);
        assert_eq!(Frame::read(&bytes, 0), Read::No);
    }

    #[test]
    fn a_quoted_frame_is_known_by_what_follows() {
        assert!(is_quoted(b"LK] from 192.0.2.1", 2));
        assert!(!is_quoted(b"LK][3G*8800000015*0002*LK]", 2));
        assert!(!is_quoted(b"LK]", 2));
        assert!(!is_quoted(b"LK,1,2", 2));
    }
}
