//! A day in a home of eight devices, most of which do everything right: S27. Its label says which grade each of them has.

use super::file::Label;
use super::services::{announce, answer, arrive, http, look_up, look_up_at, request, time};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls, watch};

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcap,
    label: Label {
        scenario: "S27",
        title: "A day in a home of eight devices: five do everything right, a guest leaves soon, a phone asks its own resolver, a camera and a watch tell",
        must: &["DV-01", "EP-06", "LK-02", "LK-06", "PT-01"],
        masked: &["001017000000029", "CAM20260042"],
        grades: &[
            ("00:00:5e:00:53:b1", "A"),
            ("00:00:5e:00:53:b2", "A"),
            ("00:00:5e:00:53:b3", "A"),
            ("00:00:5e:00:53:b4", "A"),
            ("00:00:5e:00:53:b5", "? at best A"),
            ("00:00:5e:00:53:b6", "B"),
            ("00:00:5e:00:53:b7", "C"),
            ("00:00:5e:00:53:b8", "F"),
        ],
        notes: "A few minutes of traffic, spread over a day. Nothing above low is to be said of the first five.",
        ..Label::EMPTY
    },
    play,
}];

const PLUG: Host = Host::home(0xb1, 71);
const THERMOSTAT: Host = Host::home(0xb2, 72);
const SPEAKER: Host = Host::home(0xb3, 73);
const HUB: Host = Host::home(0xb4, 74);
const GUEST: Host = Host::home(0xb5, 75);
const PHONE: Host = Host::home(0xb6, 76);
const CAMERA: Host = Host::home(0xb7, 77);
const WATCH: Host = Host::home(0xb8, 78);
const WATCH_ID: &str = "001017000000029";

/// Times of the day at which the devices do something, and hours between them: more than a day, however the clock shakes.
const ROUNDS: u64 = 4;
const HOURS: u64 = 9;

/// A device that does everything right.
type Good = (Host, &'static str, &'static str, &'static str, u8, (usize, usize));

/// Who, name, service, server, its last byte, bytes up and down.
const GOOD: [Good; 4] = [
    (PLUG, "smart-plug", "md=Plug 2 ci=7", "mqtt.plug.example", 71, (210, 90)),
    (THERMOSTAT, "hall-thermostat", "md=Hall ci=9", "api.thermostat.example", 72, (200, 200)),
    (SPEAKER, "kitchen-speaker", "md=Kitchen ci=26", "voice.speaker.example", 73, (500, 300)),
    (HUB, "bridge", "md=Bridge ci=2", "cloud.bridge.example", 74, (260, 180)),
];

fn play(net: &mut Net) {
    for (device, name, service, ..) in GOOD {
        arrive(net, device, name, "udhcp 1.36.1");
        let texts: Vec<&str> = service.split(' ').collect();
        announce(net, device, (name, "_hap._tcp", name), &texts);
    }
    arrive(net, PHONE, "phone", "android-dhcp-14");
    arrive(net, CAMERA, "ipcam", "udhcp 1.22.1");
    guest(net);
    child(net);
    for round in 0..ROUNDS {
        let is_busy = round == 0 || round + 1 == ROUNDS;
        for (device, _, _, server, last, size) in GOOD {
            clock(net, device);
            if is_busy {
                report(net, device, server, last, size);
            }
        }
        if is_busy {
            phone(net);
            camera(net);
        }
        if round + 1 < ROUNDS {
            net.wait(HOURS * 3_600_000);
        }
    }
}

/// The time, from a known pool.
fn clock(net: &mut Net, device: Host) {
    let clock = Host::server(v4(198, 51, 100, 123));
    look_up(net, device, "pool.ntp.org", &[clock.ip]);
    time(net, device, clock);
}

/// Its state, sealed, to a server whose name the router told.
fn report(net: &mut Net, device: Host, name: &str, last: u8, size: (usize, usize)) {
    let cloud = Host::server(v4(203, 0, 113, last));
    look_up(net, device, name, &[cloud.ip]);
    tls::talk(net, device, cloud, 443, name, &[size]);
    net.wait(20_000);
}

/// A laptop that is gone after a few minutes.
fn guest(net: &mut Net) {
    arrive(net, GUEST, "laptop-guest", "MSFT 5.0");
    let news = Host::server(v4(198, 51, 100, 30));
    look_up(net, GUEST, "news.example", &[news.ip]);
    for size in [(500, 3_200), (300, 1_100)] {
        tls::talk(net, GUEST, news, 443, "news.example", &[size]);
        net.wait(90_000);
    }
}

/// Its names come from a resolver of its own.
fn phone(net: &mut Net) {
    let (own, shop) = (Host::server(v4(198, 51, 100, 53)), Host::server(v4(198, 51, 100, 31)));
    look_up_at(net, PHONE, own, "shop.example", &[shop.ip]);
    tls::talk(net, PHONE, shop, 443, "shop.example", &[(300, 700)]);
    net.wait(15_000);
}

/// Tells its number in the clear and shows its pictures sealed.
fn camera(net: &mut Net) {
    let cloud = Host::server(v4(203, 0, 113, 99));
    look_up(net, CAMERA, "api.camera.example", &[cloud.ip]);
    let body = br#"{"serial":"CAM20260042","fw":"2.1.7"}"#;
    let post = request("POST /v1/hello", "api.camera.example", "Content-Type: application/json\r\n", body);
    http(net, CAMERA, cloud, &[(post, answer("200 OK", "", b""))]);
    for size in [(1_200, 90), (1_000, 90)] {
        tls::talk(net, CAMERA, cloud, 443, "api.camera.example", &[size]);
        net.wait(4_000);
    }
}

/// A child's watch says where it is to who listens.
fn child(net: &mut Net) {
    arrive(net, WATCH, "kids-watch", "dhcpcd-5.5.6");
    let mut line = watch::greet(net, WATCH, Host::server(v4(203, 0, 113, 45)), WATCH_ID);
    for place in ["A,48.858370,N,2.294481,E", "A,48.860611,N,2.337644,E"] {
        watch::fix(net, &mut line, WATCH_ID, "UD", place);
        net.wait(60_000);
    }
    line.close(net);
}
