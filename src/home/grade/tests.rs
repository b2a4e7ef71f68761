use super::case::Traffic;
use super::testing::{carried, device, finding, sealed, value};
use super::*;
use crate::event::DeviceKind;
use crate::finding::{Confidence, Severity, Way};
use crate::home::carried::Class;
use crate::value::ValueKind;

const DAY: i64 = 24 * 60;

/// The grade of a device that was seen for a day, with everything sealed.
fn graded(kind: DeviceKind, findings: &[Finding]) -> Grade {
    judged(kind, DAY, findings, &sealed(40, 900))
}

fn judged(kind: DeviceKind, minutes: i64, findings: &[Finding], traffic: &Traffic) -> Grade {
    let findings: Vec<&Finding> = findings.iter().collect();
    grade(&Case { device: &device(kind, minutes), findings: &findings, traffic, lost: 0 })
}

fn reason(grade: &Grade) -> (char, &str) {
    (grade.letter, grade.why.split_once(" Seen ").map_or("", |(reason, _)| reason))
}

#[test]
fn nothing_found_and_all_sealed_for_a_day_is_an_a() {
    let grade = graded(DeviceKind::Plug, &[]);
    assert_eq!(reason(&grade), ('A', "We saw nothing leave unsealed."));
    assert_eq!((grade.scores.overall, grade.raise_by, grade.at_best), (Points(10_000), None, None));
    assert!(grade.caps.is_empty() && grade.not_seen.is_empty());
    assert_eq!(grade.why, "We saw nothing leave unsealed. Seen 24 h 0 min, 40 conversations.");
}

#[test]
fn the_worst_of_a_child_s_device_is_an_f() {
    for code in ["LK-02", "LK-03", "LK-04", "LK-08", "PT-04", "PT-05", "DV-01"] {
        let grade = graded(DeviceKind::Watch, &[finding(code, Severity::Critical)]);
        assert_eq!(reason(&grade), ('F', "Anyone on the way could follow or hear your child."), "{code}");
        let grade = graded(DeviceKind::Camera, &[finding(code, Severity::High)]);
        assert_eq!(grade.letter, 'D', "{code}: of an adult");
    }
}

#[test]
fn orders_passwords_botnets_and_recordings_are_an_f() {
    let mut order = finding("DV-02", Severity::Critical);
    for (kind, letter) in [("listen-in", 'F'), ("move-server", 'F'), ("take-picture", 'F'), ("set-contact", 'B')] {
        order.kind = kind;
        assert_eq!(graded(DeviceKind::Unknown, &[order.clone()]).letter, letter, "{kind}");
    }
    let mut secret = finding("LK-09", Severity::Critical);
    for (kind, letter) in [(ValueKind::Password, 'F'), (ValueKind::NetworkKey, 'F'), (ValueKind::Token, 'D')] {
        secret.values = vec![value(kind)];
        assert_eq!(graded(DeviceKind::Unknown, &[secret.clone()]).letter, letter, "{}", kind.word());
    }
    assert_eq!(graded(DeviceKind::Unknown, &[finding("LN-02", Severity::High)]).letter, 'F');
    assert_eq!(graded(DeviceKind::Unknown, &[finding("PT-09", Severity::High)]).letter, 'F');
}

#[test]
fn every_cap_of_d() {
    for (code, severity) in [
        ("PT-04", Severity::Critical),
        ("PT-05", Severity::High),
        ("DV-07", Severity::Critical),
        ("DV-08", Severity::High),
        ("DV-11", Severity::High),
        ("TL-03", Severity::High),
        ("LK-01", Severity::High),
        ("LK-02", Severity::Medium),
        ("LK-07", Severity::High),
        ("LK-10", Severity::Critical),
    ] {
        assert_eq!(graded(DeviceKind::Unknown, &[finding(code, severity)]).letter, 'D', "{code}");
    }
    assert_eq!(graded(DeviceKind::Unknown, &[finding("DV-11", Severity::Medium)]).letter, 'B', "no factory password");
    assert_eq!(graded(DeviceKind::Unknown, &[finding("TL-03", Severity::Info)]).letter, 'A', "a private certificate");
    assert_eq!(graded(DeviceKind::BabyMonitor, &[finding("DV-07", Severity::Critical)]).letter, 'F');
    assert_eq!(graded(DeviceKind::BabyMonitor, &[finding("DV-07", Severity::High)]).letter, 'B', "no picture was seen");
}

