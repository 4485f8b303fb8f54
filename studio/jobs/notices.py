"""Sending what waited: several notices of one proposal in one mail, and the mail of the day."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from studio.operations import together
from studio.settings import Settings

log = logging.getLogger(__name__)


def send_waiting(session: Session, settings: Settings, *, at: datetime) -> int:
    """Put notices that may leave by now into mails; return how many mails."""
    sent = together.send_waiting(session, settings, at=at)
    if sent:
        log.info("notices: %d mails that tell what waited", sent)
    return sent
