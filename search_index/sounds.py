"""How Chinese characters are said, without tones: for pinyin typed in place of characters, and for homophones.

Characters with several readings keep their three commonest; which one is meant is left open, because a title is found
by the right one among them. Data: the pypinyin package, without its list of phrases, which would take 60 MB.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product

READINGS = 3
SPLITS = 8
"""Ways to cut a row of letters into syllables that are looked at; xian is one syllable or two."""
LONGEST_SYLLABLE = 6

_LETTERS = re.compile("[a-z]+")
_VOWEL = re.compile("[aeiouv]")
"""Without one it is a sigh, which nobody types."""


@lru_cache(maxsize=20_000)
def readings(character: str) -> tuple[str, ...]:
    """Return how a character can be said, commonest first; nothing if it is no Chinese one."""
    said = dict.fromkeys(_plain(reading) for reading in _table().get(ord(character), "").split(",") if reading)
    return tuple(reading for reading in said if _VOWEL.search(reading))[:READINGS]


@lru_cache(maxsize=20_000)
def _initials(character: str) -> frozenset[str]:
    """Return the letters that a character can begin with: nearly all names of a large firm are told apart by them."""
    return frozenset(reading[0] for reading in readings(character))


@lru_cache(maxsize=2048)
def homophones(character: str) -> tuple[str, ...]:
    """Return the other characters that can be said the same, in no order that means something."""
    same = {other: None for reading in readings(character) for other in _characters()[reading]}
    return tuple(other for other in same if other != character)


def spoken_pairs(text: str) -> set[str]:
    """Return what a title or name is found by in pinyin.

    That is each syllable alone, each two neighbours (``zhou'cheng``), and the first letters of each two (``z'c``).
    """
    found: set[str] = set()
    said = [readings(character) if character.isalpha() and not character.isascii() else () for character in text]
    for each in said:
        found.update(each)
    for left, right in pairwise(said):
        found.update(f"{first}'{second}" for first, second in product(left, right))
        found.update(f"{first[0]}'{second[0]}" for first, second in product(left, right))
    return found


def may_be_said(letters: str, name: str, *, whole: bool = False) -> bool:
    """Tell whether letters are how a name in Chinese characters begins when it is typed by its sound.

    Each character is said in full, by its first letter, or, as the last one, cut anywhere: yesi, ysq, yesq for 叶思琪.
    With ``whole`` all of it has to be there, each character in full.
    """
    if not name:
        return not letters
    if not letters:
        return not whole
    if letters[0] not in _initials(name[0]):
        return False
    heard = readings(name[0])
    if not whole and any(reading.startswith(letters) for reading in heard):
        return True
    starts = dict.fromkeys(heard if whole else [*heard, *(reading[0] for reading in heard)])
    return any(letters.startswith(one) and may_be_said(letters[len(one) :], name[1:], whole=whole) for one in starts)


def typed_pairs(letters: str) -> Iterator[Sequence[str]]:
    """Yield the sets of ``spoken_pairs`` that letters can mean, each to be found whole."""
    if not _LETTERS.fullmatch(letters):
        return
    for syllables in _splits(letters):
        yield _neighbours(syllables)
    if len(letters) > 1:
        yield _neighbours(tuple(letters))


def _neighbours(parts: Sequence[str]) -> Sequence[str]:
    return [f"{first}'{second}" for first, second in pairwise(parts)] if len(parts) > 1 else list(parts)


def _splits(letters: str) -> list[tuple[str, ...]]:
    """Return how letters can be cut into syllables, fewest syllables first."""
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            if letters[start:end] in _characters():
                ways[end] += [(*way, letters[start:end]) for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:SPLITS]
    return ways[-1]


@cache
def _table() -> Mapping[int, str]:
    """Return code point -> readings with tone marks, separated by commas."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # the package's own switch, read when it is imported
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - only for those who search by sound

    return PINYIN_DICT


@cache
def _characters() -> Mapping[str, Sequence[str]]:
    """Return syllable -> the common characters said so."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code in range(0x4E00, 0x9FA6):
        for reading in readings(chr(code)):
            found[reading].append(chr(code))
    return dict(found)


@lru_cache(maxsize=4096)
def _plain(reading: str) -> str:
    """Return a syllable as it is typed: without its tone, with v for ü."""
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 - as above

    return str(to_normal(reading))
