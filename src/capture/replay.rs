//! A stored capture played as if it happened now.
//!
//! In: a source and a speed. Out: the same frames in the same order, each no earlier than its time says. What is waited for is time alone; no frame is
//! changed or lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::source::{Block, Dropped, Fill, Frame, InputReport, Source};
use crate::error::CaptureError;
use crate::wire::Timestamp;

/// Never sleeps longer than this, so that whoever asks can be stopped.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);
/// A replay that is held asks so often whether it goes on.
const HELD: Duration = Duration::from_millis(30);
/// A silence longer than this many seconds is taken for a clock that was set, and is not waited for.
const LONGEST_SILENCE: f64 = 3_600.0;

/// Tells the time and passes it; tests have one of their own.
trait Clock: Send {
    /// Seconds since some beginning.
    fn now(&self) -> f64;
    fn sleep(&mut self, time: Duration);
}

struct WallClock(Instant);

impl Clock for WallClock {
    fn now(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    fn sleep(&mut self, time: Duration) {
        thread::sleep(time);
    }
}

/// Steers a replay while it plays, from another thread.
#[derive(Clone, Debug)]
pub struct Remote(Arc<Controls>);

#[derive(Debug)]
struct Controls {
    /// Bits of the speed.
    speed: AtomicU64,
    held: AtomicBool,
    /// Nothing before this time is waited for.
    until: AtomicI64,
    /// The time of the latest frame that was given out.
    at: AtomicI64,
}

/// No time.
const NEVER: i64 = i64::MIN;

impl Remote {
    /// `speed` 1 is the speed of life, 10 ten times that; 0, or what is no positive number, does not wait.
    pub fn new(speed: f64) -> Self {
        let remote =
            Self(Arc::new(Controls { speed: AtomicU64::new(0), held: AtomicBool::new(false), until: AtomicI64::new(NEVER), at: AtomicI64::new(NEVER) }));
        remote.play_at(speed);
        remote
    }

    /// Plays at another speed from now on.
    pub fn play_at(&self, speed: f64) {
        let speed = if speed.is_finite() && speed > 0.0 { speed } else { 0.0 };
        self.0.speed.store(speed.to_bits(), Ordering::SeqCst);
    }

    /// The speed.
    pub fn speed(&self) -> f64 {
        f64::from_bits(self.0.speed.load(Ordering::SeqCst))
    }

    /// Holds, or goes on.
    pub fn hold(&self, held: bool) {
        self.0.held.store(held, Ordering::SeqCst);
    }

    /// Goes on to a moment of the capture without waiting, also where it is held.
    pub fn skip_to(&self, time: Timestamp) {
        self.0.until.store(time.0, Ordering::SeqCst);
    }

    /// The time of the latest frame that was given out.
    pub fn at(&self) -> Option<Timestamp> {
        Some(self.0.at.load(Ordering::SeqCst)).filter(|at| *at != NEVER).map(Timestamp)
    }

    /// Begins from the front: another source is about to be played.
    pub fn begin_again(&self) {
        self.0.at.store(NEVER, Ordering::SeqCst);
    }

    fn is_held(&self) -> bool {
        self.0.held.load(Ordering::SeqCst) && self.0.until.load(Ordering::SeqCst) == NEVER
    }

    /// Whether a frame is still before what is skipped to; where it is not, skipping is over.
    fn skips(&self, time: Timestamp) -> bool {
        let until = self.0.until.load(Ordering::SeqCst);
        if until == NEVER {
            return false;
        }
        if time.0 < until {
            return true;
        }
        // Unless someone asked for another moment meanwhile.
        let _ = self.0.until.compare_exchange(until, NEVER, Ordering::SeqCst, Ordering::SeqCst);
        false
    }
}

/// A source that keeps its frames back until it is time.
pub(super) struct Replay {
    inner: Box<dyn Source>,
    remote: Remote,
    clock: Box<dyn Clock>,
    /// Frames read, of which those from `next` on were not given out yet.
    ahead: Block,
    next: usize,
    /// The latest packet's time and the second at which it was due.
    last: Option<(Timestamp, f64)>,
    /// How much of the input was read before the block that waits.
    before: f32,
    /// The earliest and the latest time of what was given out.
    given: Option<(Timestamp, Timestamp)>,
}

impl Replay {
    /// Plays as `remote` says.
    pub fn new(inner: Box<dyn Source>, remote: Remote) -> Self {
        Self::with_clock(inner, remote, Box::new(WallClock(Instant::now())))
    }

    fn with_clock(inner: Box<dyn Source>, remote: Remote, clock: Box<dyn Clock>) -> Self {
        Self { inner, remote, clock, ahead: Block::default(), next: 0, last: None, before: 0.0, given: None }
    }

