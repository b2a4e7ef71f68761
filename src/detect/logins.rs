//! Logins to devices at home that others can read, and factory passwords that work (DV-11).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::detect::whole;
use crate::event::DeviceKind;
use crate::fact::{Fact, FlowId, Kind, Leak, Told, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::ledger::Draft;
use crate::home::{Home, Side};
use crate::value::ValueKind;
use crate::wire::Direction;

mod factory;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&DV_11], hears: &[Kind::Leak, Kind::Exchange, Kind::Closed], open: || Box::<Logins>::default() };

/// A factory password that works, or one that goes by in the clear.
pub static DV_11: Card = Card {
    code: "DV-11",
    name: "Camera or recorder managed with a factory or cleartext login",
    title: "It lets in {what}.",
    story: "{endpoint} logged in to {device} with it and was let in, and {who} could read user name and password.",
    advice: "Set a password of your own that is used nowhere else, and switch off access without encryption if you can.",
    example: "whoever knows the password that it was sold with",
    evidence: "User name and password of a login (Basic in HTTP and RTSP, PasswordText in ONVIF, FTP, Telnet, Sofia) and the answer that lets it in (200, 230, a command line); the pair is compared with those that makers print in their manuals.",
    scale: "High where a factory password works, medium for a camera's own password in the clear, critical for both from the Internet. Certain.",
    limits: "A login that is refused is none. Whoever chose a factory password himself is told the same. What is hashed (Digest) is not compared, and a page that answers 200 to a wrong password in a form is not judged.",
    standards: &[
        "ETSI EN 303 645 5.1-1",
        "ETSI EN 303 645 5.1-3",
        "ETSI EN 303 645 5.5-7",
        "PSTI Sch. 1 para. 1",
        "EN 18031 AUM",
        "CWE-522",
        "CWE-798",
        "CWE-1392",
        "OWASP IoT 2018 I1",
    ],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Conversations with a login that waits for its answer.
const WAITING: usize = 4_096;
/// Logins that are remembered until it is known what the devices are.
const LOGINS: usize = 4_096;

/// Factory pairs, by the digests of user and password.
static FACTORY: LazyLock<BTreeSet<[[u8; 32]; 2]>> = LazyLock::new(|| factory::PAIRS.iter().map(|(user, password)| [digest(user), digest(password)]).collect());

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// A login that was not answered yet.
#[derive(Clone, Debug, Default)]
struct Waiting {
    user: Option<[u8; 32]>,
    /// Whether a password belongs to it, so that none means an empty one.
    is_pair: bool,
    password: Option<Draft>,
    /// In a body: only some answers show that it was believed.
    in_body: bool,
}

/// Remembers logins until they are answered, and those that were let in until it is known to what.
#[derive(Default)]
struct Logins {
    waiting: BTreeMap<FlowId, Waiting>,
    let_in: Vec<Draft>,
    told: BTreeSet<(FlowId, [u8; 32])>,
}

impl Detector for Logins {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Leak(leak) if fact.direction == Direction::ToServer => self.leak(home, fact, leak),
            What::Exchange(told) => {
                let answer = answer(fact.protocol, told);
                let Some(waiting) = self.waiting.get(&flow.id) else { return };
                match answer {
                    Answer::Refused => {
                        self.waiting.remove(&flow.id);
                    }
                    Answer::LetIn if !waiting.in_body || is_service_of_cameras(told) => {
                        if let Some(waiting) = self.waiting.remove(&flow.id) {
                            self.accept(flow.id, waiting);
                        }
                    }
                    Answer::LetIn | Answer::Neither => {}
                }
            }
            What::Closed(_) => {
                self.waiting.remove(&flow.id);
                while let Some(told) = self.told.range((flow.id, [0; 32])..=(flow.id, [u8::MAX; 32])).next().copied() {
                    self.told.remove(&told);
                }
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        if self.let_in.is_empty() {
            return;
        }
        let devices = home.devices();
        for draft in &self.let_in {
            let kind = whole::kind(home, devices, &draft.flow.server);
            let is_camera = matches!(kind, DeviceKind::Camera | DeviceKind::Doorbell | DeviceKind::BabyMonitor) || is_of_cameras(draft.protocol);
            let from_outside = home.side(draft.flow.client.ip) == Side::Internet;
            let is_factory = draft.kind == FACTORY_KIND;
            if !is_factory && !is_camera {
                continue;
            }
            let severity = match (from_outside, is_factory) {
                (true, _) => Severity::Critical,
                (false, true) => Severity::High,
                (false, false) => Severity::Medium,
            };
            tell(Draft { severity, ..draft.clone() });
        }
    }
}

const FACTORY_KIND: &str = "factory-password";
const CLEAR_KIND: &str = "cleartext-login";

impl Logins {
    fn leak(&mut self, home: &Home, fact: &Fact, leak: &Leak) {
        let Some(flow) = &fact.flow else { return };
        let Some(in_body) = login(fact.protocol, leak).filter(|_| home.side(flow.server.ip) == Side::Home) else { return };
        if self.waiting.len() >= WAITING && !self.waiting.contains_key(&flow.id) {
            return;
        }
        let waiting = self.waiting.entry(flow.id).or_default();
        waiting.in_body = in_body;
        let draft = || {
            let mut draft = Draft::new(&DV_11, Severity::High, Confidence::Certain, flow, fact, leak.at, leak.excerpt.clone());
            draft.concerns_receiver = true;
            draft
        };
        if leak.value.kind == ValueKind::Username {
            *waiting = Waiting { user: Some(leak.value.digest), is_pair: leak.value.decode == ["basic"], password: Some(draft()), in_body };
        } else {
            let mut draft = draft();
            draft.value = Some(leak.value.clone());
            waiting.password = Some(draft);
            waiting.is_pair = true;
        }
    }

    fn accept(&mut self, flow: FlowId, waiting: Waiting) {
        let (Waiting { user, password: Some(mut draft), is_pair: true, .. }, true) = (waiting, self.let_in.len() < LOGINS) else { return };
        let password = draft.value.as_ref().map_or_else(|| digest(""), |value| value.digest);
        // A viewer logs in with every request.
        if !self.told.insert((flow, password)) {
            return;
        }
        let is_factory = user.is_some_and(|user| FACTORY.contains(&[user, password]));
        (draft.kind, draft.what) = if is_factory {
            (FACTORY_KIND, "whoever knows the password it left the factory with".to_owned())
        } else {
            (CLEAR_KIND, "whoever overhears its password, which goes by in plain text".to_owned())
        };
        self.let_in.push(draft);
    }
}

/// What an answer says of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    LetIn,
    Refused,
    Neither,
}

