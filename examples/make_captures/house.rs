//! What only looks like bad behaviour at home: N37, N44, N45, N47, N48, N50.

use super::file::Label;
use super::services::{announce, answer, arrive, look_up, request};
use super::voice::{call, stun};
use super::wire::{Host, Net, Tcp, v4};
use super::{Container, Scenario, tls};

const CAMERA: Host = Host::home(0x81, 81);
const HUB: Host = Host::home(0x82, 82);
const CONSOLE: Host = Host::home(0x83, 83);
const BELL: Host = Host::home(0x84, 84);
const PHONE: Host = Host::home(0x23, 35);
const CLOUD: Host = Host::server(v4(203, 0, 113, 181));
const STORE: Host = Host::server(v4(198, 51, 100, 181));
const PEER: Host = Host::server(v4(198, 51, 100, 182));
const GROUP: Host = Host { mac: [1, 0, 0x5e, 0x7f, 0xff, 0xfa], ip: v4(239, 255, 255, 250) };

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N37",
            title: "A camera is quiet for minutes, then fetches its new firmware, sealed, from a server it never used",
            must: &[],
            must_not: &["BH-01", "BH-02", "EP-03"],
            highest: "info",
            notes: "What comes down in bulk is no recording that goes up.",
            ..Label::EMPTY
        },
        play: firmware_day,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N44",
            title: "The owner makes a video call from his phone",
            must: &[],
            must_not: &["BH-02", "BH-03", "LN-04", "PT-04", "PT-05"],
            highest: "info",
            notes: "Keys by DTLS, then SRTP. A phone is no camera of the house.",
            ..Label::EMPTY
        },
        play: owners_call,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N45",
            title: "A hub looks for the things it knows: sixteen within a few seconds, and all of them answer",
            must: &[],
            must_not: &["LN-01"],
            highest: "info",
            ..Label::EMPTY
        },
        play: hub_discovery,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N47",
            title: "A games console has a door opened for its game, and a player answers where it has sent from before",
            must: &[],
            must_not: &["LN-04"],
            highest: "medium",
            notes: "LN-03 may be told as medium.",
            ..Label::EMPTY
        },
        play: console,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N48",
            title: "Things announce what they are, with numbers made for that alone",
            must: &[],
            must_not: &["LN-05"],
            highest: "info",
            ..Label::EMPTY
        },
        play: discovery,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N50",
            title: "A doorbell rings: its chime comes down in the rhythm of speech, for a second and a half",
            must: &[],
            must_not: &["BH-01", "BH-02", "PT-04"],
            highest: "info",
            ..Label::EMPTY
        },
        play: chime,
    },
];

/// A device that has been at home for minutes: a connection to its cloud, kept alive.
fn settled(net: &mut Net, device: Host, (host, vendor): (&str, &str), name: &str) -> Tcp {
    arrive(net, device, host, vendor);
    look_up(net, device, name, &[CLOUD.ip]);
    let mut tcp = tls::open(net, device, CLOUD, 443, Some(name));
    for _ in 0..12 {
        tls::send(net, &mut tcp, 60, 60);
        net.wait(25_000);
    }
    tcp
}

fn firmware_day(net: &mut Net) {
    let mut tcp = settled(net, CAMERA, ("ipcam", "udhcp 1.30.0"), "api.camera.example");
    look_up(net, CAMERA, "firmware.camera.example", &[STORE.ip]);
    tls::talk(net, CAMERA, STORE, 443, "firmware.camera.example", &[(300, 24_000), (300, 24_000), (300, 24_000)]);
    net.wait(30_000);
    tls::send(net, &mut tcp, 60, 60);
    tcp.close(net);
}

fn owners_call(net: &mut Net) {
    arrive(net, PHONE, "family-phone", "android-dhcp-14");
    look_up(net, PHONE, "meet.example", &[CLOUD.ip]);
    tls::talk(net, PHONE, CLOUD, 443, "meet.example", &[(700, 1_900)]);
    call(net, PHONE, PEER, 250, (110, 110));
}

