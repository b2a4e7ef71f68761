use super::*;
use crate::wire::{Mark, Marks, Timestamp};

const UD: &[u8] = b"[3G*8800000015*009E*UD,220426,080912,A,48.858370,N,002.294481,E,0.50,181.0,33,9,90,76,1204,12,00000008,1,1,234,15,101,2201,150,2,\
HomeNet,00:00:5e:00:53:a1,-52,,0:0:5E:0:53:a2,-80]";
const V_FIX: &[u8] = b"[3G*8800000015*0054*UD,220426,080912,V,48.858370,N,002.294481,E,0.50,181.0,33,9,90,76,1204,12,00000008,0,0]";

/// A frame with its true length.
fn framed(content: &[u8]) -> Vec<u8> {
    [format!("[3G*8800000015*{:04X}*", content.len()).as_bytes(), content, b"]"].concat()
}

fn line(event: &Event<'_>) -> String {
    match event {
        Event::Exchange(exchange) => format!("exchange {}", exchange.kind.unwrap()),
        Event::Value(value) => format!("{} {}={} {:?}", value.kind.word(), value.field, value.value, value.chain),
        Event::Command(command) => format!("order {} {}", command.order.word(), command.word),
        Event::Claim(claim) => format!("claim {} {}", claim.kind.word(), claim.certain),
        Event::Media { media, codec, at } => format!("media {} {codec} +{}", media.word(), at.length),
        Event::Readable(readable) => format!("readable {}", String::from_utf8_lossy(readable.bytes)),
        Event::Malformed { what } => format!("malformed {what}"),
        other => format!("{other:?}"),
    }
}

/// What a parser tells of pieces sent one way.
fn told(direction: Direction, pieces: &[&[u8]]) -> Vec<String> {
    let whole = pieces.concat();
    let mut marks = Marks::default();
    marks.push(Mark { stream: 0, length: whole.len() as u32, packet: 1, time: Timestamp(0), offset: Some(54) });
    let (mut lines, mut parser) = (Vec::new(), Watch::default());
    let (mut consumed, mut shown) = (0, 0);
    for piece in pieces {
        shown += piece.len();
        let input = Input { direction, bytes: &whole[consumed..shown], offset: consumed as u64, marks: &marks };
        match parser.read(input, &mut |event| lines.push(line(&event))) {
            Progress::Consumed(count) => consumed += count,
            other => panic!("{other:?}"),
        }
    }
    parser.end(&mut |event| lines.push(line(&event)));
    lines
}

/// The same without what every frame tells.
fn of(direction: Direction, content: &[u8]) -> Vec<String> {
    let lines = told(direction, &[&framed(content)]);
    lines.into_iter().filter(|line| !line.starts_with("exchange") && !line.starts_with("claim") && !line.contains(" id=")).collect()
}

#[test]
fn a_fix_tells_position_and_networks() {
    let lines = told(Direction::ToServer, &[UD]);
    let want = [
        "exchange UD",
        "claim watch true",
        "serial id=8800000015 []",
        "position UD=48.858370,2.294481 []",
        "network-name wifi=HomeNet []",
        "bssid wifi=00:00:5e:00:53:a1 []",
        "bssid wifi=00:00:5e:00:53:a2 []",
    ];
    let length = UD.len() - 21;
    assert_eq!(u16::from_str_radix(std::str::from_utf8(&UD[15..19]).unwrap(), 16).unwrap(), length as u16, "the test's own length");
    assert_eq!(lines, want);
}

#[test]
fn without_a_fix_it_is_the_last_place() {
    let lines = told(Direction::ToServer, &[V_FIX]);
    assert!(lines.contains(&"position last position=48.858370,2.294481 []".to_owned()), "{lines:?}");
    let none = of(Direction::ToServer, b"UD,220426,080912,V,0.0,,0.0,,0.50,181.0,33,9,90,76,1204,12,00000008,0,0");
    assert!(none.is_empty(), "{none:?}");
    let zero = of(Direction::ToServer, b"UD,220426,080912,A,0.000000,N,000.000000,E,0,0,0,0,0,0,0,0,0,0,0");
    assert!(zero.is_empty(), "{zero:?}");
}

