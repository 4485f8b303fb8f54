"""File, route, review, ask, answer, decide, find, digest: one story from the worker's words to everybody's inbox."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from models import Attachment, Delivery, MailState, OutgoingMail, Proposal, ProposalState
from studio.domain.periods import Month
from studio.jobs.outbox import Courier
from studio.operations import digest
from studio.settings import Settings
from tests.conftest import Clock, with_both_engines
from tests.files import samples
from tests.journeys.conftest import FINANCE, LEAD, MATE, STRANGER, WORKER, Firm
from tests.journeys.visitor import Visitor
from tests.support.relay import Relay

pytestmark = with_both_engines

TITLE = "导卫板加限位块，换辊不再打滑"
PROBLEM = "三号轧机换辊时导卫板老往左边跑，一个班要停两回，每回二十分钟。"
MEASURE = "在导卫板左侧焊一块限位角铁，加两颗顶丝，换辊时一推到底就对正。"
EFFECT = "换辊快十五分钟，导卫不再打滑，一年少停八十小时。"
PLACE = "轧钢三号机 DW-308"
QUESTION = "顶丝用多大的？热胀以后会不会卡死？"
ANSWER = "用 M12 的，留了两毫米热胀缝，上周试了三个班没有卡。"
PRAISE = "想法实在，图也清楚，建议二号机一起改。"
VERDICT = "十二月检修时两台一起改，机修车间出料。"


@pytest.fixture
def settings(settings: Settings, post: Relay) -> Settings:
    post.arrived.clear()
    post.envelopes.clear()
    return replace(settings, smtp_url=post.url)


def test_the_main_job_from_the_first_word_to_the_digest(firm: Firm, post: Relay, clock: Clock) -> None:
    worker = firm.browser().sign_in(WORKER)
    number = _file(worker)
    reviewer_no = _receipt(worker, number)

    reviewer = firm.browser().sign_in(reviewer_no)
    clock.at += timedelta(hours=1)
    _ask(reviewer, number)
    clock.at += timedelta(hours=1)
    _answer(worker, number)
    clock.at += timedelta(hours=1)
    _review(reviewer, number)
    lead = firm.browser().sign_in(LEAD)
    clock.at += timedelta(hours=1)
    _decide(lead, number)
    _read_the_answer(worker, number)

    _deliver(firm, post, clock)
    [decided] = [mail for mail in mails_to(post, WORKER) if VERDICT in body_of(mail)]
    assert number in str(decided["Subject"]) + body_of(decided)
    assert PRAISE in body_of(decided)
    assert f"/proposals/{number}" in body_of(decided, "html")

    _find(firm, number)
    _digest(firm, post, clock)


def mails_to(post: Relay, employee_no: str) -> list[EmailMessage]:
    """Return what one person received."""
    letters = zip(post.envelopes, post.arrived, strict=True)
    return [mail for address, mail in letters if address == f"p{employee_no}@example.com"]


def body_of(mail: EmailMessage, kind: str = "plain") -> str:
    """Return the text of a mail as its reader sees it."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _file(worker: Visitor) -> str:
    """File with two photos and a co-author, and return the number."""
    form = worker.get("/file").form("problem")
    form.fill(title=TITLE, problem=PROBLEM, measure=MEASURE, effect=EFFECT, location=PLACE)
    form.fill(kind_code="renovation", theme_codes=["quality"], shares=[MATE, "30"], claimed_benefit="1.2万")
    form.attach("before", "改前.jpg", samples.photo_with_position()).attach(
        "after", "after.png", samples.picture("PNG")
    )
    worker.send(form, "submit")
    found = re.search(r"/proposals/(\d{4}-\d{5})/receipt", worker.path)
    assert found, worker.text
    return found.group(1)


def _receipt(worker: Visitor, number: str) -> str:
    """Read the slip: number, studio, why, who, by when. Return the staff number of who owes the answer."""
    assert number in worker.text
    assert "Studio S-ROLL" in worker.text
    assert "Why this studio" in worker.text
    assert re.search(r"ROLL shop|导卫|轧机", worker.text.split("Why this studio")[1]), "one sentence says why"
    assert re.search(r"\d\d:\d\d", worker.text), "and by when"
    found = re.search(r"Person (00020[123])", worker.text)
    assert found, "somebody owes the first answer"
    return found.group(1)


def _open_from_desk(judge: Visitor, number: str, pile: str = "mine") -> Visitor:
    judge.get(f"/desk?pile={pile}")
    assert TITLE in judge.text
    assert f"/proposals/{number}" in judge.html
    return judge.get(f"/proposals/{number}")


def _ask(reviewer: Visitor, number: str) -> None:
    _open_from_desk(reviewer, number)
    for said in (TITLE, PROBLEM, MEASURE, EFFECT, PLACE):
        assert said in reviewer.text
    pictures = re.findall(r'src="(/attachments/\d+/thumbnail)"', reviewer.html)
    assert len(pictures) == 2
    with reviewer.client.get(pictures[0]) as picture:
        assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    reviewer.get(f"/proposals/{number}/ask")
    reviewer.send(reviewer.form("question").fill(question=QUESTION))
    assert QUESTION in reviewer.text


