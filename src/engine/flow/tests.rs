use std::sync::atomic::AtomicBool;

use etherparse::PacketBuilder;

use super::super::{Options, run};
use crate::home::snapshot::Snapshot;

/// An end: the last bytes of its hardware address and of its address in 203.0.113.0/24, its port, and the time to live that its packets come with.
type Side = (u8, [u8; 4], u16, u8);

const CAMERA: Side = (17, [203, 0, 113, 17], 554, 64);
const RECORDER: Side = (18, [203, 0, 113, 18], 50_000, 128);

fn frame(from: Side, to: Side, is_tcp: bool) -> Vec<u8> {
    let mac = |side: Side| [0, 0, 0x5e, 0, 0x53, side.0];
    let builder = PacketBuilder::ethernet2(mac(from), mac(to)).ipv4(from.1, to.1, from.3);
    let mut bytes = Vec::new();
    if is_tcp {
        builder.tcp(from.2, to.2, 1, 1_024).ack(1).write(&mut bytes, b"nobody knows what this is").unwrap();
    } else {
        builder.udp(from.2, to.2).write(&mut bytes, b"nobody knows what this is").unwrap();
    }
    bytes
}

/// What a conversation of two packets comes to.
fn seen(client: Side, server: Side, is_tcp: bool) -> Snapshot {
    let mut bytes = [&0xa1b2_c3d4_u32.to_le_bytes()[..], &[2, 0, 4, 0], &[0; 8], &65_535u32.to_le_bytes(), &1u32.to_le_bytes()].concat();
    for frame in [frame(client, server, is_tcp), frame(server, client, is_tcp)] {
        let length = (frame.len() as u32).to_le_bytes();
        bytes.extend([&[0; 8][..], &length, &length, &frame].concat());
    }
    let source = crate::capture::bytes("neighbours", bytes.leak()).unwrap();
    run(source, &Options::default(), &AtomicBool::new(false), &mut |_| {}, &mut |_| {})
}

fn endpoints(client: Side, server: Side, is_tcp: bool) -> usize {
    seen(client, server, is_tcp).endpoints.len()
}

#[test]
fn neighbours_on_one_link_are_at_home_whatever_their_addresses_look_like() {
    let seen = seen(RECORDER, CAMERA, true);
    let ids: Vec<&str> = seen.devices.iter().map(|device| device.id.as_str()).collect();
    assert_eq!((ids, seen.endpoints.len()), (vec!["00:00:5e:00:53:11", "00:00:5e:00:53:12"], 0));
    assert!(seen.devices.iter().all(|device| device.kind != crate::event::DeviceKind::Router), "neither forwards");
}

#[test]
fn who_may_stand_behind_a_router_is_out_there() {
    let (mac, ip, port, ttl) = CAMERA;
    assert_eq!(endpoints(RECORDER, (mac, ip, port, ttl - 1), true), 1, "a router took one off");
    assert_eq!(endpoints(RECORDER, (mac, [198, 51, 100, 17], port, ttl), true), 1, "numbered otherwise: an emulated router writes 64 as well");
    assert_eq!(endpoints(RECORDER, (RECORDER.0, ip, port, ttl), true), 1, "one hardware address for both");
    assert_eq!(endpoints((mac, [192, 168, 1, 18], 50_000, 64), CAMERA, true), 1);
    assert_eq!(endpoints(RECORDER, CAMERA, false), 1, "a provider's own servers answer so to the router: names, addresses, time");
}
