//! A small invented home for a first look: a child's watch, a talking toy, a new tracker plug being set up, a plug that does everything right,
//! a camera with its factory password, a phone.

use super::file::Label;
use super::services::{announce, answer, arrive, http, look_up, mqtt_connect, mqtt_publish, request, time};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, media, setup, tls, toy, watch};

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcapng,
    label: Label {
        scenario: "demo",
        title: "A small invented home: watch, toy, heater, plug, camera, phone",
        must: &["DV-01", "DV-02", "DV-11", "LK-02", "LK-06", "LK-07", "LK-08", "LK-09", "PT-01", "PT-04", "PT-05", "PT-09", "EP-05"],
        masked: &["korrekt-pferd-42", "h3ater-pass", "Mia Testkind", "+447700900480", "001017000000029"],
        notes: "Nothing is to be said of the plug (192.168.7.54) above info: it does everything right.",
        ..Label::EMPTY
    },
    play,
}];

const WATCH: Host = Host::home(0x41, 51);
const TOY: Host = Host::home(0x42, 52);
const HEATER: Host = Host::home(0x43, 53);
const PLUG: Host = Host::home(0x44, 54);
const CAMERA: Host = Host::home(0x45, 55);
const PHONE: Host = Host::home(0x46, 56);
const WATCH_ID: &str = "001017000000029";

/// Plays a few minutes of it.
fn play(net: &mut Net) {
    let clock = Host::server(v4(198, 51, 100, 123));
    arrive(net, PHONE, "family-phone", "android-dhcp-14");
    arrive(net, PLUG, "smart-plug", "udhcp 1.36.1");
    good_plug(net, clock);
    arrive(net, WATCH, "kids-watch", "dhcpcd-5.5.6");
    let mut line = watch::greet(net, WATCH, Host::server(v4(203, 0, 113, 45)), WATCH_ID);
    watch::fix(net, &mut line, WATCH_ID, "UD", "A,48.858370,N,2.294481,E");
    net.wait(25_000);
    arrive(net, TOY, "talking-bear-toy", "udhcp 1.24.1");
    toy::register(net, TOY);
    net.wait(20_000);
    camera(net);
    watch::fix(net, &mut line, WATCH_ID, "UD", "A,48.860611,N,2.337644,E");
    heater(net);
    toy::record(net, TOY);
    net.wait(30_000);
    watch::listen_in(net, &mut line, WATCH_ID, "+447700900480");
    net.wait(45_000);
    app(net);
    watch::fix(net, &mut line, WATCH_ID, "UD", "A,48.852968,N,2.349902,E");
    net.wait(30_000);
    good_plug(net, clock);
    line.close(net);
}

/// Everything sealed, names asked of the router, time from a known pool.
fn good_plug(net: &mut Net, clock: Host) {
    look_up(net, PLUG, "pool.ntp.org", &[clock.ip]);
    time(net, PLUG, clock);
    let cloud = Host::server(v4(198, 51, 100, 20));
    look_up(net, PLUG, "mqtt.plug.example", &[cloud.ip]);
    tls::talk(net, PLUG, cloud, 8883, "mqtt.plug.example", &[(210, 90), (180, 60), (180, 60)]);
    announce(net, PLUG, ("Smart Plug", "_hap._tcp", "smart-plug"), &["md=Plug 2", "ci=7", "sf=0"]);
}

/// Set up over its own open network; then it tells its broker everything, the Wi-Fi password included.
fn heater(net: &mut Net) {
    setup::give_password(net, PHONE, HEATER);
    net.wait(5_000);
    arrive(net, HEATER, "heater", "udhcp 1.30.0");
    let broker = Host::server(v4(203, 0, 113, 88));
    look_up(net, HEATER, "mqtt.heater.example", &[broker.ip]);
    let mut tcp = net.connect(HEATER, broker, 1883);
    mqtt_connect(net, &mut tcp, "heater-0042", "heater", "h3ater-pass");
    let hello = br#"{"serial":"HT20260042","ssid":"TestHome","wifi_password":"korrekt-pferd-42","fw":"1.0.9"}"#;
    mqtt_publish(net, &mut tcp, "heater/0042/hello", hello);
    for degrees in ["19.5", "19.7", "20.1"] {
        net.wait(9_000);
        mqtt_publish(net, &mut tcp, "heater/0042/temperature", degrees.as_bytes());
    }
    tcp.up(net, &[0xe0, 0]);
    tcp.close(net);
}

/// Its picture is looked at from the phone with the factory password; a copy goes out unsealed.
fn camera(net: &mut Net) {
    arrive(net, CAMERA, "ipcam", "udhcp 1.22.1");
    announce(net, CAMERA, ("Emma's room", "_http._tcp", "ipcam"), &["model=IPC-1", "path=/"]);
    net.resolve(PHONE, CAMERA);
    let picture = media::jpeg(net);
    let ask = |headers: &str| request("GET /snapshot.jpg", "192.168.7.55", headers, b"");
    let refused = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"IPC\"\r\nContent-Length: 0\r\n\r\n".to_vec();
    // admin:admin
    let shown = answer("200 OK", "image/jpeg", &picture);
    http(net, PHONE, CAMERA, &[(ask(""), refused), (ask("Authorization: Basic YWRtaW46YWRtaW4=\r\n"), shown)]);
    let cloud = Host::server(v4(203, 0, 113, 99));
    look_up(net, CAMERA, "upload.camera.example", &[cloud.ip]);
    let picture = media::jpeg(net);
    let post = request("POST /motion/IPC1-0077/1776844900.jpg", "upload.camera.example", "Content-Type: image/jpeg\r\n", &picture);
    http(net, CAMERA, cloud, &[(post, answer("200 OK", "", b""))]);
}

/// The phone reads the news, and its app tells an advertiser.
fn app(net: &mut Net) {
    for (name, last) in [("news.example", 30), ("graph.facebook.com", 31)] {
        let server = Host::server(v4(198, 51, 100, last));
        look_up(net, PHONE, name, &[server.ip]);
        tls::talk(net, PHONE, server, 443, name, &[(700, 5_200), (400, 2_100)]);
    }
}
