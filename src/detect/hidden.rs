//! What only looks encrypted (PT-06), and encryption that nobody can verify (PT-07).

use crate::detect::leaks;
use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::fact::{Fact, Kind, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::Home;
use crate::home::ledger::Draft;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_06, &PT_07], hears: &[Kind::Disguised, Kind::Leak, Kind::Scrambled], open: || Box::new(Hidden) };

/// Pretended encryption.
pub static PT_06: Card = Card {
    code: "PT-06",
    name: "Pretended encryption: fixed keys, home-made scrambling or mere encoding",
    title: "It hides its messages in a way that anyone can undo.",
    story: "{device} and {endpoint} exchange messages that look encrypted and are not ({what}), so {who} can read them after one simple step.",
    advice: "Treat it as if it were not encrypted at all: look for an update, and ask the maker why.",
    example: "a short key that repeats",
    evidence: "The scheme was undone and what came out reads: as JSON, XML or pairs of keys and values, or as a message of a known protocol.",
    scale: "Medium, as for plain text, and raised to the severity of what was found in it. Certain.",
    limits: "Only schemes that need no secret are tried: published fixed keys, base64, hexadecimal, and a key of up to 64 bytes that repeats over text.",
    standards: &["ETSI EN 303 645 5.5-1", "EN 18031-1 CRY", "EN 18031-2 CRY", "CWE-327", "CWE-321", "CWE-656"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Encryption that cannot be verified.
pub static PT_07: Card = Card {
    code: "PT-07",
    name: "Encryption that cannot be verified, in an unknown protocol",
    title: "It hides its messages in a way that cannot be checked.",
    story: "{device} and {endpoint} exchange bytes that look random in a protocol of the maker's own, so nobody outside can tell how well they are protected{what}.",
    advice: "Ask the maker which standard protects these messages.",
    example: "; equal blocks come again, which good encryption never shows",
    evidence: "At least 16 KiB of one direction, without the clear heads of its messages, are as even as ciphertext (chi-square below the 99.99 % quantile) and have no known structure.",
    scale: "Info; medium where equal blocks or first blocks come again, which good encryption never shows. Confidence medium.",
    limits: "Short messages are never judged. Well packed data may look the same; what is known to be packed or media is left out.",
    standards: &["ETSI EN 303 645 5.5-1", "ETSI EN 303 645 5.5-2", "CWE-327", "EN 18031-1 CRY", "EN 18031-2 CRY"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Steps of a value's chain that hide it from nobody, though its protocol pretends so.
const SCHEMES: &[&str] = &["xor", "xor-kasa", "xor-pppp", "rotate-edimax"];

/// Judges each fact by itself.
struct Hidden;

impl Detector for Hidden {
    fn hear(&mut self, _: &Home, fact: &Fact, tell: Tell<'_>) {
        draft(fact).into_iter().for_each(tell);
    }
}

/// What one fact comes to.
fn draft(fact: &Fact) -> Option<Draft> {
    let flow = fact.flow.as_ref()?;
    match &fact.what {
        What::Disguised { scheme, excerpt, at } => {
            let mut draft = Draft::new(&PT_06, Severity::Medium, Confidence::Certain, flow, fact, *at, excerpt.clone());
            plain(scheme).clone_into(&mut draft.what);
            Some(draft)
        }
        What::Leak(leak) if is_sure(leak.confidence) => {
            let scheme = leak.value.decode.iter().find(|step| SCHEMES.contains(&step.as_str()))?;
            let severity = leaks::severity(leak).unwrap_or(Severity::Medium).max(Severity::Medium);
            let mut draft = Draft::new(&PT_06, severity, Confidence::Certain, flow, fact, leak.at, leak.excerpt.clone());
            plain(scheme).clone_into(&mut draft.what);
            Some(draft)
        }
        What::Scrambled { weakness, at } => {
            let severity = if weakness.is_some() { Severity::Medium } else { Severity::Info };
            let excerpt = weakness.unwrap_or("looks random").to_owned();
            let mut draft = Draft::new(&PT_07, severity, Confidence::Medium, flow, fact, *at, excerpt);
            draft.what = weakness.map(|weakness| format!("; {weakness}, which good encryption never shows")).unwrap_or_default();
            Some(draft)
        }
        _ => None,
    }
}

/// As in "are not (…)".
fn plain(scheme: &str) -> &'static str {
    match scheme {
        "base64" | "hex" => "only written in other letters",
        "xor" => "a short key that repeats",
        "rotate-edimax" => "only turned letters",
        _ => "the same key in every device",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow, leak};
    use super::*;
    use crate::event::Role;
    use crate::value::ValueKind;
    use crate::wire::{At, Direction};

    fn judged(what: What) -> Option<(&'static str, Severity, Confidence)> {
        draft(&fact(&flow(1, 9_000), "unknown", Direction::ToServer, what)).map(|draft| (draft.card.code, draft.severity, draft.confidence))
    }

    #[test]
    fn what_is_undone_weighs_what_it_holds() {
        let disguised = What::Disguised { scheme: "xor".to_owned(), excerpt: String::new(), at: At::default() };
        assert_eq!(judged(disguised), Some(("PT-06", Severity::Medium, Confidence::Certain)));
        let held = |kind, steps: &[&str]| judged(What::Leak(leak(kind, "k", Role::Unknown, steps))).map(|told| told.1);
        assert_eq!(held(ValueKind::Password, &["xor", "json:k"]), Some(Severity::Critical));
        assert_eq!(held(ValueKind::NetworkName, &["xor-kasa", "json:k"]), Some(Severity::Medium));
        assert_eq!(held(ValueKind::Password, &["form:k", "base64"]), None, "an encoding within a known protocol pretends nothing");
    }

    #[test]
    fn a_cipher_that_shows_its_blocks_weighs_more() {
        let scrambled = |weakness| judged(What::Scrambled { weakness, at: At::default() });
        assert_eq!(scrambled(None), Some(("PT-07", Severity::Info, Confidence::Medium)));
        assert_eq!(scrambled(Some("equal blocks come again")), Some(("PT-07", Severity::Medium, Confidence::Medium)));
    }
}
