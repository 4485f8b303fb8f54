"""Read a QR code as a phone does, without segno: versions 1 to 10, bytes. No errors are corrected."""

import re
from collections.abc import Iterator
from itertools import zip_longest

MEDIUM, QUARTILE, HIGH = 0b00, 0b11, 0b10
BLOCKS = {
    MEDIUM: ("1*16", "1*28", "1*44", "2*32", "2*43", "4*27", "4*31", "2*38 2*39", "3*36 2*37", "4*43 1*44"),
    QUARTILE: ("1*13", "1*22", "2*17", "2*24", "2*15 2*16", "4*19", "2*14 4*15", "4*18 2*19", "4*16 4*17", "6*19 2*20"),
    HIGH: ("1*9", "1*16", "2*13", "4*9", "2*11 2*12", "4*15", "4*13 1*14", "4*14 2*15", "4*12 4*13", "6*15 2*16"),
}
"""Blocks and their data bytes in each version at a level, from the tables of ISO/IEC 18004."""
ALIGNED = {1: [], 2: [18], 3: [22], 4: [26], 5: [30], 6: [34], 7: [22, 38], 8: [24, 42], 9: [26, 46], 10: [28, 50]}
MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)
FORMAT_MASK = 0b101010000010010
BYTES = 0b0100
Matrix = list[list[bool]]


def drawn(svg: str, quiet: int = 2) -> Matrix:
    """Return the modules of a code drawn as runs, ``M3 4h2v1h-2z``, without its quiet zone."""
    size = int(re.findall(r'class="qr" viewBox="0 0 (\d+)', svg)[0])
    dark = [[False] * size for _ in range(size)]
    path = re.findall(r'class="qr-fg" d="([^"]+)"', svg)[0]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for offset in range(int(length)):
            dark[int(y)][int(x) + offset] = True
    return [row[quiet : size - quiet] for row in dark[quiet : size - quiet]]


def read(matrix: Matrix) -> str:
    """Return the text of a code."""
    version = (len(matrix) - 17) // 4
    told = sum(matrix[8][x] << (14 - i) for i, x in enumerate([0, 1, 2, 3, 4, 5, 7, 8]))
    told |= sum(matrix[y][8] << (6 - i) for i, y in enumerate([7, 5, 4, 3, 2, 1, 0]))
    told ^= FORMAT_MASK
    mask = MASKS[told >> 10 & 0b111]
    bits = [matrix[y][x] ^ (not mask(y, x)) for y, x in _way(len(matrix), version)]
    data = "".join(f"{byte:08b}" for byte in _joined(bits, _blocks(BLOCKS[told >> 13][version - 1])))
    assert int(data[:4], 2) == BYTES
    width = 8 if version < 10 else 16
    length = int(data[4 : 4 + width], 2)
    start = 4 + width
    return bytes(int(data[i : i + 8], 2) for i in range(start, start + 8 * length, 8)).decode()


def _blocks(said: str) -> list[int]:
    parts = (part.split("*") for part in said.split())
    return [int(size) for count, size in parts for _ in range(int(count))]


def _way(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield where the data lies: up and down in pairs of columns, from the right."""
    up = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for y in range(size - 1, -1, -1) if up else range(size):
            yield from ((y, x) for x in (right, right - 1) if not _fixed(y, x, size, version))
        up = not up


def _fixed(y: int, x: int, size: int, version: int) -> bool:
    finder = (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
    known = version >= 7 and ((y < 6 and x >= size - 11) or (x < 6 and y >= size - 11))
    centres = [6, *ALIGNED[version]]
    corners = {(6, 6), (6, centres[-1]), (centres[-1], 6)}
    aligned = any(abs(y - cy) < 3 and abs(x - cx) < 3 for cy in centres for cx in centres if (cy, cx) not in corners)
    return finder or known or y == 6 or x == 6 or aligned


def _joined(bits: list[bool], blocks: list[int]) -> Iterator[int]:
    """Yield the data bytes of one block after the other; they lie in turns."""
    taken = iter(int("".join("1" if bit else "0" for bit in bits[i : i + 8]), 2) for i in range(0, len(bits) - 7, 8))
    turns = zip_longest(*(range(size) for size in blocks))
    parts: list[list[int]] = [[] for _ in blocks]
    for turn in turns:
        for part, place in zip(parts, turn, strict=True):
            if place is not None:
                part.append(next(taken))
    for part in parts:
        yield from part
