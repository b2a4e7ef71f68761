//! What only looks as if a device talked to the wrong people: N35, N36, N38 to N43, N46, N49; and whom the user's own list names: S29.

use super::file::Label;
use super::mmdb::Range;
use super::services::{answer, arrive, beacon, http, look_up, look_up_at, look_up_in_vain, request, time};
use super::voice::{call, stun};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

const DEVICE: Host = Host::home(0x7e, 126);
const HUB: Host = Host::home(0x7f, 127);
const PHONE: Host = Host::home(0x23, 35);
const CLOUD: Host = Host::server(v4(203, 0, 113, 140));
const OTHER: Host = Host::server(v4(198, 51, 100, 140));
const MINUTE: u64 = 60_000;

/// Where the ranges are that scenarios with a database of addresses beside them use (N42, S20).
pub const PLACES: &[Range] = &[
    Range { net: [192, 0, 2], country: "NL", number: 64_496, holder: "Example Line", is_anycast: false },
    Range { net: [198, 51, 100], country: "NL", number: 64_497, holder: "Example Cloud", is_anycast: false },
    Range { net: [203, 0, 113], country: "BR", number: 64_498, holder: "Exemplo", is_anycast: false },
];

/// The same, but the far one is answered everywhere.
pub const EVERYWHERE: &[Range] = &[
    Range { net: [192, 0, 2], country: "NL", number: 64_496, holder: "Example Line", is_anycast: false },
    Range { net: [198, 51, 100], country: "NL", number: 64_497, holder: "Example Cloud", is_anycast: false },
    Range { net: [203, 0, 113], country: "BR", number: 64_498, holder: "Exemplo", is_anycast: true },
];

/// The list beside S29.
pub const LIST: &str =
    "! Title: Home list\n! one rule a line\n||watcher.example^\n@@||help.watcher.example^\n0.0.0.0 counter.example\n203.0.113.144/30\nexample.test##.banner\n";

const fn label(scenario: &'static str, title: &'static str, must_not: &'static [&'static str], highest: &'static str, notes: &'static str) -> Label {
    Label { scenario, title, must_not, highest, notes, ..Label::EMPTY }
}

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: label(
            "N35",
            "A streaming box tells its own maker what is watched",
            &["EP-01", "EP-02"],
            "info",
            "logs.roku.com is the maker's own, as the box's name says.",
        ),
        play: own_analytics,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N36",
            "Things of four makers use the same content network, clocks, push messages and test of the network",
            &["EP-01", "EP-02", "EP-09", "EP-10"],
            "info",
            "As regular as a tracker's would be.",
        ),
        play: shared,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N38",
            "A plug calls a server that it looked up before the capture began",
            &["EP-04", "EP-05"],
            "info",
            "It asks for another name within the capture, but was not seen to come.",
        ),
        play: stale_answer,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N39",
            "A camera is told an address in a message, and calls a peer that it was told of",
            &["EP-05", "PT-04", "PT-05"],
            "info",
            "JSON of the hub at home; a call whose peer was found by STUN.",
        ),
        play: told_addresses,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N40",
            "A tablet whose owner chose another resolver, and that asks a public pool for the time",
            &["EP-05", "EP-07", "EP-09"],
            "low",
            "EP-06 may be told, low.",
        ),
        play: chosen_resolver,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N41",
            "A browser tries whether the network answers for names that there are not; so does a receiver, every ten minutes",
            &["EP-07"],
            "info",
            "Three words at each start; one name below a domain of its own each time.",
        ),
        play: probes,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N42",
            "A lamp calls an address that is answered in many places, after two days of another country",
            &["EP-08"],
            "info",
            "The database of addresses beside it (N42.mmdb) says so; the country that it names is not the one that answers.",
        ),
        play: anycast,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N43",
            "Connections are kept open, and messages asked for, like clockwork",
            &["BH-03", "EP-02", "EP-09", "EP-10"],
            "info",
            "MQTT over TLS, a push service, time every 64 seconds.",
        ),
        play: keep_alive,
    },
    Scenario {
        container: Container::Pcap,
        label: label("N46", "A computer logs in to another one at home by SSH, again and again", &["LN-01", "LN-02", "EP-10"], "info", "One host, one port."),
        play: shell,
    },
    Scenario {
        container: Container::Pcap,
        label: label(
            "N49",
            "A computer backs up at night",
            &["BH-01", "EP-08", "EP-10"],
            "info",
            "Much goes up, sealed, to one server, at the same hour of three nights.",
        ),
        play: backup,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S29",
            title: "A television calls those whom the user's own list names",
            must: &["EP-01"],
            notes: "The list beside it (S29.list) is given with --lists: one name with all below and an exception, one name alone, one network; one line is for browsers.",
            ..Label::EMPTY
        },
        play: listed,
    },
];

