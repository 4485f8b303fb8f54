"""The binding answer of a lead, and what can be done about it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Decision, Event, Person, Proposal, Verb
from studio.domain import team, workflow
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import TEXT_LIMIT, clean_text
from studio.domain.errors import InvalidInput, Problem
from studio.domain.shares import Share
from studio.mail import notices
from studio.operations import repeats, transition
from studio.operations.routing import end_assignment, renew_promise, route_by_rules

APPEAL_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the lead decides. ``verb`` is one of ``workflow.DECISIONS``; ``duplicate_of`` is a proposal's number.

    ``wake_up_on`` or ``wake_up_when`` belongs to putting off, ``trial_ends_on`` to a trial, ``duplicate_of`` to a
    repeat; ``shares`` make one of the two, everybody of both with a share in the original. What belongs to another
    verb is left aside.
    """

    verb: Verb
    reason: str = ""
    wake_up_on: date | None = None
    wake_up_when: str = ""
    trial_ends_on: date | None = None
    duplicate_of: str | None = None
    shares: Sequence[Share] = ()


def decide(
    session: Session,
    proposal: Proposal,
    verdict: Verdict,
    *,
    actor: Person,
    at: datetime,
    today: date | None = None,
) -> Decision:
    """Give the binding answer. ``today`` is the site's day; without it the day of ``at`` is taken.

    Raises NotAllowed (``own_proposal`` for an author), WrongState, and InvalidInput with codes at the fields of
    ``Verdict``: ``verdict_missing``, ``reason_missing``, ``wake_up_missing``, ``date_in_the_past``,
    ``original_missing``, ``original_unknown``, ``original_is_itself``, ``original_in_circle``,
    ``original_withdrawn``, ``too_long``, and at ``shares`` those of ``repeats.merge_problems``.
    """
    if verdict.verb not in workflow.DECISIONS:
        raise InvalidInput([Problem("verdict_missing", "verb")])
    transition.require(proposal, verdict.verb, actor=actor)
    problems = _verdict_problems(verdict, today or at.date())
    original = _original(session, proposal, verdict, actor, problems)
    if problems:
        raise InvalidInput(problems)
    decision = _decision(verdict, original, actor=actor, at=at)
    decision.by_team = proposal.team_leader_id is not None
    _supersede(session, proposal, at=at)
    data = {"outcome": decision.outcome.value, "reason": decision.reason, **_facts_of(decision, original)}
    if original is not None:
        data |= repeats.join(session, proposal, original, verdict.shares, actor=actor, at=at)
    with session.no_autoflush:
        transition.move(session, proposal, verdict.verb, actor=actor, at=at, data=data)
        proposal.decided_at, proposal.wake_up_on = at, decision.wake_up_on
        proposal.duplicate_of = original
        decision.proposal = proposal
        session.add(decision)
    session.flush()
    notices.decided(session, proposal, decision, at=at, merged="merged" in data)
    if original is not None:
        notices.repeated(session, original, proposal, decision, at=at, merged="merged" in data)
    return decision


def reopen(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, calendar: WorkCalendar, words: str = ""
) -> Proposal:
    """Take up again what was answered or withdrawn; it goes on where it was, with a new date for the decision.

    What a team had goes to a studio.
    """
    was_with_a_team = proposal.team_leader_id is not None
    _take_up_again(session, proposal, Verb.REOPEN, actor=actor, at=at, calendar=calendar, words=words)
    if was_with_a_team:
        route_by_rules(session, proposal, at=at, calendar=calendar)
    return proposal


def wake_up(
    session: Session, proposal: Proposal, *, actor: Person | None, at: datetime, calendar: WorkCalendar, words: str = ""
) -> Proposal:
    """Take up again what was put off, because its day has come (no actor) or its condition is met."""
    return _take_up_again(session, proposal, Verb.WAKE_UP, actor=actor, at=at, calendar=calendar, words=words)


def undo_duplicate(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, calendar: WorkCalendar, words: str = ""
) -> Proposal:
    """Take back that it repeats another, or was merged with it: shares and followers are as they were before.

    Raises NotAllowed, WrongState, and InvalidInput: ``merged_on``, ``shares_changed_since`` and ``too_long`` at
    ``words``.
    """
    return _take_up_again(session, proposal, Verb.UNDO_DUPLICATE, actor=actor, at=at, calendar=calendar, words=words)


def appeal(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, words: str, calendar: WorkCalendar
) -> Proposal:
    """Ask for a second opinion: another studio gets the proposal, or the coordinator when none fits.

    Once after the team's answer and once after a studio's.

    Raises NotAllowed, WrongState, and InvalidInput: ``appealed_before``, ``appeal_too_late``, and ``words_missing``
    and ``too_long`` at ``words``.
    """
    transition.require(proposal, Verb.APPEAL, actor=actor)
    words = clean_text(words)
    problems = [*appeal_problems(session, proposal, at=at), *_too_long(words, "words")]
    if not words:
        problems.append(Problem("words_missing", "words"))
    if problems:
        raise InvalidInput(problems)
    asked_before = {assignment.studio.code for assignment in proposal.assignments}
    asked_before |= {proposal.studio.code} if proposal.studio else set()
    end_assignment(session, proposal, at=at)
    with session.no_autoflush:
        proposal.studio, proposal.reviewer_id = None, None
    _take_up_again(session, proposal, Verb.APPEAL, actor=actor, at=at, calendar=calendar, words=words)
    route_by_rules(session, proposal, at=at, calendar=calendar, passing_over=asked_before)
    return proposal


