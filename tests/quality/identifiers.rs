//! Identifiers of every class, in every spelling that can be undone, in every part of a message: who is found, who is not, what is told wrongly.

use std::collections::{BTreeMap, HashMap};

use tattletale::finding::Finding;

use crate::make_captures::cast::Cast;
use crate::make_captures::codec::Rng;
use crate::make_captures::encode::{CARRIERS, ENCODINGS, ONE_WAY, Value, carry, encode, escaped};
use crate::make_captures::pcap;
use crate::make_captures::wire::{Host, Net, v6};
use crate::reader;
use crate::templates::Templates;

/// One class: its kind's word, and the words of kinds that say the same.
struct Class {
    kind: &'static str,
    also: &'static [&'static str],
    /// What only looks like one: key and value.
    traps: &'static [(&'static str, &'static str)],
}

#[rustfmt::skip]
const CLASSES: [Class; 13] = [
    Class { kind: "email", also: &[], traps: &[("img", "logo@2x.png"), ("pkg", "com.app@1.2.3"), ("shell", "root@localhost"), ("ratio", "16@9")] },
    Class { kind: "phone", also: &[], traps: &[("ts", "1776844800"), ("parcel", "00340434161094015902"), ("build", "20260422"), ("offset", "+0200"), ("delta", "+12.5")] },
    Class { kind: "imei", also: &[], traps: &[("order", "490154203237518"), ("seq", "001017000000011"), ("ts", "177684480000000")] },
    Class { kind: "imsi", also: &[], traps: &[("ref", "234150000000001"), ("ticket", "310150123456789")] },
    Class { kind: "iccid", also: &[], traps: &[("parcel", "8944500102198765432"), ("ref", "89445001021987654321")] },
    Class { kind: "mac", also: &["bssid"], traps: &[("group", "01:00:5e:00:00:fb"), ("to", "ff:ff:ff:ff:ff:ff"), ("none", "00:00:00:00:00:00"), ("time", "12:30:45:10:20:30")] },
    Class { kind: "serial", also: &["uuid"], traps: &[("build", "9f86d081884c7d65"), ("version", "SN2.1.0"), ("etag", "5f1c0a72-1a2b"), ("model", "HT200")] },
    Class { kind: "uuid", also: &["serial"], traps: &[("trace_id", "5f1c0a72-6d3b-4222-8333-444455556666"), ("request_id", "0a1b2c3d-1111-4222-8333-9999aaaabbbb")] },
    Class { kind: "network-name", also: &[], traps: &[("mode", "home"), ("essidmode", "auto"), ("ssid", "")] },
    Class { kind: "position", also: &[], traps: &[("calibration", "3.1416,2.7183"), ("version", "1.2345,6.7890"), ("gps", "0.0,0.0"), ("tz", "Europe/Paris"), ("gain", "0.7071,1.4142")] },
    Class { kind: "password", also: &["network-key", "token"], traps: &[("pwd", "***"), ("password", "null"), ("password", ""), ("passwordPolicy", "strong")] },
    Class { kind: "network-key", also: &["password", "token"], traps: &[("psk", "********"), ("wifi_password", ""), ("psk", "none")] },
    Class { kind: "token", also: &["cookie", "password"], traps: &[("csrf_token", "Zk3vQ9pXr2Lm8Tn4"), ("nextPageToken", "CAoQAA"), ("token", "null")] },
];

/// A digit that makes the row before it pass (ISO/IEC 7812-1, Luhn).
fn luhn(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') * if index % 2 == 0 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    char::from(b'0' + ((10 - sum % 10) % 10) as u8)
}

/// A value of a class: invented, reserved or of a test range.
fn value(kind: &str, rng: &mut Rng, from: &Templates) -> String {
    let hex = |rng: &mut Rng, length: usize| (0..length).map(|_| format!("{:x}", rng.below(16))).collect::<String>();
    match kind {
        "email" => {
            let [first, last, domain] = from.people.map(|list| rng.pick(list));
            format!("{first}{}{last}@{domain}", rng.pick(&[".", "_", "+toy.", ""]))
        }
        "phone" => match rng.below(2) {
            0 => format!("+4477009{:05}", rng.below(1_000)),
            _ => format!("+120255501{:02}", rng.below(100)),
        },
        "imei" => {
            let start = format!("00101700{:06}", rng.below(1_000_000));
            format!("{start}{}", luhn(&start))
        }
        "imsi" => format!("00101{:010}", rng.below(10_000_000_000)),
        "iccid" => {
            let start = format!("890101{:012}", rng.below(1_000_000_000_000));
            format!("{start}{}", luhn(&start))
        }
        // The device's own.
        "mac" => [["00:00:5e:00:53:c8", "00-00-5E-00-53-C8", "00005E0053C8"][rng.below(3) as usize]].concat(),
        "serial" => format!("{}{:08}", rng.pick(&["SN", "HT20", "KX"]), rng.below(100_000_000)),
        "uuid" => format!("{}-{}-4{}-8{}-{}", hex(rng, 8), hex(rng, 4), hex(rng, 3), hex(rng, 3), hex(rng, 12)),
        "network-name" => rng.pick(from.networks).to_owned(),
        "position" => rng.pick(from.places).to_owned(),
        "token" => (0..28).map(|_| char::from(b"ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"[rng.below(54) as usize])).collect(),
        _ => rng.pick(from.passwords).to_owned(),
    }
}

