"""Proposals that have come some way, made by the same operations that people use."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Person, Proposal, Recommendation, Studio, StudioMembership, StudioRole, Verb
from studio.domain.clock import chinese_calendar
from studio.operations import deciding, filing, implementation, reviewing
from studio.operations.deciding import Verdict
from studio.transactions import writing
from tests.factories.world import World, draft

CALENDAR = chinese_calendar(ZoneInfo("Asia/Shanghai"))
GOOD_SCORES = {"innovation": 92, "quality": 90, "effect": 90, "contribution": 88}


def filed(session: Session, world: World, *, at: datetime | None = None, **facts: Any) -> Proposal:
    """File a proposal; a worker's of the rolling plant goes to the first studio by rule."""
    made = draft(session, world, **facts)
    with writing(session):
        return filing.submit(session, made, actor=made.submitter, at=at or world.at, calendar=CALENDAR)  # type: ignore[arg-type] # drafts have one


def reviewed(session: Session, world: World, proposal: Proposal, by: Person, **facts: Any) -> Proposal:
    """Add one good review."""
    given = {"scores": GOOD_SCORES, "recommendation": Recommendation.ACCEPT, "comment": "好。", **facts}
    with writing(session):
        reviewing.review(session, proposal, actor=by, at=world.at + timedelta(hours=2), **given)
    return proposal


def asked(session: Session, world: World, proposal: Proposal, question: str = "盖板多厚？") -> Proposal:
    """Let the reviewer ask the author."""
    with writing(session):
        reviewing.request_information(
            session, proposal, actor=world.reviewer, at=world.at + timedelta(hours=1), question=question
        )
    return proposal


def decided(session: Session, world: World, proposal: Proposal, verb: Verb = Verb.ACCEPT, **facts: Any) -> Proposal:
    """Let the lead decide."""
    with writing(session):
        verdict = Verdict(**{"verb": verb, "reason": "值得做。", **facts})
        deciding.decide(session, proposal, verdict, actor=world.lead, at=world.at + timedelta(days=1))
    return proposal


def implemented(session: Session, world: World, proposal: Proposal) -> Proposal:
    """Let the worker do it and say so."""
    at = world.at + timedelta(days=5)
    with writing(session):
        implementation.start_implementation(session, proposal, actor=world.worker, at=at)
        implementation.report_implementation(session, proposal, actor=world.worker, at=at + timedelta(days=1))
    return proposal


def another_studio(session: Session, world: World, lead: Person) -> Studio:
    """Add a third studio, which knows about electricity."""
    with writing(session):
        made = Studio(
            code="S-ELEC",
            name_zh="电气创新工作室",
            name_en="Studio S-ELEC",
            kind=world.studio.kind,
            level=world.studio.level,
            unit=world.company,
            specialities=["电气"],
            memberships=[StudioMembership(person=lead, role=StudioRole.LEAD)],
        )
        session.add(made)
    return made
