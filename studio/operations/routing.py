"""Giving a proposal to a studio: by the rules, by the coordinator, or by a lead who knows a better place."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Assignment, Person, Proposal, Studio, Verb
from studio.domain import routing, stand_ins
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, Problem
from studio.mail import notices
from studio.operations import panel, transition
from studio.operations.deadlines import promise
from studio.queries import routing as facts

RUNNERS_UP_KEPT = 3


def route_by_rules(
    session: Session,
    proposal: Proposal,
    *,
    at: datetime,
    calendar: WorkCalendar,
    passing_over: Collection[str] = (),
    experience: routing.Experience = routing.NO_EXPERIENCE,
) -> Assignment | None:
    """Give a submitted proposal to the studio that fits best, and keep why and who came next.

    Studios named in ``passing_over`` are not asked. ``experience`` is what the archive has that is like it, looked up
    before the transaction; that the archive was away is kept with the reason. Without a match, or with
    a weak one, it stays submitted: the coordinator's desk, with the answer owed by the same time.
    """
    with session.no_autoflush:  # filing and handing over are written together
        candidates = [studio for studio in facts.studios(session) if studio.code not in passing_over]
        load = facts.open_load(session)
        matter, rules = facts.facts_of(session, proposal), facts.rules(session)
        chosen = routing.route(matter, rules, candidates, load, experience=experience)
        result = stand_ins.resolved(chosen, candidates, load)
        studio = facts.studio_by_code(session, result.best.studio) if result.best else None
        if result.best is None or studio is None:
            promise(session, proposal, at=at, calendar=calendar)
            return None
        kept = (result.best, *result.runners_up[:RUNNERS_UP_KEPT])
        reason, *runners_up = facts.all_named(session, [candidate.reason for candidate in kept])
        away = {"archive_away": True} if experience.away else {}
        assignment = Assignment(reason={**reason, **away}, runners_up=runners_up)
        return _hand_over(session, proposal, studio, assignment, verb=Verb.ROUTE, actor=None, at=at, calendar=calendar)


def assign(
    session: Session,
    proposal: Proposal,
    studio_code: str,
    *,
    actor: Person,
    at: datetime,
    words: str,
    calendar: WorkCalendar,
) -> Assignment:
    """Let the coordinator send on what no rule caught; ``words`` to the studio may be empty.

    Raises NotAllowed, WrongState, and InvalidInput (``studio_unknown`` and ``studio_advises`` at ``studio_code``,
    ``too_long`` at ``words``).
    """
    transition.require(proposal, Verb.ROUTE, actor=actor)
    words = clean_text(words)
    problems = [*_advises(proposal, studio_code), *too_long(words, "words")]
    studio = _chosen_studio(session, studio_code, problems)
    assignment = Assignment(reason=_by_hand(studio), words=words)
    return _hand_over(session, proposal, studio, assignment, verb=Verb.ROUTE, actor=actor, at=at, calendar=calendar)


def transfer(
    session: Session,
    proposal: Proposal,
    studio_code: str,
    *,
    actor: Person,
    at: datetime,
    words: str,
    calendar: WorkCalendar,
) -> Assignment:
    """Hand the proposal to another studio, with the reason in ``words``.

    The new studio gets a full first-answer time if nobody has answered yet; the date of the decision stays, because
    the author was promised it. Raises NotAllowed, WrongState, and InvalidInput (``studio_unknown``,
    ``studio_has_it`` and ``studio_advises`` at ``studio_code``, ``words_missing`` and ``too_long`` at ``words``).
    """
    transition.require(proposal, Verb.TRANSFER, actor=actor)
    words = clean_text(words)
    problems = too_long(words, "words") if words else [Problem("words_missing", "words")]
    if proposal.studio is not None and proposal.studio.code == studio_code:
        problems.append(Problem("studio_has_it", "studio_code"))
    problems += _advises(proposal, studio_code)
    studio = _chosen_studio(session, studio_code, problems)
    assignment = Assignment(reason=_by_hand(studio), words=words)
    return _hand_over(session, proposal, studio, assignment, verb=Verb.TRANSFER, actor=actor, at=at, calendar=calendar)


def adviser_of(proposal: Proposal) -> Studio | None:
    """Return the studio that owes a second opinion: it cannot decide meanwhile, or there would be no second one."""
    opinion = proposal.opinion
    return opinion.studio if opinion is not None and opinion.open else None


def end_assignment(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """Close the running assignment, if any. Written at once: the database allows one open assignment only."""
    for assignment in proposal.assignments:
        if assignment.ended_at is None:
            assignment.ended_at = max(at, assignment.assigned_at)
    session.flush()


def renew_promise(session: Session, proposal: Proposal, *, at: datetime, calendar: WorkCalendar) -> None:
    """Start the clock anew for what is taken up again, and see that somebody who is still there owes the answer."""
    proposal.decision_due_at = None
    if proposal.answered_at is None:
        proposal.answer_due_at = None
    promise(session, proposal, at=at, calendar=calendar)
    with session.no_autoflush:
        fresh = panel.seat_panel(session, proposal, at=at, today=at.astimezone(calendar.zone).date())
    session.flush()
    session.expire(proposal, ["reviewer"])
    notices.seated(session, proposal, fresh, at=at)


def _hand_over(
    session: Session,
    proposal: Proposal,
    studio: Studio,
    assignment: Assignment,
    *,
    verb: Verb,
    actor: Person | None,
    at: datetime,
    calendar: WorkCalendar,
) -> Assignment:
    if proposal.studio is not None:
        end_assignment(session, proposal, at=at)
    data = {"studio": facts.names_of(studio), "words": assignment.words}
    if proposal.studio is not None:
        data["from_studio"] = facts.names_of(proposal.studio)
    with session.no_autoflush:
        transition.move(session, proposal, verb, actor=actor, at=at, data=data)
        proposal.studio = studio
        panel.seat_panel(session, proposal, at=at, today=at.astimezone(calendar.zone).date())
        assignment.proposal, assignment.studio = proposal, studio
        assignment.assigned_by, assignment.assigned_at = actor, at
        promise(session, proposal, at=at, calendar=calendar, new_answer=True)
        session.add(assignment)
    session.flush()
    session.expire(proposal, ["reviewer"])
    notices.assigned(session, proposal, at=at, assignment=assignment)
    return assignment


def _chosen_studio(session: Session, code: str, problems: list[Problem]) -> Studio:
    studio = facts.studio_by_code(session, code)
    if studio is None:
        problems = [*problems, Problem("studio_unknown", "studio_code", {"code": code})]
    if problems or studio is None:
        raise InvalidInput(problems)
    return studio


def _advises(proposal: Proposal, code: str) -> list[Problem]:
    adviser = adviser_of(proposal)
    return [Problem("studio_advises", "studio_code")] if adviser is not None and adviser.code == code else []


def _by_hand(studio: Studio) -> dict[str, Any]:
    """The reason of a choice that a person made; who it was stands in the assignment."""
    return {"code": "by_hand", "params": {"studio": studio.code}, "names": {"studio": [facts.names_of(studio)]}}
