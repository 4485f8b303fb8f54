"""The page of notices, their number in the header, choosing which mails come, and leaving one kind of them."""

import re

import pytest
from sqlalchemy import select

from models import NoticeChoice, NoticeGroup, Notification, OutgoingMail, Person, Verb
from studio.domain.notices import choice_of
from studio.mail import links
from studio.operations import reviewing
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of
from tests.support.people import sign_in_as
from tests.support.sending import send
from tests.support.statements import listening

pytestmark = on_both_databases


@pytest.fixture
def proposal(session, world):
    """Declined, with a question before and one who follows nothing."""
    made = stories.asked(session, world, stories.filed(session, world))
    with writing(session):
        reviewing.answer_information_request(
            session, made, actor=world.worker, at=world.at, answer="三公分", calendar=stories.CALENDAR
        )
    return stories.decided(session, world, made, Verb.DECLINE)


def unseen(session, person: Person) -> int:
    session.rollback()
    mine = (Notification.person_id == person.id, Notification.seen_at.is_(None))
    return len(session.scalars(select(Notification).where(*mine)).all())


def badge(page: str) -> str:
    found = re.search(r'<a class="bell[^>]*>(.*?)</a>', page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]*>", "", found[1]).strip()


def test_the_page_tells_by_proposal_what_happened(client, world, proposal):
    sign_in_as(client, world.worker)
    page = client.get("/notices").text
    assert "It was not taken up, with the reason" in page
    assert "You are asked for what is missing" in page
    assert page.count(f"/proposals/{proposal.number}") == 1
    assert badge(page).endswith("2")


def test_nothing_was_told_yet(client, world):
    sign_in_as(client, world.stranger)
    page = client.get("/notices").text
    assert "Nothing yet" in page
    assert badge(page) == "Notices"


def test_opening_the_page_of_a_proposal_writes_nothing_and_its_form_does(client, session, world, proposal):
    sign_in_as(client, world.worker)
    with listening() as statements:
        page = client.get(f"/proposals/{proposal.number}").text
    assert statements.writes == []
    assert "2 things happened here that you have not seen." in page
    assert "data-seen" in page
    newest = re.search(r'name="until" value="(\d+)"', page)
    assert newest
    answer = send(client, f"/proposals/{proposal.number}", f"/proposals/{proposal.number}/seen", until=newest[1])
    assert answer.location == f"/proposals/{proposal.number}"
    assert unseen(session, world.worker) == 0
    assert "that you have not seen" not in client.get(f"/proposals/{proposal.number}").text


@pytest.mark.parametrize("until", ["", "nonsense", "-1", "0"])
def test_without_saying_what_was_shown_nothing_counts_as_seen(client, session, world, proposal, until):
    sign_in_as(client, world.worker)
    send(client, "/notices", "/notices/seen", until=until)
    assert unseen(session, world.worker) == 2


def test_all_is_seen_with_one_click_and_others_keep_theirs(client, session, world, proposal):
    sign_in_as(client, world.worker)
    before = unseen(session, world.lead)
    assert before
    send(client, "/notices", "/notices/seen", until="99999999999999999999")
    assert unseen(session, world.worker) == 0
    assert unseen(session, world.lead) == before


def test_nobody_marks_what_he_may_not_read(client, session, world, proposal):
    with writing(session):
        proposal.confidential = True
    sign_in_as(client, world.stranger)
    assert send(client, "/notices", f"/proposals/{proposal.number}/seen", until="1").status_code == 404


def test_the_page_costs_the_same_however_much_was_told(client, session, world, proposal):
    sign_in_as(client, world.worker)
    client.get("/notices")
    with listening() as few:
        client.get("/notices")
    for number in range(3):
        stories.decided(session, world, stories.filed(session, world, title=f"第{number}件"))
    with listening() as many:
        client.get("/notices")
    assert few.count == many.count


def test_choosing_is_kept_and_unknown_choices_are_refused(client, session, world):
    sign_in_as(client, world.worker)
    choices: dict[str, str] = {**dict.fromkeys(NoticeGroup, NoticeChoice.AT_ONCE), "decision": NoticeChoice.DAILY}
    assert send(client, "/account/mails", **choices, digest_by_mail="y").location == "/account/mails"
    session.rollback()
    assert {group: choice_of(world.worker, group) for group in NoticeGroup} == choices
    assert world.worker.preferences.digest_by_mail
    page = client.get("/account/mails").text
    assert re.search(r'name="decision" value="daily" checked', page)
    choices["decision"] = "never ever"
    assert send(client, "/account/mails", **choices).status_code == 422
    session.rollback()
    assert choice_of(world.worker, NoticeGroup.DECISION) is NoticeChoice.DAILY


@pytest.mark.parametrize("group", list(NoticeGroup))
def test_one_kind_of_mail_is_left_by_post_only_and_taken_back(client, session, settings, world, group):
    address = f"/digest/leave/{links.leave_token(settings, world.worker.id, group)}"
    assert "<form" in client.get(address).text
    session.rollback()
    before = choice_of(world.worker, group)
    assert before is not NoticeChoice.APP
    assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    session.rollback()
    assert choice_of(world.worker, group) is NoticeChoice.APP
    others = [other for other in NoticeGroup if other is not group]
    assert NoticeChoice.APP not in {choice_of(world.worker, other) for other in others}
    assert "You get them again" in client.post(address, data={"act": "back"}).text
    session.rollback()
    assert choice_of(world.worker, group) is before


def test_a_mail_says_why_it_came_and_lets_its_reader_leave_that_kind(session, settings, world, proposal):
    decided = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "decided")).first()
    said = words_of(decided)
    assert "because the proposal is yours" in said.text
    assert "Nobody reads replies to this mail" in said.text
    assert "/account/mails" in said.text
    assert "Reply-To" not in said.headers
    token = said.headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert links.read_leave_token(settings, token) == (world.worker.id, NoticeGroup.DECISION)
    assert said.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
