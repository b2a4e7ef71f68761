//! Handshakes of TLS, old and odd: S16, N33, N34.

use super::file::Label;
use super::services::{arrive, look_up};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, pki, tls};

const HUB: Host = Host::home(0x7a, 90);

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S16",
            title: "A hub speaks TLS 1.0 with RC4, takes a certificate that ran out and one for another name, and names nobody",
            must: &["TL-01", "TL-02", "TL-03", "TL-04", "EP-05"],
            notes: "Ports: 8441 TLS 1.0 and RC4; 8442 ran out, went on; 8443 another name, went on; 8444 another name, given up; 8445 no name; 443 TLS 1.3, clean.",
            ..Label::EMPTY
        },
        play: zoo,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N33",
            title: "Hellos with values that mean nothing (GREASE), signals in the list of ciphers, and a hidden name",
            must: &[],
            must_not: &["TL-01", "TL-02", "TL-04", "EP-05"],
            highest: "info",
            notes: "TLS 1.3, whose records say 1.2; an encrypted client hello.",
            ..Label::EMPTY
        },
        play: grease,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N34",
            title: "A bridge at home shows a certificate of its maker's own authority",
            must: &[],
            must_not: &["TL-03"],
            highest: "info",
            ..Label::EMPTY
        },
        play: private,
    },
];

fn record(version: [u8; 2], kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &version, &(body.len() as u16).to_be_bytes(), body].concat()
}

fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_be_bytes();
    [&[kind, length[1], length[2], length[3]][..], body].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes(), &(body.len() as u16).to_be_bytes()[..], body].concat()
}

fn name(name: &str) -> Vec<u8> {
    let length = name.len() as u16;
    extension(0, &[&(length + 3).to_be_bytes()[..], &[0], &length.to_be_bytes()[..], name.as_bytes()].concat())
}

/// What a handshake up to version 1.2 is made of.
pub struct Old<'o> {
    /// Who asks.
    pub client: Host,
    /// Who answers.
    pub server: Host,
    /// Its port.
    pub port: u16,
    /// The name that is asked for.
    pub name: Option<&'o str>,
    /// The version that is chosen.
    pub version: [u8; 2],
    /// What is offered.
    pub suites: &'o [u8],
    /// What is chosen of it.
    pub suite: [u8; 2],
    /// What the server shows.
    pub certificate: Vec<u8>,
    /// Whether the client accepts that.
    pub goes_on: bool,
}

/// A conversation of such a kind.
pub fn old(net: &mut Net, old: &Old<'_>) {
    let mut tcp = net.connect(old.client, old.server, old.port);
    let extensions = [old.name.map(name).unwrap_or_default(), extension(10, &[0, 4, 0, 0x17, 0, 0x18]), extension(11, &[1, 0])].concat();
    let body = [
        &old.version[..],
        &net.noise(32),
        &[0],
        &(old.suites.len() as u16).to_be_bytes(),
        old.suites,
        &[1, 0],
        &(extensions.len() as u16).to_be_bytes(),
        &extensions,
    ]
    .concat();
    tcp.up(net, &record([3, 1], 22, &handshake(1, &body)));
    let hello = handshake(2, &[&old.version[..], &net.noise(32), &[0], &old.suite, &[0]].concat());
    let one = [&[0][..], &(old.certificate.len() as u16).to_be_bytes(), &old.certificate].concat();
    let shown = handshake(11, &[&[0][..], &(one.len() as u16).to_be_bytes(), &one].concat());
    tcp.down(net, &record(old.version, 22, &[hello, shown, handshake(14, b"")].concat()));
    if old.goes_on {
        let agreed = handshake(16, &[&[1, 0][..], &net.noise(256)].concat());
        let last = net.noise(40);
        tcp.up(net, &[record(old.version, 22, &agreed), record(old.version, 20, &[1]), record(old.version, 22, &last)].concat());
        let last = net.noise(40);
        tcp.down(net, &[record(old.version, 20, &[1]), record(old.version, 22, &last)].concat());
        for length in [300, 180] {
            let (up, down) = (net.noise(length), net.noise(length / 2));
            tcp.up(net, &record(old.version, 23, &up));
            tcp.down(net, &record(old.version, 23, &down));
            net.wait(500);
        }
    } else {
        // bad_certificate
        tcp.up(net, &record(old.version, 21, &[2, 42]));
    }
    tcp.close(net);
    net.wait(2_000);
}

/// Suites that are good, and the signal that stands among them.
pub const MODERN: &[u8] = &[0xc0, 0x2b, 0xc0, 0x2f, 0x00, 0x9e, 0x00, 0xff];

