import io
import shutil
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import AttachmentRole, Proposal, ProposalState
from studio.jobs import indexing
from studio.queries.proposals import reference_of
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World, draft
from tests.support.pages import PageClient
from tests.support.people import sign_in_as
from tests.support.sending import send, token_of

pytestmark = on_both_databases

WORDS = {
    "title": "3号地坑盖板翘边绊人",
    "problem": "盖板边上翘起来三公分多，推小车过去咣当一下。",
    "measure": "盖板重新折边，四角加限位角铁。",
    "effect": "不再绊人，小车推着也顺当。",
}


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    """The worker's browser; looks at every page it gets, and at what a GET writes."""
    app.test_client_class = PageClient
    client = app.test_client()
    sign_in_as(client, world.worker)
    return client


def photo(colour: str = "red") -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, "JPEG")
    stream.seek(0)
    return stream


def only_proposal(session: Session) -> Proposal:
    session.rollback()
    return session.scalars(select(Proposal)).one()


def file_it(client: FlaskClient, **fields: Any) -> TestResponse:
    return send(client, "/file", action="submit", filing_key="one", **{**WORDS, **fields})


def test_an_empty_form_saves_nothing(client: FlaskClient, session: Session) -> None:
    assert client.get("/file").status_code == 200
    assert session.scalar(select(func.count(Proposal.id))) == 0


def test_three_answers_make_a_proposal_with_a_receipt(client: FlaskClient, session: Session) -> None:
    answer = file_it(client)

    assert answer.location == "/proposals/2026-00001/receipt"
    receipt = client.get(answer.location)
    assert "2026-00001" in receipt.text
    assert 'class="qr"' in receipt.text
    assert "Why this studio" in receipt.text
    assert only_proposal(session).state is ProposalState.UNDER_REVIEW


def test_what_is_missing_is_said_kindly_and_everything_typed_stays(client: FlaskClient, session: Session) -> None:
    answer = file_it(client, measure="")

    assert answer.status_code == 422
    assert 'href="#measure"' in answer.text
    assert 'id="measure-error"' in answer.text
    assert WORDS["problem"] in answer.text
    assert "One thing is still open" in answer.text
    kept = only_proposal(session)
    assert (kept.state, kept.problem) == (ProposalState.DRAFT, WORDS["problem"])


def test_a_title_nobody_can_read_is_refused_in_words(client: FlaskClient) -> None:
    answer = file_it(client, title="长" * 10_000)

    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text


def test_scripts_and_strange_signs_are_only_text(client: FlaskClient, session: Session) -> None:
    file_it(client, title="<script>alert(1)</script>\0😀 שלום", measure="")

    page = client.get(f"/file/{reference_of(only_proposal(session))}")
    assert "<script>alert" not in page.text
    assert "😀 שלום" in page.text


def test_a_second_click_finds_the_first_filing(client: FlaskClient, session: Session) -> None:
    token = token_of(client.get("/file"))
    data = {"csrf_token": token, "filing_key": "twice", "action": "submit", **WORDS}

    first, second = client.post("/file", data=data), client.post("/file", data=data)

    assert first.location == second.location == "/proposals/2026-00001/receipt"
    assert only_proposal(session).number == "2026-00001"


def test_photos_stay_although_a_word_is_missing(client: FlaskClient, session: Session) -> None:
    answer = file_it(client, effect="", before=(photo(), "before.jpg"), after=(photo("blue"), "after.jpg"))

    assert answer.status_code == 422
    assert answer.text.count("/thumbnail") == 2
    roles = {attachment.role for attachment in only_proposal(session).attachments}
    assert roles == {AttachmentRole.BEFORE, AttachmentRole.AFTER}


def test_a_photo_taken_again_takes_the_place_of_the_first(client: FlaskClient, session: Session) -> None:
    file_it(client, effect="", before=(photo(), "before.jpg"))
    page = f"/file/{reference_of(only_proposal(session))}"

    send(
        client, page, action="save", revision=only_proposal(session).revision, **WORDS, before=(photo("blue"), "b.jpg")
    )

    assert len(only_proposal(session).attachments) == 1


