//! Hostile content costs no more than its length: twice as much of it takes about twice as long, whatever it is made of, and not many times what ordinary
//! messages of the same size take. Of packed messages that hold many times their length (contract, "Limits") the size is that of all that is read.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tattletale::content::contract::Context;
use tattletale::content::{scan, scanned};
use tattletale::event::{Place, Readable, Role};
use tattletale::wire::{At, Mac};

/// Bytes of the shorter flood.
const SIZE: usize = 16 << 10;
/// How much longer twice as much may take; measured over two doublings, which evens out what the machine does beside.
const RATIO: f64 = 2.3;
/// How much longer than ordinary messages a flood may take.
const TIMES: f64 = 2.0;
/// What grows faster is measured again, some seconds later: others may have used the machine.
const AGAIN: usize = 8;
const PAUSE: Duration = Duration::from_secs(3);
/// Searches of a short flood and of a long one.
const SEARCHES: usize = 300;
const LONG_SEARCHES: usize = 40;

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
    ",N,1",
    "8.1,N,0017,E",
    "$GPRMC,1,A,2,3,4,5,6,7\n",
    "geo:1,1 ",
    "POINT(1 1)",
    "geo:91.5,0.5 ",
    "+999 1234567 ",
    "+44 12 ",
    "+441234567890123 ",
    "a1.b@c.d ",
    "AKIA",
    "x://a:b@c ",
    "+1 234 567 89 01 ",
    "\"mail\":\"a@b.de\",",
    "id=1&",
    "mac=00:00:5e:00:53:02 ",
    "{}\nx",
    "{}x",
    "{\"a\":1}\n5",
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
    "k=v&",
    "k=v;",
    "k: v\n",
    "a,b,c\n",
    "key=value&",
    "state: on\n",
    "+",
    "+1",
    "@",
    "a@",
    "+@1",
    "1234567890",
    "1234567890 ",
    "a.b.c.d ",
    "12:34:56 ",
    "\0a",
    "\u{a1}\u{a2}",
    "\x0a\x02\x0a\x00",
];

fn context() -> Context<'static> {
    Context { macs: [Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), None], ..Context::default() }
}

fn readable(role: Role, bytes: &[u8]) -> Readable<'_> {
    Readable { role, bytes, field: None, media: None, chain: &[], place: Place::Unpacked(At::default()) }
}

/// How many times as long as the other one takes: the median of so many searches of both in turn, and what the quickest takes. How fast a machine is changes within
/// milliseconds, and where others use it meanwhile, a search takes longer: of two that follow each other both do.
fn in_turn(one: &[u8], other: &[u8], role: Role, searches: usize) -> (f64, Duration) {
    let context = context();
    let once = |bytes: &[u8]| {
        let clock = Instant::now();
        assert!(scan(&readable(role, bytes), &context).len() <= 4_096);
        clock.elapsed()
    };
    let pairs: Vec<(Duration, Duration)> = (0..searches).map(|_| (once(one), once(other))).collect();
    let mut ratios: Vec<f64> = pairs.iter().map(|(one, other)| one.as_secs_f64() / other.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    (*ratios.get(searches / 2).unwrap(), pairs.iter().map(|(one, _)| *one).min().unwrap())
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

/// Base64 within base64, with and without a key before each.
fn nested() -> Vec<Vec<u8>> {
    let text = "sn=KX00000001&mail=anna@example.org;lat=48.85837 ";
    let once = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let four = once(&once(&once(&once(text))));
    let keyed = format!("a={}", once(&format!("b={}", once(&format!("c={}", once(&format!("d={}", once(text))))))));
    [format!("{four} "), format!("{keyed}&"), format!("{{\"k\":\"{four}\"}}\n"), four].map(String::into_bytes).to_vec()
}

/// Much in little: ordinary messages, forms, and addresses, packed.
fn packed() -> impl Iterator<Item = Vec<u8>> {
    [ordinary(8 * SIZE), b"k=v&".repeat(4 * SIZE), b"a1.b@c.d ".repeat(2 * SIZE)].into_iter().map(|plain| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&plain).unwrap();
        encoder.finish().unwrap()
    })
}

