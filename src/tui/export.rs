//! What a screen shows, as a file: text for people, JSON Lines for programs (records as in `docs/schema.md`). Values stay masked.

use std::fmt::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::home::snapshot::Snapshot;
use crate::tui::model::{Model, Screen};
use crate::tui::moments::{self, Moment};
use crate::tui::sanitize::clean;
use crate::tui::{rows, said, words};

/// The contract's version.
const SCHEMA: &str = "tattletale/1";

/// A form of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// For programs.
    JsonLines,
}

impl Form {
    /// In the order of the menu.
    pub const ALL: [Self; 2] = [Self::Text, Self::JsonLines];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::JsonLines => "JSON Lines",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::JsonLines => "jsonl",
        }
    }
}

/// `tattletale-findings-20260312T091700Z.txt`: by the time of the latest packet.
pub fn name(model: &Model, form: Form) -> String {
    let time: String = model.shown().now.to_string().chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
    format!("tattletale-{}-{time}Z.{}", model.screen.name().0.to_lowercase(), form.ending())
}

/// The whole file.
pub fn text(model: &Model, form: Form) -> String {
    match form {
        Form::Text => people(model),
        Form::JsonLines => programs(model),
    }
}

/// A finding without values that were kept as they were sent.
fn masked(model: &Model, finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    if model.settings.reveals {
        for value in &mut finding.values {
            "••••".clone_into(&mut value.shown);
            value.sha256 = None;
        }
        for evidence in &mut finding.evidence {
            "••••".clone_into(&mut evidence.excerpt);
        }
    }
    finding
}

fn people(model: &Model) -> String {
    let snapshot = model.shown();
    let mut out = format!("{} – {}, {}\n", model.screen.name().0, clean(&snapshot.live.source), words::date(snapshot.now, &model.settings.zone));
    let muted = rows::muted(model);
    if muted > 0 {
        _ = writeln!(out, "Muted: {}.", words::counted(muted as u64, "finding", "findings"));
    }
    out.push('\n');
    match model.screen {
        Screen::Devices => rows::devices(model).iter().for_each(|row| _ = writeln!(out, "{}", device(row))),
        Screen::Findings => rows::findings(model).iter().filter(|row| row.role != rows::Role::Member).for_each(|row| {
            let times = words::counted(row.times(), "time", "times");
            _ = writeln!(out, "{}  ({times})", line(model, row.finding));
        }),
        Screen::Endpoints => rows::endpoints(model).into_iter().for_each(|endpoint| _ = writeln!(out, "{}", self::endpoint(snapshot, endpoint))),
        Screen::Timeline => moments::all(model, None).iter().for_each(|moment| _ = writeln!(out, "{}", self::moment(model, moment))),
        Screen::Evidence => {
            if let Some(finding) = rows::chosen_finding(model) {
                out.push_str(&self::finding(model, &masked(model, finding)));
            }
        }
        Screen::Health => {
            let coverage = &snapshot.coverage;
            _ = writeln!(out, "Packets {}, {}.", words::count(coverage.packets), words::duration(coverage.seconds));
            let dropped = snapshot.live.dropped;
            _ = writeln!(out, "Lost: kernel {}, interface {}, tattletale {}.", dropped.kernel, dropped.interface, dropped.tattletale);
            _ = writeln!(out, "Missing, estimated from gaps: {}.", words::count(coverage.missing_estimated));
            coverage.limits.iter().for_each(|limit| _ = writeln!(out, "{}", clean(limit)));
            coverage.unread.iter().for_each(|unread| _ = writeln!(out, "{} not understood: {}", words::count(unread.packets), clean(&unread.reason)));
        }
    }
    out
}

fn device(row: &rows::DeviceRow<'_>) -> String {
    let device = row.device;
    let worst =
        row.worst.map_or_else(|| "nothing found".to_owned(), |worst| format!("{} ({})", words::counted(row.findings, "finding", "findings"), worst.plain()));
    format!(
        "{}  {}  {worst}  sent {}  received {}  {}",
        clean(&device.grade.letter.to_string()),
        words::device(device),
        words::bytes(device.bytes_out),
        words::bytes(device.bytes_in),
        clean(&device.grade.why)
    )
}

/// One line on a finding.
pub fn line(model: &Model, finding: &Finding) -> String {
    let device = model.shown().device(&finding.device.id).map_or_else(|| clean(&finding.device.id).into_owned(), words::device);
    let other = words::other_end(finding).map(|other| format!(" ({other})")).unwrap_or_default();
    format!("{}  {}  {device}: {}{other}  {}", words::clock(finding.last, &model.settings.zone), finding.severity.plain(), clean(&finding.title), finding.code)
}