/// Spellings that change nothing in a value of ASCII, or that nobody undoes.
fn is_asked(encoding: &str) -> bool {
    !ONE_WAY.contains(&encoding) && !matches!(encoding, "nfd" | "no-accents")
}

/// Spellings of whole messages: what is coded so holds the key as well, every other time.
const WHOLE: [&str; 10] = ["utf-16le", "utf-16be", "hex", "hex-utf-16be", "base64-0", "base64-1", "base64-2", "base64url", "base32", "raw"];

/// What was sent to one server.
struct Planted {
    class: usize,
    encoding: &'static str,
    carrier: &'static str,
    value: Option<String>,
    /// By the rule of forms the bytes say something else: nobody can tell.
    is_ambiguous: bool,
}

/// Whether `key=value` with this value, as it is, is two pairs by the rule of forms (WHATWG URL, `application/x-www-form-urlencoded`).
fn is_two_pairs(value: &str) -> bool {
    value.split('&').skip(1).any(|part| part.contains('='))
}

/// Classes whose values have no form: what is coded may as well be the value. Told under its key it counts as told, and is counted apart.
const FORMLESS: [&str; 6] = ["password", "network-key", "token", "network-name", "serial", "uuid"];

/// Found and missed, and what was told wrongly.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    /// Planted.
    pub planted: u64,
    /// Told.
    pub told: u64,
    /// Of these, told as they were sent, still coded.
    pub coded: u64,
    /// Told of the class where nothing of it was.
    pub wrong: u64,
}

impl Tally {
    /// The share of those planted that were told.
    pub fn recall(self) -> f64 {
        self.told as f64 / (self.planted.max(1)) as f64
    }

    /// The share of those told that were planted.
    pub fn precision(self) -> f64 {
        self.told as f64 / ((self.told + self.wrong).max(1)) as f64
    }
}

