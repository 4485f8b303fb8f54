"""Asking the workers' congress about what concerns everybody, and writing down its answer.

The congress meets once or twice a year, and the author was promised a decision in days: so a referral changes
neither the state nor any date. The studio goes on owing its decision; it may accept what it can answer for, or put
off the rest until the session.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import CongressAnswer, CongressReferral, Person, Proposal, Verb
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, Problem, Stale
from studio.mail import notices
from studio.operations import transition

LONGEST_SESSION_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the congress said: ``words`` are needed for all but a plain yes; ``dealt_with_on`` is the session's day."""

    answer: CongressAnswer | None
    dealt_with_on: date | None
    words: str = ""


def refer_to_congress(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    question: str,
    session_name: str = "",
    meets_on: date | None = None,
    today: date | None = None,
) -> CongressReferral:
    """Put a question about a proposal to the workers' congress. ``today`` is the site's day, or that of ``at``.

    Raises NotAllowed, WrongState, and InvalidInput: ``referred_already`` while an answer is awaited,
    ``question_missing`` and ``too_long`` at ``question``, ``too_long`` at ``session_name``, and ``date_in_the_past``
    at ``meets_on``.
    """
    transition.require(proposal, Verb.REFER_TO_CONGRESS, actor=actor)
    question, session_name = clean_text(question), clean_text(session_name)
    problems = [Problem("referred_already")] if _open_of(proposal) else []
    problems += [Problem("question_missing", "question")] if not question else []
    problems += too_long(question, "question")
    problems += too_long(session_name, "session_name", LONGEST_SESSION_NAME)
    if meets_on is not None and meets_on < (today or at.date()):
        problems.append(Problem("date_in_the_past", "meets_on"))
    if problems:
        raise InvalidInput(problems)
    with session.no_autoflush:
        transition.move(session, proposal, Verb.REFER_TO_CONGRESS, actor=actor, at=at, data={"question": question})
        referral = CongressReferral(
            proposal=proposal, question=question, session_name=session_name, meets_on=meets_on, referred_by=actor
        )
        referral.referred_at = at
        session.add(referral)
    session.flush()
    notices.referred(session, proposal, referral, at=at)
    return referral


def record_congress_answer(
    session: Session,
    proposal: Proposal,
    resolution: Resolution,
    *,
    actor: Person,
    at: datetime,
    today: date | None = None,
) -> CongressReferral:
    """Write down what the congress said, once. ``today`` is the site's day, or that of ``at``.

    Raises NotAllowed (``own_proposal`` for an author), WrongState, Stale when nothing is awaited or a colleague was
    quicker, and InvalidInput: ``congress_answer_missing`` at ``answer``, ``day_missing`` and ``date_in_the_future``
    at ``dealt_with_on``, ``congress_words_missing`` and ``too_long`` at ``words``.
    """
    transition.require(proposal, Verb.RECORD_CONGRESS_ANSWER, actor=actor)
    referral = _open_of(proposal)
    if referral is None:
        raise Stale
    words = clean_text(resolution.words)
    if problems := _problems_of(resolution, words, today or at.date()):
        raise InvalidInput(problems)
    data = {"congress": resolution.answer.value if resolution.answer else "", **({"words": words} if words else {})}
    with session.no_autoflush:
        transition.move(session, proposal, Verb.RECORD_CONGRESS_ANSWER, actor=actor, at=at, data=data)
        referral.answer, referral.words = resolution.answer, words
        referral.dealt_with_on = resolution.dealt_with_on
        referral.recorded_by, referral.recorded_at = actor, at
    session.flush()
    notices.congress_answered(session, proposal, referral, at=at)
    return referral


def _open_of(proposal: Proposal) -> CongressReferral | None:
    return next((referral for referral in proposal.referrals if referral.open), None)


def _problems_of(resolution: Resolution, words: str, today: date) -> list[Problem]:
    problems = too_long(words, "words")
    if resolution.answer is None:
        problems.append(Problem("congress_answer_missing", "answer"))
    elif resolution.answer is not CongressAnswer.ADOPTED and not words:
        problems.append(Problem("congress_words_missing", "words"))
    if resolution.dealt_with_on is None:
        problems.append(Problem("day_missing", "dealt_with_on"))
    elif resolution.dealt_with_on > today:
        problems.append(Problem("date_in_the_future", "dealt_with_on"))
    return problems
