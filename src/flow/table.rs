//! The flows of one virtual shard: found by key, limited in memory, forgotten when they are idle.
//!
//! Time here is the time of packets, never of the clock, and every decision depends only on this shard's own packets and on ticks that the reader
//! places by packet number: the same capture gives the same evictions however it is delivered.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::key::Key;
use crate::wire::Timestamp;

/// What a flow is waiting for: decides how long it is kept when nothing comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Everything but TCP: two minutes.
    Brief,
    /// A TCP connection: an hour.
    Long,
    /// A TCP connection that is over: ten seconds, for what comes late.
    Over,
}

impl Age {
    const ALL: [Age; 3] = [Age::Over, Age::Brief, Age::Long];

    /// Nanoseconds without a packet after which a flow is closed.
    const fn limit(self) -> i64 {
        match self {
            Self::Brief => 120_000_000_000,
            Self::Long => 3_600_000_000_000,
            Self::Over => 10_000_000_000,
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Over => 0,
            Self::Brief => 1,
            Self::Long => 2,
        }
    }
}

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Slot<T> {
    key: Key,
    value: T,
    memory: usize,
    touched: Timestamp,
    age: Age,
    older: u32,
    newer: u32,
}

#[derive(Clone, Copy, Debug)]
struct List {
    oldest: u32,
    newest: u32,
}

/// Flows by key, each on the list of its [`Age`], least recently seen first.
#[derive(Debug)]
pub struct Table<T> {
    index: HashMap<Key, u32, RandomState>,
    slots: Vec<Option<Slot<T>>>,
    free: Vec<u32>,
    lists: [List; 3],
    memory: usize,
    limit: usize,
}

/// What an entry costs beside what its value reports: slot, index and a share of the maps' slack.
const OVERHEAD: usize = 160;

