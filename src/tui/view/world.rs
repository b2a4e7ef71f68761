//! The map: countries that data went to, as dots; beneath, the same in words. Approximate on purpose: it says so.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style};
use ratatui::symbols::Marker;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use ratatui::widgets::canvas::{Canvas, Circle, Map, MapResolution};

use crate::home::snapshot::Snapshot;
use crate::tui::atlas::{self, Country};
use crate::tui::model::Model;
use crate::tui::picture::{Extent, Target};
use crate::tui::rows;
use crate::tui::theme::{Glyphs, Palette};
use crate::tui::view::overlay::boxed;
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, fit, fit_right};
use crate::tui::words;

/// Countries that are told in words.
const TOLD: usize = 8;
/// Fewer lines make no map.
const LEAST: u16 = 8;
/// A dot of so many degrees, so that it is seen.
const DOT: f64 = 3.0;

/// Draws it over the body.
pub fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, body: Rect) -> Extent {
    let theme = model.settings.theme;
    let snapshot = model.shown();
    let (known, unknown) = countries(snapshot);
    let inner = boxed(sheet.frame, theme, body, (body.width, usize::from(body.height)), "Where data went – approximate", "esc closes");
    sheet.hit(body, Target::Overlay);
    let lines = told(&known, unknown, usize::from(inner.width));
    let below = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(inner.height);
    let [map, text] = Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(inner);
    if map.height < LEAST {
        sheet.frame.render_widget(Paragraph::new(lines), inner);
        return Extent::default();
    }
    sheet.frame.render_widget(Paragraph::new(lines), text);
    let land = match theme.palette {
        Palette::Mono => Color::Reset,
        _ => Color::DarkGray,
    };
    let dot = theme.accent().fg.unwrap_or(Color::Reset);
    let marker = if theme.glyphs == Glyphs::Ascii { Marker::Dot } else { Marker::Braille };
    let canvas = Canvas::default().marker(marker).x_bounds([-180.0, 180.0]).y_bounds([-60.0, 85.0]).paint(|context| {
        context.draw(&Map { color: land, resolution: MapResolution::High });
        context.layer();
        for (country, _) in &known {
            context.draw(&Circle { x: f64::from(country.east), y: f64::from(country.north), radius: DOT, color: dot });
        }
        context.layer();
        for (country, _) in &known {
            context.print(f64::from(country.east), f64::from(country.north), Line::styled(country.letters, theme.strong().patch(theme.accent())));
        }
    });
    sheet.frame.render_widget(canvas, map);
    Extent::default()
}

/// Countries with the bytes that went there and back, most first; and the bytes of which no country is known.
fn countries(snapshot: &Snapshot) -> (Vec<(&'static Country, u64)>, u64) {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let mut unknown = 0_u64;
    for endpoint in &snapshot.endpoints {
        let bytes = rows::volume(snapshot, endpoint);
        match endpoint.country.as_deref().filter(|letters| atlas::country(letters).is_some()) {
            Some(letters) => {
                let sum = sums.entry(letters).or_default();
                *sum = sum.saturating_add(bytes);
            }
            None => unknown = unknown.saturating_add(bytes),
        }
    }
    let mut known: Vec<(&'static Country, u64)> = sums.into_iter().filter_map(|(letters, bytes)| Some((atlas::country(letters)?, bytes))).collect();
    known.sort_by_key(|(country, bytes)| (Reverse(*bytes), country.letters));
    (known, unknown)
}

fn told(known: &[(&'static Country, u64)], unknown: u64, cells: usize) -> Vec<Line<'static>> {
    let mut page = Page::new(cells);
    let all = known.iter().map(|(_, bytes)| *bytes).fold(unknown, u64::saturating_add);
    let cell = |country: &Country, bytes: u64| {
        format!("{} {} {} {}", country.letters, fit(country.name, 16), fit_right(&words::bytes(bytes), 7), fit_right(&words::share(bytes, all), 11))
    };
    let shown: Vec<String> = known.iter().take(TOLD).map(|(country, bytes)| cell(country, *bytes)).collect();
    let per_line = if cells >= 84 { 2 } else { 1 };
    for pair in shown.chunks(per_line) {
        page.line(Line::raw(pair.join("   ")));
    }
    if known.len() > TOLD {
        page.text(&format!("and {} more", words::counted((known.len() - TOLD) as u64, "country", "countries")), Style::new());
    }
    if known.is_empty() {
        page.text("No country is known of any endpoint yet. A database of addresses tells them:  --geo FILE.mmdb", Style::new());
    }
    let rest = if unknown > 0 { format!("; of {} it is not known", words::bytes(unknown)) } else { String::new() };
    page.text(&format!("Countries are those where addresses are registered{rest}."), Style::new());
    page.into_lines()
}
