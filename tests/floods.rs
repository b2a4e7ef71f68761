//! Hostile content costs no more than its length: twice as much of it takes about twice as long, whatever it is made of.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use tattletale::content::contract::Context;
use tattletale::content::scan;
use tattletale::event::{Place, Readable, Role};
use tattletale::wire::{At, Mac};

/// Bytes of the shorter flood.
const SIZE: usize = 16 << 10;
/// How much longer twice as much may take; measured over two doublings, which evens out what the machine does beside.
const RATIO: f64 = 2.3;
/// A busy machine is given several chances.
const CHANCES: usize = 12;
/// What takes less is done again and again.
const LONG_ENOUGH: Duration = Duration::from_millis(40);

const UNITS: &[&str] = &[
    "sn=",
    "\"sn\":",
    "{\"a\":",
    "[",
    "[1,",
    "<a b=",
    "<key>a</key><string>",
    "<![CDATA[",
    "://",
    "eyJ",
    "$GPRMC,",
    ",N,",
    "%25",
    "%",
    "=&",
    "=41",
    "&#64;",
    "&",
    "ff:fe:",
    "00:00:5e:00:53:01,-5",
    "@a.",
    "a@b.org ",
    "+1 ",
    "+48.8+002.",
    "1° 2' 3\" N ",
    "22222222+",
    "GB82WEST",
    "4111-",
    "/imei",
    "\\u00",
    "-----BEGIN PRIVATE KEY-----",
    "lat=1.5 lon=2.5 ",
    "AAAA",
    "4a4b",
    "MFRA",
    "--b\r\nContent-A: b\r\n\r\n",
    "a b c d e f ",
    "\0a",
    "\u{a1}\u{a2}",
    "\x0a\x02\x0a\x00",
];

/// The time that so many searches take.
fn time(bytes: &[u8], role: Role, times: u32) -> Duration {
    let context = Context { macs: [Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), None], ..Context::default() };
    let readable = Readable { role, bytes, field: None, media: None, chain: &[], place: Place::Unpacked(At::default()) };
    let (clock, before) = (Instant::now(), busy());
    for _ in 0..times {
        assert!(scan(&readable, &context).len() <= 4_096);
    }
    // The thread's own time, where the system tells it: others may use the machine meanwhile.
    before.zip(busy()).map_or_else(|| clock.elapsed(), |(before, after)| after.saturating_sub(before))
}

/// The time that this thread was running (Linux: the first number of its `schedstat`, in nanoseconds).
fn busy() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Binary beginnings of formats that are read strictly, each followed by more of itself.
fn binary() -> Vec<Vec<u8>> {
    [
        &b"\x9f"[..],
        b"\xbf\x61a",
        b"\x91",
        b"\xdd\0\0\xff\xff",
        b"\x30\x80",
        b"\x30\x84\0\0\xff\xf0",
        b"bplist00\xaf\x11",
        b"\x0a\x82\x01",
        b"\xff\xd8\xff\xe1\0\x10Exif\0\0MM\0\x2a",
        b"\x1f\x8b\x08\0",
        b"\x78\x9c",
        b"\x0b\x2d",
    ]
    .iter()
    .map(|unit| unit.to_vec())
    .collect()
}

fn is_linear(unit: &[u8], role: Role) -> bool {
    let flood = |size: usize| unit.iter().copied().cycle().take(size).collect::<Vec<u8>>();
    let (short, long) = (flood(SIZE), flood(4 * SIZE));
    // The system counts in steps of some milliseconds.
    let times = (0..14).map(|power| 1 << power).find(|times| time(&short, role, *times) >= LONG_ENOUGH).unwrap_or(1 << 14);
    let (mut least, mut most) = (Duration::MAX, Duration::MAX);
    for _ in 0..CHANCES {
        least = least.min(time(&short, role, times));
        most = most.min(time(&long, role, times));
        if most.as_secs_f64() <= least.as_secs_f64() * RATIO * RATIO {
            return true;
        }
    }
    false
}

#[test]
#[ignore = "measures time: make quality"]
fn twice_as_much_takes_about_twice_as_long() {
    let mut slow = Vec::new();
    for unit in UNITS.iter().map(|unit| unit.as_bytes().to_vec()).chain(binary()) {
        for role in [Role::Target, Role::Body, Role::Topic] {
            if !is_linear(&unit, role) {
                slow.push(format!("{role:?} {:?}", String::from_utf8_lossy(&unit)));
            }
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}
