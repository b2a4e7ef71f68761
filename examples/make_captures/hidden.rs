//! What is hidden but a little: bodies of known protocols under a key that comes again, places as cells of a grid and as lines of letters; and what only looks
//! so: S30, S31, N51, N52.

use super::codec::Rng;
use super::file::Label;
use super::services::{answer, arrive, http, look_up, mqtt_connect, mqtt_publish, request};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario};

const DEVICE: Host = Host::home(0x82, 130);
const SERVER: Host = Host::server(v4(203, 0, 113, 230));
const BROKER: Host = Host::server(v4(203, 0, 113, 231));
const BINARY: &str = "application/octet-stream";
const JSON: &str = "application/json";
const IMEI: &str = "001017000000029";
const MAIL: &str = "mia.testkind@example.org";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S30",
            title: "A child's watch combines what it posts, publishes and streams with a short key",
            must: &["PT-06", "LK-02", "LK-06", "LK-07"],
            told: &[IMEI, MAIL, "48.858370"],
            masked: &[IMEI, MAIL, "48.858370"],
            notes: "JSON in bodies of HTTP under four bytes of noise, in payloads of MQTT under the byte A5 that is built in, rows over a connection of its own under six letters.",
            ..Label::EMPTY
        },
        play: masked,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S31",
            title: "An app to find the way tells where it is as cells of the S2 and H3 grids and as an encoded polyline",
            must: &["LK-03"],
            told: &["37.777,-122.418"],
            notes: "S2 cells of levels 30 and 18, the second cut as a token is; of H3 the cell of level 9 that its documentation shows; the line's first point is told.",
            ..Label::EMPTY
        },
        play: cells_and_lines,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N51",
            title: "Random numbers beside keys that speak of cells, words where lines of points could stand",
            must: &[],
            must_not: &["LK-02", "LK-03"],
            highest: "low",
            notes: "Sixteen hexadecimal digits under cell, cell_id and shard, fifteen under h3; points in a game; a line of letters that leaves the globe.",
            ..Label::EMPTY
        },
        play: no_cells,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N52",
            title: "Noise and numbers under a short key, which nothing readable comes out of",
            must: &[],
            must_not: &["PT-02", "PT-06"],
            notes: "In bodies of HTTP, payloads of MQTT and over a connection of its own. The numbers are counters and readings in binary. The password of MQTT is critical.",
            ..Label::EMPTY
        },
        play: no_key,
    },
];

/// Bytes combined with a key that comes again.
fn under(bytes: &[u8], key: &[u8]) -> Vec<u8> {
    bytes.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
}

