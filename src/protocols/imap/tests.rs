use super::super::protocol::Parser;
use super::super::testing::{Show, drive_all, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (IMAP.open)()
}

fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
    probe(&Probe { bytes, direction, from_port: 50_000, to_port: 50_001, from_start })
}

#[test]
fn a_login_and_a_mail_are_read() {
    let told = drive_split(
        open,
        &[
            (ToClient, b"* OK Dovecot ready.\r\n"),
            (ToServer, b"a1 LOGIN anna \"ti\\\"ger 1\"\r\n"),
            (ToClient, b"a1 OK done\r\n"),
            (ToServer, b"a2 SELECT \"INBOX\"\r\na3 FETCH 1 BODY[]\r\n"),
            (ToClient, b"* 3 EXISTS\r\na2 OK done\r\n* 1 FETCH (BODY[] {28}\r\nTo: anna@example.org\r\n\r\nhi\r\n UID 4)\r\na3 OK done\r\n"),
            (ToServer, b"a4 IDLE\r\nDONE\r\na5 LOGOUT"),
        ],
    );
    assert_eq!(
        told,
        [
            "exchange greeting - - - - Dovecot ready. status - bytes 0",
            "value username login=anna []",
            "value password login=ti\"ger 1 []",
            "exchange - LOGIN - - - - status - bytes 0",
            "exchange - SELECT INBOX - - - status - bytes 0",
            "Body - - [] @57: * 1 FETCH (BODY[] ",
            "Header To - [] unpacked: anna@example.org",
            r#"Body - - ["mail"] @0: hi\n"#,
            "Body - - [] @109:  UID 4)",
            "exchange - FETCH - - - - status - bytes 28",
            "exchange - IDLE - - - - status - bytes 0",
            "exchange - LOGOUT - - - - status - bytes 0",
        ]
    );
}

#[test]
fn literals_and_sasl_hide_nothing() {
    let told = drive_split(
        open,
        &[
            (ToServer, b"1 LOGIN {4}\r\n"),
            (ToClient, b"+ go\r\n"),
            (ToServer, b"anna {7+}\r\ntiger12\r\n2 AUTHENTICATE PLAIN\r\n"),
            (ToClient, b"1 NO\r\n+ \r\n"),
            (ToServer, b"AGFubmEAdGlnZXIxMg==\r\n3 APPEND Sent {14}\r\nTo: a\r\n\r\nhey\r\n\r\n"),
            (ToClient, b"2 OK\r\n3 OK\r\n"),
        ],
    );
    assert_eq!(
        told,
        [
            "value username login=anna []",
            "value password login=tiger12 []",
            "exchange - LOGIN - - - - status - bytes 0",
            r#"value username plain=anna ["base64"]"#,
            r#"value password plain=tiger12 ["base64"]"#,
            "Header To - [] unpacked: a",
            r#"Body - - ["mail"] @0: hey\n"#,
            "exchange - AUTHENTICATE PLAIN - - - status - bytes 0",
            "exchange - APPEND Sent - - - status - bytes 14",
        ]
    );
}

#[test]
fn tls_takes_over_and_gaps_do_no_harm() {
    let told = drive_split(open, &[(ToServer, b"a STARTTLS\r\n"), (ToClient, b"a OK go\r\n"), (ToServer, b"\x16\x03\x01")]);
    assert_eq!(told, ["exchange - STARTTLS - - - - status - bytes 0", "Handover(0)"]);
    let shows = [
        Show::Bytes(ToServer, b"1 LOGIN {400}\r\nan"),
        Show::Gap(ToServer, 4_000),
        Show::Bytes(ToServer, b"x\r\n2 NOOP\r\n"),
        Show::Bytes(ToClient, b"* 1 FETCH (BODY[TEXT] {900}\r\nhello"),
        Show::Gap(ToClient, 2_000),
        Show::Bytes(ToClient, b"\r\n2 OK\r\n"),
    ];
    let told = drive_all(open(), &shows);
    assert_eq!(told.last().map(String::as_str), Some("exchange - NOOP - - - - status - bytes 5"), "{told:?}");
}

#[test]
fn it_is_known_by_its_bytes() {
    assert_eq!((ask(b"* OK IMAP4 ready\r\n", ToClient, true), ask(b"* OK [CAPABILITY", ToClient, true)), (Verdict::Yes, Verdict::Unsure));
    for first in [&b"a1 CAPABILITY\r\n"[..], b"A001 LOGIN anna x\r\n", b"tag1 authenticate plain\r\n", b"1 STARTTLS\r\n"] {
        assert_eq!(ask(first, ToServer, true), Verdict::Yes, "{first:?}");
    }
    assert_eq!((ask(b"a1 CAPAB", ToServer, true), ask(b"a1 LOGIN anna x\r\n", ToClient, false)), (Verdict::Unsure, Verdict::Swapped));
    for other in
        [&b"GET / HTTP/1.1\r\n"[..], b"a CAPABILITY\r\n", b"a1 HELLO x\r\n", b"a1 CAPABILITY x\r\n", b"a1 LOGIN\r\n", b"* x\r\n", b"PRIVMSG #a1 :LOGIN\r\n"]
    {
        assert_eq!(ask(other, ToServer, true), Verdict::No, "{other:?}");
    }
}
