"""In which order hits come: groups of equal score, told apart by where a document has what was asked."""

from collections.abc import Iterable, Iterator, Sequence
from math import log

from search_index.index import Index
from search_index.port import Sort

Place = tuple[int, float]
"""Documents, and what it is worth to be among them."""

MOST_GROUPS = 500
"""Groups of hits of equal score; what would split them further no longer counts for the order."""


def ranked(hits: int, clauses: Iterable[tuple[int, Sequence[Place]]], size: int) -> list[tuple[float, int]]:
    """Part ``hits`` into groups of equal score, best first.

    A clause is the documents it found and the places that tell them apart: each splits every group in two, by an
    AND. What is rare among the ``size`` documents of the index counts more.
    """
    groups = [(0.0, hits)]
    for bits, places in clauses:
        rarity = log(1 + size / (1 + bits.bit_count()))
        for place, worth in places:
            if len(groups) > MOST_GROUPS:
                break
            groups = list(_split(groups, place, worth * rarity))
    return sorted(groups, key=lambda group: -group[0])


def top(
    index: Index, groups: Sequence[tuple[float, int]], sort: Sort, start: int, count: int
) -> list[tuple[float, int]]:
    """Return score and number of ``count`` documents from place ``start`` on."""
    found: list[tuple[float, int]] = []
    for score, bits in groups:
        size = bits.bit_count()
        if start < size and len(found) < count:
            found += [(score, number) for number in index.stretch(sort, bits, start, count - len(found))]
        start = max(0, start - size)
    return found


def _split(groups: Iterable[tuple[float, int]], place: int, worth: float) -> Iterator[tuple[float, int]]:
    for score, bits in groups:
        inside = bits & place
        if inside:
            yield score + worth, inside
        if inside != bits:
            yield score, bits & ~place
