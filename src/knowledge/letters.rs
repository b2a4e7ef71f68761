//! How likely the letters of a name are: whether a person would choose it, or a program made it up.
//!
//! One label in; the mean logarithm (base 2) of how often each letter follows the one before, out. What follows what is learnt from the project's own table
//! of domains. Names that companies chose lie around -4, letters at random around -6; five names in a hundred of either lie on the wrong side of
//! [`ODD`], so one name alone proves nothing.

use std::sync::LazyLock;

use super::domains;

/// Labels below this are made up more often than chosen.
pub const ODD: f64 = -5.0;

/// Letters, digits, hyphen and underscore.
const SIGNS: usize = 38;
/// What was never seen may still come.
const PRIOR: f64 = 0.5;
/// A shorter label says nothing.
const SHORTEST: usize = 6;

/// By pairs of signs, the logarithm of how likely the second is behind the first.
static PAIRS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let mut counts = vec![PRIOR; SIGNS * SIGNS];
    let mut labels: Vec<&str> = domains::groups().flat_map(|group| group.domains).flat_map(|(suffix, ..)| labels(suffix)).collect();
    labels.sort_unstable();
    labels.dedup();
    for at in labels.into_iter().flat_map(pairs) {
        if let Some(count) = counts.get_mut(at) {
            *count += 1.0;
        }
    }
    for row in counts.chunks_mut(SIGNS) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|count| *count = (*count / sum).log2());
    }
    counts
});

/// The labels of a domain without the last.
fn labels(domain: &str) -> impl Iterator<Item = &str> {
    domain.rsplit('.').skip(1)
}

fn sign(byte: u8) -> Option<usize> {
    match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => Some(usize::from(letter - b'a')),
        digit @ b'0'..=b'9' => Some(26 + usize::from(digit - b'0')),
        b'-' => Some(36),
        b'_' => Some(37),
        _ => None,
    }
}

/// The places of a label's pairs in the table.
fn pairs(label: &str) -> impl Iterator<Item = usize> {
    label.as_bytes().windows(2).filter_map(|pair| if let [first, second] = pair { Some(sign(*first)? * SIGNS + sign(*second)?) } else { None })
}

/// How likely a label's letters are; none of one that is short, or holds what no host's name holds.
pub fn likely(label: &str) -> Option<f64> {
    let is_long = label.len() >= SHORTEST && label.bytes().all(|byte| sign(byte).is_some());
    // Names of other scripts are letters at random to this table (RFC 3492).
    if !is_long || label.len() > 63 || label.starts_with("xn--") {
        return None;
    }
    let (sum, count) = pairs(label).filter_map(|at| PAIRS.get(at)).fold((0.0, 0_u32), |(sum, count), pair| (sum + pair, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_names_are_likelier_than_made_up_ones() {
        let mean = |labels: &[&str]| labels.iter().map(|label| likely(label).unwrap()).sum::<f64>() / labels.len() as f64;
        let chosen = ["weatherstation", "kitchenlight", "streaming", "playground", "bookshop", "telecom", "mountain", "cloudservice", "homeserver"];
        let made = ["xkqjvwzptrb", "qmzcvbrtkxw", "jhgfdsqwpzx", "bvtrzkqplwm", "wqxzjkvbpfh", "zpxqvkjwhgf"];
        assert!(mean(&chosen) > ODD + 0.3 && mean(&made) < ODD - 0.5, "{} {}", mean(&chosen), mean(&made));
    }

    #[test]
    fn what_says_nothing_is_not_judged() {
        for label in ["", "a", "short", "b\u{fc}cher", "xn--bcher-kva", "with space"] {
            assert_eq!(likely(label), None, "{label}");
        }
        assert_eq!(likely("STREAMING"), likely("streaming"));
    }
}