fn answer(protocol: &str, told: &Told) -> Answer {
    let status = told.status.unwrap_or_default();
    let lets_in = match protocol {
        // A command line is there only behind the login; another login follows one that was refused.
        "telnet" => told.kind.as_deref() == Some("command"),
        "sofia" => status == 100,
        "ftp" => matches!(status, 230 | 232),
        "http" | "rtsp" => matches!(status, 200..=299),
        _ => false,
    };
    let refuses = matches!(status, 401 | 403 | 407 | 430 | 530) || protocol == "sofia" && status > 0;
    match (lets_in, refuses) {
        (true, _) => Answer::LetIn,
        (false, true) => Answer::Refused,
        (false, false) => Answer::Neither,
    }
}

/// Whether a value is part of a login that is judged, and if so, whether it stands in a body.
fn login(protocol: &str, leak: &Leak) -> Option<bool> {
    if !matches!(leak.value.kind, ValueKind::Username | ValueKind::Password) || !is_sure(leak.confidence) {
        return None;
    }
    let is_basic = leak.value.decode == ["basic"];
    match protocol {
        "http" | "rtsp" if is_basic || leak.value.field == "userinfo" => Some(false),
        "http" => Some(true),
        "ftp" | "telnet" | "sofia" => Some(false),
        _ => None,
    }
}

/// ONVIF, whose services refuse what they do not believe (ONVIF Core Specification, section 5.9).
fn is_service_of_cameras(told: &Told) -> bool {
    told.target.as_deref().is_some_and(|target| target.contains("/onvif/"))
}

