"""The reviews of one studio in a period, piece by piece, as somebody may take them home as a table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from models import (
    Assignment,
    Criterion,
    Decision,
    Event,
    Kind,
    Outcome,
    Person,
    Proposal,
    Recommendation,
    Review,
    ReviewExport,
    ReviewScore,
    Role,
    Studio,
    StudioRole,
    Unit,
)
from studio.domain import scoring
from studio.domain.scoring import Grade
from studio.queries.deadlines import ROUNDS_BEGIN
from studio.queries.naming import Name, named
from studio.queries.people import by_name_only
from studio.queries.review_visibility import reviews_open_to
from studio.queries.working_time import WorkingTimes

PIECE = 200
"""So many reviews are read at a time; more would only cost memory."""
EXPORTS_SHOWN = 20

Column = tuple[str, int, int]
"""A criterion by its code and scale: scores on different scales do not belong under one heading."""


@dataclass(frozen=True, slots=True)
class Period:
    """Which reviews: of one studio, changed last in [start, end)."""

    studio_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review. ``answer_time`` is the studio's working time until its first answer; ``round`` counts from 1."""

    number: str
    title: str
    kind: Name | None
    filed_at: datetime | None
    reviewer: Name
    employee_no: str
    scores: Mapping[Column, int]
    mean: Decimal | None
    grade: Grade | None
    recommendation: Recommendation
    comment: str
    round: int
    reviewed_at: datetime
    answer_time: timedelta | None
    outcome: Outcome | None
    decided_at: datetime | None


def exportable(session: Session, person: Person) -> Sequence[Studio]:
    """Return the studios whose reviews the person may export: the rule of ``permissions.exports_reviews_of``."""
    roles = (Role.COORDINATOR, Role.ADMINISTRATOR)
    over = [grant.unit_id for grant in person.grants if grant.role in roles]
    below = select(Unit.id).where(or_(false(), *(Unit.path.contains(f"/{unit_id}/") for unit_id in over)))
    led = Studio.id.in_(sorted(person.studio_ids(StudioRole.LEAD)))
    return session.scalars(select(Studio).where(or_(led, Studio.unit_id.in_(below))).order_by(Studio.code)).all()


def exports_of(session: Session, studio_ids: Sequence[int]) -> Sequence[ReviewExport]:
    """Return who exported reviews of these studios, the last first."""
    statement = select(ReviewExport).where(ReviewExport.studio_id.in_(studio_ids))
    names = (joinedload(ReviewExport.person).options(*by_name_only()), joinedload(ReviewExport.studio))
    newest = statement.order_by(ReviewExport.at.desc(), ReviewExport.id.desc()).limit(EXPORTS_SHOWN)
    return session.scalars(newest.options(*names)).unique().all()


def columns(session: Session, person: Person, period: Period) -> Mapping[Column, Name]:
    """Return the criteria that were scored in the period, in the order of the rubric, by their newest names."""
    statement = (
        select(Criterion)
        .where(
            Criterion.id.in_(
                _kept(select(ReviewScore.criterion_id), person, period).join(
                    ReviewScore, ReviewScore.review_id == Review.id
                )
            )
        )
        .order_by(Criterion.position, Criterion.id)
    )
    return {(one.code, one.lowest, one.highest): Name(one.name_zh, one.name_en) for one in session.scalars(statement)}


def rows(session: Session, person: Person, period: Period, times: WorkingTimes) -> Iterator[ReviewRow]:
    """Yield the reviews that the person may read yet, in the order in which they were made; two statements a piece."""
    last = 0
    while True:
        statement = _kept(_described(), person, period).where(Review.id > last).order_by(Review.id).limit(PIECE)
        piece = session.execute(statement).all()
        scores = _scores(session, [row.id for row in piece])
        for row in piece:
            yield _row(row, scores[row.id], times)
        if len(piece) < PIECE:
            return
        last = piece[-1].id


def _kept(statement: Select[Any], person: Person, period: Period) -> Select[Any]:
    of_studio = func.coalesce(Review.studio_id, Proposal.studio_id) == period.studio_id
    in_time = and_(Review.updated_at >= period.start, Review.updated_at < period.end)
    joined = statement.select_from(Review).join(Proposal, Proposal.id == Review.proposal_id)
    return joined.where(of_studio, in_time, reviews_open_to(person))


