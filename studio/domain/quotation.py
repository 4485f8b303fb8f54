"""Which of somebody's own sentences is short and whole enough to stand as a headline."""

import re
from unicodedata import east_asian_width

_SENTENCE = re.compile(r".+?(?:[。！？!?…]+[”』」]?|\.(?=\s|$)|$)", re.MULTILINE)
SHORTEST, LONGEST = 10, 76
"""Widths of a headline; a Chinese character is two wide, as on paper."""


def own_sentence(text: str) -> str | None:
    """Return the first sentence of ``text`` that fits a headline, exactly as it was said, or None."""
    sentences = (sentence.strip() for line in text.splitlines() for sentence in _SENTENCE.findall(line))
    return next((sentence for sentence in sentences if SHORTEST <= width(sentence) <= LONGEST), None)


def width(text: str) -> int:
    """Return how wide text is, counting a Chinese character as two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
