//! Cameras: S06, S07, S08, and what only looks as bad: N07, N16, N17, N20.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

use super::codec::{self, Rng};
use super::file::Label;
use super::services::{answer, arrive, http, look_up, request};
use super::voice::{call, rtp};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

const CAMERA: Host = Host::home(0x71, 71);
const RECORDER: Host = Host::home(0x72, 72);
const PHONE: Host = Host::home(0x23, 35);
const CLOUD: Host = Host::server(v4(203, 0, 113, 171));
const PEER: Host = Host::server(v4(198, 51, 100, 171));

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S06",
            title: "A camera shows its picture to who knows the factory password; its password goes by in ONVIF as well",
            must: &["DV-11", "PT-05", "LK-09"],
            notes: "RTSP: 401, then admin:admin, then H.264 in RTP on the home's network.",
            ..Label::EMPTY
        },
        play: factory_password,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S06b",
            title: "Someone guesses a camera's factory password, and fails",
            must: &[],
            must_not: &["DV-11", "PT-05"],
            highest: "high",
            notes: "admin:admin and root:root are refused. The guesses themselves go by unencrypted (LK-09).",
            ..Label::EMPTY
        },
        play: failed_guess,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S07",
            title: "A camera is reached over PPPP, with its password and picture in the clear",
            must: &["DV-07", "PT-05", "LK-09", "EP-11"],
            masked: &["888888pw"],
            notes: "UDP 32100 to a directory, then straight to the phone's address outside.",
            ..Label::EMPTY
        },
        play: pppp_clear,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S07b",
            title: "The same, scrambled with the table and a word that is publicly known",
            must: &["DV-07", "PT-06", "LK-09"],
            masked: &["888888pw"],
            ..Label::EMPTY
        },
        play: pppp_scrambled,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S07c",
            title: "A camera is reached over Kalay, with its picture in the clear",
            must: &["DV-08", "PT-05", "EP-11"],
            notes: "Scrambled with the sentence of its makers only.",
            ..Label::EMPTY
        },
        play: kalay_clear,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S07d",
            title: "A camera is reached over Kalay, with DTLS inside",
            must: &[],
            must_not: &["PT-05", "PT-04"],
            highest: "medium",
            notes: "DV-08 may be told as info.",
            ..Label::EMPTY
        },
        play: kalay_sealed,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S08",
            title: "A doorbell is watched and spoken through at night, opens a door in the router and is reached through it",
            must: &["BH-02", "EP-11", "LN-03", "LN-04"],
            must_not: &["PT-05", "PT-04"],
            ..Label::EMPTY
        },
        play: doorbell,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N07",
            title: "A camera's picture goes to the family's own recorder, with a password of their own by digest",
            must: &[],
            must_not: &["DV-11"],
            highest: "medium",
            ..Label::EMPTY
        },
        play: own_recorder,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N16",
            title: "Datagrams to port 32100 that begin with 0xF1 by chance",
            must: &[],
            must_not: &["DV-07", "PT-02", "PT-05"],
            highest: "info",
            ..Label::EMPTY
        },
        play: chance_on_32100,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N17",
            title: "Kalay with DTLS inside",
            must: &[],
            must_not: &["PT-05", "PT-04", "PT-06"],
            highest: "info",
            notes: "From the middle: its name (UID) is not seen.",
            ..Label::EMPTY
        },
        play: kalay_inside,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N20",
            title: "A camera asks for a password, and nobody gives one",
            must: &[],
            must_not: &["DV-11", "LK-09"],
            highest: "info",
            ..Label::EMPTY
        },
        play: refused,
    },
];

