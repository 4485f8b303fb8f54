"""Rubrics in the administration, and on the form of a reviewer."""

import re
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, Rubric
from studio.domain.rubrics import MOST_CRITERIA
from studio.operations.rubric_templates import TEMPLATES
from studio.queries import rubrics as queries
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.rubrics import one_to_five
from tests.factories.world import World
from tests.support.pages import PageClient, main_text, parse
from tests.support.people import sign_in_as
from views.forms.rubrics import form_of

ROOT = "/administration/rubrics"
EDIT = f"{ROOT}/policy/edit"
PAGES = ["", "/new", "/policy", "/policy/versions/1", "/policy/edit", "/kaizen", "/kaizen/edit"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def kaizen(session: Session, world: World) -> None:
    with writing(session):
        session.add(one_to_five())


@pytest.fixture
def admin(world: World, kaizen: None, client: FlaskClient) -> FlaskClient:
    sign_in_as(client, world.admin)
    return client


def typed(page: str) -> dict[str, str]:
    """Return what the fields of the large form on a page hold, as a browser would send them back."""
    form = next(form for form in parse(page).iter("form") if "rubric-edit" in (form.get("class") or ""))
    return {field.get("name") or "": _value(field) for tag in ("input", "textarea") for field in form.iter(tag)}


def _value(field: Element) -> str:
    return (field.text or "").removeprefix("\n") if field.tag == "textarea" else field.get("value") or ""


def rubric(session: Session, code: str = "policy") -> Rubric:
    session.expire_all()
    found = queries.rubric(session, code)
    assert found is not None
    return found


def names_of(page: str) -> list[str]:
    sent = typed(page)
    return [sent[f"name_en_{row}"] for row in range(len(sent)) if f"name_en_{row}" in sent]


@on_both_databases
@pytest.mark.parametrize("page", PAGES)
def test_administrators_read_every_page(admin: FlaskClient, page: str):
    assert admin.get(f"{ROOT}{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_reads_or_changes(world: World, kaizen: None, client: FlaskClient, page: str):
    for person in (world.worker, world.lead, world.coordinator):
        sign_in_as(client, person)
        assert client.get(f"{ROOT}{page}").status_code == 403
        assert client.post(EDIT, data={"act": "publish"}).status_code == 403
        assert client.post(f"{ROOT}/kaizen/active", data={"active": "no"}).status_code == 403
        assert client.post(ROOT, data={"default": "kaizen"}).status_code == 403


@pytest.mark.parametrize("page", ["/none", "/none/edit", "/policy/versions/2", "/policy/versions/0", "/💡"])
def test_what_is_not_there_is_404(admin: FlaskClient, page: str):
    assert admin.get(f"{ROOT}{page}").status_code == 404


@on_both_databases
def test_a_new_version_is_published_and_the_old_one_can_be_seen(session: Session, admin: FlaskClient):
    sent = typed(admin.get(EDIT).text)
    sent |= {"weight_0": "40", "levels_zh_0": "60：够用\n80 很好", "levels_en_0": "60: enough\n80 very good",
             "change": "创新更重要", "act": "publish"}  # fmt: skip
    assert admin.post(EDIT, data=sent).status_code == 302
    text = main_text(admin.get(f"{ROOT}/policy").text)
    for words in ("Version 2 holds", "Innovation 35%", "80 and more: very good", "创新更重要", "Person 000304"):
        assert words in text
    old = main_text(admin.get(f"{ROOT}/policy/versions/1").text)
    assert "An earlier version" in old
    assert "Innovation 25%" in old
    levels = [(level.from_score, level.text_zh) for level in rubric(session).versions[-1].criteria[0].levels]
    assert levels == [(60, "够用"), (80, "很好")]


@on_both_databases
def test_every_template_goes_through_the_form_unchanged(app: Flask):
    with app.test_request_context():
        for draft in TEMPLATES.values():
            assert form_of(draft, 1).draft() == draft


def test_rows_are_added_removed_and_moved_without_publishing(session: Session, admin: FlaskClient):
    page = admin.get(EDIT).text
    assert names_of(page) == ["Innovation", "Quality", "Effect", "Contribution"]
    for act, names in (
        ("down-0", ["Quality", "Innovation", "Effect", "Contribution"]),
        ("up-3", ["Quality", "Innovation", "Contribution", "Effect"]),
        ("up-0", ["Quality", "Innovation", "Contribution", "Effect"]),
        ("down-3", ["Quality", "Innovation", "Contribution", "Effect"]),
        ("remove-1", ["Quality", "Contribution", "Effect"]),
        ("add", ["Quality", "Contribution", "Effect", ""]),
        ("look", ["Quality", "Contribution", "Effect", ""]),
        ("remove-99", ["Quality", "Contribution", "Effect", ""]),
        ("nonsense", ["Quality", "Contribution", "Effect", ""]),
    ):
        answer = admin.post(EDIT, data={**typed(page), "act": act})
        assert answer.status_code == 200
        page = answer.text
        assert names_of(page) == names
    assert len(rubric(session).versions) == 1
    sent = {**typed(page), "name_zh_3": "省力", "name_en_3": "Ease", "weight_3": "1", "act": "publish"}
    assert admin.post(EDIT, data=sent).status_code == 302
    codes = [criterion.code for criterion in rubric(session).versions[-1].criteria]
    assert codes == ["quality", "contribution", "effect", "ease"]


def test_there_is_an_end_to_adding(admin: FlaskClient):
    page = admin.get(EDIT).text
    for _ in range(MOST_CRITERIA + 3):
        page = admin.post(EDIT, data={**typed(page), "act": "add"}).text
    assert len(names_of(page)) == MOST_CRITERIA + 1
    assert f"At most {MOST_CRITERIA} criteria" in main_text(
        admin.post(EDIT, data={**_numbered(typed(page)), "act": "publish"}).text
    )


def _numbered(sent: dict[str, str]) -> dict[str, str]:
    rows = [name.removeprefix("name_zh_") for name in sent if name.startswith("name_zh_")]
    named = {f"name_{language}_{row}": f"Item {row}" for row in rows for language in ("zh", "en")}
    return {**sent, **named, **{f"weight_{row}": "1" for row in rows}}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name_zh", "", "Give a name in both languages"),
        ("name_en_2", " ", "Give a name in both languages"),
        ("name_en_2", "长" * 5000, "Please shorten it to 40"),
        ("weight_1", "viel", "Write a number"),
        ("weight_1", "NaN", "Write a number"),
        ("weight_1", "9" * 5000, "A weight is more than 0"),
        ("weight_1", "-3", "A weight is more than 0"),
        ("highest_0", "", "Write a whole number"),
        ("highest_0", "-1", "Write a whole number"),
        ("highest_0", "9" * 5000, "Write a whole number"),
        ("highest_0", "0", "The highest score must be above the lowest"),
        ("levels_zh_0", "够用", "Begin each line with the score"),
        ("levels_zh_0", "60 够用", "Say each level in both languages"),
        ("levels_en_0", "60 enough\n60 again", "Start each level at a higher score"),
        ("levels_en_0", "60 enough", "Say each level in both languages"),
        ("name_en_1", "Innovation", "Two criteria have this name"),
        ("change", "x" * 301, "Please shorten it to 300"),
    ],
)
def test_a_mistake_comes_back_with_every_word(session: Session, admin: FlaskClient, field: str, value: str, says: str):
    sent = {**typed(admin.get(EDIT).text), "hint_zh_3": "想了很久的提示", field: value, "act": "publish"}
    answer = admin.post(EDIT, data=sent)
    assert answer.status_code == 422
    assert says in main_text(answer.text)
    back = typed(answer.text)
    assert back["hint_zh_3"] == "想了很久的提示"
    assert back[field] == value.strip()
    assert len(rubric(session).versions) == 1


