//! The screen in a real terminal: driven in tmux as a person would, and the terminal is as it was afterwards.
//!
//! Needs tmux; without it says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::pcap::Connection;

/// A terminal of 120 × 35 with a shell in it; gone when this is.
struct Terminal {
    socket: String,
    folder: PathBuf,
}

impl Terminal {
    fn open(name: &str) -> Option<Self> {
        let socket = format!("tattletale-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(&socket);
        std::fs::create_dir_all(&folder).unwrap();
        let terminal = Self { socket, folder };
        let opened = terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "35", "env PS1='ready> ' LC_ALL=C.UTF-8 sh"]);
        opened.is_some().then_some(terminal)
    }

    fn tmux(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("tmux").args(["-L", &self.socket]).args(arguments).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn press(&self, keys: &[&str]) {
        let arguments: Vec<&str> = ["send-keys"].iter().chain(keys).copied().collect();
        self.tmux(&arguments).expect("tmux is there");
    }

    /// Types a command, when the shell is ready for it.
    fn command(&self, line: &str) {
        self.is(|screen| screen.trim_end().ends_with("ready>"), "the prompt");
        self.press(&["-l", line]);
        self.press(&["Enter"]);
    }

    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"]).unwrap_or_default()
    }

    /// Waits until the screen shows a text.
    fn shows(&self, text: &str) -> String {
        self.is(|screen| screen.contains(text), text)
    }

    fn is(&self, wanted: impl Fn(&str) -> bool, called: &str) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if wanted(&screen) {
                return screen;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "never showed {called:?}:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn stty(&self, name: &str) -> String {
        let path = self.folder.join(name);
        self.command(&format!("stty -a > {} && echo noted-{name}", path.display()));
        self.shows(&format!("\nnoted-{name}"));
        std::fs::read_to_string(path).unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_tattletale")
}

#[test]
fn a_person_walks_through_the_demo_and_the_terminal_is_as_it_was() {
    let Some(terminal) = Terminal::open("demo") else {
        println!("skipped: no tmux here");
        return;
    };
    let before = terminal.stty("before");
    terminal.command(&format!("{} demo --speed 30", program()));
    let screen = terminal.shows("kids-watch");
    assert!(screen.contains("Devices (") && screen.contains("q quit"), "{screen}");
    terminal.shows("DONE");
    terminal.press(&["2"]);
    terminal.shows("[2 Findings]");
    terminal.press(&["j"]);
    terminal.press(&["Enter"]);
    let screen = terminal.shows("frame.number ==");
    assert!(screen.contains("Finding 2 of"), "{screen}");
    assert!(!screen.contains("48.85"), "a position is shown to a tenth of a degree only:\n{screen}");
    terminal.press(&["Space"]);
    terminal.shows("PAUSED");
    terminal.press(&["Space"]);
    terminal.press(&["?"]);
    terminal.shows("Help:");
    terminal.press(&["Escape"]);
    terminal.press(&["6"]);
    terminal.shows("[6 Health]");
    terminal.press(&["q"]);
    terminal.command("echo ended-$?");
    terminal.shows("\nended-0");
    assert_eq!(terminal.stty("after"), before);
}

#[test]
fn a_capture_through_a_pipe_leaves_the_keyboard_free() {
    let Some(terminal) = Terminal::open("pipe") else {
        println!("skipped: no tmux here");
        return;
    };
    let before = terminal.stty("before");
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/S01.pcap");
    terminal.command(&format!("(sleep 1; cat {capture}) | {} watch -", program()));
    let screen = terminal.shows("tattletale [1");
    assert!(!screen.contains("pkts 0"), "the screen is taken with the first packet, so that a password could be typed before:\n{screen}");
    terminal.shows("SERIOUS");
    terminal.press(&["q"]);
    assert_eq!(terminal.stty("after"), before);
}

/// Processes of the program that were told to leave this mark in their environment.
fn alive(mark: &str) -> usize {
    let marked =
        |path: PathBuf| std::fs::read(path.join("environ")).is_ok_and(|environment| environment.windows(mark.len()).any(|part| part == mark.as_bytes()));
    let is_ours = |path: &PathBuf| std::fs::read_link(path.join("exe")).is_ok_and(|exe| exe.as_os_str() == program());
    std::fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path()).filter(is_ours).filter(|path| marked(path.clone())).count()
}

