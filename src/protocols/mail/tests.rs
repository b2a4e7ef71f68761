use super::*;
use crate::protocols::testing::line;

fn told(text: &str) -> Vec<String> {
    let (mut mail, mut lines) = (Mail::default(), Vec::new());
    for one in text.lines() {
        mail.line(one.as_bytes(), At::default(), &mut |event| lines.push(line(&event)));
    }
    mail.finish(&mut |event| lines.push(line(&event)));
    lines
}

#[test]
fn a_mail_tells_its_head_and_its_text() {
    let lines = told("From: Anna\n <anna@example.org>\nMessage-ID: <1@example.org>\nSubject: =?utf-8?Q?f=C3=BCr?=\nno field\n\nHello\n\nBert");
    let want = [
        r"Header From - [] unpacked: Anna\r\n <anna@example.org>",
        r#"Header Subject - ["encoded-word"] unpacked: f\xc3\xbcr"#,
        r#"Body - - ["mail"] @0: Hello\n\nBert\n"#,
    ];
    assert_eq!(lines, want);
}

#[test]
fn parts_are_taken_apart_and_decoded() {
    let lines = told(
        "Content-Type: multipart/mixed;\n boundary=\"a b\"\n\npreamble\n--a b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\
         Content-Transfer-Encoding: quoted-printable\n\nsn=3D1 =\n2\n--c--\n--a b\nContent-Type: image/jpeg; name=x\nContent-Transfer-Encoding: BASE64\n\n/9j/4AAQSkZJ\nRgABAQ==\n\
         --a b\nContent-Type: message/rfc822\n\nTo: bert@example.org\n\ninner\n--a b--\nepilogue",
    );
    let want = [
        r#"Body - text/plain ["mail", "quoted-printable"] @0: sn=1 2\n"#,
        "media picture jpeg",
        r#"Body - image/jpeg ["mail", "base64"] @0: \xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01"#,
        "Header To - [] unpacked: bert@example.org",
        r#"Body - - ["mail"] @0: inner\n"#,
    ];
    assert_eq!(lines, want);
}

#[test]
fn bytes_are_cut_into_lines() {
    let text = b"To: a@example.org\r\n\r\nhello\r\nyou";
    let marks = crate::wire::Marks::default();
    for cut in 0..text.len() {
        let (mut mail, mut lines) = (Mail::default(), Vec::new());
        for (bytes, offset) in [(&text[..cut], 0), (&text[cut..], cut as u64)] {
            let input = Input { direction: crate::wire::Direction::ToServer, bytes, offset, marks: &marks };
            mail.bytes(&input, &mut |event| lines.push(line(&event)));
        }
        mail.finish(&mut |event| lines.push(line(&event)));
        assert_eq!(lines, ["Header To - [] unpacked: a@example.org", r#"Body - - ["mail"] @0: hello\nyou\n"#], "{cut}");
    }
}

#[test]
fn hostile_mails_are_bounded() {
    let nested: Vec<String> = (0..100).map(|number| format!("Content-Type: multipart/x; boundary={number}\n\n--{number}\n")).collect();
    assert!(told(&nested.concat()).len() < 200);
    let inner = "Content-Type: message/rfc822\n\n".repeat(1_000);
    assert!(told(&inner).len() < 1_000);
    let folded = format!("X: a\n{}\n\n", " b\n".repeat(100_000));
    assert!(told(&folded).iter().all(|line| line.len() < 5 * FIELD_LIMIT));
    assert!(told(&"--\n--x\n".repeat(100)).len() < 2);
}
