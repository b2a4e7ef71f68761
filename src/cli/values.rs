//! What a flag's value means: sizes, durations, levels, speeds, record lists.

use std::time::Duration;

use super::near;
use crate::finding::Severity;
use crate::report::TYPES;

/// `256M`, `1G`, `65536`: bytes, in powers of 1,024. At least 16 MiB.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, suffix) = text.split_at_checked(end).unwrap_or((text, ""));
    let shift = match suffix.to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return Err("not a size; write for example 256M or 1G".to_owned()),
    };
    let bytes = digits.parse::<usize>().ok().and_then(|number| number.checked_mul(1 << shift));
    match bytes {
        Some(bytes) if bytes >= LEAST_MEMORY => Ok(bytes),
        Some(_) => Err("too little: at least 16M".to_owned()),
        None => Err("not a size; write for example 256M or 1G".to_owned()),
    }
}

/// Less memory than this is of no use.
const LEAST_MEMORY: usize = 16 << 20;

/// `90s`, `10m`, `1h30m`, `45` (seconds).
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "not a duration; write for example 90s, 10m or 1h30m".to_owned();
    let mut total = 0_u64;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let number: u64 = digits.parse().map_err(|_| wrong())?;
        total = number.checked_mul(unit).and_then(|seconds| total.checked_add(seconds)).ok_or_else(wrong)?;
        digits.clear();
    }
    if !digits.is_empty() {
        total = digits.parse::<u64>().ok().and_then(|seconds| total.checked_add(seconds)).ok_or_else(wrong)?;
    }
    // A hundred years: beyond it, adding to the clock could overflow.
    if total == 0 || total > 3_155_760_000 { Err(wrong()) } else { Ok(Duration::from_secs(total)) }
}

/// A level by the word of programs or of parents.
pub(super) fn level(text: &str) -> Result<Severity, String> {
    match text.to_ascii_lowercase().as_str() {
        "critical" => Ok(Severity::Critical),
        "high" | "serious" => Ok(Severity::High),
        "medium" | "warning" => Ok(Severity::Medium),
        "low" => Ok(Severity::Low),
        "info" | "notice" => Ok(Severity::Info),
        _ => Err("there are serious, warning and notice, or critical, high, medium, low and info".to_owned()),
    }
}

/// How fast a file is replayed: 1 as it was, 10 ten times as fast, 0 as fast as it goes.
pub(super) fn speed(text: &str) -> Result<f64, String> {
    let speed = text.trim_end_matches(['x', '×']).parse::<f64>().ok().filter(|speed| speed.is_finite() && (0.0..=1e6).contains(speed));
    speed.ok_or_else(|| "not a speed; write 1 for as it was, 10 for ten times as fast, 0 for as fast as it goes".to_owned())
}

/// One word of `--records`.
pub(super) fn record(text: &str) -> Result<String, String> {
    if text == "all" || text == "start" || TYPES.contains(&text) {
        return Ok(text.to_owned());
    }
    let hint = near::nearest(text, TYPES.iter().copied()).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
    Err(format!("there are all, {}{hint}", TYPES.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let known = [("256M", Ok(256 << 20)), ("1g", Ok(1 << 30)), ("16MiB", Ok(16 << 20)), ("16777216", Ok(16 << 20)), ("65536k", Ok(64 << 20))];
        for (text, want) in known {
            assert_eq!(size(text), want, "{text}");
        }
        for wrong in ["", "M", "15M", "-1", "1T", "256 M", "99999999999999999999G", "18446744073709551615G", "１M"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations() {
        let known = [("45", 45), ("90s", 90), ("10m", 600), ("1h30m", 5_400), ("2d", 172_800), ("1m30", 90)];
        for (text, want) in known {
            assert_eq!(duration(text), Ok(Duration::from_secs(want)), "{text}");
        }
        for wrong in ["", "0", "m", "1x", "-5s", "99999999999999999999s", "9999999999999d", "1.5h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn levels_speeds_and_records() {
        assert_eq!([level("SERIOUS"), level("warning"), level("low")], [Ok(Severity::High), Ok(Severity::Medium), Ok(Severity::Low)]);
        assert!(level("bad").is_err());
        assert_eq!([speed("10x"), speed("0")], [Ok(10.0), Ok(0.0)]);
        assert!(["-1", "inf", "NaN", ""].iter().all(|text| speed(text).is_err()));
        assert_eq!(record("flow"), Ok("flow".to_owned()));
        assert!(record("flows").unwrap_err().ends_with("did you mean flow?"));
    }
}
