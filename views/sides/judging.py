"""What its judges say, as far as this reader may know yet."""

from collections.abc import Sequence
from functools import cached_property

from models import PanelSeat, PreparedDecision, Review, Verb
from studio.domain import relations
from studio.domain.scoring import PanelResult
from studio.queries import prepared, reviews
from views import scales
from views.access import database
from views.sides.way import Way


class Judging(Way):
    """Scores, who is asked for them, and what is decided but not told."""

    @cached_property
    def own_review(self) -> Review | None:
        """What the reader gave himself."""
        return reviews.review_of(self.reader, self.proposal)

    @cached_property
    def reviews(self) -> Sequence[Review]:
        """The reviews this reader may see yet."""
        return reviews.reviews_shown_to(self.reader, self.record)

    @cached_property
    def hidden_reviews(self) -> int:
        """How many reviews there are that the reader may not see yet; only judges are told."""
        if not relations.reviews_it(self.reader, self.record):
            return 0
        return len(self.proposal.reviews) - len(self.reviews)

    @cached_property
    def asked(self) -> Sequence[PanelSeat]:
        """Who is asked to judge it; told to those who judge and the coordinator."""
        if not (self.reads_notes or relations.sits_on_its_panel(self.reader, self.record)):
            return []
        return [seat for seat in self.proposal.seats if seat.ended_at is None]

    @cached_property
    def given(self) -> int:
        """How many of those who are asked now have scored; what a former studio said is not counted against them."""
        return sum(seat.person_id in self.scorers for seat in self.asked)

    @cached_property
    def scorers(self) -> frozenset[int]:
        """Who has scored already."""
        return frozenset(review.reviewer_id for review in self.proposal.reviews)

    @cached_property
    def panel(self) -> PanelResult | None:
        """What the visible reviews come to."""
        return reviews.panel_of(self.reviews)

    @cached_property
    def scores(self) -> Sequence[scales.ScoreRow]:
        """The panel's criteria, drawn."""
        return scales.score_rows(self.panel, self.reviews) if self.panel else []

    @cached_property
    def prepared(self) -> PreparedDecision | None:
        """What is decided but not told: for those who may decide it, the coordinator, and judges who have scored."""
        unbiased = self.decisions_open or Verb.REVIEW not in self.verbs or self.own_review is not None
        if not (unbiased and relations.sees_prepared(self.reader, self.record)):
            return None
        return prepared.of(database(), self.proposal)
