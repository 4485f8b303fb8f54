"""The coordinator's pages of the digest: note, day, holding back, sending, who got it, and what must be warned of."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import (
    DigestIssue,
    DigestSchedule,
    MailState,
    MailWords,
    OutgoingMail,
    Person,
    Role,
    RoleGrant,
    WorkerHeartbeat,
)
from studio.domain.issues import NOTE_LIMIT
from studio.domain.periods import Month
from studio.jobs import digest as job
from studio.operations import digest
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories.digest import IN_OCTOBER, OCTOBER, by_itself, october
from tests.factories.mails import words_of
from tests.factories.world import World
from tests.support.forms import Form, forms_of
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.sending import token_of
from tests.support.statements import listening

pytestmark = on_both_databases

BEFORE = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
PAGE = "/coordination/digest/2026-10"
NOTE = {"note_zh": "十月大家提得真好。", "note_en": "A good October.", "seen": "0"}


@pytest.fixture
def issue(session: Session, world: World, settings: Settings, clock: Clock) -> DigestIssue:
    """October is over and its issue made; it is the first of November."""
    october(session, world)
    clock.at = BEFORE
    with writing(session):
        session.execute(sa.update(Person).values(created_at=IN_OCTOBER))
    job.make_missing(session, settings, at=BEFORE)
    return session.scalars(select(DigestIssue)).one()


@pytest.fixture
def coordinator(client: FlaskClient, world: World, issue: DigestIssue) -> FlaskClient:
    sign_in_as(client, world.coordinator)
    return client


def run(session: Session, settings: Settings, at: datetime) -> list[Month]:
    """Let a worker look whether anything is due."""
    return job.make_and_send(session, settings, worker="a", at=at, send=by_itself(session, settings, at))


def fresh(session: Session) -> DigestIssue:
    session.rollback()
    session.expire_all()
    return session.scalars(select(DigestIssue)).one()


def post(client: FlaskClient, path: str, data: dict[str, str] | None = None, **more: bool) -> TestResponse:
    """Send a form as a page of ours would."""
    token = token_of(client.get("/coordination/digest"))
    return client.post(path, data={"csrf_token": token, **(data or {})}, **more)


def form_with(html: str, field: str) -> Form:
    return next(form for form in forms_of(html, "/") if field in form.names)


def alive(session: Session, at: datetime) -> None:
    with writing(session):
        session.merge(WorkerHeartbeat(name="w1", started_at=at, seen_at=at))


class TestNote:
    def test_it_stands_on_page_and_mail_with_its_writer(
        self, coordinator: FlaskClient, session: Session, world: World, settings: Settings, clock: Clock
    ):
        page = coordinator.get(PAGE)
        assert "None was written" not in main_text(page.text)
        assert post(coordinator, PAGE, data=NOTE).status_code == 302
        written = fresh(session)
        assert (written.note_zh, written.note_by_id, written.note_at) == (NOTE["note_zh"], world.coordinator.id, BEFORE)
        assert "A good October." in main_text(coordinator.get("/digest/2026-10/preview").text)
        clock.at = DUE
        assert run(session, settings, DUE) == [OCTOBER]
        assert "A good October." in main_text(coordinator.get("/digest/2026-10").text)
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.person_id == world.worker.id)).one()
        for words in (words_of(mail).text, words_of(mail).html):
            assert "A good October." in words
            assert "No. 1" in words
            assert "Person 000301" in words

    def test_what_is_typed_stays_text(self, coordinator: FlaskClient, session: Session, settings: Settings):
        post(coordinator, PAGE, data={**NOTE, "note_en": "<script>alert(1)</script>\r\n第二行"})
        assert "<script>alert" not in coordinator.get("/digest/2026-10/preview").text
        digest.send(session, OCTOBER, at=DUE, settings=settings)
        html = session.scalars(select(MailWords.html).limit(1)).one()
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>第二行" in html

    def test_too_long_it_is_refused_and_nothing_is_lost(self, coordinator: FlaskClient, session: Session):
        long = "字" * (NOTE_LIMIT + 1)
        answer = post(coordinator, PAGE, data={**NOTE, "note_zh": long})
        assert answer.status_code == 422
        assert long in answer.text
        assert f"to {NOTE_LIMIT} characters; now there are {NOTE_LIMIT + 1}" in answer.text
        assert fresh(session).note_zh == ""

    def test_of_two_coordinators_at_once_the_second_sees_both(self, coordinator: FlaskClient, session: Session):
        assert post(coordinator, PAGE, data=NOTE).status_code == 302
        answer = post(coordinator, PAGE, data={**NOTE, "note_zh": "我写的"})
        assert answer.status_code == 409
        assert "我写的" in answer.text
        assert NOTE["note_zh"] in main_text(answer.text)
        assert fresh(session).note_zh == NOTE["note_zh"]
        again = form_with(answer.text, "note_zh")
        assert again.value("seen") == "1"
        assert post(coordinator, PAGE, data={**NOTE, "note_zh": "我写的", "seen": "1"}).status_code == 302
        assert fresh(session).note_zh == "我写的"

    def test_once_it_goes_out_it_stays_as_it_is(
        self, coordinator: FlaskClient, session: Session, settings: Settings, clock: Clock
    ):
        clock.at = DUE
        digest.send(session, OCTOBER, at=DUE, settings=settings)
        answer = post(coordinator, PAGE, data=NOTE)
        assert answer.status_code == 422
        assert NOTE["note_zh"] in answer.text
        assert "on its way to people already" in main_text(answer.text)
        assert fresh(session).note_zh == ""

    @pytest.mark.parametrize("seen", ["", "x", "-1", "１", "9" * 40])
    def test_a_forged_revision_overwrites_nothing(self, coordinator: FlaskClient, session: Session, seen: str):
        assert post(coordinator, PAGE, data={**NOTE, "seen": seen}).status_code == 409
        assert fresh(session).note_zh == ""


class TestSteering:
    def test_held_back_nobody_reads_it_until_it_is_let_go(
        self, app: Flask, coordinator: FlaskClient, session: Session, world: World, clock: Clock
    ):
        assert post(coordinator, f"{PAGE}/hold", data={"act": "hold"}).status_code == 302
        assert "Person 000301 has held it back" in main_text(coordinator.get(PAGE).text)
        clock.at = DUE + timedelta(days=1)
        reader = app.test_client()
        sign_in_as(reader, world.worker)
        assert reader.get("/digest/2026-10").status_code == 404
        assert "No issue yet" in reader.get("/digest").text
        assert post(coordinator, f"{PAGE}/hold", data={"act": "let_go"}).status_code == 302
        assert reader.get("/digest/2026-10").status_code == 200
        assert "/digest/2026-10" in reader.get("/digest").text

    def test_before_its_day_only_coordinators_read_it(self, app: Flask, coordinator: FlaskClient, world: World):
        reader = app.test_client()
        sign_in_as(reader, world.worker)
        assert reader.get("/digest/2026-10").status_code == 404
        assert "It is ready and goes out on 3 Nov 08:00." in main_text(coordinator.get(PAGE).text)

    def test_sending_now_asks_first_and_says_how_many(
        self, coordinator: FlaskClient, session: Session, world: World, settings: Settings
    ):
        with writing(session):
            world.worker.email = None
            everybody = len(session.scalars(select(Person.id)).all())
        asked = main_text(coordinator.get(f"{PAGE}/send").text)
        assert f"{everybody - 1} people get it by mail. 1 person reads it in the app only" in asked
        assert fresh(session).released_at is None
        assert post(coordinator, f"{PAGE}/send").status_code == 302
        assert post(coordinator, f"{PAGE}/send").status_code == 302  # a second click
        assert fresh(session).released_at == BEFORE
        assert run(session, settings, BEFORE + timedelta(minutes=1)) == [OCTOBER]
        assert coordinator.get(f"{PAGE}/send").status_code == 302
        assert "already" in main_text(post(coordinator, f"{PAGE}/send", follow_redirects=True).text)
        assert "already" in main_text(post(coordinator, f"{PAGE}/hold", follow_redirects=True).text)

    @pytest.mark.parametrize("month", ["2026-09", "2026-13", "nonsense", "0000-00"])
    def test_there_is_nothing_to_do_with_a_month_without_issue(self, coordinator: FlaskClient, month: str):
        for act in ("", "/hold", "/send"):
            assert post(coordinator, f"/coordination/digest/{month}{act}", data=NOTE).status_code == 404
        assert coordinator.get(f"/coordination/digest/{month}").status_code == 404


class TestSchedule:
    def test_the_coordinator_chooses_the_day(self, coordinator: FlaskClient, session: Session):
        assert post(coordinator, "/coordination/digest", data={"day": "8", "hour": "15"}).status_code == 302
        page = main_text(coordinator.get("/coordination/digest").text)
        assert "On day 8 of the next month, at 15:00." in page
        assert "Person 000301 has set it so" in page
        assert "ready; goes out on 8 Nov 15:00" in page
        assert post(coordinator, "/coordination/digest", data={"act": "usual"}).status_code == 302
        assert "On day 3 of the next month, at 08:00." in main_text(coordinator.get("/coordination/digest").text)

    @pytest.mark.parametrize("day", ["29", "31", "0", "-3", "", "eight", "3.5", "９", "9" * 30])
    def test_a_day_that_not_every_month_has_is_refused(self, coordinator: FlaskClient, session: Session, day: str):
        answer = post(coordinator, "/coordination/digest", data={"day": day, "hour": "15"})
        assert answer.status_code == 422
        assert "Choose a day from 1 to 28: those are in every month." in answer.text
        assert form_with(answer.text, "day").value("day") == day
        assert session.scalars(select(DigestSchedule)).all() == []

    def test_an_hour_that_no_clock_shows_is_refused(self, coordinator: FlaskClient, session: Session):
        answer = post(coordinator, "/coordination/digest", data={"day": "3", "hour": "24"})
        assert answer.status_code == 422
        assert "Choose an hour from the list." in answer.text
        assert session.scalars(select(DigestSchedule)).all() == []


class TestFigures:
    def test_it_says_who_got_it_and_who_could_not_be_reached(
        self, coordinator: FlaskClient, session: Session, world: World, settings: Settings, clock: Clock
    ):
        with writing(session):
            world.mate.email = None
        clock.at = DUE
        digest.send(session, OCTOBER, at=DUE, settings=settings)
        with writing(session):
            mails = session.scalars(select(OutgoingMail)).all()
            bad = next(mail for mail in mails if mail.person_id == world.stranger.id)
            for mail in [mail for mail in mails if mail is not bad][:3]:
                mail.state, mail.sent_at = MailState.SENT, DUE
            bad.state, bad.last_error = MailState.FAILED, "550 no such user"
        page = main_text(coordinator.get(PAGE).text)
        assert f"mailed3 waiting in the outbox{len(mails) - 4} could not be delivered1 in the app only1" in page
        assert f"{len(mails) + 1} people have it." in page
        assert "550 no such user" in page
        assert world.stranger.employee_no in page

    def test_it_says_how_far_it_is_and_how_long_the_rest_takes_at_that_pace(
        self, coordinator: FlaskClient, session: Session, settings: Settings, clock: Clock
    ):
        clock.at = DUE
        digest.send(session, OCTOBER, at=DUE, settings=settings)
        mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
        assert "None has left in the last minutes." in main_text(coordinator.get(PAGE).text)
        with writing(session):
            for mail in mails[:2]:
                mail.state, mail.sent_at = MailState.SENT, DUE
        clock.at = DUE + timedelta(seconds=90)
        page = coordinator.get(f"{PAGE}?watch=1")
        left = round((len(mails) - 2) * 45 / 60 + 0.49)
        assert f"2 of {len(mails)} mails have left. about {left} minutes left" in main_text(page.text)
        assert page.headers["Refresh"] == "5"
        with writing(session):
            for mail in mails:
                mail.state, mail.sent_at = MailState.SENT, DUE
        assert "Refresh" not in coordinator.get(f"{PAGE}?watch=1").headers

    def test_a_coordinator_of_a_part_sees_his_own_people_and_changes_nothing(
        self, app: Flask, session: Session, world: World, settings: Settings, clock: Clock, issue: DigestIssue
    ):
        with writing(session):
            world.lead.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.other_plant))
        client = app.test_client()
        sign_in_as(client, world.lead)
        assert "note_zh" not in client.get(PAGE).text
        for path, data in (
            (PAGE, NOTE), (f"{PAGE}/hold", {"act": "hold"}), (f"{PAGE}/send", {}),
            ("/coordination/digest", {"day": "8", "hour": "15"}), ("/coordination/digest", {"act": "usual"}),
        ):  # fmt: skip
            assert post(client, path, data=data).status_code == 403
        clock.at = DUE
        digest.send(session, OCTOBER, at=DUE, settings=settings)
        with writing(session):
            session.execute(sa.update(OutgoingMail).values(state=MailState.FAILED))
        found = session.scalars(select(Person).where(Person.unit_id.in_([world.other_team.id, world.team.id]))).unique()
        page = client.get(PAGE).text
        for person in found:
            assert (f">{person.employee_no}<" in page) == person.unit.is_within(world.other_plant.id)

    def test_the_numbers_stand_beside_the_month_before(self, coordinator: FlaskClient):
        page = main_text(coordinator.get(PAGE).text)
        assert "filed70–" in page
        assert "of them in time100%––" in page

    def test_the_pages_cost_the_same_with_one_and_with_many(
        self, coordinator: FlaskClient, session: Session, settings: Settings, clock: Clock
    ):
        def cost() -> tuple[int, ...]:
            counts = []
            for path in ("/coordination/digest", PAGE, "/coordination", f"{PAGE}/send"):
                coordinator.get(path)
                with listening() as heard:
                    coordinator.get(path)
                counts.append(heard.count)
            return tuple(counts)

        before = cost()
        with writing(session):
            for number, old in ((2, "2026-09"), (3, "2026-08")):
                session.add(DigestIssue(number=number, month=old, frozen_at=BEFORE, facts={}))
            unit = session.scalars(select(Person.unit_id).limit(1)).one()
            for i in range(150):
                session.add(Person(employee_no=f"9{i:05}", name="新", unit_id=unit, created_at=BEFORE))
        assert cost() == before


class TestWarnings:
    PAGES = ("/coordination", "/coordination/digest")

    def test_all_is_well(self, coordinator: FlaskClient, session: Session, clock: Clock):
        alive(session, BEFORE - timedelta(seconds=12))
        for path in self.PAGES:
            page = main_text(coordinator.get(path).text)
            assert "silent" not in page
            assert "has not" not in page
        assert "The background worker last reported 12 seconds ago." in page

    def test_a_silent_worker_and_a_late_digest_are_said_with_what_to_do(
        self, app: Flask, coordinator: FlaskClient, session: Session, world: World, clock: Clock
    ):
        alive(session, DUE)
        clock.at = DUE + timedelta(hours=2)
        administrator = app.test_client()
        sign_in_as(administrator, world.admin)
        pages = [coordinator.get(path) for path in self.PAGES] + [administrator.get("/administration")]
        for page in (main_text(answer.text) for answer in pages):
            assert "The worker has been silent: it was last seen 2 hours ago." in page
            assert "The digest of October 2026 should have gone out on 3 Nov 08:00 and has not." in page
            assert "studio worker" in page
        ready = app.test_client().get("/readyz").get_json()
        assert (ready["worker"], ready["digest"]) == ("silent", "overdue")

    def test_a_sign_of_life_from_the_future_is_none(self, coordinator: FlaskClient, session: Session, clock: Clock):
        alive(session, BEFORE + timedelta(hours=3))
        assert "silent" in main_text(coordinator.get("/coordination").text)

    def test_a_month_that_nobody_has_closed_is_shown(self, coordinator: FlaskClient, session: Session, clock: Clock):
        clock.at = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
        assert "November 2026will be made as soon as a worker runs" in main_text(
            coordinator.get("/coordination/digest").text
        )


def test_only_coordinators_come_in(app: Flask, world: World, issue: DigestIssue):
    for person in (world.worker, world.lead, world.admin):
        client = app.test_client()
        sign_in_as(client, person)
        for path in ("/coordination/digest", PAGE, f"{PAGE}/send"):
            assert client.get(path).status_code == 403
        assert client.post(PAGE, data=NOTE).status_code in {400, 403}
