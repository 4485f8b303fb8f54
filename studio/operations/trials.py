"""Telling lead and authors that the last day of a trial has come, each once."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Proposal, ProposalState
from studio.mail import notices


def tell_that_it_is_over(session: Session, proposal: Proposal, *, at: datetime, today: date) -> bool:
    """Remind of a trial whose last day has come; False where there is none, or it was told already.

    Call it with the proposal's row locked: the moment and the mails are one transaction, so it is told once. The
    state stays: whether it goes on is for the lead to say.
    """
    decision = next((one for one in proposal.decisions if one.superseded_at is None), None)
    if decision is None or proposal.state is not ProposalState.TRIAL or decision.trial_told_at is not None:
        return False
    if decision.trial_ends_on is None or decision.trial_ends_on > today:
        return False
    decision.trial_told_at = at
    notices.trial_over(session, proposal, decision, at=at)
    return True
