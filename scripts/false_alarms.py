#!/usr/bin/env python3
"""How often tattletale warns of ordinary devices whose traffic is current and encrypted: findings of medium and above, by device and hour. A table, in Markdown.

Usage: false_alarms.py FOLDER BINARY OUT.md
FOLDER holds captures by repository (OWNER+NAME); those that a line of CAPTURES names are read that are there, each by itself. Hours are those from a
device's first packet to its last, summed over all devices that are at home; those of a device that was heard less than once a minute do not count
(captures that were put together from several days).
OUT.md keeps everything above the line "<!-- table -->"; what is below is written anew. The same captures give the same table.
"""
import json
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

NDPI = "ntop+nDPI/tests/cfgs/default/pcap"

# Captures of devices and programs that encrypt as is usual today: smart devices of research homes, browsers, messengers, phones.
CAPTURES = [
    "smart-home-network-security+smart-home-firewall",
    "smart-home-network-security+signature-extraction",
    "NKUHack4FGroup+Lifecycle-Based-Traffic-Dataset",
    "tj-oconnor+IoT-Dataset/pcaps/blink-cam-01.pcap",
    "tj-oconnor+IoT-Dataset/pcaps/schlage-lock-01.pcap",
    "edim98+SSI_Measurements_2022",
    "emanuele-f+PCAPdroid",
    "FoxIO-LLC+ja4/pcap/browsers-x509.pcapng",
    "FoxIO-LLC+ja4/pcap/chrome-cloudflare-quic-with-secrets.pcapng",
    "FoxIO-LLC+ja4/pcap/latest.pcapng",
    "FoxIO-LLC+ja4/pcap/tls-handshake.pcapng",
    "FoxIO-LLC+ja4/pcap/tls-sni.pcapng",
    *(f"{NDPI}/{name}" for name in (
        "443-curl.pcap", "443-firefox.pcap", "443-git.pcap", "443-safari.pcap", "cloudflare-warp.pcap", "discord.pcap", "doh.pcapng", "dropbox.pcap",
        "firefox.pcap", "google_meet.pcapng", "googledns_android10.pcap", "iphone.pcap", "nest_log_sink.pcap", "pinterest.pcap", "quickplay.pcap",
        "signal.pcap", "telegram.pcap", "threema.pcap", "tumblr.pcap", "viber.pcap", "whatsapp_voice_and_message.pcap", "whatsappfiles.pcap",
        "wireguard.pcap", "youtube_quic.pcap", "youtubeupload.pcap", "zattoo.pcap")),
]
SERIOUS = ("medium", "high", "critical")


def captures(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in (".pcap", ".pcapng", ".cap") and "old" not in file.parts)


def read(binary: str, capture: Path) -> list[dict]:
    run = subprocess.run([binary, "inspect", str(capture), "--quiet", "--format", "jsonl", "--records", "device,finding,coverage"],
                         capture_output=True, text=True, check=False)
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def seconds(record: dict) -> float:
    parse = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00"))
    length = max((parse(record["last"]) - parse(record["first"])).total_seconds(), 0.0)
    return length if record["packets_out"] + record["packets_in"] >= length / 60 else 0.0


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    root, binary, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    files = [file for name in CAPTURES for file in captures(root / name) if (root / name).exists()]
    with ThreadPoolExecutor(2) as pool:
        all_records = list(pool.map(lambda file: read(binary, file), files))
    hours, devices, rows, kinds, where = 0.0, 0, [], Counter(), defaultdict(set)
    for file, records in zip(files, all_records):
        home = [record for record in records if record["type"] == "device"]
        serious = [record for record in records if record["type"] == "finding" and record["severity"] in SERIOUS]
        own = sum(seconds(record) for record in home) / 3600
        hours, devices = hours + own, devices + len(home)
        name = str(file.relative_to(root)).replace("tests/cfgs/default/pcap/", "…/").replace("eval/latency/", "…/").replace("result_demo/traffic_demo", "…")
        codes = Counter(f"{record['code']} {record['severity']}" for record in serious)
        for record in serious:
            kinds[record["code"], record["severity"], record["title"]] += 1
            where[record["code"], record["severity"], record["title"]].add(file.name)
        told = ", ".join(f"{code}{f' ×{count}' if count > 1 else ''}" for code, count in sorted(codes.items()))
        rows.append(f"| `{name}` | {len(home)} | {own:.2f} | {len(serious)} | {told} |")
    total = sum(kinds.values())
    text = [f"{len(files)} captures, {devices} devices, {hours:.1f} device hours: {total} findings of medium and above, {total / max(hours, 1e-9):.2f} a device "
            f"and hour, {total / max(devices, 1):.2f} a device.", "", "| Finding | Severity | Times | Captures |", "|---|---|---|---|"]
    for (code, severity, title), count in sorted(kinds.items()):
        names = sorted(where[code, severity, title])
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        text.append(f"| {code}: {title} | {severity} | {count} | {', '.join(names[:4])}{more} |")
    text += ["", "| Capture | Devices | Device hours | Medium and above | |", "|---|---|---|---|---|", *rows, ""]
    head = (out.read_text() if out.exists() else "").split("<!-- table -->")[0]
    out.write_text(head + "<!-- table -->\n\n" + "\n".join(text))
    print(text[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
