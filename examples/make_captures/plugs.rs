//! Plugs and other small things of the home: S11, S14, S15, S20, N18, N19, N32.

use data_encoding::{BASE64, HEXLOWER};

use super::file::Label;
use super::services::{announce, arrive, look_up};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario};

const PLUG: Host = Host::home(0x63, 63);
const CLOUD: Host = Host::server(v4(203, 0, 113, 163));
const PHONE: Host = Host::home(0x23, 35);
const GROUP: Host = Host { mac: [1, 0, 0x5e, 0x7f, 0xff, 0xfa], ip: v4(239, 255, 255, 250) };

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S11",
            title: "A plug sends its JSON as base64, as hexadecimal digits, combined with one byte, and with the byte before",
            must: &["PT-06", "LK-06", "LK-07"],
            told: &["001017000000029", "mia.testkind@example.org"],
            masked: &["001017000000029", "mia.testkind@example.org"],
            notes: "Four flows to ports 7101 to 7104, all of the same message. The last is TP-Link's scheme (start 171).",
            ..Label::EMPTY
        },
        play: coded_json,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S14",
            title: "A plug tells everybody at home where it stands, without a login",
            must: &["DV-10", "LN-05", "LK-02"],
            masked: &["48.858", "2.2944"],
            notes: "UDP 9999, combined with the byte before (start 171), degrees times 10,000.",
            ..Label::EMPTY
        },
        play: kasa_with_place,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N19",
            title: "The same plug, whose place was never set",
            must: &[],
            must_not: &["DV-10", "LK-02"],
            highest: "low",
            notes: "Zeros are no place.",
            ..Label::EMPTY
        },
        play: kasa_without_place,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S15",
            title: "Devices tell the whole home about themselves: beacons, names, numbers",
            must: &["DV-09", "LN-05", "LK-12"],
            notes: "A beacon in JSON (UDP 6666), a doll whose name holds a child's, an SSDP number that ends in the hardware address.",
            ..Label::EMPTY
        },
        play: beacons,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N32",
            title: "The names that makers give",
            must: &[],
            must_not: &["LK-12"],
            highest: "info",
            notes: "Kinds and the last bytes of a hardware address.",
            ..Label::EMPTY
        },
        play: default_names,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S20",
            title: "A plug that was sealed for two days sends readable rows to a new server",
            must: &["PT-02", "EP-03", "EP-08"],
            notes: "Port 12345; UTF-8 with letters beyond ASCII. The days before are shortened to their flows. Countries: S20.mmdb.",
            ..Label::EMPTY
        },
        play: rows,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N18",
            title: "A boot loader and a file that begin with 00 00 55 AA",
            must: &[],
            must_not: &["DV-09"],
            highest: "info",
            ..Label::EMPTY
        },
        play: boot_loader,
    },
];

/// Every byte combined with the one before it, the first with 171.
fn autokey(bytes: &[u8]) -> Vec<u8> {
    let mut key = 171;
    let one = |byte: &u8| {
        key ^= byte;
        key
    };
    bytes.iter().map(one).collect()
}

fn coded_json(net: &mut Net) {
    arrive(net, PLUG, "plug", "udhcp 1.33.0");
    look_up(net, PLUG, "cloud.plug.example", &[CLOUD.ip]);
    let key = (1 + (net.random() % 254) as u8) | 0x80;
    for (port, form) in (7_101..).zip(["base64", "hex", "xor", "autokey"]) {
        let mut tcp = net.connect(PLUG, CLOUD, port);
        for watt in [12, 13, 11] {
            let text =
                format!("{{\"imei\":\"001017000000029\",\"owner_email\":\"mia.testkind@example.org\",\"state\":\"on\",\"watt\":{watt},\"fw\":\"1.0.9\"}}");
            let text = net.cast.say(text.as_bytes());
            let bytes = match form {
                "base64" => BASE64.encode(&text).into_bytes(),
                "hex" => HEXLOWER.encode(&text).into_bytes(),
                "xor" => text.iter().map(|byte| byte ^ key).collect(),
                _ => [&(text.len() as u32).to_be_bytes()[..], &autokey(&text)].concat(),
            };
            net.truth("json", "PT-06", &bytes);
            tcp.up(net, &bytes);
            net.wait(6_000);
        }
        tcp.close(net);
    }
}

