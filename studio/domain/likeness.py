"""When two proposals have enough in common to say so."""

from collections.abc import Iterable, Sequence

MANY_WORDS, PART_OF_A_TEXT = 3, 0.2
"""Of a text's telling words; below that two proposals of one workshop merely speak the same language."""
FEW_WORDS, PART_OF_A_TITLE = 2, 0.5
"""A title has only a few telling words, so fewer are enough if they are most of it. One word alone never is."""


def apart(words: Iterable[str]) -> Sequence[str]:
    """Return the words that are no part of another one: 导卫板 and 导卫 are one thing in common, not two."""
    kept = tuple(words)
    return tuple(word for word in kept if not any(word in other and word != other for other in kept))


def is_enough(part: float, shared: Iterable[str]) -> bool:
    """Tell whether ``shared`` words that make ``part`` of what a text tells, 0 to 1, are worth mentioning."""
    count = len(apart(shared))
    return (count >= MANY_WORDS and part >= PART_OF_A_TEXT) or (count >= FEW_WORDS and part >= PART_OF_A_TITLE)
