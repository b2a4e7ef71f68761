//! Bytes → what they are, and what personal values they hold.
//!
//! [`scan()`] takes readable bytes apart ([`unwrap`]) and asks every [`Scanner`] in [`SCANNERS`] about each piece. What a key says comes before what a
//! value looks like ([`keys`]). [`classify`] tells text, plain binary and noise apart where nobody knows the protocol. Nothing here knows
//! flows, devices or findings.

pub mod addresses;
pub mod classify;
pub mod contract;
mod find;
pub mod keys;
pub mod kinds;
pub mod scan;
pub mod shape;
pub mod show;
mod starts;
mod together;
pub mod unwrap;
pub mod words;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::hash::BuildHasher;

use contract::{Context, Found, Hit, Scanner, Text};
use find::are_all;
use foldhash::fast::FixedState;
use kinds::Kinds;
pub use show::{excerpt, mask_text, printable};
use together::{Marks, Member, WholeCell};
use unwrap::{Piece, SHORTEST};
use words::{Known, Match};

use crate::event::{Readable, Role};
use crate::finding::Confidence;
use crate::value::{HIDDEN, ValueKind};

/// Every family of identifiers.
pub static SCANNERS: &[&Scanner] = &[
    &scan::position::SCANNER,
    &scan::codes::SCANNER,
    &scan::grid::SCANNER,
    &scan::hexagons::SCANNER,
    &scan::track::SCANNER,
    &scan::numbers::SCANNER,
    &scan::networks::SCANNER,
    &scan::contact::SCANNER,
    &scan::secrets::SCANNER,
    &scan::payment::SCANNER,
    &scan::profile::SCANNER,
];

/// Values told of one readable at most.
const MOST: usize = 4_096;
/// Values of one kind that are told of a short readable, and of how many bytes one more is. A finding lists 20 (contract): what is beyond would only be counted,
/// and a flood of values takes many times as long as a text.
const MOST_OF_A_KIND: usize = 24;
const LENGTH_OF_ONE_MORE: usize = 1_024;

/// What was found in readable bytes.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Every personal value, in the order of their places, each once.
    pub found: Vec<Found>,
    /// Where it was given up to look for all kinds: from here on there may be more values of some kind, and nothing may be shown as it is.
    pub beyond: Option<usize>,
    /// Bytes that were decoded and unpacked on the way, in all layers, and searched as well.
    pub unpacked: usize,
}

impl Scanned {
    /// The text that was searched, with every value masked, and all of it from where there may be more.
    pub fn mask(&self, text: &str) -> String {
        let Some(beyond) = self.beyond else { return mask_text(text, &self.found) };
        format!("{}{HIDDEN}", mask_text(text.get(..show::floor(text, beyond)).unwrap_or_default(), &self.found))
    }
}

/// Every personal value in readable bytes, in the order of their places, each once: of one kind so many at most as a long list has.
pub fn scan(readable: &Readable<'_>, context: &Context<'_>) -> Vec<Found> {
    scanned(readable, context).found
}

