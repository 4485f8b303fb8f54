"""The port's verbs on Whoosh's segments."""

import struct
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError

from search_index import answering, likeness
from search_index.port import IndexStatus, SearchPage, SearchQuery, SearchUnavailable, SimilarHit
from search_index.whoosh_engine.files import IndexFiles
from search_index.whoosh_engine.segment import Segment
from search_index.whoosh_engine.snapshot import Snapshot, latest_commit, load
from search_index.whoosh_engine.writer import FreshWhooshIndex, WhooshWriter

LOCK_SECONDS = 10.0
OPEN_ATTEMPTS = 5

DAMAGE = (EOFError, UnpicklingError, struct.error, zlib.error)
"""What a cut-off or overwritten file makes a query raise."""


class WhooshEngine:
    """An index in a directory. One object a process; threads share it."""

    def __init__(self, root: Path) -> None:
        self._files = IndexFiles(root)
        self._lock = threading.Lock()
        self._commit: tuple[Path, int] = (root, -1)
        self._segments: dict[str, Segment] = {}
        self._snapshot = Snapshot((), ())

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query. Raises SearchUnavailable."""
        with self._reading() as index:
            return answering.search(index, query)

    def all_hits(self, query: SearchQuery) -> Sequence[int]:
        """Return the proposals of all hits in their order, as of one commit. Raises SearchUnavailable."""
        with self._reading() as index:
            return answering.all_hits(index, query)

    def similar(
        self, text: str, audience: frozenset[str], limit: int, *, but: int | None = None
    ) -> tuple[SimilarHit, ...]:
        """Return the documents that share most of the telling words of ``text``. Raises SearchUnavailable."""
        with self._reading() as index:
            return likeness.similar(index, text, audience, limit, but)

    def revisions(self) -> Mapping[int, int]:
        """Return proposal id -> revision of all that is indexed. Raises SearchUnavailable."""
        with self._reading() as index:
            return index.revisions()

    def status(self) -> IndexStatus:
        """Tell how the index is; never raises."""
        try:
            with self._reading() as index:
                return IndexStatus(
                    available=True,
                    documents=index.live.bit_count(),
                    parts=index.parts,
                    size_in_bytes=self._files.size(),
                )
        except SearchUnavailable:
            return IndexStatus(available=False)

    @contextmanager
    def writing(self) -> Iterator[WhooshWriter]:
        """Hold the write lock. Raises IndexBusy after LOCK_SECONDS."""
        with self._files.locked("writing.lock", LOCK_SECONDS):
            yield WhooshWriter(self._files)

    @contextmanager
    def rebuilding(self) -> Iterator[FreshWhooshIndex]:
        """Start an empty index beside the present one. Raises IndexBusy if another process is at it."""
        with self._files.locked("rebuilding.lock", timeout=0):
            self._files.sweep()
            fresh = FreshWhooshIndex(self._files.new())
            try:
                yield fresh
            finally:
                fresh.close()
                self._files.sweep()

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """Give the newest commit. Raises SearchUnavailable, and takes the index out of use if it is damaged."""
        path = self._files.current()
        index = self._newest(path)
        try:
            yield index
        except DAMAGE as error:
            self._files.condemn(path)
            raise SearchUnavailable("the search index is damaged") from error
        except OSError as error:
            raise SearchUnavailable("the search index cannot be read") from error

    def _newest(self, path: Path) -> Snapshot:
        attempts = 0
        while True:
            try:
                return self._open(path)
            except OSError as error:  # perhaps a commit or a switch has just removed what the one before it used
                attempts += 1
                path = self._files.current()
                if attempts == OPEN_ATTEMPTS:
                    raise SearchUnavailable("the search index cannot be opened") from error
            except Exception as error:  # a damaged file can make Whoosh raise anything
                self._files.condemn(path)
                raise SearchUnavailable("the search index is damaged") from error

    def _open(self, path: Path) -> Snapshot:
        commit = (path, latest_commit(path))
        if commit != self._commit:
            with self._lock:
                if commit != self._commit:
                    known = self._segments if self._commit[0] == path else {}
                    self._segments, self._snapshot = load(path, commit[1], known)
                    self._commit = commit
        return self._snapshot
