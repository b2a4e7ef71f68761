//! Who made a device, from its hardware address (IEEE registries).

use crate::wire::Mac;

/// The maker as the IEEE writes it; none for addresses that software chose, group addresses, and makers not registered.
pub fn vendor(mac: Mac) -> Option<&'static str> {
    // 00-00-5E is IANA's own, for documentation and groups (RFC 7042): nobody made a device of it.
    if mac.is_local() || !mac.is_device() || mac.0.starts_with(&[0, 0, 0x5e]) {
        return None;
    }
    let digits = data_encoding::HEXUPPER.encode(&mac.0);
    oui_data::lookup(&digits).map(oui_data::OuiData::organization).filter(|name| !name.is_empty() && *name != "Private")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registered_maker_is_named() {
        assert_eq!(vendor(Mac([0, 0, 0, 1, 2, 3])).map(str::to_lowercase).as_deref(), Some("xerox corporation"));
    }

    #[test]
    fn addresses_that_name_no_maker_have_none() {
        for mac in [Mac([2, 0, 0, 0, 0, 1]), Mac([1, 0, 0x5e, 0, 0, 0xfb]), Mac([0xff; 6]), Mac([0; 6]), Mac([0, 0, 0x5e, 0, 0x53, 1])] {
            assert_eq!(vendor(mac), None, "{mac}");
        }
    }
}