/// The same, and where it was given up.
pub fn scanned(readable: &Readable<'_>, context: &Context<'_>) -> Scanned {
    let mut kept = Kept { most: MOST_OF_A_KIND + readable.bytes.len() / LENGTH_OF_ONE_MORE, ..Kept::default() };
    let mut marks = Marks::default();
    let mut hits = Vec::new();
    if let Some(known) = context.known {
        kept.found.extend(known.search(readable.bytes).into_iter().map(|hit| alone(word(readable, None, "", known, &hit))));
    }
    let of_whole = OnceCell::new();
    let may_skip = may_skip(readable.role, context);
    // A message names the same things again and again.
    let mut last_keyed = (None, 0_u32);
    let walked = unwrap::pieces(readable, !may_skip, &mut |piece| {
        if kept.found.len() >= MOST {
            kept.give_up(piece.origin.span(0, 0).0);
            return true;
        }
        if let Some(known) = context.known {
            kept.found.extend(words_in(readable, piece, known).into_iter().map(alone));
        }
        // Nearly all of what passes by.
        let own = if is_own(piece) && !piece.binary { *of_whole.get_or_init(|| kinds(readable.bytes)) } else { Kinds::ALL };
        let may_hold = piece.bytes.len() >= SHORTEST && piece.kinds.within(own).has(ANYTHING) || piece.kinds.has(Kinds::OF_ANY_LENGTH);
        if may_skip && piece.meaning.is_none() && !may_hold {
            return true;
        }
        if !(worth(piece) || readable.role == Role::Name) {
            return true;
        }
        let kinds = if is_own(piece) || piece.binary { piece.kinds.within(own) } else { narrowed(piece.kinds, piece.bytes) };
        let mut text = Text { key: piece.key, meaning: piece.meaning, bytes: piece.bytes, whole: readable, kinds, most: kept.most, is_known: false };
        let mut are_wanted = true;
        if last_keyed.0 != piece.meaning {
            last_keyed = (piece.meaning, piece.meaning.map_or(0, keyed));
        }
        let is_short = piece.bytes.len() < SHORTEST && !kinds.has(Kinds::AT.and(Kinds::PLUS));
        let mut wanted = match may_skip && !piece.binary {
            true if is_short => last_keyed.1 | looking_for(kinds.within(Kinds::EIGHT)),
            true => last_keyed.1 | looking_for(kinds),
            false => u32::MAX,
        };
        while let Some(scanner) = SCANNERS.get(wanted.trailing_zeros() as usize) {
            wanted &= wanted - 1;
            match scanner.bytes {
                Some(scan) if piece.binary => scan(&text, context, &mut hits),
                None if piece.binary => {}
                _ => (scanner.scan)(&text, context, &mut hits),
            }
            if hits.is_empty() {
                continue;
            }
            text.is_known = true;
            if let Some(last) = hits.get(kept.most) {
                // The scanner may have stopped here.
                kept.give_up(piece.origin.span(last.start, 0).0);
            }
            for hit in hits.drain(..) {
                if kept.has_room(hit.kind, piece.meaning.is_some()) {
                    kept.room().push(Member { found: told(readable, piece, hit, context.known), group: piece.group, meaning: piece.meaning });
                } else {
                    kept.pass_over(hit.kind, piece.origin.span(hit.start, hit.length));
                    are_wanted = false;
                }
            }
        }
        marks.note(piece.group, piece.meaning, piece.bytes, piece.origin.span(0, piece.bytes.len()), || steps(readable, Some(piece)));
        are_wanted
    });
    if let Some(at) = walked.passed {
        kept.give_up(at);
    }
    let Kept { mut found, mut beyond, .. } = kept;
    if found.is_empty() && marks.is_empty() {
        return Scanned { found: Vec::new(), beyond, unpacked: walked.unpacked };
    }
    let (strengths, cells) = marks.cells();
    together::judge(&mut found, &strengths);
    let mut told: Vec<Found> = Vec::with_capacity(found.len() + cells.len());
    told.extend(found.drain(..).map(|member| member.found));
    if found.capacity() <= KEPT {
        MEMBERS.set(found);
    }
    told.extend(cells.into_iter().map(|WholeCell { value, start, length, decode, .. }| Found {
        kind: ValueKind::Cell,
        field: "cell".to_owned(),
        value,
        decode,
        confidence: Confidence::High,
        start,
        length,
        at: readable.place.at(start, length),
        decimals: None,
        label: None,
    }));
    let left_out = told.iter().skip(MOST).map(|hit| hit.start).min();
    beyond = beyond.into_iter().chain(left_out).min();
    told.truncate(MOST);
    Scanned { found: tidy(told), beyond, unpacked: walked.unpacked }
}

