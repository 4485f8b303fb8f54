"""Whatever happens between the first word and the receipt, the words stay and nothing is done twice."""

import pytest
from sqlalchemy import func, select

from models import Event, Proposal, ProposalState, Verb
from tests.conftest import on_both_databases
from tests.files import samples
from tests.journeys.conftest import LEAD, MATE, REVIEWER, WORKER, Firm
from tests.journeys.visitor import Visitor

pytestmark = on_both_databases

WORDS = {
    "problem": "盖板边上翘起来三公分多，推小车过去咣当一下。",
    "measure": "盖板重新折边，四角加限位角铁，边上刷黄黑条。",
    "effect": "不再绊人，小车推着也顺当。",
}


def file_one(visitor: Visitor, **more: str | list[str]) -> str:
    """File a proposal as the visitor and return its number."""
    visitor.get("/file")
    visitor.send(visitor.form("problem").fill(title="盖板翘边绊人", **WORDS, **more), "submit")
    assert visitor.path.endswith("/receipt"), visitor.text
    return visitor.path.split("/")[2]


def count(firm: Firm) -> int:
    with firm.database() as session:
        return session.scalar(select(func.count(Proposal.id))) or 0


def test_an_expired_session_keeps_every_word_and_files_after_signing_in(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = worker.get("/file").form("problem")
    form.fill(title="盖板翘边绊人", **WORDS, location="总装三线", shares=[MATE, "40"], theme_codes=["quality"])
    form.attach("before", "改前.jpg", samples.picture())
    worker.forget()

    worker.send(form, "submit", expect=401)
    for said in WORDS.values():
        assert said in worker.text
    assert "改前.jpg" in worker.text
    assert count(firm) == 0
    worker.send(worker.form("employee_no").fill(employee_no=WORKER, password="rolling-steel-2026"))
    worker.send(worker.form("kept_target" if "kept_target" in worker.html else "problem"))

    assert worker.path.endswith("/receipt"), worker.text
    with firm.database() as session:
        [proposal] = session.scalars(select(Proposal)).unique()
        assert {name: getattr(proposal, name) for name in WORDS} == WORDS
        assert [(c.person.employee_no, c.share) for c in proposal.contributors if c.person] == [
            (WORKER, 60),
            (MATE, 40),
        ]
        assert [theme.code for theme in proposal.themes] == ["quality"]


def test_a_wrong_password_on_the_way_back_loses_nothing_either(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = worker.get("/file").form("problem").fill(title="盖板翘边绊人", **WORDS)
    worker.forget()

    worker.send(form, "submit", expect=401)
    worker.send(worker.form("employee_no").fill(employee_no=WORKER, password="mistyped"), expect=422)
    worker.send(worker.form("employee_no").fill(employee_no=WORKER, password="rolling-steel-2026"))
    worker.send(worker.form("problem"))

    assert worker.path.endswith("/receipt"), worker.text


def test_a_form_from_before_signing_in_again_is_sent_on_with_one_click(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = worker.get("/file").form("problem").fill(title="盖板翘边绊人", **WORDS)
    worker.forget()
    worker.sign_in(WORKER)

    worker.send(form, "submit", expect=400)
    for said in WORDS.values():
        assert said in worker.text
    worker.send(worker.form("problem"))

    assert worker.path.endswith("/receipt"), worker.text
    assert count(firm) == 1


def test_a_second_click_files_once(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    form = worker.get("/file").form("problem").fill(title="盖板翘边绊人", **WORDS)

    worker.send(form, "submit")
    first = worker.path
    worker.send(form, "submit")

    assert worker.path == first
    with firm.database() as session:
        assert session.scalars(select(Proposal.number)).all() == [first.split("/")[2]]
        assert session.scalar(select(func.count(Event.id)).where(Event.verb == Verb.SUBMIT)) == 1


def test_two_tabs_with_one_draft_and_the_older_one_keeps_its_words(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    worker.get("/file")
    worker.send(worker.form("problem").fill(problem=WORDS["problem"]), "save")
    draft = worker.path
    old = worker.form("problem").fill(measure="旧页面里写的话也要留着")
    worker.get(draft)
    worker.send(worker.form("problem").fill(measure="新页面先存了"), "save")

    worker.send(old, "save", expect=409)

    assert "旧页面里写的话也要留着" in worker.text
    worker.get(draft)
    assert "新页面先存了" in worker.html


def test_two_judges_at_once_and_the_slower_one_keeps_the_words(firm: Firm) -> None:
    number = file_one(firm.browser(WORKER))
    lead, reviewer = firm.browser(LEAD), firm.browser(REVIEWER)
    decision = lead.get(f"/proposals/{number}/decide").form("verb")
    decision.fill(verb="decline", reason="这个理由写了很久，不能丢。")
    reviewer.get(f"/proposals/{number}/ask")
    reviewer.send(reviewer.form("question").fill(question="盖板多厚？"))

    lead.send(decision, expect=409)

    assert "这个理由写了很久，不能丢。" in lead.text
    with firm.database() as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.INFORMATION_REQUESTED]


def test_an_unfinished_filing_is_kept_as_a_draft_and_says_what_is_missing(firm: Firm) -> None:
    worker = firm.browser(WORKER)
    worker.get("/file")
    form = worker.form("problem").fill(problem=WORDS["problem"], effect=WORDS["effect"])
    form.attach("before", "改前.jpg", samples.picture())

    worker.send(form, "submit", expect=422)

    assert "One sentence to go: say what you would change." in worker.text
    assert WORDS["problem"] in worker.html
    assert "/thumbnail" in worker.html, "the photo need not be taken again"
    worker.send(worker.form("problem").fill(measure=WORDS["measure"]), "submit")
    assert worker.path.endswith("/receipt"), worker.text
    assert count(firm) == 1


def test_a_draft_goes_on_after_signing_in_from_another_device(firm: Firm) -> None:
    phone = firm.browser(WORKER).get("/file")
    phone.send(phone.form("problem").fill(problem=WORDS["problem"]), "save")

    kiosk = firm.browser(WORKER).get("/")
    assert phone.path in kiosk.html
    kiosk.get(phone.path)
    assert kiosk.form("problem").value("problem") == WORDS["problem"]
    kiosk.send(kiosk.form("problem").fill(**WORDS, title="盖板翘边绊人"), "submit")

    assert kiosk.path.endswith("/receipt"), kiosk.text


@pytest.mark.parametrize("field", ["question", "reason", "comment"])
def test_a_judge_s_words_come_back_when_something_is_missing(firm: Firm, field: str) -> None:
    number = file_one(firm.browser(WORKER))
    judge = firm.browser(LEAD)
    page = {"question": "ask", "reason": "decide", "comment": "review"}[field]
    judge.get(f"/proposals/{number}/{page}")
    form = judge.form(field)
    if field == "question":
        form.fill(question=" \n ")
    else:
        form.fill(**{field: "写了一半的话"})

    judge.send(form, expect=422)

    if field != "question":
        assert judge.form(field).value(field) == "写了一半的话"
