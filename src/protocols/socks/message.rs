//! The messages of SOCKS, from their first byte: where each ends, and what it says.
//!
//! Comes in: bytes that may hold less or more than the message. Goes out: the message and its length, or why there is none. It judges nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The usual port, and those of Tor and of other proxies on the same machine.
pub(super) const PORTS: &[u16] = &[1080, 1081, 9050, 9150, 10_808];

/// Longest user name or host name of SOCKS4, which ends with a zero: as long as one of SOCKS5 can be.
const TEXT_LIMIT: usize = 255;

/// No client knows more methods.
const METHODS_LIMIT: u8 = 16;

/// Method of RFC 1928, section 3: a user name and a password follow (RFC 1929).
pub(super) const LOGIN: u8 = 2;

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Miss {
    /// It goes on behind these bytes.
    Part,
    /// The bytes are something else.
    Not,
}

/// A message and its length in bytes.
pub(super) type Got<T> = Result<(T, usize), Miss>;

/// What a client wants (RFC 1928, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// A connection to the target.
    Connect,
    /// A connection from the target.
    Bind,
    /// Datagrams carried to wherever each of them says.
    Associate,
}

impl Command {
    /// The word that it is told by.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Bind => "bind",
            Self::Associate => "udp-associate",
        }
    }

    fn read(code: u8) -> Result<Self, Miss> {
        match code {
            1 => Ok(Self::Connect),
            2 => Ok(Self::Bind),
            3 => Ok(Self::Associate),
            _ => Err(Miss::Not),
        }
    }
}

/// Where to; a host name as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host<'m> {
    Address(IpAddr),
    Name(&'m [u8]),
}

/// A host and its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target<'m> {
    pub(super) host: Host<'m>,
    pub(super) port: u16,
}

/// `HOST:PORT`, an IPv6 address in brackets.
impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host {
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]:{}", self.port),
            Host::Address(IpAddr::V4(address)) => write!(f, "{address}:{}", self.port),
            Host::Name(name) => write!(f, "{}:{}", String::from_utf8_lossy(name), self.port),
        }
    }
}

/// A request of either version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request<'m> {
    pub(super) command: Command,
    pub(super) target: Target<'m>,
    /// The user name of SOCKS4; empty in SOCKS5.
    pub(super) user: &'m [u8],
}

/// Bytes that are read one field after the other.
struct Fields<'m> {
    bytes: &'m [u8],
    at: usize,
}

impl<'m> Fields<'m> {
    fn of(bytes: &'m [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Miss> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let field = rest.first_chunk::<N>().ok_or(Miss::Part)?;
        self.at += N;
        Ok(*field)
    }

    fn byte(&mut self) -> Result<u8, Miss> {
        self.array().map(|[byte]: [u8; 1]| byte)
    }

    fn port(&mut self) -> Result<u16, Miss> {
        self.array().map(u16::from_be_bytes)
    }

    fn exact(&mut self, wanted: u8) -> Result<(), Miss> {
        if self.byte()? == wanted { Ok(()) } else { Err(Miss::Not) }
    }

    /// A text behind a byte that says how long it is.
    fn counted(&mut self) -> Result<&'m [u8], Miss> {
        let length = usize::from(self.byte()?);
        let text = self.bytes.get(self.at..self.at + length).ok_or(Miss::Part)?;
        self.at += length;
        Ok(text)
    }

    /// A readable text that ends with a zero.
    fn terminated(&mut self) -> Result<&'m [u8], Miss> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let within = rest.get(..=TEXT_LIMIT).unwrap_or(rest);
        let end = memchr::memchr(0, within);
        let text = within.get(..end.unwrap_or(within.len())).unwrap_or_default();
        if text.iter().any(u8::is_ascii_control) || (end.is_none() && within.len() > TEXT_LIMIT) {
            return Err(Miss::Not);
        }
        self.at += text.len() + 1;
        end.map(|_| text).ok_or(Miss::Part)
    }

    /// RFC 1928, section 5, with the port behind it.
    fn target(&mut self) -> Result<Target<'m>, Miss> {
        let host = match self.byte()? {
            1 => Host::Address(Ipv4Addr::from(self.array::<4>()?).into()),
            3 => Host::Name(self.counted()?),
            4 => Host::Address(Ipv6Addr::from(self.array::<16>()?).into()),
            _ => return Err(Miss::Not),
        };
        Ok(Target { host, port: self.port()? })
    }
}

