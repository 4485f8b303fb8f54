"""What may have been meant by a word that is nowhere to be found: pure guesses, which an engine then looks for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search_index.sounds import homophones

SHORTEST_WITH_A_GAP = 3
"""Characters of a Chinese word of which any one may be wrong; of shorter ones, one that sounds the same."""
SHORTEST_LATIN = 4
_HAN_ONLY = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN_ONLY = re.compile("[a-z0-9./-]+")


class Gap(NamedTuple):
    """A piece of text of which one character is not known: what stands before it and after it."""

    before: str
    after: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What to look for in a text."""
        return re.compile(re.escape(self.before) + "[^\\s，。；、！？,;!?]" + re.escape(self.after))


def is_chinese(term: str) -> bool:
    """Tell whether a folded term is written in Chinese characters alone."""
    return _HAN_ONLY.fullmatch(term) is not None


def said_alike(term: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield each place of a Chinese term with the characters that sound like the one there."""
    for at, character in enumerate(term):
        yield at, homophones(character)


def gaps(term: str) -> Iterator[Gap]:
    """Yield the Chinese term with one character after the other unknown; of short ones that would mean anything."""
    if len(term) >= SHORTEST_WITH_A_GAP:
        for at in range(len(term)):
            yield Gap(term[:at], term[at + 1 :])


def swapped(term: str) -> Iterator[str]:
    """Yield the term with two neighbours changed over; never a number without letters."""
    if not any(map(str.isalpha, term)):
        return
    for at in range(len(term) - 1):
        if term[at] != term[at + 1]:
            yield term[:at] + term[at + 1] + term[at] + term[at + 2 :]


def misspelt(term: str, vocabulary: Iterable[str]) -> Iterator[str]:
    """Yield the Latin words that are one letter away: wrong, missing, too many, or two changed over.

    A number without letters is never another number.
    """
    if len(term) < SHORTEST_LATIN or not _LATIN_ONLY.fullmatch(term) or not re.search("[a-z]", term):
        return
    half = len(term) // 2
    for word in vocabulary:
        near = abs(len(word) - len(term)) <= 1 and (word[:half] == term[:half] or word[-half:] == term[-half:])
        if near and one_letter_away(term, word):
            yield word


def one_letter_away(left: str, right: str) -> bool:
    """Tell whether one change makes two different words the same."""
    if left == right:
        return False
    start = next((at for at, (one, two) in enumerate(zip(left, right, strict=False)) if one != two), None)
    if start is None:
        return True
    rests = left[start:], right[start:]
    changed = rests[0][1:] == rests[1][1:] or rests[0][1:] == rests[1] or rests[0] == rests[1][1:]
    crossed = rests[0][:2] == rests[1][:2][::-1] and rests[0][2:] == rests[1][2:]
    return changed or crossed
