//! Faults of tattletale's own: told without a word of what was read, and with their own exit code.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;

use super::code::Code;
use super::tell;

/// Where the last panic came from. Its message is not kept: it may hold what was read.
static PLACE: Mutex<String> = Mutex::new(String::new());

/// Runs the program; a panic that nobody caught becomes a message and [`Code::Fault`].
pub(super) fn guard(program: impl FnOnce() -> Code) -> Code {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        if let Ok(mut last) = PLACE.lock() {
            *last = place;
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| {
        let place = PLACE.lock().map(|place| place.clone()).unwrap_or_default();
        tell::problem(&format!(
            "Something went wrong inside tattletale (its fault, not yours), at {place}.\nNo report was finished; files of earlier runs are unchanged. To report it, send this line, the\ncommand and the version (tattletale --version). It holds nothing that was captured."
        ));
        Code::Fault
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_code() {
        let previous = panic::take_hook();
        let code = guard(|| panic!("anna@example.org"));
        panic::set_hook(previous);
        assert_eq!(code, Code::Fault);
        assert!(PLACE.lock().unwrap().contains("fault.rs"));
    }
}