fn hub_discovery(net: &mut Net) {
    arrive(net, HUB, "hub", "udhcp 1.30.0");
    announce(net, HUB, ("Hub", "_hue._tcp", "hub"), &["modelid=HUB1"]);
    let port = net.fresh_port();
    let search = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: upnp:rootdevice\r\n\r\n";
    net.udp((HUB, port), (GROUP, 1_900), search.as_bytes());
    for number in 0..16 {
        let thing = Host::home(0x90 + number, 120 + number);
        net.resolve(HUB, thing);
        let mut tcp = net.connect(HUB, thing, 80);
        tcp.up(net, &request("GET /state", &format!("192.168.7.{}", 120 + number), "", b""));
        tcp.down(net, &answer("200 OK", "application/json", br#"{"on":true}"#));
        tcp.close(net);
        net.wait(300);
    }
}

fn console(net: &mut Net) {
    arrive(net, CONSOLE, "xbox", "MSFT 5.0 XBOX");
    let soap = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:AddPortMapping xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\"><NewRemoteHost></NewRemoteHost><NewExternalPort>3074</NewExternalPort><NewProtocol>UDP</NewProtocol><NewInternalPort>3074</NewInternalPort><NewInternalClient>192.168.7.83</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>game</NewPortMappingDescription><NewLeaseDuration>3600</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>";
    let headers = "SOAPAction: \"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"\r\nContent-Type: text/xml\r\n";
    let mut tcp = net.connect(CONSOLE, Host::router(), 5_000);
    tcp.up(net, &request("POST /ctl/IPConn", "192.168.7.1:5000", headers, soap.as_bytes()));
    tcp.down(net, &answer("200 OK", "text/xml", b"<s:Envelope><s:Body><u:AddPortMappingResponse/></s:Body></s:Envelope>"));
    tcp.close(net);
    look_up(net, CONSOLE, "stun.game.example", &[CLOUD.ip]);
    let own = (CONSOLE, 3_074);
    let ask = stun(net, 0x0001, &[]);
    net.udp(own, (CLOUD, 3_478), &ask);
    let reply = stun(net, 0x0101, &[0, 0x20, 0, 8, 0, 1, 1, 2, 3, 4, 5, 6]);
    net.udp((CLOUD, 3_478), own, &reply);
    net.wait(90_000);
    // The other player's hole is open sooner.
    let peer = (PEER, 3_074);
    for _ in 0..12 {
        let (theirs, ours) = (net.noise(90), net.noise(90));
        net.udp(peer, own, &theirs);
        net.udp(own, peer, &ours);
        net.wait(33);
    }
}

fn discovery(net: &mut Net) {
    let things = [(Host::home(0x85, 85), "lamp", "Lamp", "_hap._tcp", "ci=5"), (Host::home(0x86, 86), "tv", "Television", "_googlecast._tcp", "md=TV 5")];
    for (device, host, name, service, text) in things {
        arrive(net, device, host, "udhcp 1.31.1");
        // The number that an accessory makes for its pairings looks like a hardware address.
        announce(net, device, (name, service, host), &[text, "ve=05", "id=02:1F:7A:0C:55:E1"]);
        let notify = format!(
            "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://192.168.7.{}:8008/desc.xml\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nSERVER: Linux/5.4 UPnP/1.1 Thing/5\r\nUSN: uuid:3f1c9a52-7b1e-4c0d-9a83-d1e0f4b7{:04x}::upnp:rootdevice\r\n\r\n",
            if host == "tv" { 86 } else { 85 },
            net.random() as u16,
        );
        net.udp((device, 1_900), (GROUP, 1_900), notify.as_bytes());
        net.wait(2_000);
    }
}

fn chime(net: &mut Net) {
    let mut tcp = settled(net, BELL, ("doorbell-camera", "udhcp 1.30.0"), "bell.example");
    for _ in 0..40 {
        tls::send_down(net, &mut tcp, 130);
        net.wait(17);
    }
    net.wait(20_000);
    tls::send(net, &mut tcp, 60, 60);
    tcp.close(net);
}
