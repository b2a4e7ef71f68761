//! The nearest right word to a mistyped one.

/// Words of more characters are not compared.
const LONGEST: usize = 64;

/// The candidate that is nearest, where one is near enough to be meant: a third of its characters may differ, case does not count.
pub(super) fn nearest<T: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = T>) -> Option<T> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    let measured = candidates.into_iter().filter_map(|candidate| {
        let distance = distance(&word, &candidate.as_ref().to_lowercase())?;
        (distance <= allowed).then_some((distance, candidate))
    });
    measured.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that part two words (optimal string alignment).
fn distance(one: &str, other: &str) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if other.len() > LONGEST || one.chars().count() > LONGEST {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    let mut last = None;
    for (row, c) in one.chars().enumerate() {
        let mut line = vec![row + 1];
        let mut left_char = None;
        for (column, d) in other.iter().copied().enumerate() {
            let at = |list: &[usize], index: usize| list.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, column) + usize::from(c != d)).min(at(&above, column + 1) + 1).min(at(&line, column) + 1);
            if last == Some(d) && left_char == Some(c) {
                best = best.min(at(&before, column.saturating_sub(1)) + 1);
            }
            line.push(best);
            left_char = Some(d);
        }
        last = Some(c);
        before = std::mem::replace(&mut above, line);
    }
    above.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let words = ["inspect", "watch", "explain", "doctor", "demo"];
        let meant = [("inspct", Some("inspect")), ("WTACH", Some("watch")), ("dmeo", Some("demo")), ("toy", None), ("", None)];
        for (typed, want) in meant {
            assert_eq!(nearest(typed, words), want, "{typed}");
        }
        assert_eq!(nearest("pt-3", ["PT-01", "PT-03", "EP-03"]), Some("PT-03"));
        assert_eq!(distance("abc", "abc"), Some(0));
        assert_eq!(distance("", "abc"), Some(3));
    }
}
