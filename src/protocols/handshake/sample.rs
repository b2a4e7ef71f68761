//! Handshake messages for tests.

use super::certificate::tests as certificates;

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &u32::try_from(body.len()).unwrap().to_be_bytes()[1..], body].concat()
}

fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes(), &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat()
}

fn hello(middle: &[u8], random: [u8; 32], extensions: &[u8]) -> Vec<u8> {
    [&[3, 3][..], &random, &[0], middle, &u16::try_from(extensions.len()).unwrap().to_be_bytes(), extensions].concat()
}

/// A ClientHello for `name` that offers `h2`.
pub(crate) fn client_hello(name: &str) -> Vec<u8> {
    client_hello_padded(name, 0)
}

/// The same with `padding` bytes before the names.
pub(crate) fn client_hello_padded(name: &str, padding: usize) -> Vec<u8> {
    let length = u16::try_from(name.len()).unwrap();
    let server_name = [&(length + 3).to_be_bytes(), &[0][..], &length.to_be_bytes(), name.as_bytes()].concat();
    let extensions = [extension(21, &vec![0; padding]), extension(0, &server_name), extension(16, b"\x00\x03\x02h2")].concat();
    message(1, &hello(&[0, 4, 0x13, 0x01, 0xc0, 0x2f, 1, 0], [7; 32], &extensions))
}

/// A ServerHello, or a HelloRetryRequest.
pub(crate) fn server_hello(version: u16, suite: u16, is_retry: bool) -> Vec<u8> {
    let random = if is_retry { super::hello::RETRY_RANDOM } else { [8; 32] };
    let extensions = if version == 0x0304 { extension(43, &[3, 4]) } else { Vec::new() };
    let [high, low] = suite.to_be_bytes();
    message(2, &hello(&[high, low, 0], random, &extensions))
}

/// A Certificate message with one certificate.
pub(crate) fn certificate(name: &str) -> Vec<u8> {
    message(11, &certificates::chain_of(&[certificates::certificate(name, &[name])]))
}
