"""What the archive has that is like a new proposal, and which studio dealt with it: what routing learns from.

The search index names the candidates; the database says who dealt with them, because a page may lag behind and a
decision may not. Only what every colleague may read is learned from, so nothing confidential shows in anybody's reason.
"""

from collections.abc import Mapping, Sequence
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
BETWEEN: Final = "\n"


def experience(
    session: Session, engine: SearchEngine, proposal: ProposalFacts, *, but: int | None = None
) -> Experience:
    """Return what is like the proposal; ``but`` is its own id, if it has one. Without an index nothing, and that.

    Some milliseconds and one statement. Ask before ``writing``.
    """
    try:
        likeness = _nearest(engine, proposal, but)
    except SearchUnavailable:
        return Experience(away=True)
    if not likeness:
        return Experience()
    rows = session.connection().execute(_dealt_with(), {"ids": list(likeness)})
    return Experience(tuple(_precedent(row, likeness) for row in rows))


def _nearest(engine: SearchEngine, proposal: ProposalFacts, but: int | None) -> dict[int, float]:
    """Return likeness by id. What shares the place only has the likeness of its words all the same: 0 if none."""
    texts = (proposal.title, proposal.problem, proposal.measure, proposal.effect, proposal.location)
    everybody = frozenset({EVERYBODY})
    near = engine.similar("\n".join(filter(None, texts)), everybody, SAME_MATTER, but=but)
    there = engine.similar(proposal.location, everybody, SAME_PLACE, but=but) if proposal.location else ()
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