#[test]
fn an_imei_is_told_as_one() {
    let lines = told(Direction::ToServer, &[b"[ZJ*350000000000006*0001*0002*LK]"]);
    assert!(lines.contains(&"imei id=350000000000006 []".to_owned()), "{lines:?}");
}

#[test]
fn health_and_profile_are_told_apart() {
    assert_eq!(of(Direction::ToServer, b"bphrt,110,70,82,132,1,8,29"), ["health bphrt=110,70,82 []", "profile bphrt=132,1,8,29 []"]);
    assert_eq!(of(Direction::ToServer, b"heart,82"), ["health heart=82 []"]);
    assert_eq!(of(Direction::ToServer, b"heart,0"), Vec::<String>::new());
}

#[test]
fn voice_and_pictures_are_found() {
    assert_eq!(of(Direction::ToServer, b"TK,#!AMR\x0a\x04\x01\x7d\x03\x7d\x02zz"), ["media voice amr +14"]);
    assert_eq!(of(Direction::ToClient, b"TK,1"), Vec::<String>::new(), "an acknowledgement");
    assert_eq!(of(Direction::ToServer, b"img,5,220426080912,\xff\xd8\xff\xe0abc"), ["media picture jpeg +7"]);
}

#[test]
fn orders_come_from_the_server_only() {
    assert_eq!(of(Direction::ToClient, b"MONITOR,+447700900123"), ["order listen-in MONITOR", "phone MONITOR=+447700900123 []"]);
    assert_eq!(of(Direction::ToServer, b"MONITOR"), Vec::<String>::new(), "the watch's own acknowledgement");
    assert_eq!(of(Direction::ToClient, b"IP,203.0.113.9,8001"), ["order move-server IP"]);
    assert_eq!(of(Direction::ToClient, b"rcapture"), ["order take-picture rcapture"]);
    assert_eq!(of(Direction::ToClient, b"PW,111111"), ["order set-password PW", "password PW=111111 []"]);
    assert_eq!(of(Direction::ToClient, b"APN,internet,anna,secret,23415"), ["order set APN", "username APN=anna []", "password APN=secret []"]);
    assert_eq!(of(Direction::ToClient, b"SMS,+447700900123,hello"), ["order set SMS", "phone SMS=+447700900123 []"]);
    assert_eq!(of(Direction::ToClient, b"LK"), Vec::<String>::new());
    assert_eq!(of(Direction::ToClient, b"LZ,1,0"), ["order set LZ"]);
}

#[test]
fn contacts_have_names_and_numbers() {
    let want = [
        "order set-contact PHB",
        "phone PHB=+447700900123 []",
        "name PHB=Emma [\"hex\", \"utf-16be\"]",
        "readable Emma",
        "phone PHB=07700900124 []",
        "name PHB=妈妈 [\"hex\", \"utf-16be\"]",
        "readable 妈妈",
    ];
    assert_eq!(of(Direction::ToClient, b"PHB,+447700900123,0045006D006D0061,07700900124,59885988"), want);
    let want = ["order set-contact PHBX", "name PHBX=Emma [\"hex\", \"utf-16be\"]", "readable Emma", "phone PHBX=+447700900123 []"];
    assert_eq!(of(Direction::ToClient, b"PHBX,1,0045006D006D0061,+447700900123"), want);
}

#[test]
fn settings_are_read_out() {
    let lines = of(Direction::ToServer, b"TS,ver:G30_1;ID:8800000015;imei:350000000000006;ip_url:192.0.2.7;port:8001;center:+447700900123;sos1:;pw:123456;");
    assert_eq!(lines, ["imei imei=350000000000006 []", "phone center=+447700900123 []", "password pw=123456 []"]);
}

