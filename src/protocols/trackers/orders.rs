//! Orders that servers give trackers as text: the first word says what they do.
//!
//! Words of the public command lists of Concox, Teltonika, Meitrack and their relatives.

use crate::event::Order;

/// Beginnings of command words in capitals, and what they order. The first that fits counts.
const WORDS: &[(&str, Order)] = &[
    ("MONITOR", Order::ListenIn),
    ("LISTEN", Order::ListenIn),
    ("TAPPING", Order::ListenIn),
    ("JT", Order::ListenIn),
    ("PICTURE", Order::TakePicture),
    ("PHOTO", Order::TakePicture),
    ("CAMREQ", Order::TakePicture),
    ("SERVER", Order::MoveServer),
    ("DOMAIN", Order::MoveServer),
    ("ADMINIP", Order::MoveServer),
    ("SETPARAM 2004", Order::MoveServer),
    ("CALL", Order::Call),
    ("SOS", Order::SetContact),
    ("CENTER", Order::SetContact),
    ("PHBSET", Order::SetContact),
    ("FN", Order::SetContact),
    ("PASSWORD", Order::SetPassword),
    ("PWD", Order::SetPassword),
    ("WHERE", Order::Locate),
    ("URL", Order::Locate),
    ("DWXX", Order::Locate),
    ("POSITION", Order::Locate),
    ("GETGPS", Order::Locate),
    ("GGPS", Order::Locate),
    ("TIMER", Order::Locate),
    ("FINDDEVICE", Order::Ring),
    ("FIND", Order::Ring),
    ("RESET", Order::Power),
    ("REBOOT", Order::Power),
    ("FACTORY", Order::Power),
    ("CPURESET", Order::Power),
    ("POWEROFF", Order::Power),
    ("RESTART", Order::Power),
];

/// What a text orders, and its command word: what stands before the first sign or blank. Absent for what is no word.
pub fn of(text: &str) -> Option<(Order, &str)> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let word = text.get(..end).filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()) && (2..=24).contains(&word.len()))?;
    let starts = |begin: &str| text.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
    let order = WORDS.iter().find(|(begin, _)| starts(begin)).map_or(Order::Set, |(_, order)| *order);
    Some((order, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_decides() {
        assert_eq!(of("SERVER,1,example.org,5023,0#"), Some((Order::MoveServer, "SERVER")));
        assert_eq!(of("setparam 2004:example.org"), Some((Order::MoveServer, "setparam")));
        assert_eq!(of("getinfo"), Some((Order::Set, "getinfo")));
        assert_eq!(of("WHERE#"), Some((Order::Locate, "WHERE")));
        assert_eq!(of("\x01\x02"), None);
        assert_eq!(of(""), None);
    }
}
