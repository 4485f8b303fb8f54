"""Which documents are like a text: those that share most of the words that tell what it is about."""

from collections.abc import Iterable, Mapping
from heapq import nlargest
from math import log

from search_index.analysis import fold, words
from search_index.index import Index
from search_index.port import SimilarHit, Sort

ANSWERS_KEPT = 200
"""Answers remembered until the next commit, some kilobytes each."""

TELLING_WORDS = 40
"""How many of a text's rarest words are compared for likeness."""

PARTICLES = (
    "about above after all always and any are back been but can come down each every for from get got had has have "
    "how into its last less more new not now off one only our out over per put some than that the them then there "
    "they this too two under use was way when where which who will with would you"
)
SAYS_NOTHING = frozenset(PARTICLES.split())
"""English words that are rare only where most people write Chinese."""

FINENESS = 16
"""Steps in which rarity is counted; whole numbers can be added up for all documents at once."""

COMMON, FEW = 20, 10
"""A word in more than 1/COMMON of all documents says nothing about likeness, unless it is in FEW or fewer."""


def similar(index: Index, text: str, audience: frozenset[str], limit: int, but: int | None) -> tuple[SimilarHit, ...]:
    """Answer as before if somebody who may read the same has asked the same of this commit."""
    readable = index.live & index.any_of("audience", audience)
    own = index.locate(but) if but is not None else None
    if own is not None:
        readable &= ~(1 << own)
    asked = (readable, text, limit)
    known = index.likenesses.get(asked)
    if known is None:
        known = _likeness(index, text, readable, limit)
        if len(index.likenesses) < ANSWERS_KEPT:
            index.likenesses[asked] = known
    return known


def _likeness(index: Index, text: str, readable: int, limit: int) -> tuple[SimilarHit, ...]:
    telling = filter(_tells, words(fold(text)))
    having = {word: bits & readable for word, bits in index.each_of("word", telling).items()}
    rarity = _rarest(having, index.live.bit_count())
    tally = Tally((having[word], worth) for word, worth in rarity.items())
    shared = {
        number: tuple(word for word in rarity if having[word] >> number & 1) for number in _best(index, tally, limit)
    }
    scores = {number: sum(rarity[word] for word in words) for number, words in shared.items()}
    best = sorted(scores, key=scores.__getitem__, reverse=True)
    return tuple(
        SimilarHit(
            proposal_id=index.proposal_id(number),
            number=shown.number,
            title=shown.title,
            score=round(scores[number] / sum(rarity.values()), 3),
            shared=shared[number],
        )
        for number, shown in zip(best, index.shown(best), strict=True)
    )


def _rarest(having: Mapping[str, int], size: int) -> dict[str, int]:
    """Return the most telling words and how rare they are among the ``size`` documents, the rarest first."""
    known = {
        word: count for word, bits in having.items() if 0 < (count := bits.bit_count()) <= max(FEW, size // COMMON)
    }
    rarity = {word: round(FINENESS * log(1 + size / count)) for word, count in known.items()}
    return {word: rarity[word] for word in nlargest(TELLING_WORDS, rarity, key=lambda word: (rarity[word], word))}


def _best(index: Index, tally: "Tally", limit: int) -> list[int]:
    """Return the documents with the largest sums; of equal ones the newest."""
    sure, equal = tally.best(limit)
    best = index.stretch(Sort.NEWEST, sure, 0, limit)
    return [*best, *index.stretch(Sort.NEWEST, equal, 0, limit - len(best))]


class Tally:
    """Sums of weights for all documents at once.

    Each document's sum is a binary number, and a digit of all of them is one integer: adding a weight is a few XOR and
    AND, whether ten documents have the word or five thousand.
    """

    def __init__(self, weighted: Iterable[tuple[int, int]]) -> None:
        self._digits: list[int] = []
        for documents, weight in weighted:
            for place in range(weight.bit_length()):
                if weight >> place & 1:
                    self._add(documents, place)

    def best(self, limit: int) -> tuple[int, int]:
        """Return the documents of the largest sums above zero, ``limit`` at most, and those equal in the last place."""
        sure, open_ = 0, 0
        for digit in self._digits:
            open_ |= digit
        for digit in reversed(self._digits):
            if (sure | open_ & digit).bit_count() > limit:
                open_ &= digit
            else:
                sure |= open_ & digit
                open_ &= ~digit
        return sure, open_

    def _add(self, carry: int, place: int) -> None:
        while carry:
            if place >= len(self._digits):
                self._digits += [0] * (place + 1 - len(self._digits))
            self._digits[place], carry = self._digits[place] ^ carry, self._digits[place] & carry
            place += 1


def _tells(word: str) -> bool:
    """Tell whether a word can say what a text is about: no single character, no particle of English."""
    return len(word) > 1 and word not in SAYS_NOTHING and not (len(word) == 2 and word.isascii() and word.isalpha())  # noqa: PLR2004 - of, in, to
