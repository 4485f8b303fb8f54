"""How far a command is: a bar that moves on a terminal, a plain line now and then everywhere else.

All of it goes to standard error, so that what a command prints can be read by another program.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from types import TracebackType
from typing import Any, Self

import click

from studio.domain.slow_work import percent, seconds_left

SECONDS_BETWEEN_LINES = 10
"""How often progress is told where it cannot be told in place: a log is read later, not watched."""


def both(*listeners: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Return one listener that tells several."""

    def tell(done: int, total: int = 0) -> None:
        for listener in listeners:
            listener(done, total)

    return tell


class Progress:
    """Call it with how much is done, and of how much if that is known. Quick work says nothing."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._in_place = sys.stderr.isatty()
        self._began_at = self._told_at = self._said_at = monotonic()
        self._paced_at: float | None = None
        self._open = ExitStack()
        self._bar: Any = None  # click's bars have no type that can be named
        self._line_is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        if self._line_is_open:
            click.echo(err=True)

    def __call__(self, done: int, total: int = 0) -> None:
        """So much is done."""
        if total and self._paced_at is None:
            self._paced_at = self._told_at
        self._told_at = monotonic()
        if not self._in_place:
            self._say_now_and_then(done, total)
        elif total:
            self._draw(done, total)
        else:
            self._line_is_open = True
            click.echo(f"\r\x1b[K{self._label}: {done}", err=True, nl=False)

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            if self._line_is_open:
                click.echo("\r\x1b[K", err=True, nl=False)
                self._line_is_open = False
            bar: Any = click.progressbar(length=total, label=self._label, file=sys.stderr, show_pos=True)
            self._bar = self._open.enter_context(bar)
        self._bar.length = total
        self._bar.update(done - self._bar.pos)

    def _say_now_and_then(self, done: int, total: int) -> None:
        if monotonic() - self._said_at < SECONDS_BETWEEN_LINES:
            return
        self._said_at = monotonic()
        click.echo(f"{self._label}: {self._sentence(done, total)}", err=True)

    def _sentence(self, done: int, total: int) -> str:
        if not total:
            return f"{done}"
        left = seconds_left(done, total, self._told_at - (self._paced_at or self._began_at))
        ahead = f", {left:.0f} seconds left" if left is not None else ""
        return f"{done} of {total}, {percent(done, total)} %{ahead}"
