//! Real messages of trackers: what carries a position is told with it, what carries none is not.
//!
//! `CORPUS` names a folder; the messages stand in `messages.tsv` somewhere below it. Without it the test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use tattletale::event::Event;
use tattletale::protocols::protocol::{Carrier, Input, Parser, Probe, Protocol};
use tattletale::protocols::{Recognition, recognise};
use tattletale::value::ValueKind;
use tattletale::wire::{Direction, Mark, Marks, Timestamp};

/// Least share of the text messages with a position in which one is found.
const TEXT: f64 = 0.9;

/// Protocols of the corpus that have a parser of their own here, and its name.
const NAMED: &[(&str, &str)] = &[
    ("atrack", "atrack"),
    ("avema", "wondex"),
    ("easytrack", "easytrack"),
    ("freedom", "freedom"),
    ("gl100", "queclink"),
    ("gl200text", "queclink"),
    ("globalsat", "globalsat"),
    ("gps103", "gps103"),
    ("h02", "h02"),
    ("haicom", "haicom"),
    ("intellitrac", "wondex"),
    ("its", "its"),
    ("jt600", "jt600-text"),
    ("laipac", "laipac"),
    ("megastek", "megastek"),
    ("meitrack", "meitrack"),
    ("minifinder", "minifinder"),
    ("plugin", "wondex"),
    ("pt502", "pt502"),
    ("starlink", "starlink"),
    ("suntech", "suntech"),
    ("supermate", "easytrack"),
    ("t55", "nmea"),
    ("taip", "taip"),
    ("telic", "telic"),
    ("tk103", "tk103"),
    ("totem", "totem"),
    ("trv", "trv"),
    ("tt8850", "queclink"),
    ("upro", "upro"),
    ("v680", "v680"),
    ("watch", "setracker"),
    ("wialon", "wialon"),
    ("wondex", "wondex"),
    ("xexun", "xexun"),
];

/// Messages that the corpus counts as positions and that hold none: protocol, a part of the message, why.
const WITHOUT: &[(&str, &str, &str)] = &[
    ("carscop", "V0000.0000N00000.0000E", "zeros"),
    ("dingtek", "800001011e0692001a", "a level and a voltage"),
    ("esky", "+0.00000+0.00000", "zeros"),
    ("extremtrac", "0000.0000,S,00000.0000,E", "zeros"),
    ("flextrack", "N0.00.0000,E0.00.0000", "zeros"),
    ("fox", "0000.0000,N,00000.0000,E", "zeros"),
    ("gl200text", "+BUFF:GTSTC", "cells"),
    ("gl200text", "+RESP:GTSTR", "cells"),
    ("gl200text", "+RESP:GTWIF", "networks"),
    ("globalsat", "E00000.0000,N0000.0000", "zeros"),
    ("gps103", ",L,", "cells"),
    ("its", "000.000000,N,000.000000,E", "zeros"),
    ("ivt401", "+0.0,+0.0", "zeros"),
    ("jt600", "0.000000,N", "zeros"),
    ("laipac", "0000.0000,N,00000.0000,E", "zeros"),
    ("megastek", "0000.0000,N,00000.0000,E", "zeros"),
    ("pt60", "40412,10461,1,425,10", "cells"),
    ("siwi", "0.000000,0.000000", "zeros"),
    ("t55", "0000.0000,N,00000.0000,E", "zeros"),
    ("t55", "$GPFID,", "a number"),
    ("tk103", "V0000.0000N", "zeros"),
    ("tk103", "V,0000.0000N", "zeros"),
    ("tk103", "BZ00,", "cells"),
    ("tk103", ",DW5", "cells and networks"),
    ("tk103", ",ZC03,", "settings"),
    ("totem", "0000.0000N00000.0000E", "zeros"),
    ("trv", "IWAP02,", "cells and networks"),
    ("watch", "V,00.000000,,00.0000000,", "zeros"),
    ("wondex", "$OK:", "an answer"),
    ("wondex", "$ERR:", "an answer"),
];

/// Messages that the corpus counts as none and that plainly hold a position: protocol, a part of the message, why the corpus has none.
const PLAIN: &[(&str, &str, &str)] = &[
    ("carscop", "UD00232614A5009.1747N01910.3829E", "the tracker is not known to the server"),
    ("extremtrac", "$GPRMC,092313.299,A,2238.8947,N", "the tracker is not known to the server"),
    ("fifotrack", "D05,190220085833,22.643210,114.018176", "the head of a picture"),
    ("gosafe", "GPS:L;9;N47.582920;W122.238720", "the first of several holds the last place known"),
    ("its", "LGN,", "a login"),
    ("its", "$Header,nliven,KA01I2000", "a login"),
    ("jt600", ",2,U09,", "a report of a stop"),
    ("rst", "RST;A;RST-MINIv2", "a report of a trip"),
    ("suntech", "BSA;0820012345", "a beacon's place"),
];

