//! TLS 1.3 as it looks from outside (RFC 8446): true hellos, then records of noise.

use super::wire::{Host, Net, Tcp};

/// A handshake and the exchange of so many bytes up and down.
pub fn talk(net: &mut Net, client: Host, server: Host, port: u16, name: &str, sizes: &[(usize, usize)]) {
    let mut tcp = open(net, client, server, port, Some(name));
    for &(up, down) in sizes {
        send(net, &mut tcp, up, down);
        net.wait(700);
    }
    tcp.close(net);
}

/// A connection whose handshake is done.
pub fn open(net: &mut Net, client: Host, server: Host, port: u16, name: Option<&str>) -> Tcp {
    let mut tcp = net.connect(client, server, port);
    let hello = client_hello(net, name);
    tcp.up(net, &hello);
    let session = hello.get(44..76).unwrap_or_default().to_vec();
    let flight = server_flight(net, &session);
    tcp.down(net, &flight);
    let finished = [&CHANGE[..], &sealed(net, 53)].concat();
    tcp.up(net, &finished);
    tcp
}

/// A handshake whose ClientHello is spread over records of so many bytes, and these over segments of so many.
pub fn split(net: &mut Net, client: Host, server: Host, name: &str, in_record: usize, in_segment: usize) {
    let mut tcp = net.connect(client, server, 443);
    let hello = client_hello(net, Some(name));
    let session = hello.get(44..76).unwrap_or_default().to_vec();
    let message = hello.get(5..).unwrap_or_default();
    let records: Vec<u8> = message.chunks(in_record).flat_map(|piece| record(22, piece)).collect();
    for piece in records.chunks(in_segment) {
        tcp.up(net, piece);
    }
    let flight = server_flight(net, &session);
    tcp.down(net, &flight);
    send(net, &mut tcp, 53, 300);
    tcp.close(net);
}

/// So many bytes up and down, sealed.
pub fn send(net: &mut Net, tcp: &mut Tcp, up: usize, down: usize) {
    let record = sealed(net, up);
    tcp.up(net, &record);
    let record = sealed(net, down);
    tcp.down(net, &record);
}

/// So many bytes down, sealed.
pub fn send_down(net: &mut Net, tcp: &mut Tcp, down: usize) {
    let record = sealed(net, down);
    tcp.down(net, &record);
}

/// ChangeCipherSpec, for middleboxes' sake.
const CHANGE: [u8; 6] = [20, 3, 3, 0, 1, 1];

/// Records of application data.
fn sealed(net: &mut Net, length: usize) -> Vec<u8> {
    let noise = net.noise(length);
    noise.chunks(16_000).flat_map(|piece| record(23, piece)).collect()
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3], &(body.len() as u16).to_be_bytes()[..], body].concat()
}

fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = (body.len() as u32).to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes(), &(body.len() as u16).to_be_bytes()[..], body].concat()
}

fn client_hello(net: &mut Net, name: Option<&str>) -> Vec<u8> {
    let name = name.map(|name| {
        let length = name.len() as u16;
        extension(0, &[&(length + 3).to_be_bytes()[..], &[0], &length.to_be_bytes()[..], name.as_bytes()].concat())
    });
    let extensions = [
        name.unwrap_or_default(),
        extension(10, &[0, 4, 0, 0x1d, 0, 0x17]),
        extension(13, &[0, 8, 4, 3, 8, 4, 4, 1, 5, 3]),
        extension(16, b"\0\x09\x08http/1.1"),
        extension(43, &[4, 3, 4, 3, 3]),
        extension(45, &[1, 1]),
        extension(51, &[&[0, 36, 0, 0x1d, 0, 32], &net.noise(32)[..]].concat()),
    ]
    .concat();
    let body = [
        &[3, 3],
        &net.noise(32)[..],
        &[32],
        &net.noise(32),
        &[0, 10, 0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0],
        &(extensions.len() as u16).to_be_bytes(),
        &extensions,
    ]
    .concat();
    let mut bytes = record(22, &handshake(1, &body));
    // The very first record names version 1.0 (RFC 8446, section 5.1).
    if let Some(minor) = bytes.get_mut(2) {
        *minor = 1;
    }
    bytes
}

/// The hello of a QUIC client (RFC 9001, section 8): no session of before, HTTP/3, transport parameters.
pub fn quic_client_hello(net: &mut Net, name: &str) -> Vec<u8> {
    let length = name.len() as u16;
    let extensions = [
        extension(0, &[&(length + 3).to_be_bytes()[..], &[0], &length.to_be_bytes()[..], name.as_bytes()].concat()),
        extension(10, &[0, 4, 0, 0x1d, 0, 0x17]),
        extension(13, &[0, 8, 4, 3, 8, 4, 4, 1, 5, 3]),
        extension(16, b"\0\x03\x02h3"),
        extension(43, &[2, 3, 4]),
        extension(51, &[&[0, 36, 0, 0x1d, 0, 32], &net.noise(32)[..]].concat()),
        // Idle time of 30 s, 1 MB in flight.
        extension(57, &[1, 4, 0x80, 0, 0x75, 0x30, 4, 4, 0x80, 0x10, 0, 0]),
    ]
    .concat();
    let body = [&[3, 3], &net.noise(32)[..], &[0, 0, 6, 0x13, 1, 0x13, 2, 0x13, 3, 1, 0], &(extensions.len() as u16).to_be_bytes(), &extensions].concat();
    handshake(1, &body)
}

/// What a QUIC server chooses.
pub fn quic_server_hello(net: &mut Net) -> Vec<u8> {
    let extensions = [extension(43, &[3, 4]), extension(51, &[&[0, 0x1d, 0, 32], &net.noise(32)[..]].concat())].concat();
    let body = [&[3, 3], &net.noise(32)[..], &[0, 0x13, 1, 0], &(extensions.len() as u16).to_be_bytes(), &extensions].concat();
    handshake(2, &body)
}

/// ServerHello, then certificate and the rest, sealed.
fn server_flight(net: &mut Net, session: &[u8]) -> Vec<u8> {
    let extensions = [extension(43, &[3, 4]), extension(51, &[&[0, 0x1d, 0, 32], &net.noise(32)[..]].concat())].concat();
    let body = [&[3, 3], &net.noise(32)[..], &[32], session, &[0x13, 1, 0], &(extensions.len() as u16).to_be_bytes(), &extensions].concat();
    [&record(22, &handshake(2, &body)), &CHANGE[..], &sealed(net, 1_900)].concat()
}
