"""Writing: commits on the index in use, and a whole new index beside it."""

import os
import shutil
from collections import deque
from collections.abc import Iterable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from search_index.port import FreshIndex, SearchDocument, SearchError
from search_index.terms import latin, terms_of, text_of
from search_index.whoosh_engine.files import IndexFiles, SharedStorage
from search_index.whoosh_engine.postings import BitmapCodec, PostingPool, numbers
from search_index.whoosh_engine.schema import FIELDS, SCHEMA, fields_of
from search_index.whoosh_engine.snapshot import latest_commit, load

SMALL = 128
FEW_SMALL = 8
"""Segments below SMALL documents are merged when there are more than FEW_SMALL of them; it takes less than 1 s."""

PART = 20_000
"""Documents of a rebuild written by one process, which bounds the memory it takes to some 500 MB."""

MOST_PROCESSES = 2
"""More would write faster, and take the memory of a small server from everybody else."""


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
    """An index being built beside the one in use.

    Full parts are written by processes of their own, so a rebuild uses more than one core; what is left over at the
    end, or a small archive as a whole, is written right here.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[SearchDocument] = []
        self._parts: list[Path] = []
        self._running: deque[BaseProcess] = deque()
        FileIndex.create(SharedStorage(str(path)), SCHEMA)

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents, each proposal at most once. Raises SearchError if a part could not be written."""
        for document in documents:
            self._waiting.append(document)
            if len(self._waiting) == PART:
                self._hand_over()

    def finish(self) -> None:
        """Write out what was added and join the parts. Raises SearchError if one could not be written."""
        if self._waiting:
            write_part(self._next_part(), self._waiting)
            self._waiting = []
        self._wait(running=0)
        join_parts(self.path, self._parts)
        self._parts = []

    def close(self) -> None:
        """Drop what was not written out."""
        for process in self._running:
            process.kill()
            process.join()
        self._running.clear()

    def _hand_over(self) -> None:
        self._wait(running=min(MOST_PROCESSES, os.cpu_count() or 1) - 1)
        process = get_context("spawn").Process(target=write_part, args=(self._next_part(), self._waiting), daemon=True)
        process.start()
        self._running.append(process)
        self._waiting = []

    def _next_part(self) -> Path:
        self._parts.append(self.path / f"part-{len(self._parts)}")
        return self._parts[-1]

    def _wait(self, running: int) -> None:
        """Wait until no more than ``running`` parts are being written."""
        while len(self._running) > running:
            process = self._running.popleft()
            process.join()
            if process.exitcode:
                raise SearchError(f"a part of the index could not be written: exit code {process.exitcode}")


def write_part(path: Path, documents: Iterable[SearchDocument]) -> None:
    """Write an index of its own that will be one segment of a bigger one."""
    path.mkdir()
    FileIndex.create(SharedStorage(str(path)), SCHEMA)
    writer = _open_writer(path)
    for document in documents:
        _add(writer, document)
    writer.commit()


def join_parts(path: Path, parts: Iterable[Path]) -> None:
    """Move the segments of the parts into one index; their names are random, so no two are the same."""
    storage = SharedStorage(str(path))
    segments = []
    for part in parts:
        segments += TOC.read(SharedStorage(str(part)), "MAIN", schema=SCHEMA).segments
        for file in part.iterdir():
            if file.suffix != ".toc":
                file.rename(path / file.name)
        shutil.rmtree(part)
    TOC(SCHEMA, segments, latest_commit(path) + 1).write(storage, "MAIN")


def _open_writer(path: Path) -> Any:  # noqa: ANN401 - Whoosh has no types
    index = FileIndex(SharedStorage(str(path)), schema=SCHEMA)
    writer = SegmentWriter(index, codec=BitmapCodec(), compound=False)
    writer.pool = PostingPool()
    return writer


def _add(writer: Any, document: SearchDocument) -> None:  # noqa: ANN401 - Whoosh has no types
    text = text_of(document)
    found_by = terms_of(document, text)
    endings = [word[::-1] for word in latin(found_by["word"])]
    for field, terms in {**found_by, "ending": endings}.items():
        writer.pool.add(field, terms, writer.docnum)
    writer.add_document(**fields_of(document, text))


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
    for field in FIELDS:
        for term, packed in terms.items(field):
            kept = [moved[number] for number in numbers(packed) if number in moved]
            if kept:
                writer.pool.extend(field, term, kept)
    writer._added = True  # noqa: SLF001 - Whoosh sets it in add_reader, whose postings ours replace