/// One row.
struct Row {
    protocol: String,
    is_text: bool,
    is_request: bool,
    expect: String,
    place: Option<(f64, f64)>,
    valid: Option<bool>,
    bytes: Vec<u8>,
    /// Where the row comes from: file and line.
    source: String,
}

impl Row {
    /// Whether a list names it.
    fn is_listed(&self, list: &[(&str, &str, &str)]) -> bool {
        let text = String::from_utf8_lossy(&self.bytes);
        list.iter().any(|(protocol, part, _)| *protocol == self.protocol && text.contains(part))
    }
}

/// What was told of a message: by which protocol, and the places.
struct Told {
    protocol: &'static str,
    /// Latitude, longitude, whether there was a fix.
    places: Vec<(f64, f64, bool)>,
}

fn rows(text: &str) -> Vec<Row> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let read = |line: &str| {
        let fields: BTreeMap<&str, &str> = names.iter().copied().zip(line.split('\t')).collect();
        let message = fields["message"];
        let bytes = match fields["encoding"] {
            "http" if message.starts_with("HttpMethod.POST") => posted(message)?,
            // A target alone.
            "http" if message.starts_with(['/', '?']) => format!("GET /{} HTTP/1.1\r\nHost: example.org\r\n\r\n", message.trim_start_matches('/')).into_bytes(),
            "text" => unescaped(message),
            "hex" => message.as_bytes().chunks(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect(),
            _ => return None,
        };
        let number = |name: &str| fields[name].parse::<f64>().ok();
        (fields["test_kind"] == "decoder").then(|| Row {
            protocol: fields["protocol"].to_owned(),
            is_text: fields["encoding"] == "text",
            is_request: fields["encoding"] == "http",
            expect: fields["expect"].to_owned(),
            place: number("exp_lat").zip(number("exp_lon")),
            valid: fields["exp_valid"].parse().ok(),
            bytes,
            source: format!("{}:{}", fields["protocol"], fields["line"]),
        })
    };
    lines.filter_map(read).collect()
}

/// A request with a body, of the expression of a programming language that stands for it: the JSON in its last quotes.
fn posted(expression: &str) -> Option<Vec<u8>> {
    let (_, text) = expression.split_once("buffer(")?;
    let text = text.get(text.find('"')? + 1..text.rfind('"')?)?;
    let body = text.replace("\\\\", "\\").replace("\\\"", "\"");
    let body = body.split("\" + \"").collect::<String>();
    let head = format!("POST / HTTP/1.1\r\nHost: example.org\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    Some([head.as_bytes(), body.as_bytes()].concat())
}

/// Undoes `\\`, `\t`, `\r`, `\n` and `\xNN`.
fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('t') => out.push(b'\t'),
                Some('r') => out.push(b'\r'),
                Some('n') => out.push(b'\n'),
                Some('x') => {
                    let digits: String = chars.by_ref().take(2).collect();
                    out.push(u8::from_str_radix(&digits, 16).unwrap());
                }
                Some(other) => out.push(other as u8),
                None => out.push(b'\\'),
            },
            (c, false) => out.push(c as u8),
        }
    }
    out
}

/// What is told of a message that a device sends first in a conversation.
fn told(bytes: &[u8]) -> Option<Told> {
    let ask = |carrier| match recognise(carrier, &Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_000, from_start: true }) {
        Recognition::Known(protocol, _) => Some(protocol),
        Recognition::Unsure | Recognition::Nobody => None,
    };
    let protocol: &'static Protocol = ask(Carrier::Stream).or_else(|| ask(Carrier::Datagram))?;
    let mut marks = Marks::default();
    marks.push(Mark { stream: 0, length: bytes.len() as u32, packet: 1, time: Timestamp(0), offset: Some(54) });
    let mut places = Vec::new();
    let mut parser: Box<dyn Parser> = (protocol.open)();
    let mut hear = |event: Event<'_>| {
        if let Event::Value(value) = event
            && value.kind == ValueKind::Position
        {
            let (latitude, longitude) = value.value.split_once(',').unwrap();
            places.push((latitude.parse().unwrap(), longitude.parse().unwrap(), !value.field.starts_with("last")));
        }
    };
    parser.read(Input { direction: Direction::ToServer, bytes, offset: 0, marks: &marks }, &mut hear);
    parser.end(&mut hear);
    Some(Told { protocol: protocol.name, places })
}

