"""Editions: what a leader, a studio's judge and the coordinator read besides, and that no copy says too much."""

import random
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import (
    Contributor,
    DigestIssue,
    MailState,
    Outcome,
    OutgoingMail,
    Person,
    Preferences,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    Unit,
)
from studio.domain.periods import Month
from studio.mail import digest as mail
from studio.mail.digest import PersonalDigest
from studio.mail.editions.leader import UnitMonth
from studio.mail.editions.parts import IN_A_MAIL, ON_A_PAGE, News
from studio.mail.rendering import render
from studio.operations import digest
from studio.queries import digest as queries
from studio.queries.digest_figures import Place
from studio.queries.visibility import visible_to
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.calls import call
from tests.factories.digest import FIRST_OF_NOVEMBER, IN_OCTOBER, OCTOBER, decided, filed, october, used
from tests.factories.world import World
from tests.support.statements import listening

pytestmark = on_both_databases

NEW_FACTS = ("units", "studios", "answered_by", "copies", "news")
LARGEST_HTML = 102_000
"""Bytes from which on Gmail cuts a mail off."""


def everybody(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.id)).unique())


def copy_of(session: Session, settings: Settings, person: Person, month: Month = OCTOBER) -> PersonalDigest:
    return mail.compose_for(digest.edition_of(session, month, at=FIRST_OF_NOVEMBER, settings=settings), person)


def facts(session: Session, settings: Settings) -> dict[str, Any]:
    return queries.facts_of(session, OCTOBER, settings.zone)


def leads(session: Session, person: Person, unit: Unit, role: Role = Role.TEAM_LEADER) -> None:
    with writing(session):
        person.grants.append(RoleGrant(role=role, unit=unit))


def at_random(session: Session, world: World, seed: int) -> Person:
    """Save thirty proposals of all kinds, and return somebody who never files under his name."""
    chance = random.Random(seed)
    people = everybody(session)
    with writing(session):
        nameless = Person(employee_no="000900", name="隐姓埋名者", unit=world.team, created_at=world.at)
        session.add(nameless)
    for number in range(30):
        secret, blind = chance.random() < 0.2, chance.random() < 0.3
        author = nameless if blind else chance.choice(people)
        more = {"author": author, "confidential": secret, "anonymous": blind}
        kind = chance.choice(("filed", "asked", "declined", "accepted", "used"))
        if kind in {"filed", "asked"}:
            state = ProposalState.UNDER_REVIEW if kind == "filed" else ProposalState.INFORMATION_REQUESTED
            made = filed(session, world, f"提案{number}", state=state, **more)
        elif kind == "used":
            made = used(session, world, f"提案{number}", chance.randrange(90_000), **more)
        else:
            outcome = Outcome.DECLINED if kind == "declined" else Outcome.ACCEPTED
            made = decided(session, world, f"提案{number}", outcome, reason="没有地方放。", **more)
        with writing(session):
            made.submitter = author
            if chance.random() < 0.3:
                made.studio = world.other_studio
    return nameless


@pytest.mark.parametrize("seed", range(4))
def test_no_copy_says_what_its_reader_may_not_see_nor_who_stays_unnamed(
    session: Session, world: World, settings: Settings, seed: int
):
    nameless = at_random(session, world, seed)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    titles = {proposal.title: proposal.id for proposal in session.scalars(select(Proposal))}
    for person in everybody(session):
        visible = set(session.scalars(select(Proposal.id).where(visible_to(person))))
        for length in (IN_A_MAIL, ON_A_PAGE):
            assert mail.compose_for(edition, person, length=length).speaks_of <= visible
        words = render(mail.message(edition, person), settings)
        for said in (words.subject, words.text, words.html):
            assert not {titles[t] for t in titles if f"{t} " in said or f"{t}<" in said or f"{t}\n" in said} - visible
            assert person is nameless or nameless.name not in said


