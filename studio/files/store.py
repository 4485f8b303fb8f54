"""The file store: bytes under their own SHA-256, so that a file is kept once and can never change.

A file appears under its final name only when all of it is on the disk. A process that dies in the middle
leaves nothing but a temporary file in ``incoming``, which a later sweep removes.
"""

import errno
import hashlib
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from studio.files.refusals import FileRefused, Reason

CHUNK = 256 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
INCOMING = "incoming"


@dataclass(frozen=True)
class StoredFile:
    """A file the store holds; ``size`` is in bytes."""

    sha256: str
    size: int


class FileStore:
    """One shelf of files below the data directory: ``<root>/<area>/ab/cd/<sha256>``.

    The uploads stand on the shelf ``attachments``, their small pictures on ``thumbnails``.
    """

    def __init__(self, root: Path, area: str = "attachments") -> None:
        self._root = root
        self._shelf = root / area
        self._incoming = self._shelf / INCOMING

    @property
    def thumbnails(self) -> "FileStore":
        """The shelf of the small pictures."""
        return FileStore(self._root, "thumbnails")

    def path(self, sha256: str) -> Path:
        """Return where the file lies or would lie. Raises ValueError for anything that is no SHA-256."""
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self._shelf / sha256[:2] / sha256[2:4] / sha256

    def exists(self, sha256: str) -> bool:
        """Tell whether the store holds the file."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def keep(self, stream: BinaryIO, limit: int) -> StoredFile:
        """Read ``stream`` to its end and keep it; the same bytes a second time cost no room.

        ``limit`` is in bytes. Raises FileRefused when the stream is empty, larger than that (as soon as the
        limit is passed) or when the disk is full; nothing is left behind then.
        """
        with _disk_may_be_full():
            self._incoming.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._incoming)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as target:
                    stored = _copy(stream, target, limit)
                if not self._touch(stored.sha256):
                    self._put(temporary, self.path(stored.sha256))
            finally:
                temporary.unlink(missing_ok=True)
        return stored

    def stored(self) -> Iterator[str]:
        """Yield the SHA-256 of every file on the shelf, in no particular order."""
        for path in self._shelf.glob("??/??/*"):
            if SHA256.fullmatch(path.name):
                yield path.name

    def sweep(self, *, older_than: datetime) -> int:
        """Remove what dead processes left in ``incoming`` before ``older_than``; return how many files.

        What a process that died in ``discard`` had taken aside is put back: somebody may have kept it meanwhile.
        """
        removed = 0
        for path in self._incoming.glob("*"):
            sha256 = path.name.partition("-")[0]
            if SHA256.fullmatch(sha256):
                _move(path, self.path(sha256))
            elif _modified_at(path) < older_than:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def discard(self, sha256: str, *, older_than: datetime) -> bool:
        """Remove a file that nothing refers to, unless somebody kept it again since ``older_than``.

        The file is first taken off the shelf and then looked at once more: whoever keeps the same bytes
        meanwhile either freshens its time, and it is put back, or finds it gone and writes it anew.
        """
        path, aside = self.path(sha256), self._incoming / f"{sha256}-{uuid.uuid4().hex}"
        self._incoming.mkdir(parents=True, exist_ok=True)
        if _modified_at(path) >= older_than or not _move(path, aside):
            return False
        if _modified_at(aside) >= older_than:
            _move(aside, path)
            return False
        aside.unlink(missing_ok=True)
        return True

    def _touch(self, sha256: str) -> bool:
        """Freshen the time of a file we hold already; the existence check and the mark are one step."""
        try:
            os.utime(self.path(sha256))
        except FileNotFoundError:
            return False
        return True

    def _put(self, temporary: Path, final: Path) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(final)
        for directory in (final.parent, final.parent.parent, self._shelf):
            _flush_directory(directory)


def _copy(stream: BinaryIO, target: BinaryIO, limit: int) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise FileRefused(Reason.FILE_TOO_LARGE, limit=limit)
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise FileRefused(Reason.FILE_EMPTY)
    target.flush()
    os.fsync(target.fileno())
    return StoredFile(digest.hexdigest(), size)


@contextmanager
def _disk_may_be_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise FileRefused(Reason.DISK_FULL) from error
        raise


def _modified_at(path: Path) -> datetime:
    """Return when the file was last written; a file that vanished counts as fresh, so nobody touches it."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)


def _move(source: Path, target: Path) -> bool:
    """Rename a file unless somebody else was quicker."""
    try:
        source.replace(target)
    except FileNotFoundError:
        return False
    return True


def _flush_directory(directory: Path) -> None:
    """Make a rename survive a power cut. Windows has no such call and does it by itself."""
    with suppress(PermissionError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
