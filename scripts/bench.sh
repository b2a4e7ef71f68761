#!/usr/bin/env bash
# What the whole of `inspect` costs: CPU seconds a gigabyte, as a multiple of the yardstick, and peak memory.
# Usage: scripts/bench.sh FOLDER-OF-CAPTURES [OUT]     makes the benchmark captures in OUT (default target/bench) from the folder, once.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: scripts/bench.sh FOLDER-OF-CAPTURES [OUT]}
out=${2:-target/bench}
runs=${RUNS:-3}

cargo build --release --quiet --bins --examples
if [ ! -s "$out/http.pcap" ]; then
    target/release/examples/bench_captures "$folder" "$out"
fi

# Prints "CPU-SECONDS PEAK-KIB" of a command: the median of a few runs by CPU time.
measure() {
    for _ in $(seq "$runs"); do
        command time -f '%U %S %M' -o /tmp/tattletale-bench.$$ "$@" > /dev/null 2> /dev/null
        awk '{ print $1 + $2, $3 }' /tmp/tattletale-bench.$$
    done | sort -n | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'
    rm -f /tmp/tattletale-bench.$$
}

printf '%-8s %10s %12s %14s %14s %9s %10s\n' capture bytes packets yardstick/GB inspect/GB multiple peak-MiB
for kind in mixed small flows http; do
    file=$out/$kind.pcap
    bytes=$(stat -c %s "$file")
    packets=$(target/release/examples/yardstick "$file" | cut -d' ' -f1)
    read -r least _ < <(measure target/release/examples/yardstick "$file")
    read -r cost peak < <(measure target/release/tattletale inspect "$file" --format jsonl)
    awk -v kind=$kind -v bytes="$bytes" -v packets="$packets" -v least="$least" -v cost="$cost" -v peak="$peak" 'BEGIN {
        giga = bytes / 1e9
        printf "%-8s %10d %12d %12.2f s %12.2f s %8.1fx %10.0f\n", kind, bytes, packets, least / giga, cost / giga, cost / least, peak / 1024
    }'
done
