//! The block of one device: who it is, its grade, and what it told whom.

use std::collections::{HashMap, HashSet};
use std::io;

use super::page::{Page, Style};
use crate::event::DeviceKind;
use crate::finding::{Finding, FindingEndpoint, Severity, Way};
use crate::home::snapshot::{Device, Grade, Snapshot};
use crate::printable::{clean, count, shorten, width};

/// Values that are shown of one group; the rest is counted.
const VALUES: usize = 6;
/// Endpoints that are named of one group; the rest is counted.
const ENDPOINTS: usize = 3;
/// Columns of maker and model at most.
const SAYS: usize = 48;
/// Where the text of a finding begins: after mark and word.
const INDENT: usize = 14;

/// A device and what is told of it.
pub(super) struct Told<'s> {
    /// The device's id.
    pub(super) id: &'s str,
    device: Option<&'s Device>,
    groups: Vec<Group<'s>>,
    worst: Severity,
}

/// Findings with one code, severity and title: one thing for a reader, whatever the fields and servers.
struct Group<'s> {
    findings: Vec<&'s Finding>,
}

/// The devices with findings of at least that severity: the mildest first, within one worst its id decides.
pub(super) fn group(snapshot: &Snapshot, least: Severity) -> Vec<Told<'_>> {
    let mut list: Vec<Told<'_>> = Vec::new();
    let mut places = HashMap::new();
    let mut titles = HashMap::new();
    for finding in snapshot.findings.iter().filter(|finding| finding.severity >= least) {
        let id = finding.device.id.as_str();
        let place = *places.entry(id).or_insert_with(|| {
            list.push(Told { id, device: snapshot.device(id), groups: Vec::new(), worst: finding.severity });
            list.len() - 1
        });
        let Some(told) = list.get_mut(place) else { continue };
        told.worst = told.worst.max(finding.severity);
        let at = *titles.entry((id, finding.code, finding.severity, finding.title.as_str())).or_insert_with(|| {
            told.groups.push(Group { findings: Vec::new() });
            told.groups.len() - 1
        });
        if let Some(group) = told.groups.get_mut(at) {
            group.findings.push(finding);
        }
    }
    list.sort_by(|one, other| one.worst.cmp(&other.worst).then_with(|| one.id.cmp(other.id)));
    list
}

/// Writes a device's block; `talks` says whom it talks to.
pub(super) fn write(page: &mut Page, told: &Told<'_>, talks: Option<&str>) -> io::Result<()> {
    let title = told.device.map_or_else(|| told.id.to_owned(), Device::title);
    let grade = told.device.map(|device| grade(&device.grade)).unwrap_or_default();
    let title = shorten(&clean(&title), page.width().saturating_sub(width(&grade) + 3)).into_owned();
    let title = page.paint(Style::Bold, &title);
    page.line(format!("{title}   {grade}").trim_end())?;
    if let Some(device) = told.device {
        if !device.grade.why.is_empty() {
            page.paragraph(2, &clean(&device.grade.why))?;
        }
        if !device.summary.is_empty() {
            page.paragraph(2, &clean(&device.summary))?;
        }
        let identity = identity(device, &title);
        if !identity.is_empty() {
            page.block(Style::Dim, 2, &identity)?;
        }
    }
    if let Some(talks) = talks {
        page.block(Style::Dim, 2, talks)?;
    }
    for group in &told.groups {
        group.write(page)?;
    }
    if let Some(raise) = told.device.and_then(|device| device.grade.raise_by.as_deref()) {
        page.block(Style::Dim, 2, &clean(raise))?;
    }
    Ok(())
}

/// `grade F`, or an honest `not graded`.
pub(super) fn grade(grade: &Grade) -> String {
    match (grade.letter, grade.at_best) {
        (letter @ 'A'..='F', _) => format!("grade {letter}"),
        (_, Some(best)) => format!("not graded, at best {best}"),
        _ => "not graded".to_owned(),
    }
}

/// Kind, maker and model by its own word, first address and hardware address where the title does not say them.
fn identity(device: &Device, title: &str) -> String {
    let mut parts = Vec::new();
    if device.kind != DeviceKind::Unknown {
        parts.push(device.kind.word().to_owned());
    }
    parts.extend(device.says().map(|says| shorten(&clean(&says), SAYS).into_owned()));
    let ids = device.addresses.first().map(ToString::to_string).into_iter().chain(device.mac.map(|mac| mac.to_string()));
    parts.extend(ids.filter(|id| !title.contains(id.as_str())));
    parts.join(" · ")
}

