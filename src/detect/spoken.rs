//! Devices that are known by the protocol they speak: trackers (DV-03 to DV-06), cameras of PPPP (DV-07) and Kalay (DV-08), Tuya's (DV-09) and
//! Kasa's (DV-10) small things.
//!
//! One table says which protocol is whose. A tracker is told by each of its frames; of the others, what a conversation came to is judged when it is over.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::detect::whole;
use crate::event::DeviceKind;
use crate::fact::{Conversation, Fact, FlowId, Kind, Leak, Told, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::value::ValueKind;
use crate::wire::{At, Direction};

mod cards;

use cards::{DV_03, DV_04, DV_05, DV_06, DV_07, DV_08, DV_09, DV_10};

/// See the file.
pub static RULE: Rule = Rule {
    cards: &[&DV_03, &DV_04, &DV_05, &DV_06, &DV_07, &DV_08, &DV_09, &DV_10],
    hears: &[Kind::Closed, Kind::Exchange, Kind::Media, Kind::Leak, Kind::Trait, Kind::Command, Kind::Sealed, Kind::Claim],
    open: || Box::<Spoken>::default(),
};

/// Conversations that are remembered while they are open; further ones are not judged.
const OPEN: usize = 8_192;

/// How a protocol is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    /// Whoever speaks it tells where it is; surely by one frame, or so that a second one must agree.
    Tracker(Confidence),
    /// Pictures and passwords decide; so many messages must be whole.
    Camera { messages: u64 },
    /// That it is used is no flaw: pictures in the clear are.
    Kalay,
    /// What it says to everyone at home.
    Small,
}

/// Which protocol is whose.
#[rustfmt::skip]
const SPOKEN: &[(&str, &Card, Judged)] = &[
    ("gt06", &DV_03, Judged::Tracker(Confidence::Certain)),
    ("h02", &DV_04, Judged::Tracker(Confidence::Certain)),
    ("h02-binary", &DV_04, Judged::Tracker(Confidence::Medium)),
    ("gps103", &DV_05, Judged::Tracker(Confidence::Certain)),
    ("tk103", &DV_06, Judged::Tracker(Confidence::Certain)),
    ("pppp", &DV_07, Judged::Camera { messages: 3 }),
    ("tutk", &DV_08, Judged::Kalay),
    ("tuya", &DV_09, Judged::Small),
];

/// What was heard of a conversation.
struct Talk {
    flow: Arc<Conversation>,
    protocol: &'static str,
    card: &'static Card,
    judged: Judged,
    /// Where its first message lies, and its word.
    first: (At, String),
    messages: u64,
    /// Whether it went beyond a greeting.
    beyond_hello: bool,
    /// Whether pictures or sound went by in the clear.
    media: bool,
    /// Whether a password did.
    password: bool,
    /// Whether anything else that matters could be read.
    readable: bool,
    sealed: bool,
    /// In which direction the camera sends, once it showed itself.
    camera: Option<Direction>,
}

/// Remembers what each open conversation told.
#[derive(Default)]
struct Spoken {
    open: BTreeMap<FlowId, Talk>,
    /// By who told and who heard: the first conversation in which a plug told where it stands.
    plugs: BTreeMap<(IpAddr, IpAddr), Arc<Conversation>>,
}

impl Detector for Spoken {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Closed(_) => {
                if let Some(draft) = self.open.remove(&flow.id).and_then(|talk| talk.judge(home)) {
                    tell(draft);
                }
            }
            What::Progress(_) => {}
            What::Leak(leak) if fact.protocol == "kasa" => {
                if let Some(mut draft) = place_of_a_plug(flow, fact, leak) {
                    // Who asks by datagram uses another port each time; it stays one finding.
                    let ends = (flow.sender(fact.direction).ip, flow.sender(fact.direction.flip()).ip);
                    if self.plugs.len() < OPEN || self.plugs.contains_key(&ends) {
                        draft.flow = Arc::clone(self.plugs.entry(ends).or_insert_with(|| Arc::clone(flow)));
                        draft.direction = if draft.flow.client.ip == ends.0 { Direction::ToServer } else { Direction::ToClient };
                    }
                    tell(draft);
                }
            }
            What::Exchange(told) if tracker(fact.protocol) == Some(Confidence::Certain) => {
                if let Some((_, card, _)) = spoken(fact.protocol) {
                    tell(of_a_tracker(card, flow, fact, told));
                }
            }
            what => self.listen(flow, fact, what),
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        self.open.values().filter_map(|talk| talk.judge(home)).for_each(tell);
    }
}

impl Spoken {
    fn listen(&mut self, flow: &Arc<Conversation>, fact: &Fact, what: &What) {
        let Some((protocol, card, judged)) = spoken(fact.protocol) else { return };
        if !self.open.contains_key(&flow.id) {
            // A conversation begins with a message: what was told before is not its protocol's.
            let What::Exchange(told) = what else { return };
            if self.open.len() >= OPEN {
                return;
            }
            let first = (told.at, told.kind.clone().unwrap_or_default());
            let talk = Talk {
                flow: Arc::clone(flow),
                protocol,
                card,
                judged,
                first,
                messages: 0,
                beyond_hello: false,
                media: false,
                password: false,
                readable: false,
                sealed: false,
                camera: None,
            };
            self.open.insert(flow.id, talk);
        }
        if let Some(talk) = self.open.get_mut(&flow.id) {
            talk.learn(what);
        }
    }
}

