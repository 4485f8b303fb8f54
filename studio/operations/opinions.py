"""A second opinion: what another studio thinks of a proposal, asked once by the author and binding nobody.

The proposal stays where it is, in state, studio and dates. Whoever decides hears the opinion and may take the
proposal up again. An appeal is something else: there another studio gets the proposal and decides anew.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import (
    Deadline,
    DeadlineNotice,
    DeadlineStep,
    Person,
    Proposal,
    Recommendation,
    SecondOpinion,
    Studio,
    StudioRole,
    Verb,
)
from studio.domain import workflow
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import TEXT_LIMIT, clean_text
from studio.domain.deadlines import is_news
from studio.domain.errors import InvalidInput, Problem, Stale
from studio.mail import notices
from studio.operations import transition
from studio.operations.deadlines import first_answer_due, take
from studio.operations.deciding import APPEAL_DAYS
from studio.queries import opinions, working_time
from studio.queries import routing as facts
from studio.queries.deadlines import nearest_coordinators, round_of, told


def request_opinion(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    question: str,
    calendar: WorkCalendar,
    studio_code: str = "",
) -> SecondOpinion:
    """Ask another studio what it thinks; without a code the one that fits best. It owes an answer as a first one is.

    What a studio has declined may be put to another. Raises NotAllowed, WrongState, and InvalidInput:
    ``opinion_asked_before``, ``opinion_too_late``, ``question_missing`` and ``too_long`` at ``question``, and at
    ``studio_code`` ``studio_missing``, ``studio_decides``, ``studio_declined``, ``studio_not_free``,
    ``studio_unknown``.
    """
    transition.require(proposal, Verb.REQUEST_OPINION, actor=actor)
    opinion = opinions.newest(session, proposal)
    if opinion is not None and not opinion.declined:
        raise InvalidInput([Problem("opinion_asked_before")])
    question = clean_text(question)
    problems = [*_too_late(proposal, at), *_text_problems(question, "question", "question_missing")]
    studio = _chosen(session, proposal, studio_code, problems)
    if problems or studio is None:
        raise InvalidInput(problems)
    return _put(session, proposal, opinion, studio, actor=actor, at=at, question=question, calendar=calendar)


def give_opinion(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    recommendation: Recommendation,
    words: str,
) -> SecondOpinion:
    """Say for one's studio what one thinks; everybody who reads the proposal reads it.

    Raises NotAllowed (``own_proposal``, ``own_studio`` for one of the deciding studio, ``own_team``), WrongState,
    Stale if a colleague was quicker, and InvalidInput (``opinion_missing`` and ``too_long`` at ``words``).
    """
    return _answer(session, proposal, Verb.GIVE_OPINION, recommendation, words, actor=actor, at=at)


def decline_opinion(session: Session, proposal: Proposal, *, actor: Person, at: datetime, words: str) -> SecondOpinion:
    """Say that one's studio gives no opinion, and why; otherwise like ``give_opinion``, with ``words_missing``."""
    return _answer(session, proposal, Verb.DECLINE_OPINION, None, words, actor=actor, at=at)


def remind_or_escalate(
    session: Session, proposal: Proposal, *, at: datetime, calendar: WorkCalendar
) -> DeadlineNotice | None:
    """Recall an opinion that is owed, as ``deadlines.remind_or_escalate`` recalls a first answer, each step once.

    Those who may give it are reminded and told when it is late, then the lead of their studio, then the coordinator.
    Call it with the proposal's row locked.
    """
    opinion = opinions.owed(proposal)
    times, rules = working_time.working_times(session, calendar), working_time.limits(session)
    step = opinions.step_due(proposal, times, rules, at=at)
    number = round_of(session, proposal, opinions.ROUNDS_BEGIN)
    if opinion is None or step is None or not is_news(step, told(session, proposal, Deadline.OPINION, number)):
        return None
    facts_of_it = {"round": number, "deadline": Deadline.OPINION, "due_at": opinion.due_at}
    notice = DeadlineNotice(proposal_id=proposal.id, step=step, at=at, **facts_of_it)
    take(session, proposal, notice, _addressees(session, proposal, opinion, step))
    return notice


