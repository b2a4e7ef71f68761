#!/usr/bin/env python3
"""A sample of the findings of a folder of captures, to be checked by hand: tab-separated, one a line.

Usage: checked.py FOLDER BINARY [SEED [COUNT]]
Of all findings of severity medium and above, at most three of one code in one capture, COUNT (200) are drawn by SEED (1). The same captures, binary and
seed give the same sample. Captures are read with --reveal: what is printed belongs to whoever owns the captures.
"""
import json
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ENDINGS = (".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz")
WEIGHTY = ("medium", "high", "critical")
OF_ONE_KIND = 3


def read(binary: str, capture: Path) -> list[dict]:
    command = [binary, "inspect", str(capture), "--reveal", "--format", "jsonl", "--records", "finding"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=300)
    except subprocess.TimeoutExpired:
        print(f"too slow: {capture}", file=sys.stderr)
        return []
    records = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return [record for record in records if record["type"] == "finding" and record["severity"] in WEIGHTY]


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    root, binary = Path(sys.argv[1]), sys.argv[2]
    seed, count = (int(text) for text in (sys.argv[3:] + ["1", "200"][len(sys.argv) - 3:])[:2])
    captures = sorted(file for file in root.rglob("*") if file.is_file() and file.name.endswith(ENDINGS))
    drawn, all_of_them = [], Counter()
    with ThreadPoolExecutor(2) as pool:
        for capture, findings in zip(captures, pool.map(lambda file: read(binary, file), captures)):
            dice, by_code = random.Random(f"{seed} {capture.relative_to(root)}"), {}
            for finding in findings:
                all_of_them[finding["code"]] += 1
                by_code.setdefault(finding["code"], []).append(finding)
            for code in sorted(by_code):
                few = by_code[code] if len(by_code[code]) <= OF_ONE_KIND else dice.sample(by_code[code], OF_ONE_KIND)
                drawn += [(capture.relative_to(root), finding) for finding in few]
    sample = random.Random(seed).sample(drawn, min(count, len(drawn)))
    print(f"{sum(all_of_them.values())} findings of {len(captures)} captures, {len(drawn)} to draw from: {dict(sorted(all_of_them.items()))}", file=sys.stderr)
    for number, (capture, finding) in enumerate(sorted(sample, key=lambda pair: (pair[1]["code"], str(pair[0]))), 1):
        evidence = (finding["evidence"] or [{}])[0]
        endpoint = finding.get("endpoint") or {}
        values = "; ".join(f"{value['kind']} {value['shown']} <{value['field']}> {'>'.join(value['decode'])}" for value in finding["values"][:3])
        row = [number, capture, finding["code"], finding["severity"], finding["confidence"], finding["direction"], finding["protocol"], endpoint.get("name") or endpoint.get("address"),
               evidence.get("packet"), evidence.get("excerpt"), values]
        print("\t".join(str(cell).replace("\t", " ").replace("\n", " ") for cell in row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
