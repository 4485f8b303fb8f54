"""The whole story of one proposal as a page to print and put on file; each part under its own rule of who reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from models import Criterion, Review
from studio.domain.scoring import review_score
from studio.queries.reviews import scores_of, weighed
from views import proposal_page
from views.access import signed_in

blueprint = Blueprint("whole_story", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """One review with what each of its criteria got, and what it comes to."""

    review: Review
    scores: Sequence[tuple[Criterion, int]]
    mean: str


@blueprint.get("/proposals/<number>/story")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """Show everything that this reader may know, from the first word to the checked benefit."""
    page = proposal_page.load(number)
    told = [_told(review) for review in page.reviews]
    return render_template("proposals/whole.html", page=page, proposal=page.proposal, told=told)


def _told(review: Review) -> Told:
    lines = sorted(review.scores, key=lambda score: (score.criterion.position, score.criterion_id))
    given: Mapping[str, int] = scores_of(review)
    mean = str(review_score([weighed(line.criterion) for line in lines], given)) if lines else ""
    return Told(review, [(line.criterion, line.score) for line in lines], mean)
