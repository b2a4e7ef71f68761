//! The caps: what holds a grade down to a letter, each with the sentence that a parent reads first and with what would lift it.
//!
//! A cap needs a finding of at least high confidence. Codes are matched by text, so that a card counts from the day that it is built.

use super::case::Case;
use crate::event::{DeviceKind, Order};
use crate::finding::{Confidence, Finding, Severity, Way};
use crate::home::snapshot::Device;
use crate::value::ValueKind;

/// A day: what has to be seen for an A.
pub const DAY: f64 = 86_400.0;
/// What has to be sealed for an A, in hundredths of a percent.
const NEARLY_ALL: u32 = 9_500;
/// More of it scrambled than this, in hundredths of a percent, is no A.
const MUCH_SCRAMBLED: u32 = 2_000;

/// One reason.
pub struct Rule {
    /// The letter that a grade is at best.
    pub letter: char,
    /// Why: one sentence for a parent.
    pub reason: &'static str,
    /// What would lift it, as in "If …, the grade would be B."
    pub mend: &'static str,
    /// What shows it.
    pub shown: Shown,
}

/// What shows a reason.
pub enum Shown {
    /// A finding.
    Finding(fn(&Finding, &Device) -> bool),
    /// What was carried, how long it was seen, to whom it went.
    Traffic(fn(&Case<'_>) -> bool),
}

/// Every cap, the lowest letter first, and of one letter what weighs most first.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    Rule { letter: 'F', reason: "Anyone on the way could follow or hear your child.", mend: "its child's position, voice, pictures and profile were encrypted", shown: Shown::Finding(is_a_childs) },
    Rule { letter: 'F', reason: "Anyone on the way could make it listen, or take it over.", mend: "orders to it were encrypted", shown: Shown::Finding(is_an_order) },
    Rule { letter: 'F', reason: "Anyone on the way could read a password.", mend: "passwords left it encrypted", shown: Shown::Finding(is_a_password) },
    Rule { letter: 'F', reason: "It searches for other devices to break into.", mend: "it were reset, updated and no longer searched", shown: Shown::Finding(|finding, _| is_worse(finding, "LN-02", Severity::Medium)) },
    Rule { letter: 'F', reason: "Anyone who has its address could fetch a recording.", mend: "its recordings asked for a login", shown: Shown::Finding(|finding, _| is_worse(finding, "PT-09", Severity::Medium)) },
    Rule { letter: 'D', reason: "A stranger could look in or listen with little effort.", mend: "its pictures and sound were encrypted", shown: Shown::Finding(is_a_stream) },
    Rule { letter: 'D', reason: "It opens with the password that it came with.", mend: "its password were changed", shown: Shown::Finding(|finding, _| is_worse(finding, "DV-11", Severity::High)) },
    Rule { letter: 'D', reason: "It goes on although the server could not prove who it is.", mend: "it refused servers with a wrong certificate", shown: Shown::Finding(|finding, _| is_worse(finding, "TL-03", Severity::High)) },
    Rule { letter: 'D', reason: "Anyone on the way could read personal things about you.", mend: "personal data left it encrypted", shown: Shown::Finding(is_personal) },
    Rule { letter: 'C', reason: "It leaks things that identify your home.", mend: "its permanent numbers were encrypted", shown: Shown::Finding(is_a_number) },
    Rule { letter: 'C', reason: "It tells tracking companies about a child.", mend: "it did not call tracking companies", shown: Shown::Finding(|finding, device| device.kind.is_for_a_child() && is_tracking(finding)) },
    Rule { letter: 'C', reason: "It encrypts in a way that is out of date.", mend: "it spoke TLS 1.2 or newer with good ciphers", shown: Shown::Finding(|finding, _| is_worse(finding, "TL-01", Severity::Low)) },
    Rule { letter: 'C', reason: "It opened a door in the router to your home.", mend: "the door in the router were closed", shown: Shown::Finding(is_a_door) },
    Rule { letter: 'C', reason: "Anyone on your Wi-Fi can read where your home is.", mend: "it kept your home's place to itself", shown: Shown::Finding(is_the_homes_place) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends: some of what it sends is readable.", mend: "all that it sends were encrypted", shown: Shown::Finding(is_plain) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends: it hides its own data in a way that nobody can check.", mend: "it used encryption that can be checked", shown: Shown::Traffic(|case| case.traffic.carried.scrambled() > MUCH_SCRAMBLED) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends: it looks names up past your router.", mend: "it asked your router for names", shown: Shown::Finding(|finding, _| is_worse(finding, "EP-06", Severity::Low)) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends: it calls tracking companies.", mend: "it did not call tracking companies", shown: Shown::Finding(|finding, _| is_tracking(finding)) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends.", mend: "nothing were left to warn of", shown: Shown::Finding(|finding, _| finding.severity >= Severity::Medium) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends: not nearly all of it is verified encryption.", mend: "at least 95 % were verified encryption", shown: Shown::Traffic(|case| case.traffic.carried.share().is_some_and(|share| share < NEARLY_ALL)) },
    Rule { letter: 'B', reason: "Mostly sealed, with loose ends: it talks to others than its maker and who carries for it.", mend: "it talked to its maker only", shown: Shown::Traffic(|case| case.traffic.others || case.traffic.nameless) },
    Rule { letter: 'B', reason: "Nothing left it unsealed, as far as was seen; for an A it has to be seen for a whole day.", mend: "a whole day were recorded", shown: Shown::Traffic(|case| seconds(case) < DAY) },
];

/// Whether a finding is sure enough to hold a grade down.
pub fn is_sure(finding: &Finding) -> bool {
    finding.confidence >= Confidence::High
}

/// For how long a device was seen.
pub fn seconds(case: &Case<'_>) -> f64 {
    case.device.last.seconds_since(case.device.first).max(0.0)
}

fn is_one_of(finding: &Finding, codes: &[&str]) -> bool {
    codes.contains(&finding.code)
}

fn is_worse(finding: &Finding, code: &str, least: Severity) -> bool {
    finding.code == code && finding.severity >= least
}

fn crosses(finding: &Finding) -> bool {
    finding.direction != Way::Inside
}

/// A child's position, voice, picture or profile, readable on the way.
fn is_a_childs(finding: &Finding, device: &Device) -> bool {
    const CODES: &[&str] = &["LK-01", "LK-02", "LK-03", "LK-04", "LK-08", "PT-04", "PT-05", "PT-10", "DV-01", "DV-03", "DV-04", "DV-05", "DV-06"];
    let is_readable = is_one_of(finding, CODES) && finding.severity >= Severity::Medium || is_a_relayed_picture(finding);
    device.kind.is_for_a_child() && crosses(finding) && is_readable
}

/// An order to listen, to take a picture, or to obey another server.
fn is_an_order(finding: &Finding, _: &Device) -> bool {
    let taking_over = [Order::ListenIn, Order::TakePicture, Order::MoveServer].map(Order::word);
    finding.code == "DV-02" && crosses(finding) && taking_over.contains(&finding.kind)
}

/// A password or a Wi-Fi network's key; what is only digested is not readable.
fn is_a_password(finding: &Finding, _: &Device) -> bool {
    let is_secret = finding.values.iter().any(|value| matches!(value.kind, ValueKind::Password | ValueKind::NetworkKey));
    is_worse(finding, "LK-09", Severity::High) && crosses(finding) && is_secret
}

fn is_a_stream(finding: &Finding, _: &Device) -> bool {
    let is_media = is_one_of(finding, &["PT-04", "PT-05"]) && finding.severity >= Severity::High;
    crosses(finding) && (is_media || is_a_relayed_picture(finding))
}

/// Pictures through a relay: what those cards say is high before any was seen, of the one, and only with them, of the other.
fn is_a_relayed_picture(finding: &Finding) -> bool {
    is_worse(finding, "DV-07", Severity::Critical) || is_worse(finding, "DV-08", Severity::High)
}

fn is_personal(finding: &Finding, _: &Device) -> bool {
    const CODES: &[&str] = &["LK-01", "LK-02", "LK-03", "LK-04", "LK-07", "LK-08", "LK-10", "LK-12", "PT-10", "DV-01", "DV-03", "DV-04", "DV-05", "DV-06"];
    let least = if finding.code == "LK-09" { Severity::High } else { Severity::Medium };
    crosses(finding) && finding.severity >= least && (is_one_of(finding, CODES) || finding.code == "LK-09")
}

fn is_a_number(finding: &Finding, _: &Device) -> bool {
    crosses(finding) && is_worse(finding, "LK-06", Severity::Medium)
}

fn is_tracking(finding: &Finding) -> bool {
    is_one_of(finding, &["EP-01", "EP-02", "LK-11"]) && finding.severity >= Severity::Low
}

/// The router's door, opened for who watches or listens; and who was reached from outside.
fn is_a_door(finding: &Finding, device: &Device) -> bool {
    let watches = matches!(device.kind, DeviceKind::Camera | DeviceKind::Doorbell | DeviceKind::Speaker) || device.kind.is_for_a_child();
    is_one_of(finding, &["LN-03", "LN-04"]) && (finding.severity >= Severity::High || watches && finding.severity >= Severity::Medium)
}

fn is_the_homes_place(finding: &Finding, _: &Device) -> bool {
    let is_place = is_one_of(finding, &["LK-02", "LK-03", "LK-04"]) && finding.severity >= Severity::Low;
    is_worse(finding, "DV-10", Severity::Low) || finding.direction == Way::Inside && is_place
}

fn is_plain(finding: &Finding, _: &Device) -> bool {
    is_one_of(finding, &["PT-01", "PT-02", "PT-03", "PT-06", "PT-08"]) && crosses(finding) && finding.severity >= Severity::Low
}
