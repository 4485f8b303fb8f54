"""The sample's stories: what a coordinator chose to show to everybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import AttachmentRole, Contributor, Person, Proposal
from studio.operations import stories
from studio.operations.stories import Telling
from studio.queries.stories import photos_of
from studio.sample.factory import Cast, records


def tell(session: Session, at: datetime) -> None:
    """Tell every story of the sample; the first of the file stands in front of the others."""
    cast = Cast.from_files()
    people = {person.employee_no: person for person in session.scalars(select(Person)).unique()}
    rows = list(records("stories.jsonl"))
    proposals = _proposals(session, [row["key"] for row in rows])
    for row in reversed(rows):
        proposal = proposals[row["key"]]
        coordinator = people[cast.officer("coordinator", proposal.unit.code if proposal.unit else "")]
        stories.tell(session, proposal, _telling(proposal, row), actor=coordinator, at=at)


def _proposals(session: Session, keys: Sequence[str]) -> Mapping[str, Proposal]:
    statement = select(Proposal).where(Proposal.legacy_key.in_(keys))
    shares = selectinload(Proposal.contributors).joinedload(Contributor.person)
    found = session.scalars(statement.options(joinedload(Proposal.unit), shares, selectinload(Proposal.attachments)))
    return {proposal.legacy_key or "": proposal for proposal in found.unique()}


def _telling(proposal: Proposal, row: Mapping[str, Any]) -> Telling:
    before, after = (photos_of(proposal, role) for role in (AttachmentRole.BEFORE, AttachmentRole.AFTER))
    chosen = [photos[-1].id if photos else None for photos in (before, after)]
    return Telling(row["headline"], row["words"], *chosen)
