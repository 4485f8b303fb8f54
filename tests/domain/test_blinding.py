"""Whose names stay hidden from whom, read from a table written by hand: rows are readers, columns are modes."""

import pytest

from models import Contributor, ProposalState, Role, RoleGrant, StudioMembership, StudioRole, Verb
from studio.domain import permissions
from studio.domain.blinding import hides_names
from studio.domain.errors import NotAllowed
from studio.transactions import writing
from tests.factories.world import draft

MODES = ("open", "blind", "anonymous", "both")
EVER = {"anonymous", "both"}
JUDGED = {"blind", "anonymous", "both"}

HIDDEN_BEFORE = {
    "worker": set(),
    "mate": set(),
    "leader": set(),  # wrote it down for the worker
    "coordinator": set(),
    "admin": EVER,
    "lead": JUDGED,
    "reviewer": JUDGED,
    "stranger": JUDGED,
    "finance": JUDGED,
    "safety": JUDGED,
    "other_lead": JUDGED,
    "coordinator_elsewhere": JUDGED,
    "coordinator_in_studio": {"blind", "both"},
    "admin_in_studio": JUDGED,
}
HIDDEN_AFTER = {
    name: set() if not modes else modes & EVER if name != "coordinator_in_studio" else set()
    for name, modes in HIDDEN_BEFORE.items()
}
UNDECIDED = (ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW, ProposalState.INFORMATION_REQUESTED)
DECIDED = (ProposalState.ACCEPTED, ProposalState.TRIAL, ProposalState.DEFERRED, ProposalState.DECLINED)


@pytest.fixture
def readers(session, world):
    named = {name: getattr(world, name) for name in HIDDEN_BEFORE if hasattr(world, name)}
    with writing(session):
        world.other_reviewer.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.other_plant))
        world.second_reviewer.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.company))
        world.other_lead.grants.append(RoleGrant(role=Role.ADMINISTRATOR, unit=world.company))
        session.add(StudioMembership(studio=world.studio, person=world.other_lead, role=StudioRole.MEMBER))
    named["coordinator_elsewhere"] = world.other_reviewer
    named["coordinator_in_studio"] = world.second_reviewer
    named["admin_in_studio"] = world.other_lead
    return named


def filed(session, world, mode, state):
    decided = state in DECIDED
    return draft(
        session,
        world,
        number="2026-00001",
        submitted_at=world.at,
        state=state,
        decided_at=world.at if decided else None,
        studio=world.studio,
        filed_by=world.leader,
        blind=mode in {"blind", "both"},
        anonymous=mode in EVER,
        contributors=[Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)],
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", [*UNDECIDED, *DECIDED])
def test_names_are_hidden_as_the_table_says(session, world, readers, mode, state):
    proposal = filed(session, world, mode, state)
    table = HIDDEN_AFTER if state in DECIDED else HIDDEN_BEFORE
    hidden = {name for name, person in readers.items() if hides_names(person, proposal)}
    assert hidden == {name for name in readers if mode in table[name]}


def test_taken_up_again_it_is_judged_without_names_again(session, world):
    proposal = filed(session, world, "blind", ProposalState.DECLINED)
    assert not hides_names(world.lead, proposal)
    with writing(session):
        proposal.state, proposal.decided_at = ProposalState.UNDER_REVIEW, None
    assert hides_names(world.lead, proposal)


def test_a_conflict_of_interest_is_refused_without_saying_which(session, world):
    with writing(session):
        world.reviewer.unit = world.team
    proposal = filed(session, world, "blind", ProposalState.UNDER_REVIEW)
    with writing(session):
        proposal.claimed_benefit = 50_000
    with pytest.raises(NotAllowed) as refusal:
        permissions.require(world.reviewer, Verb.REVIEW, proposal)
    assert refusal.value.code == "conflict_of_interest"


def test_who_filed_without_a_name_alone_lets_it_be_shown(session, world, readers):
    proposal = filed(session, world, "anonymous", ProposalState.UNDER_REVIEW)
    assert {name for name, one in readers.items() if permissions.may(one, Verb.REVEAL, proposal)} == {"worker"}
    with writing(session):
        proposal.anonymous = False
    assert not permissions.may(world.worker, Verb.REVEAL, proposal)


def test_nobody_finds_out_an_author_by_putting_the_work_into_his_hands(session, world, readers):
    proposal = filed(session, world, "anonymous", ProposalState.ACCEPTED)
    may = {name for name, one in readers.items() if permissions.may(one, Verb.START_IMPLEMENTATION, proposal)}
    assert may == {"worker", "mate", "coordinator", "coordinator_in_studio"}