/// A request or answer of RTSP (RFC 2326).
fn rtsp(first: &str, number: u32, headers: &str, body: &str) -> Vec<u8> {
    let length = if body.is_empty() { String::new() } else { format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n", body.len()) };
    format!("{first}\r\nCSeq: {number}\r\n{headers}{length}\r\n{body}").into_bytes()
}

const SDP: &str = "v=0\r\no=- 1776844800 1 IN IP4 192.168.7.71\r\ns=Media\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42C01E;sprop-parameter-sets=Z0LAHtoCgPaAbQoTUA==,aM48gA==\r\na=control:trackID=0\r\n";

/// The viewer asks with these credentials, and is shown so many bytes of film.
fn film(net: &mut Net, viewer: Host, user: &str, length: usize) {
    let url = "rtsp://192.168.7.71:554/stream1";
    let mut tcp = net.connect(viewer, CAMERA, 554);
    tcp.up(net, &rtsp(&format!("OPTIONS {url} RTSP/1.0"), 1, "", ""));
    tcp.down(net, &rtsp("RTSP/1.0 200 OK", 1, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n", ""));
    tcp.up(net, &rtsp(&format!("DESCRIBE {url} RTSP/1.0"), 2, "Accept: application/sdp\r\n", ""));
    let realm = if user.starts_with("Basic") { "Basic realm=\"IPC\"" } else { "Digest realm=\"IPC\", nonce=\"5f1c0a7211114222\"" };
    tcp.down(net, &rtsp("RTSP/1.0 401 Unauthorized", 2, &format!("WWW-Authenticate: {realm}\r\n"), ""));
    let user = format!("Authorization: {user}\r\n");
    tcp.up(net, &rtsp(&format!("DESCRIBE {url} RTSP/1.0"), 3, &format!("{user}Accept: application/sdp\r\n"), ""));
    tcp.down(net, &rtsp("RTSP/1.0 200 OK", 3, "Content-Base: rtsp://192.168.7.71:554/stream1/\r\n", SDP));
    let ports = "Transport: RTP/AVP;unicast;client_port=50010-50011";
    tcp.up(net, &rtsp(&format!("SETUP {url}/trackID=0 RTSP/1.0"), 4, &format!("{user}{ports}\r\n"), ""));
    tcp.down(net, &rtsp("RTSP/1.0 200 OK", 4, &format!("Session: 41424344;timeout=60\r\n{ports};server_port=6970-6971\r\n"), ""));
    tcp.up(net, &rtsp(&format!("PLAY {url} RTSP/1.0"), 5, &format!("{user}Session: 41424344\r\nRange: npt=0.000-\r\n"), ""));
    tcp.down(net, &rtsp("RTSP/1.0 200 OK", 5, "Session: 41424344\r\n", ""));
    send_film(net, (CAMERA, 6_970), (viewer, 50_010), length);
    tcp.up(net, &rtsp(&format!("TEARDOWN {url} RTSP/1.0"), 6, &format!("{user}Session: 41424344\r\n"), ""));
    tcp.close(net);
}

/// Units in packets of RTP (RFC 6184).
fn send_film(net: &mut Net, from: (Host, u16), to: (Host, u16), length: usize) {
    let (source, mut number, mut time) = (net.random() as u32, 0_u16, 0_u32);
    for unit in codec::units(&mut Rng(net.random()), length) {
        let mut send = |net: &mut Net, is_last: bool, body: &[u8]| {
            net.udp(from, to, &rtp(0x60 | u8::from(is_last) << 7, number, time, source, body));
            number += 1;
        };
        if unit.len() <= 1_200 {
            send(net, true, &unit);
        } else {
            let pieces = unit[1..].chunks(1_200);
            let last = pieces.len() - 1;
            for (index, piece) in pieces.enumerate() {
                let flags = if index == 0 { 0x80 } else { 0 } | if index == last { 0x40 } else { 0 };
                send(net, index == last, &[&[unit[0] & 0x60 | 0x1c, flags | unit[0] & 0x1f], piece].concat());
            }
        }
        time += 3_600;
        net.wait(40);
    }
}

fn factory_password(net: &mut Net) {
    arrive(net, CAMERA, "ipcam", "udhcp 1.22.1");
    net.resolve(PHONE, CAMERA);
    let envelope = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header><Security xmlns=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><UsernameToken><Username>admin</Username><Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">admin</Password></UsernameToken></Security></s:Header><s:Body><GetProfiles xmlns=\"http://www.onvif.org/ver10/media/wsdl\"/></s:Body></s:Envelope>";
    let post = request("POST /onvif/media_service", "192.168.7.71", "Content-Type: application/soap+xml\r\n", envelope.as_bytes());
    http(net, PHONE, CAMERA, &[(post, answer("200 OK", "application/soap+xml", b"<s:Envelope><s:Body><GetProfilesResponse/></s:Body></s:Envelope>"))]);
    net.truth("password", "DV-11", b"Authorization: Basic YWRtaW46YWRtaW4=");
    film(net, PHONE, "Basic YWRtaW46YWRtaW4=", 9_000);
}

fn failed_guess(net: &mut Net) {
    arrive(net, CAMERA, "ipcam", "udhcp 1.22.1");
    net.resolve(PHONE, CAMERA);
    let no = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"IPC\"\r\nContent-Length: 0\r\n\r\n".to_vec();
    for user in ["admin:admin", "root:root"] {
        let headers = format!("Authorization: Basic {}\r\n", BASE64.encode(user.as_bytes()));
        http(net, PHONE, CAMERA, &[(request("GET /", "192.168.7.71", &headers, b""), no.clone())]);
        net.wait(400);
    }
}

fn refused(net: &mut Net) {
    arrive(net, CAMERA, "ipcam", "udhcp 1.22.1");
    net.resolve(PHONE, CAMERA);
    let no = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"IPC\"\r\nContent-Length: 0\r\n\r\n".to_vec();
    http(net, PHONE, CAMERA, &[(request("GET /", "192.168.7.71", "", b""), no)]);
    let mut tcp = net.connect(PHONE, CAMERA, 554);
    tcp.up(net, &rtsp("DESCRIBE rtsp://192.168.7.71:554/stream1 RTSP/1.0", 1, "", ""));
    tcp.down(net, &rtsp("RTSP/1.0 401 Unauthorized", 1, "WWW-Authenticate: Basic realm=\"IPC\"\r\n", ""));
    tcp.close(net);
}

fn own_recorder(net: &mut Net) {
    arrive(net, CAMERA, "ipcam", "udhcp 1.22.1");
    arrive(net, RECORDER, "recorder", "udhcp 1.30.0");
    net.resolve(RECORDER, CAMERA);
    let digest = "Digest username=\"family\", realm=\"IPC\", nonce=\"5f1c0a7211114222\", uri=\"rtsp://192.168.7.71:554/stream1\", response=\"0cd6b3a1f6e2a7e0d3f5b7a9c1e3d5f7\"";
    film(net, RECORDER, digest, 7_000);
}

/// The same table that all makers have.
const TABLE: &str = "7c9ce84a13dedcb22f2123e4307b3d8cbc0b270c3cf79ae708719600 9785efc11fc4dba1c2ebd901faba3b05b8158783 2872d18b5ad6da9358feaacc6e1bf0a388ab43c00db545384f502266207f075b14981d9ba72ab9a8cbf1fc4947063eb10e043a945eee541134dd4df9ecc7c9e3781a6f706ba4bda95dd5f8e5bb26af4237d8e1020aae5f1cc573094e6924906d12b319ad748a2940f52dbea559e0f479d24bce8982488425c6912ba2fb8fe9a6b09e3f65f603312eac0f952c5ced39b7336c567eb4a0fd7a815351868d9f77ff6a80dfe2bf10d775645776f355cdd0c818e6364162cf99f2324c67606192cad3ea637d16b68ed46835c3529d46441e17";

/// Scrambled as some makers do, with a word that stands in all their devices.
fn scrambled(word: &str, bytes: &[u8]) -> Vec<u8> {
    let table = HEXLOWER_PERMISSIVE.decode(TABLE.replace(' ', "").as_bytes()).unwrap_or_default();
    let digest = word
        .bytes()
        .fold([0_u8; 4], |[sum, less, third, both], byte| [sum.wrapping_add(byte), less.wrapping_sub(byte), third.wrapping_add(byte / 3), both ^ byte]);
    let mut before = 0_u8;
    let one = |byte: &u8| {
        before = byte ^ table[usize::from(digest[usize::from(before & 3)].wrapping_add(before))];
        before
    };
    bytes.iter().map(one).collect()
}

fn pppp(net: &mut Net, wrap: fn(&[u8]) -> Vec<u8>) {
    arrive(net, CAMERA, "babycam", "udhcp 1.22.1");
    look_up(net, CAMERA, "p2p.camera.example", &[CLOUD.ip]);
    let message = |kind: u8, body: &[u8]| wrap(&[&[0xf1, kind][..], &(body.len() as u16).to_be_bytes(), body].concat());
    let name = [&b"TEST\0\0\0\0"[..], &[0, 1, 0xe2, 0x40], b"ABCDE\0\0\0"].concat();
    let (own, peer) = ((CAMERA, net.fresh_port()), (PEER, 41_000));
    net.udp(own, (CLOUD, 32_100), &message(0x00, b""));
    net.udp((CLOUD, 32_100), own, &message(0x01, &[0, 2, 0x80, 0x44, 44, 2, 0, 192, 0, 0, 0, 0, 0, 0, 0, 0]));
    net.udp(own, (CLOUD, 32_100), &message(0x10, &[&name[..], &[0; 20]].concat()));
    net.udp((CLOUD, 32_100), own, &message(0x11, &[0; 4]));
    net.wait(3_000);
    net.udp(own, peer, &message(0x41, &name));
    net.udp(peer, own, &message(0x42, &name));
    let piece = |channel: u8, number: u16, body: &[u8]| message(0xd0, &[&[0xd1, channel][..], &number.to_be_bytes(), body].concat());
    let order = br#"{"pro":"check_user","cmd":100,"user":"admin","pwd":"888888pw","devmac":"0000"}"#;
    let order = [&[1, 0xa0, 0x80, 0x80][..], &(order.len() as u32).to_le_bytes(), order].concat();
    net.udp(peer, own, &piece(0, 0, &order));
    net.udp(own, peer, &message(0xd1, &[0xd1, 0, 0, 1, 0, 0]));
    let mut film = vec![0x55, 0xaa, 0x15, 0xa8, 3, 0, 0, 0];
    film.resize(32, 0);
    film.extend(codec::h264(&mut Rng(net.random()), 6_000));
    for (number, part) in (0..).zip(film.chunks(1_000)) {
        net.udp(own, peer, &piece(1, number, part));
        net.wait(10);
    }
    net.udp(own, peer, &message(0xe0, b""));
    net.udp(peer, own, &message(0xe1, b""));
    net.udp(peer, own, &message(0xf0, b""));
}

fn pppp_clear(net: &mut Net) {
    net.truth("password", "LK-09", b"888888pw");
    pppp(net, <[u8]>::to_vec);
}

fn pppp_scrambled(net: &mut Net) {
    pppp(net, |bytes| scrambled("SSD@cs2-network.", bytes));
}

/// Scrambled as Kalay does: words turned, combined with the sentence, moved, turned.
fn charlie(bytes: &[u8]) -> Vec<u8> {
    const SENTENCE: &[u8; 16] = b"Charlie is the d";
    const MOVED: [usize; 16] = [11, 9, 8, 15, 13, 10, 12, 14, 2, 1, 5, 0, 6, 4, 7, 3];
    let turn = |block: &[u8], bits: u32| -> Vec<u8> {
        let word = |(index, word): (usize, &[u8])| {
            let word = word.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
            word.rotate_right(4 * index as u32 + bits).to_le_bytes()
        };
        block.chunks(4).enumerate().flat_map(word).collect()
    };
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(16), 0);
    let block = |block: &[u8]| {
        let mixed: Vec<u8> = turn(block, 1).iter().zip(SENTENCE).map(|(byte, mask)| byte ^ mask).collect();
        let mut moved = vec![0; 16];
        MOVED.iter().zip(&mixed).for_each(|(to, byte)| moved[*to] = *byte);
        turn(&moved, 3)
    };
    padded.chunks(16).flat_map(block).collect()
}

fn kalay(net: &mut Net, contents: &[Vec<u8>], begins: bool) {
    arrive(net, CAMERA, "nursery-camera", "udhcp 1.22.1");
    look_up(net, CAMERA, "master.camera.example", &[CLOUD.ip]);
    let own = (CAMERA, net.fresh_port());
    let message = |kind: u16, body: &[u8]| {
        let body = [body, &vec![0; body.len().next_multiple_of(16) - body.len()][..]].concat();
        let head = [&[4, 2, 0x1a, 0x0a][..], &(body.len() as u16).to_le_bytes(), &[0, 0], &kind.to_le_bytes(), &[0x21, 0, 0, 0, 0, 0]].concat();
        charlie(&[head, body].concat())
    };
    let hello = message(0x1002, b"TESTUID0000000000042\0\0\0\0");
    for (server, port) in [(CLOUD, 10_240), (PEER, 42_000)].into_iter().filter(|_| begins) {
        net.udp(own, (server, port), &hello);
        net.udp((server, port), own, &message(0x1003, &[0; 16]));
        net.wait(200);
    }
    for content in contents {
        net.udp(own, (if begins { PEER } else { CLOUD }, 42_000), &message(0x0407, content));
        net.wait(20);
    }
}

fn kalay_clear(net: &mut Net) {
    let film = codec::h264(&mut Rng(net.random()), 6_000);
    let contents: Vec<Vec<u8>> = film.chunks(900).map(|piece| [&[0; 12][..], piece].concat()).collect();
    kalay(net, &contents, true);
}

fn kalay_sealed(net: &mut Net) {
    let contents = dtls(net);
    kalay(net, &contents, true);
}

fn kalay_inside(net: &mut Net) {
    let contents = dtls(net);
    kalay(net, &contents, false);
}

/// Records of DTLS behind the head of a message.
fn dtls(net: &mut Net) -> Vec<Vec<u8>> {
    let mut contents = Vec::new();
    for number in 0..8_u8 {
        let body = net.noise(600);
        let epoch = u8::from(number > 0);
        let kind = if number == 0 { 22 } else { 23 };
        contents.push([&[0; 12][..], &[kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, number], &(body.len() as u16).to_be_bytes(), &body].concat());
    }
    contents
}

fn doorbell(net: &mut Net) {
    arrive(net, CAMERA, "doorbell-camera", "udhcp 1.30.0");
    let name = "live.doorbell.example";
    look_up(net, CAMERA, name, &[CLOUD.ip]);
    let soap = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:AddPortMapping xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\"><NewRemoteHost></NewRemoteHost><NewExternalPort>8554</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>554</NewInternalPort><NewInternalClient>192.168.7.71</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>doorbell</NewPortMappingDescription><NewLeaseDuration>0</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>";
    let headers = "SOAPAction: \"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"\r\nContent-Type: text/xml\r\n";
    let post = request("POST /ctl/IPConn", "192.168.7.1:5000", headers, soap.as_bytes());
    let mut tcp = net.connect(CAMERA, Host::router(), 5_000);
    tcp.up(net, &post);
    tcp.down(net, &answer("200 OK", "text/xml", b"<s:Envelope><s:Body><u:AddPortMappingResponse/></s:Body></s:Envelope>"));
    tcp.close(net);
    net.wait(60_000);
    tls::talk(net, CAMERA, CLOUD, 443, name, &[(500, 700)]);
    call(net, CAMERA, PEER, 200, (160, 90));
    net.wait(90_000);
    let stranger = Host::server(v4(198, 51, 100, 66));
    let mut tcp = net.connect(stranger, CAMERA, 554);
    tcp.up(net, &rtsp("OPTIONS rtsp://203.0.113.9:8554/ RTSP/1.0", 1, "", ""));
    tcp.down(net, &rtsp("RTSP/1.0 200 OK", 1, "Public: OPTIONS, DESCRIBE\r\n", ""));
    tcp.close(net);
}

fn chance_on_32100(net: &mut Net) {
    arrive(net, CAMERA, "box", "udhcp 1.22.1");
    let own = (CAMERA, net.fresh_port());
    for _ in 0..30 {
        let length = 40 + (net.random() % 300) as usize;
        let mut body = net.noise(length);
        body[0] = 0xf1;
        net.udp(own, (CLOUD, 32_100), &body);
        net.wait(300);
    }
}
