//! stub
use crate::wire::Mac;
/// stub
pub fn vendor(_mac: Mac) -> Option<String> {
    None
}
