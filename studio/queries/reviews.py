"""The rubric, and which reviews of a proposal a reader may see yet."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy.orm import Session

from models import Criterion, Person, Proposal, Review, RubricVersion
from studio.domain import relations, scoring, workflow
from studio.queries import rubrics


def rubric_for(session: Session, proposal: Proposal) -> RubricVersion:
    """Return the version by which the proposal is scored now, with criteria and levels.

    The first review settles it, so that a panel stays comparable; until then it is the newest of its kind's rubric.
    """
    first = min(proposal.reviews, key=lambda review: review.id, default=None)
    if first is not None:
        return rubrics.version_by_id(session, first.rubric_version_id)
    return rubrics.newest_for_kind(session, proposal.kind_id)


def is_scored_as_before(session: Session, proposal: Proposal) -> bool:
    """Tell whether a proposal without reviews would be scored by another version than this one with its reviews."""
    newest = rubrics.newest_id_for_kind(session, proposal.kind_id)
    return any(review.rubric_version_id != newest for review in proposal.reviews)


def review_of(person: Person, proposal: Proposal) -> Review | None:
    """Return the person's own review of the proposal."""
    return next((review for review in proposal.reviews if review.reviewer_id == person.id), None)


def may_see_reviews(person: Person, proposal: Proposal) -> bool:
    """Tell whether the person may read others' reviews of it yet.

    Once it is decided everybody who reads the proposal may, its authors too. Before that only those who judge it,
    and of them a reviewer after giving his own: first scores stay independent. Whoever decides without being
    asked to score reads them as they come.
    """
    if proposal.state not in workflow.OPEN and proposal.decisions:
        return True
    if relations.is_author(person, proposal):
        return False
    if review_of(person, proposal) is not None:
        return True
    if relations.decides_it(person, proposal) and not relations.sits_on_its_panel(person, proposal):
        return True
    return relations.coordinates_it(person, proposal) and not relations.reviews_it(person, proposal)


def reviews_shown_to(person: Person, proposal: Proposal) -> Sequence[Review]:
    """Return the reviews the person may read now, oldest first; one's own is always among them."""
    if may_see_reviews(person, proposal):
        return proposal.reviews
    return [review for review in proposal.reviews if review.reviewer_id == person.id]


def scores_of(review: Review) -> Mapping[str, int]:
    """Return a review's scores by criterion code."""
    return {score.criterion.code: score.score for score in review.scores}


def panel_of(reviews: Sequence[Review]) -> scoring.PanelResult | None:
    """Return what reviews come to, over the criteria that all of them scored; None without any.

    The rubric is the reviews' own, not today's: a criterion added later must not spoil old scores.
    """
    criteria = {score.criterion.code: score.criterion for review in reviews for score in review.scores}
    given = [scores_of(review) for review in reviews]
    shared = [
        criterion
        for criterion in sorted(criteria.values(), key=lambda found: (found.position, found.id))
        if all(criterion.code in scores for scores in given)
    ]
    if not shared:
        return None
    points = tuple(tuple(scores[criterion.code] for criterion in shared) for scores in given)
    return _come_to(tuple(weighed(criterion) for criterion in shared), points)


@lru_cache(maxsize=1024)
def _come_to(rubric: tuple[scoring.Criterion, ...], points: tuple[tuple[int, ...], ...]) -> scoring.PanelResult | None:
    """Return what scores in the order of the rubric come to; the same ones are reckoned with exact fractions once."""
    codes = [criterion.code for criterion in rubric]
    return scoring.panel_result(rubric, [dict(zip(codes, one, strict=True)) for one in points])


def weighed(criterion: Criterion) -> scoring.Criterion:
    """Return a criterion as the rules of scoring see it."""
    return scoring.Criterion(criterion.code, criterion.weight, criterion.lowest, criterion.highest)
