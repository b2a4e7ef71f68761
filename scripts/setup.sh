#!/usr/bin/env bash
# Installs what building (and, with `test`, testing) needs, or says what to install. Nothing is changed but packages of the system.
# Usage: setup.sh [build|test]
set -euo pipefail

purpose=${1:-build}

least=1.92
problems=0

say() { printf '%s\n' "$*"; }

# The Rust toolchain is the user's own choice: it is looked at, never installed.
if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
    say "✗ Rust is missing. Install it:  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
    problems=1
else
    version=$(rustc --version | cut -d' ' -f2 | cut -d- -f1)
    if [ "$(printf '%s\n%s\n' "$least" "$version" | sort -V | head -n1)" != "$least" ]; then
        say "✗ rustc $version is too old: $least or newer is needed. Renew it:  rustup update stable"
        problems=1
    else
        say "✓ rustc $version"
    fi
fi

if [ "$purpose" = test ]; then
    for part in fmt clippy; do
        if ! cargo "$part" --version >/dev/null 2>&1; then
            say "✗ cargo $part is missing. Install it:  rustup component add rustfmt clippy"
            problems=1
        fi
    done
fi

sudo=
if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then sudo=sudo; fi

# libpcap's header is needed to build; the rest makes more tests run, which are skipped without it.
has_libpcap() { [ -e /usr/include/pcap/pcap.h ] || [ -e /usr/include/pcap.h ] || pkg-config --exists libpcap 2>/dev/null || [ "$(uname)" = Darwin ]; }
optional=
if [ "$purpose" = test ]; then optional="tmux tcpreplay ip"; fi
missing=
for tool in $optional; do command -v "$tool" >/dev/null || missing="$missing $tool"; done

if ! has_libpcap || ! command -v cc >/dev/null || [ -n "$missing" ]; then
    if command -v apt-get >/dev/null; then
        $sudo apt-get update -qq || say "  (the package list could not be renewed; trying with the old one)"
        if ! has_libpcap || ! command -v cc >/dev/null; then
            $sudo apt-get install -y -qq build-essential libpcap-dev || true
        fi
        if [ -n "$missing" ]; then
            $sudo apt-get install -y -qq tmux tcpreplay iproute2 || true
        fi
    else
        say "  Install with your system's package manager:"
        say "    Fedora   sudo dnf install gcc libpcap-devel tmux tcpreplay iproute"
        say "    Arch     sudo pacman -S gcc libpcap tmux tcpreplay iproute2"
        say "    macOS    brew install libpcap tmux tcpreplay"
    fi
fi

if has_libpcap; then say "✓ libpcap"; else say "✗ libpcap's headers are missing (Debian and Ubuntu: sudo apt-get install libpcap-dev)"; problems=1; fi
if command -v cc >/dev/null; then say "✓ a linker"; else say "✗ a C linker is missing (Debian and Ubuntu: sudo apt-get install build-essential)"; problems=1; fi
for tool in $optional; do
    if command -v "$tool" >/dev/null; then say "✓ $tool"; else say "• $tool is missing: some tests will be skipped and say so"; fi
done
exit $problems