fn zoo(net: &mut Net) {
    arrive(net, HUB, "hub", "udhcp 1.19.4");
    let host = |last| Host::server(v4(203, 0, 113, last));
    for last in 1..=4 {
        look_up(net, HUB, &format!("s{last}.hub.example"), &[host(200 + last).ip]);
    }
    let valid = pki::certificate(net);
    let ran_out = pki::leaf(net, "s2.hub.example", "Hub CA", ["190101000000Z", "200101000000Z"]);
    let other = pki::leaf(net, "other.example", "Hub CA", ["250101000000Z", "270101000000Z"]);
    let base = |server, port, name| Old {
        client: HUB,
        server,
        port,
        name,
        version: [3, 3],
        suites: MODERN,
        suite: [0xc0, 0x2f],
        certificate: Vec::new(),
        goes_on: true,
    };
    old(
        net,
        &Old { version: [3, 1], suites: &[0, 5, 0, 4, 0, 0x2f, 0, 10], suite: [0, 5], certificate: valid, ..base(host(201), 8_441, Some("s1.hub.example")) },
    );
    old(net, &Old { certificate: ran_out, ..base(host(202), 8_442, Some("s2.hub.example")) });
    old(net, &Old { certificate: other.clone(), ..base(host(203), 8_443, Some("s3.hub.example")) });
    old(net, &Old { certificate: other, goes_on: false, ..base(host(204), 8_444, Some("s4.hub.example")) });
    let bare = pki::leaf(net, "198.51.100.200", "198.51.100.200", ["250101000000Z", "270101000000Z"]);
    old(net, &Old { certificate: bare, ..base(host(205), 8_445, None) });
    look_up(net, HUB, "clean.hub.example", &[host(206).ip]);
    tls::talk(net, HUB, host(206), 443, "clean.hub.example", &[(400, 600)]);
}

fn grease(net: &mut Net) {
    arrive(net, HUB, "hub", "udhcp 1.36.1");
    let server = Host::server(v4(198, 51, 100, 190));
    look_up(net, HUB, "public.cdn.example", &[server.ip]);
    for _ in 0..2 {
        let mut tcp = net.connect(HUB, server, 443);
        let sealed = net.noise(180);
        let hidden = [&[0, 0, 1, 0, 1, 0x2a, 0, 32][..], &net.noise(32), &(sealed.len() as u16).to_be_bytes(), &sealed].concat();
        let extensions = [
            extension(0x1a1a, &[]),
            name("public.cdn.example"),
            extension(10, &[0, 6, 0x2a, 0x2a, 0, 0x1d, 0, 0x17]),
            extension(13, &[0, 8, 4, 3, 8, 4, 4, 1, 5, 3]),
            extension(43, &[6, 0x3a, 0x3a, 3, 4, 3, 3]),
            extension(51, &[&[0, 36, 0, 0x1d, 0, 32], &net.noise(32)[..]].concat()),
            extension(0xfe0d, &hidden),
            extension(0x4a4a, &[0]),
        ]
        .concat();
        let suites = [0x5a, 0x5a, 0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2f, 0, 0xff, 0x56, 0];
        let session = net.noise(32);
        let body = [
            &[3, 3][..],
            &net.noise(32),
            &[32],
            &session,
            &(suites.len() as u16).to_be_bytes(),
            &suites,
            &[1, 0],
            &(extensions.len() as u16).to_be_bytes(),
            &extensions,
        ]
        .concat();
        tcp.up(net, &record([3, 1], 22, &handshake(1, &body)));
        let extensions = [extension(43, &[3, 4]), extension(51, &[&[0, 0x1d, 0, 32], &net.noise(32)[..]].concat())].concat();
        let body = [&[3, 3][..], &net.noise(32), &[32], &session, &[0x13, 1, 0], &(extensions.len() as u16).to_be_bytes(), &extensions].concat();
        let rest = net.noise(1_200);
        tcp.down(net, &[record([3, 3], 22, &handshake(2, &body)), record([3, 3], 20, &[1]), record([3, 3], 23, &rest)].concat());
        let last = net.noise(53);
        tcp.up(net, &[record([3, 3], 20, &[1]), record([3, 3], 23, &last)].concat());
        for length in [200, 300] {
            let (up, down) = (net.noise(length), net.noise(length));
            tcp.up(net, &record([3, 3], 23, &up));
            tcp.down(net, &record([3, 3], 23, &down));
        }
        tcp.close(net);
        net.wait(4_000);
    }
}

fn private(net: &mut Net) {
    let bridge = Host::home(0x7b, 91);
    arrive(net, bridge, "bridge", "udhcp 1.36.1");
    arrive(net, HUB, "hub", "udhcp 1.36.1");
    net.resolve(HUB, bridge);
    let certificate = pki::leaf(net, "001788fffe005391", "Bridge Root CA", ["250101000000Z", "380101000000Z"]);
    let shown = Old {
        client: HUB,
        server: bridge,
        port: 443,
        name: Some("001788fffe005391"),
        version: [3, 3],
        suites: MODERN,
        suite: [0xc0, 0x2b],
        certificate,
        goes_on: true,
    };
    old(net, &shown);
}
