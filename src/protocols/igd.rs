//! Orders to a UPnP Internet gateway (WANIPConnection:2, sections 2.5.16 to 2.5.20; WANIPv6FirewallControl:1, section 2.5.4) that let the Internet in.
//!
//! Comes in: the name of an action as HTTP's `SOAPAction` tells it, and the bodies of request and answer. Goes out: a door. No protocol of its own.

use std::net::IpAddr;

use super::protocol::Say;
use super::xml;
use crate::event::{Door, Event};
use crate::wire::{At, Transport};

/// So much of a body is read.
const READ: usize = 16 << 10;
/// A longer description is cut.
const LONGEST: usize = 256;

/// A door that is being asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    transport: Option<Transport>,
    external_port: u16,
    internal: Option<IpAddr>,
    internal_port: Option<u16>,
    lease: u32,
    description: String,
}

impl Asked {
    /// The door that an action asks for, if it asks for one: `"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping"`.
    pub(super) fn of(action: &[u8]) -> Option<Self> {
        let name = action.trim_ascii().strip_suffix(b"\"").unwrap_or(action.trim_ascii()).rsplit(|byte| *byte == b'#').next()?;
        matches!(name, b"AddPortMapping" | b"AddAnyPortMapping" | b"AddPinhole").then(Self::default)
    }

    /// Learns from the request's body.
    pub(super) fn learn(&mut self, body: &[u8]) {
        for leaf in xml::leaves(body.get(..READ).unwrap_or(body)) {
            let text = leaf.text();
            match leaf.name {
                "NewExternalPort" => self.external_port = text.parse().unwrap_or_default(),
                "NewInternalPort" | "InternalPort" => self.internal_port = text.parse().ok(),
                "NewProtocol" | "Protocol" => self.transport = transport(&text),
                "NewInternalClient" | "InternalClient" => self.internal = text.parse().ok(),
                "NewLeaseDuration" | "LeaseTime" => self.lease = text.parse().unwrap_or_default(),
                "NewPortMappingDescription" => self.description = text.chars().take(LONGEST).collect(),
                _ => {}
            }
        }
    }

    /// Learns from the answer's body which port the router gave instead (section 2.5.17).
    pub(super) fn answered(&mut self, body: &[u8]) {
        let given = xml::leaves(body.get(..READ).unwrap_or(body)).find(|leaf| leaf.name == "NewReservedPort");
        if let Some(port) = given.and_then(|leaf| leaf.text().parse().ok()) {
            self.external_port = port;
        }
    }

    /// Tells the door, unless its arguments were never seen. `status`: HTTP's, of the answer.
    pub(super) fn tell(&self, status: Option<u16>, at: At, say: Say<'_>) {
        let Some(internal_port) = self.internal_port else { return };
        // A firewall's hole is at the port itself.
        let external_port = if self.external_port == 0 { internal_port } else { self.external_port };
        say(Event::Door(Door {
            transport: self.transport.unwrap_or(Transport::Other(0)),
            external_port,
            internal: self.internal,
            internal_port,
            lease: Some(self.lease).filter(|lease| *lease > 0),
            description: &self.description,
            granted: status.map(|status| (200..300).contains(&status)),
            at,
        }));
    }
}

/// `TCP`, or a number of IANA's.
fn transport(text: &str) -> Option<Transport> {
    match text.to_ascii_uppercase().as_str() {
        "TCP" | "6" => Some(Transport::Tcp),
        "UDP" | "17" => Some(Transport::Udp),
        other => other.parse().ok().map(Transport::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;

    const BODY: &[u8] = b"<?xml version=\"1.0\"?><s:Envelope><s:Body><u:AddPortMapping xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\">\
        <NewRemoteHost></NewRemoteHost><NewExternalPort>8080</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>80</NewInternalPort>\
        <NewInternalClient>192.0.2.7</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>Cam &amp; more</NewPortMappingDescription>\
        <NewLeaseDuration>0</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>";

    fn told(action: &[u8], body: &[u8], answer: &[u8], status: Option<u16>) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(mut asked) = Asked::of(action) {
            asked.learn(body);
            asked.answered(answer);
            asked.tell(status, At::default(), &mut |event| lines.push(line(&event)));
        }
        lines
    }

    #[test]
    fn a_mapping_is_a_door() {
        let action = b"\"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"";
        assert_eq!(told(action, BODY, b"", Some(200)), ["door tcp 8080 to Some(192.0.2.7) 80 for None [Cam & more] granted Some(true)"]);
        assert!(told(action, BODY, b"", Some(500))[0].ends_with("granted Some(false)"));
        assert!(told(action, BODY, b"", None)[0].ends_with("granted None"));
        assert!(told(action, b"", b"", Some(200)).is_empty(), "its arguments were not seen");
        let other = b"urn:schemas-upnp-org:service:WANIPConnection:2#AddAnyPortMapping";
        assert!(told(other, BODY, b"<a><NewReservedPort>9000</NewReservedPort></a>", Some(200))[0].starts_with("door tcp 9000 "));
    }

    #[test]
    fn a_hole_in_the_firewall_is_a_door() {
        let body =
            b"<a><RemoteHost/><InternalClient>2001:db8::7</InternalClient><InternalPort>443</InternalPort><Protocol>17</Protocol><LeaseTime>3600</LeaseTime></a>";
        let action = b"urn:schemas-upnp-org:service:WANIPv6FirewallControl:1#AddPinhole";
        assert_eq!(told(action, body, b"", Some(200)), ["door udp 443 to Some(2001:db8::7) 443 for Some(3600) [] granted Some(true)"]);
    }

    #[test]
    fn other_actions_are_no_doors() {
        for action in ["DeletePortMapping", "GetExternalIPAddress", "GetSpecificPortMappingEntry", "DeletePinhole", ""] {
            assert!(told(format!("urn:schemas-upnp-org:service:WANIPConnection:1#{action}").as_bytes(), BODY, b"", Some(200)).is_empty(), "{action}");
        }
    }
}