fn kasa(net: &mut Net, latitude: i32, longitude: i32) {
    arrive(net, PLUG, "HS110", "udhcp 1.20.1");
    let everybody = Host { mac: [0xff; 6], ip: v4(255, 255, 255, 255) };
    let port = net.fresh_port();
    for _ in 0..2 {
        net.udp((PHONE, port), (everybody, 9_999), &autokey(br#"{"system":{"get_sysinfo":{}}}"#));
        net.wait(30);
        let text = format!(
            "{{\"system\":{{\"get_sysinfo\":{{\"err_code\":0,\"sw_ver\":\"1.2.5\",\"type\":\"IOT.SMARTPLUGSWITCH\",\"model\":\"HS110(EU)\",\"mac\":\"00:00:5E:00:53:63\",\"deviceId\":\"8006E1A20000000000000000000000000000AB42\",\"alias\":\"heater\",\"relay_state\":1,\"latitude_i\":{latitude},\"longitude_i\":{longitude}}}}}}}"
        );
        net.udp((PLUG, 9_999), (PHONE, port), &autokey(text.as_bytes()));
        net.wait(20_000);
    }
}

fn kasa_with_place(net: &mut Net) {
    kasa(net, 488_583, 22_944);
}

fn kasa_without_place(net: &mut Net) {
    kasa(net, 0, 0);
}

fn beacons(net: &mut Net) {
    let (lamp, doll, tv) = (Host::home(0x64, 64), Host::home(0x65, 65), Host::home(0x66, 66));
    arrive(net, lamp, "lamp", "udhcp 1.28.1");
    arrive(net, doll, "emmas-doll", "udhcp 1.24.1");
    arrive(net, tv, "livingroom-tv", "udhcp 1.31.1");
    let everybody = Host { mac: [0xff; 6], ip: v4(255, 255, 255, 255) };
    for number in 1_u32..=3 {
        let text = br#"{"ip":"192.168.7.64","gwId":"20260042000053640001","active":2,"ability":0,"mode":0,"encrypt":false,"productKey":"keytestkey000001","version":"3.1"}"#;
        let rest = text.len() as u32 + 12;
        let mut frame = [&[0, 0, 0x55, 0xaa][..], &number.to_be_bytes(), &0x13_u32.to_be_bytes(), &rest.to_be_bytes(), &[0; 4], text].concat();
        let crc = crc32(&frame);
        frame.extend(crc.to_be_bytes());
        frame.extend([0, 0, 0xaa, 0x55]);
        net.udp((lamp, 49_153), (everybody, 6_666), &frame);
        net.wait(5_000);
    }
    announce(net, doll, ("Emma's doll", "_http._tcp", "emmas-doll"), &["model=TalkingDoll", "sn=SN20260042"]);
    let notify = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://192.168.7.66:49152/description.xml\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nSERVER: Linux/4.9 UPnP/1.0 TV/5\r\nUSN: uuid:55076f6e-6b79-1d65-a4eb-00005e005366::upnp:rootdevice\r\n\r\n";
    for _ in 0..2 {
        net.udp((tv, 1_900), (GROUP, 1_900), notify.as_bytes());
        net.wait(1_000);
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }))
}

fn default_names(net: &mut Net) {
    for (device, host, name, service) in [
        (Host::home(0x67, 67), "TV-005367", "Television 005367", "_googlecast._tcp"),
        (Host::home(0x68, 68), "printer-005368", "Printer [005368]", "_ipp._tcp"),
        (Host::home(0x69, 69), "Speaker-5369", "Speaker 5369", "_spotify-connect._tcp"),
    ] {
        arrive(net, device, host, "udhcp 1.31.1");
        announce(net, device, (name, service, host), &["md=Model 5", "ve=05"]);
        net.wait(1_000);
    }
}

fn rows(net: &mut Net) {
    arrive(net, PLUG, "plug", "udhcp 1.33.0");
    let known = Host::server(v4(198, 51, 100, 163));
    for _ in 0..8 {
        look_up(net, PLUG, "cloud.plug.example", &[known.ip]);
        super::tls::talk(net, PLUG, known, 443, "cloud.plug.example", &[(200, 150)]);
        net.wait(6 * 3_600 * 1_000);
    }
    let mut tcp = net.connect(PLUG, CLOUD, 12_345);
    for row in 0..6 {
        let line = format!("küche;steckdose;zustand=an;leistung={}.{row} W;schlaf=äus;zähler={};\n", 11 + row, 4_200 + row);
        net.truth("text", "PT-02", line.as_bytes());
        tcp.up(net, line.as_bytes());
        net.wait(30_000);
    }
    tcp.close(net);
}

fn boot_loader(net: &mut Net) {
    let (server, port) = (Host::home(0x6a, 70), net.fresh_port());
    let mut image = vec![0, 0, 0x55, 0xaa, 0, 0, 0, 9, 0, 0, 1, 0];
    image.extend(net.noise(500));
    for number in 1_u16..=4 {
        let data = [&[0, 3][..], &number.to_be_bytes(), &image].concat();
        net.udp((server, 50_069), (PLUG, port), &data);
        net.udp((PLUG, port), (server, 50_069), &[&[0, 4][..], &number.to_be_bytes()].concat());
        net.wait(5);
    }
    for _ in 0..3 {
        net.udp((PLUG, 6_000), (server, 6_666), &image);
        net.wait(900);
    }
}
