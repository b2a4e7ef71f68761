//! The command words: who says them, and what they order.

use crate::event::Order;

/// Who says a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The watch.
    Watch,
    /// Its server.
    Server,
}

/// What the watch reports with arguments; from the server the same words only acknowledge.
const REPORTS: &[&str] =
    &["LK", "UD", "UD2", "UD3", "UD_LTE", "UD_WCDMA", "UD_CDMA", "UD_TDSCDMA", "AL", "AL_LTE", "AL_WCDMA", "WT", "WT_LTE", "WT_WCDMA", "DW", "CONFIG", "ICCID"];
/// Voice, pictures and readings: data in either direction, never an order.
const DATA: &[&str] = &["TK", "TK2", "TKQ", "TKQ2", "JXTK", "JXTKR", "img", "bphrt", "heart", "oxygen", "btemp", "btemp2", "temp", "KA", "INIT", "TS", "VERNO"];

/// The command word: what stands before the first comma.
pub fn word(content: &[u8]) -> &str {
    let end = content.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).unwrap_or(content.len());
    content.get(..end).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default()
}

/// Who must have said this, where it can be told.
pub fn speaker(content: &[u8]) -> Option<Speaker> {
    let word = word(content);
    if content.get(word.len()) != Some(&b',') {
        return None;
    }
    if REPORTS.contains(&word) {
        Some(Speaker::Watch)
    } else if DATA.contains(&word) {
        None
    } else {
        known_order(word).map(|_| Speaker::Server)
    }
}

/// What a frame from the server orders: a word that is one even alone, or any other that is no report and has arguments.
pub fn order(word: &str, has_arguments: bool) -> Option<Order> {
    if REPORTS.contains(&word) || DATA.contains(&word) {
        return None;
    }
    known_order(word).or(if has_arguments { Some(Order::Set) } else { None })
}

fn known_order(word: &str) -> Option<Order> {
    Some(match word {
        "MONITOR" => Order::ListenIn,
        "rcapture" => Order::TakePicture,
        "IP" => Order::MoveServer,
        "CALL" => Order::Call,
        "CENTER" | "SLAVE" | "SOS" | "SOS1" | "SOS2" | "SOS3" | "PHB" | "PHB2" | "PHBX" | "PHBX2" | "WHITELIST" | "WHITELIST1" | "WHITELIST2" => {
            Order::SetContact
        }
        "PW" => Order::SetPassword,
        "CR" | "UPLOAD" => Order::Locate,
        "FIND" => Order::Ring,
        "POWEROFF" | "RESET" | "RESTART" | "FACTORY" => Order::Power,
        _ => return None,
    })
}

/// Whether every long number in the arguments is a phone number.
pub fn holds_phones(word: &str) -> bool {
    word == "SMS" || matches!(known_order(word), Some(Order::ListenIn | Order::Call | Order::SetContact))
}

/// Whether the arguments are a position report.
pub fn is_report_of_place(word: &str) -> bool {
    let family = word.split('_').next().unwrap_or(word);
    matches!(family, "UD" | "UD2" | "UD3" | "AL" | "WT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_mapped() {
        assert_eq!(order("MONITOR", false), Some(Order::ListenIn));
        assert_eq!(order("PHB", true), Some(Order::SetContact));
        assert_eq!(order("LZ", true), Some(Order::Set));
        assert_eq!(order("LZ", false), None);
        assert_eq!(order("LK", true), None);
        assert_eq!(order("TK", true), None);
        assert!(is_report_of_place("UD_LTE") && !is_report_of_place("LK"));
    }

    #[test]
    fn the_speaker_is_known_by_words_with_arguments() {
        assert_eq!(speaker(b"LK,0,0,100"), Some(Speaker::Watch));
        assert_eq!(speaker(b"LK"), None);
        assert_eq!(speaker(b"CENTER,+447700900123"), Some(Speaker::Server));
        assert_eq!(speaker(b"MONITOR"), None);
    }
}
