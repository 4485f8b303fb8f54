from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Contributor, MailState, MailWords, OutgoingMail, Proposal, Verb
from studio.domain.clock import chinese_calendar
from studio.domain.periods import Month
from studio.operations import deciding, digest, filing, implementation, notices, reviewing
from studio.operations.deciding import Verdict
from studio.queries import home
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.calls import call
from tests.factories.world import World, draft
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening
from views.home import UNCHECKED_SHOWN

pytestmark = on_both_databases


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    app.test_client_class = PageClient
    client = app.test_client()
    sign_in_as(client, world.worker)
    return client


def filed(session: Session, world: World, settings: Settings, **facts: object) -> Proposal:
    made = draft(session, world, **facts)  # type: ignore[arg-type] # facts go through to the record
    with writing(session):
        filing.submit(
            session, made, actor=made.submitter or world.worker, at=world.at, calendar=chinese_calendar(settings.zone)
        )
    return made


def test_with_nothing_there_the_way_to_the_first_proposal_stands(client: FlaskClient) -> None:
    page = client.get("/")

    assert "You have not written one yet" in page.text
    assert "Waiting for you" not in page.text


def test_a_question_waits_for_its_author(
    client: FlaskClient, session: Session, world: World, settings: Settings
) -> None:
    made = filed(session, world, settings)
    with writing(session):
        reviewing.request_information(session, made, actor=world.reviewer, at=world.at, question="多高？")

    page = main_text(client.get("/").data)
    assert "Studio S-ROLL asks you for a few more words" in page
    assert "Waits for your answer" in page


def test_a_draft_waits_to_be_finished(client: FlaskClient, session: Session, world: World) -> None:
    draft(session, world)

    assert "Begun, not handed in yet" in client.get("/").text


def test_the_reviewer_sees_what_is_due(client: FlaskClient, session: Session, world: World, settings: Settings) -> None:
    made = filed(session, world, settings)
    assert made.reviewer is not None
    sign_in_as(client, made.reviewer)

    assert made.title in main_text(client.get("/").data)


def test_the_coordinator_sees_what_has_no_studio(
    client: FlaskClient, session: Session, world: World, settings: Settings
) -> None:
    filed(
        session,
        world,
        settings,
        submitter=world.coordinator,
        unit=world.company,
        contributors=[Contributor(person=world.coordinator, share=100)],
    )
    sign_in_as(client, world.coordinator)

    assert "1 proposal has no studio yet" in main_text(client.get("/").data)


def test_the_finance_checker_sees_what_was_not_checked_yet(client: FlaskClient, session: Session, world: World) -> None:
    made = stories.implemented(session, world, stories.decided(session, world, stories.filed(session, world)))
    with writing(session):
        made.claimed_benefit = Decimal(33_000)
        implementation.verify_implementation(session, made, actor=world.reviewer, at=world.at + timedelta(days=9))
    waiting = "Check what it saves"

    assert waiting not in main_text(client.get("/").data)
    sign_in_as(client, world.finance)
    assert f"{waiting}{made.title}" in main_text(client.get("/").data)
    with writing(session):
        implementation.check_benefit(
            session, made, actor=world.finance, at=world.at + timedelta(days=9), yuan=Decimal(1)
        )
    assert waiting not in main_text(client.get("/").data)


def test_the_decision_is_told_in_the_deciders_words(
    client: FlaskClient, session: Session, world: World, settings: Settings
) -> None:
    made = filed(session, world, settings)
    with writing(session):
        verdict = Verdict(verb=Verb.DECLINE, reason="下个月整条线都要换。")
        deciding.decide(session, made, verdict, actor=world.lead, at=world.at + timedelta(hours=1))

    assert "Person 000201: “下个月整条线都要换。”" in main_text(client.get("/").data)


def test_a_co_author_sees_it_too(client: FlaskClient, session: Session, world: World, settings: Settings) -> None:
    made = filed(
        session,
        world,
        settings,
        contributors=[Contributor(person=world.worker, share=50), Contributor(person=world.mate, share=50, position=1)],
    )
    sign_in_as(client, world.mate)

    page = main_text(client.get("/").data)
    assert made.title in page
    assert "with Person 000101" in page


