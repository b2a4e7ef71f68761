//! What can go wrong with an input, said so that the person who reads it knows what to do.

use std::io;
use std::path::PathBuf;

/// Why packets could not be had.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file or pipe could not be opened or read.
    #[error("{path}: {error}", path = path.display())]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The bytes are no capture at all.
    #[error("{path} is not a network capture{looks}. tattletale reads pcap and pcapng, also .gz and .zst.", path = path.display())]
    NotACapture {
        /// What was read.
        path: PathBuf,
        /// ` (it looks like a PDF)`, or nothing.
        looks: String,
    },
    /// There is no such interface.
    #[error("There is no interface \"{name}\".{hint}")]
    NoInterface {
        /// What was asked for.
        name: String,
        /// ` Did you mean eth1? Here: eth1 (up), lo.`
        hint: String,
    },
    /// The right to capture is missing.
    #[error("tattletale can't listen on {name}: this needs permission from the administrator.\n{remedy}")]
    Permission {
        /// The interface.
        name: String,
        /// The commands that mend it.
        remedy: String,
    },
    /// libpcap refused the filter.
    #[error("The filter \"{filter}\" can't be used: {reason}")]
    Filter {
        /// What was typed.
        filter: String,
        /// What libpcap said.
        reason: String,
    },
    /// libpcap failed otherwise.
    #[error("Capturing on {name} stopped: {reason}")]
    Live {
        /// The interface.
        name: String,
        /// What libpcap said.
        reason: String,
    },
}
