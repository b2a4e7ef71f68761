//! How things look: Okabe–Ito colours, shapes and words. State is never told by colour alone: each has a shape and a word that stay without colour.

use ratatui::style::{Color, Modifier, Style};

use crate::finding::Severity;

/// What the terminal's ground looks like, and whether colour is wanted at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Light letters on a dark ground.
    Dark,
    /// Dark letters on a light ground.
    Light,
    /// No colour: bold, dim and reversed only.
    Mono,
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Red, green and blue of 8 bits each.
    True,
    /// The 256 colours of xterm.
    Indexed,
    /// The 16 colours of old.
    Sixteen,
}

/// Which characters the terminal can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// All of Unicode.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// A look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ground and colour.
    pub palette: Palette,
    /// Number of colours.
    pub depth: Depth,
    /// Characters.
    pub glyphs: Glyphs,
}

/// One colour in every palette and depth: (true, indexed) for a dark ground, the same for a light one, and the one of 16.
struct Tone {
    dark: (u32, u8),
    light: (u32, u8),
    sixteen: (Color, Color),
}

// Contrast on #101418 and on white is at least 4.5 : 1.
const VERMILLION: Tone = Tone { dark: (0x00D5_5E00, 166), light: (0x00A8_4300, 130), sixteen: (Color::LightRed, Color::Red) };
const ORANGE: Tone = Tone { dark: (0x00E6_9F00, 178), light: (0x008A_5A00, 94), sixteen: (Color::LightYellow, Color::Magenta) };
const SKY: Tone = Tone { dark: (0x0056_B4E9, 74), light: (0x0000_60A0, 25), sixteen: (Color::LightCyan, Color::Blue) };
const GREEN: Tone = Tone { dark: (0x0000_9E73, 36), light: (0x0000_694C, 23), sixteen: (Color::LightGreen, Color::Green) };

#[allow(clippy::unused_self, reason = "every look is asked of the theme, whether it depends on it today or not")]
impl Theme {
    /// The look that the environment asks for. `color` and `ascii` are what the user chose; a locale that is not UTF-8 gets ASCII whatever was chosen.
    pub fn from_environment(color: bool, ascii: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        let palette = match (color, has_light_ground(variable("COLORFGBG").as_deref())) {
            (false, _) => Palette::Mono,
            (true, true) => Palette::Light,
            (true, false) => Palette::Dark,
        };
        let depth = depth(&variable("COLORTERM").unwrap_or_default(), &variable("TERM").unwrap_or_default());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
        let glyphs = if ascii || !locale.is_some_and(|locale| is_utf8(&locale)) { Glyphs::Ascii } else { Glyphs::Unicode };
        Self { palette, depth, glyphs }
    }

    fn tone(self, tone: &Tone) -> Style {
        let (true_color, indexed, sixteen) = match self.palette {
            Palette::Mono => return Style::new(),
            Palette::Dark => (tone.dark.0, tone.dark.1, tone.sixteen.0),
            Palette::Light => (tone.light.0, tone.light.1, tone.sixteen.1),
        };
        Style::new().fg(match self.depth {
            Depth::True => Color::from_u32(true_color),
            Depth::Indexed => Color::Indexed(indexed),
            Depth::Sixteen => sixteen,
        })
    }

    /// The colour of a severity.
    pub fn severity(self, severity: Severity) -> Style {
        match severity {
            Severity::Critical | Severity::High => self.tone(&VERMILLION).add_modifier(Modifier::BOLD),
            Severity::Medium => self.tone(&ORANGE),
            Severity::Low | Severity::Info => self.tone(&SKY),
        }
    }

    /// A severity as a badge: a serious one is reversed.
    pub fn badge(self, severity: Severity) -> Style {
        let style = self.severity(severity).add_modifier(Modifier::BOLD);
        if severity >= Severity::High { style.add_modifier(Modifier::REVERSED) } else { style }
    }

    /// What is well.
    pub fn ok(self) -> Style {
        self.tone(&GREEN)
    }

    /// What is lost or stopped.
    pub fn alarm(self) -> Style {
        self.severity(Severity::High)
    }

    /// The one colour of signals: the focused pane, the keys.
    pub fn accent(self) -> Style {
        self.tone(&SKY)
    }

