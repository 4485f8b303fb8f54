"""Promising the author an answer by a moment, reminding whoever owes it, and telling those above when it is late."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Assignment, Deadline, DeadlineNotice, DeadlineStep, Person, Proposal, ProposalState, Role, Verb
from models.unit import Unit
from studio.domain import deadlines
from studio.domain.clock import WorkCalendar, extended_by_pause
from studio.domain.deadlines import Limits, Pause, Rule
from studio.domain.errors import NotAllowed
from studio.mail import notices
from studio.operations import transition
from studio.queries import deadlines as facts
from studio.queries import working_time
from studio.queries.working_time import WorkingTimes


def promise(
    session: Session, proposal: Proposal, *, at: datetime, calendar: WorkCalendar, new_answer: bool = False
) -> None:
    """Set the due times that are not set, in working time of the unit that answers; see ``working_time.limits_of``.

    What the author has been promised is not moved by handing it round; only ``new_answer`` starts a first answer
    that nobody has given anew. ``calendar`` is the public one.
    """
    unit = working_time.unit_answering(proposal)
    own = working_time.working_times(session, calendar).calendar_of(unit)
    limits = working_time.limits_of(proposal, working_time.limits(session), unit)
    if proposal.answer_due_at is None or (new_answer and proposal.answered_at is None):
        proposal.answer_due_at = deadlines.answer_due(own, at, limits)
    if proposal.decision_due_at is None:
        proposal.decision_due_at = deadlines.decision_due(own, at, limits)


def first_answer_due(
    session: Session, proposal: Proposal, unit: Unit, *, at: datetime, calendar: WorkCalendar
) -> datetime:
    """Return by when a studio of ``unit`` answers that is asked about a proposal now, as if it were a first answer."""
    own = working_time.working_times(session, calendar).calendar_of(unit)
    return deadlines.answer_due(own, at, working_time.limits_of(proposal, working_time.limits(session), unit))


def extend(session: Session, proposal: Proposal, pause: Pause, *, calendar: WorkCalendar) -> None:
    """Push both due times on by the working time that the author took, to the minute."""
    unit = working_time.unit_answering(proposal)
    own = working_time.working_times(session, calendar).calendar_of(unit)
    if proposal.answer_due_at is not None:
        proposal.answer_due_at = extended_by_pause(own, proposal.answer_due_at, *pause)
    if proposal.decision_due_at is not None:
        proposal.decision_due_at = extended_by_pause(own, proposal.decision_due_at, *pause)


def remind_or_escalate(
    session: Session, proposal: Proposal, *, at: datetime, calendar: WorkCalendar
) -> DeadlineNotice | None:
    """Take the highest step that is due and was not taken yet: a row, a mail and, when it is late, an event.

    Call it with the proposal's row locked: the row, the mail and the event are one transaction, so however often
    workers are killed each step is taken once. Nothing is due while the ball is with the author.
    """
    owed = facts.owed(proposal)
    if owed is None or proposal.state is ProposalState.INFORMATION_REQUESTED:
        return None
    deadline, due = owed
    step = _step_due(session, proposal, deadline, due, at=at, calendar=calendar)
    number = facts.round_of(session, proposal)
    if step is None or not deadlines.is_news(step, facts.told(session, proposal, deadline, number)):
        return None
    notice = DeadlineNotice(proposal_id=proposal.id, round=number, deadline=deadline, step=step, due_at=due, at=at)
    people = _addressees(session, proposal, deadline, step)
    take(session, proposal, notice, people, owing=facts.owing(proposal, deadline))
    return notice


def take(
    session: Session,
    proposal: Proposal,
    notice: DeadlineNotice,
    people: Sequence[Person],
    *,
    owing: Person | None = None,
) -> None:
    """Take a step that is due and was not taken yet: keep the notice, tell ``people`` and, when late, the timeline.

    ``owing`` is who owes it, where that is one person.
    """
    session.add(notice)
    session.flush()
    if notice.step is not DeadlineStep.REMINDER:
        _note(session, proposal, notice, people)
    notices.deadline(session, proposal, notice, people, owing=owing, at=notice.at)


def _step_due(
    session: Session, proposal: Proposal, deadline: Deadline, due: datetime, *, at: datetime, calendar: WorkCalendar
) -> DeadlineStep | None:
    unit = working_time.unit_answering(proposal)
    own = working_time.working_times(session, calendar).calendar_of(unit)
    limits = working_time.limits_of(proposal, working_time.limits(session), unit)
    return deadlines.step_due(own, deadline, due, limits, at, routed=proposal.studio is not None)


def _note(session: Session, proposal: Proposal, notice: DeadlineNotice, people: Sequence[Person]) -> None:
    """Leave a line on the timeline: everybody may know that it is late and who has been told."""
    names = [{"name": person.name, "name_en": person.name_en} for person in people]
    data = {
        "deadline": notice.deadline.value,
        "step": notice.step.value,
        "due_at": notice.due_at.isoformat(),
        "told": names,
    }
    transition.move(session, proposal, Verb.ESCALATE, actor=None, at=notice.at, data=data)


def _addressees(session: Session, proposal: Proposal, deadline: Deadline, step: DeadlineStep) -> list[Person]:
    """Return who is told; where nobody holds the place, those above."""
    if proposal.studio is not None and step is not DeadlineStep.COORDINATOR:
        of_lead = step is DeadlineStep.LEAD
        person = facts.owing(proposal, Deadline.DECISION if of_lead else deadline)
        if person is not None and person.active:
            return [person]
    return list(facts.nearest_coordinators(session, proposal))


def recount(session: Session, *, actor: Person, calendar: WorkCalendar) -> int:
    """Count the due times of everything open anew, after calendars or rules have changed; return how many moved.

    It is counted as the acts themselves did: from the hand-over or the filing, with each pause. A first answer that
    was given keeps its date, for it was in time or late when it came. A decision that lies prepared stays good: it says
    the same whatever the date. Only what the coordinator answers for is counted. Raises NotAllowed for anybody else.
    """
    if not (actor.active and actor.has_role(Role.COORDINATOR)):
        raise NotAllowed
    times, rules = working_time.working_times(session, calendar), working_time.limits(session)
    revived = facts.last_revivals(session)
    mine = [one for one in facts.open_proposals(session) if actor.has_role(Role.COORDINATOR, one.unit)]
    with transition.keeping_prepared(session, mine):
        return sum(_recounted(proposal, revived.get(proposal.id), times, rules) for proposal in mine)


def _recounted(proposal: Proposal, revived_at: datetime | None, times: WorkingTimes, rules: Sequence[Rule]) -> bool:
    before = (proposal.answer_due_at, proposal.decision_due_at)
    start = max(moment for moment in (proposal.submitted_at, revived_at) if moment is not None)
    if proposal.answered_at is None:
        current = next((made for made in proposal.assignments if made.ended_at is None), None)
        handed_over_at = max(start, current.assigned_at) if current else start
        calendar, limits = _terms(proposal, working_time.unit_answering(proposal), times, rules)
        proposal.answer_due_at = deadlines.answer_due(calendar, handed_over_at, limits)
    calendar, limits = _terms(proposal, _unit_at(proposal, start), times, rules)
    due = deadlines.decision_due(calendar, start, limits)
    proposal.decision_due_at = _with_pauses(proposal, due, start, times)
    return before != (proposal.answer_due_at, proposal.decision_due_at)


def _terms(
    proposal: Proposal, unit: Unit | None, times: WorkingTimes, rules: Sequence[Rule]
) -> tuple[WorkCalendar, Limits]:
    return times.calendar_of(unit), working_time.limits_of(proposal, rules, unit)


def _running_at(proposal: Proposal, moment: datetime) -> Assignment | None:
    running = (
        made
        for made in proposal.assignments
        if made.assigned_at <= moment and (made.ended_at is None or made.ended_at > moment)
    )
    return next(running, None)


def _unit_at(proposal: Proposal, moment: datetime) -> Unit | None:
    """Return the unit in whose working time something was promised at that moment."""
    made = _running_at(proposal, moment)
    return made.studio.unit if made else proposal.unit


def _with_pauses(proposal: Proposal, due: datetime, start: datetime, times: WorkingTimes) -> datetime:
    """Push a due time on by each pause since its start, in the working time of whoever waited."""
    for asked in proposal.information_requests:
        if asked.answered_at is not None and asked.asked_at >= start:
            calendar = times.calendar_of(_unit_at(proposal, asked.asked_at))
            due = extended_by_pause(calendar, due, asked.asked_at, max(asked.answered_at, asked.asked_at))
    return due
