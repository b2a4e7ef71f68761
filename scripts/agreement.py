#!/usr/bin/env python3
"""How far tattletale reads what tshark reads, field by field, over a folder of captures.

Usage: agreement.py FOLDER BINARY [--fields dns,ftp,…] [--only SUBSTRING] [--truth FILE] [--show N] [--least PERCENT] [--most PERCENT] [--markdown]
Needs tshark. What tshark reads is kept in --truth (default target/agreement.jsonl), so that a second run asks tattletale alone.

Per field, each distinct value of a capture counts once. *missing*: tshark read it and tattletale did not tell it; *extra*: the other way round, as a share of
all that tattletale told. tshark goes by ports for most protocols: where tattletale tells more, it is asked again with the flow's port named (`-d`), and what
it then reads is agreed on. A difference is a place to look: tshark errs too, and its known errors stand in KNOWN with their reasons. Exit status 1 where a capture ends in anything but the exit code that it
deserves, a field agrees less than --least, or tells more beside it than --most (two values are no share of anything).
"""
import argparse
import json
import os
import subprocess
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

ENDINGS = (".pcap", ".pcapng", ".cap", ".trace", ".dmp", ".pcap.gz", ".pcapng.gz", ".trace.gz", ".ntar")
SEPARATOR = "\x1e"
# What tshark shows where the wire holds no name.
ARTEFACTS = {"<root>", "<unknown extended label>", ":4294967295"}
# What tshark takes for a command and is none, each looked at on the wire.
KNOWN = {
    "pop_command": (lambda value: len(value) > 8, "an answer to AUTH, in base64"),
    "smtp_command": (lambda value: value == "chvu", "an answer to AUTH, in base64"),
    "ftp_command": (lambda value: len(value) > 8 or value == "z", "the middle of one command of more than 8 KiB"),
}
# How tshark calls a protocol that it is asked to read at a port, by `flow.protocol`.
ASKED_AS = {word: word for word in ("rtsp", "sip", "mqtt", "coap", "ftp", "smtp", "imap", "irc", "telnet", "http", "http2", "dns", "snmp", "tftp", "stun", "tls", "rtp")} | {
    "pop3": "pop", "websocket": "http", "mqtt-sn": "mqttsn"}


def exchange(key, *protocols, kinds=None):
    """A field of `exchange` records of these protocols (and kinds)."""
    def take(record):
        if record["type"] == "exchange" and record["protocol"] in protocols and record.get(key) and (kinds is None or record.get("kind") in kinds):
            yield record[key]
    return take


def words(key, *protocols):
    """The same, where one field holds several with blanks between them."""
    def take(record):
        for value in exchange(key, *protocols)(record):
            yield from value.split()
    return take


def letters(count, each):
    """The first letters, where tshark keeps no more of a word."""
    return lambda record: (value[:count] for value in each(record))


def name(*sources):
    def take(record):
        if record["type"] == "name" and record["source"] in sources:
            yield record["name"]
    return take


def both(*takes):
    def take(record):
        for each in takes:
            yield from each(record)
    return take


def fingerprint(record):
    if record["type"] == "fingerprint" and record["kind"] == "ja3":
        yield record["value"]


def flow(protocol):
    """In which flows a protocol is spoken, if only at first: the two ends, the lower first."""
    def take(record):
        if record["type"] == "flow" and protocol in record["spoken"]:
            yield " ".join(sorted((record["client"].lower(), record["server"].lower())))
    return take


# field -> (tshark's fields, fields whose values may be told as well, how tattletale tells it, whether case counts)
DNS_ALSO = ("dns.resp.name dns.cname dns.ptr.domain_name dns.ns dns.soa.mname dns.soa.rname dns.mx.mail_exchange dns.srv.target dns.nsec.next_domain_name dns.srv.name "
            "dns.svcb.targetname dns.dname dns.rrsig.signers_name dns.naptr.replacement dns.tsig.algorithm_name")
