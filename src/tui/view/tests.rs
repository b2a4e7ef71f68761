//! The pictures, as text: each screen and state at the sizes that matter, with how it looks in every theme ([`crate::tui::portrait`]).

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use ratatui::{TerminalOptions, Viewport};

use super::draw;
use crate::event::{DeviceKind, NameSource};
use crate::home::snapshot::{Cap, KnownName, LiveState, Snapshot, Unread};
use crate::tui::fixture::{self, THEME};
use crate::tui::model::{Model, Pace, Patience, Replay, Screen};
use crate::tui::portrait::{self, SIZES, lines};
use crate::tui::theme::{Depth, Glyphs, Palette, Theme};
use crate::tui::update::{Message, update};

fn buffer(model: &Model, size: (u16, u16)) -> Buffer {
    portrait::buffer(size, |frame| _ = draw(frame, model))
}

fn picture(model: &Model, size: (u16, u16)) -> String {
    lines(&buffer(model, size)).join("\n")
}

fn press(mut model: Model, keys: &str) -> Model {
    for c in keys.chars() {
        let code = match c {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            '\u{1b}' => KeyCode::Esc,
            c => KeyCode::Char(c),
        };
        (model, _) = update(model, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
    model
}

fn on(screen: Screen) -> Model {
    let mut model = fixture::model(fixture::home());
    model.screen = screen;
    model.focus = screen.first_pane();
    model
}

/// Every screen and every state at four sizes, with how it looks in every theme.
#[test]
fn every_screen_and_state_has_its_words_and_looks() {
    let screens = Screen::ALL.map(|screen| (format!("screen_{}", screen.name().0.to_lowercase()), on(screen)));
    for (name, model) in screens.into_iter().chain(states().into_iter().map(|(name, model)| (format!("state_{name}"), model))) {
        let portrait = portrait::portrait(&SIZES, |palette, frame| {
            let mut model = model.clone();
            model.settings.theme = Theme { palette, ..THEME };
            draw(frame, &model);
        });
        insta::assert_snapshot!(name, portrait);
    }
    insta::assert_snapshot!("state_too_small", picture(&fixture::model(fixture::home()), (52, 12)));
    insta::assert_snapshot!("state_tiny", picture(&fixture::model(fixture::home()), (20, 3)));
}

/// Every state, with its name.
fn states() -> Vec<(&'static str, Model)> {
    let changed = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = fixture::home();
        change(&mut snapshot);
        fixture::model(snapshot)
    };
    let mut tried = fixture::model(fixture::waiting());
    tried.patience = Patience::Tried;
    let mut paused = press(fixture::model(fixture::home()), " ");
    let mut later = fixture::home();
    later.coverage.packets += 1_204;
    for number in 0..3 {
        let mut finding = later.findings[0].clone();
        finding.id = format!("new-{number}");
        later.findings.push(finding);
    }
    (paused, _) = update(paused, Message::Looked(Arc::new(later), std::time::Duration::from_secs(9)));
    let mut reading = fixture::model(fixture::file(0.63));
    reading.elapsed = std::time::Duration::from_secs(10);
    let mut pipe = fixture::waiting();
    (pipe.live.source, pipe.live.is_live) = ("standard input".to_owned(), false);
    let mut opening = fixture::waiting();
    (opening.live.source, opening.live.is_live) = ("captures/toy.pcap".to_owned(), false);
    let mut nothing = fixture::file(1.0);
    nothing.findings.clear();
    vec![
        ("waiting", fixture::model(fixture::waiting())),
        ("waiting_file", fixture::model(opening)),
        ("waiting_pipe", fixture::model(pipe)),
        ("empty", tried),
        ("paused", paused),
        ("dropped", changed(&|snapshot| snapshot.live.dropped.kernel = 412)),
        (
            "limit",
            changed(&|snapshot| {
                snapshot.coverage.limits = vec!["Memory limit reached: 1,912 old connections were closed early. Findings may be missing.".to_owned()];
            }),
        ),
        ("down", changed(&|snapshot| snapshot.live.state = LiveState::Down)),
        ("down_at_first", {
            let mut down = fixture::waiting();
            down.live.state = LiveState::Down;
            fixture::model(down)
        }),
        ("stopped", changed(&|snapshot| snapshot.live.state = LiveState::Stopped("eth1 was removed".to_owned()))),
        ("reading_file", reading),
        ("done", fixture::model(fixture::file(1.0))),
        (
            "cut_off",
            changed(&|snapshot| {
                *snapshot = fixture::file(1.0);
                snapshot.report.damaged_at = Some(1_204_224);
                snapshot.report.damage = Some("The last packet ends early.".to_owned());
            }),
        ),
        ("nothing_found", fixture::model(nothing)),
        ("filter_typed", press(fixture::model(fixture::home()), "/bear")),
        ("filter_kept", press(fixture::model(fixture::home()), "2/!toy\n")),
        ("filter_hides_all", press(fixture::model(fixture::home()), "/zzz\n")),
        ("not_here", press(fixture::model(fixture::home()), "6/")),
        ("help", press(fixture::model(fixture::home()), "?")),
        ("findings_of_device", press(fixture::model(fixture::home()), "\n")),
        ("explained", press(fixture::model(fixture::home()), "\t\t")),
        ("evidence_beside", press(fixture::model(fixture::home()), "\t\t\t")),
        ("endpoint_details", press(fixture::model(fixture::home()), "3jj\t")),
        ("moments", press(fixture::model(fixture::home()), "4\t")),
        ("packets", press(fixture::model(fixture::home()), "5\t")),
        ("packets_of_file", press(fixture::model(fixture::file(1.0)), "5\t")),
        ("missing", press(fixture::model(fixture::home()), "6\t")),
        ("all_is_well", changed(&|snapshot| snapshot.findings.retain(|finding| finding.severity < crate::finding::Severity::Medium))),
        ("expert", press(fixture::model(fixture::home()), "2r\t")),
        ("sorted", press(fixture::model(fixture::home()), "oo")),
        ("muted", press(fixture::model(fixture::home()), "2mjj\n")),
        ("mute_menu", press(fixture::model(fixture::home()), "2m")),
        ("mutes", press(fixture::model(fixture::home()), "2mjj\nM")),
        ("export_menu", press(fixture::model(fixture::home()), "3e")),
        ("group_closed", press(fixture::model(grouped()), "2")),
        ("group_open", press(fixture::model(grouped()), "2jjjjx")),
        ("later", later_ones()),
        ("marked", press(fixture::model(fixture::home()), "b4")),
        ("recent", press(fixture::model(fixture::home()), "4x")),
        ("completed", press(fixture::model(fixture::home()), "2/level:\t")),
        ("filter_words", press(fixture::model(fixture::home()), "/")),
        ("searched", press(fixture::model(fixture::home()), "fcam\n")),
        ("private", press(fixture::model(fixture::home()), "p")),
        ("private_evidence", press(fixture::model(fixture::home()), "p5")),
        ("values_hidden", revealed("5")),
        ("values_shown", revealed("5s")),
        ("values_not_kept", press(fixture::model(fixture::home()), "5s")),
        ("replay", replayed("")),
        ("replay_faster", replayed("+")),
        ("replay_held", replayed("z")),
        ("map", press(fixture::model(fixture::home()), "3w")),
        ("only_announcements", only_announcements()),
    ]
}

/// A home in which one kind of finding has several other ends.
fn grouped() -> Snapshot {
    let mut home = fixture::home();
    for number in 0..3 {
        let mut other = home.findings[4].clone();
        other.id = format!("other-{number}");
        if let Some(endpoint) = &mut other.endpoint {
            endpoint.name = Some(format!("ads{number}.adnet.example"));
        }
        home.findings.push(other);
    }
    home
}

/// Something was found after someone began to move.
fn later_ones() -> Model {
    let model = press(fixture::model(fixture::home()), "2j");
    let mut home = fixture::home();
    let mut fresh = home.findings[0].clone();
    (fresh.id, fresh.code, fresh.title) = ("fresh".to_owned(), "LK-06", "A serial number sent without encryption".to_owned());
    home.findings.insert(0, fresh);
    update(model, Message::Looked(Arc::new(home), std::time::Duration::from_secs(9))).0
}

/// A home whose values were kept as they were sent.
fn revealed(keys: &str) -> Model {
    let mut home = fixture::home();
    home.findings[0].values[0].shown = "48.8584,2.2945".to_owned();
    home.findings[0].evidence[0].excerpt = "lat,lng=48.8584,2.2945".to_owned();
    home.findings[0].evidence[0].length = Some(14);
    let mut model = fixture::model(home);
    model.settings.reveals = true;
    press(model, keys)
}

/// A capture that is replayed.
fn replayed(keys: &str) -> Model {
    let mut model = fixture::model(fixture::file(0.4));
    model.replay = Some(Replay { speed: 10.0, pace: Pace::Running });
    press(model, keys)
}

fn only_announcements() -> Model {
    let mut home = fixture::home();
    home.devices.retain(|device| device.grade.letter == '?');
    home.findings.clear();
    home.endpoints.clear();
    home.coverage.vantage = crate::home::snapshot::Vantage::BroadcastOnly;
    fixture::model(home)
}

/// Foreground colours of a picture, but for the terminal's own.
fn colors(buffer: &Buffer) -> Vec<Color> {
    let mut colors: Vec<Color> = Vec::new();
    for cell in &buffer.content {
        if cell.fg != Color::Reset && !colors.contains(&cell.fg) {
            colors.push(cell.fg);
        }
    }
    colors
}

#[test]
fn dark_and_light_have_no_colour_in_common() {
    for (name, model) in states().into_iter().chain(Screen::ALL.map(|screen| (screen.name().0, on(screen)))) {
        let [dark, light] = [Palette::Dark, Palette::Light].map(|palette| {
            let mut model = model.clone();
            model.settings.theme = Theme { palette, ..THEME };
            colors(&buffer(&model, (100, 30)))
        });
        let is_land = |color: &Color| *color == Color::DarkGray;
        assert!(dark.iter().all(|color| is_land(color) || !light.contains(color)), "{name}: {dark:?} {light:?}");
    }
}

#[test]
fn quit_is_always_visible_and_the_footer_is_never_clipped() {
    let mut models: Vec<Model> = states().into_iter().map(|state| state.1).collect();
    models.extend(Screen::ALL.map(on));
    for model in &models {
        for (width, heights) in [60, 61, 67, 79, 80, 81, 97, 109, 110, 120, 131, 200].map(|width| (width, if width % 2 == 0 { [15, 35] } else { [16, 24] })) {
            for height in heights {
                let lines = lines(&buffer(model, (width, height)));
                let footer = lines.last().unwrap();
                assert!(footer.ends_with("quit"), "{width}x{height}: {footer}");
                assert!(footer.chars().count() <= usize::from(width));
                let ends = footer.split("  ").filter(|hint| !hint.trim().is_empty()).all(|hint| hint.trim().contains(' '));
                assert!(ends, "a key without its word at {width}: {footer}");
            }
        }
        for size in [(20, 3), (59, 15), (60, 14), (1, 1), (10, 2)] {
            let text = picture(model, size);
            assert!(text.contains('q') || size.0 < 8, "{size:?}: {text}");
        }
    }
}

#[test]
fn the_head_says_source_state_and_loss_at_every_width() {
    for width in 60..=200 {
        let text = picture(&states().into_iter().find(|state| state.0 == "dropped").unwrap().1, (width, 24));
        let mut lines = text.lines();
        let (first, second) = (lines.next().unwrap(), lines.next().unwrap());
        assert!(first.contains("LIVE eth1"), "{width}: {first}");
        assert!(second.contains("lost 412 ") && second.contains("(0.2 %)"), "{width}: {second}");
    }
}

#[test]
fn nothing_is_drawn_outside_and_nothing_panics_at_any_size() {
    let models: Vec<Model> = states().into_iter().map(|state| state.1).chain(Screen::ALL.map(on)).collect();
    for (index, width) in [1, 2, 3, 7, 20, 59, 60, 61, 79, 80, 109, 110, 250].into_iter().enumerate() {
        for height in [[1, 14, 60], [2, 15, 24], [3, 16, 23]][index % 3] {
            for model in &models {
                assert_eq!(buffer(model, (width, height)).area, Rect::new(0, 0, width, height));
            }
        }
    }
}

#[test]
fn looks() {
    let with = |palette, depth| {
        let mut model = on(Screen::Findings);
        model.settings.theme = Theme { palette, depth, ..THEME };
        buffer(&model, (120, 35))
    };
    let mono = with(Palette::Mono, Depth::True);
    assert!(mono.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "no colour at all");
    assert!(mono.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)), "the chosen row is still seen");
    let dark = with(Palette::Dark, Depth::True);
    assert_eq!(lines(&mono), lines(&dark), "the words and shapes are the same");
    for rgb in [(0xd5, 0x5e, 0), (0xe6, 0x9f, 0), (0x56, 0xb4, 0xe9)] {
        assert!(dark.content.iter().any(|cell| cell.fg == Color::Rgb(rgb.0, rgb.1, rgb.2)), "{rgb:?}");
    }
    assert!(with(Palette::Light, Depth::Indexed).content.iter().all(|cell| matches!(cell.fg, Color::Reset | Color::Indexed(_))));
    assert!(with(Palette::Dark, Depth::Sixteen).content.iter().all(|cell| !matches!(cell.fg, Color::Rgb(..) | Color::Indexed(_))));
}

