//! Filters in tcpdump's language for captures that are read, not taken.
//!
//! In: a source and an expression. Out: a source with the frames that match, their numbers unchanged. libpcap compiles the expression for each link type
//! and matches. Of a frame that was cut when captured, `len`, `less` and `greater` see the captured length: libpcap's matcher is not told the other.

use std::collections::HashMap;

use pcap::{BpfProgram, Linktype};

use super::source::{Block, Dropped, Fill, InputReport, Source};
use crate::error::CaptureError;

/// Link types with which an expression is tried before the first packet is seen: Ethernet, raw IP, Linux cooked, Wi-Fi with radiotap, Bluetooth, USB.
const USUAL: [u32; 6] = [1, 101, 113, 127, 201, 220];
/// So many blocks without a match are read before the caller is asked whether to go on.
const PATIENCE: usize = 16;

/// A source whose frames are filtered.
pub(super) struct Filtered {
    inner: Box<dyn Source>,
    expression: String,
    /// What was compiled; nothing where the expression makes no sense for a link type, so that no frame of it matches.
    programs: HashMap<u32, Option<BpfProgram>>,
}

impl Filtered {
    /// Compiles the expression. An error where no usual link type accepts it.
    pub fn new(inner: Box<dyn Source>, expression: &str) -> Result<Self, CaptureError> {
        check(expression)?;
        Ok(Self { inner, expression: expression.to_owned(), programs: HashMap::new() })
    }

    fn keep_matching(&mut self, block: &mut Block) {
        let Block { bytes, frames } = block;
        frames.retain(|frame| {
            let data = bytes.get(frame.start..frame.start + frame.captured as usize).unwrap_or_default();
            let program = self.programs.entry(frame.link).or_insert_with(|| compile(frame.link, &self.expression).ok());
            program.as_ref().is_some_and(|program| program.filter(data))
        });
    }
}

impl Source for Filtered {
    /// May say [`Fill::Idle`] of a file too, after much that did not match.
    fn fill(&mut self, block: &mut Block) -> Result<Fill, CaptureError> {
        for _ in 0..PATIENCE {
            let fill = self.inner.fill(block)?;
            if fill != Fill::Frames {
                return Ok(fill);
            }
            self.keep_matching(block);
            if !block.frames.is_empty() {
                return Ok(Fill::Frames);
            }
        }
        Ok(Fill::Idle)
    }

    fn report(&self) -> InputReport {
        self.inner.report()
    }

    fn progress(&self) -> Option<f32> {
        self.inner.progress()
    }

    fn dropped(&mut self) -> Dropped {
        self.inner.dropped()
    }

    fn is_live(&self) -> bool {
        self.inner.is_live()
    }
}

/// Whether an expression is one at all. The reason given is that of the first link type.
fn check(expression: &str) -> Result<(), CaptureError> {
    let mut reasons = Vec::new();
    for link in USUAL {
        match compile(link, expression) {
            Ok(_) => return Ok(()),
            Err(error) => reasons.push(reason(&error)),
        }
    }
    Err(CaptureError::Filter { filter: expression.to_owned(), reason: reasons.into_iter().next().unwrap_or_default() })
}

/// What libpcap says, without its own preface.
pub(super) fn reason(error: &pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(text) => text.clone(),
        other => other.to_string(),
    }
}

fn compile(link: u32, expression: &str) -> Result<BpfProgram, pcap::Error> {
    pcap::Capture::dead(Linktype(dlt(link)))?.compile(expression, true)
}

/// libpcap's own number for a link type of a file: they differ in a few old ones.
fn dlt(link: u32) -> i32 {
    match link {
        100 => 11,
        101 => 12,
        102 => 13,
        103 => 14,
        106 => 19,
        other => i32::try_from(other).unwrap_or(i32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::file_tests::{capture, ethernet_udp, read_all};

    fn frames(expression: &str) -> Vec<u64> {
        let source = capture(&[ethernet_udp(53), ethernet_udp(80), ethernet_udp(53)]);
        let mut filtered = Filtered::new(source, expression).unwrap();
        read_all(&mut filtered).into_iter().map(|(frame, _)| frame.number).collect()
    }

    #[test]
    fn only_what_matches_comes_through_with_its_number() {
        assert_eq!(frames("udp port 53"), [1, 3]);
        assert_eq!(frames("not port 53"), [2]);
        assert_eq!(frames(""), [1, 2, 3]);
        assert_eq!(frames("tcp"), [0; 0]);
    }

    #[test]
    fn the_report_counts_what_was_read() {
        let mut filtered = Filtered::new(capture(&[ethernet_udp(53), ethernet_udp(80)]), "port 80").unwrap();
        read_all(&mut filtered);
        assert_eq!(filtered.report().packets, 2);
    }

    #[test]
    fn a_filter_that_is_none_is_refused_with_the_reason() {
        for wrong in ["prot 53", "udp port", "port 53 and (", "host\0"] {
            let Err(CaptureError::Filter { filter, reason }) = Filtered::new(capture(&[]), wrong).map(|_| ()) else { panic!("{wrong} was accepted") };
            assert_eq!(filter, wrong);
            assert!(!reason.is_empty() && !reason.contains("libpcap error"), "{reason}");
        }
    }

    #[test]
    fn an_expression_for_another_link_type_is_accepted_and_matches_nothing() {
        assert_eq!(frames("wlan type mgt"), [0; 0]);
    }

    #[test]
    fn raw_ip_is_matched_too() {
        let program = compile(101, "udp port 53").unwrap();
        assert!(program.filter(&ethernet_udp(53)[14..]));
        assert!(!program.filter(&ethernet_udp(80)[14..]));
    }
}
