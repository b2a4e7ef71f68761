//! Text for people: one line on what was read, a block for each device, the worst last, then what it comes to and the next step.

pub mod completeness;
mod device;
mod page;
mod talks;

use std::io::{self, Write};

use device::Told;
use page::{Page, Style};

use super::format::{Format, Options, Report};
use crate::finding::{Finding, Severity};
use crate::home::record::Record;
use crate::home::snapshot::{Device, Run, Snapshot};
use crate::printable::{clean, count, plural, shorten_start};
use crate::wire::Timestamp;

/// Text for people.
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["txt", "text"]
    }

    fn open(&self, out: Box<dyn Write + Send>, options: &Options) -> Box<dyn Report> {
        Box::new(TextReport {
            page: Page::new(out, options),
            least: options.severity.unwrap_or(Severity::Info),
            counts: Counts::default(),
            worst: None,
            inputs: 0,
        })
    }
}

/// Devices with nothing to report that are named; the rest is counted.
const QUIET: usize = 8;

/// How many findings of each of the three words, and how many are not shown.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    serious: u64,
    warning: u64,
    notice: u64,
    hidden: u64,
}

impl Counts {
    fn of(findings: &[Finding], least: Severity) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            let place = match finding.severity {
                severity if severity < least => &mut counts.hidden,
                Severity::Critical | Severity::High => &mut counts.serious,
                Severity::Medium => &mut counts.warning,
                Severity::Low | Severity::Info => &mut counts.notice,
            };
            *place += 1;
        }
        counts
    }

    fn add(&mut self, other: Self) {
        self.serious += other.serious;
        self.warning += other.warning;
        self.notice += other.notice;
        self.hidden += other.hidden;
    }

    /// `2 serious, 1 warning, 3 notices.`
    fn sentence(self, saw_all: bool) -> String {
        let words = [(self.serious, "serious"), (self.warning, plural_word(self.warning, "warning")), (self.notice, plural_word(self.notice, "notice"))];
        let told: Vec<String> = words.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{} {word}", count(*number))).collect();
        let hidden = if self.hidden > 0 { format!(" {} below --severity not shown.", count(self.hidden)) } else { String::new() };
        match (told.is_empty(), saw_all) {
            (true, true) => format!("Nothing to report.{hidden}"),
            (true, false) => format!("Nothing to report in what was seen.{hidden}"),
            (false, _) => format!("{}.{hidden}", told.join(", ")),
        }
    }
}

