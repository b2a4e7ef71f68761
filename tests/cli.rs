//! The program as its users meet it: exit codes, messages, files. Captures are made here, byte by byte.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A folder of its own for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tattletale-cli-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tattletale"));
    command.args(args).stdin(Stdio::null()).env("TZ", "UTC");
    command
}

fn run(args: &[&str]) -> (i32, String, String) {
    told(&command(args).output().unwrap())
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A text without its line breaks: what stands where depends on the length of the path.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pcap file (draft-ietf-opsawg-pcap) of Ethernet frames, a second apart.
fn pcap(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for (index, frame) in frames.iter().enumerate() {
        out.extend(u32::try_from(1_710_234_131 + index).unwrap().to_le_bytes());
        out.extend([0; 4]);
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        out.extend(length);
        out.extend(length);
        out.extend(frame);
    }
    out
}

/// A DNS question for `toy.example` over UDP (RFC 1035), from 192.0.2.7 to 192.0.2.1.
fn question() -> Vec<u8> {
    let mut dns = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    dns.extend(b"\x03toy\x07example\0\0\x01\0\x01");
    let udp = u16::try_from(8 + dns.len()).unwrap();
    let ip = u16::try_from(28 + dns.len()).unwrap();
    let mut frame = vec![0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 7, 8, 0, 0x45, 0];
    frame.extend(ip.to_be_bytes());
    frame.extend([0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 7, 192, 0, 2, 1, 0xc0, 0, 0, 53]);
    frame.extend(udp.to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(dns);
    frame
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn types(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["type"].as_str().unwrap()).collect()
}

#[test]
fn help_is_short_and_goes_to_standard_output() {
    for args in [&[][..], &["-h"], &["--help"]] {
        let (code, out, errors) = run(args);
        assert_eq!((code, errors.as_str()), (0, ""));
        assert!(out.lines().count() <= 24 && out.contains("tattletale demo"), "{out}");
    }
    assert!(run(&["--version"]).1.starts_with("tattletale "));
    assert!(run(&["inspect", "--help"]).1.contains("--fail-on"));
}

#[test]
fn wrong_usage_is_2_with_the_nearest_right_word() {
    let folder = Folder::new("usage");
    let toy = folder.file("toy.pcap", &pcap(&[]));
    let wrong: [(&[&str], &str); 8] = [
        (&["inspct"], "tattletale inspect"),
        (&["inspect"], "FILE"),
        (&["inspect", &toy, "--formt", "json"], "--format"),
        (&["inspect", &toy, "--format", "docx"], "text, json, jsonl"),
        (&["inspect", &toy, "--records", "flows"], "did you mean flow"),
        (&["inspect", &toy, "--home", "here"], "192.168.1.0/24"),
        (&["inspect", &toy, "-o", &toy, "--format", "text", "--force"], "is an input"),
        (&["explain", "XX-99"], "tattletale explain"),
    ];
    for (args, hint) in wrong {
        let (code, out, errors) = run(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?} {errors}");
        assert!(errors.contains(hint), "{args:?}: {errors}");
    }
}

#[test]
fn what_is_missing_or_no_capture_is_3_and_the_good_ones_are_reported() {
    let folder = Folder::new("missing");
    let toy = folder.file("toy.pcap", &pcap(&[question()]));
    let page = folder.file("page.html", b"<html><body>not a capture, only long enough to be looked at</body></html>");
    let (code, out, errors) = run(&[&folder.path("toi.pcap")]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(errors.contains("There is no file") && errors.contains("Did you mean") && errors.contains("toy.pcap"), "{errors}");
    let (code, out, errors) = run(&[&page]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(errors.contains("is not a network capture"), "{errors}");
    let (code, out, _) = run(&["inspect", &page, &toy, "--format", "jsonl"]);
    let records = records(&out);
    assert_eq!(code, 3);
    assert_eq!(records.last().unwrap()["inputs"].as_array().unwrap().len(), 1);
    assert!(records.iter().filter(|record| record["type"] != "run").all(|record| record["input"] == 0));
    assert_eq!(run(&["watch", "--headless", "-i", "no-such-interface"]).0, 3);
}

#[test]
fn an_empty_capture_is_0() {
    let folder = Folder::new("empty");
    let (code, out, errors) = run(&[&folder.file("empty.pcap", &pcap(&[]))]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(out.contains("0 packets") && flat(&out).contains("Everything was read."), "{out}");
}

#[test]
fn a_folder_is_read_in_order_and_what_is_no_capture_is_passed_over() {
    let folder = Folder::new("folder");
    for name in ["b.pcap", "a/z.pcap"] {
        folder.file(name, &pcap(&[question()]));
    }
    folder.file("notes.txt", b"notes, long enough to be looked at as a capture file header");
    let (code, out, errors) = run(&["inspect", &folder.path(""), "--format", "jsonl", "--records", "run"]);
    assert_eq!(code, 0, "{errors}");
    assert!(errors.contains("notes.txt") && errors.contains("no capture"), "{errors}");
    let records = records(&out);
    let paths: Vec<_> = records[0]["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap().rsplit('/').next().unwrap()).collect();
    assert_eq!((records.len(), paths), (1, vec!["z.pcap", "b.pcap"]));
}

#[test]
fn a_capture_cut_short_is_reported_and_4_only_under_strict() {
    let folder = Folder::new("cut");
    let mut bytes = pcap(&[question(), question()]);
    bytes.truncate(bytes.len() - 5);
    let cut = folder.file("cut.pcap", &bytes);
    let (code, out, _) = run(&[&cut]);
    assert_eq!(code, 0);
    assert!(flat(&out).contains("Something is missing"), "{out}");
    assert_eq!(run(&[&cut, "--strict"]).0, 4);
    let (_, out, _) = run(&[&cut, "--format", "jsonl", "--records", "run"]);
    assert_eq!((&records(&out)[0]["inputs"][0]["packets"], records(&out)[0]["inputs"][0]["damaged_at"].is_u64()), (&Value::from(1), true));
    assert_eq!(run(&[&cut, &folder.path("missing.pcap"), "--strict"]).0, 3, "3 goes before 4");
}

#[test]
fn standard_input_is_read() {
    let mut child = command(&["-", "--format", "jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&pcap(&[question()])).unwrap();
    let (code, out, _) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, 0);
    assert_eq!(records(&out).last().unwrap()["inputs"][0]["path"], "-");
}

#[test]
fn records_come_as_the_contract_says() {
    let folder = Folder::new("records");
    let toy = folder.file("toy.pcap", &pcap(&[question()]));
    let (code, out, _) = run(&["inspect", &toy, "--format", "jsonl", "--records", "all", "--reveal"]);
    let records = records(&out);
    assert_eq!(code, 0);
    let order = ["name", "exchange", "fingerprint", "flow", "endpoint", "device", "finding", "coverage", "summary", "run"];
    let places: Vec<_> = types(&records).iter().map(|name| order.iter().position(|known| known == name).unwrap()).collect();
    assert!(places.iter().skip_while(|place| **place < 3).is_sorted(), "{places:?}");
    assert!(records.iter().any(|record| record["type"] == "name" && record["name"] == "toy.example" && record["packet"] == 1), "{out}");
    assert!(records.iter().any(|record| record["type"] == "device" && record["mac"] == "00:00:5e:00:53:07"), "{out}");
    assert_eq!(records.last().unwrap()["options"]["reveal"], "true");
}

#[test]
fn threads_change_nothing() {
    let folder = Folder::new("threads");
    let toy = folder.file("toy.pcap", &pcap(&[question(), question()]));
    let all = |threads: &str| run(&["inspect", &toy, "--format", "jsonl", "--records", "all", "--threads", threads]).1;
    assert!(all("1") == all("4"));
}

#[test]
fn files_are_whole_owner_only_and_never_replaced_unasked() {
    let folder = Folder::new("files");
    let toy = folder.file("toy.pcap", &pcap(&[question()]));
    let (text, lines) = (folder.path("toy.txt"), folder.path("toy.jsonl"));
    let (code, out, errors) = run(&["inspect", &toy, "-o", &text, "-o", &lines]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(errors.contains("Wrote"), "{errors}");
    for path in [&text, &lines] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(records(&fs::read_to_string(&lines).unwrap()).last().unwrap()["type"], "run");
    fs::write(&text, "mine").unwrap();
    let (code, _, errors) = run(&["inspect", &toy, "-o", &text]);
    assert_eq!((code, fs::read_to_string(&text).unwrap().as_str()), (6, "mine"));
    assert!(errors.contains("--force"), "{errors}");
    assert_eq!(run(&["inspect", &toy, "-o", &text, "--force", "--quiet"]), (0, String::new(), String::new()));
    assert!(fs::read_to_string(&text).unwrap().contains("1 packet"));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 3, "no temporary file is left");
}

#[test]
fn an_output_that_cannot_be_written_is_6() {
    let folder = Folder::new("outputs");
    let toy = folder.file("toy.pcap", &pcap(&[question()]));
    let (code, _, errors) = run(&["inspect", &toy, "-o", &folder.path("none/toy.txt")]);
    assert_eq!(code, 6);
    assert!(errors.contains("mkdir -p"), "{errors}");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (code, _, errors) = told(&command(&[&toy]).stdout(full).output().unwrap());
    assert_eq!(code, 6);
    assert!(errors.contains("standard output"), "{errors}");
    assert_eq!(run(&["inspect", &toy, "-o", "/dev/full", "--format", "jsonl"]).0, 6);
    assert_eq!(run(&["inspect", &toy, &folder.path("missing.pcap"), "-o", "/dev/full", "--format", "text"]).0, 6, "6 goes before 3");
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let folder = Folder::new("pipe");
    let toy = folder.file("toy.pcap", &pcap(&vec![question(); 2_000]));
    let mut child = command(&["inspect", &toy, "--format", "jsonl", "--records", "all"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_signal_leaves_no_half_report() {
    let folder = Folder::new("signal");
    let report = folder.path("report.jsonl");
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut child = command(&["inspect", "-", "-o", &report]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&pcap(&[question()])).unwrap();
        wait_for(|| fs::read_dir(&folder.0).unwrap().count() == 1);
        let since = Instant::now();
        assert!(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0, "neither the report nor a part of it");
        drop(stdin);
    }
}

fn wait_for(mut what: impl FnMut() -> bool) {
    let since = Instant::now();
    while !what() {
        assert!(since.elapsed() < Duration::from_secs(10), "waited too long");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn headless_begins_with_start_and_ends_with_run() {
    let folder = Folder::new("headless");
    let toy = folder.file("toy.pcap", &pcap(&[question()]));
    let (code, out, _) = run(&["watch", "--headless", "--speed", "0", &toy]);
    let watched = records(&out);
    assert_eq!((code, types(&watched).first(), types(&watched).last()), (0, Some(&"start"), Some(&"run")));
    // The last version of each record is what a report of the same file holds.
    let inspected = records(&run(&["inspect", "--format", "jsonl", &toy]).1);
    let last = |record: &Value| watched.iter().rev().find(|other| other["type"] == record["type"] && other["id"] == record["id"]).cloned();
    for record in inspected.iter().filter(|record| record["type"] != "run") {
        assert_eq!(last(record).as_ref(), Some(record));
    }
}

#[test]
fn a_replayed_file_is_told_as_it_goes_on() {
    let folder = Folder::new("replay");
    let toy = folder.file("toy.pcap", &pcap(&vec![question(); 100]));
    let (code, out, _) = run(&["watch", "--headless", "--for", "2s", &toy]);
    assert_eq!(code, 0);
    assert!(types(&records(&out)).contains(&"device"), "{out}");
}

#[test]
fn headless_ends_well_on_a_signal_and_after_its_time() {
    let folder = Folder::new("ends");
    let toy = folder.file("toy.pcap", &pcap(&vec![question(); 100]));
    let child = command(&["watch", "--headless", &toy]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let (code, out, _) = told(&child.wait_with_output().unwrap());
    assert_eq!((code, types(&records(&out)).last()), (0, Some(&"run")));
    let since = Instant::now();
    assert_eq!(run(&["watch", "--headless", "--for", "1s", &toy]).0, 0);
    assert!(since.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_demo_needs_nothing() {
    let (code, out, errors) = run(&["demo"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(out.contains("SERIOUS") && out.ends_with("Ready for your own home?  tattletale doctor\n"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let (code, out, _) = run(&["demo", "--format", "json"]);
    assert_eq!(code, 0);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["run"][0]["inputs"][0]["path"], "demo");
}

#[test]
fn explain_lists_and_tells() {
    let (code, list, _) = run(&["explain"]);
    assert_eq!(code, 0);
    let first = list.split_whitespace().next().unwrap().to_owned();
    let (code, page, _) = run(&["explain", &first.to_lowercase()]);
    assert_eq!(code, 0);
    assert!(page.starts_with(&first) && page.contains("What you can do"), "{page}");
    assert!(!page.contains('{'), "{page}");
}

#[test]
fn the_doctor_says_what_this_computer_can_do() {
    let (code, out, _) = run(&["doctor"]);
    assert!([0, 5].contains(&code));
    assert!(out.starts_with("✓ Reading captures"), "{out}");
}

#[test]
fn a_hostile_file_name_cannot_touch_the_terminal() {
    let folder = Folder::new("hostile");
    let toy = folder.file("\u{1b}]0;pwned\u{7}\u{202e}.pcap", &pcap(&[question()]));
    for args in [&[toy.as_str()][..], &["inspect", &toy, "--format", "jsonl"], &[&format!("{toy}x")]] {
        let (_, out, errors) = run(args);
        let is_harmless = |text: &str| text.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}'));
        assert!(is_harmless(&out) && is_harmless(&errors), "{args:?} {out:?} {errors:?}");
    }
}

#[test]
fn reports_are_masked_and_colourless_for_programs() {
    let folder = Folder::new("colour");
    let toy = folder.file("toy.pcap", &pcap(&[question()]));
    assert!(!run(&[&toy]).1.contains('\u{1b}'));
    assert!(run(&[&toy, "--color", "always"]).1.contains('\u{1b}'));
    assert!(!run(&[&toy, "--color", "never"]).1.contains('\u{1b}'));
}

#[test]
fn a_users_own_database_and_list_are_used() {
    let captures = concat!(env!("CARGO_MANIFEST_DIR"), "/captures");
    let (capture, geo) = (format!("{captures}/S20.pcap"), format!("{captures}/S20.mmdb"));
    let (code, out, _) = run(&["inspect", &capture, "--geo", &geo, "--format", "jsonl", "--records", "all"]);
    assert_eq!(code, 0);
    let records: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let endpoint = records.iter().find(|record| record["type"] == "endpoint" && record["address"] == "203.0.113.163").unwrap();
    assert_eq!((&endpoint["country"], &endpoint["asn"], &endpoint["as_name"]), (&"BR".into(), &64_498.into(), &"Exemplo".into()));
    let told = records.iter().find(|record| record["type"] == "run").unwrap();
    assert_eq!(told["options"]["geo"], "Example-Country-ASN 1776844800");
    let (capture, list) = (format!("{captures}/S29.pcap"), format!("{captures}/S29.list"));
    let (code, out, err) = run(&["inspect", &capture, "--lists", &list, "--format", "text"]);
    assert_eq!(code, 0);
    assert!(flat(&err).contains("One line of \"S29.list\" was not understood and is passed over: line 7."), "{err}");
    assert!(flat(&out).contains("which your list"), "{out}");
}

#[test]
fn a_database_or_list_that_is_none_is_a_wrong_argument() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/S20.pcap");
    for (flag, path, want) in [("--geo", manifest, "MaxMind"), ("--geo", "none.mmdb", "could not be read"), ("--lists", "none.txt", "could not be read")] {
        let (code, _, err) = run(&["inspect", capture, flag, path]);
        assert_eq!(code, 2, "{flag} {path}");
        assert!(flat(&err).contains(want), "{flag} {path}: {err}");
    }
}
