//! Numbers that a device keeps for life: IMEI, IMSI, ICCID, serial numbers, hardware addresses.

use std::cell::RefCell;
use std::net::Ipv6Addr;

use memchr::memmem::Finder;

use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::find::Class;
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::event::Role;
use crate::finding::Confidence;
use crate::value::ValueKind;
use crate::wire::Mac;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "numbers", keyed: is_number, signs: Kinds::DIGIT.and(Kinds::EIGHT), scan, bytes: Some(raw) };

/// Characters that a hardware address takes at least.
const WRITTEN: usize = 12;

/// Whether a key names a number of a device.
fn is_number(meaning: Meaning) -> bool {
    use Meaning::{AdId, Bssid, Device, Iccid, Imei, Imsi, Mac, Serial};
    matches!(meaning, Imei | Imsi | Iccid | Device | Serial | Mac | Bssid | AdId)
}

fn scan(text: &Text<'_>, context: &Context<'_>, hits: &mut Vec<Hit>) {
    own_macs(text, context, hits);
    hits.extend(encoded_mac(text, context));
    let Some(meaning) = text.meaning else {
        if text.key.is_empty() && text.whole.role == Role::Topic {
            hits.extend(device_number(text));
        }
        return;
    };
    match meaning {
        Meaning::Imei => hits.extend(imei(text)),
        Meaning::Imsi => hits.extend(imsi(text)),
        Meaning::Iccid => hits.extend(iccid(text)),
        Meaning::Device => hits.extend(device_number(text)),
        Meaning::Serial => hits.extend(device_number(text).or_else(|| serial(text))),
        Meaning::Mac => hits.extend(written_mac(text, context, ValueKind::Mac)),
        Meaning::Bssid => hits.extend(written_mac(text, context, ValueKind::Bssid)),
        Meaning::AdId => hits.extend(advertising(text)),
        _ => {}
    }
}

/// The value, if it is digits only and not the same digit again and again.
fn digits<'t>(text: &Text<'t>, longest: usize) -> Option<&'t str> {
    let value = short(text, longest + 2)?;
    let first = value.bytes().next()?;
    (value.len() <= longest && value.bytes().all(|byte| byte.is_ascii_digit()) && value.bytes().any(|byte| byte != first)).then_some(value)
}

/// ISO/IEC 7812-1, annex B.
pub(super) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Under its own key the key decides: numbers of real trackers fail the check digit (3GPP TS 23.003, section 6; an IMEISV has none).
fn imei(text: &Text<'_>) -> Option<Hit> {
    let value = short(text, 24)?;
    let plain: String = value.chars().filter(|c| !matches!(c, ' ' | '-' | '/')).collect();
    let first = plain.bytes().next()?;
    let is_number = plain.bytes().all(|byte| byte.is_ascii_digit()) && plain.bytes().any(|byte| byte != first);
    (is_number && (14..=16).contains(&plain.len())).then(|| whole(text, ValueKind::Imei, plain, Confidence::High))
}

/// A device's identifier, or a part of a topic, that is an IMEI by its form: check digit and the prefix of a body that gives them out.
fn device_number(text: &Text<'_>) -> Option<Hit> {
    const BODIES: &[&str] = &["00", "01", "10", "30", "33", "35", "44", "45", "49", "50", "51", "52", "53", "54", "86", "91", "98", "99"];
    let value = digits(text, 15).filter(|value| value.len() == 15)?;
    (luhn(value) && BODIES.iter().any(|body| value.starts_with(body)))
        .then(|| whole(text, ValueKind::Imei, value.to_owned(), if text.key.is_empty() { Confidence::Medium } else { Confidence::High }))
}

/// ITU-T E.212: country codes are 2xx to 7xx, 901 for networks of no country, 001 for tests.
fn imsi(text: &Text<'_>) -> Option<Hit> {
    let value = digits(text, 15).filter(|value| value.len() >= 14)?;
    let country = value.get(..3)?;
    (matches!(value.as_bytes().first(), Some(b'2'..=b'7')) || matches!(country, "901" | "001"))
        .then(|| whole(text, ValueKind::Imsi, value.to_owned(), Confidence::High))
}

/// ITU-T E.118. Some operators' numbers break the check digit, so that it is not asked for under the key.
fn iccid(text: &Text<'_>) -> Option<Hit> {
    let value = short(text, 24)?;
    let plain = value.trim_end_matches(['F', 'f']);
    let is_number = (18..=20).contains(&plain.len()) && plain.starts_with("89") && plain.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| whole(text, ValueKind::Iccid, plain.to_owned(), Confidence::High))
}

