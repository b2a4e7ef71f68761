use super::super::tests::{fact, flow};
use super::*;
use crate::fact::{CertificateShown, Named, Totals};
use crate::home::ledger::Ledger;
use crate::wire::{End, Timestamp};

const MADE_UP: [&str; 14] = [
    "xkqjvwzptrb",
    "qmzcvbrtkxw",
    "jhgfdsqwpzx",
    "bvtrzkqplwm",
    "wqxzjkvbpfh",
    "zpxqvkjwhgf",
    "kjqwxzvbnpt",
    "vfwqzxkjhpd",
    "gqzxwvkjtpb",
    "hzqxwkvjfpt",
    "dxqzvwkjgpb",
    "fzqxwvkjhtp",
    "mqzxwvkjbpt",
    "nqzxwvkjdpt",
];
const CHOSEN: [&str; 14] = [
    "weather",
    "kitchen",
    "streaming",
    "playground",
    "bookshop",
    "telecom",
    "mountain",
    "service",
    "homeserver",
    "garden",
    "bicycle",
    "library",
    "market",
    "theatre",
];

struct Told {
    home: Home,
    shady: Shady,
    packet: u64,
    seconds: i64,
}

impl Told {
    fn new() -> Self {
        Self { home: Home::default(), shady: Shady::default(), packet: 0, seconds: 1_000 }
    }

    fn talk(&self, server: &str, port: u16) -> Arc<Conversation> {
        let mut talk = (*flow(self.packet + 1, port)).clone();
        (talk.server, talk.first) = (End { ip: server.parse().unwrap(), port, mac: None }, Timestamp::new(self.seconds, 0));
        Arc::new(talk)
    }

    fn hear(&mut self, talk: &Arc<Conversation>, protocol: &'static str, direction: Direction, what: What) {
        self.packet += 1;
        let fact = Fact { time: Timestamp::new(self.seconds, 0), ..fact(talk, protocol, direction, what) };
        self.home.learn(&fact);
        self.shady.hear(&self.home, &fact, &mut |draft| panic!("{draft:?}"));
    }

    fn look_up(&mut self, name: &str, answer: Option<&str>) {
        let resolver = self.talk("192.168.1.1", 53);
        let named =
            |addresses| What::Named(Named { source: NameSource::Dns, name: name.to_owned(), subject: NamedSubject::Addresses(addresses), at: At::default() });
        self.hear(&resolver, "dns", Direction::ToServer, What::Opened);
        self.hear(&resolver, "dns", Direction::ToServer, named(Vec::new()));
        match answer {
            Some(address) => self.hear(&resolver, "dns", Direction::ToClient, named(vec![address.parse().unwrap()])),
            None => self.hear(&resolver, "dns", Direction::ToClient, What::Absent { name: name.to_owned(), at: At::default() }),
        }
        self.seconds += 2;
    }

    fn call(&mut self, server: &str, port: u16, protocol: &'static str, said: Vec<What>) {
        let talk = self.talk(server, port);
        self.hear(&talk, protocol, Direction::ToServer, What::Opened);
        for what in said {
            self.hear(&talk, protocol, Direction::ToServer, what);
        }
        self.hear(&talk, protocol, Direction::ToServer, What::Closed(Totals { packets: [5, 5], bytes: [700, 900], ..Totals::default() }));
    }

    fn findings(&self) -> Vec<(&'static str, Severity, Confidence, String)> {
        let mut ledger = Ledger::default();
        self.shady.close(&self.home, &mut |draft| ledger.add(draft, &self.home));
        let found = ledger.findings(&self.home, false);
        found.into_iter().map(|finding| (finding.code, finding.severity, finding.confidence, finding.title)).collect()
    }

    fn codes(&self) -> Vec<&'static str> {
        self.findings().into_iter().map(|(code, ..)| code).collect()
    }
}

#[test]
fn a_search_for_made_up_names_is_told() {
    let mut told = Told::new();
    for (made, chosen) in MADE_UP.iter().zip(CHOSEN) {
        told.look_up(&format!("{chosen}.example"), Some("203.0.113.9"));
        told.look_up(&format!("{made}.test"), None);
    }
    let title = "This device looks for names that only a program would make up.".to_owned();
    assert_eq!(told.findings(), [("EP-07", Severity::High, Confidence::Medium, title)]);
}

#[test]
fn names_that_people_chose_are_no_search_even_where_there_are_none() {
    let mut told = Told::new();
    for (chosen, other) in CHOSEN.iter().zip(MADE_UP) {
        told.look_up(&format!("{chosen}.test"), None);
        told.look_up(&format!("{other}.example"), Some("203.0.113.9"));
    }
    assert_eq!(told.codes(), Vec::<&str>::new());
}

