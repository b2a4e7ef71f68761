//! Records of fields within each other (JSON, CBOR, MessagePack, BSON, property lists): where a walk stands, and the path that led there.

use super::siblings::Siblings;
use super::walk::{Layer, Trail, Walk};
use crate::content::keys;
use crate::content::kinds::Kinds;

/// Objects and lists remembered within each other; deeper ones are read as part of the last.
const NESTING: usize = 32;
/// Bytes of a path that are told.
const PATH: usize = 120;

/// A value without a name that has fewer letters is nothing.
const LEAST: usize = 4;

/// An object or list that is open.
struct Open<'k> {
    is_object: bool,
    /// The key that it is the value of: its elements' key, if it is a list.
    key: &'k str,
    /// Length of the path up to and including it.
    path: usize,
    group: u32,
    /// The parts of a place that it showed: most have none.
    siblings: Option<Box<Siblings>>,
}

/// A record that is being walked.
pub(super) struct Tree<'k> {
    form: &'static str,
    path: String,
    open: Vec<Open<'k>>,
    ignored: usize,
}

impl<'k> Tree<'k> {
    /// One whose steps are called `form`.
    pub(super) fn new(form: &'static str) -> Self {
        Self { form, path: String::new(), open: Vec::new(), ignored: 0 }
    }

    /// The key of a value: its own, or that of the list that it stands in.
    pub(super) fn name(&self, key: &'k str) -> &'k str {
        if key.is_empty() { self.open.last().map_or("", |inner| if inner.is_object { "" } else { inner.key }) } else { key }
    }

    /// An object or list begins that is the value of `key`.
    pub(super) fn enter(&mut self, walk: &mut Walk<'_>, key: &'k str, is_object: bool) {
        if self.open.len() >= NESTING {
            self.ignored += 1;
            return;
        }
        let inherited = self.name(key);
        let outer = self.open.last().map_or(0, |outer| outer.path);
        extend(&mut self.path, outer, key);
        self.open.push(Open { is_object, key: inherited, path: self.path.len(), group: walk.group(), siblings: None });
    }

    /// The innermost object or list ends.
    pub(super) fn leave(&mut self) {
        if self.ignored > 0 {
            self.ignored -= 1;
        } else {
            self.open.pop();
        }
    }

    /// Whether nothing is open.
    pub(super) fn is_over(&self) -> bool {
        self.open.is_empty() && self.ignored == 0
    }

    /// A value; `key` is its [`Tree::name`].
    #[inline]
    pub(super) fn leaf(&mut self, walk: &mut Walk<'_>, layer: Layer<'_>, key: &str) {
        // Most numbers in lists.
        if layer.bytes.len() >= LEAST || !key.is_empty() || walk.all {
            self.value(walk, layer, key);
        }
    }

    fn value(&mut self, walk: &mut Walk<'_>, layer: Layer<'_>, key: &str) {
        let meaning = keys::meaning(key);
        let kinds = Kinds::of(layer.bytes);
        if self.form == "json" && walk.is_nothing(kinds, meaning, layer) {
            return;
        }
        let inner = self.open.last_mut();
        let (outer, is_field, group) = inner.as_ref().map_or((0, true, 0), |inner| (inner.path, inner.is_object, inner.group));
        self.path.truncate(outer);
        let name = if is_field && outer + key.len() <= PATH { key } else { "" };
        let trail = Trail { outer: layer.trail, form: self.form, within: &self.path, name };
        let layer = layer.step(&trail);
        if let Some(inner) = inner.filter(|_| Siblings::has_part(meaning)) {
            inner.siblings.get_or_insert_default().note(key, meaning, layer, group, usize::MAX, walk);
        }
        if self.form == "json" { walk.value_of(kinds, key, meaning, layer, group) } else { walk.bytes(key, meaning, layer, group) }
    }
}

/// Cuts the path to `keep` and adds a key.
fn extend(path: &mut String, keep: usize, key: &str) {
    path.truncate(keep);
    if key.is_empty() || path.len() + key.len() > PATH {
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}
