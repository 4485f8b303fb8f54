"""Similar proposals, saying that one repeats another, following: as people see it."""

from pathlib import Path
from shutil import rmtree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Follower, Person, Proposal, ProposalState, Verb
from studio.domain import repeats as rules
from studio.jobs import indexing
from studio.operations import deciding, reviewing
from studio.operations.deciding import Verdict
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def pair(session: Session, world: World, services: Services) -> tuple[Proposal, Proposal]:
    """An original of the worker's and the same again by the mate, both in the index."""
    found = stories.filed(session, world), stories.filed(session, world, author=world.mate)
    indexing.index_due(session, services.search)
    return found


def read(client: FlaskClient, person: Person, address: str, status: int = 200) -> str:
    sign_in_as(client, person)
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return main_text(answer.text)


def send(client: FlaskClient, person: Person, original: Proposal, repeat: Proposal, **data: object) -> tuple[int, str]:
    sign_in_as(client, person)
    address = f"/proposals/{repeat.number}/repeats/{original.number}"
    seen = {"revision": repeat.revision, "original_revision": original.revision, "reason": "同一块盖板。"}
    answer = client.post(address, data={**seen, **data})
    return answer.status_code, answer.text


SHARES = {"share_0": "60", "share_1": "40"}


@on_both_databases
class TestSimilar:
    def test_those_who_judge_it_see_what_is_alike(self, world, client, pair):
        original, repeat = pair
        address = f"/proposals/{repeat.number}"
        lead = read(client, world.lead, address)
        assert "Has somebody filed it already?" in lead
        assert original.number in lead
        assert "Almost the same; both say: " in lead
        assert "same place or machine" in lead
        assert "It repeats this one" in lead
        for person in (world.reviewer, world.coordinator):
            text = read(client, person, address)
            assert original.number in text
            assert "It repeats this one" not in text
        for person in (world.worker, world.mate, world.stranger, world.admin):
            assert "Has somebody filed it already?" not in read(client, person, address)

    def test_what_the_reader_may_not_know_of_is_not_there(self, session, world, client, pair, services):
        original, repeat = pair
        with writing(session):
            original.confidential, original.studio = True, world.other_studio  # the index still says it is open
        assert original.number not in read(client, world.lead, f"/proposals/{repeat.number}")
        indexing.index_due(session, services.search)
        assert original.number not in read(client, world.lead, f"/proposals/{repeat.number}")

    def test_without_an_index_the_page_says_nothing(self, world, client, pair, services):
        _original, repeat = pair
        rmtree(Path(services.settings.index_path))
        text = read(client, world.lead, f"/proposals/{repeat.number}")
        assert "Has somebody filed it already?" not in text
        assert "Where it stands" in text

    def test_it_costs_the_same_with_one_and_three(self, session, world, client, pair, services):
        _original, repeat = pair
        address = f"/proposals/{repeat.number}"
        read(client, world.lead, address)
        with listening() as one:
            client.get(address)
        for _ in range(2):
            stories.filed(session, world)
        indexing.index_due(session, services.search)
        client.get(address)
        with listening() as three:
            client.get(address)
        assert one.count == three.count


@on_both_databases
def test_two_become_one_and_part_again(session: Session, world: World, client: FlaskClient, pair):
    original, repeat = pair
    with writing(session):
        reviewing.comment(session, repeat, actor=world.stranger, at=world.at, body="我们那边也绊人")
    page = read(client, world.lead, f"/proposals/{repeat.number}/repeats/{original.number}")
    assert original.title in page
    assert "Together 100" in page
    status, _page = send(client, world.lead, original, repeat, way="merge", **SHARES)
    assert status == 302
    session.expire_all()
    assert [part.share for part in original.contributors] == [60, 40]
    first = read(client, world.stranger, f"/proposals/{original.number}")
    assert "with Person 000102" in first
    assert "Filed again as1" in first
    assert f"{repeat.number}Person 000102" in first
    assert "One comment there" in first
    assert f"merged {repeat.number} into this" in first
    second = read(client, world.stranger, f"/proposals/{repeat.number}")
    assert "together with Person 000101" in second
    assert "我们那边也绊人" in second
    assert f"merged it into {original.number}" in second
    assert "take that back" not in second
    assert "take that back" in read(client, world.coordinator, f"/proposals/{repeat.number}")
    answer = client.post(f"/proposals/{repeat.number}/undo-duplicate", data={"revision": repeat.revision, "words": ""})
    assert answer.status_code == 302
    session.expire_all()
    assert (repeat.state, [part.share for part in original.contributors]) == (ProposalState.UNDER_REVIEW, [100])
    assert "Filed again as" not in read(client, world.stranger, f"/proposals/{original.number}")


