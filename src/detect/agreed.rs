//! What both ends of an encrypted conversation agreed on: old versions (TL-01), weak suites (TL-02), certificates (TL-03), no name and sessions that can
//! be followed (TL-04).
//!
//! A conversation is judged when it is over: only what went on behind its handshake was accepted.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::detect::whole;
use crate::event::{Agreement, FingerprintKind, NameSource};
use crate::fact::{CertificateShown, Conversation, Fact, FlowId, Kind, Named, NamedSubject, What};
use crate::finding::{Confidence, Severity};
use crate::home::ledger::Draft;
use crate::home::map::Map;
use crate::home::record::TlsRecord;
use crate::home::{Home, Side};
use crate::wire::{Direction, Timestamp, Transport};

mod cards;
mod certificate;
mod suite;

use super::numbers::{is_bare, is_warm};
use cards::{TL_01, TL_02, TL_03, TL_04};
use certificate::Problem;

/// See the file.
pub static RULE: Rule = Rule {
    cards: &[&TL_01, &TL_02, &TL_03, &TL_04],
    hears: &[Kind::Agreement, Kind::Sealed, Kind::Fingerprint, Kind::Named, Kind::Certificate, Kind::Closed],
    open: || Box::<Agreed>::default(),
};

/// Conversations that are remembered while they are open; further ones are not judged.
const OPEN: usize = 8_192;
/// Conversations without a name that are remembered until it is known whether their device could have looked one up.
const NAMELESS: usize = 4_096;
/// Sessions that are remembered, to see how long each is used.
const SESSIONS: usize = 8_192;
/// An earlier session that goes on after so long can be followed from day to day.
const DAY: f64 = 86_400.0;

/// What was heard of a conversation.
#[derive(Debug, Default)]
struct Heard {
    protocol: &'static str,
    agreement: Option<(Agreement, Timestamp)>,
    /// The name that the client said.
    name: Option<String>,
    /// Whether the client's hello was read.
    hello: bool,
    /// Whether encryption began: nobody turned back at the certificate.
    went_on: bool,
    /// Tor's certificates say nothing on purpose.
    is_tors: bool,
    certificate: Option<Box<CertificateShown>>,
    shown: Timestamp,
}

/// A conversation that named nobody.
#[derive(Debug)]
struct Nameless {
    flow: Arc<Conversation>,
    protocol: &'static str,
    agreement: Agreement,
}

/// Remembers what each open conversation told.
#[derive(Default)]
struct Agreed {
    open: BTreeMap<FlowId, (Arc<Conversation>, Heard)>,
    nameless: Vec<Nameless>,
    /// By client and server: when their last handshake was.
    sessions: Map<(std::net::IpAddr, std::net::IpAddr, u16), Timestamp>,
}

impl Detector for Agreed {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Agreement(agreement) => {
                if let Some(heard) = self.of(flow, fact.protocol) {
                    heard.agreement = Some((*agreement, fact.time));
                }
                self.session(home, flow, fact, agreement, tell);
            }
            What::Sealed { with, .. } => {
                if let Some(heard) = self.of(flow, fact.protocol) {
                    heard.went_on = true;
                    heard.is_tors = with.starts_with("Tor");
                }
            }
            What::Fingerprint { kind: FingerprintKind::Ja3, .. } => {
                if let Some(heard) = self.of(flow, fact.protocol) {
                    heard.hello = true;
                }
            }
            What::Named(Named { source: NameSource::Sni, name, subject: NamedSubject::Server, .. }) => {
                if let Some(heard) = self.of(flow, fact.protocol) {
                    heard.name = Some(name.clone());
                }
            }
            What::Certificate(shown) if shown.of_server && shown.place == 0 => {
                if let Some(heard) = self.of(flow, fact.protocol) {
                    heard.certificate.get_or_insert_with(|| shown.clone());
                    heard.shown = fact.time;
                }
            }
            What::Closed(_) => {
                if let Some((flow, heard)) = self.open.remove(&flow.id) {
                    heard.judge(home, &flow, tell);
                    self.remember_nameless(home, flow, &heard);
                }
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        for (flow, heard) in self.open.values() {
            heard.judge(home, flow, tell);
        }
        self.tell_nameless(home, tell);
    }
}

impl Agreed {
    fn of(&mut self, flow: &Arc<Conversation>, protocol: &'static str) -> Option<&mut Heard> {
        if self.open.len() >= OPEN && !self.open.contains_key(&flow.id) {
            return None;
        }
        let (_, heard) = self.open.entry(flow.id).or_insert_with(|| (Arc::clone(flow), Heard::default()));
        heard.protocol = protocol;
        Some(heard)
    }

    /// A session that goes on a day after its last handshake.
    fn session(&mut self, home: &Home, flow: &Arc<Conversation>, fact: &Fact, agreement: &Agreement, tell: Tell<'_>) {
        let key = (flow.client.ip, flow.server.ip, flow.server.port);
        if self.sessions.len() >= SESSIONS && !self.sessions.contains_key(&key) {
            return;
        }
        let before = self.sessions.insert(key, fact.time);
        let age = before.map(|before| fact.time.seconds_since(before)).filter(|age| agreement.resumed && *age > DAY);
        if let Some(age) = age.filter(|_| is_outward(home, flow)) {
            let excerpt = format!("{}, a session of {:.0} hours ago goes on", version_name(agreement), age / 3_600.0);
            let mut draft = Draft::new(&TL_04, Severity::Info, Confidence::High, flow, fact, agreement.at, excerpt);
            draft.direction = Direction::ToServer;
            draft.kind = "old-session";
            "goes on with a session of another day, by which it can be followed".clone_into(&mut draft.what);
            tell(draft);
        }
    }

