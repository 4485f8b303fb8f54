"""The review desk: what waits for one person in the studios he judges for, late first, and what he has done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from models import (
    Contributor,
    Decision,
    Event,
    PanelSeat,
    Person,
    PreparedDecision,
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
from models.base import UtcDateTime
from studio.domain import workflow
from studio.domain.turns import TRIAL_NOTICE_DAYS, Turn
from studio.queries.panel import too_near
from studio.queries.working_time import works_by

PER_PAGE = 50
JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)
JUDGING_VERBS = (*sorted(workflow.FIRST_ANSWERS), Verb.VERIFY_IMPLEMENTATION, Verb.TRANSFER)


class Pile(StrEnum):
    """The three tabs of the desk."""

    MINE = "mine"
    OTHERS = "others"
    DONE = "done"


class Name(NamedTuple):
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
    works_by: str | None
    trial_ends_on: date | None
    reviews: int
    seats: int
    owner: Name | None
    verb: Verb | None = None
    at: datetime | None = None
    decidable: bool = False
    """Whether this person may decide it now, so also together with others."""
    prepared: bool = False
    """Whether a decision lies ready to be told; known to whoever may decide it."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One tab's rows, and how many each tab has."""

    rows: Sequence[DeskRow]
    counts: dict[Pile, int]


_lead = aliased(Person)
_reviewer = aliased(Person)
_author = aliased(Person)


# The desk is counted on every page of a reviewer, so its statements are made once, with places for what differs.
_ME = bindparam("me", type_=Integer)
_MY_UNIT = bindparam("my_unit", type_=Integer)
_JUDGED: BindParameter[Any] = bindparam("judged", expanding=True)
_LED: BindParameter[Any] = bindparam("led", expanding=True)
_AT = bindparam("at", type_=UtcDateTime)
_TRIAL_UNTIL = bindparam("trial_until", type_=Date)
_MONTH_START = bindparam("month_start", type_=UtcDateTime)


def _values(person: Person, at: datetime, today: date, month_start: datetime | None = None) -> dict[str, Any]:
    return {
        "me": person.id,
        "my_unit": person.unit_id,
        "judged": sorted(person.studio_ids(*JUDGES)),
        "led": sorted(person.studio_ids(StudioRole.LEAD)),
        "at": at,
        "trial_until": today + timedelta(days=TRIAL_NOTICE_DAYS),
        **({"month_start": month_start} if month_start else {}),
    }


WATCHED = (
    ProposalState.UNDER_REVIEW,
    ProposalState.INFORMATION_REQUESTED,
    ProposalState.TRIAL,
    ProposalState.ACCEPTED,
    ProposalState.IN_IMPLEMENTATION,
    ProposalState.IMPLEMENTED,
)


def _review_count() -> ColumnElement[int]:
    """What this studio, or who is asked now, has said; another studio's opinions stay, but its panel is not ours."""
    sits = exists().where(_open_seat(), PanelSeat.person_id == Review.reviewer_id).correlate(Proposal, Review)
    ours = or_(Review.studio_id == Proposal.studio_id, sits)
    reviews = select(func.count()).select_from(Review).where(Review.proposal_id == Proposal.id, ours)
    return reviews.correlate(Proposal).scalar_subquery()


def _seats() -> ColumnElement[int]:
    """How many are asked to judge it; a panel is whole when as many reviews are in."""
    seats = select(func.count()).select_from(PanelSeat).where(_open_seat())
    return seats.correlate(Proposal).scalar_subquery()


def _open_seat() -> ColumnElement[bool]:
    return and_(PanelSeat.proposal_id == Proposal.id, PanelSeat.ended_at.is_(None))


def _urgent() -> ColumnElement[bool]:
    return exists().where(
        proposal_themes.c.proposal_id == Proposal.id, proposal_themes.c.theme_id == Theme.id, Theme.urgent
    )


def _due() -> ColumnElement[datetime | None]:
    """The clock that runs: for the first answer until somebody answered, then for the decision."""
    return case((Proposal.answered_at.is_(None), Proposal.answer_due_at), else_=Proposal.decision_due_at)


def _own() -> ColumnElement[bool]:
    wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == _ME)
    return or_(func.coalesce(Proposal.submitter_id, 0) == _ME, wrote)


def _decidable() -> ColumnElement[bool]:
    undecided = Proposal.state.in_((ProposalState.UNDER_REVIEW, ProposalState.TRIAL))
    return and_(undecided, Proposal.studio_id.in_(_LED), ~_own(), ~too_near(_MY_UNIT))


def _prepared() -> ColumnElement[bool]:
    ours = and_(PreparedDecision.proposal_id == Proposal.id, PreparedDecision.studio_id == Proposal.studio_id)
    return and_(_decidable(), exists().where(ours))


