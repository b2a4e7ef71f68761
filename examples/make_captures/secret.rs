//! Bytes of protocols that nobody knows: records, scrambled, packed, sealed: S21, S22, S23, N03, N04, N08, N09, N15.

use data_encoding::BASE64;

use super::codec::{self, Rng};
use super::file::Label;
use super::services::{answer, arrive, http, look_up, request};
use super::voice::rtp;
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

const BOX: Host = Host::home(0x73, 73);
const CLOUD: Host = Host::server(v4(203, 0, 113, 173));
const NAME: &str = "gw.box.example";

macro_rules! scenario {
    ($name:literal, $title:literal, $play:expr, { $($field:ident: $value:expr),* $(,)? }) => {
        Scenario { container: Container::Pcap, label: Label { scenario: $name, title: $title, $($field: $value,)* ..Label::EMPTY }, play: $play }
    };
}

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    scenario!("S21", "A sensor sends records in protobuf, CBOR and MessagePack over protocols of its own", records, {
        must: &["PT-03", "LK-06", "LK-07"],
        told: &["001017000000029", "mia.testkind@example.org"],
        masked: &["001017000000029", "mia.testkind@example.org"],
        notes: "Ports 7301 to 7303; each message of one length-prefixed record.",
    }),
    scenario!("S22", "A sensor combines its messages with a key of 4, 16 and 32 bytes that comes again and again", repeated_key, {
        must_one: &[&["PT-06", "PT-03"]],
        must_not: &["PT-07"],
        notes: "Ports 7401 to 7403. Never to be called encrypted.",
    }),
    scenario!("S23", "A box seals its messages with AES in counter mode, in a protocol of its own", sealed, {
        must: &["PT-07"],
        must_not: &["PT-02", "PT-03", "PT-06"],
        highest: "info",
    }),
    scenario!("S23b", "The same box with AES without chaining: equal blocks look equal", unchained, {
        must: &["PT-07"],
        must_not: &["PT-02"],
        highest: "medium",
        notes: "PT-07 is medium here.",
    }),
    scenario!("S23c", "A box packs its messages and does not seal them", packed, { must_not: &["PT-07"], highest: "medium", notes: "zlib; the stream is whole." }),
    scenario!("S23d", "A camera sends bare H.264 over a connection of its own", bare_film, { must: &["PT-05"], must_not: &["PT-07"] }),
    scenario!("S23e", "A speaker sends bare packets of Opus, each behind its length", bare_sound, { must_not: &["PT-07"], highest: "critical" }),
    scenario!("N03", "Ciphertext in base64, in JSON and alone", sealed_letters, { must_not: &["PT-02", "PT-03", "PT-06"], highest: "low" }),
    scenario!("N04", "Sealed sound in RTP, whose head looks like protobuf", sealed_rtp, { must_not: &["PT-03", "PT-04", "PT-05"], highest: "info" }),
    scenario!("N08", "Packed noise that no key makes sense of", packed_noise, { must_not: &["PT-06", "PT-02", "PT-03"], highest: "info" }),
    scenario!("N09", "A few sealed messages, too short to judge", short_secrets, { must_not: &["PT-02", "PT-03", "PT-06", "PT-07"], highest: "info" }),
    scenario!("N15", "Noise that begins as trackers' frames do", wrong_checksums, {
        must_not: &["DV-03", "DV-04", "DV-05", "DV-06", "LK-02", "LK-03", "LK-06"],
        highest: "info"
    }),
];

/// One flow to a port: messages up, a short answer each.
fn flow(net: &mut Net, port: u16, messages: &[Vec<u8>]) {
    let mut tcp = net.connect(BOX, CLOUD, port);
    for (index, message) in messages.iter().enumerate() {
        tcp.up(net, message);
        if index % 4 == 3 {
            let answer = [&message[..message.len().min(2)], &[0, 0]].concat();
            tcp.down(net, &answer);
        }
        net.wait(700);
    }
    tcp.close(net);
}

fn begin(net: &mut Net) -> Rng {
    arrive(net, BOX, "box", "udhcp 1.36.1");
    look_up(net, BOX, NAME, &[CLOUD.ip]);
    Rng(net.random())
}

/// A number of protobuf (seven bits a byte).
fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// A field of bytes.
pub fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2][..], &varint(bytes.len() as u64), bytes].concat()
}