def appeal_problems(session: Session, proposal: Proposal, *, at: datetime) -> list[Problem]:
    """Return why a second opinion cannot be asked for, now: it was, or the answer is older than 30 days."""
    appeals = session.scalars(select(Event).where(Event.proposal_id == proposal.id, Event.verb == Verb.APPEAL))
    problems = [Problem("appealed_before")] if team.appealed_before(proposal, appeals) else []
    if proposal.decided_at is not None and at > proposal.decided_at + timedelta(days=APPEAL_DAYS):
        problems.append(Problem("appeal_too_late", params={"days": APPEAL_DAYS}))
    return problems


def _take_up_again(
    session: Session,
    proposal: Proposal,
    verb: Verb,
    *,
    actor: Person | None,
    at: datetime,
    calendar: WorkCalendar,
    words: str,
) -> Proposal:
    transition.require(proposal, verb, actor=actor)
    words = clean_text(words)
    if problems := _too_long(words, "words"):
        raise InvalidInput(problems)
    repeated = proposal.duplicate_of_id is not None
    if repeated:
        repeats.leave(session, proposal, actor=actor, at=at)
    _supersede(session, proposal, at=at)
    data: dict[str, Any] = {"words": words} if words else {}
    with session.no_autoflush:
        if proposal.team_leader_id is not None:
            data["by_team"] = True
            proposal.team_leader_id = proposal.reviewer_id = None
        transition.move(session, proposal, verb, actor=actor, at=at, data=data)
        proposal.decided_at = proposal.wake_up_on = None
        proposal.duplicate_of = None
    if repeated:
        repeats.bring_home(session, proposal)
    renew_promise(session, proposal, at=at, calendar=calendar)
    return proposal


def _supersede(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """Mark the decision in force as history. Written at once: the database allows one in force only."""
    for decision in proposal.decisions:
        if decision.superseded_at is None:
            decision.superseded_at = at
    session.flush()


def _verdict_problems(verdict: Verdict, today: date) -> list[Problem]:
    problems = [
        *_too_long(clean_text(verdict.reason), "reason"),
        *_too_long(clean_text(verdict.wake_up_when), "wake_up_when"),
    ]
    if verdict.verb is not Verb.ACCEPT and not clean_text(verdict.reason):
        problems.append(Problem("reason_missing", "reason"))
    if verdict.verb is Verb.DEFER:
        if verdict.wake_up_on is None and not clean_text(verdict.wake_up_when):
            problems.append(Problem("wake_up_missing", "wake_up_on"))
        problems += _past(verdict.wake_up_on, "wake_up_on", today)
    if verdict.verb is Verb.START_TRIAL:
        problems += _past(verdict.trial_ends_on, "trial_ends_on", today)
    return problems


def _past(day: date | None, field: str, today: date) -> list[Problem]:
    return [Problem("date_in_the_past", field)] if day is not None and day < today else []


def _too_long(text: str, field: str) -> list[Problem]:
    if len(text) <= TEXT_LIMIT:
        return []
    return [Problem("too_long", field, {"limit": TEXT_LIMIT, "length": len(text)})]


def _original(
    session: Session, proposal: Proposal, verdict: Verdict, actor: Person, problems: list[Problem]
) -> Proposal | None:
    """Return the proposal that was there first: one the lead can read, and which does not lead back to this one."""
    if verdict.verb is not Verb.MARK_DUPLICATE:
        return None
    original = repeats.original_of(session, proposal, verdict.duplicate_of or "", actor=actor, problems=problems)
    if original is not None:
        problems += repeats.merge_problems(proposal, original, verdict.shares, actor=actor)
    return original


def _decision(verdict: Verdict, original: Proposal | None, *, actor: Person, at: datetime) -> Decision:
    defers, tries = verdict.verb is Verb.DEFER, verdict.verb is Verb.START_TRIAL
    return Decision(
        outcome=workflow.DECISIONS[verdict.verb],
        reason=clean_text(verdict.reason),
        decided_by=actor,
        decided_at=at,
        wake_up_on=verdict.wake_up_on if defers else None,
        wake_up_when=clean_text(verdict.wake_up_when) if defers else "",
        trial_ends_on=verdict.trial_ends_on if tries else None,
        duplicate_of_id=original.id if original else None,
    )


def _facts_of(decision: Decision, original: Proposal | None) -> dict[str, Any]:
    """Return what else the timeline should keep of a decision."""
    facts = {
        "wake_up_on": decision.wake_up_on.isoformat() if decision.wake_up_on else None,
        "wake_up_when": decision.wake_up_when or None,
        "trial_ends_on": decision.trial_ends_on.isoformat() if decision.trial_ends_on else None,
        "duplicate_of": original.number if original and not original.confidential else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