/// The rows, where there are any.
fn corpus() -> Option<Vec<Row>> {
    let found = std::env::var_os("CORPUS").filter(|folder| !folder.is_empty()).and_then(|folder| common::below(Path::new(&folder), "messages.tsv"));
    if found.is_none() {
        println!("skipped: no CORPUS with messages.tsv");
    }
    found.map(|path| rows(&std::fs::read_to_string(path).unwrap()))
}

/// OsmAnd, OpenGTS and their relatives put the place into the target of a request: it is found there by its form and its keys.
fn requests_tell_their_place(rows: &[Row]) {
    let (mut found, mut expected) = (0, 0);
    for row in rows.iter().filter(|row| row.is_request && row.expect == "one") {
        let mut places = 0;
        let mut marks = Marks::default();
        marks.push(Mark { stream: 0, length: row.bytes.len() as u32, packet: 1, time: Timestamp(0), offset: Some(54) });
        let mut parser = (tattletale::protocols::http1::HTTP.open)();
        let mut hear = |event: Event<'_>| {
            if let Event::Readable(readable) = event {
                let values = tattletale::content::scan(&readable, &tattletale::content::contract::Context::default());
                places += values.iter().filter(|value| value.kind == ValueKind::Position).count();
            }
        };
        parser.read(Input { direction: Direction::ToServer, bytes: &row.bytes, offset: 0, marks: &marks }, &mut hear);
        parser.end(&mut hear);
        (expected, found) = (expected + 1, found + usize::from(places > 0));
        if places == 0 {
            println!("missed: {} {}", row.protocol, row.bytes.escape_ascii());
        }
    }
    println!("requests: {found} of {expected}");
    // One holds a sentence of NMEA with a wrong sum, one a sentence that nobody else sends, one whole degrees, one cells alone, three a payload of their own.
    assert!(found + 7 >= expected, "{found} of {expected} requests");
}

#[test]
fn real_messages_are_read() {
    let Some(rows) = corpus() else { return };
    requests_tell_their_place(&rows);
    let mut table: BTreeMap<(&str, bool), [u32; 3]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| !row.is_request) {
        let told = told(&row.bytes);
        let places = told.as_ref().map_or(&[][..], |told| &told.places);
        let by = told.as_ref().map_or("nobody", |told| told.protocol);
        let named = NAMED.iter().find(|(corpus, _)| row.is_text && *corpus == row.protocol).map(|(_, ours)| *ours);
        let expects = matches!(row.expect.as_str(), "one" | "list" | "object") && !(places.is_empty() && row.is_listed(WITHOUT));
        let is_false = matches!(row.expect.as_str(), "none" | "list-nolocation") && !places.is_empty();
        let line = table.entry((&row.protocol, row.is_text)).or_default();
        line[0] += u32::from(expects);
        line[1] += u32::from(expects && !places.is_empty());
        line[2] += u32::from(is_false);
        if row.is_text && expects && places.is_empty() {
            println!("missed: {} {}", row.protocol, row.bytes.escape_ascii());
        }
        if is_false && row.is_text && !row.is_listed(PLAIN) {
            wrong.push(format!("{} none: {places:?} by {by}: {}", row.protocol, row.bytes.escape_ascii()));
        }
        if named.is_some_and(|named| !places.is_empty() && by != named && by != "tracker") {
            wrong.push(format!("{} is read by {by}: {}", row.protocol, row.bytes.escape_ascii()));
        }
        if let Some((latitude, longitude)) = row.place.filter(|_| named.is_some() || !places.is_empty()) {
            let near = |place: &&(f64, f64, bool)| (place.0 - latitude).abs() <= 1e-5 && (place.1 - longitude).abs() <= 1e-5;
            let right = places.iter().find(near).is_some_and(|place| row.valid.is_none_or(|valid| valid == place.2));
            if !right {
                wrong.push(format!("{} {latitude},{longitude} {:?}: {places:?} by {by}", row.protocol, row.valid));
            }
        }
    }
    for ((protocol, is_text), [expected, found, false_ones]) in &table {
        println!("{protocol} {} {found} of {expected}, false {false_ones}", if *is_text { "text" } else { "binary" });
    }
    let sum = |text: bool| {
        table.iter().filter(|((_, is_text), _)| *is_text == text).fold([0, 0, 0], |sum, (_, line)| [sum[0] + line[0], sum[1] + line[1], sum[2] + line[2]])
    };
    let [expected, found, false_ones] = sum(true);
    println!("text: {found} of {expected}, false {false_ones}; binary: {:?}", sum(false));
    assert!(f64::from(found) >= TEXT * f64::from(expected), "{found} of {expected} texts");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Protocols whose binary messages are read.
