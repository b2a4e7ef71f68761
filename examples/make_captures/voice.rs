//! Sound that leaves, and sound that only comes: S03, S04, N05, N06, N10.

use super::codec::{self, Rng};
use super::file::Label;
use super::services::{announce, answer, arrive, http, look_up, request};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

const SPEAKER: Host = Host::home(0x61, 61);
const SPEECH: Host = Host::server(v4(203, 0, 113, 161));
const CLOUD: Host = Host::server(v4(198, 51, 100, 161));
const CLOUD_NAME: &str = "voice.speaker.example";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S03",
            title: "A speaking doll sends what it hears to a speech company over plain HTTP, and tells an advertiser",
            must: &["PT-01", "PT-04", "EP-01"],
            notes: "Opus in Ogg; speech.thirdparty.example is not the maker's. app-measurement.com is an advertiser's true name, at an address for documentation.",
            ..Label::EMPTY
        },
        play: opus_in_the_clear,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S03b",
            title: "The same doll, sealed; and music comes down",
            must: &[],
            must_not: &["PT-04", "PT-05", "PT-07"],
            highest: "low",
            notes: "Music that a speaker fetches is no leak.",
            ..Label::EMPTY
        },
        play: opus_sealed,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S03c",
            title: "A speaker is silent for minutes, then sends for six seconds what nobody asked for",
            must: &["BH-01"],
            must_not: &["PT-04"],
            highest: "medium",
            notes: "Never to be told as a recording.",
            ..Label::EMPTY
        },
        play: idle_burst,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S03d",
            title: "A speaker answers, and goes on sending for a minute behind its last answer",
            must: &["BH-03"],
            must_not: &["PT-04"],
            highest: "medium",
            ..Label::EMPTY
        },
        play: open_session,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S04",
            title: "A watch sends speech in a language of its own: pieces of AMR with escapes",
            must: &["PT-04"],
            notes: "Kind, length, then AMR in which 0x7d stands before 1 to 5 for five bytes.",
            ..Label::EMPTY
        },
        play: amr_pieces,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N05",
            title: "A call whose keys were agreed by DTLS: SRTP",
            must: &[],
            must_not: &["PT-03", "PT-04", "PT-05", "PT-06"],
            highest: "info",
            notes: "The head of RTP is readable, what it carries is not.",
            ..Label::EMPTY
        },
        play: srtp,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N06",
            title: "A speaker fetches music and the picture on its cover",
            must: &[],
            must_not: &["PT-04", "PT-05", "PT-09"],
            highest: "low",
            ..Label::EMPTY
        },
        play: music,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N10",
            title: "Pieces of packed text and of coded sound, each too short to be told from ciphertext",
            must: &[],
            must_not: &["PT-02", "PT-03", "PT-06", "PT-07"],
            highest: "info",
            notes: "One flow each, below 8 KiB, from the middle.",
            ..Label::EMPTY
        },
        play: fragments,
    },
];

