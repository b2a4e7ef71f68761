//! AES (FIPS 197) with a key that is the same in every device and was published: it hides nothing, and is undone.
//!
//! No protocol of its own.

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Block};

/// A block of AES.
pub(super) const BLOCK: usize = 16;

/// The blocks decrypted each for itself (ECB); none if the bytes are no whole blocks.
pub(super) fn ecb(key: [u8; 16], bytes: &[u8]) -> Option<Vec<u8>> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    if blocks.is_empty() || !rest.is_empty() {
        return None;
    }
    let cipher = Aes128::new(&key.into());
    let mut plain = Vec::with_capacity(bytes.len());
    for bytes in blocks {
        let mut block: Block = (*bytes).into();
        cipher.decrypt_block(&mut block);
        plain.extend_from_slice(&block);
    }
    Some(plain)
}

/// The blocks decrypted one after another (CBC); none if the bytes are no whole blocks.
pub(super) fn cbc(key: [u8; 16], iv: [u8; 16], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = ecb(key, bytes)?;
    let before = iv.iter().chain(bytes);
    plain.iter_mut().zip(before).for_each(|(plain, before)| *plain ^= before);
    Some(plain)
}

/// The bytes without their padding (PKCS #7, RFC 5652, section 6.3); none if they are not padded so.
pub(super) fn unpadded(bytes: &[u8]) -> Option<&[u8]> {
    let count = usize::from(*bytes.last()?);
    let (text, padding) = bytes.split_at_checked(bytes.len().checked_sub(count)?)?;
    let right = (1..=BLOCK).contains(&count) && padding.iter().all(|byte| usize::from(*byte) == count);
    right.then_some(text)
}
