"""The one visibility filter. Every list, search, count, export and mail uses it.

``studio.domain.permissions.reads_it`` says the same of a single proposal in hand; a test holds the two together.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from models import Contributor, Person, Proposal, ProposalState, Role, Unit


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` may read.

    Drafts are their author's alone; confidential ones the authors', the studio's and the coordinator's.
    """
    filed_it = or_(Proposal.submitter_id == person.id, Proposal.filed_by_id == person.id)
    open_to_all = and_(Proposal.submitted_at.is_not(None), Proposal.confidential.is_(False))
    return or_(
        filed_it,
        and_(Proposal.state != ProposalState.DRAFT, or_(open_to_all, _closer_than_most(person))),
    )


def _closer_than_most(person: Person) -> ColumnElement[bool]:
    contributes = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == person.id)
    return or_(contributes, Proposal.studio_id.in_(sorted(person.studio_ids())), _coordinated_by(person))


def _coordinated_by(person: Person) -> ColumnElement[bool]:
    grants = [grant.unit for grant in person.grants if grant.role is Role.COORDINATOR]
    if not grants:
        return false()
    subtree = select(Unit.id).where(or_(*(Unit.path.like(f"{unit.path}%") for unit in grants)))
    return or_(Proposal.unit_id.is_(None), Proposal.unit_id.in_(subtree))
