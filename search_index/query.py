"""What somebody typed, as the house understands it. Pure: no engine, no database.

    轴承 漏油            both
    "轴承座"             just so, without synonyms and other spellings
    轴承 -油封           without the second
    行车 OR 天车         either (also 或 and |)
    title:导卫           in the title; also number, person, place, in English or Chinese
    filed:2025-03..2025-06   benefit:>=10000   year:2024

What cannot be understood is words: a lone quote, a field nobody knows, a range that is none. So no query is an error,
and none means everything.
"""

import dataclasses
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from search_index.analysis import LONGEST_QUERY, QUERY_EDGES, fold

MOST_CLAUSES = 24
"""Words of a query that are looked for; a pasted page is not a question."""


class Field(StrEnum):
    """Where a word is looked for."""

    TEXT = "text"
    TITLE = "title"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"


class Measure(StrEnum):
    """What a range is about."""

    FILED = "filed"
    BENEFIT = "benefit"


@dataclass(frozen=True, slots=True)
class Term:
    """One word or piece of text, folded. ``literal`` if it was quoted: no synonyms, no other spelling.

    ``typed`` is the same with the signs around it, which most often mean nothing.
    """

    text: str
    field: Field = Field.TEXT
    literal: bool = False
    typed: str = dataclasses.field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of seconds since 1970 or of yuan a year, both ends included; None is open."""

    measure: Measure
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a document must have, in any of these ways; or, if ``unwanted``, must not."""

    ways: tuple[Term, ...]
    unwanted: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is one word as it stands."""
        (*others, term) = self.ways
        return not others and not self.unwanted and not term.literal and term.field is Field.TEXT


@dataclass(frozen=True, slots=True)
class Query:
    """Everything a document must fulfil. ``asked`` tells whether anything at all was typed.

    ``phrase`` are all words of the query if they are several and plain: perhaps they are one name.
    """

    clauses: tuple[Clause, ...] = ()
    spans: tuple[Span, ...] = ()
    asked: bool = False
    phrase: str = ""

    @property
    def empty(self) -> bool:
        """Whether something was typed that no text could contain."""
        return self.asked and not self.clauses and not self.spans

    @property
    def wanted(self) -> tuple[Clause, ...]:
        """What is looked for."""
        return tuple(clause for clause in self.clauses if not clause.unwanted)


FIELDS: Final[Mapping[str, Field | Measure | str]] = {
    **dict.fromkeys(("title", "标题", "名称"), Field.TITLE),
    **dict.fromkeys(("number", "编号", "提案号"), Field.NUMBER),
    **dict.fromkeys(("person", "author", "提出人", "参与人", "姓名", "工号"), Field.PERSON),
    **dict.fromkeys(("place", "machine", "地点", "设备"), Field.PLACE),
    **dict.fromkeys(("filed", "date", "提出", "日期"), Measure.FILED),
    **dict.fromkeys(("benefit", "效益"), Measure.BENEFIT),
    **dict.fromkeys(("year", "年", "年份"), "year"),
}
"""What may stand before a colon."""

_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"), ("《", "》"))
_QUOTED = "|".join(f"{re.escape(start)}[^{re.escape(start + end)}]+{re.escape(end)}" for start, end in _QUOTES)
_TOKEN = re.compile(rf"(?P<minus>(?<!\S)-)?(?:(?P<field>[^\W\d]+):)?(?P<quoted>{_QUOTED})(?=\s|$)|\S+")
_OR = frozenset({"OR", "或", "|", "||"})
_RANGE = re.compile(r"(?P<sign>>=|<=|>|<)?(?P<low>[^.<>]*(?:\.[0-9][^.<>]*)?)(?:\.\.(?P<high>.*))?")


def parse(text: str, zone: tzinfo = UTC) -> Query:
    """Return what ``text`` asks for; days begin at midnight of ``zone``."""
    asked = bool(text.strip())
    text = normalize("NFKD", text[:LONGEST_QUERY].replace("\0", " "))
    clauses: list[Clause] = []
    spans: list[Span] = []
    either = False
    for match in list(_TOKEN.finditer(text))[:MOST_CLAUSES]:
        token = match[0]
        if token in _OR:
            either = bool(clauses)
            continue
        span, clause = _span(token, zone), _clause(match)
        if span is not None:
            spans.append(span)
        elif clause is not None:
            _join(clauses, clause, either=either)
        either = False
    clauses = list(_sensible(clauses, spans))
    plain = len(clauses) > 1 and all(clause.plain for clause in clauses)
    phrase = " ".join(clause.ways[0].text for clause in clauses) if plain else ""
    return Query(tuple(clauses), tuple(spans), asked=asked, phrase=phrase)


def _join(clauses: list[Clause], clause: Clause, *, either: bool) -> None:
    if either and not clauses[-1].unwanted and not clause.unwanted:
        clauses[-1] = Clause(tuple(dict.fromkeys((*clauses[-1].ways, *clause.ways))))
    elif clause not in clauses:
        clauses.append(clause)


def _sensible(clauses: list[Clause], spans: list[Span]) -> Iterator[Clause]:
    """Take a dash for a dash where everything is unwanted: nobody asks for all but a word."""
    all_unwanted = bool(clauses) and not spans and all(clause.unwanted for clause in clauses)
    for clause in clauses:
        yield Clause(clause.ways) if all_unwanted else clause


def _clause(match: re.Match[str]) -> Clause | None:
    if match["quoted"]:
        field = FIELDS.get(fold(match["field"] or "")) if match["field"] else Field.TEXT
        if isinstance(field, Field):
            words = " ".join(fold(match["quoted"][1:-1]).split())
            return Clause((Term(words, field, literal=True),), unwanted=bool(match["minus"])) if words else None
    token = match[0]
    unwanted = token.startswith("-") and len(token) > 1 and token[1] not in "-0123456789"
    term = _term(token[1:] if unwanted else token)
    return Clause((term,), unwanted=unwanted) if term else None


def _term(token: str) -> Term | None:
    name, colon, rest = token.partition(":")
    field = FIELDS.get(fold(name)) if colon else None
    if isinstance(field, Field) and (word := _word(rest)):
        return Term(word, field, typed=fold(rest))
    word = _word(token)
    return Term(word, typed=fold(token)) if word else None


def _word(token: str) -> str:
    """Drop what people put around a word without meaning it; of nothing else, keep it if it is more than one sign."""
    folded = fold(token).strip()
    bare = folded.strip(QUERY_EDGES)
    return bare or (folded if len(folded) > 1 else "")


def _span(token: str, zone: tzinfo) -> Span | None:
    name, colon, rest = token.partition(":")
    about = FIELDS.get(fold(name)) if colon else None
    found = _RANGE.fullmatch(rest) if about is not None and not isinstance(about, Field) else None
    if found is None:
        return None
    measure = about if isinstance(about, Measure) else Measure.FILED
    low, high = found["low"], found["high"]
    first, last = (_yuan(end) if measure is Measure.BENEFIT else _moments(end, zone) for end in (low, high or ""))
    if (low and first is None) or (high and last is None) or not (low or high):
        return None
    return _between(measure, found["sign"], first, last, ranged=high is not None)


def _between(
    measure: Measure, sign: str | None, first: tuple[int, int] | None, last: tuple[int, int] | None, *, ranged: bool
) -> Span | None:
    if ranged:
        return None if sign else Span(measure, first[0] if first else None, last[1] if last else None)
    if first is None:
        return None
    low, high = first
    ends = {">=": (low, None), ">": (high + 1, None), "<=": (None, high), "<": (None, low - 1), None: (low, high)}
    return Span(measure, *ends[sign])


def _yuan(text: str) -> tuple[int, int] | None:
    """Return an amount in yuan as a range of itself; 万 is ten thousand."""
    found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,4})?)(万|w)?", fold(text.replace(",", "")))
    if found is None:
        return None
    amount = int(float(found[1]) * (10_000 if found[2] else 1))
    return amount, amount


def _moments(text: str, zone: tzinfo) -> tuple[int, int] | None:
    """Return the first and last second of a year, a month or a day."""
    found = re.fullmatch(r"([12][0-9]{3})(?:[-/年]?([01]?[0-9])月?)?(?:[-/]?([0-3]?[0-9])日?)?年?", text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = datetime(year, month or 1, day or 1, tzinfo=zone)
        last = datetime(year, month or 12, day or monthrange(year, month or 12)[1], tzinfo=zone)
    except ValueError:
        return None
    return int(first.timestamp()), int((last + timedelta(days=1)).timestamp()) - 1
