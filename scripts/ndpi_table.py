#!/usr/bin/env python3
"""How tattletale names the flows that nDPI's own tests name: a table of protocols, in Markdown.

Usage: ndpi_table.py FOLDER BINARY OUT.md
FOLDER holds captures by repository (OWNER+NAME), among them ntop+nDPI with its tests: each tests/cfgs/default/result/*.out tells what nDPI made of
the flows of a capture in tests/cfgs/default/pcap. Only flows that nDPI recognised by their bytes are compared ("Confidence: DPI"), matched by
addresses, ports and transport. OUT.md is written anew; the same captures give the same table.
"""
import ipaddress
import json
import os
import re
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path("ntop+nDPI/tests/cfgs/default")
FLOW = re.compile(r"^\t\d+\t(\w+) (\S+) <?-> (\S+) .*?\[proto: [\d.]+/([^]]+)\].*?\[Confidence: ([^]]+)\]")

# What tattletale calls what nDPI calls otherwise; other names are compared in lower case, with - for _.
NAMES = {
    "bittorrent": ("bittorrent",),
    "cotp": ("cotp", "s7comm", "mms"),
    "dhcpv6": ("dhcpv6", "dhcp"),
    "dnscrypt": ("dnscrypt",),
    "doh-dot": ("tls", "http2", "quic", "dot", "doh"),
    "ftp-control": ("ftp",),
    "ftp-data": ("ftp-data", "ftp"),
    "haproxy": ("proxy",),
    "http-connect": ("http",),
    "http-proxy": ("http",),
    "http2": ("http2", "h2"),
    "imaps": ("tls",),
    "ipsec": ("ipsec", "ike", "isakmp", "esp", "ah"),
    "netbios": ("nbns", "nbdgm", "netbios", "nbss", "nbds"),
    "ocsp": ("http", "ocsp"),
    "pops": ("tls",),
    "quic": ("quic", "gquic"),
    "smtps": ("tls",),
    "srtp": ("srtp", "rtp"),
    "stun": ("stun", "turn"),
    "tftp": ("tftp",),
    "tocaboca": ("tocaboca",),
    "tplink_shp": ("kasa",),
    "tuyalp": ("tuya",),
    "wsd": ("ws-discovery", "wsd"),
    "mqtt": ("mqtt",),
    "websocket": ("websocket", "http"),
    "soap": ("http", "soap"),
    "webdav": ("http",),
    "upnp": ("ssdp", "upnp"),
    "apple-bonjour": ("mdns",),
}

# IP protocols that need no parser to be named.
TRANSPORTS = {
    "icmp": ("icmp", "icmpv6"), "ip-2": ("igmp",), "ip-47": ("gre",), "ip-50": ("esp", "ipsec"), "ip-51": ("ah", "ipsec"), "ip-88": ("eigrp",),
    "ip-89": ("ospf",), "ip-103": ("pim",), "ip-112": ("vrrp",), "ip-113": ("pgm",), "ip-132": ("sctp",),
}


def end(text):
    """`ADDRESS:PORT`, an IPv6 address in brackets, as a pair that equals however it was written."""
    address, _, port = text.rpartition(":")
    return ipaddress.ip_address(address.strip("[]")), int(port)


def key(transport, one, other):
    """A flow's name in both: tcp, udp or anything else by its ends, the lower first."""
    kind = transport if transport in ("tcp", "udp") else "ip"
    return (kind, *sorted([one, other], key=lambda each: (each[0].version, int(each[0]), each[1])))


def theirs(path):
    """What nDPI names: {flow: protocol}."""
    flows = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        match = FLOW.match(line)
        if not match or not match[5].startswith("DPI"):
            continue
        transport, one, other, name = match[1].lower(), match[2], match[3], match[4]
        try:
            flow = key(transport, end(one), end(other))
        except ValueError:
            continue
        # `TLS.Google`: the protocol, then whose service it is.
        protocol = name.split(".")[0]
        if protocol != "Unknown":
            flows[flow] = protocol
    return flows


