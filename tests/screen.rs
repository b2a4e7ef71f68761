//! The screen in a real terminal: driven in tmux as a person would, and the terminal is as it was afterwards.
//!
//! Needs tmux; without it says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
