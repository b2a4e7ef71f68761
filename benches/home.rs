//! What knowing a home costs: a made home of 500 devices that talk to 20 endpoints each, and the built-in capture many times behind itself.
//!
//! First, once: the share of the processor's time that the judge takes (the caller's thread: the home, the detectors, the ledger, the snapshot), and what
//! memory the big home takes at its peak. Then how long a snapshot of it takes, and reading it all.
#![allow(missing_docs, clippy::panic, clippy::print_stdout)]

use std::hint::black_box;
use std::io::Cursor;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tattletale::capture;
use tattletale::engine::{Options, run};
use tattletale::home::snapshot::Snapshot;

#[path = "../examples/make_captures/mod.rs"]
#[allow(dead_code, reason = "only its network is used")]
mod make_captures;

use make_captures::cast::Cast;
use make_captures::services::{answer, http, look_up, request};
use make_captures::wire::{Host, Net};
use make_captures::{pcap, tls};

static DEMO: &[u8] = include_bytes!("../captures/demo.pcapng");

const DEVICES: u16 = 500;
const ENDPOINTS: u16 = 20;

/// A home in which every device looks its endpoints up and talks to them, every fifth time in the clear.
fn big_home() -> Arc<[u8]> {
    let mut net = Net::new("big home", 0, Cast::of(0, false));
    for device in 0..DEVICES {
        let [high, low] = device.to_be_bytes();
        let host = Host { mac: [2, 0, 0x5e, 0, high, low], ip: IpAddr::V4(Ipv4Addr::new(192, 168, 16 + high, low)) };
        net.resolve(host, Host::router());
        for endpoint in 0..ENDPOINTS {
            let number = device * ENDPOINTS + endpoint;
            let [high, low] = number.to_be_bytes();
            let server = Host::server(IpAddr::V4(Ipv4Addr::new(198, 18, high, low)));
            let name = format!("s{number}.cloud{endpoint}.example");
            look_up(&mut net, host, &name, &[server.ip]);
            if endpoint.is_multiple_of(5) {
                let body = format!("{{\"serial\":\"AB{number:08}\",\"temperature\":21.5}}");
                let post = request("POST /v1/state", &name, "Content-Type: application/json\r\n", body.as_bytes());
                http(&mut net, host, server, &[(post, answer("200 OK", "", b""))]);
            } else {
                tls::talk(&mut net, host, server, 443, &name, &[(400, 900)]);
            }
        }
    }
    pcap(&net.frames()).into()
}

fn inspect(bytes: &Arc<[u8]>) -> Snapshot {
    let source = capture::stream("home", Box::new(Cursor::new(Arc::clone(bytes)))).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { threads: 1, ..Options::default() };
    run(source, &options, &AtomicBool::new(false), &mut |_| {}, &mut |_| {})
}

/// Nanoseconds that this thread has run (Linux; 0 elsewhere).
fn own_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

/// Nanoseconds that the whole process has run: its ended threads are in its own sum (Linux; 0 elsewhere).
fn all_time() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    ticks * 10_000_000
}

/// Kibibytes of memory by a line of the kernel's (Linux; 0 elsewhere).
fn memory(line: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    text.lines().find_map(|known| known.strip_prefix(line)?.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// What reading something costs the judge, in percent of the whole.
fn share(name: &str, bytes: &Arc<[u8]>, times: u32) {
    let (own, all) = (own_time(), all_time());
    for _ in 0..times {
        black_box(inspect(bytes));
    }
    let (own, all) = (own_time() - own, (all_time() - all).max(1));
    println!("{name}: the judge took {:.1} % of the processor's time", 100.0 * own as f64 / all as f64);
}

fn home(criterion: &mut Criterion) {
    let big = big_home();
    let before = memory("VmRSS:");
    let seen = inspect(&big);
    let grown = memory("VmHWM:").saturating_sub(before);
    println!("{} devices, {} endpoints: {:.1} MiB at the peak beside the capture", seen.devices.len(), seen.endpoints.len(), grown as f64 / 1_024.0);
    share("a home of 500 devices", &big, 3);
    share("the demonstration, 200 times", &DEMO.repeat(200).into(), 3);
    let mut group = criterion.benchmark_group("home");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(big.len() as u64));
    group.bench_function("a home of 500 devices", |bencher| bencher.iter(|| black_box(inspect(&big))));
    group.finish();
}

criterion_group!(benches, home);
criterion_main!(benches);
