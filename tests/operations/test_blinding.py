"""Filing without a name, kinds that are judged blind, and what follows from both."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import Contributor, Event, Kind, OutgoingMail, ProposalState, TeamLimit, Verb
from search_index.documents import document_of
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.operations import blinding, filing, repeats
from studio.operations.filing import Filing
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import draft

pytestmark = on_both_databases


def blind_kind(session):
    kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
    with writing(session):
        kind.blind = True
    return kind


def indexed(proposal):
    document = document_of(proposal)
    assert document is not None
    return document


def teams_settle(session, world):
    with writing(session):
        session.add(
            TeamLimit(unit=world.company, kind_codes=["suggestion"], cost_limit=2000, benefit_limit=5000, days=3)
        )


def test_the_form_says_that_it_is_anonymous_and_the_draft_keeps_it(session, world):
    with writing(session):
        made = filing.save_draft(session, Filing(problem="绊人", anonymous=True), actor=world.worker, at=world.at)
    assert made.anonymous
    with writing(session):
        filing.save_draft(session, Filing(problem="绊人"), actor=world.worker, at=world.at, draft=made)
    assert not made.anonymous


def test_a_kind_is_settled_on_filing_and_a_later_choice_touches_nothing(session, world):
    kind = blind_kind(session)
    proposal = stories.filed(session, world, kind=kind)
    with writing(session):
        blinding.choose_blind_kinds(session, [], actor=world.admin)
    later = stories.filed(session, world, kind=kind, title="后来的")
    assert (proposal.blind, later.blind) == (True, False)


def test_only_an_administrator_chooses_and_only_known_kinds(session, world):
    with pytest.raises(NotAllowed), writing(session):
        blinding.choose_blind_kinds(session, ["suggestion"], actor=world.coordinator)
    with pytest.raises(InvalidInput) as refusal, writing(session):
        blinding.choose_blind_kinds(session, ["suggestion", "poem"], actor=world.admin)
    assert [problem.code for problem in refusal.value.problems] == ["kind_unknown"]
    with writing(session):
        blinding.choose_blind_kinds(session, ["suggestion"], actor=world.admin)
    assert {kind.code for kind in session.scalars(select(Kind)) if kind.blind} == {"suggestion"}


@pytest.mark.parametrize("mode", ["anonymous", "blind", "open"])
def test_what_hides_its_authors_is_not_for_the_team_leader(session, world, mode):
    teams_settle(session, world)
    kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
    if mode == "blind":
        blind_kind(session)
    proposal = stories.filed(session, world, kind=kind, anonymous=mode == "anonymous")
    assert (proposal.state is ProposalState.TEAM_CHECK) == (mode == "open")
    if mode != "open":
        assert proposal.assignments[0].reason["beyond_team"]["code"] == mode


def test_the_reason_never_tells_that_the_leader_is_an_author(session, world):
    teams_settle(session, world)
    kind = blind_kind(session)
    proposal = stories.filed(session, world, kind=kind, author=world.leader)
    assert proposal.assignments[0].reason["beyond_team"]["code"] == "blind"


@pytest.mark.parametrize(
    "facts",
    [{"anonymous": True, "submitter": None, "submitter_text": "某人"}, {"blind": True}, {"anonymous": True, "led": 1}],
)
def test_the_database_refuses_what_cannot_be(session, world, facts):
    filed = {"number": "2026-9", "submitted_at": world.at, "state": ProposalState.SUBMITTED}
    if "led" in facts:
        facts = {"anonymous": True, **filed, "state": ProposalState.TEAM_CHECK, "team_leader": world.leader}
    elif "submitter" in facts:
        facts = {**facts, **filed}
    with pytest.raises(IntegrityError):
        draft(session, world, **facts)


def test_revealing_leaves_a_line_and_a_second_click_none(session, world):
    proposal = stories.filed(session, world, anonymous=True)
    for _click in range(2):
        with writing(session):
            blinding.reveal(session, proposal, actor=world.worker, at=world.at)
    assert not proposal.anonymous
    lines = session.scalars(select(Event).where(Event.proposal_id == proposal.id, Event.verb == Verb.REVEAL)).all()
    assert [line.actor_id for line in lines] == [world.worker.id]


@pytest.mark.parametrize("who", ["mate", "coordinator", "lead", "admin"])
def test_nobody_else_reveals(session, world, who):
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    proposal = stories.filed(session, world, anonymous=True, contributors=shares)
    with pytest.raises(NotAllowed), writing(session):
        blinding.reveal(session, proposal, actor=getattr(world, who), at=world.at)


def test_a_draft_needs_no_revealing(session, world):
    proposal = draft(session, world, anonymous=True)
    with pytest.raises(WrongState), writing(session):
        blinding.reveal(session, proposal, actor=world.worker, at=world.at)


def test_the_index_learns_the_names_with_the_decision_and_never_of_the_anonymous(session, world):
    blind = stories.filed(session, world, kind=blind_kind(session))
    before = indexed(blind)
    assert not set(before.facets["unit"])
    for word in ("叶思琪", "000101"):
        assert word not in before.names
    revision = blind.revision
    stories.decided(session, world, blind)
    assert blind.revision > revision  # so the worker indexes it anew
    assert "叶思琪" in indexed(blind).names
    assert str(world.team.id) in indexed(blind).facets["unit"]
    hidden = stories.decided(session, world, stories.filed(session, world, anonymous=True, title="匿名的"))
    assert "叶思琪" not in indexed(hidden).names
    with writing(session):
        blinding.reveal(session, hidden, actor=world.worker, at=world.at)
    assert "叶思琪" in indexed(hidden).names


def test_the_author_is_told_of_the_decision_all_the_same(session, world):
    stories.decided(session, world, stories.filed(session, world, anonymous=True))
    told = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "decided")).all()
    assert [mail.person_id for mail in told] == [world.worker.id]


@pytest.mark.parametrize("which", ["repeat", "original"])
def test_nobody_makes_one_of_two_while_names_are_hidden(session, world, which):
    original = stories.filed(session, world, anonymous=which == "original")
    repeat = stories.filed(
        session, world, author=world.mate, title="又提", anonymous=which == "repeat", at=world.at + timedelta(hours=1)
    )
    assert repeats.merge_hindrance(repeat, original, actor=world.lead) == "sharers_hidden"
    stories.decided(session, world, repeat, Verb.MARK_DUPLICATE, duplicate_of=original.number, reason="一样")
    assert repeat.state is ProposalState.DUPLICATE
