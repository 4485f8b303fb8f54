"""How a segment keeps which documents have a term: a Whoosh codec whose posting lists are bitmaps.

A term of few documents is a list of their numbers, any other a bitmap. Terms stand in order, some kilobytes of them
compressed together: most terms of an archive stand in one document only, so what is kept *about* a term must be small.
The first term of each block is kept in memory, so that one read answers ``bits``.
"""

import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from whoosh.codec.base import FieldWriter
from whoosh.codec.whoosh3 import W3Codec

from search_index.bitmaps import positions

Postings = Iterator[tuple[str, str, Sequence[int]]]

FEW = 32
"""Documents that are listed one by one."""

BLOCK = 4096
"""Bytes of terms and documents that are compressed together; a look-up reads one block."""

_LIST, _BITMAP = b"L", b"B"
_HEAD = struct.Struct("<II")
_TAIL = struct.Struct("<QI")


def encode(documents: Sequence[int]) -> bytes:
    """Pack rising document numbers."""
    if len(documents) <= FEW:
        return _LIST + struct.pack(f"<{len(documents)}I", *documents)
    return _BITMAP + _bitmap(documents)


def decode(packed: bytes) -> int:
    """Return the packed document numbers as the set bits of an integer."""
    data = packed[1:] if packed[:1] == _BITMAP else _bitmap(_listed(packed))
    return int.from_bytes(data, "little")


def numbers(packed: bytes) -> Iterable[int]:
    """Return the packed document numbers one by one."""
    return positions(decode(packed)) if packed[:1] == _BITMAP else _listed(packed)


def _listed(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 4}I", packed[1:])


def _bitmap(documents: Sequence[int]) -> bytes:
    data = bytearray((documents[-1] >> 3) + 1)
    for number in documents:
        data[number >> 3] |= 1 << (number & 7)
    return bytes(data)


class PostingPool:
    """Collects the postings of a segment being written; takes the place of Whoosh's sorting pool."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, array[int]]] = defaultdict(lambda: defaultdict(lambda: array("I")))

    def add(self, field: str, terms: Iterable[str], document: int) -> None:
        """Note the terms of the next document; documents come rising."""
        postings = self._fields[field]
        for term in terms:
            postings[term].append(document)

    def extend(self, field: str, term: str, documents: Iterable[int]) -> None:
        """Take all documents of a term from a segment that is merged into this one."""
        self._fields[field][term].extend(documents)

    def iter_postings(self) -> Postings:
        """Yield all in the order of the file, which is that of the bytes and of the characters alike."""
        for field in sorted(self._fields):
            terms = self._fields[field]
            for term in sorted(terms):
                yield field, term, terms[term]

    def cleanup(self) -> None:
        """Forget everything."""
        self._fields.clear()


class BitmapCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's third format with other posting lists."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> "BitmapWriter":  # noqa: ANN401 - Whoosh has no types
        """Return what writes the terms of a new segment."""
        return BitmapWriter(segment.create_file(storage, self.TERMS_EXT))

    def terms_reader(self, storage: Any, segment: Any) -> "BitmapReader":  # noqa: ANN401 - Whoosh has no types
        """Return what reads the terms of a segment."""
        return BitmapReader(segment.open_file(storage, self.TERMS_EXT))


class BitmapWriter(FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Writes a segment's terms: blocks, then the first key of each with its place, then where that begins."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - Whoosh has no types
        self._file = file
        self._keys: list[bytes] = []
        self._values: list[bytes] = []
        self._size = 0
        self._firsts: list[bytes] = []
        self._places = array("Q")
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Postings) -> None:  # noqa: ANN401, ARG002 - Whoosh calls it
        """Write all of them."""
        for field, term, documents in items:
            key, value = _key(field, term), encode(documents)
            self._keys.append(key)
            self._values.append(value)
            self._size += len(key) + len(value)
            if self._size >= BLOCK:
                self._write_block()

    def close(self) -> None:
        """Finish the file."""
        if self._keys:
            self._write_block()
        start = self._file.tell()
        firsts = b"\n".join(self._firsts)
        self._file.write(zlib.compress(_HEAD.pack(len(self._firsts), len(firsts)) + firsts + _packed(self._places)))
        self._file.write(_TAIL.pack(start, len(self._firsts)))
        self._file.close()
        self.is_closed = True

    def _write_block(self) -> None:
        self._firsts.append(self._keys[0])
        self._places.append(self._file.tell())
        keys = b"\n".join(self._keys)
        lengths = array("I", map(len, self._values))
        parts = (_HEAD.pack(len(self._keys), len(keys)), keys, _packed(lengths), *self._values)
        self._file.write(zlib.compress(b"".join(parts), 1))
        self._keys, self._values, self._size = [], [], 0


class BitmapReader:
    """Reads a segment's terms."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - Whoosh has no types
        self._file = file
        end = max(0, len(file) - _TAIL.size)
        start, count = _TAIL.unpack(file.get(end, _TAIL.size))
        data = zlib.decompress(file.get(start, end - start))
        _, size = _HEAD.unpack_from(data)
        self._firsts = data[_HEAD.size : _HEAD.size + size].split(b"\n") if count else []
        self._places = _unpacked("Q", data[_HEAD.size + size :])
        self._places.append(start)

    def bits(self, field: str, term: str) -> int:
        """Return the documents that have ``term``, as bits."""
        key = _key(field, term)
        at = bisect_right(self._firsts, key) - 1
        if at < 0:
            return 0
        keys, lengths, values = self._block(at)
        if key not in keys:
            return 0
        place = keys.index(key)
        start = sum(lengths[:place])
        return decode(values[start : start + lengths[place]])

    def items(self, field: str, start: str = "") -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field that begin so, and their documents, packed."""
        prefix, name = _key(field, start), len(_key(field, ""))
        for at in range(max(0, bisect_right(self._firsts, prefix) - 1), len(self._firsts)):
            if self._firsts[at] > prefix and not self._firsts[at].startswith(prefix):
                return
            keys, lengths, values = self._block(at)
            ends = accumulate(lengths)
            for key, length, end in zip(keys, lengths, ends, strict=True):
                if key.startswith(prefix):
                    yield key[name:].decode(), values[end - length : end]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _block(self, at: int) -> tuple[list[bytes], "array[int]", bytes]:
        start, end = self._places[at], self._places[at + 1]
        data = zlib.decompress(self._file.get(start, end - start))
        count, size = _HEAD.unpack_from(data)
        keys_end = _HEAD.size + size
        values_start = keys_end + 4 * count
        lengths = _unpacked("I", data[keys_end:values_start])
        return data[_HEAD.size : keys_end].split(b"\n"), lengths, data[values_start:]


def _packed(numbers: "array[int]") -> bytes:
    """Return the numbers as little-endian bytes on any machine."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _unpacked(kind: str, data: bytes) -> "array[int]":
    numbers = array(kind)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _key(field: str, term: str) -> bytes:
    return f"{field}\0{term}".encode()
