"""How text becomes terms. Engines share this, so the same words are found whichever of them answers.

Folding is compatibility *decomposition* and case folding: full-width equals half-width, ``㎜`` equals ``mm``, ``é`` is
``e`` with its accent behind it. Unlike composition it works letter by letter, so a piece of a text, folded, is always a
piece of the folded text; finding every substring rests on that.
"""

import re
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

import rjieba
import snowballstemmer  # type: ignore[import-untyped]  # ships no types

LONGEST_QUERY = 400
"""Characters of a query that are looked at; the rest of a pasted page would only slow the search down."""

_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""Control characters and broken halves of surrogate pairs; they count as spaces."""

_QUERY_EDGES = "\"'“”‘’«»「」『』()[]{}<>*?~^+-=:;,.!|&/\\、。，；：！？（）【】《》…"
"""What people put around a word without meaning it. A term without them finds all that it finds with them."""

_RUN = re.compile(r"[a-z0-9]+(?:[-./×*][a-z0-9]+)*")
_LATIN = re.compile(r"[a-z]{3,}")
_stemmer = snowballstemmer.stemmer("english")


def fold(text: str) -> str:
    """Return ``text`` without differences of case and width; spaces of any kind stay where they were."""
    return _NO_TEXT.sub(" ", normalize("NFKD", normalize("NFKD", text).casefold()))


def query_terms(text: str) -> tuple[str, ...]:
    """Return the different folded terms of a query; a document must contain all of them.

    There is no syntax to break: quotes, stars and the like around a word are dropped, inside it they are letters.
    Of nothing else, a term is looked for as it stands if it is longer than one character; a lone dash says nothing.
    """
    terms = ((term, term.strip(_QUERY_EDGES)) for term in fold(text[:LONGEST_QUERY]).split())
    return tuple(dict.fromkeys(bare or term for term, bare in terms if bare or len(term) > 1))


def grams(folded: str) -> set[str]:
    """Return the single characters and the pairs of neighbours; pairs never reach across a space."""
    found: set[str] = set()
    for run in folded.split():
        found.update(run, map("".join, pairwise(run)))
    return found


def pairs(term: str) -> list[str]:
    """Return the grams that a document must have to contain ``term`` at all."""
    return [term] if len(term) == 1 else [term[i : i + 2] for i in range(len(term) - 1)]


def words(folded: str) -> set[str]:
    """Return the words: as the segmenter cuts them, and model numbers whole."""
    found = {word for word in rjieba.cut(folded) if word[0].isalnum()}
    found.update(_RUN.findall(folded))
    return found


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
