//! What changes: (model, message) → (model, effect). Pure: no clock, no terminal, no thread.

use std::sync::Arc;
use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::home::own::Own;
use crate::home::snapshot::Snapshot;
use crate::tui::keymap::Lookup;
use crate::tui::keys::{Action, Chord};
use crate::tui::model::{Detail, Line, Mark, Mode, Model, Pace, Patience, Privacy, Reach, Replay, Screen, Stream, Typing, Values};
use crate::tui::picture::Picture;
use crate::tui::steps::{self, back, go, move_by, open, pin, settle, turn_pane};
use crate::tui::{clip, menu, mouse, owned, typing, veil, words};
use crate::wire::Timestamp;

/// How long values are shown.
const SHOWN: Duration = Duration::from_secs(30);
/// Moments that can be marked.
const MARKS: usize = 200;
/// Speeds of a replay, 0 for as fast as it goes.
const SPEEDS: [f64; 11] = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 1_000.0, 10_000.0, 0.0];
/// Memory is told in steps of so many bytes, so that the picture is not drawn for less.
const MEMORY_STEP: u64 = 1 << 20;

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A newer snapshot came, so long after the start.
    Looked(Arc<Snapshot>, Duration),
    /// Time passed: so long after the start, and bytes that the process takes.
    Ticked(Duration, Option<u64>),
    /// A minute passed and nothing was seen.
    Waited,
    /// A key was pressed.
    Key(KeyEvent),
    /// A place was clicked: column and row.
    Clicked(u16, u16),
    /// The wheel was turned over a place: column, row, and whether downwards.
    Wheeled(u16, u16, bool),
    /// The terminal has another size.
    Resized,
    /// A picture was drawn.
    Drawn(Picture),
    /// What came of a job.
    Told(String),
    /// What the user says of a device is kept.
    Kept {
        /// Which device.
        id: String,
        /// What they say of it.
        own: Own,
        /// Whether it is said now, rather than taken back.
        is_new: bool,
        /// What there is to say to that beside.
        told: Option<String>,
    },
}

/// What must be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// A new picture.
    Draw,
    /// A job, and a new picture.
    Run(Job),
    /// Leave.
    Quit,
}

/// What only the world outside can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// Stop until the shell lets it go on.
    Suspend,
    /// Put a text on the clipboard.
    Copy(String),
    /// Write a file.
    Save {
        /// Its name.
        name: String,
        /// What it holds.
        text: String,
    },
    /// Keep what is said of a device.
    Own {
        /// Which device.
        id: String,
        /// What is said of it.
        own: Own,
    },
    /// The same, which takes back what was said last.
    OwnAgain {
        /// Which device.
        id: String,
        /// What was said of it before.
        own: Own,
    },
    /// Replay at this speed.
    Speed(f64),
    /// Hold the replay, or go on.
    Hold(Pace),
    /// Go to this moment of the capture.
    Seek(Timestamp),
}

/// The next model, and what must be done.
pub fn update(mut model: Model, message: Message) -> (Model, Effect) {
    let effect = match message {
        Message::Looked(mut snapshot, elapsed) => {
            model.elapsed = elapsed;
            if !model.said.is_empty() {
                owned::apply(Arc::make_mut(&mut snapshot), &model.said);
            }
            model.stream = match model.stream {
                Stream::Following(_) => Stream::Following(snapshot),
                Stream::Paused { shown, .. } => Stream::Paused { shown, latest: snapshot },
            };
            veil_again(&mut model);
            settle(&mut model);
            Effect::Draw
        }
        Message::Ticked(elapsed, memory) => ticked(&mut model, elapsed, memory),
        Message::Waited => {
            model.patience = Patience::Tried;
            Effect::Draw
        }
        Message::Resized => Effect::Draw,
        Message::Drawn(picture) => {
            let furthest = picture.extent.furthest;
            model.picture = picture;
            model.scroll = model.scroll.min(furthest);
            if let Mode::Help(scroll) = &mut model.mode {
                *scroll = (*scroll).min(furthest);
            }
            Effect::Nothing
        }
        Message::Key(event) => pressed(&mut model, event),
        Message::Clicked(column, row) => {
            pin(&mut model);
            model.notice = None;
            mouse::clicked(&mut model, column, row)
        }
        Message::Wheeled(column, row, down) => {
            pin(&mut model);
            mouse::wheeled(&mut model, column, row, down)
        }
        Message::Told(text) => {
            model.notice = Some(text);
            Effect::Draw
        }
        Message::Kept { id, own, is_new, told } => {
            kept(&mut model, &id, &own, is_new, told);
            Effect::Draw
        }
    };
    (model, effect)
}