/// Room for so many values is kept.
const KEPT: usize = 256;

thread_local! {
    /// Room for what a message has: many have as much as the one before.
    static MEMBERS: Cell<Vec<Member>> = const { Cell::new(Vec::new()) };
}

/// What was found so far, and how much room there is.
#[derive(Default)]
struct Kept {
    found: Vec<Member>,
    /// By kind: how many there were under keys that say what they are, and how many under others.
    counts: [[usize; 2]; ValueKind::ALL.len()],
    /// Values of one kind that are kept.
    most: usize,
    beyond: Option<usize>,
}

impl Kept {
    /// Where the next one goes.
    fn room(&mut self) -> &mut Vec<Member> {
        if self.found.capacity() == 0 {
            self.found = MEMBERS.take();
        }
        &mut self.found
    }

    /// Counts a value; whether there is room for it.
    fn has_room(&mut self, kind: ValueKind, keyed: bool) -> bool {
        self.counts.get_mut(kind as usize).and_then(|counts| counts.get_mut(usize::from(keyed))).is_some_and(|count| {
            *count += 1;
            *count <= self.most
        })
    }

    /// A value that there is no room for: unless it was found before, all from there on may hold more.
    fn pass_over(&mut self, kind: ValueKind, (start, length): (usize, usize)) {
        let is_new = |member: &Member| member.found.kind != kind || start < member.found.start || start + length > member.found.start + member.found.length;
        if self.beyond.is_none_or(|beyond| start < beyond) && self.found.iter().all(is_new) {
            self.give_up(start);
        }
    }

    fn give_up(&mut self, at: usize) {
        self.beyond = Some(self.beyond.map_or(at, |beyond| beyond.min(at)));
    }
}

/// Words of the family that begin in bytes that came before and end in these.
pub fn across(before: &[u8], readable: &Readable<'_>, known: &Known) -> Vec<Found> {
    known.across(before, readable.bytes).iter().map(|hit| word(readable, None, "", known, hit)).collect()
}

/// A text with every word of the family in it replaced by its label.
pub fn mask_words(text: &str, known: &Known) -> String {
    let hits = known.search(text.as_bytes());
    let whole = || known.value(text.as_bytes(), "name", Some(keys::Meaning::PersonName { strong: true })).map(str::to_owned);
    if hits.is_empty() {
        return whole().unwrap_or_else(|| text.to_owned());
    }
    let readable = Readable {
        role: Role::Name,
        bytes: text.as_bytes(),
        field: None,
        media: None,
        chain: &[],
        place: crate::event::Place::Unpacked(crate::wire::At::default()),
    };
    let found: Vec<Found> = hits.iter().map(|hit| word(&readable, None, "", known, hit)).collect();
    mask_text(text, &found)
}

/// What each scanner has to see, side by side.
#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
static SIGNS: [Kinds; SCANNERS.len()] = {
    let mut all = [Kinds::NONE; SCANNERS.len()];
    let mut index = 0;
    while index < all.len() {
        all[index] = SCANNERS[index].signs;
        index += 1;
    }
    all
};

/// A bit for each scanner that may find something in a text of these kinds.
fn looking_for(kinds: Kinds) -> u32 {
    SIGNS.iter().rev().fold(0, |all, signs| all << 1 | u32::from(kinds.has(*signs)))
}

/// A bit for each scanner that looks at whatever a key with this meaning names.
fn keyed(meaning: keys::Meaning) -> u32 {
    SCANNERS.iter().enumerate().filter(|(_, scanner)| (scanner.keyed)(meaning)).fold(0, |all, (index, _)| all | 1 << index)
}

/// Whether a piece's bytes are the readable's own.
fn is_own(piece: &Piece<'_>) -> bool {
    matches!(piece.origin, unwrap::Origin::Exact(_))
}

