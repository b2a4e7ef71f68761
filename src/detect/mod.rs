//! Facts → findings: one file a family of detectors, and this list.

pub mod rule;

use rule::Rule;

use crate::finding::Card;

/// Every family.
pub static RULES: &[&Rule] = &[];

static STAND_IN: Card = Card {
    code: "PT-01",
    name: "Location in the clear",
    title: "Location sent without encryption",
    story: "{device} sent {what} to {endpoint}, where {who} could read it.",
    advice: "Turn location off in the app.",
    evidence: "stand-in",
    scale: "stand-in",
    limits: "stand-in",
    standards: &["CWE-319"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Stand-in.
pub fn cards() -> Vec<&'static Card> {
    vec![&STAND_IN]
}
