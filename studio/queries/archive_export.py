"""What the archive has found, as somebody may take it home as a table: batch by batch, as he may see it then."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from models import Contributor, Kind, Person, Proposal, ProposalState, Studio, Theme, Unit, proposal_themes
from studio.domain.blinding import Unnamed
from studio.queries.archive import SCORE
from studio.queries.blinding import names_known_to
from studio.queries.naming import Name, named
from studio.queries.visibility import Reach, reach_of, within

BATCH = 500
"""So many proposals are read at a time, with three statements; more would only cost memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One proposal. Whoever may not know whose it is gets ``Unnamed``, and neither unit nor staff number."""

    number: str
    title: str
    state: ProposalState
    kind: Name | None
    themes: Sequence[Name]
    filed_at: datetime | None
    decided_at: datetime | None
    implemented_at: datetime | None
    studio: Name | None
    authors: Sequence[Name | Unnamed]
    employee_no: str
    unit: Name | None
    location: str
    problem: str
    measure: str
    effect: str
    claimed_benefit: Decimal | None
    checked_benefit: Decimal | None
    score: Decimal | None


def batches(session: Session, person: Person, ids: Sequence[int]) -> Iterator[Sequence[ExportRow]]:
    """Yield those of the proposals that the person may read when their turn comes, in their order."""
    reach = reach_of(person)
    for start in range(0, len(ids), BATCH):
        yield _batch(session, reach, ids[start : start + BATCH])
        session.rollback()  # whoever reads slowly must not hold on to what the database was meanwhile


def _batch(session: Session, reach: Reach, ids: Sequence[int]) -> Sequence[ExportRow]:
    connection, wanted = session.connection(), {"ids": ids}
    rows = {row.id: row for row in connection.execute(_proposals(reach), wanted)}
    themes = _listed(connection.execute(_THEMES, wanted))
    authors = _listed(connection.execute(_AUTHORS, wanted))
    return [_row(rows[i], themes.get(i, ()), authors.get(i, ())) for i in ids if i in rows]


def _listed(rows: Any) -> Mapping[int, Sequence[Name]]:  # noqa: ANN401 - rows of proposal, Chinese and English name
    found: defaultdict[int, list[Name]] = defaultdict(list)
    for proposal_id, name_zh, name_en in rows:
        found[proposal_id].append(Name(name_zh or "", name_en or ""))
    return found


def _row(row: Any, themes: Sequence[Name], authors: Sequence[Name]) -> ExportRow:  # noqa: ANN401 - a row of _proposals
    written = [Name(row.submitter_text, "")] if row.submitter_text else []
    return ExportRow(
        number=row.number,
        title=row.title,
        state=row.state,
        kind=named(row.kind_zh, row.kind_en),
        themes=themes,
        filed_at=row.submitted_at,
        decided_at=row.decided_at,
        implemented_at=row.implemented_at,
        studio=named(row.studio_zh or row.studio_text, row.studio_en),
        authors=(authors or written) if row.known else [Unnamed.AUTHOR],
        employee_no=row.employee_no or "" if row.known else "",
        unit=named(row.unit_zh, row.unit_en) if row.known else None,
        location=row.location,
        problem=row.problem,
        measure=row.measure,
        effect=row.effect,
        claimed_benefit=row.claimed_benefit,
        checked_benefit=row.checked_benefit,
        score=row.score,
    )


_IDS: Any = bindparam("ids", expanding=True)
_submitter, _sharer = aliased(Person), aliased(Person)
_WHOLE = (
    select(
        Proposal.id,
        Proposal.number,
        Proposal.title,
        Proposal.state,
        Kind.name_zh.label("kind_zh"),
        Kind.name_en.label("kind_en"),
        Proposal.submitted_at,
        Proposal.decided_at,
        Proposal.implemented_at,
        Studio.name_zh.label("studio_zh"),
        Studio.name_en.label("studio_en"),
        Proposal.studio_text,
        Proposal.submitter_text,
        _submitter.employee_no,
        Unit.name_zh.label("unit_zh"),
        Unit.name_en.label("unit_en"),
        Proposal.location,
        Proposal.problem,
        Proposal.measure,
        Proposal.effect,
        Proposal.claimed_benefit,
        Proposal.checked_benefit,
        SCORE.label("score"),
    )
    .outerjoin(Kind, Kind.id == Proposal.kind_id)
    .outerjoin(Studio, Studio.id == Proposal.studio_id)
    .outerjoin(_submitter, _submitter.id == Proposal.submitter_id)
    .outerjoin(Unit, Unit.id == Proposal.unit_id)
    .where(Proposal.number.is_not(None), Proposal.id.in_(_IDS))
)
_THEMES = (
    select(proposal_themes.c.proposal_id, Theme.name_zh, Theme.name_en)
    .join(Theme, Theme.id == proposal_themes.c.theme_id)
    .where(proposal_themes.c.proposal_id.in_(_IDS))
    .order_by(proposal_themes.c.proposal_id, Theme.position, Theme.id)
)
_AUTHORS = (
    select(
        Contributor.proposal_id, func.coalesce(_sharer.name, Contributor.name_text), func.coalesce(_sharer.name_en, "")
    )
    .outerjoin(_sharer, _sharer.id == Contributor.person_id)
    .where(Contributor.proposal_id.in_(_IDS))
    .order_by(Contributor.proposal_id, Contributor.position, Contributor.id)
)


@lru_cache(maxsize=1024)
def _proposals(reach: Reach) -> Select[Any]:
    return _WHOLE.add_columns(names_known_to(reach).label("known")).where(within(reach))
