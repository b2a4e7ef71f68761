//! stub
/// stub
pub fn registrable_domain(_: &str) -> Option<&str> {
    None
}