@pytest.mark.parametrize("seed", range(4))
def test_no_proposal_has_two_lines_and_the_newest_come_first(
    session: Session, world: World, settings: Settings, seed: int
):
    at_random(session, world, seed)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    order = list(edition.fates)
    for person in everybody(session):
        copy = mail.compose_for(edition, person, length=ON_A_PAGE)
        news = [getattr(copy, field.name) for field in fields(copy) if isinstance(getattr(copy, field.name), News)]
        ids = [fate.card.id for part in news for fate in part.fates]
        ids += [part.card.id for part in (copy.headline, copy.refused) if part]
        ids += [card.id for card in (*copy.questions, *(copy.waiting.first if copy.waiting else ()))]
        assert len(ids) == len(set(ids))
        for part in news:
            listed = [order.index(fate.card.id) for fate in part.fates if fate.card.id in edition.fates]
            assert all(before < after for before, after in pairwise(listed))


def test_figures_by_unit_follow_the_fixed_formulas(session: Session, world: World, settings: Settings):
    month = october(session, world)
    with writing(session):
        month["story"].claimed_benefit = Decimal(60000)
    units = facts(session, settings)["units"]
    team = units[str(world.team.id)]
    # Two authors in the team and none elsewhere in the plant; the third proposal of the other team is confidential.
    assert (team["people"], team["headcount"], team["filed"]) == (2, 20, 4)
    assert (team["decided"], team["accepted"], team["year_accepted"], team["year_used"]) == (2, 2, 2, 1)
    assert units[str(world.plant.id)]["people"] == 2
    elsewhere = units[str(world.other_team.id)]
    assert (elsewhere["claimed"], elsewhere["checked"], elsewhere["used"]) == (60000, 43900, 1)
    whole = units[str(world.company.id)]
    assert (whole["people"], whole["decided"], whole["accepted"]) == (4, 5, 3)
    assert UnitMonth(Place(1, "甲班", ""), **team).participation == 0.1


def test_figures_by_unit_say_nothing_of_what_is_hidden(session: Session, world: World, settings: Settings):
    filed(session, world, "有名有姓", author=world.mate)
    before = facts(session, settings)["units"]
    used(session, world, "匿名的", 5000, author=world.worker, anonymous=True)
    filed(session, world, "盲评的", author=world.worker, blind=True)
    used(session, world, "保密的", 5000, author=world.worker, confidential=True)
    assert facts(session, settings)["units"] == before


def test_a_leader_reads_of_the_units_below_him_but_not_of_so_few_people(
    session: Session, world: World, settings: Settings
):
    october(session, world)
    leads(session, world.finance, world.company)
    leads(session, world.finance, world.plant, Role.COORDINATOR)
    (report,) = copy_of(session, settings, world.finance).units
    assert report.whole.name.id == world.company.id
    assert {row.name.id for row in report.rows} == {world.plant.id, world.other_plant.id}
    with writing(session):
        world.other_plant.headcount = 4
    (report,) = copy_of(session, settings, world.finance).units
    assert [row.name.id for row in report.rows] == [world.plant.id]
    assert copy_of(session, settings, world.worker).units == ()
    assert copy_of(session, settings, world.lead).units == ()


def test_a_judge_reads_how_full_the_studio_is(session: Session, world: World, settings: Settings):
    october(session, world)
    (studio,) = copy_of(session, settings, world.reviewer).studios
    assert (studio.open, studio.late, studio.decided, studio.used) == (2, 1, 6, 3)
    assert (studio.load, studio.load_of_all) == (10, 5)
    assert copy_of(session, settings, world.worker).studios == ()


def test_the_coordinator_reads_what_became_of_the_issue_before(session: Session, world: World, settings: Settings):
    october(session, world)
    people = len(everybody(session))
    with writing(session):
        world.worker.email = None
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    with writing(session):
        sent, failed, *_ = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        sent.state, sent.sent_at, failed.state = MailState.SENT, FIRST_OF_NOVEMBER, MailState.FAILED
    later = FIRST_OF_NOVEMBER + timedelta(days=30)
    edition = digest.edition_of(session, OCTOBER.following, at=later, settings=settings)
    copies = mail.compose_for(edition, world.coordinator).copies
    assert copies is not None
    assert (copies.copies, copies.sent, copies.failed, copies.waiting, copies.in_app) == (people, 1, 1, people - 3, 1)
    assert "1 failed" in render(mail.message(edition, world.coordinator), settings).text
    assert mail.compose_for(edition, world.lead).copies is None


