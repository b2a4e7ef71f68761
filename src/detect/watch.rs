//! Children's watches: their protocol (DV-01), and the orders they are given (DV-02).

use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::{DeviceKind, Order};
use crate::fact::{Fact, Kind, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::wire::Direction;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&DV_01, &DV_02], hears: &[Kind::Claim, Kind::Command], open: || Box::new(Watch) };

/// A watch that speaks a plain-text protocol.
pub static DV_01: Card = Card {
    code: "DV-01",
    name: "Children's watch with the SeTracker, 3G-ELEC or Wonlex text protocol",
    title: "This is a child's watch that talks without encryption.",
    story: "{device} tells {endpoint} where it is and how it is in plain text, and {who} can read it and could send it orders.",
    advice: "Do not let the child wear it outside until the maker offers encryption, and consider giving it back.",
    example: "",
    evidence: "A whole frame [VV*ID*LEN*COMMAND,...] with fields in range; ID has 10 digits (from the IMEI) or is a 15-digit IMEI.",
    scale: "Critical. Certain with a whole frame, else high.",
    limits: "The protocol has no login in these frames; whether the maker's server checks who asks cannot be seen. A watch with its own SIM card is seen only where its mobile traffic is captured.",
    standards: &[
        "ETSI EN 303 645 5.5-1",
        "ETSI EN 303 645 5.5-7",
        "ETSI EN 303 645 5.8-2",
        "RED 3(3)(e)",
        "EN 18031-2 SCM",
        "EN 18031-2 ACM",
        "COPPA 312.8",
        "GDPR Art. 32",
        "CWE-306",
        "CWE-319",
        "OWASP IoT 2018 I7",
    ],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// An order to a watch in plain text.
pub static DV_02: Card = Card {
    code: "DV-02",
    name: "Remote-control orders to a child's watch in plain text",
    title: "Someone ordered this watch {what}.",
    story: "{endpoint} sent the order to {device} without encryption, so {who} can read such orders and could send their own.",
    advice: "If nobody in the family gave this order, switch the watch off and ask the maker who did.",
    example: "to call a number",
    evidence: "A command frame from the server to the watch, with its arguments; the watch's own acknowledgements use the same word and are not counted.",
    scale: "Critical: silent call, picture, move to another server, call. High: contacts and passwords. Medium: locate and ring. Info: the rest. Certain.",
    limits: "Who gave the order cannot be seen: parents use the same orders.",
    standards: &["ETSI EN 303 645 5.5-5", "ETSI EN 303 645 5.8-3", "EN 18031-2 ACM", "CWE-306", "CWE-319", "CWE-798"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Judges each fact by itself.
struct Watch;

impl Detector for Watch {
    fn hear(&mut self, _: &Home, fact: &Fact, tell: Tell<'_>) {
        draft(fact).into_iter().for_each(tell);
    }
}

/// What one fact comes to.
fn draft(fact: &Fact) -> Option<Draft> {
    let flow = fact.flow.as_ref()?;
    match &fact.what {
        What::Claim { kind: DeviceKind::Watch, why, of_client, certain, at } if fact.protocol == "setracker" => {
            let confidence = if *certain { Confidence::Certain } else { Confidence::High };
            let mut draft = Draft::new(&DV_01, Severity::Critical, confidence, flow, fact, *at, why.clone());
            // It concerns the watch, whichever end said it.
            draft.direction = if *of_client { Direction::ToServer } else { Direction::ToClient };
            Some(draft)
        }
        What::Command { order, word, at } if fact.direction == Direction::ToClient => {
            let mut draft = Draft::new(&DV_02, severity(*order), Confidence::Certain, flow, fact, *at, word.clone());
            draft.concerns_receiver = true;
            draft.kind = order.word();
            draft.field.clone_from(word);
            plain(*order).clone_into(&mut draft.what);
            Some(draft)
        }
        _ => None,
    }
}

fn severity(order: Order) -> Severity {
    match order {
        Order::ListenIn | Order::TakePicture | Order::MoveServer | Order::Call => Severity::Critical,
        Order::SetContact | Order::SetPassword => Severity::High,
        Order::Locate | Order::Ring => Severity::Medium,
        Order::Power | Order::Set => Severity::Info,
    }
}

/// As in "someone ordered this watch …".
fn plain(order: Order) -> &'static str {
    match order {
        Order::ListenIn => "to call a number silently, so that whoever answers can listen",
        Order::TakePicture => "to take a picture",
        Order::MoveServer => "to report to another server from now on",
        Order::Call => "to call a number",
        Order::SetContact => "to change the numbers it trusts",
        Order::SetPassword => "to change the password for orders",
        Order::Locate => "to tell where it is",
        Order::Ring => "to ring",
        Order::Power => "to switch off, restart or reset",
        Order::Set => "to change a setting",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::wire::At;

    #[test]
    fn a_watch_is_told_by_its_frames() {
        let claim = |kind, certain| What::Claim { kind, why: "frame".to_owned(), of_client: true, certain, at: At::default() };
        let told = |protocol, what| {
            draft(&fact(&flow(1, 8_001), protocol, Direction::ToClient, what)).map(|draft| (draft.card.code, draft.severity, draft.confidence, draft.direction))
        };
        assert_eq!(told("setracker", claim(DeviceKind::Watch, true)), Some(("DV-01", Severity::Critical, Confidence::Certain, Direction::ToServer)));
        assert_eq!(told("setracker", claim(DeviceKind::Watch, false)).map(|told| told.2), Some(Confidence::High));
        assert_eq!(told("http", claim(DeviceKind::Watch, true)), None);
        assert_eq!(told("setracker", claim(DeviceKind::Camera, true)), None);
    }

    #[test]
    fn orders_weigh_what_they_do_and_acknowledgements_nothing() {
        let order =
            |order, direction| draft(&fact(&flow(1, 8_001), "setracker", direction, What::Command { order, word: "MONITOR".to_owned(), at: At::default() }));
        let told = order(Order::ListenIn, Direction::ToClient).unwrap();
        assert_eq!(
            (told.card.code, told.severity, told.kind, told.field.as_str(), told.concerns_receiver),
            ("DV-02", Severity::Critical, "listen-in", "MONITOR", true)
        );
        assert!(order(Order::ListenIn, Direction::ToServer).is_none());
        for (each, want) in [(Order::SetContact, Severity::High), (Order::Locate, Severity::Medium), (Order::Set, Severity::Info)] {
            assert_eq!(order(each, Direction::ToClient).map(|draft| draft.severity), Some(want));
        }
        for each in Order::ALL {
            assert!(plain(*each).starts_with("to "));
        }
    }
}
