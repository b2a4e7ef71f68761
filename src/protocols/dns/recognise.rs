//! How messages of DNS and its relatives are told from other protocols' bytes, and from each other. Ports only say how sure it must be.

use super::message::{End, Entry, HEADER, Header, Walk};
use super::rdata;
use crate::protocols::protocol::{Probe, Verdict};

/// The port that names are asked on (RFC 1035, section 4.2). What is asked there from a relative's port is DNS all the same.
pub(super) const UNICAST: u16 = 53;
/// Most questions a message may say it has on the usual port; on any other it has at most one.
const MAX_QUESTIONS: u16 = 32;
/// Bytes of the shortest message over TCP that says something.
const LEAST_QUERY: usize = HEADER + 5;
/// Operations (RFC 1035, section 4.1.1; RFC 1996; RFC 2136).
const QUERY: u8 = 0;
const NOTIFY: u8 = 4;
const UPDATE: u8 = 5;

/// Whether either end uses one of these ports.
pub(super) fn on(probe: &Probe<'_>, ports: &[u16]) -> bool {
    ports.contains(&probe.from_port) || ports.contains(&probe.to_port)
}

/// Whether a header can be one: enough on a port that is made for it.
pub(super) fn is_sane(header: Header, length: usize) -> bool {
    let [questions, ..] = header.counts;
    let counted = header.counts.iter().any(|&count| count > 0) || length == HEADER;
    // What was captured may be cut, so a message may promise more than is there; but not much more.
    let promised = header.least_length() <= length.saturating_mul(4).max(512);
    matches!(header.opcode(), 0..=2 | 4..=6) && header.reserved_is_zero() && questions <= MAX_QUESTIONS && counted && promised
}

/// Whether no other protocol's bytes look like this: it asks or answers one usual question, and every record is walked to the last byte.
pub(super) fn is_beyond_doubt(header: Header, message: &[u8]) -> bool {
    if !is_sane(header, message.len()) || !counts_fit(header) {
        return false;
    }
    let mut walk = Walk::new(message, header);
    let usual = walk.next().is_some_and(|first| is_usual(header, &first));
    usual && walk.by_ref().all(|_| true) && walk.end() == End::Whole(0)
}

/// A message behind its length, as streams carry it. On its usual port it need not be beyond doubt.
pub(super) fn framed(bytes: &[u8], usual: bool) -> Verdict {
    let Some((length, message)) = bytes.split_first_chunk::<2>() else { return Verdict::Unsure };
    let length = usize::from(u16::from_be_bytes(*length));
    if length < LEAST_QUERY {
        return Verdict::No;
    }
    let message = message.get(..length).unwrap_or(message);
    let Some(header) = Header::read(message) else { return Verdict::Unsure };
    if !is_sane(header, length) || (!usual && !counts_fit(header)) {
        return Verdict::No;
    }
    let mut walk = Walk::new(message, header);
    match (walk.next(), walk.end()) {
        (Some(first), _) if usual || is_usual(header, &first) => Verdict::Yes,
        (None, End::Broken(_)) if usual => Verdict::Yes,
        (None, End::Cut) if message.len() < length => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// Whether a message asks one thing, or answers it, as LLMNR does (RFC 4795, section 2.1.1): no flag that only DNS has, and a single label.
pub(super) fn is_of_neighbours(header: Header, message: &[u8]) -> bool {
    let plain = matches!(header.flags, 0 | 0x8000) && header.counts.first() == Some(&1);
    plain && Walk::new(message, header).next().is_some_and(|first| !first.name.text.is_empty() && !first.name.text.contains('.'))
}

/// Whether a message is one that all at home hear (RFC 6762): somewhere in it stands a name that only they know (section 3) or the bit that only they
/// use (sections 5.4 and 10.2). It may ask many things; every record is walked to the last byte.
pub(super) fn is_of_the_link(header: Header, message: &[u8]) -> bool {
    let local = |name: &str| name.len().checked_sub(6).and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(".local"));
    if header.opcode() != QUERY || !is_sane(header, message.len()) {
        return false;
    }
    let mut walk = Walk::new(message, header);
    let heard = walk.by_ref().fold(false, |heard, entry| heard || local(&entry.name.text) || (entry.class == 0x8001 && !entry.name.text.is_empty()));
    heard && walk.end() == End::Whole(0)
}

/// Whether a message holds as much as its kind does: one question, or what answers it.
fn counts_fit(header: Header) -> bool {
    let [questions, answers, authority, additional] = header.counts;
    match (header.opcode(), header.is_response()) {
        // Several messages may answer one question (RFC 5936, section 2.2): only the first need repeat it.
        (QUERY, true) => questions <= 1 && (questions == 1 || answers > 0),
        // An incremental transfer gives the version that is there (RFC 1995), and what is offered at home is put beside its question (RFC 6762).
        (QUERY, false) => questions == 1 && answers <= 32 && authority <= 32 && additional <= 32,
        (NOTIFY | UPDATE, _) => questions == 1,
        _ => false,
    }
}

/// Whether an entry asks for or holds a type and class that are asked for, of a name that a host may have.
fn is_usual(header: Header, entry: &Entry) -> bool {
    let usual_byte = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let name = &entry.name.text;
    let named = if name.is_empty() { matches!(entry.kind, rdata::NS | rdata::SOA | rdata::DNSKEY | 255) } else { name.bytes().all(usual_byte) };
    let typed = if matches!(header.opcode(), NOTIFY | UPDATE) { entry.kind == rdata::SOA } else { matches!(entry.kind, 1..=66 | 99..=109 | 249..=261) };
    // The topmost bit is mDNS's own.
    named && typed && entry.class & 0x7fff == 1
}
