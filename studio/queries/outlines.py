"""What a program is told of many proposals at once: their facts without their story."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models import Base, Kind, Person, Proposal, Studio, Theme, Unit, proposal_themes
from studio.queries import records
from studio.queries.blinding import names_known_to, without_authors
from studio.queries.visibility import Reach, reach_of, within

_KINDS: tuple[type[Base], ...] = (Proposal, Kind, Studio, Unit)


def outlines(session: Session, person: Person, ids: Collection[int]) -> Mapping[int, Proposal]:
    """Return those of the proposals that the person may read now, by id, as records for showing; three statements.

    Each leads to its kind, studio, unit, submitter and themes; where the person may not know whose it is, to no unit
    and to ``Unnamed``.
    """
    if not ids:
        return {}
    wanted = {"ids": sorted(ids)}
    rows = session.connection().execute(_among(reach_of(person)), wanted).all()
    found = {row[0]: _tied(row) for row in rows}
    records.tie_people(session, found.values())
    for proposal_id, *columns in session.connection().execute(_THEMES, wanted):
        if proposal_id in found:
            found[proposal_id].themes.append(records.parted(columns, Theme)[0])
    known = {row[0] for row in rows if row.known}
    return {key: one if key in known else without_authors(one) for key, one in found.items()}


def _tied(row: Any) -> Proposal:  # noqa: ANN401 - a row of _among
    proposal, kind, studio, unit = records.parted(row, *_KINDS)
    records.tie(proposal, kind=kind, studio=studio, unit=unit, themes=[])
    outline: Proposal = proposal
    return outline


@lru_cache(maxsize=1024)
def _among(reach: Reach) -> Select[Any]:
    """Return the statement for some ids; made once for people who reach the same."""
    wanted = [column for kind in _KINDS for column in records.columns(kind)]
    return (
        select(*wanted, names_known_to(reach).label("known"))
        .select_from(Proposal)
        .outerjoin(Kind, Kind.id == Proposal.kind_id)
        .outerjoin(Studio, Studio.id == Proposal.studio_id)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .where(within(reach), Proposal.number.is_not(None), Proposal.id.in_(bindparam("ids", expanding=True)))
    )


_THEMES = (
    select(proposal_themes.c.proposal_id, *records.columns(Theme))
    .join(Theme, Theme.id == proposal_themes.c.theme_id)
    .where(proposal_themes.c.proposal_id.in_(bindparam("ids", expanding=True)))
    .order_by(Theme.position)
)