#[test]
fn an_ascii_terminal_gets_ascii() {
    for screen in Screen::ALL {
        let mut model = on(screen);
        model.settings.theme = Theme { glyphs: Glyphs::Ascii, ..THEME };
        let mut snapshot = model.shown().clone();
        snapshot.devices[0].names[0].name = "客厅 bear".to_owned();
        (model, _) = update(model, Message::Looked(Arc::new(snapshot), std::time::Duration::ZERO));
        let text = picture(&model, (120, 35));
        assert!(text.is_ascii(), "{text}");
        if screen == Screen::Devices {
            insta::assert_snapshot!("state_ascii", text);
        }
    }
}

#[test]
fn wide_names_do_not_shift_what_stands_right_of_them() {
    let mut snapshot = fixture::home();
    for (device, name) in snapshot.devices.iter_mut().zip(["客厅的玩具熊", "👍🏽 camera", "e\u{301}tage", "🇩🇪 TV", "ｆｕｌｌ"]) {
        device.names[0].name = name.to_owned();
    }
    let text = picture(&fixture::model(snapshot), (120, 35));
    insta::assert_snapshot!("state_wide_names", text);
}

/// What a hostile device may call itself.
const HOSTILE: &[&str] = &[
    "\x1b]0;pwned\x07",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]8;;http://evil.example\x1b\\x",
    "\x1b[2J\x1b[31mred",
    "\u{9b}2J\u{9d}0;t\u{9c}",
    "\u{7}\u{8}\0\r\n\t\u{b}\u{c}\u{7f}",
    "a\u{202e}cod.exe\u{2066}\u{2069}",
    "zero\u{200b}\u{200d}\u{feff}\u{2060}\u{ad}width",
    "\u{e0041}\u{e0042} \u{2028}\u{2029}",
    "\u{fffd}\u{fffd}",
];

