//! The command line: subcommands, flags, the short help.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{given, near, values, words};
use crate::engine;
use crate::finding::Severity;
use crate::home::own::Owned;
use crate::knowledge::given::Given;
use crate::tui;
use crate::wire::Cidr;

/// What `tattletale` alone and `--help` say: at most 24 lines, examples first.
pub(super) const SHORT_HELP: &str = "\
tattletale: what do your smart devices tell, to whom, and who could listen?

  tattletale demo                        a made-up home: no rights needed
  tattletale toy.pcap                    report what is in a capture
  tattletale toy.pcap -o toy.jsonl       the same for other programs
  sudo tattletale watch                  look at this network, live
  tattletale doctor                      what can this computer see?

Commands
  inspect FILE|DIR|-...                  read captures to their end and report
  watch [-i IFACE | FILE | -]            live screen, or JSON Lines (--headless)
  demo                                   the same on a built-in capture
  explain [CODE]                         what a finding means and what helps
  doctor                                 what this computer can see, and how
  devices                                name, trust, forget a device

It reads pcap and pcapng, also .gz and .zst. It never sends a packet. Personal
values are masked unless you ask for them with --reveal.
All flags: tattletale inspect --help, tattletale watch --help
";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "tattletale", version, override_help = SHORT_HELP, infer_subcommands = false)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read captures to their end and report what is in them
    Inspect(InspectArgs),
    /// Look at a network, a replayed file or a stream, live
    Watch(WatchArgs),
    /// Look at a made-up home: needs no rights and no hardware
    Demo(DemoArgs),
    /// What a finding means: its evidence, its limits, its standards
    Explain(ExplainArgs),
    /// Can this computer capture, and where?
    Doctor(DoctorArgs),
    /// Name, trust or forget a device
    Devices(DevicesArgs),
}

/// `inspect`.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Captures, folders of captures, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(super) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `watch`.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// A capture to replay, or - for a stream on standard input
    #[arg(value_name = "FILE|-", conflicts_with = "interface")]
    pub(super) source: Option<PathBuf>,
    /// The interface to listen on
    #[arg(short, long, value_name = "IFACE", num_args = 1..)]
    pub(super) interface: Vec<String>,
    #[command(flatten)]
    pub(super) viewing: Viewing,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    pub(super) viewing: Viewing,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What every subcommand takes that reads packets.
#[derive(Debug, Args)]
pub(super) struct Common {
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) writing: Writing,
    #[command(flatten)]
    pub(super) judging: Judging,
}

/// `devices`.
#[derive(Debug, Args)]
pub(super) struct DevicesArgs {
    #[command(subcommand)]
    pub(super) command: Option<DevicesCommand>,
}

/// What can be said of a device.
#[derive(Debug, Subcommand)]
pub(super) enum DevicesCommand {
    /// Call a device by a name of your own
    Name {
        /// Its id, as reports show it: its hardware address, or its address
        id: String,
        /// Your name for it
        name: String,
    },
    /// Mark a device as one that you know
    Trust {
        /// Its id, as reports show it
        id: String,
    },
    /// Remove what you said of a device
    Forget {
        /// Its id, as reports show it
        id: String,
    },
}

/// `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Code of a finding, as PT-01; without it, the list of all
    pub(super) code: Option<String>,
}

/// `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {}

/// How a source is looked at.
#[derive(Debug, Default, Args)]
pub(super) struct Viewing {
    /// How fast a file is replayed: 1 as it was, 10 ten times as fast, 0 as fast as it goes
    #[arg(long, value_name = "FACTOR", value_parser = values::speed)]
    pub(super) speed: Option<f64>,
    /// No screen: stream JSON Lines to standard output
    #[arg(long)]
    pub(super) headless: bool,
    /// No screen: one sentence for each thing that happens, for screen readers and logs
    #[arg(long, conflicts_with = "headless")]
    pub(super) plain: bool,
    /// Colours of the screen: auto, dark, light, high-contrast or mono
    #[arg(long, value_name = "NAME", value_parser = tui::theme_word)]
    pub(super) theme: Option<String>,
    /// Draw the screen with ASCII only
    #[arg(long)]
    pub(super) ascii: bool,
    /// Stop after so long: 90s, 10m, 1h30m
    #[arg(long = "for", value_name = "DURATION", value_parser = values::duration)]
    pub(super) duration: Option<Duration>,
}

