#!/usr/bin/env python3
"""Measures the screen in a pseudo-terminal: time to the first frame, from a key to the screen while a replay is paced, and what idling costs.

    scripts/measure_screen.py PROGRAM [CAPTURE] [--speed FACTOR] [--keys N] [--pps N]

Without a CAPTURE the demo's is used, which is short: it is repeated until it lasts. Prints p50 and p99.
"""
import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

ROWS, COLUMNS = 35, 120


class Screen:
    """A process on a terminal of its own."""

    def __init__(self, command):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", COLORTERM="truecolor")
            os.execv(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.got = b""

    def read(self, patience):
        """What comes within so long, answering what a terminal answers."""
        ready, _, _ = select.select([self.fd], [], [], patience)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        if b"\x1b]11;?" in data:
            os.write(self.fd, b"\x1b]11;rgb:1010/1414/1818\x1b\\")
        if b"\x1b[c" in data:
            os.write(self.fd, b"\x1b[?62;c")
        if b"\x1b[6n" in data:
            os.write(self.fd, b"\x1b[1;1R")
        self.got += data
        return data

    def wait_for(self, text, patience=20.0):
        end = time.monotonic() + patience
        while text not in self.got:
            if time.monotonic() > end:
                raise SystemExit(f"never showed {text!r}")
            self.read(0.05)
        return time.monotonic()

    def settle(self, quiet=0.02, most=1.0):
        end = time.monotonic() + most
        while time.monotonic() < end and self.read(quiet):
            pass

    def press(self, key):
        """Seconds from a key to the first bytes of the picture that answers it: that its tab stands in brackets."""
        mark = f"[{key} ".encode()
        self.got = b""
        begun = time.monotonic()
        os.write(self.fd, key.encode())
        while mark not in self.got:
            if time.monotonic() - begun > 5:
                raise SystemExit(f"no answer to {key}")
            self.read(0.05)
        return time.monotonic() - begun

    def cpu(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        try:
            os.write(self.fd, b"q")
            for _ in range(100):
                self.read(0.02)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
        except (OSError, ChildProcessError):
            return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def paced(source, pps, seconds, path):
    """Repeats the packets of a classic pcap so that there are `pps` a second of capture time, for so many seconds."""
    with open(source, "rb") as file:
        data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    packets, at = [], 24
    while at + 16 <= len(data):
        length, wire = struct.unpack(order + "II", data[at + 8:at + 16])
        packets.append((length, wire, data[at + 16:at + 16 + length]))
        at += 16 + length
    with open(path, "wb") as out:
        out.write(data[:24])
        for number in range(pps * seconds):
            length, wire, payload = packets[number % len(packets)]
            second, micro = divmod(number * 1_000_000 // pps, 1_000_000)
            out.write(struct.pack(order + "IIII", 1_700_000_000 + second, micro, length, wire) + payload)


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] * 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("capture", nargs="?", default=os.path.join(os.path.dirname(__file__), "../captures/S01.pcap"))
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--pps", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    program = os.path.realpath(args.program)

    firsts = []
    for _ in range(args.runs):
        screen = Screen([program, "demo"])
        firsts.append(screen.wait_for(b"quit") - screen.started)
        screen.end()
    print(f"first frame: p50 {quantile(firsts, 0.5):.0f} ms, p99 {quantile(firsts, 0.99):.0f} ms (goal 150)")

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "paced.pcap")
        seconds = max(20, args.keys // 10)
        paced(args.capture, args.pps, seconds, path)
        screen = Screen([program, "watch", path, "--speed", "1"])
        screen.wait_for(b"quit")
        time.sleep(1)
        screen.settle()
        answers, busy = [], screen.cpu()
        begun = time.monotonic()
        for number in range(args.keys):
            answers.append(screen.press("236"[number % 3]))
            screen.settle(0.01, 0.05)
        busy = (screen.cpu() - busy) / (time.monotonic() - begun)
        screen.end()
    print(f"key to screen at {args.pps} packets a second: p50 {quantile(answers, 0.5):.1f} ms, p99 {quantile(answers, 0.99):.1f} ms (goal 50), "
          f"mean {statistics.mean(answers) * 1000:.1f} ms; the whole program takes {busy * 100:.0f} % of a core")

    screen = Screen([program, "demo", "--speed", "0"])
    screen.wait_for(b"DONE")
    end = time.monotonic() + 2
    while time.monotonic() < end:
        screen.read(0.1)
    before, begun = screen.cpu(), time.monotonic()
    while time.monotonic() < begun + 10:
        screen.read(0.2)
    idle = (screen.cpu() - before) / (time.monotonic() - begun)
    screen.end()
    print(f"idle: {idle * 100:.1f} % of a core (goal 5)")
    good = quantile(firsts, 0.5) <= 150 and quantile(answers, 0.99) <= 50 and idle <= 0.05
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