/// A home in which every text is hostile.
fn hostile(text: &str) -> Snapshot {
    let mut snapshot = fixture::file(0.5);
    let text = || text.to_owned();
    snapshot.live.source = text();
    snapshot.report.path = text();
    snapshot.report.format = text();
    snapshot.report.damaged_at = Some(7);
    snapshot.report.damage = Some(text());
    snapshot.report.sha256 = Some(text());
    snapshot.coverage.limits = vec![text()];
    snapshot.coverage.unread = vec![Unread { reason: text(), packets: 1 }];
    for device in &mut snapshot.devices {
        device.names = vec![KnownName { name: text(), source: NameSource::Mdns }];
        device.vendor = Some(text());
        device.kind_reason = text();
        device.kind = DeviceKind::Toy;
        device.grade.why = text();
        device.grade.raise_by = Some(text());
        device.grade.not_seen = vec![text()];
        device.grade.caps = vec![Cap { letter: '\u{9b}', reason: text(), codes: Vec::new(), findings: Vec::new() }];
        device.summary = text();
        device.grade.letter = '\u{202e}';
        device.grade.at_best = Some('\x1b');
    }
    for endpoint in &mut snapshot.endpoints {
        endpoint.names = vec![KnownName { name: text(), source: NameSource::Dns }];
        endpoint.registrable_domain = Some(text());
        endpoint.owner = Some(text());
        endpoint.purpose = Some(text());
        endpoint.country = Some(text());
        endpoint.as_name = Some(text());
        endpoint.tracker = Some(text());
        endpoint.devices.push(text());
    }
    for finding in &mut snapshot.findings {
        finding.title = text();
        finding.story = text();
        finding.advice = text();
        if let Some(endpoint) = &mut finding.endpoint {
            endpoint.name = Some(text());
            endpoint.country = Some(text());
        }
        for value in &mut finding.values {
            value.shown = text();
            value.field = text();
            value.decode = vec![text()];
            value.sha256 = Some(text());
        }
        for evidence in &mut finding.evidence {
            evidence.excerpt = text();
        }
    }
    snapshot
}