#[test]
fn every_cap_of_c() {
    assert_eq!(graded(DeviceKind::Unknown, &[finding("LK-06", Severity::Medium)]).letter, 'C');
    assert_eq!(graded(DeviceKind::Unknown, &[finding("LK-06", Severity::Low)]).letter, 'A', "a Wi-Fi network's name");
    assert_eq!(graded(DeviceKind::Unknown, &[finding("TL-01", Severity::Medium)]).letter, 'C');
    assert_eq!(graded(DeviceKind::Camera, &[finding("LN-03", Severity::High)]).letter, 'C');
    assert_eq!(graded(DeviceKind::Console, &[finding("LN-03", Severity::Medium)]).letter, 'B');
    assert_eq!(graded(DeviceKind::Plug, &[finding("DV-10", Severity::Medium)]).letter, 'C');
    let mut at_home = finding("LK-02", Severity::Medium);
    at_home.direction = Way::Inside;
    assert_eq!(reason(&graded(DeviceKind::Plug, &[at_home])), ('C', "Anyone on your Wi-Fi can read where your home is."));
    for code in ["EP-01", "EP-02", "LK-11"] {
        assert_eq!(graded(DeviceKind::Toy, &[finding(code, Severity::Medium)]).letter, 'C', "{code}");
        assert_eq!(graded(DeviceKind::Tv, &[finding(code, Severity::Medium)]).letter, 'B', "{code}");
        assert_eq!(graded(DeviceKind::Toy, &[finding(code, Severity::Info)]).letter, 'A', "{code}: looked up only");
    }
}

#[test]
fn every_cap_of_b() {
    for code in ["PT-01", "PT-02", "PT-03", "PT-06", "PT-08"] {
        assert_eq!(graded(DeviceKind::Unknown, &[finding(code, Severity::Low)]).letter, 'B', "{code}");
        assert_eq!(graded(DeviceKind::Unknown, &[finding(code, Severity::Info)]).letter, 'A', "{code}");
    }
    assert_eq!(graded(DeviceKind::Unknown, &[finding("EP-06", Severity::Low)]).letter, 'B');
    assert_eq!(graded(DeviceKind::Unknown, &[finding("BH-01", Severity::Medium)]).letter, 'B', "something to warn of is no A");
    let mixed = |more| {
        let mut traffic = sealed(40, 900);
        traffic.carried.add(&more);
        judged(DeviceKind::Unknown, DAY, &[], &traffic)
    };
    assert!(mixed(carried(Class::Scrambled, 1, 20_000)).caps[0].reason.contains("nobody can check"));
    assert_eq!(mixed(carried(Class::Open, 1, 900)).letter, 'A', "97.6 % are sealed");
    assert_eq!(mixed(carried(Class::Open, 4, 900)).letter, 'B', "90.9 % are sealed");
    assert_eq!(mixed(carried(Class::Plumbing, 400, 900)).letter, 'A', "clocks and look-ups are nobody's secret");
    let others = Traffic { others: true, ..sealed(40, 900) };
    assert_eq!(judged(DeviceKind::Unknown, DAY, &[], &others).letter, 'B');
}