fn kept(model: &mut Model, id: &str, own: &Own, is_new: bool, told: Option<String>) {
    let before = owned::before(model, id);
    if is_new {
        owned::kept(model, id, own.clone());
    } else {
        owned::show(model, id, own.clone());
    }
    let said = owned::told(model, id, own, &before);
    model.notice = Some([Some(said), told].into_iter().flatten().collect::<Vec<_>>().join(" "));
    settle(model);
}

fn ticked(model: &mut Model, elapsed: Duration, memory: Option<u64>) -> Effect {
    let is_shown = model.shows_values();
    model.elapsed = elapsed;
    let step = |bytes: Option<u64>| bytes.map(|bytes| bytes / MEMORY_STEP);
    let is_other = step(model.memory) != step(memory);
    model.memory = memory;
    // While values are shown the seconds that are left are told.
    if is_shown || (is_other && model.screen == Screen::Health) {
        if is_shown && !model.shows_values() {
            model.values = Values::Hidden;
        }
        Effect::Draw
    } else {
        Effect::Nothing
    }
}

fn pressed(model: &mut Model, event: KeyEvent) -> Effect {
    if event.kind == KeyEventKind::Release {
        return Effect::Nothing;
    }
    let Some(chord) = Chord::of(event) else { return Effect::Nothing };
    pin(model);
    model.notice = None;
    match model.settings.keys.find(chord, model.here()) {
        Lookup::Act(action) => act(model, action),
        Lookup::NotHere(why) => {
            model.notice = Some(why.to_owned());
            Effect::Draw
        }
        Lookup::Unknown => {
            match (&model.mode, chord) {
                (Mode::Typing(_), Chord::Key(KeyCode::Char(c))) => typing::letter(model, c),
                (Mode::Menu(..), Chord::Key(KeyCode::Char(c))) => {
                    if let Some(row) = c.to_digit(10).and_then(|digit| (digit as usize).checked_sub(1)) {
                        return menu::choose(model, row);
                    }
                }
                _ => {}
            }
            Effect::Draw
        }
    }
}