/// Whatever a maker calls a serial number: no less than six characters, one a digit, and no phrase.
fn serial(text: &Text<'_>) -> Option<Hit> {
    let written = short(text, 160)?;
    // What UPnP calls a unique service name: the device's UUID, and perhaps what is announced of it (UPnP Device Architecture 2.0, section 1.2.2).
    let named = written.strip_prefix("uuid:").map(|named| named.split("::").next().unwrap_or(named));
    let value = named.unwrap_or(written);
    let is_one = (6..=80).contains(&value.len())
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'/'));
    let varies = value.bytes().any(|byte| !matches!(byte, b'0' | b'-' | b':'));
    if !is_one || !varies || is_version(value) {
        return None;
    }
    let kind = if named.is_some() || is_uuid(value) { ValueKind::Uuid } else { ValueKind::Serial };
    Some(whole(text, kind, value.to_owned(), Confidence::High))
}

/// Digits and dots only: `1.2.3`, an address.
fn is_version(value: &str) -> bool {
    value.contains('.') && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// RFC 9562, section 4.
fn is_uuid(value: &str) -> bool {
    value.len() == 36 && value.bytes().enumerate().all(|(place, byte)| if matches!(place, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// An identifier for advertising, by its key. All zero is what one is who does not want to be followed.
fn advertising(text: &Text<'_>) -> Option<Hit> {
    let value = short(text, 80)?;
    let is_one = value.len() >= 8 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let varies = value.bytes().any(|byte| !matches!(byte, b'0' | b'-'));
    (is_one && varies && digits >= 2 && !is_version(value)).then(|| whole(text, ValueKind::AdId, value.to_owned(), Confidence::High))
}

/// The sender's own address as six bytes, in this or the reverse order.
fn raw(text: &Text<'_>, context: &Context<'_>, hits: &mut Vec<Hit>) {
    let [Some(mac), _] = context.macs else { return };
    // Addresses with many equal bytes stand in many messages.
    let is_new = |(place, byte): &(usize, &u8)| !mac.0.iter().take(*place).any(|before| before == *byte);
    if !mac.is_device() || mac.0.iter().enumerate().filter(is_new).count() < 3 {
        return;
    }
    let confidence = if mac.is_local() { Confidence::High } else { Confidence::Certain };
    for start in either_way(text.bytes, mac).into_iter().flatten() {
        hits.push(Hit { kind: ValueKind::Mac, value: mac.to_string(), confidence, start, length: 6, decimals: None, form: "" });
    }
}

/// Devices whose searches are kept ready on a thread, one a place.
const READY: usize = 64;

/// A search for an address, and for the same in reverse order.
type Searches = (Mac, [Finder<'static>; 2]);

thread_local! {
    /// A search takes longer to prepare than to look through most messages, and a device sends many.
    static SEARCHES: RefCell<[Option<Box<Searches>>; READY]> = const { RefCell::new([const { None }; READY]) };
}

/// Where six bytes stand first, and where the same in reverse order.
fn either_way(bytes: &[u8], mac: Mac) -> [Option<usize>; 2] {
    let place = mac.0.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte))) % READY;
    SEARCHES.with_borrow_mut(|searches| {
        let Some(slot) = searches.get_mut(place) else { return [None; 2] };
        let known = slot.take().filter(|known| known.0 == mac).unwrap_or_else(|| {
            let mut reversed = mac.0;
            reversed.reverse();
            Box::new((mac, [mac.0, reversed].map(|needle| Finder::new(&needle).into_owned())))
        });
        slot.insert(known).1.each_ref().map(|search| search.find(bytes))
    })
}

/// The sender's own address in base64.
fn encoded_mac(text: &Text<'_>, context: &Context<'_>) -> Option<Hit> {
    let mac = context.macs[0].filter(|mac| text.bytes.len() == 8 && mac.is_device())?;
    let value = text.bytes;
    // Most words begin otherwise: the letter of the first six bits, but for those of the two signs.
    let first = match mac.0[0] >> 2 {
        bits @ 0..26 => Some(b'A' + bits),
        bits @ 26..52 => Some(b'a' + bits - 26),
        bits @ 52..62 => Some(b'0' + bits - 52),
        _ => None,
    };
    if first.is_some_and(|first| value.first() != Some(&first)) {
        return None;
    }
    let mut encoded = [0; 8];
    data_encoding::BASE64.encode_mut(&mac.0, &mut encoded);
    let url = |byte: &u8| {
        if *byte == b'-' {
            b'+'
        } else if *byte == b'_' {
            b'/'
        } else {
            *byte
        }
    };
    value.iter().map(url).eq(encoded).then(|| whole(text, ValueKind::Mac, mac.to_string(), Confidence::Certain))
}

/// A hardware address under a key that says so, own or not. Group addresses belong to no device.
fn written_mac(text: &Text<'_>, context: &Context<'_>, kind: ValueKind) -> Option<Hit> {
    let value = short(text, 20)?;
    let written: String = value.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    let number = u64::from_str_radix(&written, 16).ok().filter(|_| written.len() == 12)?;
    let [_, _, bytes @ ..] = number.to_be_bytes();
    let mac = Mac(bytes);
    let is_own = kind == ValueKind::Mac && context.macs.contains(&Some(mac));
    // What the list of own addresses knows is told from there.
    (mac.is_device() && bytes != [0xff; 6] && !is_own).then(|| whole(text, kind, value.to_owned(), Confidence::High))
}

/// The addresses of the two ends' devices, in any spelling. The receiver's is believed under its key only: a log that names the router tells nothing.
fn own_macs(text: &Text<'_>, context: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.bytes.len() < WRITTEN || text.meaning == Some(Meaning::Bssid) || context.macs == [None, None] {
        return;
    }
    let written = context.macs.map(|mac| mac.filter(|mac| mac.is_device()).map(Written::new));
    let ends = Ends::of(&written);
    let confidence = |side: usize| match (side, text.meaning) {
        (0, _) if context.macs[0].is_some_and(Mac::is_local) => Confidence::High,
        (0, _) => Confidence::Certain,
        (_, Some(Meaning::Mac | Meaning::Serial | Meaning::Device)) => Confidence::High,
        _ => Confidence::Low,
    };
    for (start, end) in runs(text.bytes) {
        let run = text.bytes.get(start..end).unwrap_or_default();
        spelled(run, &written, &ends, &mut |side, at, length| {
            let value = String::from_utf8_lossy(run.get(at..at + length).unwrap_or_default()).into_owned();
            hits.push(Hit { kind: ValueKind::Mac, value, confidence: confidence(side), start: start + at, length, decimals: None, form: "" });
        });
        if hits.len() > text.most {
            break;
        }
    }
}

/// Digits of a hardware address, and signs that stand between them.
static PART: Class = Class::new(false, b"0123456789abcdefABCDEF:-.");

/// Start and end of every run of at least [`WRITTEN`] such digits and signs.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    PART.runs(WRITTEN, bytes)
}

const MASK: u64 = 0xffff_ffff_ffff;
/// What stands in the middle of an address that was made longer.
const MIDDLE: u16 = 0xfffe;

/// An address as the numbers that its digits make.
#[derive(Clone, Copy)]
struct Written {
    forward: u64,
    reversed: u64,
    /// With `ff:fe` in its middle (EUI-64), and the same with the bit turned that says who chose it.
    long: u64,
    long_flipped: u64,
}

impl Written {
    fn new(mac: Mac) -> Self {
        let forward = mac.0.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let reversed = mac.0.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let long = forward >> 24 << 40 | 0xff_fe00_0000 | forward & 0xff_ffff;
        Self { forward, reversed, long, long_flipped: long ^ 2 << 56 }
    }
}

/// The last four digits of the addresses that are looked for, in either order, and of the middle of those that were made longer.
struct Ends {
    all: [u16; 5],
    /// A bit for each, by [`Self::mixed`].
    bits: u64,
}

impl Ends {
    fn of(addresses: &[Option<Written>; 2]) -> Self {
        let of = |written: Option<Written>| written.map_or([MIDDLE; 2], |written| [written.forward as u16, written.reversed as u16]);
        let ([one, two], [three, four]) = (of(addresses[0]), of(addresses[1]));
        let all = [one, two, three, four, MIDDLE];
        Self { all, bits: all.iter().fold(0, |bits, end| bits | 1 << Self::mixed(*end)) }
    }

    /// Whether these digits may be among them. Most are not, which one look tells.
    #[inline]
    fn may_have(&self, last: u16) -> bool {
        self.bits >> Self::mixed(last) & 1 == 1
    }

    /// Six bits that three digits have a part in.
    #[inline]
    fn mixed(last: u16) -> u16 {
        (last ^ last >> 6) & 63
    }
}

/// The value of each hexadecimal digit, [`NO_DIGIT`] of other bytes.
static DIGITS: [u8; 256] = digits_of_bytes();
const NO_DIGIT: u8 = 16;

#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
const fn digits_of_bytes() -> [u8; 256] {
    let mut all = [NO_DIGIT; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_hexdigit() {
            // Ten values from '0', six from 'a' or 'A'.
            all[byte] = (byte as u8 & 0xf) + (byte as u8 >> 6) * 9;
        }
        byte += 1;
    }
    all
}

/// Hexadecimal digits up to one in a run.
#[derive(Clone, Copy, Default)]
struct Upto {
    /// Bytes up to it.
    bytes: usize,
    /// The last sixteen, as a number.
    value: u64,
    count: usize,
}

impl Upto {
    /// The same up to the next one with which an address may end: behind as many as it has, with the same last four, or those in the middle of a longer one.
    fn next(self, run: &[u8], ends: &Ends) -> Option<Self> {
        let Self { bytes, mut value, mut count } = self;
        for (index, byte) in run.get(bytes..)?.iter().enumerate() {
            let digit = DIGITS.get(usize::from(*byte)).copied().unwrap_or(NO_DIGIT);
            if digit == NO_DIGIT {
                continue;
            }
            value = value << 4 | u64::from(digit);
            count += 1;
            let last = value as u16;
            if ends.may_have(last) && ends.all.contains(&last) && (count >= WRITTEN || last == MIDDLE) {
                return Some(Self { bytes: bytes + index + 1, value, count });
            }
        }
        None
    }
}

/// Where the addresses are spelled in a run: twelve hexadecimal digits with colons, dashes, dots or nothing between them, in this or the reverse order,
/// with `ff:fe` in its middle (EUI-64), or as the end of an IPv6 address (RFC 4291, appendix A).
fn spelled(run: &[u8], macs: &[Option<Written>; 2], ends: &Ends, found: &mut dyn FnMut(usize, usize, usize)) {
    let (mut at, mut is_longer) = (Upto::default(), false);
    while let Some(upto) = at.next(run, ends) {
        at = upto;
        let Upto { bytes, value, count } = upto;
        is_longer |= value as u16 == MIDDLE;
        for (side, written) in macs.iter().enumerate() {
            let Some(Written { forward, reversed, long, long_flipped }) = *written else { continue };
            let digits = if count >= 16 && (value == long || value == long_flipped) {
                16
            } else if count >= 12 && (value & MASK == forward || value & MASK == reversed) {
                12
            } else {
                continue;
            };
            if let Some((at, length)) = bounded(run, bytes - 1, digits) {
                found(side, at, length);
            }
        }
    }
    if is_longer && memchr::memmem::find(run, b"ff:fe").is_some() {
        for (side, written) in macs.iter().enumerate() {
            if let Some((at, length)) = written.and_then(|written| in_ipv6(run, written.long_flipped)) {
                found(side, at, length);
            }
        }
    }
}

/// Start and length of the `digits` digits that end at `last`, unless more digits stand directly before or behind them.
fn bounded(bytes: &[u8], last: usize, digits: usize) -> Option<(usize, usize)> {
    let mut left = digits;
    let is_first = |byte: &u8| {
        left -= usize::from(byte.is_ascii_hexdigit());
        left == 0
    };
    let start = last - bytes.get(..=last)?.iter().rev().position(is_first)?;
    let open = |index: Option<usize>| index.and_then(|index| bytes.get(index)).is_none_or(|byte| !byte.is_ascii_hexdigit());
    (open(start.checked_sub(1)) && open(last.checked_add(1))).then_some((start, last + 1 - start))
}

/// Where the last half of an IPv6 address, as it is usually written, is this number.
fn in_ipv6(bytes: &[u8], identifier: u64) -> Option<(usize, usize)> {
    let written = Ipv6Addr::from(0xfe80_u128 << 112 | u128::from(identifier)).to_string();
    let tail = written.strip_prefix("fe80::")?;
    let start = memchr::memmem::find(bytes, tail.as_bytes())?;
    let is_end = bytes.get(start + tail.len()).is_none_or(|byte| !byte.is_ascii_hexdigit());
    (start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b':') && is_end).then_some((start, tail.len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OWN, nothing, scan as search, told};
    use super::*;

    /// Test allocation 00 1017 00, made up; passes the check digit.
    const IMEI: &str = "352099001761481";

    #[test]
    fn luhn_is_checked_from_the_right() {
        assert!(luhn(IMEI) && luhn("79927398713"));
        assert!(!luhn("352099001761482"));
    }

    #[test]
    fn numbers_are_found_by_their_keys() {
        let body = format!(
            "{{\"imei\":\"{IMEI}\",\"imsi\":\"234150999999999\",\"iccid\":\"8944110064900000000F\",\"deviceId\":\"AB12CD34\",\"uuid\":\"0a1b2c3d-0000-4000-8000-00005e005343\"}}"
        );
        assert_eq!(told(ValueKind::Imei, Role::Body, &body), [IMEI]);
        assert_eq!(told(ValueKind::Imsi, Role::Body, &body), ["234150999999999"]);
        assert_eq!(told(ValueKind::Iccid, Role::Body, &body), ["8944110064900000000"]);
        assert_eq!(told(ValueKind::Serial, Role::Body, &body), ["AB12CD34"]);
        assert_eq!(told(ValueKind::Uuid, Role::Body, &body), ["0a1b2c3d-0000-4000-8000-00005e005343"]);
    }

    #[test]
    fn a_trackers_number_need_not_pass_the_check_under_its_key() {
        assert_eq!(told(ValueKind::Imei, Role::Target, "/api?imei=352099001761482"), ["352099001761482"]);
        assert_eq!(told(ValueKind::Imei, Role::Topic, "toy/352099001761481/state"), [IMEI]);
        assert_eq!(told(ValueKind::Imei, Role::Body, "{\"deviceId\":\"352099001761481\"}"), [IMEI]);
    }

    #[test]
    fn order_numbers_times_and_versions_are_nothing() {
        for text in [
            "{\"order\":\"352099001761481\",\"tracking\":\"79927398713\"}",
            "{\"ts\":1700000000123456,\"id\":170000000012345}",
            "{\"imei\":\"000000000000000\",\"imsi\":\"12\",\"iccid\":\"\",\"serial\":\"unknown\",\"deviceId\":\"00000000-0000-0000-0000-000000000000\"}",
            "{\"hash\":\"0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\"did\":\"1.2.3.4\"}",
            "{\"uid\":\"12345678\",\"client\":\"abc123def\"}",
        ] {
            nothing(Role::Body, text);
        }
        nothing(Role::Topic, "home/352099001761482/x");
    }

    #[test]
    fn the_own_address_is_found_in_every_spelling() {
        for spelling in [
            "00:00:5e:00:53:43",
            "00-00-5E-00-53-43",
            "0000.5e00.5343",
            "00005E005343",
            "00:00:5E:00:53:43",
            "4353005e0000",
            "43:53:00:5E:00:00",
            "00:00:5e:ff:fe:00:53:43",
            "fe80::200:5eff:fe00:5343",
        ] {
            let found = search(Role::Unknown, &format!("log entry {spelling} is here"));
            let [hit] = found.as_slice() else { panic!("{spelling}: {found:?}") };
            assert_eq!((hit.kind, hit.confidence), (ValueKind::Mac, Confidence::Certain), "{spelling}");
            assert!(spelling.ends_with(&hit.value), "{spelling}");
        }
    }

    #[test]
    fn a_plug_tells_its_address_in_its_model() {
        let found = search(Role::Target, "/wpad?model=DCH-S150_Ax_Default_FW_0120_00005E005343");
        assert_eq!(found.iter().map(|hit| (hit.kind, hit.value.as_str(), hit.field.as_str())).collect::<Vec<_>>(), [(ValueKind::Mac, "00005E005343", "model")]);
    }

    #[test]
    fn other_addresses_need_a_key() {
        nothing(Role::Unknown, "neighbour 00:00:5e:00:53:99 and group 01:00:5e:00:00:fb seen by 00:00:5e:00:53:fe");
        nothing(Role::Unknown, "longer a00005e005343 00005e0053430 digits");
        assert_eq!(told(ValueKind::Mac, Role::Body, "{\"mac\":\"00:00:5e:00:53:99\"}"), ["00:00:5e:00:53:99"]);
        assert_eq!(told(ValueKind::Bssid, Role::Body, "{\"bssid\":\"00:00:5e:00:53:fe\"}"), ["00:00:5e:00:53:fe"]);
        nothing(Role::Body, "{\"mac\":\"01:00:5e:00:00:fb\",\"btmac\":\"ff:ff:ff:ff:ff:ff\"}");
    }

    #[test]
    fn a_serial_that_is_the_address_is_both() {
        let found = search(Role::Target, "/scale/register?serialNumber=00005E005343");
        let kinds: Vec<_> = found.iter().map(|hit| hit.kind).collect();
        assert!(kinds.contains(&ValueKind::Mac) && kinds.contains(&ValueKind::Serial), "{found:?}");
    }

    #[test]
    fn an_address_chosen_by_software_is_less_certain() {
        let local = Mac([0x02, 0, 0, 0, 0, 1]);
        let hits = crate::content::scan(
            &super::super::tests::readable(Role::Unknown, b"x 02:00:00:00:00:01"),
            &Context { macs: [Some(local), Some(OWN)], ..Context::default() },
        );
        assert_eq!(hits.first().map(|hit| hit.confidence), Some(Confidence::High));
    }
}
