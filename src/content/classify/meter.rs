//! One direction of a flow whose bytes no protocol claims: what they are, told while they pass, and what they come to.
//!
//! Constant memory: two histograms, [`KEPT`] first bytes, and small tables. Bytes behind [`COUNTED`] are looked at only where a message begins.

use crate::content::classify::blocks::Blocks;
use crate::content::classify::columns::Columns;
use crate::content::classify::framing::{self, Cutter, Framing, Shape};
use crate::content::classify::histogram::{Fit, Histogram};
use crate::content::classify::magic::{self, Form};
use crate::content::classify::mask::{self, Mask};
use crate::content::classify::packed;
use crate::content::classify::records::{self, record};
use crate::content::classify::sound;
use crate::content::classify::text::{self, Kind, Letters};
use crate::event::Media;
use crate::fact::Reading;
use crate::finding::Confidence;

/// So many bytes are counted: packed bytes and ciphertext can be told apart from about here on, and more would not change the answer.
const COUNTED: u64 = 64 * 1_024;
/// Bytes from which an even histogram is believed.
const ENOUGH: u64 = 16 * 1_024;
/// The same where a cipher's weakness shows beside it.
const ENOUGH_WEAK: u64 = 1_024;
/// Bytes below which nothing is called text.
const TEXT: u64 = 32;
/// Bits a byte, of 8, from which uneven bytes are packed or media: 0.9.
const PACKED: f64 = 7.2;
/// Bytes below which nothing is called packed by its histogram.
const PACKED_LEAST: u64 = 1_024;
/// First bytes that are kept, to look under masks and for sound.
const KEPT: usize = 4_096;
/// The longest message that is put together and read as a record.
const RECORD: usize = 8_192;
/// So often records, masks and packed bytes are looked for in vain.
const TRIES: u8 = 32;
/// Heads that home-made protocols put before what they carry: a length, a number, both; tried until a few messages were seen.
const HEADS: [usize; 8] = [2, 4, 6, 8, 12, 16, 18, 20];
const HEADS_TRIED: u32 = 4;
/// Of a message whose head is not known yet, so many bytes are taken for it.
const HEADER: usize = 16;
/// A recording's mark is looked for behind a head of so many bytes, where it is long enough not to be chance.
const MARK_WITHIN: usize = 64;
/// Bytes after which a mask is looked for.
const MASKED: [usize; 2] = [512, mask::SAMPLE];
/// Distinct shapes of records, and recordings, that are remembered.
const REMEMBERED: usize = 16;