    /// What stands back.
    pub fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What stands out.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The chosen row, in the focused pane or another.
    pub fn chosen(self, focused: bool) -> Style {
        Style::new().add_modifier(if focused { Modifier::REVERSED } else { Modifier::BOLD })
    }

    /// The shape of a severity, two cells wide.
    pub fn mark(self, severity: Severity) -> &'static str {
        match (self.glyphs, severity) {
            (Glyphs::Unicode, Severity::Critical | Severity::High) => "▲▲",
            (Glyphs::Unicode, Severity::Medium) => "▲ ",
            (Glyphs::Unicode, Severity::Low | Severity::Info) => "• ",
            (Glyphs::Ascii, Severity::Critical | Severity::High) => "!!",
            (Glyphs::Ascii, Severity::Medium) => "! ",
            (Glyphs::Ascii, Severity::Low | Severity::Info) => "- ",
        }
    }

    /// The shape of what is well, two cells wide.
    pub fn ok_mark(self) -> &'static str {
        match self.glyphs {
            Glyphs::Unicode => "✓ ",
            Glyphs::Ascii => "ok",
        }
    }
}

/// What an ASCII terminal shows instead of one character.
pub fn in_ascii(symbol: &str) -> &'static str {
    match symbol {
        "─" | "–" | "—" => "-",
        "━" | "═" => "=",
        "│" | "┃" => "|",
        "┌" | "┐" | "└" | "┘" | "┏" | "┓" | "┗" | "┛" => "+",
        "▸" | "›" | "→" | "»" => ">",
        "‹" | "←" | "«" => "<",
        "•" | "●" => "*",
        "…" => "~",
        "·" | "░" => ".",
        "▲" | "↑" => "^",
        "▼" | "↓" => "v",
        "█" => "#",
        "’" | "‘" => "'",
        "“" | "”" => "\"",
        "×" => "x",
        _ => "?",
    }
}

/// `COLORFGBG` is `foreground;background` in the numbers of 16 colours.
fn has_light_ground(value: Option<&str>) -> bool {
    value.and_then(|value| value.rsplit(';').next()).is_some_and(|ground| matches!(ground, "7" | "15"))
}

fn depth(colorterm: &str, term: &str) -> Depth {
    if colorterm.contains("truecolor") || colorterm.contains("24bit") || term.contains("direct") {
        Depth::True
    } else if term.contains("256") {
        Depth::Indexed
    } else {
        Depth::Sixteen
    }
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(color: bool, ascii: bool, variables: &[(&str, &str)]) -> Theme {
        Theme::from_environment(color, ascii, |name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_decides_what_was_not_chosen() {
        let theme = look(true, false, &[("LANG", "en_GB.UTF-8"), ("COLORTERM", "truecolor"), ("COLORFGBG", "0;15")]);
        assert_eq!(theme, Theme { palette: Palette::Light, depth: Depth::True, glyphs: Glyphs::Unicode });
        let theme = look(true, false, &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C"), ("TERM", "xterm-256color")]);
        assert_eq!(theme, Theme { palette: Palette::Dark, depth: Depth::Indexed, glyphs: Glyphs::Ascii });
        assert_eq!(look(false, true, &[("LANG", "C.utf8"), ("TERM", "vt100")]), Theme { palette: Palette::Mono, depth: Depth::Sixteen, glyphs: Glyphs::Ascii });
    }

    #[test]
    fn severities_differ_in_shape_and_in_colour() {
        for palette in [Palette::Dark, Palette::Light] {
            for depth in [Depth::True, Depth::Indexed, Depth::Sixteen] {
                let theme = Theme { palette, depth, glyphs: Glyphs::Unicode };
                let mut colors = vec![theme.severity(Severity::High).fg, theme.severity(Severity::Medium).fg, theme.severity(Severity::Low).fg, theme.ok().fg];
                colors.dedup();
                assert!(colors.len() == 4 && colors.iter().all(Option::is_some), "{theme:?}");
            }
        }
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let theme = Theme { palette: Palette::Mono, depth: Depth::True, glyphs };
            let marks = [theme.mark(Severity::High), theme.mark(Severity::Medium), theme.mark(Severity::Low), theme.ok_mark()];
            assert!(marks.iter().enumerate().all(|(index, mark)| !marks.iter().skip(index + 1).any(|other| other == mark)));
            assert!(theme.severity(Severity::High).fg.is_none(), "no colour without colour");
        }
    }
}
