//! How fast readable bytes are searched, in bytes a second, beside a plain sum of the same bytes.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tattletale::content::classify::Meter;
use tattletale::content::contract::Context;
use tattletale::content::scan;
use tattletale::event::{Place, Readable, Role};
use tattletale::wire::{At, Mac};

const SIZE: usize = 64 * 1_024;

/// One text repeated up to a size, with a separator.
fn repeated(unit: &str, size: usize) -> Vec<u8> {
    unit.bytes().cycle().take(size).collect()
}

fn samples() -> Vec<(&'static str, Role, Vec<u8>)> {
    let record = r#"{"time":1700000000,"state":"on","power":{"watt":12.5,"volt":230.1},"scenes":["day","night"],"name":"kitchen lamp","ok":true},"#;
    let noise: Vec<u8> = (0..SIZE as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 29) as u8).collect();
    vec![
        ("json", Role::Body, [b"[".as_slice(), &repeated(record, SIZE)].concat()),
        ("query", Role::Target, repeated("/v1/state?page=3&sort=name&filter=all%20of%20them&when=1700000000&build=1.2.3&", 1_000)),
        ("text", Role::Unknown, repeated("12:00:01 info lamp: brightness 80 of 100, wall switch pressed, next check in 300 s\n", SIZE)),
        ("html", Role::Body, repeated("<div class=\"row\"><p>The lamp is on and the room is warm.</p><a href=\"/x?y=1\">more</a></div>\n", SIZE)),
        ("noise", Role::Payload, noise),
        (
            "hits",
            Role::Body,
            [
                b"[".as_slice(),
                &repeated(r#"{"imei":"352099001761481","mail":"anna@example.org","lat":48.85837,"lon":2.29448,"token":"4TRQL2OUjaXIbMhezE0Y"},"#, SIZE),
            ]
            .concat(),
        ),
    ]
}

/// Messages as they pass by: three in ten are text of some kind, the others are bytes that say nothing.
fn mixed() -> Vec<(Role, Vec<u8>)> {
    let all = samples();
    let piece = |name: &str, index: usize| {
        let (_, role, bytes) = all.iter().find(|(other, ..)| *other == name).unwrap();
        let start = if *role == Role::Body && name == "json" { 0 } else { index * 1_400 % (bytes.len().max(1_401) - 1_400) };
        (*role, bytes.iter().skip(start).take(1_400).copied().collect())
    };
    let kinds = ["json", "noise", "noise", "text", "noise", "noise", "html", "noise", "noise", "noise"];
    (0..50).map(|index| piece(kinds.get(index % kinds.len()).unwrap(), index)).collect()
}

fn scanning_of_mixed_traffic(criterion: &mut Criterion) {
    let context = Context { macs: [Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), Some(Mac([0, 0, 0x5e, 0, 0x53, 2]))], ..Context::default() };
    let messages = mixed();
    let mut group = criterion.benchmark_group("scan");
    group.throughput(Throughput::Bytes(messages.iter().map(|(_, bytes)| bytes.len() as u64).sum()));
    group.bench_function(BenchmarkId::new("content", "mixed"), |bench| {
        bench.iter(|| {
            let readable = |role: Role, bytes| Readable { role, bytes, field: None, media: None, chain: &[], place: Place::Unpacked(At::default()) };
            black_box(&messages).iter().map(|(role, bytes)| scan(&readable(*role, bytes), &context).len()).sum::<usize>()
        });
    });
    group.bench_function(BenchmarkId::new("sum", "mixed"), |bench| {
        bench.iter(|| black_box(&messages).iter().map(|(_, bytes)| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>()).sum::<u64>());
    });
    group.finish();
}

fn scanning(criterion: &mut Criterion) {
    let context = Context { macs: [Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), Some(Mac([0, 0, 0x5e, 0, 0x53, 2]))], ..Context::default() };
    let mut group = criterion.benchmark_group("scan");
    for (name, role, bytes) in samples() {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let readable = Readable { role, bytes: &bytes, field: None, media: None, chain: &[], place: Place::Unpacked(At::default()) };
        group.bench_function(BenchmarkId::new("content", name), |bench| bench.iter(|| scan(black_box(&readable), &context)));
        group.bench_function(BenchmarkId::new("classify", name), |bench| {
            bench.iter(|| {
                let mut meter = Meter::new(true);
                meter.add(black_box(&bytes), true, &mut |_| {});
                meter.reading()
            });
        });
        group.bench_function(BenchmarkId::new("sum", name), |bench| bench.iter(|| black_box(&bytes).iter().map(|byte| u64::from(*byte)).sum::<u64>()));
    }
    group.finish();
}

criterion_group!(benches, scanning, scanning_of_mixed_traffic);
criterion_main!(benches);
