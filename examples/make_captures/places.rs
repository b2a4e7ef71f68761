//! Places in other spellings, networks nearby, program code: S13, S17, S19, N23, N24, N25.

use super::codec::{self, Rng};
use super::file::Label;
use super::secret::{field, number};
use super::services::{answer, arrive, http, look_up, request};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario};

const DEVICE: Host = Host::home(0x7c, 92);
const SERVER: Host = Host::server(v4(203, 0, 113, 192));
const JSON: &str = "application/json";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S13",
            title: "A thing asks a service where it is, by the networks that it hears",
            must: &["LK-04"],
            masked: &["00:00:5e:00:53:d1"],
            notes: "Access points with signal strengths over plain HTTP; a cell tower in the second request.",
            ..Label::EMPTY
        },
        play: networks,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N24",
            title: "A router lists the devices that it knows",
            must: &[],
            must_not: &["LK-04"],
            highest: "low",
            notes: "Hardware addresses without signal strengths, at home.",
            ..Label::EMPTY
        },
        play: neighbours,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N25",
            title: "A router tells a name service its new address",
            must: &[],
            must_not: &["LK-05"],
            highest: "low",
            notes: "What a service for changing addresses is for; the router asks.",
            ..Label::EMPTY
        },
        play: changing_address,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S17",
            title: "A thing fetches program code over plain HTTP: one without any signature in sight, one with",
            must: &["PT-08"],
            notes: "An ELF of 66 KB without, from fw.plain.example; a bundle with a signed list, from fw.signed.example. And a television's picture.",
            ..Label::EMPTY
        },
        play: firmware,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S19",
            title: "A camera and a tracker tell a place in a picture, as a geohash, as a plus code and as two numbers of a record",
            must: &["LK-03", "PT-05"],
            notes: "EXIF in a picture that is posted; keys geohash and plus_code; protobuf with floats.",
            ..Label::EMPTY
        },
        play: hidden_places,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N23",
            title: "A picture without a place, numbers at random",
            must: &[],
            must_not: &["LK-02", "LK-03"],
            highest: "critical",
            notes: "Only LK-02 and LK-03 are forbidden: the picture goes up.",
            ..Label::EMPTY
        },
        play: no_places,
    },
];

fn post(net: &mut Net, host: &str, path: &str, media: &str, body: &[u8], reply: &[u8]) {
    look_up(net, DEVICE, host, &[SERVER.ip]);
    let post = request(&format!("POST {path}"), host, &format!("Content-Type: {media}\r\n"), body);
    http(net, DEVICE, SERVER, &[(post, answer("200 OK", JSON, reply))]);
    net.wait(5_000);
}

