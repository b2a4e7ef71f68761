//! What is weak about a cipher suite, by the parts of its name in the IANA registry.

use crate::event::Agreement;
use crate::finding::Severity;
use crate::home::record::TlsRecord;

/// What is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weakness {
    /// It encrypts nothing.
    None,
    /// Nobody shows who he is.
    Anonymous,
    /// The cipher is broken, or its key too short.
    Broken,
    /// Who gets the key later can read all of it.
    NoForwardSecrecy,
    /// CBC with SHA-1.
    Old,
}

impl Weakness {
    /// The word that is part of a finding's identity.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "no-encryption",
            Self::Anonymous => "anonymous",
            Self::Broken => "broken-cipher",
            Self::NoForwardSecrecy => "no-forward-secrecy",
            Self::Old => "old-cipher",
        }
    }

    /// As in "a method …".
    pub(super) fn plain(self) -> &'static str {
        match self {
            Self::None => "that hides nothing",
            Self::Anonymous => "in which nobody shows who it is",
            Self::Broken => "that can be broken",
            Self::NoForwardSecrecy => "that whoever gets the server's key later can undo",
            Self::Old => "that newer ones have replaced",
        }
    }
}

/// Whether a suite encrypts nothing.
pub(super) fn hides_nothing(agreement: &Agreement) -> bool {
    weakness(agreement).is_some_and(|(_, weakness, _)| weakness == Weakness::None)
}

/// What is weak about what was agreed on, and the suite's name.
pub(super) fn weakness(agreement: &Agreement) -> Option<(Severity, Weakness, String)> {
    // Every suite of TLS 1.3 is sound; SSL 2.0 numbers its own.
    if agreement.suite >> 8 == 0x13 {
        return None;
    }
    let name = TlsRecord::new(agreement).suite.filter(|name| name.starts_with("TLS_") && !name.ends_with("_SCSV"))?;
    let has = |part: &str| name.split('_').any(|each| each == part);
    let (severity, weakness) = match () {
        () if has("NULL") => (Severity::High, Weakness::None),
        () if has("anon") => (Severity::High, Weakness::Anonymous),
        () if ["EXPORT", "EXPORT1024", "RC4", "RC2", "DES", "DES40", "3DES", "MD5"].iter().any(|part| has(part)) => (Severity::High, Weakness::Broken),
        () if !has("DHE") && !has("ECDHE") && !has("ECCPWD") && !has("SRP") => (Severity::Low, Weakness::NoForwardSecrecy),
        () if name.ends_with("_CBC_SHA") => (Severity::Low, Weakness::Old),
        () => return None,
    };
    Some((severity, weakness, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::At;

    fn weak(version: u16, suite: u16) -> Option<(Severity, Weakness)> {
        weakness(&Agreement { version, suite, named: true, resumed: false, at: At::default() }).map(|(severity, weakness, _)| (severity, weakness))
    }

    #[test]
    fn suites_weigh_by_what_is_weak() {
        for (suite, want) in [
            (0x0002, Some((Severity::High, Weakness::None))),
            (0x0018, Some((Severity::High, Weakness::Anonymous))),
            (0x0005, Some((Severity::High, Weakness::Broken))),
            (0x0004, Some((Severity::High, Weakness::Broken))),
            (0x000a, Some((Severity::High, Weakness::Broken))),
            (0x0003, Some((Severity::High, Weakness::Broken))),
            (0x002f, Some((Severity::Low, Weakness::NoForwardSecrecy))),
            (0x009c, Some((Severity::Low, Weakness::NoForwardSecrecy))),
            (0xc013, Some((Severity::Low, Weakness::Old))),
            (0xc02f, None),
            (0xcca8, None),
            (0x009e, None),
            // GREASE (RFC 8701) and the signals in a list of suites (RFC 5746, RFC 7507) are nobody's choice.
            (0x0a0a, None),
            (0x00ff, None),
            (0x5600, None),
        ] {
            assert_eq!(weak(0x0303, suite), want, "{suite:#06x}");
        }
        assert_eq!(weak(0x0304, 0x1301), None);
        assert_eq!(weak(0x0002, 0), None, "SSL 2.0 is told as such");
    }
}
