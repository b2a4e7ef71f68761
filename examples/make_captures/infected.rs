//! A plug that others have taken over: S26.

use std::net::Ipv4Addr;

use super::file::Label;
use super::services::{arrive, look_up, look_up_in_vain};
use super::wire::{Host, Net, v4};
use super::zoo::{MODERN, Old, old};
use super::{Container, Scenario, pki, tls};

const PLUG: Host = Host::home(0x7d, 125);
const CLOUD: Host = Host::server(v4(203, 0, 113, 125));
const MASTER: Host = Host::server(v4(198, 51, 100, 126));
const RELAY: Host = Host::server(v4(203, 0, 113, 127));

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcap,
    label: Label {
        scenario: "S26",
        title: "A plug that was taken over looks for others, for its master, and hides whom it talks to",
        must: &["LN-01", "LN-02", "EP-07", "EP-10"],
        notes: "It asks for two hundred addresses at home; knocks at ports 23 and 2323 of others with their address as sequence number; looks up names that nobody would choose until one is there; calls that one every minute; and speaks to port 9001 of a server that shows a certificate as Tor's relays do (TLS 1.2), then looks up a hidden service.",
        ..Label::EMPTY
    },
    play: taken_over,
}];

fn taken_over(net: &mut Net) {
    arrive(net, PLUG, "smart-plug", "udhcp 1.30.1");
    look_up(net, PLUG, "cloud.plug.example", &[CLOUD.ip]);
    tls::talk(net, PLUG, CLOUD, 443, "cloud.plug.example", &[(300, 200)]);
    net.wait(20_000);
    for last in 2..=201 {
        net.ask_in_vain(PLUG, Ipv4Addr::new(192, 168, 7, last));
        net.wait(8);
    }
    knocks(net);
    let name = search(net);
    look_up(net, PLUG, &name, &[MASTER.ip]);
    for _ in 0..16 {
        call(net, &name);
        net.tick(60_000);
    }
    hide(net);
}

/// The family of Mirai: the address knocked at is the sequence number, the port of its own is always the same; every tenth knock goes to 2323.
fn knocks(net: &mut Net) {
    let port = net.fresh_port();
    for number in 0..100 {
        let last = (1 + net.random() % 254) as u8;
        let to = match net.random() % 3 {
            0 => Ipv4Addr::new(192, 0, 2, last),
            1 => Ipv4Addr::new(198, 51, 100, last),
            _ => Ipv4Addr::new(203, 0, 113, last),
        };
        net.knock((PLUG, port), (to, if number % 10 == 9 { 2_323 } else { 23 }), to.to_bits());
        net.wait(12);
    }
}

/// So many letters at random.
fn letters(net: &mut Net, alphabet: &[u8], length: usize) -> String {
    (0..length).map(|_| char::from(alphabet[(net.random() % alphabet.len() as u64) as usize])).collect()
}

/// Names that nobody would choose, one after another; the one that will be there.
fn search(net: &mut Net) -> String {
    let name = |net: &mut Net| {
        let length = 11 + (net.random() % 5) as usize;
        format!("{}.test", letters(net, b"abcdefghijklmnopqrstuvwxyz", length))
    };
    for _ in 0..30 {
        let missed = name(net);
        look_up_in_vain(net, PLUG, &missed);
        net.wait(900);
    }
    name(net)
}

fn call(net: &mut Net, name: &str) {
    tls::talk(net, PLUG, MASTER, 443, name, &[(90, 60)]);
}

/// A relay of Tor (tor-spec, "Channels"): names that mean nothing, on both sides, and a certificate by the one for the other.
fn hide(net: &mut Net) {
    const BASE32: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
    let [asked, subject, issuer] = [16, 14, 11].map(|length| format!("www.{}", letters(net, BASE32, length)));
    let certificate = pki::leaf(net, &format!("{subject}.net"), &format!("{issuer}.com"), ["260101000000Z", "261231000000Z"]);
    let name = format!("{asked}.com");
    let hello =
        Old { client: PLUG, server: RELAY, port: 9_001, name: Some(&name), version: [3, 3], suites: MODERN, suite: [0xc0, 0x2f], certificate, goes_on: true };
    old(net, &hello);
    let service = letters(net, BASE32, 56);
    look_up_in_vain(net, PLUG, &format!("{service}.onion"));
}
