"""Stories as everybody reads them and as coordinators keep them."""

import pytest

from models import ProposalState
from studio.operations import stories
from studio.operations.stories import Telling
from studio.queries import stories as queries
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import used
from tests.support.pages import main_text
from tests.support.people import sign_in_as

pytestmark = on_both_databases
WRITTEN = {"headline": "盖板不绊人了", "words": "推车过去，一声不响。", "before": "", "after": ""}


@pytest.fixture
def coordinator(app, client, world):
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in_as(client, world.coordinator)
    return client


@pytest.fixture
def proposal(session, world):
    return used(session, world, "盖板重新折边", 12_000)


def told(session):
    return [one.headline for one in queries.page_of(session)[0]]


def test_a_coordinator_chooses_tells_changes_and_takes_down(coordinator, session, proposal):
    assert "盖板重新折边" in main_text(coordinator.get("/stories/new").text)
    address = f"/stories/new?proposal={proposal.number}"
    assert coordinator.get(address).status_code == 200
    answer = coordinator.post(address, data=WRITTEN)
    assert answer.status_code == 302
    page = main_text(coordinator.get(answer.location).text)
    for words in ("盖板不绊人了", "推车过去，一声不响。", "Person 000101", "¥12,000"):
        assert words in page
    (code,) = [one.code for one in queries.page_of(session)[0]]
    form = coordinator.get(f"/stories/{code}/edit").text
    assert 'value="盖板不绊人了"' in form
    changed = {**WRITTEN, "headline": "新标题", "revision": "1"}
    assert coordinator.post(f"/stories/{code}/edit", data=changed).status_code == 302
    assert told(session) == ["新标题"]
    assert coordinator.post(f"/stories/{code}/edit", data={**changed, "headline": "更新"}).status_code == 409
    assert coordinator.post(f"/stories/{code}/down").status_code == 302
    assert (told(session), coordinator.get(f"/stories/{code}").status_code) == ([], 404)
    assert "taken down" in main_text(coordinator.get("/stories").text)
    assert coordinator.post(f"/stories/{code}/up").status_code == 302
    assert told(session) == ["新标题"]


def test_what_is_wrong_comes_back_with_everything_that_was_typed(coordinator, session, proposal):
    address = f"/stories/new?proposal={proposal.number}"
    for changes in ({"headline": " "}, {"headline": "长" * 61}, {"before": "4711"}, {"after": "x"}):
        answer = coordinator.post(address, data={**WRITTEN, **changes})
        assert answer.status_code == 422
        assert "推车过去，一声不响。" in answer.text
    assert told(session) == []
    coordinator.post(address, data=WRITTEN)
    again = coordinator.post(address, data={**WRITTEN, "headline": "另一个标题"})
    assert (again.status_code, "另一个标题" in again.text) == (422, True)


def test_what_cannot_be_told_says_so_and_what_is_not_his_is_closed(coordinator, session, world, proposal):
    with writing(session):
        proposal.state = ProposalState.ACCEPTED
    number = proposal.number
    assert "Only what is in use" in main_text(coordinator.get(f"/stories/new?proposal={number}").text)
    assert coordinator.post(f"/stories/new?proposal={number}", data=WRITTEN).status_code == 422
    assert coordinator.get("/stories/new?proposal=2026-99999").status_code == 404
    for address in ("/stories/none/edit", "/stories/none", "/stories/x%00"):
        assert coordinator.get(address).status_code == 404
    sign_in_as(coordinator, world.worker)
    assert coordinator.get("/stories/new").status_code == 403
    assert "Tell a story" not in main_text(coordinator.get("/stories").text)


def test_everybody_reads_them_in_their_order_and_the_first_on_the_first_page(coordinator, session, world, proposal):
    assert "No story is told yet" in main_text(coordinator.get("/stories").text)
    other = used(session, world, "别的", 1)
    with writing(session):
        for one, headline in ((proposal, "先讲的"), (other, "后讲的")):
            stories.tell(session, one, Telling(headline), actor=world.coordinator, at=world.at)
    codes = {one.headline: one.code for one in queries.page_of(session)[0]}
    coordinator.post(f"/stories/{codes['先讲的']}/before", data={"other": codes["后讲的"]})
    sign_in_as(coordinator, world.stranger)
    page = main_text(coordinator.get("/stories").text)
    assert page.index("先讲的") < page.index("后讲的")
    assert "先讲的" in main_text(coordinator.get("/").text)
    assert "Everybody reads its story: “先讲的”" in main_text(coordinator.get(f"/proposals/{proposal.number}").text)
    assert coordinator.post(f"/stories/{codes['先讲的']}/down").status_code == 403
