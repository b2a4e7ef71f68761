//! Plain HTTP: a companion app that leaks (S05), and what only looks so: N01, N02, N12, N22, N26, N27.

use super::file::Label;
use super::services::{answer, arrive, http, look_up, look_up_at, request};
use super::wire::{Host, Net, v4, v6};
use super::{Container, Scenario, pki};

const PHONE: Host = Host::home(0x23, 35);
const TV: Host = Host::home(0x24, 36);
const PLUG: Host = Host::home(0x25, 37);
const API: Host = Host::server(v4(203, 0, 113, 70));
const API_NAME: &str = "api.watch.example";
const SHOP: Host = Host::server(v4(198, 51, 100, 70));

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcapng,
        label: Label {
            scenario: "S05",
            title: "A companion app asks for a child's track with nothing but the watch's number, and gets it",
            must: &["PT-01", "PT-10", "LK-02", "LK-06", "LK-07"],
            masked: &["001017000000029", "+447700900470"],
            told: &["001017000000029", "+447700900470"],
            notes: "Over plain HTTP, without a token, cookie or signature, answered with 200.",
            ..Label::EMPTY
        },
        play: open_api,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S05b",
            title: "The same app shows who it is before it is told the track",
            must: &["PT-01", "LK-02", "LK-09"],
            must_not: &["PT-10"],
            masked: &["c2FtcGxlLXRva2VuLW9mLW5vYm9keQ"],
            notes: "A bearer token (RFC 6750), readable on the way, but there.",
            ..Label::EMPTY
        },
        play: guarded_api,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N01",
            title: "A television and a phone try whether the Internet is there",
            must: &[],
            must_not: &["PT-01", "PT-02"],
            highest: "low",
            notes: "Connectivity checks must be plain HTTP.",
            ..Label::EMPTY
        },
        play: connectivity,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N02",
            title: "A television asks whether a certificate still holds and fetches a signed update list, over IPv6",
            must: &[],
            must_not: &["PT-01", "PT-08"],
            highest: "low",
            notes: "OCSP (RFC 6960) and revocation lists come over plain HTTP by design; the update list has its signature beside it.",
            ..Label::EMPTY
        },
        play: revocation,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N12",
            title: "A companion app asks for a track with a token in the path",
            must: &[],
            must_not: &["PT-10"],
            notes: "Only PT-10 is forbidden: the position leaks all the same.",
            ..Label::EMPTY
        },
        play: token_in_path,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N22",
            title: "A plug sends numbers that look like positions, and hears the weather of a city",
            must: &[],
            must_not: &["LK-02", "LK-03"],
            highest: "low",
            notes: "π and e, versions, and an answer with a city's coordinates.",
            ..Label::EMPTY
        },
        play: numbers,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N26",
            title: "An order number passes the check of an IMEI, a build looks like a serial",
            must: &[],
            must_not: &["LK-06"],
            highest: "low",
            notes: "No key says that either is a device's number.",
            ..Label::EMPTY
        },
        play: order_numbers,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N27",
            title: "Times look like phone numbers; an e-mail address is a certificate authority's",
            must: &[],
            must_not: &["LK-07"],
            highest: "low",
            notes: "Seconds since 1970; a certificate fetched over HTTP; the contact in a User-Agent.",
            ..Label::EMPTY
        },
        play: times,
    },
];

const JSON: &str = "application/json";

/// A child's way, and whom it may call.
const TRACK: &[u8] = br#"{"code":0,"imei":"001017000000029","track":[{"time":"2026-04-22 07:41:03","lat":48.858370,"lng":2.294481,"battery":81},{"time":"2026-04-22 07:51:09","lat":48.860611,"lng":2.337644,"battery":80},{"time":"2026-04-22 07:58:40","lat":48.852968,"lng":2.349902,"battery":80}],"contacts":[{"relation":"mother","phone":"+447700900470"},{"relation":"father","phone":"+447700900471"}]}"#;

