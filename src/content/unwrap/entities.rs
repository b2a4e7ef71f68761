//! Character references of HTML and XML: `&#64;`, `&#x40;`, `&eacute;`.

use super::walk::Escape;
use crate::content::find::places;
use crate::content::kinds::Kinds;

/// See the file.
pub(super) static ESCAPE: Escape = Escape { name: "html-entity", signs: Kinds::AMPERSAND, undo: decoded };

/// The longest name, digits included.
const NAME: usize = 10;

/// Names of U+00C0 to U+00FF (HTML 4.01, section 24.2.1).
const LATIN: &[&str] = &[
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH",
    "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave",
    "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// With its references replaced; none if it has none.
pub(super) fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut done = 0;
    for at in places(b'&', bytes) {
        // Most signs join what stands around them.
        if !matches!(bytes.get(at + 1), Some(b'#' | b'a'..=b'z' | b'A'..=b'Z')) {
            continue;
        }
        let Some((character, end)) = reference(bytes, at) else { continue };
        plain.extend_from_slice(bytes.get(done..at).unwrap_or_default());
        plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        done = end;
    }
    (done > 0).then(|| {
        plain.extend_from_slice(bytes.get(done..).unwrap_or_default());
        plain
    })
}

fn reference(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let window = bytes.get(at + 1..bytes.len().min(at + 2 + NAME))?;
    let length = memchr::memchr(b';', window)?;
    let name = std::str::from_utf8(window.get(..length)?).ok()?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let number = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
            char::from_u32(number?)?
        }
        None => named(name)?,
    };
    Some((character, at + 2 + length))
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "commat" => '@',
        "plus" => '+',
        "period" => '.',
        "lowbar" => '_',
        _ => char::from_u32(0xc0 + LATIN.iter().position(|known| *known == name)? as u32)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::decoded;
    use crate::event::Role;

    #[test]
    fn references_are_replaced_and_other_signs_left_alone() {
        assert_eq!(decoded(b"Zo&euml; &#65;&#x42;&amp; &nothing; & co").as_deref(), Some("Zoë AB& &nothing; & co".as_bytes()));
        assert_eq!(decoded(b"a&b=c;d & e &;"), None);
    }

    #[test]
    fn a_page_is_read_with_its_references() {
        let all = list(Role::Body, None, None, b"<p id='x'>anna&#64;example.org</p>");
        assert!(all.contains(&"xml:p|p|anna@example.org".to_owned()), "{all:?}");
        let all = list(Role::Body, None, None, b"{\"t\":\"write to &#97;nna&commat;example.org\"}");
        assert!(all.iter().any(|piece| piece.starts_with("json:t>html-entity|") && piece.ends_with("anna@example.org")), "{all:?}");
    }
}
