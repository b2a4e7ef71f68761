//! Exit codes (`docs/exit-codes.md`).

/// How a run ended. Of several that hold, the greatest is told: the order below is their precedence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Finished.
    #[default]
    Done,
    /// Finished, and a finding at or above `--fail-on`.
    Found,
    /// Finished but incomplete, under `--strict`.
    Incomplete,
    /// An input or interface is missing or is not a capture.
    Input,
    /// Wrong usage.
    Usage,
    /// The right to capture or read is missing.
    Permission,
    /// An output could not be written.
    Output,
    /// Stopped by a signal with this number.
    Signal(u8),
    /// A fault of tattletale's own.
    Fault,
}

impl Code {
    /// What the process returns.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Incomplete => 4,
            Self::Permission => 5,
            Self::Output => 6,
            Self::Fault => 70,
            Self::Signal(number) => 128_u8.saturating_add(number),
        }
    }

    /// Takes the other where it goes before this one.
    pub fn raise(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_the_documented_one_is_told() {
        let order = [Code::Fault, Code::Signal(15), Code::Output, Code::Permission, Code::Usage, Code::Input, Code::Incomplete, Code::Found, Code::Done];
        assert_eq!(order.map(Code::number), [70, 143, 6, 5, 2, 3, 4, 1, 0]);
        for pair in order.windows(2) {
            let mut code = pair[1];
            code.raise(pair[0]);
            assert_eq!(code, pair[0]);
            code.raise(pair[1]);
            assert_eq!(code, pair[0]);
        }
    }
}
