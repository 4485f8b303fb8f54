"""The one visibility filter. Every list, search, count, export and mail uses it.

``studio.domain.relations.reads_it`` says the same of a single proposal in hand; a test holds the two together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models import Contributor, Person, Proposal, Role, SecondOpinion, Unit

PersonId = int | ColumnElement[int]
"""Somebody's id, or the place for it in a statement that is made once for everybody."""
ME = bindparam("me", type_=Integer)
"""The place for the reader's id."""


@dataclass(frozen=True, slots=True)
class Reach:
    """All that decides what somebody may read: who he is, his studios, the units he coordinates, his office."""

    person_id: PersonId
    studio_ids: tuple[int, ...]
    coordinated_ids: tuple[int, ...]
    administers: bool = False


def reach_of(person: Person) -> Reach:
    """Return how far a person sees; equal for the same rights, so a statement can be kept by it."""
    coordinated = sorted({grant.unit_id for grant in person.grants if grant.role is Role.COORDINATOR})
    administers = person.has_role(Role.ADMINISTRATOR)
    return Reach(person.id, tuple(sorted(person.studio_ids())), tuple(coordinated), administers)


def rights_of(person: Person) -> Reach:
    """Return the same with a place for the id: equal for all of the same rights, so most people share one statement."""
    return replace(reach_of(person), person_id=ME)


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` may read.

    What was never submitted is seen by whoever wrote it alone; confidential proposals by the authors, the studio or
    team leader who has it, the studio that was asked for a second opinion, and the coordinator.
    """
    return within(reach_of(person))


def within(reach: Reach) -> ColumnElement[bool]:
    """Return the same condition for somebody of this reach."""
    near_enough = or_(
        Proposal.confidential.is_(False),
        contributed_by(reach.person_id),
        Proposal.team_leader_id == reach.person_id,
        Proposal.studio_id.in_(reach.studio_ids),
        coordinated_within(reach.coordinated_ids),
        _asked_for_an_opinion(reach.studio_ids),
    )
    return or_(filed_by(reach.person_id), and_(Proposal.submitted_at.is_not(None), near_enough))


def seen_by(session: Session, wanted: Mapping[Person, Collection[int]]) -> Mapping[int, frozenset[int]]:
    """Return what each of up to 100 people may read of the proposals wanted for him, by ids; one statement."""
    asked = [
        select(literal(person.id), Proposal.id).where(Proposal.id.in_(sorted(ids)), visible_to(person))
        for person, ids in wanted.items()
        if ids
    ]
    pairs = session.execute(union_all(*asked)).all() if asked else ()
    return {person.id: frozenset(i for reader, i in pairs if reader == person.id) for person in wanted}


def open_to_everybody() -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what every colleague may read: filed and not confidential."""
    return and_(Proposal.submitted_at.is_not(None), Proposal.confidential.is_(False))


def contributed_by(person_id: PersonId) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what somebody has a share in.

    Written as a list of ids, which databases look up once and by an index; an EXISTS would be asked of each row.
    """
    return Proposal.id.in_(select(Contributor.proposal_id).where(Contributor.person_id == person_id))


def filed_by(person_id: PersonId) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what somebody filed, or had filed for him."""
    return or_(Proposal.submitter_id == person_id, Proposal.filed_by_id == person_id)


def coordinated_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what ``person`` coordinates; what has no unit is everybody's."""
    return coordinated_within(reach_of(person).coordinated_ids)


def _asked_for_an_opinion(studio_ids: tuple[int, ...]) -> ColumnElement[bool]:
    if not studio_ids:
        return false()
    return Proposal.id.in_(select(SecondOpinion.proposal_id).where(SecondOpinion.studio_id.in_(studio_ids)))


def coordinated_within(unit_ids: tuple[int, ...]) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what comes from these units or below, or from nowhere."""
    if not unit_ids:
        return false()
    subtrees = select(Unit.id).where(or_(*(Unit.path.contains(f"/{unit_id}/") for unit_id in unit_ids)))
    return or_(Proposal.unit_id.is_(None), Proposal.unit_id.in_(subtrees))
