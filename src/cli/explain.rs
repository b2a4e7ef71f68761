//! `explain`: what a finding means, from the same cards that findings are told with.

use std::fmt::Write;

use super::args::ExplainArgs;
use super::code::Code;
use super::stdout::{columns, print};
use super::{near, tell};
use crate::detect;
use crate::finding::Card;
use crate::knowledge::standards;
use crate::printable::wrap;

/// Runs it.
pub(super) fn run(args: &ExplainArgs) -> Code {
    let cards = detect::cards();
    let Some(code) = &args.code else { return print(&list(&cards)) };
    if let Some(card) = cards.iter().find(|card| card.code.eq_ignore_ascii_case(code)) {
        return print(&page(card, columns()));
    }
    let hint = near::nearest(code, cards.iter().map(|card| card.code)).map(|nearest| format!(" Did you mean {nearest}?")).unwrap_or_default();
    tell::problem(&format!("There is no finding \"{code}\".{hint} All of them: tattletale explain"));
    Code::Usage
}

/// One line a card.
fn list(cards: &[&Card]) -> String {
    let mut out = String::new();
    for card in cards {
        let _ = writeln!(out, "{:6}  {}", card.code, card.name);
    }
    let _ = writeln!(out, "\nMore on one of them:  tattletale explain {}", cards.first().map_or("CODE", |card| card.code));
    out
}

/// A card, for a person first and then for a researcher.
fn page(card: &Card, columns: usize) -> String {
    let mut out = format!("{}  {}\n", card.code, card.name);
    let parts = [
        ("What happens", plain(card, card.title)),
        ("What it means", plain(card, card.story)),
        ("What you can do", plain(card, card.advice)),
        ("What it goes by", card.evidence.to_owned()),
        ("How severe, how sure", format!("{}{}", card.scale, weights(card))),
        ("What it can't know", card.limits.to_owned()),
    ];
    for (title, text) in parts.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = writeln!(out, "\n{title}");
        for line in wrap(text, columns.saturating_sub(2)) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out.push_str(&standards(card, columns));
    out
}

/// What a finding is evidence for, and what it never is.
fn standards(card: &Card, columns: usize) -> String {
    let mut out = "\nStandards\n".to_owned();
    let list = card.standards.iter().map(|provision| match standards::about(provision) {
        Some(about) => format!("Evidence relevant to provision {provision} ({about})"),
        None => format!("Evidence relevant to provision {provision}"),
    });
    for line in list.chain([NEVER_PROOF.to_owned()]).flat_map(|text| wrap(&text, columns.saturating_sub(2))) {
        let _ = writeln!(out, "  {line}");
    }
    out
}

/// What traffic can't show.
const NEVER_PROOF: &str = "Traffic alone proves neither that a provision is met nor that it is broken.";

/// How place and device change the weight.
fn weights(card: &Card) -> String {
    let mut out = String::new();
    if card.child_weighs_more {
        out.push_str(" One step more on a child's device.");
    }
    if card.home_weighs_less {
        out.push_str(" One step less between two devices at home.");
    }
    out
}

/// A sentence of the catalogue without a device to fill it.
fn plain(card: &Card, text: &str) -> String {
    let words = [("{what}", card.example), ("{device}", "a device"), ("{endpoint}", "a server"), ("{who}", "someone on the way")];
    let filled = words.iter().fold(text.to_owned(), |text, (mark, word)| text.replace(mark, word));
    let mut chars = filled.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    static CARD: Card = Card {
        code: "PT-01",
        name: "Location in the clear",
        title: "{what} was sent without encryption",
        story: "{device} sent {what} to {endpoint}, where {who} could read it.",
        advice: "Turn location off.",
        example: "personal data",
        evidence: "A position in a readable body.",
        scale: "High.",
        limits: "",
        standards: &["CWE-319"],
        child_weighs_more: true,
        home_weighs_less: false,
    };

    #[test]
    fn a_card_is_told_in_words_that_fit_any_device() {
        let text = page(&CARD, 120);
        assert!(text.contains("  Personal data was sent without encryption\n"), "{text}");
        assert!(text.contains("A device sent personal data to a server, where someone on the way could read it."), "{text}");
        assert!(text.contains("High. One step more on a child's device."), "{text}");
        assert!(!text.contains("can't know") && !text.contains('{'), "{text}");
        assert!(text.contains("  Evidence relevant to provision CWE-319 (sensitive data is sent as readable text)\n"), "{text}");
        assert!(text.ends_with("  Traffic alone proves neither that a provision is met nor that it is broken.\n"), "{text}");
        assert!(list(&[&CARD]).starts_with("PT-01   Location in the clear\n"));
    }

    #[test]
    fn every_card_that_has_room_for_an_example_has_one() {
        for card in detect::cards() {
            let has_room = [card.title, card.story, card.advice].iter().any(|text| text.contains("{what}"));
            assert_eq!(has_room, !card.example.is_empty(), "{}", card.code);
        }
        let text = page(detect::cards().into_iter().find(|card| card.code == "EP-07").unwrap(), 120);
        assert!(text.contains("This device looks up names that a program made up."), "{text}");
    }

    #[test]
    fn every_provision_of_every_card_is_known() {
        for card in detect::cards() {
            for provision in card.standards {
                assert!(standards::about(provision).is_some(), "{}: {provision}", card.code);
            }
        }
    }
}
