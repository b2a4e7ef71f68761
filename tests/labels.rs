//! The tool is held to the label beside every capture of the project (`captures/README.md` tells the fields).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::labelled::{Fault, Labelled};
use data_encoding::{BASE64_NOPAD, HEXLOWER, HEXUPPER};

fn labelled() -> Vec<Labelled> {
    common::labelled::labelled(&Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"))
}

/// Fails for what is wrong.
fn held(faults: &[Fault]) {
    assert!(faults.is_empty(), "{faults:#?}");
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
    let mut missing = BTreeSet::new();
    let faults: Vec<Fault> = labelled().iter().flat_map(|labelled| labelled.faults(false, &mut missing)).collect();
    eprintln!("cards that labels name and that are not built: {}", missing.into_iter().collect::<Vec<_>>().join(" "));
    held(&faults);
}

/// Only values of cards that are built can be told.
#[test]
fn values_are_told_under_reveal_and_no_others() {
    held(&labelled().iter().flat_map(|labelled| labelled.values(false)).collect::<Vec<_>>());
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

/// The family's own words are never put out, whatever is asked for (contract, "The family's own words").
#[test]
fn with_words_no_output_holds_one_in_any_spelling() {
    if !common::labelled::built().contains("LK-01") {
        return;
    }
    let mut wrong = Vec::new();
    for labelled in labelled() {
        let Some(words) = labelled.words() else { continue };
        let shown = String::from_utf8(labelled.inspect(&["--reveal", "--format", "jsonl", "--records", "all", "--words", words.to_str().unwrap()])).unwrap();
        for value in labelled.list("masked_with_words") {
            let slips = spellings(value).into_iter().filter(|spelling| shown.contains(spelling));
            wrong.extend(slips.map(|spelling| format!("{}: {spelling}", labelled.name())));
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
fn grades_are_as_the_labels_say() {
    let (mut judged, mut wrong) = (0, Vec::new());
    for labelled in labelled() {
        let Some(grades) = labelled.label["grades"].as_object() else { continue };
        let records = common::records(&labelled.inspect(&["--format", "jsonl"]));
        for (id, wanted) in grades {
            let device = common::of_type(&records, "device").into_iter().find(|device| device["id"] == id.as_str());
            let grade = device.map_or_else(|| panic!("{}: no device {id}", labelled.name()), |device| &device["grade"]);
            let best = grade["at_best"].as_str().map(|best| format!(" at best {best}")).unwrap_or_default();
            let told = format!("{}{best}", grade["letter"].as_str().unwrap());
            judged += 1;
            if told != wanted.as_str().unwrap() {
                wrong.push(format!("{} {id}: {told} instead of {wanted}: {grade}", labelled.name()));
            }
        }
    }
    assert!(judged >= 8 && wrong.is_empty(), "{wrong:#?}");
}

/// Who does everything right is not warned of.
#[test]
fn the_clean_devices_of_a_day_have_nothing_to_answer_for() {
    let day = labelled().into_iter().find(|labelled| labelled.name() == "S27").unwrap();
    for finding in day.findings(&[]) {
        let id = finding["device"]["id"].as_str().unwrap();
        let is_clean = ["b1", "b2", "b3", "b4", "b5"].iter().any(|last| id.ends_with(last));
        assert!(!is_clean || matches!(finding["severity"].as_str(), Some("info" | "low")), "{finding}");
    }
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
