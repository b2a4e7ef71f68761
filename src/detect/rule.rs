//! The contract of every detector.

use crate::fact::{Fact, Kind};
use crate::finding::{Card, Confidence};
use crate::home::Home;
use crate::home::ledger::Draft;

/// Who listens to a detector.
pub type Tell<'t> = &'t mut dyn FnMut(Draft);

/// Hears facts in capture order and tells findings.
pub trait Detector: Send {
    /// One fact, of a kind that its rule names. The home has learnt it already.
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>);

    /// What only shows when all is known: called once at the end of an input, and on a copy of nothing in between (live, at each look, with a
    /// fresh ledger for what it tells), so it must tell the same again when asked again and keep no note of having told.
    fn close(&self, home: &Home, tell: Tell<'_>) {
        let _ = (home, tell);
    }

    /// What could not be judged though there was something to judge, and why: one sentence each. Asked whenever [`Detector::close`] is.
    fn unjudged(&self, home: &Home) -> Vec<String> {
        let _ = home;
        Vec::new()
    }
}

/// A family of detectors: one file, and one line in the list.
pub struct Rule {
    /// The cards that it may tell.
    pub cards: &'static [&'static Card],
    /// The kinds of facts that it hears, and no others.
    pub hears: &'static [Kind],
    /// A detector for one input.
    pub open: fn() -> Box<dyn Detector>,
}

/// Whether a value is sure enough to be told to anyone but a researcher.
pub fn is_sure(confidence: Confidence) -> bool {
    confidence > Confidence::Low
}
