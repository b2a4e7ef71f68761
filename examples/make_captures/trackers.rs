//! Trackers of four families: S12.

use super::file::Label;
use super::services::arrive;
use super::wire::{Host, Net, Tcp, v4};
use super::{Container, Scenario};

const TRACKER: Host = Host::home(0x74, 74);
const SERVER: Host = Host::server(v4(203, 0, 113, 174));

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S12",
            title: "Trackers tell their numbers and places: GT06, H02, GPS103, TK103",
            must: &["DV-03", "DV-04", "DV-05", "DV-06", "LK-06", "EP-05"],
            must_one: &[&["LK-02", "LK-03"]],
            told: &["001017000000029"],
            not_told: &["51.5007"],
            masked: &["001017000000029"],
            notes: "One GT06 frame has a wrong checksum: its place (51.5007) was never sent whole.",
            ..Label::EMPTY
        },
        play: four,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S12b",
            title: "A GT06 tracker whose every place has a wrong checksum",
            must: &[],
            must_not: &["LK-02", "LK-03"],
            highest: "critical",
            notes: "Its login is right: DV-03 and LK-06 may be told.",
            ..Label::EMPTY
        },
        play: all_wrong,
    },
];

/// CRC-16/X-25.
fn crc(bytes: &[u8]) -> u16 {
    !bytes.iter().fold(u16::MAX, |sum, byte| (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0x8408 } else { sum >> 1 }))
}

fn gt06(kind: u8, body: &[u8], serial: u16, wrong: u16) -> Vec<u8> {
    let inner = [&[body.len() as u8 + 5, kind][..], body, &serial.to_be_bytes()].concat();
    [&[0x78, 0x78][..], &inner, &(crc(&inner) ^ wrong).to_be_bytes(), &[0x0d, 0x0a]].concat()
}

/// A place as degrees times 1,800,000, north and east, with a fix.
fn place(latitude: f64, longitude: f64) -> Vec<u8> {
    let scaled = |degrees: f64| ((degrees * 1_800_000.0) as u32).to_be_bytes();
    [&[26, 4, 22, 8, 1, 9, 0xc7][..], &scaled(latitude), &scaled(longitude), &[12, 0x14, 0x95], &[0, 234, 15, 8, 162, 0, 0x2b, 0x21]].concat()
}

fn login(net: &mut Net) -> Tcp {
    arrive(net, TRACKER, "tracker", "gprs");
    let mut tcp = net.connect(TRACKER, SERVER, 5_023);
    // "0" and fifteen digits, two a byte.
    let digits = net.cast.word("0001017000000029");
    let packed: Vec<u8> = digits.as_bytes().chunks(2).map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0')).collect();
    let hello = gt06(0x01, &packed, 1, 0);
    net.truth("imei", "LK-06", &packed);
    tcp.up(net, &hello);
    tcp.down(net, &gt06(0x01, b"", 1, 0));
    net.wait(3_000);
    tcp
}

fn degrees(net: &Net, text: &str) -> f64 {
    net.cast.word(text).parse().unwrap_or_default()
}

fn four(net: &mut Net) {
    let mut tcp = login(net);
    let (latitude, longitude) = (degrees(net, "48.858370"), degrees(net, "2.294481"));
    let frame = gt06(0x12, &place(latitude, longitude), 2, 0);
    net.truth("place", "DV-03", &frame);
    tcp.up(net, &frame);
    net.wait(10_000);
    tcp.up(net, &gt06(0x12, &place(51.5007, 0.1246), 3, 0x55));
    net.wait(10_000);
    tcp.up(net, &gt06(0x12, &place(latitude + 0.002, longitude + 0.001), 4, 0));
    tcp.close(net);
    // Degrees and minutes.
    let minutes = |degrees: f64, width: usize| format!("{:0width$}{:07.4}", degrees.trunc() as u32, degrees.fract() * 60.0);
    let (north, east) = (minutes(latitude, 2), minutes(longitude, 3));
    let id = net.cast.word("001017000000029");
    for (port, code, messages) in [
        (
            5_013,
            "DV-04",
            [
                format!("*HQ,{id},V1,080130,A,{north},N,{east},E,0.00,152,220426,FFFFFBFF#"),
                format!("*HQ,{id},V1,080230,A,{north},N,{east},E,0.00,153,220426,FFFFFBFF#"),
            ],
        ),
        (5_001, "DV-05", [format!("##,imei:{id},A;"), format!("imei:{id},tracker,2604220801,,F,080130.000,A,{north},N,{east},E,0.00,0;")]),
        (
            5_002,
            "DV-06",
            [
                format!("({}BP05{id}260422A{north}N{east}E000.0080130000.0000000000L00000000)", &id[3..]),
                format!("({}BR00260422A{north}N{east}E000.0080230000.0000000000L00000000)", &id[3..]),
            ],
        ),
    ] {
        let mut tcp = net.connect(TRACKER, SERVER, port);
        for message in messages {
            net.truth("frame", code, message.as_bytes());
            tcp.up(net, message.as_bytes());
            net.wait(30_000);
        }
        tcp.close(net);
    }
}

fn all_wrong(net: &mut Net) {
    let mut tcp = login(net);
    for serial in 2..6 {
        tcp.up(net, &gt06(0x12, &place(51.5007, 0.1246), serial, 0x55));
        net.wait(10_000);
    }
    tcp.close(net);
}
