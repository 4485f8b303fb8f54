"""Passing on to a studio what a team leader had and did not settle in his days."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from models import ProposalState
from search_index.port import SearchEngine
from studio.domain.clock import chinese_calendar
from studio.domain.errors import DomainError
from studio.domain.routing import NO_EXPERIENCE, Experience
from studio.operations import team
from studio.queries import precedents, proposals
from studio.queries import team as facts
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


def pass_on_due(session: Session, settings: Settings, engine: SearchEngine, *, at: datetime) -> int:
    """Pass on everything whose time with the team is over; each in a transaction of its own."""
    session.rollback()
    return sum(_pass_on(session, number, settings, engine, at) for number in facts.out_of_time(session, at=at))


def _pass_on(session: Session, number: str, settings: Settings, engine: SearchEngine, at: datetime) -> bool:
    known = _experience(session, number, engine)
    try:
        with writing(session):
            proposal = proposals.by_number(session, number, lock=True)
            if proposal is None or proposal.state is not ProposalState.TEAM_CHECK:
                return False  # another worker or the leader was quicker
            calendar = chinese_calendar(settings.zone)
            team.pass_on(session, proposal, actor=None, at=at, calendar=calendar, experience=known)
    except DomainError as error:
        log.warning("proposal %s cannot be passed on to a studio: %s", number, error)
        return False
    log.info("proposal %s has been passed on to a studio", number)
    return True


def _experience(session: Session, number: str, engine: SearchEngine) -> Experience:
    """Return what the archive has that is like it, before anybody has to wait for the transaction."""
    proposal = proposals.by_number(session, number)
    return precedents.of_proposal(session, engine, proposal) if proposal else NO_EXPERIENCE
