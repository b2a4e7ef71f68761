use super::super::tests::fact;
use super::*;
use crate::fact::Totals;
use crate::finding::Card;
use crate::home::testing::conversation;
use crate::wire::At;

/// 2026-04-22.
const NOW: i64 = 1_776_844_800_000_000_000;
const DAY_AND_MORE: i64 = 90_000_000_000_000;

fn agreement(version: u16, suite: u16) -> What {
    What::Agreement(Agreement { version, suite, named: true, resumed: false, at: At::default() })
}

fn sealed() -> What {
    What::Sealed { with: "TLS 1.2".to_owned(), at: At::default() }
}

fn ja3() -> What {
    What::Fingerprint { kind: FingerprintKind::Ja3, value: "0".repeat(32), at: At::default() }
}

fn certificate(host: &str, not_after: i64) -> What {
    What::Certificate(Box::new(CertificateShown {
        place: 0,
        of_server: true,
        subject: format!("CN={host}"),
        issuer: "CN=Example CA".to_owned(),
        not_before: Timestamp(NOW - 1_000_000_000_000_000),
        not_after: Timestamp(not_after),
        key: "ec".to_owned(),
        key_bits: 256,
        signature: "ecdsa-with-SHA256".to_owned(),
        hosts: vec![host.to_owned()],
        at: At::default(),
    }))
}

fn said(name: &str) -> What {
    What::Named(Named { source: NameSource::Sni, name: name.to_owned(), subject: NamedSubject::Server, at: At::default() })
}

type Found = (&'static str, &'static str, Severity);

fn of(draft: &Draft) -> Found {
    (draft.card.code, draft.kind, draft.severity)
}

/// What the conversations come to, each in its turn: when it happened, and what was told.
fn judged(server: &str, asks: bool, conversations: Vec<(i64, Vec<What>)>) -> Vec<Found> {
    let (mut agreed, mut home, mut found) = (Agreed::default(), Home::default(), Vec::new());
    let mut say = |agreed: &mut Agreed, fact: Fact| {
        home.learn(&fact);
        agreed.hear(&home, &fact, &mut |draft| found.push(of(&draft)));
    };
    if asks {
        let resolver = Arc::new(conversation("192.168.1.7:5000", "192.168.1.1:53"));
        let what =
            What::Named(Named { source: NameSource::Dns, name: "x.example".to_owned(), subject: NamedSubject::Addresses(Vec::new()), at: At::default() });
        say(&mut agreed, fact(&resolver, "dns", Direction::ToServer, What::Opened));
        say(&mut agreed, fact(&resolver, "dns", Direction::ToServer, what));
    }
    for (index, (time, facts)) in conversations.into_iter().enumerate() {
        let mut flow = conversation(&format!("192.168.1.7:{}", 40_000 + index), server);
        flow.id.packet = 10 + index as u64;
        flow.first = Timestamp(time);
        let flow = Arc::new(flow);
        for what in [What::Opened].into_iter().chain(facts).chain([What::Closed(Totals { packets: [5, 5], bytes: [900, 900], ..Totals::default() })]) {
            say(&mut agreed, Fact { time: Timestamp(time), ..fact(&flow, "tls", Direction::ToServer, what) });
        }
    }
    assert!(agreed.open.is_empty());
    agreed.close(&home, &mut |draft| found.push(of(&draft)));
    found
}

fn once(facts: Vec<What>) -> Vec<Found> {
    judged("203.0.113.5:443", false, vec![(NOW, facts)])
}

#[test]
fn an_old_version_counts_where_both_ends_went_on() {
    let version = |version| once(vec![said("a.example"), agreement(version, 0xc02f), sealed()]).first().map(|found| (found.0, found.2));
    assert_eq!(version(0x0301), Some(("TL-01", Severity::High)));
    assert_eq!(version(0x0300), Some(("TL-01", Severity::High)));
    assert_eq!(version(0x0302), Some(("TL-01", Severity::Medium)));
    assert_eq!(version(0xfeff), Some(("TL-01", Severity::Medium)));
    for modern in [0x0303, 0x0304, 0xfefd, 0xfefc] {
        assert_eq!(version(modern), None, "{modern:#06x}");
    }
    assert_eq!(once(vec![agreement(0x0301, 0x0005)]), [], "a handshake that was given up");
}

#[test]
fn a_suite_that_hides_nothing_is_told_though_nothing_is_ever_sealed() {
    assert_eq!(once(vec![agreement(0x0303, 0x0002)]), [("TL-02", "no-encryption", Severity::High)]);
}

#[test]
fn certificates_count_where_the_device_went_on() {
    let (late, fine) = (NOW - 500_000_000_000_000, NOW + 500_000_000_000_000);
    let facts = |not_after, went_on: bool| {
        let end = if went_on { vec![sealed()] } else { Vec::new() };
        [vec![ja3(), said("a.example"), certificate("a.example", not_after), agreement(0x0303, 0xc02f)], end].concat()
    };
    assert_eq!(once(facts(late, true)), [("TL-03", "ran-out", Severity::High)]);
    assert_eq!(once(facts(late, false)), [], "it turned back");
    assert_eq!(once(facts(fine, true)), []);
    assert_eq!(judged("192.168.1.9:443", false, vec![(NOW, facts(late, true))]), [], "a bridge at home");
    let other = vec![ja3(), said("b.example"), certificate("a.example", fine), agreement(0x0303, 0xc02f), sealed()];
    assert_eq!(once(other), [("TL-03", "wrong-name", Severity::High)]);
    let tor = vec![
        said("b.example"),
        certificate("a.example", late),
        agreement(0x0303, 0xc02f),
        What::Sealed { with: "Tor over TLS 1.2".to_owned(), at: At::default() },
    ];
    assert_eq!(once(tor), []);
}

#[test]
fn nobody_is_named_only_where_a_name_could_have_been_seen() {
    let bare = |hello: bool| {
        let nameless = What::Agreement(Agreement { version: 0x0303, suite: 0xc02f, named: false, resumed: false, at: At::default() });
        [if hello { vec![ja3()] } else { Vec::new() }, vec![nameless, sealed()]].concat()
    };
    let told = |server: &str, asks, hello| judged(server, asks, vec![(NOW, bare(hello))]);
    assert_eq!(told("203.0.113.5:443", true, true), [("TL-04", "no-name", Severity::Low)]);
    assert_eq!(told("203.0.113.5:443", false, true), [], "the capture may have begun late");
    assert_eq!(told("203.0.113.5:443", true, false), [], "its hello was not seen");
    assert_eq!(told("192.168.1.9:443", true, true), [], "at home nobody needs a name");
}

#[test]
fn a_session_of_another_day_can_be_followed() {
    let handshake =
        |resumed| vec![said("a.example"), What::Agreement(Agreement { version: 0x0303, suite: 0xc02f, named: true, resumed, at: At::default() }), sealed()];
    let told = |later, resumed| judged("203.0.113.5:443", false, vec![(NOW, handshake(false)), (NOW + later, handshake(resumed))]);
    assert_eq!(told(DAY_AND_MORE, true), [("TL-04", "old-session", Severity::Info)]);
    assert_eq!(told(DAY_AND_MORE, false), []);
    assert_eq!(told(1_000_000_000, true), []);
}

#[test]
fn cards_are_the_ones_of_this_file() {
    let codes: Vec<_> = RULE.cards.iter().map(|card: &&Card| card.code).collect();
    assert_eq!(codes, ["TL-01", "TL-02", "TL-03", "TL-04"]);
}
