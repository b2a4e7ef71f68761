//! The help overlay: the keys of this screen, out of the one table, and what the marks mean.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::finding::Severity;
use crate::tui::keys::{Here, State};
use crate::tui::model::{Model, Screen};
use crate::tui::picture::{Extent, Target};
use crate::tui::view::overlay::{boxed, outer_width};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, width};

/// Draws it over the body.
pub fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, scroll: usize, body: Rect) -> Extent {
    let theme = model.settings.theme;
    let outer = outer_width(body);
    let lines = lines(model, usize::from(outer.saturating_sub(4)));
    let page = lines.len().min(usize::from(body.height.saturating_sub(2)));
    let furthest = lines.len() - page;
    let scroll = scroll.min(furthest);
    let note = if furthest > scroll { format!("▼ {} more – esc closes", furthest - scroll) } else { "esc closes".to_owned() };
    let inner = boxed(sheet.frame, theme, body, (outer, lines.len()), &format!("Help: {}", model.screen.name().0), &note);
    sheet.hit(body, Target::Overlay);
    sheet.frame.render_widget(Paragraph::new(lines.into_iter().skip(scroll).take(page).collect::<Vec<_>>()), inner);
    Extent { page, furthest }
}

fn lines(model: &Model, cells: usize) -> Vec<Line<'static>> {
    let theme = model.settings.theme;
    let mut page = Page::new(cells);
    page.text(about(model.screen), Style::new());
    page.gap();
    let bindings: Vec<_> = model.settings.keys.here(Here { state: State::Browsing, ..model.here() }).collect();
    let column = bindings.iter().map(|binding| width(&binding.shown)).max().unwrap_or_default() + 2;
    for binding in bindings {
        let keys = Span::styled(format!("{:column$}", binding.shown), theme.accent().add_modifier(Modifier::BOLD));
        let mut help = Page::new(cells.saturating_sub(column));
        help.text(binding.help, Style::new());
        for (index, line) in help.into_lines().into_iter().enumerate() {
            let lead = if index == 0 { keys.clone() } else { Span::raw(" ".repeat(column)) };
            page.line(Line::from([vec![lead], line.spans].concat()));
        }
    }
    page.gap();
    if !seen(model.screen).is_empty() {
        page.text(seen(model.screen), Style::new());
        page.gap();
    }
    for (severity, meaning) in
        [(Severity::High, "someone can read or misuse personal data now"), (Severity::Medium, "may be a problem; check"), (Severity::Low, "good to know")]
    {
        page.line(Line::from(vec![Span::styled(format!("{} {:7}  ", theme.mark(severity), severity.plain()), theme.severity(severity)), Span::raw(meaning)]));
    }
    page.into_lines()
}

/// What a screen shows, in a sentence.
fn about(screen: Screen) -> &'static str {
    match screen {
        Screen::Devices => "The devices that were seen, the ones to look at first; beneath, what was found of the chosen one. Grade ? = too little was seen.",
        Screen::Findings => "All that was found, the worst first. What differs in the other end only is one row; x opens it.",
        Screen::Endpoints => "Whom the devices talk to on the Internet, and whether others can read it: the most data first.",
        Screen::Timeline => "When each device sent something, and when something was found. b marks this moment, so that you see what a button does.",
        Screen::Evidence => "The chosen finding as it can be checked with any other tool. Personal values are masked.",
        Screen::Health => "What was read and what was missed. What was missed cannot have been found.",
    }
}

/// What there is to know beside the keys.
fn seen(screen: Screen) -> &'static str {
    match screen {
        Screen::Devices => {
            "See other devices: this computer sees its own traffic only, unless it shares its connection, a router mirrors a port to it, or the router records and you open the file. tattletale doctor tells how."
        }
        Screen::Endpoints => "Countries are those where an address is registered: approximate, and where one address answers in many places unknown.",
        Screen::Timeline => "Higher bars: more was sent (each device by itself). ◆ serious  ▲ warning  • notice  ┃ a moment that you marked",
        Screen::Evidence => "Bytes that are personal were masked as they were read (██). The number and the filter find the packet in Wireshark.",
        Screen::Findings | Screen::Health => "",
    }
}