/// What shows while bytes pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Insight<'i> {
    /// A recording, once a kind.
    Media(Media, &'static str, Confidence),
    /// Program code, once a form; whether it runs as it is.
    Program(&'static str, bool),
    /// A readable record, as JSON; whether two messages agree by now.
    Record(&'static str, bool, &'i str),
    /// What packed bytes hold.
    Unpacked(&'static str, &'i [u8]),
    /// What pretends to be encrypted, undone.
    Undone(&'static str, &'i [u8]),
}

/// Who hears of it.
pub type Show<'s> = &'s mut dyn FnMut(Insight<'_>);

/// What was found of records.
#[derive(Clone, Debug)]
struct Records {
    form: &'static str,
    is_certain: bool,
    shapes: Vec<u64>,
    agree: bool,
}

/// One direction.
#[derive(Debug, Default)]
pub struct Meter {
    is_stream: bool,
    /// Bytes of all kinds.
    seen: u64,
    /// Bytes of text, and of those that merely encode text, with the last encoding.
    text: u64,
    armoured: u64,
    armour: Option<&'static str>,
    /// Bytes of known forms: what anyone can unpack, what reads as it is.
    formed: u64,
    recorded: u64,
    form: Option<&'static str>,
    unmasked: u64,
    /// What is left: as letters, and behind the clear head of each message.
    letters: Letters,
    /// Letters that encode something, behind the heads of messages.
    coded: Letters,
    body: Histogram,
    columns: Columns,
    header: usize,
    blocks: Blocks,
    framing: Framing,
    cutter: Option<Cutter>,
    /// A framed message that is being put together.
    message: Vec<u8>,
    kept: Vec<u8>,
    /// Where the kept messages begin, in `kept` and in the direction.
    starts: Vec<(usize, u64)>,
    tries: u8,
    records: Option<Records>,
    mask: Option<Mask>,
    mask_tries: usize,
    told: Vec<&'static str>,
    sound: Option<&'static str>,
    /// How far the message is read, whether a known form began with it.
    index: usize,
    is_formed: bool,
    /// Messages seen, and the head behind which a known form began: its length, and its bytes.
    begun: u32,
    form_head: usize,
    form_before: Vec<u8>,
    /// What is packed and goes on from one message to the next.
    open: Option<packed::Open>,
}

impl Meter {
    /// For a stream, or for datagrams.
    pub fn new(is_stream: bool) -> Self {
        Self { is_stream, header: HEADER, ..Self::default() }
    }

    /// Counts text that was recognised as such.
    pub fn add_text(&mut self, bytes: &[u8]) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        self.text = self.text.saturating_add(bytes.len() as u64);
        self.is_formed = false;
    }

    /// Counts letters that merely encode text.
    pub fn add_armour(&mut self, armour: &'static str, bytes: &[u8]) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        self.armoured = self.armoured.saturating_add(bytes.len() as u64);
        self.armour = Some(armour);
    }

    /// Looks at more bytes that are no text: a whole datagram, or a piece of a stream; `starts`: a message may begin with it.
    pub fn add(&mut self, bytes: &[u8], starts: bool, show: Show<'_>) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        if let Some(mut cutter) = self.cutter.take() {
            let keeps = cutter.cut(bytes, &mut |part, starts, ends| self.cut(part, starts, ends, show));
            self.cutter = keeps.then_some(cutter);
            return;
        }
        if let Some(shape) = self.framing.look(bytes, !self.is_stream) {
            self.part(bytes, starts, true, show);
            self.recount(shape);
            // What is packed goes on behind the rest of the head that stood before it.
            match self.form_head.checked_sub(shape.head()) {
                Some(rest) => self.form_head = rest,
                None => self.open = None,
            }
            self.tries = 0;
            self.cutter = Some(Cutter::new(shape));
            return;
        }
        self.part(bytes, starts, true, show);
    }

    /// From here on messages are known: what was taken for their heads before may have been anything, so what is kept of them is counted anew.
    fn recount(&mut self, shape: Shape) {
        (self.columns, self.header) = (Columns::default(), HEADER);
        (self.blocks, self.body) = (Blocks::default(), Histogram::default());
        let (kept, mut index) = (std::mem::take(&mut self.kept), 0);
        Cutter::new(shape).cut(&kept, &mut |part, starts, _| {
            index = if starts { 0 } else { index };
            self.count_body(part, starts, index);
            index += part.len();
        });
        self.end_message();
        self.kept = kept;
    }

    /// Bytes were never seen: where messages begin is not known any more.
    pub fn gap(&mut self) {
        self.cutter = None;
        self.message.clear();
        self.is_formed = false;
    }

    /// A part of a framed message: short ones are put together.
    fn cut(&mut self, part: &[u8], starts: bool, ends: bool, show: Show<'_>) {
        if starts && ends {
            return self.part(part, true, true, show);
        }
        if starts {
            self.message.clear();
        }
        let is_put_together = starts || !self.message.is_empty();
        if is_put_together && self.message.len() + part.len() <= RECORD {
            self.message.extend_from_slice(part);
            if ends {
                let message = std::mem::take(&mut self.message);
                self.part(&message, true, true, show);
            }
            return;
        }
        // Too long to wait for.
        let begun = std::mem::take(&mut self.message);
        if !begun.is_empty() {
            self.part(&begun, true, false, show);
        }
        self.part(part, false, false, show);
    }

    fn part(&mut self, bytes: &[u8], starts: bool, whole: bool, show: Show<'_>) {
        if starts {
            self.index = 0;
            self.end_message();
            self.is_formed = false;
            self.begun = self.begun.saturating_add(1);
            if !self.goes_on(bytes, self.form_head) {
                self.begin(bytes, whole, show);
            }
        } else if self.is_formed {
            // Messages that are all as long look like pieces of one; the head of the first says where one begins.
            let head = if bytes.starts_with(&self.form_before) { self.form_before.len() } else { 0 };
            self.goes_on(bytes, head);
        }
        let length = bytes.len() as u64;
        if self.is_formed {
            self.formed = self.formed.saturating_add(length);
        } else if !(starts && self.known(bytes, whole, show)) {
            self.count(bytes, starts);
            self.look_under(show);
        }
        self.index = self.index.saturating_add(bytes.len());
    }

    /// Whether it goes on with what was packed before it.
    fn goes_on(&mut self, bytes: &[u8], head: usize) -> bool {
        let Some(open) = &mut self.open else { return false };
        if bytes.get(head..).is_some_and(|body| open.goes_on(body)) {
            self.is_formed = true;
        } else {
            self.open = None;
        }
        self.open.is_some()
    }

    /// Where what a message carries may begin.
    fn heads(&self) -> impl Iterator<Item = usize> + use<> {
        let known = [Some(0), self.columns.header().filter(|head| *head > 0), Some(self.form_head).filter(|head| *head > 0)];
        let tried = if self.begun <= HEADS_TRIED { &HEADS[..] } else { &[] };
        known.into_iter().flatten().chain(tried.iter().copied())
    }

    /// A message begins: perhaps with a form that is known by how it begins, and then goes on to be that.
    fn begin(&mut self, bytes: &[u8], whole: bool, show: Show<'_>) {
        let found = self.heads().find_map(|head| bytes.get(head..).and_then(magic::begins).map(|form| (head, form)));
        let found = found.or_else(|| marked(bytes).map(|form| (0, form)));
        if let Some((head, form)) = found.filter(|(_, form)| !matches!(form, Form::Packed("gzip"))) {
            (self.is_formed, self.form, self.form_head) = (true, Some(form.name()), head);
            self.form_before = bytes.get(..head).unwrap_or_default().to_vec();
            self.tell(form, show);
        } else if self.tries < TRIES && (whole || !self.is_stream || bytes.len() >= 512) {
            let unpacked = self.heads().find_map(|head| bytes.get(head..).and_then(packed::unpack).map(|(how, plain)| (head, how, plain)));
            if let Some((head, how, plain)) = unpacked {
                (self.is_formed, self.form, self.form_head) = (true, Some(how), head);
                self.form_before = bytes.get(..head).unwrap_or_default().to_vec();
                self.open = bytes.get(head..).and_then(|body| packed::Open::new(how, body));
                show(Insight::Unpacked(how, &plain));
            }
        }
    }

    fn tell(&mut self, form: Form, show: Show<'_>) {
        if self.told.len() >= REMEMBERED || self.told.contains(&form.name()) {
            return;
        }
        self.told.push(form.name());
        match form {
            Form::Recording(media, codec) => show(Insight::Media(media, codec, Confidence::Certain)),
            Form::Program(name, runs) => show(Insight::Program(name, runs)),
            Form::Packed(_) => {}
        }
    }

    /// A message that reads: a record, or what is under a mask that is known. Whether it is one.
    fn known(&mut self, bytes: &[u8], whole: bool, show: Show<'_>) -> bool {
        let length = bytes.len() as u64;
        let offset = self.seen.saturating_sub(length);
        if let Some(plain) = self.mask.as_ref().and_then(|mask| mask.take_off(bytes, offset)) {
            self.unmasked = self.unmasked.saturating_add(length);
            show(Insight::Undone("xor", &plain));
            return true;
        }
        if !whole || bytes.len() > RECORD || self.tries >= TRIES && self.records.is_none() {
            return false;
        }
        let known = self.records.as_ref().map(|records| records.form);
        // Perhaps behind a length that nothing has proved yet.
        let own = [0, self.header].into_iter().filter(|head| *head == 0 || self.columns.header() == Some(*head));
        let heads = own.chain(framing::length_before(bytes));
        let found = heads.filter_map(|head| bytes.get(head..)).find_map(|body| match known {
            None => records::read(body),
            Some(name) => records::FORMS.iter().find(|form| form.name == name).and_then(|form| (form.read)(body).map(|record| (*form, record))),
        });
        let Some((form, record)) = found else {
            self.tries = self.tries.saturating_add(1);
            return false;
        };
        self.record(form, &record, length, show)
    }

    /// Whether the record is sure enough not to be judged by its bytes.
    fn record(&mut self, form: &'static record::Form, record: &records::Record, length: u64, show: Show<'_>) -> bool {
        let records = self.records.get_or_insert_with(|| Records { form: form.name, is_certain: form.is_certain, shapes: Vec::new(), agree: false });
        records.agree |= records.shapes.contains(&record.shape);
        if !records.shapes.contains(&record.shape) && records.shapes.len() < REMEMBERED {
            records.shapes.push(record.shape);
        }
        // What has passed for a record by chance does not stand in the way of what comes later.
        if !records.is_certain && !records.agree && records.shapes.len() >= 4 {
            self.records = None;
            self.tries = self.tries.saturating_add(4);
            return false;
        }
        let is_sure = records.is_certain || records.agree;
        if is_sure {
            self.recorded = self.recorded.saturating_add(length);
            show(Insight::Record(form.name, records.agree, &record.value.to_string()));
        }
        is_sure
    }

    /// Statistics of what is left.
    fn count(&mut self, bytes: &[u8], starts: bool) {
        let left = COUNTED.saturating_sub(self.letters.histogram().total()).saturating_sub(self.coded.histogram().total());
        let bytes = bytes.get(..bytes.len().min(left as usize)).unwrap_or_default();
        if bytes.is_empty() {
            return;
        }
        let has_coded = self.coded.histogram().total() > 0;
        if let Some(coded) = text::coded_from(bytes).filter(|from| *from > 0 || has_coded).and_then(|from| bytes.get(from..)) {
            return self.coded.add(coded);
        }
        let room = KEPT.saturating_sub(self.kept.len()).min(bytes.len());
        if room > 0 {
            if starts || self.starts.is_empty() {
                self.starts.push((self.kept.len(), self.seen.saturating_sub(bytes.len() as u64)));
            }
            self.kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
        }
        self.letters.add(bytes);
        self.count_body(bytes, starts, self.index);
    }

    /// What lies behind the head of a message, of which `index` bytes came before.
    fn count_body(&mut self, bytes: &[u8], starts: bool, index: usize) {
        if starts {
            self.end_message();
            self.columns.add(bytes);
            if self.columns.messages().is_power_of_two()
                && let Some(header) = self.columns.header()
                && header != self.header
            {
                self.header = header;
                (self.body, self.blocks) = (Histogram::default(), Blocks::default());
            }
        }
        let head = self.header.saturating_sub(if starts { 0 } else { index }).min(bytes.len());
        let body = &mut self.body;
        self.blocks.add(bytes.get(head..).unwrap_or_default(), &mut |fresh| body.add(fresh));
    }

    fn end_message(&mut self) {
        let body = &mut self.body;
        self.blocks.end(&mut |fresh| body.add(fresh));
    }

    /// Looks under masks, when enough is kept.
    fn look_under(&mut self, show: Show<'_>) {
        while self.mask.is_none() && MASKED.get(self.mask_tries).is_some_and(|enough| self.kept.len() >= *enough) {
            self.mask_tries += 1;
            self.unmask(show);
        }
    }

    fn unmask(&mut self, show: Show<'_>) {
        // Bytes as even as ciphertext have no mask over text, and what can be printed needs none taken off.
        if self.letters.histogram().fit() == Fit::Even || self.letters.is_printable() {
            return;
        }
        let messages = self.messages();
        let Some(mask) = mask::find(&messages) else { return };
        let (mut undone, mut plains) = (0, Vec::new());
        for (offset, message) in &messages {
            if let Some(plain) = mask.take_off(message, *offset) {
                undone += message.len() as u64;
                plains.push(plain);
            }
        }
        self.unmasked = self.unmasked.saturating_add(undone);
        self.mask = Some(mask);
        for plain in &plains {
            show(Insight::Undone("xor", plain));
        }
    }

    /// The kept messages, with their offsets.
    fn messages(&self) -> Vec<(u64, &[u8])> {
        let ends = self.starts.iter().skip(1).map(|(start, _)| *start).chain([self.kept.len()]);
        self.starts.iter().zip(ends).filter_map(|((start, offset), end)| Some((*offset, self.kept.get(*start..end)?))).collect()
    }

    /// Nothing more comes: what only shows by all together.
    pub fn finish(&mut self, show: Show<'_>) {
        if !self.message.is_empty() {
            let message = std::mem::take(&mut self.message);
            self.part(&message, true, false, show);
        }
        self.end_message();
        if self.mask.is_none() && self.mask_tries < MASKED.len() && self.letters.kind() == Kind::None {
            self.mask_tries = MASKED.len();
            self.unmask(show);
        }
        if self.mask.is_none() && self.letters.histogram().total() >= KEPT as u64 && self.letters.kind() == Kind::None {
            let bodies: Vec<u8> = self.messages().iter().flat_map(|(_, message)| message.get(self.header..).unwrap_or_default()).copied().collect();
            self.sound = sound::sound(&bodies);
            if let Some(codec) = self.sound {
                show(Insight::Media(Media::Voice, codec, Confidence::Medium));
            }
        }
    }

    /// Whether any byte was seen.
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// What shows that a cipher hides little, where it does.
    pub fn weakness(&self) -> Option<&'static str> {
        match () {
            () if self.blocks.repeat() => Some("equal blocks come again"),
            () if self.columns.has_same_firsts() => Some("many messages begin with the same blocks"),
            () => None,
        }
    }

    /// What others could make of the bytes, and why: one short phrase.
    pub fn reading(&self) -> (Reading, String) {
        let is_most = |part: u64| part > 0 && part.saturating_mul(2) >= self.seen;
        let counts = |part: u64| part >= TEXT && part.saturating_mul(10) >= self.seen;
        let records = self.records.as_ref().filter(|_| self.recorded > 0).map_or("", |records| records.form);
        if counts(self.text) {
            return (Reading::Readable, "text that anyone can read".to_owned());
        }
        if counts(self.recorded) {
            return (Reading::Readable, format!("records that anyone can read ({records})"));
        }
        if counts(self.armoured) {
            return (Reading::Unpacked, format!("text that is only encoded ({})", self.armour.unwrap_or_default()));
        }
        if let Some(mask) = self.mask.as_ref().filter(|_| counts(self.unmasked)) {
            return (Reading::Unpacked, format!("text under a mask of {} bytes that anyone can take off", mask.length()));
        }
        let form = self.form.unwrap_or_default();
        if is_most(self.formed) {
            return (Reading::Unpacked, format!("{form}, which anyone can open"));
        }
        let (reading, reason) = self.rest();
        if matches!(reading, Reading::Undetermined) && counts(self.formed) {
            return (Reading::Unpacked, format!("{form}, which anyone can open"));
        }
        (reading, reason.to_owned())
    }

    /// What is left when text and known forms are taken away.
    fn rest(&self) -> (Reading, &'static str) {
        let all = self.letters.histogram();
        if self.coded.histogram().total() >= TEXT.max(all.total()) {
            return armour(&self.coded);
        }
        match self.letters.kind() {
            Kind::Text => return (Reading::Readable, "text that anyone can read"),
            Kind::Armour => return armour(&self.letters),
            Kind::None => {}
        }
        if self.sound.is_some() {
            return (Reading::Unpacked, "sound, not encrypted");
        }
        if all.total() < super::histogram::LEAST {
            return (Reading::Undetermined, "too little was seen");
        }
        // The clear head of messages tells nothing of what follows it.
        let is_long = self.body.total() >= super::histogram::LEAST;
        let (rest, fit) = if is_long { (&self.body, self.body.fit()) } else { (all, all.fit()) };
        let enough = if self.weakness().is_some() { ENOUGH_WEAK } else { ENOUGH };
        match fit {
            Fit::Uneven if !is_long && self.body.total() > 0 && self.body.fit() != Fit::Uneven && self.columns.header().is_none() => {
                (Reading::Undetermined, "too little was seen behind the heads of messages")
            }
            Fit::Uneven if rest.total() >= PACKED_LEAST && rest.entropy() >= PACKED => (Reading::Unpacked, "packed or media, not encrypted"),
            Fit::Uneven => (Reading::Readable, "plain binary"),
            Fit::Even if all.total() >= enough && rest.total() * 2 >= enough => (Reading::Scrambled, "looks random; nobody can tell how well it is encrypted"),
            Fit::Even => (Reading::Undetermined, "looks random, but too little was seen"),
            Fit::TooFew => (Reading::Undetermined, "too little was seen"),
        }
    }

    /// Bytes of memory held, its own size included.
    pub fn memory(&self) -> usize {
        let open = self.open.as_ref().map_or(0, packed::Open::memory);
        let parts = [
            open,
            self.letters.memory(),
            self.coded.memory(),
            self.columns.memory(),
            self.blocks.memory(),
            self.framing.memory(),
            self.message.capacity(),
            self.kept.capacity(),
            self.form_before.capacity(),
        ];
        size_of::<Self>() + parts.iter().sum::<usize>() + self.starts.capacity() * size_of::<(usize, u64)>()
    }
}

