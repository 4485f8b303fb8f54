"""What the team settles by itself: the leader approves on the spot, declines, or passes it on to a studio."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Decision, Kind, Person, Proposal, ProposalState, Role, TeamLimit, Unit, Verb
from studio.domain import permissions, team
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, NotAllowed, Problem, WrongState
from studio.domain.routing import NO_EXPERIENCE, Experience
from studio.mail import notices
from studio.operations import deciding, implementation, transition
from studio.operations.filing_facts import MONEY_LIMIT
from studio.operations.routing import route_by_rules
from studio.queries import team as facts
from studio.queries import working_time

MOST_DAYS = 30


def take_first_step(
    session: Session,
    proposal: Proposal,
    *,
    at: datetime,
    calendar: WorkCalendar,
    experience: Experience = NO_EXPERIENCE,
) -> None:
    """Send what was just filed to the team leader if the team may settle it, else to a studio, and keep why."""
    with session.no_autoflush:  # filing and handing over are written together
        step = facts.first_step(session, proposal)
    if step.beyond is None and step.leader is not None:
        _ask_team(session, proposal, step.leader, step.days, at=at, calendar=calendar)
        return
    assignment = route_by_rules(session, proposal, at=at, calendar=calendar, experience=experience)
    if assignment is not None and step.beyond is not None and step.beyond.code not in team.SILENT:
        assignment.reason = {**assignment.reason, "beyond_team": asdict(step.beyond)}


def approve(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    today: date | None = None,
    reason: str = "",
    done: bool = False,
) -> Decision:
    """Accept it for the team; ``done`` says that it is done already, which only its author could have claimed.

    Raises NotAllowed (``own_proposal`` for an author), WrongState, and InvalidInput (``too_long`` at ``reason``,
    ``not_done_yet`` at ``done``).
    """
    _require_in_hand(proposal, Verb.ACCEPT, actor)
    if done and not proposal.already_done:
        raise InvalidInput([Problem("not_done_yet", "done")])
    verdict = deciding.Verdict(verb=Verb.ACCEPT, reason=reason)
    decision = deciding.decide(session, proposal, verdict, actor=actor, at=at, today=today)
    if done:
        implementation.record_done(session, proposal, actor=actor, at=at, owner=proposal.submitter)
    return decision


def decline(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, reason: str, today: date | None = None
) -> Decision:
    """Decline it for the team, with a reason; the author may ask once that a studio looks at it.

    Raises NotAllowed, WrongState, and InvalidInput (``reason_missing`` and ``too_long`` at ``reason``).
    """
    _require_in_hand(proposal, Verb.DECLINE, actor)
    verdict = deciding.Verdict(verb=Verb.DECLINE, reason=reason)
    return deciding.decide(session, proposal, verdict, actor=actor, at=at, today=today)


def pass_on(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person | None,
    at: datetime,
    calendar: WorkCalendar,
    words: str = "",
    experience: Experience = NO_EXPERIENCE,
) -> Proposal:
    """Hand it to a studio, which gets its whole time: the leader's wish, the coordinator's, or the clock's (no actor).

    Raises NotAllowed, WrongState, and InvalidInput (``too_long`` at ``words``).
    """
    _require_in_hand(proposal, Verb.PASS_ON, actor)
    words = clean_text(words)
    if problems := too_long(words, "words"):
        raise InvalidInput(problems)
    data = {"leader": _names_of(proposal.team_leader), **({"words": words} if words else {})}
    with session.no_autoflush:
        event = transition.move(session, proposal, Verb.PASS_ON, actor=actor, at=at, data=data)
        proposal.team_leader_id = proposal.reviewer_id = None
        proposal.answer_due_at = proposal.answer_due_at if proposal.answered_at else None
        proposal.decision_due_at = None
    session.flush()
    session.expire(proposal, ["reviewer", "team_leader"])
    route_by_rules(session, proposal, at=at, calendar=calendar, experience=experience)
    notices.passed_on(session, proposal, event, at=at)
    return proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What teams of a unit may settle; money in yuan, and the working days their leaders have."""

    kind_codes: Collection[str] = ()
    cost: Decimal
    benefit: Decimal
    urgent: bool = False
    confidential: bool = False
    days: int


