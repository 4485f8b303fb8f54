"""The binding answer of a lead, and what can be done about it afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Decision, DecisionReason, Event, Occasion, Outcome, Person, PreparedDecision, Proposal, Verb
from studio.domain import outcomes, team, workflow
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, Problem
from studio.domain.routing import NO_EXPERIENCE, Experience
from studio.domain.shares import Share
from studio.mail import notices
from studio.operations import repeats, transition
from studio.operations.routing import adviser_of, end_assignment, renew_promise, route_by_rules
from studio.queries import catalogue, reviews

APPEAL_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the lead decides. ``verb`` is one of ``workflow.DECISIONS``; ``duplicate_of`` is a proposal's number.

    ``reason_code`` is one of the firm's list for the outcome. ``wake_up_on``, ``occasion_code`` or ``wake_up_when``
    belongs to putting off, ``trial_ends_on`` to a trial, ``duplicate_of`` to a repeat, ``remedy`` to what is
    inadmissible; ``shares`` make one of a repeat and its original, everybody of both with a share in the original.
    What belongs to another verb is left aside.
    """

    verb: Verb
    reason_code: str = ""
    reason: str = ""
    remedy: str = ""
    wake_up_on: date | None = None
    wake_up_when: str = ""
    occasion_code: str = ""
    trial_ends_on: date | None = None
    duplicate_of: str | None = None
    shares: Sequence[Share] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A verdict that was found whole, with the records that it names."""

    outcome: Outcome
    because: DecisionReason | None
    reason: str
    remedy: str
    wake_up_on: date | None
    wake_up_when: str
    occasion: Occasion | None
    trial_ends_on: date | None
    original: Proposal | None = None

    def facts(self) -> dict[str, Any]:
        """Return what a decision keeps of it, and one that is only prepared as well."""
        kept = ("outcome", "because", "reason", "remedy", "wake_up_on", "wake_up_when", "occasion", "trial_ends_on")
        original_id = self.original.id if self.original else None
        return {**{name: getattr(self, name) for name in kept}, "duplicate_of_id": original_id}


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
    ``Verdict``: ``verdict_missing``, ``reason_code_missing``, ``reason_code_unknown``, ``reason_missing``,
    ``remedy_missing``, ``wake_up_missing``, ``trial_end_missing``, ``occasion_unknown``, ``occasion_elsewhere``,
    ``date_in_the_past``, ``original_missing``, ``original_unknown``, ``original_is_itself``, ``original_in_circle``,
    ``original_withdrawn``, ``too_long``, and at ``shares`` those of ``repeats.merge_problems``.
    """
    ruling = rule_on(session, proposal, verdict, actor=actor, today=today or at.date())
    by_reason = ruling.because.outcome_class if ruling.because else None
    kind = outcomes.class_of(ruling.outcome, already_done=proposal.already_done, by_reason=by_reason)
    with session.no_autoflush:
        decision = Decision(**ruling.facts(), outcome_class=kind, decided_by=actor, decided_at=at)
        decision.by_team = proposal.team_leader_id is not None
        panel = reviews.panel_of(proposal.reviews)
        decision.score = panel.mean if panel else None
    _supersede(session, proposal, at=at)
    session.execute(delete(PreparedDecision).where(PreparedDecision.proposal_id == proposal.id))
    data = _told(ruling)
    if ruling.original is not None:
        data |= repeats.join(session, proposal, ruling.original, verdict.shares, actor=actor, at=at)
    with session.no_autoflush:
        transition.move(session, proposal, verdict.verb, actor=actor, at=at, data=data)
        proposal.decided_at, proposal.wake_up_on = at, decision.wake_up_on
        proposal.duplicate_of = ruling.original
        decision.proposal = proposal
        session.add(decision)
    session.flush()
    notices.decided(session, proposal, decision, at=at, merged="merged" in data)
    if ruling.original is not None:
        notices.repeated(session, ruling.original, proposal, decision, at=at, merged="merged" in data)
    return decision


def rule_on(session: Session, proposal: Proposal, verdict: Verdict, *, actor: Person, today: date) -> Ruling:
    """Return the verdict with its records, if ``actor`` may give it now. Changes nothing; raises as ``decide`` does."""
    if verdict.verb not in workflow.DECISIONS:
        raise InvalidInput([Problem("verdict_missing", "verb")])
    transition.require(proposal, verdict.verb, actor=actor)
    ruling, problems = _read(session, verdict, today, by_team=proposal.team_leader_id is not None)
    original = _original(session, proposal, verdict, actor, problems)
    if ruling.occasion is not None and not ruling.occasion.concerns(proposal.unit):
        problems.append(Problem("occasion_elsewhere", "occasion_code"))
    if problems:
        raise InvalidInput(problems)
    return replace(ruling, original=original)


