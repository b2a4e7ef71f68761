//! The three questions, each answered with 0 to 100 points: what is taken off for which finding, and every deduction told.

use std::collections::HashMap;

use super::case::Case;
use crate::finding::{Confidence, Finding, Severity};
use crate::home::snapshot::{Deduction, Points, Score, Scores};

/// The whole: a hundred points, in hundredths.
pub const FULL: u32 = 10_000;

/// What the three answers weigh, in percent.
const WEIGHTS: [u32; 3] = [40, 35, 25];

/// What a repeated finding of one class weighs, in percent.
const REPEATED: u32 = 25;

/// Points by severity: critical, high, medium, low. Info costs nothing.
type Costs = [u32; 4];

const SEALED: Costs = [40, 20, 8, 2];
const FACTS: Costs = [60, 30, 12, 4];
const COMPANY: Costs = [60, 25, 10, 3];

/// What is taken off, in hundredths of a point.
fn cost(costs: Costs, severity: Severity) -> u32 {
    let [critical, high, medium, low] = costs;
    let points = match severity {
        Severity::Critical => critical,
        Severity::High => high,
        Severity::Medium => medium,
        Severity::Low => low,
        Severity::Info => 0,
    };
    points * 100
}

/// How much of it, in percent.
fn sure(confidence: Confidence) -> u32 {
    match confidence {
        Confidence::Certain => 100,
        Confidence::High => 80,
        Confidence::Medium => 50,
        Confidence::Low => 20,
    }
}

/// Whether a finding belongs to one of these families of codes.
fn is_of(finding: &Finding, families: &[&str]) -> bool {
    finding.code.split('-').next().is_some_and(|family| families.contains(&family))
}

/// The answers. `sealed_share`: hundredths of a percent, where something was carried.
pub fn scores(case: &Case<'_>, share: Option<u32>) -> Scores {
    let sealed = sealed(case, share);
    let facts = facts(case);
    let company = company(case);
    let points = [sealed.points.0, facts.points.0, company.points.0];
    let overall = points.iter().zip(WEIGHTS).map(|(points, weight)| points * weight).sum::<u32>() / 100;
    Scores { sealed, facts, company, overall: Points(overall) }
}

/// Is it sealed? The share that is, less the findings, each code once: its worst.
fn sealed(case: &Case<'_>, share: Option<u32>) -> Score {
    let mut worst: Vec<Deduction> = Vec::new();
    for finding in case.findings.iter().filter(|finding| is_of(finding, &["PT", "DV", "TL"])) {
        let taken = deduction(finding, cost(SEALED, finding.severity) * sure(finding.confidence) / 100);
        match worst.iter_mut().find(|known| known.code == taken.code) {
            Some(known) if known.points < taken.points => *known = taken,
            Some(_) => {}
            None => worst.push(taken),
        }
    }
    score(share.unwrap_or(FULL), share, worst)
}

/// What personal facts got out? Each class in full once, its repeats at a quarter.
fn facts(case: &Case<'_>) -> Score {
    let mut list: Vec<&Finding> = case.findings.iter().copied().filter(|finding| is_of(finding, &["LK"])).collect();
    let points = |finding: &Finding| cost(FACTS, finding.severity) * sure(finding.confidence) / 100;
    list.sort_by(|one, other| points(other).cmp(&points(one)).then_with(|| one.id.cmp(&other.id)));
    let mut seen: HashMap<&str, ()> = HashMap::new();
    let taken = list.iter().map(|finding| {
        let repeated = seen.insert(finding.code, ()).is_some();
        deduction(finding, if repeated { points(finding) * REPEATED / 100 } else { points(finding) })
    });
    let taken = taken.collect();
    score(FULL, None, taken)
}

/// Whom does it talk to, and what does it do at home?
fn company(case: &Case<'_>) -> Score {
    let list = case.findings.iter().filter(|finding| is_of(finding, &["EP", "LN", "BH"]));
    score(FULL, None, list.map(|finding| deduction(finding, cost(COMPANY, finding.severity))).collect())
}

fn deduction(finding: &Finding, points: u32) -> Deduction {
    Deduction { code: finding.code, finding: finding.id.clone(), severity: finding.severity, confidence: finding.confidence, points: Points(points) }
}

fn score(from: u32, share: Option<u32>, mut deductions: Vec<Deduction>) -> Score {
    deductions.retain(|taken| taken.points.0 > 0);
    deductions.sort_by(|one, other| (other.points, one.code, &one.finding).cmp(&(one.points, other.code, &other.finding)));
    let taken = deductions.iter().fold(0_u32, |sum, taken| sum.saturating_add(taken.points.0));
    Score { points: Points(from.saturating_sub(taken)), share: share.map(Points), deductions }
}
