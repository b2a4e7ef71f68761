//! The next generation capture file (draft-ietf-opsawg-pcapng): blocks in sections, with interfaces.
//!
//! In: bytes from the file's beginning on, as many as there are. Out: a [`Step`] at a time. Read are enhanced, simple and obsolete packet blocks of any
//! number of sections of either byte order; all other blocks, and what options are not about time, are passed over without being kept.

use super::damage::{Damage, grouped};
use super::interface::{Interface, OPTIONS_READ};
use super::record::{Order, Record, Step, max_packet};
use crate::wire::Timestamp;

/// The type of a section header block: the same in both byte orders.
pub(super) const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// Type and length in front of a block, and its length again behind it.
const FRONT: usize = 8;
const BACK: usize = 4;

/// So many interfaces are kept in a section; packets of later ones are not read.
const MAX_INTERFACES: usize = 1 << 18;

/// What of a block still has to be walked over.
#[derive(Clone, Copy, Debug)]
struct Pending {
    /// Bytes before the length that stands behind the block.
    left: u64,
    /// The length that should stand there.
    length: u32,
    /// Where the block began.
    began: u64,
    /// Whether its packet was handed out already.
    packet: bool,
}

/// Front of a block, checked.
#[derive(Clone, Copy, Debug)]
struct Block {
    kind: u32,
    /// As stated.
    stated: u32,
    /// With the padding that some writers forget to count.
    length: u64,
}

impl Block {
    /// Bytes between front and back.
    fn body(self) -> u64 {
        self.length - (FRONT + BACK) as u64
    }

    /// The shortest body that a block of this kind has.
    fn least(kind: u32) -> u64 {
        match kind {
            SECTION => 16,
            INTERFACE => 8,
            OBSOLETE_PACKET | ENHANCED_PACKET => 20,
            SIMPLE_PACKET => 4,
            _ => 0,
        }
    }
}

/// Walks from block to block.
#[derive(Debug)]
pub(super) struct Walker {
    order: Order,
    interfaces: Vec<Interface>,
    pending: Option<Pending>,
    begun: bool,
}

impl Walker {
    /// A walker, if the first bytes (12, or fewer of a file that is cut) are those of a section header.
    pub fn recognise(head: &[u8]) -> Option<Self> {
        let kind = u32::from_le_bytes(*head.first_chunk()?);
        let order = head.get(8..12).map_or(Some(Order::Little), byte_order)?;
        (kind == SECTION).then_some(Self { order, interfaces: Vec::new(), pending: None, begun: false })
    }

    /// What ends early where no more than `rest` comes; nothing where the file is whole. `next` is the number of the next packet.
    pub fn unfinished(&self, rest: &[u8], at: u64, next: u64) -> Option<String> {
        match self.pending {
            Some(Pending { packet: true, .. }) => Some(format!("what follows packet {}", grouped(next.saturating_sub(1)))),
            Some(pending) => Some(format!("the block that begins at byte {}", grouped(pending.began))),
            None if !self.begun => Some("the file header".to_owned()),
            None if rest.is_empty() => None,
            None if rest.len() >= 4 && is_packet(self.order.u32(rest, 0)) => Some(format!("packet {}", grouped(next))),
            None => Some(format!("the block that begins at byte {}", grouped(at))),
        }
    }

    /// What stands at the start of `rest`, which is the byte `at` of the file.
    pub fn step(&mut self, rest: &[u8], at: u64, next: u64) -> Step {
        if let Some(pending) = self.pending {
            return self.finish(pending, rest);
        }
        match self.front(rest, at) {
            Ok(block) => self.block(block, rest, at, next),
            Err(step) => step,
        }
    }

    /// The rest of a block that was begun.
    fn finish(&mut self, pending: Pending, rest: &[u8]) -> Step {
        if pending.left > 0 {
            self.pending = Some(Pending { left: 0, ..pending });
            return Step::Skip(pending.left);
        }
        if rest.len() < BACK {
            return Step::More(BACK);
        }
        let behind = self.order.u32(rest, 0);
        if behind != pending.length {
            let text = format!(
                "the block at byte {} says that it has {} bytes, and at its end that it has {}",
                grouped(pending.began),
                grouped(u64::from(pending.length)),
                grouped(u64::from(behind))
            );
            return Step::Damaged(Damage::new(pending.began, text));
        }
        self.pending = None;
        Step::Skip(BACK as u64)
    }

    /// Type and length of the block at the start of `rest`. A section header changes the byte order in which its own length is read.
    fn front(&mut self, rest: &[u8], at: u64) -> Result<Block, Step> {
        if rest.len() < FRONT {
            return Err(Step::More(FRONT));
        }
        let kind = self.order.u32(rest, 0);
        if kind == SECTION {
            let magic = rest.get(FRONT..FRONT + 4).ok_or(Step::More(FRONT + 4))?;
            self.order = byte_order(magic)
                .ok_or_else(|| Step::Damaged(Damage::new(at, format!("the section at byte {} has no byte order that is known", grouped(at)))))?;
        }
        let stated = self.order.u32(rest, 4);
        let length = u64::from(stated).next_multiple_of(4);
        if u64::from(stated) < Block::least(kind) + (FRONT + BACK) as u64 {
            let text = format!("the block at byte {} claims an impossible length of {} bytes", grouped(at), grouped(u64::from(stated)));
            return Err(Step::Damaged(Damage::new(at, text)));
        }
        Ok(Block { kind, stated, length })
    }

