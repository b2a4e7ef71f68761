use super::super::tests::fact;
use super::*;
use crate::fact::{Rhythm, Totals};
use crate::home::testing::conversation;
use crate::wire::{At, Timestamp};

const CLOUD: &str = "203.0.113.5:443";

/// A device, and what it sends and is sent in each period.
struct Trial {
    behaviour: Behaviour,
    home: Home,
}

type Told = Vec<(&'static str, Severity, &'static str, u64)>;

impl Trial {
    fn of(kind: DeviceKind) -> Self {
        let mut trial = Self { behaviour: Behaviour::default(), home: Home::default() };
        let flow = Arc::new(conversation("192.168.1.7:1", CLOUD));
        let claim = What::Claim { kind, why: "test".to_owned(), of_client: true, certain: true, at: At::default() };
        for what in [What::Opened, claim, What::Closed(Totals { packets: [1, 1], bytes: [60, 60], ..Totals::default() })] {
            trial.home.learn(&fact(&flow, "tls", Direction::ToServer, what));
        }
        trial
    }

    fn pace(&mut self, server: &str, period: i64, bytes: [u64; 2], rhythm: [Rhythm; 2]) {
        let flow = Arc::new(conversation("192.168.1.7:40000", server));
        let packets = rhythm.map(|rhythm| rhythm.packets + 2);
        let start = Timestamp(period * PERIOD);
        let what = What::Pace(Pace { start, packet: 100 + period as u64, time: start, packets, bytes, rhythm });
        self.behaviour.hear(&self.home, &fact(&flow, "tls", Direction::ToServer, what), &mut |draft| panic!("{draft:?}"));
    }

    fn send(&mut self, period: i64, up: u64, down: u64) -> &mut Self {
        self.pace(CLOUD, period, [up, down], [Rhythm::default(); 2]);
        self
    }

    fn quiet(&mut self, periods: std::ops::Range<i64>) -> &mut Self {
        periods.for_each(|period| {
            self.send(period, 1_200, 1_100);
        });
        self
    }

    fn told(&mut self) -> Told {
        let mut told = Vec::new();
        self.behaviour.close(&self.home, &mut |draft| told.push((draft.card.code, draft.severity, draft.kind, draft.evidence.packet)));
        told
    }
}

/// Quiet, then what `then` adds from period 30 on, then quiet.
fn course(kind: DeviceKind, then: &[(u64, u64)]) -> Told {
    let mut trial = Trial::of(kind);
    trial.quiet(0..30);
    for (period, (up, down)) in (30..).zip(then) {
        trial.send(period, *up, *down);
    }
    trial.quiet(60..70);
    trial.told()
}

#[test]
fn a_burst_out_of_quiet_is_told_by_who_listens() {
    let burst: &[(u64, u64)] = &[(42_000, 2_000)];
    assert_eq!(course(DeviceKind::Speaker, burst), [("BH-01", Severity::Low, "burst", 130)]);
    assert_eq!(course(DeviceKind::Toy, burst), [("BH-01", Severity::Medium, "burst", 130)]);
    assert_eq!(course(DeviceKind::Camera, burst), [("BH-01", Severity::Info, "burst", 130)]);
    for deaf in [DeviceKind::Plug, DeviceKind::Phone, DeviceKind::Unknown] {
        assert_eq!(course(deaf, burst), [], "{deaf:?}");
    }
}

#[test]
fn a_request_and_its_answer_an_update_and_a_copy_are_no_burst() {
    assert_eq!(course(DeviceKind::Speaker, &[(42_000, 60_000)]), [], "a request");
    assert_eq!(course(DeviceKind::Speaker, &[(42_000, 2_000), (500, 40_000)]), [], "its answer comes in the next period");
    assert_eq!(course(DeviceKind::Toy, &[(60_000, 4_000_000), (60_000, 4_000_000)]), [], "an update comes down");
    assert_eq!(course(DeviceKind::Camera, &[(9_000_000, 100_000); 25]).iter().filter(|told| told.0 == "BH-01").count(), 0, "a copy at night");
    assert_eq!(course(DeviceKind::Speaker, &[(8_000, 500)]), [], "small talk");
}