impl Group<'_> {
    fn write(&self, page: &mut Page) -> io::Result<()> {
        let Some(first) = self.findings.first() else { return Ok(()) };
        self.headline(page, first)?;
        if first.severity < Severity::Medium {
            return Ok(());
        }
        if !first.story.is_empty() {
            page.paragraph(INDENT, &clean(&first.story))?;
        }
        if let Some(values) = self.values() {
            page.paragraph(INDENT, &values)?;
        }
        if let Some(evidence) = first.evidence.first() {
            let place = format!("Packet {} at {}, {}. {}", count(evidence.packet), page.clock(evidence.time), first.confidence.plain(), first.code);
            page.block(Style::Dim, INDENT, &place)?;
        }
        if !first.advice.is_empty() {
            page.paragraph(INDENT, &format!("→ {}", clean(&first.advice)))?;
        }
        Ok(())
    }

    /// `▲▲ SERIOUS  Location sent without encryption (to api.kidco.example:80)   14×`.
    fn headline(&self, page: &mut Page, first: &Finding) -> io::Result<()> {
        let (style, mark) = match first.severity {
            Severity::Critical | Severity::High => (Style::Serious, "▲▲"),
            Severity::Medium => (Style::Warning, "▲ "),
            Severity::Low | Severity::Info => (Style::Notice, "• "),
        };
        let plain = first.severity.plain();
        let word = page.paint(style, &format!("{mark} {plain}"));
        let pad = "SERIOUS".len().saturating_sub(plain.len());
        let times = format!("{}×", count(self.findings.iter().fold(0, |sum, finding| u64::saturating_add(sum, finding.count))));
        let room = page.width().saturating_sub(INDENT + width(&times) + 2);
        let mut lines = crate::printable::wrap(clean(&first.title).trim_end_matches('.'), room).into_iter();
        let title = lines.next().unwrap_or_default();
        let gap = page.width().saturating_sub(INDENT + width(&title) + width(&times));
        page.line(&format!("  {word}{:pad$}  {title}{:gap$}{times}", "", ""))?;
        for line in lines {
            page.line(&format!("{:INDENT$}{line}", ""))?;
        }
        if let Some(ends) = self.ends(first) {
            page.block(Style::Dim, INDENT, &ends)?;
        }
        Ok(())
    }

    /// The other ends: `to api.kidco.example:80 and 2 more`.
    fn ends(&self, first: &Finding) -> Option<String> {
        let mut known = HashSet::new();
        let all = self.findings.iter().filter_map(|finding| finding.endpoint.as_ref()).map(end_name);
        let mut names: Vec<String> = all.filter(|name| known.insert(name.clone())).collect();
        let more = names.len().saturating_sub(ENDPOINTS);
        names.truncate(ENDPOINTS);
        let way = match first.direction {
            Way::ToInternet => "to",
            Way::FromInternet => "from",
            Way::Inside => "at home, with",
        };
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!names.is_empty()).then(|| format!("{way} {}{more}", names.join(", ")))
    }

    /// The masked values: `Seen: 48.8,-2.2 (lat), a…@example.org (mail) and 3 more.`
    fn values(&self) -> Option<String> {
        let mut known = HashSet::new();
        let mut shown: Vec<String> = Vec::new();
        let mut more = self.findings.iter().fold(0, |sum, finding| u64::saturating_add(sum, finding.more));
        for value in self.findings.iter().flat_map(|finding| &finding.values) {
            let field = clean(&value.field);
            let kind = value.kind.word();
            let label = if field.is_empty() { kind.to_owned() } else { format!("{kind} in {}", shorten(&field, 24)) };
            let text = format!("{} ({label})", shorten(&clean(&value.shown), 40));
            if !known.insert(text.clone()) {
                continue;
            }
            if shown.len() < VALUES {
                shown.push(text);
            } else {
                more = more.saturating_add(1);
            }
        }
        let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
        (!shown.is_empty()).then(|| format!("Seen: {}{more}.", shown.join(", ")))
    }
}

fn end_name(end: &FindingEndpoint) -> String {
    let host = match &end.name {
        Some(name) => shorten(&clean(name), 48).into_owned(),
        None if end.address.is_ipv6() => format!("[{}]", end.address),
        None => end.address.to_string(),
    };
    if end.port == 0 { host } else { format!("{host}:{}", end.port) }
}
