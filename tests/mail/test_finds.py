"""What saved searches found stands in the copy of whoever keeps them: of that month, once, and nothing hidden."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import OutgoingMail, Person, Proposal
from search_index.sync import sync
from studio.domain.periods import Month
from studio.mail import digest as mail
from studio.mail import finds
from studio.mail.digest import PersonalDigest
from studio.mail.editions import parts, worker
from studio.mail.editions.parts import IN_A_MAIL, Length
from studio.operations import digest, saved_searches
from studio.queries.asked import Asked
from studio.queries.visibility import visible_to
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, IN_OCTOBER, OCTOBER, filed, october
from tests.factories.mails import words_of
from tests.factories.world import World
from tests.support.statements import listening

pytestmark = on_both_databases


def keep(session: Session, world: World, person: Person, *texts: str) -> None:
    with writing(session):
        for text in texts:
            saved_searches.keep(session, Asked(text=text), text or "全部", actor=person, at=world.at)


def copy_of(
    session: Session, settings: Settings, person: Person, month: Month = OCTOBER, length: Length = IN_A_MAIL
) -> PersonalDigest:
    edition = digest.edition_of(session, month, at=FIRST_OF_NOVEMBER, settings=settings)
    own = mail.load_own(session, [person], month, settings.zone)
    return mail.compose_for(edition, person, own.get(person.id, mail.NOTHING), length=length)


def told(copy: PersonalDigest) -> dict[str, list[str]]:
    return {found.name: [card.title for card in found.cards] for found in copy.found}


@pytest.mark.parametrize("by_index", [True, False])
def test_a_search_tells_what_was_filed_in_its_month(
    session: Session, world: World, settings: Settings, services: Services, *, by_index: bool
):
    filed(session, world, "天车新滤网", author=world.stranger)
    filed(session, world, "天车老滤网", author=world.stranger, submitted_at=IN_OCTOBER.replace(month=8))
    filed(session, world, "天车密件", author=world.stranger, confidential=True)
    keep(session, world, world.mate, "天车", "没有这回事")
    if by_index:
        sync(session, services.search)
    assert told(copy_of(session, settings, world.mate)) == {"天车": ["天车新滤网"]}
    assert copy_of(session, settings, world.worker).found == ()
    assert told(copy_of(session, settings, world.mate, Month(2026, 8))) == {"天车": ["天车老滤网"]}


def test_nothing_comes_twice_and_nobody_reads_what_he_may_not(
    session: Session, world: World, settings: Settings, services: Services
):
    october(session, world)
    people = list(session.scalars(select(Person)).unique())
    for person in people:
        keep(session, world, person, "", "导卫", "保密", "锁", "吊具 OR 排水 OR 电缆沟")
    sync(session, services.search)
    for person in people:
        copy = copy_of(session, settings, person)
        ids = [card.id for found in copy.found for card in found.cards]
        assert len(ids) == len(set(ids))
        before = {card.id for card in (*copy.questions, *(copy.waiting.first if copy.waiting else ()))}
        before |= {fate.card.id for fate in (*copy.mine.fates, *copy.in_unit.fates, *copy.elsewhere.fates)}
        before |= {copy.headline.card.id} if copy.headline else set()
        assert not before & set(ids)
        assert set(ids) <= set(session.scalars(select(Proposal.id).where(visible_to(person))))


def test_a_copy_never_grows_beyond_reading(session: Session, world: World, settings: Settings):
    for number in range(30):
        filed(session, world, f"天车{number} 滤网{number % 10}", author=world.stranger)
    keep(session, world, world.mate, "天车", *(f"滤网{number}" for number in range(10)))
    in_mail = copy_of(session, settings, world.mate)
    on_page = copy_of(session, settings, world.mate, length=parts.ON_A_PAGE)
    assert 0 < len(in_mail.found) <= len(on_page.found) == worker.LISTED
    for copy in (in_mail, on_page):
        assert all(len(found.cards) <= parts.NAMED for found in copy.found)
        assert {found.name: found.total for found in copy.found}["天车"] == 30


def test_it_stands_in_the_mail_and_leads_back_to_the_search(
    session: Session, world: World, settings: Settings, services: Services
):
    filed(session, world, "天车新滤网", author=world.stranger)
    keep(session, world, world.mate, "天车")
    sync(session, services.search)
    assert digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings).mailed > 5
    mails = {one.person_id: one for one in session.scalars(select(OutgoingMail))}
    mine = mails[world.mate.id]
    for part in (words_of(mine).text, words_of(mine).html):
        assert "天车新滤网" in part
        assert "/archive?q=%E5%A4%A9%E8%BD%A6" in part
    assert "1 new proposal" in words_of(mine).text
    assert "WHAT YOUR SEARCHES HAVE FOUND" in words_of(mine).text
    assert "SEARCHES" not in words_of(mails[world.worker.id]).text


def test_many_keepers_cost_no_more_statements_than_one(
    session: Session, world: World, settings: Settings, services: Services
):
    filed(session, world, "天车新滤网", author=world.stranger)
    people = list(session.scalars(select(Person)).unique())
    for person in people:
        keep(session, world, person, "天车", "滤网")
    sync(session, services.search)
    people = list(session.scalars(select(Person)).unique())
    costs = []
    for readers in (people[:1], people):
        with listening() as heard:
            assert len(finds.of_month(session, readers, OCTOBER)) == len(readers)
        costs.append(heard.count)
    assert len(people) > 10
    assert costs[0] == costs[1]


def test_only_who_keeps_searches_costs_anything(session: Session, world: World):
    people = list(session.scalars(select(Person)).unique())
    with listening() as heard:
        assert finds.of_month(session, people, OCTOBER) == {}
    assert heard.count == 1
