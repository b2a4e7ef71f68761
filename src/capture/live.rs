//! Packets from a network interface, through libpcap.
//!
//! In: an interface's name. Out: blocks of frames as they come, and how many were lost. Not in immediate mode and with a large kernel buffer, because
//! that is what keeps bursts; the interface is asked without blocking, because a silent one would never answer.

use std::env;
use std::thread;
use std::time::{Duration, Instant};

use pcap::{Active, Error, Packet};

use super::filter;
use super::interfaces;
use super::source::{Block, Dropped, Fill, Frame, InputReport, Source};
use crate::error::CaptureError;
use crate::wire::Timestamp;

/// The most bytes of a packet: more than any, also where the card joins segments.
const SNAPLEN: i32 = 262_144;
/// What the kernel keeps while nobody reads.
const KERNEL_BUFFER: i32 = 16 << 20;
/// How long the kernel gathers packets before it hands them over, in milliseconds.
const GATHER: i32 = 50;
/// How long to rest when nothing came.
const REST: Duration = Duration::from_millis(20);
/// So many packets are taken in one call; a block may hold that many more bytes than it should.
const BATCH: usize = 64;
/// How long to rest when the interface is down.
const DOWN_REST: Duration = Duration::from_millis(100);
/// How often to ask whether it is up, while nothing comes.
const ASKED: Duration = Duration::from_secs(2);

/// Nanoseconds in one unit of the fraction of a second.
#[cfg(target_os = "linux")]
const UNIT: i64 = 1;
#[cfg(not(target_os = "linux"))]
const UNIT: i64 = 1_000;

/// An interface that is listened to.
pub(super) struct Live {
    capture: pcap::Capture<Active>,
    link: u32,
    report: InputReport,
    losses: Losses,
    /// Whether it is down.
    down: bool,
    /// When it was asked last whether it is up.
    asked: Instant,
}

impl Live {
    /// Opens an interface. Some cannot listen to what is for others (promiscuous); they are opened without.
    pub fn open(name: &str, expression: Option<&str>, promiscuous: bool) -> Result<Self, CaptureError> {
        let capture = match activate(name, promiscuous) {
            Err(error) if promiscuous && explains_nothing(&error) => activate(name, false),
            result => result,
        };
        let mut capture = capture.map_err(|error| translate(name, &error))?;
        if let Some(expression) = expression {
            let refused = |error| CaptureError::Filter { filter: expression.to_owned(), reason: filter::reason(&error) };
            capture.filter(expression, true).map_err(refused)?;
        }
        let link = link_type(capture.get_datalink().0);
        let capture = capture.setnonblock().map_err(|error| translate(name, &error))?;
        let report = InputReport { path: name.to_owned(), format: "live".to_owned(), link_types: vec![link], ..InputReport::default() };
        Ok(Self { capture, link, report, losses: Losses::default(), down: false, asked: Instant::now() })
    }

    /// Takes packets until the block is full or no more are there.
    fn take(&mut self, block: &mut Block) -> Result<(), Error> {
        let (link, report) = (self.link, &mut self.report);
        while block.bytes.len() < Block::SIZE && block.frames.len() + BATCH <= Block::FRAMES {
            let taken = self.capture.dispatch(Some(BATCH), |packet| put(block, report, link, &packet))?;
            if taken < BATCH {
                break;
            }
        }
        Ok(())
    }

    /// libpcap does not always tell that an interface went down, and never that it is back: while nothing comes it is asked now and then.
    fn look_up(&mut self) {
        if self.asked.elapsed() < ASKED {
            return;
        }
        self.asked = Instant::now();
        let known = interfaces::list().into_iter().find(|interface| interface.name == self.report.path);
        self.down = known.is_some_and(|interface| !interface.is_up);
    }

