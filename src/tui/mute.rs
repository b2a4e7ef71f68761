//! What the user does not want to hear of, for this run: never lost, always counted, listed and undone.

use crate::finding::Finding;

/// So much may be muted.
pub const LIMIT: usize = 1_000;

/// What a mute is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One finding.
    Finding,
    /// All of one kind.
    Kind,
    /// All of one device.
    Device,
    /// All about one other end.
    Endpoint,
}

impl Scope {
    /// In the order of the menu.
    pub const ALL: [Self; 4] = [Self::Finding, Self::Kind, Self::Device, Self::Endpoint];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finding => "this finding",
            Self::Kind => "every finding of this kind",
            Self::Device => "everything of this device",
            Self::Endpoint => "everything about this other end",
        }
    }

    /// What a finding has to be equal in; none where it has no such thing.
    fn key(self, finding: &Finding) -> Option<String> {
        match self {
            Self::Finding => Some(finding.id.clone()),
            Self::Kind => Some(finding.code.to_owned()),
            Self::Device => Some(finding.device.id.clone()),
            Self::Endpoint => finding.endpoint.as_ref().map(|endpoint| endpoint.name.clone().unwrap_or_else(|| endpoint.address.to_string())),
        }
    }
}

/// Something that is muted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// What it is about.
    pub scope: Scope,
    key: String,
    /// What the list calls it.
    pub label: String,
}

impl Mute {
    /// Mutes what a finding is about, in this respect. `label`: what the list calls it.
    pub fn of(scope: Scope, finding: &Finding, label: String) -> Option<Self> {
        Some(Self { scope, key: scope.key(finding)?, label })
    }

    /// Whether a finding is not shown.
    pub fn hides(&self, finding: &Finding) -> bool {
        self.scope.key(finding).is_some_and(|key| key == self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn a_mute_hides_what_it_is_about_and_no_more() {
        let home = fixture::home();
        let hidden = |scope| {
            let mute = Mute::of(scope, &home.findings[0], String::new()).unwrap();
            home.findings.iter().filter(|finding| mute.hides(finding)).map(|finding| finding.id.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(hidden(Scope::Finding), ["PT-03-1"]);
        assert_eq!(hidden(Scope::Kind), ["PT-03-1"]);
        assert_eq!(hidden(Scope::Device), ["PT-03-1", "PT-05-1", "EP-02-1"]);
        assert_eq!(hidden(Scope::Endpoint), ["PT-03-1", "PT-05-1"]);
        let mut nobody = home.findings[0].clone();
        nobody.endpoint = None;
        assert!(Mute::of(Scope::Endpoint, &nobody, String::new()).is_none());
    }
}