/// What was measured.
#[derive(Default)]
pub struct Report {
    /// By class.
    pub classes: BTreeMap<&'static str, Tally>,
    /// By class, spelling, carrier: planted and told.
    pub cells: BTreeMap<(&'static str, &'static str, &'static str), Tally>,
    /// Planted of one class, told of another: how often.
    pub confused: BTreeMap<(&'static str, String), u64>,
    /// Told wrongly: what was sent, what was told.
    pub wrongs: Vec<String>,
    /// Not told.
    pub misses: Vec<String>,
    /// Values that make two pairs of `key=value` where their sender does not encode them: sent so, and told whole all the same. Counted nowhere else.
    pub ambiguous: (u64, u64),
}

fn device() -> Host {
    Host::home(0xc8, 200).by(v6(7, 200))
}

fn server(index: usize) -> Host {
    Host::server(v6(0x4000 | (index >> 16) as u16, index as u16))
}

/// Plants so many values of each class in every spelling and carrier, and traps, and asks what is told.
pub fn measure(from: &Templates, rounds: usize, seed: u64) -> Report {
    let mut report = Report::default();
    for (index, class) in CLASSES.iter().enumerate() {
        let (capture, planted) = plant(from, index, rounds, &mut Rng(seed + index as u64));
        let (findings, _) = reader::read(capture, 0);
        judge(class, &planted, &findings, &mut report);
    }
    report
}

fn plant(from: &Templates, index: usize, rounds: usize, rng: &mut Rng) -> (Vec<u8>, Vec<Planted>) {
    let class = &CLASSES[index];
    let keys = from.named.iter().find(|(kind, _)| *kind == class.kind).map_or(&[][..], |(_, keys)| keys);
    let mut net = Net::new(class.kind, rng.random() | 1, Cast::default());
    net.keep_said = false;
    let mut planted = Vec::new();
    let mut send =
        |net: &mut Net, rng: &mut Rng, carrier: &'static str, key: &str, encoding: &'static str, bytes: Vec<u8>, value: Option<String>, is_ambiguous: bool| {
            let shape = rng.pick(from.shapes);
            let port = match carrier {
                "mqtt" => 1_883,
                "tcp" => 47_010,
                "udp" => 47_011,
                _ => 80,
            };
            carry(net, device(), server(planted.len()), port, carrier, &[Value { key, encoding, bytes, shape }]);
            planted.push(Planted { class: index, encoding, carrier, value, is_ambiguous });
        };
    for encoding in ENCODINGS.into_iter().filter(|encoding| is_asked(encoding)) {
        for carrier in CARRIERS {
            for round in 0..rounds {
                let (value, key) = (value(class.kind, rng, from), rng.pick(keys));
                let spelt = match encoding {
                    "upper" => value.to_uppercase(),
                    "lower" => value.to_lowercase(),
                    _ => value,
                };
                if encoding != "raw" && WHOLE.contains(&encoding) && round % 2 == 1 {
                    let row = |value: &str| {
                        if encoding.starts_with("base") { encode(encoding, value, &format!("{key}=")) } else { encode(encoding, &format!("{key}={value}"), "") }
                    };
                    if is_two_pairs(&spelt) {
                        send(&mut net, rng, carrier, "d", encoding, row(&spelt), Some(spelt.clone()), true);
                    }
                    // As a true sender must write it.
                    let bytes = if is_two_pairs(&spelt) { row(&escaped(spelt.as_bytes())) } else { row(&spelt) };
                    send(&mut net, rng, carrier, "d", encoding, bytes, Some(spelt), false);
                } else {
                    let bytes = encode(encoding, &spelt, "");
                    send(&mut net, rng, carrier, key, encoding, bytes, Some(spelt), false);
                }
            }
        }
    }
    for (key, value) in class.traps {
        for carrier in CARRIERS {
            // What has no form may be anything once it is coded.
            for encoding in ["raw", "percent", "base64-0"].into_iter().take(if FORMLESS.contains(&class.kind) { 1 } else { 3 }) {
                send(&mut net, rng, carrier, key, encoding, encode(encoding, value, ""), None, false);
            }
        }
    }
    (pcap(&net.frames()), planted)
}

/// Without case and separators.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric() || *letter == '@').flat_map(char::to_lowercase).collect()
}

fn is_same(kind: &str, planted: &str, told: &str) -> bool {
    if kind == "position" {
        let numbers = |text: &str| text.split(',').map(|number| number.trim().parse::<f64>().unwrap_or(999.0)).collect::<Vec<_>>();
        let (planted, told) = (numbers(planted), numbers(told));
        return planted.len() == told.len() && planted.iter().zip(&told).all(|(a, b)| (a - b).abs() < 1e-5);
    }
    bare(planted) == bare(told)
}

fn judge(class: &Class, planted: &[Planted], findings: &[Finding], report: &mut Report) {
    // What was told of each server: kind and value.
    let mut told: HashMap<String, Vec<(&str, &str)>> = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.code.starts_with("LK-")) {
        let Some(endpoint) = &finding.endpoint else { continue };
        let values = finding.values.iter().map(|value| (value.kind.word(), value.shown.as_str()));
        told.entry(endpoint.address.to_string()).or_default().extend(values);
    }
    for (index, plant) in planted.iter().enumerate() {
        let told = told.get(&server(index).ip.to_string()).map_or(&[][..], Vec::as_slice);
        let tally = report.classes.entry(CLASSES[plant.class].kind).or_default();
        let of_class = |kind: &str| kind == class.kind || class.also.contains(&kind);
        match &plant.value {
            Some(value) if plant.is_ambiguous => {
                report.ambiguous.0 += 1;
                report.ambiguous.1 += u64::from(told.iter().any(|(kind, shown)| of_class(kind) && is_same(class.kind, value, shown)));
            }
            Some(value) => {
                let cell = report.cells.entry((class.kind, plant.encoding, plant.carrier)).or_default();
                tally.planted += 1;
                cell.planted += 1;
                // Nothing else was sent to this server.
                let is_spelt = !matches!(plant.encoding, "raw" | "upper" | "lower");
                let is_coded = |shown: &str| is_spelt && FORMLESS.contains(&class.kind) && bare(shown).len() * 2 >= bare(value).len();
                let is_told = told.iter().any(|(kind, shown)| of_class(kind) && is_same(class.kind, value, shown));
                let is_told_coded = !is_told && told.iter().any(|(kind, shown)| of_class(kind) && is_coded(shown));
                if !is_told && !is_told_coded {
                    report.misses.push(format!("{} in {} {}: {value} ({told:?})", class.kind, plant.encoding, plant.carrier));
                }
                for tally in [&mut *tally, cell] {
                    tally.told += u64::from(is_told || is_told_coded);
                    tally.coded += u64::from(is_told_coded);
                }
                for (kind, shown) in told {
                    if !of_class(kind) {
                        *report.confused.entry((class.kind, (*kind).to_owned())).or_default() += 1;
                    } else if *kind != "cookie" && !is_same(class.kind, value, shown) && !is_coded(shown) {
                        tally.wrong += 1;
                        report.wrongs.push(format!("{} in {} {}: sent {value}, told {kind} {shown}", class.kind, plant.encoding, plant.carrier));
                    }
                }
            }
            None => {
                // In a cookie everything is one.
                for (kind, shown) in told.iter().filter(|(kind, _)| of_class(kind) && *kind != "cookie") {
                    tally.wrong += 1;
                    report.wrongs.push(format!("{}: a trap in {} {}, told {kind} {shown}", class.kind, plant.encoding, plant.carrier));
                }
            }
        }
    }
}
