//! What is worked out of all that is known: once for everyone who asks, until the next fact comes.

use std::cell::OnceCell;

use super::company::Part;
use super::contacts::Contact;
use super::household::Home;
use super::party::Parties;
use super::snapshot::Device;

/// What was worked out since the latest fact.
#[derive(Debug, Default)]
pub(super) struct Worked {
    devices: OnceCell<Vec<Device>>,
    parties: OnceCell<Parties>,
    contacts: OnceCell<Vec<Contact>>,
    parts: OnceCell<Vec<Part>>,
}

impl Worked {
    /// More is known, or something else is believed.
    pub(super) fn forget(&mut self) {
        self.devices.take();
        self.parties.take();
        self.contacts.take();
        self.parts.take();
    }
}

impl Home {
    /// The devices, by id.
    pub fn devices(&self) -> &[Device] {
        self.worked.devices.get_or_init(|| self.all_devices())
    }

    /// Who made which device, so that whose an endpoint is can be told.
    pub fn parties(&self) -> &Parties {
        self.worked.parties.get_or_init(|| self.all_parties())
    }

    /// All contacts that devices at home began with single endpoints on the Internet, in order of their first packet.
    pub fn contacts(&self) -> &[Contact] {
        self.worked.contacts.get_or_init(|| self.all_contacts())
    }

    /// Who is who in every contact, one by one in their order.
    pub(super) fn parts(&self) -> &[Part] {
        self.worked.parts.get_or_init(|| self.all_parts())
    }
}
