"""Taking up again what was put off until a day that has come."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Proposal, ProposalState
from studio.domain.clock import chinese_calendar
from studio.domain.errors import DomainError
from studio.operations import deciding
from studio.queries import proposals
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


def wake_up_due(session: Session, settings: Settings, *, at: datetime) -> int:
    """Wake every deferred proposal whose day has come in the site's time zone; each in a transaction of its own."""
    today = at.astimezone(settings.zone).date()
    session.rollback()
    numbers = session.scalars(
        select(Proposal.number)
        .where(Proposal.state == ProposalState.DEFERRED, Proposal.wake_up_on <= today, Proposal.number.is_not(None))
        .order_by(Proposal.id)
    ).all()
    return sum(_wake(session, str(number), settings, at) for number in numbers)


def _wake(session: Session, number: str, settings: Settings, at: datetime) -> bool:
    try:
        with writing(session):
            proposal = proposals.by_number(session, number, lock=True)
            if proposal is None or proposal.state is not ProposalState.DEFERRED:
                return False  # another worker or a person was quicker
            deciding.wake_up(session, proposal, actor=None, at=at, calendar=chinese_calendar(settings.zone))
    except DomainError as error:
        log.warning("proposal %s cannot be taken up again: %s", number, error)
        return False
    log.info("proposal %s is taken up again", number)
    return True
