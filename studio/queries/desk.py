"""The review desk: what waits for one person in the studios he judges for, late first, and what he has done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, literal, null, select
from sqlalchemy.orm import Session, aliased

from models import (
    Decision,
    Event,
    Person,
    Proposal,
    ProposalState,
    SecondOpinion,
    StudioMembership,
    StudioRole,
    Unit,
    Verb,
)
from studio.domain import desk_filter
from studio.domain.blinding import Unnamed
from studio.domain.desk_filter import WITH_AUTHOR, Asked, Field, Pile
from studio.domain.turns import Turn
from studio.queries import desk_facts, desk_turns
from studio.queries.blinding import names_known_to
from studio.queries.desk_turns import (
    DONE_BY_ME,
    JUDGES,
    TURN,
    decidable,
    due,
    prepared,
    review_count,
    seats,
    urgent,
    values,
    watched,
)
from studio.queries.naming import Name, named
from studio.queries.visibility import Reach, reach_of
from studio.queries.working_time import works_by

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One line of the desk. ``owner`` is who is to act, if it is one person."""

    number: str
    title: str
    author: Name | Unnamed
    unit: Name | None
    state: ProposalState
    urgent: bool
    turn: Turn | None
    due_at: datetime | None
    works_by: str | None
    trial_ends_on: date | None
    reviews: int
    seats: int
    owner: Name | Unnamed | None
    verb: Verb | None = None
    at: datetime | None = None
    decidable: bool = False
    """Whether this person may decide it now, so also together with others."""
    prepared: bool = False
    """Whether a decision lies ready to be told; known to whoever may decide it."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The rows of one page of a pile, how many match on each pile, and the choices that would leave something.

    ``choices`` counts for each field what each of its values would leave, everything else as asked; ``names`` says
    what values are called where they are records.
    """

    rows: Sequence[DeskRow]
    counts: Mapping[Pile, int]
    choices: Mapping[Field, Counter[str]]
    names: Mapping[Field, Mapping[str, Name]]


@dataclass(frozen=True, slots=True)
class Pressing:
    """What presses most on somebody's desk, and how much there is in all."""

    rows: Sequence[DeskRow]
    count: int


_TURNS = watched().add_columns(TURN.label("turn")).subquery()
_WAITING = select(func.count(_TURNS.c.turn)).select_from(_TURNS)


def waiting(session: Session, person: Person, *, at: datetime, today: date) -> int:
    """Return how many proposals wait for this person: the number beside the desk in the header."""
    if not person.studio_ids(*JUDGES):
        return 0
    return session.scalars(_WAITING, values(person, at, today)).one()


def pressing(session: Session, person: Person, *, at: datetime, today: date, most: int) -> Pressing:
    """Return what waits for this person, late and oldest first, ``most`` rows of it; one statement."""
    if not person.studio_ids(*JUDGES):
        return Pressing((), 0)
    rows = session.execute(_pressing(reach_of(person)), {**values(person, at, today), "most": most}).all()
    return Pressing([_row(row) for row in rows], rows[0].total if rows else 0)


def page_of(
    session: Session,
    person: Person,
    asked: Asked,
    *,
    at: datetime,
    today: date,
    zone: tzinfo,
    month_start: datetime,
    page: int = 1,
) -> DeskPage:
    """Return what the person asks of the desk, late and oldest first; six statements whatever the number of rows."""
    places = values(person, at, today, month_start)
    reach = reach_of(person)
    lying = desk_facts.lying(session, reach, places, at=at, today=today, zone=zone)
    found = desk_filter.ask(lying.facts, asked)
    wanted = [one.id for one in found.kept[(page - 1) * PER_PAGE : page * PER_PAGE]]
    rows = session.execute(_rows_of(asked.pile, reach), {**places, "wanted": wanted}).all() if wanted else ()
    make = _done_row if asked.pile is Pile.DONE else _row
    return DeskPage([make(row) for row in rows], found.piles, found.choices, lying.names)


_lead = aliased(Person)
_reviewer = aliased(Person)
_author = aliased(Person)


def _owner() -> ColumnElement[Any]:
    """Who holds the ball, where it is one person: the author, the assigned reviewer or nobody in particular."""
    return case(
        (Proposal.state.in_(WITH_AUTHOR), literal("author")),
        (and_(Proposal.state == ProposalState.UNDER_REVIEW, Proposal.answered_at.is_(None)), literal("reviewer")),
        (Proposal.state.in_((ProposalState.UNDER_REVIEW, ProposalState.TRIAL)), literal("lead")),
        else_=null(),
    )


