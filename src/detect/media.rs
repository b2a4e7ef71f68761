//! Voices (PT-04) and pictures (PT-05) that anyone on the way can hear and see.

use std::collections::BTreeMap;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::Media;
use crate::fact::{Fact, FlowId, Kind, What};
use crate::finding::{Card, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;
use crate::wire::{Direction, Timestamp};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_04, &PT_05], hears: &[Kind::Media, Kind::Progress, Kind::Closed], open: || Box::<Recordings>::default() };

/// A voice in the clear.
pub static PT_04: Card = Card {
    code: "PT-04",
    name: "Voice or other sound without encryption",
    title: "Sound went over the network so that others can listen.",
    story: "Sound ({what}) went between {device} and {endpoint} without encryption, so {who} can listen to it.",
    advice: "Do not let it hear private talk until the maker encrypts it, and switch its microphone off where you can.",
    example: "AMR",
    evidence: "A container or codec by its own marks (AMR, Ogg, Opus, WAVE, MP3, AAC, FLAC), a stream of RTP whose payload is a codec's, or samples whose neighbours are alike.",
    scale: "Critical from the device to the Internet, high to it in a call and at home. Certain by marks and RTP, medium by samples alone.",
    limits: "Left out on purpose: what the device only downloads (music, stories, voice prompts); codecs without structure over unknown protocols are not seen. Whether it is a person's voice or music cannot be told.",
    standards: &[
        "ETSI EN 303 645 5.8-2",
        "ETSI EN 303 645 5.8-3",
        "ETSI EN 303 645 5.5-1",
        "RED 3(3)(e)",
        "EN 18031-2 SCM",
        "GDPR Art. 32",
        "CWE-319",
        "CWE-359",
    ],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Pictures in the clear.
pub static PT_05: Card = Card {
    code: "PT-05",
    name: "Pictures or video without encryption",
    title: "Pictures went over the network so that others can see them.",
    story: "Pictures ({what}) went between {device} and {endpoint} without encryption, so {who} can see them.",
    advice: "Do not point it at private rooms until the maker encrypts it, and look for a setting for secure connections.",
    example: "H.264",
    evidence: "The structure of pictures: a file's own marks (JPEG, PNG, MP4), units of H.264 or H.265, a stream of RTP or RTMP that carries them.",
    scale: "Critical from the device to the Internet, high to it in a call, medium at home. Certain.",
    limits: "Left out on purpose: what the device only downloads (artwork, icons). Byte statistics cannot tell video from ciphertext: a stream that is caught in its middle and has no marks is not seen.",
    standards: &["ETSI EN 303 645 5.8-2", "ETSI EN 303 645 5.5-1", "EN 18031-2 SCM", "CWE-319", "OWASP IoT 2018 I7"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Recordings of flows that are open, whose length is not known yet; a further one is told at once, without its length.
const OPEN: usize = 4_096;

/// Protocols in which both ends speak and look at each other; of others what comes down is a download.
const CALLS: &[&str] = &["rtp", "rtsp", "sip", "stun", "dtls", "setracker", "pppp", "tutk", "toy-drone"];

/// Keeps each recording until its flow is over, and tells it with its length.
#[derive(Default)]
struct Recordings {
    open: BTreeMap<(FlowId, usize, Media, String), (Draft, Timestamp)>,
}

impl Detector for Recordings {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Media { media, codec, .. } => {
                let Some(draft) = draft(home.way(flow, fact.direction), fact) else { return };
                if self.open.len() >= OPEN {
                    return tell(draft);
                }
                self.open.entry((flow.id, fact.direction.index(), *media, codec.clone())).or_insert_with(|| (draft, fact.time));
            }
            What::Progress(totals) => self.of(flow.id).for_each(|(_, (_, last))| *last = (*last).max(totals.last)),
            What::Closed(totals) => {
                self.of(flow.id).for_each(|(_, (_, last))| *last = (*last).max(totals.last));
                let keys: Vec<_> = self.of(flow.id).map(|(key, _)| key.clone()).collect();
                for (draft, last) in keys.iter().filter_map(|key| self.open.remove(key)).collect::<Vec<_>>() {
                    tell(timed(draft, last));
                }
            }
            _ => {}
        }
    }

    fn close(&self, _: &Home, tell: Tell<'_>) {
        self.open.values().for_each(|(draft, last)| tell(timed(draft.clone(), *last)));
    }
}

impl Recordings {
    fn of(&mut self, flow: FlowId) -> impl Iterator<Item = (&(FlowId, usize, Media, String), &mut (Draft, Timestamp))> {
        let range = (flow, 0, Media::Voice, String::new())..=(flow, usize::MAX, Media::Video, "\u{10ffff}".to_owned());
        self.open.range_mut(range)
    }
}

/// The draft with how long it went on, where that means anything: of a stream, not of a file.
fn timed(mut draft: Draft, last: Timestamp) -> Draft {
    let seconds = last.seconds_since(draft.evidence.time);
    if CALLS.contains(&draft.protocol) && draft.protocol != "setracker" && seconds >= 1.0 {
        draft.evidence.excerpt = format!("{}, {seconds:.0} s", draft.evidence.excerpt);
    }
    draft
}

/// What one fact comes to.
fn draft(way: Way, fact: &Fact) -> Option<Draft> {
    let (Some(flow), What::Media { media, codec, confidence, at }) = (&fact.flow, &fact.what) else { return None };
    let card = if *media == Media::Voice { &PT_04 } else { &PT_05 };
    let is_call = CALLS.contains(&fact.protocol);
    let codec: String = codec.chars().filter(|c| c.is_ascii_alphanumeric() || " -+.".contains(*c)).take(32).collect();
    let severity = match way {
        Way::ToInternet => Severity::Critical,
        Way::FromInternet if is_call => Severity::High,
        // Music and stories, artwork and icons.
        Way::FromInternet => return None,
        // The ledger takes one step off.
        Way::Inside if *media == Media::Voice => Severity::Critical,
        Way::Inside if is_ornament(&codec) && fact.direction == Direction::ToClient => return None,
        Way::Inside => Severity::High,
    };
    let mut draft = Draft::new(card, severity, *confidence, flow, fact, *at, format!("{} {codec}", media.word()));
    draft.kind = media.word();
    draft.field.clone_from(&codec);
    draft.what = codec;
    Some(draft)
}

/// Forms of the pictures that pages are adorned with.
fn is_ornament(codec: &str) -> bool {
    ["png", "gif", "webp", "icon", "vnd.microsoft.icon", "bmp"].iter().any(|form| codec.eq_ignore_ascii_case(form))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::fact::Totals;
    use crate::finding::Confidence;
    use crate::wire::At;

    fn media(media: Media, codec: &str) -> What {
        What::Media { media, codec: codec.to_owned(), confidence: Confidence::Certain, at: At { packet: 2, time: Timestamp(0), offset: Some(54), length: 6 } }
    }

    fn judged(way: Way, protocol: &'static str, direction: Direction, what: What) -> Option<(&'static str, Severity)> {
        draft(way, &fact(&flow(1, 9_000), protocol, direction, what)).map(|draft| (draft.card.code, draft.severity))
    }

    #[test]
    fn what_goes_out_weighs_more_than_what_comes_down() {
        use Direction::{ToClient, ToServer};
        for (way, protocol, direction, kind, codec, want) in [
            (Way::ToInternet, "http", ToServer, Media::Voice, "amr", Some(("PT-04", Severity::Critical))),
            (Way::ToInternet, "rtp", ToServer, Media::Video, "h264", Some(("PT-05", Severity::Critical))),
            (Way::FromInternet, "rtp", ToClient, Media::Voice, "pcmu", Some(("PT-04", Severity::High))),
            (Way::FromInternet, "http", ToClient, Media::Voice, "mp3", None),
            (Way::FromInternet, "http", ToClient, Media::Picture, "jpeg", None),
            (Way::Inside, "rtp", ToClient, Media::Video, "h264", Some(("PT-05", Severity::High))),
            (Way::Inside, "http", ToClient, Media::Picture, "png", None),
            (Way::Inside, "rtp", ToServer, Media::Voice, "opus", Some(("PT-04", Severity::Critical))),
        ] {
            assert_eq!(judged(way, protocol, direction, media(kind, codec)), want, "{way:?} {protocol} {codec}");
        }
    }

    #[test]
    fn a_stream_is_told_with_its_length_when_it_is_over() {
        let (mut recordings, home, flow) = (Recordings::default(), Home::default(), flow(1, 9_000));
        let mut told = Vec::new();
        let mut hear = |recordings: &mut Recordings, what| {
            recordings.hear(&home, &fact(&flow, "rtp", Direction::ToServer, what), &mut |draft| told.push(draft.evidence.excerpt));
        };
        hear(&mut recordings, media(Media::Voice, "pcmu"));
        hear(&mut recordings, media(Media::Voice, "pcmu"));
        recordings.close(&home, &mut |draft| assert_eq!(draft.evidence.excerpt, "voice pcmu"));
        hear(&mut recordings, What::Closed(Totals { last: Timestamp(12_000_000_000), ..Totals::default() }));
        assert_eq!(told, ["voice pcmu, 12 s"]);
        assert!(recordings.open.is_empty());
    }
}
