"""What every test of the write side uses: the site's calendar, and a filed proposal."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from models import Person, Proposal
from studio.domain.clock import WorkCalendar, chinese_calendar
from studio.operations import filing
from studio.transactions import writing
from tests.factories.world import World, draft

CALENDAR = chinese_calendar(ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def calendar() -> WorkCalendar:
    return CALENDAR


@pytest.fixture
def filed(session: Session, world: World) -> Callable[..., Proposal]:
    """File a complete proposal, the worker's by default; it goes to ``world.studio``."""

    def file(author: Person | None = None, **facts: object) -> Proposal:
        proposal = draft(session, world, author=author, **facts)
        with writing(session):
            assert proposal.submitter is not None
            return filing.submit(session, proposal, actor=proposal.submitter, at=world.at, calendar=CALENDAR)

    return file


@pytest.fixture
def filed_original(filed: Callable[..., Proposal]) -> Proposal:
    """The first proposal of the year, for others to repeat."""
    return filed()
