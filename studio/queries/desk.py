"""The review desk: what waits for one person in the studios he judges for, late first, and what he has done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from models import (
    Contributor,
    Decision,
    Event,
    Person,
    Proposal,
    ProposalState,
    Review,
    StudioMembership,
    StudioRole,
    Theme,
    Unit,
    Verb,
    proposal_themes,
)
from studio.domain import workflow
from studio.domain.turns import QUORUM, TRIAL_NOTICE_DAYS, Turn

PER_PAGE = 50
JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)
JUDGING_VERBS = (*sorted(workflow.FIRST_ANSWERS), Verb.VERIFY_IMPLEMENTATION, Verb.TRANSFER)


class Pile(StrEnum):
    """The three tabs of the desk."""

    MINE = "mine"
    OTHERS = "others"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages, as ``studio.wording.names`` takes it."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One line of the desk. ``owner`` is who is to act, if it is one person."""

    number: str
    title: str
    author: Name
    unit: Name | None
    state: ProposalState
    urgent: bool
    turn: Turn | None
    due_at: datetime | None
    trial_ends_on: date | None
    reviews: int
    owner: Name | None
    verb: Verb | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One tab's rows, and how many each tab has."""

    rows: Sequence[DeskRow]
    counts: dict[Pile, int]


_lead = aliased(Person)
_reviewer = aliased(Person)
_author = aliased(Person)


@dataclass(frozen=True, slots=True)
class _Place:
    """The person's place, and the moment, as conditions on Proposal."""

    person: Person
    at: datetime
    today: date

    @property
    def judged(self) -> ColumnElement[bool]:
        return Proposal.studio_id.in_(sorted(self.person.studio_ids(*JUDGES)))

    @property
    def led(self) -> ColumnElement[bool]:
        return Proposal.studio_id.in_(sorted(self.person.studio_ids(StudioRole.LEAD)))

    @property
    def not_mine(self) -> ColumnElement[bool]:
        """Nobody judges his own."""
        wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == self.person.id)
        return and_(or_(Proposal.submitter_id.is_(None), Proposal.submitter_id != self.person.id), ~wrote)

    @property
    def unscored(self) -> ColumnElement[bool]:
        return ~exists().where(Review.proposal_id == Proposal.id, Review.reviewer_id == self.person.id)

    def turn(self) -> ColumnElement[Any]:
        """Return what this person is to do, or NULL when the ball is with somebody else."""
        reviewing = Proposal.state == ProposalState.UNDER_REVIEW
        first = and_(reviewing, self.unscored, Proposal.answered_at.is_(None), Proposal.reviewer_id == self.person.id)
        ripe = or_(_review_count() >= _needed(), Proposal.decision_due_at <= self.at)
        missing = or_(Proposal.reviewer_id == self.person.id, _review_count() < _needed())
        trial_over = or_(
            Decision.trial_ends_on.is_(None),
            Decision.trial_ends_on <= self.today + timedelta(days=TRIAL_NOTICE_DAYS),
        )
        another = or_(Proposal.implemented_by_id.is_(None), Proposal.implemented_by_id != self.person.id)
        return case(
            (~self.not_mine, null()),
            (first, literal(Turn.ANSWER.value)),
            (and_(reviewing, self.led, ripe), literal(Turn.DECIDE.value)),
            (and_(reviewing, self.unscored, missing), literal(Turn.SCORE.value)),
            (and_(Proposal.state == ProposalState.TRIAL, self.led, trial_over), literal(Turn.HEAR_TRIAL.value)),
            (and_(Proposal.state == ProposalState.IMPLEMENTED, another), literal(Turn.VERIFY.value)),
            else_=null(),
        )


WATCHED = (
    ProposalState.UNDER_REVIEW,
    ProposalState.INFORMATION_REQUESTED,
    ProposalState.TRIAL,
    ProposalState.ACCEPTED,
    ProposalState.IN_IMPLEMENTATION,
    ProposalState.IMPLEMENTED,
)


def _review_count() -> ColumnElement[int]:
    reviews = select(func.count()).select_from(Review).where(Review.proposal_id == Proposal.id)
    return reviews.correlate(Proposal).scalar_subquery()


def _needed() -> ColumnElement[int]:
    """A panel is complete with the quorum, or with every judge where there are fewer."""
    its_own = and_(StudioMembership.studio_id == Proposal.studio_id, StudioMembership.role.in_(JUDGES))
    members = select(func.count()).select_from(StudioMembership).where(its_own)
    judges = members.correlate(Proposal).scalar_subquery()
    return case((judges < QUORUM, judges), else_=literal(QUORUM))


def _urgent() -> ColumnElement[bool]:
    return exists().where(
        proposal_themes.c.proposal_id == Proposal.id, proposal_themes.c.theme_id == Theme.id, Theme.urgent
    )


def _due() -> ColumnElement[datetime | None]:
    """The clock that runs: for the first answer until somebody answered, then for the decision."""
    return case((Proposal.answered_at.is_(None), Proposal.answer_due_at), else_=Proposal.decision_due_at)


