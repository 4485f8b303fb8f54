"""The archive's answers from the database alone, for the hours when the index is away.

Slow on a large archive, without ranking, counts and guesses, but honest: it understands the same questions as the
index, every word must occur as it was typed, and the filters hold. What is hidden is not found either.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session

from models import (
    Contributor,
    Kind,
    Person,
    Proposal,
    ProposalState,
    Studio,
    Theme,
    Unit,
    proposal_themes,
)
from search_index.port import Sort
from search_index.query import Clause, Field, Measure, Span, Term, parse
from studio.queries.archive import SCORE
from studio.queries.asked import MOST_DIGITS, Asked
from studio.queries.blinding import concealing
from studio.queries.visibility import visible_to

TEXTS = (
    Proposal.title,
    Proposal.problem,
    Proposal.measure,
    Proposal.effect,
    Proposal.prospects,
    Proposal.location,
    Proposal.number,
    Proposal.studio_text,
    func.coalesce(Proposal.legacy_key, ""),
)
MONEY = func.coalesce(Proposal.checked_benefit, Proposal.claimed_benefit, 0)


def count(session: Session, person: Person, asked: Asked, zone: tzinfo) -> int:
    """Return how many proposals the person would find."""
    return session.scalar(_matching(select(func.count(Proposal.id)), person, asked, zone)) or 0


def ids(
    session: Session, person: Person, asked: Asked, zone: tzinfo, *, start: int = 0, most: int | None = None
) -> Sequence[int]:
    """Return the proposals the person finds, in their order, from place ``start`` on."""
    column: Any = {Sort.BENEFIT: MONEY, Sort.SCORE: func.coalesce(SCORE, 0)}.get(asked.order)
    first = [] if column is None else [column.desc()]
    statement = _matching(select(Proposal.id), person, asked, zone)
    ordered = statement.order_by(*first, Proposal.submitted_at.desc(), Proposal.id.desc())
    return list(session.scalars(ordered.offset(start).limit(most)))


def words_of(asked: Asked) -> tuple[str, ...]:
    """Return the folded words of a question, which are to be marked."""
    return tuple(dict.fromkeys(term.text for clause in parse(asked.text).wanted for term in clause.ways))


def _matching(statement: Select[tuple[int]], person: Person, asked: Asked, zone: tzinfo) -> Select[tuple[int]]:
    filters = (_filter(facet, set(values)) for facet, values in asked.filters.items())
    return statement.where(visible_to(person), Proposal.number.is_not(None), *_fulfilling(asked.text, zone), *filters)


def _fulfilling(text: str, zone: tzinfo) -> Iterator[ColumnElement[bool]]:
    query = parse(text, zone)
    if query.empty:
        yield false()
    yield from map(_clause, query.clauses)
    yield from map(_span, query.spans)


def _clause(clause: Clause) -> ColumnElement[bool]:
    ways = or_(*map(_term, clause.ways))
    return not_(ways) if clause.unwanted else ways


def _term(term: Term) -> ColumnElement[bool]:
    if term.field is Field.PERSON:
        return or_(_names(term.text), _studios(term.text))
    one: Any = {Field.TITLE: Proposal.title, Field.NUMBER: Proposal.number, Field.PLACE: Proposal.location}
    columns = TEXTS if term.field is Field.TEXT else (one[term.field],)
    said = [column.icontains(term.text, autoescape=True) for column in columns]
    return or_(*said, _names(term.text), _studios(term.text)) if term.field is Field.TEXT else or_(*said)


def _names(word: str) -> ColumnElement[bool]:
    """Keep whose authors are called so, where they may be named."""
    people = select(Person.id).where(
        or_(*(column.icontains(word, autoescape=True) for column in (Person.name, Person.name_en, Person.employee_no)))
    )
    written = or_(Contributor.name_text.icontains(word, autoescape=True), Contributor.person_id.in_(people))
    named = or_(
        Proposal.submitter_text.icontains(word, autoescape=True),
        func.coalesce(Proposal.submitter_id, 0).in_(people),
        Proposal.id.in_(select(Contributor.proposal_id).where(written)),
    )
    return and_(not_(concealing()), named)


def _studios(word: str) -> ColumnElement[bool]:
    called = or_(*(column.icontains(word, autoescape=True) for column in (Studio.name_zh, Studio.name_en)))
    return func.coalesce(Proposal.studio_id, 0).in_(select(Studio.id).where(called))


def _span(span: Span) -> ColumnElement[bool]:
    """Both ends are whole numbers and included, so what lies within the last second or yuan is too."""
    column = Proposal.submitted_at if span.measure is Measure.FILED else MONEY
    make = _moment if span.measure is Measure.FILED else Decimal
    low = [] if span.low is None else [column >= make(span.low)]
    high = [] if span.high is None else [column < make(span.high + 1)]
    return and_(*low, *high)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _filter(facet: str, values: set[str]) -> ColumnElement[bool]:
    numbers = [int(one) for one in values if one.isascii() and one.isdigit() and len(one) <= MOST_DIGITS]
    if facet == "studio":
        return Proposal.studio_id.in_(numbers)
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
        below = select(Unit.id).where(or_(false(), *(Unit.path.like(f"%/{unit_id}/%") for unit_id in numbers)))
        return and_(not_(concealing()), Proposal.unit_id.in_(below))
    return or_(false(), *(Proposal.number.like(f"{year:04}-%") for year in numbers))
