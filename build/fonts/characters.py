"""Writes the code points of the embedded font, one U+XXXX a line: what GB 2312 and the common part of Big5 hold, and what a European text needs.
With --missing-in FONT: only those which that font lacks."""

import sys


def rows(codec, lead, trail):
    """Every character of a two-byte code."""
    for first in lead:
        for second in trail:
            try:
                yield from bytes([first, second]).decode(codec)
            except UnicodeDecodeError:
                pass


wanted = set()
for first, last in [
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x01C0, 0x01FF), (0x0218, 0x021B),  # Latin, Latin-1, Extended-A, pinyin's letters
    (0x02B0, 0x02FF), (0x0391, 0x03C9), (0x0401, 0x0451), (0x1EA0, 0x1EF9),  # modifiers, Greek, Cyrillic, Vietnamese
    (0x2010, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x2199),  # punctuation, raised digits, currencies, letter-like, arrows
    (0x2200, 0x226F), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x2642),  # operators, circled digits, boxes, shapes
    (0x2713, 0x2717), (0x3000, 0x3029), (0x3041, 0x30FF), (0x3105, 0x312F),  # ticks, CJK punctuation, kana, bopomofo
    (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6), (0xFFFD, 0xFFFD),                    # full-width forms, the replacement character
]:
    wanted.update(range(first, last + 1))
wanted.update(map(ord, rows("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))))  # 6763 hanzi, levels 1 and 2
wanted.update(map(ord, rows("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])))  # 5401 traditional, level 1
if "--missing-in" in sys.argv:
    from fontTools.ttLib import TTFont
    wanted -= TTFont(sys.argv[-1]).getBestCmap().keys()
for point in sorted(wanted):
    print(f"U+{point:04X}")
