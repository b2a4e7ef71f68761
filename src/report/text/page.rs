//! A page of lines that keep their width, with colours where they are wanted.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use crate::printable::wrap;
use crate::report::format::Options;
use crate::wire::Timestamp;

/// How a piece of text looks. Nothing is told by the look alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Dim,
    Serious,
    Warning,
    Notice,
}

impl Style {
    /// The SGR sequence (ECMA-48) that begins it.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\u{1b}[1m",
            Self::Dim => "\u{1b}[2m",
            Self::Serious => "\u{1b}[1;31m",
            Self::Warning => "\u{1b}[33m",
            Self::Notice => "\u{1b}[36m",
        }
    }
}

/// Where the lines go. What is written to it is clean already ([`crate::printable::clean`]).
pub(super) struct Page {
    out: Box<dyn Write + Send>,
    color: bool,
    width: usize,
    zone: TimeZone,
    utc: bool,
}

impl Page {
    pub(super) fn new(out: Box<dyn Write + Send>, options: &Options) -> Self {
        let width = if options.width == 0 { 80 } else { options.width.clamp(40, 120) };
        let zone = if options.utc { TimeZone::UTC } else { TimeZone::system() };
        Self { out, color: options.color, width, zone, utc: options.utc }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Text in a style, for use within a line.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.color && style != Style::Plain { format!("{}{text}\u{1b}[0m", style.code()) } else { text.to_owned() }
    }

    /// One line as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Text, broken into lines and indented.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.block(Style::Plain, indent, text)
    }

    /// Text in a style, broken into lines.
    pub(super) fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        self.block(style, 0, text)
    }

    /// Text after a mark, indented by two.
    pub(super) fn item(&mut self, style: Style, mark: &str, text: &str) -> io::Result<()> {
        self.block(style, 2, &format!("{mark}{text}"))
    }

    /// Text in a style, broken into lines and indented.
    pub(super) fn block(&mut self, style: Style, indent: usize, text: &str) -> io::Result<()> {
        for line in wrap(text, self.width.saturating_sub(indent)) {
            let line = self.paint(style, &line);
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// `2024-03-12 09:02`, in the reader's zone.
    pub(super) fn date(&self, time: Timestamp) -> String {
        self.format(time, "%Y-%m-%d %H:%M")
    }

    /// `09:02:11`, in the reader's zone.
    pub(super) fn clock(&self, time: Timestamp) -> String {
        self.format(time, "%H:%M:%S")
    }

    /// What the times are in.
    pub(super) fn zone(&self) -> &'static str {
        if self.utc { "UTC" } else { "local time" }
    }

    fn format(&self, time: Timestamp, pattern: &str) -> String {
        match jiff::Timestamp::from_nanosecond(i128::from(time.0)) {
            Ok(instant) => instant.to_zoned(self.zone.clone()).strftime(pattern).to_string(),
            Err(_) => time.to_string(),
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
