"""How much of a mail program's window a copy takes: an estimate, so that no copy is longer than two screens of a phone.

Counted in lines of running text as ``templates/mail`` sets them on a phone 390 points wide; ``tests/browser`` holds the
estimate against what a browser makes of it. On a desk PC every part takes less.
"""

from functools import lru_cache
from math import ceil, inf

from studio.domain.quotation import width

ONE_LINE = 28
"""Points."""
SCREEN = 844
HEAD_AND_FOOT = 300
"""With the lines that lead to what there was no room for."""
TWO_SCREENS = (2 * SCREEN - HEAD_AND_FOOT) / ONE_LINE
NO_END = inf
"""For a page, which may be as long as it likes."""

HEADING = 2.6
"""A part's heading, with the white above and below the part."""
BARE = 1.2
"""That white alone."""
BUTTON = 2.3
NUMBERS = HEADING + 4.0
PHOTOS = 6.5
BARS = 5.2
TABLE_ROW = 2.2
TABLE_HEAD = 1.6
SECOND = 0.95
GAP = 0.45
"""Between two entries."""
ACROSS, ACROSS_BESIDE_MONEY, ACROSS_HEADLINE, ACROSS_WORDS = 40, 27, 30, 38
"""Widths that fit in one line, a Chinese character counting two."""


@lru_cache(maxsize=4096)
def text(words: str, across: int = ACROSS) -> int:
    """Return how many lines a text takes."""
    return sum(max(1, ceil(width(line) / across)) for line in words.splitlines() or [""])


def entry(title: str, second: str = "", across: int = ACROSS) -> float:
    """Return how many lines a title takes, with what stands below it in the second voice."""
    return GAP + text(title, across) + (SECOND * text(second, across) if second else 0)