def _described() -> Select[Any]:
    """The outer joins are told as subqueries, so that the statement stays one row a review."""
    decision, reviewer = aliased(Decision), aliased(Person)
    held = select(decision).where(decision.proposal_id == Proposal.id, decision.superseded_at.is_(None))
    return select(
        Review.id,
        Proposal.number,
        Proposal.title,
        _of(Kind.name_zh, Kind.id == Proposal.kind_id).label("kind_zh"),
        _of(Kind.name_en, Kind.id == Proposal.kind_id).label("kind_en"),
        Proposal.submitted_at,
        _of(reviewer.name, reviewer.id == Review.reviewer_id).label("reviewer_zh"),
        _of(reviewer.name_en, reviewer.id == Review.reviewer_id).label("reviewer_en"),
        _of(reviewer.employee_no, reviewer.id == Review.reviewer_id).label("employee_no"),
        Review.recommendation,
        Review.comment,
        Review.updated_at,
        Proposal.answered_at,
        held.with_only_columns(decision.outcome).correlate(Proposal).scalar_subquery().label("outcome"),
        held.with_only_columns(decision.decided_at).correlate(Proposal).scalar_subquery().label("decided_at"),
        _rounds().label("rounds"),
        _assigned_at().label("assigned_at"),
        _of(Unit.path, and_(Unit.id == Studio.unit_id, Studio.id == Review.studio_id)).label("path"),
    )


def _of(column: Any, condition: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a column of an alias
    return select(column).where(condition).correlate(Proposal, Review).scalar_subquery()


def _rounds() -> Any:  # noqa: ANN401 - a scalar subquery
    begun = (Event.proposal_id == Proposal.id, Event.verb.in_(sorted(ROUNDS_BEGIN)), Event.at <= Review.updated_at)
    return select(func.count()).select_from(Event).where(*begun).correlate(Proposal, Review).scalar_subquery()


def _assigned_at() -> Any:  # noqa: ANN401 - a scalar subquery
    """When the studio that gave the first answer got the proposal."""
    held = (Assignment.proposal_id == Proposal.id, Assignment.assigned_at <= Proposal.answered_at)
    return select(func.max(Assignment.assigned_at)).where(*held).correlate(Proposal).scalar_subquery()


def _scores(session: Session, review_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Criterion, int]]]:
    statement = (
        select(ReviewScore.review_id, Criterion, ReviewScore.score)
        .join(Criterion, Criterion.id == ReviewScore.criterion_id)
        .where(ReviewScore.review_id.in_(review_ids))
    )
    found: defaultdict[int, list[tuple[Criterion, int]]] = defaultdict(list)
    for review_id, criterion, score in session.execute(statement):
        found[review_id].append((criterion, score))
    return found


def _row(row: Any, scores: Sequence[tuple[Criterion, int]], times: WorkingTimes) -> ReviewRow:  # noqa: ANN401 - a row of _described
    rubric = [scoring.Criterion(one.code, one.weight, one.lowest, one.highest) for one, _ in scores]
    mean = scoring.review_score(rubric, {one.code: score for one, score in scores}) if scores else None
    known = row.assigned_at is not None and row.answered_at is not None
    return ReviewRow(
        number=row.number or "",
        title=row.title,
        kind=named(row.kind_zh, row.kind_en),
        filed_at=row.submitted_at,
        reviewer=Name(row.reviewer_zh, row.reviewer_en),
        employee_no=row.employee_no,
        scores={(one.code, one.lowest, one.highest): score for one, score in scores},
        mean=mean,
        grade=scoring.DEFAULT_BANDS.grade(mean) if mean is not None else None,
        recommendation=row.recommendation,
        comment=row.comment,
        round=max(1, row.rounds),
        reviewed_at=row.updated_at,
        answer_time=times.calendar_at(row.path).working_time_between(row.assigned_at, row.answered_at)
        if known
        else None,
        outcome=row.outcome,
        decided_at=row.decided_at,
    )