/// Does what a key asks for.
pub fn act(model: &mut Model, action: Action) -> Effect {
    match action {
        Action::Quit => return Effect::Quit,
        Action::Move(step) => move_by(model, step),
        Action::NextPane => turn_pane(model, 1),
        Action::PreviousPane => turn_pane(model, -1),
        Action::Go(screen) => {
            model.trail.clear();
            go(model, screen);
        }
        Action::Open => open(model),
        Action::Back => back(model),
        Action::Pause => pause(model),
        Action::Filter => typing::open_filter(model),
        Action::Find => typing::open_find(model),
        Action::Next => steps::next(model, true),
        Action::Previous => steps::next(model, false),
        Action::Sort => steps::sort(model),
        Action::Expand => expand(model),
        Action::Expert => {
            model.detail = match model.detail {
                Detail::Plain => Detail::Expert,
                Detail::Expert => Detail::Plain,
            };
            model.scroll = 0;
        }
        Action::Mark => mark(model),
        Action::Trust => return owned::trust(model),
        Action::Name => owned::open_name(model),
        Action::Mute => menu::open_mute(model),
        Action::Mutes => menu::open_mutes(model),
        Action::Undo => {
            if model.screen != Screen::Timeline
                && let Some(effect) = owned::take_back(model)
            {
                return effect;
            }
            undo(model);
        }
        Action::Export => menu::open_export(model),
        Action::Copy => return clip::copy(model),
        Action::Show => show(model),
        Action::Privacy => privacy(model),
        Action::World => model.mode = if model.mode == Mode::World { Mode::Browsing } else { Mode::World },
        Action::Colors => {
            model.settings.theme = model.settings.theme.next();
            model.notice = Some(format!("Colours: {}.", model.settings.theme.palette.word()));
        }
        Action::Slower => return speed(model, false),
        Action::Faster => return speed(model, true),
        Action::Hold => return hold(model),
        Action::Rewind => return seek(model, false),
        Action::Forward => return seek(model, true),
        Action::Help => model.mode = if matches!(model.mode, Mode::Help(_)) { Mode::Browsing } else { Mode::Help(0) },
        Action::Accept => match model.mode {
            Mode::Menu(_, row) => return menu::choose(model, row),
            Mode::Typing(Typing { line: Line::Name, .. }) => return owned::accept_name(model),
            _ => typing::accept(model),
        },
        Action::Erase => typing::erase(model),
        Action::Complete => typing::complete(model),
        Action::Suspend => return Effect::Run(Job::Suspend),
    }
    Effect::Draw
}

fn pause(model: &mut Model) {
    model.stream = match model.stream.clone() {
        Stream::Following(shown) => Stream::Paused { latest: Arc::clone(&shown), shown },
        Stream::Paused { latest, .. } => Stream::Following(latest),
    };
    veil_again(model);
    settle(model);
}

fn expand(model: &mut Model) {
    if model.screen == Screen::Timeline {
        model.reach = match model.reach {
            Reach::Whole => Reach::Recent,
            Reach::Recent => Reach::Whole,
        };
        return;
    }
    steps::expand(model);
}

fn mark(model: &mut Model) {
    let time = model.shown().now;
    if time == Timestamp::default() {
        model.notice = Some("There is no packet yet, so there is no moment to mark.".to_owned());
    } else if model.marks.len() >= MARKS {
        model.notice = Some("No more moments can be marked; u takes the last back.".to_owned());
    } else {
        model.marks.push(Mark { time });
        let when = words::clock(time, &model.settings.zone);
        let timeline = model.key(Action::Go(Screen::Timeline));
        model.notice = Some(format!("Marked {when} (number {}). The timeline ({timeline}) shows it.", model.marks.len()));
    }
}

/// Of mutes and marks what came last on this screen: marks on the timeline, else mutes.
fn undo(model: &mut Model) {
    let from_marks = model.screen == Screen::Timeline || model.mutes.is_empty();
    model.notice = Some(if from_marks && let Some(mark) = model.marks.pop() {
        format!("The mark at {} is gone.", words::clock(mark.time, &model.settings.zone))
    } else if let Some(mute) = model.mutes.pop() {
        settle(model);
        format!("Heard again: {}.", mute.label)
    } else {
        "There is nothing to take back: nothing was named, muted or marked.".to_owned()
    });
}

fn show(model: &mut Model) {
    if !model.settings.reveals {
        model.notice = Some("Values were masked as they were read, so there is nothing to show. Start with --reveal to be able to see them.".to_owned());
    } else if model.shows_values() {
        model.values = Values::Hidden;
    } else if matches!(model.privacy, Privacy::Veiled(_)) {
        model.notice = Some("The privacy screen is on; p takes it off.".to_owned());
    } else {
        model.values = Values::ShownUntil(model.elapsed.saturating_add(SHOWN));
    }
}

fn privacy(model: &mut Model) {
    model.privacy = match model.privacy {
        Privacy::Open => Privacy::Veiled(Arc::new(veil::veil(model.held()))),
        Privacy::Veiled(_) => Privacy::Open,
    };
    model.values = Values::Hidden;
}

