//! How good the tool is, measured: scenarios, identifiers, the family's words, what unknown bytes are taken for. `docs/quality.md` says how and how well.
//!
//! `cargo test` runs a short part. The whole: `make quality`, which is `cargo test --release --test quality -- --ignored --nocapture`.
#![allow(
    clippy::format_push_string,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::format_collect,
    missing_docs
)]

#[path = "../common/mod.rs"]
mod common;
mod held_out;
mod identifiers;
#[path = "../../examples/make_captures/mod.rs"]
#[allow(dead_code)]
mod make_captures;
mod reader;
mod reading;
mod samples;
mod scenarios;
mod templates;
mod words;

use std::collections::BTreeMap;

use held_out::HELD_OUT;
use identifiers::Tally;
use make_captures::Variant;
use make_captures::encode::{CARRIERS, ENCODINGS};
use reading::{Answers, Cell, Reasons, SIZES, Table};
use samples::{CLASSES, Truth, truth};
use templates::TUNING;

/// Bars that were missed.
#[derive(Default)]
struct Missed(Vec<String>);

impl Missed {
    fn bar(&mut self, is_met: bool, what: String) {
        if !is_met {
            println!("MISSED  {what}");
            self.0.push(what);
        }
    }
}

/// A number of the environment, or the usual.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_short_part() {
    let faults = scenarios::measure(&[(1, false, Variant::Reordered)]);
    assert!(faults.is_empty(), "{faults:#?}");
    let report = identifiers::measure(&TUNING, 1, 7);
    for (class, tally) in &report.classes {
        assert!(tally.precision() >= 0.9, "{class}: {} told wrongly: {:?}", tally.wrong, report.wrongs.first());
    }
    let mut raw: BTreeMap<&str, Tally> = BTreeMap::new();
    for ((class, _, _), cell) in
        report.cells.iter().filter(|((_, encoding, carrier), _)| *encoding == "raw" && matches!(*carrier, "query" | "form" | "json" | "gzip" | "mqtt"))
    {
        let tally = raw.entry(class).or_default();
        tally.planted += cell.planted;
        tally.told += cell.told;
    }
    for (class, tally) in raw {
        assert!(tally.recall() >= 0.8, "{class}: {} of {} told", tally.told, tally.planted);
    }
    let cells: Vec<_> = [256, 1_024, 4_096].into_iter().flat_map(|size| (0..CLASSES.len()).map(move |class| ((class, size, false), 12))).collect();
    let (table, _) = reading::measure_all(&TUNING, &cells, 11);
    for ((class, size, _), answers) in &table {
        if truth(CLASSES[*class]) == Truth::Plain && CLASSES[*class] != "XOR-like" {
            assert_eq!(answers.of(&["encrypted"]), 0, "{} of {size} bytes", CLASSES[*class]);
        }
        if CLASSES[*class] == "ciphertext" {
            assert!(answers.of(&["readable", "unpacked"]) <= 1, "ciphertext of {size} bytes: {:?}", answers.tool);
        }
    }
}

/// Runs one part, and fails in the end if it missed a bar.
fn part(measure: fn(&mut Missed)) {
    let mut missed = Missed::default();
    measure(&mut missed);
    println!("\n{} bars missed", missed.0.len());
    assert!(missed.0.is_empty(), "{:#?}", missed.0);
}

#[test]
#[ignore = "takes minutes: make quality"]
fn every_scenario() {
    part(all_scenarios);
}

#[test]
#[ignore = "takes minutes: make quality"]
fn every_identifier() {
    part(all_identifiers);
}

#[test]
#[ignore = "takes minutes: make quality"]
fn every_word_of_the_family() {
    part(all_words);
}

#[test]
#[ignore = "takes minutes: make quality"]
fn every_kind_of_bytes() {
    part(all_readings);
}

