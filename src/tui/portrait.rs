//! For tests: a picture as text that can be read in review. The words at each size; beneath them how each cell looks, as letters with run lengths; at the
//! end what each letter means in every theme. So a change of words, of place or of colour shows as what it is.

use std::fmt::Write;

use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::tui::theme::Palette;

/// The sizes that matter: the least, the old terminals', a usual one, a large one.
pub const SIZES: [(u16, u16); 4] = [(60, 15), (80, 24), (120, 35), (200, 50)];

/// The letters of looks, in the order in which they are met.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// A cell that looks like any other; and one that shows nothing at all.
const PLAIN: char = '.';
const BLANK: char = ' ';
/// So many blanks between words of one look belong to them.
const GAP: usize = 2;

/// How a cell looks in each theme.
type Look = [(Color, Color, Modifier); Palette::NAMED.len()];

/// What is drawn at a size.
pub fn buffer((width, height): (u16, u16), draw: impl FnOnce(&mut Frame<'_>)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(draw).unwrap();
    let buffer = terminal.backend().buffer().clone();
    assert_eq!(buffer.area, Rect::new(0, 0, width, height));
    buffer
}

/// Each line as a person sees it; blanks at its end stay out.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let mut lines = Vec::new();
    for cells in buffer.content.chunks(usize::from(buffer.area.width)) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in cells {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = cell.symbol().cell_width().saturating_sub(1);
            line.push_str(cell.symbol());
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The portrait of what `draw` makes at every size in every theme. The words must be the same in all, and each theme must keep its word: no colour at all,
/// or nothing dim.
pub fn portrait(sizes: &[(u16, u16)], draw: impl Fn(Palette, &mut Frame<'_>)) -> String {
    let (mut text, mut known) = (String::new(), Vec::<Look>::new());
    for size in sizes {
        let buffers = Palette::NAMED.map(|(_, palette)| buffer(*size, |frame| draw(palette, frame)));
        let [dark, others @ ..] = &buffers;
        for (other, (name, _)) in others.iter().zip(Palette::NAMED.iter().skip(1)) {
            assert_eq!(lines(dark), lines(other), "{name}: state is told by words and shapes");
        }
        for ((name, palette), buffer) in Palette::NAMED.iter().zip(&buffers) {
            let has_color = |cell: &Cell| cell.fg != Color::Reset || cell.bg != Color::Reset;
            assert!(*palette != Palette::Mono || !buffer.content.iter().any(has_color), "{name}: no colour at all");
            let is_dim = |cell: &Cell| cell.modifier.contains(Modifier::DIM);
            assert!(*palette != Palette::HighContrast || !buffer.content.iter().any(is_dim), "{name}: nothing dim");
        }
        _ = writeln!(text, "== {}x{}\n{}", size.0, size.1, lines(dark).join("\n"));
        _ = writeln!(text, "-- looks\n{}", looks(&buffers, &mut known));
    }
    text.push_str("== what they mean\n");
    for (letter, look) in LETTERS.chars().zip(&known) {
        let meant: Vec<String> = Palette::NAMED.iter().zip(look).map(|((name, _), look)| format!("{name}: {}", words(*look))).collect();
        _ = writeln!(text, "{letter}  {}", meant.join(", "));
    }
    text
}

/// A line for each row that is not plain, and one for several that look the same.
fn looks(buffers: &[Buffer], known: &mut Vec<Look>) -> String {
    let width = usize::from(buffers[0].area.width);
    let rows: Vec<String> = (0..buffers[0].content.len() / width)
        .map(|row| {
            let letters: String = (row * width..(row + 1) * width).map(|place| letter(buffers, place, known)).collect();
            runs(&joined(letters.trim_end_matches([PLAIN, BLANK])))
        })
        .collect();
    let mut told: Vec<(usize, usize, &str)> = Vec::new();
    for (row, runs) in rows.iter().enumerate().filter(|(_, runs)| !runs.is_empty()) {
        match told.last_mut() {
            Some((_, last, same)) if *last + 1 == row && same == runs => *last = row,
            _ => told.push((row, row, runs)),
        }
    }
    let line = |(first, last, runs): &(usize, usize, &str)| if first == last { format!("{first}: {runs}") } else { format!("{first}-{last}: {runs}") };
    told.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn letter(buffers: &[Buffer], place: usize, known: &mut Vec<Look>) -> char {
    let mut look = Look::default();
    let mut is_seen = false;
    for (look, buffer) in look.iter_mut().zip(buffers) {
        let cell = &buffer.content[place];
        // Of a blank only its ground is seen.
        is_seen |= cell.symbol() != " " || cell.bg != Color::Reset || cell.modifier.contains(Modifier::REVERSED);
        *look = (cell.fg, cell.bg, cell.modifier);
    }
    if !is_seen || look == Look::default() {
        return if is_seen { PLAIN } else { BLANK };
    }
    let at = known.iter().position(|other| *other == look).unwrap_or_else(|| {
        known.push(look);
        known.len() - 1
    });
    LETTERS.chars().nth(at).expect("more looks than letters")
}

/// The blanks within a text look as it does; others are plain.
fn joined(letters: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(letters.len());
    let mut gap = 0;
    for letter in letters.chars() {
        if letter == BLANK {
            gap += 1;
            continue;
        }
        let fill = if gap <= GAP && out.last() == Some(&letter) { letter } else { PLAIN };
        out.extend(std::iter::repeat_n(fill, gap));
        out.push(letter);
        gap = 0;
    }
    out.into_iter().collect()
}

/// `aaab..` is `a3 b1 .2`.
fn runs(letters: &str) -> String {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for letter in letters.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == letter => *count += 1,
            _ => runs.push((letter, 1)),
        }
    }
    runs.iter().map(|(letter, count)| format!("{letter}{count}")).collect::<Vec<_>>().join(" ")
}

fn words((fg, bg, modifier): (Color, Color, Modifier)) -> String {
    let mut words = Vec::new();
    words.extend((fg != Color::Reset).then(|| fg.to_string()));
    words.extend((bg != Color::Reset).then(|| format!("on {bg}")));
    words.extend(modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    if words.is_empty() { "plain".to_owned() } else { words.join(" ") }
}
