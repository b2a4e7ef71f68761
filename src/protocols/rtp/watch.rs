//! Streams of RTP: packets of one source with rising numbers (RFC 3550, section 6.4.1 and appendix A.1), and what they carry.
//!
//! In come packets, out go conclusions, each once a stream: a codec in the clear, or ciphertext. Where neither shows nothing is concluded.

use super::header::Packet;
use super::payload::{Look, is_h264_parameters, may_be_cipher};
use crate::event::Media;
use crate::protocols::sdp::{Format, fixed};

/// At most so many streams of a flow are watched; further ones replace the oldest.
const STREAMS: usize = 16;
/// So many packets in order are no chance.
const IN_ORDER: u32 = 4;
/// So far the numbers of two packets may lie apart.
const APART: u16 = 100;
/// So many payloads are looked at; then it stays unknown what they are.
const LOOKED_AT: u32 = 400;
/// So many payloads are enough where the stream says how its pictures are to be read.
const DESCRIBED: u32 = 6;
/// No packet of a voice is so large.
const LARGE: usize = 500;
/// So many noisy payloads are ciphertext, if their first bytes differ as well.
const NOISY: u32 = 40;

/// What a stream is found to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocols) enum Found<'f> {
    /// A recording in the clear.
    Clear(Media, &'f str),
    /// Ciphertext.
    Cipher,
}

/// One stream.
#[derive(Debug, Default)]
struct Stream {
    source: u32,
    kind: u8,
    number: u16,
    time: u32,
    /// Packets in order so far.
    in_order: u32,
    looked_at: u32,
    /// How many payloads looked like each of [`Look::ALL`].
    looks: [u32; Look::ALL.len()],
    /// Payloads that were long enough to be noise, and those that were.
    long: u32,
    noisy: u32,
    /// Payloads too large for a voice.
    large: u32,
    /// Whether a payload said how H.264's pictures are to be read.
    has_parameters: bool,
    /// Which first bytes were seen.
    firsts: [u64; 4],
    /// Packets by the configuration in their first byte, if all are Opus (RFC 6716, section 3.1), and those whose time went on as Opus' does.
    configured: u32,
    configuration: u8,
    paced: u32,
    is_over: bool,
}

/// The streams of one direction.
#[derive(Debug, Default)]
pub(in crate::protocols) struct Watch {
    streams: Vec<Stream>,
}

impl Watch {
    /// Takes a packet; what shows by it of its stream for the first time. `formats`: what a description said of payload types.
    pub(in crate::protocols) fn take<'f>(&mut self, packet: &Packet<'_>, formats: &'f [Format]) -> Option<Found<'f>> {
        let known = self.streams.iter().position(|stream| stream.source == packet.source && stream.kind == packet.kind);
        let place = known.unwrap_or_else(|| {
            if self.streams.len() >= STREAMS {
                self.streams.remove(0);
            }
            self.streams.push(Stream { source: packet.source, kind: packet.kind, number: packet.number.wrapping_sub(1), ..Stream::default() });
            self.streams.len() - 1
        });
        self.streams.get_mut(place)?.take(packet, formats)
    }

    /// Whether a stream is one for certain.
    pub(in crate::protocols) fn is_certain(&self) -> bool {
        self.streams.iter().any(|stream| stream.in_order >= IN_ORDER)
    }

    /// How many streams there are: of chance there are as many as packets.
    pub(in crate::protocols) fn count(&self) -> usize {
        self.streams.len()
    }

    /// Bytes of memory held.
    pub(in crate::protocols) fn memory(&self) -> usize {
        self.streams.capacity() * size_of::<Stream>()
    }
}