def _turn() -> ColumnElement[Any]:
    """Return what this person is to do, or NULL when the ball is with somebody else. Nobody judges his own."""
    own = _own()
    reviewing = Proposal.state == ProposalState.UNDER_REVIEW
    led = Proposal.studio_id.in_(_LED)
    owes_answer = and_(Proposal.answered_at.is_(None), Proposal.reviewer_id == _ME)
    unscored = ~exists().where(Review.proposal_id == Proposal.id, Review.reviewer_id == _ME)
    ripe = or_(and_(_review_count() > 0, _review_count() >= _seats()), _seats() == 0, Proposal.decision_due_at <= _AT)
    asked = exists().where(_open_seat(), PanelSeat.person_id == _ME)
    trial_over = or_(Decision.trial_ends_on.is_(None), Decision.trial_ends_on <= _TRIAL_UNTIL)
    done_by_another = func.coalesce(Proposal.implemented_by_id, 0) != _ME
    return case(
        (own, null()),
        (and_(Proposal.state == ProposalState.IMPLEMENTED, done_by_another), literal(Turn.VERIFY.value)),
        (too_near(_MY_UNIT), null()),
        (and_(reviewing, unscored, owes_answer), literal(Turn.ANSWER.value)),
        (and_(reviewing, led, ripe), literal(Turn.DECIDE.value)),
        (and_(reviewing, unscored, asked), literal(Turn.SCORE.value)),
        (and_(Proposal.state == ProposalState.TRIAL, led, trial_over), literal(Turn.HEAR_TRIAL.value)),
        else_=null(),
    )


_TURN = _turn()
_DONE_BY_ME = (Event.actor_id == _ME, Event.verb.in_(JUDGING_VERBS), Event.at >= _MONTH_START)


def _watched() -> Select[Any]:
    current = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    judged = Proposal.studio_id.in_(_JUDGED)
    return select().select_from(Proposal).outerjoin(Decision, current).where(judged, Proposal.state.in_(WATCHED))


_TURNS = _watched().add_columns(_TURN.label("turn")).subquery()
_WAITING = select(func.count(_TURNS.c.turn)).select_from(_TURNS)
_COUNTS = select(
    func.count(_TURNS.c.turn),
    func.count(),
    select(func.count(Event.proposal_id.distinct())).where(*_DONE_BY_ME).scalar_subquery(),
).select_from(_TURNS)


def counts(session: Session, person: Person, *, at: datetime, today: date, month_start: datetime) -> dict[Pile, int]:
    """Return how many proposals lie on each pile; one statement."""
    if not person.studio_ids(*JUDGES):
        return dict.fromkeys(Pile, 0)
    mine, watched, done = session.execute(_COUNTS, _values(person, at, today, month_start)).one()
    return {Pile.MINE: mine, Pile.OTHERS: watched - mine, Pile.DONE: done}


def waiting(session: Session, person: Person, *, at: datetime, today: date) -> int:
    """Return how many proposals wait for this person: the number beside the desk in the header."""
    if not person.studio_ids(*JUDGES):
        return 0
    return session.scalars(_WAITING, _values(person, at, today)).one()


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
    wanted = _ROWS[pile].limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    rows = session.execute(wanted, _values(person, at, today, month_start)).all()
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
            works_by().label("works_by"),
            _review_count().label("reviews"),
            _seats().label("seats"),
        )
    )


def _pile_rows(wanted: ColumnElement[bool]) -> Select[Any]:
    statement = _with_names(_watched()).add_columns(
        _TURN.label("turn"),
        Decision.trial_ends_on,
        _owner().label("owner"),
        _decidable().label("decidable"),
        _prepared().label("prepared"),
    )
    urgency = case((Proposal.state == ProposalState.UNDER_REVIEW, 0), else_=1)
    return statement.where(wanted).order_by(urgency, _due().is_(None), _due(), Proposal.id)


def _done_rows() -> Select[Any]:
    last = select(func.max(Event.id).label("id")).where(*_DONE_BY_ME).group_by(Event.proposal_id)
    statement = select().select_from(Event).join(Proposal, Proposal.id == Event.proposal_id)
    statement = _with_names(statement).add_columns(Event.verb, Event.at)
    return statement.where(Event.id.in_(last)).order_by(Event.at.desc(), Event.id.desc())


_ROWS: dict[Pile, Select[Any]] = {
    Pile.MINE: _pile_rows(_TURN.is_not(None)),
    Pile.OTHERS: _pile_rows(_TURN.is_(None)),
    Pile.DONE: _done_rows(),
}


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
        "works_by": row.works_by,
        "reviews": row.reviews,
        "seats": row.seats,
    }


def _row(row: Any) -> DeskRow:  # noqa: ANN401 - a row of _with_names with turn, trial_ends_on and owner
    owners = {
        "author": _named(row.author_zh, row.author_en),
        "reviewer": _named(row.reviewer_zh, row.reviewer_en),
        "lead": _named(row.lead_zh, row.lead_en),
    }
    turn = Turn(row.turn) if row.turn else None
    return DeskRow(
        **_facts(row),
        turn=turn,
        trial_ends_on=row.trial_ends_on,
        owner=owners.get(row.owner or ""),
        decidable=bool(row.decidable),
        prepared=bool(row.prepared),
    )


def _done_row(row: Any) -> DeskRow:  # noqa: ANN401 - a row of _with_names with verb and at
    return DeskRow(**_facts(row), turn=None, trial_ends_on=None, owner=None, verb=row.verb, at=row.at)