/// Posts a body and is answered.
fn post(net: &mut Net, host: &str, media: &str, body: &[u8]) {
    let post = request("POST /v2/report", host, &format!("Content-Type: {media}\r\n"), body);
    http(net, DEVICE, SERVER, &[(post, answer("200 OK", JSON, br#"{"ok":true}"#))]);
    net.wait(20_000);
}

fn masked(net: &mut Net) {
    arrive(net, DEVICE, "android-watch", "dhcpcd-5.5.6");
    let mut rng = Rng(net.random());
    let say = |net: &Net, text: String| net.cast.word(&text).into_bytes();
    look_up(net, DEVICE, "report.watch.example", &[SERVER.ip]);
    let key = rng.noise(4);
    for count in 0..3 {
        let report = format!(
            r#"{{"owner_email":"{MAIL}","imei":"{IMEI}","battery":{},"state":"{}","time":{},"note":"on the way to school, the next report is due in a minute"}}"#,
            90 - count,
            rng.pick(&["moving", "at rest"]),
            1_776_844_800 + 60 * count
        );
        let hidden = under(&say(net, report), &key);
        net.truth("body", "PT-06", &hidden);
        post(net, "report.watch.example", BINARY, &hidden);
    }
    look_up(net, DEVICE, "mqtt.watch.example", &[BROKER.ip]);
    let mut tcp = net.connect(DEVICE, BROKER, 1_883);
    mqtt_connect(net, &mut tcp, "watch-130", "watch", "tr4cker-pass");
    for (latitude, longitude) in [("48.858370", "2.294481"), ("48.861120", "2.288930")] {
        let report = format!(r#"{{"type":"position","lat":{latitude},"lng":{longitude},"speed":{}}}"#, rng.below(6));
        let hidden = under(&say(net, report), &[0xa5]);
        net.truth("payload", "PT-06", &hidden);
        mqtt_publish(net, &mut tcp, "watch/130/up", &hidden);
        net.wait(40_000);
    }
    tcp.close(net);
    let mut tcp = net.connect(DEVICE, SERVER, 7_701);
    for count in 0..10 {
        let row = format!("cmd=report&imei={IMEI}&steps={}&pulse={}&state=worn&battery={}\n", 4_000 + rng.below(400), 70 + rng.below(50), 90 - count);
        let hidden = under(&say(net, row), b"k1ds0!");
        net.truth("row", "PT-06", &hidden);
        tcp.up(net, &hidden);
        net.wait(30_000);
    }
    tcp.close(net);
}

/// The cell of a level of the S2 grid that a place lies in (<https://s2geometry.io/devguide/s2cell_hierarchy>).
pub fn cell(latitude: f64, longitude: f64, level: u32) -> u64 {
    let (north, east) = (latitude.to_radians(), longitude.to_radians());
    let point = [north.cos() * east.cos(), north.cos() * east.sin(), north.sin()];
    let axis = (0..3).fold(0, |best, axis| if point[axis].abs() > point[best].abs() { axis } else { best });
    let side = axis + if point[axis] < 0.0 { 3 } else { 0 };
    let [x, y, z] = point;
    let seen = match side {
        0 => [y / x, z / x],
        1 => [-x / y, z / y],
        2 => [-x / z, -y / z],
        3 => [z / x, y / x],
        4 => [z / y, -x / y],
        _ => [-y / z, -x / z],
    };
    // Cells are made about as large everywhere.
    let bent = |part: f64| if part >= 0.0 { 0.5 * (1.0 + 3.0 * part).sqrt() } else { 1.0 - 0.5 * (1.0 - 3.0 * part).sqrt() };
    let [column, row] = seen.map(|part| (bent(part) * f64::from(1 << level)) as u64);
    let (mut is_swapped, mut is_turned, mut number) = (side % 2 == 1, false, side as u64);
    for depth in (0..level).rev() {
        let bits = [column, row].map(|of| (of >> depth & 1 == 1) != is_turned);
        let [across, along] = if is_swapped { [bits[1], bits[0]] } else { bits };
        let place = match (across, along) {
            (false, false) => 0,
            (false, true) => 1,
            (true, true) => 2,
            (true, false) => 3,
        };
        number = number << 2 | place;
        is_swapped ^= matches!(place, 0 | 3);
        is_turned ^= place == 3;
    }
    (number << 1 | 1) << (2 * (30 - level))
}

/// A way as an encoded polyline (<https://developers.google.com/maps/documentation/utilities/polylinealgorithm>).
pub fn polyline(points: &[[f64; 2]]) -> String {
    let (mut out, mut before) = (String::new(), [0_i64; 2]);
    for point in points {
        for (part, before) in point.iter().zip(&mut before) {
            let here = (part * 1e5).round() as i64;
            let step = here - *before;
            *before = here;
            let mut bits = if step < 0 { !(step << 1) } else { step << 1 };
            while bits >= 0x20 {
                out.push(char::from((bits & 0x1f | 0x20) as u8 + 63));
                bits >>= 5;
            }
            out.push(char::from(bits as u8 + 63));
        }
    }
    out
}

fn cells_and_lines(net: &mut Net) {
    arrive(net, DEVICE, "way-finder", "android-dhcp-14");
    look_up(net, DEVICE, "way.finder.example", &[SERVER.ip]);
    let degrees = |net: &Net, text: &str| net.cast.word(text).parse::<f64>().unwrap_or_default();
    let (latitude, longitude) = (degrees(net, "48.858370"), degrees(net, "2.294481"));
    let number = format!("{:016x}", cell(latitude, longitude, 30));
    let token = format!("{:016x}", cell(latitude + 0.01, longitude + 0.01, 18));
    let token = token.trim_end_matches('0');
    for (key, cell) in [("s2_cell_id", number.as_str()), ("s2_token", token)] {
        net.truth("cell", "LK-03", cell.as_bytes());
        post(net, "way.finder.example", JSON, format!(r#"{{"app":"way-finder","{key}":"{cell}","zoom":16}}"#).as_bytes());
    }
    net.truth("cell", "LK-03", b"8928308280fffff");
    post(net, "way.finder.example", JSON, br#"{"app":"way-finder","h3_index":"8928308280fffff","zoom":14}"#);
    let points: Vec<[f64; 2]> = (0..12).map(|step| [latitude + 0.0007 * f64::from(step), longitude - 0.0004 * f64::from(step * step % 7)]).collect();
    let line = polyline(&points);
    // In JSON a sign of it is written twice.
    let line = line.replace('\\', "\\\\");
    net.truth("line", "LK-03", line.as_bytes());
    let body = format!(r#"{{"mode":"walk","overview_polyline":{{"points":"{line}"}},"metres":900}}"#);
    post(net, "way.finder.example", JSON, body.as_bytes());
}

fn no_cells(net: &mut Net) {
    arrive(net, DEVICE, "tablet", "android-dhcp-14");
    look_up(net, DEVICE, "play.example", &[SERVER.ip]);
    let mut rng = Rng(net.random());
    for key in ["cell", "cell_id", "shard", "s2"] {
        let body = format!(r#"{{"{key}":"{:016x}","level":{},"score":{}}}"#, rng.random(), rng.below(30), rng.below(9_000));
        post(net, "play.example", JSON, body.as_bytes());
    }
    // Of H3 a number would have to be of one kind in sixteen, and say nothing finer than its cell.
    for _ in 0..3 {
        post(net, "play.example", JSON, format!(r#"{{"h3":"{:015x}","score":{}}}"#, rng.random() >> 4, rng.below(9_000)).as_bytes());
    }
    // No cell: it has no side of the cube, or the one that ends it stands between levels.
    for number in [0xe7a1_cbd5_9552_2b39_u64, 0x47a1_cbd5_9552_2b32, 0] {
        post(net, "play.example", JSON, format!(r#"{{"s2_token":"{number:016x}","score":{}}}"#, rng.below(9_000)).as_bytes());
    }
    for body in [
        r#"{"points":"HOME","team":"red"}"#,
        r#"{"points":"double","bonus":"TRIPLE"}"#,
        r#"{"polyline":"none","route":"home"}"#,
        r#"{"polyline":"zzzzzzzzz~zzzzzzzzz","points":"1200"}"#,
        r#"{"polyline":"_p~iF~ps|U","name":"one point"}"#,
    ] {
        post(net, "play.example", JSON, body.as_bytes());
    }
}

fn no_key(net: &mut Net) {
    arrive(net, DEVICE, "box", "udhcp 1.36.1");
    look_up(net, DEVICE, "in.box.example", &[SERVER.ip]);
    let mut rng = Rng(net.random());
    let numbers = |rng: &mut Rng, from: u32| -> Vec<u8> {
        (from..from + 24)
            .flat_map(|count| [count.to_be_bytes(), ((200 + rng.below(40)) as u32).to_be_bytes(), (rng.below(1 << 20) as u32).to_be_bytes()].concat())
            .collect()
    };
    let (short, long) = (rng.noise(4), rng.noise(12));
    for count in 0..3 {
        let noise = rng.noise(400);
        post(net, "in.box.example", BINARY, &under(&noise, &short));
        let records = numbers(&mut rng, 1_000 + 24 * count);
        post(net, "in.box.example", BINARY, &under(&records, &long));
    }
    look_up(net, DEVICE, "mqtt.box.example", &[BROKER.ip]);
    let mut tcp = net.connect(DEVICE, BROKER, 1_883);
    mqtt_connect(net, &mut tcp, "box-130", "box", "h3ater-pass");
    for count in 0..4 {
        let payload = if count % 2 == 0 { rng.noise(300) } else { numbers(&mut rng, 5_000) };
        mqtt_publish(net, &mut tcp, "box/130/up", &under(&payload, &short));
        net.wait(20_000);
    }
    tcp.close(net);
    let mut tcp = net.connect(DEVICE, SERVER, 7_702);
    for _ in 0..12 {
        let noise = rng.noise(350);
        tcp.up(net, &under(&noise, &short));
        net.wait(3_000);
    }
    tcp.close(net);
}
