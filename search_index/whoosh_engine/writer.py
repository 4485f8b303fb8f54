"""Writing: commits on the index in use, and a whole new index beside it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from search_index.port import FreshIndex, SearchDocument
from search_index.terms import TERM_FIELDS, terms_of, text_of
from search_index.whoosh_engine.files import IndexFiles, SharedStorage
from search_index.whoosh_engine.postings import BitmapCodec, PostingPool, numbers
from search_index.whoosh_engine.schema import SCHEMA, fields_of
from search_index.whoosh_engine.snapshot import latest_commit, load

SMALL = 128
FEW_SMALL = 8
"""Segments below SMALL documents are merged when there are more than FEW_SMALL of them; it takes less than 1 s."""

PART = 20_000
"""Documents of a rebuild written at a time, which bounds the memory it takes."""


class WhooshWriter:
    """The right to change the index; made by ``WhooshEngine.writing`` only."""

    def __init__(self, files: IndexFiles) -> None:
        self._files = files

    def update(self, documents: Iterable[SearchDocument], removed: Iterable[int] = ()) -> None:
        """Put documents in place of older ones of the same proposals and drop ``removed``, in one commit."""
        path = self._files.current()
        _, before = load(path, latest_commit(path), {})
        fresh = {document.proposal_id: document for document in documents}
        outdated = [number for key in {*fresh, *removed} if (number := before.locate(key)) is not None]
        if not fresh and not outdated:
            return
        writer = _open_writer(path)
        try:
            for number in outdated:
                writer.delete_document(number)
            for document in fresh.values():
                _add(writer, document)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=_merge_small)

    def publish(self, fresh: FreshIndex) -> None:
        """Let every process search ``fresh`` from its next query on."""
        if not isinstance(fresh, FreshWhooshIndex):
            raise TypeError(fresh)
        self._files.switch(fresh.path)


class FreshWhooshIndex:
    """An index being built beside the one in use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        FileIndex.create(SharedStorage(str(path)), SCHEMA)
        self._writer: Any = None
        self._unwritten = 0

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents, each proposal at most once."""
        for document in documents:
            if self._writer is None:
                self._writer = _open_writer(self.path)
            _add(self._writer, document)
            self._unwritten += 1
            if self._unwritten == PART:
                self.finish()

    def finish(self) -> None:
        """Write out what was added."""
        if self._writer is not None:
            self._writer.commit(mergetype=lambda _, segments: segments)
        self._writer, self._unwritten = None, 0

    def close(self) -> None:
        """Drop what was not written out."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None


def _open_writer(path: Path) -> Any:  # noqa: ANN401 - Whoosh has no types
    index = FileIndex(SharedStorage(str(path)), schema=SCHEMA)
    writer = SegmentWriter(index, codec=BitmapCodec(), compound=False)
    writer.pool = PostingPool()
    return writer


def _add(writer: Any, document: SearchDocument) -> None:  # noqa: ANN401 - Whoosh has no types
    for field, terms in terms_of(document, text_of(document)).items():
        writer.pool.add(field, terms, writer.docnum)
    writer.add_document(**fields_of(document))


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:  # noqa: ANN401 - Whoosh has no types
    """Keep the number of segments down: take small ones into the one being written, drop empty ones."""
    small = [segment for segment in segments if segment.doc_count() < SMALL]
    if len(small) <= FEW_SMALL:
        return [segment for segment in segments if segment.doc_count()]
    for segment in small:
        _absorb(writer, segment)
    return [segment for segment in segments if segment not in small]


def _absorb(writer: Any, segment: Any) -> None:  # noqa: ANN401 - Whoosh has no types
    if not segment.doc_count():
        return
    codec, first = segment.codec(), writer.docnum
    moved = writer.write_per_doc(set(SCHEMA.names()), codec.per_document_reader(writer.storage, segment))
    if moved is None:  # nothing of it is deleted
        moved = {number: first + number for number in range(segment.doc_count_all())}
    terms = codec.terms_reader(writer.storage, segment)
    for field in TERM_FIELDS:
        for term, packed in terms.items(field):
            writer.pool.extend(field, term, [moved[number] for number in numbers(packed) if number in moved])
    writer._added = True  # noqa: SLF001 - Whoosh sets it in add_reader, whose postings ours replace