fn own_analytics(net: &mut Net) {
    arrive(net, DEVICE, "roku-express", "udhcp 1.31.1");
    for name in ["api.roku.com", "scribe.logs.roku.com", "liberty.logs.roku.com"] {
        look_up(net, DEVICE, name, &[OTHER.ip]);
        tls::talk(net, DEVICE, OTHER, 443, name, &[(800, 200), (600, 200)]);
        net.wait(5_000);
    }
}

fn shared(net: &mut Net) {
    let things = [(0x81, "hue-lamp", "ws.meethue.com"), (0x82, "scale", "scalews.withings.net"), (0x83, "plug", "wap.tplinkcloud.com")];
    for (last, (mac, host, own)) in (160..).zip(things) {
        let (device, cloud) = (Host::home(mac, mac), Host::server(v4(198, 51, 100, last)));
        arrive(net, device, host, "udhcp 1.30.1");
        look_up(net, device, own, &[cloud.ip]);
        tls::talk(net, device, cloud, 443, own, &[(300, 200)]);
    }
    let clock = Host::server(v4(198, 51, 100, 123));
    for round in 0..13 {
        for (mac, ..) in things {
            let device = Host::home(mac, mac);
            for (last, name) in (150..).zip(["d1a2b3c4example.cloudfront.net", "mtalk.google.com", "www.gstatic.com"]) {
                let carrier = Host::server(v4(198, 51, 100, last));
                if round == 0 {
                    look_up(net, device, name, &[carrier.ip]);
                }
                // Push messages and the test of the network are asked for as often as it takes to look regular to EP-02.
                if last == 150 || round < 5 {
                    beacon(net, device, carrier, 443);
                }
            }
            if round == 0 {
                look_up(net, device, "pool.ntp.org", &[clock.ip]);
            }
            time(net, device, clock);
        }
        net.tick(MINUTE);
    }
}

fn stale_answer(net: &mut Net) {
    look_up(net, DEVICE, "cloud.plug.example", &[OTHER.ip]);
    tls::talk(net, DEVICE, OTHER, 443, "cloud.plug.example", &[(300, 200)]);
    net.wait(20_000);
    let mut tcp = tls::open(net, DEVICE, CLOUD, 8_443, None);
    tls::send(net, &mut tcp, 300, 200);
    tcp.close(net);
}

