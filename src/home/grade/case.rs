//! What a grade is made of: the device, its findings, what its conversations over the Internet came to.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::home::carried::Carried;
use crate::home::snapshot::Device;

/// What a device did on the Internet, as far as it was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Its conversations.
    pub carried: Carried,
    /// Whether it was seen to start, or to look a server up and call it then.
    pub start_seen: bool,
    /// Whether something at home called it and it answered.
    pub controlled: bool,
    /// Bytes by company: its owner, else the part of the name that one owner registers, else the address.
    pub companies: BTreeMap<String, u64>,
    /// Whether one of them is neither its maker nor someone who carries for it.
    pub others: bool,
    /// Whether one of them has no name, and whose it is is not known.
    pub nameless: bool,
}

/// Everything that decides one device's grade.
#[derive(Clone, Copy, Debug)]
pub struct Case<'c> {
    /// The device.
    pub device: &'c Device,
    /// Its findings.
    pub findings: &'c [&'c Finding],
    /// What it did on the Internet.
    pub traffic: &'c Traffic,
    /// Packets that were lost, in hundredths of a percent.
    pub lost: u32,
}