CERTIFICATE_ALSO = "x509sat.uTF8String x509sat.printableString x509sat.teletexString x509sat.IA5String x509ce.rfc822Name x509ce.uniformResourceIdentifier x509ce.iPAddress"
WEB = ("http", "ssdp", "websocket")
FIELDS = {
    "dns": ("dns.qry.name", DNS_ALSO, name("dns", "mdns", "llmnr"), False),
    "sni": ("tls.handshake.extensions_server_name", "", name("sni", "quic-sni"), False),
    "http_host": ("http.host", "", both(name("http-host"), exchange("host", *WEB)), False),
    "http_target": ("http.request.uri", "", exchange("target", *WEB), True),
    "http2_target": ("http2.headers.path", "", exchange("target", "http2"), True),
    "dhcp_host": ("dhcp.option.hostname", "dhcp.fqdn.name", name("dhcp"), False),
    "mqtt_topic": ("mqtt.topic", "", exchange("target", "mqtt", kinds={"publish", "subscribe", "unsubscribe"}), True),
    "mqtt_client": ("mqtt.clientid", "", exchange("target", "mqtt", kinds={"connect"}), True),
    "coap_path": ("coap.opt.uri_path_recon", "", exchange("target", "coap"), True),
    "rtsp_url": ("rtsp.url", "", exchange("target", "rtsp"), True),
    "rtsp_method": ("rtsp.method", "", exchange("method", "rtsp"), False),
    "sip_uri": ("sip.r-uri", "", exchange("target", "sip"), True),
    "sip_method": ("sip.Method", "", exchange("method", "sip"), False),
    "ftp_command": ("ftp.request.command", "", exchange("method", "ftp"), False),
    "smtp_command": ("smtp.req.command", "", letters(4, exchange("method", "smtp")), False),
    "pop_command": ("pop.request.command", "", exchange("method", "pop3"), False),
    "imap_command": ("imap.request.command", "", exchange("method", "imap"), False),
    "irc_command": ("irc.request.command", "", exchange("method", "irc"), False),
    "tftp_file": ("tftp.source_file tftp.destination_file", "", exchange("target", "tftp"), True),
    "telnet_flow": ("@telnet", "", flow("telnet"), False),
    "snmp_name": ("snmp.name", "", words("target", "snmp"), True),
    "stun_flow": ("@stun", "", flow("stun"), False),
    "certificate_name": ("x509ce.dNSName", CERTIFICATE_ALSO, name("certificate"), False),
    "ja3": ("tls.handshake.ja3", "", fingerprint, False),
}
ENDS = ("ip.src", "ipv6.src", "tcp.srcport", "udp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport", "udp.dstport")


def asked():
    """Every field that tshark is asked for, once."""
    wanted = [field for theirs, also, _, _ in FIELDS.values() for field in (theirs + " " + also).split() if not field.startswith("@")]
    return list(dict.fromkeys(wanted))


def ends(columns):
    """The two ends of a packet as a `flow` record writes them, the lower first."""
    def end(v4, v6, tcp, udp):
        first = [value.split(SEPARATOR)[-1] for value in (v4 or v6, tcp or udp)]
        return f"[{first[0]}]:{first[1]}" if ":" in first[0] else ":".join(first)
    return " ".join(sorted((end(*columns[:4]), end(*columns[4:]))))