/// How packets are read.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct Reading {
    /// Addresses of the home, where they can't be guessed: 192.168.1.0/24 (may be repeated)
    #[arg(long, value_name = "CIDR")]
    pub(super) home: Vec<Cidr>,
    /// Read only what this filter lets through (libpcap's language): "not port 443"
    #[arg(long, value_name = "BPF")]
    pub(super) filter: Option<String>,
    /// Show personal values as they were sent
    #[arg(long)]
    pub(super) reveal: bool,
    /// Words of your family to look out for, in a TOML file that only you can read
    #[arg(long, value_name = "FILE", value_parser = words::load)]
    pub(super) words: Option<words::Words>,
    /// Your own database of addresses (MaxMind's format): countries, networks (may be repeated)
    #[arg(long, value_name = "FILE.mmdb", value_parser = given::database)]
    pub(super) geo: Vec<given::Geo>,
    /// Your own list of names and addresses that nothing should talk to: hosts, domains, AdGuard, networks (may be repeated)
    #[arg(long, value_name = "FILE", value_parser = given::list)]
    pub(super) lists: Vec<given::List>,
    /// What the two come to, made once for all inputs.
    #[arg(skip)]
    pub(super) given: OnceLock<Given>,
    /// The user's own names of devices, from their configuration.
    #[arg(skip)]
    pub(super) own: Arc<Owned>,
    /// Tell national identity numbers too, where their check digits are right
    #[arg(long)]
    pub(super) national_ids: bool,
    /// Threads that read; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Memory for connections that are open at once
    #[arg(long, value_name = "SIZE", default_value = "256M", value_parser = values::size)]
    pub(super) max_memory: usize,
}

impl Reading {
    /// For the engine, of an input with this index and name. `records` are the wanted types.
    pub(super) fn options(&self, input: usize, source: String, records: &[String]) -> engine::Options {
        let wants = |name: &str| records.iter().any(|word| word == "all" || word == name);
        engine::Options {
            threads: self.threads,
            max_memory: self.max_memory,
            home: self.home.iter().map(|block| (block.address, block.prefix)).collect(),
            reveal: self.reveal,
            known: self.words.as_ref().map(words::Words::known),
            own: Arc::clone(&self.own),
            national: self.national_ids,
            given: self.given.get_or_init(|| given::given(&self.geo, &self.lists)).clone(),
            input,
            source,
            names: wants("name"),
            exchanges: wants("exchange"),
            fingerprints: wants("fingerprint"),
            flows: wants("flow"),
            looks: false,
        }
    }

    /// What decides the result, for the `run` record.
    pub(super) fn told(&self) -> Vec<(String, String)> {
        let home = self.home.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let mut told = vec![("reveal", self.reveal.to_string()), ("max_memory", self.max_memory.to_string())];
        if !home.is_empty() {
            told.push(("home", home));
        }
        if self.words.is_some() {
            told.push(("words", "true".to_owned()));
        }
        if !self.geo.is_empty() {
            told.push(("geo", given::titles(&self.geo)));
        }
        if !self.lists.is_empty() {
            told.push(("lists", given::names(&self.lists)));
        }
        if !self.own.is_empty() {
            told.push(("own_names", "true".to_owned()));
        }
        if self.national_ids {
            told.push(("national_ids", "true".to_owned()));
        }
        if let Some(filter) = &self.filter {
            told.push(("filter", filter.clone()));
        }
        told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// How reports are written.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Writing")]
pub(super) struct Writing {
    /// text, json or jsonl (may be repeated, paired with -o in order)
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Vec<String>,
    /// Write the report there; the ending decides the format (may be repeated)
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: Vec<PathBuf>,
    /// Record types for json and jsonl: all, or some of name, exchange, fingerprint, flow, endpoint, device, finding, coverage, summary, run
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = values::record)]
    pub(super) records: Vec<String>,
    /// Show findings from here up: notice, warning or serious
    #[arg(long, value_name = "LEVEL", value_parser = values::level)]
    pub(super) severity: Option<Severity>,
    /// Replace existing files
    #[arg(long)]
    pub(super) force: bool,
    /// Times in UTC instead of local time
    #[arg(long)]
    pub(super) utc: bool,
    /// No progress and no notes
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Colours on standard output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,
}

