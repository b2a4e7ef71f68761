//! Televisions, shops and those who watch what people watch: S10, N28, N29, N30, N31.

use super::file::Label;
use super::services::{answer, arrive, http, look_up, request};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

const TV: Host = Host::home(0x75, 75);
const SITE: Host = Host::server(v4(198, 51, 100, 175));
const JSON: &str = "application/json";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S10",
            title: "A television tells six advertisers about itself; things of four makers know the same stranger",
            must: &["EP-01", "EP-02", "LK-11"],
            masked: &["5f1c0a72-6d3b-4222-8333-444455556666"],
            notes: "Two over plain HTTP with an advertising number, four sealed. Whose the four things are shows by the clouds that they call; NTP is everybody's.",
            ..Label::EMPTY
        },
        play: advertisers,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N28",
            title: "A television's programme: ages, weights and names of things",
            must: &[],
            must_not: &["LK-08"],
            highest: "low",
            notes: "Ages that a film is for, a parcel's weight, a device's name, a licence.",
            ..Label::EMPTY
        },
        play: programme,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N29",
            title: "What only looks like a secret",
            must: &[],
            must_not: &[],
            highest: "low",
            notes: "A cookie that guards a form, a public client number, values that are stars, null or empty.",
            ..Label::EMPTY
        },
        play: no_secrets,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N30",
            title: "Times and parcels whose digits pass the check of a card",
            must: &[],
            must_not: &["LK-10"],
            highest: "low",
            ..Label::EMPTY
        },
        play: no_cards,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N31",
            title: "An advertising number that is switched off, and numbers of single requests",
            must: &[],
            must_not: &["LK-11"],
            highest: "low",
            ..Label::EMPTY
        },
        play: no_tracking,
    },
];

fn post(net: &mut Net, host: &str, path: &str, headers: &str, body: &str) {
    look_up(net, TV, host, &[SITE.ip]);
    let post = request(&format!("POST {path}"), host, &format!("{headers}Content-Type: {JSON}\r\n"), body.as_bytes());
    http(net, TV, SITE, &[(post, answer("200 OK", JSON, br#"{"ok":true}"#))]);
    net.wait(4_000);
}

fn advertisers(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    let id = "5f1c0a72-6d3b-4222-8333-444455556666";
    net.truth("advertising number", "LK-11", id.as_bytes());
    for round in 0..2 {
        post(net, "ads.doubleclick.net", &format!("/imp?n={round}"), "", &format!(r#"{{"tifa":"{id}","app":"news","lmt":0}}"#));
        post(net, "api.mixpanel.com", "/track", "", &format!(r#"{{"event":"open","gaid":"{id}","n":{round}}}"#));
    }
    for (last, name) in (10..).zip(["graph.facebook.com", "app-measurement.com", "sb.scorecardresearch.com", "api.branch.io"]) {
        let server = Host::server(v4(198, 51, 100, last));
        look_up(net, TV, name, &[server.ip]);
        tls::talk(net, TV, server, 443, name, &[(700, 300)]);
    }
    let stranger = Host::server(v4(203, 0, 113, 190));
    let things =
        [(0x76, "lamp", "ws.meethue.com"), (0x77, "scale", "scalews.withings.net"), (0x78, "plug", "wap.tplinkcloud.com"), (0x79, "vacuum", "mq.ecouser.net")];
    for (mac, name, own) in things {
        let device = Host::home(mac, mac);
        arrive(net, device, name, "udhcp 1.30.1");
        look_up(net, device, own, &[v4(198, 51, 100, 20)]);
        tls::talk(net, device, Host::server(v4(198, 51, 100, 20)), 443, own, &[(300, 200)]);
        for _ in 0..5 {
            look_up(net, device, "beacon.stranger.example", &[stranger.ip]);
            tls::talk(net, device, stranger, 443, "beacon.stranger.example", &[(310, 120)]);
            net.tick(60_000);
        }
        look_up(net, device, "pool.ntp.org", &[v4(198, 51, 100, 123)]);
        super::services::time(net, device, Host::server(v4(198, 51, 100, 123)));
    }
}

fn programme(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    let body = r#"{"guide":[{"title":"Hills of Home","age":6,"rating":"PG","start":"20:15"},{"title":"Night Train","age":16,"rating":"R","start":"22:00"}],"product":{"weight":1.4,"height":12,"name":"Remote"}}"#;
    post(net, "guide.tv.example", "/v1/seen", "", body);
    post(
        net,
        "guide.tv.example",
        "/v1/devices",
        "",
        r#"{"name":"TV 55","model":"55X","parent":"root","grade":"A","license":"gender-neutral; no child nodes"}"#,
    );
}

fn no_secrets(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    let cookie = "Cookie: csrftoken=Zk3vQ9pXr2Lm8Tn4; consent=1; lang=en\r\n";
    post(net, "shop.example", "/cart", cookie, r#"{"password":"***","token":null,"secret":"","apikey":"none","client_id":"tv-app","pwd":"********"}"#);
}

fn no_cards(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    // Milliseconds and microseconds whose digits pass the check, and a parcel's number that does.
    post(
        net,
        "shop.example",
        "/seen",
        "",
        r#"{"ts":1776844800006,"first":1776844800000000,"card":{"kind":"promo","shown":1776844811116},"parcel":"00340434161094015902","order":"4539148803436"}"#,
    );
}

fn no_tracking(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    for round in 0..4 {
        let noise: String = net.noise(16).iter().map(|byte| format!("{byte:02x}")).collect();
        let headers = format!("X-Request-Id: {noise}\r\ntraceparent: 00-{noise}-00f067aa0ba902b7-01\r\n");
        post(net, "api.tv.example", "/v1/open", &headers, &format!(r#"{{"tifa":"00000000-0000-0000-0000-000000000000","lmt":1,"n":{round}}}"#));
    }
}