/// A field of a number.
pub fn number(number: u8, value: u64) -> Vec<u8> {
    [vec![number << 3], varint(value)].concat()
}

fn cbor_text(text: &[u8]) -> Vec<u8> {
    let length = text.len() as u8;
    [if length < 24 { vec![0x60 | length] } else { vec![0x78, length] }, text.to_vec()].concat()
}

fn pack_text(text: &[u8]) -> Vec<u8> {
    let length = text.len() as u8;
    [if length < 32 { vec![0xa0 | length] } else { vec![0xd9, length] }, text.to_vec()].concat()
}

fn records(net: &mut Net) {
    let mut rng = begin(net);
    let imei = net.cast.say(b"001017000000029");
    let mail = net.cast.say(b"mia.testkind@example.org");
    let mut all: [Vec<Vec<u8>>; 3] = Default::default();
    for count in 0..8_u64 {
        let (time, heat, charge) = (1_776_844_800 + count * 60, 200 + rng.below(40), 80 + rng.below(20));
        let reading = [number(1, heat), [vec![0x15], (21.5_f32 + rng.unit() as f32).to_le_bytes().to_vec()].concat(), number(3, charge)].concat();
        all[0].push([field(1, &imei), field(2, &mail), number(3, time), field(4, &reading), field(5, b"sensor-7")].concat());
        let keyed = |text: fn(&[u8]) -> Vec<u8>, big: &dyn Fn(u64) -> Vec<u8>| {
            [
                [text(b"imei"), text(&imei)].concat(),
                [text(b"email"), text(&mail)].concat(),
                [text(b"time"), big(time)].concat(),
                [text(b"heat"), big(heat)].concat(),
                [text(b"battery"), big(charge)].concat(),
            ]
            .concat()
        };
        let uint = |value: u64| [&[0x1a][..], &(value as u32).to_be_bytes()].concat();
        all[1].push([vec![0xa5], keyed(cbor_text, &uint)].concat());
        let uint = |value: u64| [&[0xce][..], &(value as u32).to_be_bytes()].concat();
        all[2].push([vec![0x85], keyed(pack_text, &uint)].concat());
    }
    net.truth("imei", "LK-06", b"001017000000029");
    net.truth("email", "LK-07", b"mia.testkind@example.org");
    for (port, messages) in (7_301..).zip(all) {
        for message in messages.iter().take(1) {
            net.truth("record", "PT-03", message);
        }
        let framed: Vec<Vec<u8>> = messages.iter().map(|message| [&(message.len() as u16).to_be_bytes(), &message[..]].concat()).collect();
        flow(net, port, &framed);
    }
}

fn json(net: &Net, rng: &mut Rng) -> Vec<u8> {
    let text = format!(
        "{{\"serial\":\"SN20260042\",\"owner_email\":\"mia.testkind@example.org\",\"state\":\"{}\",\"watt\":{},\"volt\":{},\"heat\":{},\"time\":{}}}",
        rng.pick(&["on", "off"]),
        rng.below(2_000),
        225 + rng.below(10),
        rng.below(300),
        1_776_844_800 + rng.below(90_000)
    );
    net.cast.say(text.as_bytes())
}

fn repeated_key(net: &mut Net) {
    let mut rng = begin(net);
    for (port, length) in (7_401..).zip([4, 16, 32]) {
        let key = rng.noise(length);
        let messages: Vec<Vec<u8>> = (0..24).map(|_| json(net, &mut rng).iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()).collect();
        flow(net, port, &messages);
    }
}

fn sealed(net: &mut Net) {
    let mut rng = begin(net);
    let messages: Vec<Vec<u8>> = (0..34_u16)
        .map(|count| {
            let plain: Vec<u8> = (0..4).flat_map(|_| json(net, &mut rng)).collect();
            let sealed = codec::ctr(&mut rng, &plain);
            [&[0xa7, 1][..], &count.to_be_bytes(), &(sealed.len() as u16).to_be_bytes(), &sealed].concat()
        })
        .collect();
    flow(net, 7_501, &messages);
}

