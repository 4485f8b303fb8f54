"""What one person has filed and had a share in, and what became of it. For nobody but that person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Subquery, and_, case, func, select, union
from sqlalchemy.orm import Session

from models import Contributor, Decision, Outcome, Person, Proposal, ProposalState
from studio.domain.points import Course, Earned, earned, part
from studio.domain.record import Deed
from studio.domain.shares import WHOLE
from studio.domain.stories import IN_USE

ADOPTED = frozenset({Outcome.ACCEPTED, Outcome.TRIAL})
ADMISSIBLE = ADOPTED | {Outcome.DEFERRED, Outcome.DECLINED}
WORTHLESS = frozenset({ProposalState.INADMISSIBLE, ProposalState.DUPLICATE, ProposalState.WITHDRAWN})
"""Whatever was answered before: the points of a repeat are its original's."""


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """One of somebody's proposals. ``private`` ones are not for a sheet that is handed around."""

    number: str
    title: str
    state: ProposalState
    private: bool
    deed: Deed


def of_person(session: Session, person: Person, zone: ZoneInfo) -> Sequence[OwnProposal]:
    """Return what a person filed or shares in, the newest first, with days in the site's time zone; two statements."""
    own = and_(Contributor.proposal_id == Proposal.id, Contributor.person_id == person.id)
    theirs = union(
        select(Proposal.id).where(Proposal.submitter_id == person.id),
        select(Contributor.proposal_id).where(Contributor.person_id == person.id),
    )
    answers = _first_answers(theirs)
    rows = session.execute(
        select(
            Proposal.id,
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
            answers.c.answered_at,
            answers.c.waits_at,
        )
        .outerjoin(Contributor, own)
        .outerjoin(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .outerjoin(answers, answers.c.proposal_id == Proposal.id)
        .where(Proposal.submitted_at.is_not(None), Proposal.id.in_(theirs))
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
    )
    parts = _parts(session, theirs, person)
    return [_own(row, parts.get(row.id, ALONE), zone) for row in rows]


Parts = tuple[Sequence[int], int | None]
"""All shares of a proposal, in their order, and the row of the person's own, if he has one."""
ALONE: Parts = ((WHOLE,), 0)
"""What nobody shares belongs to whoever filed it."""


def _first_answers(proposals: CompoundSelect[int]) -> Subquery:
    """Say when each proposal was first answered as admissible, and first told to wait; what is over counts too."""
    waits = case((Decision.outcome == Outcome.DEFERRED, Decision.decided_at))
    return (
        select(
            Decision.proposal_id,
            func.min(Decision.decided_at).label("answered_at"),
            func.min(waits).label("waits_at"),
        )
        .where(Decision.proposal_id.in_(proposals), Decision.outcome.in_(ADMISSIBLE))
        .group_by(Decision.proposal_id)
        .subquery()
    )


def _parts(session: Session, proposals: CompoundSelect[int], person: Person) -> dict[int, Parts]:
    rows = session.execute(
        select(Contributor.proposal_id, Contributor.person_id, Contributor.share)
        .where(Contributor.proposal_id.in_(proposals))
        .order_by(Contributor.proposal_id, Contributor.position, Contributor.id)
    )
    found: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
    for proposal_id, person_id, share in rows:
        found[proposal_id].append((person_id, share))
    return {
        proposal_id: (
            [share for _, share in given],
            next((row for row, (who, _) in enumerate(given) if who == person.id), None),
        )
        for proposal_id, given in found.items()
    }


def _own(row: Any, parts: Parts, zone: ZoneInfo) -> OwnProposal:  # noqa: ANN401 - a row of the statement above
    used = row.state in IN_USE
    deed = Deed(
        filed_on=_day(row.submitted_at, zone),
        adopted_on=_day(row.decided_at, zone) if row.outcome in ADOPTED else None,
        used_on=_day(row.implemented_at, zone) if used else None,
        verified_on=_day(row.verified_at, zone) if row.verified_at else None,
        checked=row.checked_benefit if used else None,
        share=row.share,
    )
    deed = replace(deed, earned=_earned(row, deed, parts, zone))
    return OwnProposal(row.number or "", row.title, row.state, row.confidential or row.anonymous, deed)


def _earned(row: Any, deed: Deed, parts: Parts, zone: ZoneInfo) -> tuple[Earned, ...]:  # noqa: ANN401 - the same row
    shares, mine = parts
    if mine is None or row.state in WORTHLESS:
        return ()
    answered_on, waits_on = (_day(at, zone) if at else None for at in (row.answered_at, row.waits_at))
    return part(earned(Course(answered_on, waits_on, deed.used_on, deed.checked)), shares, mine)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