    /// Peers of a call, which DTLS seals, have no names.
    fn remember_nameless(&mut self, home: &Home, flow: Arc<Conversation>, heard: &Heard) {
        if let Some(agreement) = heard.nameless().filter(|_| flow.transport == Transport::Tcp && is_outward(home, &flow) && self.nameless.len() < NAMELESS) {
            self.nameless.push(Nameless { flow, protocol: heard.protocol, agreement });
        }
    }

    /// Only where the device could be seen to look up a name, and did not.
    fn tell_nameless(&self, home: &Home, tell: Tell<'_>) {
        if self.nameless.is_empty() {
            return;
        }
        let bare: std::collections::BTreeSet<_> = home
            .contacts()
            .iter()
            .filter(|contact| is_bare(contact) && is_warm(contact))
            .map(|contact| (contact.flow.client.ip, contact.flow.server.ip, contact.flow.server.port, contact.flow.transport))
            .collect();
        for Nameless { flow, protocol, agreement } in &self.nameless {
            if bare.contains(&(flow.client.ip, flow.server.ip, flow.server.port, flow.transport)) {
                let excerpt = format!("{} without a server name to {}", version_name(agreement), flow.server);
                let mut draft = whole::draft(&TL_04, (Severity::Low, Confidence::Certain), flow, protocol, (agreement.at, excerpt));
                draft.kind = "no-name";
                "did not say whom it wants, so nobody can tell whose server that is".clone_into(&mut draft.what);
                tell(draft);
            }
        }
    }
}

fn version_name(agreement: &Agreement) -> &'static str {
    TlsRecord::new(agreement).version
}

/// Whether a device at home talks to the Internet: what goes on between two at home or comes in is another matter.
fn is_outward(home: &Home, flow: &Conversation) -> bool {
    home.side(flow.client.ip) == Side::Home && home.side(flow.server.ip) == Side::Internet
}

impl Heard {
    /// What was agreed on, if nobody was named and nothing was missed.
    fn nameless(&self) -> Option<Agreement> {
        let (agreement, _) = self.agreement?;
        (self.hello && self.went_on && self.name.is_none() && !agreement.named).then_some(agreement)
    }

    fn judge(&self, home: &Home, flow: &Arc<Conversation>, tell: Tell<'_>) {
        let Some((agreement, _)) = self.agreement else { return };
        // A suite that encrypts nothing never seals anything.
        if self.went_on || suite::hides_nothing(&agreement) {
            self.version(flow, &agreement, tell);
            self.suite(flow, &agreement, tell);
        }
        if self.went_on && !self.is_tors && is_outward(home, flow) {
            self.certificate(home, flow, tell);
        }
    }

    fn version(&self, flow: &Arc<Conversation>, agreement: &Agreement, tell: Tell<'_>) {
        let severity = match agreement.version {
            // SSL 2.0, 3.0 and TLS 1.0.
            0x0002 | 0x0200 | 0x0300 | 0x0301 => Severity::High,
            // TLS 1.1; DTLS 1.0 has its rules (RFC 4347), and an early form of it.
            0x0302 | 0xfeff | 0x0100 => Severity::Medium,
            _ => return,
        };
        let name = version_name(agreement);
        let mut draft = whole::draft(&TL_01, (severity, Confidence::Certain), flow, self.protocol, (agreement.at, name.to_owned()));
        draft.kind = name;
        name.clone_into(&mut draft.what);
        tell(draft);
    }

    fn suite(&self, flow: &Arc<Conversation>, agreement: &Agreement, tell: Tell<'_>) {
        if let Some((severity, why, name)) = suite::weakness(agreement) {
            let mut draft = whole::draft(&TL_02, (severity, Confidence::Certain), flow, self.protocol, (agreement.at, name));
            draft.kind = why.word();
            why.plain().clone_into(&mut draft.what);
            tell(draft);
        }
    }

    fn certificate(&self, home: &Home, flow: &Arc<Conversation>, tell: Tell<'_>) {
        let Some(shown) = self.certificate.as_deref() else { return };
        // The name that the client said, else one that it looked up for the address.
        let asked = home.name_of(flow.server.ip, flow.client.ip).filter(|known| known.source == NameSource::Dns);
        let (name, is_said) = match (&self.name, asked) {
            (Some(name), _) => (Some(name.as_str()), true),
            (None, Some(known)) => (Some(known.name.as_str()), false),
            (None, None) => (None, false),
        };
        for problem in certificate::problems(shown, self.shown, name, flow.server.port) {
            let (card, severity) = match problem {
                Problem::ShortKey => (&TL_02, Severity::Medium),
                Problem::WrongName if !is_said => (&TL_03, Severity::Medium),
                problem => (&TL_03, problem.severity()),
            };
            let is_guess = problem == Problem::WrongName && !is_said;
            let confidence = if is_guess { Confidence::Medium } else { Confidence::High };
            let mut draft = whole::draft(card, (severity, confidence), flow, self.protocol, (shown.at, problem.excerpt(shown, name)));
            draft.kind = problem.word();
            problem.plain().clone_into(&mut draft.what);
            tell(draft);
        }
    }
}

#[cfg(test)]
mod tests;
