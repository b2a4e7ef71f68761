//! Who lives here and whom they talk to: learns from facts in capture order, and answers the detectors' questions.

pub mod carried;
mod company;
pub mod contacts;
mod flows;
pub mod grade;
mod hosts;
mod household;
mod identity;
mod introduced;
mod judged;
mod kinds;
pub mod ledger;
pub mod map;
mod names;
pub mod own;
pub mod party;
pub mod record;
mod rhythm;
mod sealed;
mod seen;
mod sentence;
mod sides;
pub mod snapshot;
mod worked;

pub use contacts::Contact;
pub use household::{Home, Roles};
pub use identity::Who;
pub use judged::summary;
pub use names::without_port;
pub use sides::Side;

#[cfg(test)]
pub(crate) mod testing {
    use crate::fact::{Conversation, FlowId};
    use crate::wire::{End, Timestamp, Transport};

    /// A TCP conversation between two `ip:port`.
    pub(crate) fn conversation(client: &str, server: &str) -> Conversation {
        let end = |text: &str| {
            let address: std::net::SocketAddr = text.parse().unwrap();
            End { ip: address.ip(), port: address.port(), mac: None }
        };
        Conversation {
            id: FlowId { packet: 1, depth: 0 },
            client: end(client),
            server: end(server),
            transport: Transport::Tcp,
            first: Timestamp(0),
            started: true,
        }
    }
}
