//! Packets in the shape of RTP (RFC 3550, section 5.1) beside a DTLS handshake: SRTP (RFC 3711), where the handshake offered to key it.

/// So many packets of one stream are no chance.
const ENOUGH: u8 = 3;
/// So far the numbers of two packets of a stream may lie apart.
const APART: u16 = 64;

/// One direction's stream: the first that is seen.
#[derive(Debug, Default)]
pub(super) struct Stream {
    source: u32,
    number: u16,
    seen: u8,
}

impl Stream {
    /// Takes a datagram; whether the packets so far are a stream of RTP.
    pub(super) fn take(&mut self, datagram: &[u8]) -> bool {
        let Some((source, number)) = rtp(datagram) else { return self.seen >= ENOUGH };
        let goes_on = self.seen > 0 && self.source == source && (1..APART).contains(&number.wrapping_sub(self.number));
        self.seen = if goes_on { self.seen.saturating_add(1) } else { 1 };
        (self.source, self.number) = (source, number);
        self.seen >= ENOUGH
    }
}

/// The source and the number of an RTP packet. The payload types of RTCP are left out (RFC 5761, section 4).
fn rtp(datagram: &[u8]) -> Option<(u32, u16)> {
    let &[first, kind, high, low, _, _, _, _, ref source @ ..] = datagram.first_chunk::<12>()?;
    let is_rtp = first & 0xc0 == 0x80 && !(64..96).contains(&(kind & 0x7f));
    is_rtp.then(|| (u32::from_be_bytes(*source), u16::from_be_bytes([high, low])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(source: u8, number: u8) -> [u8; 24] {
        let mut packet = [0xa5; 24];
        packet[..12].copy_from_slice(&[0x80, 111, 0, number, 0, 0, 0, number, 1, 2, 3, source]);
        packet
    }

    #[test]
    fn a_stream_has_one_source_and_rising_numbers() {
        let seen = |packets: &[[u8; 24]]| {
            packets.iter().fold((Stream::default(), false), |(mut stream, _), packet| {
                let is_stream = stream.take(packet);
                (stream, is_stream)
            })
        };
        assert!(seen(&[packet(1, 1), packet(1, 2), packet(1, 4)]).1);
        assert!(!seen(&[packet(1, 1), packet(2, 2), packet(3, 3)]).1);
        assert!(!seen(&[packet(1, 9), packet(1, 5), packet(1, 1)]).1);
    }
}
