//! Recordings that whoever knows their address can fetch (PT-09).

use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::Proof;
use crate::fact::{Fact, Kind, Told, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::Draft;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_09], hears: &[Kind::Exchange], open: || Box::new(Stored) };

/// Recordings reachable by their address alone.
pub static PT_09: Card = Card {
    code: "PT-09",
    name: "Stored recordings reachable by their address alone",
    title: "Its recordings lie where anyone who knows the address can fetch them.",
    story: "{device} and {endpoint} exchanged a recording without encryption and without any sign of who asks, so whoever learns the address may fetch it as well.",
    advice: "Delete the recordings in its app, stop using voice messages and pictures, and ask the maker who can fetch them.",
    example: "",
    evidence: "A plain request to a store of objects (Amazon, Google, Microsoft, Alibaba, Tencent) for sound or pictures of one user, without signature, password, token or cookie, answered with 200.",
    scale: "High, critical on a child's device. Confidence high: the server was seen to answer.",
    limits: "Left out on purpose: what is everybody's (icons, manuals, firmware). Over an encrypted connection only the store's name can be seen.",
    standards: &["ETSI EN 303 645 5.8-2", "ETSI EN 303 645 5.5-5", "EN 18031-1 ACM", "EN 18031-1 AUM", "CWE-306", "CWE-639", "CWE-319", "OWASP IoT 2018 I3"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Judges each exchange by itself.
struct Stored;

impl Detector for Stored {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        draft(fact).filter(|draft| home.way(&draft.flow, fact.direction) == Way::ToInternet).into_iter().for_each(tell);
    }
}

/// What one fact comes to.
fn draft(fact: &Fact) -> Option<Draft> {
    let (Some(flow), What::Exchange(told)) = (&fact.flow, &fact.what) else { return None };
    let (host, target) = (told.host.as_deref()?, told.target.as_deref()?);
    let method = told.method.as_deref()?;
    let is_upload = matches!(method, "PUT" | "POST") && matches!(told.status, Some(200 | 201 | 204));
    let is_fetched = method == "GET" && matches!(told.status, Some(200 | 206));
    let is_bare = matches!(told.proof, Proof::Nothing | Proof::Perhaps);
    let path = target.split('?').next().unwrap_or_default();
    let is_ones_own = !is_everybodys(path) && (is_upload || is_of_one_user(path));
    if !(is_bare && (is_upload || is_fetched) && is_ones_own && is_store(host) && is_recording(told, path)) {
        return None;
    }
    let line: String = format!("{method} {host}{path}").chars().take(80).collect();
    Some(Draft::new(&PT_09, Severity::High, Confidence::High, flow, fact, told.at, line))
}

/// Hosts of the large stores of objects; a bucket's name stands before some of them.
fn is_store(host: &str) -> bool {
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let amazon = host.ends_with(".amazonaws.com") && host.split('.').any(|label| label == "s3" || label.starts_with("s3-"));
    let others = [
        "storage.googleapis.com",
        ".storage.googleapis.com",
        ".blob.core.windows.net",
        ".myqcloud.com",
        ".digitaloceanspaces.com",
        ".r2.dev",
        ".backblazeb2.com",
    ];
    let alibaba = host.ends_with(".aliyuncs.com") && host.split('.').any(|label| label.starts_with("oss"));
    amazon || alibaba || others.iter().any(|end| host == end.trim_start_matches('.') || host.ends_with(end))
}

fn is_recording(told: &Told, path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        ".mp3", ".wav", ".m4a", ".amr", ".aac", ".ogg", ".opus", ".silk", ".jpg", ".jpeg", ".png", ".heic", ".mp4", ".mov", ".ts", ".flv", ".h264", ".webm",
        ".3gp", ".avi",
    ];
    let media = told.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let path = path.to_ascii_lowercase();
    ["audio/", "image/", "video/"].iter().any(|kind| media.starts_with(kind)) || ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// Whether a path says that what lies there is for all.
fn is_everybodys(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "static", "public", "assets", "asset", "icons", "icon", "img", "firmware", "fw", "manual", "manuals", "css", "js", "www", "banners", "ads", "themes",
        "stories", "songs", "music",
    ];
    path.to_ascii_lowercase().split('/').any(|segment| WORDS.contains(&segment))
}

/// Whether a path names one user, child or device.
fn is_of_one_user(path: &str) -> bool {
    const OWNERS: &[&str] = &[
        "u",
        "user",
        "users",
        "uid",
        "account",
        "accounts",
        "child",
        "children",
        "kid",
        "kids",
        "device",
        "devices",
        "family",
        "member",
        "members",
        "profile",
        "profiles",
        "recordings",
        "voice",
        "voices",
        "messages",
        "upload",
        "uploads",
        "photos",
    ];
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let owned = segments.iter().zip(segments.iter().skip(1)).any(|(owner, of)| OWNERS.contains(&owner.to_ascii_lowercase().as_str()) && !of.contains('.'));
    // A masked part was a personal number.
    owned || segments.iter().any(|segment| segment.contains('•') || is_identifier(segment))
}

/// A UUID, a long number, or long hexadecimal digits.
fn is_identifier(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or_default();
    let plain: String = stem.chars().filter(|c| *c != '-').collect();
    let is_hex = plain.len() >= 24 && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex || plain.len() >= 6 && plain.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::wire::Direction;

    fn judged(method: &str, host: &str, target: &str, media: &str, proof: Proof) -> bool {
        let told = Told {
            method: Some(method.to_owned()),
            host: Some(host.to_owned()),
            target: Some(target.to_owned()),
            status: Some(200),
            content_type: Some(media.to_owned()),
            proof,
            ..Told::default()
        };
        draft(&fact(&flow(1, 80), "http", Direction::ToServer, What::Exchange(told))).is_some()
    }

    #[test]
    fn a_users_recording_without_a_credential_is_told() {
        let own = "/u/5f1c0a72-1111-4222-8333-444455556666/1.mp3";
        assert!(judged("PUT", "toy.s3.amazonaws.com", own, "", Proof::Nothing));
        assert!(judged("GET", "toy.s3.eu-west-1.amazonaws.com", own, "audio/mpeg", Proof::Perhaps));
        assert!(judged("GET", "storage.googleapis.com", "/toy/users/12/a.jpg", "image/jpeg", Proof::Nothing));
    }

    #[test]
    fn what_is_signed_or_everybodys_is_not() {
        let own = "/u/5f1c0a72-1111-4222-8333-444455556666/1.mp3";
        assert!(!judged("GET", "toy.s3.amazonaws.com", own, "audio/mpeg", Proof::Given));
        assert!(!judged("GET", "toy.s3.amazonaws.com", own, "audio/mpeg", Proof::Unknown));
        assert!(!judged("GET", "toy.s3.amazonaws.com", "/static/icons/bear.jpg", "image/jpeg", Proof::Nothing));
        assert!(!judged("GET", "toy.s3.amazonaws.com", "/stories/fox.mp3", "audio/mpeg", Proof::Nothing));
        assert!(!judged("GET", "api.toy.test", own, "audio/mpeg", Proof::Nothing));
        assert!(!judged("PUT", "toy.s3.amazonaws.com", "/logs/a.txt", "text/plain", Proof::Nothing));
    }
}