fn told_addresses(net: &mut Net) {
    arrive(net, HUB, "hub", "udhcp 1.36.1");
    arrive(net, DEVICE, "nursery-camera", "udhcp 1.22.1");
    net.resolve(DEVICE, HUB);
    let relay = net.end(CLOUD).ip;
    let body = format!(r#"{{"relay":{{"address":"{relay}","port":7000}},"keep":60}}"#);
    let get = request("GET /link", "192.168.7.127", "", b"");
    http(net, DEVICE, HUB, &[(get, answer("200 OK", "application/json", body.as_bytes()))]);
    net.wait(3_000);
    let mut tcp = tls::open(net, DEVICE, CLOUD, 7_000, None);
    tls::send(net, &mut tcp, 900, 200);
    tcp.close(net);
    call(net, DEVICE, OTHER, 40, (110, 90));
}

fn chosen_resolver(net: &mut Net) {
    arrive(net, DEVICE, "tablet", "android-dhcp-14");
    let resolver = Host::server(v4(198, 51, 100, 53));
    for (last, name) in (30..).zip(["mail.example", "news.example", "map.example", "shop.example"]) {
        let server = Host::server(v4(203, 0, 113, last));
        look_up_at(net, DEVICE, resolver, name, &[server.ip]);
        tls::talk(net, DEVICE, server, 443, name, &[(500, 900)]);
        net.wait(4_000);
    }
    let clock = Host::server(v4(203, 0, 113, 123));
    look_up_at(net, DEVICE, resolver, "pool.ntp.org", &[clock.ip]);
    for _ in 0..6 {
        time(net, DEVICE, clock);
        net.wait(2_000);
    }
}

fn letters(net: &mut Net, length: usize) -> String {
    (0..length).map(|_| char::from(b'a' + (net.random() % 26) as u8)).collect()
}

fn probes(net: &mut Net) {
    arrive(net, PHONE, "laptop", "dhcpcd-9.4.1");
    arrive(net, DEVICE, "av-receiver", "udhcp 1.24.2");
    for start in 0..8 {
        for _ in 0..3 {
            let length = 7 + (net.random() % 9) as usize;
            let word = letters(net, length);
            look_up_in_vain(net, PHONE, &word);
            look_up_in_vain(net, PHONE, &format!("{word}.lan"));
        }
        for page in ["mail", "news", "map"] {
            look_up(net, PHONE, &format!("{page}{start}.example"), &[v4(203, 0, 113, 140 + start)]);
        }
        net.wait(5 * MINUTE);
    }
    for _ in 0..24 {
        let word = letters(net, 12);
        look_up_in_vain(net, DEVICE, &format!("{word}.receiver.example"));
        look_up(net, DEVICE, "radio.receiver.example", &[OTHER.ip]);
        net.wait(10 * MINUTE);
    }
}

fn anycast(net: &mut Net) {
    arrive(net, DEVICE, "lamp", "udhcp 1.30.1");
    let (near, far) = (OTHER, CLOUD);
    // A meeting point tells where the home is: 192.0.2.9, hidden as RFC 8489 hides it (section 14.2).
    let meeting = Host::server(v4(198, 51, 100, 34));
    let port = net.fresh_port();
    look_up(net, DEVICE, "stun.lamp.example", &[meeting.ip]);
    let ask = stun(net, 0x0001, &[]);
    net.udp((DEVICE, port), (meeting, 3_478), &ask);
    let mut told = stun(net, 0x0101, &[0, 0x20, 0, 8, 0, 1, 0xe1, 0x52, 0x21 ^ 0xc0, 0x12, 0xa4 ^ 2, 0x42 ^ 9]);
    told[8..20].copy_from_slice(&ask[8..20]);
    net.udp((meeting, 3_478), (DEVICE, port), &told);
    for _ in 0..5 {
        look_up(net, DEVICE, "cloud.lamp.example", &[near.ip]);
        tls::talk(net, DEVICE, near, 443, "cloud.lamp.example", &[(200, 150)]);
        net.wait(10 * 60 * MINUTE);
    }
    look_up(net, DEVICE, "edge.lamp.example", &[far.ip]);
    tls::talk(net, DEVICE, far, 443, "edge.lamp.example", &[(300, 900)]);
}

fn keep_alive(net: &mut Net) {
    arrive(net, DEVICE, "thermostat", "udhcp 1.30.1");
    look_up(net, DEVICE, "mqtt.heat.example", &[OTHER.ip]);
    look_up(net, DEVICE, "push.heat.example", &[CLOUD.ip]);
    let clock = Host::server(v4(198, 51, 100, 123));
    look_up(net, DEVICE, "time.heat.example", &[clock.ip]);
    let mut broker = tls::open(net, DEVICE, OTHER, 8_883, Some("mqtt.heat.example"));
    for _ in 0..16 {
        // PINGREQ and PINGRESP, sealed.
        tls::send(net, &mut broker, 19, 19);
        tls::talk(net, DEVICE, CLOUD, 5_228, "push.heat.example", &[(40, 40)]);
        time(net, DEVICE, clock);
        net.tick(64_000);
    }
    broker.close(net);
}

fn shell(net: &mut Net) {
    let (computer, server) = (Host::home(0x85, 133), Host::home(0x86, 134));
    arrive(net, computer, "laptop", "dhcpcd-9.4.1");
    arrive(net, server, "storage", "dhcpcd-9.4.1");
    net.resolve(computer, server);
    let list = |text: &str| [&(text.len() as u32).to_be_bytes()[..], text.as_bytes()].concat();
    for _ in 0..14 {
        let mut tcp = net.connect(computer, server, 22);
        tcp.up(net, b"SSH-2.0-OpenSSH_9.6\r\n");
        tcp.down(net, b"SSH-2.0-OpenSSH_9.6\r\n");
        let kinds =
            ["curve25519-sha256", "ssh-ed25519", "aes256-gcm@openssh.com", "aes256-gcm@openssh.com", "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", ""];
        let packet = |payload: &[u8]| {
            let padding = 4 + (8 - (payload.len() + 9) % 8) % 8;
            [&((payload.len() + 1 + padding) as u32).to_be_bytes()[..], &[padding as u8], payload, &vec![0; padding]].concat()
        };
        let offer = [&[20][..], &net.noise(16), &kinds.map(list).concat(), &[0; 5]].concat();
        tcp.up(net, &packet(&offer));
        tcp.down(net, &packet(&offer));
        let (half, other) = (net.noise(32), net.noise(200));
        tcp.up(net, &packet(&[&[30, 0, 0, 0, 32][..], &half].concat()));
        tcp.down(net, &[packet(&[&[31][..], &other].concat()), packet(&[21])].concat());
        tcp.up(net, &packet(&[21]));
        let (sealed, back) = (net.noise(200), net.noise(320));
        tcp.up(net, &sealed);
        tcp.down(net, &back);
        tcp.close(net);
        net.tick(5 * MINUTE);
    }
}

fn backup(net: &mut Net) {
    arrive(net, DEVICE, "laptop", "dhcpcd-9.4.1");
    for _ in 0..3 {
        look_up(net, DEVICE, "backup.cloud.example", &[CLOUD.ip]);
        tls::talk(net, DEVICE, CLOUD, 443, "backup.cloud.example", &[(16_000, 60), (9_000, 60)]);
        net.wait(24 * 60 * MINUTE);
    }
}

fn listed(net: &mut Net) {
    arrive(net, DEVICE, "livingroom-tv", "udhcp 1.31.1");
    for (last, name) in (141..).zip(["in.watcher.example", "help.watcher.example", "counter.example", "plain.example"]) {
        let server = Host::server(v4(203, 0, 113, last));
        look_up(net, DEVICE, name, &[server.ip]);
        tls::talk(net, DEVICE, server, 443, name, &[(500, 200)]);
        net.wait(3_000);
    }
}
