//! Figures, times and identifiers as a person reads them. Pure; knows no screen.

use jiff::tz::TimeZone;

use crate::finding::{Confidence, Finding, Severity, Way};
use crate::home::snapshot::{Device, Endpoint, Vantage};
use crate::tui::sanitize::clean;
use crate::wire::Timestamp;

/// `184,202`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 packet`, `2 packets`, `1,204 packets`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `640 B`, `40 kB`, `1.2 MB`: decimal units, as disks and tariffs count.
pub fn bytes(number: u64) -> String {
    let mut value = number as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB", "PB", "EB"] {
        // 999.5 and more would be written as 1000.
        if value < 999.5 {
            break;
        }
        value /= 1_000.0;
        unit = next;
    }
    if unit == "B" || value >= 9.95 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

/// `0.2 %`; what is not nothing is never written as `0.0 %`.
pub fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0 %".to_owned();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    match percent {
        p if p < 0.1 => "under 0.1 %".to_owned(),
        p if p < 9.95 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// `00:14:32` of seconds; hours may have more digits.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    format!("{:02}:{:02}:{:02}", whole / 3_600, whole / 60 % 60, whole % 60)
}

/// `5 s`, `14 min`, `3 h`, `2 days`.
pub fn span(seconds: f64) -> String {
    match seconds.max(0.0) as u64 {
        s @ 0..=59 => format!("{s} s"),
        s @ 60..=3_599 => format!("{} min", s / 60),
        s @ 3_600..=172_799 => format!("{} h", s / 3_600),
        s => format!("{} days", s / 86_400),
    }
}

/// `now`, `2 min ago`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.seconds_since(then);
    if seconds < 5.0 { "now".to_owned() } else { format!("{} ago", span(seconds)) }
}

/// `09:16:40` in a zone; `--:--:--` where there is no such moment.
pub fn clock(time: Timestamp, zone: &TimeZone) -> String {
    moment(time, zone, "%H:%M:%S").unwrap_or_else(|| "--:--:--".to_owned())
}

/// The same with its day before it where what is told spans days: `12 Mar 09:16:40`.
pub fn day_clock(time: Timestamp, zone: &TimeZone, days: bool) -> String {
    if days { moment(time, zone, "%-d %b %H:%M:%S").unwrap_or_else(|| clock(time, zone)) } else { clock(time, zone) }
}

/// `2026-03-12 09:16:40 CET` in a zone.
pub fn date(time: Timestamp, zone: &TimeZone) -> String {
    moment(time, zone, "%Y-%m-%d %H:%M:%S %Z").unwrap_or_else(|| time.to_string())
}

fn moment(time: Timestamp, zone: &TimeZone, format: &str) -> Option<String> {
    let stamp = jiff::Timestamp::from_nanosecond(i128::from(time.0)).ok()?;
    Some(stamp.to_zoned(zone.clone()).strftime(format).to_string())
}

/// `as fast as it goes`, `10 times as fast as it was`.
pub fn speed(speed: f64) -> String {
    match speed {
        s if s <= 0.0 => "as fast as it goes".to_owned(),
        s if (s - 1.0).abs() < 1e-9 => "as fast as it was".to_owned(),
        s => format!("×{s}"),
    }
}

/// What a device is called, harmless.
pub fn device(device: &Device) -> String {
    clean(&device.title()).into_owned()
}

/// The same without the maker, where it has a name of its own.
pub fn device_name(device: &Device) -> String {
    device.names.first().map_or_else(|| self::device(device), |known| clean(&known.name).into_owned())
}

/// What an endpoint is called: its first name, else its address.
pub fn endpoint(endpoint: &Endpoint) -> String {
    endpoint.names.first().map_or_else(|| endpoint.address.to_string(), |known| clean(&known.name).into_owned())
}

/// The other end of a finding, harmless; none where it has none.
pub fn other_end(finding: &Finding) -> Option<String> {
    let endpoint = finding.endpoint.as_ref()?;
    Some(endpoint.name.as_deref().map_or_else(|| endpoint.address.to_string(), |name| clean(name).into_owned()))
}

/// The key of an endpoint in lists.
pub fn endpoint_id(endpoint: &Endpoint) -> String {
    format!("{} {}", endpoint.address, endpoint.port)
}

/// Whose an endpoint is, as a parent reads it.
pub fn party(party: &str) -> &'static str {
    match party {
        "first" => "its maker",
        "support" => "hosting or service",
        "third" => "another company",
        _ => "not known",
    }
}

