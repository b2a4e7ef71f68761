//! What every network has: addresses handed out, names looked up, time asked for; and messages of HTTP and MQTT.

use std::net::{IpAddr, Ipv4Addr};

use super::wire::{Host, Net, ROUTER, Tcp, v4};

/// The router, which is also the resolver that it hands out.
pub const RESOLVER: Host = Host::router();

/// A device comes to the network: it is given its address by DHCP and looks for the router.
pub fn arrive(net: &mut Net, device: Host, name: &str, vendor: &str) {
    let transaction = (net.random() as u32).to_be_bytes();
    let nobody = (device.by(v4(0, 0, 0, 0)), 68);
    let everybody = (Host { mac: [0xff; 6], ip: v4(255, 255, 255, 255) }, 67);
    let mine = [&[12, name.len() as u8], name.as_bytes(), &[60, vendor.len() as u8], vendor.as_bytes(), &[55, 4, 1, 3, 6, 15]].concat();
    let address = octets(device.ip);
    let wanted = [&[50, 4], &address[..], &[54, 4], &octets(ROUTER)].concat();
    let ask = |kind: u8, more: &[u8]| dhcp(1, kind, transaction, device.mac, [0; 4], &[&mine, more].concat());
    let given = [&[54, 4], &octets(ROUTER)[..], &[51, 4, 0, 1, 0x51, 0x80, 1, 4, 255, 255, 255, 0, 3, 4], &octets(ROUTER), &[6, 4], &octets(ROUTER)].concat();
    let answer = |kind: u8| dhcp(2, kind, transaction, device.mac, address, &given);
    net.udp(nobody, everybody, &ask(1, &[]));
    net.wait(20);
    net.udp((RESOLVER, 67), (device, 68), &answer(2));
    net.wait(10);
    net.udp(nobody, everybody, &ask(3, &wanted));
    net.wait(20);
    net.udp((RESOLVER, 67), (device, 68), &answer(5));
    net.wait(15);
    net.resolve(device, Host::router());
    net.wait(40);
}

fn octets(ip: IpAddr) -> [u8; 4] {
    match ip {
        IpAddr::V4(ip) => ip.octets(),
        IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED.octets(),
    }
}

fn dhcp(operation: u8, kind: u8, transaction: [u8; 4], mac: [u8; 6], yours: [u8; 4], options: &[u8]) -> Vec<u8> {
    let mut bytes = vec![operation, 1, 6, 0];
    bytes.extend(transaction);
    bytes.extend([0; 8]);
    bytes.extend(yours);
    bytes.extend([0; 8]);
    bytes.extend(mac);
    bytes.resize(236, 0);
    bytes.extend([99, 130, 83, 99, 53, 1, kind]);
    bytes.extend(options);
    bytes.push(255);
    bytes.resize(bytes.len().max(300), 0);
    bytes
}

/// A device looks a name up at the resolver that it was given.
pub fn look_up(net: &mut Net, device: Host, name: &str, addresses: &[IpAddr]) {
    look_up_at(net, device, RESOLVER, name, addresses);
}

/// A device looks a name up at some resolver.
pub fn look_up_at(net: &mut Net, device: Host, resolver: Host, name: &str, addresses: &[IpAddr]) {
    let (port, transaction) = (net.fresh_port(), net.random() as u16);
    let addresses: &[IpAddr] = &addresses.iter().map(|ip| net.end(Host::server(*ip)).ip).collect::<Vec<_>>();
    let is_six = addresses.iter().any(IpAddr::is_ipv6);
    net.udp((device, port), (resolver, 53), &dns(transaction, name, is_six, None));
    net.wait(14);
    net.udp((resolver, 53), (device, port), &dns(transaction, name, is_six, Some(addresses)));
    net.wait(3);
}

/// A device looks up what there is not (RFC 1035, section 4.1.1: name error).
pub fn look_up_in_vain(net: &mut Net, device: Host, name: &str) {
    let (port, transaction) = (net.fresh_port(), net.random() as u16);
    net.udp((device, port), (RESOLVER, 53), &dns(transaction, name, false, None));
    net.wait(22);
    let mut answer = dns(transaction, name, false, Some(&[]));
    answer[3] |= 3;
    net.udp((RESOLVER, 53), (device, port), &answer);
    net.wait(3);
}

/// A question, or with addresses the answer to it.
fn dns(transaction: u16, name: &str, is_six: bool, answer: Option<&[IpAddr]>) -> Vec<u8> {
    let kind: u16 = if is_six { 28 } else { 1 };
    let mut bytes = transaction.to_be_bytes().to_vec();
    bytes.extend(if answer.is_some() { [0x81, 0x80] } else { [0x01, 0x00] });
    let count = answer.map_or(0, <[IpAddr]>::len) as u16;
    for count in [1, count, 0, 0] {
        bytes.extend(count.to_be_bytes());
    }
    bytes.extend(labels(name));
    bytes.extend([kind.to_be_bytes(), 1u16.to_be_bytes()].concat());
    for ip in answer.unwrap_or_default() {
        let data = match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        bytes.extend([0xc0, 12]);
        bytes.extend([kind.to_be_bytes(), 1u16.to_be_bytes(), 0u16.to_be_bytes(), 300u16.to_be_bytes(), (data.len() as u16).to_be_bytes()].concat());
        bytes.extend(data);
    }
    bytes
}

