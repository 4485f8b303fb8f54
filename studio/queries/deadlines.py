"""Who owes what by when: for the page of one proposal, for the worker, and for counting anew."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Deadline,
    DeadlineNotice,
    DeadlineStep,
    Event,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    Studio,
    StudioRole,
    Verb,
)
from studio.domain import clock, deadlines, relations, workflow
from studio.domain.clock import Remaining, WorkCalendar
from studio.queries import working_time
from studio.queries.working_time import Shifts, WorkingTimes

ROUNDS_BEGIN = frozenset({Verb.ROUTE, Verb.TRANSFER, *workflow.REVIVALS})
"""Verbs after which the clock starts anew for somebody."""
HORIZON = timedelta(days=30)
"""A reminder is due at most this long before its deadline: a working day and the longest holidays."""
CLOCK_RUNS = frozenset({ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a deadline stands: who owes what by when, and how much working time is left of whose calendar.

    While the ball is with the author the clock is ``paused`` and ``left`` is what remains when he answers.
    """

    deadline: Deadline
    due_at: datetime
    who: Person | None
    left: Remaining
    paused: bool
    shifts: Shifts | None


def owed(proposal: Proposal) -> tuple[Deadline, datetime] | None:
    """Return what is owed next and by when; nothing when it is not open, or was never promised."""
    if proposal.state not in workflow.OPEN:
        return None
    deadline = Deadline.ANSWER if proposal.answered_at is None else Deadline.DECISION
    due = proposal.answer_due_at if deadline is Deadline.ANSWER else proposal.decision_due_at
    return (deadline, due) if due is not None else None


def owing(proposal: Proposal, deadline: Deadline) -> Person | None:
    """Return who owes it: the team leader; the reviewer a first answer, the lead a decision; else nobody is known."""
    if proposal.team_leader_id is not None:
        return proposal.reviewer
    if proposal.studio is None:
        return None
    leads = [member.person for member in proposal.studio.memberships if member.role is StudioRole.LEAD]
    lead = next((person for person in leads if person.active and not relations.has_conflict(person, proposal)), None)
    return (proposal.reviewer or lead) if deadline is Deadline.ANSWER else lead


def standing(
    session: Session, proposal: Proposal, *, at: datetime, times: Callable[[], WorkingTimes]
) -> Standing | None:
    """Return how the next deadline of a proposal stands; one statement and ``times`` while it is open, else none."""
    promise = owed(proposal)
    if promise is None:
        return None
    deadline, due = promise
    unit = working_time.unit_of_studio(session, proposal.studio_id, proposal.unit_id)
    known = times()
    asked = next((one for one in proposal.information_requests if one.answered_at is None), None)
    left = clock.remaining(known.calendar_of(unit), due, asked.asked_at if asked else at)
    return Standing(deadline, due, owing(proposal, deadline), left, asked is not None, known.shifts_of(unit))


def due_at() -> ColumnElement[datetime | None]:
    """Return the moment of what is owed next, as a column."""
    return case((Proposal.answered_at.is_(None), Proposal.answer_due_at), else_=Proposal.decision_due_at)


def numbers_with_a_step_due(session: Session, *, at: datetime, public: WorkCalendar) -> Sequence[str]:
    """Return the numbers of proposals about which somebody has to be told now, the longest due first.

    It reads only, so that the worker takes the write lock for those alone.
    """
    times, rules = working_time.working_times(session, public), working_time.limits(session)
    known_rounds, taken = rounds(session, ROUNDS_BEGIN, _RUNNING), steps_taken(session, _RUNNING)
    found = []
    for proposal in session.scalars(_near_a_deadline(at)).unique():
        promise = owed(proposal)
        if promise is None or proposal.number is None:
            continue
        unit = working_time.unit_answering(proposal)
        limits = working_time.limits_of(proposal, rules, unit)
        step = deadlines.step_due(times.calendar_of(unit), *promise, limits, at, routed=proposal.studio is not None)
        told_before = taken[proposal.id, known_rounds.get(proposal.id, 0), promise[0]]
        if step is not None and deadlines.is_news(step, told_before):
            found.append(proposal.number)
    return found


