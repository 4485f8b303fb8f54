"""What one person has filed and had a share in, and what became of it. For nobody but that person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Contributor, Decision, Outcome, Person, Proposal, ProposalState
from studio.domain.record import Deed
from studio.domain.stories import IN_USE

ADOPTED = frozenset({Outcome.ACCEPTED, Outcome.TRIAL})


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """One of somebody's proposals. ``private`` ones are not for a sheet that is handed around."""

    number: str
    title: str
    state: ProposalState
    private: bool
    deed: Deed


def of_person(session: Session, person: Person, zone: ZoneInfo) -> Sequence[OwnProposal]:
    """Return what a person filed or shares in, the newest first, with days in the site's time zone; one statement."""
    own = and_(Contributor.proposal_id == Proposal.id, Contributor.person_id == person.id)
    rows = session.execute(
        select(
            Proposal.number,
            Proposal.title,
            Proposal.state,
            Proposal.confidential,
            Proposal.anonymous,
            Proposal.submitted_at,
            Proposal.implemented_at,
            Proposal.verified_at,
            Proposal.checked_benefit,
            Decision.outcome,
            Decision.decided_at,
            Contributor.share,
        )
        .outerjoin(Contributor, own)
        .outerjoin(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .where(Proposal.submitted_at.is_not(None), or_(Proposal.submitter_id == person.id, Contributor.id.is_not(None)))
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
    )
    return [_own(row, zone) for row in rows]


def _own(row: Any, zone: ZoneInfo) -> OwnProposal:  # noqa: ANN401 - a row of the statement above
    used = row.state in IN_USE
    deed = Deed(
        filed_on=_day(row.submitted_at, zone),
        adopted_on=_day(row.decided_at, zone) if row.outcome in ADOPTED else None,
        used_on=_day(row.implemented_at, zone) if used else None,
        verified_on=_day(row.verified_at, zone) if row.verified_at else None,
        checked=row.checked_benefit if used else None,
        share=row.share,
    )
    return OwnProposal(row.number or "", row.title, row.state, row.confidential or row.anonymous, deed)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
