"""How a segment keeps which documents have a term: a Whoosh codec whose posting lists are bitmaps.

A term of few documents is a list of their numbers, any other a compressed bitmap. Both are the value of the term in
Whoosh's own ordered hash file, so that one look-up answers ``bits``.
"""

import struct
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from whoosh.codec.base import FieldWriter
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filetables import OrderedHashReader, OrderedHashWriter

from search_index.bitmaps import positions

Postings = Iterator[tuple[str, str, Sequence[int]]]

FEW = 8
_LIST, _BITMAP = b"L", b"B"


def encode(documents: Sequence[int]) -> bytes:
    """Pack rising document numbers."""
    if len(documents) <= FEW:
        return _LIST + struct.pack(f"<{len(documents)}I", *documents)
    return _BITMAP + zlib.compress(_bitmap(documents), 1)


def decode(packed: bytes) -> int:
    """Return the packed document numbers as the set bits of an integer."""
    if packed[:1] == _BITMAP:
        return int.from_bytes(zlib.decompress(packed[1:]), "little")
    bits = 0
    for number in _listed(packed):
        bits |= 1 << number
    return bits


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
    """Writes a segment's terms."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - Whoosh has no types
        self._terms = OrderedHashWriter(file)
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Postings) -> None:  # noqa: ANN401, ARG002 - Whoosh calls it
        """Write all of them."""
        for field, term, documents in items:
            self._terms.add(_key(field, term), encode(documents))

    def close(self) -> None:
        """Finish the file."""
        self._terms.close()
        self.is_closed = True


class BitmapReader:
    """Reads a segment's terms."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - Whoosh has no types
        self._terms = OrderedHashReader(file, len(file))

    def bits(self, field: str, term: str) -> int:
        """Return the documents that have ``term``, as bits."""
        packed: bytes | None = self._terms.get(_key(field, term))
        return decode(packed) if packed is not None else 0

    def items(self, field: str) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field and their documents, packed."""
        prefix = _key(field, "")
        for key, packed in self._terms.items_from(prefix):
            if not key.startswith(prefix):
                return
            yield key[len(prefix) :].decode(), packed

    def close(self) -> None:
        """Let go of the file."""
        self._terms.close()


def _key(field: str, term: str) -> bytes:
    return f"{field}\0{term}".encode()
