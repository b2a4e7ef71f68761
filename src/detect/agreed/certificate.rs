//! What is wrong with a server's certificate, by itself and at the time of its packet.

use crate::fact::CertificateShown;
use crate::finding::Severity;
use crate::knowledge::names::registrable_domain;
use crate::wire::Timestamp;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It ran out before.
    RanOut,
    /// It will hold later only.
    NotYet,
    /// It stands for others.
    WrongName,
    /// It is signed with a broken hash.
    WeakSignature,
    /// Nobody else vouches for it, or it names no host: a maker's own.
    Private,
    /// It holds for longer than any public authority may sign.
    LongLived,
    /// An RSA key under 2048 bits.
    ShortKey,
}

impl Problem {
    /// The word that is part of a finding's identity.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::RanOut => "ran-out",
            Self::NotYet => "not-yet-valid",
            Self::WrongName => "wrong-name",
            Self::WeakSignature => "weak-signature",
            Self::Private => "private",
            Self::LongLived => "long-lived",
            Self::ShortKey => "short-key",
        }
    }

    /// As in "a certificate that …"; of a key "a method …".
    pub(super) fn plain(self) -> &'static str {
        match self {
            Self::RanOut => "had run out",
            Self::NotYet => "was not valid yet",
            Self::WrongName => "is for another name",
            Self::WeakSignature => "is signed in a way that can be forged",
            Self::Private => "is private and cannot be checked from outside",
            Self::LongLived => "holds for longer than is usual",
            Self::ShortKey => "whose key is short enough to be guessed",
        }
    }

    /// What it weighs where the device went on.
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::RanOut | Self::NotYet | Self::WrongName => Severity::High,
            Self::WeakSignature | Self::ShortKey => Severity::Medium,
            Self::Private => Severity::Low,
            Self::LongLived => Severity::Info,
        }
    }

    /// What shows it.
    pub(super) fn excerpt(self, shown: &CertificateShown, name: Option<&str>) -> String {
        let subject = crate::printable::clean(&shown.subject);
        match self {
            Self::RanOut => format!("{subject}, valid until {}", shown.not_after),
            Self::NotYet => format!("{subject}, valid from {}", shown.not_before),
            Self::WrongName => format!("{subject}, asked for {}", crate::printable::clean(name.unwrap_or_default())),
            Self::WeakSignature => format!("{subject}, {}", shown.signature),
            Self::Private => format!("{subject}, signed by {}", crate::printable::clean(&shown.issuer)),
            Self::LongLived => format!("{subject}, valid from {} until {}", shown.not_before, shown.not_after),
            Self::ShortKey => format!("{subject}, {} {} bits", shown.key, shown.key_bits),
        }
    }
}

/// 2005-01-01: a capture from before has a clock that was never set, for there was hardly any TLS in homes.
const CLOCK_SET: Timestamp = Timestamp(1_104_537_600_000_000_000);
/// The longest that public authorities sign for (CA/Browser Forum, ballot SC-031), in days.
const LONGEST: f64 = 398.0;
/// What public authorities sign is younger than this rule.
const RULE_BEGAN: Timestamp = Timestamp(1_598_918_400_000_000_000);
/// Certificates may be a day ahead of a clock.
const SLACK: f64 = 86_400.0;

/// Everything that is wrong with it. `name`: whom the client wanted; `port`: servers of mail take any certificate from each other by design.
pub(super) fn problems(shown: &CertificateShown, time: Timestamp, name: Option<&str>, port: u16) -> Vec<Problem> {
    let mut found = Vec::new();
    let is_clock_set = time >= CLOCK_SET;
    if is_clock_set && time.seconds_since(shown.not_after) > SLACK {
        found.push(Problem::RanOut);
    }
    if is_clock_set && shown.not_before.seconds_since(time) > SLACK {
        found.push(Problem::NotYet);
    }
    let hosts = hosts(shown);
    let is_private = shown.subject == shown.issuer || hosts.is_empty();
    // Of a private certificate the name says nothing: who made it knows it by itself.
    if let Some(name) = name.filter(|name| !is_private && port != 25 && name.parse::<std::net::IpAddr>().is_err())
        && !hosts.iter().any(|host| covers(host, name))
    {
        found.push(Problem::WrongName);
    }
    let signature = shown.signature.to_ascii_lowercase();
    // Nobody trusts a certificate for the signature that it gave itself.
    if shown.subject != shown.issuer && ["md2", "md4", "md5", "sha1"].iter().any(|hash| signature.contains(hash)) {
        found.push(Problem::WeakSignature);
    }
    if is_private {
        found.push(Problem::Private);
    } else if shown.not_before >= RULE_BEGAN && shown.not_after.seconds_since(shown.not_before) > (LONGEST + 1.0) * 86_400.0 {
        found.push(Problem::LongLived);
    }
    if shown.key == "rsa" && (1..2_048 - 8).contains(&shown.key_bits) {
        found.push(Problem::ShortKey);
    }
    found
}