fn plural_word(number: u64, word: &'static str) -> &'static str {
    match (number, word) {
        (1, _) => word,
        (_, "warning") => "warnings",
        _ => "notices",
    }
}

struct TextReport {
    page: Page,
    least: Severity,
    counts: Counts,
    /// Code of the worst finding that was shown.
    worst: Option<(Severity, &'static str)>,
    inputs: u64,
}

impl Report for TextReport {
    fn record(&mut self, _record: &Record) -> io::Result<()> {
        Ok(())
    }

    fn input(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        if self.inputs > 0 {
            self.page.line("")?;
        }
        self.inputs += 1;
        self.head(snapshot)?;
        self.devices(snapshot)?;
        let counts = Counts::of(&snapshot.findings, self.least);
        self.counts.add(counts);
        if let Some(worst) = snapshot.findings.iter().filter(|finding| finding.severity >= self.least).map(|finding| (finding.severity, finding.code)).next() {
            self.worst = self.worst.filter(|known| known.0 >= worst.0).or(Some(worst));
        }
        self.page.line("")?;
        let saw_all = snapshot.coverage.not_seen.is_empty() && completeness::vantage(snapshot).is_none() && !completeness::is_incomplete(snapshot);
        self.page.styled(Style::Bold, &counts.sentence(saw_all))?;
        self.page.flush()
    }

    fn finish(&mut self, _run: &Run) -> io::Result<()> {
        if self.inputs > 1 {
            self.page.line("")?;
            self.page.styled(Style::Bold, &format!("In all {}: {}", plural(self.inputs, "capture"), self.counts.sentence(true)))?;
        }
        if let Some((_, code)) = self.worst {
            self.page.paragraph(0, &format!("What it means and what helps: tattletale explain {code}"))?;
        }
        self.page.flush()
    }
}

impl TextReport {
    /// What was read, when, and whether that was everything.
    fn head(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let report = &snapshot.report;
        let mut facts = vec![plural(snapshot.coverage.packets.max(report.packets), "packet")];
        if snapshot.coverage.seconds >= 1.0 {
            facts.push(length(snapshot.coverage.seconds));
        }
        facts.push(plural(snapshot.devices.len() as u64, "device"));
        let missing = completeness::sentences(snapshot);
        let verdict = if missing.is_empty() { completeness::EVERYTHING } else { "Something is missing:" };
        let path = clean(if report.path == "-" { "standard input" } else { &report.path });
        let path = shorten_start(&path, self.page.width() / 2);
        self.page.paragraph(0, &format!("{path}: {}. {verdict}", facts.join(", ")))?;
        for sentence in &missing {
            self.page.item(Style::Bold, "! ", &clean(sentence))?;
        }
        if let Some(first) = report.first {
            let recorded = format!("Recorded {}.", self.page.span(first, report.last.unwrap_or(first)));
            self.page.styled(Style::Dim, &recorded)?;
        }
        if let Some(readability) = readability(snapshot) {
            self.page.styled(Style::Dim, &readability)?;
        }
        if let Some(note) = completeness::vantage(snapshot) {
            self.page.item(Style::Plain, "", note)?;
        }
        for dark in &snapshot.coverage.not_seen {
            self.page.item(Style::Plain, "", &clean(dark))?;
        }
        Ok(())
    }

    /// The devices with something to report, the worst last, then the others in one line.
    fn devices(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let told = device::group(snapshot, self.least);
        for told in &told {
            self.page.line("")?;
            device::write(&mut self.page, told, talks::sentence(snapshot, told.id).as_deref())?;
        }
        self.quiet(snapshot, &told)
    }

    fn quiet(&mut self, snapshot: &Snapshot, told: &[Told<'_>]) -> io::Result<()> {
        let quiet: Vec<&Device> = snapshot.devices.iter().filter(|device| !told.iter().any(|told| told.id == device.id)).collect();
        if quiet.is_empty() {
            return Ok(());
        }
        self.page.line("")?;
        let names: Vec<String> = quiet.iter().take(QUIET).map(|device| format!("{} ({})", clean(&device.title()), device::grade(&device.grade))).collect();
        let more = quiet.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.page.paragraph(0, &format!("{} with nothing to report: {}{more}.", plural(quiet.len() as u64, "device"), names.join(", ")))?;
        for device in quiet.iter().take(QUIET).filter(|device| !device.summary.is_empty()) {
            self.page.item(Style::Dim, "  ", &format!("{}: {}", clean(&device.title()), clean(&device.summary)))?;
        }
        Ok(())
    }
}

/// How much of what was sent anyone could read.
fn readability(snapshot: &Snapshot) -> Option<String> {
    let coverage = &snapshot.coverage;
    let is_any = coverage.bytes_readable > 0 || coverage.bytes_encrypted > 0 || coverage.bytes_unknown > 0;
    let text = format!(
        "Anyone on the way could read {}; {} was encrypted, {} undetermined.",
        size(coverage.bytes_readable),
        size(coverage.bytes_encrypted),
        size(coverage.bytes_unknown)
    );
    is_any.then_some(text)
}

/// `1.2 MB`, in powers of 1,000.
fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return plural(bytes, "byte");
    }
    let mut value = bytes as f64 / 1_000.0;
    let mut unit = "kB";
    for next in units.into_iter().skip(1) {
        if value < 999.95 {
            break;
        }
        value /= 1_000.0;
        unit = next;
    }
    if value < 99.95 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// `42 s`, `14 min`, `2 h 5 min`, `3 days 4 h`.
fn length(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min"),
        3_600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{} {} h", plural(days, "day"), hours % 24),
    }
}

impl Page {
    /// When something was recorded, in the zone of the reader: `2024-03-12 09:02 to 09:16 (UTC)`.
    fn span(&self, first: Timestamp, last: Timestamp) -> String {
        let (from, to) = (self.date(first), self.date(last));
        let (from_day, to_day) = (from.get(..10).unwrap_or_default(), to.get(..10).unwrap_or_default());
        let to_short = if from_day == to_day { to.get(11..).unwrap_or_default() } else { &to };
        format!("{from} to {to_short} ({})", self.zone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::source::Dropped;
    use crate::printable::{is_hidden, width};
    use crate::report::sample::{Shared, finding, hostile, snapshot};

    fn written(snapshots: &[Snapshot], options: &Options) -> String {
        let shared = Shared::default();
        let mut report = Text.open(Box::new(shared.clone()), &Options { utc: true, ..options.clone() });
        for snapshot in snapshots {
            report.input(snapshot).unwrap();
        }
        report.finish(&Run::default()).unwrap();
        shared.text()
    }

    #[test]
    fn a_home_is_told_as_it_is() {
        let text = written(&[snapshot()], &Options { width: 80, ..Options::default() });
        insta::assert_snapshot!(text, @r"
toy.pcap: 12,431 packets, 14 min, 2 devices. Everything was read.
Recorded 2024-03-12 09:02 to 09:16 (UTC).
Anyone on the way could read 1.2 kB; 3.4 MB was encrypted, 0 bytes undetermined.

Toy bear   grade F
  too little was seen
  toy · 192.0.2.1 · 00:00:5e:00:53:01
  Talks to kidco.example (its maker's).
  ▲▲ SERIOUS  Location sent without encryption                               14×
              to api.kidco.example:80
              Toy bear sent its position to api.kidco.example, where anyone on
              the way could read it.
              Seen: 48.8,-2.2 (position in lat) and 2 more.
              Packet 18,204 at 09:02:11, certain. PT-03
              → Turn location off in the app of the toy.
  •  NOTICE   Looked up an analytics company                                 14×
              to api.kidco.example:80

1 device with nothing to report: Phone (not graded, at best B).

1 serious, 1 notice.
What it means and what helps: tattletale explain PT-03
");
    }

    #[test]
    fn every_line_keeps_the_width_and_nothing_hostile_gets_through() {
        let mut hostile_home = snapshot();
        let long = format!("{}{}", hostile(), "w".repeat(300));
        hostile_home.report.path.clone_from(&long);
        hostile_home.report.damage = Some(long.clone());
        hostile_home.coverage.limits.push(long.clone());
        for device in &mut hostile_home.devices {
            device.names[0].name.clone_from(&long);
        }
        for finding in &mut hostile_home.findings {
            finding.title.clone_from(&long);
            finding.story.clone_from(&long);
            finding.values[0].shown.clone_from(&long);
            finding.values[0].field.clone_from(&long);
            finding.endpoint.as_mut().unwrap().name = Some(long.clone());
        }
        for columns in [40, 80, 100] {
            let text = written(std::slice::from_ref(&hostile_home), &Options { width: columns, ..Options::default() });
            for line in text.lines() {
                assert!(width(line) <= columns, "{columns}: {line}");
                assert!(!line.chars().any(is_hidden), "{line:?}");
            }
        }
    }

    #[test]
    fn colours_only_when_asked() {
        assert!(!written(&[snapshot()], &Options { width: 80, ..Options::default() }).contains('\u{1b}'));
        assert!(written(&[snapshot()], &Options { width: 80, color: true, ..Options::default() }).contains("\u{1b}[1;31m▲▲ SERIOUS\u{1b}[0m"));
    }

    #[test]
    fn what_was_not_read_is_said() {
        let mut cut = snapshot();
        cut.report.damaged_at = Some(1_204_224);
        cut.report.damage = Some("The capture is cut off within packet 12,431.".to_owned());
        cut.live.dropped = Dropped { kernel: 412, ..Dropped::default() };
        let text = written(&[cut], &Options { width: 80, ..Options::default() });
        assert!(text.contains("Something is missing:"), "{text}");
        assert!(text.contains("! The capture is cut off within packet 12,431. (at byte 1,204,224)"), "{text}");
        assert!(text.contains("412 packets were lost"), "{text}");
        assert!(!text.contains("Everything was read"), "{text}");
    }

    #[test]
    fn a_severity_hides_what_is_below_and_says_so() {
        let text = written(&[snapshot()], &Options { width: 80, severity: Some(Severity::Medium), ..Options::default() });
        assert!(text.contains("1 serious. 1 below --severity not shown."), "{text}");
        assert!(!text.contains("analytics"), "{text}");
    }

    #[test]
    fn findings_of_a_device_with_one_title_are_told_together() {
        let mut home = snapshot();
        let mut other = finding("PT-03", Severity::High, "Location sent without encryption");
        other.endpoint.as_mut().unwrap().name = Some("cdn.kidco.example".to_owned());
        home.findings.push(other);
        let text = written(&[home], &Options { width: 80, ..Options::default() });
        assert_eq!(text.matches("Location sent without encryption").count(), 1, "{text}");
        assert!(text.contains("28×") && text.contains("cdn.kidco.example"), "{text}");
        assert!(text.contains("2 serious, 1 notice."), "{text}");
    }

    #[test]
    fn several_captures_are_summed_up() {
        let text = written(&[snapshot(), Snapshot::default()], &Options { width: 80, ..Options::default() });
        assert!(text.contains("Nothing to report.") && text.contains("In all 2 captures: 1 serious, 1 notice."), "{text}");
        assert!(text.ends_with("tattletale explain PT-03\n"), "{text}");
    }

    #[test]
    fn lengths_and_sizes_are_short() {
        assert_eq!([42.4, 840.0, 7_500.0, 273_600.0].map(length), ["42 s", "14 min", "2 h 5 min", "3 days 4 h"]);
        assert_eq!([1, 999, 1_200, 84_000_000, 999_999_999].map(size), ["1 byte", "999 bytes", "1.2 kB", "84.0 MB", "1.0 GB"]);
    }
}