/// SOCKS5, section 3: the methods that the client knows.
pub(super) fn greeting(bytes: &[u8]) -> Got<&[u8]> {
    let mut fields = Fields::of(bytes);
    fields.exact(5)?;
    let methods = fields.counted();
    let count = bytes.get(1).copied().unwrap_or(1);
    let shown = methods.unwrap_or_else(|_| bytes.get(2..).unwrap_or_default());
    // Assigned by IANA or free for private use; 0xff says that there is none.
    if !(1..=METHODS_LIMIT).contains(&count) || shown.iter().any(|method| matches!(method, 10..=0x7f | 0xff)) {
        return Err(Miss::Not);
    }
    methods.map(|methods| (methods, fields.at))
}

/// SOCKS5, section 3: the method that the server chooses.
pub(super) fn choice(bytes: &[u8]) -> Got<u8> {
    let mut fields = Fields::of(bytes);
    fields.exact(5)?;
    match fields.byte()? {
        10..=0x7f => Err(Miss::Not),
        method => Ok((method, fields.at)),
    }
}

/// RFC 1929: user name and password.
pub(super) fn login(bytes: &[u8]) -> Got<(&[u8], &[u8])> {
    let mut fields = Fields::of(bytes);
    fields.exact(1)?;
    let user = fields.counted()?;
    let password = fields.counted()?;
    Ok(((user, password), fields.at))
}

/// RFC 1929: whether the two were right. Some servers write the version of SOCKS in the place of that of the login.
pub(super) fn login_answer(bytes: &[u8]) -> Got<bool> {
    let mut fields = Fields::of(bytes);
    match fields.byte()? {
        1 | 5 => Ok((fields.byte()? == 0, fields.at)),
        _ => Err(Miss::Not),
    }
}

/// SOCKS5, section 4.
pub(super) fn request_5(bytes: &[u8]) -> Got<Request<'_>> {
    let mut fields = Fields::of(bytes);
    fields.exact(5)?;
    let command = Command::read(fields.byte()?)?;
    fields.exact(0)?;
    let target = fields.target()?;
    Ok((Request { command, target, user: &[] }, fields.at))
}

/// SOCKS5, section 6: zero is success.
pub(super) fn reply_5(bytes: &[u8]) -> Got<u8> {
    let mut fields = Fields::of(bytes);
    fields.exact(5)?;
    let status = fields.byte()?;
    if status > 8 {
        return Err(Miss::Not);
    }
    fields.exact(0)?;
    fields.target()?;
    Ok((status, fields.at))
}

/// SOCKS4, and 4a where the address is 0.0.0.x: then a host name follows.
pub(super) fn request_4(bytes: &[u8]) -> Got<Request<'_>> {
    let mut fields = Fields::of(bytes);
    fields.exact(4)?;
    let command = match Command::read(fields.byte()?)? {
        Command::Associate => return Err(Miss::Not),
        command => command,
    };
    let port = fields.port()?;
    let address = fields.array::<4>()?;
    if port == 0 || address == [0; 4] {
        return Err(Miss::Not);
    }
    let user = fields.terminated()?;
    let host = if let [0, 0, 0, _] = address { Host::Name(fields.terminated()?) } else { Host::Address(Ipv4Addr::from(address).into()) };
    if host == Host::Name(&[]) {
        return Err(Miss::Not);
    }
    Ok((Request { command, target: Target { host, port }, user }, fields.at))
}

/// SOCKS4: 90 is success.
pub(super) fn reply_4(bytes: &[u8]) -> Got<u8> {
    let mut fields = Fields::of(bytes);
    fields.exact(0)?;
    let status = fields.byte()?;
    if !(90..=93).contains(&status) {
        return Err(Miss::Not);
    }
    fields.array::<6>()?;
    Ok((status, fields.at))
}

