"""The log of mails and the list of those whom no mail reaches."""

from datetime import timedelta
from pathlib import Path

import pytest

from models import AttemptOutcome, MailAttempt, MailState, MailWords, OutgoingMail, RefusedAddress
from studio.transactions import writing
from studio.wording.mails import KINDS
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.support.pages import main_text
from tests.support.people import sign_in_as


@pytest.fixture
def client(app):
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    return app.test_client()


@pytest.fixture
def mails(session, world):
    """One of each state, two days apart."""
    made = []
    with writing(session):
        for turn, state in enumerate((MailState.QUEUED, MailState.SENT, MailState.FAILED, MailState.HELD)):
            made.append(
                OutgoingMail(
                    kind=("decided", "digest")[turn % 2],
                    person=(world.worker, world.mate)[turn % 2],
                    address=(world.worker, world.mate)[turn % 2].email,
                    recipient_name="x",
                    message_id=f"<decided.{turn}@test>",
                    subject=f"Subject {turn}.",
                    words=MailWords(text="words", html="<p>words</p>"),
                    state=state,
                    sent_at=world.at if state is MailState.SENT else None,
                    receipt="250 queued as 4F3A1" if state is MailState.SENT else "",
                    next_attempt_at=world.at,
                    created_at=world.at + timedelta(days=2 * turn),
                )
            )
        session.add_all(made)
        session.add(
            RefusedAddress(
                address=world.mate.email,
                refused_since=world.at,
                last_at=world.at,
                reason="550 5.1.1 gone",
                refusals=2,
                delays=0,
            )
        )
    return made


@on_both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [0, 1, 2, 3]),
        ("q=000101", [0, 2]),
        ("q=于子", [1, 3]),
        ("q=p000102@", [1, 3]),
        ("q=Person 000102", [1, 3]),
        ("kind=digest", [1, 3]),
        ("day=2026-11-18", [1]),
        ("state=held", [3]),
        ("state=held&kind=decided", []),
        ("kind=nonsense&day=yesterday&state=lost", [0, 1, 2, 3]),
    ],
)
def test_mails_are_found_by_person_kind_day_and_state(world, client, mails, query, found):
    sign_in_as(client, world.admin)
    page = main_text(client.get(f"/administration/outbox?{query}").text)
    assert [turn for turn in range(4) if f"Subject {turn}." in page] == found


def test_a_kind_tells_nothing_about_proposals_that_one_may_not_read(session, world, client, mails):
    secret = stories.filed(session, world, anonymous=True)
    with writing(session):
        mails[0].proposal_id = secret.id
    sign_in_as(client, world.admin)
    assert "Subject 2." in main_text(client.get("/administration/outbox?kind=decided").text)
    assert "About a confidential" not in client.get("/administration/outbox?kind=decided").text
    assert "About a confidential" in client.get("/administration/outbox").text


def test_a_mails_page_tells_how_it_fared(session, world, client, mails):
    with writing(session):
        session.add(
            MailAttempt(mail_id=mails[1].id, at=world.at, outcome=AttemptOutcome.POSTPONED, words="450 greylisted")
        )
    sign_in_as(client, world.admin)
    page = main_text(client.get(f"/administration/outbox/{mails[1].id}").text)
    for words in ("450 greylisted", "250 queued as 4F3A1", "<decided.1@test>", "the reader gets it twice"):
        assert words in page


@on_both_databases
def test_a_mail_goes_again_whatever_became_of_it(session, world, client, mails):
    sign_in_as(client, world.admin)
    for mail in mails:
        assert client.post(f"/administration/outbox/{mail.id}/again").status_code == 302
    session.expire_all()
    assert {mail.state for mail in mails} == {MailState.QUEUED}
    assert [mail.message_id for mail in mails] == [f"<decided.{n}@test>" for n in ("0", "1.2", "2", "3")]
    assert session.get(RefusedAddress, world.mate.email) is None, "its address is tried again"


def test_a_forgotten_mail_does_not(session, world, client, mails):
    with writing(session):
        mails[1].words = None
    sign_in_as(client, world.admin)
    client.post(f"/administration/outbox/{mails[1].id}/again")
    page = main_text(client.get(f"/administration/outbox/{mails[1].id}").text)
    assert "cannot be sent again" in page
    session.expire_all()
    assert mails[1].state is MailState.SENT


def test_all_that_failed_goes_again(session, world, client, mails):
    sign_in_as(client, world.admin)
    assert client.post("/administration/outbox/again").status_code == 302
    session.expire_all()
    assert [mail.state for mail in mails][2:] == [MailState.QUEUED, MailState.HELD]
    sign_in_as(client, world.coordinator)
    assert client.post("/administration/outbox/again").status_code == 403


@on_both_databases
def test_coordinators_see_whom_no_mail_reaches_and_have_it_tried_again(session, world, client, mails):
    sign_in_as(client, world.coordinator)
    page = main_text(client.get("/addresses").text)
    assert "550 5.1.1 gone" in page
    assert world.mate.email in page
    assert client.post("/addresses/000102/again").status_code == 302
    assert session.get(RefusedAddress, world.mate.email, populate_existing=True) is None
    assert "Mail reaches everybody" in main_text(client.get("/addresses").text)


def test_nobody_else_does(session, world, client, mails):
    with writing(session):
        world.coordinator.grants[0].unit = world.other_plant
    sign_in_as(client, world.coordinator)
    assert world.mate.email not in client.get("/addresses").text, "another part of the firm"
    assert client.post("/addresses/000102/again").status_code == 403
    assert client.post("/addresses/999999/again").status_code == 404
    sign_in_as(client, world.worker)
    assert client.get("/addresses").status_code == 403
    assert client.post("/addresses/000102/again").status_code == 403
    assert session.get(RefusedAddress, world.mate.email, populate_existing=True) is not None


def test_whoever_is_concerned_reads_why_and_tries_again(session, world, client, mails):
    sign_in_as(client, world.worker)
    assert "does not take mail" not in client.get("/account").text
    sign_in_as(client, world.mate)
    page = main_text(client.get("/account").text)
    assert f"Your address {world.mate.email} does not take mail" in page
    assert "550 5.1.1 gone" in page
    assert client.post("/account/address/again").status_code == 302
    assert session.get(RefusedAddress, world.mate.email, populate_existing=True) is None


def test_every_kind_of_mail_has_a_name():
    folders = Path(__file__).parents[2] / "templates" / "mail"
    assert set(KINDS) == {folder.name for folder in folders.iterdir() if (folder / "subject.txt").exists()}
