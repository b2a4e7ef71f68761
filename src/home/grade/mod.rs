//! The grade of a device, A to F: three scores and their weighted mean, held down by caps, told only where enough was seen (`docs/grades.md`).
//!
//! The device, its findings and what its conversations came to go in; the letter, the reason that counts and every deduction come out. Nothing else
//! decides, so the same capture and the same rubric give the same grade.

pub mod case;
mod gate;
mod rubric;
mod scores;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use case::Case;
use rubric::{RULES, Rule, Shown};
use scores::FULL;

use super::snapshot::{Cap, Grade, Points, Scores};
use crate::finding::Finding;
use crate::printable::plural;

/// Version of the rubric: another one may grade the same capture otherwise.
pub const RUBRIC: u8 = 1;

/// Ids of findings that a cap lists.
const LISTED: usize = 20;

/// Letters from the best down, with the points that each needs, in hundredths.
const LETTERS: [(char, u32); 5] = [('A', 9_000), ('B', 7_500), ('C', 6_000), ('D', 4_000), ('F', 0)];

/// The grade.
pub fn grade(case: &Case<'_>) -> Grade {
    let share = case.traffic.carried.share();
    let scores = scores::scores(case, share);
    let caps = caps(case);
    let letter = letter(&scores, &caps);
    // What was not seen may have been sealed; what was found stays found.
    let proven = scores::scores(case, share.map(|_| FULL)).overall;
    let missing = gate::missing(case);
    // Who was seen for less than a day has no A yet, but may have one at best.
    let lasting: Vec<&'static Rule> = caps.iter().map(|(rule, _)| *rule).filter(|rule| !is_about_the_day(rule)).collect();
    let best = worse(letter_of(proven), lasting.first().map_or('A', |rule| rule.letter));
    let is_told = missing.is_empty() || best >= 'D';
    let not_seen: Vec<String> = missing.iter().map(|missing| missing.what.to_owned()).collect();
    let shown = match (is_told, missing.is_empty()) {
        (true, true) => letter,
        (true, false) => best,
        (false, _) => '?',
    };
    Grade {
        letter: shown,
        at_best: (!is_told).then_some(best),
        rubric: RUBRIC,
        why: why(case, shown, &caps, &not_seen),
        raise_by: if is_told { raise(case, shown) } else { Some(to_grade(&missing)) },
        scores,
        caps: caps.into_iter().map(|(rule, findings)| cap(rule, &findings)).collect(),
        not_seen,
    }
}

fn is_about_the_day(rule: &Rule) -> bool {
    RULES.last().is_some_and(|last| std::ptr::eq(last, rule))
}

/// The caps that hold, the lowest first, with what shows each.
fn caps<'c>(case: &Case<'c>) -> Vec<(&'static Rule, Vec<&'c Finding>)> {
    let mut held = Vec::new();
    for rule in RULES {
        let shown: Vec<&Finding> = match rule.shown {
            Shown::Finding(shows) => case.findings.iter().copied().filter(|finding| rubric::is_sure(finding) && shows(finding, case.device)).collect(),
            Shown::Traffic(_) => Vec::new(),
        };
        let holds = match rule.shown {
            Shown::Finding(_) => !shown.is_empty(),
            Shown::Traffic(holds) => holds(case),
        };
        if holds {
            held.push((rule, shown));
        }
    }
    held
}

fn cap(rule: &Rule, findings: &[&Finding]) -> Cap {
    let mut codes: Vec<&'static str> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let findings = findings.iter().take(LISTED).map(|finding| finding.id.clone()).collect();
    Cap { letter: rule.letter, reason: rule.reason.to_owned(), codes, findings }
}

/// The worse of two letters.
fn worse(one: char, other: char) -> char {
    one.max(other)
}

fn letter_of(overall: Points) -> char {
    LETTERS.iter().find(|(_, least)| overall.0 >= *least).map_or('F', |(letter, _)| *letter)
}

fn letter(scores: &Scores, caps: &[(&Rule, Vec<&Finding>)]) -> char {
    caps.iter().map(|(rule, _)| rule.letter).fold(letter_of(scores.overall), worse)
}

/// The reason that counts first, then what was seen.
fn why(case: &Case<'_>, letter: char, caps: &[(&Rule, Vec<&Finding>)], not_seen: &[String]) -> String {
    let mut seen = format!("Seen {}, {}", length(rubric::seconds(case)), plural(case.traffic.carried.all_conversations(), "conversation"));
    if !not_seen.is_empty() {
        seen = format!("{seen}; not seen: {}", not_seen.join(", "));
    }
    let reason = match (letter, caps.first()) {
        ('?', _) => "Not enough was seen for a grade.",
        (letter, Some((rule, _))) if rule.letter >= letter => rule.reason,
        ('A', _) => "We saw nothing leave unsealed.",
        _ if case.findings.is_empty() => "Much of what it sends is not sealed.",
        _ => "What was found weighs more together than each by itself.",
    };
    format!("{reason} {seen}.")
}

/// What would raise it: the fewest of the lowest caps without which the letter is better, taken away with their findings.
fn raise(case: &Case<'_>, letter: char) -> Option<String> {
    if letter == 'A' {
        return None;
    }
    let held = caps(case);
    let mut mends: Vec<&str> = Vec::new();
    for (place, (rule, _)) in held.iter().enumerate() {
        if !mends.contains(&rule.mend) {
            mends.push(rule.mend);
        }
        let gone: Vec<&Finding> = held.iter().take(place.saturating_add(1)).flat_map(|(_, findings)| findings.iter().copied()).collect();
        let kept: Vec<&Finding> = case.findings.iter().copied().filter(|finding| !gone.iter().any(|gone| gone.id == finding.id)).collect();
        let stays = |shown: &[&Finding]| shown.is_empty() || shown.iter().any(|finding| kept.iter().any(|kept| kept.id == finding.id));
        let rest = held.iter().skip(place.saturating_add(1)).filter(|(_, shown)| stays(shown));
        // What is encrypted then counts as such; the rest stays as it is.
        let seals = held.iter().take(place.saturating_add(1)).any(|(rule, _)| rule.mend.contains("encrypt"));
        let share = case.traffic.carried.share().map(|share| if seals { FULL } else { share });
        let better = rest.map(|(rule, _)| rule.letter).fold(letter_of(scores::scores(&Case { findings: &kept, ..*case }, share).overall), worse);
        if better < letter {
            return Some(format!("If {}, the grade would be {better}.", list(&mends)));
        }
    }
    Some("It would be better if less were found and more of what it sends were encrypted.".to_owned())
}

/// What has to be recorded for a letter.
fn to_grade(missing: &[&gate::Missing]) -> String {
    let mends: Vec<&str> = missing.iter().map(|missing| missing.mend).collect();
    format!("To grade it, {}.", list(&mends))
}

/// `one, two and three`.
fn list(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `for a moment`, `42 s`, `14 min`, `2 h 5 min`.
fn length(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    match seconds {
        0 => "for a moment".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}
