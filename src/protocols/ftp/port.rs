//! Ports at which data will flow, as commands and answers name them (RFC 959, section 4.1.2; RFC 2428).

/// In the argument of `PORT`: `192,0,2,1,195,80`.
pub(super) fn in_port(argument: &[u8]) -> Option<u16> {
    let mut parts = argument.trim_ascii().split(|byte| *byte == b',').map(byte);
    let parts: [Option<u8>; 6] = std::array::from_fn(|_| parts.next().flatten());
    let [Some(_), Some(_), Some(_), Some(_), Some(high), Some(low)] = parts else { return None };
    Some(u16::from_be_bytes([high, low]))
}

/// In an answer 227: the numbers stand somewhere in it, mostly in parentheses.
pub(super) fn in_reply(text: &[u8]) -> Option<u16> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b',';
    text.split(|byte| !is_part(byte)).find_map(in_port)
}

/// In the argument of `EPRT`: `|1|192.0.2.1|50000|`, with any sign between the parts.
pub(super) fn in_eprt(argument: &[u8]) -> Option<u16> {
    let (sign, rest) = argument.trim_ascii().split_first()?;
    let mut parts = rest.split(|byte| byte == sign);
    let (_, _, port) = (parts.next()?, parts.next()?, parts.next()?);
    number(port)
}

/// In an answer 229: `(|||50000|)`.
pub(super) fn in_extended_reply(text: &[u8]) -> Option<u16> {
    let open = memchr::memchr(b'(', text)?;
    let [sign, second, third, rest @ ..] = text.get(open + 1..)? else { return None };
    let end = rest.iter().position(|byte| byte == sign)?;
    (sign == second && sign == third).then(|| number(rest.get(..end)?)).flatten()
}

fn byte(text: &[u8]) -> Option<u8> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

fn number(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_in_all_their_spellings() {
        assert_eq!(in_port(b"192,0,2,1,195,80"), Some(50_000));
        assert_eq!(in_reply(b"Entering Passive Mode (192,0,2,1,195,80)."), Some(50_000));
        assert_eq!(in_reply(b"Entering Passive Mode 192,0,2,1,4,1"), Some(1_025));
        assert_eq!(in_eprt(b"|1|192.0.2.1|50000|"), Some(50_000));
        assert_eq!(in_eprt(b"!2!2001:db8::1!50000!"), Some(50_000));
        assert_eq!(in_extended_reply(b"Entering Extended Passive Mode (|||50000|)"), Some(50_000));
        for none in [&b""[..], b"1,2,3,4,5", b"1,2,3,4,256,1", b"a", b"(|||", b"(||x1|)", b"|1|192.0.2.1", b"(|||99999|)"] {
            assert_eq!((in_reply(none), in_eprt(none), in_extended_reply(none)), (None, None, None), "{none:?}");
        }
    }
}
