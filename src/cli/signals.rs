//! Signals that ask the program to stop: the first lets it come to an end by itself; where it does not within a moment, or a second comes,
//! unfinished files are removed and the process ends.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::code::Code;
use super::{screen, target};

/// What a run does when it is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// It leaves its outputs unwritten and tells the signal.
    Report,
    /// It writes what it knows and has ended well.
    Stream,
    /// It gives the terminal back; an interrupt is one way to leave it.
    Screen,
}

impl Manner {
    /// How long a run has to end by itself.
    fn grace(self) -> Duration {
        match self {
            Self::Report | Self::Screen => Duration::from_millis(800),
            Self::Stream => Duration::from_secs(5),
        }
    }
}

/// A flag that asks whoever works to stop, and the signal that raised it.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop {
    flag: Arc<AtomicBool>,
    signal: Arc<AtomicU8>,
}

impl Stop {
    /// Listens to signals from now on.
    pub(super) fn on_signals(manner: Manner) -> Self {
        let stop = Self::default();
        let heard = stop.clone();
        // Where the thread cannot be had the signals keep their default: the process just ends.
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) {
            let listen = move || {
                let signal = signals.forever().next().unwrap_or(SIGTERM);
                heard.signal.store(u8::try_from(signal).unwrap_or(15), Ordering::SeqCst);
                heard.raise();
                let since = Instant::now();
                while since.elapsed() < manner.grace() && signals.pending().next().is_none() {
                    thread::sleep(Duration::from_millis(20));
                }
                end(manner, &heard)
            };
            let _ = thread::Builder::new().name("signals".to_owned()).spawn(listen);
        }
        stop
    }

    /// Asks to stop.
    pub(super) fn raise(&self) {
        self.flag.store(true, Ordering::SeqCst);
    }

    /// Takes it back: what was stopped is about to begin again.
    pub(super) fn lower(&self) {
        self.flag.store(false, Ordering::SeqCst);
    }

    /// Asks to stop after so long.
    pub(super) fn raise_after(&self, duration: Duration) {
        let stop = self.clone();
        let wait = move || {
            thread::sleep(duration);
            stop.raise();
        };
        let _ = thread::Builder::new().name("timer".to_owned()).spawn(wait);
    }

    /// The flag itself.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.flag
    }

    /// Whether stopping was asked for.
    pub(super) fn is_raised(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    /// What the signal that came, if one did, means for a run of this manner.
    pub(super) fn code(&self, manner: Manner) -> Code {
        match self.signal() {
            Some(Code::Signal(2)) if manner == Manner::Screen => Code::Done,
            signal => signal.unwrap_or_default(),
        }
    }

    /// The code of the signal that came, if one did.
    pub(super) fn signal(&self) -> Option<Code> {
        match self.signal.load(Ordering::SeqCst) {
            0 => None,
            number => Some(Code::Signal(number)),
        }
    }
}

/// Ends the process: what is unfinished is removed, the terminal is given back.
fn end(manner: Manner, stop: &Stop) -> ! {
    target::abandon();
    if manner == Manner::Screen {
        screen::restore();
    }
    process::exit(i32::from(stop.code(manner).number()))
}
