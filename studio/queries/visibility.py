"""The one visibility filter. Every list, search, count, export and mail uses it.

``studio.domain.permissions.reads_it`` says the same of a single proposal in hand; a test holds the two together.
"""

from sqlalchemy import ColumnElement, and_, false, or_, select

from models import Contributor, Person, Proposal, Role, Unit


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` may read.

    What was never submitted is seen by whoever wrote it alone; confidential proposals by the authors, the studio and
    the coordinator.
    """
    near_enough = or_(Proposal.confidential.is_(False), _closer_than_most(person))
    return or_(filed_by(person), and_(Proposal.submitted_at.is_not(None), near_enough))


def open_to_everybody() -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what every colleague may read: filed and not confidential."""
    return and_(Proposal.submitted_at.is_not(None), Proposal.confidential.is_(False))


def _closer_than_most(person: Person) -> ColumnElement[bool]:
    return or_(contributed_by(person), Proposal.studio_id.in_(sorted(person.studio_ids())), coordinated_by(person))


def contributed_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` has a share in.

    Written as a list of ids, which databases look up once and by an index; an EXISTS would be asked of every proposal.
    """
    return Proposal.id.in_(select(Contributor.proposal_id).where(Contributor.person_id == person.id))


def filed_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` filed, or somebody filed for him."""
    return or_(Proposal.submitter_id == person.id, Proposal.filed_by_id == person.id)


def coordinated_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` coordinates; what has no unit is everybody's."""
    unit_ids = sorted(grant.unit_id for grant in person.grants if grant.role is Role.COORDINATOR)
    if not unit_ids:
        return false()
    subtrees = select(Unit.id).where(or_(*(Unit.path.contains(f"/{unit_id}/") for unit_id in unit_ids)))
    return or_(Proposal.unit_id.is_(None), Proposal.unit_id.in_(subtrees))
