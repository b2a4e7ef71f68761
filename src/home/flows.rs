//! The flow records, kept until the end where someone wants them.

use std::sync::Arc;

use super::household::Home;
use super::record::{self, FlowRecord};
use super::sealed::Agreements;
use crate::event::Agreement;
use crate::fact::{CertificateShown, Conversation, FlowId, Totals};

/// What will be written of each flow.
#[derive(Debug, Default)]
pub(super) struct Flows {
    is_wanted: bool,
    list: Vec<(Arc<Conversation>, &'static str, Totals)>,
    agreements: Agreements,
}

impl Flows {
    /// Kept only where they are wanted.
    pub(super) fn new(is_wanted: bool) -> Self {
        Self { is_wanted, ..Self::default() }
    }

    /// A conversation came to this.
    pub(super) fn closed(&mut self, flow: &Arc<Conversation>, protocol: &'static str, totals: &Totals) {
        if self.is_wanted {
            self.list.push((Arc::clone(flow), protocol, totals.clone()));
        }
    }

    /// A handshake came to its end.
    pub(super) fn agreed(&mut self, flow: FlowId, agreement: &Agreement) {
        if self.is_wanted {
            self.agreements.agreed(flow, agreement);
        }
    }

    /// A server showed a certificate.
    pub(super) fn shown(&mut self, flow: FlowId, shown: &CertificateShown) {
        if self.is_wanted {
            self.agreements.shown(flow, shown);
        }
    }
}

impl Home {
    /// The flow records, by first packet.
    pub fn take_flows(&mut self) -> Vec<FlowRecord> {
        let Flows { list: mut flows, mut agreements, .. } = std::mem::take(&mut self.flows);
        flows.sort_by_key(|(flow, ..)| flow.id);
        let records = flows.iter().map(|(flow, protocol, totals)| {
            let tls = agreements.take(flow.id);
            FlowRecord { tls, ..self.flow_record(flow, protocol, totals) }
        });
        records.collect()
    }

    fn flow_record(&self, flow: &Conversation, protocol: &'static str, totals: &Totals) -> FlowRecord {
        let ([packets_out, packets_in], [bytes_out, bytes_in]) = (totals.packets, totals.bytes);
        FlowRecord {
            id: record::number(flow.id),
            device: self.device_of(flow),
            client: flow.client.to_string(),
            server: flow.server.to_string(),
            transport: flow.transport,
            protocol,
            protocol_reason: totals.protocol_reason,
            first: flow.first,
            last: totals.last,
            packets_out,
            packets_in,
            bytes_out,
            bytes_in,
            verdict: totals.reading.word(),
            verdict_reason: totals.reading_reason.clone(),
            verdict_out: totals.ways[0].word(),
            verdict_in: totals.ways[1].word(),
            gaps: totals.gaps,
            tls: None,
        }
    }
}