#[test]
fn without_history_the_card_is_silent_and_says_so() {
    let mut trial = Trial::of(DeviceKind::Speaker);
    trial.quiet(0..10).send(10, 42_000, 2_000).quiet(11..14);
    assert_eq!(trial.told(), []);
    assert!(trial.behaviour.unjudged(&trial.home).first().is_some_and(|limit| limit.contains("less than 4 minutes")));
    trial.quiet(14..40);
    assert_eq!(trial.behaviour.unjudged(&trial.home), Vec::<String>::new());
    assert_eq!(Trial::of(DeviceKind::Plug).quiet(0..3).behaviour.unjudged(&Home::default()), Vec::<String>::new());
}

#[test]
fn who_always_sends_much_is_not_told_for_it() {
    let mut trial = Trial::of(DeviceKind::Camera);
    (0..60).for_each(|period| {
        trial.send(period, 300_000 + (period as u64 % 5) * 20_000, 9_000);
    });
    assert_eq!(trial.told(), []);
}

#[test]
fn a_steady_stream_out_of_quiet_is_a_view() {
    let view = |kind, then: &[(u64, u64)]| course(kind, then).into_iter().filter(|told| told.0 == "BH-02").collect::<Told>();
    assert_eq!(view(DeviceKind::Camera, &[(900_000, 40_000); 6]), [("BH-02", Severity::Info, "live-view", 130)]);
    assert_eq!(view(DeviceKind::Speaker, &[(900_000, 40_000); 6]), []);
    assert_eq!(view(DeviceKind::Camera, &[(900_000, 40_000)]), [], "a picture of what moved");
    assert_eq!(view(DeviceKind::Camera, &[(900_000, 900_000); 6]), [], "both ways alike");
}

/// Speech to the device for so many milliseconds in each period.
fn spoken(kind: DeviceKind, server: &str, millis: &[u32]) -> Told {
    let mut trial = Trial::of(kind);
    for (period, millis) in (3..).zip(millis) {
        trial.pace(server, period, [30_000, u64::from(*millis) * 8], [Rhythm::default(), Rhythm { packets: millis / 20, millis: *millis }]);
    }
    trial.told()
}

#[test]
fn speech_to_a_camera_is_told_and_a_bell_is_not() {
    let talk = [("BH-02", Severity::Info, "talk-down", 103)];
    assert_eq!(spoken(DeviceKind::Doorbell, CLOUD, &[4_000]), talk);
    assert_eq!(spoken(DeviceKind::Camera, "192.168.1.9:40000", &[1_600, 1_600]), talk, "over two periods, from a phone at home");
    for split in [[2_850, 300], [300, 2_850], [2_700, 1_400]] {
        assert_eq!(spoken(DeviceKind::Doorbell, CLOUD, &split), talk, "a period ends in it: {split:?}");
    }
    assert_eq!(spoken(DeviceKind::Doorbell, CLOUD, &[200; 40]), [], "a few packets now and then");
    assert_eq!(spoken(DeviceKind::Doorbell, CLOUD, &[1_800]), [], "a bell");
    assert_eq!(spoken(DeviceKind::Phone, CLOUD, &[9_000, 9_000]), [], "a call of the owner's");
}

#[test]
fn what_goes_on_behind_an_answer_is_an_open_session() {
    let session = |kind, behind: &[(u64, u64)]| {
        let mut trial = Trial::of(kind);
        trial.send(1, 4_500, 6_500);
        for (period, (up, down)) in (2..).zip(behind) {
            trial.send(period, *up, *down);
        }
        trial.told()
    };
    assert_eq!(session(DeviceKind::Speaker, &[(6_500, 1_300); 6]), [("BH-03", Severity::Info, "open-session", 102)]);
    assert_eq!(session(DeviceKind::Speaker, &[(6_500, 1_300); 3]), [], "half a minute is a follow-up");
    assert_eq!(session(DeviceKind::Speaker, &[(6_500, 7_000); 6]), [], "it answers");
    assert_eq!(session(DeviceKind::Camera, &[(6_500, 1_300); 6]), []);
}
