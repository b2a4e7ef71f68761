//! Characters by their numbers, as JSON and many programming languages write them: `\\u0040` (RFC 8259, section 7), outside of their strings.

use super::json::unescaped;
use super::walk::Escape;
use crate::content::kinds::Kinds;

/// See the file.
pub(super) static ESCAPE: Escape = Escape { name: "unicode-escape", signs: Kinds::BACKSLASH, undo: decoded };

/// Written out; none if it has none.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_one = |at: usize| bytes.get(at + 2..at + 6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    memchr::memchr_iter(b'\\', bytes).any(|at| bytes.get(at + 1) == Some(&b'u') && is_one(at)).then(|| unescaped(bytes))
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::decoded;
    use crate::event::Role;

    #[test]
    fn numbers_of_characters_are_written_out_and_other_backslashes_left_alone() {
        assert_eq!(decoded(b"a\\u0040b").as_deref(), Some(&b"a@b"[..]));
        for text in [&b"C:\\users\\u12"[..], b"\\user", b"no sign"] {
            assert_eq!(decoded(text), None, "{text:?}");
        }
        let all = list(Role::Target, None, None, b"/x?m=%5Cu0061%5Cu0040example.org");
        assert!(all.contains(&"query:m>unicode-escape|m|a@example.org".to_owned()), "{all:?}");
    }
}
