//! Keys, clicks and sizes as the terminal tells them, made into messages.

use std::io;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEventKind};

use crate::tui::update::Message;

/// Keys that are taken between two pictures at most.
const KEYS: usize = 256;
/// A slow terminal may tell its ground so late, when it is taken for keys.
const LATE: Duration = Duration::from_secs(10);
/// Such an answer has no more letters.
const ANSWER: u8 = 40;

/// Reads them.
pub struct Keyboard {
    since: Instant,
    /// Letters of a late answer that may still come.
    late: u8,
}

impl Default for Keyboard {
    fn default() -> Self {
        Self { since: Instant::now(), late: 0 }
    }
}

impl Keyboard {
    /// Waits for something so long; then all that came.
    pub fn read(&mut self, patience: Duration) -> io::Result<Vec<Message>> {
        let mut messages = Vec::new();
        let mut patience = patience;
        while messages.len() < KEYS && interrupted(event::poll(patience))? {
            patience = Duration::ZERO;
            match event::read()? {
                Event::Key(key) if self.is_late(key) => {}
                Event::Key(key) => messages.push(Message::Key(key)),
                Event::Mouse(mouse) => messages.extend(match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left) => Some(Message::Clicked(mouse.column, mouse.row)),
                    MouseEventKind::ScrollDown => Some(Message::Wheeled(mouse.column, mouse.row, true)),
                    MouseEventKind::ScrollUp => Some(Message::Wheeled(mouse.column, mouse.row, false)),
                    _ => None,
                }),
                Event::Resize(..) => messages.push(Message::Resized),
                _ => {}
            }
        }
        Ok(messages)
    }

    /// Whether this is a part of `ESC ] 11 ; rgb:… ESC \` (or BEL) that came too late, and no key.
    fn is_late(&mut self, key: KeyEvent) -> bool {
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        if self.late == 0 {
            let begins = alt && key.code == KeyCode::Char(']') && self.since.elapsed() < LATE;
            self.late = if begins { ANSWER } else { 0 };
            return begins;
        }
        let ends = (alt && key.code == KeyCode::Char('\\')) || (key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('g'));
        self.late = if ends { 0 } else { self.late - 1 };
        true
    }
}

/// A signal that cuts the waiting short is no error.
fn interrupted(polled: io::Result<bool>) -> io::Result<bool> {
    match polled {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_is_not_taken_for_keys() {
        let mut keyboard = Keyboard::default();
        let key = |code, modifiers| KeyEvent::new(KeyCode::Char(code), modifiers);
        assert!(!keyboard.is_late(key('1', KeyModifiers::NONE)));
        assert!(keyboard.is_late(key(']', KeyModifiers::ALT)));
        assert!("11;rgb:1010/1414/1818".chars().all(|c| keyboard.is_late(key(c, KeyModifiers::NONE))));
        assert!(keyboard.is_late(key('\\', KeyModifiers::ALT)));
        assert!(!keyboard.is_late(key('1', KeyModifiers::NONE)));
        keyboard.is_late(key(']', KeyModifiers::ALT));
        let swallowed = (0..100).filter(|_| keyboard.is_late(key('x', KeyModifiers::NONE))).count();
        assert_eq!(swallowed, usize::from(ANSWER), "the keyboard comes back");
    }
}