/// What devices send: readings, settings, lines of a log, and sentences.
fn ordinary(size: usize) -> Vec<u8> {
    let mut text = String::new();
    let mut count = 0_u32;
    while text.len() < size {
        count += 1;
        let (one, two) = (count.wrapping_mul(2_654_435_761) >> 20, count.wrapping_mul(40_503) & 0xff);
        let (tenth, percent, minute, second, next) = (two % 10, two % 90, count % 60, two % 60, one % 50);
        let reading = format!("{{\"state\":\"on\",\"temp\":21.{tenth},\"humidity\":{percent},\"uptime\":{one},\"room\":\"kitchen\",\"seq\":{count}}}\n");
        let line = format!("2026-04-22 07:{minute:02}:{second:02} info the light in the room is on, level {two}, next check in {next} minutes.\n");
        text.push_str(&reading);
        text.push_str(&line);
    }
    text.truncate(size);
    text.into_bytes()
}

/// How many times as long four times as much takes.
fn growth(unit: &[u8], role: Role) -> f64 {
    let flood = |size: usize| unit.iter().copied().cycle().take(size).collect::<Vec<u8>>();
    in_turn(&flood(4 * SIZE), &flood(SIZE), role, LONG_SEARCHES).0
}

/// Everything that is repeated.
fn units() -> impl Iterator<Item = Vec<u8>> {
    UNITS.iter().map(|unit| unit.as_bytes().to_vec()).chain(binary()).chain(nested())
}

/// What a flood takes.
struct Cost {
    /// How many times as long as ordinary messages of its own length.
    times: f64,
    /// The same of messages of as many bytes as are read of it: its own, and all that was decoded and unpacked.
    by_read: f64,
    least: Duration,
    name: String,
}

impl Cost {
    fn of(unit: &[u8], ordinary: &[u8]) -> Self {
        let flood: Vec<u8> = unit.iter().copied().cycle().take(SIZE).collect();
        let read = |bytes: &[u8]| (bytes.len() + scanned(&readable(Role::Body, bytes), &context()).unpacked) as f64;
        let (times, least) = in_turn(&flood, ordinary, Role::Body, SEARCHES);
        let name = String::from_utf8_lossy(unit.get(..24).unwrap_or(unit)).escape_debug().to_string();
        Self { times, by_read: times * read(ordinary) / read(&flood), least, name }
    }
}

/// Measures and prints what each of them takes, by `rank`; the names of those that take too long.
fn too_slow(units: impl Iterator<Item = Vec<u8>>, rank: fn(&Cost) -> f64) -> Vec<String> {
    let usual = ordinary(SIZE);
    println!("ordinary messages: {:?}", Cost::of(&usual, &usual).least);
    println!("  times  by what is read       time  unit");
    let mut costs: Vec<Cost> = units.map(|unit| Cost::of(&unit, &usual)).collect();
    costs.sort_by(|one, other| rank(other).total_cmp(&rank(one)));
    for Cost { times, by_read, least, name } in &costs {
        println!("{times:7.2}  {by_read:15.2}  {least:>9.1?}  {name}");
    }
    costs.into_iter().filter(|cost| rank(cost) > TIMES).map(|cost| cost.name).collect()
}

#[test]
#[ignore = "measures time: make quality"]
fn floods_cost_about_as_much_as_ordinary_messages() {
    let slow = too_slow(units(), |cost| cost.times);
    assert!(slow.is_empty(), "{slow:?}");
}

#[test]
#[ignore = "measures time: make quality"]
fn what_is_packed_costs_about_as_much_as_what_it_holds() {
    let slow = too_slow(packed(), |cost| cost.by_read);
    assert!(slow.is_empty(), "{slow:?}");
}

#[test]
#[ignore = "measures time: make quality"]
fn twice_as_much_takes_about_twice_as_long() {
    let roles = [Role::Target, Role::Body, Role::Topic];
    let mut steep: Vec<(f64, Role, Vec<u8>)> = units().flat_map(|unit| roles.map(|role| (growth(&unit, role), role, unit.clone()))).collect();
    for _ in 0..AGAIN {
        steep.retain(|(growth, _, _)| *growth > RATIO * RATIO);
        for (before, role, unit) in &mut steep {
            std::thread::sleep(PAUSE);
            *before = before.min(growth(unit, *role));
        }
    }
    steep.retain(|(growth, _, _)| *growth > RATIO * RATIO);
    let slow: Vec<String> = steep.iter().map(|(growth, role, unit)| format!("{growth:.2} {role:?} {}", String::from_utf8_lossy(unit).escape_debug())).collect();
    assert!(slow.is_empty(), "{slow:?}");
}