def _near_a_deadline(at: datetime) -> Select[Proposal]:
    return (
        select(Proposal)
        .where(Proposal.state.in_(CLOCK_RUNS), due_at() <= at + HORIZON)
        .options(
            selectinload(Proposal.themes),
            joinedload(Proposal.unit),
            joinedload(Proposal.kind),
            joinedload(Proposal.studio).joinedload(Studio.unit),
        )
        .order_by(due_at(), Proposal.id)
    )


_RUNNING = select(Proposal.id).where(Proposal.state.in_(CLOCK_RUNS))


def rounds(session: Session, begin: Collection[Verb], among: Select[int]) -> Mapping[int, int]:
    """Return how many rounds have begun of each of some proposals, by the verbs that begin one."""
    statement = (
        select(Event.proposal_id, func.count())
        .where(Event.verb.in_(sorted(begin)), Event.proposal_id.in_(among))
        .group_by(Event.proposal_id)
    )
    return {proposal_id: count for proposal_id, count in session.execute(statement)}  # noqa: C416 - dict() would lose the types


def steps_taken(session: Session, among: Select[int]) -> Mapping[tuple[int, int, Deadline], Sequence[DeadlineStep]]:
    """Return the steps taken so far of each of some proposals, by its id, the round and the deadline."""
    columns = (DeadlineNotice.proposal_id, DeadlineNotice.round, DeadlineNotice.deadline, DeadlineNotice.step)
    taken: defaultdict[tuple[int, int, Deadline], list[DeadlineStep]] = defaultdict(list)
    for proposal_id, number, deadline, step in session.execute(
        select(*columns).where(DeadlineNotice.proposal_id.in_(among))
    ):
        taken[proposal_id, number, deadline].append(step)
    return taken


def round_of(session: Session, proposal: Proposal, begin: Collection[Verb] = ROUNDS_BEGIN) -> int:
    """Return how often the proposal has been handed over or taken up again, or what else begins a round."""
    statement = select(func.count()).where(Event.proposal_id == proposal.id, Event.verb.in_(sorted(begin)))
    return session.scalar(statement) or 0


def told(session: Session, proposal: Proposal, deadline: Deadline, number: int) -> Sequence[DeadlineStep]:
    """Return the steps that were taken for a deadline in one round."""
    wanted = (
        DeadlineNotice.proposal_id == proposal.id,
        DeadlineNotice.round == number,
        DeadlineNotice.deadline == deadline,
    )
    return session.scalars(select(DeadlineNotice.step).where(*wanted)).all()


def nearest_coordinators(session: Session, proposal: Proposal) -> Sequence[Person]:
    """Return the coordinators of the smallest part of the firm that holds the proposal's unit; never an author."""
    statement = (
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.COORDINATOR, Person.active, Person.id.not_in(proposal.author_ids))
        .options(joinedload(RoleGrant.unit), joinedload(RoleGrant.person))
    )
    grants = [
        grant
        for grant in session.scalars(statement).unique()
        if proposal.unit is None or proposal.unit.is_within(grant.unit_id)
    ]
    deepest = max((len(grant.unit.ancestor_ids) for grant in grants), default=0)
    near = {grant.person_id: grant.person for grant in grants if len(grant.unit.ancestor_ids) == deepest}
    return [near[person_id] for person_id in sorted(near)]


def open_proposals(session: Session) -> Sequence[Proposal]:
    """Return everything that is still owed a decision, with what its dates are counted from; rows stay locked."""
    statement = (
        select(Proposal)
        .where(Proposal.state.in_(workflow.OPEN), Proposal.submitted_at.is_not(None), Proposal.team_leader_id.is_(None))
        .options(
            selectinload(Proposal.themes),
            selectinload(Proposal.information_requests),
            selectinload(Proposal.assignments),
            joinedload(Proposal.unit),
            joinedload(Proposal.kind),
            joinedload(Proposal.studio).joinedload(Studio.unit),
        )
        .order_by(Proposal.id)
        .with_for_update(of=Proposal)
    )
    return session.scalars(statement).unique().all()


def last_revivals(session: Session) -> Mapping[int, datetime]:
    """Return when each open proposal was last taken up again, if ever."""
    revived = and_(Event.verb.in_({*workflow.REVIVALS, Verb.PASS_ON}), Proposal.state.in_(workflow.OPEN))
    statement = select(Event.proposal_id, func.max(Event.at)).join(Proposal).where(revived).group_by(Event.proposal_id)
    return {proposal_id: at for proposal_id, at in session.execute(statement)}  # noqa: C416 - dict() would lose the types