fn open_api(net: &mut Net) {
    arrive(net, PHONE, "family-phone", "android-dhcp-14");
    look_up(net, PHONE, API_NAME, &[API.ip]);
    let agent = "User-Agent: WatchParent/3.2 (Android 14)\r\nAccept: application/json\r\n";
    let get = request("GET /app/getTrack?imei=001017000000029&day=2026-04-22", API_NAME, agent, b"");
    http(net, PHONE, API, &[(get, answer("200 OK", JSON, TRACK))]);
    net.wait(15_000);
    let get = request("GET /app/getBattery?imei=001017000000029", API_NAME, agent, b"");
    http(net, PHONE, API, &[(get, answer("200 OK", JSON, br#"{"code":0,"battery":80}"#))]);
}

fn guarded_api(net: &mut Net) {
    arrive(net, PHONE, "family-phone", "android-dhcp-14");
    look_up(net, PHONE, API_NAME, &[API.ip]);
    let headers = "User-Agent: WatchParent/3.3 (Android 14)\r\nAuthorization: Bearer c2FtcGxlLXRva2VuLW9mLW5vYm9keQ\r\n";
    let get = request("GET /app/getTrack?imei=001017000000029&day=2026-04-22", API_NAME, headers, b"");
    http(net, PHONE, API, &[(get, answer("200 OK", JSON, TRACK))]);
}

fn token_in_path(net: &mut Net) {
    arrive(net, PHONE, "family-phone", "android-dhcp-14");
    look_up(net, PHONE, API_NAME, &[API.ip]);
    let get = request("GET /v2/s/q7Zt3LxW9dKf2RbN6yHc8Vm1PgUe4TsA/devices/12/track", API_NAME, "User-Agent: WatchParent/4.0\r\n", b"");
    http(net, PHONE, API, &[(get, answer("200 OK", JSON, TRACK))]);
}

fn connectivity(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    arrive(net, PHONE, "family-phone", "android-dhcp-14");
    let checks = [
        (TV, "connectivitycheck.gstatic.com", "/generate_204", "204 No Content", "", &b""[..]),
        (PHONE, "connectivitycheck.gstatic.com", "/generate_204", "204 No Content", "", b""),
        (TV, "captive.apple.com", "/hotspot-detect.html", "200 OK", "text/html", b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"),
        (PHONE, "www.msftconnecttest.com", "/connecttest.txt", "200 OK", "text/plain", b"Microsoft Connect Test"),
    ];
    for (index, (device, name, path, status, media, body)) in checks.into_iter().enumerate() {
        let server = Host::server(v4(198, 51, 100, 80 + index as u8));
        look_up(net, device, name, &[server.ip]);
        let get = request(&format!("GET {path}"), name, "User-Agent: Dalvik/2.1.0\r\nConnection: close\r\n", b"");
        http(net, device, server, &[(get, answer(status, media, body))]);
        net.wait(8_000);
    }
}

fn revocation(net: &mut Net) {
    let tv = TV.by(v6(7, 0x36));
    let resolver = Host::router().by(v6(7, 1));
    net.resolve(tv, resolver);
    let (ocsp, list) = (Host::server(v6(0xf, 1)), Host::server(v6(0xf, 2)));
    look_up_at(net, tv, resolver, "ocsp.ca.example", &[ocsp.ip]);
    let (question, reply) = pki::status(net);
    let post = request("POST /", "ocsp.ca.example", "Content-Type: application/ocsp-request\r\n", &question);
    http(net, tv, ocsp, &[(post, answer("200 OK", "application/ocsp-response", &reply))]);
    net.wait(3_000);
    let revoked = pki::revocation_list(net);
    let get = request("GET /root.crl", "crl.ca.example", "", b"");
    look_up_at(net, tv, resolver, "crl.ca.example", &[ocsp.ip]);
    http(net, tv, ocsp, &[(get, answer("200 OK", "application/pkix-crl", &revoked))]);
    net.wait(3_000);
    look_up_at(net, tv, resolver, "updates.tv.example", &[list.ip]);
    let signature = net.noise(256);
    let manifest = br#"{"product":"tv","channel":"stable","version":"5.2.1","sha256":"3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b","signature":"release.json.sig"}"#;
    let get = |path: &str| request(&format!("GET {path}"), "updates.tv.example", "", b"");
    http(
        net,
        tv,
        list,
        &[
            (get("/stable/release.json"), answer("200 OK", JSON, manifest)),
            (get("/stable/release.json.sig"), answer("200 OK", "application/pgp-signature", &signature)),
        ],
    );
}

fn numbers(net: &mut Net) {
    arrive(net, PLUG, "plug", "udhcp 1.33.0");
    look_up(net, PLUG, "cloud.plug.example", &[API.ip]);
    let body = br#"{"pi":3.1416,"e":2.7183,"calibration":"3.1416,2.7183","version":"1.2345,6.7890","firmware":"10.0.19045,1.0.0","gain":[0.7071,1.4142]}"#;
    let post = request("POST /selftest", "cloud.plug.example", "Content-Type: application/json\r\n", body);
    http(net, PLUG, API, &[(post, answer("200 OK", JSON, br#"{"ok":true}"#))]);
    net.wait(10_000);
    look_up(net, PLUG, "weather.example", &[SHOP.ip]);
    let weather = br#"{"city":"Paris","coord":{"lat":48.8566,"lon":2.3522},"temp":14.2,"wind":3.1,"timezone":"Europe/Paris"}"#;
    let get = request("GET /now?city=Paris", "weather.example", "", b"");
    http(net, PLUG, SHOP, &[(get, answer("200 OK", JSON, weather))]);
}

fn order_numbers(net: &mut Net) {
    arrive(net, TV, "livingroom-tv", "udhcp 1.31.1");
    look_up(net, TV, "shop.example", &[SHOP.ip]);
    let body = br#"{"order":"490154203237518","basket":[{"article":"4006381333931","count":2}],"build":"9f86d081884c7d65","total":"19.90"}"#;
    let post = request("POST /orders", "shop.example", "Content-Type: application/json\r\n", body);
    http(net, TV, SHOP, &[(post, answer("200 OK", JSON, br#"{"order":"490154203237518","state":"received"}"#))]);
    net.wait(9_000);
    let get = request("GET /orders/490154203237518?rev=9f86d081", "shop.example", "", b"");
    http(net, TV, SHOP, &[(get, answer("200 OK", JSON, br#"{"state":"packed"}"#))]);
}

fn times(net: &mut Net) {
    arrive(net, PLUG, "plug", "udhcp 1.33.0");
    look_up(net, PLUG, "cloud.plug.example", &[API.ip]);
    let body = br#"{"boot":1776844712,"now":1776844800,"next":"1776848400","uptime":"0000088","on":true}"#;
    let agent = "User-Agent: plugd/1.4 (+mailto:support@plug.example)\r\nContent-Type: application/json\r\n";
    let post = request("POST /state", "cloud.plug.example", agent, body);
    http(net, PLUG, API, &[(post, answer("200 OK", JSON, br#"{"time":1776844801}"#))]);
    net.wait(5_000);
    look_up(net, PLUG, "aia.ca.example", &[SHOP.ip]);
    let certificate = pki::certificate(net);
    let get = request("GET /issuing.crt", "aia.ca.example", "", b"");
    http(net, PLUG, SHOP, &[(get, answer("200 OK", "application/pkix-cert", &certificate))]);
}
