"""Films and voice notes keep sound and picture and lose what the phone wrote beside them, such as the place.

ISO/IEC 14496-12 files (mp4, mov, m4a, 3gp) are a tree of boxes. The boxes with notes about the film are overwritten
by empty ones of the same size, so that nothing else moves and nothing is encoded anew. Positions that an action
camera records as a track of its own are part of the film and stay.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

NOTES = {b"udta", b"meta", b"uuid"}
BRANCHES = {b"moov", b"trak"}
DEEPEST = 2
"""A track inside the movie; what lies deeper describes sound and picture."""
EMPTY = b"free"
MOST_BOXES = 1000


@dataclass(frozen=True)
class Box:
    """One box; the positions count from the start of the file, the kind stands four bytes after the start."""

    kind: bytes
    start: int
    body: int
    end: int


def without_notes(stream: BinaryIO) -> BinaryIO:
    """Return the seekable ``stream`` as it reads without its notes; the film itself is not read for this."""
    end = stream.seek(0, io.SEEK_END)
    notes = [box for box in islice(_boxes(stream, 0, end), MOST_BOXES) if box.kind in NOTES]
    stream.seek(0)
    return io.BufferedReader(_Blanked(stream, notes)) if notes else stream


def _boxes(stream: BinaryIO, position: int, end: int, depth: int = 0) -> Iterator[Box]:
    """Walk the boxes between two positions, and those inside a branch; stop at the first that makes no sense."""
    while position + 8 <= end:
        stream.seek(position)
        header = stream.read(16)
        size, kind, body = int.from_bytes(header[:4]), header[4:8], position + 8
        if size == 1:  # The size stands in the eight bytes after the kind.
            size, body = int.from_bytes(header[8:16]), position + 16
        box = Box(kind, position, body, position + size if size else end)
        if not body <= box.end <= end:
            return
        yield box
        if kind in BRANCHES and depth < DEEPEST:
            yield from _boxes(stream, body, box.end, depth + 1)
        position = box.end


class _Blanked(io.RawIOBase):
    """A file that reads as if some of its boxes were empty."""

    def __init__(self, stream: BinaryIO, blanks: list[Box]) -> None:
        self._stream = stream
        self._blanks = blanks

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view, position = memoryview(buffer), self._stream.tell()
        chunk = bytearray(self._stream.read(len(view)))
        for box in self._blanks:
            _write(chunk, box.start + 4 - position, EMPTY)
            _clear(chunk, box.body - position, box.end - position)
        view[: len(chunk)] = chunk
        return len(chunk)


def _write(chunk: bytearray, at: int, content: bytes) -> None:
    """Lay ``content`` over the chunk where the two overlap; ``at`` may lie before or behind it."""
    start, end = max(at, 0), min(at + len(content), len(chunk))
    if start < end:
        chunk[start:end] = content[start - at : end - at]


def _clear(chunk: bytearray, start: int, end: int) -> None:
    start, end = max(start, 0), min(end, len(chunk))
    if start < end:
        chunk[start:end] = bytes(end - start)