fn all_scenarios(missed: &mut Missed) {
    println!("\n## Scenarios\n");
    let seeds = setting("QUALITY_SEEDS", 2);
    let variants = [Variant::Plain, Variant::Container, Variant::Vlan, Variant::Six, Variant::Reordered, Variant::Cut(200), Variant::Cut(400)];
    for is_held_out in [false, true] {
        let runs: Vec<_> = (1..=seeds).flat_map(|seed| variants.map(|variant| (seed, is_held_out, variant))).collect();
        let faults = scenarios::measure(&runs);
        let mut by: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        for (fault, _) in &faults {
            // Values differ by cast.
            let what = fault.what.split(':').next().unwrap_or("").to_owned();
            *by.entry((fault.scenario.clone(), fault.about.clone(), what)).or_default() += 1;
        }
        println!(
            "{} tellings of {} scenarios, {}: {} faults",
            runs.len(),
            scenarios::count(),
            if is_held_out { "held-out casts" } else { "tuning casts" },
            faults.len()
        );
        for ((scenario, about, what), count) in by {
            missed.bar(false, format!("{scenario}: {about} {what} ({count} of {} tellings)", runs.len()));
        }
    }
}

fn all_identifiers(missed: &mut Missed) {
    for (name, from) in [("tuning", &TUNING), ("held out", &HELD_OUT)] {
        println!("\n## Identifiers, templates: {name}\n");
        let report = identifiers::measure(from, setting("QUALITY_ROUNDS", 4) as usize, 41);
        println!("{:14} {:>8} {:>8} {:>12} {:>8} {:>9} {:>6}", "class", "planted", "told", "still coded", "recall", "precision", "wrong");
        for (class, tally) in &report.classes {
            println!("{class:14} {:8} {:8} {:12} {:8.4} {:9.4} {:6}", tally.planted, tally.told, tally.coded, tally.recall(), tally.precision(), tally.wrong);
            missed.bar(tally.recall() >= 0.98, format!("{name}: recall of {class} is {:.4}", tally.recall()));
            missed.bar(tally.precision() >= 0.99, format!("{name}: precision of {class} is {:.4}", tally.precision()));
        }
        println!("\nrecall by spelling and part of a message, over all classes");
        println!("{:14} {}", "", CARRIERS.map(|carrier| format!("{carrier:>9}")).join(" "));
        for encoding in ENCODINGS {
            let row = CARRIERS.map(|carrier| {
                let cells = report.cells.iter().filter(|((_, at, by), _)| *at == encoding && *by == carrier);
                cells.fold(Tally::default(), |sum, (_, cell)| Tally { planted: sum.planted + cell.planted, told: sum.told + cell.told, ..sum })
            });
            if row[0].planted > 0 {
                println!("{encoding:14} {}", row.map(|cell| format!("{:9.3}", cell.recall())).join(" "));
            }
        }
        println!("\nrecall by class and part of a message, as it is");
        println!("{:14} {}", "", CARRIERS.map(|carrier| format!("{carrier:>9}")).join(" "));
        for class in report.classes.keys() {
            let row = CARRIERS.map(|carrier| report.cells.get(&(*class, "raw", carrier)).copied().unwrap_or_default());
            println!("{class:14} {}", row.map(|cell| format!("{:9.3}", cell.recall())).join(" "));
        }
        println!("\nspellings of the classes that are below the bar");
        for (class, _) in report.classes.iter().filter(|(_, tally)| tally.recall() < 0.98) {
            let cells =
                |encoding: &str| report.cells.iter().filter(|((of, at, _), _)| of == class && *at == encoding).map(|(_, cell)| *cell).collect::<Vec<_>>();
            let shares = ENCODINGS.map(|encoding| {
                let (planted, told) = cells(encoding).iter().fold((0, 0), |(planted, told), cell| (planted + cell.planted, told + cell.told));
                if planted == told { String::new() } else { format!(" {encoding} {told}/{planted}") }
            });
            println!("{class:14}{}", shares.concat());
        }
        println!("\ntold of another class: {:?}", report.confused);
        let (sent, told) = report.ambiguous;
        println!("ambiguous, not counted: {sent} values that unencoded make two pairs of a form, of which {told} were told whole");
        for class in report.classes.keys() {
            // What is held out is not looked at.
            let most = if name == "tuning" { setting("QUALITY_SHOWN", 12) as usize } else { 0 };
            report.wrongs.iter().filter(|wrong| wrong.starts_with(class)).take(most).for_each(|wrong| println!("wrong: {wrong}"));
            report.misses.iter().filter(|miss| miss.starts_with(class)).take(most).for_each(|miss| println!("missed: {miss}"));
        }
    }
}

