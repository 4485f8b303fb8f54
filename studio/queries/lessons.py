"""What studios handed on to each other in the last twelve months, read from the timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import Event, Person, Proposal, Unit, Verb
from search_index.analysis import fold, words
from studio.domain.lessons import Lesson, Transfer, lessons
from studio.domain.rules import LONGEST_WORD, SHORTEST_WORD
from studio.queries import catalogue
from studio.queries.blinding import names_known_to
from studio.queries.visibility import reach_of, visible_to

LONGEST_AGO_DAYS = 365
MOST_TRANSFERS = 2000
SHORTEST_LATIN = 3
MOST_OTHERS = 500
"""So many proposals that nobody handed on are enough to know which words are common."""
TEXTS = (Proposal.title, Proposal.problem, Proposal.measure, Proposal.location)


@dataclass(frozen=True, slots=True)
class Handed:
    """A proposal that was handed on, as a list shows it."""

    number: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taught:
    """The lessons, and the proposals in them by id."""

    lessons: Sequence[Lesson]
    proposals: Mapping[int, Handed]


def taught(session: Session, reader: Person, *, at: datetime) -> Taught:
    """Return what transfers of proposals that the reader may see have in common; four statements.

    Those whose names he may not know are left out: the unit they have in common would tell.
    """
    known = names_known_to(reach_of(reader))
    since = at - timedelta(days=LONGEST_AGO_DAYS)
    rows = session.execute(
        select(Proposal.id, Proposal.number, Event.at, Event.data, Unit.path, *TEXTS)
        .join(Event, Event.proposal_id == Proposal.id)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .where(visible_to(reader), known, Event.verb == Verb.TRANSFER, Event.at >= since)
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(MOST_TRANSFERS)
    ).all()
    themes, way_up = catalogue.theme_codes(session, [row[0] for row in rows]), catalogue.ways_up(session)
    transfers: list[Transfer] = []
    proposals: dict[int, Handed] = {}
    for key, number, moved_at, data, path, *texts in rows:
        before, after = (str((data.get(name) or {}).get("code", "")) for name in ("from_studio", "studio"))
        if not (before and after):
            continue  # an old line of the timeline that does not say where it came from
        transfers.append(Transfer(key, before, after, way_up(path), tuple(themes.get(key, ())), _words(texts)))
        proposals.setdefault(key, Handed(number or "", texts[0], moved_at))
    return Taught(lessons(transfers, _others(session, reader, since)), proposals)


def _others(session: Session, reader: Person, since: datetime) -> list[frozenset[str]]:
    moved = exists().where(Event.proposal_id == Proposal.id, Event.verb == Verb.TRANSFER)
    statement = (
        select(*TEXTS)
        .where(visible_to(reader), Proposal.submitted_at >= since, ~moved)
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
        .limit(MOST_OTHERS)
    )
    return [_words(texts) for texts in session.execute(statement)]


def _words(texts: Sequence[Any]) -> frozenset[str]:
    """Return what could stand in a rule of the words of some texts."""
    found = words(fold("\n".join(texts)))
    return frozenset(word for word in found if _tells(word))


def _tells(word: str) -> bool:
    """Tell whether a word could stand in a rule: no number, no unit of measure such as mm, nothing endless."""
    least = SHORTEST_LATIN if word.isascii() else SHORTEST_WORD
    return least <= len(word) <= LONGEST_WORD and not word[0].isdigit()