/// Letters that encode something: what that is.
fn armour(letters: &Letters) -> (Reading, &'static str) {
    let total = letters.histogram().total();
    // The first of them may belong to the head of a message, or to nothing.
    for plain in (0..4).filter_map(|skip| text::disarmed(letters.head().get(skip..)?)).map(|(_, plain)| plain) {
        if matches!(text::look(&plain), text::Look::Text | text::Look::Wide(_)) {
            return (Reading::Unpacked, "text that is only encoded");
        }
        if magic::begins(&plain).is_some() {
            return (Reading::Unpacked, "letters that encode a known form");
        }
    }
    let mut histogram = Histogram::default();
    histogram.add(&text::values(letters.head()));
    match histogram.fit() {
        Fit::Uneven => (Reading::Unpacked, "letters that encode plain binary"),
        _ if total >= ENOUGH => (Reading::Scrambled, "letters that encode what looks random; nobody can tell how well it is encrypted"),
        _ => (Reading::Undetermined, "letters that encode something; too little was seen"),
    }
}

/// A recording whose mark is long enough to be known behind a head that is not.
fn marked(bytes: &[u8]) -> Option<Form> {
    let within = bytes.get(..MARK_WITHIN).unwrap_or(bytes);
    let marks: [&[u8]; 4] = [b"#!AMR", b"#!SILK_V", b"OggS\0\x02", b"\x89PNG\r\n\x1a\n"];
    let at = marks.iter().find_map(|mark| memchr::memmem::find(within, mark));
    let units = || memchr::memmem::find(within, &[0, 0, 0, 1]).filter(|at| *at > 0);
    at.or_else(units).and_then(|at| magic::recording(bytes.get(at..)?)).map(|(media, codec)| Form::Recording(media, codec))
}

#[cfg(test)]
mod tests;