def _watched(place: _Place) -> Select[Any]:
    current = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    return select().select_from(Proposal).outerjoin(Decision, current).where(place.judged, Proposal.state.in_(WATCHED))


def counts(session: Session, person: Person, *, at: datetime, today: date, month_start: datetime) -> dict[Pile, int]:
    """Return how many proposals lie on each pile; one statement."""
    if not person.studio_ids(*JUDGES):
        return dict.fromkeys(Pile, 0)
    place = _Place(person, at, today)
    turns = _watched(place).add_columns(place.turn().label("turn")).subquery()
    row = session.execute(
        select(func.count(turns.c.turn), func.count(), _done_count(person, month_start)).select_from(turns)
    ).one()
    mine, watched, done = row
    return {Pile.MINE: mine, Pile.OTHERS: watched - mine, Pile.DONE: done}


def waiting(session: Session, person: Person, *, at: datetime, today: date) -> int:
    """Return how many proposals wait for this person: the number beside the desk in the header."""
    if not person.studio_ids(*JUDGES):
        return 0
    place = _Place(person, at, today)
    turns = _watched(place).add_columns(place.turn().label("turn")).subquery()
    return session.scalars(select(func.count(turns.c.turn)).select_from(turns)).one()


def _done_count(person: Person, month_start: datetime) -> Any:  # noqa: ANN401 - a scalar subquery
    done = select(func.count(Event.proposal_id.distinct())).where(*_done_by(person, month_start))
    return done.scalar_subquery()


def _done_by(person: Person, month_start: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Event.actor_id == person.id, Event.verb.in_(JUDGING_VERBS), Event.at >= month_start)


def page_of(
    session: Session,
    person: Person,
    pile: Pile,
    *,
    at: datetime,
    today: date,
    month_start: datetime,
    page: int = 1,
) -> DeskPage:
    """Return one tab of the person's desk, late and oldest first; two statements whatever the number of rows."""
    found = counts(session, person, at=at, today=today, month_start=month_start)
    if not found[pile]:
        return DeskPage((), found)
    offset = (page - 1) * PER_PAGE
    if pile is Pile.DONE:
        statement = _done_rows(person, month_start)
    else:
        place = _Place(person, at, today)
        turn = place.turn()
        wanted = turn.is_not(None) if pile is Pile.MINE else turn.is_(None)
        statement = _with_names(_watched(place)).add_columns(
            turn.label("turn"), Decision.trial_ends_on, _owner().label("owner")
        )
        urgency = case((Proposal.state == ProposalState.UNDER_REVIEW, 0), else_=1)
        statement = statement.where(wanted).order_by(urgency, _due().is_(None), _due(), Proposal.id)
    rows = session.execute(statement.limit(PER_PAGE).offset(offset)).all()
    make = _done_row if pile is Pile.DONE else _row
    return DeskPage([make(row) for row in rows], found)


def _owner() -> ColumnElement[Any]:
    """Who holds the ball, where it is one person: the author, the assigned reviewer or nobody in particular."""
    with_author = (ProposalState.INFORMATION_REQUESTED, ProposalState.ACCEPTED, ProposalState.IN_IMPLEMENTATION)
    return case(
        (Proposal.state.in_(with_author), literal("author")),
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
            _urgent().label("urgent"),
            _due().label("due_at"),
            _review_count().label("reviews"),
        )
    )


def _done_rows(person: Person, month_start: datetime) -> Select[Any]:
    last = select(func.max(Event.id).label("id")).where(*_done_by(person, month_start)).group_by(Event.proposal_id)
    statement = select().select_from(Event).join(Proposal, Proposal.id == Event.proposal_id)
    statement = _with_names(statement).add_columns(Event.verb, Event.at)
    return statement.where(Event.id.in_(last)).order_by(Event.at.desc(), Event.id.desc())


def _named(zh: str | None, en: str | None) -> Name | None:
    return Name(zh, en or "") if zh else None


def _facts(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of _with_names
    return {
        "number": row.number,
        "title": row.title,
        "author": _named(row.author_zh, row.author_en) or Name(row.submitter_text, ""),
        "unit": _named(row.unit_zh, row.unit_en),
        "state": row.state,
        "urgent": bool(row.urgent),
        "due_at": row.due_at if row.state is ProposalState.UNDER_REVIEW else None,
        "reviews": row.reviews,
    }


def _row(row: Any) -> DeskRow:  # noqa: ANN401 - a row of _with_names with turn, trial_ends_on and owner
    owners = {
        "author": _named(row.author_zh, row.author_en),
        "reviewer": _named(row.reviewer_zh, row.reviewer_en),
        "lead": _named(row.lead_zh, row.lead_en),
    }
    turn = Turn(row.turn) if row.turn else None
    return DeskRow(**_facts(row), turn=turn, trial_ends_on=row.trial_ends_on, owner=owners.get(row.owner or ""))


def _done_row(row: Any) -> DeskRow:  # noqa: ANN401 - a row of _with_names with verb and at
    return DeskRow(**_facts(row), turn=None, trial_ends_on=None, owner=None, verb=row.verb, at=row.at)
