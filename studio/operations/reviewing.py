"""What the studio and the author say to each other before the decision, and what anybody says besides."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    Comment,
    CommentVisibility,
    Criterion,
    InformationRequest,
    Person,
    Proposal,
    Recommendation,
    Review,
    ReviewScore,
    Verb,
)
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, Problem
from studio.mail import notices
from studio.operations import mentions, transition
from studio.operations.deadlines import extend
from studio.queries import reviews

ROUNDS = 2
"""A studio may ask the author for more so many times, then it has to decide."""


def review(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    scores: Mapping[str, int],
    recommendation: Recommendation,
    comment: str,
    seen_version: int | None = None,
) -> Review:
    """Keep one reviewer's opinion; a later one of the same person replaces it, and the timeline keeps both.

    ``scores`` are whole numbers by criterion code, one for each criterion of the proposal's rubric and on its scale;
    ``seen_version`` is the id of the rubric's version that the reviewer read. Raises NotAllowed, WrongState, and
    InvalidInput: ``score_missing`` and ``score_out_of_range`` at the criterion's code, ``criterion_unknown`` for
    other criteria than the rubric's or another version of it, ``too_long`` at ``comment``.
    """
    transition.require(proposal, Verb.REVIEW, actor=actor)
    version = reviews.rubric_for(session, proposal)
    criteria = version.criteria
    comment = clean_text(comment)
    problems = [*_score_problems(criteria, scores), *too_long(comment, "comment")]
    if seen_version not in {None, version.id}:
        problems.append(Problem("criterion_unknown"))
    if problems:
        raise InvalidInput(problems)
    opinion = next((present for present in proposal.reviews if present.reviewer_id == actor.id), None)
    with session.no_autoflush:
        if opinion is None:
            opinion = Review(proposal=proposal, reviewer=actor, created_at=at)
            session.add(opinion)
        opinion.studio, opinion.recommendation, opinion.comment = proposal.studio, recommendation, comment
        opinion.updated_at, opinion.rubric_version = at, version
        _set_scores(opinion, criteria, scores)
    data = {
        "scores": dict(scores),
        "rubric_version": version.id,
        "recommendation": recommendation.value,
        "comment": comment,
    }
    transition.move(session, proposal, Verb.REVIEW, actor=actor, at=at, data=data)
    session.flush()  # the next review of the proposal looks at this one's row
    return opinion


def request_information(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, question: str
) -> InformationRequest:
    """Ask the author for more; the clock stands still until the answer.

    Raises NotAllowed, WrongState, and InvalidInput: ``question_missing`` and ``too_long`` at ``question``,
    ``too_many_rounds`` after the second round.
    """
    transition.require(proposal, Verb.REQUEST_INFORMATION, actor=actor)
    question = _written(question, "question")
    # What the team leader asked is not counted against the studio.
    rounds = [e for e in proposal.events if e.verb is Verb.REQUEST_INFORMATION and e.old_state is proposal.state]
    if len(rounds) >= ROUNDS:
        raise InvalidInput([Problem("too_many_rounds", params={"limit": ROUNDS})])
    request = InformationRequest(proposal=proposal, asked_by=actor, question=question, asked_at=at)
    session.add(request)
    transition.move(session, proposal, Verb.REQUEST_INFORMATION, actor=actor, at=at, data={"question": question})
    session.flush()
    notices.information_requested(session, proposal, request, at=at)
    return request


def answer_information_request(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, answer: str, calendar: WorkCalendar
) -> InformationRequest:
    """Answer the open question; both due dates move by the working time that the author took.

    Raises NotAllowed, WrongState, and InvalidInput (``answer_missing`` and ``too_long`` at ``answer``).
    """
    transition.require(proposal, Verb.ANSWER_INFORMATION_REQUEST, actor=actor)
    answer = _written(answer, "answer")
    request = next(asked for asked in proposal.information_requests if asked.answered_at is None)
    request.answer, request.answered_by, request.answered_at = answer, actor, at
    transition.move(session, proposal, Verb.ANSWER_INFORMATION_REQUEST, actor=actor, at=at, data={"answer": answer})
    extend(session, proposal, (request.asked_at, max(at, request.asked_at)), calendar=calendar)
    session.flush()
    notices.information_answered(session, proposal, request, at=at)
    return request


def comment(session: Session, proposal: Proposal, *, actor: Person, at: datetime, body: str) -> Comment:
    """Say something to all who may read the proposal, and tell those who are named in it (``@name`` or ``@number``).

    A second click says nothing twice. Raises NotAllowed, WrongState, and InvalidInput (``body_missing``, ``too_long``
    and those of ``mentions.named_in``, all at ``body``).
    """
    return _say(session, proposal, Verb.COMMENT, CommentVisibility.COMMENT, actor=actor, at=at, body=body)


def note(session: Session, proposal: Proposal, *, actor: Person, at: datetime, body: str) -> Comment:
    """Leave a note that only those who judge the proposal read; otherwise like ``comment``."""
    return _say(session, proposal, Verb.NOTE, CommentVisibility.NOTE, actor=actor, at=at, body=body)


def _say(
    session: Session,
    proposal: Proposal,
    verb: Verb,
    visibility: CommentVisibility,
    *,
    actor: Person,
    at: datetime,
    body: str,
) -> Comment:
    transition.require(proposal, verb, actor=actor)
    body = _written(body, "body")
    last = proposal.comments[-1] if proposal.comments else None
    if last is not None and (last.author_id, last.visibility, last.body) == (actor.id, visibility, body):
        return last
    named = mentions.named_in(session, proposal, body, visibility, actor=actor)
    said = Comment(proposal=proposal, author=actor, visibility=visibility, body=body, created_at=at)
    session.add(said)
    transition.move(session, proposal, verb, actor=actor, at=at)
    mentions.keep(session, said, named, at=at)
    mentions.see(session, proposal, actor=actor, at=at)
    return said


def _written(text: str, field: str) -> str:
    """Return the text cleaned. Raises InvalidInput when nothing, or too much, is written."""
    text = clean_text(text)
    problems = too_long(text, field) if text else [Problem(f"{field}_missing", field)]
    if problems:
        raise InvalidInput(problems)
    return text


def _score_problems(criteria: Sequence[Criterion], scores: Mapping[str, int]) -> list[Problem]:
    codes = [criterion.code for criterion in criteria]
    missing = [Problem("score_missing", code) for code in codes if code not in scores]
    outside = [
        Problem("score_out_of_range", one.code, {"lowest": one.lowest, "highest": one.highest})
        for one in criteria
        if one.code in scores and not (type(scores[one.code]) is int and one.lowest <= scores[one.code] <= one.highest)
    ]
    unknown = [Problem("criterion_unknown")] if scores.keys() - set(codes) else []
    return [*missing, *outside, *unknown]


def _set_scores(opinion: Review, criteria: Sequence[Criterion], scores: Mapping[str, int]) -> None:
    """Write the scores into the review, keeping the rows that are there."""
    present = {score.criterion_id: score for score in opinion.scores}
    rows = [present.get(criterion.id) or ReviewScore(criterion=criterion) for criterion in criteria]
    for row, criterion in zip(rows, criteria, strict=True):
        row.score = scores[criterion.code]
    opinion.scores = rows
