from datetime import timedelta

import pytest

from models import ProposalState, Verb
from studio.domain.errors import NotAllowed, Stale, WrongState
from studio.operations import reviewing, transition
from studio.transactions import writing
from tests.conftest import on_both_databases

pytestmark = on_both_databases


def test_every_move_leaves_an_event(session, world, filed):
    proposal = filed()
    with writing(session):
        transition.move(session, proposal, Verb.WITHDRAW, actor=world.worker, at=world.at, data={"reason": "x"})
    last = proposal.events[-1]
    assert (last.verb, last.actor_id, last.at, last.data) == (Verb.WITHDRAW, world.worker.id, world.at, {"reason": "x"})
    assert (last.old_state, last.new_state) == (ProposalState.UNDER_REVIEW, ProposalState.WITHDRAWN)


def test_permission_is_asked_before_the_table(session, world, filed):
    with pytest.raises(NotAllowed):
        transition.move(session, filed(), Verb.SUBMIT, actor=world.stranger, at=world.at)


def test_a_refusal_changes_nothing(session, world, filed):
    proposal = filed()
    before, events = proposal.revision, len(proposal.events)
    for verb, refusal in ((Verb.VERIFY_IMPLEMENTATION, WrongState), (Verb.ROUTE, NotAllowed)):
        with pytest.raises(refusal), writing(session):
            transition.move(session, proposal, verb, actor=world.lead, at=world.at)
    assert (proposal.revision, len(proposal.events)) == (before, events)


def test_a_page_from_before_the_change_is_stale(session, world, filed):
    proposal = filed()
    seen = proposal.revision
    transition.check_revision(proposal, seen)
    transition.check_revision(proposal, None)
    with writing(session):
        transition.move(session, proposal, Verb.WITHDRAW, actor=world.worker, at=world.at)
    with pytest.raises(Stale):
        transition.check_revision(proposal, seen)


def test_a_comment_makes_nobodys_page_stale(session, world, filed):
    proposal = filed()
    seen = proposal.revision
    with writing(session):
        reviewing.comment(session, proposal, actor=world.stranger, at=world.at, body="我们这边也这样。")
    transition.check_revision(proposal, seen)


def test_the_first_answer_is_timed_once(session, world, filed):
    proposal = filed()
    for hours in (1, 2):
        with writing(session):
            transition.move(session, proposal, Verb.REVIEW, actor=world.reviewer, at=world.at + timedelta(hours=hours))
    assert proposal.answered_at == world.at + timedelta(hours=1)