fn unchained(net: &mut Net) {
    let mut rng = begin(net);
    let plain: Vec<u8> = (0..180_u32)
        .flat_map(|count| {
            let mut record = b"type=reading....unit=celsius...room=kitchen....".to_vec();
            record.resize(48, b'.');
            record.extend(format!("{:<16}", format!("v={}.{}", rng.below(30), count % 10)).as_bytes());
            record.extend([0; 32]);
            record
        })
        .collect();
    let sealed = codec::ecb(&mut rng, &plain);
    let messages: Vec<Vec<u8>> = sealed.chunks(960).map(<[u8]>::to_vec).collect();
    flow(net, 7_502, &messages);
}

fn words(rng: &mut Rng, count: usize) -> String {
    const WORDS: &[&str] = &["lamp", "is", "on", "the", "door", "room", "warm", "and", "light", "off", "window", "open", "children", "sleep", "rain", "garden"];
    (0..count).map(|_| format!("{} {}; ", rng.pick(WORDS), rng.below(1_000))).collect()
}

fn packed(net: &mut Net) {
    let mut rng = begin(net);
    let packed = codec::zlib(words(&mut rng, 9_000).as_bytes());
    let messages: Vec<Vec<u8>> = packed.chunks(1_000).map(<[u8]>::to_vec).collect();
    flow(net, 7_503, &messages);
}

fn bare_film(net: &mut Net) {
    let mut rng = begin(net);
    let film = codec::h264(&mut rng, 24_000);
    let messages: Vec<Vec<u8>> = film.chunks(1_200).map(<[u8]>::to_vec).collect();
    net.truth("film", "PT-05", &film[..48]);
    flow(net, 7_504, &messages);
}

fn bare_sound(net: &mut Net) {
    let mut rng = begin(net);
    let packets = codec::opus_packets(&mut rng, 22_000);
    let messages: Vec<Vec<u8>> =
        packets.chunks(6).map(|six| six.iter().flat_map(|packet| [&(packet.len() as u16).to_be_bytes(), &packet[..]].concat()).collect()).collect();
    flow(net, 7_505, &messages);
}

fn sealed_letters(net: &mut Net) {
    let mut rng = begin(net);
    for _ in 0..3 {
        let body = format!("{{\"v\":1,\"d\":\"{}\"}}", BASE64.encode(&rng.noise(420)));
        let post = request("POST /v1/d", NAME, "Content-Type: application/json\r\n", body.as_bytes());
        http(net, BOX, CLOUD, &[(post, answer("200 OK", "application/json", b"{\"v\":1}"))]);
    }
    let messages: Vec<Vec<u8>> = (0..10).map(|_| BASE64.encode(&rng.noise(300)).into_bytes()).collect();
    flow(net, 7_506, &messages);
}

fn sealed_rtp(net: &mut Net) {
    let mut rng = begin(net);
    tls::talk(net, BOX, CLOUD, 443, NAME, &[(600, 600)]);
    let (own, far, source) = ((BOX, net.fresh_port()), (CLOUD, 45_000), rng.random() as u32);
    for count in 0..80_u16 {
        net.udp(own, far, &rtp(0x6f, 0x0a08_u16.wrapping_add(count), u32::from(count) * 960, source, &rng.noise(110)));
        net.wait(20);
    }
}

fn packed_noise(net: &mut Net) {
    let mut rng = begin(net);
    let messages: Vec<Vec<u8>> = (0..12).map(|_| codec::zlib(&rng.noise(350))).collect();
    flow(net, 7_507, &messages);
}

fn short_secrets(net: &mut Net) {
    let mut rng = begin(net);
    for port in 7_508..7_512 {
        let messages: Vec<Vec<u8>> = (0..3).map(|_| rng.noise(32)).collect();
        flow(net, port, &messages);
    }
}

fn wrong_checksums(net: &mut Net) {
    let mut rng = begin(net);
    let messages: Vec<Vec<u8>> = (0..20)
        .map(|_| {
            let body = rng.noise(30);
            [&[0x78, 0x78, 0x1f, 0x12][..], &body[..28], &[0x0d, 0x0a]].concat()
        })
        .collect();
    flow(net, 5_023, &messages);
    // H02 in its binary form and as text, GPS103, TK103: only where they begin and end.
    for (port, begins, ends) in [(5_013, &b"$"[..], &b""[..]), (5_014, b"*HQ,", b"#"), (5_001, b"##,", b";"), (5_002, b"(", b")")] {
        let messages: Vec<Vec<u8>> = (0..12).map(|_| [begins, &rng.noise(40), ends].concat()).collect();
        flow(net, port, &messages);
    }
}