@pytest.mark.parametrize("data", [{}, {"act": "publish"}, {"act": "publish", "name_zh_0": "\x00", "seen": "x" * 99}])
def test_an_empty_or_forged_form_publishes_nothing(session: Session, admin: FlaskClient, data: dict[str, str]):
    answer = admin.post(EDIT, data=data)
    assert answer.status_code == (422 if "act" in data else 200)
    assert len(rubric(session).versions) == 1


def test_a_second_click_and_a_slower_colleague(session: Session, admin: FlaskClient):
    sent = {**typed(admin.get(EDIT).text), "weight_0": "40", "act": "publish"}
    assert [admin.post(EDIT, data=sent).status_code for _ in range(2)] == [302, 302]
    slower = admin.post(EDIT, data={**sent, "weight_0": "50", "change": "想了半天的理由"})
    assert slower.status_code == 409
    assert "想了半天的理由" in slower.text
    assert len(rubric(session).versions) == 2


def test_nothing_new_is_said_to_be_nothing_new(session: Session, admin: FlaskClient):
    sent = {**typed(admin.get(EDIT).text), "act": "publish"}
    assert "the same as before" in main_text(admin.post(EDIT, data=sent, follow_redirects=True).text)
    assert len(rubric(session).versions) == 1


@on_both_databases
def test_a_kind_is_given_a_rubric(session: Session, admin: FlaskClient):
    sent = {"default": "policy", "kind_suggestion": "kaizen", "kind_renovation": ""}
    assert admin.post(ROOT, data=sent).status_code == 302
    assert [kind.code for kind in rubric(session, "kaizen").kinds] == ["suggestion"]
    assert "Suggestion" in main_text(admin.get(f"{ROOT}/kaizen").text)
    for forged in ({"default": "none"}, {"kind_suggestion": "none"}, {"default": ""}):
        assert admin.post(ROOT, data={**sent, **forged}).status_code == 422
    assert [kind.code for kind in rubric(session, "kaizen").kinds] == ["suggestion"]