    /// An interface that went down may come up again; one that is gone will not.
    fn excuse(&mut self, error: &Error) -> Result<Fill, CaptureError> {
        let name = &self.report.path;
        let known = interfaces::list().iter().any(|interface| &interface.name == name);
        if known && is_down(error) {
            self.down = true;
            thread::sleep(DOWN_REST);
            return Ok(Fill::Idle);
        }
        let reason = if known || name == "any" { filter::reason(error) } else { "the interface is gone".to_owned() };
        self.report.damage = Some(reason.clone());
        Err(CaptureError::Live { name: name.clone(), reason })
    }
}

impl Source for Live {
    fn fill(&mut self, block: &mut Block) -> Result<Fill, CaptureError> {
        block.clear();
        let result = self.take(block);
        // What came before an error counts; the error comes again.
        if !block.frames.is_empty() {
            self.down = false;
            return Ok(Fill::Frames);
        }
        if let Err(error) = result {
            return self.excuse(&error);
        }
        self.look_up();
        thread::sleep(REST);
        Ok(Fill::Idle)
    }

    fn report(&self) -> InputReport {
        self.report.clone()
    }

    fn dropped(&mut self) -> Dropped {
        if let Ok(stats) = self.capture.stats() {
            self.losses.update(stats.dropped, stats.if_dropped);
        }
        self.losses.total
    }

    fn is_live(&self) -> bool {
        true
    }

    fn is_down(&self) -> bool {
        self.down
    }
}

/// Copies a packet into the block.
fn put(block: &mut Block, report: &mut InputReport, link: u32, packet: &Packet<'_>) {
    let header = packet.header;
    let time = Timestamp::new(header.ts.tv_sec, header.ts.tv_usec.saturating_mul(UNIT));
    report.packets += 1;
    report.bytes += packet.data.len() as u64;
    report.first = Some(report.first.map_or(time, |first| first.min(time)));
    report.last = Some(report.last.map_or(time, |last| last.max(time)));
    let captured = packet.data.len() as u32;
    block.frames.push(Frame { number: report.packets, time, link, start: block.bytes.len(), captured, wire: header.len.max(captured) });
    block.bytes.extend_from_slice(packet.data);
}

/// Losses in all, from counters of 32 bits that wrap around.
#[derive(Debug, Default)]
struct Losses {
    kernel: u32,
    interface: u32,
    total: Dropped,
}

impl Losses {
    fn update(&mut self, kernel: u32, interface: u32) {
        self.total.kernel += u64::from(kernel.wrapping_sub(self.kernel));
        self.total.interface += u64::from(interface.wrapping_sub(self.interface));
        (self.kernel, self.interface) = (kernel, interface);
    }
}

fn activate(name: &str, promiscuous: bool) -> Result<pcap::Capture<Active>, Error> {
    let capture = pcap::Capture::from_device(name)?.promisc(promiscuous).snaplen(SNAPLEN).buffer_size(KERNEL_BUFFER).timeout(GATHER);
    #[cfg(target_os = "linux")]
    let capture = capture.precision(pcap::Precision::Nano);
    capture.open()
}

/// libpcap's words, lower case.
fn words(error: &Error) -> String {
    filter::reason(error).to_ascii_lowercase()
}

fn is_permission(error: &Error) -> bool {
    let words = words(error);
    ["permission", "not permitted", "cap_net_raw", "root"].iter().any(|word| words.contains(word))
}

fn is_missing(error: &Error) -> bool {
    let words = words(error);
    ["no such device", "no such file", "doesn't exist", "nosuchdev"].iter().any(|word| words.contains(word))
}

fn is_down(error: &Error) -> bool {
    let words = words(error);
    ["down", "not up"].iter().any(|word| words.contains(word))
}

/// Whether an error may come from the promiscuous mode alone: a warning is given as an error too.
fn explains_nothing(error: &Error) -> bool {
    !is_permission(error) && !is_missing(error) && !is_down(error)
}

/// libpcap's error as one that says what to do.
fn translate(name: &str, error: &Error) -> CaptureError {
    let name = name.to_owned();
    // Without the right to capture, libpcap may not even learn whether there is such an interface.
    let known = name == "any" || interfaces::list().iter().any(|interface| interface.name == name);
    if is_missing(error) || (is_permission(error) && !known) {
        return CaptureError::NoInterface { hint: interfaces::hint(&name), name };
    }
    if is_permission(error) {
        return CaptureError::Permission { remedy: remedy(&name), name };
    }
    let reason = if is_down(error) { format!("it is switched off; to switch it on:  sudo ip link set {name} up") } else { filter::reason(error) };
    CaptureError::Live { name, reason }
}