    fn block(&mut self, block: Block, rest: &[u8], at: u64, next: u64) -> Step {
        match block.kind {
            SECTION => self.section(block, rest, at),
            INTERFACE => self.interface(block, rest, at),
            ENHANCED_PACKET | OBSOLETE_PACKET | SIMPLE_PACKET => self.packet(block, rest, at, next),
            _ => self.pass(block, FRONT, at),
        }
    }

    /// Goes on after `used` bytes of a block without a packet.
    fn pass(&mut self, block: Block, used: usize, at: u64) -> Step {
        self.pending = Some(Pending { left: block.length - (used + BACK) as u64, length: block.stated, began: at, packet: false });
        Step::Skip(used as u64)
    }

    fn section(&mut self, block: Block, rest: &[u8], at: u64) -> Step {
        const USED: usize = FRONT + 16;
        if rest.len() < USED {
            return Step::More(USED);
        }
        let major = self.order.u16(rest, 12);
        if major != 1 {
            let text = format!("the section at byte {} is of version {major} of the format, which does not exist", grouped(at));
            return Step::Damaged(Damage::new(at, text));
        }
        self.begun = true;
        self.interfaces.clear();
        self.pass(block, USED, at)
    }

    fn interface(&mut self, block: Block, rest: &[u8], at: u64) -> Step {
        let used = FRONT + block.body().min(OPTIONS_READ) as usize;
        let Some(body) = rest.get(FRONT..used) else { return Step::More(used) };
        if self.interfaces.len() < MAX_INTERFACES {
            self.interfaces.push(Interface::read(self.order, body));
        }
        self.pass(block, used, at)
    }

    fn packet(&mut self, block: Block, rest: &[u8], at: u64, next: u64) -> Step {
        let data = if block.kind == SIMPLE_PACKET { FRONT + 4 } else { FRONT + 20 };
        let Some(head) = rest.get(..data) else { return Step::More(data) };
        let room = block.length - (data + BACK) as u64;
        let record = match self.describe(block, head, room) {
            Ok(record) => record,
            Err(wrong) => return Step::Damaged(Damage::new(at, format!("packet {} {wrong}, at byte {}", grouped(next), grouped(at)))),
        };
        let end = data + record.captured as usize;
        if rest.len() < end {
            return Step::More(end);
        }
        // Mostly all of the block is here; else its end is looked at when it comes.
        let whole = block.length as usize;
        if rest.len() >= whole && self.order.u32(rest, whole - BACK) == block.stated {
            return Step::Packet { record, data, advance: whole };
        }
        self.pending = Some(Pending { left: room - u64::from(record.captured), length: block.stated, began: at, packet: true });
        Step::Packet { record, data, advance: end }
    }

    /// What the front of a packet block says, or what is wrong with it. `room` is what the block has for data and options.
    fn describe(&self, block: Block, head: &[u8], room: u64) -> Result<Record, String> {
        let order = self.order;
        let id = match block.kind {
            ENHANCED_PACKET => order.u32(head, 8),
            OBSOLETE_PACKET => u32::from(order.u16(head, 8)),
            _ => 0,
        };
        let interface = self.interfaces.get(id as usize).ok_or_else(|| format!("belongs to interface {id}, which was never described"))?;
        if block.kind == SIMPLE_PACKET {
            let wire = order.u32(head, 8);
            let most = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
            let captured = wire.min(most).min(u32::try_from(room).unwrap_or(u32::MAX)).min(max_packet(interface.link));
            return Ok(Record { time: None, link: interface.link, captured, wire });
        }
        let captured = order.u32(head, 20);
        if u64::from(captured) > room || captured > max_packet(interface.link) {
            return Err(format!("claims {} bytes", grouped(u64::from(captured))));
        }
        let ticks = u64::from(order.u32(head, 12)) << 32 | u64::from(order.u32(head, 16));
        let time: Timestamp = interface.time(ticks);
        Ok(Record { time: Some(time), link: interface.link, captured, wire: order.u32(head, 24).max(captured) })
    }
}

/// Whether blocks of this kind are counted as packets.
fn is_packet(kind: u32) -> bool {
    matches!(kind, ENHANCED_PACKET | SIMPLE_PACKET | OBSOLETE_PACKET)
}

