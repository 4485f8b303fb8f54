"""What the archive has that is like a new proposal, and which studio dealt with it: what routing learns from.

The search index names the candidates; the database says who dealt with them, because a page may lag behind and a
decision may not. Only what every colleague may read is learned from, so nothing confidential shows in anybody's reason.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import Assignment, Person, Proposal, ProposalState, Studio, Theme, Unit, proposal_themes
from search_index.documents import EVERYBODY
from search_index.port import SearchEngine, SearchUnavailable
from studio.domain.routing import Experience, Precedent, ProposalFacts
from studio.queries.visibility import Reach, open_to_everybody, reach_of, within

SAME_MATTER: Final = 40
SAME_PLACE: Final = 20
"""How many are looked at because of all their words, and because of the words of the place alone."""
TEACH_NOTHING: Final = (ProposalState.DRAFT, ProposalState.WITHDRAWN, ProposalState.INADMISSIBLE)
TEXTS: Final = ("title", "problem", "measure", "effect", "location")
BETWEEN: Final = "\n"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal to learn for; ``id`` is its own, if it has one already, for it is no precedent of itself."""

    facts: ProposalFacts
    id: int | None = None


def experience(session: Session, engine: SearchEngine, facts: ProposalFacts, *, but: int | None = None) -> Experience:
    """Return what is like a proposal that may have the id ``but``; see ``experiences``."""
    return experiences(session, engine, [Asked(facts, but)])[0]


def of_proposal(session: Session, engine: SearchEngine, proposal: Proposal) -> Experience:
    """Return what is like a proposal that is there already."""
    texts = {name: getattr(proposal, name) for name in TEXTS}
    return experience(session, engine, ProposalFacts(**texts), but=proposal.id)


def experiences(session: Session, engine: SearchEngine, asked: Sequence[Asked]) -> list[Experience]:
    """Return what is like each proposal; without an index nothing, and that it was away.

    Takes some milliseconds a proposal and one statement for all. Ask before ``writing``.
    """
    try:
        found = [_nearest(engine, one) for one in asked]
    except SearchUnavailable:
        log.warning("the search index is away; proposals are routed without what the archive teaches")
        return [Experience(away=True) for _ in asked]
    ids = sorted({proposal_id for likeness in found for proposal_id in likeness})
    rows = session.connection().execute(_dealt_with(), {"ids": ids}).all() if ids else ()
    return [Experience(tuple(_precedent(row, near) for row in rows if row.id in near)) for near in found]


def _nearest(engine: SearchEngine, asked: Asked) -> dict[int, float]:
    """Return likeness by id. What has only words of the place in common is like it by 0."""
    text = "\n".join(filter(None, (getattr(asked.facts, name) for name in TEXTS)))
    place, everybody = asked.facts.location, frozenset({EVERYBODY})
    near = engine.similar(text, everybody, SAME_MATTER, but=asked.id)
    there = engine.similar(place, everybody, SAME_PLACE, but=asked.id) if place else ()
    return {hit.proposal_id: 0.0 for hit in there} | {hit.proposal_id: hit.score for hit in near}


def _precedent(row: Any, likeness: Mapping[int, float]) -> Precedent:  # noqa: ANN401 - a row of _dealt_with
    return Precedent(
        number=row.number,
        studio=row.studio,
        likeness=likeness[row.id],
        title=row.title,
        location=row.location,
        units=tuple(filter(None, (row.unit, row.above, row.top))),
        themes=tuple((row.themes or "").split(BETWEEN)) if row.themes else (),
        taken_from=tuple(row.taken_from.split(BETWEEN)) if row.taken_from else (),
    )


@lru_cache(maxsize=1)
def _dealt_with() -> Select[Any]:
    """Return the statement for who dealt with some ids.

    What the rules sent to a studio that has not decided yet proves nothing: routing would learn from itself. What a
    person sent there does, and what an old archive says.
    """
    unit, above, top = aliased(Unit), aliased(Unit), aliased(Unit)
    by_itself = exists().where(
        Assignment.proposal_id == Proposal.id, Assignment.ended_at.is_(None), Assignment.assigned_by_id.is_(None)
    )
    return (
        select(
            Proposal.id,
            Proposal.number,
            Proposal.title,
            Proposal.location,
            Studio.code.label("studio"),
            unit.code.label("unit"),
            above.code.label("above"),
            top.code.label("top"),
            _themes().label("themes"),
            _taken_from().label("taken_from"),
        )
        .join(Studio, Studio.id == Proposal.studio_id)
        .outerjoin(unit, unit.id == Proposal.unit_id)
        .outerjoin(above, above.id == unit.parent_id)
        .outerjoin(top, top.id == above.parent_id)
        .where(
            Proposal.id.in_(bindparam("ids", expanding=True)),
            open_to_everybody(),
            Proposal.state.not_in(TEACH_NOTHING),
            or_(Proposal.decided_at.is_not(None), ~by_itself),
        )
    )


def _themes() -> Any:  # noqa: ANN401 - SQLAlchemy's scalar subquery
    return (
        select(func.aggregate_strings(Theme.code, BETWEEN))
        .join(proposal_themes, proposal_themes.c.theme_id == Theme.id)
        .where(proposal_themes.c.proposal_id == Proposal.id)
        .scalar_subquery()
    )


def _taken_from() -> Any:  # noqa: ANN401 - SQLAlchemy's scalar subquery
    """Return the codes of the studios it was taken from by a person; an appeal blames nobody."""
    before, after, studio = aliased(Assignment), aliased(Assignment), aliased(Studio)
    handed_on = exists().where(
        after.proposal_id == before.proposal_id,
        after.assigned_at == before.ended_at,
        after.assigned_by_id.is_not(None),
    )
    return (
        select(func.aggregate_strings(studio.code, BETWEEN))
        .join(before, before.studio_id == studio.id)
        .where(before.proposal_id == Proposal.id, before.studio_id != Proposal.studio_id, handed_on)
        .correlate(Proposal)
        .scalar_subquery()
    )


def readable(session: Session, person: Person, reason: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the numbers of the precedents in a reason that somebody may read now; mostly there are none to look up."""
    numbers: Sequence[str] = (reason or {}).get("params", {}).get("precedents", [])
    if not numbers:
        return ()
    rows = session.connection().execute(_readable(reach_of(person)), {"numbers": list(numbers)})
    found = {row.number for row in rows}
    return tuple(number for number in numbers if number in found)


@lru_cache(maxsize=1024)
def _readable(reach: Reach) -> Select[Any]:
    return select(Proposal.number).where(within(reach), Proposal.number.in_(bindparam("numbers", expanding=True)))