fn finding(model: &Model, finding: &Finding) -> String {
    let mut out = format!("{}\n\n{}\n{}\n\n", line(model, finding), clean(&finding.story), clean(&finding.advice));
    for value in &finding.values {
        _ = writeln!(out, "{}: {} (in {})", value.kind.plain(), clean(&value.shown), clean(&value.field));
    }
    for evidence in &finding.evidence {
        _ = writeln!(out, "packet {}  {}  {}", evidence.packet, evidence.time, clean(&evidence.excerpt));
    }
    out
}

/// One line on an endpoint.
pub fn endpoint(snapshot: &Snapshot, endpoint: &crate::home::snapshot::Endpoint) -> String {
    let carried = snapshot.watched.carried.get(&(endpoint.address, endpoint.port));
    let owner = endpoint.owner.as_deref().map(|owner| format!("  {}", clean(owner))).unwrap_or_default();
    let country = endpoint.country.as_deref().map(|country| format!("  {}", clean(country))).unwrap_or_default();
    format!(
        "{}  {} port {}{owner}  {}{country}  {}  {}",
        words::endpoint(endpoint),
        endpoint.address,
        endpoint.port,
        words::party(endpoint.party),
        said::readable(carried),
        words::bytes(rows::volume(snapshot, endpoint))
    )
}

fn moment(model: &Model, moment: &Moment) -> String {
    format!("{}  {}", words::date(moment.time, &model.settings.zone), moment.text)
}

fn programs(model: &Model) -> String {
    let snapshot = model.shown();
    let mut out = String::new();
    let mut tell = |kind: &str, record: Value| {
        let mut object = Map::new();
        object.insert("schema".to_owned(), SCHEMA.into());
        object.insert("type".to_owned(), kind.into());
        object.insert("input".to_owned(), snapshot.input.into());
        if let Value::Object(fields) = record {
            object.extend(fields);
        }
        out.push_str(&Value::Object(object).to_string());
        out.push('\n');
    };
    match model.screen {
        Screen::Devices => rows::devices(model).iter().for_each(|row| tell("device", value(row.device))),
        Screen::Findings => {
            let rows = rows::findings(model);
            let groups: Vec<String> = rows.iter().map(|row| rows::group(row.finding)).collect();
            rows::heard(model).filter(|finding| groups.contains(&rows::group(finding))).for_each(|finding| tell("finding", value(&masked(model, finding))));
        }
        Screen::Evidence => rows::chosen_finding(model).into_iter().for_each(|finding| tell("finding", value(&masked(model, finding)))),
        Screen::Endpoints => rows::endpoints(model).into_iter().for_each(|endpoint| tell("endpoint", value(endpoint))),
        Screen::Timeline => moments::all(model, None).iter().for_each(|moment| {
            let fields = [("time", Value::from(moment.time.to_string())), ("what", moment.text.clone().into())];
            tell("moment", Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
        }),
        Screen::Health => tell("coverage", value(&snapshot.coverage)),
    }
    out
}

fn value(record: &impl Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    fn on(screen: Screen) -> Model {
        let mut model = fixture::model(fixture::home());
        model.screen = screen;
        model
    }

    #[test]
    fn each_screen_is_written_in_both_forms() {
        for screen in Screen::ALL {
            let model = on(screen);
            let text = text(&model, Form::Text);
            assert!(text.lines().count() > 2, "{text}");
            let lines = super::text(&model, Form::JsonLines);
            assert!(!lines.is_empty());
            for line in lines.lines() {
                let record: Value = serde_json::from_str(line).unwrap();
                assert_eq!(record["schema"], SCHEMA);
            }
        }
        assert_eq!(name(&on(Screen::Findings), Form::Text), "tattletale-findings-20260312T091700Z.txt");
    }

    #[test]
    fn values_that_were_kept_are_not_exported() {
        for screen in [Screen::Findings, Screen::Evidence] {
            let mut model = on(screen);
            model.settings.reveals = true;
            for form in Form::ALL {
                assert!(!text(&model, form).contains("48.8"), "{form:?}");
            }
        }
    }

    #[test]
    fn a_filter_and_mutes_hold_for_exports_too() {
        let mut model = on(Screen::Findings);
        model.findings.filter = "level:serious".to_owned();
        assert_eq!(text(&model, Form::JsonLines).lines().count(), 2);
    }
}
