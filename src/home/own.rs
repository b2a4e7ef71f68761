//! What the user says of devices: names of their own, and which they know.

use std::collections::BTreeMap;

use super::snapshot::{Device, KnownName};
use crate::event::NameSource;

/// What the user says of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// What they call it.
    pub name: Option<String>,
    /// Whether they know it and want it here.
    pub trusted: bool,
}

/// By the device's `id`.
pub type Owned = BTreeMap<String, Own>;

/// Puts the user's words first, in place of those that stand there.
pub fn apply(owned: &Owned, devices: &mut [Device]) {
    for device in devices {
        let Some(own) = owned.get(&device.id) else { continue };
        device.trusted = own.trusted;
        device.names.retain(|known| known.source != NameSource::Own);
        if let Some(name) = &own.name {
            device.names.insert(0, KnownName { name: name.clone(), source: NameSource::Own });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grade::testing::device;
    use super::*;
    use crate::event::DeviceKind;

    #[test]
    fn the_user_s_name_wins() {
        let mut devices = [device(DeviceKind::Plug, 1)];
        devices[0].names.push(KnownName { name: "HS110".to_owned(), source: NameSource::Dhcp });
        apply(&[("other".to_owned(), Own::default())].into(), &mut devices);
        assert_eq!((devices[0].title().as_str(), devices[0].trusted), ("HS110", false));
        apply(&[("one".to_owned(), Own { name: Some("Heater".to_owned()), trusted: true })].into(), &mut devices);
        assert_eq!((devices[0].title().as_str(), devices[0].trusted, devices[0].names.len()), ("Heater", true, 2));
        apply(&[("one".to_owned(), Own { name: Some("Oven".to_owned()), trusted: true })].into(), &mut devices);
        assert_eq!((devices[0].title().as_str(), devices[0].names.len()), ("Oven", 2));
        apply(&[("one".to_owned(), Own::default())].into(), &mut devices);
        assert_eq!((devices[0].title().as_str(), devices[0].trusted), ("HS110", false));
    }
}