#[test]
fn a_cap_needs_a_finding_that_is_likely() {
    for confidence in [Confidence::Low, Confidence::Medium] {
        let grade = graded(DeviceKind::Watch, &[Finding { confidence, ..finding("LK-02", Severity::Medium) }]);
        assert!(grade.caps.is_empty() && grade.letter == 'A', "{confidence:?}");
        assert!(grade.scores.facts.points < Points(10_000), "it costs points all the same");
    }
}

#[test]
fn what_stays_at_home_is_no_leak_to_the_internet() {
    let inside = |code, severity| Finding { direction: Way::Inside, ..finding(code, severity) };
    assert_eq!(graded(DeviceKind::Watch, &[inside("LK-08", Severity::Low)]).letter, 'A');
    assert_eq!(graded(DeviceKind::Camera, &[inside("PT-05", Severity::Medium)]).letter, 'B');
}

#[test]
fn points_are_as_the_rubric_says() {
    let of = |findings: &[Finding]| graded(DeviceKind::Unknown, findings).scores;
    assert_eq!(of(&[finding("PT-01", Severity::Critical)]).sealed.points, Points(10_000 - 3_200));
    let twice = [finding("PT-01", Severity::Medium), finding("PT-01", Severity::High)];
    assert_eq!(of(&twice).sealed.deductions.iter().map(|taken| taken.points).collect::<Vec<_>>(), [Points(1_600)], "one code once, its worst");
    let certain = |code, severity| Finding { confidence: Confidence::Certain, ..finding(code, severity) };
    assert_eq!(of(&[certain("LK-02", Severity::High), certain("LK-02", Severity::Medium)]).facts.points, Points(10_000 - 3_000 - 300), "a repeat a quarter");
    assert_eq!(of(&[certain("LK-02", Severity::High), certain("LK-07", Severity::High)]).facts.points, Points(4_000));
    let company = [finding("EP-05", Severity::Low), finding("LN-03", Severity::High), finding("BH-01", Severity::Medium), finding("EP-07", Severity::Critical)];
    let scores = of(&company);
    assert_eq!(scores.company.points, Points(200));
    assert_eq!(scores.overall, Points((40 * 10_000 + 35 * 10_000 + 25 * 200) / 100));
    assert_eq!(scores.company.deductions.len(), 4);
}

#[test]
fn without_enough_there_is_no_letter_and_one_proof_suffices() {
    let (short, part) = (judged(DeviceKind::Plug, 29, &[], &sealed(40, 900)), judged(DeviceKind::Plug, 30, &[], &sealed(40, 900)));
    assert_eq!((short.letter, short.at_best, part.letter), ('?', Some('A'), 'B'));
    assert_eq!(short.why, "Not enough was seen for a grade. Seen 29 min, 40 conversations; not seen: half an hour of it.");
    assert_eq!(short.raise_by.as_deref(), Some("To grade it, record for at least half an hour, better a day."));
    assert!(part.why.contains("for an A it has to be seen for a whole day"), "{}", part.why);
    assert_eq!(part.raise_by.as_deref(), Some("If a whole day were recorded, the grade would be A."));
    for (code, letter) in [("LK-02", 'F'), ("LK-07", 'D')] {
        let findings = [finding(code, Severity::Critical)];
        let kind = if letter == 'F' { DeviceKind::Watch } else { DeviceKind::Camera };
        let grade = judged(kind, 1, &findings, &Traffic::default());
        assert_eq!((grade.letter, grade.at_best), (letter, None));
        assert!(grade.why.contains("not seen: half an hour of it, its start"), "{}", grade.why);
    }
    let c = judged(DeviceKind::Camera, 1, &[finding("LK-06", Severity::Medium)], &Traffic::default());
    assert_eq!((c.letter, c.at_best), ('?', Some('C')));
}

