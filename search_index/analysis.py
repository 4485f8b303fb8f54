"""How text becomes terms. Engines share this, so the same words are found whichever of them answers.

Folding is compatibility *decomposition* and case folding: full-width equals half-width, ``㎜`` equals ``mm``, ``é`` is
``e`` with its accent behind it; and a traditional character becomes the simplified one. Unlike composition it works
letter by letter, so a piece of a text, folded, is always a piece of the folded text; finding every substring rests on
that.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from unicodedata import normalize

import snowballstemmer  # type: ignore[import-untyped]  # ships no types

LONGEST_QUERY = 400
"""Characters of a query that are looked at; the rest of a pasted page would only slow the search down."""

_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""Control characters and broken halves of surrogate pairs; they count as spaces."""

QUERY_EDGES = "\"'“”‘’«»「」『』()[]{}<>*?~^+-=:;,.!|&/\\、。，；：！？（）【】《》…"
"""What people put around a word without meaning it. A term without them finds all that it finds with them."""

_RUN = re.compile(r"[a-z0-9]+(?:[-./×*][a-z0-9]+)*")
HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
"""Where the Chinese characters lie; what lies elsewhere is decomposed into these."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_CODE = re.compile(r"[a-z0-9]+(?:(?:[-./_·]| ?[×*] ?)[a-z0-9]+)*")
_TWO_CODES = re.compile(
    r"(?=\b([a-z]{1,4} [a-z0-9]*[0-9][-./a-z0-9]*|[a-z]*[0-9][-./a-z0-9]* [a-z0-9]*[0-9][-./a-z0-9]*))"
)
_TIMES = str.maketrans("×*", "xx")
_BETWEEN = re.compile(r"[-./_· ]")
LONGEST_CODE = 30
"""Letters and digits of a model number; longer is a sentence."""
_LATIN = re.compile(r"[a-z]{3,}")
_stemmer = snowballstemmer.stemmer("english")


def fold(text: str) -> str:
    """Return ``text`` without differences of case and width; spaces of any kind stay where they were."""
    plain = _NO_TEXT.sub(" ", normalize("NFKD", normalize("NFKD", text).casefold()))
    return plain.translate(_simplified()) if _HAN.search(plain) else plain


@cache
def _simplified() -> Mapping[int, str]:
    """Return traditional characters with their simplified ones, one for one, because folding works letter by letter."""
    from opencc import OpenCC  # noqa: PLC0415 - reads its tables, so not before somebody searches

    every = [chr(code) for start, end in HAN_BLOCKS for code in range(start, end)]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    return {ord(old): new for old, new in zip(every, simple, strict=True) if old != new}


def grams(folded: str) -> set[str]:
    """Return the single characters and the pairs of neighbours; pairs never reach across a space."""
    found: set[str] = set()
    for run in folded.split():
        found.update(run, map("".join, pairwise(run)))
    return found


def pairs(term: str) -> list[str]:
    """Return the grams that a document must have to contain ``term`` at all; none reaches across a space."""
    return [pair for run in term.split() for pair in ([run] if len(run) == 1 else map("".join, pairwise(run)))]


def cut(text: str) -> list[str]:
    """Return a text in pieces: words as the segmenter knows them, and whatever is between."""
    from rjieba import cut as segments  # noqa: PLC0415 - reads its dictionary, which no start should wait for

    return list(segments(text))


def words(folded: str) -> set[str]:
    """Return the words: as the segmenter cuts them, and model numbers whole."""
    found = {word for word in cut(folded) if word[0].isalnum()}
    found.update(_RUN.findall(folded))
    return found


def codes(folded: str) -> set[str]:
    """Return the model numbers that can be spelt otherwise, with nothing between their letters and digits.

    ``6es7-1214c`` and ``6es7 1214c`` are ``6es71214c``; ``m16×60`` and ``m16 * 60`` are ``m16x60``.
    """
    runs = (*_CODE.findall(folded), *_TWO_CODES.findall(folded))
    found = {bare_code(run) for run in runs if not run.isalpha() and len(run) <= LONGEST_CODE}
    return {code for code in found if len(code) > 1 and not code.isdigit() and code not in folded}


def bare_code(run: str) -> str:
    """Return a folded model number without what stands between its parts."""
    return _BETWEEN.sub("", run.translate(_TIMES) if "×" in run or "*" in run else run).replace(" ", "")


def stems(folded: str) -> set[str]:
    """Return the stems of the English words."""
    return {stem(word) for word in _LATIN.findall(folded)}


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return what the forms of an English word have in common."""
    return str(_stemmer.stemWord(word))


def query_stem(term: str) -> str | None:
    """Return the stem to look for beside the term itself, if the term is one English word."""
    return stem(term) if _LATIN.fullmatch(term) else None