    /// At which second a frame is due, the first one now. Time that goes backwards is not waited for.
    fn due(&self, frame: &Frame, now: f64) -> f64 {
        let Some((time, due)) = self.last else { return now };
        let (silence, speed) = (frame.time.seconds_since(time), self.remote.speed());
        if speed == 0.0 || self.remote.skips(frame.time) {
            return now;
        }
        if silence > LONGEST_SILENCE { due } else { due + silence / speed }
    }

    /// Copies the frames that are due; otherwise how long to wait for the first.
    fn release(&mut self, block: &mut Block) -> Option<Duration> {
        let now = self.clock.now();
        while let Some(frame) = self.ahead.frames.get(self.next) {
            let due = self.due(frame, now);
            if due > now {
                return Some(Duration::try_from_secs_f64(due - now).unwrap_or(LONGEST_SLEEP));
            }
            if block.bytes.len() >= Block::SIZE {
                return None;
            }
            self.remote.0.at.store(frame.time.0, Ordering::SeqCst);
            block.frames.push(Frame { start: block.bytes.len(), ..*frame });
            block.bytes.extend_from_slice(self.ahead.frame(frame));
            self.last = Some((frame.time, due));
            // A frame without a time has none to tell.
            if frame.time != Timestamp::default() {
                let (first, last) = self.given.unwrap_or((frame.time, frame.time));
                self.given = Some((first.min(frame.time), last.max(frame.time)));
            }
            self.next += 1;
        }
        None
    }
}

impl Source for Replay {
    fn fill(&mut self, block: &mut Block) -> Result<Fill, CaptureError> {
        block.clear();
        if self.remote.is_held() {
            self.clock.sleep(HELD);
            // What was missed meanwhile is not made up for.
            let now = self.clock.now();
            self.last = self.last.map(|(time, _)| (time, now));
            return Ok(Fill::Idle);
        }
        if self.next >= self.ahead.frames.len() {
            self.next = 0;
            // What was read to know the format belongs to the first block.
            self.before = if self.last.is_none() { 0.0 } else { self.inner.progress().unwrap_or(0.0) };
            let fill = self.inner.fill(&mut self.ahead)?;
            if fill != Fill::Frames {
                return Ok(fill);
            }
        }
        let wait = self.release(block);
        if !block.frames.is_empty() {
            return Ok(Fill::Frames);
        }
        if let Some(wait) = wait {
            self.clock.sleep(wait.min(LONGEST_SLEEP));
            self.release(block);
        }
        Ok(if block.frames.is_empty() { Fill::Idle } else { Fill::Frames })
    }

    /// What was read, a block ahead of what was given out; packets and times are those given out.
    fn report(&self) -> InputReport {
        let waiting = self.ahead.frames.len().saturating_sub(self.next) as u64;
        let report = self.inner.report();
        if waiting == 0 {
            return report;
        }
        let (first, last) = self.given.unzip();
        InputReport { packets: report.packets.saturating_sub(waiting), first, last, ..report }
    }

    /// Of the block that was read last, as much as was given out.
    fn progress(&self) -> Option<f32> {
        let (before, now) = (self.before, self.inner.progress()?);
        let frames = self.ahead.frames.len().max(1) as f32;
        Some(before + (now - before) * (self.next.min(self.ahead.frames.len()) as f32 / frames))
    }

    fn dropped(&mut self) -> Dropped {
        self.inner.dropped()
    }

