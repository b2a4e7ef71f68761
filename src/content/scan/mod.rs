//! What personal values look like: one file a family.

pub mod codes;
pub mod contact;
mod coordinate;
mod dialling;
pub mod grid;
pub mod hexagons;
pub mod networks;
pub mod numbers;
pub mod payment;
pub mod position;
pub mod profile;
pub mod secrets;
pub mod track;
mod value;

#[cfg(test)]
pub(crate) mod tests {
    use crate::content::contract::{Context, Found};
    use crate::event::{Place, Readable, Role};
    use crate::finding::Confidence;
    use crate::value::ValueKind;
    use crate::wire::{At, Mac};

    pub const OWN: Mac = Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0x43]);
    pub const ROUTER: Mac = Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0xfe]);

    pub fn readable(role: Role, bytes: &[u8]) -> Readable<'_> {
        Readable { role, bytes, field: None, media: None, chain: &[], place: Place::Unpacked(At::default()) }
    }

    pub fn scan(role: Role, text: &str) -> Vec<Found> {
        crate::content::scan(&readable(role, text.as_bytes()), &Context { macs: [Some(OWN), Some(ROUTER)], ..Context::default() })
    }

    /// Everything found of one kind that is worth telling: value, field, chain.
    pub fn told(kind: ValueKind, role: Role, text: &str) -> Vec<String> {
        scan(role, text).into_iter().filter(|found| found.kind == kind && found.confidence > Confidence::Low).map(|found| found.value).collect()
    }

    pub fn nothing(role: Role, text: &str) {
        let found: Vec<_> = scan(role, text).into_iter().filter(|found| found.confidence > Confidence::Low).collect();
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}
