//! Readable binary records: one file a form, and this list.
//!
//! Each takes a whole message and nothing less, and gives it as JSON, so that what searches text for personal values finds them by their keys.

pub mod asn1;
pub mod bson;
pub mod cbor;
pub mod message_pack;
pub mod protobuf;
pub mod record;
pub mod thrift;
pub mod tlv;

use record::Form;
pub use record::Record;

/// Every form, those with most to be told by first.
pub static FORMS: &[&Form] = &[&bson::FORM, &cbor::FORM, &message_pack::FORM, &thrift::FORM, &asn1::FORM, &protobuf::FORM, &tlv::FORM];

/// What record a whole message is, and its form.
pub fn read(message: &[u8]) -> Option<(&'static Form, Record)> {
    FORMS.iter().find_map(|form| (form.read)(message).map(|record| (*form, record)))
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    #[test]
    fn noise_is_no_record_that_proves_itself() {
        for seed in 1..30_000_u64 {
            let message = noise_of(seed, 8 + (seed % 120) as usize);
            assert!(read(&message).is_none_or(|(form, _)| !form.is_certain), "{seed}: {}", read(&message).unwrap().0.name);
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }

    #[test]
    fn hostile_depth_is_refused() {
        for byte in [0x81, 0x91, 0xa1, 0x30, 0x0a, 0x0c, 0x9f, 0xbf, 0xdc] {
            let _ = read(&vec![byte; 60_000]);
        }
    }
}