impl Stream {
    fn take<'f>(&mut self, packet: &Packet<'_>, formats: &'f [Format]) -> Option<Found<'f>> {
        let step = packet.number.wrapping_sub(self.number);
        let lapse = packet.time.wrapping_sub(self.time);
        if step == 0 {
            return None;
        }
        self.in_order = if step <= APART { self.in_order.saturating_add(1) } else { 1 };
        (self.number, self.time) = (packet.number, packet.time);
        if self.is_over || packet.payload.is_empty() {
            return None;
        }
        let described = formats.iter().find(|format| format.kind == packet.kind && !format.codec.is_empty());
        if let Some(format) = described {
            self.is_over = true;
            return (!format.is_sealed).then_some(Found::Clear(format.media, &format.codec));
        }
        self.look(packet, u32::from(step) * 120, lapse);
        let found = if self.in_order >= IN_ORDER { self.conclude() } else { None };
        self.is_over |= found.is_some() || self.looked_at >= LOOKED_AT;
        found
    }

    fn look(&mut self, packet: &Packet<'_>, least_lapse: u32, lapse: u32) {
        self.looked_at += 1;
        for (count, look) in self.looks.iter_mut().zip(Look::ALL) {
            *count += u32::from(look.fits(packet.kind, packet.payload));
        }
        if let Some(is_noisy) = may_be_cipher(packet.payload) {
            self.long += 1;
            self.noisy += u32::from(is_noisy);
        }
        self.large += u32::from(packet.payload.len() >= LARGE);
        self.has_parameters |= packet.kind >= 96 && is_h264_parameters(packet.payload);
        let first = packet.payload.first().copied().unwrap_or_default();
        if let Some(word) = self.firsts.get_mut(usize::from(first >> 6)) {
            *word |= 1 << (first & 63);
        }
        if self.configured == 0 {
            self.configuration = first >> 3;
        }
        self.configured += u32::from(self.configuration == first >> 3);
        self.paced += u32::from(lapse >= least_lapse && lapse.is_multiple_of(120) && packet.payload.len() < LARGE);
    }

    fn conclude<'f>(&self) -> Option<Found<'f>> {
        let is_most = |count: u32| count * 20 >= self.looked_at * 19;
        let looks = Look::ALL.into_iter().zip(self.looks);
        let look = looks.into_iter().find(|(look, count)| match look {
            _ if look.begins_only() => *count >= look.enough(),
            Look::H264 if self.has_parameters => *count >= DESCRIBED && is_most(*count),
            Look::Companded => *count >= look.enough() && *count * 4 >= self.looked_at * 3,
            _ => *count >= look.enough() && is_most(*count) && (!look.is_weak() || self.large > 0),
        });
        if let Some((look, _)) = look {
            return Some(name(look, self.kind));
        }
        // A payload type that stands for one codec, in a payload that is no noise.
        if let Some((media, codec)) = fixed(self.kind)
            && self.long >= 8
            && self.noisy * 4 < self.long
            && !matches!(self.kind, 0 | 3 | 8 | 26 | 33)
        {
            return Some(Found::Clear(media, codec));
        }
        let is_opus = self.kind >= 96 && self.looked_at >= 24 && self.configured * 10 >= self.looked_at * 8 && self.paced * 10 >= self.looked_at * 8;
        if is_opus {
            return Some(Found::Clear(Media::Voice, "opus"));
        }
        let distinct: u32 = self.firsts.iter().map(|word| word.count_ones()).sum();
        let is_cipher = self.long >= NOISY && self.noisy * 20 >= self.long * 19 && distinct * 2 >= self.looked_at.min(80);
        // Of the fixed types only those whose clear payload shows.
        let would_show = self.kind >= 96 || matches!(self.kind, 0 | 8);
        (is_cipher && would_show).then_some(Found::Cipher)
    }
}

