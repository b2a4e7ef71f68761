//! Which addresses messages named, and who heard of them: whoever did can call them without asking for a name.

use std::net::IpAddr;

use super::map::Map;
use crate::wire::Timestamp;

/// Addresses that are remembered.
const INTRODUCED: usize = 50_000;
/// Ends that heard of one and are remembered.
const HEARD: usize = 16;

/// By address, who heard of it, and when first.
#[derive(Debug, Default)]
pub struct Introduced {
    heard: Map<IpAddr, Vec<(IpAddr, Timestamp)>>,
}

impl Introduced {
    /// Both ends of a conversation heard of an address.
    pub fn hear(&mut self, address: IpAddr, ends: [IpAddr; 2], time: Timestamp) {
        if self.heard.len() >= INTRODUCED && !self.heard.contains_key(&address) {
            return;
        }
        let heard = self.heard.entry(address).or_default();
        for by in ends {
            if heard.len() < HEARD && !heard.iter().any(|(known, _)| *known == by) {
                heard.push((by, time));
            }
        }
    }

    /// Who had heard of an address by then.
    pub fn by_then(&self, address: IpAddr, time: Timestamp) -> impl Iterator<Item = IpAddr> {
        self.heard.get(&address).into_iter().flatten().filter(move |(_, heard)| *heard <= time).map(|(by, _)| *by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_heard_later_did_not_know_before() {
        let ip = |last| IpAddr::from([203, 0, 113, last]);
        let mut introduced = Introduced::default();
        introduced.hear(ip(9), [ip(1), ip(2)], Timestamp(50));
        introduced.hear(ip(9), [ip(1), ip(3)], Timestamp(70));
        let by = |time| introduced.by_then(ip(9), Timestamp(time)).collect::<Vec<_>>();
        assert_eq!((by(40), by(60), by(80)), (vec![], vec![ip(1), ip(2)], vec![ip(1), ip(2), ip(3)]));
        assert_eq!(introduced.by_then(ip(8), Timestamp(80)).count(), 0);
    }
}