def test_a_photo_can_be_taken_off_again(client: FlaskClient, session: Session) -> None:
    file_it(client, effect="", before=(photo(), "before.jpg"))
    kept = only_proposal(session)

    send(client, f"/file/{reference_of(kept)}", action=f"remove:{kept.attachments[0].id}", **WORDS)

    assert only_proposal(session).attachments == []


@pytest.mark.parametrize("forged", ["9" * 5000, "٣", "", "-1"])
def test_a_forged_removal_changes_nothing(client: FlaskClient, session: Session, forged: str) -> None:
    file_it(client, effect="", before=(photo(), "before.jpg"))
    kept = only_proposal(session)

    answer = send(client, f"/file/{reference_of(kept)}", action=f"remove:{forged}", **WORDS)

    assert answer.status_code == 302
    assert len(only_proposal(session).attachments) == 1


def test_a_disguised_file_is_refused_at_its_field_and_the_words_stay(client: FlaskClient, session: Session) -> None:
    answer = file_it(client, before=(io.BytesIO(b"MZ\x90\x00" + b"\0" * 64), "holiday.jpg"))

    assert answer.status_code == 415
    assert "holiday.jpg" in answer.text
    assert WORDS["problem"] in answer.text
    assert only_proposal(session).state is ProposalState.DRAFT


def test_a_safety_matter_takes_the_fast_lane(client: FlaskClient, session: Session) -> None:
    answer = file_it(client, safety="y")

    assert only_proposal(session).urgent
    assert "within 8 working hours" in client.get(answer.location).text


def test_co_authors_by_name_or_number_split_evenly(client: FlaskClient, session: Session) -> None:
    file_it(client, shares=["于子豪", "", "000104", ""])

    shares = {c.person.employee_no: c.share for c in only_proposal(session).contributors if c.person}
    assert shares == {"000101": 34, "000102": 33, "000104": 33}


def test_several_colleagues_may_join_a_draft_as_it_is_handed_in(client: FlaskClient, session: Session) -> None:
    send(client, "/file", action="save", filing_key="one", **WORDS)
    kept = only_proposal(session)

    send(client, f"/file/{reference_of(kept)}", action="submit", **WORDS, shares=["000102", "", "000104", ""])

    filed = only_proposal(session)
    assert filed.number == "2026-00001"
    assert {c.person.employee_no: c.share for c in filed.contributors if c.person} == {
        "000101": 34,
        "000102": 33,
        "000104": 33,
    }


def test_a_typed_share_is_kept_and_the_submitter_has_the_rest(client: FlaskClient, session: Session) -> None:
    file_it(client, shares=["000102", "30"])

    shares = {c.person.employee_no: c.share for c in only_proposal(session).contributors if c.person}
    assert shares == {"000101": 70, "000102": 30}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["张无名", ""], "Nobody here is called"),
        (["000102", "100"], "leave nothing for the submitter"),
        (["000102", "half"], "whole number from 1 to 99"),
    ],
)
def test_shares_that_cannot_be_are_explained(client: FlaskClient, rows: list[str], said: str) -> None:
    answer = file_it(client, shares=rows)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{rows[0]}"' in answer.text


def test_one_more_row_needs_no_script(client: FlaskClient) -> None:
    answer = send(client, "/file", action="add_person", filing_key="rows", **WORDS, shares=["000102", "20"])

    page = client.get(answer.location)
    assert 'id="who-2"' in page.text
    assert 'value="Person 000102 000102"' in page.text
    assert 'value="20"' in page.text


def test_money_is_read_as_people_write_it(client: FlaskClient, session: Session) -> None:
    file_it(client, claimed_benefit="1.2万", cost="3,000元")

    kept = only_proposal(session)
    assert (kept.claimed_benefit, kept.cost) == (Decimal(12_000), Decimal(3_000))


def test_money_nobody_can_read_is_said_at_its_field(client: FlaskClient) -> None:
    answer = file_it(client, cost="a lot")

    assert answer.status_code == 422
    assert 'id="cost-error"' in answer.text
    assert 'value="a lot"' in answer.text


