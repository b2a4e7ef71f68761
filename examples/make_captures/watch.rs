//! Children's watches: S01, S01b, and what only looks like them: N13, N14.

use super::file::Label;
use super::services::{arrive, look_up};
use super::wire::{Host, Net, Tcp, v4};
use super::{Container, Scenario, media};

const WATCH: Host = Host::home(0x21, 33);
const SERVER: Host = Host::server(v4(203, 0, 113, 45));
/// The test range of IMEIs; the last digit is right.
const IMEI: &str = "001017000000011";

/// The family's own words for S01b.
pub const WORDS: &str = "[[person]]\nname = \"Oma Testfrau\"\nphones = [\"+44 7700 900461\"]\n";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S01",
            title: "A child's watch reports position, networks nearby, health and speech to a bare address, unencrypted",
            must: &["DV-01", "LK-02", "LK-04", "LK-06", "LK-07", "LK-08", "PT-04", "EP-05"],
            must_not: &["DV-02"],
            told: &["48.858370,2.294481", IMEI, "+447700900460"],
            not_told: &["51.500729"],
            masked: &[IMEI, "+447700900460", "48.858370"],
            notes: "The position of the V fix (51.500729) and the one of zeros are none; the AL frame's length is wrong by three and it is read still.",
            ..Label::EMPTY
        },
        play: reports,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S01b",
            title: "A server orders a child's watch to call silently, to take a picture and to move to another server",
            must: &["DV-01", "DV-02", "LK-06", "LK-07"],
            must_with_words: &["LK-01"],
            told: &["+447700900461"],
            masked: &["+447700900461", "Oma Testfrau"],
            notes: "Words: S01b.words.toml; the name comes as UTF-16BE in hexadecimal digits. The watch's own acknowledgements are no orders.",
            ..Label::EMPTY
        },
        play: orders,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N13",
            title: "A hub sends log lines with brackets and asterisks",
            must: &[],
            must_not: &["DV-01", "DV-02"],
            highest: "medium",
            notes: "One line quotes a watch's frame.",
            ..Label::EMPTY
        },
        play: log_lines,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N14",
            title: "A child's watch acknowledges earlier orders; nobody gives one. Tagged with a VLAN",
            must: &["DV-01"],
            must_not: &["DV-02"],
            notes: "Only DV-02 is forbidden.",
            ..Label::EMPTY
        },
        play: acknowledgements,
    },
];

/// A frame of the watch's protocol.
fn frame(id: &str, content: &[u8]) -> Vec<u8> {
    wrong_frame(id, content, 0)
}

/// A frame whose length is less than it should be.
fn wrong_frame(id: &str, content: &[u8], less: usize) -> Vec<u8> {
    [format!("[3G*{id}*{:04X}*", content.len() - less).as_bytes(), content, b"]"].concat()
}

/// Escapes binary content: brackets, comma, asterisk and the escape itself.
fn escape(bytes: &[u8]) -> Vec<u8> {
    let one = |byte: &u8| match byte {
        0x7d => vec![0x7d, 1],
        b'[' => vec![0x7d, 2],
        b']' => vec![0x7d, 3],
        b',' => vec![0x7d, 4],
        b'*' => vec![0x7d, 5],
        _ => vec![*byte],
    };
    bytes.iter().flat_map(one).collect()
}

/// Letters as UTF-16BE in hexadecimal digits.
fn wide(text: &str) -> String {
    let units: Vec<_> = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    units.concat()
}

/// Opens the watch's connection and lets it say that it lives.
pub fn greet(net: &mut Net, watch: Host, server: Host, id: &str) -> Tcp {
    let mut tcp = net.connect(watch, server, 8001);
    tcp.up(net, &frame(id, b"LK,0,12,96"));
    tcp.down(net, &frame(id, b"LK"));
    tcp
}

/// A report with a fix, cells and two networks.
pub fn fix(net: &mut Net, tcp: &mut Tcp, id: &str, word: &str, place: &str) {
    let content = format!(
        "{word},220426,{},{place},0.00,152.0,35,9,100,94,1187,12,00000000,2,1,234,15,2210,11041,148,2210,11042,131,2,TestHome,00:00:5e:00:53:a1,-48,,00:00:5e:00:53:a2,-71,25.0",
        clock(net)
    );
    tcp.up(net, &frame(id, content.as_bytes()));
}

/// Hours, minutes and seconds.
fn clock(net: &Net) -> String {
    let second = net.seconds() % 86_400;
    format!("{:02}{:02}{:02}", second / 3_600, second / 60 % 60, second % 60)
}

/// Someone at the server wants to listen in.
pub fn listen_in(net: &mut Net, tcp: &mut Tcp, id: &str, phone: &str) {
    tcp.down(net, &frame(id, format!("MONITOR,{phone}").as_bytes()));
    tcp.up(net, &frame(id, b"MONITOR"));
}

