//! What was not read, in sentences. "Everything was read." is said only where none of them applies.

use crate::home::snapshot::{LiveState, Snapshot, Vantage};
use crate::printable::{count, plural};

/// What is said where nothing is missing.
pub const EVERYTHING: &str = "Everything was read.";

/// Reasons of unread frames that are named one by one; the rest is counted together.
const REASONS: usize = 4;

/// One sentence for each kind of thing that was not read. They may hold what came from the wire: clean them before showing.
pub fn sentences(snapshot: &Snapshot) -> Vec<String> {
    let mut said = Vec::new();
    let report = &snapshot.report;
    if let Some(damage) = &report.damage {
        let place = report.damaged_at.map(|offset| format!(" (at byte {})", count(offset))).unwrap_or_default();
        said.push(format!("{damage}{place} What stands before was read; results may be incomplete."));
    } else if let Some(offset) = report.damaged_at {
        said.push(format!("The capture is damaged at byte {}. What stands before was read.", count(offset)));
    }
    if let (LiveState::Stopped(why), None) = (&snapshot.live.state, &report.damage) {
        said.push(format!("Reading stopped before the end: {why}"));
    }
    said.extend(dropped(snapshot));
    let coverage = &snapshot.coverage;
    if coverage.missing_estimated > 0 {
        let share = 100.0 * coverage.missing_estimated as f64 / (coverage.missing_estimated.saturating_add(coverage.packets)).max(1) as f64;
        said.push(format!("About {} ({share:.1} %) never reached the capture, as gaps show.", plural(coverage.missing_estimated, "packet")));
    }
    said.extend(unread(snapshot));
    said.extend(coverage.limits.iter().cloned());
    said
}

/// Whether something is missing that a more careful run or capture would have had: damage, losses and limits. Gaps and frames of unknown kinds
/// are part of what was captured and do not count.
pub fn is_incomplete(snapshot: &Snapshot) -> bool {
    let report = &snapshot.report;
    let is_damaged = report.damage.is_some() || report.damaged_at.is_some();
    let lost = snapshot.live.dropped;
    is_damaged
        || matches!(snapshot.live.state, LiveState::Stopped(_))
        || lost.kernel + lost.interface + lost.tattletale > 0
        || !snapshot.coverage.limits.is_empty()
}

fn dropped(snapshot: &Snapshot) -> Option<String> {
    let lost = snapshot.live.dropped;
    let all = lost.kernel.saturating_add(lost.interface).saturating_add(lost.tattletale);
    let places = [(lost.kernel, "the system's buffer"), (lost.interface, "the network card"), (lost.tattletale, "tattletale")];
    let places: Vec<String> = places.iter().filter(|(number, _)| *number > 0).map(|(number, place)| format!("{} by {place}", count(*number))).collect();
    (all > 0).then(|| format!("{} lost before they could be read ({}). Findings are real; some may be missing.", were(all, "packet"), places.join(", ")))
}

fn unread(snapshot: &Snapshot) -> Option<String> {
    let all = snapshot.coverage.unread.iter().map(|unread| unread.packets).sum();
    let mut list: Vec<_> = snapshot.coverage.unread.iter().collect();
    list.sort_by(|one, other| other.packets.cmp(&one.packets).then_with(|| one.reason.cmp(&other.reason)));
    let mut reasons: Vec<String> = list.iter().take(REASONS).map(|unread| format!("{} {}", count(unread.packets), without_layer(&unread.reason))).collect();
    if list.len() > REASONS {
        reasons.push("others".to_owned());
    }
    (all > 0).then(|| format!("{} not decoded: {}.", were(all, "frame"), reasons.join(", ")))
}

/// The layer in front of a reason helps who looks for a fault; the name behind it is what a reader knows.
fn without_layer(reason: &str) -> &str {
    ["link: ", "network: ", "transport: "].iter().find_map(|layer| reason.strip_prefix(layer)).unwrap_or(reason)
}

fn were(number: u64, noun: &str) -> String {
    format!("{} {}", plural(number, noun), if number == 1 { "was" } else { "were" })
}

/// What the place of the capture means for what could be seen.
pub fn vantage(snapshot: &Snapshot) -> Option<&'static str> {
    match snapshot.coverage.vantage {
        Vantage::BroadcastOnly => Some("Only announcements to the whole network were seen, not what the devices sent elsewhere."),
        Vantage::OneSided => Some("Only one direction of the conversations was seen."),
        Vantage::BehindRouter => Some("Recorded outside the router: all devices look like one."),
        Vantage::Own => Some("Only one device's own traffic was seen."),
        Vantage::WholeNetwork | Vantage::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::snapshot::Unread;

    #[test]
    fn a_whole_capture_has_nothing_to_say() {
        assert!(sentences(&Snapshot::default()).is_empty());
        assert!(!is_incomplete(&Snapshot::default()));
    }

    #[test]
    fn unread_frames_are_named_by_reason_most_first() {
        let mut snapshot = Snapshot::default();
        for (reason, packets) in [("link: USB (Linux) (link type 189)", 3), ("network: EAPOL (Wi-Fi or port login)", 1_200), ("other reasons", 2)] {
            snapshot.coverage.unread.push(Unread { reason: reason.to_owned(), packets });
        }
        assert_eq!(sentences(&snapshot), ["1,205 frames were not decoded: 1,200 EAPOL (Wi-Fi or port login), 3 USB (Linux) (link type 189), 2 other reasons."]);
        assert!(!is_incomplete(&snapshot), "what is of an unknown kind was captured in full");
    }

    #[test]
    fn limits_and_stops_are_incomplete() {
        let mut limited = Snapshot::default();
        limited.coverage.limits.push("1,912 old connections were closed early.".to_owned());
        let mut stopped = Snapshot::default();
        stopped.live.state = LiveState::Stopped("eth1 was removed".to_owned());
        assert!(is_incomplete(&limited) && is_incomplete(&stopped));
        assert_eq!(sentences(&stopped), ["Reading stopped before the end: eth1 was removed"]);
    }
}
