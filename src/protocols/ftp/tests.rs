use super::super::protocol::Parser;
use super::super::testing::{Show, drive_all, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (FTP.open)()
}

fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
    let (from_port, to_port) = if direction == ToServer { (50_000, 2_100) } else { (2_100, 50_000) };
    probe(&Probe { bytes, direction, from_port, to_port, from_start })
}

#[test]
fn a_camera_puts_a_picture_on_a_server() {
    let told = drive_split(
        open,
        &[
            (ToClient, b"220-Welcome\r\n220 (vsFTPd 3.0.3)\r\n"),
            (ToServer, b"USER camera\r\n"),
            (ToClient, b"331 Please specify the password.\r\n"),
            (ToServer, b"PASS  12 34\r\n"),
            (ToClient, b"230 Login successful.\r\n"),
            (ToServer, b"PASV\r\n"),
            (ToClient, b"227 Entering Passive Mode (192,0,2,1,195,80).\r\n"),
            (ToServer, b"STOR /nursery/1.jpg\r\n"),
            (ToClient, b"150 Ok to send data.\r\n226 Transfer complete.\r\n"),
            (ToServer, b"\xff\xf4\xff\xf2ABOR\r\nQUIT"),
        ],
    );
    assert_eq!(
        told,
        [
            "Body - - [] @4: Welcome",
            "Body - - [] @17: (vsFTPd 3.0.3)",
            "exchange greeting - - - - (vsFTPd 3.0.3) status 220 bytes 0",
            "value username user=camera []",
            "Body - - [] @37: Please specify the password.",
            "exchange - USER - - - - status 331 bytes 0",
            "value password pass=12 34 []",
            "Body - - [] @71: Login successful.",
            "exchange - PASS - - - - status 230 bytes 0",
            "Body - - [] @94: Entering Passive Mode (192,0,2,1,195,80).",
            "awaited ftp-data Some(50000)",
            "exchange - PASV - - - - status 227 bytes 0",
            "Target - - [] @37: /nursery/1.jpg",
            "Body - - [] @141: Ok to send data.",
            "Body - - [] @163: Transfer complete.",
            "exchange - STOR /nursery/1.jpg - - - status 226 bytes 0",
            "exchange - ABOR - - - - status - bytes 0",
            "exchange - QUIT - - - - status - bytes 0",
        ]
    );
}

#[test]
fn anybodys_password_is_none() {
    let told =
        drive_split(open, &[(ToServer, b"user Anonymous\r\npass anna@example.org\r\nSITE PSWD old new\r\nPORT 192,0,2,7,4,1\r\nEPRT |1|192.0.2.7|1026|\r\n")]);
    assert_eq!(told.iter().filter(|line| line.starts_with("value password")).count(), 1, "{told:?}");
    assert!(told.contains(&"Payload pass - [] @21: anna@example.org".to_owned()), "{told:?}");
    assert!(
        told.contains(&"value password site=old new []".to_owned()) && told.contains(&"exchange - SITE PSWD - - - status - bytes 0".to_owned()),
        "{told:?}"
    );
    assert!(told.contains(&"awaited ftp-data Some(1025)".to_owned()) && told.contains(&"awaited ftp-data Some(1026)".to_owned()));
}

#[test]
fn tls_takes_over() {
    let told = drive_split(open, &[(ToClient, b"220 ready\r\n"), (ToServer, b"AUTH TLS\r\n"), (ToClient, b"234 go\r\n"), (ToServer, b"\x16\x03\x01\x02")]);
    assert_eq!(told.get(2..), Some(&["Body - - [] @15: go", "exchange - AUTH TLS - - - status 234 bytes 0", "Handover(0)"].map(str::to_owned)[..]));
}

#[test]
fn it_is_known_by_its_bytes() {
    for first in [&b"USER anna\r\n"[..], b"user anna\n", b"AUTH TLS\r\n", b"FEAT\r\n", b"SYST\r\n", b"CLNT x\r\n"] {
        assert_eq!(ask(first, ToServer, true), Verdict::Yes, "{first:?}");
    }
    assert_eq!(ask(b"220 NASFTPD Turbo station FTP server\r\n", ToClient, true), Verdict::Yes);
    assert_eq!(ask(b"220 ready\r\n", ToClient, true), Verdict::Unsure);
    assert_eq!(ask(b"220 mail ESMTP\r\n", ToClient, true), Verdict::No);
    assert_eq!((ask(b"USE", ToServer, true), ask(b"22", ToClient, true)), (Verdict::Unsure, Verdict::Unsure));
    for middle in [&b"RETR a.txt\r\n"[..], b"PASV\r\n", b"TYPE I\r\n", b"PORT 192,0,2,7,4,1\r\n"] {
        assert_eq!((ask(middle, ToServer, false), ask(middle, ToClient, false), ask(middle, ToServer, true)), (Verdict::Yes, Verdict::Swapped, Verdict::No));
    }
    assert_eq!(ask(b"227 Entering Passive Mode (192,0,2,1,4,1)\r\n", ToServer, false), Verdict::Swapped);
    for other in [
        &b"USER anna 0 * :Anna\r\n"[..],
        b"EHLO a\r\n",
        b"AUTH PLAIN\r\n",
        b"GET / HTTP/1.1\r\n",
        b"HTTP/1.1 220 x\r\n",
        b"USER\r\n",
        b"\x16\x03\x01\n",
        b"2200 x\r\n",
    ] {
        assert_eq!(ask(other, ToServer, true), Verdict::No, "{other:?}");
    }
    assert_eq!((ask(b"RETR 1\r\n", ToServer, false), ask(b"LIST\r\n", ToServer, false)), (Verdict::No, Verdict::No), "POP3's");
}

#[test]
fn gaps_and_garbage_do_no_harm() {
    let shows = [
        Show::Bytes(ToServer, b"USER anna\r\nPWD\r\n"),
        Show::Gap(ToClient, 90),
        Show::Bytes(ToClient, b"xx\r\n257 \"/\"\r\n"),
        Show::Bytes(ToServer, b"!!! \r\nNOOP\r\n"),
        Show::Bytes(ToClient, b"2000\r\n200 ok\r\n"),
    ];
    let told = drive_all(open(), &shows);
    let exchanges: Vec<&str> = told.iter().filter(|line| line.starts_with("exchange")).map(String::as_str).collect();
    assert_eq!(
        exchanges,
        ["exchange - USER - - - - status - bytes 0", "exchange - PWD - - - - status - bytes 0", "exchange - NOOP - - - - status 200 bytes 0"]
    );
    assert!(told.contains(&"malformed ftp command expected".to_owned()));
}
