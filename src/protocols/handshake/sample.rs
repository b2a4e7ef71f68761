//! Handshake messages for tests.

use super::certificate::tests as certificates;

type Extensions<'e> = &'e [(u16, &'e [u8])];

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &u32::try_from(body.len()).unwrap().to_be_bytes()[1..], body].concat()
}

fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes(), &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat()
}

fn extensions(list: Extensions<'_>) -> Vec<u8> {
    list.iter().flat_map(|(kind, data)| extension(*kind, data)).collect()
}

fn hello(middle: &[u8], random: [u8; 32], session: &[u8], extensions: &[u8]) -> Vec<u8> {
    let session = [&[u8::try_from(session.len()).unwrap()], session].concat();
    [&[3, 3][..], &random, &session, middle, &u16::try_from(extensions.len()).unwrap().to_be_bytes(), extensions].concat()
}

fn server_name(name: &str) -> Vec<u8> {
    let length = u16::try_from(name.len()).unwrap();
    extension(0, &[&(length + 3).to_be_bytes(), &[0][..], &length.to_be_bytes(), name.as_bytes()].concat())
}

const SUITES: [u8; 8] = [0, 4, 0x13, 0x01, 0xc0, 0x2f, 1, 0];

/// A ClientHello for `name` that offers `h2`.
pub(crate) fn client_hello(name: &str) -> Vec<u8> {
    client_hello_padded(name, 0)
}

/// The same with `padding` bytes before the names.
pub(crate) fn client_hello_padded(name: &str, padding: usize) -> Vec<u8> {
    let extensions = [extension(21, &vec![0; padding]), server_name(name), extension(16, b"\x00\x03\x02h2")].concat();
    message(1, &hello(&SUITES, [7; 32], &[], &extensions))
}

/// A ClientHello for `name` (for nobody where that is empty) that goes on with a session and has these extensions.
pub(crate) fn client_hello_with(name: &str, session: &[u8], more: Extensions<'_>) -> Vec<u8> {
    let name = if name.is_empty() { Vec::new() } else { server_name(name) };
    message(1, &hello(&SUITES, [7; 32], session, &[name, extensions(more)].concat()))
}

/// A ServerHello, or a HelloRetryRequest.
pub(crate) fn server_hello(version: u16, suite: u16, is_retry: bool) -> Vec<u8> {
    let random = if is_retry { super::hello::RETRY_RANDOM } else { [8; 32] };
    let extensions = if version == 0x0304 { extension(43, &[3, 4]) } else { Vec::new() };
    let [high, low] = suite.to_be_bytes();
    message(2, &hello(&[high, low, 0], random, &[], &extensions))
}

/// A ServerHello that calls the session so and has these extensions.
pub(crate) fn server_hello_with(suite: u16, session: &[u8], more: Extensions<'_>) -> Vec<u8> {
    let [high, low] = suite.to_be_bytes();
    message(2, &hello(&[high, low, 0], [8; 32], session, &extensions(more)))
}

/// A Certificate message with one certificate.
pub(crate) fn certificate(name: &str) -> Vec<u8> {
    message(11, &certificates::chain_of(&[certificates::certificate(name, &[name])]))
}

/// A Certificate message with one certificate without extensions.
pub(crate) fn tors_certificate(subject: &str, issuer: &str) -> Vec<u8> {
    message(11, &certificates::chain_of(&[certificates::plain_certificate(subject, issuer)]))
}