def theirs(path, *named):
    """What tshark reads; `named`: ports, each with the protocol that it is to read there."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=a", "-E", f"aggregator={SEPARATOR}", "-e", "frame.protocols"]
    for one in named:
        command += ["-d", one]
    for field in (*ENDS, *asked()):
        command += ["-e", field]
    try:
        done = subprocess.run(command, capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return {"error": "tshark took longer than 120 s"}
    found, packets = defaultdict(set), 0
    for line in done.stdout.decode("utf-8", "replace").split("\n")[:-1]:  # not splitlines: it would cut at the separator
        stack, *columns = line.split("\t")
        stack, packets = stack.split(":"), packets + 1
        if "icmp" in stack or "icmpv6" in stack:
            continue  # a quoted packet is not one that was sent
        for field, value in zip(asked(), columns[len(ENDS):]):
            found[field].update(each for each in value.split(SEPARATOR) if each)
        for marked in (field for field, *_ in FIELDS.values() if field.startswith("@")):
            if marked[1:] in stack:
                found[marked].add(ends(columns[:len(ENDS)]))
    out = {"packets": packets, **{field: sorted(values) for field, values in found.items() if values}}
    return {**out, "error": done.stderr.decode("utf-8", "replace").strip()[-200:]} if done.returncode else out


def ours(binary, path, may_fail):
    found = defaultdict(set)
    try:
        done = subprocess.run([binary, "inspect", path, "--format", "jsonl", "--records", "all", "--reveal", "--color", "never"], capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return found, "no answer in 60 s"
    records = [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]
    spoken = defaultdict(set)
    for record in records:
        if record["type"] == "exchange":
            spoken[record["flow"]].add(record["protocol"])
    for record in records:
        if record["type"] == "flow":
            record["spoken"] = {record["protocol"], *spoken[record["id"]]}
            as_named = {ASKED_AS[word] for word in record["spoken"] if word in ASKED_AS}
            ports = {end.rsplit(":", 1)[-1] for end in (record["client"], record["server"])}
            found["@named"].update(f"{record['transport']}.port=={port},{word}" for word in as_named for port in ports if record["transport"] in ("tcp", "udp"))
        for field, (_, _, take, case) in FIELDS.items():
            found[field].update(plain(value, case) for value in take(record))
    fine = done.returncode == 0 or (done.returncode == 3 and may_fail)
    return found, "" if fine else f"exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-200:]}"


def plain(value, case):
    text = str(value).strip()
    return text if case else text.rstrip(".").lower()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder"), parser.add_argument("binary")
    parser.add_argument("--fields", default=",".join(FIELDS)), parser.add_argument("--only", default=""), parser.add_argument("--truth", default="target/agreement.jsonl")
    parser.add_argument("--show", type=int, default=20), parser.add_argument("--least", type=float, default=0), parser.add_argument("--most", type=float, default=100)
    parser.add_argument("--markdown", action="store_true")
    args = parser.parse_args()
    fields = args.fields.split(",")
    if set(fields) - set(FIELDS):
        parser.error(f"no such field: {sorted(set(fields) - set(FIELDS))}; there are {list(FIELDS)}")
    paths = sorted(os.path.join(folder, file) for folder, _, files in os.walk(args.folder) for file in files if file.endswith(ENDINGS))
    known = {}
    if os.path.exists(args.truth):
        with open(args.truth) as kept:
            known = {truth["file"]: truth for truth in map(json.loads, kept)}
    with ThreadPoolExecutor(2) as pool:
        names = [os.path.relpath(path, args.folder) for path in paths]
        fresh = [(file, path) for file, path in zip(names, paths) if file not in known]
        for (file, _), truth in zip(fresh, pool.map(lambda pair: theirs(pair[1]), fresh)):
            known[file] = {"file": file, **truth}
        if fresh:
            os.makedirs(os.path.dirname(args.truth) or ".", exist_ok=True)
            with open(args.truth, "w") as kept:
                kept.writelines(json.dumps(known[file]) + "\n" for file in sorted(known))
        chosen = [(file, path) for file, path in zip(names, paths) if args.only in file]
        results = list(pool.map(lambda pair: ours(args.binary, pair[1], bool(known[pair[0]].get("error")) and not known[pair[0]].get("packets")), chosen))
    compare(args, fields, [(file, known[file], *result) for (file, _), result in zip(chosen, results)])


def compare(args, fields, rows):
    wanted, missing, told, extra = Counter(), Counter(), Counter(), Counter()
    lines, troubles = [], []
    for file, truth, found, trouble in rows:
        if trouble:
            troubles.append(f"{file}: {trouble}")
        again = None
        for field in fields:
            asks, also, _, case = FIELDS[field]
            def values(listed, case=case):
                return {plain(value, case) for each in listed.split() for value in truth.get(each, [])} - {"", *ARTEFACTS}
            known, _ = KNOWN.get(field, (lambda _: False, ""))
            want, own = {value for value in values(asks) if not known(value)}, found[field] - {"", *ARTEFACTS}
            more = own - want - values(also)
            if more and found["@named"]:
                again = again or theirs(os.path.join(args.folder, file), *sorted(found["@named"])[:400])
                more -= {plain(value, case) for each in (asks + " " + also).split() for value in again.get(each, [])}
            wanted[field] += len(want)
            missing[field] += len(want - own)
            told[field] += len(own & want) + len(more)
            extra[field] += len(more)
            for title, which in (("missing", want - own), ("extra", more)):
                if which:
                    lines.append(f"  {title} {field} {file}: {sorted(which)[:3]}")
    bar = "|" if args.markdown else ""
    print("| field | tshark | missing | agreed | extra | extra of all told |\n|---|---:|---:|---:|---:|---:|" if args.markdown else f"{'field':18}{'tshark':>8}{'missing':>9}{'agreed':>10}{'extra':>8}{'of ours':>9}")
    low, loud = [], []
    for field in fields:
        share = 100 * (1 - missing[field] / wanted[field]) if wanted[field] else 100
        beside = 100 * extra[field] / max(told[field], 1)
        low += [field] if share < args.least and missing[field] else []
        loud += [field] if beside > args.most and extra[field] > 2 else []
        if bar:
            print(f"| {field} | {wanted[field]:,} | {missing[field]} | {share:.2f} % | {extra[field]} | {beside:.2f} % |")
        else:
            print(f"{field:18}{wanted[field]:8}{missing[field]:9}{share:9.2f}%{extra[field]:8}{beside:8.2f}%")
    if not bar:
        print("\n".join([*lines[:args.show], *(f"  look: {trouble}" for trouble in troubles[:args.show])]))
    print(f"{'' if not bar else chr(10)}{len(rows)} captures, {sum(wanted.values()):,} values, {sum(missing.values())} missing, {sum(extra.values())} extra "
          f"({100 * sum(extra.values()) / max(sum(told.values()), 1):.2f} % of all told), troubles {len(troubles)}, too low {low}, too loud {loud}")
    raise SystemExit(bool(troubles or low or loud))


if __name__ == "__main__":
    main()
