//! Packets a second of `decode` over a generated mix, beside etherparse.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use etherparse::{LaxSlicedPacket, PacketBuilder, SlicedPacket, VlanId};
use tattletale::decode;

const ETHERNET: u32 = 1;

/// Of 16 frames 10 are TCP and 4 UDP over IPv4, one of these tagged, and 2 TCP over IPv6.
fn mix() -> Vec<Vec<u8>> {
    let link = || PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
    let mut frames = Vec::new();
    for number in 0..4_096u32 {
        let last = number as u8;
        let payload = vec![last; (number as usize * 37) % 1_400];
        let mut frame = Vec::new();
        match number % 16 {
            0..10 => link().ipv4([192, 0, 2, last], [198, 51, 100, 1], 64).tcp(40_000, 443, number, 1_024).ack(1).write(&mut frame, &payload),
            10..13 => link().ipv4([192, 0, 2, last], [198, 51, 100, 1], 64).udp(40_000, 53).write(&mut frame, &payload),
            13 => link().single_vlan(VlanId::try_new(5).unwrap()).ipv4([192, 0, 2, last], [198, 51, 100, 1], 64).udp(1, 2).write(&mut frame, &payload),
            _ => link().ipv6([0x20; 16], [0x21; 16], 64).tcp(40_000, 443, number, 1_024).write(&mut frame, &payload),
        }
        .unwrap();
        frames.push(frame);
    }
    frames
}

fn decoding(criterion: &mut Criterion) {
    let all = mix();
    // Eight frames stay in the nearest cache: the cost of the instructions alone.
    for (name, frames) in [("mix", &all[..]), ("hot", all.get(..8).unwrap_or_default())] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(frames.len() as u64));
        group.bench_function("decode", |bencher| {
            bencher.iter(|| {
                for frame in frames {
                    black_box(&decode::decode(ETHERNET, frame.len(), black_box(frame)));
                }
            });
        });
        group.bench_function("etherparse SlicedPacket", |bencher| {
            bencher.iter(|| {
                for frame in frames {
                    black_box(SlicedPacket::from_ethernet(black_box(frame)).is_ok());
                }
            });
        });
        group.bench_function("etherparse LaxSlicedPacket", |bencher| {
            bencher.iter(|| {
                for frame in frames {
                    black_box(LaxSlicedPacket::from_ethernet(black_box(frame)).is_ok());
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, decoding);
criterion_main!(benches);
