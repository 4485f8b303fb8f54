"""Which pieces of a hit's text the query matched, and the stretch of text worth showing."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, count, repeat

from search_index.analysis import fold, query_stem, stem
from search_index.port import Segments

SNIPPET_LENGTH = 100
"""Characters; two lines on a phone, a line and a half on a desk."""

LEAD_IN = 24
"""Most characters shown before the first match."""

_WORD = re.compile(r"[a-z]{3,}")
_AFTER_CHINESE = re.compile("(?<=[。！？；，、])\n+")
_CLAUSE_END = re.compile("[。！？；，!?;,\n]")


def mark(text: str, terms: tuple[str, ...]) -> Segments:
    """Cut ``text`` into pieces, marking what the folded ``terms`` match, inflected English words included."""
    return _cut(text, _spans(text, terms))


def snippet(text: str, terms: tuple[str, ...], length: int = SNIPPET_LENGTH) -> Segments:
    """Return the stretch of ``text`` around its first match, or its beginning, marked, with … where it was cut."""
    spans = _spans(text, terms)
    start = _start(text, spans[0][0]) if spans else 0
    end = min(len(text), start + length)
    inside = [(max(left, start) - start, min(right, end) - start) for left, right in spans if start < right <= end]
    pieces = tuple((_on_one_line(piece), found) for piece, found in _cut(text[start:end], inside))
    before = (("…", False),) if start > 0 else ()
    after = (("…", False),) if end < len(text) else ()
    return before + pieces + after


def _on_one_line(piece: str) -> str:
    """Return text without its line breaks; Chinese has no space after its full stop."""
    return _AFTER_CHINESE.sub("", piece).replace("\n", " ")


def _start(text: str, first: int) -> int:
    """Return where to begin so that the match at ``first`` stands in its clause."""
    if first <= LEAD_IN:
        return 0
    clause = _CLAUSE_END.search(text, first - LEAD_IN, first)
    return clause.end() if clause else first - LEAD_IN


def _spans(text: str, terms: tuple[str, ...]) -> list[tuple[int, int]]:
    if not terms:
        return []
    folded = fold(text)
    found = [span for term in terms for span in _occurrences(folded, term)]
    stems = {query_stem(term) for term in terms} - {None}
    if stems:
        found += [match.span() for match in _WORD.finditer(folded) if stem(match.group()) in stems]
    if not found:
        return []
    origin = _origin(text, len(folded))
    return _joined(sorted((origin[left], origin[right - 1] + 1) for left, right in found))


def _occurrences(folded: str, term: str) -> Iterator[tuple[int, int]]:
    at = folded.find(term)
    while at >= 0:
        yield at, at + len(term)
        at = folded.find(term, at + 1)


def _origin(text: str, folded_length: int) -> Sequence[int]:
    """Return for each character of the folded text where in ``text`` it came from."""
    if folded_length == len(text):  # folding never shortens a character, so they correspond one to one
        return range(len(text))
    return list(chain.from_iterable(map(repeat, count(), map(_folded_width, text))))


@lru_cache(maxsize=8192)
def _folded_width(character: str) -> int:
    return len(fold(character))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for left, right in spans:
        if joined and left <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined


def _cut(text: str, spans: list[tuple[int, int]]) -> Segments:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for left, right in spans:
        pieces += [(text[at:left], False), (text[left:right], True)]
        at = right
    pieces.append((text[at:], False))
    return tuple(piece for piece in pieces if piece[0])
