"""What transfers teach people: what a studio hands on to another again and again, and by what that can be known.

A word tells much if it stands in what was handed on and seldom in what else is filed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

OFTEN = 2
"""Once is chance."""
MOST_WORDS = 8
MOST_OF_A_COLUMN = 5


@dataclass(frozen=True, slots=True)
class Transfer:
    """One proposal that was handed on; `units` are codes from its own unit up, `words` those of its text."""

    id: int
    before: str
    after: str
    units: tuple[str, ...]
    themes: tuple[str, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one studio handed on to another, the newest first, and what these proposals have in common.

    `units` and `themes` come with how many of the proposals they are in, `words` too, the most telling first.
    """

    before: str
    after: str
    ids: tuple[int, ...]
    units: tuple[tuple[str, int], ...]
    themes: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]


def lessons(transfers: Iterable[Transfer], background: Sequence[Collection[str]]) -> list[Lesson]:
    """Return what was handed on twice or more between the same two studios, the most frequent first.

    `background` holds the words of the proposals that nobody handed on: what is common there tells nothing.
    """
    together: dict[tuple[str, str], dict[int, Transfer]] = {}
    for one in transfers:
        together.setdefault((one.before, one.after), {}).setdefault(one.id, one)
    common = Counter(word for words in background for word in words)
    found = [
        _lesson(before, after, list(ones.values()), common, len(background))
        for (before, after), ones in together.items()
        if len(ones) >= OFTEN
    ]
    return sorted(found, key=lambda lesson: (-len(lesson.ids), lesson.before, lesson.after))


def _lesson(before: str, after: str, ones: list[Transfer], common: Mapping[str, int], others: int) -> Lesson:
    counted = Counter(word for one in ones for word in one.words)
    told = {word: count * _rarity(common.get(word, 0), others) for word, count in counted.items() if count >= OFTEN}
    telling = sorted((word for word, weight in told.items() if weight > 0), key=lambda word: (-told[word], word))
    return Lesson(
        before,
        after,
        ids=tuple(one.id for one in ones),
        units=_units(ones),
        themes=_often(Counter(theme for one in ones for theme in one.themes)),
        words=tuple((word, counted[word]) for word in _without_parts(telling)[:MOST_WORDS]),
    )


def _rarity(count: int, others: int) -> float:
    """Return how much a word says by how seldom it is elsewhere; nothing if it is in every third text."""
    return log((others + 3) / (3 * count + 1))


def _without_parts(words: list[str]) -> list[str]:
    """Return the words without those that are only a piece of a stronger one."""
    kept: list[str] = []
    for word in words:
        if not any(word in stronger or stronger in word for stronger in kept):
            kept.append(word)
    return kept


def _units(ones: Iterable[Transfer]) -> tuple[tuple[str, int], ...]:
    """Return the units that two or more came from: the lowest that all of them share, and never the whole firm."""
    counted: Counter[str] = Counter()
    above: dict[str, str] = {}
    for one in ones:
        counted.update(one.units)
        above.update(zip(one.units, one.units[1:], strict=False))
    emptied = {above[code] for code, count in counted.items() if code in above and counted[above[code]] == count}
    return _often({code: count for code, count in counted.items() if code in above and code not in emptied})


def _often(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    often = [(code, count) for code, count in counted.items() if count >= OFTEN]
    return tuple(sorted(often, key=lambda entry: (-entry[1], entry[0]))[:MOST_OF_A_COLUMN])