def test_a_rubric_retires_and_comes_back(session: Session, admin: FlaskClient):
    assert admin.post(f"{ROOT}/kaizen/active", data={"active": "no"}).status_code == 302
    assert not rubric(session, "kaizen").active
    assert "retired" in main_text(admin.get(ROOT).text)
    assert admin.post(ROOT, data={"default": "kaizen"}).status_code == 422
    assert admin.post(f"{ROOT}/kaizen/active", data={"active": "yes"}).status_code == 302
    assert rubric(session, "kaizen").active
    text = main_text(admin.post(f"{ROOT}/policy/active", data={"active": "no"}, follow_redirects=True).text)
    assert "Choose another for that first" in text
    assert rubric(session).active


class TestReviewForm:
    @pytest.fixture
    def by_kaizen(self, session: Session, kaizen: None) -> None:
        """Everything is scored from 1 to 5."""
        with writing(session):
            rubric(session).is_default = False
            session.flush()
            rubric(session, "kaizen").is_default = True

    def test_hints_and_levels_stand_beside_the_number(
        self, session: Session, world: World, by_kaizen: None, client: FlaskClient
    ):
        proposal = stories.filed(session, world)
        sign_in_as(client, world.reviewer)
        page = client.get(f"/proposals/{proposal.number}/review").text
        text = main_text(page)
        for words in ("Kaizen sheet", "Cause 50%", "Go and see", "3 and more: In use"):
            assert words in text
        assert re.findall(r'name="score_(\w+)".*?placeholder="([^"]+)"', page) == [("cause", "1–5"), ("benefit", "1–5")]

    @pytest.mark.parametrize("score", ["0", "6", "", "五分"])
    def test_each_scale_has_its_own_ends(
        self, session: Session, world: World, by_kaizen: None, client: FlaskClient, score: str
    ):
        proposal = stories.filed(session, world)
        sign_in_as(client, world.reviewer)
        sent = {"revision": proposal.revision, "score_cause": score, "score_benefit": "4", "recommendation": "accept"}
        answer = client.post(f"/proposals/{proposal.number}/review", data=sent)
        assert answer.status_code == 422
        assert "A score is a whole number from 1 to 5." in main_text(answer.text)

    def test_the_panel_shows_points_on_their_scale_and_names_the_grade(
        self, session: Session, world: World, by_kaizen: None, client: FlaskClient
    ):
        proposal = stories.filed(session, world)
        for person, score in ((world.reviewer, "5"), (world.second_reviewer, "4")):
            session.expire_all()
            sign_in_as(client, person)
            sent = {"revision": proposal.revision, "score_cause": score, "score_benefit": "5"}
            address = f"/proposals/{proposal.number}/review"
            assert client.post(address, data={**sent, "recommendation": "accept"}).status_code == 302
        text = main_text(client.get(f"/proposals/{proposal.number}").text)
        for words in ("93.8", "Grade 1", "2 reviews", "spread 12.5", "4.5/5", "2 reviewers gave 5, 4."):
            assert words in text

    def test_a_panel_keeps_its_version_and_the_form_says_why(
        self, session: Session, world: World, admin: FlaskClient, client: FlaskClient
    ):
        proposal = stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
        sent = {**typed(admin.get(EDIT).text), "name_zh_0": "新意", "name_en_0": "Newness", "act": "publish"}
        admin.post(EDIT, data=sent)
        sign_in_as(client, world.second_reviewer)
        text = main_text(client.get(f"/proposals/{proposal.number}/review").text)
        assert "The rubric has changed, but one proposal keeps to one version" in text
        assert "Innovation" in text
        assert "Newness" not in text

    def test_a_page_from_before_the_change_comes_back_whole_and_new(
        self, session: Session, world: World, admin: FlaskClient, client: FlaskClient
    ):
        proposal = stories.filed(session, world)
        sign_in_as(client, world.reviewer)
        address = f"/proposals/{proposal.number}/review"
        seen = re.search(r'name="rubric_version"[^>]*value="(\d+)"', client.get(address).text)
        assert seen
        sign_in_as(client, world.admin)
        changed = {**typed(client.get(EDIT).text), "name_zh_0": "新意", "name_en_0": "Newness", "act": "publish"}
        client.post(EDIT, data=changed)
        sign_in_as(client, world.reviewer)
        scores = {f"score_{code}": str(score) for code, score in stories.GOOD_SCORES.items()}
        given = {**scores, "recommendation": "accept", "comment": "写了半天", "revision": proposal.revision}
        answer = client.post(address, data={**given, "rubric_version": seen[1]})
        assert answer.status_code == 422
        assert "The criteria have changed since you opened the page" in main_text(answer.text)
        assert "写了半天" in answer.text
        assert 'value="88"' in answer.text
        renewed = re.search(r'name="rubric_version"[^>]*value="(\d+)"', answer.text)
        assert renewed
        assert client.post(address, data={**given, "rubric_version": renewed[1]}).status_code == 302


