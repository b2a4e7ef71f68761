//! A box with its own mind about names and time: S24.

use super::file::Label;
use super::services::{answer, arrive, http, look_up, look_up_at, request, time};
use super::wire::{Host, Net, v4, v6};
use super::{Container, Scenario, tls};

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S24",
            title: "A streaming box asks a resolver of its own, hides names in HTTPS and TLS, asks the time too often and where it is",
            must: &["EP-05", "EP-06", "EP-09", "LK-05"],
            highest: "high",
            notes: "The capture begins before the box comes to the network. DNS over TLS goes over IPv6.",
            ..Label::EMPTY
        },
        play,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S24b",
            title: "A capture that begins late: the box has been talking to a server for long",
            must: &[],
            must_not: &["EP-05"],
            highest: "low",
            notes: "Nobody knows what was looked up before the capture began.",
            ..Label::EMPTY
        },
        play: late,
    },
];

const BOX: Host = Host::home(0x27, 39);

fn play(net: &mut Net) {
    arrive(net, BOX, "streaming-box", "udhcp 1.29.3");
    let own = Host::server(v4(198, 51, 100, 53));
    for (name, address) in [("boot.box.example", 21), ("ads.box.example", 22), ("catalogue.box.example", 23)] {
        let server = Host::server(v4(203, 0, 113, address));
        look_up_at(net, BOX, own, name, &[server.ip]);
        tls::talk(net, BOX, server, 443, name, &[(620, 2_400)]);
        net.wait(2_000);
    }
    hidden_names(net);
    bare_address(net);
    for _ in 0..16 {
        time(net, BOX, Host::server(v4(198, 51, 100, 124)));
        net.wait(2_500);
    }
    where_am_i(net);
}

fn late(net: &mut Net) {
    bare_address(net);
}

/// Names over HTTPS (RFC 8484) and over TLS (RFC 7858).
fn hidden_names(net: &mut Net) {
    let https = Host::server(v4(198, 51, 100, 54));
    look_up(net, BOX, "dns.google", &[https.ip]);
    tls::talk(net, BOX, https, 443, "dns.google", &[(190, 310), (190, 330), (190, 300)]);
    let (device, sealed) = (BOX.by(v6(7, 0x39)), Host::server(v6(0x53, 1)));
    net.resolve(device, Host::router().by(v6(7, 1)));
    tls::talk(net, device, sealed, 853, "dot.resolver.example", &[(130, 200), (130, 210)]);
}

/// A connection that no name was looked up for, and that names none.
fn bare_address(net: &mut Net) {
    let mut tcp = tls::open(net, BOX, Host::server(v4(203, 0, 113, 77)), 9443, None);
    tls::send(net, &mut tcp, 400, 900);
    net.wait(10_000);
    tls::send(net, &mut tcp, 300, 500);
    tcp.close(net);
}

fn where_am_i(net: &mut Net) {
    let server = Host::server(v4(198, 51, 100, 90));
    look_up(net, BOX, "ip-api.com", &[server.ip]);
    let body = br#"{"status":"success","country":"France","city":"Paris","lat":48.8534,"lon":2.3488,"query":"192.0.2.44"}"#;
    let get = request("GET /json", "ip-api.com", "User-Agent: box/5\r\n", b"");
    http(net, BOX, server, &[(get, answer("200 OK", "application/json", body))]);
}
