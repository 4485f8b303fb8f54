"""Which reviews somebody may read yet, as a condition: the same rule as ``studio.queries.reviews.may_see_reviews``.

A test holds the two together.
"""

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased

from models import Contributor, Decision, PanelSeat, Person, Proposal, Review, StudioRole
from studio.domain import workflow
from studio.queries.panel import JUDGES, too_near
from studio.queries.visibility import coordinated_by, visible_to


def reviews_open_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on Review joined with Proposal that keeps what ``person`` may read now."""
    given = aliased(Review)
    own = exists().where(given.proposal_id == Proposal.id, given.reviewer_id == person.id).correlate(Proposal)
    sits = exists().where(
        PanelSeat.proposal_id == Proposal.id, PanelSeat.person_id == person.id, PanelSeat.ended_at.is_(None)
    )
    leads = and_(Proposal.studio_id.in_(sorted(person.studio_ids(StudioRole.LEAD))), ~too_near(person.unit_id))
    judges = and_(Proposal.studio_id.in_(sorted(person.studio_ids(*JUDGES))), ~too_near(person.unit_id))
    looks_on = and_(coordinated_by(person), ~func.coalesce(judges, False))
    early = and_(~_wrote(person), or_(own, and_(leads, ~sits), looks_on))
    return and_(visible_to(person), or_(Review.reviewer_id == person.id, _settled(), early))


def _settled() -> ColumnElement[bool]:
    decided = exists().where(Decision.proposal_id == Proposal.id)
    return and_(Proposal.state.not_in(sorted(workflow.OPEN)), decided)


def _wrote(person: Person) -> ColumnElement[bool]:
    shares = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == person.id)
    return or_(func.coalesce(Proposal.submitter_id, 0) == person.id, shares)
