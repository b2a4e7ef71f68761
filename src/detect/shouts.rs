//! What a device tells the whole home network about itself (LN-05).

use std::net::IpAddr;

use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::event::Role;
use crate::fact::{Fact, Kind, Leak, What};
use crate::finding::{Card, Severity};
use crate::home::ledger::Draft;
use crate::home::map::Set;
use crate::home::{Home, Side};
use crate::value::ValueKind;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&LN_05], hears: &[Kind::Leak], open: || Box::<Shouts>::default() };

/// Tells the whole home network about itself.
pub static LN_05: Card = Card {
    code: "LN-05",
    name: "Tells the whole home network about itself",
    title: "It tells everyone in your home network {what}.",
    story: "{device} told {what} to all who listen, so a guest, an app or any other device can know this home again.",
    advice: "Keep such devices in a guest network, and switch off what you do not need of discovery in its app.",
    example: "its serial number",
    evidence: "A position, an account, or a number for life in an announcement to all (mDNS, SSDP, Tuya) or in an answer to anyone who searches (Kasa, PPPP, ONVIF, Dahua, Hikvision).",
    scale: "Low; high for a position. Certain where the protocol names the value, else as sure as the value is.",
    limits: "Names are told by LK-12. Kinds, models and versions, and numbers that are made for discovery alone, are left out: every device tells these.",
    standards: &["ETSI EN 303 645 5.6-2", "CWE-200"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Things that are remembered to have been told; further ones are told again.
const TOLD: usize = 8_192;

/// By which devices look for each other at home, or answer who looks.
#[rustfmt::skip]
const DISCOVERY: &[&str] = &[
    "mdns", "ssdp", "wsd", "kasa", "tuya", "pppp", "tutk", "sadp", "dhip", "sofia", "foscam", "shp", "broadlink", "lifx", "miio", "yeelight", "lan-json",
    "edimax", "dlink-search", "esphome", "coap", "llmnr", "nbns",
];

/// What every network needs: who asks for an address says who he is.
const NEEDED: &[&str] = &["dhcp", "dhcpv6", "arp", "ndp", "igmp", "ntp", "dns", "stun", "eapol"];

/// Remembers what was told.
#[derive(Default)]
struct Shouts {
    told: Set<(IpAddr, &'static str, [u8; 32])>,
}

impl Detector for Shouts {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let (Some(flow), What::Leak(leak)) = (&fact.flow, &fact.what) else { return };
        let (sender, hearer) = (flow.sender(fact.direction), flow.sender(fact.direction.flip()));
        let to_all = home.side(hearer.ip) == Side::Group;
        let to_any = home.side(hearer.ip) == Side::Home && DISCOVERY.contains(&fact.protocol);
        let is_needed = NEEDED.contains(&fact.protocol) || matches!(flow.server.port, 67 | 68 | 546 | 547);
        if home.side(sender.ip) != Side::Home || !(to_all || to_any) || is_needed {
            return;
        }
        let Some(severity) = weight(leak, fact.protocol) else { return };
        // Devices say it again and again: their own count is enough.
        let is_new = self.told.len() >= TOLD || self.told.insert((sender.ip, leak.value.kind.word(), leak.value.digest));
        if is_new {
            let mut draft = Draft::new(&LN_05, severity, leak.confidence, flow, fact, leak.at, leak.excerpt.clone());
            draft.kind = leak.value.kind.word();
            draft.field.clone_from(&leak.value.field);
            leak.value.kind.plain().clone_into(&mut draft.what);
            draft.value = Some(leak.value.clone());
            tell(draft);
        }
    }
}

/// What a value weighs where all at home hear it; none for what every device tells.
fn weight(leak: &Leak, protocol: &str) -> Option<Severity> {
    use ValueKind::{Bssid, Email, Iccid, Imei, Imsi, Mac, NetworkName, Phone, Position, Serial, Token};
    if !is_sure(leak.confidence) || leak.role == Role::Name || is_made_for_discovery(leak, protocol) {
        return None;
    }
    match leak.value.kind {
        Position => Some(Severity::High),
        Email | Phone | Serial | Mac | Imei | Imsi | Iccid | NetworkName | Bssid | Token => Some(Severity::Low),
        _ => None,
    }
}

/// Numbers by which devices only know each other again: the unique name of UPnP (UPnP Device Architecture 2.0, section 1.2.2), and the number that an
/// accessory makes for its pairings (HomeKit Accessory Protocol, section 5.4).
fn is_made_for_discovery(leak: &Leak, protocol: &str) -> bool {
    let field = |name: &str| leak.value.field.eq_ignore_ascii_case(name);
    leak.value.kind == ValueKind::Serial && (field("usn") || field("uuid")) || protocol == "mdns" && leak.value.kind == ValueKind::Mac && field("id")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{fact, leak};
    use super::*;
    use crate::finding::Confidence;
    use crate::home::testing::conversation;
    use crate::wire::Direction;

    fn told(server: &str, protocol: &'static str, direction: Direction, leaks: Vec<Leak>) -> Vec<(Severity, &'static str)> {
        let (mut shouts, home, mut found) = (Shouts::default(), Home::default(), Vec::new());
        let flow = Arc::new(conversation("192.168.1.7:5353", server));
        for leak in leaks {
            shouts.hear(&home, &fact(&flow, protocol, direction, What::Leak(leak)), &mut |draft| found.push((draft.severity, draft.kind)));
        }
        found
    }

    fn record(kind: ValueKind) -> Leak {
        leak(kind, "sn", Role::Record, &[])
    }

    #[test]
    fn what_is_told_to_all_weighs_by_what_it_is() {
        let all = |kind| told("224.0.0.251:5353", "mdns", Direction::ToServer, vec![record(kind), record(kind)]);
        assert_eq!(all(ValueKind::Serial), [(Severity::Low, "serial")], "once");
        assert_eq!(all(ValueKind::Position), [(Severity::High, "position")]);
        assert_eq!(all(ValueKind::Email), [(Severity::Low, "email")]);
        assert_eq!(all(ValueKind::Uuid), [], "made for discovery");
        for (kind, field, protocol) in [(ValueKind::Serial, "USN", "ssdp"), (ValueKind::Mac, "id", "mdns")] {
            assert_eq!(told("224.0.0.251:5353", protocol, Direction::ToServer, vec![leak(kind, field, Role::Record, &[])]), [], "{field} is, too");
        }
        let faint = Leak { confidence: Confidence::Low, ..record(ValueKind::Serial) };
        assert_eq!(told("224.0.0.251:5353", "mdns", Direction::ToServer, vec![faint]), []);
        let name = leak(ValueKind::Mac, "", Role::Name, &["mdns"]);
        assert_eq!(told("224.0.0.251:5353", "mdns", Direction::ToServer, vec![name]), [], "makers name things by their address");
    }

    #[test]
    fn an_answer_to_who_searches_is_told_to_all() {
        let serial = || vec![record(ValueKind::Serial)];
        assert_eq!(told("192.168.1.9:9999", "kasa", Direction::ToClient, serial()).len(), 1);
        assert_eq!(told("192.168.1.9:80", "http", Direction::ToClient, serial()), [], "only who asked hears it");
        assert_eq!(told("203.0.113.5:9999", "kasa", Direction::ToServer, serial()), [], "the Internet is another matter");
    }

    #[test]
    fn what_a_network_needs_is_left_out() {
        for protocol in ["dhcp", "unknown"] {
            assert_eq!(told("255.255.255.255:67", protocol, Direction::ToServer, vec![record(ValueKind::Mac)]), []);
        }
    }
}
