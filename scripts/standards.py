#!/usr/bin/env python3
"""Which provisions the findings are evidence for: a table, in Markdown, from what `explain` says.

Usage: standards.py BINARY OUT.md
OUT.md keeps everything above the line "<!-- table -->"; what is below is written anew.
"""
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path


def explain(binary: str, *code: str) -> str:
    environment = {**os.environ, "COLUMNS": "400"}
    return subprocess.run([binary, "explain", *code], capture_output=True, text=True, check=True, env=environment).stdout


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    binary, out = sys.argv[1], Path(sys.argv[2])
    codes = [line.split()[0] for line in explain(binary).splitlines() if re.match(r"[A-Z]{2}-\d\d ", line)]
    provisions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code in codes:
        text = " ".join(explain(binary, code).split("\nStandards\n")[1].split())
        for name, about in re.findall(r"Evidence relevant to provision (.+?) \((.+?)\)(?= Evidence| Traffic)", text):
            provisions[name, about].append(code)
    rows = [f"| {name} | {about} | {', '.join(codes)} |" for (name, about), codes in sorted(provisions.items())]
    head = (out.read_text() if out.exists() else "").split("<!-- table -->")[0]
    out.write_text(head + "<!-- table -->\n\n" + "\n".join(["| Provision | What it is about | Findings |", "|---|---|---|", *rows, ""]))
    print(f"{len(codes)} cards, {len(rows)} provisions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