fn all_words(missed: &mut Missed) {
    println!("\n## The family's words\n");
    let Some(report) = words::measure() else {
        println!("LK-01 is not built");
        return;
    };
    println!("{} planted, {} told; of {} near misses {} told", report.planted, report.told, report.near, report.wrong);
    for ((encoding, carrier), misses) in &report.missed {
        println!("missed: {encoding} in {carrier}: {misses}");
    }
    report.wrongs.iter().take(20).for_each(|wrong| println!("wrong: {wrong}"));
    missed.bar(report.told * 100 >= report.planted * 98, format!("words: {} of {} told", report.told, report.planted));
    missed.bar(report.wrong == 0, format!("words: {} near misses told", report.wrong));
}

fn all_readings(missed: &mut Missed) {
    for (name, from) in [("tuning", &TUNING), ("held out", &HELD_OUT)] {
        println!("\n## What unknown bytes are taken for, templates: {name}\n");
        let only = std::env::var("QUALITY_CLASS").unwrap_or_default();
        let classes = CLASSES.iter().enumerate().filter(|(_, word)| only.is_empty() || **word == only);
        let cells: Vec<_> = classes.flat_map(|(class, word)| SIZES.into_iter().flat_map(move |size| cells(name, class, word, size))).collect();
        let (table, reasons) = reading::measure_all(from, &cells, if name == "tuning" { 5 } else { 6 });
        print_readings(&table, false);
        print_readings(&table, true);
        if name == "tuning" {
            print_reasons(&reasons);
        }
        let untold: u64 = table.values().map(|answers| answers.untold).sum();
        missed.bar(untold == 0, format!("{name}: {untold} flows were not told"));
        judge_readings(name, &table, missed);
    }
}

/// How many samples of a class and size: more where a small share is to be proved.
fn cells(name: &str, class: usize, word: &str, size: usize) -> Vec<(Cell, u64)> {
    let usual = setting("QUALITY_EACH", 400) * if size > 60_000 { 1 } else { 2 };
    let count = match word {
        "ciphertext" if size >= 256 && name == "held out" => setting("QUALITY_SAMPLES", 100_000),
        "base64 of cipher" if size >= 256 && name == "held out" => setting("QUALITY_LETTERS", 20_000),
        _ => usual,
    };
    let middle = (truth(word) == Truth::Packed).then_some(((class, size, true), usual / 2));
    [((class, size, false), count)].into_iter().chain(middle).collect()
}

/// Why what is plain was called secret, and the other way round; why what is packed was called neither.
fn print_reasons(reasons: &Reasons) {
    println!("\nreasons of what is wrong");
    for (((class, size, middle), verdict, why), count) in reasons {
        let word = CLASSES[*class];
        let is_wrong = match truth(word) {
            Truth::Plain => !matches!(*verdict, "readable" | "unpacked"),
            Truth::Packed => !matches!(*verdict, "unpacked") && !middle,
            Truth::Secret => matches!(*verdict, "readable" | "unpacked"),
        };
        if is_wrong && *size >= 256 {
            println!("{word:17} {size:6} {count:6} {verdict}: {why}");
        }
    }
}

