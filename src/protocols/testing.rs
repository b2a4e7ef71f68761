//! Drives a parser as its contract says, for tests: what it leaves is shown again with more, and every event becomes a readable line.

use super::protocol::{Input, Parser, Progress};
use crate::event::{Advert, Certificate, Door, Event, Exchange, Lease, Place, Readable};
use crate::wire::{Direction, Mark, Marks, Timestamp};

/// What a parser is shown next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Show<'s> {
    /// Bytes of a direction, in one frame of their own.
    Bytes(Direction, &'s [u8]),
    /// So many bytes of a direction were never captured.
    Gap(Direction, u64),
}

/// Shows a stream's bytes, each piece in a frame of its own, then the end. Gives a line per event, and one for what ended the reading early.
pub(crate) fn drive(parser: Box<dyn Parser>, pieces: &[(Direction, &[u8])]) -> Vec<String> {
    drive_all(parser, &pieces.iter().map(|(direction, bytes)| Show::Bytes(*direction, bytes)).collect::<Vec<_>>())
}

/// The same with gaps.
pub(crate) fn drive_all(mut parser: Box<dyn Parser>, shows: &[Show<'_>]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut sides = [Side::default(), Side::default()];
    for (index, show) in shows.iter().enumerate() {
        let progress = match *show {
            Show::Bytes(direction, bytes) => {
                let side = &mut sides[direction.index()];
                side.push(bytes, index as u64 + 1);
                let input = Input { direction, bytes: &side.bytes, offset: side.offset, marks: &side.marks };
                let progress = parser.read(input, &mut |event| lines.push(line(&event)));
                side.take(progress);
                progress
            }
            Show::Gap(direction, missing) => {
                let side = &mut sides[direction.index()];
                side.offset += side.bytes.len() as u64 + missing;
                side.bytes.clear();
                parser.gap(direction, missing, &mut |event| lines.push(line(&event)))
            }
        };
        if !matches!(progress, Progress::Consumed(_)) {
            lines.push(format!("{progress:?}"));
            return lines;
        }
    }
    parser.end(&mut |event| lines.push(line(&event)));
    lines
}

/// Shows datagrams, each by itself.
pub(crate) fn drive_datagrams(mut parser: Box<dyn Parser>, datagrams: &[(Direction, &[u8])]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, (direction, bytes)) in datagrams.iter().enumerate() {
        let mut side = Side::default();
        side.push(bytes, index as u64 + 1);
        let input = Input { direction: *direction, bytes, offset: 0, marks: &side.marks };
        let progress = parser.read(input, &mut |event| lines.push(line(&event)));
        if !matches!(progress, Progress::Consumed(_)) {
            lines.push(format!("{progress:?}"));
            return lines;
        }
    }
    parser.end(&mut |event| lines.push(line(&event)));
    lines
}

/// Asserts that a conversation gives the same events shown piece by piece, byte by byte, and with each piece cut in two at every byte (at some
/// of them where it is long), and that it may break off anywhere. Gives the events.
pub(crate) fn drive_split(open: fn() -> Box<dyn Parser>, pieces: &[(Direction, &[u8])]) -> Vec<String> {
    let whole = drive(open(), pieces);
    let bytewise: Vec<_> = pieces.iter().flat_map(|(direction, bytes)| bytes.chunks(1).map(move |byte| (*direction, byte))).collect();
    assert_eq!(places_off(drive(open(), &bytewise)), places_off(whole.clone()), "byte by byte");
    for (index, (direction, bytes)) in pieces.iter().enumerate() {
        for at in (0..bytes.len()).step_by(bytes.len() / 500 + 1) {
            let (left, right) = bytes.split_at(at);
            let mut cut = pieces.to_vec();
            cut.splice(index..=index, [(*direction, left), (*direction, right)]);
            assert_eq!(places_off(drive(open(), &cut)), places_off(whole.clone()), "piece {index} cut at {at}");
            cut.truncate(index + 1);
            drive(open(), &cut);
        }
    }
    whole
}

/// Handover counts from the first byte that was shown, which differs with the cut.
fn places_off(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| if line.starts_with("Handover") { "Handover".to_owned() } else { line }).collect()
}

#[derive(Default)]
struct Side {
    bytes: Vec<u8>,
    offset: u64,
    marks: Marks,
}

impl Side {
    fn push(&mut self, bytes: &[u8], packet: u64) {
        let stream = self.offset + self.bytes.len() as u64;
        self.marks.push(Mark { stream, length: bytes.len() as u32, packet, time: Timestamp(0), offset: Some(54) });
        self.bytes.extend_from_slice(bytes);
    }