fn reports(net: &mut Net) {
    arrive(net, WATCH, "android-watch", "dhcpcd-5.5.6");
    let mut tcp = greet(net, WATCH, SERVER, IMEI);
    net.wait(1_000);
    tcp.down(net, &frame(IMEI, b"TS"));
    let settings =
        format!("TS,ver:G29_BASE_V1.00;ID:{IMEI};imei:{IMEI};ip_url:203.0.113.45;port:8001;center:+447700900460;slave:;sos1:;upload:600;bat level:94;");
    tcp.up(net, &frame(IMEI, settings.as_bytes()));
    net.wait(2_000);
    fix(net, &mut tcp, IMEI, "UD", "A,48.858370,N,2.294481,E");
    tcp.resend(net);
    net.wait(60_000);
    fix(net, &mut tcp, IMEI, "UD", "V,51.500729,N,0.124625,W");
    net.wait(30_000);
    fix(net, &mut tcp, IMEI, "UD", "A,0.000000,N,0.000000,E");
    net.wait(30_000);
    fix(net, &mut tcp, IMEI, "UD2", "A,48.861120,N,2.288930,E");
    let alarm = format!("AL,220426,{},A,48.858370,N,2.294481,E,0.00,152.0,35,9,100,93,1190,12,00010000,1,1,234,15,2210,11041,148,0,25.0", clock(net));
    tcp.up(net, &wrong_frame(IMEI, alarm.as_bytes(), 3));
    tcp.down(net, &frame(IMEI, b"AL"));
    net.wait(60_000);
    let networks: Vec<_> = (1..=5).map(|number| format!("TestNet{number},00:00:5e:00:53:b{number},-{}", 40 + 9 * number)).collect();
    let scan = format!("WT,220426,{},V,0.000000,N,0.000000,E,0.00,0.0,0,0,100,92,1201,12,00000000,0,5,{}", clock(net), networks.join(","));
    tcp.up(net, &frame(IMEI, scan.as_bytes()));
    net.wait(20_000);
    tcp.up(net, &frame(IMEI, b"bphrt,104,66,88,128,2,7,26"));
    tcp.down(net, &frame(IMEI, b"bphrt"));
    net.wait(20_000);
    let voice = escape(&media::amr(net, 60));
    tcp.up(net, &frame(IMEI, &[b"TK,", &voice[..]].concat()));
    tcp.down(net, &frame(IMEI, b"TK,1"));
    net.wait(60_000);
    // Two frames in one segment.
    tcp.up(net, &[frame(IMEI, b"LK,0,40,91"), frame(IMEI, b"TKQ")].concat());
    tcp.down(net, &frame(IMEI, b"LK"));
    tcp.close(net);
}

fn orders(net: &mut Net) {
    arrive(net, WATCH, "android-watch", "dhcpcd-5.5.6");
    let mut tcp = greet(net, WATCH, SERVER, IMEI);
    net.wait(5_000);
    tcp.down(net, &frame(IMEI, b"CENTER,+447700900461"));
    tcp.up(net, &frame(IMEI, b"CENTER"));
    let book = format!("PHB,+447700900461,{},+447700900462,{}", wide("Oma Testfrau"), wide("Mum"));
    tcp.down(net, &frame(IMEI, book.as_bytes()));
    tcp.up(net, &frame(IMEI, b"PHB"));
    net.wait(20_000);
    tcp.down(net, &frame(IMEI, b"CR"));
    tcp.up(net, &frame(IMEI, b"CR"));
    net.wait(4_000);
    listen_in(net, &mut tcp, IMEI, "+447700900463");
    net.wait(40_000);
    tcp.down(net, &frame(IMEI, b"rcapture"));
    tcp.up(net, &frame(IMEI, b"rcapture"));
    net.wait(6_000);
    let picture = escape(&media::jpeg(net));
    let report = [format!("img,5,260422{},", clock(net)).as_bytes(), &picture].concat();
    tcp.up(net, &frame(IMEI, &report));
    net.wait(30_000);
    tcp.down(net, &frame(IMEI, b"IP,198.51.100.61,8899"));
    tcp.up(net, &frame(IMEI, b"IP"));
    tcp.close(net);
}

fn log_lines(net: &mut Net) {
    let hub = Host::home(0x31, 40);
    let collector = v4(203, 0, 113, 90);
    arrive(net, hub, "hub", "udhcp 1.36.1");
    look_up(net, hub, "logs.example.net", &[collector]);
    let mut tcp = net.connect(hub, Host::server(collector), 6514);
    for number in 0..6 {
        let line = format!("[08:00:{number:02}*eth0*0010*link] carrier {}\n", if number % 2 == 0 { "up" } else { "down" });
        tcp.up(net, line.as_bytes());
        net.wait(3_000);
    }
    tcp.up(net, b"08:00:21 parser: dropped [3G*8800000015*0002*LK] as unsupported\n");
    tcp.up(net, b"[INFO*1*0002*OK] [queue*0*0000*] idle\n");
    tcp.close(net);
}

fn acknowledgements(net: &mut Net) {
    net.vlan = Some(30);
    arrive(net, WATCH, "android-watch", "dhcpcd-5.5.6");
    look_up(net, WATCH, "watch.example.net", &[SERVER.ip]);
    let mut tcp = greet(net, WATCH, SERVER, "8800000015");
    for word in ["MONITOR", "CENTER", "rcapture", "PHB", "IP", "FIND", "CALL"] {
        tcp.up(net, &frame("8800000015", word.as_bytes()));
        net.wait(900);
    }
    net.wait(60_000);
    tcp.up(net, &frame("8800000015", b"LK,0,15,95"));
    tcp.down(net, &frame("8800000015", b"LK"));
    tcp.close(net);
}
