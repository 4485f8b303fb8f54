"""How far an import has come, told to whoever watches it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, TypeVar

EVERY: Final = 100
"""Rows between two words: nobody reads faster."""
Item = TypeVar("Item")


class Progress:
    """Is told how far an import has come; this one keeps it to itself."""

    def checked(self, rows: int) -> None:
        """So many rows are read and checked; nobody knows yet how many there are."""

    def written(self, rows: int, of: int) -> None:
        """So many of so many rows are in the database, if nothing goes wrong until the end."""


UNWATCHED: Final = Progress()


def reading(rows: Iterable[Item], progress: Progress) -> Iterator[Item]:
    """Yield rows as they come from the file, and tell how many there were so far."""
    for count, row in enumerate(rows, start=1):
        yield row
        if count % EVERY == 0:
            progress.checked(count)


def saving(rows: Collection[Item], progress: Progress, *, flush: Callable[[], None] = lambda: None) -> Iterator[Item]:
    """Yield rows to be saved, and tell how many of them are; ``flush`` writes them where that takes its time."""
    for count, row in enumerate(rows, start=1):
        yield row
        if count % EVERY == 0 or count == len(rows):
            flush()
            progress.written(count, len(rows))
