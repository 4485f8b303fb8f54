"""Deciding now and telling later: nothing leaks, nothing is told twice, and nothing old is told at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models import Decision, Event, OutgoingMail, PreparedDecision, ProposalState, Verb
from studio.domain.errors import InvalidInput, NotAllowed, Stale
from studio.operations import deadlines, deciding, filing, preparing, reviewing, routing, working_time
from studio.operations.catalogue import fill_empty_lists
from studio.operations.deciding import Verdict
from studio.queries import prepared
from studio.transactions import writing
from tests.conftest import on_both_databases

pytestmark = on_both_databases
TODAY = date(2026, 11, 16)
DECLINE = Verdict(verb=Verb.DECLINE, reason="太贵，先不做。")


def prepare(session, world, proposal, verdict=DECLINE, *, actor=None, seal=""):
    with writing(session):
        facts = {"at": world.at, "today": TODAY, "seal": seal}
        return preparing.prepare(session, proposal, verdict, actor=actor or world.lead, **facts)


def publish(session, world, proposal, seal, *, actor=None, today=TODAY):
    with writing(session):
        at = world.at + timedelta(hours=3)
        return preparing.publish(session, proposal, actor=actor or world.lead, at=at, today=today, seal=seal)


def refused(error):
    return [problem.code for problem in error.value.problems]


def test_what_is_prepared_changes_nothing_and_tells_nobody(session, world, filed):
    proposal = filed()
    facts = (proposal.state, proposal.revision, proposal.answered_at, proposal.decided_at, proposal.updated_at)
    mails, events = (select(func.count()).select_from(kind) for kind in (OutgoingMail, Event))
    before = session.scalar(mails), session.scalar(events)
    prepare(session, world, proposal)
    assert facts == (
        proposal.state, proposal.revision, proposal.answered_at, proposal.decided_at, proposal.updated_at,
    )  # fmt: skip
    assert (session.scalar(mails), session.scalar(events)) == before
    assert session.scalars(select(Decision)).all() == []


def test_publishing_decides_as_if_it_were_now(session, world, filed):
    proposal = filed()
    held = prepare(session, world, proposal)
    decision = publish(session, world, proposal, held.seal)
    assert (proposal.state, decision.reason) == (ProposalState.DECLINED, "太贵，先不做。")
    assert decision.decided_at == world.at + timedelta(hours=3)
    assert session.scalars(select(PreparedDecision)).all() == []
    assert (
        session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "decided")).one().person_id == world.worker.id
    )


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(verb=Verb.ACCEPT),
        Verdict(verb=Verb.START_TRIAL, reason="试试", reason_code="prove_safe", trial_ends_on=date(2027, 1, 1)),
        Verdict(verb=Verb.DEFER, reason="等", reason_code="no_window", occasion_code="overhaul", wake_up_when="大修"),
        Verdict(verb=Verb.DEFER, reason="等", reason_code="no_window", wake_up_on=date(2027, 1, 1)),
        Verdict(verb=Verb.MARK_INADMISSIBLE, reason="没办法", reason_code="no_measure", remedy="补上办法"),
        Verdict(verb=Verb.MARK_DUPLICATE, reason="提过", duplicate_of="2026-00001"),
    ],
    ids=lambda verdict: f"{verdict.verb}-{verdict.wake_up_on}",
)
def test_every_answer_comes_out_as_it_went_in(session, world, filed, filed_original, verdict):
    with writing(session):
        fill_empty_lists(session)
    proposal = filed()
    held = prepare(session, world, proposal, verdict)
    assert preparing.verdict_of(held) == verdict
    publish(session, world, proposal, held.seal)
    assert proposal.state.value == proposal.decisions[-1].outcome.value


def test_a_second_click_publishes_nothing_more(session, world, filed):
    proposal = filed()
    held = prepare(session, world, proposal)
    seal = held.seal
    publish(session, world, proposal, seal)
    with pytest.raises(InvalidInput) as error:
        publish(session, world, proposal, seal)
    assert refused(error) == ["prepared_gone"]
    assert len(proposal.decisions) == 1


def test_nobody_publishes_words_he_has_not_read(session, world, filed):
    proposal = filed()
    seal = prepare(session, world, proposal).seal
    prepare(session, world, proposal, replace(DECLINE, reason="换个说法。"), seal=seal)
    with pytest.raises(InvalidInput) as error:
        publish(session, world, proposal, seal)
    assert refused(error) == ["prepared_changed"]
    with pytest.raises(Stale):
        prepare(session, world, proposal, seal=seal)
    with pytest.raises(Stale):
        prepare(session, world, proposal, seal="")
    with pytest.raises(Stale), writing(session):
        preparing.drop(session, proposal, actor=world.lead, seal=seal)


def test_what_was_meant_for_another_state_of_things_is_not_told(session, world, filed):
    proposal = filed()
    held = prepare(session, world, proposal)
    with writing(session):
        question = {"at": world.at, "question": "哪台？"}
        reviewing.request_information(session, proposal, actor=world.reviewer, **question)
    with pytest.raises(InvalidInput) as error:
        publish(session, world, proposal, held.seal)
    assert refused(error) == ["proposal_changed"]
    assert prepared.to_check(session, world.lead)[0].changed


def test_a_day_that_has_passed_meanwhile_is_refused(session, world, filed):
    proposal = filed()
    held = prepare(session, world, proposal, Verdict(verb=Verb.DEFER, reason="等", wake_up_on=date(2026, 11, 20)))
    with pytest.raises(InvalidInput) as error:
        publish(session, world, proposal, held.seal, today=date(2026, 11, 21))
    assert refused(error) == ["date_in_the_past"]


def test_words_beside_it_do_not_make_it_old(session, world, filed):
    proposal = filed()
    held = prepare(session, world, proposal)
    with writing(session):
        reviewing.comment(session, proposal, actor=world.mate, at=world.at, body="好主意")
    publish(session, world, proposal, held.seal)


def test_others_neither_prepare_nor_publish_nor_drop(session, world, filed):
    proposal = filed()
    seal = prepare(session, world, proposal).seal
    for person in (world.worker, world.reviewer, world.other_lead, world.coordinator, world.admin, world.stranger):
        with pytest.raises(NotAllowed):
            prepare(session, world, proposal, actor=person, seal=seal)
        with pytest.raises(NotAllowed):
            publish(session, world, proposal, seal, actor=person)
        with pytest.raises(NotAllowed), writing(session):
            preparing.drop(session, proposal, actor=person, seal=seal)
        with pytest.raises(NotAllowed), writing(session):
            preparing.require_none(session, proposal, actor=person)


def test_dropping_it_leaves_nothing(session, world, filed):
    proposal = filed()
    seal = prepare(session, world, proposal).seal
    with writing(session):
        assert preparing.drop(session, proposal, actor=world.lead, seal=seal)
    with writing(session):
        assert not preparing.drop(session, proposal, actor=world.lead, seal=seal)
    assert prepared.count(session, world.lead) == 0


def test_deciding_at_once_clears_what_was_prepared(session, world, filed):
    proposal = filed()
    prepare(session, world, proposal)
    with writing(session):
        deciding.decide(session, proposal, Verdict(verb=Verb.ACCEPT), actor=world.lead, at=world.at)
    assert session.scalars(select(PreparedDecision)).all() == []


def test_another_studio_neither_sees_nor_tells_it(session, world, filed, calendar):
    proposal = filed()
    seal = prepare(session, world, proposal).seal
    with writing(session):
        facts = {"actor": world.lead, "at": world.at, "words": "那边懂", "calendar": calendar}
        routing.transfer(session, proposal, "S-CAST", **facts)
    assert prepared.to_check(session, world.other_lead) == []
    assert prepared.of(session, proposal) is None
    with pytest.raises(InvalidInput) as error:
        publish(session, world, proposal, seal, actor=world.other_lead)
    assert refused(error) == ["prepared_gone"]
    prepare(session, world, proposal, actor=world.other_lead)
    assert len(prepared.to_check(session, world.other_lead)) == 1


def test_a_withdrawn_one_is_not_published(session, world, filed):
    proposal = filed()
    seal = prepare(session, world, proposal).seal
    with writing(session):
        filing.withdraw(session, proposal, actor=world.worker, at=world.at)
    with pytest.raises(InvalidInput):
        publish(session, world, proposal, seal)


def test_who_finds_it_on_his_page(session, world, filed):
    own = filed(author=world.lead)
    prepare(session, world, filed())
    prepare(session, world, own, actor=world.coordinator)
    counts = {
        name: (prepared.count(session, person), len(prepared.to_check(session, person)))
        for name, person in vars(world).items()
        if name in {"worker", "mate", "leader", "lead", "reviewer", "other_lead", "coordinator", "admin", "finance"}
    }
    nobody = dict.fromkeys(counts, (0, 0))
    assert counts == {**nobody, "lead": (1, 1), "coordinator": (2, 2)}
    mine = {row.decision.proposal_id: row.mine for row in prepared.to_check(session, world.coordinator)}
    assert mine[own.id]
    assert not all(mine.values())


def test_the_database_keeps_one_per_proposal(session, world, filed):
    proposal = filed()
    held = prepare(session, world, proposal)
    facts = {"proposal_id": proposal.id, "studio_id": held.studio_id, "revision": 1, "seal": "x", "outcome": "accepted"}
    with pytest.raises(IntegrityError), writing(session):
        session.add(PreparedDecision(**facts, prepared_by_id=world.lead.id, prepared_at=world.at))


def test_dates_that_are_counted_anew_leave_what_is_prepared_as_good_as_it_was(session, world, filed, calendar):
    proposal, stale = filed(), filed()
    held = prepare(session, world, proposal)
    old = prepare(session, world, stale)
    with writing(session):
        stale.title = "3号地坑盖板翘边绊人（改）"  # somebody changed what it is about, so it has to be read again
    term = working_time.Term(kind=None, theme=None, unit=None, answer_hours=3, latest_hours=9, decision_days=2)
    with writing(session):
        working_time.add_rule(session, term, actor=world.coordinator)
        before = proposal.revision
    with writing(session):
        assert deadlines.recount(session, actor=world.coordinator, calendar=calendar) == 2
    assert proposal.revision > before
    with pytest.raises(InvalidInput) as error:
        publish(session, world, stale, old.seal)
    assert refused(error) == ["proposal_changed"]
    publish(session, world, proposal, held.seal)
    assert proposal.state is ProposalState.DECLINED