#[test]
fn every_part_of_the_gate() {
    let whole = sealed(20, 900);
    let seen = |traffic: &Traffic, minutes| judged(DeviceKind::Plug, minutes, &[], traffic).not_seen;
    assert!(seen(&whole, 30).is_empty());
    assert_eq!(seen(&Traffic { start_seen: false, ..whole.clone() }, 30), ["its start"]);
    assert_eq!(seen(&Traffic { controlled: false, ..whole.clone() }, 30), ["a use of it"]);
    assert!(seen(&Traffic { controlled: false, ..sealed(20, 30_000) }, 30).is_empty(), "much at once is a use");
    assert!(seen(&Traffic { controlled: false, ..whole.clone() }, DAY).is_empty(), "within a day it was used");
    assert_eq!(seen(&sealed(19, 900), 30), ["enough calls to the Internet"]);
    assert!(seen(&sealed(1, 900), DAY).is_empty());
    let mut one_way = sealed(20, 900);
    one_way.carried.answered = 0;
    assert_eq!(seen(&one_way, 30), ["both directions of what it says"]);
    let quiet = Traffic { start_seen: true, ..Traffic::default() };
    assert!(seen(&quiet, DAY).is_empty(), "a device that stays at home");
    let plug = device(DeviceKind::Plug, 30);
    let lost = |lost| grade(&Case { device: &plug, findings: &[], traffic: &whole, lost }).letter;
    assert_eq!((lost(100), lost(101)), ('B', '?'));
}

#[test]
fn an_unsealed_share_is_told_only_where_enough_was_seen() {
    let open = Traffic { carried: carried(Class::Open, 30, 900), start_seen: true, controlled: true, ..Traffic::default() };
    let (long, short) = (judged(DeviceKind::Plug, DAY, &[], &open), judged(DeviceKind::Plug, 5, &[], &open));
    assert_eq!((long.letter, short.letter, short.at_best), ('C', '?', Some('B')));
    assert_eq!(reason(&long).1, "Much of what it sends is not sealed.");
}

#[test]
fn what_would_raise_it_is_the_fewest_that_do() {
    let raise = |kind, findings: &[Finding]| graded(kind, findings).raise_by.unwrap_or_default();
    let plain = finding("PT-01", Severity::Low);
    assert_eq!(
        raise(DeviceKind::Watch, &[finding("LK-02", Severity::Critical), finding("LK-06", Severity::Medium), plain.clone()]),
        "If its child's position, voice, pictures and profile were encrypted, the grade would be C."
    );
    assert_eq!(
        raise(DeviceKind::Plug, &[plain.clone(), finding("EP-06", Severity::Low)]),
        "If all that it sends were encrypted and it asked your router for names, the grade would be A."
    );
    let grade = graded(DeviceKind::Watch, &[finding("LK-02", Severity::Critical), plain]);
    assert_eq!(grade.caps.iter().map(|cap| cap.letter).collect::<String>(), "FDBB");
    assert_eq!((grade.caps[0].codes.as_slice(), grade.caps[0].findings.as_slice()), (&["LK-02"][..], &["LK-02-critical".to_owned()][..]));
}

#[test]
fn the_order_of_findings_decides_nothing() {
    let mut findings =
        vec![finding("LK-02", Severity::High), finding("LK-02", Severity::Medium), finding("EP-01", Severity::Medium), finding("PT-01", Severity::Low)];
    let one = graded(DeviceKind::Camera, &findings);
    findings.reverse();
    let other = graded(DeviceKind::Camera, &findings);
    assert_eq!((one.letter, &one.scores, &one.raise_by, &one.why), (other.letter, &other.scores, &other.raise_by, &other.why));
}

#[test]
fn sentences_end_and_are_plain() {
    for rule in RULES {
        assert!(rule.reason.ends_with('.') && !rule.mend.ends_with('.') && !rule.mend.is_empty(), "{}", rule.reason);
    }
    let letters: String = RULES.iter().map(|rule| rule.letter).collect();
    let mut sorted: Vec<char> = letters.chars().collect();
    sorted.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(letters, sorted.into_iter().collect::<String>(), "the lowest first");
}
