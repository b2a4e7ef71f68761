#!/usr/bin/env bash
# Coverage-guided fuzzing of every target (or of those named), FOR seconds each (default 60). Needs a nightly compiler; installs cargo-fuzz.
# Usage: scripts/fuzz.sh [TARGET...]      CORPUS=FOLDER takes first inputs from the captures there as well; TATTLETALE_PROTOCOL=dns keeps to one protocol.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FOR:-60}
if ! rustup run nightly rustc --version > /dev/null 2>&1; then
    echo "Fuzzing needs a nightly compiler:  rustup toolchain install nightly" >&2
    exit 3
fi
command -v cargo-fuzz > /dev/null || cargo install cargo-fuzz --locked
for folder in captures ${CORPUS:+"$CORPUS"}; do
    cargo run --quiet --example fuzz_seeds -- "$folder" fuzz/corpus
done
if [ $# -eq 0 ]; then
    mapfile -t names < <(sed -n 's/.*Target { name: "\([a-z]*\)".*/\1/p' fuzz/targets.rs)
    set -- "${names[@]}"
fi
for target; do
    mkdir -p "fuzz/corpus/$target"
    echo "== $target, $seconds s"
    # No unsafe code is ours, so the address sanitizer would only cost time.
    cargo +nightly fuzz run --sanitizer none "$target" -- -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
done
echo "No target broke. An input that breaks one is kept by moving it from fuzz/artifacts/TARGET to fuzz/kept/TARGET."
