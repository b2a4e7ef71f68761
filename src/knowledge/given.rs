//! What the user gave to know endpoints by: databases of addresses (`--geo`), lists of names and addresses (`--lists`).

use std::net::IpAddr;
use std::sync::Arc;

use super::geo::{Database, Network};
use super::lists::Lists;
use super::places::{self, Place};

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Databases that tell countries and networks, asked one after another.
    pub databases: Vec<Arc<Database>>,
    /// Lists of whom devices should not talk to.
    pub lists: Option<Arc<Lists>>,
}

impl Given {
    /// Where an address is: as the user's databases say, else as the built-in one does. Which addresses stand in many places at once no database may deny.
    pub fn place(&self, address: IpAddr) -> Place {
        let known = places::of(address);
        if known == Place::Anycast {
            return known;
        }
        let mut said = self.databases.iter().map(|database| database.look(address));
        said.find_map(|found| if found.is_anycast { Some(Place::Anycast) } else { found.country.map(Place::Country) }).unwrap_or(known)
    }

    /// Whose network an address is in, as the user's databases say.
    pub fn network(&self, address: IpAddr) -> Option<Network> {
        self.databases.iter().find_map(|database| database.look(address).network)
    }
}
