from datetime import timedelta
from decimal import Decimal

import pytest

from models import ProposalState, Verb
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.operations import deciding, implementation
from studio.operations.deciding import Verdict
from studio.transactions import writing
from tests.conftest import on_both_databases

pytestmark = on_both_databases


@pytest.fixture
def accepted(session, world, filed):
    proposal = filed()
    with writing(session):
        deciding.decide(session, proposal, Verdict(verb=Verb.ACCEPT), actor=world.lead, at=world.at)
    return proposal


@pytest.fixture
def done(session, world, accepted):
    with writing(session):
        implementation.start_implementation(session, accepted, actor=world.lead, at=world.at, owner_no="000102")
    with writing(session):
        implementation.report_implementation(session, accepted, actor=world.worker, at=world.at + timedelta(days=1))
    return accepted


def test_whoever_starts_it_owns_it(session, world, accepted):
    with writing(session):
        implementation.start_implementation(session, accepted, actor=world.lead, at=world.at)
    assert (accepted.state, accepted.implemented_by_id) == (ProposalState.IN_IMPLEMENTATION, world.lead.id)


def test_unless_somebody_is_named(world, done):
    assert done.implemented_by_id == world.mate.id
    assert (done.state, done.implemented_at) == (ProposalState.IMPLEMENTED, world.at + timedelta(days=1))


@pytest.mark.parametrize(("number", "code"), [("999", "person_unknown"), ("000104", "person_inactive")])
def test_the_owner_is_somebody_who_works_here(session, world, accepted, number, code):
    with writing(session):
        world.stranger.active = False
    with pytest.raises(InvalidInput) as error, writing(session):
        implementation.start_implementation(session, accepted, actor=world.lead, at=world.at, owner_no=number)
    assert [(p.code, p.field) for p in error.value.problems] == [(code, "owner_no")]


def test_a_trial_may_go_straight_to_work(session, world, filed):
    proposal = filed()
    with writing(session):
        verdict = Verdict(verb=Verb.START_TRIAL, reason="先试", trial_ends_on=world.at.date())
        deciding.decide(session, proposal, verdict, actor=world.lead, at=world.at)
    with writing(session):
        implementation.start_implementation(session, proposal, actor=world.worker, at=world.at)
    assert proposal.state is ProposalState.IN_IMPLEMENTATION


def test_another_person_verifies(session, world, done):
    with writing(session):
        implementation.verify_implementation(session, done, actor=world.reviewer, at=world.at + timedelta(days=2))
    assert (done.state, done.verified_by_id) == (ProposalState.VERIFIED, world.reviewer.id)
    assert done.verified_at == world.at + timedelta(days=2)


def test_neither_an_author_nor_who_did_it_verifies(session, world, accepted):
    with writing(session):
        implementation.start_implementation(session, accepted, actor=world.lead, at=world.at, owner_no="000202")
        implementation.report_implementation(session, accepted, actor=world.worker, at=world.at)
    for person in (world.worker, world.reviewer):
        with pytest.raises(NotAllowed), writing(session):
            implementation.verify_implementation(session, accepted, actor=person, at=world.at)
    assert accepted.state is ProposalState.IMPLEMENTED


def test_nothing_is_verified_before_it_is_done(session, world, accepted):
    with pytest.raises(WrongState), writing(session):
        implementation.verify_implementation(session, accepted, actor=world.reviewer, at=world.at)


class TestBenefit:
    def check(self, session, world, proposal, yuan, actor=None):
        with writing(session):
            implementation.check_benefit(
                session, proposal, actor=actor or world.finance, at=world.at, yuan=Decimal(yuan)
            )

    def test_finance_confirms_and_may_correct(self, session, world, done):
        self.check(session, world, done, "8000.125")
        self.check(session, world, done, "7500")
        assert done.checked_benefit == Decimal("7500.00")
        assert [e.data["yuan"] for e in done.events if e.verb is Verb.CHECK_BENEFIT] == ["8000.12", "7500.00"]

    @pytest.mark.parametrize(
        ("yuan", "code"),
        [("-0.01", "benefit_not_a_number"), ("NaN", "benefit_not_a_number"), ("1e12", "money_too_large")],
    )
    def test_money_is_money(self, session, world, done, yuan, code):
        with pytest.raises(InvalidInput) as error:
            self.check(session, world, done, yuan)
        assert [p.code for p in error.value.problems] == [code]

    def test_nobody_else_confirms(self, session, world, done):
        for person in (world.lead, world.worker, world.coordinator, world.admin):
            with pytest.raises(NotAllowed):
                self.check(session, world, done, "1", actor=person)

    def test_not_before_it_is_done(self, session, world, accepted):
        with pytest.raises(WrongState):
            self.check(session, world, accepted, "1")
