use super::super::tests::{fact, flow, leak};
use super::*;
use crate::event::{Media, Role};
use crate::fact::{Told, Totals};
use crate::home::testing::conversation;

type Found = (&'static str, Severity, Confidence, Direction);

fn exchange(kind: &str) -> What {
    What::Exchange(Told { kind: Some(kind.to_owned()), ..Told::default() })
}

fn media() -> What {
    What::Media { media: Media::Video, codec: "h264".to_owned(), confidence: Confidence::Certain, at: At::default() }
}

fn sealed() -> What {
    What::Sealed { with: "keys".to_owned(), at: At::default() }
}

fn judged_in(flow: &Arc<Conversation>, protocol: &'static str, facts: Vec<What>) -> Vec<Found> {
    let (mut spoken, home, mut found, mut live) = (Spoken::default(), Home::default(), Vec::new(), Vec::new());
    let of = |draft: Draft| (draft.card.code, draft.severity, draft.confidence, draft.direction);
    for what in facts {
        spoken.hear(&home, &fact(flow, protocol, Direction::ToServer, what), &mut |draft| found.push(of(draft)));
    }
    spoken.close(&home, &mut |draft| live.push(of(draft)));
    let closed = What::Closed(Totals::default());
    let before = found.len();
    spoken.hear(&home, &fact(flow, protocol, Direction::ToServer, closed), &mut |draft| found.push(of(draft)));
    assert_eq!(found.get(before..), Some(live.as_slice()), "what a look tells is what the end tells");
    assert!(spoken.open.is_empty());
    found
}

fn judged(protocol: &'static str, facts: Vec<What>) -> Vec<Found> {
    judged_in(&flow(1, 9_000), protocol, facts)
}

#[test]
fn trackers_are_told_by_their_frames() {
    use Confidence::{Certain, Medium};
    for (protocol, code) in [("gt06", "DV-03"), ("h02", "DV-04"), ("gps103", "DV-05"), ("tk103", "DV-06")] {
        assert_eq!(
            judged(protocol, vec![exchange("login"), exchange("position")]),
            [(code, Severity::Critical, Certain, Direction::ToServer); 2],
            "{protocol}"
        );
    }
    assert_eq!(judged("h02-binary", vec![exchange("position")]), [], "one binary frame is never told");
    assert_eq!(judged("h02-binary", vec![exchange("position"); 2]), [("DV-04", Severity::Critical, Medium, Direction::ToServer)]);
    assert_eq!(judged("http", vec![exchange("login")]), []);
    assert_eq!(judged("gt06", vec![What::Opened]), [], "without a frame there is no tracker");
}

#[test]
fn pppp_needs_three_messages_and_weighs_what_is_readable() {
    let messages = |count: usize| vec![exchange("data"); count];
    let severity = |more: Vec<What>| judged("pppp", [messages(3), more].concat()).first().map(|found| found.1);
    assert_eq!(judged("pppp", messages(2)), []);
    assert_eq!(severity(Vec::new()), Some(Severity::High));
    assert_eq!(severity(vec![media()]), Some(Severity::Critical));
    assert_eq!(severity(vec![What::Leak(leak(ValueKind::Password, "pwd", Role::Payload, &[]))]), Some(Severity::Critical));
    assert_eq!(severity(vec![sealed()]), Some(Severity::Low));
    assert_eq!(judged("pppp", vec![exchange("hello"); 9]).first().map(|found| found.1), Some(Severity::Low), "a greeting shows nothing");
}

#[test]
fn who_looks_at_his_own_camera_at_home_is_warned_only() {
    let inside = Arc::new(conversation("192.168.1.7:40000", "192.168.1.8:32108"));
    let camera = What::Claim { kind: DeviceKind::Camera, why: "login".to_owned(), of_client: false, certain: true, at: At::default() };
    let told = judged_in(&inside, "pppp", vec![exchange("data"), exchange("data"), exchange("data"), media(), camera]);
    // One step off for both ends at home makes it medium.
    assert_eq!(told, [("DV-07", Severity::High, Confidence::Certain, Direction::ToClient)], "it concerns the camera, not who looks");
}

#[test]
fn kalay_is_no_flaw_but_pictures_in_the_clear_are() {
    let severity = |facts: Vec<What>| judged("tutk", [vec![exchange("iotc")], facts].concat()).first().map(|found| (found.1, found.2));
    assert_eq!(severity(vec![sealed()]), Some((Severity::Info, Confidence::High)));
    assert_eq!(severity(Vec::new()), Some((Severity::Info, Confidence::High)));
    assert_eq!(severity(vec![media()]), Some((Severity::High, Confidence::High)));
}

#[test]
fn tuya_weighs_more_where_it_can_be_read() {
    let severity = |facts: Vec<What>| judged("tuya", [vec![exchange("announce")], facts].concat()).first().map(|found| found.1);
    assert_eq!(severity(vec![What::Leak(leak(ValueKind::Serial, "gwId", Role::Payload, &[]))]), Some(Severity::Low));
    assert_eq!(severity(vec![sealed()]), Some(Severity::Info));
}

#[test]
fn a_plug_that_tells_a_place_is_told_and_one_that_has_none_is_not() {
    let place = |kind, confidence| What::Leak(Leak { confidence, ..leak(kind, "latitude_i", Role::Payload, &["xor-kasa"]) });
    let told = judged("kasa", vec![exchange("response"), place(ValueKind::Position, Confidence::High)]);
    assert_eq!(told, [("DV-10", Severity::High, Confidence::Certain, Direction::ToServer)]);
    assert_eq!(judged("kasa", vec![exchange("get_sysinfo"), place(ValueKind::Mac, Confidence::High)]), [], "a question, or a plug without a place");
    assert_eq!(judged("http", vec![place(ValueKind::Position, Confidence::High)]), []);
}
