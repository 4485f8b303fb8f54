"""A reviewer's own reviews, the scores beside his, and what became of what he refused. For himself alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import (
    Criterion,
    Decision,
    Event,
    Outcome,
    Person,
    Proposal,
    Recommendation,
    Review,
    ReviewScore,
)
from studio.domain import mirror, scoring, workflow
from studio.domain.mirror import Fate, Given, Later, Refused
from studio.queries.naming import Name
from studio.queries.review_visibility import reviews_open_to
from studio.queries.visibility import visible_to

MOST_REFUSED = 50
"""The newest ones; older ones are found with a shorter period."""
REFUSALS = (Outcome.DECLINED, Outcome.DEFERRED)


@dataclass(frozen=True, slots=True)
class Scores:
    """My scores and those of the others on the same proposals, and what criteria are called today."""

    given: Sequence[Given]
    names: Mapping[str, Name]


@dataclass(frozen=True, slots=True)
class Became:
    """Something I refused and what became of it; ``other`` is the number of what was filed later."""

    number: str
    title: str
    fate: Fate
    other: str = ""


def has_judged(session: Session, person: Person) -> bool:
    """Tell whether the person has ever scored anything."""
    return bool(session.scalar(select(exists().where(Review.reviewer_id == person.id))))


def scores(session: Session, person: Person, *, since: datetime | None) -> Scores:
    """Return the scores on the proposals that the person scored in the period; one statement."""
    mine = aliased(Review)
    scored = select(mine.proposal_id).where(mine.reviewer_id == person.id, *_since(mine.updated_at, since))
    statement = (
        select(Review.id, Review.proposal_id, Review.reviewer_id, Criterion, ReviewScore.score)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(ReviewScore, ReviewScore.review_id == Review.id)
        .join(Criterion, Criterion.id == ReviewScore.criterion_id)
        .where(Review.proposal_id.in_(scored), reviews_open_to(person))
        .order_by(Criterion.position, Criterion.id, Review.id)
    )
    given, newest = [], dict[str, Criterion]()
    for review_id, proposal_id, reviewer_id, criterion, score in session.execute(statement):
        newest[criterion.code] = max(newest.get(criterion.code, criterion), criterion, key=lambda one: one.id)
        weighed = scoring.Criterion(criterion.code, criterion.weight, criterion.lowest, criterion.highest)
        own, weight = reviewer_id == person.id, Fraction(criterion.weight)
        given.append(Given(review_id, proposal_id, own, criterion.code, weight, weighed.normalised(score)))
    return Scores(given, {code: Name(one.name_zh, one.name_en) for code, one in newest.items()})


def against_decisions(
    session: Session, person: Person, *, since: datetime | None
) -> Mapping[tuple[Recommendation, Outcome], int]:
    """Count what the person recommended against what was decided and holds; one statement."""
    statement = (
        select(Review.recommendation, Decision.outcome, func.count())
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .where(Review.reviewer_id == person.id, visible_to(person), *_since(Review.updated_at, since))
        .group_by(Review.recommendation, Decision.outcome)
    )
    return {(recommended, outcome): count for recommended, outcome, count in session.execute(statement)}


def count(session: Session, person: Person, *, since: datetime | None) -> int:
    """Return how many reviews the person gave in the period."""
    statement = select(func.count()).select_from(Review)
    return session.scalar(statement.where(Review.reviewer_id == person.id, *_since(Review.updated_at, since))) or 0


def what_became(session: Session, person: Person, *, since: datetime | None) -> Sequence[Became]:
    """Return what the person refused and did not stay so, the newest refusal first; two statements."""
    rows = session.execute(_refused(person, since)).all()
    later = _later(session, person, rows)
    found = []
    for row in rows:
        refused = Refused(row.id, row.state, row.refused_at, row.revived_at)
        others = later[row.id]
        fate = mirror.fate_of(refused, [Later(one.state, bool(one.checked_benefit)) for one in others])
        if fate is not None:
            best = max(others, key=lambda one: bool(one.checked_benefit), default=None)
            found.append(Became(row.number, row.title, fate, best.number if best else ""))
    return found


def _since(moment: ColumnElement[Any] | Any, since: datetime | None) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - a column of an alias
    return (moment >= since,) if since is not None else ()


def _refused(person: Person, since: datetime | None) -> Any:  # noqa: ANN401 - a statement with five columns
    advised = select(Review.proposal_id, Review.updated_at.label("at")).where(
        Review.reviewer_id == person.id,
        Review.recommendation == Recommendation.DECLINE,
        *_since(Review.updated_at, since),
    )
    decided = select(Decision.proposal_id, Decision.decided_at.label("at")).where(
        Decision.decided_by_id == person.id, Decision.outcome.in_(REFUSALS), *_since(Decision.decided_at, since)
    )
    both = advised.union_all(decided).subquery()
    first = select(both.c.proposal_id, func.min(both.c.at).label("refused_at")).group_by(both.c.proposal_id).subquery()
    revived = (
        select(func.min(Event.at))
        .where(
            Event.proposal_id == Proposal.id, Event.verb.in_(sorted(workflow.REVIVALS)), Event.at > first.c.refused_at
        )
        .correlate(Proposal, first)
        .scalar_subquery()
    )
    columns = (Proposal.id, Proposal.number, Proposal.title, Proposal.state, Proposal.submitter_id)
    return (
        select(*columns, Proposal.duplicate_of_id, first.c.refused_at, revived.label("revived_at"))
        .join(first, first.c.proposal_id == Proposal.id)
        .where(visible_to(person))
        .order_by(first.c.refused_at.desc(), Proposal.id.desc())
        .limit(MOST_REFUSED)
    )


def _later(session: Session, person: Person, rows: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    """Return, for each refused one, what others filed later in the same matter and was taken.

    The same matter is what a repeat was found of, or what has the very same title.
    """
    ids, titles = [row.id for row in rows], [row.title for row in rows]
    originals = [row.duplicate_of_id for row in rows if row.duplicate_of_id is not None]
    columns = (Proposal.id, Proposal.number, Proposal.title, Proposal.state, Proposal.submitted_at)
    alike = or_(Proposal.title.in_(titles), Proposal.duplicate_of_id.in_(ids), Proposal.id.in_(originals))
    statement = (
        select(*columns, Proposal.duplicate_of_id, Proposal.checked_benefit, Proposal.submitter_id)
        .where(alike, Proposal.state.in_(sorted(mirror.YES)), visible_to(person))
        .order_by(Proposal.id)
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for other in session.execute(statement):
        for row in rows:
            same = other.title == row.title or other.duplicate_of_id == row.id or other.id == row.duplicate_of_id
            by_others = other.submitter_id is None or other.submitter_id != row.submitter_id
            if same and by_others and other.id != row.id and other.submitted_at > row.refused_at:
                found[row.id].append(other)
    return found