#[test]
fn probes_of_browsers_and_lists_are_no_search() {
    let mut told = Told::new();
    for chosen in CHOSEN {
        told.look_up(&format!("{chosen}.example"), Some("203.0.113.9"));
        told.look_up(&format!("www.{chosen}.example"), Some("203.0.113.9"));
    }
    // Three names of one label, the same below the home's own domain, addresses asked of a list, parts of names of one network of delivery.
    for made in MADE_UP {
        told.look_up(made, None);
        told.look_up(&format!("{made}.lan"), None);
        told.look_up(&format!("{made}.list.example"), None);
    }
    assert_eq!(told.codes(), Vec::<&str>::new());
}

#[test]
fn a_probe_every_ten_minutes_is_no_search() {
    let mut told = Told::new();
    for made in MADE_UP {
        told.look_up(&format!("{made}.test"), None);
        told.look_up(&format!("{made}.example"), Some("203.0.113.9"));
        told.seconds += 600;
    }
    assert_eq!(told.codes(), Vec::<&str>::new());
}

#[test]
fn a_few_names_prove_nothing() {
    let mut told = Told::new();
    MADE_UP.iter().take(11).for_each(|made| told.look_up(&format!("{made}.test"), None));
    for chosen in CHOSEN {
        told.look_up(&format!("{chosen}.example"), Some("203.0.113.9"));
    }
    assert_eq!(told.codes(), Vec::<&str>::new());
}

fn certificate() -> What {
    What::Certificate(Box::new(CertificateShown {
        place: 0,
        of_server: true,
        subject: "CN=www.q4xt7kz2hw6v.net".to_owned(),
        issuer: "CN=www.b3mkzqv5r7xw2n.com".to_owned(),
        not_before: Timestamp(0),
        not_after: Timestamp(0),
        key: "rsa".to_owned(),
        key_bits: 2_048,
        signature: String::new(),
        hosts: Vec::new(),
        at: At::default(),
    }))
}

#[test]
fn tor_shows_by_its_certificates_and_its_hidden_services() {
    let mut told = Told::new();
    told.call("203.0.113.70", 9_001, "tls", vec![certificate()]);
    told.look_up(&format!("{}.onion", "abcdefg2".repeat(7)), None);
    let found: Vec<_> = told.findings().into_iter().map(|(code, severity, confidence, _)| (code, severity, confidence)).collect();
    assert_eq!(found.len(), 2);
    assert!(found.contains(&("EP-07", Severity::High, Confidence::Certain)) && found.contains(&("EP-07", Severity::High, Confidence::Medium)));
}

#[test]
fn a_server_that_catches_infected_devices_is_told() {
    let mut told = Told::new();
    let answer = crate::fact::Told { method: Some("GET".to_owned()), status: Some(200), agent: Some("X-Sinkhole/1".to_owned()), ..Default::default() };
    told.call("203.0.113.71", 80, "http", vec![What::Exchange(answer)]);
    assert_eq!(told.codes(), ["EP-07"]);
}

#[test]
fn a_heartbeat_to_a_stranger_is_told_and_weighs_more_beside_other_signs() {
    let mut told = Told::new();
    told.look_up("cloud.stranger.test", Some("203.0.113.80"));
    for _ in 0..14 {
        told.call("203.0.113.80", 443, "tls", Vec::new());
        told.seconds += 60;
    }
    assert_eq!(told.findings().iter().map(|(code, severity, ..)| (*code, *severity)).collect::<Vec<_>>(), [("EP-10", Severity::Low)]);
    told.look_up("xkqjvwzptrb.test", Some("203.0.113.81"));
    for _ in 0..14 {
        told.call("203.0.113.81", 443, "tls", Vec::new());
        told.seconds += 60;
    }
    told.call("203.0.113.70", 9_001, "tls", vec![certificate()]);
    let found = told.findings();
    let count = |code, severity| found.iter().filter(|found| (found.0, found.1) == (code, severity)).count();
    assert_eq!([count("EP-10", Severity::High), count("EP-10", Severity::Low), count("EP-07", Severity::High)], [1, 1, 1], "{found:?}");
}

#[test]
fn pushes_pings_clocks_and_known_companies_beat_as_well() {
    for (name, port, protocol) in [
        ("push.stranger.test", 5_228, "tls"),
        ("mqtt.stranger.test", 1_883, "mqtt"),
        ("ntp.stranger.test", 123, "ntp"),
        ("api.ring.com", 443, "tls"),
        ("a.cloudfront.net", 443, "tls"),
        ("w.stranger.test", 8_001, "setracker"),
    ] {
        let mut told = Told::new();
        told.look_up(name, Some("203.0.113.80"));
        for _ in 0..14 {
            told.call("203.0.113.80", port, protocol, Vec::new());
            told.seconds += 60;
        }
        assert_eq!(told.codes(), Vec::<&str>::new(), "{name}");
    }
}