def test_an_administrator_chooses_the_kinds_that_are_judged_without_names(
    client: FlaskClient, session: Session, world: World
) -> None:
    sign_in_as(client, world.admin)
    page = client.get("/administration/rubrics").text
    assert "Which kinds are judged without names?" in main_text(page)
    for codes in (["suggestion"], ["suggestion"], []):
        answer = client.post("/administration/rubrics/blind", data={"kind_codes": codes})
        assert answer.location == "/administration/rubrics#blind"
        assert [kind.code for kind in session.scalars(select(Kind).where(Kind.blind))] == codes
    answer = client.post("/administration/rubrics/blind", data={"kind_codes": ["poem"]})
    assert "Please choose a kind from the list." in client.get(answer.location).text
    sign_in_as(client, world.coordinator)
    assert client.post("/administration/rubrics/blind", data={}).status_code == 403


def test_a_rubric_from_nothing_is_written_line_by_line_and_said_to_be_there(
    session: Session, admin: FlaskClient
) -> None:
    page = admin.get(f"{ROOT}/new")
    assert page.text.count("criterion-edit") == 3
    sent = {**typed(page.text), "name_zh": "班组评分", "name_en": "Team sheet"}
    fewer = admin.post(f"{ROOT}/new", data={**sent, "act": "remove-2"})
    sent = typed(fewer.text)
    for row, weight in enumerate(("70", "20")):
        sent |= {f"name_zh_{row}": f"第{row}项", f"name_en_{row}": f"Line {row}", f"weight_{row}": weight}
    wrong = admin.post(f"{ROOT}/new", data={**sent, "act": "publish"})
    assert wrong.status_code == 422
    assert "The weights must make 100; now they make 90." in main_text(wrong.text)
    assert typed(wrong.text)["name_zh_1"] == "第1项"
    done = admin.post(f"{ROOT}/new", data={**sent, "weight_1": "30", "act": "publish"}, follow_redirects=True)
    assert "The rubric is there." in done.text
    assert "“Team sheet”: version 1 published" in main_text(admin.get(ROOT).text)
    assert rubric(session, "team_sheet").versions[0].created_by is not None
