"""The complete matrix: every state, every verb, every role, through the operations and, for some states, the pages.

Who may and from where is read from two tables that were written by hand; whatever they do not allow is refused with
nothing changed, and whatever they allow leads where they say.
"""

from collections.abc import Mapping
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from models import CongressReferral, Person, Proposal, ProposalState, Verb
from studio.domain.errors import NotAllowed, WrongState
from studio.operations import transition
from studio.queries.proposals import by_number, reference_of
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.domain.test_workflow import EXPECTED
from tests.factories import stories
from tests.factories.world import World
from tests.operations import matrix
from tests.operations.test_any_order import ACTS
from tests.support.people import sign_in_as

S = ProposalState
BY_HAND = [verb for verb in Verb if verb not in matrix.NOT_BY_HAND]


class _TakenBackError(Exception):
    """Ends a transaction whose effect has been looked at."""


def _act(session: Session, proposal: Proposal, verb: Verb, actor: Person, world: World) -> None:
    if verb in ACTS:
        ACTS[verb](session, proposal, actor, world.at)
    else:  # files have tests of their own; here it is who may, and when
        transition.move(session, proposal, verb, actor=actor, at=world.at)


def _loaded(session: Session, reference: str) -> Proposal:
    found = by_number(session, reference, lock=True)
    assert found is not None
    return found


@on_both_databases
@pytest.mark.parametrize("state", S)
def test_each_verb_of_each_role_in_each_state(session, world, state):
    stories.filed(session, world, author=world.stranger)  # 2026-00001, which others may repeat
    people = matrix.everybody(session, world)
    reference = reference_of(matrix.in_state(session, world, state))
    done = 0
    for verb in BY_HAND:
        may = matrix.who_may(state, verb, set(people))
        fits = state in EXPECTED[verb][0]
        _are_refused(session, world, reference, verb, {
            name: actor for name, actor in people.items() if not (fits and name in may)
        }, may)  # fmt: skip
        for name in sorted(may) if fits else ():
            _is_done(session, world, reference, verb, people[name])
            done += 1
    assert done


def _is_done(session: Session, world: World, reference: str, verb: Verb, actor: Person) -> None:
    with suppress(_TakenBackError), writing(session):
        proposal = _loaded(session, reference)
        if verb is Verb.RECORD_CONGRESS_ANSWER:  # an answer needs a question
            asked = CongressReferral(question="改不改？", referred_by=world.coordinator, referred_at=world.at)
            proposal.referrals.append(asked)
            session.flush()
        before, state = len(proposal.events), proposal.state
        _act(session, proposal, verb, actor, world)
        session.flush()
        session.expire(proposal, ["events"])
        mine = [event for event in proposal.events[before:] if event.verb is verb]
        assert [event.actor_id for event in mine] == [actor.id], (verb, actor.name)
        elsewhere = verb in ENDS_ELSEWHERE and mine[0].new_state in {S.SUBMITTED, S.TEAM_CHECK}
        assert elsewhere or mine[0].new_state is (EXPECTED[verb][1] or state), verb
        raise _TakenBackError


ENDS_ELSEWHERE = {Verb.REOPEN, Verb.APPEAL, Verb.WAKE_UP, Verb.UNDO_DUPLICATE, Verb.ANSWER_INFORMATION_REQUEST}
"""Without a studio these end where one is looked for, or with the team."""


def _are_refused(
    session: Session, world: World, reference: str, verb: Verb, people: Mapping[str, Person], may: set[str]
) -> None:
    proposal = _loaded(session, reference)
    before = (proposal.state, proposal.revision, len(proposal.events))
    for name, actor in people.items():
        refusal = _refusal(session, proposal, verb, actor, world)
        expected = _told(verb, permitted=name in may, fits=proposal.state in EXPECTED[verb][0])
        assert refusal in expected, (proposal.state, verb, name, refusal)
    session.flush()
    assert (proposal.state, proposal.revision, len(proposal.events)) == before, verb
    session.rollback()


def _told(verb: Verb, *, permitted: bool, fits: bool) -> set[type[Exception] | None]:
    """Return what somebody may be told who is refused: that it is not his to do, or not the time for it."""
    if verb is Verb.SUBMIT:
        return {None, WrongState, NotAllowed}  # a second click files nothing twice
    if permitted:
        return {WrongState}
    return {NotAllowed} if fits else {NotAllowed, WrongState}


def _refusal(session: Session, proposal: Proposal, verb: Verb, actor: Person, world: World) -> type[Exception] | None:
    try:
        _act(session, proposal, verb, actor, world)
    except (NotAllowed, WrongState) as error:
        return type(error)
    return None


PAGES: Mapping[Verb, tuple[str, dict[str, str]]] = {
    Verb.REVIEW: ("review", {"score_effect": "90", "recommendation": "accept"}),
    Verb.REQUEST_INFORMATION: ("ask", {"question": "多厚？"}),
    Verb.ANSWER_INFORMATION_REQUEST: ("answer", {"answer": "三毫米"}),
    Verb.ACCEPT: ("decide", {"verb": "accept"}),
    Verb.TRANSFER: ("transfer", {"studio_code": "S-CAST", "words": "懂行"}),
    Verb.WITHDRAW: ("withdraw", {"reason": ""}),
    Verb.APPEAL: ("appeal", {"words": "再看看"}),
    Verb.REOPEN: ("reopen", {"words": ""}),
    Verb.WAKE_UP: ("wake-up", {"words": ""}),
    Verb.UNDO_DUPLICATE: ("undo-duplicate", {"words": ""}),
    Verb.STEP_ASIDE: ("step-aside", {"words": "熟人"}),
    Verb.START_IMPLEMENTATION: ("start-implementation", {"owner_no": ""}),
    Verb.REPORT_IMPLEMENTATION: ("report-implementation", {"words": ""}),
    Verb.VERIFY_IMPLEMENTATION: ("verify-implementation", {"words": ""}),
    Verb.CHECK_BENEFIT: ("check-benefit", {"yuan": "9"}),
    Verb.NOTE: ("note", {"body": "记一下"}),
}


@pytest.mark.parametrize("state", [S.UNDER_REVIEW, S.DEFERRED, S.IMPLEMENTED])
def test_the_pages_refuse_whatever_the_tables_do_not_allow(app: Flask, session: Session, world: World, state: S):
    app.config["WTF_CSRF_ENABLED"] = False
    people = matrix.everybody(session, world)
    proposal = matrix.in_state(session, world, state)
    before = (proposal.state, proposal.revision, len(proposal.events))
    number = proposal.number
    for name, person in people.items():
        if name == "inactive":
            continue  # who is inactive does not get past the sign-in page, which has tests of its own
        client = app.test_client()
        sign_in_as(client, person)
        for verb, (page, data) in PAGES.items():
            permitted = name in matrix.who_may(state, verb, set(people))
            if permitted and state in EXPECTED[verb][0]:
                continue
            sent = {**data, "revision": str(before[1])}
            answer = client.post(f"/proposals/{number}/{page}", data=sent)
            allowed_there = {409, 422} if permitted else {403}
            assert answer.status_code in allowed_there, (name, verb, answer.status_code)
    session.expire_all()
    assert (proposal.state, proposal.revision, len(proposal.events)) == before