def test_a_team_leader_files_for_a_worker(client: FlaskClient, session: Session, world: World) -> None:
    sign_in_as(client, world.leader)

    file_it(client, submitter_no="000102")

    filed = only_proposal(session)
    assert filed.submitter is not None
    assert filed.filed_by is not None
    assert (filed.submitter.employee_no, filed.filed_by.employee_no) == ("000102", "000103")


def test_a_worker_cannot_file_in_anothers_name(client: FlaskClient) -> None:
    assert file_it(client, submitter_no="000102").status_code == 422


def test_drafts_are_their_authors_alone(client: FlaskClient, session: Session, world: World) -> None:
    kept = draft(session, world)
    page = f"/file/{reference_of(kept)}"
    assert client.get(page).status_code == 200

    sign_in_as(client, world.mate)
    assert client.get(page).status_code == 404


def test_a_filed_proposal_is_not_written_on(client: FlaskClient, session: Session) -> None:
    file_it(client)

    number = only_proposal(session).number
    assert client.get(f"/file/{number}").location == f"/proposals/{number}/receipt"


def test_a_stale_draft_page_loses_no_word(client: FlaskClient, session: Session, world: World) -> None:
    kept = draft(session, world)
    page, old = f"/file/{reference_of(kept)}", kept.revision
    send(client, page, action="save", revision=old, **WORDS)

    answer = send(client, page, action="save", revision=old, **{**WORDS, "problem": "第二台手机上写的话"})

    assert answer.status_code == 409
    assert "第二台手机上写的话" in answer.text