def check(session: Session, verdict: Verdict, *, today: date) -> None:
    """Raise InvalidInput for what would be wrong with the verdict whatever the proposal."""
    if verdict.verb not in workflow.DECISIONS:
        raise InvalidInput([Problem("verdict_missing", "verb")])
    _ruling, problems = _read(session, verdict, today)
    if problems:
        raise InvalidInput(problems)


def reopen(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    calendar: WorkCalendar,
    words: str = "",
    experience: Experience = NO_EXPERIENCE,
) -> Proposal:
    """Take up again what was answered or withdrawn; it goes on where it was, with a new date for the decision.

    What a team had goes to a studio.
    """
    was_with_a_team = proposal.team_leader_id is not None
    _take_up_again(session, proposal, Verb.REOPEN, actor=actor, at=at, calendar=calendar, words=words)
    if was_with_a_team:
        route_by_rules(session, proposal, at=at, calendar=calendar, experience=experience)
    return proposal


def wake_up(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person | None,
    at: datetime,
    calendar: WorkCalendar,
    words: str = "",
    occasion: Occasion | None = None,
) -> Proposal:
    """Take up again what was put off, because its day has come (no actor), its occasion, or its condition is met."""
    named = {"name_zh": occasion.name_zh, "name_en": occasion.name_en} if occasion else None
    data = {"occasion": named} if named else {}
    _take_up_again(session, proposal, Verb.WAKE_UP, actor=actor, at=at, calendar=calendar, words=words, data=data)
    notices.woken_up(session, proposal, at=at, actor=actor, occasion=named)
    return proposal


def undo_duplicate(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, calendar: WorkCalendar, words: str = ""
) -> Proposal:
    """Take back that it repeats another, or was merged with it: shares and followers are as they were before.

    Raises NotAllowed, WrongState, and InvalidInput: ``merged_on``, ``shares_changed_since`` and ``too_long`` at
    ``words``.
    """
    return _take_up_again(session, proposal, Verb.UNDO_DUPLICATE, actor=actor, at=at, calendar=calendar, words=words)


def appeal(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    words: str,
    calendar: WorkCalendar,
    experience: Experience = NO_EXPERIENCE,
) -> Proposal:
    """Ask to look again: another studio gets the proposal and decides, or the coordinator finds one.

    Once after the team's answer and once after a studio's. A studio that owes a second opinion on it does not get it.

    Raises NotAllowed, WrongState, and InvalidInput: ``appealed_before``, ``appeal_too_late``, and ``words_missing``
    and ``too_long`` at ``words``.
    """
    transition.require(proposal, Verb.APPEAL, actor=actor)
    words = clean_text(words)
    problems = [*appeal_problems(session, proposal, at=at), *too_long(words, "words")]
    if not words:
        problems.append(Problem("words_missing", "words"))
    if problems:
        raise InvalidInput(problems)
    asked_before = {assignment.studio.code for assignment in proposal.assignments}
    asked_before |= {studio.code for studio in (proposal.studio, adviser_of(proposal)) if studio is not None}
    end_assignment(session, proposal, at=at)
    with session.no_autoflush:
        proposal.studio, proposal.reviewer_id = None, None
    _take_up_again(session, proposal, Verb.APPEAL, actor=actor, at=at, calendar=calendar, words=words)
    route_by_rules(session, proposal, at=at, calendar=calendar, passing_over=asked_before, experience=experience)
    return proposal


def appeal_problems(session: Session, proposal: Proposal, *, at: datetime) -> list[Problem]:
    """Return why nobody can be asked to look again, now: it was, or the answer is older than 30 days."""
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
    data: Mapping[str, Any] | None = None,
) -> Proposal:
    transition.require(proposal, verb, actor=actor)
    words = clean_text(words)
    if problems := too_long(words, "words"):
        raise InvalidInput(problems)
    repeated = proposal.duplicate_of_id is not None
    if repeated:
        repeats.leave(session, proposal, actor=actor, at=at)
    _supersede(session, proposal, at=at)
    told = {**(data or {}), **({"words": words} if words else {})}
    with session.no_autoflush:
        if proposal.team_leader_id is not None:
            told["by_team"] = True
            proposal.team_leader_id = proposal.reviewer_id = None
        transition.move(session, proposal, verb, actor=actor, at=at, data=told)
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