fn networks(net: &mut Net) {
    arrive(net, DEVICE, "tag-tracker", "udhcp 1.30.1");
    let points: Vec<String> =
        (1..=4).map(|number| format!(r#"{{"macAddress":"00:00:5e:00:53:d{number}","signalStrength":-{},"channel":{number}}}"#, 41 + 9 * number)).collect();
    net.truth("networks", "LK-04", b"00:00:5e:00:53:d1");
    let body = format!(r#"{{"considerIp":false,"wifiAccessPoints":[{}]}}"#, points.join(","));
    post(net, "locate.example", "/v1/geolocate", JSON, body.as_bytes(), br#"{"location":{"lat":48.8584,"lng":2.2945},"accuracy":30}"#);
    let body = br#"{"cellTowers":[{"cellId":11041,"locationAreaCode":2210,"mobileCountryCode":234,"mobileNetworkCode":15,"signalStrength":-71}]}"#;
    post(net, "locate.example", "/v1/geolocate", JSON, body, br#"{"accuracy":900}"#);
}

fn neighbours(net: &mut Net) {
    arrive(net, DEVICE, "tablet", "android-dhcp-14");
    net.resolve(DEVICE, Host::router());
    let body = br#"{"hosts":[{"ip":"192.168.7.35","mac":"00:00:5e:00:53:23"},{"ip":"192.168.7.36","mac":"00:00:5e:00:53:24"},{"ip":"192.168.7.37","mac":"00:00:5e:00:53:25"}]}"#;
    let get = request("GET /api/hosts", "192.168.7.1", "", b"");
    http(net, DEVICE, Host::router(), &[(get, answer("200 OK", JSON, body))]);
}

fn changing_address(net: &mut Net) {
    let check = Host::server(v4(198, 51, 100, 192));
    arrive(net, DEVICE, "tablet", "android-dhcp-14");
    look_up(net, Host::router(), "checkip.dyndns.org", &[check.ip]);
    let get = request("GET /", "checkip.dyndns.org", "User-Agent: ddclient/3.10\r\n", b"");
    http(net, Host::router(), check, &[(get, answer("200 OK", "text/html", b"<html><body>Current IP Address: 192.0.2.44</body></html>"))]);
}

fn firmware(net: &mut Net) {
    arrive(net, DEVICE, "ipcam", "udhcp 1.30.1");
    let mut rng = Rng(net.random());
    // A program for ARM, little-endian; its code is numbers of few kinds.
    let mut program = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x28\0\x01\0\0\0".to_vec();
    while program.len() < 66_000 {
        let word = 0xe000_0000 | (rng.below(16) as u32) << 21 | (rng.below(12) as u32) << 12 | rng.below(64) as u32;
        program.extend(word.to_le_bytes());
    }
    net.truth("program", "PT-08", &program[..24]);
    let get = |host: &str, path: &str| request(&format!("GET {path}"), host, "User-Agent: updater/1\r\n", b"");
    look_up(net, DEVICE, "fw.plain.example", &[SERVER.ip]);
    http(net, DEVICE, SERVER, &[(get("fw.plain.example", "/ipc1/app.bin"), answer("200 OK", "application/octet-stream", &program))]);
    net.wait(20_000);
    let other = Host::server(v4(198, 51, 100, 193));
    look_up(net, DEVICE, "fw.signed.example", &[other.ip]);
    let (bundle, signature) = (rng.noise(6_000), rng.noise(256));
    let list = br#"{"version":"2.0.1","file":"bundle.swu","sha256":"3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"}"#;
    let parts = [
        (get("fw.signed.example", "/2/list.json"), answer("200 OK", JSON, list)),
        (get("fw.signed.example", "/2/list.json.sig"), answer("200 OK", "application/pgp-signature", &signature)),
        (get("fw.signed.example", "/2/bundle.swu"), answer("200 OK", "application/octet-stream", &bundle)),
    ];
    http(net, DEVICE, other, &parts);
    let picture = codec::jpeg(&mut rng, 64, b"");
    http(net, DEVICE, other, &[(get("fw.signed.example", "/art/7.jpg"), answer("200 OK", "image/jpeg", &picture))]);
}

/// The place of a picture (Exif 2.32, section 4.6.6), as a segment.
fn exif(latitude: f64, longitude: f64) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat();
    let parts = |degrees: f64| {
        let seconds = (degrees * 3_600.0 * 100.0).round() as u32;
        [(seconds / 360_000, 1), (seconds / 6_000 % 60, 1), (seconds % 6_000, 100)]
            .iter()
            .flat_map(|(top, bottom): &(u32, u32)| [top.to_be_bytes(), bottom.to_be_bytes()].concat())
            .collect::<Vec<u8>>()
    };
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend([&[0, 1][..], &entry(0x8825, 4, 1, 26_u32.to_be_bytes()), &[0; 4]].concat());
    tiff.extend([0, 4]);
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 80_u32.to_be_bytes()));
    tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
    tiff.extend(entry(4, 5, 3, 104_u32.to_be_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(parts(latitude));
    tiff.extend(parts(longitude));
    let body = [b"Exif\0\0", &tiff[..]].concat();
    [&[0xff, 0xe1][..], &(body.len() as u16 + 2).to_be_bytes(), &body].concat()
}

/// A place in letters, each five bits of the two numbers by turns (G. Niemeyer).
pub fn geohash(latitude: f64, longitude: f64, length: usize) -> String {
    let letters = b"0123456789bcdefghjkmnpqrstuvwxyz";
    let (mut bounds, mut out) = ([[-180.0, 180.0], [-90.0, 90.0]], String::new());
    for place in 0..length {
        let mut value = 0;
        for bit in 0..5 {
            let axis = (place * 5 + bit) % 2;
            let [low, high] = bounds[axis];
            let middle = f64::midpoint(low, high);
            let is_high = [longitude, latitude][axis] >= middle;
            value = value << 1 | usize::from(is_high);
            bounds[axis] = if is_high { [middle, high] } else { [low, middle] };
        }
        out.push(char::from(letters[value]));
    }
    out
}

/// A place as an open location code of ten digits.
pub fn plus_code(latitude: f64, longitude: f64) -> String {
    let digits = b"23456789CFGHJMPQRVWX";
    let (mut north, mut east) = (((latitude + 90.0) * 8_000.0) as usize, ((longitude + 180.0) * 8_000.0) as usize);
    let mut out = Vec::new();
    for _ in 0..5 {
        out.push(digits[east % 20]);
        out.push(digits[north % 20]);
        (north, east) = (north / 20, east / 20);
    }
    out.reverse();
    out.insert(8, b'+');
    String::from_utf8(out).unwrap_or_default()
}

fn hidden_places(net: &mut Net) {
    arrive(net, DEVICE, "toy-camera", "udhcp 1.30.1");
    let degrees = |net: &Net, text: &str| net.cast.word(text).parse::<f64>().unwrap_or_default();
    let (latitude, longitude) = (degrees(net, "48.858370"), degrees(net, "2.294481"));
    let segment = exif(latitude, longitude);
    let picture = codec::jpeg(&mut Rng(net.random()), 96, &segment);
    net.truth("place in a picture", "LK-03", &segment);
    post(net, "photos.toy.example", "/upload/0001.jpg", "image/jpeg", &picture, br#"{"ok":true}"#);
    let hash = geohash(latitude, longitude, 9);
    net.truth("geohash", "LK-03", hash.as_bytes());
    post(net, "api.toy.example", "/v1/state", JSON, format!(r#"{{"geohash":"{hash}","battery":80}}"#).as_bytes(), br#"{"ok":true}"#);
    let code = plus_code(latitude, longitude);
    net.truth("plus code", "LK-03", code.as_bytes());
    post(net, "api.toy.example", "/v1/state", JSON, format!(r#"{{"plus_code":"{code}","battery":80}}"#).as_bytes(), br#"{"ok":true}"#);
    let mut tcp = net.connect(DEVICE, SERVER, 7_602);
    for step in 0..6 {
        let point = [
            vec![0x0d],
            ((latitude + f64::from(step) * 0.0004) as f32).to_le_bytes().to_vec(),
            vec![0x15],
            ((longitude + f64::from(step) * 0.0003) as f32).to_le_bytes().to_vec(),
        ]
        .concat();
        let record = [number(1, 1_776_844_800 + 60 * step as u64), field(2, &point), number(3, 80)].concat();
        tcp.up(net, &record);
        net.wait(60_000);
    }
    tcp.close(net);
}

fn no_places(net: &mut Net) {
    arrive(net, DEVICE, "toy-camera", "udhcp 1.30.1");
    let mut rng = Rng(net.random());
    let picture = codec::jpeg(&mut rng, 96, b"");
    post(net, "photos.toy.example", "/upload/0002.jpg", "image/jpeg", &picture, br#"{"ok":true}"#);
    let mut tcp = net.connect(DEVICE, SERVER, 7_603);
    for step in 0..20_u64 {
        let point = [
            vec![0x0d],
            ((rng.unit() * 300.0 - 150.0) as f32).to_le_bytes().to_vec(),
            vec![0x15],
            ((rng.unit() * 300.0 - 150.0) as f32).to_le_bytes().to_vec(),
        ]
        .concat();
        let record = [number(1, 1_776_844_800 + 60 * step), field(2, &point), number(3, rng.below(1 << 31))].concat();
        tcp.up(net, &record);
        net.wait(1_000);
    }
    tcp.close(net);
}
