"""Whatever arrives, the answer is a page that says what happened: right status, plain words, nothing half-written."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from models import Attachment, Contributor, Event, Proposal, ProposalState
from studio.settings import Settings
from tests.conftest import on_both_databases
from tests.files import samples
from tests.journeys.conftest import COORDINATOR, LEAD, MATE, REVIEWER, WORKER, Firm
from tests.journeys.test_nothing_is_lost import WORDS, file_one
from tests.journeys.visitor import Visitor
from tests.support.forms import Form

pytestmark = on_both_databases

CHINESE = re.compile("[\u4e00-\u9fff]")
REQUEST_LIMIT = 3_000_000
NO_NUMBERS = (
    "9999-99999",
    "2026-1",
    "draft-999999999",
    "draft-0",
    "draft-x",
    "draft-" + "9" * 40,
    "x" * 500,
    "%00",
    "%FF",
)
NO_PAGES = ("/no-such-page", "/attachments/999/a.jpg", f"/attachments/{10**15}/a.jpg", "/digest/2026-13", "/digest/x")
QUESTIONS = (
    *("q=*", "q=%00", "q=id:*", 'q="', "q=(((", "q=" + "导卫" * 5000, "q=AND OR NOT", "q=[a TO", "q=~^", "q=a&page=-1"),
    *("page=99999999999999999999", "page=x", "sort=evil", "studio=999999&studio=x", "year=20x6", "unit=%F0%9F%94%A7"),
    "state=no-such",
)


@pytest.fixture
def settings(settings: Settings, database: str) -> Settings:
    """Each database speaks one language, so that both of both are met without every pair."""
    locale = "zh_CN" if database.startswith("sqlite") else "en"
    return replace(settings, locale=locale, request_limit=REQUEST_LIMIT)


def refused(visitor: Visitor, english: str) -> None:
    """The page says the sentence, in the reader's language; there is no trace of how the program is made."""
    if '<html lang="zh-CN"' in visitor.html:
        assert CHINESE.search(visitor.text)
        assert english not in visitor.html, "this sentence is not in Chinese"
    else:
        assert english in visitor.text, visitor.text
    for trace in ("Traceback", "sqlalchemy", "site-packages", "IntegrityError", "DataError"):
        assert trace not in visitor.html


def new_form(visitor: Visitor, **more: str | list[str]) -> Form:
    """A complete filing, not sent yet."""
    return visitor.get("/file").form("problem").fill(title="盖板翘边绊人", **WORDS, **more)


def filed(firm: Firm) -> int:
    with firm.database() as session:
        return session.scalar(select(func.count(Proposal.id)).where(Proposal.submitted_at.is_not(None))) or 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": "长" * 10_000}, "Please shorten it to 120 characters; now there are 10000."),
        ({"problem": "长" * 10_000}, "Please shorten it to 4000 characters; now there are 10000."),
        ({"claimed_benefit": "很多"}, "Write an amount in yuan"),
        ({"cost": "-5"}, "Write an amount in yuan"),
        ({"claimed_benefit": "NaN"}, "Write an amount in yuan"),
        ({"claimed_benefit": "1e999999999"}, "Write an amount in yuan"),
        ({"shares": ["999999", "30"]}, "Nobody here is called"),
        ({"shares": [MATE, "130"]}, "leave nothing for the submitter"),
        ({"shares": [MATE, "三成"]}, "A share is a whole number from 1 to 99"),
        ({"shares": [MATE, "²"]}, "A share is a whole number from 1 to 99"),
        ({"problem": "…… —— \u200b"}, "say what is wrong now"),
        ({"measure": "\x00\x01"}, "say what you would change"),
    ],
)
def test_a_field_that_cannot_be_taken_comes_back_with_everything_typed(
    firm: Firm, given: dict[str, str | list[str]], sentence: str
) -> None:
    worker = firm.browser(WORKER)

    worker.send(new_form(worker).fill(**given), "submit", expect=422)

    refused(worker, sentence)
    assert filed(firm) == 0
    again = worker.form("problem")
    for name, words in WORDS.items():
        if name not in given:
            assert again.value(name) == words
    for name in {"title", "claimed_benefit", "cost"} & set(given):
        assert again.value(name) == given[name]
    worker.send(
        again.fill(**{**dict.fromkeys(set(given) - {"shares"}, ""), "title": "好", **WORDS}, shares=[]), "submit"
    )
    assert worker.path.endswith("/receipt"), worker.text


