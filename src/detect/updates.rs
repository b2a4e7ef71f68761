//! Updates and program code that come without any protection in sight (PT-08).

use std::net::IpAddr;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::fact::{Fact, FlowId, Kind, Told, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::home::map::{Map, Set};
use crate::printable::lowered;
use crate::wire::Direction;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_08], hears: &[Kind::Program, Kind::Exchange, Kind::Closed], open: || Box::<Updates>::default() };

/// Program code in the clear.
pub static PT_08: Card = Card {
    code: "PT-08",
    name: "Update or program code fetched without encryption or integrity in sight",
    title: "It fetches program code over a connection without encryption.",
    story: "{device} fetched program code ({what}) from {endpoint} without encryption, and no protection against changes on the way could be seen.",
    advice: "Ask the maker whether updates are signed, and update only at home on your own network.",
    example: "ELF",
    evidence: "A body of at least 64 KiB begins as program code or a memory image does (ELF, U-Boot, squashfs, Android package, cpio, …) and the device asked for it.",
    scale: "Medium; high for code that runs as it is where no signature was fetched beside it. Confidence high.",
    limits: "A signature within the file, or a list of digests over an encrypted connection, cannot be seen: many updates over plain HTTP are safe because they are signed.",
    standards: &[
        "ETSI EN 303 645 5.3-2",
        "ETSI EN 303 645 5.3-7",
        "ETSI EN 303 645 5.3-9",
        "ETSI EN 303 645 5.3-10",
        "EN 18031-1 SUM",
        "CWE-494",
        "CWE-319",
        "OWASP IoT 2018 I4",
    ],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Smaller bodies are no update.
const LEAST: u64 = 64 << 10;
/// Bodies, drafts and signatures that are remembered.
const REMEMBERED: usize = 1_024;

/// Waits for the size of a body, and for a signature until the end.
#[derive(Default)]
struct Updates {
    begun: Map<FlowId, (Draft, bool)>,
    drafts: Vec<(Draft, bool)>,
    signed: Set<(IpAddr, IpAddr)>,
}

impl Detector for Updates {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Program { form, runs, at } if fact.direction == Direction::ToClient && home.way(flow, fact.direction) != Way::ToInternet => {
                let mut draft = Draft::new(&PT_08, Severity::Medium, Confidence::High, flow, fact, *at, form.clone());
                draft.field.clone_from(form);
                draft.what.clone_from(form);
                if self.begun.len() < REMEMBERED {
                    self.begun.insert(flow.id, (draft, *runs));
                }
            }
            What::Exchange(told) => {
                if is_signature(told) && self.signed.len() < REMEMBERED {
                    self.signed.insert((flow.client.ip, flow.server.ip));
                }
                if let Some(begun) = self.begun.remove(&flow.id).filter(|_| told.bytes >= LEAST) {
                    self.keep(begun, tell);
                }
            }
            What::Closed(totals) => {
                let [_, down] = totals.bytes;
                if let Some(begun) = self.begun.remove(&flow.id).filter(|(draft, _)| draft.protocol == "unknown" && down >= LEAST) {
                    self.keep(begun, tell);
                }
            }
            _ => {}
        }
    }

    fn close(&self, _: &Home, tell: Tell<'_>) {
        self.drafts.iter().for_each(|(draft, runs)| tell(self.weighed(draft.clone(), *runs)));
    }
}

impl Updates {
    fn keep(&mut self, (draft, runs): (Draft, bool), tell: Tell<'_>) {
        if self.drafts.len() < REMEMBERED {
            self.drafts.push((draft, runs));
        } else {
            tell(self.weighed(draft, runs));
        }
    }

    fn weighed(&self, mut draft: Draft, runs: bool) -> Draft {
        let is_signed = self.signed.contains(&(draft.flow.client.ip, draft.flow.server.ip));
        draft.severity = if runs && !is_signed { Severity::High } else { Severity::Medium };
        draft
    }
}

/// Whether a request fetches what signs or lists files.
fn is_signature(told: &Told) -> bool {
    const ENDINGS: &[&str] =
        &[".sig", ".asc", ".gpg", ".sign", ".minisig", ".p7s", ".signature", "/inrelease", "sha256sums", ".sha256", ".sha512", "manifest.json.sig"];
    let target = told.target.as_deref().filter(|_| matches!(told.status, Some(200 | 206 | 304))).unwrap_or_default();
    let path = lowered(target.split('?').next().unwrap_or_default());
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::wire::At;

    fn told(bytes: u64, runs: bool, target: &str) -> Vec<(Severity, String)> {
        let (mut updates, home, flow) = (Updates::default(), Home::default(), flow(1, 80));
        let mut hear = |direction, what| updates.hear(&home, &fact(&flow, "http", direction, what), &mut |_| panic!("it waits"));
        let exchange = |target: &str, bytes| {
            What::Exchange(Told { method: Some("GET".to_owned()), target: Some(target.to_owned()), status: Some(200), bytes, ..Told::default() })
        };
        hear(Direction::ToClient, What::Program { form: "elf".to_owned(), runs, at: At::default() });
        hear(Direction::ToServer, exchange("/fw/a.bin", bytes));
        hear(Direction::ToServer, exchange(target, 64));
        let mut all = Vec::new();
        updates.close(&home, &mut |draft| all.push((draft.severity, draft.what)));
        all
    }

    #[test]
    fn code_is_told_with_what_protects_it() {
        assert_eq!(told(LEAST, true, "/index.html"), [(Severity::High, "elf".to_owned())]);
        assert_eq!(told(LEAST, true, "/fw/a.bin.sig"), [(Severity::Medium, "elf".to_owned())]);
        assert_eq!(told(LEAST, false, "/index.html"), [(Severity::Medium, "elf".to_owned())]);
        assert_eq!(told(LEAST - 1, true, "/index.html"), []);
    }
}