def autosave(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    token = token_of(client.get("/file"))
    return client.post(address, data={"csrf_token": token, **fields}, headers={"Accept": "application/json"})


def test_words_are_kept_while_they_are_typed(client: FlaskClient, session: Session) -> None:
    first = autosave(client, "/file/autosave", filing_key="typing", problem="盖板")
    assert first.status_code == 200
    assert first.json is not None
    assert first.json["called"] == "盖板", "what it is called while the field for its name is empty"

    again = autosave(client, first.json["autosave"], revision=first.json["revision"], problem="盖板翘起来")
    assert again.json is not None
    assert again.json["address"] == first.json["address"]
    assert only_proposal(session).problem == "盖板翘起来"


def test_a_photo_goes_with_the_autosave_and_comes_back_as_a_thumbnail(client: FlaskClient) -> None:
    answer = autosave(client, "/file/autosave", filing_key="photo", problem="盖板", before=(photo(), "b.jpg"))

    assert answer.json is not None
    assert "/thumbnail" in answer.json["shots"]
    assert answer.json["refused"] == []


def test_the_script_hears_a_refusal_as_json(client: FlaskClient) -> None:
    answer = autosave(client, "/file/autosave", filing_key="long", title="长" * 500)

    assert answer.status_code == 422
    assert answer.json is not None
    assert "500" in answer.json["message"]


def test_an_ended_session_is_told_to_the_script(client: FlaskClient) -> None:
    token = token_of(client.get("/file"))
    client.delete_cookie("studio")

    answer = client.post("/file/autosave", data={"csrf_token": token}, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.is_json


def test_the_receipt_is_for_those_who_filed_it(client: FlaskClient, session: Session, world: World) -> None:
    receipt = file_it(client).location

    sign_in_as(client, world.stranger)
    assert client.get(receipt).location == "/proposals/2026-00001"


def test_no_studio_yet_is_said_on_the_receipt(client: FlaskClient, world: World) -> None:
    sign_in_as(client, world.coordinator)

    assert "The coordinator looks for the right studio first" in client.get(file_it(client).location).text


def test_filed_without_a_name_the_author_can_show_it_later_and_twice_does_no_harm(
    client: FlaskClient, session: Session
) -> None:
    assert "File it without my name being shown" in client.get("/file").text
    file_it(client, anonymous="y")
    proposal = only_proposal(session)
    assert proposal.anonymous
    page = f"/proposals/{proposal.number}"
    shown = client.get(page).text
    assert "Show my name from now on" in shown
    assert "Nobody but the authors and the coordinator sees these names" in shown
    for _click in range(2):
        assert send(client, page, f"{page}/reveal").location == page
    assert not only_proposal(session).anonymous
    assert "Show my name from now on" not in client.get(page).text


def test_nobody_else_shows_it(client: FlaskClient, session: Session, world: World) -> None:
    file_it(client, anonymous="y")
    page = f"/proposals/{only_proposal(session).number}"
    for person in (world.coordinator, world.lead, world.mate):
        sign_in_as(client, person)
        shown = client.get(page).text
        assert "Show my name" not in shown
        assert send(client, page, f"{page}/reveal").status_code == 403
    assert only_proposal(session).anonymous


class TestIsItThereAlready:
    @pytest.fixture
    def there(self, session: Session, world: World, services: Services) -> Proposal:
        """What a colleague has filed, and the index knows."""
        filed = stories.filed(session, world, author=world.mate)
        indexing.index_due(session, services.search)
        return filed

    def ask(self, client: FlaskClient, **words: str) -> str:
        answer = send(client, "/file", "/file/alike", **words)
        assert answer.status_code == 200
        return str(answer.json["part"])  # type: ignore[index] # the client types it as anything

    def test_a_title_that_says_the_same_finds_it(self, client: FlaskClient, there: Proposal) -> None:
        part = self.ask(client, title=there.title)
        assert f'href="/proposals/{there.number}" target="_blank"' in part
        assert "both say: " in part
        assert "<details" in part
        assert " open" not in part.partition("<summary>")[0]

    def test_it_says_nothing_where_nothing_is_alike_and_so_if_it_was_asked(
        self, client: FlaskClient, there: Proposal
    ) -> None:
        words = {"title": "食堂加一个窗口", "problem": "中午排队太久"}
        assert "Nobody has filed one like it" not in self.ask(client, **words)
        assert "Nobody has filed one like it" in self.ask(client, **words, asked="1")

    def test_what_the_writer_may_not_know_of_is_not_there(
        self, client: FlaskClient, session: Session, world: World, there: Proposal, services: Services
    ) -> None:
        with writing(session):
            there.confidential = True  # the index still says it is open
        assert str(there.number) not in self.ask(client, title=there.title)
        indexing.index_due(session, services.search)
        assert str(there.number) not in self.ask(client, title=there.title)

    def test_without_scripts_a_button_keeps_the_draft_and_shows_it(
        self, client: FlaskClient, session: Session, there: Proposal
    ) -> None:
        kept = send(client, "/file", action="alike", filing_key="one", title=there.title)
        assert kept.status_code == 302
        assert f"/proposals/{there.number}" in client.get(kept.location).text
        assert "/proposals/" not in client.get(kept.location.partition("?")[0]).text

    def test_after_a_filing_that_lacks_something_it_is_shown(self, client: FlaskClient, there: Proposal) -> None:
        refused = file_it(client, title=there.title, problem="")
        assert refused.status_code == 422
        assert f"/proposals/{there.number}" in refused.text

    def test_without_an_index_it_is_silent(self, client: FlaskClient, there: Proposal, settings: Settings) -> None:
        shutil.rmtree(settings.data / "index")
        assert "<button" in self.ask(client, title=there.title, asked="1")
        assert str(there.number) not in self.ask(client, title=there.title)
        assert file_it(client, title=there.title, problem="").status_code == 422

    def test_very_long_texts_and_none_are_answered(self, client: FlaskClient, there: Proposal) -> None:
        assert "<button" in self.ask(client)
        assert "<button" in self.ask(client, title=" ", asked="1")
        assert str(there.number) in self.ask(client, title=there.title, problem="长" * 100_000)

    def test_nobody_asks_all_day(self, client: FlaskClient, there: Proposal) -> None:
        token = token_of(client.get("/file"))
        statuses = [
            client.post("/file/alike", data={"csrf_token": token, "title": "盖板"}).status_code for _ in range(41)
        ]
        assert statuses.count(200) == 40
        assert statuses[-1] == 429
        assert client.get("/file").status_code == 200
