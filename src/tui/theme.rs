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
    /// Strong light colours on a dark ground, and nothing dim.
    HighContrast,
    /// No colour: bold, dim and reversed only.
    Mono,
}

impl Palette {
    /// In the order of the key, with their names in the configuration.
    pub const NAMED: [(&'static str, Self); 4] = [("dark", Self::Dark), ("light", Self::Light), ("high-contrast", Self::HighContrast), ("mono", Self::Mono)];

    /// Its name.
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|(_, palette)| *palette == self).map_or("", |(name, _)| name)
    }
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
    /// What the user chose instead, as red, green and blue.
    pub own: Own,
}

/// Colours of the user's own: serious, warning, notice, well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Of what is serious.
    pub serious: Option<u32>,
    /// Of a warning.
    pub warning: Option<u32>,
    /// Of a notice, and of all that can be pressed.
    pub notice: Option<u32>,
    /// Of what is well.
    pub ok: Option<u32>,
}

/// One colour in every palette and depth: (true, indexed) for a dark ground, for a light one, for high contrast, and of 16 those for dark and light.
struct Tone {
    dark: (u32, u8),
    light: (u32, u8),
    strong: (u32, u8),
    sixteen: (Color, Color),
}

// Okabe–Ito. Contrast on #101418 and on white is at least 4.5 : 1, of the strong ones on black at least 7 : 1.
const VERMILLION: Tone = Tone { dark: (0x00D5_5E00, 166), light: (0x00A8_4300, 130), strong: (0x00FF_8A47, 209), sixteen: (Color::LightRed, Color::Red) };
const ORANGE: Tone = Tone { dark: (0x00E6_9F00, 178), light: (0x008A_5A00, 94), strong: (0x00FF_CF5C, 221), sixteen: (Color::LightYellow, Color::Magenta) };
const SKY: Tone = Tone { dark: (0x0056_B4E9, 74), light: (0x0000_60A0, 25), strong: (0x008F_D3FF, 117), sixteen: (Color::LightCyan, Color::Blue) };
const GREEN: Tone = Tone { dark: (0x0000_9E73, 36), light: (0x0000_694C, 23), strong: (0x0047_E0A8, 79), sixteen: (Color::LightGreen, Color::Green) };

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
        Self { palette, depth, glyphs, own: Own::default() }
    }

    /// The same with the next palette.
    #[must_use]
    pub fn next(self) -> Self {
        let after = Palette::NAMED.iter().map(|(_, palette)| *palette).skip_while(|palette| *palette != self.palette).nth(1);
        Self { palette: after.unwrap_or(Palette::Dark), ..self }
    }

    fn tone(self, tone: &Tone, own: Option<u32>) -> Style {
        if let Some(own) = own.filter(|_| self.palette != Palette::Mono && self.depth != Depth::Sixteen) {
            return Style::new().fg(if self.depth == Depth::True { Color::from_u32(own) } else { Color::Indexed(nearest(own)) });
        }
        let (true_color, indexed, sixteen) = match self.palette {
            Palette::Mono => return Style::new(),
            Palette::Dark => (tone.dark.0, tone.dark.1, tone.sixteen.0),
            Palette::Light => (tone.light.0, tone.light.1, tone.sixteen.1),
            Palette::HighContrast => (tone.strong.0, tone.strong.1, tone.sixteen.0),
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
            Severity::Critical | Severity::High => self.tone(&VERMILLION, self.own.serious).add_modifier(Modifier::BOLD),
            Severity::Medium => self.tone(&ORANGE, self.own.warning),
            Severity::Low | Severity::Info => self.tone(&SKY, self.own.notice),
        }
    }

    /// A severity as a badge: a serious one is reversed.
    pub fn badge(self, severity: Severity) -> Style {
        let style = self.severity(severity).add_modifier(Modifier::BOLD);
        if severity >= Severity::High { style.add_modifier(Modifier::REVERSED) } else { style }
    }

    /// What is well.
    pub fn ok(self) -> Style {
        self.tone(&GREEN, self.own.ok)
    }

    /// What is lost or stopped.
    pub fn alarm(self) -> Style {
        self.severity(Severity::High)
    }

    /// The one colour of signals: the focused pane, the keys.
    pub fn accent(self) -> Style {
        self.tone(&SKY, self.own.notice)
    }

    /// What stands back.
    pub fn quiet(self) -> Style {
        if self.palette == Palette::HighContrast { Style::new() } else { Style::new().add_modifier(Modifier::DIM) }
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

/// A bar from nothing (0) to all (8).
pub fn bar(eighths: usize) -> &'static str {
    const BARS: [&str; 9] = ["·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    BARS.get(eighths).copied().unwrap_or("█")
}

/// The nearest of the 6 × 6 × 6 colours of xterm.
fn nearest(color: u32) -> u8 {
    let step = |shift: u32| {
        let part = color >> shift & 0xff;
        if part < 48 { 0 } else { ((part.saturating_sub(35)) / 40).min(5) }
    };
    (16 + 36 * step(16) + 6 * step(8) + step(0)) as u8
}

/// Contrast of two colours (WCAG 2.2, "contrast ratio").
pub fn contrast(one: u32, other: u32) -> f64 {
    let linear = |part: u32| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let light = |color: u32| 0.2126 * linear(color >> 16 & 0xff) + 0.7152 * linear(color >> 8 & 0xff) + 0.0722 * linear(color & 0xff);
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// What an ASCII terminal shows instead of one character.
pub fn in_ascii(symbol: &str) -> &'static str {
    match symbol {
        "─" | "–" | "—" | "▃" => "-",
        "━" | "═" | "▄" => "=",
        "│" | "┃" => "|",
        "┌" | "┐" | "└" | "┘" | "┏" | "┓" | "┗" | "┛" | "▅" => "+",
        "▸" | "›" | "→" | "»" => ">",
        "‹" | "←" | "«" => "<",
        "•" | "●" | "▆" => "*",
        "…" => "~",
        "·" | "░" => ".",
        "▲" | "↑" => "^",
        "▼" | "↓" | "✓" => "v",
        "█" | "▇" => "#",
        "▁" => "_",
        "▂" => ",",
        "◆" => "o",
        "’" | "‘" => "'",
        "“" | "”" => "\"",
        "×" | "✗" => "x",
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
        assert_eq!(theme, Theme { palette: Palette::Light, depth: Depth::True, glyphs: Glyphs::Unicode, own: Own::default() });
        let theme = look(true, false, &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C"), ("TERM", "xterm-256color")]);
        assert_eq!(theme, Theme { palette: Palette::Dark, depth: Depth::Indexed, glyphs: Glyphs::Ascii, own: Own::default() });
        let theme = look(false, true, &[("LANG", "C.utf8"), ("TERM", "vt100")]);
        assert_eq!(theme, Theme { palette: Palette::Mono, depth: Depth::Sixteen, glyphs: Glyphs::Ascii, own: Own::default() });
    }

    #[test]
    fn severities_differ_in_shape_and_in_colour() {
        for palette in [Palette::Dark, Palette::Light, Palette::HighContrast] {
            for depth in [Depth::True, Depth::Indexed, Depth::Sixteen] {
                let theme = Theme { palette, depth, glyphs: Glyphs::Unicode, own: Own::default() };
                let mut colors = vec![theme.severity(Severity::High).fg, theme.severity(Severity::Medium).fg, theme.severity(Severity::Low).fg, theme.ok().fg];
                colors.dedup();
                assert!(colors.len() == 4 && colors.iter().all(Option::is_some), "{theme:?}");
            }
        }
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let theme = Theme { palette: Palette::Mono, depth: Depth::True, glyphs, own: Own::default() };
            let marks = [theme.mark(Severity::High), theme.mark(Severity::Medium), theme.mark(Severity::Low), theme.ok_mark()];
            assert!(marks.iter().enumerate().all(|(index, mark)| !marks.iter().skip(index + 1).any(|other| other == mark)));
            assert!(theme.severity(Severity::High).fg.is_none(), "no colour without colour");
        }
    }

    #[test]
    fn colours_can_be_read_on_their_ground() {
        for tone in [&VERMILLION, &ORANGE, &SKY, &GREEN] {
            assert!(contrast(tone.dark.0, 0x0010_1418) >= 4.5, "{:06x} {}", tone.dark.0, contrast(tone.dark.0, 0x0010_1418));
            assert!(contrast(tone.light.0, 0x00ff_ffff) >= 4.5, "{:06x}", tone.light.0);
            assert!(contrast(tone.strong.0, 0) >= 7.0, "{:06x} {}", tone.strong.0, contrast(tone.strong.0, 0));
        }
        assert!((contrast(0, 0x00ff_ffff) - 21.0).abs() < 0.01);
    }

    #[test]
    fn palettes_go_round_and_own_colours_are_used() {
        let mut theme = Theme { palette: Palette::Dark, depth: Depth::True, glyphs: Glyphs::Unicode, own: Own::default() };
        for _ in 0..Palette::NAMED.len() {
            theme = theme.next();
        }
        assert_eq!(theme.palette, Palette::Dark);
        theme.own.serious = Some(0x00ff_0000);
        assert_eq!(theme.severity(Severity::High).fg, Some(Color::Rgb(255, 0, 0)));
        theme.depth = Depth::Indexed;
        assert_eq!(theme.severity(Severity::High).fg, Some(Color::Indexed(196)));
        theme.palette = Palette::Mono;
        assert_eq!(theme.severity(Severity::High).fg, None);
    }
}