const BINARY: &[&str] = &[
    "aplicom",
    "arnavibinary",
    "atrack",
    "autofon",
    "calamp",
    "castel",
    "cellocator",
    "cityeasy",
    "eelink",
    "egts",
    "galileo",
    "gator",
    "granit",
    "gt06",
    "h02",
    "huasheng",
    "jt600",
    "jt808",
    "khd",
    "meiligao",
    "meitrack",
    "minifinder2",
    "mxt",
    "niot",
    "noran",
    "oigo",
    "ruptela",
    "t800x",
    "teltonika",
    "topin",
    "tytan",
    "tzone",
    "ulbotech",
    "vt200",
    "wristband",
    "xexun2",
];
/// Least share of the rows of each that are told with a position.
const BINARY_SHARE: f64 = 0.9;
/// Rows of which an object is expected, but that hold no place.
const WITHOUT_PLACE: &[&str] = &[
    "gt06:61",
    "gt06:188",
    "gt06:191",
    "gt06:203",
    "gt06:231",
    "gt06:291",
    "gt06:306",
    "gt06:324",
    "gt06:333",
    "gt06:336",
    "gt06:339",
    "gt06:345",
    "gt06:348",
    "gt06:357",
    "gt06:360",
    "gt06:366",
    "gt06:381",
    "gt06:384",
    "gt06:387",
    "gt06:390",
    "gt06:435",
    "gt06:462",
    "gt06:468",
    "gt06:541",
    "eelink:72",
    "eelink:78",
    "ulbotech:32",
    "ulbotech:80",
    "ulbotech:83",
    "jt600:39",
    "minifinder2:82",
    "minifinder2:88",
    "minifinder2:91",
    "wristband:13",
    "wristband:16",
    "topin:20",
    "cityeasy:14",
    "huasheng:66",
    "huasheng:69",
    "minifinder2:27",
    "calamp:34",
];
/// Rows of which nothing is expected (the device had not logged in), but that plainly hold a place.
const WITH_PLACE: &[&str] = &[
    // A request for the address of a place, and readings of a vehicle, each with a fix in it.
    "gt06:547",
    "gt06:225",
    // Records of places; what they were tested for is something else.
    "teltonika:111",
    "teltonika:158",
    "teltonika:161",
    // The device had not logged in.
    "huasheng:14",
];
/// Rows that are no whole message: cut short, or with a length of zero; and one that is a text in digits.
const CUT: &[&str] = &["teltonika:102", "teltonika:117", "teltonika:126", "teltonika:138", "ulbotech:71", "atrack:16"];

#[test]
fn binary_messages_are_read() {
    let Some(rows) = corpus() else { return };
    let mut failures = Vec::new();
    for protocol in BINARY {
        let (mut expected, mut right, mut others) = (0_u32, 0_u32, 0_u32);
        for row in rows.iter().filter(|row| !row.is_text && row.protocol == *protocol) {
            let told = told(&row.bytes);
            let places = told.as_ref().map_or(&[][..], |told| &told.places);
            let by = told.as_ref().map_or("nobody", |told| told.protocol);
            if let (Some((latitude, longitude)), false) = (row.place, row.place == Some((0.0, 0.0))) {
                let near = |place: &&(f64, f64, bool)| (place.0 - latitude).abs() <= 1e-5 && (place.1 - longitude).abs() <= 1e-5;
                if places.iter().find(near).is_none_or(|place| row.valid.is_some_and(|valid| valid != place.2)) {
                    failures.push(format!("{}: not {latitude},{longitude} {:?} but {places:?} by {by}", row.source, row.valid));
                }
            }
            match row.expect.as_str() {
                "none" | "list-nolocation" if !places.is_empty() && !WITH_PLACE.contains(&&*row.source) => {
                    failures.push(format!("{}: told {places:?} by {by}", row.source));
                }
                "one" | "list" | "object" if WITHOUT_PLACE.contains(&&*row.source) || CUT.contains(&&*row.source) || row.place == Some((0.0, 0.0)) => {
                    others += 1;
                }
                "one" | "list" | "object" => {
                    expected += 1;
                    right += u32::from(!places.is_empty());
                    if places.is_empty() {
                        println!("{}: no place, by {by}", row.source);
                    }
                }
                _ => {}
            }
            if std::env::var_os("SHOW").is_some_and(|shown| shown == **protocol) {
                println!("{} {} {by} {places:?}", row.source, row.expect);
            }
        }
        println!("| {protocol} | {right} / {expected} | {others} |");
        if f64::from(right) < BINARY_SHARE * f64::from(expected) {
            failures.push(format!("{protocol}: {right} of {expected}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