/// The header of a datagram that a proxy carries (RFC 1928, section 7), whole ones only.
pub(super) fn datagram(bytes: &[u8]) -> Got<Target<'_>> {
    let mut fields = Fields::of(bytes);
    if fields.array::<3>()? != [0; 3] {
        return Err(Miss::Not);
    }
    let target = fields.target()?;
    Ok((target, fields.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_cut_is_a_part_of_one() {
        type Reader = fn(&[u8]) -> Result<usize, Miss>;
        let readers: [(&[u8], Reader); 9] = [
            (b"\x05\x02\x00\x02", |bytes| greeting(bytes).map(|(_, length)| length)),
            (b"\x05\xff", |bytes| choice(bytes).map(|(_, length)| length)),
            (b"\x01\x04anna\x02pw", |bytes| login(bytes).map(|(_, length)| length)),
            (b"\x01\x00", |bytes| login_answer(bytes).map(|(_, length)| length)),
            (b"\x05\x01\x00\x03\x0bexample.org\x01\xbb", |bytes| request_5(bytes).map(|(_, length)| length)),
            (b"\x05\x00\x00\x01\xc0\x00\x02\x01\x01\xbb", |bytes| reply_5(bytes).map(|(_, length)| length)),
            (b"\x04\x01\x01\xbb\x00\x00\x00\x01anna\x00example.org\x00", |bytes| request_4(bytes).map(|(_, length)| length)),
            (b"\x00\x5a\x00\x00\x00\x00\x00\x00", |bytes| reply_4(bytes).map(|(_, length)| length)),
            (b"\x00\x00\x00\x03\x0bexample.org\x00\x35", |bytes| datagram(bytes).map(|(_, length)| length)),
        ];
        for (bytes, read) in readers {
            let more = [bytes, b"\x16\x03"].concat();
            assert_eq!(read(&more), Ok(bytes.len()), "{bytes:?}");
            for length in 0..bytes.len() {
                assert_eq!(read(&bytes[..length]), Err(Miss::Part), "{bytes:?} cut at {length}");
            }
        }
    }

    #[test]
    fn what_is_no_message_is_known_early() {
        assert_eq!(greeting(b"\x05\x00"), Err(Miss::Not), "no method");
        assert_eq!(greeting(b"\x05\x10\x00\x40"), Err(Miss::Not), "a method that nobody has");
        assert_eq!(request_5(b"\x05\x07"), Err(Miss::Not));
        assert_eq!(request_5(b"\x05\x01\x00\x02"), Err(Miss::Not), "a kind of address that there is not");
        assert_eq!(request_4(b"\x04\x03\x00\x50"), Err(Miss::Not));
        assert_eq!(request_4(b"\x04\x01\x00\x00\xc0\x00\x02\x01"), Err(Miss::Not), "port 0");
        assert_eq!(request_4(b"\x04\x01\x00\x50\xc0\x00\x02\x01\x07"), Err(Miss::Not), "a user name is readable");
        let endless = [b"\x04\x01\x00\x50\xc0\x00\x02\x01".as_slice(), &[b'a'; 400]].concat();
        assert_eq!(request_4(&endless), Err(Miss::Not));
        assert_eq!(reply_4(b"\x00\x00"), Err(Miss::Not));
        assert_eq!(reply_5(b"\x05\x63"), Err(Miss::Not));
    }

    #[test]
    fn targets_are_written_as_everyone_writes_them() {
        let target = |bytes: &[u8]| request_5(bytes).map(|(request, _)| request.target.to_string());
        assert_eq!(target(b"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50").as_deref(), Ok("192.0.2.1:80"));
        assert_eq!(target(b"\x05\x03\x00\x03\x04a.b\xff\x00\x35").as_deref(), Ok("a.b\u{fffd}:53"));
        let six = [b"\x05\x02\x00\x04\x20\x01\x0d\xb8".as_slice(), &[0; 11], b"\x01\x01\xbb"].concat();
        assert_eq!(target(&six).as_deref(), Ok("[2001:db8::1]:443"));
    }
}
