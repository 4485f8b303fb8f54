"""Reminding whoever owes an answer, and telling those above when it is late."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from models import DeadlineNotice
from studio.domain.clock import WorkCalendar, chinese_calendar
from studio.domain.errors import DomainError
from studio.operations import deadlines, opinions
from studio.queries import deadlines as promised
from studio.queries import opinions as asked
from studio.queries import proposals
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


Act = Callable[..., DeadlineNotice | None]


def watch(session: Session, settings: Settings, *, at: datetime) -> int:
    """Take every step that is due, each in a transaction of its own; return how many were taken.

    Any number of workers may do so at once: whoever holds the proposal's row takes the step, the others find it taken.
    """
    session.rollback()
    calendar = chinese_calendar(settings.zone)
    answers = promised.numbers_with_a_step_due(session, at=at, public=calendar)
    advice = asked.numbers_with_a_step_due(session, at=at, public=calendar)
    session.rollback()
    due: list[tuple[str, Act]] = [(number, deadlines.remind_or_escalate) for number in answers]
    due += [(number, opinions.remind_or_escalate) for number in advice]
    return sum(_take(session, number, act, calendar, at) for number, act in due)


def _take(session: Session, number: str, act: Act, calendar: WorkCalendar, at: datetime) -> bool:
    try:
        with writing(session):
            proposal = proposals.by_number(session, number, lock=True)
            notice = act(session, proposal, at=at, calendar=calendar) if proposal else None
            taken = (notice.deadline, notice.step) if notice else None
    except DomainError as error:
        log.warning("proposal %s: its deadline could not be told: %s", number, error)
        return False
    if taken:
        log.info("proposal %s: %s deadline, step %s", number, *taken)
    return taken is not None
