//! The cards of what timing shows.

use crate::finding::Card;

/// Sends while nobody uses it.
pub static BH_01: Card = Card {
    code: "BH-01",
    name: "Sends a lot while nobody is using it",
    title: "It sent data while nobody seemed to use it.",
    story: "{device} was quiet and then sent {what} to {endpoint}, without an answer that would show a request.",
    advice: "Look up that time in its app, for it may have heard its name by mistake, seen something move or told of its use.",
    example: "5 MB",
    evidence: "Periods of ten seconds in which a device with a microphone or camera sends more than 20 kB and more than its median by eight times the median deviation, behind a quiet minute and with next to nothing coming back.",
    scale: "Info; low for speakers, medium for toys, watches and baby monitors. Medium confidence.",
    limits: "Only behind four minutes of the device's own history, and for bursts of up to two minutes: longer ones are copies or streams. What was sent is encrypted and not known; studies saw speakers wake by mistake up to once an hour.",
    standards: &["ETSI EN 303 645 5.8-3", "ETSI EN 303 645 6.1-4", "EN 18031-2 UNM"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Live view, talk-down.
pub static BH_02: Card = Card {
    code: "BH-02",
    name: "Live view or talk-down session on a camera",
    title: "It was in use as in a call: {what}.",
    story: "Between {device} and {endpoint} went what looks like live pictures or speech, so {what}.",
    advice: "Compare the time with the family's own use of the app, and change the password if it was none of you.",
    example: "somebody may have looked or spoken through it",
    evidence: "Three seconds or more of small packets to a camera in the rhythm of speech (20 to 60 ms), or a steady stream from it for half a minute behind four quiet minutes.",
    scale: "Info; medium where the other end is in another country than in three sessions before. Medium confidence.",
    limits: "A parent in the app looks the same, and so does a recording of something that moved; the sound of a bell is too short, and a download comes without rhythm.",
    standards: &["ETSI EN 303 645 5.8-3", "EN 18031-2 UNM", "EN 18031-2 LGM"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// A voice session that stays open.
pub static BH_03: Card = Card {
    code: "BH-03",
    name: "Voice session stays open after the answer",
    title: "It went on sending after its last answer.",
    story: "{device} answered and then went on sending to {endpoint} for {what}, as if it still listened.",
    advice: "Look up that time in its app, and remove skills or add-ons that you do not know.",
    example: "a minute",
    evidence: "Sending in every period for more than thirty seconds behind the last answer of the same conversation, with next to nothing coming back.",
    scale: "Info. Low confidence.",
    limits: "Follow-up questions, calls and a noisy room look the same; what was sent is encrypted and not known.",
    standards: &["ETSI EN 303 645 5.8-3"],
    child_weighs_more: false,
    home_weighs_less: false,
};
