//! The tool is held to the label beside every capture of the project (`captures/README.md` tells the fields).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use data_encoding::{BASE64_NOPAD, HEXLOWER, HEXUPPER};
use serde_json::Value;
use tattletale::detect;

/// A capture and what must and must not be told of it.
struct Labelled {
    capture: PathBuf,
    label: Value,
}

impl Labelled {
    fn list(&self, field: &str) -> Vec<&str> {
        self.label[field].as_array().map(|list| list.iter().map(|each| each.as_str().unwrap()).collect()).unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.label["scenario"].as_str().unwrap()
    }

    /// Standard output of `inspect` with these arguments behind the capture.
    fn inspect(&self, arguments: &[&str]) -> Vec<u8> {
        let all: Vec<&str> = ["inspect", self.capture.to_str().unwrap()].iter().chain(arguments).copied().collect();
        let output = common::run(&all, b"");
        assert!(output.status.success(), "{}: {}", self.name(), String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn findings(&self) -> Vec<Value> {
        common::records(&self.inspect(&["--format", "jsonl"])).into_iter().filter(|record| record["type"] == "finding").collect()
    }
}

fn labelled() -> Vec<Labelled> {
    let label = |capture: &Path| std::fs::read(capture.with_extension("label.json")).map(|text| serde_json::from_slice(&text).unwrap());
    common::captures().into_iter().map(|capture| Labelled { label: label(&capture).unwrap(), capture }).collect()
}

fn built() -> BTreeSet<&'static str> {
    detect::cards().iter().map(|card| card.code).collect()
}

fn rank(severity: &str) -> usize {
    ["info", "low", "medium", "high", "critical"].iter().position(|each| *each == severity).unwrap_or_else(|| panic!("no severity: {severity}"))
}

/// Every spelling in which a value could slip out: as it is, in hexadecimal digits, percent-encoded, in base64 at any offset, as UTF-16BE digits.
fn spellings(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let escaped: String = HEXUPPER.encode(bytes).as_bytes().chunks(2).flat_map(|pair| ['%', char::from(pair[0]), char::from(pair[1])]).collect();
    let reserved: String =
        value.chars().map(|c| if c.is_ascii_alphanumeric() || "-._~".contains(c) { c.to_string() } else { format!("%{:02X}", c as u32 & 0xff) }).collect();
    let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut all = vec![value.to_owned(), HEXLOWER.encode(bytes), HEXUPPER.encode(bytes), escaped.to_lowercase(), escaped, reserved, value.replace(' ', "+")];
    all.extend([HEXLOWER.encode(&wide), HEXUPPER.encode(&wide)]);
    for lead in 0..3 {
        // What stands before the value decides its first letters, what stands behind it its last: only those in between are the value's own.
        let text = BASE64_NOPAD.encode(&[vec![0; lead], bytes.to_vec()].concat());
        let own = (lead * 4).div_ceil(3)..text.len() - usize::from(!(bytes.len() + lead).is_multiple_of(3));
        all.push(text[own].to_owned());
    }
    all
}

#[test]
fn what_must_be_found_is_found_and_nothing_else() {
    let built = built();
    let (mut wrong, mut missing) = (Vec::new(), BTreeSet::new());
    for labelled in labelled() {
        let findings = labelled.findings();
        let told: BTreeSet<&str> = findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect();
        for code in labelled.list("must") {
            if !built.contains(code) {
                missing.insert(code.to_owned());
            } else if !told.contains(code) {
                wrong.push(format!("{}: {code} is not told", labelled.name()));
            }
        }
        wrong.extend(labelled.list("must_not").iter().filter(|code| told.contains(**code)).map(|code| format!("{}: {code} is told", labelled.name())));
        let highest = rank(labelled.label["highest"].as_str().unwrap());
        for finding in findings.iter().filter(|finding| rank(finding["severity"].as_str().unwrap()) > highest) {
            wrong.push(format!("{}: {} is {}: {}", labelled.name(), finding["code"], finding["severity"], finding["evidence"][0]));
        }
    }
    eprintln!("cards that labels name and that are not built: {}", missing.into_iter().collect::<Vec<_>>().join(" "));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Only values of cards that are built can be told.
#[test]
fn values_are_told_under_reveal_and_no_others() {
    let mut wrong = Vec::new();
    for labelled in labelled() {
        let shown = String::from_utf8(labelled.inspect(&["--reveal", "--format", "jsonl", "--records", "all"])).unwrap();
        wrong.extend(labelled.list("told").iter().filter(|value| !shown.contains(**value)).map(|value| format!("{}: {value} is not told", labelled.name())));
        wrong.extend(labelled.list("not_told").iter().filter(|value| shown.contains(**value)).map(|value| format!("{}: {value} is told", labelled.name())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn without_reveal_no_output_holds_a_value_in_any_spelling() {
    let mut wrong = Vec::new();
    for labelled in labelled() {
        let values: Vec<&str> = ["masked", "told", "not_told"].iter().flat_map(|field| labelled.list(field)).collect();
        for arguments in [&["--format", "text"][..], &["--format", "jsonl", "--records", "all"], &["--format", "json", "--records", "all"]] {
            let shown = String::from_utf8(labelled.inspect(arguments)).unwrap();
            for value in &values {
                let slips = spellings(value).into_iter().filter(|spelling| shown.contains(spelling));
                wrong.extend(slips.map(|spelling| format!("{} {}: {spelling}", labelled.name(), arguments[1])));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_folder_may_hold_labels_and_words_beside_its_captures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let output = common::run(&["inspect", folder.to_str().unwrap(), "--format", "jsonl"], b"");
    assert!(output.status.success());
    let run = &common::records(&output.stdout).pop().unwrap();
    assert_eq!(run["type"], "run");
    assert_eq!(run["inputs"].as_array().unwrap().len(), labelled().len());
    assert!(String::from_utf8(output.stderr).unwrap().contains("S01b.words.toml"), "it is passed over with a note");
}

#[test]
fn the_demonstrations_plug_does_everything_right() {
    let demo = labelled().into_iter().find(|labelled| labelled.name() == "demo").unwrap();
    let records = common::records(&demo.inspect(&["--format", "jsonl"]));
    let devices = common::of_type(&records, "device");
    let plug = devices.iter().find(|device| device["addresses"].as_array().unwrap().iter().any(|address| address == "192.168.7.54")).unwrap();
    for finding in common::of_type(&records, "finding").iter().filter(|finding| finding["device"]["id"] == plug["id"]) {
        assert_eq!(finding["severity"], "info", "{finding}");
    }
}

#[test]
fn spellings_of_a_value_are_what_encoders_make_of_it() {
    let all = spellings("Mia Testkind");
    for text in ["{\"n\":\"Mia Testkind\"}", "x Mia Testkind", "ab Mia Testkind yz"] {
        let encoded = BASE64_NOPAD.encode(text.as_bytes());
        assert!(all.iter().any(|spelling| encoded.contains(spelling)), "{text}");
    }
    for text in ["Mia+Testkind", "Mia%20Testkind", "4d696120546573746b696e64"] {
        assert!(all.contains(&text.to_owned()), "{text}");
    }
}
