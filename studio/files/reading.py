"""Reading the text of documents at arm's length: a process of its own opens them, and may die of it.

This side knows none of the libraries. It asks for one document after the other, kills the process that takes too long,
and starts another for the next document.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Self

from models import FileTextState, Unreadable
from studio.files import kinds
from studio.settings import Settings

READABLE = frozenset(kind.media_type for kind in (kinds.PDF, kinds.DOCX, kinds.XLSX, kinds.PPTX, kinds.TEXT))
"""The media types of which somebody may expect that the search finds what is in them."""
KEPT_CHARACTERS = 20_000
"""Of one document: some fifteen pages in Chinese. Behind them come tables and appendices, seldom what is asked for."""
MARGIN_SECONDS = 5
"""The process ends itself when its time is over; so much later it is killed."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much one document may take: bytes of the file, seconds, bytes of memory; and characters that are kept."""

    size: int
    seconds: int
    memory: int
    characters: int = KEPT_CHARACTERS


def limits_of(settings: Settings) -> ReadingLimits:
    """Return the limits that the settings ask for."""
    return ReadingLimits(settings.reading_limit, settings.reading_seconds, settings.reading_memory)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a document: its text, perhaps none, or why there is none to be had."""

    text: str = ""
    reason: Unreadable | None = None

    @property
    def state(self) -> FileTextState:
        """What to write down of it."""
        if self.reason is not None:
            return FileTextState.UNREADABLE
        return FileTextState.READ if self.text else FileTextState.EMPTY


class Reader:
    """Reads documents one by one. The process is started with the first and ends with the ``with`` block."""

    def __init__(self, limits: ReadingLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def read(self, path: Path, media_type: str) -> Finding:
        """Return what the document says, or why that cannot be told. Takes as long as the limits allow, and seconds."""
        try:
            if path.stat().st_size > self._limits.size:
                return Finding(reason=Unreadable.TOO_LARGE)
        except FileNotFoundError:
            return Finding(reason=Unreadable.MISSING)
        began = monotonic()
        answer = self._ask({"path": str(path), "media_type": media_type})
        if answer is None:
            late = monotonic() - began >= self._limits.seconds
            return Finding(reason=Unreadable.TOO_LONG if late else Unreadable.CRASHED)
        finding = Finding(answer.get("text", ""), Unreadable(answer["reason"]) if "reason" in answer else None)
        if finding.reason is Unreadable.TOO_MUCH_MEMORY:
            self._end()  # the next document gets a process with nothing on its mind
        return finding

    def _ask(self, question: dict[str, str]) -> dict[str, str] | None:
        """Return the answer of the process; None if it died, or had to."""
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._start()
        process = self._process
        killer = threading.Timer(self._limits.seconds + MARGIN_SECONDS, process.kill)
        killer.start()
        try:
            _pipe(process.stdin).write(json.dumps(question).encode() + b"\n")
            _pipe(process.stdin).flush()
            answer = json.loads(_pipe(process.stdout).readline())
        except (OSError, ValueError):
            self._end()
            return None
        finally:
            killer.cancel()
        return answer if isinstance(answer, dict) else None

    def _start(self) -> "subprocess.Popen[bytes]":
        order = {"seconds": self._limits.seconds, "memory": self._limits.memory, "characters": self._limits.characters}
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "studio.files.reader", json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")},
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("the process has no such pipe")
    return pipe
