//! What it all comes to: the devices as they are known now, each with its grade and its sentence.

use std::collections::{BTreeMap, HashMap};

use super::grade::case::{Case, Traffic};
use super::grade::grade;
use super::household::Home;
use super::own;
use super::sentence::sentence;
use super::snapshot::{Coverage, Device, Summary, SummaryLine};
use crate::finding::{Finding, Severity};

impl Home {
    /// The devices, by id, as they are now.
    pub(super) fn all_devices(&self) -> Vec<Device> {
        let mut devices = self.hosts.devices(&self.sides, &self.strangers, &self.gateways);
        own::apply(&self.owned, &mut devices);
        devices
    }

    /// Finds what is one device under several hardware addresses. Only for a look: while facts come each is taken for itself, so that what is told in between
    /// does not depend on who looks; [`Home::unsettle`] follows.
    pub fn settle(&mut self) {
        self.hosts.settle();
        self.worked.forget();
    }

    /// After a look.
    pub fn unsettle(&mut self) {
        self.hosts.identity.unsettle();
        self.worked.forget();
    }

    /// The devices, each with its grade and its sentence, by what was found and by what its conversations came to.
    pub fn judge(&self, findings: &[Finding], coverage: &Coverage) -> Vec<Device> {
        let traffic = self.traffic();
        let mut found: HashMap<&str, Vec<&Finding>> = HashMap::new();
        for finding in findings {
            found.entry(finding.device.id.as_str()).or_default().push(finding);
        }
        let (nothing, lost) = (Traffic::default(), lost(coverage));
        let mut devices = self.devices().to_vec();
        for device in &mut devices {
            let findings = found.get(device.id.as_str()).map_or(&[][..], Vec::as_slice);
            let traffic = traffic.get(&device.id).unwrap_or(&nothing);
            let grade = grade(&Case { device, findings, traffic, lost });
            let summary = sentence(device, findings, traffic);
            (device.grade, device.summary) = (grade, summary);
        }
        devices
    }
}

/// Packets that were lost, in hundredths of a percent.
fn lost(coverage: &Coverage) -> u32 {
    let lost = u128::from(coverage.drops.saturating_add(coverage.missing_estimated));
    u32::try_from(lost * 10_000 / lost.saturating_add(u128::from(coverage.packets)).max(1)).unwrap_or(10_000)
}

/// Counts by code and severity, worst first, and the worst grade.
pub fn summary(findings: &[Finding], devices: &[Device]) -> Summary {
    let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, &'static str), u64> = BTreeMap::new();
    for finding in findings {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.code)).or_default() += 1;
    }
    let counts = counts.into_iter().map(|((severity, code), findings)| SummaryLine { code, severity: severity.0, findings }).collect();
    Summary { counts, worst_grade: devices.iter().map(|device| device.grade.letter).filter(char::is_ascii_uppercase).max() }
}