@pytest.mark.parametrize("forged", [{"kind_code": "no-such"}, {"theme_codes": "no-such"}, {"submitter_no": "000104"}])
def test_a_choice_that_was_never_offered_is_refused(firm: Firm, forged: dict[str, str]) -> None:
    worker = firm.browser(WORKER)

    worker.send(new_form(worker).force(**forged), "submit", expect=422)

    assert filed(firm) == 0


STRANGE_TEXTS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %} %(name)s %s {0} ${x}",
    "'; DROP TABLE proposals; --",
    "🔧👨‍🏭 表情也行 🏭",
    "مرحبا بالعالم \u202eevil\u202c שלום",
    "零\x00宽\ufeff字\u2028符\x1b[31m",
    "𠮷野家 㐂 ﷽ Z̸̢̛a̴l̷g̸o̷",
    "</textarea></title><h1>x</h1>",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("strange", STRANGE_TEXTS)
def test_any_text_is_taken_as_text_and_shown_as_text_everywhere(firm: Firm, strange: str) -> None:
    worker = firm.browser(WORKER)
    form = new_form(worker, location=strange, contact_phone=strange[:30], prospects=strange)
    form.fill(title=f"盖板 {strange}"[:110], problem=f"{WORDS['problem']}\n{strange}")
    worker.send(form, "submit")
    number = worker.path.split("/")[2]
    reviewer = firm.browser(REVIEWER).get(f"/proposals/{number}/review")
    form = reviewer.form("comment").fill(comment=f"看过 {strange}", recommendation="accept")
    form.fill(**{name: "80" for name in form.names if name.startswith("score_")})
    reviewer.send(form)
    reviewer.send(reviewer.form("body", to="/comment").fill(body=f"说一句 {strange}"))
    reviewer.get(f"/proposals/{number}/ask")
    reviewer.send(reviewer.form("question").fill(question=f"问一句 {strange}"))
    firm.index()

    # Each of these pages is looked at by the client: valid, one heading, no inline script, no other host.
    for path in ("/", "/mine", f"/proposals/{number}", f"/proposals/{number}/receipt", "/archive?q=盖板"):
        assert "盖板" in worker.get(path).text
    for path in (f"/proposals/{number}", "/desk?pile=others", "/archive?q=折边"):
        assert "盖板" in reviewer.get(path).text
    worker.get(f"/archive?q={quote(strange)}")
    with firm.database() as session:
        [proposal] = session.scalars(select(Proposal)).unique()
        for text in (proposal.title, proposal.problem, proposal.location):
            assert not set(text) & set("\x00\x1b\ufeff\u2028\u202e\u202c")


@pytest.mark.parametrize(
    ("filename", "content", "sentence"),
    [
        ("photo.jpg", samples.EXECUTABLE, "cannot be taken"),
        ("photo.jpg", samples.ELF, "cannot be taken"),
        ("photo.jpg", samples.HTML, "cannot be taken"),
        ("photo.svg", samples.SVG, "cannot be taken"),
        ("bomb.png", samples.png_bomb(), "too many pixels"),
        ("half.jpg", samples.picture()[:300], "is damaged"),
        ("empty.jpg", b"", "is empty"),
    ],
)
def test_a_disguised_or_broken_photo_is_refused_by_name_and_the_words_stay(
    firm: Firm, filename: str, content: bytes, sentence: str
) -> None:
    worker = firm.browser(WORKER)

    worker.send(
        new_form(worker).attach("before", filename, content),
        "submit",
        expect=415 if sentence == "cannot be taken" else 422,
    )

    refused(worker, sentence)
    assert filename in worker.text
    assert worker.form("problem").value("problem") == WORDS["problem"]
    assert filed(firm) == 0
    with firm.database() as session:
        assert session.scalar(select(func.count(Attachment.id))) == 0
    worker.send(worker.form("problem"), "submit")
    assert worker.path.endswith("/receipt"), "without the file it goes through"


