//! The cards of encrypted conversations.

use crate::finding::Card;

/// An old version.
pub static TL_01: Card = Card {
    code: "TL-01",
    name: "Old version of TLS or SSL really used",
    title: "It encrypts by a method that was given up ({what}).",
    story: "{device} and {endpoint} agreed on {what}, whose protection others can weaken or undo.",
    advice: "Install the device's updates, and ask the maker for one that uses TLS 1.2 or 1.3.",
    example: "TLS 1.0",
    evidence: "The version that the server chose (in TLS 1.3 in its own extension), and that both ends went on to encrypt.",
    scale: "High for SSL and TLS 1.0, medium for TLS 1.1 and DTLS 1.0. Certain.",
    limits: "What is only offered, and handshakes that were given up, are left out.",
    standards: &["ETSI EN 303 645 5.5-1", "EN 18031 CRY", "RFC 8996", "CWE-326", "CWE-757"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// A weak suite.
pub static TL_02: Card = Card {
    code: "TL-02",
    name: "Weak cipher suite or key chosen",
    title: "It encrypts with a method {what}.",
    story: "{device} and {endpoint} agreed on a method {what}, so what they say may not stay between them.",
    advice: "Install the device's updates, and ask the maker for stronger encryption.",
    example: "that can be broken",
    evidence: "The cipher suite that the server chose, and the length of its RSA key.",
    scale: "High for none, export, anonymous, RC4, DES, 3DES, RC2 and MD5; medium for an RSA key under 2048 bits; low without forward secrecy or with CBC and SHA-1. Certain; high for keys.",
    limits: "What is only offered is left out. The length of Diffie-Hellman keys is not judged, and certificates are hidden in TLS 1.3.",
    standards: &["ETSI EN 303 645 5.5-1", "EN 18031 CRY", "CWE-326", "CWE-327"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// A certificate.
pub static TL_03: Card = Card {
    code: "TL-03",
    name: "Certificate problem that the device accepted",
    title: "It goes on although the other end's certificate {what}.",
    story: "{endpoint} showed {device} a certificate that {what}, and the device went on all the same.",
    advice: "Install the device's updates, and ask the maker whether the device checks who it talks to.",
    example: "has run out",
    evidence: "The server's own certificate (readable up to TLS 1.2), held against the time of its packet and the name that the device asked for, and that encryption began behind it.",
    scale: "High: ran out, not valid yet, or for another name. Medium: signed with MD5 or SHA-1, or a name that was only looked up. Low: private, which cannot be checked. Info: valid for more than 398 days. Confidence high, medium for a looked-up name.",
    limits: "A maker's own authority that the device knows is legitimate and looks private here. Servers at home, Tor and handshakes that were given up are left out; a wrong clock of the capture misleads.",
    standards: &["ETSI EN 303 645 5.5-1", "EN 18031-1 SCM", "CWE-295", "CWE-296", "CWE-297", "CWE-298"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// No name, or a session of another day.
pub static TL_04: Card = Card {
    code: "TL-04",
    name: "TLS without a server name, or a session that can be followed",
    title: "It {what}.",
    story: "{device} {what}: {endpoint}.",
    advice: "Ask the maker whose server this is if the address means nothing to you.",
    example: "did not say whom it wants",
    evidence: "A client's hello without a server name to an address that the device was not seen to look up; an earlier session that goes on more than a day after the last handshake.",
    scale: "Low without a name, certain. Info for an old session, high confidence.",
    limits: "Only for devices that were seen to start or to look up names. With an encrypted hello the outer name counts.",
    standards: &["ETSI EN 303 645 5.5-1"],
    child_weighs_more: false,
    home_weighs_less: true,
};
