//! What has to be seen before an A, B or C can be told. One proof suffices for a D or an F.

use super::case::Case;
use super::rubric::{DAY, seconds};

/// Half an hour.
const LEAST: f64 = 1_800.0;
/// Conversations over the Internet that suffice where less than a day was seen.
const CONVERSATIONS: u64 = 20;
/// More packets lost than this, in hundredths of a percent, and something may well be missing.
const LOST: u32 = 100;

/// What was not seen: a phrase for it, and what would show it.
pub struct Missing {
    /// As in "not seen: …".
    pub what: &'static str,
    /// As in "To grade it, …".
    pub mend: &'static str,
}

/// Everything that is missing.
pub fn missing(case: &Case<'_>) -> Vec<&'static Missing> {
    static SHORT: Missing = Missing { what: "half an hour of it", mend: "record for at least half an hour, better a day" };
    static START: Missing = Missing { what: "its start", mend: "switch it off and on while recording" };
    static USE: Missing = Missing { what: "a use of it", mend: "use it while recording" };
    static BOTH: Missing = Missing { what: "both directions of what it says", mend: "record where both directions pass" };
    static FEW: Missing = Missing { what: "enough calls to the Internet", mend: "record until it has called the Internet more often, or for a day" };
    static LOSSES: Missing = Missing { what: "all packets, more than 1 % were lost", mend: "record on a faster computer or a quieter network" };
    let (carried, seconds) = (&case.traffic.carried, seconds(case));
    let has_day = seconds >= DAY;
    let holds = [
        (seconds >= LEAST, &SHORT),
        (case.traffic.start_seen, &START),
        (carried.bursts > 0 || case.traffic.controlled || has_day, &USE),
        (carried.answered > 0 || has_day && carried.all_conversations() == 0, &BOTH),
        (carried.all_conversations() >= CONVERSATIONS || has_day, &FEW),
        (case.lost <= LOST, &LOSSES),
    ];
    holds.into_iter().filter(|(holds, _)| !holds).map(|(_, missing)| missing).collect()
}