    fn is_live(&self) -> bool {
        self.inner.is_live()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::file_tests::capture_at;
    use std::sync::Mutex;

    /// Time passes only in sleep, and every sleep is written down.
    #[derive(Clone, Default)]
    struct Slept(Arc<Mutex<Vec<Duration>>>);

    impl Clock for Slept {
        fn now(&self) -> f64 {
            self.0.lock().unwrap().iter().sum::<Duration>().as_secs_f64()
        }

        fn sleep(&mut self, time: Duration) {
            self.0.lock().unwrap().push(time);
        }
    }

    /// The number of each frame and the second at which it came.
    fn play(seconds: &[f64], speed: f64) -> (Vec<(u64, f64)>, Slept) {
        let clock = Slept::default();
        let mut replay = Replay::with_clock(capture_at(seconds), Remote::new(speed), Box::new(clock.clone()));
        let (mut block, mut played) = (Block::default(), Vec::new());
        loop {
            match replay.fill(&mut block).unwrap() {
                Fill::Frames => played.extend(block.frames.iter().map(|frame| (frame.number, (clock.now() * 1_000.0).round() / 1_000.0))),
                Fill::Idle => {}
                Fill::End => return (played, clock),
            }
        }
    }

    #[test]
    fn frames_come_when_their_time_says() {
        let (played, clock) = play(&[10.0, 10.0, 10.05, 11.0], 1.0);
        assert_eq!(played, [(1, 0.0), (2, 0.0), (3, 0.05), (4, 1.0)]);
        assert!(clock.0.lock().unwrap().iter().all(|sleep| *sleep <= LONGEST_SLEEP));
    }

    #[test]
    fn twice_the_speed_takes_half_the_time() {
        assert_eq!(play(&[10.0, 12.0], 2.0).0, [(1, 0.0), (2, 1.0)]);
    }

    #[test]
    fn without_speed_nothing_is_waited_for() {
        for speed in [0.0, -1.0, f64::NAN] {
            assert_eq!(play(&[10.0, 5_000.0], speed).0, [(1, 0.0), (2, 0.0)]);
        }
    }

    #[test]
    fn clocks_that_are_set_are_not_waited_for() {
        assert_eq!(play(&[0.0, 1_700_000_000.0, 1_700_000_001.0], 1.0).0, [(1, 0.0), (2, 0.0), (3, 1.0)]);
        assert_eq!(play(&[100.0, 50.0, 51.0], 1.0).0, [(1, 0.0), (2, 0.0), (3, 1.0)]);
    }

    /// The frames that a replay gives out within so many calls.
    fn numbers(replay: &mut Replay, calls: usize) -> Vec<u64> {
        let (mut block, mut numbers) = (Block::default(), Vec::new());
        for _ in 0..calls {
            if replay.fill(&mut block).unwrap() == Fill::Frames {
                numbers.extend(block.frames.iter().map(|frame| frame.number));
            }
        }
        numbers
    }

    #[test]
    fn a_replay_is_held_and_goes_on_where_it_was() {
        let (clock, remote) = (Slept::default(), Remote::new(1.0));
        let mut replay = Replay::with_clock(capture_at(&[10.0, 10.5, 11.0]), remote.clone(), Box::new(clock.clone()));
        assert_eq!(numbers(&mut replay, 1), [1]);
        remote.hold(true);
        assert_eq!(numbers(&mut replay, 1_000), Vec::<u64>::new());
        remote.hold(false);
        let held = clock.now();
        assert_eq!(numbers(&mut replay, 6), [2]);
        assert!((clock.now() - held - 0.5).abs() < 0.11, "the half second is still waited for");
    }

    #[test]
    fn what_is_skipped_is_not_waited_for_and_the_rest_is() {
        let (clock, remote) = (Slept::default(), Remote::new(1.0));
        let mut replay = Replay::with_clock(capture_at(&[10.0, 50.0, 90.0, 91.0]), remote.clone(), Box::new(clock.clone()));
        remote.hold(true);
        remote.skip_to(Timestamp::new(90, 0));
        assert_eq!(numbers(&mut replay, 1), [1, 2], "also while it is held");
        assert_eq!(remote.at(), Some(Timestamp::new(50, 0)));
        remote.hold(false);
        remote.skip_to(Timestamp::new(91, 0));
        assert_eq!(numbers(&mut replay, 1), [3]);
        assert_eq!(numbers(&mut replay, 12), [4]);
        assert!(clock.now() >= 0.9);
    }

    #[test]
    fn what_waits_is_not_told_yet() {
        let mut replay = Replay::with_clock(capture_at(&[10.0, 10.0, 90.0, 95.0]), Remote::new(1.0), Box::new(Slept::default()));
        let told = |replay: &Replay| (replay.report().packets, replay.report().first, replay.report().last);
        assert_eq!(numbers(&mut replay, 1), [1, 2]);
        assert_eq!(told(&replay), (2, Some(Timestamp::new(10, 0)), Some(Timestamp::new(10, 0))), "the block holds more, which is not due");
        assert!((replay.progress().unwrap() - 0.5).abs() < 0.01, "half of its frames, though the whole file was read: {:?}", replay.progress());
        numbers(&mut replay, 10_000);
        assert_eq!(told(&replay), (4, Some(Timestamp::new(10, 0)), Some(Timestamp::new(95, 0))));
        assert_eq!(replay.progress(), Some(1.0));
    }

    #[test]
    fn the_speed_can_be_changed_under_way() {
        let (clock, remote) = (Slept::default(), Remote::new(0.0));
        let mut replay = Replay::with_clock(capture_at(&[10.0, 50.0, 90.0]), remote.clone(), Box::new(clock.clone()));
        assert_eq!(numbers(&mut replay, 1), [1, 2, 3]);
        assert!(clock.now() < 0.01);
        remote.play_at(f64::NAN);
        assert!(remote.speed().abs() < 1e-9);
    }
}