def test_an_issue_keeps_its_figures_when_the_firm_goes_on(session: Session, world: World, settings: Settings):
    month = october(session, world)
    leads(session, world.finance, world.company)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    before = copy_of(session, settings, world.finance)
    with writing(session):
        month["story"].checked_benefit = Decimal(1)
        world.plant.headcount = 999
        session.execute(delete(Contributor))
    after = copy_of(session, settings, world.finance)
    assert (after.units, after.clock.by_role) == (before.units, before.clock.by_role)


def test_an_issue_of_old_is_read_as_before(session: Session, world: World, settings: Settings):
    october(session, world)
    leads(session, world.lead, world.company)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    with writing(session):
        issue = session.scalars(select(DigestIssue)).one()
        issue.facts = {name: fact for name, fact in issue.facts.items() if name not in NEW_FACTS}
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    for person in everybody(session):
        copy = mail.compose_for(edition, person)
        assert (copy.units, copy.studios, copy.copies, copy.clock.by_role) == ((), (), None, ())
        assert copy.headline is not None
        assert "变速箱平衡吊具" in render(mail.message(edition, person), settings).text


def test_a_copy_stays_short_and_whole_whatever_the_month_was(session: Session, world: World, settings: Settings):
    for number in range(60):
        used(session, world, f"提案{number}" + "很长的名称" * 12, 5000, author=world.mate)
        filed(session, world, f"新提案{number}" + "很长的名称" * 12, author=world.worker)
    with writing(session):
        session.add_all(
            Unit(
                code=f"U{number}",
                name_zh="很长的车间名称" * 4,
                level=world.plant.level,
                parent=world.company,
                path=f"/{world.company.id}/{9000 + number}/",
                headcount=20,
            )
            for number in range(40)
        )
    leads(session, world.lead, world.company)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    for person in (world.worker, world.lead, world.coordinator):
        words = render(mail.message(edition, person), settings)
        assert len(words.html.encode()) < LARGEST_HTML
        assert words.text.count("/proposals/") <= 24
    copy = mail.compose_for(edition, world.worker)
    assert (len(copy.mine.fates), copy.mine.more) == (4, 56)
    assert "and 56 more" in render(mail.message(edition, world.worker), settings).text


def test_an_edition_costs_the_same_statements_however_much_happened(session: Session, world: World, settings: Settings):
    costs = []
    for _ in range(2):
        october(session, world)
        digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
        with listening() as heard:
            digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
        costs.append(heard.count)
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("locale", "told"),
    [("zh_CN", ("2026年10月", "3.36 万元", "7.75")), ("en", ("October 2026", "¥33,600", "77,500"))],
)
def test_months_and_money_are_said_as_the_reader_counts_them(
    session: Session, world: World, settings: Settings, locale: str, told: tuple[str, ...]
):
    used(session, world, "变速箱平衡吊具", 43900, author=world.stranger, implemented_at=IN_OCTOBER)
    used(session, world, "浮球排水", 33600, author=world.stranger)
    with writing(session):
        world.mate.preferences = Preferences(locale=locale)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    html = render(mail.message(edition, world.mate), settings).html
    assert [words for words in told if words not in html] == []


def test_what_the_firm_asks_for_is_told_to_those_who_may_answer(session: Session, world: World, settings: Settings):
    call(session, world, "棒材倍尺剪切尾料过长攻关")
    call(session, world, "铸造车间小改小革", units=[world.other_plant], prize=None)
    call(session, world, "早已结束", closes_on=FIRST_OF_NOVEMBER.date() - timedelta(days=1))
    told = {person: copy_of(session, settings, person).calls.listed for person in (world.worker, world.stranger)}
    assert [one.title for one in told[world.worker]] == ["棒材倍尺剪切尾料过长攻关"]
    assert len(told[world.stranger]) == 2
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    words = render(mail.message(edition, world.worker), settings)
    assert "prize: ¥60,000" in words.text
    assert "¥60,000" in words.html
