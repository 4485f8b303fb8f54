"""Where panels, teams, repeats, prepared decisions and the clock meet."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models import Contributor, Kind, PanelSeat, PreparedDecision, Proposal, ProposalState, SeatEnd, Verb
from studio.domain.errors import InvalidInput, NotAllowed
from studio.domain.panel import OWN_TEAM_LIMIT
from studio.jobs.seats import fill_empty_seats
from studio.operations import deadlines, filing, preparing, routing, team
from studio.operations.deciding import Verdict
from studio.queries import coordination, desk, prepared
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import draft

pytestmark = on_both_databases
LIMITS = team.Limits(kind_codes=["suggestion"], cost=Decimal(300), benefit=Decimal(500_000), days=2)
LARGE = Decimal(OWN_TEAM_LIMIT + 1)


def small(session, world, **facts):
    with writing(session):
        team.set_limits(session, world.plant, LIMITS, actor=world.coordinator)
    kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
    made = draft(session, world, kind=kind, **facts)
    with writing(session):
        return filing.submit(session, made, actor=world.worker, at=world.at, calendar=stories.CALENDAR)


def prepare(session, world, proposal, actor):
    verdict = Verdict(verb=Verb.DECLINE, reason="太贵")
    with writing(session):
        return preparing.prepare(session, proposal, verdict, actor=actor, at=world.at, today=world.at.date())


def mine(session, person, world, days=0):
    at = world.at + timedelta(days=days)
    return desk.pressing(session, person, at=at, today=at.date(), most=50).rows


def test_a_lead_too_near_sees_neither_the_decision_nor_what_the_coordinator_prepared(session, world):
    with writing(session):
        world.lead.unit = world.team
    proposal = stories.filed(session, world, claimed_benefit=LARGE)
    assert not any(row.decidable for row in mine(session, world.lead, world, days=40))
    assert [one.number for one in coordination.undecidable(session, world.coordinator)] == [proposal.number]
    prepare(session, world, proposal, world.coordinator)
    assert list(prepared.to_check(session, world.lead)) == []
    assert len(prepared.to_check(session, world.coordinator)) == 1


def test_counting_anew_leaves_the_teams_days_alone(session, world):
    proposal = small(session, world)
    assert proposal.state is ProposalState.TEAM_CHECK
    before = (proposal.answer_due_at, proposal.decision_due_at)
    with writing(session):
        deadlines.recount(session, actor=world.coordinator, calendar=stories.CALENDAR)
    session.expire_all()
    assert (proposal.answer_due_at, proposal.decision_due_at) == before


def test_what_nobody_of_the_team_may_judge_goes_to_the_studio_whatever_the_limits(session, world):
    assert small(session, world, claimed_benefit=LARGE).state is ProposalState.UNDER_REVIEW


def test_a_judge_who_becomes_an_author_makes_room(session, world, settings):
    proposal = stories.filed(session, world)
    with writing(session):
        proposal.contributors[0].share = 60
        proposal.contributors.append(Contributor(person=world.reviewer, share=40))
    assert fill_empty_seats(session, settings, at=world.at) == 1
    assert fill_empty_seats(session, settings, at=world.at) == 0
    session.expire_all()
    assert world.reviewer.id not in proposal.panel_ids
    left = session.scalars(select(PanelSeat.ended_for).where(PanelSeat.person_id == world.reviewer.id)).all()
    assert left == [SeatEnd.LEFT]


def test_reviews_of_the_studio_before_count_for_no_other_panel(session, world):
    proposal = stories.filed(session, world)
    for judge in (world.reviewer, world.second_reviewer):
        stories.reviewed(session, world, proposal, judge)
    with writing(session):
        routing.transfer(
            session, proposal, "S-CAST", actor=world.lead, at=world.at, words="他们更懂", calendar=stories.CALENDAR
        )
    assert [row.reviews for row in mine(session, world.other_reviewer, world)] == [0]


def test_what_others_repeat_is_not_taken_back(session, world):
    original = stories.filed(session, world)
    with writing(session):
        original.original_id = original.id
    with pytest.raises(InvalidInput) as refusal, writing(session):
        filing.withdraw(session, original, actor=world.worker, at=world.at)
    assert [problem.code for problem in refusal.value.problems] == ["others_repeat_it"]


def test_taking_it_back_drops_what_was_prepared(session, world):
    proposal = stories.filed(session, world)
    prepare(session, world, proposal, world.lead)
    with writing(session):
        filing.withdraw(session, session.get_one(Proposal, proposal.id), actor=world.worker, at=world.at)
    assert session.scalars(select(PreparedDecision)).all() == []


def test_another_judge_leaves_a_prepared_decision_good(session, world, settings):
    proposal = stories.filed(session, world)
    held = prepare(session, world, proposal, world.lead)
    with writing(session):
        session.delete(next(m for m in world.studio.memberships if m.person_id == world.reviewer.id))
    assert fill_empty_seats(session, settings, at=world.at) == 1
    session.expire_all()
    assert held.revision == proposal.revision


def test_a_team_leader_answers_on_the_spot_and_prepares_nothing(session, world):
    with pytest.raises(NotAllowed):
        prepare(session, world, small(session, world), world.leader)