def _with_names(statement: Select[Any]) -> Select[Any]:
    led_by = and_(StudioMembership.studio_id == Proposal.studio_id, StudioMembership.role == StudioRole.LEAD)
    return (
        statement.outerjoin(_author, _author.id == Proposal.submitter_id)
        .outerjoin(_reviewer, _reviewer.id == Proposal.reviewer_id)
        .outerjoin(StudioMembership, led_by)
        .outerjoin(_lead, _lead.id == StudioMembership.person_id)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .add_columns(
            Proposal.number,
            Proposal.title,
            Proposal.submitter_text,
            Proposal.state,
            _author.name.label("author_zh"),
            _author.name_en.label("author_en"),
            Unit.name_zh.label("unit_zh"),
            Unit.name_en.label("unit_en"),
            _reviewer.name.label("reviewer_zh"),
            _reviewer.name_en.label("reviewer_en"),
            _lead.name.label("lead_zh"),
            _lead.name_en.label("lead_en"),
            urgent().label("urgent"),
            due().label("due_at"),
            works_by().label("works_by"),
            review_count().label("reviews"),
            seats().label("seats"),
        )
    )


def _watched_rows() -> Select[Any]:
    statement = _with_names(watched()).add_columns(
        TURN.label("turn"),
        Decision.trial_ends_on,
        _owner().label("owner"),
        decidable().label("decidable"),
        prepared().label("prepared"),
        SecondOpinion.due_at.label("advice_due_at"),
    )
    return statement.order_by(*desk_turns.PRESSING_FIRST)


def _done_rows() -> Select[Any]:
    last = select(func.max(Event.id).label("id")).where(*DONE_BY_ME).group_by(Event.proposal_id)
    statement = select().select_from(Event).join(Proposal, Proposal.id == Event.proposal_id)
    statement = _with_names(statement).add_columns(Event.verb, Event.at)
    return statement.where(Event.id.in_(last)).order_by(Event.at.desc(), Event.id.desc())


_WANTED = Proposal.id.in_(bindparam("wanted", expanding=True))
_DONE_ROWS, _WATCHED_ROWS = _done_rows(), _watched_rows()


@lru_cache(maxsize=1024)
def _rows_of(pile: Pile, reach: Reach) -> Select[Any]:
    """Return the statement of a pile, with whether somebody of this reach may know whose each row is."""
    rows = _DONE_ROWS if pile is Pile.DONE else _WATCHED_ROWS
    return rows.add_columns(names_known_to(reach).label("known")).where(_WANTED)


@lru_cache(maxsize=1024)
def _pressing(reach: Reach) -> Select[Any]:
    rows = _WATCHED_ROWS.add_columns(names_known_to(reach).label("known"), func.count().over().label("total"))
    return rows.where(TURN.is_not(None)).limit(bindparam("most", type_=Integer))


def _facts(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of _with_names
    return {
        "number": row.number,
        "title": row.title,
        "author": _author_of(row),
        "unit": named(row.unit_zh, row.unit_en) if row.known else None,
        "state": row.state,
        "urgent": bool(row.urgent),
        "due_at": row.due_at if row.state is ProposalState.UNDER_REVIEW else None,
        "works_by": row.works_by,
        "reviews": row.reviews,
        "seats": row.seats,
    }


def _author_of(row: Any) -> Name | Unnamed:  # noqa: ANN401 - a row of _with_names
    if not row.known:
        return Unnamed.AUTHOR
    return named(row.author_zh, row.author_en) or Name(row.submitter_text, "")


def _row(row: Any) -> DeskRow:  # noqa: ANN401 - a row of _with_names with turn, trial_ends_on and owner
    owners = {
        "author": _author_of(row),
        "reviewer": named(row.reviewer_zh, row.reviewer_en),
        "lead": named(row.lead_zh, row.lead_en),
    }
    turn = Turn(row.turn) if row.turn else None
    facts = _facts(row)
    return DeskRow(
        **{**facts, "due_at": row.advice_due_at or facts["due_at"]},
        turn=turn,
        trial_ends_on=row.trial_ends_on,
        owner=owners.get(row.owner or ""),
        decidable=bool(row.decidable),
        prepared=bool(row.prepared),
    )


def _done_row(row: Any) -> DeskRow:  # noqa: ANN401 - a row of _with_names with verb and at
    return DeskRow(**_facts(row), turn=None, trial_ends_on=None, owner=None, verb=row.verb, at=row.at)
