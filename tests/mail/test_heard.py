"""What somebody chose to hear of in the app alone stands in the month's copy, once, and only what may be read."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import NoticeGroup, NoticePart, Notification, Person, Proposal
from studio.mail import digest as mail
from studio.mail.editions.parts import ON_A_PAGE
from studio.mail.rendering import render
from studio.operations import digest
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, IN_OCTOBER, OCTOBER, filed
from tests.factories.world import World
from tests.support.statements import listening

pytestmark = on_both_databases


def tell(
    session: Session, person: Person, proposal: Proposal, at: datetime = IN_OCTOBER, mailed_at: datetime | None = None
) -> None:
    with writing(session):
        notice = Notification(person=person, proposal=proposal, kind="work_started", at=at, mailed_at=mailed_at)
        notice.topic, notice.part = NoticeGroup.WORK, NoticePart.FOLLOWER
        notice.once = f"{proposal.id}:{person.id}:{at}:{mailed_at}"
        session.add(notice)


def heard_by(session: Session, settings: Settings, person: Person) -> list[str]:
    own = mail.load_own(session, [person], OCTOBER, settings.zone).get(person.id, mail.NOTHING)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    return [heard.card.title for heard in mail.compose_for(edition, person, own, length=ON_A_PAGE).told]


def test_it_tells_what_no_mail_has_told_in_the_month(session: Session, world: World, settings: Settings):
    for title in ("天车滤网", "照明", "坡道", "旧事"):
        filed(session, world, title, author=world.stranger)
    known = {one.title: one for one in session.scalars(select(Proposal))}
    tell(session, world.mate, known["天车滤网"])
    tell(session, world.mate, known["天车滤网"], at=IN_OCTOBER + timedelta(days=1))
    tell(session, world.mate, known["照明"], mailed_at=IN_OCTOBER)
    tell(session, world.worker, known["坡道"])
    tell(session, world.mate, known["旧事"], at=IN_OCTOBER - timedelta(days=40))
    assert heard_by(session, settings, world.mate) == ["天车滤网"]
    own = mail.load_own(session, [world.mate], OCTOBER, settings.zone)[world.mate.id]
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    words = render(mail.message(edition, world.mate, own), settings)
    for said in (words.text, words.html):
        assert said.count("It is being carried out") == 1


def test_what_became_confidential_since_is_told_to_its_author_and_judges_only(
    session: Session, world: World, settings: Settings
):
    secret = filed(session, world, "密件", author=world.stranger, confidential=True)
    for person in (world.mate, world.stranger, world.lead):
        tell(session, person, secret)
    told = {person.employee_no: heard_by(session, settings, person) for person in (world.mate, world.lead)}
    assert told == {world.mate.employee_no: [], world.lead.employee_no: []}  # the lead has it on his desk above
    own = mail.load_own(session, [world.mate, world.stranger, world.lead], OCTOBER, settings.zone)
    assert {i for i, one in own.items() if one.heard} == {world.stranger.id, world.lead.id}


def test_a_hundred_cost_as_many_statements_as_one(session: Session, world: World, settings: Settings):
    one = filed(session, world, "天车滤网", author=world.stranger)
    costs = []
    for people in ([world.mate], [world.mate, world.worker, world.leader]):
        for person in people:
            tell(session, person, one, at=IN_OCTOBER + timedelta(hours=len(people)))
        ids = [person.id for person in people]
        readers = session.scalars(select(Person).where(Person.id.in_(ids))).unique().all()
        with listening() as heard:
            mail.load_own(session, readers, OCTOBER, settings.zone)
        costs.append(heard.count)
    assert costs[0] == costs[1]
