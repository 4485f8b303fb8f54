"""Where an index lies, and how all processes come to use the next one at the same moment.

Each index has a directory of its own, named by the format's version and a random word; the file ``current`` holds the
name of the one in use. Replacing that file is the switch. Nothing that somebody may have open is ever renamed, so it
works on Windows too.
"""

import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.util.filelock import try_for

from search_index.port import IndexBusy, SearchUnavailable
from search_index.terms import VERSION


class SharedFile(StructFile):  # type: ignore[misc]  # Whoosh has no types
    """A file for reading that threads may share, because ``get`` leaves no position behind.

    It is read, not mapped: the pages of a map that queries have touched would count as memory of every process.
    """

    def __init__(self, path: Path) -> None:
        self.is_closed = True
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._length = os.fstat(self._descriptor).st_size
        self._position = 0
        self._seeking = threading.Lock()
        self._name = path.name
        self.file = self
        self.onclose = None
        self.is_real = self.is_closed = False

    def __del__(self) -> None:
        self.close()

    def __len__(self) -> int:
        return self._length

    def get(self, position: int, length: int) -> bytes:
        """Return ``length`` bytes from ``position`` on."""
        if hasattr(os, "pread"):
            return os.pread(self._descriptor, length, position)
        with self._seeking:  # Windows
            os.lseek(self._descriptor, position, os.SEEK_SET)
            return os.read(self._descriptor, length)

    def read(self, length: int = -1) -> bytes:
        """Return the next bytes. Used while opening only, by one thread."""
        data = self.get(self._position, self._length if length < 0 else length)
        self._position += len(data)
        return data

    def readline(self) -> bytes:
        """Return the next line; ``pickle`` reads names so, which are short."""
        return self.read(self.get(self._position, 1024).index(b"\n") + 1)

    def seek(self, position: int, whence: int = os.SEEK_SET) -> None:
        """Set where ``read`` goes on."""
        self._position = position + (0, self._position, self._length)[whence]

    def tell(self) -> int:
        """Return where ``read`` goes on."""
        return self._position

    def close(self) -> None:
        """Let go of the file; again and again, if one likes."""
        if not self.is_closed:
            os.close(self._descriptor)
        self.is_closed = True


class SharedStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A directory whose files are opened so that threads may share them."""

    def open_file(self, name: str, **_: Any) -> SharedFile:  # noqa: ANN401 - Whoosh's signature
        """Open a file of the directory for reading."""
        return SharedFile(Path(self.folder) / name)


class IndexFiles:
    """The directory that holds the indexes and the pointer to the present one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pointer = root / "current"

    def current(self) -> Path:
        """Return the directory of the index in use. Raises SearchUnavailable if none of this version is."""
        try:
            name = self._pointer.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise SearchUnavailable("there is no search index yet") from error
        if not name.startswith(_PREFIX):
            raise SearchUnavailable("the search index has another version")
        return self.root / name

    def new(self) -> Path:
        """Make an empty directory for an index that is not in use yet."""
        path = self.root / (_PREFIX + secrets.token_hex(4))
        path.mkdir(parents=True)
        return path

    def switch(self, path: Path) -> None:
        """Make ``path`` the index in use, at once for everybody."""
        draft = self.root / f"current-{secrets.token_hex(4)}"
        draft.write_text(path.name, encoding="ascii")
        for _ in range(_TRIES):
            with suppress(PermissionError):  # Windows: somebody is reading the pointer this very moment
                draft.replace(self._pointer)
                return
            time.sleep(_PAUSE)
        draft.unlink()
        raise IndexBusy("the pointer to the search index cannot be replaced")

    def condemn(self, path: Path) -> None:
        """Take a damaged index out of use, so that nobody tries it again and the worker makes a new one."""
        with suppress(SearchUnavailable, OSError):
            if self.current() == path:
                self._pointer.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what crashes and switches have left. What Windows holds open goes the next time."""
        keep = None
        with suppress(SearchUnavailable):
            keep = self.current()
        for path in self.root.glob("v*-*"):
            if path != keep:
                shutil.rmtree(path, ignore_errors=True)
        for draft in self.root.glob("current-*"):
            draft.unlink(missing_ok=True)

    def size(self) -> int:
        """Return the bytes the index in use takes."""
        return sum(file.stat().st_size for file in self.current().iterdir() if file.is_file())

    @contextmanager
    def locked(self, name: str, timeout: float) -> Iterator[None]:
        """Hold a lock among processes; it falls when its holder is killed. Raises IndexBusy after ``timeout`` s."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(self.root)).lock(name)
        if not try_for(lock.acquire, timeout=timeout, delay=0.02):
            raise IndexBusy(f"another process holds {name}")
        try:
            yield
        finally:
            lock.release()


_PREFIX = f"v{VERSION}-"
_TRIES = 100
_PAUSE = 0.02