/// What makes the exit code.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Exit code")]
pub(super) struct Judging {
    /// Exit with 1 where a finding is at or above this level
    #[arg(long, value_name = "LEVEL", value_parser = values::level)]
    pub(super) fail_on: Option<Severity>,
    /// Exit with 4 where something is missing: damage, losses, limits
    #[arg(long)]
    pub(super) strict: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The subcommands' names.
const COMMANDS: [&str; 7] = ["inspect", "watch", "demo", "explain", "doctor", "devices", "help"];

/// `tattletale FILE...` is `tattletale inspect FILE...`. A first word that is nearly a subcommand's and no file is refused with the right one.
pub(super) fn complete(mut args: Vec<OsString>) -> Result<Vec<OsString>, String> {
    let Some(first) = args.get(1) else { return Ok(args) };
    let word = first.to_string_lossy();
    if COMMANDS.contains(&word.as_ref()) || matches!(word.as_ref(), "-h" | "--help" | "-V" | "--version") {
        return Ok(args);
    }
    let is_word = !word.contains(['.', '/']) && !word.starts_with('-') && !Path::new(first).exists();
    if is_word && let Some(nearest) = near::nearest(&word, COMMANDS) {
        return Err(format!("There is no command and no file \"{word}\". Did you mean: tattletale {nearest}?"));
    }
    args.insert(1, "inspect".into());
    Ok(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        let args = complete(line.split(' ').map(OsString::from).collect()).unwrap();
        Cli::try_parse_from(args)
    }

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
        assert!(SHORT_HELP.lines().count() <= 24);
        assert!(SHORT_HELP.lines().all(|line| crate::printable::width(line) <= 80));
    }

    #[test]
    fn a_file_alone_is_inspected() {
        for line in ["tattletale toy.pcap", "tattletale --strict toy.pcap", "tattletale - --format jsonl", "tattletale inspect toy.pcap"] {
            assert!(matches!(parse(line).unwrap().command, Some(Command::Inspect(_))), "{line}");
        }
        assert!(matches!(parse("tattletale demo").unwrap().command, Some(Command::Demo(_))));
        assert!(parse("tattletale").unwrap().command.is_none());
    }

    #[test]
    fn a_mistyped_command_is_named() {
        let refused = complete(vec!["tattletale".into(), "wtach".into()]);
        assert!(refused.unwrap_err().ends_with("tattletale watch?"));
        assert_eq!(complete(vec!["tattletale".into(), "toys".into()]).unwrap().len(), 3);
    }

    #[test]
    fn wrong_values_are_refused() {
        for line in ["--home 192.168.1.0/99", "--records flows", "--max-memory 1", "--severity bad", "--color blue", "--threads -1", "--nothing"] {
            assert!(parse(&format!("tattletale toy.pcap {line}")).is_err(), "{line}");
        }
        for line in ["watch --for never", "watch --speed -1", "watch toy.pcap -i eth0"] {
            assert!(parse(&format!("tattletale {line}")).is_err(), "{line}");
        }
    }

    #[test]
    fn only_wanted_records_are_asked_of_the_engine() {
        let options = Reading::default().options(2, String::new(), &["name".to_owned(), "flow".to_owned()]);
        assert_eq!((options.input, options.names, options.exchanges, options.flows), (2, true, false, true));
        let all = Reading::default().options(0, String::new(), &["all".to_owned()]);
        assert!(all.names && all.exchanges && all.fingerprints && all.flows);
        let usual = Reading::default().options(0, String::new(), &[]);
        assert!(!usual.names && !usual.flows);
    }
}