    fn take(&mut self, progress: Progress) {
        let (Progress::Consumed(consumed) | Progress::Handover(consumed)) = progress else { return };
        assert!(consumed <= self.bytes.len(), "{consumed} of {} bytes consumed", self.bytes.len());
        self.bytes.drain(..consumed);
        self.offset += consumed as u64;
        self.marks.forget_before(self.offset);
    }
}

/// An event in a line.
pub(crate) fn line(event: &Event<'_>) -> String {
    match event {
        Event::Name(name) => format!("name {} {} {:?}", name.source.word(), name.name, name.subject),
        Event::Exchange(exchange) => exchange_line(exchange),
        Event::Readable(readable) => readable_line(readable),
        Event::Carried(readable) => format!("carried {}", readable_line(readable)),
        Event::Value(value) => format!("value {} {}={} {:?}", value.kind.word(), value.field, value.value, value.chain),
        Event::Command(command) => format!("command {} {}", command.order.word(), command.word),
        Event::Claim(claim) => format!("claim {} {} {}", claim.kind.word(), claim.why, claim.of_client),
        Event::Lease(lease) => lease_line(lease),
        Event::Advert(advert) => advert_line(advert),
        Event::Binding { mac, address } => format!("binding {mac} {address}"),
        Event::Trait(told) => format!("trait {} {} {:?}", told.kind.word(), told.value, told.subject),
        Event::Agreement(agreed) => format!("agreement {:04x} {:04x} named {} resumed {}", agreed.version, agreed.suite, agreed.named, agreed.resumed),
        Event::Certificate(shown) => certificate_line(shown),
        Event::Door(door) => door_line(door),
        Event::Program { form, runs, .. } => format!("program {form} {runs}"),
        Event::Media { media, codec, .. } => format!("media {} {codec}", media.word()),
        Event::Fingerprint { kind, value, .. } => format!("fingerprint {} {value}", kind.word()),
        Event::Sealed { with, .. } => format!("sealed {with}"),
        Event::Awaited(awaited) => format!("awaited {} {:?}", awaited.protocol, awaited.port),
        Event::Introduced(addresses) => format!("introduced {addresses:?}"),
        Event::Absent { name, .. } => format!("absent {name}"),
        Event::Malformed { what } => format!("malformed {what}"),
    }
}

fn lease_line(lease: &Lease<'_>) -> String {
    let Lease { mac, address, resolvers, routers, time_servers, acknowledged, .. } = lease;
    format!("lease {mac} {address:?} resolvers {resolvers:?} routers {routers:?} time {time_servers:?} acknowledged {acknowledged}")
}

fn door_line(door: &Door<'_>) -> String {
    let Door { transport, external_port, internal, internal_port, lease, description, granted, .. } = door;
    format!("door {transport} {external_port} to {internal:?} {internal_port} for {lease:?} [{description}] granted {granted:?}")
}

fn advert_line(advert: &Advert<'_>) -> String {
    let prefixes: Vec<String> = advert.prefixes.iter().map(ToString::to_string).collect();
    format!("advert router {:?} resolvers {:?} prefixes {prefixes:?} domains {:?}", advert.router, advert.resolvers, advert.domains)
}

fn certificate_line(shown: &Certificate<'_>) -> String {
    let Certificate { place, of_server, subject, issuer, not_before, not_after, key, key_bits, signature, hosts, .. } = shown;
    format!("certificate {place} {of_server} [{subject}] by [{issuer}] {not_before} to {not_after} {key} {key_bits} {signature} {hosts:?}")
}

fn exchange_line(exchange: &Exchange<'_>) -> String {
    let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let words =
        [exchange.kind, exchange.method, exchange.target.as_deref(), exchange.host.as_deref(), exchange.content_type.as_deref(), exchange.agent.as_deref()];
    let status = exchange.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    format!("exchange {} status {status} bytes {}", words.map(text).join(" "), exchange.bytes)
}

fn readable_line(readable: &Readable<'_>) -> String {
    let start = match readable.place {
        Place::Wire { start, .. } => format!("@{start}"),
        Place::Unpacked(_) => "unpacked".to_owned(),
    };
    let (field, media) = (readable.field.unwrap_or("-"), readable.media.unwrap_or("-"));
    format!("{:?} {field} {media} {:?} {start}: {}", readable.role, readable.chain, readable.bytes.escape_ascii())
}
