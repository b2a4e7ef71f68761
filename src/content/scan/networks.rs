//! Access points in sight, in text: a list of at least two hardware addresses with the strength of each says where a device is.

use super::numbers::runs;
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::finding::Confidence;
use crate::value::ValueKind;
use crate::wire::Mac;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "networks", keyed: |_| false, signs: Kinds::DIGIT, scan, bytes: None };

/// Characters of a hardware address with a sign between its bytes.
const WRITTEN: usize = 17;
/// Its strength follows in so many bytes.
const REACH: usize = 40;
/// Shorter texts hold no two.
const SHORTEST: usize = 2 * WRITTEN + 6;

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.bytes.len() < SHORTEST || memchr::memchr(b'-', text.bytes).is_none() {
        return;
    }
    let mut found: Vec<Hit> = Vec::new();
    for hit in runs(text.bytes).filter_map(|(start, end)| access_point(text.bytes, start, end)) {
        if found.last().is_none_or(|before| before.value != hit.value) {
            found.push(hit);
        }
        if found.len() > text.most.saturating_add(1) {
            break;
        }
    }
    if found.len() >= 2 && text.meaning != Some(Meaning::Mac) {
        hits.append(&mut found);
    }
}

/// The address that begins a run, if a strength follows.
fn access_point(bytes: &[u8], start: usize, end: usize) -> Option<Hit> {
    // A run may begin or end with a sign that belongs to what stands around it.
    let start = (start..end).find(|index| bytes.get(*index).is_some_and(u8::is_ascii_hexdigit))?;
    let written = bytes.get(start..start + WRITTEN)?;
    let number = mac(written)?;
    let rest = bytes.get(start + WRITTEN..bytes.len().min(start + WRITTEN + REACH)).unwrap_or_default();
    (number.is_device() && strength(rest)).then(|| Hit {
        kind: ValueKind::WifiScan,
        value: String::from_utf8_lossy(written).into_owned(),
        confidence: Confidence::High,
        start,
        length: WRITTEN,
        decimals: None,
        form: "",
    })
}

/// Six bytes with the same sign between them.
fn mac(written: &[u8]) -> Option<Mac> {
    let mut bytes = [0; 6];
    let sign = written.get(2).filter(|sign| matches!(sign, b':' | b'-'))?;
    for (byte, part) in bytes.iter_mut().zip(written.chunks(3)) {
        let ([high, low] | [high, low, _]) = part else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        *byte = digit(*high)? << 4 | digit(*low)?;
        if part.get(2).is_some_and(|between| between != sign) {
            return None;
        }
    }
    Some(Mac(bytes))
}

/// Whether a number from -20 to -110 comes before the next address.
fn strength(rest: &[u8]) -> bool {
    let is_near = |at: usize| rest.iter().take(at).filter(|byte| **byte == b':').count() <= 2;
    memchr::memchr_iter(b'-', rest).any(|at| {
        let digits = rest.get(at + 1..).unwrap_or_default();
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = digits.get(..length).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| digits.parse::<u16>().ok());
        (2..=3).contains(&length) && number.is_some_and(|number| (20..=110).contains(&number)) && is_near(at)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, told};
    use super::*;
    use crate::event::Role;

    #[test]
    fn a_list_with_strengths_is_a_place() {
        for text in [
            "wifi 00:00:5e:00:53:01,-55|00:00:5e:00:53:02,-71|00:00:5e:00:53:03,-90",
            "{\"wifiAccessPoints\":[{\"macAddress\":\"00:00:5e:00:53:01\",\"signalStrength\":-55},{\"macAddress\":\"00:00:5e:00:53:02\",\"signalStrength\":-71}]}",
            "{\"aps\":[{\"bssid\":\"00:00:5e:00:53:01\",\"rssi\":\"-55\"},{\"bssid\":\"00:00:5e:00:53:02\",\"rssi\":\"-71\"}]}",
        ] {
            assert!(told(ValueKind::WifiScan, Role::Body, text).len() >= 2, "{text}");
        }
    }

    #[test]
    fn a_list_without_strengths_or_a_single_one_is_none() {
        for text in [
            "neighbours 00:00:5e:00:53:01 00:00:5e:00:53:02 00:00:5e:00:53:03 on eth0 - all reachable",
            "00:00:5e:00:53:01,-55",
            "log 12:00:01 a=-55 12:00:02 b=-60 12:00:03 c=-70 some more words",
        ] {
            assert!(told(ValueKind::WifiScan, Role::Unknown, text).is_empty(), "{text}");
        }
        nothing(Role::Unknown, "log 12:00:01 a=-55 12:00:02 b=-60 12:00:03 c=-70 some more words");
    }

    #[test]
    fn a_cell_needs_all_its_parts() {
        let tower = "{\"cellTowers\":[{\"mobileCountryCode\":234,\"mobileNetworkCode\":15,\"locationAreaCode\":4660,\"cellId\":22136}]}";
        assert_eq!(told(ValueKind::Cell, Role::Body, tower), ["234-15-4660-22136"]);
        assert_eq!(told(ValueKind::Cell, Role::Target, "/loc?mcc=234&mnc=15&lac=4660&cid=22136"), ["234-15-4660-22136"]);
        for text in ["{\"mcc\":234,\"mnc\":15}", "{\"mcc\":1,\"mnc\":15,\"lac\":4660,\"cid\":22136}", "{\"cid\":22136,\"area\":4660}"] {
            assert!(told(ValueKind::Cell, Role::Body, text).is_empty(), "{text}");
        }
    }
}