fn print_readings(table: &Table, middle: bool) {
    println!("\n{}", if middle { "from the middle" } else { "from the beginning" });
    println!(
        "{:17} {:>6} {:>8} | readable unpacked encrypt. scrambl. undeterm. | IMC'19 plain/unsure/encr. | nDPI plain/unsure/encr.",
        "class", "bytes", "samples"
    );
    for ((class, size, is_middle), answers) in table {
        if *is_middle == middle {
            let share = |count: u64| 100.0 * count as f64 / answers.total() as f64;
            let tool = answers.tool.map(|count| format!("{:8.3}", share(count))).join(" ");
            let [imc, ndpi] = [answers.imc, answers.ndpi].map(|row| row.map(|count| format!("{:7.2}", share(count))).join(" "));
            println!("{:17} {size:6} {:8} | {tool} |  {imc} |  {ndpi}", CLASSES[*class], answers.total());
        }
    }
}

fn judge_readings(name: &str, table: &Table, missed: &mut Missed) {
    let sum = |wanted: &dyn Fn(&str, usize, bool) -> bool| {
        let mut sum = Answers::default();
        for ((class, size, middle), answers) in table {
            if wanted(CLASSES[*class], *size, *middle) {
                sum.tool.iter_mut().zip(answers.tool).for_each(|(sum, count)| *sum += count);
                sum.imc.iter_mut().zip(answers.imc).for_each(|(sum, count)| *sum += count);
                sum.ndpi.iter_mut().zip(answers.ndpi).for_each(|(sum, count)| *sum += count);
            }
        }
        sum
    };
    println!("\ntwo dangerous errors, {name}");
    for size in SIZES {
        let plain = sum(&|class, at, _| at == size && truth(class) == Truth::Plain);
        let secret = sum(&|class, at, _| at == size && class == "ciphertext");
        let (hidden, open) = (plain.of(&["encrypted", "scrambled"]), secret.of(&["readable", "unpacked"]));
        let (low, high) = reader::wilson(hidden, plain.total());
        println!(
            "{size:6} B: plaintext called encrypted or scrambled {hidden} of {} ({:.4} % to {:.4} %; IMC'19 {:.2} %, nDPI {:.2} %)",
            plain.total(),
            low * 100.0,
            high * 100.0,
            100.0 * plain.imc[2] as f64 / plain.total() as f64,
            100.0 * plain.ndpi[2] as f64 / plain.total() as f64
        );
        let (low, high) = reader::wilson(open, secret.total());
        println!(
            "          ciphertext called plain {open} of {} ({:.4} % to {:.4} %; not called encrypted: IMC'19 {:.2} %, nDPI {:.2} %)",
            secret.total(),
            low * 100.0,
            high * 100.0,
            100.0 - 100.0 * secret.imc[2] as f64 / secret.total() as f64,
            100.0 - 100.0 * secret.ndpi[2] as f64 / secret.total() as f64
        );
        if size >= 256 {
            let share = |count: u64, of: u64| count as f64 / of.max(1) as f64;
            missed
                .bar(share(hidden, plain.total()) <= 0.001, format!("{name}, {size} B: plaintext called encrypted or scrambled {hidden} of {}", plain.total()));
            missed.bar(share(open, secret.total()) <= 0.001, format!("{name}, {size} B: ciphertext called plain {open} of {}", secret.total()));
        }
        let armoured = sum(&|class, at, _| at == size && class == "base64 of cipher");
        let open = armoured.of(&["readable", "unpacked"]);
        let (low, high) = reader::wilson(open, armoured.total());
        println!("          base64 of ciphertext called plain {open} of {} ({:.4} % to {:.4} %)", armoured.total(), low * 100.0, high * 100.0);
        if size >= 256 {
            missed.bar(open * 1_000 <= armoured.total(), format!("{name}, {size} B: base64 of ciphertext called plain {open} of {}", armoured.total()));
        }
        if size >= 1_024 {
            for class in CLASSES.iter().filter(|class| truth(class) != Truth::Secret) {
                let answers = sum(&|at, of, middle| at == *class && of == size && !middle);
                let unsure = answers.of(&["scrambled", "undetermined"]);
                missed.bar(unsure * 20 <= answers.total(), format!("{name}, {size} B: {class} scrambled or undetermined {unsure} of {}", answers.total()));
            }
        }
    }
}
