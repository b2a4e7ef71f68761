//! The user's own colours and keys: `config.toml`, read before the screen is taken (`docs/screen.md`).
//!
//! ```toml
//! [screen]
//! theme = "auto"      # auto, dark, light, high-contrast, mono
//! ascii = false       # draw with ASCII only
//! mouse = true
//!
//! [colors]
//! serious = "#D55E00" # warning, notice, ok
//!
//! [keys]
//! pause = ["P", "space"]
//! ```

use toml::{Table, Value};

use crate::tui::keymap::Keymap;
use crate::tui::theme::{Own, Palette, contrast};

/// Less contrast than this is told of (WCAG 2.2, 1.4.11).
const LEAST_CONTRAST: f64 = 3.0;

/// What the user chose.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The palette; none: as the terminal's ground is.
    pub(super) palette: Option<Palette>,
    /// Own colours.
    pub(super) own: Own,
    /// ASCII only.
    pub(super) ascii: bool,
    /// Whether the mouse is left to the terminal.
    pub(super) no_mouse: bool,
    /// The keys.
    pub(super) keys: Keymap,
    /// What the user may want to know: one sentence each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads the file's text.
    ///
    /// # Errors
    ///
    /// What is wrong in it, and what there could stand instead: one line.
    pub fn read(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
            format!("line {line}: {}", error.message().lines().next().unwrap_or_default())
        })?;
        let mut config = Self::default();
        for (name, value) in &table {
            let section = |value: &Value| value.as_table().cloned().ok_or_else(|| format!("\"{name}\" is a section: write [{name}]."));
            match name.as_str() {
                "screen" => config.screen(&section(value)?)?,
                "colors" => config.colors(&section(value)?)?,
                "keys" => config.bind(&section(value)?)?,
                _ => return Err(format!("There is no section \"{name}\". There are: [screen], [colors], [keys].")),
            }
        }
        Ok(config)
    }

    /// The same with what was chosen on the command line.
    ///
    /// # Errors
    ///
    /// There is no such look: one sentence with those that there are.
    pub fn choose(mut self, theme: Option<&str>, ascii: bool) -> Result<Self, String> {
        if let Some(theme) = theme {
            self.palette = palette(theme)?;
        }
        self.ascii |= ascii;
        Ok(self)
    }

    fn screen(&mut self, section: &Table) -> Result<(), String> {
        for (name, value) in section {
            match name.as_str() {
                "theme" => self.palette = palette(value.as_str().unwrap_or_default()).map_err(|why| format!("[screen] theme: {why}"))?,
                "ascii" => self.ascii = switch(name, value)?,
                "mouse" => self.no_mouse = !switch(name, value)?,
                _ => return Err(format!("[screen] knows no \"{name}\". It knows: theme, ascii, mouse.")),
            }
        }
        Ok(())
    }

    fn colors(&mut self, section: &Table) -> Result<(), String> {
        for (name, value) in section {
            let color = value.as_str().and_then(color).ok_or_else(|| format!("[colors] {name}: a colour is written as \"#D55E00\"."))?;
            let place = match name.as_str() {
                "serious" => &mut self.own.serious,
                "warning" => &mut self.own.warning,
                "notice" => &mut self.own.notice,
                "ok" => &mut self.own.ok,
                _ => return Err(format!("[colors] knows no \"{name}\". It knows: serious, warning, notice, ok.")),
            };
            *place = Some(color);
            if contrast(color, 0).min(contrast(color, 0x00ff_ffff)) < LEAST_CONTRAST {
                let ground = if contrast(color, 0) < LEAST_CONTRAST { "a dark" } else { "a light" };
                self.warnings.push(format!("[colors] {name} can hardly be read on {ground} ground."));
            }
        }
        Ok(())
    }

    fn bind(&mut self, section: &Table) -> Result<(), String> {
        for (name, value) in section {
            let keys = match value {
                Value::String(key) => Some(vec![key.clone()]),
                Value::Array(keys) => keys.iter().map(|key| key.as_str().map(str::to_owned)).collect(),
                _ => None,
            };
            let keys = keys.ok_or_else(|| format!("[keys] {name}: keys are written as \"j\" or [\"j\", \"down\"]."))?;
            self.keys.bind(name, &keys).map_err(|why| format!("[keys] {name}: {why}"))?;
        }
        match self.keys.lacks() {
            Some(action) => Err(format!("[keys] leaves no key for \"{action}\", which must have one.")),
            None => Ok(()),
        }
    }
}

fn palette(word: &str) -> Result<Option<Palette>, String> {
    if word == "auto" {
        return Ok(None);
    }
    let found = Palette::NAMED.iter().find(|(name, _)| *name == word).map(|(_, palette)| *palette);
    let names: Vec<&str> = Palette::NAMED.iter().map(|(name, _)| *name).collect();
    found.map(Some).ok_or_else(|| format!("there is no \"{word}\". There are: auto, {}.", names.join(", ")))
}

fn switch(name: &str, value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("[screen] {name}: write true or false."))
}

/// `#D55E00`.
fn color(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::Lookup;
    use crate::tui::keys::{Action, Chord, Here, State};
    use crate::tui::model::Screen;

    #[test]
    fn a_file_is_read() {
        let config = Config::read(
            "[screen]\ntheme = \"high-contrast\"\nascii = true\nmouse = false\n[colors]\nserious = \"#D55E00\"\n[keys]\npause = [\"P\", \"ctrl-p\"]\nquit = \"Q\"\n",
        )
        .unwrap();
        assert_eq!((config.palette, config.ascii, config.no_mouse, config.own.serious), (Some(Palette::HighContrast), true, true, Some(0x00d5_5e00)));
        let here = Here { state: State::Browsing, screen: Screen::Devices, replays: false };
        assert_eq!(config.keys.find(Chord::read("P").unwrap(), here), Lookup::Act(Action::Pause));
        assert_eq!(config.keys.find(Chord::read("Q").unwrap(), here), Lookup::Act(Action::Quit));
        assert!(Config::read("").unwrap().palette.is_none());
        assert!(config.warnings.is_empty(), "{:?}", config.warnings);
        assert_eq!(Config::read("[colors]\nok = \"#000000\"").unwrap().warnings.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, said) in [
            ("[screen]\ntheme = \"drak\"", "high-contrast"),
            ("[screen]\nthem = \"dark\"", "theme, ascii, mouse"),
            ("[screen]\nascii = \"yes\"", "true or false"),
            ("screen = 1", "[screen]"),
            ("[colours]\nok = 1", "[colors]"),
            ("[colors]\nok = \"red\"", "#D55E00"),
            ("[colors]\nbad = \"#ffffff\"", "serious"),
            ("[keys]\npasue = \"P\"", "pasue"),
            ("[keys]\npause = \"spcae\"", "spcae"),
            ("[keys]\npause = 1", "\"j\""),
            ("[keys]\nback = []", "back"),
            ("[screen]\n\ntheme = ", "line 3"),
        ] {
            let why = Config::read(text).unwrap_err();
            assert!(why.contains(said) && !why.contains('\n'), "{text}: {why}");
        }
    }
}
