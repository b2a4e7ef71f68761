//! Captures with labels, and what the tool gets wrong of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tattletale::detect;

/// A capture and what must and must not be told of it.
pub struct Labelled {
    /// Where it lies.
    pub capture: PathBuf,
    /// Its label.
    pub label: Value,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The scenario.
    pub scenario: String,
    /// The code, or `values`.
    pub about: String,
    /// What is wrong with it.
    pub what: String,
}

/// Every labelled capture of a folder, in the order of their names.
pub fn labelled(folder: &Path) -> Vec<Labelled> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "pcap" || ending == "pcapng"));
    paths.sort();
    let label = |capture: &Path| serde_json::from_slice(&std::fs::read(capture.with_extension("label.json")).unwrap()).unwrap();
    paths.into_iter().map(|capture| Labelled { label: label(&capture), capture }).collect()
}

/// The codes of all cards that are built.
pub fn built() -> BTreeSet<&'static str> {
    detect::cards().iter().map(|card| card.code).collect()
}

fn rank(severity: &str) -> usize {
    ["info", "low", "medium", "high", "critical"].iter().position(|each| *each == severity).unwrap_or_else(|| panic!("no severity: {severity}"))
}

impl Labelled {
    /// A list of texts of its label.
    pub fn list(&self, field: &str) -> Vec<&str> {
        self.label[field].as_array().map(|list| list.iter().map(|each| each.as_str().unwrap()).collect()).unwrap_or_default()
    }

    /// Its scenario.
    pub fn name(&self) -> &str {
        self.label["scenario"].as_str().unwrap()
    }

    /// Standard output of `inspect` with these arguments behind the capture.
    pub fn inspect(&self, arguments: &[&str]) -> Vec<u8> {
        let given: Vec<(&str, PathBuf)> = [("--geo", self.capture.with_extension("mmdb")), ("--lists", self.capture.with_extension("list"))].into();
        let given = given.iter().filter(|(_, path)| path.exists()).flat_map(|(flag, path)| [*flag, path.to_str().unwrap()]);
        let all: Vec<&str> = ["inspect", self.capture.to_str().unwrap()].into_iter().chain(given).chain(arguments.iter().copied()).collect();
        let output = super::run(&all, b"");
        assert!(output.status.success(), "{}: {}", self.name(), String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Its findings.
    pub fn findings(&self, arguments: &[&str]) -> Vec<Value> {
        let all: Vec<&str> = ["--format", "jsonl"].iter().chain(arguments).copied().collect();
        super::records(&self.inspect(&all)).into_iter().filter(|record| record["type"] == "finding").collect()
    }

    /// The file of the family's words beside it, if there is one.
    pub fn words(&self) -> Option<PathBuf> {
        Some(self.capture.with_extension("words.toml")).filter(|path| path.exists())
    }

    fn fault(&self, about: &str, what: impl Into<String>) -> Fault {
        Fault { scenario: self.name().to_owned(), about: about.to_owned(), what: what.into() }
    }

    /// What is wrong with the codes, the severities, and the places of the evidence. Of a capture that was cut short nothing has to be found. Codes that
    /// nobody has built yet go to `missing`.
    pub fn faults(&self, is_cut: bool, missing: &mut BTreeSet<String>) -> Vec<Fault> {
        let built = built();
        let findings = self.findings(&[]);
        let told: BTreeSet<&str> = findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect();
        let mut faults = Vec::new();
        let mut is_built = |code: &str| {
            let is_built = built.contains(code);
            if !is_built {
                missing.insert(code.to_owned());
            }
            is_built
        };
        for code in self.list("must").into_iter().filter(|code| is_built(code)) {
            if !told.contains(code) && !is_cut {
                faults.push(self.fault(code, "is not told"));
            }
        }
        for codes in self.label["must_one"].as_array().into_iter().flatten() {
            let codes: Vec<&str> = codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
            let is_built = codes.iter().filter(|code| is_built(code)).count() == codes.len();
            if is_built && !codes.iter().any(|code| told.contains(code)) && !is_cut {
                faults.push(self.fault(codes[0], format!("none of {codes:?} is told")));
            }
        }
        faults.extend(self.list("must_not").into_iter().filter(|code| told.contains(code)).map(|code| self.fault(code, "is told")));
        let highest = rank(self.label["highest"].as_str().unwrap());
        for finding in findings.iter().filter(|finding| rank(finding["severity"].as_str().unwrap()) > highest) {
            faults.push(self.fault(finding["code"].as_str().unwrap(), format!("is {}: {}", finding["severity"], finding["evidence"][0])));
        }
        faults.extend(self.misplaced(&findings));
        faults.extend(self.words_unheard(is_cut));
        faults
    }

    /// Codes whose evidence lies nowhere near what was planted for them.
    fn misplaced(&self, findings: &[Value]) -> Vec<Fault> {
        let mut planted: BTreeMap<(&str, &str), BTreeSet<u64>> = BTreeMap::new();
        for truth in self.label["truth"].as_array().into_iter().flatten() {
            let packets = truth["packets"].as_array().unwrap().iter().map(|packet| packet.as_u64().unwrap());
            planted.entry((truth["must"].as_str().unwrap(), truth["label"].as_str().unwrap())).or_default().extend(packets);
        }
        let mut faults = Vec::new();
        for ((code, label), packets) in planted {
            let of_code: Vec<&Value> = findings.iter().filter(|finding| finding["code"] == code).collect();
            // Only the first pieces of evidence are listed.
            let is_listed = of_code.iter().all(|finding| finding["count"].as_u64() <= Some(5));
            let evidence = of_code.iter().flat_map(|finding| finding["evidence"].as_array().unwrap()).filter_map(|evidence| evidence["packet"].as_u64());
            if !of_code.is_empty() && is_listed && !evidence.into_iter().any(|packet| packets.contains(&packet)) {
                faults.push(self.fault(code, format!("its evidence is not where the {label} is")));
            }
        }
        faults
    }

    /// With the family's words: what must be told then, and must not.
    fn words_unheard(&self, is_cut: bool) -> Vec<Fault> {
        let Some(words) = self.words().filter(|_| built().contains("LK-01")) else { return Vec::new() };
        let findings = self.findings(&["--words", words.to_str().unwrap()]);
        let is_told = |code: &str| findings.iter().any(|finding| finding["code"] == code);
        let missed = self.list("must_with_words").into_iter().filter(|code| !is_told(code) && !is_cut).map(|code| self.fault(code, "is not told with words"));
        let wrong = self.list("must_not").into_iter().filter(|code| is_told(code)).map(|code| self.fault(code, "is told with words"));
        missed.chain(wrong).collect()
    }

    /// Values that are not told under `--reveal` and should be, and the other way round.
    pub fn values(&self, is_cut: bool) -> Vec<Fault> {
        let shown = String::from_utf8(self.inspect(&["--reveal", "--format", "jsonl", "--records", "all"])).unwrap();
        let missed =
            self.list("told").into_iter().filter(|value| !is_cut && !shown.contains(value)).map(|value| self.fault("values", format!("not told: {value}")));
        let wrong = self.list("not_told").into_iter().filter(|value| shown.contains(value)).map(|value| self.fault("values", format!("told: {value}")));
        missed.chain(wrong).collect()
    }
}
