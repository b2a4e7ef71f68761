//! What the two ends of each sealed flow agreed on, until its record is written.

use std::collections::HashMap;

use super::record::TlsRecord;
use crate::event::Agreement;
use crate::fact::{CertificateShown, FlowId};

/// Certificates that a flow's record lists; a chain is read up to so many.
const CERTIFICATES: usize = 16;

/// By flow.
#[derive(Debug, Default)]
pub(super) struct Agreements(HashMap<FlowId, Sealed>);

#[derive(Debug, Default)]
struct Sealed {
    agreement: Option<Agreement>,
    certificates: Vec<CertificateShown>,
}

impl Agreements {
    /// A handshake came to its end. Of several in a flow the last counts.
    pub(super) fn agreed(&mut self, flow: FlowId, agreement: &Agreement) {
        *self.0.entry(flow).or_default() = Sealed { agreement: Some(*agreement), certificates: Vec::new() };
    }

    /// A server showed a certificate.
    pub(super) fn shown(&mut self, flow: FlowId, shown: &CertificateShown) {
        let listed = &mut self.0.entry(flow).or_default().certificates;
        if shown.of_server && listed.len() < CERTIFICATES {
            listed.push(shown.clone());
        }
    }

    /// What was agreed on in a flow.
    pub(super) fn take(&mut self, flow: FlowId) -> Option<TlsRecord> {
        let Sealed { agreement, certificates } = self.0.remove(&flow)?;
        Some(TlsRecord { certificates, ..TlsRecord::new(&agreement?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{At, Timestamp};

    const FLOW: FlowId = FlowId { packet: 7, depth: 0 };

    fn agreement(suite: u16) -> Agreement {
        Agreement { version: 0x0303, suite, named: true, resumed: false, at: At::default() }
    }

    fn certificate(of_server: bool) -> CertificateShown {
        CertificateShown {
            place: 0,
            of_server,
            subject: "CN=cam.example".to_owned(),
            issuer: "CN=Example CA".to_owned(),
            not_before: Timestamp(0),
            not_after: Timestamp(1),
            key: "rsa".to_owned(),
            key_bits: 2_048,
            signature: "sha256WithRSAEncryption".to_owned(),
            hosts: Vec::new(),
            at: At::default(),
        }
    }

    #[test]
    fn the_last_handshake_of_a_flow_counts() {
        let mut agreements = Agreements::default();
        agreements.agreed(FLOW, &agreement(0xc02f));
        agreements.shown(FLOW, &certificate(true));
        agreements.shown(FLOW, &certificate(false));
        agreements.agreed(FLOW, &agreement(0xc030));
        agreements.shown(FLOW, &certificate(true));
        let record = agreements.take(FLOW).unwrap();
        assert_eq!(record.suite.as_deref(), Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"));
        assert_eq!(record.certificates.len(), 1, "the client's is not the server's");
        assert_eq!(agreements.take(FLOW), None);
    }

    #[test]
    fn certificates_alone_are_no_agreement() {
        let mut agreements = Agreements::default();
        agreements.shown(FLOW, &certificate(true));
        assert_eq!(agreements.take(FLOW), None);
    }
}