impl Talk {
    fn learn(&mut self, what: &What) {
        match what {
            What::Exchange(told) => {
                self.messages += 1;
                self.beyond_hello |= told.kind.as_deref().is_some_and(|kind| !kind.starts_with("hello"));
            }
            What::Media { .. } => self.media = true,
            What::Leak(leak) if leak.value.kind == ValueKind::Password && is_sure(leak.confidence) => self.password = true,
            What::Leak(_) | What::Trait { .. } | What::Command { .. } => self.readable = true,
            What::Sealed { .. } => self.sealed = true,
            What::Claim { kind: DeviceKind::Camera, of_client, .. } => {
                self.camera = Some(if *of_client { Direction::ToServer } else { Direction::ToClient });
            }
            _ => {}
        }
    }

    /// What it comes to, if anything.
    fn judge(&self, home: &Home) -> Option<Draft> {
        let direction = self.camera.unwrap_or(Direction::ToServer);
        let is_inside = home.way(&self.flow, direction) == Way::Inside;
        let (severity, confidence, what) = self.weigh(is_inside)?;
        let (at, word) = &self.first;
        let mut draft = whole::draft(self.card, (severity, confidence), &self.flow, self.protocol, (*at, self.excerpt(word)));
        draft.direction = direction;
        what.clone_into(&mut draft.what);
        Some(draft)
    }

    fn weigh(&self, is_inside: bool) -> Option<(Severity, Confidence, &'static str)> {
        Some(match self.judged {
            Judged::Tracker(confidence) if self.messages >= 2 => (Severity::Critical, confidence, ""),
            Judged::Camera { messages } if self.messages >= messages || self.media || self.password => {
                let severity = match (self.media || self.password, self.sealed) {
                    // The ledger takes one step off at home: who looks at his own camera there is a warning.
                    (true, _) if is_inside => Severity::High,
                    (true, _) => Severity::Critical,
                    (false, false) if self.beyond_hello => Severity::High,
                    (false, _) => Severity::Low,
                };
                (severity, Confidence::Certain, pictures(self.media || self.password, self.sealed))
            }
            Judged::Kalay => {
                let severity = if self.media { Severity::High } else { Severity::Info };
                (severity, Confidence::High, pictures(self.media, self.sealed))
            }
            Judged::Small if self.readable => (Severity::Low, Confidence::Certain, "so that everyone at home hears its number and kind"),
            Judged::Small => (Severity::Info, Confidence::Certain, "and encrypts what was seen with a key of its own"),
            Judged::Tracker(_) | Judged::Camera { .. } => return None,
        })
    }

    fn excerpt(&self, word: &str) -> String {
        let more = match self.messages {
            0 | 1 => String::new(),
            messages => format!(", {messages} messages"),
        };
        format!("{} {word}{more}", self.protocol)
    }
}

/// How a protocol is judged, and whose it is.
fn spoken(protocol: &str) -> Option<(&'static str, &'static Card, Judged)> {
    SPOKEN.iter().find(|(spoken, ..)| *spoken == protocol).copied()
}

/// How sure a frame of a tracker's protocol makes, if it is one's.
fn tracker(protocol: &str) -> Option<Confidence> {
    if let (_, _, Judged::Tracker(confidence)) = spoken(protocol)? { Some(confidence) } else { None }
}

/// Each frame of a tracker is evidence. It concerns the tracker, whichever end said it.
fn of_a_tracker(card: &'static Card, flow: &Arc<Conversation>, fact: &Fact, told: &Told) -> Draft {
    let excerpt = format!("{} {}", fact.protocol, told.kind.as_deref().unwrap_or("frame"));
    let mut draft = Draft::new(card, Severity::Critical, Confidence::Certain, flow, fact, told.at, excerpt);
    draft.direction = Direction::ToServer;
    draft
}

fn pictures(clear: bool, sealed: bool) -> &'static str {
    match (clear, sealed) {
        (true, _) => "with pictures or a password that anyone on the way can follow",
        (false, true) => "with its pictures encrypted",
        (false, false) => "with nothing that shows encryption",
    }
}

/// A plug tells where it stands to anyone who asks. Zeros are no place, and never get here.
fn place_of_a_plug(flow: &Arc<Conversation>, fact: &Fact, leak: &Leak) -> Option<Draft> {
    if leak.value.kind != ValueKind::Position || !is_sure(leak.confidence) {
        return None;
    }
    let mut draft = Draft::new(&DV_10, Severity::High, Confidence::Certain, flow, fact, leak.at, leak.excerpt.clone());
    draft.kind = leak.value.kind.word();
    draft.value = Some(leak.value.clone());
    Some(draft)
}

#[cfg(test)]
mod tests;
