//! Messages that anyone on the way can read: known protocols (PT-01) and text of protocols that nobody knows (PT-02).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::detect::leaks;
use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::event::Role;
use crate::fact::{Fact, Kind, Leak, Told, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::{Draft, EVIDENCE};
use crate::printable::lowered;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_01, &PT_02], hears: &[Kind::Exchange, Kind::Leak, Kind::Text], open: || Box::<Plain>::default() };

/// Provisions on messages that anyone on the way can read.
pub(super) const IN_THE_CLEAR: &[&str] =
    &["ETSI EN 303 645 5.5-1", "ETSI EN 303 645 5.8-1", "EN 18031-1 SCM", "EN 18031-2 SCM", "NIST IR 8425 Data Protection", "CWE-319", "OWASP IoT 2018 I7"];

/// A known protocol, unencrypted, to the Internet.
pub static PT_01: Card = Card {
    code: "PT-01",
    name: "Known application protocol sent unencrypted to the Internet",
    title: "It talks to the Internet without encryption.",
    story: "{device} and {endpoint} exchange messages that are not encrypted, so {who} can read them and could change them.",
    advice: "Look for an update or a setting for secure connections, and ask the maker why these messages are not encrypted.",
    example: "",
    evidence: "The first bytes of each direction are a known protocol (HTTP, MQTT and others), whatever the port, and the messages were read.",
    scale: "Low where nothing in it belongs to this device; medium with an identifier or a personal value, or raised to the severity of what was found in it. Certain: the messages were parsed.",
    limits: "Left out on purpose: tests for Internet access, certificate status and certificate downloads (they are unencrypted by design), bare redirects, greetings and requests for encryption, and lists of updates whose signature was fetched from beside them.",
    standards: IN_THE_CLEAR,
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Readable text of an unknown protocol.
pub static PT_02: Card = Card {
    code: "PT-02",
    name: "Readable text in an unknown protocol",
    title: "It sends readable text in a language of its own.",
    story: "{device} and {endpoint} exchange text in a protocol of the maker's own without encryption, so {who} can read it.",
    advice: "Look for an update, and ask the maker why these messages are not encrypted.",
    example: "",
    evidence: "At least 32 bytes of one direction are mostly printable (85 % ASCII, or UTF-8 with 60 % letters and digits) and no protocol claims them.",
    scale: "Medium, confidence high.",
    limits: "Text that only encodes unreadable bytes (base64 or hexadecimal of noise) is left out. What the text means is not known; values with known keys are told by the LK cards.",
    standards: IN_THE_CLEAR,
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Lists and signatures that are remembered at most.
const LISTS: usize = 1_024;

/// A file of a server, as a client asked for it: client, server, host and path.
type File = (IpAddr, IpAddr, String);

/// Judges each fact by itself, but for lists that may turn out to be signed.
#[derive(Default)]
struct Plain {
    lists: BTreeMap<File, Vec<Draft>>,
    signed: BTreeSet<File>,
}

impl Detector for Plain {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        let Some(flow) = fact.flow.as_ref().filter(|_| matches!(fact.what, What::Exchange(_) | What::Leak(_) | What::Text { .. })) else { return };
        let Some(draft) = draft(home.way(flow, fact.direction), fact) else { return };
        let What::Exchange(told) = &fact.what else { return tell(draft) };
        let file = |path: String| (flow.client.ip, flow.server.ip, path);
        match part(told) {
            Some(Part::Signature(of)) if self.signed.len() < LISTS => {
                self.signed.insert(file(of));
            }
            Some(Part::List(path)) if self.lists.len() < LISTS => self.wait(file(path), draft, tell),
            _ => tell(draft),
        }
    }

    fn close(&self, _: &Home, tell: Tell<'_>) {
        self.lists.iter().filter(|(file, _)| !self.signed.contains(*file)).flat_map(|(_, drafts)| drafts).for_each(|draft| tell(draft.clone()));
    }
}

impl Plain {
    /// Keeps a list back until it is known whether it is signed. One that is asked for again and again is not waited for.
    fn wait(&mut self, file: File, draft: Draft, tell: Tell<'_>) {
        let drafts = self.lists.entry(file).or_default();
        if drafts.len() < EVIDENCE {
            drafts.push(draft);
        } else {
            tell(draft);
        }
    }
}

/// What a request fetches of an update that is signed.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// What may be signed.
    List(String),
    /// The signature of this file.
    Signature(String),
}