impl<T> Table<T> {
    /// A table that holds at most about `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { index: HashMap::default(), slots: Vec::new(), free: Vec::new(), lists: [List { oldest: NONE, newest: NONE }; 3], memory: 0, limit }
    }

    /// How many flows it holds.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The flow with this key.
    pub fn get(&mut self, key: &Key) -> Option<&mut T> {
        let slot = *self.index.get(key)?;
        self.slots.get_mut(slot as usize)?.as_mut().map(|slot| &mut slot.value)
    }

    /// Puts a flow in; one that had the key is lost, so look first.
    pub fn insert(&mut self, key: Key, value: T, now: Timestamp, age: Age) {
        let slot = Slot { key, value, memory: 0, touched: now, age, older: NONE, newer: NONE };
        let at = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as u32
        });
        if let Some(place) = self.slots.get_mut(at as usize) {
            *place = Some(slot);
        }
        self.index.insert(key, at);
        self.append(at, age);
        self.memory += OVERHEAD + size_of::<T>();
    }

    /// Notes that a flow was seen now, what it waits for, and what memory it holds beside its own size.
    pub fn touch(&mut self, key: &Key, now: Timestamp, age: Age, memory: usize) {
        let Some(&at) = self.index.get(key) else { return };
        let Some(slot) = self.slots.get_mut(at as usize).and_then(Option::as_mut) else { return };
        self.memory = (self.memory + memory).saturating_sub(slot.memory);
        slot.memory = memory;
        slot.touched = slot.touched.max(now);
        let newest = self.lists.get(slot.age.index()).map(|list| list.newest);
        if slot.age != age || newest != Some(at) {
            self.unlink(at);
            self.append(at, age);
        }
    }

    /// Takes a flow out.
    pub fn remove(&mut self, key: &Key) -> Option<T> {
        let at = self.index.remove(key)?;
        self.unlink(at);
        let slot = self.slots.get_mut(at as usize)?.take()?;
        self.free.push(at);
        self.memory = self.memory.saturating_sub(OVERHEAD + size_of::<T>() + slot.memory);
        Some(slot.value)
    }

    /// Takes out the least recently seen flow while the table is over its limit; call until none comes.
    pub fn evict(&mut self) -> Option<T> {
        if self.memory <= self.limit || self.index.len() <= 1 {
            return None;
        }
        let key = Age::ALL.iter().filter_map(|age| self.oldest(*age)).min_by_key(|slot| (slot.age != Age::Over, slot.touched)).map(|slot| slot.key)?;
        self.remove(&key)
    }

    /// Takes out a flow that was idle for too long; call until none comes.
    pub fn expire(&mut self, now: Timestamp) -> Option<T> {
        let idle = |slot: &&Slot<T>| now.0.saturating_sub(slot.touched.0) > slot.age.limit();
        let key = Age::ALL.iter().filter_map(|age| self.oldest(*age)).find(idle).map(|slot| slot.key)?;
        self.remove(&key)
    }

    /// Takes out all flows, in no particular order.
    pub fn drain(&mut self) -> Vec<T> {
        self.index.clear();
        self.free.clear();
        self.lists = [List { oldest: NONE, newest: NONE }; 3];
        self.memory = 0;
        std::mem::take(&mut self.slots).into_iter().flatten().map(|slot| slot.value).collect()
    }

    /// All flows, in no particular order, to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.slots.iter_mut().flatten().map(|slot| &mut slot.value)
    }

    fn oldest(&self, age: Age) -> Option<&Slot<T>> {
        let at = self.lists.get(age.index())?.oldest;
        self.slots.get(at as usize)?.as_ref()
    }

    fn append(&mut self, at: u32, age: Age) {
        let Some(list) = self.lists.get_mut(age.index()) else { return };
        let before = list.newest;
        list.newest = at;
        if before == NONE {
            list.oldest = at;
        }
        if let Some(slot) = self.slots.get_mut(at as usize).and_then(Option::as_mut) {
            (slot.age, slot.older, slot.newer) = (age, before, NONE);
        }
        self.link(before, |slot| slot.newer = at);
    }

    fn unlink(&mut self, at: u32) {
        let Some((age, older, newer)) = self.slots.get(at as usize).and_then(Option::as_ref).map(|slot| (slot.age, slot.older, slot.newer)) else { return };
        self.link(older, |slot| slot.newer = newer);
        self.link(newer, |slot| slot.older = older);
        if let Some(list) = self.lists.get_mut(age.index()) {
            if older == NONE {
                list.oldest = newer;
            }
            if newer == NONE {
                list.newest = older;
            }
        }
    }

    fn link(&mut self, at: u32, change: impl FnOnce(&mut Slot<T>)) {
        if let Some(slot) = self.slots.get_mut(at as usize).and_then(Option::as_mut) {
            change(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::decode::packet::{Body, Packet};

    fn key(port: u16) -> Key {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let body = Body::Udp { from_port: port, to_port: 9 };
        Key::of(&Packet { from_mac: None, to_mac: None, depth: 0, from: address, to: address, ttl: 1, body, payload: 0..0, missing: 0, bad_checksum: false })
            .unwrap()
            .0
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(seconds, 0)
    }

    #[test]
    fn the_least_recently_seen_is_evicted_first_and_what_is_over_before_all() {
        let mut table = Table::new(3 * (OVERHEAD + size_of::<u16>()));
        for port in 1..=5 {
            table.insert(key(port), port, at(i64::from(port)), Age::Brief);
        }
        table.touch(&key(1), at(6), Age::Brief, 0);
        table.touch(&key(5), at(7), Age::Over, 0);
        assert_eq!((table.evict(), table.evict(), table.evict()), (Some(5), Some(2), None));
        assert_eq!(table.len(), 3);
        table.touch(&key(3), at(8), Age::Brief, 1);
        assert_eq!(table.evict(), Some(4), "memory that a flow reports counts");
    }

    #[test]
    fn idle_flows_expire_by_what_they_wait_for() {
        let mut table = Table::new(usize::MAX);
        table.insert(key(1), 1, at(0), Age::Brief);
        table.insert(key(2), 2, at(0), Age::Long);
        table.insert(key(3), 3, at(0), Age::Over);
        assert_eq!((table.expire(at(10)), table.expire(at(11)), table.expire(at(11))), (None, Some(3), None));
        assert_eq!((table.expire(at(121)), table.expire(at(121))), (Some(1), None));
        assert_eq!(table.get(&key(2)), Some(&mut 2));
        assert_eq!((table.expire(at(3_601)), table.len(), table.memory), (Some(2), 0, 0));
        table.insert(key(4), 4, at(0), Age::Long);
        assert_eq!(table.drain(), vec![4]);
    }

    #[test]
    fn slots_are_used_again() {
        let mut table = Table::new(usize::MAX);
        for round in 0..100_u16 {
            table.insert(key(round), round, at(0), Age::Brief);
            assert_eq!(table.remove(&key(round)), Some(round));
        }
        assert_eq!((table.slots.len(), table.is_empty()), (1, true));
    }
}
