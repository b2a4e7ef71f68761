//! Which panes stand where, by the size of the terminal.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::tui::model::{Model, Pane, Screen};
use crate::tui::rows;
use crate::tui::view::explain;
use crate::tui::view::pane::Spot;

/// Below this nothing but one message is shown.
pub const LEAST: (u16, u16) = (60, 15);
/// Below this one pane is shown at a time.
const ROOMY: (u16, u16) = (80, 24);
/// From this width on panes stand side by side.
const WIDE: u16 = 110;

/// Lines of a list that is worth its place, and of one with a single row.
const LEAST_LIST: u16 = 6;
const ONE_ROW: u16 = 4;
/// Lines that evidence beside an explanation has at least.
const EVIDENCE: u16 = 9;
/// From this width on endpoints stand beside what is known of the chosen one.
const BROAD: u16 = 170;

/// A class of terminal sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Too small for anything but a message.
    None,
    /// One pane at a time.
    Single,
    /// Two panes, one above the other.
    Stacked,
    /// All panes of the screen, side by side.
    Wide,
}

/// The class of a size.
pub fn room(area: Rect) -> Room {
    match (area.width, area.height) {
        (width, height) if width < LEAST.0 || height < LEAST.1 => Room::None,
        (width, height) if width < ROOMY.0 || height < ROOMY.1 => Room::Single,
        (width, _) if width < WIDE => Room::Stacked,
        _ => Room::Wide,
    }
}

/// The panes to draw, the body of the screen given.
pub fn spots(model: &Model, room: Room, body: Rect) -> Vec<Spot> {
    let spot = |(pane, area)| Spot { pane, area, focused: pane == model.focus };
    let placed = match room {
        Room::None | Room::Single => vec![(model.focus, body)],
        Room::Stacked => stacked(model, body),
        Room::Wide => wide(model, body),
    };
    placed.into_iter().map(spot).collect()
}

/// The first pane above; beneath it the one that has the focus, else the second.
fn stacked(model: &Model, body: Rect) -> Vec<(Pane, Rect)> {
    let first = model.screen.first_pane();
    let second = if model.focus == first { model.screen.panes().get(1).copied().unwrap_or(first) } else { model.focus };
    // Beneath the devices stands in short what the chosen one is about, which takes some lines.
    let most = match first {
        Pane::Devices => body.height.saturating_mul(4) / 5,
        // Of two texts the one that is read gets more.
        Pane::Values | Pane::Received if model.focus != first => body.height.saturating_mul(2) / 3,
        _ => body.height,
    };
    let list = list_height(model, first, most);
    let list = if second == Pane::Explain && model.focus == second { beside_explanation(model, body, list) } else { list };
    let (above, below) = over(body, list);
    if list == 0 { vec![(second, body)] } else { vec![(first, above), (second, below)] }
}

/// What is left for a list when the explanation that is being read is to be seen whole: at least its chosen row, else nothing.
fn beside_explanation(model: &Model, body: Rect, list: u16) -> u16 {
    let (whole, least) = explain::heights(model, usize::from(body.width.saturating_sub(4)));
    let left = |lines: usize| body.height.saturating_sub(u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2));
    let left = if left(whole) >= LEAST_LIST { left(whole) } else { left(least) };
    if left < ONE_ROW { 0 } else { left.min(list) }
}

fn wide(model: &Model, body: Rect) -> Vec<(Pane, Rect)> {
    let (left, right) = beside(body, if matches!(model.screen, Screen::Evidence | Screen::Health) { 50 } else { 60 });
    // What can be done must be seen: the explanation takes the lines that it needs, the evidence the rest.
    let explained = |right: Rect| {
        let needed = u16::try_from(explain::heights(model, usize::from(right.width.saturating_sub(4))).0).unwrap_or(u16::MAX).saturating_add(2);
        over(right, needed.clamp(right.height / 2, right.height.saturating_sub(EVIDENCE).max(right.height / 2)))
    };
    match model.screen {
        Screen::Devices => {
            let (list, findings) = over(left, list_height(model, Pane::Devices, body.height));
            let (explain, evidence) = explained(right);
            vec![(Pane::Devices, list), (Pane::DeviceFindings, findings), (Pane::Explain, explain), (Pane::Excerpts, evidence)]
        }
        Screen::Findings => {
            let (explain, evidence) = explained(right);
            vec![(Pane::Findings, left), (Pane::Explain, explain), (Pane::Excerpts, evidence)]
        }
        Screen::Endpoints => {
            let (list, chosen) =
                if body.width >= BROAD { beside(body, 68) } else { over(body, list_height(model, Pane::Endpoints, body.height).max(body.height * 2 / 5)) };
            vec![(Pane::Endpoints, list), (Pane::Endpoint, chosen)]
        }
        Screen::Timeline => {
            let (lanes, moments) = over(body, list_height(model, Pane::Lanes, body.height.saturating_mul(3) / 2));
            vec![(Pane::Lanes, lanes), (Pane::Moments, moments)]
        }
        Screen::Evidence => vec![(Pane::Values, left), (Pane::Packets, right)],
        Screen::Health => vec![(Pane::Received, left), (Pane::Missing, right)],
    }
}

/// As high as its rows, its head and its frame, but at most half of the body.
fn list_height(model: &Model, pane: Pane, body: u16) -> u16 {
    let rows = match pane {
        Pane::Devices => rows::devices(model).len(),
        // What the signs mean stands beneath, and the numbers of marks.
        Pane::Lanes => rows::devices(model).len().saturating_add(if model.marks.is_empty() { 2 } else { 3 }),
        Pane::Endpoints => rows::endpoints(model).len(),
        Pane::Findings => rows::findings(model).len(),
        _ => usize::MAX,
    };
    u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(3).clamp(6, (body / 2).max(6))
}

fn over(area: Rect, height: u16) -> (Rect, Rect) {
    let [above, below] = Layout::vertical([Constraint::Length(height), Constraint::Fill(1)]).areas(area);
    (above, below)
}

fn beside(area: Rect, percent: u16) -> (Rect, Rect) {
    let [left, right] = Layout::horizontal([Constraint::Percentage(percent), Constraint::Fill(1)]).areas(area);
    (left, right)
}
