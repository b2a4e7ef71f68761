//! How fast captures are read: packets and bytes a second, beside libpcap and pcap-parser.
//!
//! The capture is made here: 100,000 frames of 60 to 1,514 bytes. Each reader adds up the lengths of the frames, which forces it to find them all.
//! tattletale also hashes what it reads; what that costs alone stands beside.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pcap_parser::{PcapBlockOwned, PcapError};
use sha2::{Digest, Sha256};
use tattletale::capture::source::{Block, Fill};

const FRAMES: u32 = 100_000;

/// Length of a frame: small ones are as many as large ones.
fn length(number: u32) -> u32 {
    if number.is_multiple_of(2) { 60 + number % 100 } else { 1_514 - number % 600 }
}

fn pcap() -> Vec<u8> {
    let mut bytes = [0xa1b2_c3d4u32.to_le_bytes(), [2, 0, 4, 0], [0; 4], [0; 4], 262_144u32.to_le_bytes(), 1u32.to_le_bytes()].concat();
    for number in 0..FRAMES {
        for word in [1_700_000_000 + number / 1_000, number % 1_000 * 1_000, length(number), length(number)] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend((0..length(number)).map(|byte| (byte.wrapping_mul(number | 1) >> 3) as u8));
    }
    bytes
}

fn pcapng() -> Vec<u8> {
    let mut bytes: Vec<u8> =
        [0x0a0d_0d0au32, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28, 1, 20, 1, 262_144, 20].iter().flat_map(|word| word.to_le_bytes()).collect();
    for number in 0..FRAMES {
        let padded = length(number).next_multiple_of(4);
        for word in [6, padded + 32, 0, 400_000, number, length(number), length(number)] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend((0..padded).map(|byte| (byte.wrapping_mul(number | 1) >> 3) as u8));
        bytes.extend((padded + 32).to_le_bytes());
    }
    bytes
}

fn ours(path: &Path) -> u64 {
    let mut source = tattletale::capture::open(path).unwrap();
    let (mut block, mut sum) = (Block::default(), 0);
    while source.fill(&mut block).unwrap() != Fill::End {
        sum += block.frames.iter().map(|frame| block.frame(frame).len() as u64).sum::<u64>();
    }
    sum
}

fn libpcap(path: &Path) -> u64 {
    let mut capture = pcap::Capture::from_file(path).unwrap();
    let mut sum = 0;
    while let Ok(packet) = capture.next_packet() {
        sum += packet.data.len() as u64;
    }
    sum
}

fn parser(path: &Path) -> u64 {
    let mut reader = pcap_parser::create_reader(1 << 20, File::open(path).unwrap()).unwrap();
    let mut sum = 0;
    loop {
        match reader.next() {
            Ok((offset, block)) => {
                sum += match block {
                    PcapBlockOwned::Legacy(packet) => u64::from(packet.caplen),
                    PcapBlockOwned::NG(pcap_parser::Block::EnhancedPacket(packet)) => u64::from(packet.caplen),
                    _ => 0,
                };
                reader.consume(offset);
            }
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(_) => return sum,
        }
    }
}

/// What the hash of the input costs alone, which tattletale computes as it reads and the others do not.
fn hashing(path: &Path) -> u64 {
    let (mut file, mut hasher, mut buffer) = (File::open(path).unwrap(), Sha256::new(), vec![0; Block::SIZE]);
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return u64::from(black_box(hasher.finalize()).first().copied().unwrap_or_default()),
            count => hasher.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("tattletale-bench-{}-{name}", std::process::id()));
    File::create(&path).unwrap().write_all(bytes).unwrap();
    path
}

type Reader = fn(&Path) -> u64;

fn reading(criterion: &mut Criterion) {
    let all = u64::from(FRAMES);
    let plain = pcap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&plain).unwrap();
    let packed =
        [("pcap.gz", encoder.finish().unwrap()), ("pcap.zst", ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest))];
    let expected = (0..FRAMES).map(|number| u64::from(length(number))).sum::<u64>();
    let beside: [(&str, Reader); 3] = [("tattletale", ours), ("libpcap", libpcap), ("pcap-parser", parser)];
    for (name, bytes) in [("pcap", &plain), ("pcapng", &pcapng())] {
        let path = written(name, bytes);
        for (unit, throughput) in [("packets", Throughput::Elements(all)), ("bytes", Throughput::Bytes(bytes.len() as u64))] {
            let mut group = criterion.benchmark_group(format!("{name}, {unit}"));
            group.throughput(throughput);
            for (reader, read) in beside {
                assert_eq!(read(&path), expected, "{reader} {name}");
                group.bench_function(reader, |bencher| bencher.iter(|| black_box(read(&path))));
            }
            group.bench_function("SHA-256 alone", |bencher| bencher.iter(|| hashing(&path)));
        }
        fs::remove_file(path).unwrap();
    }
    let mut group = criterion.benchmark_group("packed, bytes unpacked");
    group.throughput(Throughput::Bytes(plain.len() as u64));
    for (name, bytes) in packed {
        let path = written(name, &bytes);
        assert_eq!(ours(&path), expected, "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| black_box(ours(&path))));
        fs::remove_file(path).unwrap();
    }
}

fn short() -> Criterion {
    Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

criterion_group! { name = benches; config = short(); targets = reading }
criterion_main!(benches);
