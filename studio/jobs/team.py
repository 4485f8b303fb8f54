"""Passing on to a studio what a team leader had and did not settle in his days."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from models import ProposalState
from studio.domain.clock import chinese_calendar
from studio.domain.errors import DomainError
from studio.operations import team
from studio.queries import proposals
from studio.queries import team as facts
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


def pass_on_due(session: Session, settings: Settings, *, at: datetime) -> int:
    """Pass on everything whose time with the team is over; each in a transaction of its own."""
    session.rollback()
    return sum(_pass_on(session, number, settings, at) for number in facts.out_of_time(session, at=at))


def _pass_on(session: Session, number: str, settings: Settings, at: datetime) -> bool:
    try:
        with writing(session):
            proposal = proposals.by_number(session, number, lock=True)
            if proposal is None or proposal.state is not ProposalState.TEAM_CHECK:
                return False  # another worker or the leader was quicker
            team.pass_on(session, proposal, actor=None, at=at, calendar=chinese_calendar(settings.zone))
    except DomainError as error:
        log.warning("proposal %s cannot be passed on to a studio: %s", number, error)
        return False
    log.info("proposal %s has been passed on to a studio", number)
    return True
