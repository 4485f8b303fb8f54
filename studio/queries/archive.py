"""What the archive page shows beside the hits of the search engine, and the answer when there is no engine."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models import Kind, Person, Proposal, ProposalState, Studio, Theme, Unit, proposal_themes
from search_index.port import Sort
from studio.domain.blinding import Unnamed
from studio.queries.blinding import concealing, names_known_to
from studio.queries.visibility import Reach, reach_of, visible_to, within


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


_author = aliased(Person)


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
    return _hits(reach).where(within(reach), Proposal.id.in_(bindparam("ids", expanding=True)))


def _hits(reach: Reach) -> Select[Any]:
    """Return the statement for everything, with whether somebody of this reach may know whose it is."""
    return _HITS.add_columns(names_known_to(reach).label("known"))


def _hit(row: Any) -> HitRow:  # noqa: ANN401 - a row of _hits
    *facts, written, problem, author, author_en, unit, unit_en, known = row
    name = Label(author or written, author_en or "") if known else Unnamed.AUTHOR
    return HitRow._make((*facts, name, Label(unit, unit_en) if unit and known else None, problem))


def visible_hits(session: Session, person: Person, ids: Collection[int]) -> Mapping[int, HitRow]:
    """Return those of the proposals that the person may read now, by id: an index may lag behind, a page may not."""
    if not ids:
        return {}
    rows = session.connection().execute(_hits_among(reach_of(person)), {"ids": sorted(ids)})
    return {row.id: _hit(row) for row in rows}


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


def like_search(
    session: Session,
    person: Person,
    text: str,
    filters: Mapping[str, Collection[str]],
    *,
    sort: Sort,
    page: int,
    per_page: int,
) -> tuple[int, Sequence[HitRow]]:
    """Answer a search from the database alone, for the hours when the index is away.

    Slow on a large archive and without ranking, but honest: every word must occur, and the filters hold.
    """
    reach = reach_of(person)
    conditions = [_contains(word) for word in text.split()] + [_filter(facet, set(v)) for facet, v in filters.items()]
    statement = _hits(reach).where(visible_to(person), *conditions)
    total = session.scalar(
        select(func.count())
        .select_from(Proposal)
        .outerjoin(_author, _author.id == Proposal.submitter_id)
        .where(visible_to(person), Proposal.number.is_not(None), *conditions)
    )
    money = func.coalesce(Proposal.checked_benefit, Proposal.claimed_benefit, 0)
    order = [money.desc()] if sort is Sort.BENEFIT else []
    statement = statement.order_by(*order, Proposal.submitted_at.desc(), Proposal.id.desc())
    rows = session.execute(statement.limit(per_page).offset((page - 1) * per_page))
    return total or 0, [_hit(row) for row in rows]


def _contains(word: str) -> ColumnElement[bool]:
    columns = (
        Proposal.title,
        Proposal.problem,
        Proposal.measure,
        Proposal.effect,
        Proposal.location,
        Proposal.number,
    )
    named = and_(not_(concealing()), _author.name.icontains(word, autoescape=True))
    return or_(named, *(column.icontains(word, autoescape=True) for column in columns))


def _filter(facet: str, values: set[str]) -> ColumnElement[bool]:
    ids = [int(value) for value in values if value.isascii() and value.isdigit()]
    if facet == "studio":
        return Proposal.studio_id.in_(ids)
    if facet == "kind":
        return Proposal.kind_id.in_(select(Kind.id).where(Kind.code.in_(values)))
    if facet == "theme":
        return exists().where(
            proposal_themes.c.proposal_id == Proposal.id,
            proposal_themes.c.theme_id == Theme.id,
            Theme.code.in_(values),
        )
    if facet == "state":
        return Proposal.state.in_([state for state in ProposalState if state.value in values])
    if facet == "unit":
        below = select(Unit.id).where(or_(false(), *(Unit.path.like(f"%/{unit_id}/%") for unit_id in ids)))
        return and_(not_(concealing()), Proposal.unit_id.in_(below))
    return or_(false(), *(Proposal.number.like(f"{year}-%") for year in values if year.isascii() and year.isdigit()))