/// What any scanner looks for where the key says nothing.
const ANYTHING: Kinds = Kinds::DIGIT.and(Kinds::AT).and(Kinds::PLUS).and(Kinds::SECRET);

/// The kinds of a text of any length, what places and secrets may begin with among them.
fn kinds(bytes: &[u8]) -> Kinds {
    // The first byte of a degree sign.
    const DEGREE: u8 = 0xc2;
    let has_any = memchr::memchr3(b'@', b'+', DEGREE, bytes).is_some();
    // What tells a place or a number has a digit.
    let has_digit = !are_all(bytes, |byte| !byte.is_ascii_digit());
    let lacks = [
        (Kinds::DIGIT, !has_digit),
        (Kinds::AT, !has_any || memchr::memchr(b'@', bytes).is_none()),
        (Kinds::PLUS, !has_any || memchr::memchr(b'+', bytes).is_none()),
        (Kinds::HIGH, !has_any || memchr::memmem::find(bytes, "°".as_bytes()).is_none()),
        (Kinds::PLACE, !has_digit || !scan::position::may_stand_in(bytes)),
        (Kinds::SECRET, !scan::secrets::may_stand_in(bytes, if has_any { Kinds::ALL } else { Kinds::NONE })),
    ];
    lacks.into_iter().filter(|(_, lacks)| *lacks).fold(Kinds::ALL, |kinds, (kind, _)| kinds.without(kind))
}

/// The same of a text whose kinds are known but for those two.
fn narrowed(known: Kinds, bytes: &[u8]) -> Kinds {
    if known == Kinds::ALL {
        return kinds(bytes);
    }
    let may_hold_place = known.has(Kinds::DIGIT) && scan::position::may_stand_in(bytes);
    let known = if may_hold_place { known } else { known.without(Kinds::PLACE) };
    if scan::secrets::may_stand_in(bytes, known) { known } else { known.without(Kinds::SECRET) }
}

/// Whether a scanner need not see a text in which none of its signs stands: not where the family's words decide, the part of the message does, or a device's
/// address has no digit.
fn may_skip(role: Role, context: &Context<'_>) -> bool {
    let has_digit = |mac: &crate::wire::Mac| mac.0.iter().any(|byte| byte >> 4 < 10 || byte & 15 < 10);
    let by_role = matches!(role, Role::Name | Role::Header | Role::Target | Role::Topic);
    context.known.is_none() && !by_role && context.macs.iter().flatten().all(has_digit)
}

/// Whether anything could be in it.
fn worth(piece: &Piece<'_>) -> bool {
    piece.bytes.len() >= SHORTEST || piece.meaning.is_some() || piece.kinds.has(Kinds::OF_ANY_LENGTH)
}

fn alone(found: Found) -> Member {
    Member { found, group: 0, meaning: None }
}

/// The words in a piece: anywhere in it, or as its whole value.
fn words_in(readable: &Readable<'_>, piece: &Piece<'_>, known: &Known) -> Vec<Found> {
    let mut found: Vec<Found> = known.search(piece.bytes).iter().map(|hit| word(readable, Some(piece), piece.key, known, hit)).collect();
    if found.is_empty() && !piece.binary {
        let field = if piece.key.is_empty() { readable.field.unwrap_or("") } else { piece.key };
        let meaning = piece.meaning.or(if readable.role == Role::Name { Some(keys::Meaning::PersonName { strong: false }) } else { None });
        let label = known.value(piece.bytes, field, meaning);
        found.extend(label.map(|label| word(readable, Some(piece), field, known, &Match { label, steps: &[], start: 0, length: piece.bytes.len() })));
    }
    found
}

