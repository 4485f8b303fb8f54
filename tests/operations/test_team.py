"""What a team settles by itself: first the leader, then, if he wishes or is too slow, a studio."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import (
    Contributor,
    Kind,
    Outcome,
    OutgoingMail,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    TeamLimit,
    Theme,
    Verb,
)
from search_index.documents import audience_of, document_of
from studio.domain.clock import WorkCalendar
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.domain.periods import Month
from studio.jobs.team import pass_on_due
from studio.operations import deciding, filing, implementation, reviewing, team
from studio.queries import coordination, digest, home
from studio.queries import team as facts
from studio.services import services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World, draft
from tests.support.telling import told as told_of

LIMITS = team.Limits(kind_codes=["suggestion"], cost=Decimal(300), benefit=Decimal(5000), days=2)
FileSmall = Callable[..., Proposal]


@pytest.fixture
def small(session: Session, world: World, calendar: WorkCalendar) -> FileSmall:
    """File something small in a plant whose teams may settle such things."""
    with writing(session):
        team.set_limits(session, world.plant, LIMITS, actor=world.coordinator)
    kinds = {kind.code: kind for kind in session.scalars(select(Kind))}

    def file(author: Person | None = None, kind: str | None = "suggestion", **given: Any) -> Proposal:
        proposal = draft(session, world, author=author, kind=kinds[kind] if kind else None, **given)
        with writing(session):
            assert proposal.submitter is not None
            filer = given.get("filed_by", proposal.submitter)
            return filing.submit(session, proposal, actor=filer, at=world.at, calendar=calendar)

    return file


def mails(session: Session, kind: str) -> set[str]:
    """Return to whom mails of a kind went."""
    told = select(OutgoingMail).where(OutgoingMail.once.like(f"{kind}:%"))
    return {mail.address for mail in session.scalars(told)}


def state_of(session: Session, proposal: Proposal) -> ProposalState:
    """Return where it stands in the database."""
    session.expire_all()
    return proposal.state


def verbs(proposal: Proposal) -> list[Verb]:
    return [event.verb for event in proposal.events]


@on_both_databases
def test_a_small_one_goes_to_the_leader_of_the_team(
    session: Session, world: World, small: FileSmall, calendar: WorkCalendar
) -> None:
    proposal = small()
    assert proposal.state is ProposalState.TEAM_CHECK
    assert proposal.team_leader is world.leader
    assert proposal.reviewer is world.leader
    assert proposal.studio is None
    due = calendar.add_working_days(world.at, 2)
    assert proposal.answer_due_at == proposal.decision_due_at == due
    assert verbs(proposal) == [Verb.SUBMIT, Verb.ASK_TEAM]
    assert mails(session, "team_asked") == {"p000103@example.com"}
    assert facts.waiting_count(session, world.leader) == 1
    assert facts.waiting_count(session, world.lead) == 0
    # Nobody else is troubled: no rule missed it, no studio has it.
    assert coordination.unrouted(session, world.coordinator, services().search) == ()
    assert home.unrouted(session, world.coordinator).count == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "renovation"}, "kind_too_large"),
        ({"kind": None}, "kind_open"),
        ({"cost": Decimal(301)}, "cost_above"),
        ({"claimed_benefit": Decimal(5001)}, "benefit_above"),
        ({"confidential": True}, "confidential"),
    ],
)
def test_what_is_too_large_goes_to_the_studio_and_says_why(small: FileSmall, given: dict[str, Any], code: str) -> None:
    proposal = small(**given)
    assert proposal.state is ProposalState.UNDER_REVIEW
    assert proposal.assignments[0].reason["beyond_team"]["code"] == code


def test_safety_goes_to_the_studio(session: Session, small: FileSmall) -> None:
    themes = list(session.scalars(select(Theme).where(Theme.urgent)))
    proposal = small(themes=themes)
    assert proposal.state is ProposalState.UNDER_REVIEW
    assert proposal.assignments[0].reason["beyond_team"]["code"] == "urgent"


def test_the_leaders_own_and_what_he_shares_in_go_to_the_studio(world: World, small: FileSmall) -> None:
    own = small(author=world.leader)
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.leader, share=40)]
    shared = small(contributors=shares)
    for proposal in (own, shared):
        assert proposal.state is ProposalState.UNDER_REVIEW
        assert proposal.assignments[0].reason["beyond_team"]["code"] == "leader_is_author"


def test_without_limits_or_a_leader_nothing_is_said(session: Session, world: World, small: FileSmall) -> None:
    with writing(session):
        session.delete(world.leader.grants[0])
    proposal = small()
    assert proposal.state is ProposalState.UNDER_REVIEW
    assert "beyond_team" not in proposal.assignments[0].reason


def test_what_the_leader_wrote_down_for_somebody_is_his_to_settle(
    session: Session, world: World, small: FileSmall
) -> None:
    proposal = small(filed_by=world.leader)
    assert proposal.state is ProposalState.TEAM_CHECK
    assert mails(session, "team_asked") == set()


@on_both_databases
def test_a_confidential_one_is_seen_by_its_leader_and_found_by_him(
    session: Session, world: World, small: FileSmall
) -> None:
    with writing(session):
        team.set_limits(session, world.plant, replace(LIMITS, confidential=True), actor=world.coordinator)
    proposal = small(confidential=True)
    assert proposal.state is ProposalState.TEAM_CHECK
    assert [row.number for row in facts.in_hand(session, world.leader)] == [proposal.number]
    document = document_of(proposal)
    assert document is not None
    assert document.audience & audience_of(world.leader)
    assert not document.audience & audience_of(world.lead)


class TestLimits:
    def test_the_nearest_above_hold(self, session: Session, world: World) -> None:
        with writing(session):
            team.set_limits(session, world.company, LIMITS, actor=world.coordinator)
            team.set_limits(
                session, world.plant, team.Limits(cost=Decimal(0), benefit=Decimal(0), days=1), actor=world.coordinator
            )
        for unit, expected in (
            (world.team, world.plant),
            (world.plant, world.plant),
            (world.other_team, world.company),
        ):
            limit = facts.limit_of(session, unit)
            assert limit is not None
            assert limit.unit is expected
        assert facts.limit_of(session, None) is None

    def test_a_leader_of_the_workshop_answers_where_the_team_has_none(self, session: Session, world: World) -> None:
        assert facts.leaders_of(session, world.other_team) == []
        with writing(session):
            session.add(RoleGrant(person=world.other_reviewer, role=Role.TEAM_LEADER, unit=world.other_plant))
            session.add(RoleGrant(person=world.other_reviewer, role=Role.TEAM_LEADER, unit=world.company))
        assert facts.leaders_of(session, world.other_team) == [world.other_reviewer]
        assert facts.leaders_of(session, world.team) == [world.leader]

    def test_setting_again_changes_the_row(self, session: Session, world: World) -> None:
        for cost in (100, 200):
            with writing(session):
                limits = team.Limits(kind_codes=["suggestion"], cost=Decimal(cost), benefit=Decimal(0), days=3)
                team.set_limits(session, world.plant, limits, actor=world.coordinator)
        assert [row.cost_limit for row in facts.all_limits(session)] == [Decimal(200)]
        with writing(session):
            team.drop_limits(session, facts.all_limits(session)[0], actor=world.coordinator)
        assert facts.all_limits(session) == []

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"kind_codes": ["nonsense"]}, ("kind_codes", "kind_unknown")),
            ({"cost": Decimal(-1)}, ("cost", "money_negative")),
            ({"benefit": Decimal("NaN")}, ("benefit", "money_negative")),
            ({"benefit": Decimal(10) ** 12}, ("benefit", "money_too_large")),
            ({"days": 0}, ("days", "days_out_of_range")),
            ({"days": 31}, ("days", "days_out_of_range")),
        ],
    )
    def test_nonsense_is_refused_at_its_field(
        self, session: Session, world: World, change: dict[str, Any], expected: tuple[str, str]
    ) -> None:
        given = {"kind_codes": ["suggestion"], "cost": Decimal(1), "benefit": Decimal(1), "days": 3, **change}
        with pytest.raises(InvalidInput) as refusal, writing(session):
            team.set_limits(session, world.plant, team.Limits(**given), actor=world.coordinator)
        assert [(p.field, p.code) for p in refusal.value.problems] == [expected]

    def test_only_the_coordinator_of_the_unit_sets_them(self, session: Session, world: World) -> None:
        for person in (world.leader, world.admin, world.lead):
            with pytest.raises(NotAllowed), writing(session):
                team.set_limits(session, world.plant, LIMITS, actor=person)
        with writing(session):
            world.coordinator.grants[0].unit = world.other_plant
        with pytest.raises(NotAllowed), writing(session):
            team.set_limits(session, world.plant, LIMITS, actor=world.coordinator)

    @on_both_databases
    @pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 31}, {"cost_limit": Decimal(-1)}])
    def test_the_database_refuses_impossible_limits(
        self, session: Session, world: World, wrong: dict[str, Any]
    ) -> None:
        row = {"cost_limit": Decimal(1), "benefit_limit": Decimal(1), "days": 3, "unit_id": world.plant.id, **wrong}
        with pytest.raises(IntegrityError), writing(session):
            session.add(TeamLimit(**row))


@on_both_databases
def test_the_database_knows_that_a_team_or_a_studio_has_it(session: Session, world: World, small: FileSmall) -> None:
    proposal = small()
    for name, wrong in (("studio", world.studio), ("team_leader", None)):
        with pytest.raises(IntegrityError), writing(session):
            setattr(proposal, name, wrong)
        session.expire_all()


class TestApproving:
    @on_both_databases
    def test_it_is_accepted_by_the_team_and_told(self, session: Session, world: World, small: FileSmall) -> None:
        proposal = small()
        with writing(session):
            decision = team.approve(session, proposal, actor=world.leader, at=world.at + timedelta(hours=1))
        assert proposal.state is ProposalState.ACCEPTED
        assert proposal.answered_at == proposal.decided_at == world.at + timedelta(hours=1)
        assert decision.by_team
        assert decision.outcome is Outcome.ACCEPTED
        assert decision.decided_by is world.leader
        assert mails(session, "decided") == {"p000101@example.com"}
        assert facts.waiting_count(session, world.leader) == 0
        told = digest.facts_of(session, Month(2026, 11), services().settings.zone)
        assert told["numbers"]["decided"] == told["numbers"]["in_time"] == 1
        assert [outcome for _, _, outcome in told["decided"]] == ["accepted"]
        assert [row.number for row in facts.settled(session, world.leader)] == [proposal.number]

    def test_what_is_done_already_is_marked_done_and_looked_at(
        self, session: Session, world: World, small: FileSmall
    ) -> None:
        proposal = small(already_done=True)
        with writing(session):
            team.approve(session, proposal, actor=world.leader, at=world.at, done=True)
        assert state_of(session, proposal) is ProposalState.IMPLEMENTED
        assert proposal.implemented_by is world.worker
        assert [row.number for row in facts.to_look_at(session, world.leader)] == [proposal.number]
        with writing(session):
            implementation.verify_implementation(session, proposal, actor=world.leader, at=world.at)
        assert state_of(session, proposal) is ProposalState.VERIFIED
        assert facts.to_look_at(session, world.leader) == []

    def test_an_idea_cannot_be_done_already(self, session: Session, world: World, small: FileSmall) -> None:
        proposal = small()
        with pytest.raises(InvalidInput) as refusal, writing(session):
            team.approve(session, proposal, actor=world.leader, at=world.at, done=True)
        assert [p.code for p in refusal.value.problems] == ["not_done_yet"]
        assert proposal.state is ProposalState.TEAM_CHECK

    def test_a_second_click_finds_it_settled(self, session: Session, world: World, small: FileSmall) -> None:
        proposal = small()
        with writing(session):
            team.approve(session, proposal, actor=world.leader, at=world.at)
        with pytest.raises(WrongState), writing(session):
            team.approve(session, proposal, actor=world.leader, at=world.at)
        assert len(proposal.decisions) == 1

    def test_nobody_else_may(self, session: Session, world: World, small: FileSmall) -> None:
        proposal = small()
        for person in (world.worker, world.mate, world.lead, world.coordinator, world.admin, world.stranger):
            with pytest.raises(NotAllowed), writing(session):
                team.approve(session, proposal, actor=person, at=world.at)
            with pytest.raises(NotAllowed), writing(session):
                team.decline(session, proposal, actor=person, at=world.at, reason="不行")


class TestDeclining:
    def test_it_needs_a_reason(self, session: Session, world: World, small: FileSmall) -> None:
        proposal = small()
        with pytest.raises(InvalidInput) as refusal, writing(session):
            team.decline(session, proposal, actor=world.leader, at=world.at, reason=" ")
        assert [p.code for p in refusal.value.problems] == ["reason_missing"]

    @on_both_databases
    def test_the_author_asks_once_that_a_studio_looks(
        self, session: Session, world: World, small: FileSmall, calendar: WorkCalendar
    ) -> None:
        proposal = small()
        with writing(session):
            team.decline(session, proposal, actor=world.leader, at=world.at, reason="班里做不了")
        assert state_of(session, proposal) is ProposalState.DECLINED
        later = world.at + timedelta(days=1)
        with writing(session):
            deciding.appeal(session, proposal, actor=world.worker, at=later, words="请工作室看看", calendar=calendar)
        assert proposal.state is ProposalState.UNDER_REVIEW
        assert proposal.studio is world.studio
        assert proposal.team_leader is None
        with writing(session):
            verdict = deciding.Verdict(verb=Verb.DECLINE, reason="也不行")
            deciding.decide(session, proposal, verdict, actor=world.lead, at=later)
        # The studio's answer is another one: it may be asked about once too, and then no more.
        with writing(session):
            deciding.appeal(session, proposal, actor=world.worker, at=later, words="再看看", calendar=calendar)
        assert proposal.studio is not world.studio
        assert [p.code for p in deciding.appeal_problems(session, proposal, at=later)] == ["appealed_before"]


class TestAsking:
    def test_the_answer_comes_back_to_the_team_with_its_time(
        self, session: Session, world: World, small: FileSmall, calendar: WorkCalendar
    ) -> None:
        proposal = small()
        promised = proposal.decision_due_at
        assert promised is not None
        with writing(session):
            reviewing.request_information(session, proposal, actor=world.leader, at=world.at, question="多大？")
        assert state_of(session, proposal) is ProposalState.INFORMATION_REQUESTED
        assert [row.question for row in facts.in_hand(session, world.leader)] == ["多大？"]
        assert pass_on_due(session, services().settings, services().search, at=promised + timedelta(days=3)) == 0
        next_day = world.at + timedelta(days=1)
        with writing(session):
            reviewing.answer_information_request(
                session, proposal, actor=world.worker, at=next_day, answer="两米", calendar=calendar
            )
        assert proposal.state is ProposalState.TEAM_CHECK
        assert proposal.decision_due_at is not None
        assert proposal.decision_due_at > promised
        assert mails(session, "information_answered") == {"p000103@example.com"}

    def test_it_does_not_use_up_the_studios_questions(
        self, session: Session, world: World, small: FileSmall, calendar: WorkCalendar
    ) -> None:
        proposal = small()
        for asker in (world.leader, world.leader, world.reviewer, world.reviewer):
            with writing(session):
                if asker is world.reviewer and proposal.state is ProposalState.TEAM_CHECK:
                    team.pass_on(session, proposal, actor=world.leader, at=world.at, calendar=calendar)
                reviewing.request_information(session, proposal, actor=asker, at=world.at, question="多大？")
                reviewing.answer_information_request(
                    session, proposal, actor=world.worker, at=world.at, answer="两米", calendar=calendar
                )
        with pytest.raises(InvalidInput), writing(session):
            reviewing.request_information(session, proposal, actor=world.reviewer, at=world.at, question="多大？")


class TestPassingOn:
    @on_both_databases
    def test_the_leader_passes_it_on_without_a_word(
        self, session: Session, world: World, small: FileSmall, calendar: WorkCalendar
    ) -> None:
        proposal = small()
        at = world.at + timedelta(days=1)
        with writing(session):
            team.pass_on(session, proposal, actor=world.leader, at=at, calendar=calendar)
        assert proposal.state is ProposalState.UNDER_REVIEW
        assert proposal.studio is world.studio
        assert proposal.team_leader is None
        assert proposal.reviewer in {world.reviewer, world.second_reviewer}
        assert proposal.answer_due_at is not None
        assert proposal.answer_due_at > at
        assert verbs(proposal) == [Verb.SUBMIT, Verb.ASK_TEAM, Verb.PASS_ON, Verb.ROUTE]
        assert told_of(session, "passed_on") == [(proposal.id, "p000101@example.com")]
        with pytest.raises(WrongState), writing(session):
            team.pass_on(session, proposal, actor=world.leader, at=at, calendar=calendar)

    def test_what_no_studio_fits_waits_for_the_coordinator(
        self, session: Session, world: World, small: FileSmall, calendar: WorkCalendar
    ) -> None:
        proposal = small()
        with writing(session):
            world.studio.active = world.other_studio.active = False
            team.pass_on(session, proposal, actor=world.coordinator, at=world.at, calendar=calendar, words="大了")
        assert proposal.state is ProposalState.SUBMITTED
        assert proposal.reviewer is None
        assert proposal.answer_due_at is not None

    @on_both_databases
    def test_the_clock_passes_it_on_once_when_the_days_are_over(
        self, session: Session, world: World, small: FileSmall
    ) -> None:
        proposal = small()
        due = proposal.decision_due_at
        assert due is not None
        assert pass_on_due(session, services().settings, services().search, at=due - timedelta(minutes=1)) == 0
        assert pass_on_due(session, services().settings, services().search, at=due) == 1
        assert pass_on_due(session, services().settings, services().search, at=due + timedelta(days=9)) == 0
        session.expire_all()
        assert proposal.state is ProposalState.UNDER_REVIEW
        passed = [event for event in proposal.events if event.verb is Verb.PASS_ON]
        assert [event.actor for event in passed] == [None]


def test_what_was_taken_back_goes_to_a_studio_when_taken_up_again(
    session: Session, world: World, small: FileSmall, calendar: WorkCalendar
) -> None:
    proposal = small()
    with writing(session):
        filing.withdraw(session, proposal, actor=world.worker, at=world.at)
        deciding.reopen(session, proposal, actor=world.worker, at=world.at, calendar=calendar)
    assert proposal.state is ProposalState.UNDER_REVIEW
    assert proposal.studio is world.studio
