"""What the archive shows of its hits beside what the search engine says, and the names of its facets' values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, bindparam, cast, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from models import Decision, Kind, Person, Proposal, ProposalState, Studio, Theme, Unit
from studio.domain.blinding import Unnamed
from studio.queries.blinding import names_known_to
from studio.queries.visibility import Reach, reach_of, within


class Label(NamedTuple):
    """The name of a facet's value in both languages, as ``studio.wording.names`` takes it, and its code."""

    name_zh: str
    name_en: str
    parent: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """What every value of every facet is called; ``fingerprint`` changes with any of the names."""

    names: Mapping[str, Mapping[str, Label]]
    fingerprint: int


class HitRow(NamedTuple):
    """What a line of the result shows of a proposal, fresh from the database."""

    proposal_id: int
    number: str
    title: str
    state: ProposalState
    filed_at: datetime | None
    checked_benefit: Decimal | None
    author: Label | Unnamed
    unit: Label | None
    problem: str
    score: Decimal | None
    """What the reviews came to, while the decision holds: then all who read the proposal may read them."""


_author = aliased(Person)
SCORE = (
    select(Decision.score)
    .where(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    .correlate(Proposal)
    .scalar_subquery()
)
"""``HitRow.score`` as a column of Proposal."""

_COLUMNS: tuple[Any, ...] = (
    Proposal.id,
    Proposal.number,
    Proposal.title,
    Proposal.state,
    Proposal.submitted_at,
    Proposal.checked_benefit,
    Proposal.submitter_text,
    Proposal.problem,
    _author.name.label("author_zh"),
    _author.name_en.label("author_en"),
    Unit.name_zh.label("unit_zh"),
    Unit.name_en.label("unit_en"),
    SCORE.label("score"),
)


_HITS = (
    select(*_COLUMNS)
    .outerjoin(_author, _author.id == Proposal.submitter_id)
    .outerjoin(Unit, Unit.id == Proposal.unit_id)
    .where(Proposal.number.is_not(None))
)


@lru_cache(maxsize=1024)
def _hits_among(reach: Reach) -> Select[Any]:
    """Return the statement for some proposals by their ids; made once for people who reach the same."""
    known = names_known_to(reach).label("known")
    return _HITS.add_columns(known).where(within(reach), Proposal.id.in_(bindparam("ids", expanding=True)))


def _hit(row: Any) -> HitRow:  # noqa: ANN401 - a row of _hits_among
    *facts, written, problem, author, author_en, unit, unit_en, score, known = row
    name = Label(author or written, author_en or "") if known else Unnamed.AUTHOR
    return HitRow._make((*facts, name, Label(unit, unit_en) if unit and known else None, problem, score))


def visible_hits(session: Session, person: Person, ids: Collection[int]) -> Mapping[int, HitRow]:
    """Return those of the proposals that the person may read now, by id: an index may lag behind, a page may not."""
    if not ids:
        return {}
    rows = session.connection().execute(_hits_among(reach_of(person)), {"ids": sorted(ids)})
    return {row.id: _hit(row) for row in rows}


def moved_at(session: Session, ids: Collection[int]) -> Mapping[int, datetime]:
    """Return when each proposal was filed, or went the last great step since: what all who read it are told."""
    steps = (Proposal.submitted_at, Proposal.decided_at, Proposal.implemented_at, Proposal.verified_at)
    rows = session.execute(select(Proposal.id, *steps).where(Proposal.id.in_(ids))).all() if ids else ()
    return {proposal_id: max(filter(None, moments)) for proposal_id, *moments in rows}


def labels(session: Session) -> Labels:
    """Return the names of studios, kinds, themes and units; one statement.

    Values are what ``search_index.documents.FACETS`` holds: ids of studios and units, codes of kinds and themes.
    """
    none = cast(None, Text)
    statement = union_all(
        _named("studio", Studio, cast(Studio.id, Text), none),
        _named("kind", Kind, Kind.code, none),
        _named("theme", Theme, Theme.code, none),
        _named("unit", Unit, cast(Unit.id, Text), cast(Unit.parent_id, Text)),
    )
    found: dict[str, dict[str, Label]] = {"studio": {}, "kind": {}, "theme": {}, "unit": {}}
    rows = session.execute(statement).all()
    for facet, value, *label in rows:
        found[facet][value] = Label(*label)
    return Labels(found, hash(tuple(sorted(map(str, rows)))))


def _named(facet: str, table: Any, value: Any, parent: Any) -> Select[Any]:  # noqa: ANN401 - a mapped class and columns
    return select(literal(facet).label("facet"), value, table.name_zh, table.name_en, parent, table.code)
