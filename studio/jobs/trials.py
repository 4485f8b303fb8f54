"""Reminding lead and authors of trials whose last day has come."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from studio.operations import trials
from studio.queries import proposals
from studio.queries import trials as facts
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


def remind_of_due(session: Session, settings: Settings, *, at: datetime) -> int:
    """Tell of every trial that is over at the site's day, each in a transaction of its own; return how many."""
    today = at.astimezone(settings.zone).date()
    session.rollback()
    told = 0
    for number in facts.numbers_over(session, today=today):
        with writing(session):
            proposal = proposals.by_number(session, number, lock=True)
            done = proposal is not None and trials.tell_that_it_is_over(session, proposal, at=at, today=today)
        if done:
            log.info("proposal %s: its trial is over, lead and authors are told", number)
        told += done
    return told
