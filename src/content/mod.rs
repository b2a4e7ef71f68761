//! Bytes → what they are, and what personal facts they hold.

pub mod classify;
pub mod contract;
pub mod shape;
/// stub
pub fn scan(_: &crate::event::Readable<'_>, _: &contract::Context) -> Vec<contract::Found> {
    Vec::new()
}
/// stub
pub fn mask_text(text: &str, _: &[contract::Found]) -> String {
    text.into()
}
/// stub
pub fn printable(_: &[u8], _: usize) -> String {
    String::new()
}
