#!/usr/bin/env python3
"""Makes an SVG of a terminal's cells.

In: what `tmux capture-pane -p -e` writes (text with SGR escapes), on standard input. Out: an SVG, on standard output or in FILE.
    tmux capture-pane -p -e | scripts/picture.py "Title" docs/pictures/devices.svg
"""
import re
import sys
import unicodedata
from xml.sax.saxutils import escape

WIDTH, HEIGHT, SIZE, RIM = 8.4, 18, 14, 16
GROUND, INK = "#101418", "#d6dbe0"
SIXTEEN = ["#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#cccccc",
           "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff"]


def indexed(number):
    if number < 16:
        return SIXTEEN[number]
    if number >= 232:
        level = 8 + 10 * (number - 232)
        return f"#{level:02x}{level:02x}{level:02x}"
    steps = [0, 95, 135, 175, 215, 255]
    number -= 16
    return "#%02x%02x%02x" % (steps[number // 36], steps[number // 6 % 6], steps[number % 6])


class Style:
    def __init__(self):
        self.clear()

    def clear(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.reverse = False

    def take(self, codes):
        codes = [int(code or 0) for code in re.split("[;:]", codes)] if codes else [0]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.clear()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 7:
                self.reverse = True
            elif code == 22:
                self.bold = self.dim = False
            elif code == 27:
                self.reverse = False
            elif code in (38, 48):
                kind = codes.pop(0) if codes else 0
                if kind == 5 and codes:
                    color = indexed(codes.pop(0))
                elif kind == 2 and len(codes) >= 3:
                    color = "#%02x%02x%02x" % tuple(codes[:3])
                    codes = codes[3:]
                else:
                    return
                self.fg, self.bg = (color, self.bg) if code == 38 else (self.fg, color)
            elif code == 39:
                self.fg = None
            elif code == 49:
                self.bg = None
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.fg = SIXTEEN[code - 30 if code < 90 else code - 82]
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.bg = SIXTEEN[code - 40 if code < 100 else code - 92]

    def key(self):
        fg, bg = self.fg or INK, self.bg
        if self.reverse:
            fg, bg = bg or GROUND, fg
        return fg, bg, self.bold, self.dim


def columns(letter):
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def runs(line, style):
    """Pieces of one look: (column, text, cells, look). A look lasts until it is changed, over the ends of lines."""
    out, column = [], 0
    for part in re.split(r"(\x1b\[[0-9;:]*m)", line):
        escaped = re.fullmatch(r"\x1b\[([0-9;:]*)m", part)
        if escaped:
            style.take(escaped.group(1))
            continue
        part = re.sub(r"\x1b.", "", part)
        if part:
            cells = sum(map(columns, part))
            out.append((column, part, cells, style.key()))
            column += cells
    return out, column


# Frames and bars are drawn, not written: fonts leave gaps between lines, and their blocks have other widths. Of a frame's letter which ways its strokes go
# (left, right, up, down), and how thick they are.
FRAME = {"─": ("lr", 1), "━": ("lr", 2), "│": ("ud", 1), "┃": ("ud", 2), "┌": ("rd", 1), "┐": ("ld", 1), "└": ("ru", 1), "┘": ("lu", 1),
         "┏": ("rd", 2), "┓": ("ld", 2), "┗": ("ru", 2), "┛": ("lu", 2)}
RISING = " ▁▂▃▄▅▆▇█"
GROWING = " ▏▎▍▌▋▊▉█"


def box(x, y, width, height, color, dim=""):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}"{dim}/>'


def drawn(letter, count, x, y, color, dim):
    """So many equal letters of a frame or a bar, as boxes; nothing for what is written."""
    if letter in FRAME:
        ways, thick = FRAME[letter]
        if ways == "lr":
            return [box(x, y + (HEIGHT - thick) / 2, count * WIDTH, thick, color, dim)]
        out = []
        for at in (x + number * WIDTH for number in range(count)):
            middle, center = at + (WIDTH - thick) / 2, y + (HEIGHT - thick) / 2
            top = y if "u" in ways else center
            bottom = y + HEIGHT if "d" in ways else center + thick
            out.append(box(middle, top, thick, bottom - top, color, dim))
            if "l" in ways:
                out.append(box(at, center, middle - at, thick, color, dim))
            if "r" in ways:
                out.append(box(middle + thick, center, at + WIDTH - middle - thick, thick, color, dim))
        return out
    if letter in RISING[1:]:
        high = HEIGHT * RISING.index(letter) / 8
        return [box(x, y + HEIGHT - high, count * WIDTH, high, color, dim)]
    if letter in GROWING[1:]:
        return [box(x + number * WIDTH, y, WIDTH * GROWING.index(letter) / 8, HEIGHT, color, dim) for number in range(count)]
    return [box(x, y, count * WIDTH, HEIGHT, color, ' opacity="0.25"')] if letter == "░" else []


def pieces(text):
    """Words with one blank between them, and runs of letters that are drawn: (column, text, cells). A browser may fold several blanks into one."""
    shapes = "".join(FRAME) + RISING[1:] + GROWING[1:] + "░"
    column = 0
    for part in re.findall(rf"([{shapes}])(\1*)|( +)|((?:[^ {shapes}]| (?=[^ {shapes}]))+)", text):
        part = "".join(part)
        cells = sum(map(columns, part))
        if part.strip():
            yield column, part, cells
        column += cells


def svg(lines, title):
    style = Style()
    parsed = [runs(line, style) for line in lines]
    wide = max((cells for _, cells in parsed), default=80)
    across, down = wide * WIDTH + 2 * RIM, len(lines) * HEIGHT + 2 * RIM
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" role="img" aria-labelledby="t">',
           f"<title id=\"t\">{escape(title)}</title>",
           f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>',
           f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{SIZE}">']
    for row, (looks, _) in enumerate(parsed):
        top = RIM + row * HEIGHT
        for start, text, cells, (fg, bg, bold, dim) in looks:
            faint = ' opacity="0.65"' if dim else ""
            if bg:
                out.append(box(RIM + start * WIDTH, top, cells * WIDTH, HEIGHT, bg))
            for column, piece, length in pieces(text):
                left = RIM + (start + column) * WIDTH
                shapes = drawn(piece[0], length, left, top, fg, faint)
                out += shapes
                if not shapes:
                    weight = ' font-weight="bold"' if bold else ""
                    out.append(f'<text x="{left:.1f}" y="{top + 13.5}" textLength="{length * WIDTH:.1f}" lengthAdjust="spacingAndGlyphs" '
                               f'fill="{fg}"{weight}{faint}>{escape(piece)}</text>')
    out.append("</g></svg>\n")
    return "\n".join(out)


def main():
    title = sys.argv[1] if len(sys.argv) > 1 else "tattletale"
    lines = sys.stdin.read().rstrip("\n").split("\n")
    picture = svg(lines, title)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(picture)
    else:
        sys.stdout.write(picture)


main()