fn labels(name: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.split('.').flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}

/// A device tells everybody at home of a service by multicast DNS: instance, host, address, and what its text record says.
pub fn announce(net: &mut Net, device: Host, (instance, service, host): (&str, &str, &str), texts: &[&str]) {
    let record = |owner: &[u8], kind: u16, class: u16, data: &[u8]| {
        [owner, &kind.to_be_bytes(), &class.to_be_bytes(), &120u32.to_be_bytes(), &(data.len() as u16).to_be_bytes(), data].concat()
    };
    let service = labels(&format!("{service}.local"));
    let whole = [&[instance.len() as u8], instance.as_bytes(), &service].concat();
    let host = labels(&format!("{host}.local"));
    let text: Vec<u8> = texts.iter().flat_map(|text| [&[text.len() as u8], text.as_bytes()].concat()).collect();
    let place = [&[0, 0, 0, 0, 0, 80], &host[..]].concat();
    let mut bytes = vec![0, 0, 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    bytes.extend(record(&service, 12, 1, &whole));
    bytes.extend(record(&whole, 33, 0x8001, &place));
    bytes.extend(record(&whole, 16, 0x8001, &text));
    bytes.extend(record(&host, 1, 0x8001, &octets(device.ip)));
    let group = Host { mac: device.mac, ip: v4(224, 0, 0, 251) };
    net.udp((device, 5353), (group, 5353), &bytes);
}

/// Asks a server for the time (RFC 5905), and its answer.
pub fn time(net: &mut Net, device: Host, server: Host) {
    let port = net.fresh_port();
    let stamp = ((net.seconds() + 2_208_988_800) as u32).to_be_bytes();
    let message = |mode: u8, stratum: u8| {
        let mut bytes = vec![0x20 | mode, stratum, 6, 0xec];
        bytes.resize(40, 0);
        bytes.extend(stamp);
        bytes.extend([0x40, 0, 0, 0]);
        bytes
    };
    net.udp((device, port), (server, 123), &message(3, 0));
    net.wait(12);
    net.udp((server, 123), (device, port), &message(4, 2));
}

/// A request of HTTP/1.1.
pub fn request(line: &str, host: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    [format!("{line} HTTP/1.1\r\nHost: {host}\r\n{headers}{length}\r\n").as_bytes(), body].concat()
}

/// An answer of HTTP/1.1.
pub fn answer(status: &str, media: &str, body: &[u8]) -> Vec<u8> {
    let kind = if media.is_empty() { String::new() } else { format!("Content-Type: {media}\r\n") };
    [format!("HTTP/1.1 {status}\r\nDate: Wed, 22 Apr 2026 08:00:00 GMT\r\n{kind}Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// Requests and answers over one connection to port 80.
pub fn http(net: &mut Net, client: Host, server: Host, exchanges: &[(Vec<u8>, Vec<u8>)]) {
    let mut tcp = net.connect(client, server, 80);
    for (request, answer) in exchanges {
        tcp.up(net, request);
        net.wait(25);
        tcp.down(net, answer);
    }
    tcp.close(net);
}

/// A device logs in at an MQTT broker (version 3.1.1) with a name and password.
pub fn mqtt_connect(net: &mut Net, tcp: &mut Tcp, client: &str, user: &str, password: &str) {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0xc2, 0, 60];
    for text in [client, user, password] {
        body.extend(mqtt_text(text));
    }
    tcp.up(net, &mqtt(0x10, &body));
    tcp.down(net, &[0x20, 2, 0, 0]);
}

/// A device publishes without acknowledgement.
pub fn mqtt_publish(net: &mut Net, tcp: &mut Tcp, topic: &str, payload: &[u8]) {
    let body = [&mqtt_text(topic), payload].concat();
    tcp.up(net, &mqtt(0x30, &body));
}

/// A device subscribes to one topic.
pub fn mqtt_subscribe(net: &mut Net, tcp: &mut Tcp, topic: &str) {
    let body = [&[0, 1], &mqtt_text(topic)[..], &[0]].concat();
    tcp.up(net, &mqtt(0x82, &body));
    tcp.down(net, &[0x90, 3, 0, 1, 0]);
}

fn mqtt_text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat()
}

fn mqtt(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind];
    let mut left = body.len();
    loop {
        let digit = (left % 128) as u8;
        left /= 128;
        bytes.push(if left > 0 { digit | 0x80 } else { digit });
        if left == 0 {
            break;
        }
    }
    bytes.extend(body);
    bytes
}