fn name<'f>(look: Look, kind: u8) -> Found<'f> {
    let (media, codec) = match look {
        Look::H264 => (Media::Video, "h264"),
        Look::H265 => (Media::Video, "h265"),
        Look::Vp8 => (Media::Video, "vp8"),
        Look::H263 => (Media::Video, "h263"),
        Look::Jpeg => (Media::Video, "jpeg"),
        Look::TransportStream => (Media::Video, "mpeg-ts"),
        Look::ProgramStream => (Media::Video, "mpeg-ps"),
        Look::Aac => (Media::Voice, "aac"),
        Look::Amr => (Media::Voice, "amr"),
        Look::Companded if kind == 8 => (Media::Voice, "pcma"),
        Look::Companded => (Media::Voice, "pcmu"),
        Look::Gsm => (Media::Voice, "gsm"),
    };
    Found::Clear(media, codec)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(kind: u8, formats: &[Format], count: u16, payload: impl Fn(u16) -> Vec<u8>) -> Option<(u16, Found<'_>)> {
        let mut watch = Watch::default();
        (0..count).find_map(|number| {
            let payload = payload(number);
            let packet = Packet { kind, number: 65_530_u16.wrapping_add(number), time: u32::from(number) * 960, source: 7, payload: &payload };
            watch.take(&packet, formats).map(|found| (number, found))
        })
    }

    #[test]
    fn parameters_of_h264_make_few_packets_enough() {
        let stream = |first: &'static [u8]| {
            watch(96, &[], 12, move |number| match number {
                0 => first.to_vec(),
                1 => vec![0x68, 0xce, 0x3c, 0x80],
                _ => [&[0x7c, if number == 2 { 0x85 } else { 0x05 }][..], &noise(number, 700)].concat(),
            })
        };
        assert_eq!(stream(&[0x67, 0x42, 0xc0, 0x1e, 0xda, 0x02]).map(|(_, found)| found), Some(Found::Clear(Media::Video, "h264")));
        assert_eq!(stream(&[0x67, 0x43, 0xc0, 0x1e, 0xda, 0x02]), None, "no such profile");
    }

    fn noise(number: u16, length: usize) -> Vec<u8> {
        let mut state = u64::from(number) + 1;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
            })
            .collect()
    }

    #[test]
    fn clear_media_show_and_ciphertext_does_not_pass_for_them() {
        assert_eq!(watch(0, &[], 20, |_| vec![0xff; 160]), Some((5, Found::Clear(Media::Voice, "pcmu"))));
        let h264 = |number: u16| [&[0x7c, if number == 0 { 0x85 } else { 0x05 }][..], &noise(number, 900)].concat();
        assert_eq!(watch(96, &[], 40, h264), Some((15, Found::Clear(Media::Video, "h264"))));
        let opus = |number: u16| [&[0x78][..], &noise(number, 80)].concat();
        assert_eq!(watch(111, &[], 40, opus), Some((23, Found::Clear(Media::Voice, "opus"))));
        let narrow = |number: u16| [&[0x48][..], &noise(number, 30)].concat();
        assert_eq!(watch(111, &[], 40, narrow), Some((23, Found::Clear(Media::Voice, "opus"))), "looks like parameters of H.264");
        assert_eq!(watch(96, &[], 400, |number| noise(number, 700)).map(|(_, found)| found), Some(Found::Cipher));
        assert_eq!(watch(0, &[], 400, |number| noise(number, 160)).map(|(_, found)| found), Some(Found::Cipher));
        assert_eq!(watch(18, &[], 400, |number| noise(number, 20)), None, "nobody can tell");
    }

    #[test]
    fn a_description_settles_it() {
        let format = |is_sealed| [Format { kind: 96, media: Media::Video, codec: "h265".to_owned(), is_sealed }];
        assert_eq!(watch(96, &format(false), 9, |number| noise(number, 99)), Some((0, Found::Clear(Media::Video, "h265"))));
        assert_eq!(watch(96, &format(true), 9, |_| vec![0; 99]), None);
    }

    #[test]
    fn numbers_must_rise() {
        let mut watch = Watch::default();
        for number in (0..200_u16).map(|number| number.wrapping_mul(7_919)) {
            watch.take(&Packet { kind: 96, number, time: 0, source: 7, payload: &[0, 0, 1, 0xba, 0] }, &[]);
        }
        assert!(!watch.is_certain());
        for source in 0..1_000 {
            watch.take(&Packet { kind: 96, number: 1, time: 0, source, payload: b"" }, &[]);
        }
        assert!(watch.count() <= STREAMS);
    }
}
