//! stub
use crate::fact::Reading;
/// stub
#[derive(Debug, Default)]
pub struct Meter;
impl Meter {
    /// stub
    pub fn add(&mut self, _: &[u8]) {}
    /// stub
    pub fn text(&self) -> bool {
        false
    }
    /// stub
    pub fn reading(&self) -> (Reading, &'static str) {
        (Reading::Undetermined, "")
    }
}