def test_somebody_elses_draft_is_nobodys_business(client: FlaskClient, session: Session, world: World) -> None:
    draft(session, world, title="只有我知道", contributors=[Contributor(person=world.mate, share=100)])
    sign_in_as(client, world.mate)

    assert "只有我知道" not in client.get("/").text


def test_what_is_new_is_listed_until_it_was_seen_and_what_waits_is_not_listed_twice(
    client: FlaskClient, session: Session, world: World
) -> None:
    accepted = stories.decided(session, world, stories.filed(session, world, title="办吧"))
    made = stories.decided(session, world, stories.filed(session, world), Verb.DECLINE)
    page = main_text(client.get("/").data)
    assert f"New for youAll of it It was not taken up, with the reason{made.title}" in page
    assert f"Accepted: say who does it{accepted.title}" in page
    assert "It was accepted" not in page

    with writing(session):
        notices.see(session, world.worker, made, at=world.at, until=2**31 - 1)
    assert "New for you" not in client.get("/").text

    asked = stories.asked(session, world, stories.filed(session, world, title="问一句"))
    page = main_text(client.get("/").data)
    assert "New for you" not in page
    assert page.count(asked.title) == 2, "what to do, and what became of mine"


def test_what_is_called_for_here_and_the_newest_issue_stand_beside(
    client: FlaskClient, session: Session, world: World, settings: Settings
) -> None:
    call(session, world, "省气", code="gas")
    call(session, world, "别的厂的事", code="other", units=[world.other_plant])
    with writing(session):
        digest.make_issue(session, Month(2026, 9), at=world.at, settings=settings)

    page = client.get("/").text
    assert 'href="/calls#call-gas"' in page
    assert "别的厂的事" not in page
    assert 'href="/digest/2026-09"' in page
    assert "This year so far" not in page, "a first day has no year to count"


def test_the_administrator_sees_what_does_not_work(client: FlaskClient, session: Session, world: World) -> None:
    sign_in_as(client, world.admin)
    assert "Waiting for you" not in client.get("/").text
    with writing(session):
        facts = {"person_id": world.worker.id, "address": "p@example.com", "created_at": world.at}
        words = {"subject": "。", "words": MailWords(text="。", html="。"), "next_attempt_at": world.at}
        session.add(OutgoingMail(kind="decided", message_id="<1@a>", state=MailState.FAILED, **facts, **words))

    page = client.get("/")
    assert "1 mail could not be delivered" in main_text(page.data)
    assert 'href="/administration/outbox?state=failed"' in page.text


def test_no_count_stands_without_a_way_to_the_list(client: FlaskClient, session: Session, world: World) -> None:
    for turn in range(UNCHECKED_SHOWN + 2):
        made = stories.filed(session, world, title=f"第{turn}件")
        made = stories.implemented(session, world, stories.decided(session, world, made))
        with writing(session):
            made.claimed_benefit = Decimal(1000)
            implementation.verify_implementation(session, made, actor=world.reviewer, at=world.at + timedelta(days=9))
    sign_in_as(client, world.finance)

    assert "2 more benefits wait to be checked" in client.get("/").text
    everything = client.get("/?all=1#todo").text
    assert everything.count("Check what it saves") == UNCHECKED_SHOWN + 2
    assert "more benefits" not in everything


def test_the_page_asks_the_database_as_often_for_three_as_for_one(
    client: FlaskClient, session: Session, world: World, settings: Settings
) -> None:
    def statements() -> int:
        with listening() as heard:
            client.get("/")
        return heard.count

    filed(session, world, settings, title="第一条")
    client.get("/")
    with_one = statements()
    for title in ("第二条", "第三条"):
        filed(session, world, settings, title=title)

    assert statements() == with_one


def test_what_came_from_an_old_archive_without_a_filer_we_know_counts_for_its_co_authors(
    session: Session, world: World, settings: Settings
) -> None:
    made = filed(session, world, settings)
    with writing(session):
        made.contributors[0].person = world.mate
        made.submitter, made.submitter_text = None, "老张"
    assert home.year(session, world.mate, world.at).together == 1
    assert home.year(session, world.worker, world.at).together == 0