/// Who could read or hear what a finding is about.
pub fn who(finding: &Finding) -> String {
    let other = other_end(finding);
    let company = || other.clone().map_or_else(|| "the company at the other end".to_owned(), |other| format!("whoever runs {other}"));
    match (finding.code.get(..2).unwrap_or_default(), finding.direction) {
        ("EP", _) => company(),
        (_, Way::Inside) => "anyone on your home network".to_owned(),
        _ if is_sealed(finding.protocol) => company(),
        _ => "anyone on the way: on the same Wi-Fi, at the internet provider, in between".to_owned(),
    }
}

/// Whether a protocol is encrypted as a rule.
fn is_sealed(protocol: &str) -> bool {
    matches!(protocol, "tls" | "quic" | "dtls" | "ssh" | "wireguard" | "openvpn" | "noise")
}

/// How sure a finding is, and why.
pub fn sure(finding: &Finding) -> String {
    let why = match finding.confidence {
        Confidence::Certain => "the bytes themselves prove it",
        Confidence::High => "it has the right shape under the right name, or was seen twice",
        Confidence::Medium | Confidence::Low => "by behaviour, or a pattern that other things may have too",
    };
    format!("{}: {why}", finding.confidence.plain())
}

/// Which way something went.
pub fn way(way: Way) -> &'static str {
    match way {
        Way::ToInternet => "from the home to the Internet",
        Way::FromInternet => "from the Internet to the home",
        Way::Inside => "between two ends at home",
    }
}

/// What the other end is to a finding.
pub fn toward(way: Way) -> &'static str {
    match way {
        Way::ToInternet => "Sent to",
        Way::FromInternet => "Came from",
        Way::Inside => "Other end",
    }
}

/// Where the capture was taken, in a sentence.
pub fn vantage(vantage: Vantage) -> &'static str {
    match vantage {
        Vantage::Own => "One device's own traffic is visible here; what other devices send is not.",
        Vantage::BroadcastOnly => "Only announcements to everyone are visible here, not what devices send to others.",
        Vantage::WholeNetwork => "The traffic of several devices is visible here.",
        Vantage::OneSided => "Only one direction of the conversations is visible here.",
        Vantage::BehindRouter => "Taken outside the router: all devices stand behind one address.",
        Vantage::Unknown => "Not known yet.",
    }
}

/// Three classes are shown; they order the list.
pub fn class(severity: Severity) -> u8 {
    match severity.plain() {
        "SERIOUS" => 2,
        "WARNING" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([0, 999, 1_000, 184_202, 1_234_567].map(count), ["0", "999", "1,000", "184,202", "1,234,567"]);
        assert_eq!(
            [0, 640, 999, 1_000, 40_400, 999_600, 1_204_224, 84_000_000].map(bytes),
            ["0 B", "640 B", "999 B", "1.0 kB", "40 kB", "1.0 MB", "1.2 MB", "84 MB"]
        );
        assert_eq!(bytes(u64::MAX), "18 EB");
        assert_eq!([share(412, 184_202), share(1, 1_000_000), share(0, 5), share(1, 2)], ["0.2 %", "under 0.1 %", "0 %", "50 %"]);
        assert_eq!([duration(872.4), duration(360_000.0), duration(-1.0)], ["00:14:32", "100:00:00", "00:00:00"]);
        assert_eq!([counted(1, "packet", "packets"), counted(2, "packet", "packets")], ["1 packet", "2 packets"]);
    }

    #[test]
    fn times_are_told_in_the_zone_that_was_asked_for() {
        let time = Timestamp::new(1_773_306_131, 0);
        assert_eq!(clock(time, &TimeZone::UTC), "09:02:11");
        assert_eq!(date(time, &TimeZone::UTC), "2026-03-12 09:02:11 UTC");
        assert_eq!([true, false].map(|days| day_clock(time, &TimeZone::UTC, days)), ["12 Mar 09:02:11", "09:02:11"]);
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(clock(time, &east), "11:02:11");
        for edge in [i64::MIN, i64::MAX] {
            assert!(!clock(Timestamp(edge), &TimeZone::UTC).is_empty());
        }
        let now = Timestamp::new(1_773_306_300, 0);
        assert_eq!([ago(time, now), ago(now, now), ago(now, time)], ["2 min ago", "now", "now"]);
    }
}