def ours(binary, path):
    """What tattletale names: {flow: names}, the protocols that carried another one included."""
    command = [binary, "inspect", str(path), "--format", "jsonl", "--records", "flow,exchange", "--color", "never"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    carried = defaultdict(set)
    for record in records:
        if record["type"] == "exchange":
            carried[str(record["flow"])].add(record["protocol"])
    flows = defaultdict(set)
    for record in records:
        if record["type"] == "flow":
            names = flows[key(record["transport"], end(record["client"]), end(record["server"]))]
            names |= {record["protocol"], *carried[str(record["id"])], *TRANSPORTS.get(record["transport"], ())} - {"unknown"}
    return flows


def plain(name):
    return name.lower().replace("_", "-")


class Row:
    """What became of the flows of one protocol."""

    def __init__(self):
        self.flows = self.same = self.unknown = self.absent = 0
        self.otherwise = Counter()

    def count(self, protocol, names):
        self.flows += 1
        if names is None:
            self.absent += 1
        elif set(NAMES.get(plain(protocol), (plain(protocol),))) & names:
            self.same += 1
        elif not names:
            self.unknown += 1
        else:
            self.otherwise[" + ".join(sorted(names))] += 1

    def line(self, protocol):
        otherwise = ", ".join(f"{name} {count}" for name, count in sorted(self.otherwise.items()))
        return f"| {protocol} | {self.flows} | {self.same} | {self.unknown} | {otherwise} | {self.absent} |"


def table(rows, captures):
    ordered = sorted(rows.items(), key=lambda item: (-item[1].flows, item[0].lower()))
    total, same = sum(row.flows for row in rows.values()), sum(row.same for row in rows.values())
    missing = sorted((name for name, row in rows.items() if not row.same), key=str.lower)
    return "\n".join([
        "# Protocols, beside nDPI's",
        "",
        f"Made by `scripts/ndpi_table.py` from the {captures} captures at hand that nDPI tests itself with. It compares only flows that nDPI recognised by",
        "their bytes. *Same*: tattletale names the flow, or what carries it, alike. *Unknown*: it has no name for it; what it tells of such a flow (readable or",
        "not, text or not) does not need one. *Otherwise*: it has another name; nDPI often names the service where tattletale names the protocol. *Absent*: it",
        "sees no such flow (what nDPI looks for in tunnels, or ends it cuts apart).",
        "",
        f"{same} of {total} flows, {sum(1 for row in rows.values() if row.same)} of {len(rows)} protocols.",
        "",
        "| nDPI's name | flows | same | unknown | otherwise | absent |",
        "|---|---:|---:|---:|---|---:|",
        *(row.line(name) for name, row in ordered),
        "",
        "## What nDPI names and tattletale does not (yet)",
        "",
        textwrap.fill(", ".join(missing) + ".", 150, break_on_hyphens=False) if missing else "Nothing.",
        "",
    ])


def main():
    if len(sys.argv) != 4 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    folder, binary, out = Path(sys.argv[1]) / TESTS, sys.argv[2], Path(sys.argv[3])
    pairs = [(result, folder / "pcap" / result.name.removesuffix(".out")) for result in sorted((folder / "result").glob("*.out"))]
    pairs = [(result, capture) for result, capture in pairs if capture.is_file()]
    if not pairs:
        sys.exit(f"no results with their captures below {folder}")
    rows = defaultdict(Row)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        read = pool.map(lambda pair: (theirs(pair[0]), ours(binary, pair[1])), pairs)
        for named, found in read:
            for flow, protocol in named.items():
                rows[protocol].count(protocol, found.get(flow))
    out.write_text(table(rows, len(pairs)), encoding="utf-8")
    print(f"{len(pairs)} captures, {sum(row.flows for row in rows.values())} flows, {sum(row.same for row in rows.values())} named alike: {out}")


if __name__ == "__main__":
    main()
