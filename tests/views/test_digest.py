"""The digest's pages, and leaving it in one click."""

import pytest
from sqlalchemy.orm import Session

from models import NoticeChoice, NoticeGroup, Person
from studio.domain.notices import choice_of
from studio.mail import links
from studio.mail.messages import Circular
from studio.operations import digest
from studio.settings import Settings
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, october
from tests.factories.world import World
from tests.support.people import sign_in_as

pytestmark = on_both_databases


@pytest.fixture
def sent(session: Session, world: World, settings: Settings) -> None:
    october(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)


def by_mail(session: Session, person: Person) -> tuple[bool, bool]:
    """Whether the digest comes by mail, and whether anything about single proposals does."""
    session.rollback()
    session.expire_all()
    preferences = person.preferences
    notices = any(choice_of(person, group) is not NoticeChoice.APP for group in NoticeGroup)
    return preferences is None or preferences.digest_by_mail, notices


def test_everybody_reads_an_issue_as_his_own(client, world, sent):
    sign_in_as(client, world.worker)
    page = client.get("/digest/2026-10")
    assert page.status_code == 200
    assert "一个人就能装，老王说他可以歇会儿了。" in page.text.replace("<wbr>", "")
    assert "What became of yours" in page.text
    assert "保密工装改造" not in page.text


def test_the_list_of_issues_leads_to_each(client, world, sent):
    sign_in_as(client, world.worker)
    page = client.get("/digest")
    assert "/digest/2026-10" in page.text
    assert "7 filed, 2 put to use" in page.text


def test_before_the_first_issue_the_list_says_so(client, world):
    sign_in_as(client, world.worker)
    assert "No issue yet" in client.get("/digest").text


@pytest.mark.parametrize("month", ["2026-09", "2026-13", "2026", "nonsense", "2026-1０"])
def test_there_is_no_page_for_a_month_without_issue(client, world, month):
    sign_in_as(client, world.worker)
    assert client.get(f"/digest/{month}").status_code == 404


def test_the_coordinator_sees_anybody_s_copy_before_it_goes_out(client, session, world):
    october(session, world)
    sign_in_as(client, world.coordinator)
    page = client.get(f"/digest/2026-10/preview?as={world.lead.employee_no}")
    assert page.status_code == 200
    assert "4 proposals wait for you." in page.text
    assert client.get("/digest/2026-10").status_code == 404
    assert client.get("/digest/2026-10/preview?as=nobody").status_code == 404


def test_nobody_else_previews(client, world):
    sign_in_as(client, world.worker)
    assert client.get("/digest/2026-10/preview").status_code == 403


def test_following_the_link_asks_and_changes_nothing(client, session, settings, world):
    token = links.leave_token(settings, world.worker.id, Circular.DIGEST)
    page = client.get(f"/digest/leave/{token}")
    assert page.status_code == 200
    assert "<form" in page.text
    assert by_mail(session, world.worker) == (True, True)


@pytest.mark.parametrize("circular", list(Circular))
def test_one_click_in_the_mail_program_leaves_and_may_be_repeated(client, session, settings, world, circular):
    token = links.leave_token(settings, world.worker.id, circular)
    for _ in range(2):
        answer = client.post(f"/digest/leave/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert by_mail(session, world.worker) == (circular is not Circular.DIGEST, circular is not Circular.NOTICES)


def test_a_token_that_is_not_ours_leads_nowhere(client, session, settings, world):
    token = links.leave_token(settings, world.worker.id, Circular.DIGEST)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", token.split(".")[0]):
        assert client.post(f"/digest/leave/{wrong}").status_code == 404
    assert by_mail(session, world.worker) == (True, True)


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        (links.PROPOSAL.format(number="2026-00001"), "proposals.show"),
        (links.ANSWER.partition("#")[0].format(number="2026-00001"), "proposals.show"),
        (links.DESK, "desk.index"),
        (links.HOME, "home.index"),
        (links.DIGEST.format(month="2026-10"), "digest.show"),
        (links.LEAVE.format(token="abc"), "digest.leave"),
    ],
)
def test_every_address_in_a_mail_leads_to_its_page(app, path, endpoint):
    assert app.url_map.bind("localhost").match(path)[0] == endpoint
