//! Doors in the router (LN-03).

use std::net::IpAddr;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::DeviceKind;
use crate::fact::{DoorShown, Fact, Kind, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::Home;
use crate::home::ledger::Draft;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&LN_03], hears: &[Kind::Door], open: || Box::<Doors>::default() };

/// A door in the router.
pub static LN_03: Card = Card {
    code: "LN-03",
    name: "Opens a door in the router (UPnP, NAT-PMP, PCP)",
    title: "It opened a door in your router to the Internet.",
    story: "{device} had {endpoint} let connections from the whole Internet in, so anyone anywhere can try to reach it.",
    advice: "Switch off automatic port forwarding (UPnP, NAT-PMP) in your router, unless you need it for games or calls.",
    example: "",
    evidence: "A UPnP gateway's AddPortMapping, AddAnyPortMapping or AddPinhole, a mapping request of NAT-PMP (RFC 6886) or a MAP of PCP (RFC 6887), and the router's answer.",
    scale: "High for a camera, a doorbell or a child's device, medium for all others. Certain where the router said yes, high where its answer was not seen.",
    limits: "Left out on purpose: doors that are taken away, and those that the router refused. Consoles, video calls and file sharing ask for doors by design. Whether anyone came in is not told here.",
    standards: &["ETSI EN 303 645 5.6-1", "ETSI EN 303 645 5.6-5", "CWE-1188", "OWASP IoT 2018 I2", "OWASP IoT 2018 I9"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Doors that are remembered at most.
const DOORS: usize = 4_096;

/// Remembers doors until it is known what the devices are.
#[derive(Default)]
struct Doors {
    /// What was asked for, and where it leads.
    asked: Vec<(Draft, Option<IpAddr>)>,
}

impl Detector for Doors {
    fn hear(&mut self, _: &Home, fact: &Fact, _: Tell<'_>) {
        let (Some(flow), What::Door(door)) = (&fact.flow, &fact.what) else { return };
        if door.granted == Some(false) || self.asked.len() >= DOORS {
            return;
        }
        let confidence = if door.granted == Some(true) { Confidence::Certain } else { Confidence::High };
        let mut draft = Draft::new(&LN_03, Severity::Medium, confidence, flow, fact, door.at, excerpt(door));
        draft.field = format!("{} {}", door.transport, door.external_port);
        self.asked.push((draft, door.internal));
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        if self.asked.is_empty() {
            return;
        }
        let devices = home.devices();
        for (draft, internal) in &self.asked {
            let asking = home.who(&draft.flow.client).id();
            let is_watched = devices
                .iter()
                .any(|device| is_watched(device.kind) && (device.id == asking || internal.is_some_and(|address| device.addresses.contains(&address))));
            let severity = if is_watched { Severity::High } else { draft.severity };
            tell(Draft { severity, ..draft.clone() });
        }
    }
}

/// Whether a stranger who comes in may see, hear or follow someone.
fn is_watched(kind: DeviceKind) -> bool {
    kind.is_for_a_child() || matches!(kind, DeviceKind::Camera | DeviceKind::Doorbell)
}

/// `tcp 8080 to 192.0.2.7 80 for 3600 s: Cam`; of port 0: all.
fn excerpt(door: &DoorShown) -> String {
    let port = |port: u16| if port == 0 { "any port".to_owned() } else { port.to_string() };
    let internal = door.internal.map(|address| format!("{address} ")).unwrap_or_default();
    let lease = door.lease.map(|lease| format!(" for {lease} s")).unwrap_or_default();
    let what = if door.description.is_empty() { String::new() } else { format!(": {}", crate::printable::clean(&door.description)) };
    format!("{} {} to {internal}{}{lease}{what}", door.transport, port(door.external_port), port(door.internal_port))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::fact::Totals;
    use crate::wire::{At, Direction, Transport};

    fn door(granted: Option<bool>) -> DoorShown {
        DoorShown {
            transport: Transport::Tcp,
            external_port: 8_080,
            internal: "192.168.1.7".parse().ok(),
            internal_port: 80,
            lease: None,
            description: "Cam".to_owned(),
            granted,
            at: At::default(),
        }
    }

    fn told(home: &Home, doors: &[DoorShown]) -> Vec<(Severity, Confidence, String)> {
        let (mut detector, mut found) = (Doors::default(), Vec::new());
        for door in doors {
            detector.hear(home, &fact(&flow(1, 5_000), "http", Direction::ToServer, What::Door(Box::new(door.clone()))), &mut |_| {});
        }
        detector.close(home, &mut |draft| found.push((draft.severity, draft.confidence, draft.evidence.excerpt)));
        found
    }

    #[test]
    fn a_door_weighs_what_stands_behind_it() {
        let mut home = Home::new(&[], false);
        let excerpt = "tcp 8080 to 192.168.1.7 80: Cam".to_owned();
        home.learn(&fact(&flow(1, 5_000), "http", Direction::ToServer, What::Opened));
        assert_eq!(told(&home, &[door(Some(true))]), [(Severity::Medium, Confidence::Certain, excerpt.clone())]);
        assert_eq!(told(&home, &[door(None)]), [(Severity::Medium, Confidence::High, excerpt)]);
        let claim = What::Claim { kind: DeviceKind::Camera, why: "it streams".to_owned(), of_client: true, certain: true, at: At::default() };
        home.learn(&fact(&flow(1, 5_000), "http", Direction::ToServer, claim));
        let totals = Totals { packets: [1, 1], bytes: [60, 60], ..Totals::default() };
        home.learn(&fact(&flow(1, 5_000), "http", Direction::ToServer, What::Closed(totals)));
        assert_eq!(told(&home, &[door(Some(true))]).first().map(|found| found.0), Some(Severity::High));
    }

    #[test]
    fn a_refused_door_is_none() {
        assert!(told(&Home::new(&[], false), &[door(Some(false))]).is_empty());
    }

    #[test]
    fn every_port_is_told_as_such() {
        assert_eq!(
            excerpt(&DoorShown { external_port: 0, internal_port: 0, lease: Some(60), ..door(None) }),
            "tcp any port to 192.168.1.7 any port for 60 s: Cam"
        );
    }
}