fn is_of_cameras(protocol: &str) -> bool {
    matches!(protocol, "rtsp" | "sofia")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{fact, leak};
    use super::*;
    use crate::event::Role;
    use crate::fact::{Conversation, Totals};
    use crate::home::testing::conversation;
    use crate::wire::At;

    fn said(kind: ValueKind, text: &str, decode: &[&str]) -> What {
        let mut leak = leak(kind, "authorization", Role::Payload, decode);
        leak.value.digest = digest(text);
        What::Leak(leak)
    }

    fn basic(user: &str, password: &str) -> Vec<What> {
        let password = (!password.is_empty()).then(|| said(ValueKind::Password, password, &["basic"]));
        [said(ValueKind::Username, user, &["basic"])].into_iter().chain(password).collect()
    }

    fn status(status: u16, target: &str) -> What {
        What::Exchange(Told { status: Some(status), target: Some(target.to_owned()), ..Told::default() })
    }

    fn told(client: &str, server: &str, protocol: &'static str, camera: bool, facts: Vec<What>) -> Vec<(&'static str, Severity)> {
        let (mut logins, mut home, mut found) = (Logins::default(), Home::default(), Vec::new());
        let flow: Arc<Conversation> = Arc::new(conversation(client, server));
        let claim = What::Claim { kind: DeviceKind::Camera, why: "test".to_owned(), of_client: false, certain: true, at: At::default() };
        let before = [What::Opened].into_iter().chain(camera.then_some(claim));
        let totals = Totals { packets: [2, 2], bytes: [200, 200], ..Totals::default() };
        for what in before.chain(facts).chain([What::Closed(totals)]) {
            let fact = fact(&flow, protocol, Direction::ToServer, what);
            home.learn(&fact);
            logins.hear(&home, &fact, &mut |draft| panic!("{draft:?}"));
        }
        assert!(logins.waiting.is_empty() && logins.told.is_empty());
        logins.close(&home, &mut |draft| found.push((draft.kind, draft.severity)));
        found
    }

    const PHONE: &str = "192.168.1.7:40000";
    const CAMERA: &str = "192.168.1.8:80";

    fn at_home(protocol: &'static str, facts: Vec<What>) -> Vec<(&'static str, Severity)> {
        told(PHONE, CAMERA, protocol, true, facts)
    }

    #[test]
    fn a_factory_password_that_is_let_in_is_told_once() {
        let facts = [vec![status(401, "/")], basic("admin", "admin"), vec![status(200, "/")], basic("admin", "admin"), vec![status(200, "/live")]].concat();
        assert_eq!(at_home("rtsp", facts), [(FACTORY_KIND, Severity::High)]);
        let empty = [basic("admin", ""), vec![status(200, "/")]].concat();
        assert_eq!(at_home("http", empty), [(FACTORY_KIND, Severity::High)], "an empty password");
    }

    #[test]
    fn a_guess_that_is_refused_and_a_question_without_a_login_are_none() {
        let refused = [basic("admin", "admin"), vec![status(401, "/")], basic("root", "root"), vec![status(401, "/"), status(200, "/favicon.ico")]].concat();
        assert_eq!(at_home("http", refused), []);
        assert_eq!(at_home("http", vec![status(401, "/")]), []);
        assert_eq!(at_home("http", basic("admin", "admin")), [], "nobody saw the answer");
        // Digest shows the user and hides the password.
        assert_eq!(at_home("rtsp", vec![said(ValueKind::Username, "admin", &[]), status(200, "/")]), []);
    }

    #[test]
    fn a_password_of_ones_own_is_a_warning_on_a_camera_only() {
        let own = || [basic("mia", "a password of her own"), vec![status(200, "/")]].concat();
        assert_eq!(at_home("http", own()), [(CLEAR_KIND, Severity::Medium)]);
        assert_eq!(told(PHONE, CAMERA, "http", false, own()), [], "a printer's page");
        assert_eq!(told(PHONE, CAMERA, "http", false, [basic("admin", "1234"), vec![status(200, "/")]].concat()), [(FACTORY_KIND, Severity::High)]);
    }

    #[test]
    fn from_the_internet_it_is_worst_and_to_it_no_matter_of_this_card() {
        let factory = || [basic("admin", "12345"), vec![status(200, "/")]].concat();
        assert_eq!(told("203.0.113.5:40000", CAMERA, "http", true, factory()), [(FACTORY_KIND, Severity::Critical)]);
        assert_eq!(told(PHONE, "203.0.113.5:80", "http", false, factory()), []);
    }

    #[test]
    fn each_protocol_lets_in_its_own_way() {
        let pair = |user: &str, password: &str| vec![said(ValueKind::Username, user, &[]), said(ValueKind::Password, password, &[])];
        let kind = |kind: &str| What::Exchange(Told { kind: Some(kind.to_owned()), ..Told::default() });
        let high = [(FACTORY_KIND, Severity::High)];
        assert_eq!(at_home("ftp", [pair("root", "xc3511"), vec![status(331, "")], vec![status(230, "")]].concat()), high);
        assert_eq!(at_home("ftp", [pair("root", "xc3511"), vec![status(530, ""), status(200, "")]].concat()), []);
        assert_eq!(at_home("telnet", [pair("root", "vizxv"), vec![kind("login"), kind("command")]].concat()), high);
        assert_eq!(at_home("telnet", [pair("root", "vizxv"), vec![kind("login"), kind("login")]].concat()), []);
        assert_eq!(at_home("sofia", [pair("admin", "tlJwpbo6"), vec![status(100, "")]].concat()), high);
        assert_eq!(at_home("sofia", [pair("admin", "tlJwpbo6"), vec![status(203, "")]].concat()), []);
        assert_eq!(at_home("http", [pair("admin", "admin"), vec![status(200, "/onvif/media_service")]].concat()), high);
        assert_eq!(at_home("http", [pair("admin", "admin"), vec![status(200, "/login.cgi")]].concat()), [], "a page says 200 to a wrong password as well");
    }
}
