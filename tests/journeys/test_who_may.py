"""What is not yours is not there: drafts, confidential proposals, other people's verbs, forged ids."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from models import Proposal, ProposalState, Review
from studio.domain.periods import Month
from studio.operations import digest
from tests.conftest import Clock, on_both_databases
from tests.files import samples
from tests.journeys.conftest import (
    ADMIN,
    COORDINATOR,
    LEAD,
    LEADER,
    MATE,
    OTHER_LEAD,
    OTHER_REVIEWER,
    REVIEWER,
    SAFETY,
    STRANGER,
    WORKER,
    Firm,
)
from tests.journeys.test_nothing_is_lost import WORDS, file_one

pytestmark = on_both_databases


def test_a_draft_is_its_author_s_alone(firm: Firm) -> None:
    worker = firm.browser(WORKER).get("/file")
    worker.send(worker.form("problem").fill(problem=WORDS["problem"]), "save")
    address = worker.path
    reference = address.rsplit("/", 1)[1]

    for other in (MATE, LEADER, LEAD, COORDINATOR, ADMIN):
        visitor = firm.browser(other)
        for path in (address, f"/proposals/{reference}", f"/proposals/{reference}/review"):
            assert WORDS["problem"] not in visitor.get(path, expect=404).html


def test_a_confidential_proposal_is_found_by_the_few_and_counted_for_nobody_else(firm: Firm) -> None:
    worker = firm.browser(WORKER).get("/file")
    worker.send(worker.form("problem").fill(title="保密的配方参数", **WORDS, confidential=True), "submit")
    number = worker.path.split("/")[2]
    firm.index()

    for reader, sees in ((WORKER, True), (REVIEWER, True), (COORDINATOR, True), (STRANGER, False), (OTHER_LEAD, False)):
        visitor = firm.browser(reader)
        for question in ("q=配方", f"q={number}", "", "state=under_review"):
            visitor.get(f"/archive?{question}")
            assert ("保密的配方参数" in visitor.text) is sees, (reader, question)
        for question in ("q=*", "q=保密 OR 盖板", "q=-x", "studio=1", "year=2026"):
            assert sees or "配方" not in visitor.get(f"/archive?{question}").text
        assert sees or "state=under_review" not in visitor.get("/archive").html, "even a count would tell"
        visitor.get(f"/proposals/{number}", expect=200 if sees else 404)


def test_a_confidential_proposal_is_told_to_nobody_by_the_digest(firm: Firm, clock: Clock) -> None:
    worker = firm.browser(WORKER).get("/file")
    worker.send(worker.form("problem").fill(title="保密的配方参数", **WORDS, confidential=True), "submit")
    number = worker.path.split("/")[2]
    lead = firm.browser(LEAD).get(f"/proposals/{number}/decide")
    lead.send(lead.form("verb").fill(verb="accept", reason="好"))
    clock.at = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    with firm.database() as session:
        digest.send(session, Month(2026, 11), at=clock.at, settings=firm.app.extensions["studio"].settings)

    for reader in (STRANGER, OTHER_LEAD, ADMIN):
        visitor = firm.browser(reader)
        for path in ("/digest/2026-11", "/digest", "/", "/mine"):
            assert "配方" not in visitor.get(path).text


@pytest.mark.parametrize("who", [WORKER, MATE, STRANGER, OTHER_REVIEWER, SAFETY])
def test_who_is_no_judge_of_it_finds_no_way_to_judge_it(firm: Firm, who: str) -> None:
    number = file_one(firm.browser(WORKER))
    visitor = firm.browser(who)
    for page in ("review", "ask", "decide", "transfer"):
        visitor.get(f"/proposals/{number}/{page}", expect=403)
    visitor.get(f"/proposals/{number}")
    for page in ("review", "ask", "decide", "transfer"):
        assert f"/proposals/{number}/{page}" not in visitor.html

    for page, given in (
        ("review", {"score_effect": "100", "recommendation": "accept"}),
        ("ask", {"question": "?"}),
        ("decide", {"verb": "accept", "reason": "好"}),
        ("note", {"body": "偷看"}),
        ("start-implementation", {"owner_no": ""}),
        ("check-benefit", {"yuan": "9"}),
    ):
        forged = visitor.get(f"/proposals/{number}").form("body", to="/comment").force(**given)
        forged.action = f"/proposals/{number}/{page}"
        status = 409 if (who, page) == (WORKER, "start-implementation") else 403
        visitor.send(forged, expect=status)

    with firm.database() as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.UNDER_REVIEW]
        assert session.scalar(select(func.count(Review.id))) == 0


def test_a_lead_does_not_decide_what_he_shares_in(firm: Firm) -> None:
    number = file_one(firm.browser(WORKER), shares=[LEAD, "10"])

    lead = firm.browser(LEAD)
    lead.get(f"/proposals/{number}/decide", expect=403)
    lead.get(f"/proposals/{number}/review", expect=403)
    coordinator = firm.browser(COORDINATOR).get(f"/proposals/{number}/decide")
    coordinator.send(coordinator.form("verb").fill(verb="accept", reason="好"))
    assert coordinator.path == f"/proposals/{number}"


def test_a_forged_key_of_another_s_filing_opens_nothing(firm: Firm) -> None:
    worker = firm.browser(WORKER).get("/file")
    form = worker.form("problem").fill(problem=WORDS["problem"])
    key = form.value("filing_key")
    worker.send(form, "save")

    thief = firm.browser(STRANGER).get("/file")
    thief.send(thief.form("problem").fill(title="偷", **WORDS).force(filing_key=key), "submit", expect=403)

    assert WORDS["measure"] in thief.text, "even so the words are kept"
    with firm.database() as session:
        [proposal] = session.scalars(select(Proposal)).unique()
        assert (proposal.state, proposal.measure) == (ProposalState.DRAFT, "")


def test_one_files_only_for_one_s_own_team(firm: Firm) -> None:
    leader = firm.browser(LEADER).get("/file")
    form = leader.form("problem")
    assert {WORKER, MATE} <= set(form.options["submitter_no"])
    assert STRANGER not in form.options["submitter_no"]
    leader.send(form.fill(title="替人写", **WORDS).force(submitter_no=STRANGER), "submit", expect=422)

    leader.get("/file")
    leader.send(leader.form("problem").fill(title="替小叶写", **WORDS, submitter_no=WORKER), "submit")
    number = leader.path.split("/")[2]
    worker = firm.browser(WORKER).get(f"/proposals/{number}")
    assert "替小叶写" in worker.text


@pytest.mark.parametrize("who", [WORKER, LEAD, STRANGER, OTHER_REVIEWER])
def test_another_s_attachment_of_a_secret_cannot_be_guessed(firm: Firm, who: str) -> None:
    worker = firm.browser(WORKER).get("/file")
    form = worker.form("problem").fill(title="保密", **WORDS, confidential=True)
    worker.send(form.attach("before", "a.jpg", samples.picture()), "submit")

    with firm.browser(who).client.get("/attachments/1/a.jpg") as answer:
        assert answer.status_code == (200 if who in {WORKER, LEAD} else 404)