#[test]
fn a_terminal_that_is_closed_ends_the_process() {
    let Some(terminal) = Terminal::open("closed") else {
        println!("skipped: no tmux here");
        return;
    };
    let mark = format!("TATTLETALE_TEST={}", terminal.socket);
    terminal.command(&format!("{mark} {} demo", program()));
    terminal.shows("Devices (");
    assert_eq!(alive(&mark), 1);
    drop(terminal);
    let begun = Instant::now();
    while alive(&mark) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "it goes on without a terminal");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What a hostile device may call itself, ask for, or send.
const HOSTILE: &[&str] = &[
    "\x1b]0;pwned\x07",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[31mred",
    "\u{9b}2J\u{9d}0;t\u{9c}",
    "\u{7}\u{8}\u{b}\u{c}\u{7f}",
    "a\u{202e}cod.exe\u{2066}\u{2069}",
    "zero\u{200b}\u{200d}\u{feff}width",
];

/// A frame of a DHCP request (RFC 2131) with a host name (option 12), from an invented device.
fn dhcp(number: u8, name: &[u8]) -> Vec<u8> {
    let mac = [0, 0, 0x5e, 0, 0x53, number];
    let name = &name[..name.len().min(200)];
    let mut message = vec![1, 1, 6, 0, 1, 2, 3, number, 0, 0, 0, 0];
    message.extend([0; 16]);
    message.extend(mac);
    message.extend([0; 10 + 64 + 128]);
    message.extend([99, 130, 83, 99, 53, 1, 3, 50, 4, 192, 168, 1, 10 + number, 12, name.len() as u8]);
    message.extend(name);
    message.push(255);
    let mut udp = [68u16, 67, message.len() as u16 + 8, 0].iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    udp.extend(message);
    let mut ip = vec![0x45, 0];
    ip.extend((udp.len() as u16 + 20).to_be_bytes());
    ip.extend([0, 0, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]);
    ip.extend(udp);
    [&[0xff; 6][..], &mac, &[8, 0], &ip].concat()
}

/// A capture in which everything that can be a text is hostile.
fn hostile() -> Vec<u8> {
    let mut capture = Vec::new();
    for (number, text) in (1..).zip(HOSTILE) {
        let body = format!("{{\"email\":\"ann@example.com\",\"name\":\"{text}\",\"lat\":48.8584,\"lon\":2.2945,\"{text}\":\"password\"}}");
        let request = format!(
            "POST /{text}?pw={text}&password=secret{text} HTTP/1.1\r\nHost: api{text}.example.com\r\nUser-Agent: {text}\r\nAuthorization: Basic YW5uOnNlY3JldA==\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = format!("HTTP/1.1 200 {text}\r\nServer: {text}\r\nContent-Length: 0\r\n\r\n");
        let talk = Connection::new(80 + u16::from(number)).up(request.as_bytes()).down(answer.as_bytes()).pcap();
        capture.extend_from_slice(if capture.is_empty() { &talk } else { &talk[24..] });
        let frame = dhcp(number, text.as_bytes());
        let length = (frame.len() as u32).to_le_bytes();
        capture.extend([&1_700_000_000u32.to_le_bytes()[..], &[0; 4], &length, &length, &frame].concat());
    }
    capture
}

/// Asserts that nothing in the bytes that a terminal was sent steers it but what the screen itself says: `ESC [ … m H J h l c`, its question for the
/// ground (OSC 11) and its own copies (OSC 52, base64).
fn assert_own(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(|c: char| c.is_control() && !matches!(c, '\r' | '\n')) {
        let from = &rest[at..];
        let taken = if let Some(sequence) = from.strip_prefix("\x1b[") {
            let end = sequence.find(|c: char| !matches!(c, '0'..='9' | ';' | '?')).expect("whole");
            let last = sequence[end..].chars().next().unwrap();
            assert!("mHJKhlcABCDnr".contains(last), "ESC [ {}", &sequence[..=end]);
            2 + end + 1
        } else if from.starts_with("\x1b]11;?\x1b\\") {
            8
        } else if let Some(copied) = from.strip_prefix("\x1b]52;c;") {
            let end = copied.find('\x07').expect("whole");
            assert!(copied[..end].chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c)), "{}", &copied[..end]);
            assert_ne!(&copied[..end], "cHduZWQ=", "the device's own text");
            7 + end + 1
        } else {
            panic!("reached the terminal: {:?}", from.chars().take(20).collect::<String>());
        };
        rest = &from[taken..];
    }
    let hidden =
        text.chars().find(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'));
    assert_eq!(hidden, None);
}

#[test]
fn a_hostile_capture_steers_no_terminal() {
    let Some(terminal) = Terminal::open("hostile") else {
        println!("skipped: no tmux here");
        return;
    };
    let name = "toy\x1b]0;pwned\x07\u{202e}.pcap";
    std::fs::write(terminal.folder.join(name), hostile()).unwrap();
    let sent = terminal.folder.join("sent");
    terminal.command("echo begun");
    terminal.shows("\nbegun");
    terminal.tmux(&["pipe-pane", &format!("cat > {}", sent.display())]).unwrap();
    // The shell's pattern stands for the name.
    terminal.command(&format!("{} watch --speed 0 {}/toy*.pcap", program(), terminal.folder.display()));
    let screen = terminal.shows("DONE");
    assert!(screen.contains("\\x1b]0;pwned"), "it is shown:\n{screen}");
    for keys in
        [&["Tab"][..], &["Tab"], &["r"], &["2"], &["j"], &["y"], &["m"], &["Escape"], &["x"], &["3"], &["w"], &["Escape"], &["Tab"], &["y"], &["4"], &["5"]]
    {
        terminal.press(keys);
        std::thread::sleep(Duration::from_millis(150));
    }
    for keys in [&["n"][..], &["Tab"], &["6"], &["Tab"], &["p"], &["1"], &["?"], &["Escape"], &["/"], &["-l", "device:"], &["Tab"], &["Tab"], &["Enter"]] {
        terminal.press(keys);
        std::thread::sleep(Duration::from_millis(150));
    }
    terminal.press(&["q"]);
    terminal.command("echo ended-$?");
    terminal.shows("\nended-0");
    let bytes = std::fs::read(&sent).unwrap();
    assert!(bytes.len() > 10_000, "{}", bytes.len());
    assert_own(&bytes);
}

#[test]
fn a_replay_is_steered_and_a_view_exported() {
    let Some(terminal) = Terminal::open("replay") else {
        println!("skipped: no tmux here");
        return;
    };
    terminal.command(&format!("cd {} && {} demo --speed 30", terminal.folder.display(), program()));
    terminal.shows("×30");
    terminal.press(&["z"]);
    terminal.shows("HELD");
    terminal.press(&["-"]);
    terminal.shows("Replay: ×10.");
    terminal.press(&[">"]);
    terminal.shows("On to");
    terminal.press(&["z"]);
    for _ in 0..6 {
        terminal.press(&["+"]);
    }
    terminal.shows("DONE");
    terminal.press(&["<"]);
    terminal.shows("Back to");
    terminal.shows("DONE");
    terminal.press(&["2"]);
    terminal.press(&["e"]);
    terminal.shows("Export Findings");
    terminal.press(&["2"]);
    terminal.shows("Written:");
    terminal.press(&["q"]);
    terminal.command("echo ended-$?");
    terminal.shows("\nended-0");
    let exported: Vec<PathBuf> = std::fs::read_dir(&terminal.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    let [path] = exported.as_slice() else { panic!("{exported:?}") };
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.lines().count() > 10 && text.lines().all(|line| line.starts_with("{\"schema\":\"tattletale/1\",\"type\":\"finding\"")));
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_start_screen_leads_to_the_demo_and_bad_settings_are_told() {
    let Some(terminal) = Terminal::open("start") else {
        println!("skipped: no tmux here");
        return;
    };
    let config = terminal.folder.join("tattletale");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), "[keys]\nquit = \"Q\"\nback = [\"esc\", \"B\"]\n").unwrap();
    let setting = format!("XDG_CONFIG_HOME={}", terminal.folder.display());
    terminal.command(&format!("{setting} {}", program()));
    terminal.shows("What shall be watched?");
    terminal.press(&["o"]);
    terminal.shows("esc back");
    terminal.press(&["Escape"]);
    terminal.press(&["d"]);
    terminal.shows("Q quit");
    terminal.press(&["q"]);
    terminal.press(&["Q"]);
    std::fs::write(config.join("config.toml"), "[screen]\ntheme = \"drak\"\n").unwrap();
    terminal.command(&format!("{setting} {} demo; echo ended-$?", program()));
    terminal.shows("there is no \"drak\"");
    terminal.shows("ended-2");
}