/// Files are signed by a second one beside them, whose name says so.
fn part(told: &Told) -> Option<Part> {
    const SIGNATURES: &[&str] = &[".sig", ".asc", ".gpg", ".sign", ".minisig", ".p7s", ".signature"];
    const LISTS: &[&str] = &[".json", ".xml", ".txt", ".list", ".manifest", ".yaml", ".yml", ".plist", ".ini", ".cfg", "/Release", "/Packages", "SHA256SUMS"];
    let target = told.target.as_deref().filter(|target| !target.contains('?'))?;
    let is_fetched = matches!(told.method.as_deref(), Some("GET" | "HEAD")) && matches!(told.status, Some(200 | 206 | 304));
    let whole = format!("{}{target}", told.host.as_deref()?.to_ascii_lowercase());
    let signed = SIGNATURES.iter().find_map(|ending| whole.strip_suffix(ending));
    match signed {
        _ if !is_fetched => None,
        Some(of) => Some(Part::Signature(of.to_owned())),
        None => LISTS.iter().any(|ending| whole.ends_with(ending)).then_some(Part::List(whole)),
    }
}

/// What one fact comes to.
fn draft(way: Way, fact: &Fact) -> Option<Draft> {
    let flow = fact.flow.as_ref()?;
    let to_internet = way != Way::Inside;
    match &fact.what {
        What::Exchange(told) if fact.clear && to_internet && !is_by_design(told) => {
            Some(Draft { kind: "", ..Draft::new(&PT_01, Severity::Low, Confidence::Certain, flow, fact, told.at, line(fact.protocol, told)) })
        }
        // Only what was sent up: a server's answer may hold anybody's.
        What::Leak(leak) if fact.clear && way == Way::ToInternet && is_sure(leak.confidence) && leak.role != Role::Name && !is_of_a_sealed_head(leak) => {
            let severity = leaks::severity(leak).unwrap_or(Severity::Medium);
            (severity >= Severity::Medium).then(|| Draft::new(&PT_01, severity, Confidence::Certain, flow, fact, leak.at, leak.excerpt.clone()))
        }
        What::Text { excerpt, at } => Some(Draft::new(&PT_02, Severity::Medium, Confidence::High, flow, fact, *at, excerpt.clone())),
        _ => None,
    }
}

/// Whether it stands in the head of a message whose content may be sealed: that has to be readable (RFC 3412, section 6), and is told as what it is.
fn is_of_a_sealed_head(leak: &Leak) -> bool {
    matches!(leak.value.field.as_str(), "msgUserName" | "msgAuthoritativeEngineID")
}

/// A request as evidence shows it.
fn line(protocol: &str, told: &Told) -> String {
    let word = told.method.as_deref().or(told.kind.as_deref()).unwrap_or(protocol);
    let host = told.host.as_deref().unwrap_or("");
    let target = told.target.as_deref().unwrap_or("");
    format!("{word} {host}{target}").trim().chars().take(80).collect()
}

/// Whether the request is unencrypted because it has to be, and says nothing about the device.
fn is_by_design(told: &Told) -> bool {
    let host = lowered(told.host.as_deref().unwrap_or(""));
    let target = lowered(told.target.as_deref().unwrap_or(""));
    let media = lowered(told.content_type.as_deref().unwrap_or(""));
    is_access_test(&host, &target) || is_certificate_matter(&host, &target, &media) || is_bare_redirect(told) || is_negotiation(told)
}

/// Tests for Internet access and captive portals (RFC 8952 tells what they are for).
fn is_access_test(host: &str, target: &str) -> bool {
    const HOSTS: &[&str] = &[
        "connectivitycheck.",
        "connectivity-check.",
        "captive.apple.com",
        "www.msftconnecttest.com",
        "www.msftncsi.com",
        "ipv6.msftconnecttest.com",
        "detectportal.firefox.com",
        "clients3.google.com",
        "nmcheck.gnome.org",
        "network-test.debian.org",
        "spectrum.s3.amazonaws.com",
        "fireoscaptiveportal.com",
        "conn-service-",
        "connectivity.samsung",
        "connect.rom.miui.com",
        "network.samsung",
        "detectportal.",
        "captiveportal.",
        "ipv4.connman.net",
        "ipv6.connman.net",
    ];
    const PATHS: &[&str] = &[
        "/generate_204",
        "/gen_204",
        "/generate204",
        "/hotspot-detect.html",
        "/library/test/success.html",
        "/connecttest.txt",
        "/ncsi.txt",
        "/success.txt",
        "/canonical.html",
        "/kindle-wifi/wifistub",
        "/check_network_status.txt",
        "/online/status.html",
    ];
    let path = target.split('?').next().unwrap_or("");
    HOSTS.iter().any(|known| host.starts_with(known)) && path.len() <= 40 || PATHS.iter().any(|known| path.starts_with(known) || path.ends_with(known))
}