/// The names of hosts that it stands for; where it lists none, its common name if that is one.
fn hosts(shown: &CertificateShown) -> Vec<&str> {
    if !shown.hosts.is_empty() {
        return shown.hosts.iter().map(String::as_str).collect();
    }
    let common = shown.subject.split(',').filter_map(|part| part.trim().strip_prefix("CN=")).find(|name| {
        let bare = name.strip_prefix("*.").unwrap_or(name);
        bare.contains('.') && registrable_domain(bare).is_some() && bare.parse::<std::net::IpAddr>().is_err()
    });
    common.into_iter().collect()
}

/// Whether a certificate for `host` stands for `name` (RFC 9525, section 6.3): a star stands for one label, the leftmost.
fn covers(host: &str, name: &str) -> bool {
    let (host, name) = (host.trim_end_matches('.'), name.trim_end_matches('.'));
    if host.eq_ignore_ascii_case(name) {
        return true;
    }
    let (Some(rest), Some((_, tail))) = (host.strip_prefix("*."), name.split_once('.')) else { return false };
    rest.eq_ignore_ascii_case(tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::At;

    /// 2026-04-22.
    const NOW: Timestamp = Timestamp(1_776_844_800_000_000_000);
    const YEAR: i64 = 365 * 86_400_000_000_000;

    fn shown(subject: &str, issuer: &str, hosts: &[&str]) -> CertificateShown {
        CertificateShown {
            place: 0,
            of_server: true,
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            not_before: Timestamp(NOW.0 - YEAR / 2),
            not_after: Timestamp(NOW.0 + YEAR / 2),
            key: "rsa".to_owned(),
            key_bits: 2_048,
            signature: "sha256WithRSAEncryption".to_owned(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            at: At::default(),
        }
    }

    fn of(shown: &CertificateShown) -> Vec<Problem> {
        problems(shown, NOW, Some("api.toy.example"), 443)
    }

    #[test]
    fn a_sound_certificate_has_no_problem() {
        for hosts in [&["api.toy.example"][..], &["*.toy.example"], &["other.example", "API.TOY.EXAMPLE."]] {
            assert_eq!(of(&shown("CN=api.toy.example", "CN=Example CA", hosts)), []);
        }
        assert_eq!(of(&shown("CN=api.toy.example,O=Toy", "CN=Example CA", &[])), [], "an old one that has a common name only");
    }

    #[test]
    fn it_is_judged_at_the_time_of_its_packet() {
        let sound = shown("CN=api.toy.example", "CN=CA", &["api.toy.example"]);
        assert_eq!(of(&CertificateShown { not_after: Timestamp(NOW.0 - YEAR / 4), ..sound.clone() }), [Problem::RanOut]);
        assert_eq!(of(&CertificateShown { not_before: Timestamp(NOW.0 + YEAR / 4), ..sound.clone() }), [Problem::NotYet]);
        let young = problems(&sound, Timestamp(0), Some("api.toy.example"), 443);
        assert_eq!(young, [], "a clock that was never set judges nobody");
        assert_eq!(problems(&sound, Timestamp(NOW.0 + 2 * YEAR), Some("api.toy.example"), 443), [Problem::RanOut]);
    }

    #[test]
    fn names_are_held_against_what_was_asked_for() {
        for (host, name, want) in [
            ("*.toy.example", "api.toy.example", true),
            ("*.toy.example", "toy.example", false),
            ("*.toy.example", "a.b.toy.example", false),
            ("toy.example", "api.toy.example", false),
            ("*", "example", false),
        ] {
            assert_eq!(covers(host, name), want, "{host} {name}");
        }
        let other = shown("CN=other.example", "CN=CA", &["other.example"]);
        assert_eq!(of(&other), [Problem::WrongName]);
        assert_eq!(problems(&other, NOW, None, 443), [], "nobody asked for a name");
        assert_eq!(problems(&other, NOW, Some("203.0.113.7"), 443), []);
        assert_eq!(problems(&other, NOW, Some("api.toy.example"), 25), [], "mail");
    }

    #[test]
    fn a_makers_own_certificate_is_private_and_its_name_no_matter() {
        assert_eq!(of(&shown("CN=Toy Cloud", "CN=Toy Root CA", &[])), [Problem::Private]);
        assert_eq!(of(&shown("CN=toy.example", "CN=toy.example", &["toy.example"])), [Problem::Private], "it signed itself");
    }

    #[test]
    fn hashes_keys_and_years_are_weighed() {
        let sound = shown("CN=api.toy.example", "CN=CA", &["api.toy.example"]);
        let signed = |signature: &str| of(&CertificateShown { signature: signature.to_owned(), ..sound.clone() });
        assert_eq!(signed("sha1WithRSAEncryption"), [Problem::WeakSignature]);
        assert_eq!(signed("ecdsa-with-SHA1"), [Problem::WeakSignature]);
        assert_eq!(signed("ecdsa-with-SHA384"), []);
        assert_eq!(of(&CertificateShown { key_bits: 1_024, ..sound.clone() }), [Problem::ShortKey]);
        assert_eq!(of(&CertificateShown { key: "ec".to_owned(), key_bits: 256, ..sound.clone() }), []);
        assert_eq!(of(&CertificateShown { not_after: Timestamp(NOW.0 + 9 * YEAR), ..sound.clone() }), [Problem::LongLived]);
    }
}