fn veil_again(model: &mut Model) {
    if matches!(model.privacy, Privacy::Veiled(_)) {
        model.privacy = Privacy::Veiled(Arc::new(veil::veil(model.held())));
    }
}

fn speed(model: &mut Model, faster: bool) -> Effect {
    let Some(replay) = model.replay else { return Effect::Draw };
    let rank = |speed: f64| if speed == 0.0 { f64::INFINITY } else { speed };
    let next = if faster {
        SPEEDS.into_iter().find(|speed| rank(*speed) > rank(replay.speed))
    } else {
        SPEEDS.into_iter().rev().find(|speed| rank(*speed) < rank(replay.speed))
    };
    let speed = next.unwrap_or(replay.speed);
    model.replay = Some(Replay { speed, ..replay });
    model.notice = Some(format!("Replay: {}.", words::speed(speed)));
    Effect::Run(Job::Speed(speed))
}

fn hold(model: &mut Model) -> Effect {
    let Some(replay) = model.replay else { return Effect::Draw };
    let pace = match replay.pace {
        Pace::Running => Pace::Held,
        Pace::Held => Pace::Running,
    };
    model.replay = Some(Replay { pace, ..replay });
    Effect::Run(Job::Hold(pace))
}

/// A twentieth of the capture further, or back; at least five seconds.
fn seek(model: &mut Model, on: bool) -> Effect {
    let snapshot = model.held();
    let Some(first) = snapshot.report.first.filter(|_| model.replay.is_some()) else { return Effect::Draw };
    let so_far = snapshot.coverage.seconds;
    let all = snapshot.live.progress.filter(|progress| *progress > 0.01).map_or(so_far, |progress| so_far / f64::from(progress));
    let step = ((all / 20.0).clamp(5.0, 86_400.0) * 1e9) as i64;
    let now = snapshot.now;
    let target = Timestamp(if on { now.0.saturating_add(step) } else { now.0.saturating_sub(step).max(first.0) });
    model.notice = Some(format!("{} to {}…", if on { "On" } else { "Back" }, words::clock(target, &model.settings.zone)));
    Effect::Run(Job::Seek(target))
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;

    use super::*;
    use crate::tui::model::{Order, Pane};
    use crate::tui::picture::Extent;
    use crate::tui::{fixture, rows};

    fn press(mut model: Model, keys: &[KeyCode]) -> (Model, Effect) {
        let mut effect = Effect::Nothing;
        for code in keys {
            (model, effect) = update(model, Message::Key(KeyEvent::new(*code, KeyModifiers::NONE)));
        }
        (model, effect)
    }

    fn typed(model: Model, keys: &str) -> Model {
        press(model, &keys.chars().map(KeyCode::Char).collect::<Vec<_>>()).0
    }

    fn home() -> Model {
        fixture::model(fixture::home())
    }

    fn looked(model: Model, snapshot: Snapshot) -> Model {
        update(model, Message::Looked(Arc::new(snapshot), Duration::from_secs(1))).0
    }

    fn drawn(page: usize, furthest: usize) -> Picture {
        Picture { extent: Extent { page, furthest }, hits: Vec::new() }
    }

    fn device(model: &Model) -> String {
        rows::chosen_device(model).unwrap().title()
    }

    #[test]
    fn the_cursor_stays_on_its_device_when_rows_move() {
        let model = typed(home(), "j");
        assert_eq!(device(&model), "Doorbell cam (Camera Works)");
        let mut snapshot = fixture::home();
        for finding in &mut snapshot.findings {
            finding.device.id = snapshot.devices[1].id.clone();
        }
        let model = looked(model, snapshot);
        assert_eq!(rows::devices(&model)[0].device.title(), "Toy bear (KidCo)", "nothing jumps");
        assert_eq!(device(&model), "Doorbell cam (Camera Works)");
        let mut snapshot = fixture::home();
        snapshot.devices.remove(1);
        assert_eq!(device(&looked(model, snapshot)), "Robot vacuum", "what is gone leaves its row");
    }

    #[test]
    fn before_the_first_key_the_worst_is_shown_and_after_it_nothing_moves_away() {
        let mut snapshot = fixture::home();
        snapshot.findings.remove(0);
        let (untouched, touched) = (fixture::model(snapshot.clone()), typed(fixture::model(snapshot), "?"));
        let chosen = |model: &Model| rows::chosen_finding(model).unwrap().id.clone();
        assert_eq!(chosen(&looked(untouched, fixture::home())), "PT-03-1");
        assert_eq!(chosen(&looked(touched, fixture::home())), "PT-05-1");
    }

    #[test]
    fn movement_stays_within_the_list() {
        let model = typed(home(), "kkk");
        assert_eq!(device(&model), "Toy bear (KidCo)");
        let model = typed(model, "G");
        assert_eq!(device(&model), "Device 192.0.2.6");
        let model = typed(model, "jjjg");
        assert_eq!(device(&model), "Toy bear (KidCo)");
        let empty = fixture::model(fixture::waiting());
        for screen in "123456".chars() {
            let model = typed(empty.clone(), &format!("{screen}jkgGnNororxmMubeypsw<>+-zcfn"));
            let _ = press(model, &[KeyCode::Enter, KeyCode::PageDown, KeyCode::Esc]);
        }
    }

    #[test]
    fn half_a_page_is_as_long_as_the_last_picture_said() {
        let (model, _) = update(home(), Message::Drawn(drawn(6, 5)));
        let (model, _) = press(model, &[KeyCode::PageDown]);
        assert_eq!(device(&model), "Living-room TV", "three rows down");
    }

    #[test]
    fn a_text_pane_is_scrolled_no_further_than_its_end() {
        let (model, _) = press(home(), &[KeyCode::Tab, KeyCode::Tab]);
        assert_eq!(model.focus, Pane::Explain);
        let (model, _) = update(model, Message::Drawn(drawn(10, 3)));
        let model = typed(model, "jjjjjjj");
        assert_eq!(model.scroll, 3);
        let (model, _) = update(model, Message::Drawn(drawn(12, 1)));
        assert_eq!(model.scroll, 1, "a larger window leaves less to scroll");
        assert_eq!(press(model, &[KeyCode::Tab]).0.scroll, 0, "another pane begins at its top");
    }

    #[test]
    fn enter_goes_down_to_the_evidence_and_esc_comes_back() {
        let (model, _) = press(home(), &[KeyCode::Enter, KeyCode::Down, KeyCode::Enter]);
        assert_eq!(model.screen, Screen::Evidence);
        assert_eq!(rows::chosen_finding(&model).unwrap().id, "PT-05-1", "the finding came along");
        let (model, _) = press(model, &[KeyCode::Esc]);
        assert_eq!((model.screen, model.focus), (Screen::Devices, Pane::DeviceFindings));
        let (model, _) = press(model, &[KeyCode::Esc]);
        assert_eq!(model.focus, Pane::Devices);
    }

    #[test]
    fn a_finding_that_a_filter_hides_is_still_taken_along() {
        let mut model = typed(home(), "2/vacuum");
        (model, _) = press(model, &[KeyCode::Enter]);
        let model = typed(model, "15");
        assert_eq!(rows::chosen_finding(&model).unwrap().id, "PT-03-1");
    }

    #[test]
    fn next_finding_walks_on_the_evidence_screen() {
        let model = typed(home(), "5n");
        assert_eq!(rows::chosen_finding(&model).unwrap().id, "PT-05-1");
        assert_eq!(rows::chosen_finding(&typed(model, "NNN")).unwrap().id, "PT-03-1");
    }

    #[test]
    fn an_endpoint_opens_its_findings() {
        let model = typed(home(), "3j");
        assert_eq!(rows::chosen_endpoint(&model).map(|endpoint| endpoint.port), Some(80));
        let (model, _) = press(model, &[KeyCode::Enter]);
        assert_eq!((model.screen, rows::findings(&model).len()), (Screen::Findings, 2));
        let (model, _) = press(model, &[KeyCode::Esc, KeyCode::Esc]);
        assert_eq!((model.screen, model.findings.filter.as_str()), (Screen::Endpoints, ""));
    }

    #[test]
    fn a_pause_holds_the_picture_and_counts_what_waits() {
        let model = typed(home(), " ");
        assert_eq!(rows::waiting(&model), Some((0, 0)));
        let mut later = fixture::home();
        later.coverage.packets += 1_204;
        later.devices.clear();
        let model = looked(model, later);
        assert_eq!(rows::waiting(&model), Some((1_204, 0)));
        assert_eq!(model.shown().devices.len(), 6, "the picture is held");
        let model = typed(model, " ");
        assert_eq!((rows::waiting(&model), model.shown().devices.len()), (None, 0));
    }

    #[test]
    fn a_filter_is_typed_kept_and_taken_back() {
        let model = typed(home(), "/qbear");
        assert_eq!(model.devices.filter, "qbear", "q is a letter here");
        let (model, _) = press(model, &[KeyCode::Backspace, KeyCode::Esc]);
        assert_eq!((model.devices.filter.as_str(), &model.mode), ("", &Mode::Browsing));
        let (model, _) = press(typed(model, "/bear"), &[KeyCode::Enter]);
        assert_eq!(rows::devices(&model).len(), 1);
        let (model, effect) = press(model, &[KeyCode::Esc]);
        assert_eq!((rows::devices(&model).len(), effect), (6, Effect::Draw));
        let model = typed(model, &format!("/{}", "x".repeat(500)));
        assert_eq!(model.devices.filter.len(), typing::LIMIT);
    }

    #[test]
    fn quit_quits_and_other_keys_do_not() {
        assert_eq!(press(home(), &[KeyCode::Char('q')]).1, Effect::Quit);
        let ctrl_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(update(typed(home(), "/ab"), Message::Key(ctrl_c)).1, Effect::Quit);
        assert_eq!(press(home(), &[KeyCode::Esc]).1, Effect::Draw);
        let mut release = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(update(home(), Message::Key(release)).1, Effect::Nothing);
    }

    #[test]
    fn a_key_without_use_here_says_why_until_the_next_key() {
        let model = typed(home(), "6o");
        assert!(model.notice.as_ref().is_some_and(|why| why.contains("sort")));
        assert!(typed(model, "j").notice.is_none());
    }

    #[test]
    fn each_list_is_sorted_in_a_circle() {
        for (screen, orders) in [("1", 4), ("2", 4), ("3", 3)] {
            let model = typed(home(), screen);
            let pane = model.main_list().unwrap();
            let sorted = typed(model.clone(), "o");
            assert_ne!(sorted.listing(pane).unwrap().order, Order::Natural);
            assert_eq!(typed(model, &"o".repeat(orders)).listing(pane).unwrap().order, Order::Natural);
        }
    }

    #[test]
    fn panes_go_round_both_ways() {
        for screen in Screen::ALL {
            let mut model = home();
            go(&mut model, screen);
            let start = model.focus;
            let (there, _) = press(model.clone(), &vec![KeyCode::Tab; screen.panes().len()]);
            assert_eq!(there.focus, start);
            let (back, _) = press(model, &[KeyCode::Tab, KeyCode::BackTab]);
            assert_eq!(back.focus, start);
        }
    }

    fn last_effect(model: Model, keys: &str) -> (Model, Effect) {
        press(model, &keys.chars().map(KeyCode::Char).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_muted_can_be_heard_again() {
        let (model, _) = press(typed(home(), "2mjj"), &[KeyCode::Enter]);
        assert_eq!((rows::muted(&model), rows::findings(&model).len()), (3, 3), "all of the device");
        assert!(model.notice.as_ref().is_some_and(|said| said.contains("Toy bear") && said.contains("3 findings")));
        assert_eq!(rows::muted(&typed(model.clone(), "u")), 0);
        let (listed, _) = press(typed(model.clone(), "M"), &[KeyCode::Enter]);
        assert_eq!(rows::muted(&listed), 0, "the list hears it again");
        let model = typed(model, "m1");
        assert_eq!(rows::muted(&model), 4, "a digit chooses");
        assert!(typed(typed(model, "uu"), "u").notice.is_some_and(|said| said.contains("nothing")));
    }

    #[test]
    fn a_moment_is_marked_and_taken_back() {
        let model = typed(home(), "bb4");
        assert_eq!(model.marks.len(), 2);
        assert_eq!(typed(model, "u").marks.len(), 1);
        assert!(typed(fixture::model(fixture::waiting()), "b").marks.is_empty(), "no packet, no moment");
        assert!(typed(home(), &"b".repeat(500)).marks.len() <= MARKS);
    }

    #[test]
    fn values_are_shown_for_half_a_minute_and_only_where_they_were_kept() {
        assert!(!typed(home(), "s").shows_values());
        let mut model = home();
        model.settings.reveals = true;
        assert!(!model.shows_values(), "hidden at first");
        let model = typed(model, "s");
        assert!(model.shows_values());
        let (model, effect) = update(model, Message::Ticked(Duration::from_secs(29), None));
        assert!(model.shows_values() && effect == Effect::Draw);
        assert!(!typed(model.clone(), "p").shows_values(), "never on the privacy screen");
        let (model, effect) = update(model, Message::Ticked(Duration::from_secs(31), None));
        assert!(!model.shows_values() && effect == Effect::Draw);
        assert_eq!(update(model, Message::Ticked(Duration::from_secs(32), None)).1, Effect::Nothing);
    }

    #[test]
    fn a_replay_is_steered_and_what_is_live_is_not() {
        assert!(matches!(last_effect(home(), "+").1, Effect::Draw));
        let mut model = fixture::model(fixture::file(0.5));
        model.replay = Some(Replay { speed: 10.0, pace: Pace::Running });
        assert_eq!(last_effect(model.clone(), "+").1, Effect::Run(Job::Speed(30.0)));
        assert_eq!(last_effect(model.clone(), "-").1, Effect::Run(Job::Speed(5.0)));
        assert_eq!(last_effect(model.clone(), &"+".repeat(20)).1, Effect::Run(Job::Speed(0.0)));
        assert_eq!(last_effect(model.clone(), &"-".repeat(20)).1, Effect::Run(Job::Speed(0.1)));
        assert_eq!(last_effect(model.clone(), "z").1, Effect::Run(Job::Hold(Pace::Held)));
        assert_eq!(last_effect(model.clone(), "zz").1, Effect::Run(Job::Hold(Pace::Running)));
        let now = model.shown().now;
        let Effect::Run(Job::Seek(later)) = last_effect(model.clone(), ">").1 else { panic!() };
        let Effect::Run(Job::Seek(earlier)) = last_effect(model, "<").1 else { panic!() };
        assert!((later.seconds_since(now) - 87.2).abs() < 0.1 && (now.seconds_since(earlier) - 87.2).abs() < 0.1, "a twentieth of what there is");
    }

    #[test]
    fn an_export_is_written_and_a_row_copied() {
        let (_, effect) = press(typed(home(), "2e"), &[KeyCode::Down, KeyCode::Enter]);
        let Effect::Run(Job::Save { name, text }) = effect else { panic!("{effect:?}") };
        assert!(name.rsplit_once('.').is_some_and(|(_, ending)| ending == "jsonl") && text.lines().count() == 6);
        let Effect::Run(Job::Copy(text)) = last_effect(home(), "2y").1 else { panic!() };
        assert!(text.contains("Location sent") && text.contains("frame.number == 18204") && !text.contains('\n'));
        assert_eq!(update(home(), Message::Told("Written: x".to_owned())).0.notice.as_deref(), Some("Written: x"));
    }

    #[test]
    fn words_are_completed_in_a_circle() {
        let (model, _) = press(typed(home(), "2/lev"), &[KeyCode::Tab]);
        assert_eq!(model.findings.filter, "level:");
        let (model, _) = press(model, &[KeyCode::Tab]);
        assert_eq!(model.findings.filter, "level:", "the only one");
        let (model, _) = press(typed(home(), "2/level:"), &[KeyCode::Tab]);
        assert_eq!(model.findings.filter, "level:NOTICE ");
        let (model, _) = press(model, &[KeyCode::Tab, KeyCode::Tab, KeyCode::Tab, KeyCode::Tab]);
        assert_eq!((model.findings.filter.as_str(), rows::findings(&model).len()), ("level:SERIOUS ", 2));
    }

    #[test]
    fn what_is_searched_is_walked_through() {
        let (model, _) = press(typed(home(), "fo"), &[KeyCode::Enter]);
        let found = rows::matches(&model, Pane::Devices).len();
        assert!(found > 1, "{found}");
        let start = device(&model);
        let around = typed(model.clone(), &"n".repeat(found));
        assert_eq!(device(&around), start, "once around");
        assert_eq!(device(&typed(model.clone(), "nN")), start);
        assert_eq!(rows::devices(&model).len(), 6, "all rows stay");
        assert!(press(model, &[KeyCode::Esc]).0.find.is_empty());
    }

    #[test]
    fn new_rows_stand_below_until_they_are_sorted_in() {
        let model = typed(home(), "2jj");
        let mut later = fixture::home();
        let mut fresh = later.findings[0].clone();
        (fresh.id, fresh.title) = ("fresh".to_owned(), "Something new".to_owned());
        later.findings.insert(0, fresh);
        let before: Vec<String> = rows::findings(&model).iter().map(rows::FindingRow::id).collect();
        let model = looked(model, later);
        let after: Vec<String> = rows::findings(&model).iter().map(rows::FindingRow::id).collect();
        assert_eq!((&after[..before.len()], model.findings.later), (&before[..], 1));
        let model = typed(model, "o");
        assert_eq!((rows::findings(&model)[0].finding.id.as_str(), model.findings.later, model.findings.order), ("fresh", 0, Order::Natural));
    }

    #[test]
    fn the_mouse_chooses_and_opens() {
        use crate::tui::picture::{Hit, Target};
        use ratatui::layout::Rect;
        let hit = |y, height, target| Hit { area: Rect { x: 0, y, width: 50, height }, target };
        let hits = vec![hit(0, 1, Target::Screen(Screen::Health)), hit(3, 8, Target::Pane(Pane::Devices)), hit(4, 6, Target::Rows(Pane::Devices, 0))];
        let (model, _) = update(home(), Message::Drawn(Picture { extent: Extent::default(), hits }));
        let click = |model: &Model, row| update(model.clone(), Message::Clicked(5, row)).0;
        assert_eq!(click(&model, 0).screen, Screen::Health);
        let chosen = click(&model, 6);
        assert_eq!(device(&chosen), "Robot vacuum");
        assert_eq!(click(&chosen, 6).focus, Pane::DeviceFindings, "what is chosen is opened");
        assert_eq!(update(model.clone(), Message::Clicked(5, 40)).1, Effect::Nothing);
        let (rolled, _) = update(model, Message::Wheeled(5, 5, true));
        assert_eq!(device(&rolled), "Living-room TV");
    }

    #[test]
    fn the_privacy_screen_holds_also_when_something_new_comes() {
        let model = looked(typed(home(), "p"), fixture::home());
        assert_eq!(device(&model), "Toy 1");
        assert_eq!(device(&typed(model, "p")), "Toy bear (KidCo)");
    }
}
