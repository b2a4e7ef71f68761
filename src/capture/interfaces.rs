//! Stand-in.
use std::net::IpAddr;

use crate::error::CaptureError;
use crate::wire::Mac;

/// Stand-in.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Stand-in.
    pub name: String,
    /// Stand-in.
    pub mac: Option<Mac>,
    /// Stand-in.
    pub addresses: Vec<IpAddr>,
    /// Stand-in.
    pub is_up: bool,
    /// Stand-in.
    pub is_loopback: bool,
    /// Stand-in.
    pub description: String,
}

/// Stand-in.
pub fn list() -> Vec<Interface> {
    let loopback = IpAddr::from([127, 0, 0, 1]);
    vec![Interface { name: "lo".to_owned(), mac: None, addresses: vec![loopback], is_up: true, is_loopback: true, description: String::new() }]
}

/// Stand-in.
pub fn may_capture(name: &str) -> Result<(), CaptureError> {
    Err(CaptureError::Permission { name: name.to_owned(), remedy: "Easiest: sudo tattletale watch".to_owned() })
}

/// Stand-in.
pub fn default() -> Option<String> {
    None
}