/// By the magic number of a section header.
fn byte_order(magic: &[u8]) -> Option<Order> {
    [Order::Little, Order::Big].into_iter().find(|order| order.u32(magic, 0) == BYTE_ORDER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: u32, body: &[u8]) -> Vec<u8> {
        let length = (body.len() + 12) as u32;
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), body, &length.to_le_bytes()].concat()
    }

    fn section() -> Vec<u8> {
        block(SECTION, &[&BYTE_ORDER.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat())
    }

    fn interface(snaplen: u32) -> Vec<u8> {
        block(INTERFACE, &[&[1, 0, 0, 0][..], &snaplen.to_le_bytes()].concat())
    }

    fn simple(wire: u32, data: &[u8]) -> Vec<u8> {
        block(SIMPLE_PACKET, &[&wire.to_le_bytes()[..], data].concat())
    }

    /// All packets, and how it ended.
    fn walk(bytes: &[u8]) -> (Vec<Record>, Result<Option<String>, Damage>) {
        let mut walker = Walker::recognise(bytes).unwrap();
        let (mut at, mut records) = (0, Vec::new());
        loop {
            let rest = &bytes[at.min(bytes.len())..];
            match walker.step(rest, at as u64, records.len() as u64 + 1) {
                Step::Packet { record, advance, .. } => {
                    records.push(record);
                    at += advance;
                }
                Step::Skip(count) => at += count as usize,
                Step::More(_) => {
                    let cut = walker.unfinished(rest, at as u64, records.len() as u64 + 1);
                    return (records, Ok(cut));
                }
                Step::Damaged(damage) => return (records, Err(damage)),
            }
        }
    }

    #[test]
    fn a_simple_packet_is_as_long_as_the_snapshot_allows() {
        let (records, end) = walk(&[section(), interface(5), simple(9, &[7; 8]), simple(4, &[7; 4])].concat());
        assert_eq!(end, Ok(None));
        let lengths: Vec<_> = records.iter().map(|record| (record.captured, record.wire, record.time)).collect();
        assert_eq!(lengths, [(5, 9, None), (4, 4, None)]);
    }

    #[test]
    fn impossible_lengths_are_damage_that_names_the_block() {
        for stated in [0u32, 3, 11] {
            let mut bytes = section();
            bytes.extend([99u32.to_le_bytes(), stated.to_le_bytes(), [0; 4]].concat());
            let (_, end) = walk(&bytes);
            assert_eq!(end, Err(Damage::new(28, format!("the block at byte 28 claims an impossible length of {stated} bytes"))));
        }
    }

    #[test]
    fn a_block_without_end_is_cut() {
        let mut bytes = section();
        bytes.extend([99u32.to_le_bytes(), 0xffff_fffcu32.to_le_bytes(), [0; 4]].concat());
        assert_eq!(walk(&bytes).1, Ok(Some("the block that begins at byte 28".to_owned())));
    }

    #[test]
    fn two_lengths_that_differ_are_damage_after_the_packet() {
        let mut bytes = [section(), interface(0), simple(4, &[7; 4])].concat();
        let last = bytes.len() - 4;
        bytes[last] = 24;
        let (records, end) = walk(&bytes);
        assert_eq!(records.len(), 1);
        assert_eq!(end.unwrap_err().text, "the block at byte 48 says that it has 20 bytes, and at its end that it has 24");
    }

    #[test]
    fn a_length_that_forgot_the_padding_is_read() {
        let mut bytes = [section(), interface(0)].concat();
        bytes.extend([3u32.to_le_bytes(), 17u32.to_le_bytes(), 1u32.to_le_bytes(), [7, 0, 0, 0], 17u32.to_le_bytes()].concat());
        bytes.extend(simple(4, &[7; 4]));
        let (records, end) = walk(&bytes);
        assert_eq!((records.len(), end), (2, Ok(None)));
    }

    #[test]
    fn a_packet_of_an_unknown_interface_is_damage() {
        let (_, end) = walk(&[section(), simple(4, &[7; 4])].concat());
        assert_eq!(end.unwrap_err().text, "packet 1 belongs to interface 0, which was never described, at byte 28");
        let (records, end) = walk(&[section(), interface(0), simple(4, &[7; 4]), section(), simple(4, &[7; 4])].concat());
        assert_eq!((records.len(), end.unwrap_err().at), (1, 96));
    }

    #[test]
    fn more_than_a_block_holds_is_damage() {
        let mut body = [0; 24];
        body[12] = 5;
        let (records, end) = walk(&[section(), interface(0), block(ENHANCED_PACKET, &body)].concat());
        assert_eq!((records.len(), end.unwrap_err().text.as_str()), (0, "packet 1 claims 5 bytes, at byte 48"));
    }

    #[test]
    fn other_versions_and_orders_are_damage() {
        let mut second = section();
        second[12] = 2;
        assert_eq!(walk(&[section(), second.clone()].concat()).1.unwrap_err().at, 28);
        second[8] = 0;
        assert_eq!(walk(&[section(), second].concat()).1.unwrap_err().text, "the section at byte 28 has no byte order that is known");
    }
}
