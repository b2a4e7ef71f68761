//! A talking toy and its cloud: S02, and what only looks as bad: N11.

use super::file::Label;
use super::services::{answer, arrive, http, look_up, request};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, media};

const TOY: Host = Host::home(0x22, 34);
const CLOUD: Host = Host::server(v4(203, 0, 113, 60));
const STORE: Host = Host::server(v4(198, 51, 100, 60));
const CLOUD_NAME: &str = "api.toy.example";
const STORE_NAME: &str = "tattletale-example-toy.s3.amazonaws.com";
const AGENT: &str = "User-Agent: TalkingBear/2.1\r\n";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S02",
            title: "A talking toy sends a child's profile and voice over plain HTTP; its recordings are open to all who know the address",
            must: &["PT-01", "LK-08", "PT-04", "PT-09"],
            masked: &["Mia Testkind", "2018-05-04"],
            notes: "The icon on the same store is nobody's recording and must be no evidence of PT-09.",
            ..Label::EMPTY
        },
        play: open_store,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N11",
            title: "A toy fetches a story by a signed address, and a public icon",
            must: &[],
            must_not: &["PT-09", "PT-04", "LK-08"],
            highest: "low",
            notes: "Both come down over plain HTTP from an object store; one request is signed, the other is for a picture that is everybody's.",
            ..Label::EMPTY
        },
        play: signed_store,
    },
];

/// The profile that a parent typed in.
pub const PROFILE: &[u8] = br#"{"toy":"bear-2","child":{"name":"Mia Testkind","birthday":"2018-05-04","gender":"F","school":"Testschule"},"language":"en"}"#;

/// The toy registers its child.
pub fn register(net: &mut Net, toy: Host) {
    look_up(net, toy, CLOUD_NAME, &[CLOUD.ip]);
    let post = request("POST /v1/profile", CLOUD_NAME, &format!("{AGENT}Content-Type: application/json\r\n"), PROFILE);
    http(net, toy, CLOUD, &[(post, answer("201 Created", "application/json", br#"{"result":"ok"}"#))]);
}

/// The toy puts a recording where anyone can fetch it, and fetches another.
pub fn record(net: &mut Net, toy: Host) {
    look_up(net, toy, STORE_NAME, &[STORE.ip]);
    let path = "/u/5f1c0a72-1111-4222-8333-444455556666/2026-04-22-0801.mp3";
    let voice = media::mp3(net, 60);
    let put = request(&format!("PUT {path}"), STORE_NAME, &format!("{AGENT}Content-Type: audio/mpeg\r\n"), &voice);
    http(net, toy, STORE, &[(put, answer("200 OK", "", b""))]);
    net.wait(4_000);
    let sound = media::mp3(net, 40);
    let get = request(&format!("GET {path}"), STORE_NAME, AGENT, b"");
    http(net, toy, STORE, &[(get, answer("200 OK", "audio/mpeg", &sound))]);
}

fn open_store(net: &mut Net) {
    arrive(net, TOY, "talking-bear-toy", "udhcp 1.24.1");
    register(net, TOY);
    net.wait(20_000);
    record(net, TOY);
    net.wait(2_000);
    icon(net);
}

fn icon(net: &mut Net) {
    let picture = media::jpeg(net);
    let get = request("GET /static/icons/bear.jpg", STORE_NAME, AGENT, b"");
    http(net, TOY, STORE, &[(get, answer("200 OK", "image/jpeg", &picture))]);
}

fn signed_store(net: &mut Net) {
    arrive(net, TOY, "talking-bear-toy", "udhcp 1.24.1");
    look_up(net, TOY, STORE_NAME, &[STORE.ip]);
    let story = media::mp3(net, 60);
    let signature = "6f1e0d9c8b7a69584736251403f2e1d0c9b8a7968574635241302f1e0d0c0b0a";
    let target = format!(
        "/stories/fox.mp3?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=EXAMPLE%2F20260422%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260422T080000Z\
         &X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
    );
    let get = request(&format!("GET {target}"), STORE_NAME, AGENT, b"");
    http(net, TOY, STORE, &[(get, answer("200 OK", "audio/mpeg", &story))]);
    net.wait(3_000);
    icon(net);
}
