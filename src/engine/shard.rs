//! One of the threads that read packets' bytes: the virtual shards that are its own, and their flows.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam::channel::{Receiver, Sender};

use crate::fact::Fact;
use crate::flow::key::{Key, SHARDS};
use crate::flow::table::Table;
use crate::wire::Timestamp;

use super::awaited::AwaitedFlows;
use super::batch::{Batch, Item, Lent, Parcel};
use super::ear::{Ear, Order, Tally};
use super::flow::Flow;
use super::options::Options;
use super::outside::Outside;

/// Facts, each with its place among all.
pub type Facts = Vec<(Order, Fact)>;

/// What a shard made of a batch.
#[derive(Debug)]
pub struct Heard {
    /// Facts in their order.
    pub facts: Facts,
    /// What limits and faults came to so far.
    pub tally: Tally,
}

/// A shard's thread.
pub struct Shard {
    index: usize,
    of: usize,
    tables: Vec<Table<Flow>>,
    ear: Ear,
    /// By virtual shard, so that what is told does not depend on the threads.
    outside: Vec<Outside>,
    /// By virtual shard, too.
    awaited: Vec<AwaitedFlows>,
}

impl Shard {
    /// Shard `index` of `of`; each virtual shard may hold about `limit` bytes.
    pub fn new(index: usize, of: usize, limit: usize, options: &Options) -> Self {
        let tables = (0..SHARDS).map(|_| Table::new(limit)).collect();
        let ear =
            Ear { reveal: options.reveal, known: options.known.clone(), national: options.national, fingerprints: options.fingerprints, ..Ear::default() };
        Self {
            index,
            of,
            tables,
            ear,
            outside: (0..SHARDS).map(|_| Outside::default()).collect(),
            awaited: (0..SHARDS).map(|_| AwaitedFlows::default()).collect(),
        }
    }

    /// Reads batches until there are no more, then closes every flow.
    pub fn run(mut self, batches: &Receiver<Arc<Lent>>, judge: &Sender<Heard>, used: &Receiver<Facts>) {
        for batch in batches {
            self.read(&batch);
            drop(batch);
            if judge.send(self.heard(used)).is_err() {
                return;
            }
        }
        self.close_all();
        let _ = judge.send(self.heard(used));
    }

    /// What was told since; in the place of its facts come used ones, whose memory is given back by the thread that took it.
    fn heard(&mut self, used: &Receiver<Facts>) -> Heard {
        let empty = used.try_iter().fold(Facts::new(), |_, mut facts| {
            facts.clear();
            facts
        });
        let mut facts = std::mem::replace(&mut self.ear.facts, empty);
        facts.sort_by_key(|(order, _)| *order);
        Heard { facts, tally: self.ear.tally.clone() }
    }

    fn owns(&self, shard: usize) -> bool {
        shard % self.of == self.index
    }

    fn read(&mut self, batch: &Batch) {
        for item in &batch.items {
            match item {
                Item::Packet(parcel) if self.owns(usize::from(parcel.shard)) => self.packet(parcel, batch),
                Item::Packet(_) => {}
                Item::Tick { number, now } => self.tick(*number, *now),
            }
        }
        if batch.pulse {
            self.pulse();
        }
    }

    fn packet(&mut self, parcel: &Parcel, batch: &Batch) {
        self.ear.order = Order { packet: parcel.turn, phase: 1, flow: u64::from(parcel.place), count: 0 };
        self.ear.packet = parcel.number;
        self.ear.now = parcel.time;
        let bytes = batch.bytes(parcel.held);
        self.outside(parcel, bytes);
        let Some((key, upward)) = Key::of(&parcel.packet) else { return };
        // A fault of tattletale's own costs one flow, not the capture.
        let fault = catch_unwind(AssertUnwindSafe(|| self.conversation(key, upward, parcel, bytes))).is_err();
        if fault {
            self.ear.tally.faults += 1;
            if let Some(table) = self.tables.get_mut(usize::from(parcel.shard)) {
                table.remove(&key);
            }
        }
    }

    fn conversation(&mut self, key: Key, upward: bool, parcel: &Parcel, bytes: &[u8]) {
        let Self { tables, ear, awaited, .. } = self;
        let shard = usize::from(parcel.shard);
        let (Some(table), Some(awaited)) = (tables.get_mut(shard), awaited.get_mut(shard)) else { return };
        if table.get(&key).is_some_and(|flow| flow.is_over_for(&parcel.packet, upward))
            && let Some(mut over) = table.remove(&key)
        {
            over.close(ear);
        }
        if table.get(&key).is_none() {
            let flow = Flow::new(parcel, upward, awaited.take(&parcel.packet, parcel.time));
            let age = flow.age();
            table.insert(key, flow, parcel.time, age);
        }
        let Some(flow) = table.get(&key) else { return };
        // What a flow that ended said last announces nothing any more.
        ear.awaited.clear();
        flow.packet(parcel, upward, bytes, ear);
        ear.awaited.drain(..).for_each(|announcement| awaited.add(announcement));
        let (age, memory) = (flow.age(), flow.memory());
        table.touch(&key, parcel.time, age, memory);
        while let Some(mut evicted) = table.evict() {
            ear.tally.evicted += 1;
            evicted.close(ear);
        }
    }

    /// Closes what was idle for too long, in the order of the flows' first packets whatever the shard.
    fn tick(&mut self, number: u64, now: Timestamp) {
        let (index, of) = (self.index, self.of);
        for (_, table) in self.tables.iter_mut().enumerate().filter(|(shard, _)| shard % of == index) {
            while let Some(flow) = table.expire(now) {
                close(flow, number, &mut self.ear);
            }
        }
    }

    fn close_all(&mut self) {
        let mut flows: Vec<Flow> = self.tables.iter_mut().flat_map(Table::drain).collect();
        flows.sort_by_key(Flow::first_packet);
        for flow in flows {
            close(flow, u64::MAX, &mut self.ear);
        }
    }

    fn pulse(&mut self) {
        self.ear.order = Order { packet: self.ear.order.packet, phase: 2, ..Order::default() };
        self.ear.packet = self.ear.order.packet;
        for table in &mut self.tables {
            for flow in table.iter_mut() {
                flow.progress(&mut self.ear);
            }
        }
    }

    /// What a packet says beside any conversation.
    fn outside(&mut self, parcel: &Parcel, bytes: &[u8]) {
        let Some(outside) = self.outside.get_mut(usize::from(parcel.shard)) else { return };
        if catch_unwind(AssertUnwindSafe(|| outside.hear(parcel, bytes, &mut self.ear))).is_err() {
            self.ear.tally.faults += 1;
        }
    }
}

fn close(mut flow: Flow, number: u64, ear: &mut Ear) {
    ear.order = Order { packet: number, phase: 0, flow: flow.first_packet(), count: 0 };
    ear.packet = number;
    // What waited in a flow is no reason to lose the others.
    if catch_unwind(AssertUnwindSafe(|| flow.close(ear))).is_err() {
        ear.tally.faults += 1;
    }
}
