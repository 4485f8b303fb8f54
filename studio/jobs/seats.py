"""Finding others for judges who are away or have left, and for seats never given: nothing waits for an empty chair."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from models import Proposal
from studio.operations import panel
from studio.queries import panel as facts
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


def fill_empty_seats(session: Session, settings: Settings, *, at: datetime) -> int:
    """Fill the seats of every open proposal that has an empty one, each in a transaction of its own; return how many.

    A seat that is filled is not empty any more, so two workers at once, or one that was killed, do nothing twice.
    """
    today = at.astimezone(settings.zone).date()
    session.rollback()
    waiting = facts.with_empty_seats(session, today=today)
    return sum(_fill(session, proposal_id, settings, at) for proposal_id in waiting)


def _fill(session: Session, proposal_id: int, settings: Settings, at: datetime) -> bool:
    today = at.astimezone(settings.zone).date()
    with writing(session):
        proposal = session.get(Proposal, proposal_id, with_for_update={"of": Proposal})
        if proposal is None or not facts.with_empty_seats(session, today=today, only=proposal_id):
            return False  # another worker was quicker
        asked = panel.fill_empty_seats(session, proposal, at=at, today=today)
    log.info("others are asked to judge proposal %s: %s", proposal_id, asked)
    return True
