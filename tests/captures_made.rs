//! The captures that are kept are those that the generator makes.

#[path = "../examples/make_captures/mod.rs"]
#[allow(dead_code)]
mod make_captures;

use std::path::Path;

#[test]
fn the_generator_makes_the_captures_that_are_kept() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    for file in make_captures::files() {
        let kept = std::fs::read(folder.join(&file.name)).unwrap_or_default();
        assert!(kept == file.bytes, "{} differs: cargo run --example make_captures -- captures/", file.name);
    }
}

#[test]
fn captures_are_small_and_always_the_same() {
    let (first, second) = (make_captures::files(), make_captures::files());
    assert!(first.len() > 30, "a capture and a label for each scenario");
    for (first, second) in first.iter().zip(&second) {
        assert!(first.bytes == second.bytes, "{}", first.name);
        assert!(first.bytes.len() < 100 * 1024, "{} has {} bytes", first.name, first.bytes.len());
    }
}
