//! Captures of every kind, made here, and read in every way. The other tests of this room borrow the makers.

use std::io::{self, Cursor, Read, Write};

use super::file::{Capture, Delivery};
use super::source::{Block, Fill, Frame, InputReport, Source};
use crate::error::CaptureError;
use crate::wire::Timestamp;

/// A frame as it was read, and its bytes.
type Taken = (Frame, Vec<u8>);

/// One packet to be written: nanoseconds, bytes, and the length on the wire.
#[derive(Clone, Debug)]
struct Made {
    nanos: u64,
    data: Vec<u8>,
    wire: u32,
}

/// Writes numbers in one byte order.
#[derive(Clone, Copy, Debug)]
struct Writer {
    big: bool,
}

impl Writer {
    fn u16(self, number: u16) -> [u8; 2] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn u32(self, number: u32) -> [u8; 4] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn pcap_header(self, magic: u32, link: u32) -> Vec<u8> {
        [&self.u32(magic)[..], &self.u16(2), &self.u16(4), &[0; 8], &self.u32(65_535), &self.u32(link)].concat()
    }

    fn pcap_record(self, made: &Made, unit: u64, extra: usize) -> Vec<u8> {
        let (seconds, fraction) = ((made.nanos / 1_000_000_000) as u32, (made.nanos % 1_000_000_000 / unit) as u32);
        let head = [seconds, fraction, made.data.len() as u32, made.wire].map(|word| self.u32(word)).concat();
        [&head[..], &vec![0xee; extra], &made.data].concat()
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let body = [body, &vec![0; body.len().next_multiple_of(4) - body.len()]].concat();
        let length = self.u32(body.len() as u32 + 12);
        [&self.u32(kind)[..], &length, &body, &length].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [&self.u32(0x1a2b_3c4d)[..], &self.u16(1), &self.u16(0), &[0xff; 8], &self.u16(4), &self.u16(4), b"test", &[0; 4]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    fn interface(self, link: u16, snaplen: u32, options: &[u8]) -> Vec<u8> {
        self.block(1, &[&self.u16(link)[..], &[0; 2], &self.u32(snaplen), options].concat())
    }

    /// The option if_tsresol.
    fn resolution(self, value: u8) -> Vec<u8> {
        [&self.u16(9)[..], &self.u16(1), &[value, 0, 0, 0], &[0; 4]].concat()
    }

    fn enhanced(self, interface: u32, ticks: u64, made: &Made, options: &[u8]) -> Vec<u8> {
        let words = [interface, (ticks >> 32) as u32, ticks as u32, made.data.len() as u32, made.wire].map(|word| self.u32(word)).concat();
        let padding = vec![0; made.data.len().next_multiple_of(4) - made.data.len()];
        self.block(6, &[&words, &made.data, &padding, options].concat())
    }

    fn obsolete(self, interface: u16, ticks: u64, made: &Made) -> Vec<u8> {
        let words = [(ticks >> 32) as u32, ticks as u32, made.data.len() as u32, made.wire].map(|word| self.u32(word)).concat();
        self.block(2, &[&self.u16(interface)[..], &self.u16(0xffff), &words, &made.data].concat())
    }

    fn simple(self, made: &Made) -> Vec<u8> {
        self.block(3, &[&self.u32(made.wire)[..], &made.data].concat())
    }
}

const LITTLE: Writer = Writer { big: false };
const BIG: Writer = Writer { big: true };
const START: u64 = 1_700_000_000_000_000_000;

/// Packets of many lengths, also none, cut ones among them; one a millisecond.
fn packets() -> Vec<Made> {
    let lengths = [60usize, 0, 1, 1_514, 2, 3, 4, 5, 90];
    let make = |(number, length): (usize, &usize)| Made {
        nanos: START + number as u64 * 1_000_000 + 123_000,
        data: (0..*length).map(|byte| (byte * 7 + number) as u8).collect(),
        wire: *length as u32 + if number % 3 == 2 { 100 } else { 0 },
    };
    lengths.iter().enumerate().map(make).collect()
}

fn pcap_of(writer: Writer, magic: u32, unit: u64, extra: usize, packets: &[Made]) -> Vec<u8> {
    let records = packets.iter().flat_map(|made| writer.pcap_record(made, unit, extra));
    writer.pcap_header(magic, 1).into_iter().chain(records).collect()
}

fn pcap() -> Vec<u8> {
    pcap_of(LITTLE, 0xa1b2_c3d4, 1_000, 0, &packets())
}

/// All block kinds, two interfaces, and blocks that hold no packet.
fn pcapng_of(writer: Writer) -> Vec<u8> {
    let mut bytes = [writer.section(), writer.interface(1, 0, &[]), writer.interface(1, 0, &writer.resolution(9))].concat();
    for (number, made) in packets().iter().enumerate() {
        let option = [&writer.u16(1)[..], &writer.u16(5), b"hello\0\0\0", &[0; 4]].concat();
        bytes.extend(match number % 4 {
            0 => writer.enhanced(0, made.nanos / 1_000, made, &[]),
            1 => writer.enhanced(1, made.nanos, made, &option),
            2 => writer.obsolete(0, made.nanos / 1_000, made),
            _ => [writer.block(0x0bad, &vec![1; number * 10]), writer.block(9, b"MESSAGE=hello\n"), writer.enhanced(1, made.nanos, made, &[])].concat(),
        });
    }
    [bytes, writer.block(5, &[0; 12])].concat()
}

/// Gives at most so many bytes at a time.
struct Slow(Cursor<Vec<u8>>, usize);

impl Read for Slow {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(self.1);
        self.0.read(&mut out[..most])
    }
}

fn open(bytes: &[u8], chunk: usize, flowing: bool) -> Result<Capture, CaptureError> {
    let delivery = if flowing { Delivery::Flowing } else { Delivery::Stored(bytes.len() as u64) };
    Capture::open("test.pcap", Box::new(Slow(Cursor::new(bytes.to_vec()), chunk)), delivery)
}

/// Every frame of a source with its bytes.
pub(super) fn read_all(source: &mut dyn Source) -> Vec<Taken> {
    let (mut block, mut frames) = (Block::default(), Vec::new());
    loop {
        match source.fill(&mut block).unwrap() {
            Fill::Frames => {
                assert!(!block.frames.is_empty() && block.frames.len() <= Block::FRAMES);
                frames.extend(block.frames.iter().map(|frame| (Frame { start: 0, ..*frame }, block.frame(frame).to_vec())));
            }
            Fill::Idle => {}
            Fill::End => {
                assert_eq!(source.fill(&mut block).unwrap(), Fill::End);
                return frames;
            }
        }
    }
}

fn read(bytes: &[u8]) -> (Vec<Taken>, InputReport) {
    let mut capture = open(bytes, usize::MAX, false).unwrap();
    let frames = read_all(&mut capture);
    (frames, capture.report())
}

/// What should be read.
fn expected(unit: u64) -> Vec<Taken> {
    let make = |(index, made): (usize, Made)| {
        let time = Timestamp((made.nanos / unit * unit) as i64);
        (Frame { number: index as u64 + 1, time, link: 1, start: 0, captured: made.data.len() as u32, wire: made.wire }, made.data)
    };
    packets().into_iter().enumerate().map(make).collect()
}

/// A capture of Ethernet frames, one a second.
pub(super) fn capture(frames: &[Vec<u8>]) -> Box<dyn Source> {
    let make = |(second, data): (usize, &Vec<u8>)| Made { nanos: START + second as u64 * 1_000_000_000, data: data.clone(), wire: data.len() as u32 };
    let made: Vec<_> = frames.iter().enumerate().map(make).collect();
    Box::new(open(&pcap_of(LITTLE, 0xa1b2_3c4d, 1, 0, &made), usize::MAX, false).unwrap())
}

/// A capture of one byte a packet, at these seconds.
pub(super) fn capture_at(seconds: &[f64]) -> Box<dyn Source> {
    let made: Vec<_> = seconds.iter().map(|second| Made { nanos: (second * 1e9) as u64, data: vec![1], wire: 1 }).collect();
    Box::new(open(&pcap_of(LITTLE, 0xa1b2_3c4d, 1, 0, &made), usize::MAX, false).unwrap())
}

/// A frame with an empty UDP datagram to a port, between addresses of the documentation.
pub(super) fn ethernet_udp(port: u16) -> Vec<u8> {
    let mut frame = vec![0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0];
    frame.extend([0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 1]);
    frame.extend([&40_000u16.to_be_bytes()[..], &port.to_be_bytes(), &[0, 8, 0, 0]].concat());
    frame
}

#[test]
fn every_variant_of_pcap_gives_the_same_frames() {
    for writer in [LITTLE, BIG] {
        for (magic, unit, extra) in [(0xa1b2_c3d4, 1_000, 0), (0xa1b2_3c4d, 1, 0), (0xa1b2_cd34, 1_000, 8)] {
            let (frames, report) = read(&pcap_of(writer, magic, unit, extra, &packets()));
            assert_eq!(frames, expected(unit), "{magic:x} {writer:?}");
            assert_eq!((report.format.as_str(), report.packets, report.damage), ("pcap", 9, None));
            assert_eq!(report.link_types, [1]);
        }
    }
}

#[test]
fn the_header_of_ixia_is_four_bytes_longer() {
    for (magic, unit) in [(0x1c00_01ac, 1), (0x1c00_01ab, 1_000)] {
        let mut bytes = pcap_of(BIG, magic, unit, 0, &packets());
        bytes.splice(24..24, [0, 0, 8, 0]);
        assert_eq!(read(&bytes).0, expected(unit));
    }
}

#[test]
fn every_block_kind_of_pcapng_gives_the_same_frames() {
    for writer in [LITTLE, BIG] {
        let (frames, report) = read(&pcapng_of(writer));
        assert_eq!(frames, expected(1), "{writer:?}");
        assert_eq!((report.format.as_str(), report.packets, report.damage), ("pcapng", 9, None));
        assert_eq!(report.first, Some(Timestamp(START as i64 + 123_000)));
        assert_eq!(report.last, Some(Timestamp(START as i64 + 8_123_000)));
    }
}

#[test]
fn sections_may_change_the_byte_order_and_begin_their_interfaces_anew() {
    let made = packets();
    let bytes = [
        LITTLE.section(),
        LITTLE.interface(1, 0, &[]),
        LITTLE.enhanced(0, 5, &made[0], &[]),
        BIG.section(),
        BIG.interface(101, 0, &BIG.resolution(0x80 | 1)),
        BIG.interface(113, 0, &[]),
        BIG.enhanced(0, 5, &made[3], &[]),
        BIG.enhanced(1, 5, &made[2], &[]),
        LITTLE.section(),
        LITTLE.interface(1, 4, &[]),
        LITTLE.simple(&Made { nanos: 0, data: vec![9; 4], wire: 60 }),
    ]
    .concat();
    let (frames, report) = read(&bytes);
    let read: Vec<_> = frames.iter().map(|(frame, data)| (frame.link, frame.time.0, data.len(), frame.wire)).collect();
    assert_eq!(read, [(1, 5_000, 60, 60), (101, 2_500_000_000, 1_514, 1_514), (113, 5_000, 1, 101), (1, 0, 4, 60)]);
    assert_eq!(report.link_types, [1, 101, 113]);
    assert_eq!((report.first, report.last), (Some(Timestamp(5_000)), Some(Timestamp(2_500_000_000))), "a packet without time has none");
}

#[test]
fn the_size_of_the_pieces_read_changes_nothing() {
    for bytes in [pcap(), pcapng_of(BIG), gzip(&pcap()), zstd(&pcapng_of(LITTLE))] {
        let (frames, report) = read(&bytes);
        for chunk in [1, 2, 3, 7, 16, 24, 1_000] {
            for flowing in [false, true] {
                let mut capture = open(&bytes, chunk, flowing).unwrap();
                assert_eq!(read_all(&mut capture), frames, "{chunk} {flowing}");
                assert_eq!(capture.report(), report, "{chunk} {flowing}");
            }
        }
    }
}

/// Cuts a capture at every byte: what is read are the first packets, whole, and the report says where it broke off.
fn cut_everywhere(bytes: &[u8]) {
    let (whole, _) = read(bytes);
    let mut before = 0;
    for end in 0..bytes.len() {
        let Ok(mut capture) = open(&bytes[..end], usize::MAX, false) else {
            assert!(end < 4, "{end} bytes are enough to tell what it is");
            continue;
        };
        let frames = read_all(&mut capture);
        let report = capture.report();
        assert_eq!(frames, whole[..frames.len()], "cut at {end}");
        assert!(frames.len() >= before, "cut at {end}");
        before = frames.len();
        assert_eq!(report.packets, frames.len() as u64);
        assert!(report.damaged_at.is_none_or(|at| at == end as u64), "cut at {end}: {report:?}");
        assert_eq!(report.damaged_at.is_some(), report.damage.is_some());
        let mut flowing = open(&bytes[..end], 5, true).unwrap();
        assert_eq!(read_all(&mut flowing), frames, "cut at {end}");
        assert_eq!(flowing.report(), report, "cut at {end}");
    }
}

#[test]
fn a_pcap_is_read_to_the_cut() {
    cut_everywhere(&pcap());
    cut_everywhere(&pcap_of(BIG, 0xa1b2_cd34, 1_000, 8, &packets()));
    let (frames, report) = read(&pcap()[..24 + 16 + 60 + 16 + 10]);
    assert_eq!(frames.len(), 2);
    assert_eq!(report.damage.as_deref(), Some("packet 3 ends early at byte 126"));
    let (_, report) = read(&pcap()[..10]);
    assert_eq!(report.damage.as_deref(), Some("the file header ends early at byte 10"));
    assert_eq!(read(&pcap()[..24 + 16 + 60]).1.damage, None, "a cut between packets is none");
}

#[test]
fn a_pcapng_is_read_to_the_cut() {
    cut_everywhere(&pcapng_of(LITTLE));
    cut_everywhere(&pcapng_of(BIG));
    let front = LITTLE.section().len() + LITTLE.interface(1, 0, &[]).len() + LITTLE.interface(1, 0, &LITTLE.resolution(9)).len();
    let damage = |length: usize| read(&pcapng_of(LITTLE)[..length]).1.damage.unwrap();
    assert_eq!(damage(front + 20), format!("packet 1 ends early at byte {}", front + 20));
    assert_eq!(damage(front + 90), format!("what follows packet 1 ends early at byte {}", front + 90));
    assert_eq!(damage(front + 3), format!("the block that begins at byte {front} ends early at byte {}", front + 3));
    assert_eq!(damage(10), "the file header ends early at byte 10");
}

#[test]
fn damage_in_the_middle_keeps_what_went_before_and_the_hash_is_of_the_whole() {
    let mut bytes = pcap();
    bytes[24 + 16 + 60 + 8..][..4].copy_from_slice(&[0xff; 4]);
    let (frames, report) = read(&bytes);
    assert_eq!(frames, expected(1_000)[..1]);
    assert_eq!(report.damaged_at, Some(100));
    assert_eq!(report.damage.as_deref(), Some("packet 2 claims 4,294,967,295 bytes, at byte 100"));
    assert_eq!((report.bytes, report.sha256.as_deref()), (bytes.len() as u64, Some(sha256(&bytes).as_str())));
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn packed_captures_are_read_like_plain_ones() {
    for (bytes, name) in [(pcap(), "pcap"), (pcapng_of(BIG), "pcapng")] {
        let (plain, _) = read(&bytes);
        let members = [gzip(&bytes[..50]), gzip(&bytes[50..])].concat();
        for (packed, ending) in [(gzip(&bytes), "gz"), (members, "gz"), (zstd(&bytes), "zst")] {
            let (frames, report) = read(&packed);
            assert_eq!(frames, plain);
            assert_eq!(report.format, format!("{name}.{ending}"));
            assert_eq!((report.bytes, report.sha256), (packed.len() as u64, Some(sha256(&packed))));
            assert_eq!(report.damage, None);
        }
    }
}

#[test]
fn packed_captures_are_read_to_the_cut() {
    // Half noise, so that it stays large when packed: several blocks.
    let noise = |packet: u32, byte: u32| if byte.is_multiple_of(2) { (packet * 1_009 + byte).wrapping_mul(2_654_435_761).to_be_bytes()[0] } else { 0 };
    let make = |packet: u32| Made { nanos: START, data: (0..1_000).map(|byte| noise(packet, byte)).collect(), wire: 1_000 };
    let bytes = pcap_of(LITTLE, 0xa1b2_c3d4, 1_000, 0, &(0..600).map(make).collect::<Vec<_>>());
    let (whole, _) = read(&bytes);
    for packed in [gzip(&bytes), zstd(&bytes)] {
        let mut most = 0;
        for end in (1..packed.len()).step_by(packed.len() / 200) {
            let Ok(mut capture) = open(&packed[..end], usize::MAX, false) else { continue };
            let frames = read_all(&mut capture);
            assert_eq!(frames, whole[..frames.len()], "cut at {end}");
            assert!(capture.report().damage.unwrap().contains("data end early"), "cut at {end}: {:?}", capture.report());
            most = most.max(frames.len());
        }
        assert!(most > whole.len() / 2, "{most} of {}", whole.len());
    }
}

#[test]
fn compression_in_compression_is_not_followed() {
    let Err(CaptureError::NotACapture { looks, .. }) = open(&gzip(&gzip(&pcap())), usize::MAX, false).map(|_| ()) else { panic!("it was read") };
    assert_eq!(looks, " (it looks like gzip data, but what is in it is no capture (it looks like gzip data))");
}

#[test]
fn what_is_no_capture_is_named() {
    let message = |bytes: &[u8]| open(bytes, usize::MAX, false).map(|_| ()).unwrap_err().to_string();
    let end = "tattletale reads pcap and pcapng, also .gz and .zst.";
    assert_eq!(message(b"%PDF-1.4 of some length, really"), format!("test.pcap is not a network capture (it looks like a PDF). {end}"));
    assert_eq!(message(b""), format!("test.pcap is not a network capture (it is empty). {end}"));
    assert_eq!(message(&[0x1f, 0x8b, 9, 9, 9, 9]), format!("test.pcap is not a network capture (it looks like gzip data, but can't be unpacked). {end}"));
    let endless = Capture::open("/dev/zero", Box::new(io::repeat(0)), Delivery::Flowing).map(|_| ()).unwrap_err().to_string();
    assert_eq!(endless, format!("/dev/zero is not a network capture (it looks like nothing but zeros). {end}"));
    let directory = super::open(&std::env::temp_dir()).map(|_| ()).unwrap_err().to_string();
    assert!(directory.contains("(it is a directory)"), "{directory}");
    assert!(matches!(super::open("/nonexistent/toy.pcap".as_ref()), Err(CaptureError::Io { .. })));
}

#[test]
fn an_empty_capture_is_one() {
    let (frames, report) = read(&pcap()[..24]);
    assert_eq!((frames.len(), report.damage, report.first, report.link_types), (0, None, None, vec![1]));
    assert_eq!(read(&LITTLE.section()).1.damage, None);
}

#[test]
fn a_frame_larger_than_a_block_is_read() {
    let large = Made { nanos: START, data: (0..3_000_000u32).map(|byte| (byte / 3) as u8).collect(), wire: 3_000_000 };
    let mut bytes = LITTLE.pcap_header(0xa1b2_c3d4, 249);
    for made in [&packets()[0], &large, &packets()[0]] {
        bytes.extend(LITTLE.pcap_record(made, 1_000, 0));
    }
    for flowing in [false, true] {
        let frames = read_all(&mut open(&bytes, 50_000, flowing).unwrap());
        let lengths: Vec<_> = frames.iter().map(|(_, data)| data.len()).collect();
        assert_eq!(lengths, [60, 3_000_000, 60]);
        assert!(frames[1].1 == large.data);
    }
}

#[test]
fn more_frames_than_a_block_takes_come_in_several() {
    let made = Made { nanos: START, data: vec![7], wire: 1 };
    let bytes = pcap_of(LITTLE, 0xa1b2_c3d4, 1_000, 0, &vec![made; 3 * Block::FRAMES + 5]);
    let frames = read_all(&mut open(&bytes, usize::MAX, false).unwrap());
    assert_eq!(frames.len(), 3 * Block::FRAMES + 5);
    assert!(frames.iter().enumerate().all(|(index, (frame, data))| frame.number == index as u64 + 1 && data == &[7]));
}

#[test]
fn a_claim_takes_no_memory_until_the_bytes_come() {
    let mut bytes = LITTLE.pcap_header(0xa1b2_c3d4, 249);
    bytes.extend(LITTLE.pcap_record(&Made { nanos: 0, data: vec![0; 100], wire: 0 }, 1_000, 0));
    bytes[24 + 8..24 + 12].copy_from_slice(&(128u32 << 20).to_le_bytes());
    let mut capture = open(&bytes, usize::MAX, false).unwrap();
    let mut block = Block::default();
    assert_eq!(capture.fill(&mut block).unwrap(), Fill::End);
    assert!(block.bytes.capacity() <= 2 * Block::SIZE, "{}", block.bytes.capacity());
    let mut bytes = [LITTLE.section(), LITTLE.u32(77).to_vec(), LITTLE.u32(0xffff_fff0).to_vec()].concat();
    bytes.extend([0; 100]);
    let mut capture = open(&bytes, usize::MAX, false).unwrap();
    assert_eq!(capture.fill(&mut block).unwrap(), Fill::End);
    assert!(block.bytes.capacity() <= 2 * Block::SIZE);
}

#[test]
fn a_million_empty_blocks_are_walked_over() {
    let mut bytes = [LITTLE.section(), LITTLE.interface(1, 0, &[])].concat();
    bytes.extend(LITTLE.block(77, &[]).repeat(1_000_000));
    bytes.extend(LITTLE.enhanced(0, 1, &packets()[0], &[]));
    let (frames, report) = read(&bytes);
    assert_eq!((frames.len(), report.damage), (1, None));
}

/// Gives one piece, then waits for ever: whoever asks a second time in one fill hangs.
struct Pipe(Vec<Vec<u8>>);

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        assert!(!self.0.is_empty(), "asked for more although a packet was there");
        let piece = self.0.remove(0);
        out[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

#[test]
fn a_pipe_hands_on_each_packet_as_it_comes() {
    let made = packets();
    let mut pieces = vec![LITTLE.pcap_header(0xa1b2_c3d4, 1)];
    pieces.extend(made.iter().map(|made| LITTLE.pcap_record(made, 1_000, 0)));
    let mut capture = Capture::open("-", Box::new(Pipe(pieces)), Delivery::Flowing).unwrap();
    let mut block = Block::default();
    for number in 1..=made.len() as u64 {
        assert_eq!(capture.fill(&mut block).unwrap(), Fill::Frames);
        assert_eq!(block.frames.iter().map(|frame| frame.number).collect::<Vec<_>>(), [number]);
    }
}

#[test]
fn progress_goes_from_the_start_to_the_end() {
    let bytes = pcap_of(LITTLE, 0xa1b2_c3d4, 1_000, 0, &vec![packets(); 2_000].concat());
    let mut capture = open(&bytes, usize::MAX, false).unwrap();
    let (mut block, mut last) = (Block::default(), 0.0);
    while capture.fill(&mut block).unwrap() == Fill::Frames {
        let now = capture.progress().unwrap();
        assert!(now >= last && now <= 1.0);
        last = now;
    }
    assert!((capture.progress().unwrap() - 1.0).abs() < f32::EPSILON);
    assert_eq!(open(&bytes, 10, true).unwrap().progress(), None);
}

/// What pcap-parser reads: captured bytes and length on the wire.
fn oracle(bytes: &[u8]) -> Vec<(Vec<u8>, u32)> {
    use pcap_parser::{Block as Pcapng, PcapBlockOwned, PcapError};
    let mut reader = pcap_parser::create_reader(1 << 20, Cursor::new(bytes.to_vec())).unwrap();
    let mut packets = Vec::new();
    loop {
        match reader.next() {
            Ok((offset, block)) => {
                match block {
                    PcapBlockOwned::Legacy(packet) => packets.push((packet.data.to_vec(), packet.origlen)),
                    PcapBlockOwned::NG(Pcapng::EnhancedPacket(packet)) => packets.push((packet.data[..packet.caplen as usize].to_vec(), packet.origlen)),
                    _ => {}
                }
                reader.consume(offset);
            }
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(PcapError::Eof) => return packets,
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[test]
fn another_reader_sees_the_same_packets() {
    let enhanced = |writer: Writer| {
        let blocks = packets().into_iter().flat_map(move |made| writer.enhanced(0, made.nanos / 1_000, &made, &[]));
        [writer.section(), writer.interface(1, 0, &[])].concat().into_iter().chain(blocks).collect::<Vec<u8>>()
    };
    let variants = [
        pcap(),
        pcap_of(BIG, 0xa1b2_c3d4, 1_000, 0, &packets()),
        pcap_of(LITTLE, 0xa1b2_3c4d, 1, 0, &packets()),
        enhanced(LITTLE),
        enhanced(BIG),
        [enhanced(LITTLE), enhanced(BIG)].concat(),
    ];
    for bytes in variants {
        let ours: Vec<_> = read(&bytes).0.into_iter().map(|(frame, data)| (data, frame.wire)).collect();
        assert_eq!(ours, oracle(&bytes));
    }
}

proptest::proptest! {
    #[test]
    fn damage_anywhere_is_no_panic_and_does_not_depend_on_the_pieces(place in 0usize..2_500, value: u8, chunk in 1usize..64) {
        for mut bytes in [pcap(), pcapng_of(LITTLE)] {
            let place = place % bytes.len();
            bytes[place] = value;
            let Ok(mut whole) = open(&bytes, usize::MAX, false) else { continue };
            let mut pieces = open(&bytes, chunk, true).unwrap();
            let frames = read_all(&mut whole);
            proptest::prop_assert_eq!(&frames, &read_all(&mut pieces));
            proptest::prop_assert_eq!(whole.report().damage, pieces.report().damage);
        }
    }
}
