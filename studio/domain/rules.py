"""What may stand in a routing rule, and how its parts are written, compared and sealed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from studio.domain.completeness import clean_line, clean_text
from studio.domain.errors import Problem
from studio.domain.routing import DECISIVE_PRIORITY

LOWEST_PRIORITY, HIGHEST_PRIORITY = 0, 999
SHORTEST_WORD, LONGEST_WORD = 2, 30
"""One character stands in every second text, unless it is Chinese and the rule is for some units only: 锤 in a forge.
What is longer than 30 is a sentence that nobody writes twice."""
MOST_WORDS = 100
MOST_UNITS = 50
WORD_MARKS: Final = re.compile(r"[\n\t;；、，,|]")
"""What people put between words: no word has one of them in it, so a list of words can be written and read again."""
COLUMNS: Final = ("units", "kinds", "themes", "words")
"""What a rule asks for."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as somebody writes it. `studio`, `units`, `kinds` and `themes` are codes."""

    priority: int
    studio: str
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def decides_alone(self) -> bool:
        """Whether it is asked before everything else is weighed."""
        return self.priority < DECISIVE_PRIORITY

    @property
    def asks_for(self) -> tuple[frozenset[str], ...]:
        """What makes it the same rule as another one of its studio, whatever the order of its parts."""
        return tuple(frozenset(getattr(self, column)) for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class Known:
    """The codes there are. A studio that takes no proposals is no aim of a rule."""

    studios: frozenset[str]
    units: frozenset[str]
    kinds: frozenset[str]
    themes: frozenset[str]


def read_words(text: str) -> tuple[str, ...]:
    """Return the words of a text: one a line, or parted by commas and semicolons of either language."""
    return tuple(word for part in WORD_MARKS.split(clean_text(text)) if (word := clean_line(part)))


def prepared(draft: RuleDraft) -> RuleDraft:
    """Return the draft with clean words, and nothing named twice; spellings of one word are one word."""
    words: dict[str, str] = {}
    for word in (word for given in draft.words for word in read_words(given)):
        words.setdefault(_folded(word), word)
    return RuleDraft(
        draft.priority,
        draft.studio,
        units=tuple(dict.fromkeys(draft.units)),
        kinds=tuple(dict.fromkeys(draft.kinds)),
        themes=tuple(dict.fromkeys(draft.themes)),
        words=tuple(words.values()),
    )


def check(draft: RuleDraft, known: Known) -> list[Problem]:
    """Return what keeps a prepared draft from being a rule.

    Codes: `priority_out_of_range` at `priority`; `studio_unknown` at `studio`; `unit_unknown`, `kind_unknown` and
    `theme_unknown` at `units`, `kinds` and `themes`; `word_too_short`, `word_too_long` and `words_too_many` at
    `words`; `units_too_many` at `units`; `rule_asks_nothing` at no field.
    """
    problems = []
    if not LOWEST_PRIORITY <= draft.priority <= HIGHEST_PRIORITY:
        problems.append(Problem("priority_out_of_range", "priority", {"most": HIGHEST_PRIORITY}))
    if draft.studio not in known.studios:
        problems.append(Problem("studio_unknown", "studio", {"code": draft.studio}))
    problems += _unknown(draft, known)
    problems += _word_problems(draft)
    if len(draft.units) > MOST_UNITS:
        problems.append(Problem("units_too_many", "units", {"most": MOST_UNITS}))
    if not any(draft.asks_for):
        problems.append(Problem("rule_asks_nothing"))
    return problems


def _unknown(draft: RuleDraft, known: Known) -> list[Problem]:
    strangers = {
        "units": [code for code in draft.units if code not in known.units],
        "kinds": [code for code in draft.kinds if code not in known.kinds],
        "themes": [code for code in draft.themes if code not in known.themes],
    }
    return [Problem(f"{name[:-1]}_unknown", name, {"code": codes[0]}) for name, codes in strangers.items() if codes]


def _word_problems(draft: RuleDraft) -> list[Problem]:
    words = draft.words
    short = next((word for word in words if _is_short(word, local=bool(draft.units))), None)
    long = next((word for word in words if len(word) > LONGEST_WORD), None)
    problems = []
    if short is not None:
        problems.append(Problem("word_too_short", "words", {"word": short}))
    if long is not None:
        problems.append(Problem("word_too_long", "words", {"word": long[:LONGEST_WORD] + "…", "most": LONGEST_WORD}))
    if len(words) > MOST_WORDS:
        problems.append(Problem("words_too_many", "words", {"most": MOST_WORDS, "count": len(words)}))
    return problems


def _is_short(word: str, *, local: bool) -> bool:
    folded = _folded(word)
    return len(folded) < SHORTEST_WORD and not (local and folded.isalpha() and not folded.isascii())


def snapshot(draft: RuleDraft, studio_names: Mapping[str, str], *, active: bool) -> dict[str, Any]:
    """Return a rule as its history keeps it: codes, words, and what its studio was called on that day."""
    columns = {column: list(getattr(draft, column)) for column in COLUMNS}
    names = dict(studio_names)
    return {"priority": draft.priority, "studio": draft.studio, "studio_names": names, **columns, "active": active}


def from_snapshot(kept: Mapping[str, Any]) -> RuleDraft:
    """Return what a history has kept as somebody could write it again."""
    columns = {column: tuple(kept.get(column, ())) for column in COLUMNS}
    return RuleDraft(priority=int(kept["priority"]), studio=str(kept["studio"]), **columns)


def changed(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the names of what differs between two snapshots; everything that is not empty when one of them is none."""
    names = ("priority", "studio", *COLUMNS)
    if was is None or now is None:
        kept = was or now or {}
        return tuple(name for name in names if kept.get(name) not in ([], None))
    return tuple(name for name in names if was.get(name) != now.get(name))


def seal_of(rules: Iterable[tuple[int, int]], chosen: Iterable[int]) -> str:
    """Return what stands for all rules as they are (id and revision) together with the drafts that were chosen."""
    spelled = f"{sorted(rules)}|{sorted(set(chosen))}"
    return sha256(spelled.encode()).hexdigest()[:32]


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().strip()
