#!/usr/bin/env python3
"""Packets lost with and without the screen: the same traffic, at the same rate, over a pair of interfaces (veth) in network namespaces of its own.

    scripts/drops.py PROGRAM [--rates 20000,50000] [--seconds 10] [--rounds 3]

Needs root (namespaces), iproute2, tcpreplay and tmux; without them says so and ends with 0. In each round the program watches twice, once as
`watch --headless` and once with the screen in a terminal of 120×35, where somebody presses a key every half second. Prints what was sent, read and lost;
ends with 1 if the screen lost more than SLACK of the packets above what was lost without it.
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from measure_screen import paced

# What one run may lose more than another by chance, of all that was sent.
SLACK = 0.001
# Everything is over after so long.
LONGEST = 120
KEYS = "23416"


class Pair:
    """Two namespaces with a cable between them; gone at the end."""

    def __init__(self):
        self.near, self.far = (f"tattletale-drops-{os.getpid()}-{end}" for end in "ab")

    def __enter__(self):
        for name in (self.near, self.far):
            run("ip", "netns", "add", name)
        run("ip", "link", "add", "drops-a", "netns", self.near, "type", "veth", "peer", "name", "drops-b", "netns", self.far)
        for name, interface in ((self.near, "drops-a"), (self.far, "drops-b")):
            # Nothing but what is sent on purpose: the counts must be the same.
            run(*self.within(name), "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            run(*self.within(name), "ip", "link", "set", interface, "mtu", "9000", "up")
        return self

    def __exit__(self, *_):
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", name], check=False)

    @staticmethod
    def within(name):
        return ("ip", "netns", "exec", name)

    def send(self, path, rate, packets):
        """Sends so many packets at this rate; how many went out, and at which rate they really did."""
        command = [*self.within(self.near), "tcpreplay", "-q", "--preload-pcap", f"--pps={rate}", f"--limit={packets}", "--loop=0", "-i", "drops-a", path]
        told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST).stdout
        found = re.search(r"Actual: (\d+) packets .* sent in ([\d.]+) seconds", told)
        if not found:
            raise SystemExit(f"tcpreplay said: {told}")
        return int(found[1]), int(found[1]) / max(float(found[2]), 0.001)


def run(*command):
    subprocess.run(command, check=True, timeout=20)


class Headless:
    """`watch --headless`: what it read and lost stands in its last records."""
    name = "without"

    def __init__(self, program, pair, folder):
        self.out = open(os.path.join(folder, "records.jsonl"), "w+", encoding="utf-8")
        command = [*pair.within(pair.far), program, "watch", "-i", "drops-b", "--headless", "--records", "run,coverage"]
        self.process = subprocess.Popen(command, stdout=self.out, stderr=subprocess.DEVNULL)

    def meanwhile(self):
        time.sleep(0.5)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.out.seek(0)
        seen, lost = 0, 0
        for line in self.out:
            record = json.loads(line)
            if record["type"] == "coverage":
                seen = record["packets"]
            elif record["type"] == "run":
                lost = sum(record["dropped"].values())
        self.out.close()
        return seen, lost


class Screen:
    """The screen in tmux: what it read and lost is read off it, on Health."""
    name = "with"

    def __init__(self, program, pair, folder):
        self.socket = f"tattletale-drops-{os.getpid()}"
        self.keys = 0
        within = " ".join(pair.within(pair.far))
        command = f"env LC_ALL=C.UTF-8 TERM=xterm-256color XDG_CONFIG_HOME={folder}/config {within} {program} watch -i drops-b"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "35", command)
        self.until("q quit")

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-L", self.socket, *arguments], check=True, capture_output=True, text=True, timeout=20).stdout

    def until(self, text):
        for _ in range(200):
            picture = self.tmux("capture-pane", "-p")
            if text in picture:
                return picture
            time.sleep(0.1)
        raise SystemExit(f"The screen never showed {text!r}:\n{picture}")

    def meanwhile(self):
        self.tmux("send-keys", KEYS[self.keys % len(KEYS)])
        self.keys += 1
        time.sleep(0.5)

    def end(self):
        self.tmux("send-keys", "6")
        self.until("[6 Health]")
        # The last look comes within a second.
        time.sleep(2)
        picture = self.until("Lost before they were read")
        number = lambda pattern: int(re.search(pattern, picture)[1].replace(",", ""))
        seen = number(r"Packets +([\d,]+)")
        lost = sum(number(rf"{where} +([\d,]+) packet") for where in ("kernel", "interface", "tattletale"))
        self.tmux("send-keys", "q")
        time.sleep(0.5)
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], check=False, capture_output=True)
        return seen, lost


def once(kind, program, pair, folder, path, rate, packets):
    watcher = kind(program, pair, folder)
    try:
        time.sleep(1)
        # The sender runs beside, so that somebody can press keys.
        child = os.fork()
        if child == 0:
            code = 1
            try:
                sent = pair.send(path, rate, packets)
                with open(os.path.join(folder, "sent.json"), "w", encoding="utf-8") as file:
                    json.dump(sent, file)
                code = 0
            finally:
                os._exit(code)
        begun = time.monotonic()
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                break
            if time.monotonic() - begun > LONGEST:
                os.kill(child, signal.SIGKILL)
            watcher.meanwhile()
        if status:
            raise SystemExit("tcpreplay failed.")
        time.sleep(1)
        with open(os.path.join(folder, "sent.json"), encoding="utf-8") as file:
            sent, real = json.load(file)
    finally:
        seen, lost = watcher.end()
    return sent, real, seen, lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rates", default="20000,50000")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    missing = [tool for tool in ("ip", "tcpreplay", "tmux") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        print("Packets lost are not measured: that needs root" + (f" and {', '.join(missing)}" if missing else "") + ".")
        return 0
    program = os.path.realpath(args.program)
    capture = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../captures/S01.pcap")
    worse = False
    with tempfile.TemporaryDirectory() as folder, Pair() as pair:
        path = os.path.join(folder, "traffic.pcap")
        paced(capture, 20_000, 1, path)
        print("packets a second | screen  |      sent |      read |  lost | not told of | lost of all")
        for rate in (int(rate) for rate in args.rates.split(",")):
            sums = {kind.name: [0, 0, 0, 0.0] for kind in (Headless, Screen)}
            for turn in range(args.rounds):
                # Each comes first as often as the other.
                for kind in (Headless, Screen) if turn % 2 == 0 else (Screen, Headless):
                    sent, real, seen, lost = once(kind, program, pair, folder, path, rate, rate * args.seconds)
                    for at, number in enumerate((sent, seen, lost, real / args.rounds)):
                        sums[kind.name][at] += number
            for name, (sent, seen, lost, real) in sums.items():
                print(f"{real:16,.0f} | {name:7} | {sent:9,} | {seen:9,} | {lost:5,} | {max(sent - seen - lost, 0):11,} | {(sent - seen) / sent:.3%}")
            gone = {name: (sent - seen) / sent for name, (sent, seen, _, _) in sums.items()}
            if gone["with"] > gone["without"] + SLACK:
                print(f"FAILED: the screen loses more at {rate:,} packets a second.")
                worse = True
    if not worse:
        print(f"The screen loses no more (within {SLACK:.1%}).")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
