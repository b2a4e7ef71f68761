//! Standard output: texts for people, its width, whether it takes colours.

use std::io::{self, IsTerminal, Write};

use super::args::Color;
use super::code::Code;
use super::tell;

/// Writes a text for people to standard output. A reader that went away is no mistake.
pub(super) fn print(text: &str) -> Code {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tell::problem(&format!("Could not write to standard output: {error}."));
            Code::Output
        }
        _ => Code::Done,
    }
}

/// Columns for a text on standard output: the terminal's, but no line of more than 100; 80 where there is none.
pub(super) fn columns() -> usize {
    if !io::stdout().is_terminal() {
        return 80;
    }
    ratatui::crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns).clamp(40, 100))
}

/// Whether standard output takes colours (<https://no-color.org>).
pub(super) fn is_colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
            io::stdout().is_terminal() && !refused && !dumb
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_can_be_forced_and_refused() {
        assert!(is_colored(Color::Always) && !is_colored(Color::Never));
    }
}
