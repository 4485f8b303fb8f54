"""Trials whose last day has come and of which nobody was told yet."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import Decision, Proposal, ProposalState


def numbers_over(session: Session, *, today: date) -> Sequence[str]:
    """Return the numbers of such proposals, the trial that ended first before all others."""
    current = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    over = (Decision.trial_ends_on <= today, Decision.trial_told_at.is_(None))
    statement = select(Proposal.number).join(Decision, current).where(Proposal.state == ProposalState.TRIAL, *over)
    wanted = statement.where(Proposal.number.is_not(None)).order_by(Decision.trial_ends_on, Proposal.id)
    return [str(number) for number in session.scalars(wanted)]
