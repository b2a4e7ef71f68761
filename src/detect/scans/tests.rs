use super::super::tests::fact;
use super::*;
use crate::fact::Totals;
use crate::home::ledger::Draft;
use crate::home::testing::conversation;
use crate::wire::Direction;

type Found = (&'static str, Severity, Confidence, String);

#[derive(Default)]
struct Trial {
    scans: Scans,
    home: Home,
    packet: u64,
    told: Vec<Draft>,
}

impl Trial {
    fn say(&mut self, seconds: f64, flow: Option<&Arc<Conversation>>, what: What) {
        self.packet += 1;
        let time = Timestamp((seconds * 1e9) as i64);
        let any = Arc::new(conversation("192.168.1.7:1", "192.168.1.8:2"));
        let fact = Fact { packet: self.packet, time, flow: flow.cloned(), ..fact(&any, "unknown", Direction::ToServer, what) };
        self.home.learn(&fact);
        let Self { scans, home, told, .. } = self;
        scans.hear(home, &fact, &mut |draft| told.push(draft));
    }

    /// Asks for a connection, and perhaps gets it.
    fn knock(&mut self, seconds: f64, to: &str, (marked, taken): (bool, bool)) {
        let mut flow = conversation("192.168.1.7:40000", to);
        flow.id.packet = self.packet + 1;
        let flow = Arc::new(flow);
        self.say(seconds, Some(&flow), What::Knock(Knock::Asked { marked }));
        if taken {
            self.say(seconds, Some(&flow), What::Knock(Knock::Taken));
        }
    }

    fn search(&mut self, seconds: f64, last: u8) {
        let (mac, from) = (Mac([0, 0, 0x5e, 0, 0x53, 7]), "192.168.1.7".parse().unwrap());
        self.say(seconds, None, What::Searched { mac, from, target: IpAddr::from([192, 168, 1, last]) });
    }

    /// The home learns what the scanning device is.
    fn is(&mut self, kind: DeviceKind) {
        let flow = Arc::new(conversation("192.168.1.7:1", "192.168.1.1:2"));
        let claim = What::Claim { kind, why: "test".to_owned(), of_client: true, certain: true, at: At::default() };
        for what in [What::Opened, claim, What::Closed(Totals { packets: [1, 1], bytes: [60, 60], ..Totals::default() })] {
            self.say(0.0, Some(&flow), what);
        }
    }

    fn found(mut self) -> Vec<Found> {
        let Self { scans, home, told, .. } = &mut self;
        scans.close(home, &mut |draft| told.push(draft));
        let mut found: Vec<Found> = self.told.iter().map(|draft| (draft.card.code, draft.severity, draft.confidence, draft.kind.to_owned())).collect();
        found.dedup();
        found
    }
}

fn found(code: &'static str, severity: Severity, confidence: Confidence, kind: &str) -> Vec<Found> {
    vec![(code, severity, confidence, kind.to_owned())]
}

#[test]
fn a_sweep_by_arp_is_told_once_with_its_first_addresses() {
    let mut trial = Trial::default();
    (100..130).for_each(|last| trial.search(f64::from(last) / 10.0, last));
    let mut drafts = Vec::new();
    trial.scans.close(&trial.home, &mut |draft| drafts.push(draft));
    assert_eq!(drafts.len(), 5);
    let first = drafts.first().unwrap();
    assert_eq!((first.flow.id.packet, first.evidence.packet, first.what.as_str()), (0, 1, "30 addresses"));
    assert!(drafts.iter().all(|draft| draft.flow.server == first.flow.server), "one finding");
    assert_eq!(trial.found(), found("LN-01", Severity::High, Confidence::High, "addresses"));
}

#[test]
fn slowly_and_a_few_is_no_sweep() {
    let mut slow = Trial::default();
    (100..130).for_each(|last| slow.search(f64::from(last), last));
    assert_eq!(slow.found(), []);
    let mut few = Trial::default();
    (100..114).for_each(|last| few.search(1.0, last));
    assert_eq!(few.found(), []);
}

#[test]
fn who_looks_for_those_that_are_there_does_not_scan() {
    let mut hub = Trial::default();
    hub.is(DeviceKind::Hub);
    for last in 100..120 {
        hub.say(0.5, None, What::Binding { mac: Mac([0, 0, 0x5e, 0, 0x53, last]), address: IpAddr::from([192, 168, 1, last]) });
        hub.search(1.0, last);
        hub.knock(1.5, &format!("192.168.1.{last}:80"), (false, true));
    }
    assert_eq!(hub.found(), []);
}

#[test]
fn what_a_search_weighs_depends_on_who_searches() {
    for (kind, want) in [
        (DeviceKind::Hub, Some(Severity::Medium)),
        (DeviceKind::Phone, Some(Severity::Info)),
        (DeviceKind::Computer, Some(Severity::Info)),
        (DeviceKind::Plug, Some(Severity::High)),
        (DeviceKind::Router, None),
    ] {
        let mut trial = Trial::default();
        trial.is(kind);
        (100..130).for_each(|last| trial.search(2.0, last));
        assert_eq!(trial.found().first().map(|found| found.1), want, "{kind:?}");
    }
}

#[test]
fn many_ports_of_one_device_are_a_scan_unless_they_are_open() {
    let tried = |taken: bool, pause: f64| {
        let mut trial = Trial::default();
        (0..30).for_each(|port| trial.knock(f64::from(port) * pause, &format!("192.168.1.9:{}", 1_000 + port), (false, taken)));
        trial.found()
    };
    assert_eq!(tried(false, 0.1), found("LN-01", Severity::High, Confidence::High, "ports"));
    assert_eq!(tried(true, 0.1), []);
    assert_eq!(tried(false, 70.0), [], "one now and then");
}

#[test]
fn five_marked_connections_are_a_worm() {
    let marked = |count: u8, marked: bool| {
        let mut trial = Trial::default();
        (1..=count).for_each(|last| trial.knock(f64::from(last) * 90.0, &format!("203.0.113.{last}:23"), (marked, false)));
        trial
    };
    assert_eq!(marked(4, true).found(), []);
    let five = marked(5, true);
    assert_eq!(five.told.iter().map(|draft| draft.evidence.packet).collect::<Vec<_>>(), [1, 2, 3, 4, 5], "the first four are evidence as well");
    assert_eq!(five.found(), found("LN-02", Severity::Critical, Confidence::Certain, "mirai"));
    assert_eq!(marked(200, false).found(), [], "slowly and without the mark");
}

#[test]
fn many_strangers_at_ports_for_remote_control_are_a_worm_too() {
    let tried = |port: u16, taken: bool| {
        let mut trial = Trial::default();
        (1..=60_u8).for_each(|last| trial.knock(f64::from(last) / 2.0, &format!("203.0.113.{last}:{port}"), (false, taken)));
        trial.found()
    };
    assert_eq!(tried(23, false), found("LN-02", Severity::Critical, Confidence::High, "many"));
    assert_eq!(tried(23, true), [], "they answer");
    assert_eq!(tried(443, false), [], "a web browser without a network");
}

#[test]
fn one_server_by_ssh_is_no_scan() {
    let mut trial = Trial::default();
    (0..80).for_each(|each| trial.knock(f64::from(each) / 4.0, "203.0.113.9:22", (false, false)));
    assert_eq!(trial.found(), []);
}