/// Frames of every kind, some with wrong lengths, junk between.
fn conversation() -> Vec<u8> {
    let wrong = b"[3G*8800000015*0001*LK,1,2,90][3G*8800000015*00FF*LK,3,4,90]".to_vec();
    let voice = framed(b"TK,#!AMR\x0a\x04][3Gx]\x01");
    [UD.to_vec(), b"\r\n".to_vec(), wrong, V_FIX.to_vec(), b"?!".to_vec(), voice, b"[3G*8800000015*00FF*AL]\r\n".to_vec()].concat()
}

#[test]
fn splits_change_nothing() {
    let bytes = conversation();
    let whole = told(Direction::ToServer, &[&bytes]);
    assert_eq!(whole.iter().filter(|line| line.starts_with("exchange")).count(), 6, "{whole:?}");
    assert_eq!(whole.iter().filter(|line| line.starts_with("malformed")).count(), 1);
    for split in 0..bytes.len() {
        assert_eq!(told(Direction::ToServer, &[&bytes[..split], &bytes[split..]]), whole, "{split}");
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(told(Direction::ToServer, &single), whole);
}

#[test]
fn cuts_and_noise_never_panic() {
    let bytes = conversation();
    for length in 0..bytes.len() {
        told(Direction::ToServer, &[&bytes[..length]]);
    }
    proptest::proptest!(|(content in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), word in "(UD|TK|PHB|TS|bphrt|img|MESSAGE),")| {
        told(Direction::ToClient, &[&framed(&[word.as_bytes(), &content].concat())]);
        told(Direction::ToClient, &[&content]);
    });
}

#[test]
fn after_a_gap_reading_goes_on_at_the_next_frame() {
    let (marks, mut lines, mut parser) = (Marks::default(), Vec::new(), Watch::default());
    let first = b"[3G*8800000015*0002*L";
    let mut say = |event: Event<'_>| lines.push(line(&event));
    parser.read(Input { direction: Direction::ToServer, bytes: first, offset: 0, marks: &marks }, &mut say);
    assert_eq!(parser.gap(Direction::ToServer, 30, &mut say), Progress::Consumed(0));
    let rest = b"90,5][3G*8800000015*0002*LK]";
    let progress = parser.read(Input { direction: Direction::ToServer, bytes: rest, offset: 51, marks: &marks }, &mut say);
    assert_eq!(progress, Progress::Consumed(rest.len()));
    assert_eq!(lines, ["exchange LK", "claim watch true", "serial id=8800000015 []"]);
}

#[test]
fn much_junk_ends_it() {
    let (marks, mut parser) = (Marks::default(), Watch::default());
    let bytes = vec![b'x'; 70_000];
    let progress = parser.read(Input { direction: Direction::ToServer, bytes: &bytes, offset: 0, marks: &marks }, &mut |_| {});
    assert_eq!(progress, Progress::Lost);
}

fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
    probe(&Probe { bytes, direction, from_port: 40_000, to_port: 8001, from_start })
}

#[test]
fn the_header_decides() {
    for cut in 0..=20 {
        assert_eq!(ask(&UD[..cut], Direction::ToServer, true), Verdict::Unsure, "{cut}");
    }
    assert_eq!(ask(&UD[..21], Direction::ToServer, true), Verdict::Yes);
    assert_eq!(ask(b"[12:00:01*eth0*0010*up]", Direction::ToServer, true), Verdict::No);
    assert_eq!(ask(b"[3G*8800000015*0002*LK] was seen", Direction::ToServer, true), Verdict::No, "a frame in a log");
}

#[test]
fn picked_up_in_the_middle_the_word_tells_who_is_the_watch() {
    assert_eq!(ask(UD, Direction::ToClient, false), Verdict::Swapped);
    assert_eq!(ask(UD, Direction::ToServer, false), Verdict::Yes);
    assert_eq!(ask(UD, Direction::ToClient, true), Verdict::Yes);
    let order = framed(b"CENTER,+447700900123");
    assert_eq!(ask(&order, Direction::ToServer, false), Verdict::Swapped);
    assert_eq!(ask(&order[..22], Direction::ToServer, false), Verdict::Unsure);
}