/// A word of the family, as its label.
fn word(readable: &Readable<'_>, piece: Option<&Piece<'_>>, key: &str, known: &Known, hit: &Match<'_>) -> Found {
    let (start, length) = piece.map_or((hit.start, hit.length), |piece| piece.origin.span(hit.start, hit.length));
    let mut decode = steps(readable, piece);
    decode.iter_mut().skip(readable.chain.len()).for_each(|step| show::step(step, Some(known)));
    decode.extend(hit.steps.iter().map(|step| Cow::Owned((*step).to_owned())));
    let field = show::key(if key.is_empty() { readable.field.unwrap_or("") } else { key }, Some(known));
    Found {
        kind: ValueKind::Word,
        field,
        value: hit.label.to_owned(),
        decode,
        confidence: Confidence::Certain,
        start,
        length,
        at: readable.place.at(start, length),
        decimals: None,
        label: None,
    }
}

/// Most values are unwrapped in no more steps.
const STEPS: usize = 6;

/// How a piece was unwrapped, outermost first.
fn steps(readable: &Readable<'_>, piece: Option<&Piece<'_>>) -> Vec<Cow<'static, str>> {
    let mut decode = Vec::with_capacity(readable.chain.len() + STEPS);
    decode.extend(readable.chain.iter().map(|step| Cow::Owned((*step).to_owned())));
    if let Some(trail) = piece.and_then(|piece| piece.trail) {
        trail.write(&mut decode);
    }
    decode
}

fn told(readable: &Readable<'_>, piece: &Piece<'_>, hit: Hit, known: Option<&Known>) -> Found {
    let (start, length) = piece.origin.span(hit.start, hit.length);
    let mut decode = steps(readable, Some(piece));
    decode.iter_mut().skip(readable.chain.len()).for_each(|step| show::step(step, known));
    if !hit.form.is_empty() {
        decode.push(Cow::Borrowed(hit.form));
    }
    let field = show::key(if piece.key.is_empty() { readable.field.unwrap_or("") } else { piece.key }, known);
    let label = known.and_then(|known| label(known, piece.key, piece.meaning, &hit));
    Found {
        kind: hit.kind,
        field,
        value: hit.value,
        decode,
        confidence: hit.confidence,
        start,
        length,
        at: readable.place.at(start, length),
        decimals: hit.decimals,
        label,
    }
}

/// The word of the family that a value holds: its label is shown instead.
fn label(known: &Known, key: &str, meaning: Option<keys::Meaning>, hit: &Hit) -> Option<String> {
    if hit.kind == ValueKind::Position {
        return None;
    }
    let found = known.search(hit.value.as_bytes()).first().map(|hit| hit.label.to_owned());
    found.or_else(|| known.value(hit.value.as_bytes(), key, meaning).map(str::to_owned))
}

/// What was seen twice (with its key, and in the text around it) is told once, as the surer of the two.
fn tidy(mut found: Vec<Found>) -> Vec<Found> {
    let by_start = |hit: &Found| hit.start;
    if !found.is_sorted_by_key(by_start) {
        found.sort_by_key(by_start);
    }
    // Of two values with the same number the later one stays: seen twice is what stands at the same place, and those come one after the other.
    let mut known: HashMap<u64, usize, FixedState> = HashMap::with_capacity_and_hasher(found.len(), FixedState::default());
    let hasher = FixedState::default();
    let mut count = 0;
    for index in 0..found.len() {
        let Some((before, [hit, ..])) = found.split_at_mut_checked(index) else { break };
        let key = hasher.hash_one((hit.kind, &hit.value));
        let is_same = |before: &&mut Found| before.kind == hit.kind && before.value == hit.value && overlap(before, hit);
        match known.get(&key).and_then(|index| before.get_mut(*index)).filter(is_same) {
            Some(before) if rank(before) < rank(hit) => std::mem::swap(before, hit),
            Some(_) => {}
            None => {
                known.insert(key, count);
                if count < index {
                    found.swap(count, index);
                }
                count += 1;
            }
        }
    }
    found.truncate(count);
    let by_place = |hit: &Found| (hit.start, hit.kind);
    if !found.is_sorted_by_key(by_place) {
        found.sort_by_key(by_place);
    }
    found
}