def set_limits(session: Session, unit: Unit, limits: Limits, *, actor: Person) -> TeamLimit:
    """Say what the teams of a unit and below it may settle, from the next filing on; without kinds it is nothing.

    Raises NotAllowed unless the actor coordinates the unit, and InvalidInput: ``kind_unknown`` at ``kind_codes``,
    ``money_negative`` and ``money_too_large`` at ``cost`` and ``benefit``, ``days_out_of_range`` at ``days``.
    """
    _require_coordinator(actor, unit)
    known = list(session.scalars(select(Kind.code).order_by(Kind.position)))
    problems = [*_money_problems(limits.cost, "cost"), *_money_problems(limits.benefit, "benefit")]
    if set(limits.kind_codes) - set(known):
        problems.append(Problem("kind_unknown", "kind_codes"))
    if not 1 <= limits.days <= MOST_DAYS:
        problems.append(Problem("days_out_of_range", "days", {"most": MOST_DAYS}))
    if problems:
        raise InvalidInput(problems)
    row = session.scalars(select(TeamLimit).where(TeamLimit.unit_id == unit.id)).one_or_none() or TeamLimit(unit=unit)
    row.kind_codes = [code for code in known if code in limits.kind_codes]
    row.cost_limit, row.benefit_limit = limits.cost, limits.benefit
    row.urgent, row.confidential, row.days = limits.urgent, limits.confidential, limits.days
    session.add(row)
    session.flush()
    return row


def drop_limits(session: Session, limit: TeamLimit, *, actor: Person) -> None:
    """Let the limits of the unit above hold again. Raises NotAllowed unless the actor coordinates the unit."""
    _require_coordinator(actor, limit.unit)
    session.delete(limit)


def _ask_team(
    session: Session, proposal: Proposal, leader: Person, days: int, *, at: datetime, calendar: WorkCalendar
) -> None:
    """Put it into the leader's hands; one date is promised for answer and decision, because they are one."""
    own = working_time.working_times(session, calendar).calendar_of(proposal.unit)
    due = own.add_working_days(at, days)
    with session.no_autoflush:
        proposal.team_leader_id = proposal.reviewer_id = leader.id
        transition.move(session, proposal, Verb.ASK_TEAM, actor=None, at=at, data={"leader": _names_of(leader)})
        proposal.answer_due_at = proposal.decision_due_at = due
    session.flush()
    session.expire(proposal, ["reviewer", "team_leader"])
    notices.team_asked(session, proposal, at=at)


def _require_in_hand(proposal: Proposal, verb: Verb, actor: Person | None) -> None:
    """Raise WrongState for a leader's second click, NotAllowed for somebody else, unless a team has it in hand."""
    leads = actor is None or actor.has_role(Role.TEAM_LEADER, proposal.unit)
    if proposal.state is not ProposalState.TEAM_CHECK and leads:
        raise WrongState(verb, proposal.state)
    transition.require(proposal, verb, actor=actor)
    if proposal.state is not ProposalState.TEAM_CHECK:
        raise WrongState(verb, proposal.state)


def _require_coordinator(actor: Person, unit: Unit) -> None:
    if not (permissions.has_duty(actor, permissions.Duty.COORDINATE) and actor.has_role(Role.COORDINATOR, unit)):
        raise NotAllowed


def _money_problems(amount: Decimal, field: str) -> list[Problem]:
    if not amount.is_finite() or amount < 0:
        return [Problem("money_negative", field)]
    return [Problem("money_too_large", field)] if amount >= MONEY_LIMIT else []


def _names_of(person: Person | None) -> dict[str, str]:
    return {"name": person.name, "name_en": person.name_en} if person else {}
