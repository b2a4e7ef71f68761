#!/usr/bin/env python3
"""Whom the devices in captures talk to, and what tattletale makes of it: a table, in Markdown.

Usage: endpoints.py FOLDER BINARY OUT.md
Reads the captures below FOLDER; where FOLDER has a manifest.tsv with a column `iot`, those that say yes. Bytes are those of the conversations with an
endpoint. Endpoints with names are added up by registrable domain, those without by what their network tells.
OUT.md keeps everything above the line "<!-- table -->"; what is below is written anew. The same captures give the same table.
"""
import csv
import json
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def captures(root: Path) -> list[Path]:
    manifest = root / "manifest.tsv"
    if manifest.exists():
        with manifest.open() as lines:
            return [root / row["file"] for row in csv.DictReader(lines, delimiter="\t") if row.get("iot") == "yes"]
    return sorted(file for file in root.rglob("*") if file.suffix in (".pcap", ".pcapng", ".cap"))


def read(binary: str, capture: Path):
    run = subprocess.run([binary, "inspect", str(capture), "--format", "jsonl", "--records", "endpoint,flow"], capture_output=True, text=True, check=False)
    records = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    endpoints = {(record["address"], record["port"]): record for record in records if record["type"] == "endpoint"}
    heard = Counter()
    for flow in (record for record in records if record["type"] == "flow"):
        server, client = (flow[end].rsplit(":", 1) for end in ("server", "client"))
        keys = ((server[0].strip("[]"), int(server[1])), (client[0].strip("[]"), 0))
        key = next((key for key in keys if key in endpoints), None)
        if key:
            heard[key] += flow["bytes_out"] + flow["bytes_in"]
    return [(endpoints[key], amount) for key, amount in heard.items()]


def share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %"


def size(amount: int) -> str:
    return f"{amount / 1000:,.1f} kB" if amount < 1_000_000 else f"{amount / 1_000_000:,.1f} MB"


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    root, binary, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    rows = defaultdict(lambda: [0, Counter(), Counter(), 0])
    total, named, told, named_told, placed, count = 0, 0, 0, 0, 0, 0
    unknown = Counter()
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda file: read(binary, file), captures(root)):
            count += bool(found)
            for endpoint, amount in found:
                domain = endpoint.get("registrable_domain")
                is_told = bool(endpoint.get("owner")) and endpoint["party"] != "unknown"
                total, named = total + amount, named + (amount if domain else 0)
                told, named_told = told + (amount if is_told else 0), named_told + (amount if domain and is_told else 0)
                placed += amount if endpoint.get("country") or endpoint.get("country_reason") else 0
                if not is_told:
                    unknown[domain or f"{endpoint['address']} (no name)"] += amount
                row = rows[(domain or "(no name)", endpoint.get("owner") or "", endpoint.get("purpose") or "")]
                row[0] += amount
                row[1][endpoint["party"]] += amount
                row[2][endpoint.get("country") or ("many places" if endpoint.get("country_reason") else "")] += amount
                row[3] += 1
    old = out.read_text() if out.exists() else ""
    head = old.split("<!-- table -->")[0]
    text = [f"{count} captures with endpoints on the Internet, {size(total)} of conversations with them.", "",
            f"- With a name: {share(named, total)} of the bytes; of these, {share(named_told, named)} have an owner and a party other than unknown.",
            f"- With or without a name: {share(told, total)} of the bytes have both.",
            f"- A country, or a reason for none: {share(placed, total)} of the bytes.", "",
            "| Domain | Owner | What for | Party | Country | Endpoints | Bytes |", "|---|---|---|---|---|---|---|"]
    for (domain, owner, purpose), (amount, parties, countries, endpoints) in sorted(rows.items(), key=lambda row: (-row[1][0], row[0])):
        # Numbers without a name and without an owner are listed by themselves, below.
        party = ", ".join(name for name, _ in sorted(parties.items(), key=lambda pair: (-pair[1], pair[0])))
        places = [name for name, _ in sorted(countries.items(), key=lambda pair: (-pair[1], pair[0])) if name]
        where = ", ".join(places[:3]) + (" …" if len(places) > 3 else "")
        text.append(f"| {domain} | {owner} | {purpose} | {party} | {where} | {endpoints} | {size(amount)} |")
    text += ["", "The 30 largest whose owner or party is not known:", "", "| Domain or address | Bytes |", "|---|---|"]
    text += [f"| {name} | {size(amount)} |" for name, amount in sorted(unknown.items(), key=lambda pair: (-pair[1], pair[0]))[:30]]
    out.write_text(head + "<!-- table -->\n\n" + "\n".join(text) + "\n")
    print("\n".join(text[2:5]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
