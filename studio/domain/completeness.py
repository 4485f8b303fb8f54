"""Is it a proposal yet? What a text may contain, how long it may be, and which of the three questions is open.

A proposal answers three questions: what is the problem, what is the measure, what is the effect. Without all
three it is only a general remark (一般性意见), which nobody can decide on.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from studio.domain.errors import Problem

TITLE_LIMIT = 120
TEXT_LIMIT = 4000
"""Both in characters, as a person counts them in Chinese."""
MADE_TITLE_LIMIT = 40
"""A title made from a sentence is cut earlier, to fit one line of a list: at the width of 40 Chinese characters."""
TELLING_WIDTH = 8
"""What takes less room than four Chinese characters, such as “太慢了。”, names nothing; the next sentence may."""

QUESTIONS: Final = ("problem", "measure", "effect")
_OTHER_TEXTS: Final = ("location", "prospects")

_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a text read differently from what it is; right-to-left letters themselves need none of them."""
_BYTE_ORDER_MARK = "\ufeff"
_SENTENCE_END = re.compile(r"[。！？!?；;\n]|(?<!\b[Nn]o)\.(?=\s|$)")
_LIST_MARK = re.compile(r"[(（]?\d{1,2}(?:、|[.)）](?=\s|$))\s*|[-–*•·]\s+")
_CLAUSE_END = "，,、：:"
_LOOSE_END = _CLAUSE_END + " —–-…（(“‘《【"
"""What no title ends with."""


@dataclass(frozen=True, slots=True)
class ProposalTexts:
    """What the author wrote."""

    title: str = ""
    problem: str = ""
    measure: str = ""
    effect: str = ""
    location: str = ""
    prospects: str = ""


def clean_text(text: str) -> str:
    """Return the text without what cannot be seen, stored or trusted; letters of every script and emoji stay.

    Composes characters (NFC), makes every line break a plain one, and removes NUL and other control characters
    except line break and tab, half surrogates, byte order marks and overrides of the writing direction.
    """
    kept = text
    if not text.isprintable():  # nearly all text is; an old archive has a hundred million characters
        lines = _LINE_BREAK.sub("\n", text)
        kept = "".join(character for character in lines if _may_stay(character))
    return unicodedata.normalize("NFC", kept).strip()


def clean_line(text: str) -> str:
    """Return the text cleaned and on one line, each run of white space being one space."""
    return " ".join(clean_text(text).split())


def _may_stay(character: str) -> bool:
    if character in "\n\t":
        return True
    if character in _BIDI_CONTROLS or character == _BYTE_ORDER_MARK:
        return False
    return unicodedata.category(character) not in {"Cc", "Cs"}


def title_from(problem: str) -> str:
    """Return a title made from the first telling sentence of a clean text; empty for no text.

    It is at most as wide as 40 Chinese characters, two Latin letters being as wide as one. A longer sentence ends at a
    clause where that keeps half of the space, else after a word and with an ellipsis. It never ends with a comma.
    """
    sentences = (_bare(sentence) for sentence in _SENTENCE_END.split(problem))
    telling = [sentence for sentence in sentences if _says_something(sentence)]
    first = next((one for one in telling if _width(one) >= TELLING_WIDTH), next(iter(telling), ""))
    return first if _width(first) <= 2 * MADE_TITLE_LIMIT else _shortened(first)


def _bare(sentence: str) -> str:
    """Return a sentence on one line, without the mark of a list before it and the comma after it."""
    line = clean_line(sentence).lstrip(_CLAUSE_END + " ")
    mark = _LIST_MARK.match(line)
    return (line[mark.end() :] if mark else line).rstrip(_LOOSE_END)


def _shortened(sentence: str) -> str:
    """Return the beginning of a sentence that is too long for a title."""
    room = 2 * MADE_TITLE_LIMIT
    head = _beginning(sentence, room + 1)  # a mark just behind the room still ends what fits into it
    clause = head[: max(head.rfind(mark) for mark in _CLAUSE_END) + 1].rstrip(_LOOSE_END)
    if room // 2 <= _width(clause) <= room:
        return clause
    head = _beginning(sentence, room - 2)
    words, space, _rest = head.rpartition(" ")
    whole_words = space and _width(words) >= room // 2 and not sentence[len(head)].isspace()
    return (words if whole_words else head).rstrip(_LOOSE_END) + "…"


def _beginning(text: str, width: int) -> str:
    """Return as much of a text as fits into a width, counted in Latin letters."""
    taken = 0
    for length, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:length]
    return text


def _width(text: str) -> int:
    """Return how many Latin letters are as wide; a Chinese character is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def prepared(texts: ProposalTexts) -> ProposalTexts:
    """Return the texts cleaned, with a title made from the problem where the author's own says nothing."""
    clean = ProposalTexts(
        title=clean_line(texts.title),
        problem=clean_text(texts.problem),
        measure=clean_text(texts.measure),
        effect=clean_text(texts.effect),
        location=clean_line(texts.location),
        prospects=clean_text(texts.prospects),
    )
    return clean if _says_something(clean.title) else replace(clean, title=title_from(clean.problem))


def open_questions(texts: ProposalTexts) -> tuple[str, ...]:
    """Return which of problem, measure and effect are not answered; dashes and dots are no answer."""
    return tuple(name for name in QUESTIONS if not _says_something(getattr(texts, name)))


def too_long(text: str, field: str, limit: int = TEXT_LIMIT) -> list[Problem]:
    """Return `too_long` with `limit` and `length` at the field, if a clean text is longer than it may be."""
    return [Problem("too_long", field, {"limit": limit, "length": len(text)})] if len(text) > limit else []


def is_general_remark(texts: ProposalTexts) -> bool:
    """Say whether something was written, but not yet a proposal: one or two of the three answers are there."""
    return 0 < len(open_questions(texts)) < len(QUESTIONS)


def check_draft(texts: ProposalTexts) -> list[Problem]:
    """Return what keeps prepared texts from being saved as a draft: `too_long` with `limit` and `length`."""
    limits = {"title": TITLE_LIMIT, **dict.fromkeys((*QUESTIONS, *_OTHER_TEXTS), TEXT_LIMIT)}
    return [problem for name, limit in limits.items() for problem in too_long(getattr(texts, name), name, limit)]


def check_submission(texts: ProposalTexts) -> list[Problem]:
    """Return what keeps prepared texts from being submitted.

    Codes: `problem_missing`, `measure_missing` and `effect_missing`, each at its field, then those of `check_draft`.
    A title is never asked for: it is made from the problem.
    """
    missing = [Problem(f"{name}_missing", name) for name in open_questions(texts)]
    return [*missing, *check_draft(texts)]


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)