/// Certificate status (RFC 6960), revocation lists and issuers' certificates (RFC 5280, sections 4.2.1.13 and 4.2.2.1).
fn is_certificate_matter(host: &str, target: &str, media: &str) -> bool {
    const MEDIA: &[&str] = &["application/ocsp-", "application/pkix-", "application/x-x509-", "application/x-pkcs7-", "application/pkcs7-mime"];
    const ENDINGS: &[&str] = &[".crl", ".crt", ".cer", ".p7c", ".p7b"];
    let path = target.split('?').next().unwrap_or("");
    let is_host = ["ocsp.", "ocsp2.", "crl.", "crls.", "crl3.", "crl4.", "cacerts."].iter().any(|start| host.starts_with(start));
    is_host || MEDIA.iter().any(|start| media.starts_with(start)) || ENDINGS.iter().any(|end| path.ends_with(end))
}

/// Words with which a conversation begins before it may turn to encryption (RFC 3207, RFC 2595, RFC 4217), and with which it ends.
fn is_negotiation(told: &Told) -> bool {
    const METHODS: &[&str] = &["EHLO", "STARTTLS", "CAPA", "STLS", "CAPABILITY", "FEAT", "NOOP", "QUIT", "LOGOUT"];
    let asks_for_tls = told.method.as_deref() == Some("AUTH") && matches!(told.target.as_deref(), Some("TLS" | "SSL" | "TLS-C"));
    // `iotc`: that two ends found each other by Kalay; what they then say may be sealed, and is judged for itself. A `get` of nothing and its `report`: by
    // which two ends of SNMP version 3 find out whom they have before them (RFC 3414, section 4); `encrypted`: what they say then.
    let asks_for_nothing = told.kind.as_deref() == Some("get") && told.method.is_none() && told.target.as_deref().is_none_or(str::is_empty);
    let is_before = matches!(told.kind.as_deref(), Some("greeting" | "iotc" | "report" | "encrypted"));
    is_before || asks_for_nothing || asks_for_tls || told.method.as_deref().is_some_and(|method| METHODS.contains(&method))
}

