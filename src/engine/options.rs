//! What the caller wants of a run.

use std::net::IpAddr;
use std::sync::Arc;

use crate::content::words::Known;
use crate::home::own::Owned;
use crate::knowledge::given::Given;

/// What decides what is read and told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read packets' bytes; 0: as many as the machine has cores.
    pub threads: usize,
    /// Bytes that flows and what waits in them may take, all in all.
    pub max_memory: usize,
    /// Address ranges (address and prefix length) that are the home; empty: found from the traffic.
    pub home: Vec<(IpAddr, u8)>,
    /// Whether values are shown as they are.
    pub reveal: bool,
    /// The family's own words, where the user gave some.
    pub known: Option<Arc<Known>>,
    /// What the user says of devices: their own names for them.
    pub own: Arc<Owned>,
    /// Whether numbers by which states know persons are told.
    pub national: bool,
    /// What the user gave to know endpoints by.
    pub given: Given,
    /// Index of the input.
    pub input: usize,
    /// What the input is called on a screen.
    pub source: String,
    /// Whether `name` records are wanted.
    pub names: bool,
    /// Whether `exchange` records are wanted.
    pub exchanges: bool,
    /// Whether `fingerprint` records are wanted.
    pub fingerprints: bool,
    /// Whether `flow` records are wanted.
    pub flows: bool,
    /// Whether someone watches: snapshots are given about twice a second.
    pub looks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 0,
            max_memory: 256 << 20,
            home: Vec::new(),
            reveal: false,
            known: None,
            own: Arc::default(),
            national: false,
            given: Given::default(),
            input: 0,
            source: String::new(),
            names: false,
            exchanges: false,
            fingerprints: false,
            flows: false,
            looks: false,
        }
    }
}