def _answer(worker: Visitor, number: str) -> None:
    worker.get("/")
    assert f"/proposals/{number}" in worker.html
    worker.get(f"/proposals/{number}")
    assert QUESTION in worker.text
    worker.send(worker.form("answer", to="/answer").fill(answer=ANSWER))
    assert ANSWER in worker.text


def _review(reviewer: Visitor, number: str) -> None:
    _open_from_desk(reviewer, number)
    assert ANSWER in reviewer.text
    reviewer.get(f"/proposals/{number}/review")
    form = reviewer.form("score_effect")
    form.fill(score_innovation="80", score_quality="85", score_effect="90", score_contribution="70")
    form.fill(recommendation="accept", comment=PRAISE)
    reviewer.send(form)
    assert PRAISE in reviewer.text
    reviewer.send(reviewer.form("body", to="/comment").fill(body="图纸我周五带到现场。"))
    assert "图纸我周五带到现场。" in reviewer.text


def _decide(lead: Visitor, number: str) -> None:
    _open_from_desk(lead, number, "others")  # one of two has scored; the lead need not wait for the other
    lead.get(f"/proposals/{number}/decide")
    assert PRAISE in lead.text
    lead.send(lead.form("verb").fill(verb="accept", reason=VERDICT))
    assert VERDICT in lead.text


def _read_the_answer(worker: Visitor, number: str) -> None:
    worker.get("/mine")
    assert TITLE in worker.text
    worker.get(f"/proposals/{number}")
    for said in (VERDICT, PRAISE, "图纸我周五带到现场。"):
        assert said in worker.text
    assert "Person 000102" in worker.text
    assert "30%" in worker.text


def _deliver(firm: Firm, post: Relay, clock: Clock) -> None:
    """Every mail of the outbox reaches the server, once."""
    with firm.database() as session:
        waiting = session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.state == MailState.QUEUED))
        services = firm.app.extensions["studio"]
        courier = Courier(settings=services.settings, worker="test", clock=clock, chance=random.Random(1))
        before = len(post.arrived)
        tally = courier.deliver_due(session)
        assert (tally.sent, tally.postponed, tally.refused) == (waiting, 0, 0)
        assert len(post.arrived) == before + tally.sent
        assert courier.deliver_due(session).sent == 0


def _find(firm: Firm, number: str) -> None:
    assert firm.index() == 1
    with firm.database() as session:
        assert session.scalar(select(func.count(Attachment.id))) == 2
        proposal = session.scalars(select(Proposal)).unique().one()
        assert proposal.state is ProposalState.ACCEPTED
        studio, unit = proposal.studio_id, proposal.unit_id
    stranger = firm.browser(STRANGER)
    for text in (TITLE, PROBLEM, MEASURE, EFFECT, PLACE):
        for two in _pairs(text):
            stranger.get(f"/archive?q={two}")
            assert number in stranger.text, f"{two!r} finds nothing"
    stranger.get("/archive?q=机床")
    assert number not in stranger.text
    stranger.get("/archive?q=导卫")
    assert "<mark>" in stranger.html
    chosen = {"kind": "renovation", "theme": "quality", "state": "accepted", "year": "2026"}
    chosen |= {"studio": str(studio), "unit": str(unit)}
    for facet in chosen:
        link = re.search(rf'href="(/archive\?[^"]*{facet}=([^"&]+)[^"]*)"', stranger.html)
        assert link, f"the archive offers no {facet}"
        assert number in stranger.get(link.group(1).replace("&amp;", "&")).text
        stranger.get("/archive?q=导卫")
    assert number not in stranger.get("/archive?q=导卫&state=declined").text


def _pairs(text: str) -> list[str]:
    """Every second pair of neighbouring Chinese characters: enough to meet each cut a segmenter could make."""
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    return [pair for pair in pairs if all("\u4e00" <= c <= "\u9fff" for c in pair)][::2]


def _digest(firm: Firm, post: Relay, clock: Clock) -> None:
    """The month's digest reaches everybody with a mailbox once, however often it is sent."""
    services = firm.app.extensions["studio"]
    clock.at = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    post.arrived.clear()
    post.envelopes.clear()
    for _ in range(2):
        with firm.database() as session:
            digest.send(session, Month(2026, 11), at=clock.at, settings=services.settings)
    _deliver(firm, post, clock)
    with firm.database() as session:
        people = session.scalar(select(func.count(Delivery.id)))
    assert len(post.arrived) == people == 13
    [mail] = mails_to(post, FINANCE)
    assert mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert TITLE in body_of(mail, "html")
    reader = firm.browser(FINANCE).get("/digest/2026-11")
    assert TITLE in reader.text
    assert "2026-11" in reader.get("/digest").html