def _addressees(session: Session, proposal: Proposal, opinion: SecondOpinion, step: DeadlineStep) -> Sequence[Person]:
    """Return who is told; where nobody there is free, those above."""
    free = opinions.advisers_by_studio(session, proposal).get(opinion.studio_id, ())
    members = [member for member in opinion.studio.memberships if member.person_id in free]
    if step is DeadlineStep.LEAD:
        members = [member for member in members if member.role is StudioRole.LEAD]
    if not members or step is DeadlineStep.COORDINATOR:
        return nearest_coordinators(session, proposal)
    return [member.person for member in members]


def _put(
    session: Session,
    proposal: Proposal,
    declined: SecondOpinion | None,
    studio: Studio,
    *,
    actor: Person,
    at: datetime,
    question: str,
    calendar: WorkCalendar,
) -> SecondOpinion:
    due_at = first_answer_due(session, proposal, studio.unit, at=at, calendar=calendar)
    data = {"studio": facts.names_of(studio), "question": question}
    with session.no_autoflush:
        event = transition.move(session, proposal, Verb.REQUEST_OPINION, actor=actor, at=at, data=data)
        opinion = declined or SecondOpinion(proposal=proposal)
        opinion.studio, opinion.deciding_studio_id = studio, proposal.studio_id or 0
        opinion.question, opinion.asked_by, opinion.asked_at, opinion.due_at = question, actor, at, due_at
        opinion.words = opinion.answered_by = opinion.answered_at = None
        session.add(opinion)
    session.flush()
    judges = opinions.advisers_by_studio(session, proposal).get(studio.id, ())
    notices.opinion_requested(session, proposal, opinion, event, judges, at=at)
    return opinion


def _answer(
    session: Session,
    proposal: Proposal,
    verb: Verb,
    recommendation: Recommendation | None,
    words: str,
    *,
    actor: Person,
    at: datetime,
) -> SecondOpinion:
    transition.require(proposal, verb, actor=actor)
    opinion = opinions.newest(session, proposal)
    if opinion is None or not opinion.open:
        raise Stale
    words = clean_text(words)
    missing = "words_missing" if recommendation is None else "opinion_missing"
    if problems := _text_problems(words, "words", missing):
        raise InvalidInput(problems)
    data: dict[str, Any] = {"studio": facts.names_of(opinion.studio)}
    data |= {"words": words} if recommendation is None else {"recommendation": recommendation.value}
    with session.no_autoflush:
        event = transition.move(session, proposal, verb, actor=actor, at=at, data=data)
        opinion.words, opinion.recommendation = words, recommendation
        opinion.answered_by, opinion.answered_at = actor, at
    session.flush()
    notices.opinion_answered(session, proposal, opinion, event, at=at)
    return opinion


def _too_late(proposal: Proposal, at: datetime) -> list[Problem]:
    """An answer that has been left standing for long is settled, as for an appeal."""
    decided = proposal.decided_at if proposal.state not in workflow.OPEN else None
    if decided is None or (at - decided).days < APPEAL_DAYS:
        return []
    return [Problem("opinion_too_late", params={"days": APPEAL_DAYS})]


def _chosen(session: Session, proposal: Proposal, code: str, problems: list[Problem]) -> Studio | None:
    """Return the studio to ask, or add why it cannot be asked."""
    askable = opinions.askable(session, proposal)
    code = code or opinions.best_fit(session, proposal, askable)
    found = next((studio for studio in askable if studio.code == code), None)
    if found is None:
        problems.append(Problem(_why_not(session, proposal, code), "studio_code"))
    return found


def _why_not(session: Session, proposal: Proposal, code: str) -> str:
    if not code:
        return "studio_missing"
    if proposal.studio is not None and proposal.studio.code == code:
        return "studio_decides"
    if code in opinions.declined_by(proposal):
        return "studio_declined"
    return "studio_not_free" if facts.studio_by_code(session, code) else "studio_unknown"


def _text_problems(text: str, field: str, missing: str) -> list[Problem]:
    if not text:
        return [Problem(missing, field)]
    if len(text) > TEXT_LIMIT:
        return [Problem("too_long", field, {"limit": TEXT_LIMIT, "length": len(text)})]
    return []
