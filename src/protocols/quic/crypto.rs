//! The protection of Initial packets (RFC 9001, sections 5.2 to 5.4; RFC 9369, section 3.3).
//!
//! It hides nothing from anyone on the way: the keys come from the connection identifier that the client's first packet carries in the clear.

use std::ops::Range;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{AeadInOut, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;

use super::header::{Packet, Version};

/// Bytes that prove that a packet is what its sender made.
const TAG: usize = 16;
/// The protected header is masked by what the cipher makes of so many bytes.
const SAMPLE: usize = 16;

/// The keys of both ends of a connection.
pub(super) struct Keys {
    pub(super) client: Key,
    pub(super) server: Key,
}

/// The key of one end.
pub(super) struct Key {
    packet: Aes128Gcm,
    iv: [u8; 12],
    header: Aes128,
}

impl Keys {
    /// From the connection identifier that the client first wrote to.
    pub(super) fn derive(version: Version, to: &[u8]) -> Option<Self> {
        let initial = Hkdf::<Sha256>::new(Some(version.salt), to);
        Some(Self { client: Key::derive(version, &initial, "client in")?, server: Key::derive(version, &initial, "server in")? })
    }
}

impl Key {
    fn derive(version: Version, initial: &Hkdf<Sha256>, end: &str) -> Option<Self> {
        let secret = Hkdf::<Sha256>::from_prk(&expand::<32>(initial, end)?).ok()?;
        let [key, iv, header] = if version.is_v2 { ["quicv2 key", "quicv2 iv", "quicv2 hp"] } else { ["quic key", "quic iv", "quic hp"] };
        Some(Self {
            packet: Aes128Gcm::new(&expand::<16>(&secret, key)?.into()),
            iv: expand(&secret, iv)?,
            header: Aes128::new(&expand::<16>(&secret, header)?.into()),
        })
    }

    /// Writes the packet without its protection into `room`, and gives the place of the payload in it. Absent where the packet is not what the
    /// holder of this key sent.
    pub(super) fn open(&self, packet: &Packet<'_>, room: &mut Vec<u8>) -> Option<Range<usize>> {
        room.clear();
        room.extend_from_slice(packet.bytes);
        let sample = packet.bytes.get(packet.number + 4..)?.first_chunk::<SAMPLE>()?;
        let mut mask = (*sample).into();
        self.header.encrypt_block(&mut mask);
        let [first_mask, number_mask @ ..] = &*mask else { return None };
        let first = room.first_mut()?;
        *first ^= first_mask & 0x0f;
        let length = usize::from(*first & 3) + 1;
        let mut nonce = self.iv;
        for (place, byte) in room.iter_mut().skip(packet.number).take(length).enumerate() {
            *byte ^= number_mask.get(place)?;
            *nonce.get_mut(12 - length + place)? ^= *byte;
        }
        let (header, rest) = room.split_at_mut_checked(packet.number + length)?;
        let (payload, tag) = rest.split_at_mut_checked(rest.len().checked_sub(TAG)?)?;
        let tag: &Tag<Aes128Gcm> = (&*tag).try_into().ok()?;
        let nonce: Nonce<Aes128Gcm> = nonce.into();
        self.packet.decrypt_inout_detached(&nonce, header, (&mut *payload).into(), tag).ok()?;
        Some(packet.number + length..packet.bytes.len() - TAG)
    }

    /// Protects a payload behind a header whose packet number takes four bytes.
    #[cfg(test)]
    pub(super) fn seal(&self, header: &[u8], payload: &[u8]) -> Vec<u8> {
        let number = header.len() - 4;
        let mut nonce = self.iv;
        for (slot, byte) in nonce[8..].iter_mut().zip(&header[number..]) {
            *slot ^= byte;
        }
        let mut packet = [header, payload].concat();
        let tag = self.packet.encrypt_inout_detached(&nonce.into(), header, packet[header.len()..].as_mut().into()).unwrap();
        packet.extend_from_slice(&tag);
        let mut mask = <[u8; SAMPLE]>::try_from(&packet[number + 4..number + 4 + SAMPLE]).unwrap().into();
        self.header.encrypt_block(&mut mask);
        packet[0] ^= mask[0] & 0x0f;
        for place in 0..4 {
            packet[number + place] ^= mask[1 + place];
        }
        packet
    }
}

/// HKDF-Expand-Label with an empty context (RFC 8446, section 7.1).
fn expand<const LENGTH: usize>(secret: &Hkdf<Sha256>, label: &str) -> Option<[u8; LENGTH]> {
    let mut out = [0; LENGTH];
    let length = u16::try_from(LENGTH).ok()?.to_be_bytes();
    let label_length = [u8::try_from("tls13 ".len() + label.len()).ok()?];
    secret.expand_multi_info(&[&length, &label_length, b"tls13 ", label.as_bytes(), &[0]], &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::quic::header::{Next, next};
    use data_encoding::HEXLOWER_PERMISSIVE as HEX;

    /// RFC 9001, appendix A: the identifier of its examples.
    const ID: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];

    fn expanded(number: u32) -> String {
        let version = Version::find(number).unwrap();
        let initial = Hkdf::<Sha256>::new(Some(version.salt), &ID);
        HEX.encode(&expand::<32>(&initial, "client in").unwrap())
    }

    #[test]
    fn secrets_are_those_of_the_rfcs() {
        assert_eq!(expanded(1), "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea", "RFC 9001, A.1");
        assert_eq!(expanded(0x6b33_43cf), "14ec9d6eb9fd7af83bf5a668bc17a7e283766aade7ecd0891f70f9ff7f4bf47b", "RFC 9369, A.1");
    }

    fn opened(packet: &[u8], number: u32) -> Option<Vec<u8>> {
        let keys = Keys::derive(Version::find(number).unwrap(), &ID).unwrap();
        let Next::Packet(packet, _) = next(packet) else { panic!("a packet") };
        let mut room = Vec::new();
        keys.server.open(&packet, &mut room).map(|payload| room[payload].to_vec())
    }

    /// RFC 9001, appendix A.3: the server's Initial with its ACK and ServerHello.
    const SERVER_INITIAL: &str = "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a\
        5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7a\
        af2f58891850abbdca3d20398c276456cbc42158407dd074ee";
    const SERVER_PAYLOAD: &str = "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988\
        cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304";

    fn bytes(hex: &str) -> Vec<u8> {
        HEX.decode(hex.replace(char::is_whitespace, "").as_bytes()).unwrap()
    }

    #[test]
    fn the_servers_initial_of_the_rfc_opens() {
        assert_eq!(HEX.encode(&opened(&bytes(SERVER_INITIAL), 1).unwrap()), HEX.encode(&bytes(SERVER_PAYLOAD)));
    }

    /// RFC 9001, appendix A.2: the CRYPTO frame of the client's Initial; PADDING fills it up to 1162 bytes.
    const CLIENT_FRAME: &str = "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868\
        04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e00050005010000000000\
        3300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c000240\
        01003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff";

    #[test]
    fn the_clients_initial_of_the_rfc_opens() {
        let keys = Keys::derive(Version::find(1).unwrap(), &ID).unwrap();
        let mut payload = bytes(CLIENT_FRAME);
        payload.resize(1_162, 0);
        let packet = keys.client.seal(&bytes("c300000001088394c8f03e5157080000449e00000002"), &payload);
        assert_eq!(HEX.encode(&packet[..34]), "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242");
        assert_eq!(HEX.encode(&packet[1_200 - TAG..]), "e221af44860018ab0856972e194cd934");
        let Next::Packet(packet, _) = next(&packet) else { panic!("a packet") };
        let mut room = Vec::new();
        let place = keys.client.open(&packet, &mut room).unwrap();
        assert_eq!(room[place], payload);
    }

    #[test]
    fn a_packet_with_any_byte_changed_does_not_open() {
        let packet = bytes(SERVER_INITIAL);
        // Not the version, the lengths and the type: these make it another packet.
        for place in (7..15).chain(18..packet.len()) {
            let mut changed = packet.clone();
            changed[place] ^= 1;
            assert_eq!(opened(&changed, 1), None, "byte {place}");
        }
    }

    #[test]
    fn what_is_sealed_opens() {
        for number in [1, 0x6b33_43cf, 0xff00_001d] {
            let version = Version::find(number).unwrap();
            let keys = Keys::derive(version, &ID).unwrap();
            let first = if version.is_v2 { 0xd3 } else { 0xc3 };
            let header = [&[first][..], &number.to_be_bytes(), &[0, 0, 0, 0x40, 4 + 30 + 16, 0, 0, 1, 2]].concat();
            assert_eq!(opened(&keys.server.seal(&header, &[7; 30]), number), Some(vec![7; 30]));
        }
    }
}