/// A redirect of a request that names nothing: mostly to the encrypted address of the same page.
fn is_bare_redirect(told: &Told) -> bool {
    let is_bare = told.target.as_deref().is_none_or(|target| !target.contains('?'));
    let is_question = told.method.as_deref().is_some_and(|method| matches!(method, "GET" | "HEAD"));
    matches!(told.status, Some(301 | 302 | 307 | 308)) && is_question && is_bare
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow, leak};
    use super::*;
    use crate::value::ValueKind;
    use crate::wire::{At, Direction};

    fn told(host: &str, target: &str, status: u16) -> Told {
        Told { method: Some("GET".to_owned()), host: Some(host.to_owned()), target: Some(target.to_owned()), status: Some(status), ..Told::default() }
    }

    fn judged(way: Way, what: What) -> Option<(&'static str, Severity)> {
        draft(way, &fact(&flow(1, 80), "http", Direction::ToServer, what)).map(|draft| (draft.card.code, draft.severity))
    }

    #[test]
    fn a_plain_request_to_the_internet_is_told() {
        let what = || What::Exchange(told("api.toy.test", "/status", 200));
        assert_eq!(judged(Way::ToInternet, what()), Some(("PT-01", Severity::Low)));
        assert_eq!(judged(Way::FromInternet, what()), Some(("PT-01", Severity::Low)));
        assert_eq!(judged(Way::Inside, what()), None);
    }

    #[test]
    fn what_is_plain_by_design_is_not() {
        let mut status = told("certs.toy.test", "/x", 200);
        status.content_type = Some("application/ocsp-response".to_owned());
        for request in [
            told("connectivitycheck.gstatic.com", "/generate_204", 204),
            told("captive.apple.com", "/hotspot-detect.html", 200),
            told("www.msftconnecttest.com", "/connecttest.txt", 200),
            told("ocsp.example.com", "/MFEw", 200),
            told("pki.example.com", "/root.crl", 200),
            told("api.toy.test", "/login", 301),
            status,
        ] {
            assert_eq!(judged(Way::ToInternet, What::Exchange(request.clone())), None, "{request:?}");
        }
        assert!(judged(Way::ToInternet, What::Exchange(told("api.toy.test", "/login?sn=••••", 301))).is_some());
    }

    #[test]
    fn words_before_encryption_are_not_told() {
        let command = |method: &str, target: Option<&str>| Told { method: Some(method.to_owned()), target: target.map(str::to_owned), ..Told::default() };
        let greeting = Told { kind: Some("greeting".to_owned()), ..Told::default() };
        let sealed = Told { kind: Some("encrypted".to_owned()), ..Told::default() };
        let user = leak(ValueKind::Username, "msgUserName", Role::Payload, &[]);
        assert_eq!(judged(Way::ToInternet, What::Leak(user)), None);
        let discovery = Told { kind: Some("get".to_owned()), target: Some(String::new()), ..Told::default() };
        let question = Told { target: Some("1.3.6.1.2.1.1.5.0".to_owned()), ..discovery.clone() };
        assert!(judged(Way::ToInternet, What::Exchange(question)).is_some());
        for told in [greeting, sealed, discovery, command("EHLO", Some("camera")), command("STARTTLS", None), command("AUTH", Some("TLS"))] {
            assert_eq!(judged(Way::ToInternet, What::Exchange(told.clone())), None, "{told:?}");
        }
        for told in [command("AUTH", Some("PLAIN")), command("STOR", Some("/a.jpg")), command("MAIL", None)] {
            assert_eq!(judged(Way::ToInternet, What::Exchange(told.clone())), Some(("PT-01", Severity::Low)), "{told:?}");
        }
    }

    #[test]
    fn a_list_whose_signature_lies_beside_it_is_not_told() {
        let part_of = |target: &str| part(&told("Updates.example", target, 200));
        assert_eq!(part_of("/a/release.json"), Some(Part::List("updates.example/a/release.json".to_owned())));
        assert_eq!(part_of("/a/release.json.sig"), Some(Part::Signature("updates.example/a/release.json".to_owned())));
        for target in ["/a/release.json?device=1", "/a/state", "/a/picture.jpg"] {
            assert_eq!(part_of(target), None, "{target}");
        }
        assert_eq!(part(&told("updates.example", "/a/release.json.sig", 404)), None);
    }

    #[test]
    fn an_unsigned_list_is_told_in_the_end() {
        let told_of = |targets: &[&str]| {
            let (mut plain, home, mut count) = (Plain::default(), Home::default(), 0);
            for target in targets {
                let fact = fact(&flow(1, 80), "http", Direction::ToServer, What::Exchange(told("updates.example", target, 200)));
                plain.hear(&home, &fact, &mut |_| count += 1);
            }
            plain.close(&home, &mut |_| count += 1);
            count
        };
        assert_eq!(told_of(&["/release.json"]), 1);
        assert_eq!(told_of(&["/release.json", "/other.json.sig"]), 1);
        assert_eq!(told_of(&["/release.json", "/release.json.sig"]), 0);
        assert_eq!(told_of(&["/release.json.sig", "/release.json"]), 0);
        assert_eq!(told_of(&["/release.json"; 9]), 9);
    }

    #[test]
    fn what_was_found_in_it_raises_it() {
        let raised = |kind| judged(Way::ToInternet, What::Leak(leak(kind, "k", Role::Body, &["form:k"]))).map(|(_, severity)| severity);
        assert_eq!(raised(ValueKind::Serial), Some(Severity::Medium));
        assert_eq!(raised(ValueKind::Username), Some(Severity::Medium));
        assert_eq!(raised(ValueKind::Phone), Some(Severity::High));
        assert_eq!(raised(ValueKind::Password), Some(Severity::Critical));
        assert_eq!(raised(ValueKind::NetworkName), None);
        let guard = leak(ValueKind::Cookie, "csrftoken", Role::Header, &[]);
        assert_eq!(judged(Way::ToInternet, What::Leak(guard)), None);
        assert_eq!(judged(Way::FromInternet, What::Leak(leak(ValueKind::Position, "lat,lon", Role::Body, &["json:lat"]))), None);
    }

    #[test]
    fn text_of_an_unknown_protocol_is_told_wherever_it_goes() {
        for way in [Way::ToInternet, Way::Inside] {
            assert_eq!(judged(way, What::Text { excerpt: "a".to_owned(), at: At::default() }), Some(("PT-02", Severity::Medium)));
        }
    }
}
