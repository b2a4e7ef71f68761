//! What unknown bytes turn out to be → facts; what of them can be read is searched for personal values.

use crate::content::classify::text::{self, Look};
use crate::content::classify::{Insight, magic, records};
use crate::content::printable;
use crate::content::shape::shape;
use crate::event::{Place, Readable, Role};
use crate::fact::What;
use crate::finding::Confidence;
use crate::wire::{At, Direction};

use super::ear::Ear;
use super::voice::Voice;

/// Characters of what is shown of unknown bytes.
const EXCERPT: usize = 80;

/// Who tells what of unknown bytes, and where they were seen.
pub struct Told<'t> {
    /// The flow's voice.
    pub voice: &'t mut Voice,
    /// Where its facts go.
    pub ear: &'t mut Ear,
    /// Who sent them.
    pub direction: Direction,
    /// Where they begin.
    pub at: At,
}

impl Told<'_> {
    /// Text as it is; `first`: its direction has told none yet.
    pub fn text(&mut self, text: &[u8], place: Place<'_>, first: bool) {
        let readable = Readable { role: Role::Unknown, bytes: text, field: None, media: None, chain: &[], place };
        self.voice.readable(self.ear, None, self.direction, &readable);
        if first {
            let (excerpt, at) = (self.excerpt(text), place.at(0, text.len()));
            self.tell(What::Text { excerpt, at });
        }
    }

    /// Bytes as they are, which may be of a format that anyone can read.
    pub fn binary(&mut self, bytes: &[u8], place: Place<'_>) {
        let readable = Readable { role: Role::Unknown, bytes, field: None, media: None, chain: &[], place };
        self.voice.readable(self.ear, None, self.direction, &readable);
    }

    /// Text that was in another form.
    pub fn unwrapped(&mut self, text: &[u8], chain: &[&str], first: bool) {
        self.search(text, None, chain);
        if first {
            let excerpt = self.excerpt(text);
            self.tell(What::Text { excerpt, at: self.at });
        }
    }

    /// What a scheme hid that hides nothing.
    pub fn undone(&mut self, scheme: &'static str, plain: &[u8]) {
        self.voice.tell_disguise(self.ear, None, self.direction, scheme, plain, self.at);
        self.search(plain, None, &[scheme]);
    }

    /// What showed while bytes passed.
    pub fn insight(&mut self, insight: Insight<'_>) {
        match insight {
            Insight::Media(media, codec, confidence) => self.tell(What::Media { media, codec: codec.to_owned(), confidence, at: self.at }),
            Insight::Program(form, runs) => self.tell(What::Program { form: form.to_owned(), runs, at: self.at }),
            Insight::Record(form, agree, json) => {
                self.search(json.as_bytes(), Some("application/json"), &[form]);
                if self.voice.first_time(&("records", form, agree, self.direction)) {
                    let excerpt = self.excerpt(json.as_bytes());
                    self.tell(What::Records { form, agree, excerpt, at: self.at });
                }
            }
            Insight::Unpacked(how, plain) => self.inner(how, plain),
            Insight::Undone(scheme, plain) => self.undone(scheme, plain),
        }
    }

    /// What packed bytes hold: text, a record, or a recording.
    fn inner(&mut self, how: &'static str, plain: &[u8]) {
        if let Some((form, record)) = records::read(plain).filter(|(form, _)| form.is_certain) {
            self.search(record.value.to_string().as_bytes(), Some("application/json"), &[how, form.name]);
            return;
        }
        if let Some(magic::Form::Recording(media, codec)) = magic::begins(plain) {
            self.tell(What::Media { media, codec: codec.to_owned(), confidence: Confidence::Certain, at: self.at });
            return;
        }
        match text::look(plain) {
            Look::Text => self.unwrapped_once(plain, &[how]),
            Look::Wide(text) => self.unwrapped_once(text.as_bytes(), &[how, "utf-16"]),
            Look::Armoured(scheme, inner) => self.search(&inner, None, &[how, scheme]),
            Look::Nothing => {}
        }
    }

    fn unwrapped_once(&mut self, text: &[u8], chain: &[&str]) {
        let first = self.voice.first_time(&("unpacked", self.direction));
        self.unwrapped(text, chain, first);
    }

    fn search(&mut self, bytes: &[u8], media: Option<&str>, chain: &[&str]) {
        let readable = Readable { role: Role::Unknown, bytes, field: None, media, chain, place: Place::Unpacked(self.at) };
        self.voice.readable(self.ear, None, self.direction, &readable);
    }

    fn excerpt(&self, text: &[u8]) -> String {
        // What is not known may hold a word of the family anywhere.
        if self.ear.reveal && self.ear.known.is_none() { printable(text, EXCERPT) } else { shape(text, EXCERPT) }
    }

    fn tell(&mut self, what: What) {
        self.voice.tell(self.ear, None, self.direction, what);
    }
}
