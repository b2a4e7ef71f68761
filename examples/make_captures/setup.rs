//! A device is set up over its own open network, then logs in at its broker in the clear: S09.

use super::encode::escaped;
use super::file::Label;
use super::services::{self, answer, arrive, http, look_up, mqtt_connect, mqtt_publish, mqtt_subscribe, request};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario};

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcap,
    label: Label {
        scenario: "S09",
        title: "A phone gives a tracker the Wi-Fi password over an open network; the tracker logs in at its broker in the clear",
        must: &["LK-09", "PT-01", "LK-06"],
        masked: &["korrekt-pferd-42", "tr4cker-pass", "001017000000011"],
        told: &["korrekt-pferd-42", "tr4cker-pass", "001017000000011"],
        notes: "First 192.168.4.0/24, the tracker's own network; then the home. The number stands in the topics.",
        ..Label::EMPTY
    },
    play: set_up,
}];

const TRACKER_MAC: u8 = 0x26;
const TRACKER: Host = Host::home(TRACKER_MAC, 38);
const BROKER: Host = Host::server(v4(203, 0, 113, 88));
const BROKER_NAME: &str = "mqtt.tracker.example";

/// A phone tells a device that is an access point itself which network to join.
pub fn give_password(net: &mut Net, phone: Host, device: Host) {
    let (phone, device) = (phone.by(v4(192, 168, 4, 2)), device.by(v4(192, 168, 4, 1)));
    net.resolve(phone, device);
    // As a browser sends a form: a password may hold the signs that part its fields.
    let [name, secret] = ["TestHome", "korrekt-pferd-42"].map(|value| escaped(net.cast.word(value).as_bytes()));
    let form = format!("ssid={name}&psk={secret}&security=wpa2&tz=Europe%2FParis");
    let post = request("POST /wifi/save", "192.168.4.1", "Content-Type: application/x-www-form-urlencoded\r\n", form.as_bytes());
    http(net, phone, device, &[(post, answer("200 OK", "text/html", b"<html><body>Saved. Restarting.</body></html>"))]);
}

fn set_up(net: &mut Net) {
    let phone = Host::home(0x23, 35);
    give_password(net, phone, TRACKER);
    net.wait(9_000);
    arrive(net, TRACKER, "tracker", "udhcp 1.30.0");
    look_up(net, TRACKER, "pool.ntp.org", &[v4(198, 51, 100, 123)]);
    services::time(net, TRACKER, Host::server(v4(198, 51, 100, 123)));
    look_up(net, TRACKER, BROKER_NAME, &[BROKER.ip]);
    let mut tcp = net.connect(TRACKER, BROKER, 1883);
    mqtt_connect(net, &mut tcp, "tracker-7", "tracker7", "tr4cker-pass");
    mqtt_subscribe(net, &mut tcp, "devices/imei/001017000000011/down");
    for battery in [88, 87, 87] {
        let body = format!("{{\"imei\":\"001017000000011\",\"battery\":{battery},\"moving\":false}}");
        mqtt_publish(net, &mut tcp, "devices/imei/001017000000011/up", body.as_bytes());
        net.wait(30_000);
    }
    tcp.resend(net);
    tcp.up(net, &[0xc0, 0]);
    tcp.down(net, &[0xd0, 0]);
    tcp.up(net, &[0xe0, 0]);
    tcp.close(net);
}
