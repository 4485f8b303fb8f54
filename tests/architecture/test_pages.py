"""A page asks the database a fixed number of things, however much there is to show."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Kiosk,
    Machine,
    MailState,
    MailWords,
    OutgoingMail,
    Person,
    RefusedAddress,
    RoutingRule,
    SignInAttempt,
    Studio,
    StudioKind,
    StudioLevel,
    StudioMembership,
    StudioRole,
    TeamLimit,
    Theme,
)
from studio.domain.periods import Month
from studio.jobs import indexing
from studio.operations import digest, stories
from studio.operations.stories import Telling
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import rubrics
from tests.factories.digest import used
from tests.factories.machines import SHEAR, machine
from tests.factories.stories import decided, filed, reviewed
from tests.factories.world import World, draft
from tests.support.people import sign_in_as
from tests.support.statements import listening

pytestmark = on_both_databases

LISTS = [
    ("worker", "/"),
    ("worker", "/mine"),
    ("worker", "/archive"),
    ("worker", "/archive?q=盖板"),
    ("worker", "/digest"),
    ("reviewer", "/desk"),
    ("lead", "/desk"),
    ("lead", "/desk?pile=others"),
    ("lead", "/desk?pile=done"),
    ("lead", "/"),
    ("coordinator", "/coordination"),
    ("coordinator", "/"),
    ("coordinator", "/coordination/teams"),
    ("leader", "/"),
    ("leader", "/team"),
    ("admin", "/administration"),
    ("admin", "/administration/people"),
    ("admin", "/administration/studios"),
    ("admin", "/rules"),
    ("coordinator", "/rules/history"),
    ("coordinator", "/rules/stand-ins"),
    ("coordinator", "/rules/transfers"),
    ("admin", "/administration/rubrics"),
    ("admin", "/administration/rubrics/policy"),
    ("admin", "/administration/outbox"),
    ("admin", "/administration/outbox?q=000101&kind=decided"),
    ("admin", "/addresses"),
    ("admin", "/administration/sign-ins"),
    ("admin", "/administration/kiosks"),
    ("leader", "/paper"),
    ("worker", "/machines"),
    ("admin", "/machines"),
    ("worker", "/machines/EQ-R108"),
    ("worker", "/machines/EQ-R108?show=tried"),
    ("admin", "/administration/machines/labels"),
    ("worker", "/file?machine=EQ-R108"),
    ("worker", "/honours?month=2026-08"),
    ("worker", "/honours?month=2026-11&unit=ROLL"),
    ("worker", "/stories"),
    ("coordinator", "/stories"),
    ("coordinator", "/stories/new"),
    ("worker", "/record"),
    ("worker", "/studios"),
    ("lead", "/studios/S-ROLL"),
]


def add_one_of_each(session: Session, world: World, turn: int, settings: Settings) -> None:
    """One more of whatever a list may show."""
    about = (
        machine(session, world) if turn == 1 else session.scalars(select(Machine).where(Machine.code == SHEAR)).one()
    )
    machine(session, world, f"EQ-{turn}", f"第{turn}台", unit=world.team, within=SHEAR)
    draft(session, world, title=f"第{turn}件草稿")
    filed(session, world, title=f"第{turn}件盖板", machine=about)
    filed(session, world, author=world.stranger, title=f"第{turn}件没人管的盖板")
    filed(session, world, anonymous=True, title=f"第{turn}件匿名的盖板")
    filed(session, world, author=world.stranger, anonymous=True, title=f"第{turn}件没人管的匿名盖板")
    scored = reviewed(session, world, filed(session, world, title=f"第{turn}件评过的盖板"), world.reviewer)
    reviewed(session, world, scored, world.second_reviewer)
    decided(
        session,
        world,
        reviewed(session, world, filed(session, world, title=f"第{turn}件办了的盖板", machine=about), world.lead),
    )
    done = used(session, world, f"第{turn}件讲出去的", 5, author=world.mate, number=f"2025-{turn}")
    used(session, world, f"第{turn}件没讲过的", 5, author=world.mate, number=f"2024-{turn}")
    with writing(session):
        stories.tell(session, done, Telling(f"第{turn}个故事"), actor=world.coordinator, at=world.at)
    with writing(session):
        unit = (world.other_team, world.other_plant, world.company)[turn - 1]
        newcomer = Person(employee_no=f"7{turn:05}", name=f"新人{turn}", unit=world.team, created_at=world.at)
        made = Studio(
            code=f"S-{turn}",
            name_zh=f"第{turn}工作室",
            kind=StudioKind.EMPLOYEE,
            level=StudioLevel.ENTERPRISE,
            unit=world.plant,
            specialities=[],
            capacity_per_month=5,
            memberships=[StudioMembership(person=newcomer, role=StudioRole.LEAD)],
        )
        session.add(Kiosk(name=f"第{turn}台终端", unit=unit, made_by_id=world.admin.id, made_at=world.at))
        gone = f"gone{turn}@example.com"
        newcomer.email, refused = (
            gone,
            RefusedAddress(address=gone, last_at=world.at, reason="550", refusals=1, delays=0),
        )
        refused.refused_since = world.at
        session.add_all([newcomer, refused, made, RoutingRule(priority=100 + turn, studio=made, words=[f"词{turn}"])])
        session.add(TeamLimit(unit=unit, kind_codes=["suggestion"], cost_limit=9, benefit_limit=9))
        session.add(Theme(code=f"theme-{turn}", name_zh=f"方向{turn}", name_en=f"Aim {turn}", position=9 + turn))
        digest.make_issue(session, Month(2026, 7 + turn), at=world.at, settings=settings)
        session.add(rubrics.one_to_five(f"sheet-{turn}"))
        session.add(SignInAttempt(employee_no=f"7{turn:05}", address="10.0.0.1", succeeded=False, at=world.at))
        session.add(
            OutgoingMail(
                kind="decided",
                person_id=world.worker.id,
                address="p000101@example.com",
                message_id=f"<{turn}@example.com>",
                subject="。",
                words=MailWords(text="。", html="。"),
                state=MailState.QUEUED,
                created_at=world.at,
                next_attempt_at=world.at + timedelta(days=9),
            )
        )


def test_a_list_costs_the_same_with_one_row_and_with_three(
    app: Flask, session: Session, world: World, services: Services
) -> None:
    def costs() -> dict[tuple[str, str], int]:
        indexing.index_due(session, services.search)
        found = {}
        for who, path in LISTS:
            client = app.test_client()
            sign_in_as(client, getattr(world, who))
            session.rollback()
            assert client.get(path).status_code == 200, path  # also fills what is kept for a minute
            with listening() as heard:
                client.get(path)
            found[who, path] = heard.count
        return found

    add_one_of_each(session, world, 1, services.settings)
    with_one = costs()
    add_one_of_each(session, world, 2, services.settings)
    add_one_of_each(session, world, 3, services.settings)

    assert costs() == with_one