@pytest.mark.parametrize(
    ("filename", "content"),
    [("plan.pdf", samples.EXECUTABLE), ("plan.pdf", samples.OLD_OFFICE), ("plan.docx", samples.ELF)],
)
def test_a_document_of_a_wrong_type_is_refused(firm: Firm, filename: str, content: bytes) -> None:
    worker = firm.browser(WORKER)

    worker.send(new_form(worker).attach("files", filename, content), "submit", expect=415)

    assert filename in worker.text
    assert filed(firm) == 0


def test_a_good_file_of_the_same_form_is_kept_beside_a_bad_one(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = new_form(worker).attach("before", "a.jpg", samples.picture()).attach("files", "b.exe", samples.EXECUTABLE)

    worker.send(form, "submit", expect=415)

    worker.send(worker.form("problem"), "submit")
    with firm.database() as session:
        assert session.scalars(select(Attachment.filename)).all() == ["a.jpg"]


def test_a_request_that_is_too_large_is_refused_with_413(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = new_form(worker).attach("files", "film.mp4", bytes(REQUEST_LIMIT))

    worker.send(form, "submit", expect=413)

    refused(worker, "That is too large")
    assert filed(firm) == 0


def test_words_beyond_what_a_form_may_hold_are_refused_with_413(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = new_form(worker).force(problem="x" * (2 * 1024**2 + 1))

    worker.send(form, "submit", expect=413)

    refused(worker, "That is too large")


def test_an_unknown_number_is_404_and_says_what_to_do(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    for number in NO_NUMBERS:
        for path in (f"/proposals/{number}", f"/proposals/{number}/receipt", f"/file/{number}"):
            refused(worker.get(path, expect=404), "There is nothing at this address")
        worker.get(f"/proposals/{number}/decide", expect=404)
    for path in NO_PAGES:
        refused(worker.get(path, expect=404), "There is nothing at this address")


def test_a_form_without_its_token_changes_nothing(firm: Firm) -> None:
    worker = firm.browser(WORKER)

    worker.send(new_form(worker).force(csrf_token="forged"), "submit", expect=400)

    assert WORDS["problem"] in worker.text
    assert filed(firm) == 0


def test_an_address_that_takes_forms_says_so_to_a_visitor(firm: Firm) -> None:
    number = file_one(firm.browser(WORKER))

    refused(firm.browser(WORKER).get(f"/proposals/{number}/comment", expect=405), "It does not work this way")


def test_a_form_with_a_forged_revision_is_stale(firm: Firm) -> None:
    number = file_one(firm.browser(WORKER))
    lead = firm.browser(LEAD)
    for revision in ("", "0", "-1", "999999", "x", "9" * 30, "²", "\x00"):
        lead.get(f"/proposals/{number}/decide")
        lead.send(lead.form("verb").fill(verb="accept", reason="就这么办吧").force(revision=revision), expect=409)
        refused(lead, "Somebody was a little quicker")
        assert "就这么办吧" in lead.text
    with firm.database() as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.UNDER_REVIEW]


def test_an_act_that_no_longer_fits_is_a_conflict(firm: Firm) -> None:
    number = file_one(firm.browser(WORKER))
    lead = firm.browser(LEAD).get(f"/proposals/{number}/decide")
    lead.send(lead.form("verb").fill(verb="decline", reason="有现成标准"))

    refused(lead.get(f"/proposals/{number}/decide", expect=409), "Somebody was a little quicker")
    refused(lead.get(f"/proposals/{number}/review", expect=409), "Somebody was a little quicker")


@pytest.mark.parametrize(
    "given",
    [
        {"score_effect": "101"},
        {"score_effect": "-1"},
        {"score_effect": "高"},
        {"score_effect": ""},
        {"score_effect": "9" * 400},
        {"recommendation": "buy"},
        {"comment": "长" * 10_000},
    ],
)
def test_a_review_that_does_not_fit_is_refused_whole(firm: Firm, given: dict[str, str]) -> None:
    number = file_one(firm.browser(WORKER))
    reviewer = firm.browser(REVIEWER).get(f"/proposals/{number}/review")
    form = reviewer.form("comment").fill(comment="写好的意见", recommendation="accept")
    form.fill(**{name: "80" for name in form.names if name.startswith("score_")}).force(**given)

    reviewer.send(form, expect=422)

    assert given.get("comment", "写好的意见") in reviewer.html
    with firm.database() as session:
        [proposal] = session.scalars(select(Proposal)).unique()
        assert not proposal.reviews
        assert proposal.answered_at is None


@pytest.mark.parametrize(
    "given",
    [
        {"verb": "withdraw"},
        {"verb": "no-such"},
        {"verb": "defer", "wake_up_on": "", "wake_up_when": ""},
        {"verb": "defer", "wake_up_on": "2020-01-01"},
        {"verb": "defer", "wake_up_on": "31.12.2026"},
        {"verb": "mark_duplicate", "duplicate_of": "9999-00001"},
        {"verb": "mark_duplicate", "duplicate_of": "itself"},
        {"verb": "decline", "reason": " \t\n"},
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_its_reason_kept(firm: Firm, given: dict[str, str]) -> None:
    number = file_one(firm.browser(WORKER))
    lead = firm.browser(LEAD).get(f"/proposals/{number}/decide")
    given = {name: number if value == "itself" else value for name, value in given.items()}

    lead.send(lead.form("verb").fill(reason="理由写了半天").force(**given), expect=422)

    assert given.get("reason", "理由写了半天").strip() in lead.html
    with firm.database() as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.UNDER_REVIEW]


def test_guessing_passwords_ends_in_429_with_the_minutes_to_wait(firm: Firm) -> None:
    visitor = firm.browser()
    for _ in range(8):
        visitor.get("/sign-in")
        visitor.send(visitor.form("employee_no").fill(employee_no=WORKER, password="guess"), expect=422)
        refused(visitor, "Staff number and password do not fit together.")

    visitor.send(visitor.form("employee_no").fill(employee_no=WORKER, password="rolling-steel-2026"), expect=429)

    refused(visitor, "Too many tries. Wait 15 minutes")
    assert int(visitor.page.headers["Retry-After"]) > 0
    firm.browser(COORDINATOR).get("/")  # somebody else may still come in


@pytest.mark.parametrize("number", ["", "x" * 5000, "0001\x0001", "' OR 1=1 --", "０００１０１", "nobody"])
def test_nobody_comes_in_with_a_strange_staff_number(firm: Firm, number: str) -> None:
    visitor = firm.browser().get("/sign-in")

    visitor.send(visitor.form("employee_no").fill(employee_no=number, password="wrong"), expect=422)


def test_the_archive_answers_any_question(firm: Firm) -> None:
    file_one(firm.browser(WORKER))
    firm.index()
    reader = firm.browser(MATE)
    for question in QUESTIONS:
        reader.get(f"/archive?{question}")


@pytest.mark.parametrize("path", ["/mine", "/desk", "/coordination", "/archive"])
def test_a_page_number_that_is_none_is_no_fault(firm: Firm, path: str) -> None:
    coordinator = firm.browser(COORDINATOR)
    for page in ("0", "-1", "x", "9" * 30):
        coordinator.get(f"{path}?page={page}")


def test_what_a_script_sends_wrong_is_answered_in_its_language(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = new_form(worker).fill(title="长" * 10_000)
    asked = {"headers": {"Accept": "application/json"}}

    answers = [
        worker.client.post("/file/autosave", data=form.data(None), **asked),
        worker.client.post("/file/autosave", data={"problem": "没有令牌"}, **asked),
        worker.client.get("/proposals/2026-99999", **asked),
    ]

    assert [answer.status_code for answer in answers] == [422, 400, 404]
    assert all(answer.is_json and answer.get_json()["message"] for answer in answers)
    with firm.database() as session:
        assert session.scalar(select(func.count(Contributor.id))) == 0
        assert session.scalar(select(func.count(Event.id))) == 0