def test_marking_only_leaves_the_shares(session: Session, world: World, client: FlaskClient, pair):
    original, repeat = pair
    assert send(client, world.lead, original, repeat, way="mark", share_0="quatsch")[0] == 302
    session.expire_all()
    assert (repeat.duplicate_of_id, [part.share for part in original.contributors]) == (original.id, [100])
    assert "together with" not in read(client, world.worker, f"/proposals/{repeat.number}")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"way": ""}, "Choose one of the two"),
        ({"way": "burn"}, "Not a valid choice"),
        ({"way": "mark", "reason": " "}, "Give the reason"),
        ({"way": "mark", "reason": "长" * 10_000}, "shorten it"),
        ({"way": "merge", **SHARES, "share_1": "41"}, "now they make 101"),
        ({"way": "merge", **SHARES, "share_1": "-40"}, "a share is from 1 to 100"),
        ({"way": "merge", **SHARES, "share_0": "9" * 400}, "a share is from 1 to 100"),
        ({"way": "merge", **SHARES, "share_0": "对半"}, "a share is from 1 to 100"),
        ({"way": "merge", "share_0": "100"}, "now they make 133"),
    ],
)
def test_a_mistake_comes_back_with_every_word(session, world, client, pair, data, says):
    original, repeat = pair
    status, page = send(client, world.lead, original, repeat, **data)
    assert status == 422
    assert says in main_text(page)
    assert data.get("reason", "同一块盖板。").strip() in page
    assert data.get("share_0", "67") in page or len(data["share_0"]) > 3
    session.expire_all()
    assert repeat.state is ProposalState.UNDER_REVIEW


@pytest.mark.parametrize("name", ["worker", "mate", "reviewer", "coordinator", "stranger", "other_lead", "admin"])
def test_others_neither_see_nor_send_it(world, client, pair, name):
    original, repeat = pair
    read(client, getattr(world, name), f"/proposals/{repeat.number}/repeats/{original.number}", 403)
    assert send(client, getattr(world, name), original, repeat, way="mark")[0] == 403


def test_what_cannot_be_the_original_says_why(session, world, client, pair):
    original, repeat = pair
    address = f"/proposals/{repeat.number}/repeats"
    assert "cannot repeat itself" in read(client, world.lead, f"{address}/{repeat.number}", 422)
    for number in ("2026-99999", "draft-999", "💡"):
        read(client, world.lead, f"{address}/{number}", 404)
    assert send(client, world.lead, repeat, original, way="mark")[0] == 302
    assert "is itself marked as a repeat of this one" in read(client, world.lead, f"{address}/{original.number}", 422)


def test_a_repeat_leads_to_its_original(session, world, client, pair):
    original, repeat = pair
    send(client, world.lead, original, repeat, way="mark")
    third = stories.filed(session, world)
    page = read(client, world.lead, f"/proposals/{third.number}/repeats/{repeat.number}")
    assert f"{repeat.number} is a repeat itself" in page
    assert send(client, world.lead, repeat, third, way="mark", original_revision=original.revision)[0] == 302
    session.expire_all()
    assert third.duplicate_of_id == original.id


def test_an_older_page_is_409_and_keeps_its_words(session, world, client, pair):
    original, repeat = pair
    for stale in ("revision", "original_revision"):
        for seen in ("0", "x", "9" * 30):
            status, page = send(client, world.lead, original, repeat, way="merge", **{**SHARES, stale: seen})
            assert status == 409
            assert "同一块盖板。" in page
    assert send(client, world.lead, original, repeat, way="mark")[0] == 302
    assert send(client, world.lead, original, repeat, way="mark")[0] == 409


def test_where_the_two_cannot_be_one_the_page_says_so(session, world, client):
    original = stories.filed(session, world, author=world.stranger, title="冒口", problem="浇注冒口缩孔。")
    repeat = stories.filed(session, world)
    page = read(client, world.lead, f"/proposals/{repeat.number}/repeats/{original.number}")
    assert "lead of its studio or the coordinator" in page
    assert "Together 100" not in page
    assert send(client, world.lead, original, repeat, way="merge", **SHARES)[0] == 422
    assert send(client, world.lead, original, repeat, way="mark")[0] == 302


def test_shares_changed_since_keep_the_undo_s_words(session, world, client, pair):
    original, repeat = pair
    verdict = Verdict(
        verb=Verb.MARK_DUPLICATE,
        reason="同一块。",
        duplicate_of=original.number,
        shares=rules.suggested(original, repeat),
    )
    with writing(session):
        deciding.decide(session, repeat, verdict, actor=world.lead, at=world.at)
    with writing(session):
        for part, share in zip(original.contributors, (50, 50), strict=True):
            part.share = share
    sign_in_as(client, world.lead)
    data = {"revision": repeat.revision, "words": "其实不一样"}
    answer = client.post(f"/proposals/{repeat.number}/undo-duplicate", data=data)
    assert answer.status_code == 422
    assert "have been changed since" in main_text(answer.text)
    assert "其实不一样" in answer.text


@on_both_databases
def test_following_and_leaving(session, world, client, pair):
    original, _repeat = pair
    address = f"/proposals/{original.number}"
    assert "Follow it" in read(client, world.stranger, address)
    for _ in range(2):
        assert client.post(f"{address}/follow").status_code == 302
    assert "No longer follow it" in read(client, world.stranger, address)
    session.expire_all()
    assert [one.person_id for one in session.query(Follower)] == [world.stranger.id]
    for _ in range(2):
        assert client.post(f"{address}/unfollow").status_code == 302
    assert "No longer" not in read(client, world.stranger, address)
    assert "ollow it" not in read(client, world.worker, address)
    assert client.post(f"{address}/follow").status_code == 403
    assert client.post("/proposals/2026-99999/follow").status_code == 404