/// The bytes that a terminal is sent.
fn sent(model: &Model) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 120, 35)) };
    let mut terminal = Terminal::with_options(CrosstermBackend::new(&mut bytes), options).unwrap();
    terminal.draw(|frame| _ = draw(frame, model)).unwrap();
    drop(terminal);
    bytes
}

/// Asserts that a text holds nothing that steers a terminal but `ESC [ digits and ; then one of m, H, or the cursor's h and l`.
fn assert_harmless(bytes: &[u8], what: &str) {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            assert_eq!(chars.next(), Some('['), "{what}: an escape that is not ours");
            let last = chars.find(|c| !matches!(c, '0'..='9' | ';' | '?')).unwrap();
            assert!(matches!(last, 'm' | 'H' | 'h' | 'l'), "{what}: ESC [ … {last}");
            continue;
        }
        assert!(crate::tui::sanitize::is_harmless(c.encode_utf8(&mut [0; 4])), "{what}: {c:?} reached the terminal");
    }
}

#[test]
fn no_hostile_text_steers_the_terminal() {
    let long = "\u{1b}]0;".repeat(16_384);
    for text in HOSTILE.iter().copied().chain([long.as_str()]) {
        let mut model = fixture::model(hostile(text));
        model.settings.title = text.to_owned();
        for keys in [
            "",
            "1\t",
            "1\t\tr",
            "1\t\t\t",
            "2",
            "2r\t",
            "3",
            "3\t",
            "4",
            "4\t",
            "5",
            "5\t",
            "6",
            "6\t",
            "m",
            "mj\n",
            "M",
            "e",
            "p",
            "p2",
            "w",
            "3w",
            "b4",
            "/de\t\t",
            "fx",
            "?",
            "/\u{202e}\u{9b}x",
            "/x\u{200b}\n",
        ] {
            let model = press(model.clone(), keys);
            let bytes = sent(&model);
            assert_harmless(&bytes, &format!("{text:?} after {keys:?}"));
            assert!(bytes.len() < 100_000, "a picture is bounded");
        }
    }
    assert!(picture(&fixture::model(hostile("\x1b]0;pwned\x07")), (120, 35)).contains("\\x1b]0;pwned\\x07"), "it is shown");
    assert!(picture(&fixture::model(hostile("a\u{202e}b")), (120, 35)).contains("a‹U+202E›b"), "it is shown");
}
