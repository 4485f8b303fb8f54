"""When words make a row of the glossary."""

import re
from typing import Final

from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, Problem

LONGEST_WORD: Final = 40
MOST_WORDS: Final = 20
_BETWEEN = re.compile("[;；、,，\n]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words that somebody typed, with any of ; 、 , or a new line between them, each once.

    Raises InvalidInput at ``words``: ``glossary_one_word``, ``glossary_too_many`` with the ``limit``,
    ``glossary_too_long`` with the ``word`` and the ``limit``.
    """
    words = tuple(dict.fromkeys(word for part in _BETWEEN.split(text) if (word := clean_line(part))))
    problems = [
        Problem("glossary_too_long", "words", {"word": word[:LONGEST_WORD], "limit": LONGEST_WORD})
        for word in words
        if len(word) > LONGEST_WORD
    ]
    if len({word.casefold() for word in words}) < 2:  # noqa: PLR2004 - one word means the same as itself
        problems.append(Problem("glossary_one_word", "words"))
    if len(words) > MOST_WORDS:
        problems.append(Problem("glossary_too_many", "words", {"limit": MOST_WORDS}))
    if problems:
        raise InvalidInput(problems)
    return words