/// The surer of two is told; of equals the one with a key, then the one whose key means something, then the word that was unwrapped further.
fn rank(found: &Found) -> (Confidence, bool, bool, usize) {
    let is_word = found.kind == ValueKind::Word;
    (found.confidence, !found.field.is_empty(), keys::meaning(&found.field).is_some(), if is_word { found.decode.len() } else { 0 })
}

fn overlap(one: &Found, other: &Found) -> bool {
    one.start < other.start.saturating_add(other.length) && other.start < one.start.saturating_add(one.length)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::scan::tests::{readable, scan as search};
    use super::*;
    use crate::event::Place;
    use crate::wire::{Mark, Marks, Timestamp};

    #[test]
    fn a_scale_tells_its_serial_a_token_and_the_network() {
        let found = search(Role::Target, "/scale/register?serialNumber=00005E005343&token=4TRQL2OUjaXIbMhezE0Y&ssid=Example");
        let all: Vec<_> = found.iter().map(|hit| (hit.kind, hit.excerpt())).collect();
        assert_eq!(
            all,
            [
                (ValueKind::Serial, "serialNumber=••••5343".to_owned()),
                (ValueKind::Mac, "serialNumber=00005E••••••".to_owned()),
                (ValueKind::Token, "token=••••".to_owned()),
                (ValueKind::NetworkName, "ssid=E••••".to_owned()),
            ]
        );
        assert_eq!(found[2].decode, ["query:token"]);
    }

    #[test]
    fn a_value_is_placed_in_its_frame() {
        let mut marks = Marks::default();
        marks.push(Mark { stream: 0, length: 100, packet: 7, time: Timestamp(5), offset: Some(54) });
        let bytes = b"x=1&imei=352099001761481";
        let mut text = readable(Role::Body, bytes);
        text.place = Place::Wire { marks: &marks, start: 10 };
        text.chain = &["http-body"];
        let found = super::scan(&text, &Context::default());
        let [hit] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((hit.at.packet, hit.at.offset, hit.at.length), (7, Some(54 + 10 + 9), 15));
        assert_eq!(hit.decode, ["http-body", "form:imei"]);
        assert_eq!(mask_text(std::str::from_utf8(bytes).unwrap(), &found), "x=1&imei=••••81");
    }

    #[test]
    fn one_value_is_told_once() {
        let again = search(Role::Unknown, &"user said mail=anna@example.org today, ".repeat(3));
        assert_eq!(again.iter().map(|hit| (hit.start, hit.field.as_str())).collect::<Vec<_>>(), [(15, "mail"), (54, "mail"), (93, "mail")]);
        let found = search(Role::Unknown, "user said mail=anna@example.org today");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].field, "mail");
    }

    #[test]
    fn a_value_is_told_under_the_nearest_key() {
        let page = "<script>var headers = [{'subject':'hello','email':'anna@example.org','n':1},{'subject':'again','email':'anna@example.org','n':2}]</script>";
        let fields: Vec<_> = search(Role::Body, page).into_iter().map(|hit| (hit.kind, hit.field)).collect();
        assert_eq!(fields, vec![(ValueKind::Email, "email".to_owned()); 2]);
    }

    #[test]
    fn a_value_that_is_used_as_a_key_is_not_shown() {
        let found = search(Role::Body, "{\"352099001761481\":{\"mail\":\"anna@example.org\"},\"00:00:5e:00:53:99\":{\"tel\":\"+447700900123\"}}");
        let shown: Vec<String> = found.iter().map(|hit| format!("{} {} {}", hit.decode.join(">"), hit.field, hit.excerpt())).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(!shown.iter().any(|text| text.contains("352099") || text.contains("5e:00")), "{shown:?}");
        let found = search(Role::Body, "<anna@example.org>bert@example.org</anna@example.org>");
        assert!(found.iter().all(|hit| !hit.field.contains("anna") && !hit.decode.join("").contains("anna") && !hit.excerpt().contains("anna")), "{found:?}");
    }

    #[test]
    fn hostile_floods_are_read_in_one_pass() {
        for unit in [
            "sn=",
            "\"sn\":",
            "{\"a\":",
            "[",
            "<a b=",
            "<![CDATA[",
            "://",
            "eyJ",
            "$GPRMC,",
            ",N,",
            "%25",
            "=&",
            "ff:fe:",
            "@a.",
            "+1 ",
            "/imei",
            "\\u00",
            "-----BEGIN PRIVATE KEY-----",
            "lat=1.5 lon=2.5 ",
        ] {
            for role in [Role::Target, Role::Unknown, Role::Topic] {
                assert!(search(role, &unit.repeat(300_000 / unit.len())).len() <= MOST, "{unit}");
            }
        }
    }

    #[test]
    fn of_one_kind_so_many_are_told_and_others_all_the_same() {
        let mut text = String::new();
        for number in 0..200 {
            writeln!(text, "mail{number}=user{number}@example.org").unwrap();
        }
        text.push_str("imei=352099001761481\nlat=48.85837\nlon=2.29448\n");
        let scanned = scanned(&readable(Role::Unknown, text.as_bytes()), &Context::default());
        let count = |kind| scanned.found.iter().filter(|hit| hit.kind == kind).count();
        let most = MOST_OF_A_KIND + text.len() / LENGTH_OF_ONE_MORE;
        assert_eq!((count(ValueKind::Email), count(ValueKind::Imei), count(ValueKind::Position)), (most, 1, 1));
        assert!(scanned.beyond.is_some_and(|at| text[at..].starts_with(&format!("user{most}@"))), "{:?}", scanned.beyond);
    }

    #[test]
    fn behind_what_was_not_looked_for_nothing_is_shown() {
        for unit in [
            "lat=48.85837 lon=2.29448 ",
            "bert@example.org ",
            "tel=+447700900123 ",
            "psk=rotweiss99&",
            "{\"imei\":\"352099001761481\"},",
            "x=1&password=Sommer4711&",
        ] {
            let text = unit.repeat(100);
            let scanned = scanned(&readable(Role::Body, text.as_bytes()), &Context::default());
            let shown = scanned.mask(&text);
            for secret in ["48.858", "bert@", "900123", "rotweiss", "00176", "4711"] {
                assert!(!shown.contains(secret), "{unit}: {shown}");
            }
            assert!(scanned.beyond.is_none_or(|_| shown.ends_with(HIDDEN)), "{shown}");
        }
    }

    #[test]
    fn what_stands_before_but_is_read_later_is_hidden_as_well() {
        // mail=anna@example.org in base64, before more addresses than are told.
        let text = format!("sent bWFpbD1hbm5hQGV4YW1wbGUub3Jn then {}", "mail: bert@example.org, ".repeat(60));
        let shown = scanned(&readable(Role::Unknown, text.as_bytes()), &Context::default()).mask(&text);
        assert!(!shown.contains("bWFpbD1hbm5h") && !shown.contains("bert@"), "{shown}");
    }

    #[test]
    fn a_flood_of_values_is_bounded() {
        let flood = "anna@example.org ".repeat(20_000);
        assert!(search(Role::Unknown, &flood).len() <= MOST);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_searched_and_places_lie_within(text in "[a-c0-9@+.,:=&{}\"\\[\\] $*NE%/-]{0,200}", role in 0..5usize) {
            let role = [Role::Target, Role::Body, Role::Topic, Role::Header, Role::Unknown][role];
            for hit in search(role, &text) {
                proptest::prop_assert!(hit.start + hit.length <= text.len());
            }
        }

        #[test]
        fn any_bytes_are_searched(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = super::scan(&readable(Role::Payload, &bytes), &Context::default());
        }
    }
}
