//! The cards of what is told of persons and devices: LK-01 to LK-12.

use crate::finding::Card;

/// A word of the family.
pub static LK_01: Card = Card {
    code: "LK-01",
    name: "Your own registered data seen leaving",
    title: "It sent something that you asked to look out for.",
    story: "{device} sent one of your family's own words to {endpoint} without encryption, so {who} could read it.",
    advice: "Look in its app for what it stores about you, delete what it does not need, and ask the maker why it is sent unprotected.",
    example: "",
    evidence: "An exact match of a word from --words, as it is or in any usual encoding or digest, packed or cut in two; short words and birthdays only as a whole value or under a key of a person.",
    scale: "Critical for addresses, phone numbers, e-mail addresses and birthdays, high for names and other words, medium for network names and digests. Certain.",
    limits: "The word itself is never shown, only which one it was. What is encrypted can't be searched.",
    standards: &["ETSI EN 303 645 5.8-1", "ETSI EN 303 645 5.8-2", "ETSI EN 303 645 6.1-1", "EN 18031-2 SCM", "GDPR Art. 5, 25, 32", "CWE-201", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A position.
pub static LK_02: Card = Card {
    code: "LK-02",
    name: "GPS position in readable text",
    title: "It sent its position so that others can read it.",
    story: "The place where {device} is went to {endpoint} without encryption, so {who} could follow it.",
    advice: "Switch off location in its app until the maker encrypts it, or do not take the device along.",
    example: "",
    evidence: "Latitude and longitude in range, not 0,0 and not whole numbers, by their keys, by a sentence of a receiver (NMEA) or by a tracker's protocol.",
    scale: "High, critical on a child's device, medium where it has no more than two decimals (about a kilometre). Certain with a checksum or a protocol's own field, high by key.",
    limits: "Left out on purpose: pairs of numbers without a key, and positions in answers of a server that was told nothing of the device or user (weather).",
    standards: &["ETSI EN 303 645 5.8-2", "EN 18031-2 SCM", "COPPA 312.2", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A position in a code, a picture or a binary record.
pub static LK_03: Card = Card {
    code: "LK-03",
    name: "GPS position in binary, codes or pictures",
    title: "It sent its position, hidden in a code or a picture.",
    story: "A picture, code or record that {device} exchanged with {endpoint} without encryption says where it is, so {who} could follow it.",
    advice: "Switch off location in its app and for its camera until the maker encrypts it.",
    example: "",
    evidence: "The place in a picture's Exif part, a geohash under its key, a full plus code, ISO 6709, or numbers near the home that --words names, at the same offset of two messages where they are short.",
    scale: "High, critical on a child's device, medium where it is coarse (about a kilometre). Certain in pictures, high in codes, medium near home.",
    limits: "Left out on purpose: numbers in binary messages that could be a place anywhere, and codes without a key that a word could be.",
    standards: &["ETSI EN 303 645 5.8-2", "EN 18031-2 SCM", "COPPA 312.2", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// What radios are in sight.
pub static LK_04: Card = Card {
    code: "LK-04",
    name: "Nearby Wi-Fi or cell list (is a location)",
    title: "It sent which Wi-Fi networks or phone masts are around it.",
    story: "{device} told {endpoint} {what} without encryption, and from such a list {who} can look up where it is.",
    advice: "Switch off location in its app until the maker encrypts it.",
    example: "the Wi-Fi access points around it",
    evidence: "At least two hardware addresses with the strength of each (-20 to -110 dBm), by their keys or next to each other; a mobile cell with country, network, area and number; a tracker's own list.",
    scale: "High, critical on a child's device. Confidence high, certain in a tracker's protocol.",
    limits: "Left out on purpose: lists without strengths (who is in the network) and a single access point, which may be the own one.",
    standards: &["ETSI EN 303 645 5.8-2", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Asks where its address is.
pub static LK_05: Card = Card {
    code: "LK-05",
    name: "IP-location look-up by the device",
    title: "It asks a service on the Internet where it is.",
    story: "{device} asked {endpoint} which address and place it has, so that service learns of your home and {who} can read along where it is not encrypted.",
    advice: "Ask the maker what the place is needed for, and block the service in the router if nothing stops working.",
    example: "",
    evidence: "The name of a service that tells addresses or their places, in a server name, a Host header or a look-up; a place in its unencrypted answer.",
    scale: "Low; medium where the place that was answered is sent on. Confidence high.",
    limits: "Routers and programs that keep a home's name up to date do this for a reason. What an encrypted answer said is not known.",
    standards: &["ETSI EN 303 645 6.1-1", "ETSI EN 303 645 6.1-4"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A number for life.
pub static LK_06: Card = Card {
    code: "LK-06",
    name: "Permanent device numbers: IMEI, IMSI, ICCID, serial, hardware address",
    title: "It sent {what} so that others can read it.",
    story: "{device} told {endpoint} {what} without encryption, so {who} can recognise it again wherever it goes.",
    advice: "Look for an update, and do not post pictures of the device's label or its numbers.",
    example: "its serial number",
    evidence: "The device's own hardware address in any spelling; numbers by their key and form (IMEI, IMSI, ICCID); serial numbers and identifiers by their key.",
    scale: "Medium, high on a child's device; low for the name of a Wi-Fi network. Certain for the own hardware address, high by key, medium by a topic alone.",
    limits: "Left out on purpose: numbers without a key, however well they check, and identifiers that a server sends down, which mostly name something else.",
    standards: &["ETSI EN 303 645 5.6-2", "ETSI EN 303 645 5.8-1", "COPPA 312.2", "CWE-201", "CWE-359", "OWASP IoT 2018 I6"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// An address or number of a person.
pub static LK_07: Card = Card {
    code: "LK-07",
    name: "E-mail address or phone number",
    title: "It sent {what} so that others can read it.",
    story: "{what} went between {device} and {endpoint} without encryption, so {who} can note it and use it.",
    advice: "Use an address of its own for this device, and ask the maker to encrypt it.",
    example: "an e-mail address",
    evidence: "An address whose domain has a public suffix; a phone number with country code and a length of its country, or a national one under its key.",
    scale: "High, critical on a child's device. Confidence high, medium without a key.",
    limits: "Left out on purpose: addresses of no person (support, info), in program names, times and order numbers, and addresses without a key in pages that a server sends to anyone.",
    standards: &["ETSI EN 303 645 5.8-1", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A profile.
pub static LK_08: Card = Card {
    code: "LK-08",
    name: "Child or family profile fields",
    title: "It sent details of a person so that others can read them.",
    story: "{what} went between {device} and {endpoint} without encryption, so {who} can read them.",
    advice: "Fill in no more of a profile than it needs, use a made-up name and birthday, and ask the maker to encrypt it.",
    example: "details of a profile",
    evidence: "Two fields of a profile in one object (names, gender, age, school, measures of the body) of which one is no thing's, or a birthday alone; a tracker's own fields.",
    scale: "High, critical on a child's device. Confidence high, certain in a tracker's protocol.",
    limits: "Left out on purpose: an age, a weight or a name alone, which films, goods and lamps have too, and profiles in answers of a server that was told nothing of who asks.",
    standards: &["ETSI EN 303 645 5.8-2", "EN 18031-2 SCM", "COPPA 312.2", "COPPA 312.8", "GDPR Art. 5, 8, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// A secret.
pub static LK_09: Card = Card {
    code: "LK-09",
    name: "Passwords, Wi-Fi keys, tokens, cookies",
    title: "It sent {what} so that others can read it.",
    story: "{what} went between {device} and {endpoint} without encryption, so {who} can read it and use it.",
    advice: "Change it, use it nowhere else, and look for an update or a setting for secure connections.",
    example: "a password",
    evidence: "A protocol's own field (Authorization, MQTT, FTP), a key that names a secret with a value of four characters or more, or a form that only secrets have (JSON web token, private key).",
    scale: "Critical to the Internet, high at home; a digest of a password medium; cookies that guard a form, count visits or hold a choice low, cookies of no known use medium. Certain in a protocol's own field.",
    limits: "Whether the secret still opens anything is never tried. Client numbers that are public by design and hidden or empty values are left out.",
    standards: &[
        "ETSI EN 303 645 5.1-3",
        "ETSI EN 303 645 5.5-6",
        "ETSI EN 303 645 5.5-7",
        "EN 18031-1 SCM",
        "EN 18031-1 AUM",
        "CWE-319",
        "CWE-522",
        "CWE-523",
        "CWE-598",
        "OWASP IoT 2018 I1",
    ],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Money, states and homes.
pub static LK_10: Card = Card {
    code: "LK-10",
    name: "Payment, bank and national numbers, postal address",
    title: "It sent {what} so that others can read it.",
    story: "{what} went between {device} and {endpoint} without encryption, so {who} can read it and use it.",
    advice: "Pay and order with another device, and tell your bank if a card or account number was sent.",
    example: "a payment card's number",
    evidence: "A card's number with its check digit and an issuer's range, by key or in groups of four; an account number with its country's length and remainder; a street with a town or postcode; with --national-ids, a state's number with its check digits.",
    scale: "Critical. Certain with check and key, high in groups or by keys.",
    limits: "Left out on purpose: digits without a key, however well they check, and national numbers unless they are asked for.",
    standards: &["ETSI EN 303 645 5.8-2", "EN 18031-3 SCM", "GDPR Art. 5, 32", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Followed from place to place.
pub static LK_11: Card = Card {
    code: "LK-11",
    name: "Advertising and tracking identifiers",
    title: "It sent an identifier that is made to follow you.",
    story: "{device} told {endpoint} an identifier for advertising without encryption, so {who} can recognise it again.",
    advice: "Reset or switch off the advertising identifier in its settings, and refuse personal advertising.",
    example: "",
    evidence: "An identifier under a key of advertisers' programs (gaid, idfa, tifa, adid), or a cookie by which visits are counted (_ga, _fbp).",
    scale: "Medium, high on a child's device. Confidence high.",
    limits: "Left out on purpose: identifiers of zeros, which say that nobody wants to be followed, and identifiers that change with each request.",
    standards: &["ETSI EN 303 645 6.1-1", "COPPA 312.2", "GDPR Art. 5, 6", "CWE-359"],
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Names that say whose it is.
pub static LK_12: Card = Card {
    code: "LK-12",
    name: "Personal words in names the network shows",
    title: "Its name on the network says whose it is.",
    story: "{device} calls itself by {what}, and {who} can see that name.",
    advice: "Give it another name in its settings, one without a person's name.",
    example: "a person's name",
    evidence: "A possessive in a name that it tells of itself (Emma's TV, iPhone de Emma), a word from --words in one, or its own hardware address in a name that it looks up.",
    scale: "Low at home, medium where the name goes to the Internet. Confidence high, medium without an apostrophe.",
    limits: "Left out on purpose: makers' own names with the last digits of the hardware address.",
    standards: &["ETSI EN 303 645 5.6-2", "ETSI EN 303 645 5.8-1", "CWE-200"],
    child_weighs_more: true,
    home_weighs_less: false,
};
