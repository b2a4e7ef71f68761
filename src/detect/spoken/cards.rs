//! The cards of devices that are known by their protocol.

use crate::finding::Card;

/// What every tracker in plain text may be relevant to.
const TRACKER: &[&str] = &[
    "ETSI EN 303 645 5.5-1",
    "ETSI EN 303 645 5.5-7",
    "ETSI EN 303 645 5.8-2",
    "RED 3(3)(e)",
    "EN 18031-2 SCM",
    "EN 18031-2 ACM",
    "COPPA 312.8",
    "GDPR Art. 32",
    "CWE-306",
    "CWE-319",
    "OWASP IoT 2018 I7",
];

/// What is the same of all trackers; the protocol's own is filled in.
const fn tracker(code: &'static str, name: &'static str, evidence: &'static str, scale: &'static str, limits: &'static str) -> Card {
    Card {
        code,
        name,
        title: "This is a tracker that tells where it is without encryption.",
        story: "{device} tells {endpoint} its number and where it is so that {who} can read it, and could send it orders.",
        advice: "Do not put it on a child, a car or a key ring until the maker offers encryption, and consider giving it back.",
        example: "",
        evidence,
        scale,
        limits,
        standards: TRACKER,
        child_weighs_more: false,
        home_weighs_less: true,
    }
}

/// GT06.
pub static DV_03: Card = tracker(
    "DV-03",
    "Tracker with the GT06 (Concox) binary protocol",
    "A frame that begins with 78 78 or 79 79, is as long as it says, ends with 0d 0a and has the right checksum (CRC-16/X-25).",
    "Critical. Certain.",
    "Frames with a wrong checksum are left out; the number of a tracker often fails the check digit of phones and is told all the same.",
);

/// H02.
pub static DV_04: Card = tracker(
    "DV-04",
    "Tracker with the H02 protocol",
    "A text frame *XX,NUMBER,WORD,...# with its fields in range, or binary frames whose date and coordinates are in range.",
    "Critical. Certain for text, medium for binary frames alone.",
    "Binary frames have no checksum: a single one is never told.",
);

/// GPS103.
pub static DV_05: Card = tracker(
    "DV-05",
    "Tracker with the GPS103 (Coban) protocol",
    "Messages that begin with ##,imei: or imei: and 15 digits, with the fields of a position, an alarm or a login.",
    "Critical. Certain.",
    "An IMEI in an ordinary web request is told as such (LK-06), not here.",
);

/// TK103.
pub static DV_06: Card = tracker(
    "DV-06",
    "Tracker with the TK103 protocol",
    "A frame in round brackets with a number of 12 digits and a command of two letters and two digits.",
    "Critical. Certain.",
    "Its orders by text message do not cross the network and are not seen.",
);

/// PPPP.
pub static DV_07: Card = Card {
    code: "DV-07",
    name: "Camera reached over PPPP (CS2, iLnk)",
    title: "It uses a way to reach cameras that protects nothing by itself (PPPP).",
    story: "{device} speaks it with {endpoint}, {what}.",
    advice: "Change the camera's password, switch off access from outside, or replace it with one that encrypts.",
    example: "with pictures or a password that anyone on the way can follow",
    evidence: "At least three datagrams of the protocol (F1, a known kind, the right length), scrambled with the published table or not, or a picture or password in one.",
    scale: "High; critical to the Internet with a password or pictures in the clear; low where both ends exchanged keys first, and for greetings alone. Certain.",
    limits: "Looking at one's own camera at home is a warning. Whether a relay of strangers carries the pictures cannot always be seen.",
    standards: &[
        "ETSI EN 303 645 5.1-1",
        "ETSI EN 303 645 5.5-1",
        "ETSI EN 303 645 5.5-7",
        "CWE-319",
        "CWE-321",
        "CWE-798",
        "OWASP IoT 2018 I1",
        "OWASP IoT 2018 I7",
    ],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Kalay.
pub static DV_08: Card = Card {
    code: "DV-08",
    name: "Camera reached over Kalay (ThroughTek, TUTK)",
    title: "It is reached through the servers of another company (Kalay).",
    story: "{device} speaks its protocol with {endpoint}, {what}.",
    advice: "Install the camera's updates, for newer versions encrypt what they send.",
    example: "with pictures or a password that anyone on the way can follow",
    evidence: "Datagrams that are messages of the protocol once the published scrambling is undone, with the right length; pictures or DTLS in them.",
    scale: "High with pictures in the clear, else info. High confidence.",
    limits: "That Kalay is used is no flaw, and whether a known weakness applies cannot be told from traffic.",
    standards: &["ETSI EN 303 645 5.5-1", "CWE-327", "CWE-656"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Tuya.
pub static DV_09: Card = Card {
    code: "DV-09",
    name: "Tuya local protocol",
    title: "It speaks Tuya's protocol in your home network.",
    story: "{device} speaks it {what}.",
    advice: "Keep such things in a guest network if others use your Wi-Fi.",
    example: "so that everyone at home hears its number and kind",
    evidence: "Frames with Tuya's beginning and end and the right length, in the clear or encrypted with the key that is the same in every device.",
    scale: "Low; info where all that was seen is encrypted with the device's own key. Certain.",
    limits: "Orders that are encrypted with the device's own key are not read.",
    standards: &["ETSI EN 303 645 5.6-2", "CWE-200", "CWE-321"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Kasa.
pub static DV_10: Card = Card {
    code: "DV-10",
    name: "TP-Link Kasa: the home's coordinates without a login",
    title: "It tells everyone on your Wi-Fi where your home is.",
    story: "{device} told {endpoint} the home's coordinates without asking for a password, and {who} could ask the same and switch it.",
    advice: "Take the location out of its app, install its updates, and keep guests in a guest network.",
    example: "",
    evidence: "An answer of the Kasa protocol with latitude and longitude that are not zero.",
    scale: "High. Certain.",
    limits: "Zeros mean that no place was set; a question alone only looks for devices.",
    standards: &["ETSI EN 303 645 5.5-4", "ETSI EN 303 645 5.6-2", "ETSI EN 303 645 5.8-1", "CWE-306", "CWE-359"],
    child_weighs_more: false,
    home_weighs_less: false,
};
