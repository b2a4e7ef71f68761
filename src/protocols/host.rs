//! The host that a client names in its first words, whatever its protocol.
//!
//! No protocol of its own. In comes the text, out goes a name of the server, where it is one.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::protocol::Say;
use crate::event::{Event, Name, NameSource, Subject};
use crate::wire::At;

/// Tells the name. An address, a word without a dot (`localhost`, RabbitMQ's `/`) or what cannot be a host name names nobody.
pub(super) fn tell(host: &str, at: At, say: Say<'_>) {
    let name = host.trim_end_matches('.');
    let literal = name.parse::<Ipv4Addr>().is_ok() || name.parse::<Ipv6Addr>().is_ok();
    let plain = name.contains('.') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if plain && !literal && name.len() <= 253 {
        say(Event::Name(Name { source: NameSource::HttpHost, name, subject: Subject::Server, at }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_name_names_a_server() {
        let told = |host| {
            let mut count = 0;
            tell(host, At::default(), &mut |_| count += 1);
            count
        };
        assert_eq!((told("chat.example"), told("chat.example.")), (1, 1));
        for none in ["", "/", "localhost", "192.0.2.1", "2001:db8::1", "a b.example", "x\u{1b}.example"] {
            assert_eq!(told(none), 0, "{none:?}");
        }
    }
}