fn opus_in_the_clear(net: &mut Net) {
    arrive(net, SPEAKER, "talking-doll-toy", "udhcp 1.24.1");
    look_up(net, SPEAKER, "speech.thirdparty.example", &[SPEECH.ip]);
    for turn in 0..2 {
        let sound = codec::ogg_opus(&mut Rng(net.random()), 5_000);
        net.truth("voice", "PT-04", &sound[..64]);
        let headers = format!("Content-Type: audio/ogg\r\nX-Turn: {turn}\r\n");
        let post = request("POST /v1/recognize?lang=en", "speech.thirdparty.example", &headers, &sound);
        http(net, SPEAKER, SPEECH, &[(post, answer("200 OK", "application/json", br#"{"result":"what is the moon made of"}"#))]);
        net.wait(9_000);
    }
    look_up(net, SPEAKER, "app-measurement.com", &[CLOUD.ip]);
    tls::talk(net, SPEAKER, CLOUD, 443, "app-measurement.com", &[(900, 400)]);
}

fn opus_sealed(net: &mut Net) {
    arrive(net, SPEAKER, "talking-doll-toy", "udhcp 1.24.1");
    look_up(net, SPEAKER, "speech.thirdparty.example", &[SPEECH.ip]);
    tls::talk(net, SPEAKER, SPEECH, 443, "speech.thirdparty.example", &[(5_000, 300), (4_000, 400)]);
    fetch_music(net);
}

fn fetch_music(net: &mut Net) {
    look_up(net, SPEAKER, "music.example", &[CLOUD.ip]);
    let song = codec::aac(&mut Rng(net.random()), 9_000);
    let get = request("GET /radio/morning.aac", "music.example", "User-Agent: Speaker/3\r\n", b"");
    http(net, SPEAKER, CLOUD, &[(get, answer("200 OK", "audio/aac", &song))]);
}

fn idle_burst(net: &mut Net) {
    arrive(net, SPEAKER, "speaker", "udhcp 1.36.1");
    // A speaker by its category (HomeKit Accessory Protocol, section 13).
    announce(net, SPEAKER, ("Speaker", "_hap._tcp", "speaker"), &["md=Speaker 5", "ci=26"]);
    look_up(net, SPEAKER, CLOUD_NAME, &[CLOUD.ip]);
    let mut tcp = tls::open(net, SPEAKER, CLOUD, 443, Some(CLOUD_NAME));
    for _ in 0..12 {
        tls::send(net, &mut tcp, 60, 60);
        net.wait(25_000);
    }
    for _ in 0..12 {
        tls::send(net, &mut tcp, 3_600, 40);
        net.wait(500);
    }
    net.wait(60_000);
    tls::send(net, &mut tcp, 60, 60);
    tcp.close(net);
}

fn open_session(net: &mut Net) {
    arrive(net, SPEAKER, "speaker", "udhcp 1.36.1");
    // A speaker by its category (HomeKit Accessory Protocol, section 13).
    announce(net, SPEAKER, ("Speaker", "_hap._tcp", "speaker"), &["md=Speaker 5", "ci=26"]);
    look_up(net, SPEAKER, CLOUD_NAME, &[CLOUD.ip]);
    let mut tcp = tls::open(net, SPEAKER, CLOUD, 443, Some(CLOUD_NAME));
    for _ in 0..2 {
        tls::send(net, &mut tcp, 4_000, 60);
        tls::send(net, &mut tcp, 100, 6_000);
        net.wait(20_000);
    }
    for _ in 0..40 {
        tls::send(net, &mut tcp, 900, 30);
        net.wait(1_500);
    }
    tcp.close(net);
}

/// The bytes that this family of watches escapes.
pub fn escape(bytes: &[u8]) -> Vec<u8> {
    let one = |byte: &u8| match byte {
        0x7d => vec![0x7d, 1],
        b'[' => vec![0x7d, 2],
        b']' => vec![0x7d, 3],
        b',' => vec![0x7d, 4],
        b'*' => vec![0x7d, 5],
        _ => vec![*byte],
    };
    bytes.iter().flat_map(one).collect()
}

fn amr_pieces(net: &mut Net) {
    let watch = Host::home(0x62, 62);
    arrive(net, watch, "android-watch", "dhcpcd-5.5.6");
    let mut tcp = net.connect(watch, SPEECH, 5_093);
    for _ in 0..4 {
        let speech = codec::amr(&mut Rng(net.random()), 1_100);
        let piece = escape(&speech);
        net.truth("voice", "PT-04", &piece[..40]);
        let message = [&[0xab, 0x11][..], &(piece.len() as u16).to_be_bytes(), &piece].concat();
        tcp.up(net, &message);
        tcp.down(net, &[0xab, 0x91, 0, 0]);
        net.wait(4_000);
    }
    tcp.close(net);
}

/// A message of STUN (RFC 8489): a kind, and attributes.
pub fn stun(net: &mut Net, kind: u16, attributes: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &(attributes.len() as u16).to_be_bytes(), &[0x21, 0x12, 0xa4, 0x42], &net.noise(12), attributes].concat()
}

/// A packet of RTP (RFC 3550).
pub fn rtp(kind: u8, number: u16, time: u32, source: u32, body: &[u8]) -> Vec<u8> {
    [&[0x80, kind][..], &number.to_be_bytes(), &time.to_be_bytes(), &source.to_be_bytes(), body].concat()
}

/// Two ends find each other, agree on keys and talk, sealed: so many packets of so many bytes up and down.
pub fn call(net: &mut Net, device: Host, peer: Host, packets: u16, (up, down): (usize, usize)) {
    let (near, far) = ((device, net.fresh_port()), (peer, 40_000 + (net.random() % 9_000) as u16));
    let user = [&[0, 6, 0, 8][..], b"aB3d:xY9"].concat();
    for _ in 0..2 {
        let ask = stun(net, 0x0001, &user);
        net.udp(near, far, &ask);
        let mapped = net.noise(6);
        let reply = stun(net, 0x0101, &[&[0, 0x20, 0, 8, 0, 1][..], &mapped].concat());
        net.udp(far, near, &reply);
        net.wait(30);
    }
    // Hellos of DTLS (RFC 6347), then what is sealed.
    let body = [&[0xfe, 0xfd][..], &net.noise(32), &[0, 0, 0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0, 0, 9, 0, 14, 0, 5, 0, 2, 0, 1, 0]].concat();
    let length = (body.len() as u32).to_be_bytes();
    let hello = [&[1, length[1], length[2], length[3], 0, 0, 0, 0, 0, length[1], length[2], length[3]][..], &body].concat();
    let record = |kind: u8, epoch: u8, number: u8, body: &[u8]| {
        [&[kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, number][..], &(body.len() as u16).to_be_bytes(), body].concat()
    };
    net.udp(near, far, &record(22, 0, 0, &hello));
    let body = [&[0xfe, 0xfd][..], &net.noise(32), &[0, 0xc0, 0x2b, 0, 0, 9, 0, 14, 0, 5, 0, 2, 0, 1, 0]].concat();
    let length = (body.len() as u32).to_be_bytes();
    let hello = [&[2, length[1], length[2], length[3], 0, 0, 0, 0, 0, length[1], length[2], length[3]][..], &body].concat();
    net.udp(far, near, &record(22, 0, 0, &hello));
    let (last, other) = (net.noise(48), net.noise(48));
    net.udp(near, far, &record(22, 1, 0, &last));
    net.udp(far, near, &record(22, 1, 0, &other));
    let sources = [net.random() as u32, net.random() as u32];
    for number in 0..packets {
        let (body, back) = (net.noise(up), net.noise(down));
        net.udp(near, far, &rtp(111, number, u32::from(number) * 960, sources[0], &body));
        if down > 0 {
            net.udp(far, near, &rtp(111, number, u32::from(number) * 960, sources[1], &back));
        }
        net.wait(19);
    }
}

fn srtp(net: &mut Net) {
    arrive(net, SPEAKER, "show-speaker", "udhcp 1.36.1");
    look_up(net, SPEAKER, "rtc.speaker.example", &[CLOUD.ip]);
    tls::talk(net, SPEAKER, CLOUD, 443, "rtc.speaker.example", &[(700, 900)]);
    call(net, SPEAKER, SPEECH, 60, (110, 90));
}

fn music(net: &mut Net) {
    arrive(net, SPEAKER, "speaker", "udhcp 1.36.1");
    fetch_music(net);
    net.wait(3_000);
    let cover = codec::jpeg(&mut Rng(net.random()), 96, b"");
    let get = request("GET /covers/0042.jpg", "music.example", "User-Agent: Speaker/3\r\n", b"");
    http(net, SPEAKER, CLOUD, &[(get, answer("200 OK", "image/jpeg", &cover))]);
}

fn fragments(net: &mut Net) {
    arrive(net, SPEAKER, "speaker", "udhcp 1.36.1");
    look_up(net, SPEAKER, CLOUD_NAME, &[CLOUD.ip]);
    let mut rng = Rng(net.random());
    let words: String = (0..9_000).map(|_| rng.pick(&["lamp ", "is ", "on ", "the ", "door ", "room ", "warm ", "and ", "light ", "off "])).collect();
    let packed = codec::deflate(words.as_bytes());
    let sound = codec::opus_packets(&mut rng, 6_000).concat();
    for (port, bytes) in [(7_001, packed.get(300..5_300)), (7_002, sound.get(200..5_200))] {
        let mut tcp = net.connect(SPEAKER, CLOUD, port);
        for piece in bytes.unwrap_or_default().chunks(500) {
            tcp.up(net, piece);
            net.wait(800);
        }
        tcp.close(net);
    }
}