/// The commands that give the right to capture.
fn remedy(name: &str) -> String {
    let program = env::current_exe().map_or_else(|_| "/usr/local/bin/tattletale".to_owned(), |path| path.display().to_string());
    format!(
        "Easiest:  sudo tattletale watch -i {name}\nWithout sudo from now on:  sudo setcap cap_net_raw+ep {program}  (lets every user of this computer listen)"
    )
}

/// The number that files use for libpcap's link type: they differ in a few old ones.
fn link_type(dlt: i32) -> u32 {
    match dlt {
        11 => 100,
        12 | 14 => 101,
        19 => 106,
        other => u32::try_from(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::time::Instant;

    #[test]
    fn losses_add_up_over_the_end_of_the_counters() {
        let mut losses = Losses::default();
        losses.update(u32::MAX - 1, 3);
        losses.update(1, 5);
        assert_eq!(losses.total, Dropped { kernel: u64::from(u32::MAX) + 2, interface: 5, tattletale: 0 });
    }

    #[test]
    fn errors_of_libpcap_are_understood() {
        let error = |text: &str| Error::PcapError(text.to_owned());
        let denied = error("lo: You don't have permission to perform this capture on that device");
        let CaptureError::Permission { name, remedy } = translate("lo", &denied) else { panic!() };
        assert_eq!(name, "lo");
        assert!(remedy.contains("sudo setcap cap_net_raw+ep /"), "{remedy}");
        let missing = translate("l0", &error("l0: No such device exists (No such device exists)"));
        let CaptureError::NoInterface { hint, .. } = missing else { panic!() };
        assert!(hint.starts_with(" Did you mean lo?"), "{hint}");
        assert!(is_down(&error("The interface went down")));
    }

    /// Opens the loopback, or nothing where the right is missing.
    fn loopback(expression: &str) -> Option<Live> {
        match Live::open("lo", Some(expression), true) {
            Ok(live) => Some(live),
            Err(CaptureError::Permission { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_is_sent_is_heard() {
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = receiver.local_addr().unwrap().port();
        let Some(mut live) = loopback(&format!("udp dst port {port}")) else { return };
        for number in 0..1_000u32 {
            sender.send_to(&number.to_be_bytes(), ("127.0.0.1", port)).unwrap();
        }
        let (mut block, mut heard, begun) = (Block::default(), Vec::new(), Instant::now());
        while heard.len() < 1_000 && begun.elapsed() < Duration::from_secs(5) {
            live.fill(&mut block).unwrap();
            heard.extend(block.frames.iter().map(|frame| (frame.number, block.frame(frame)[42..].to_vec())));
        }
        let expected: Vec<_> = (0..1_000u32).map(|number| (u64::from(number) + 1, number.to_be_bytes().to_vec())).collect();
        assert_eq!(heard, expected);
        assert_eq!(live.dropped(), Dropped::default());
        let report = live.report();
        assert_eq!((report.format.as_str(), report.sha256, report.link_types), ("live", None, vec![1]));
        assert!(report.first.unwrap() <= report.last.unwrap());
        assert!(report.last.unwrap().0 > 1_600_000_000_000_000_000);
    }

    #[test]
    fn silence_is_answered_soon() {
        let Some(mut live) = loopback("udp dst port 9 and host 192.0.2.1") else { return };
        let begun = Instant::now();
        assert_eq!(live.fill(&mut Block::default()).unwrap(), Fill::Idle);
        assert!(begun.elapsed() < Duration::from_millis(500));
    }

    #[test]
    fn a_bad_filter_is_refused() {
        if loopback("udp").is_some() {
            assert!(matches!(Live::open("lo", Some("prot 53"), true), Err(CaptureError::Filter { .. })));
        }
    }
}
