//! The parts of names: what one owner registers, and what many share (the Public Suffix List).

/// The part of a name that one owner registers: `api.toys.example.co.uk` → `example.co.uk`. None for a public suffix itself, for numbers, and for names
/// of no known suffix (`printer.local`).
pub fn registrable_domain(name: &str) -> Option<&str> {
    let name = if name.ends_with('.') { name.trim_end_matches('.') } else { name };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') || byte >= 0x80) {
        return None;
    }
    let domain = match psl::domain(name.as_bytes()) {
        Some(domain) if domain.suffix().is_known() => domain,
        // The list may be asked in lower case only.
        _ if name.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            let lower = name.to_ascii_lowercase();
            let length = registrable_domain(&lower)?.len();
            return name.get(name.len() - length..);
        }
        _ => return reserved(name),
    };
    name.get(name.len().checked_sub(domain.as_bytes().len())?..)
}

/// Names for documentation and tests (RFC 6761) are registered by nobody, and used like any other.
fn reserved(name: &str) -> Option<&str> {
    let (rest, suffix) = name.rsplit_once('.')?;
    if !matches!(suffix, "test" | "example") {
        return None;
    }
    let label = rest.rsplit('.').next().filter(|label| !label.is_empty())?;
    name.get(name.len() - label.len() - 1 - suffix.len()..)
}

/// Whether someone can own this name or a name above it: it ends in a known public suffix, is more than that, and its labels are well-formed.
pub fn is_registrable(domain: &str) -> bool {
    domain.len() <= 253 && has_labels(domain.as_bytes()) && registrable_domain(domain).is_some()
}

/// Whether every label has a letter, 63 at most, and no hyphen at an end.
fn has_labels(domain: &[u8]) -> bool {
    let (mut length, mut last) = (0, b'-');
    for byte in domain {
        if *byte == b'.' {
            if last == b'-' {
                return false;
            }
            (length, last) = (0, b'-');
            continue;
        }
        length += 1;
        if length > 63 || length == 1 && *byte == b'-' {
            return false;
        }
        last = *byte;
    }
    last != b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registered_part_is_cut_out() {
        for (name, want) in [
            ("api.toys.example.co.uk", Some("example.co.uk")),
            ("example.com", Some("example.com")),
            ("API.Example.COM.", Some("Example.COM")),
            ("cloud.toy.test", Some("toy.test")),
            ("com", None),
            ("co.uk", None),
            ("printer.local", None),
            ("router.lan", None),
            ("192.0.2.1", None),
            ("image.png", None),
            ("", None),
            (".", None),
            ("test", None),
            (".test", None),
        ] {
            assert_eq!(registrable_domain(name), want, "{name}");
        }
    }

    #[test]
    fn malformed_names_are_nobodys() {
        for name in ["a..example.org", "-a.example.org", "example.org-", "exa mple.org", "2x.png"] {
            assert!(!is_registrable(name), "{name}");
        }
        assert!(is_registrable("mail.example.org"));
    }
}