def _read(session: Session, verdict: Verdict, today: date, *, by_team: bool = False) -> tuple[Ruling, list[Problem]]:
    """Return what a verdict says, without what belongs to another verb, and what is wrong with it.

    A team leader answers in his own words; the firm's list of reasons is for studios.
    """
    outcome, problems = workflow.DECISIONS[verdict.verb], list[Problem]()
    defers, tries = verdict.verb is Verb.DEFER, verdict.verb is Verb.START_TRIAL
    ruling = Ruling(
        outcome=outcome,
        because=None if by_team else _because(session, outcome, verdict.reason_code, problems),
        reason=clean_text(verdict.reason),
        remedy=clean_text(verdict.remedy) if verdict.verb is Verb.MARK_INADMISSIBLE else "",
        wake_up_on=verdict.wake_up_on if defers else None,
        wake_up_when=clean_text(verdict.wake_up_when) if defers else "",
        occasion=_occasion(session, verdict.occasion_code, problems) if defers else None,
        trial_ends_on=verdict.trial_ends_on if tries else None,
    )
    return ruling, [*_gaps(ruling, problems), *_past(ruling.wake_up_on, "wake_up_on", today),
                    *_past(ruling.trial_ends_on, "trial_ends_on", today)]  # fmt: skip


def _gaps(ruling: Ruling, problems: list[Problem]) -> list[Problem]:
    """Add the words that are missing or too many, in the order of the form."""
    found = [*problems, *too_long(ruling.reason, "reason")]
    needs_words = ruling.outcome is not Outcome.ACCEPTED or (ruling.because is not None and ruling.because.needs_words)
    if needs_words and not ruling.reason:
        found.append(Problem("reason_missing", "reason"))
    found += too_long(ruling.remedy, "remedy")
    if ruling.outcome is Outcome.INADMISSIBLE and not ruling.remedy:
        found.append(Problem("remedy_missing", "remedy"))
    found += too_long(ruling.wake_up_when, "wake_up_when")
    named_wrongly = any(problem.field == "occasion_code" for problem in problems)
    waits_for = ruling.wake_up_on or ruling.occasion or ruling.wake_up_when or named_wrongly
    if ruling.outcome is Outcome.DEFERRED and not waits_for:
        found.append(Problem("wake_up_missing", "wake_up_on"))
    if ruling.outcome is Outcome.TRIAL and ruling.trial_ends_on is None:
        found.append(Problem("trial_end_missing", "trial_ends_on"))
    return found


def _because(session: Session, outcome: Outcome, code: str, problems: list[Problem]) -> DecisionReason | None:
    """Return the reason of the firm's list; where the list has none for the outcome, none is asked for."""
    offered = {reason.code: reason for reason in catalogue.decision_reasons(session) if reason.outcome is outcome}
    if offered and code not in offered:
        problems.append(Problem("reason_code_unknown" if code else "reason_code_missing", "reason_code"))
    return offered.get(code)


def _occasion(session: Session, code: str, problems: list[Problem]) -> Occasion | None:
    found = next((one for one in catalogue.occasions(session) if one.code == code), None) if code else None
    if code and found is None:
        problems.append(Problem("occasion_unknown", "occasion_code"))
    return found


def _past(day: date | None, field: str, today: date) -> list[Problem]:
    return [Problem("date_in_the_past", field)] if day is not None and day < today else []


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


def _told(ruling: Ruling) -> dict[str, Any]:
    """Return what the timeline keeps of a decision."""
    because, occasion = ruling.because, ruling.occasion
    facts = {
        "outcome": ruling.outcome.value,
        "reason": ruling.reason,
        "reason_code": because.code if because else None,
        "wake_up_on": ruling.wake_up_on.isoformat() if ruling.wake_up_on else None,
        "wake_up_when": ruling.wake_up_when or None,
        "occasion": occasion.code if occasion else None,
        "trial_ends_on": ruling.trial_ends_on.isoformat() if ruling.trial_ends_on else None,
        "duplicate_of": ruling.original.number if ruling.original and not ruling.original.confidential else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
