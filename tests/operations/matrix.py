"""A proposal in every state, and somebody in every role: what the complete matrix is made of."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Contributor,
    Kind,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    StudioMembership,
    StudioRole,
    Unit,
    Verb,
)
from studio.operations import filing, implementation, team
from studio.transactions import writing
from tests.domain.test_permissions import MAY
from tests.factories import stories
from tests.factories.world import World, draft

S = ProposalState
STUDIO_PEOPLE = {"lead", "reviewer", "second_reviewer"}
LIMITS = team.Limits(kind_codes=["suggestion"], cost=Decimal(300), benefit=Decimal(5000), days=2)
NOT_BY_HAND = {Verb.ASK_TEAM, Verb.ESCALATE, Verb.NOTE_REPEAT, Verb.DROP_REPEAT, Verb.RESCHEDULE}
"""What follows from a rule, the clock or what is done to another proposal."""

WITH_STUDIO: Mapping[Verb, set[str]] = {
    **MAY,
    Verb.STEP_ASIDE: {"reviewer", "second_reviewer"},
    Verb.ESCALATE: set(),
    Verb.REVEAL: set(),  # its names are not hidden
}
WITHOUT: Mapping[Verb, set[str]] = {
    **{verb: who - STUDIO_PEOPLE for verb, who in WITH_STUDIO.items()},
    Verb.REQUEST_OPINION: set(),  # a second one needs a first
}
WITH_TEAM: Mapping[Verb, set[str]] = {
    **WITHOUT,
    Verb.ACCEPT: {"leader"},
    Verb.DECLINE: {"leader"},
    Verb.START_TRIAL: {"leader"},
    Verb.DEFER: {"leader"},
    Verb.MARK_INADMISSIBLE: {"leader"},
    Verb.MARK_DUPLICATE: {"leader"},
    Verb.WAKE_UP: {"leader", "coordinator"},
    Verb.REOPEN: {"leader"},
    Verb.REQUEST_INFORMATION: {"leader"},
    Verb.PASS_ON: {"leader", "coordinator"},
    Verb.ATTACH: {"worker", "mate", "leader", "coordinator"},
    Verb.START_IMPLEMENTATION: {"worker", "mate", "leader", "coordinator"},
    Verb.REPORT_IMPLEMENTATION: {"worker", "mate", "leader", "coordinator"},
    Verb.VERIFY_IMPLEMENTATION: {"leader", "coordinator"},
}
"""Who may with what the team has; which of these verbs fit the state is said by the other table."""
OF_A_DRAFT: Mapping[Verb, set[str]] = {
    verb: {"worker"} for verb in (Verb.SUBMIT, Verb.WITHDRAW, Verb.ATTACH, Verb.REMOVE_ATTACHMENT)
}


def who_may(state: ProposalState, verb: Verb, everybody: set[str]) -> set[str]:
    """Return who may do this to the worker's and the mate's proposal of this state, read from the tables."""
    if state is S.DRAFT:
        return OF_A_DRAFT.get(verb, set())
    if verb is Verb.COMMENT:
        return everybody - {"inactive"}
    if state is S.WITHDRAWN and verb is Verb.REOPEN:
        return {"lead", "worker"}
    tables = {S.SUBMITTED: WITHOUT, S.TEAM_CHECK: WITH_TEAM}
    return tables.get(state, WITH_STUDIO)[verb]


def everybody(session: Session, world: World) -> dict[str, Person]:
    """Return somebody of every role: those of the world, and those whom it lacks."""

    def person(number: str, unit: Unit, role: Role | None = None, **given: object) -> Person:
        grants = [RoleGrant(role=role, unit=unit)] if role else []
        return Person(
            employee_no=number, name=f"某{number}", name_en=f"Person {number}", unit=unit, created_at=world.at,
            must_change_password=False, session_stamp="stamp", grants=grants, **given,
        )  # fmt: skip

    more = {
        "colleague": person("000601", world.team),
        "leader_elsewhere": person("000602", world.other_team, Role.TEAM_LEADER),
        "coordinator_elsewhere": person("000603", world.other_plant, Role.COORDINATOR),
        "finance_elsewhere": person("000604", world.other_plant, Role.FINANCE_CHECKER),
        "inactive": person("000605", world.plant, Role.COORDINATOR, active=False),
    }
    with writing(session):
        session.add_all(more.values())
        judge = StudioMembership(studio=world.studio, person=more["inactive"], role=StudioRole.REVIEWER)
        session.add(judge)
    named = {field.name: getattr(world, field.name) for field in fields(world)}
    return {name: one for name, one in named.items() if isinstance(one, Person)} | more


def in_state(session: Session, world: World, state: ProposalState) -> Proposal:
    """Return a proposal of the worker and the mate that came to this state by the operations themselves."""
    return MADE[state](session, world)


def _shares(world: World) -> list[Contributor]:
    return [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]


def _filed(session: Session, world: World, **facts: Any) -> Proposal:
    return stories.filed(session, world, contributors=_shares(world), **facts)


def _with_team(session: Session, world: World) -> Proposal:
    with writing(session):
        team.set_limits(session, world.plant, LIMITS, actor=world.coordinator)
        kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
    return _filed(session, world, kind=kind)


def _unrouted(session: Session, world: World) -> Proposal:
    _open(session, world, to_all=False)
    made = _filed(session, world)
    _open(session, world, to_all=True)
    return made


def _open(session: Session, world: World, *, to_all: bool) -> None:
    """Let no studio take anything for a moment, so that a filing finds none."""
    with writing(session):
        for studio in (world.studio, world.other_studio):
            studio.active = to_all


def _withdrawn(session: Session, world: World) -> Proposal:
    made = _filed(session, world)
    with writing(session):
        filing.withdraw(session, made, actor=world.worker, at=world.at)
    return made


def _decided(verb: Verb, **facts: Any) -> Callable[[Session, World], Proposal]:
    def make(session: Session, world: World) -> Proposal:
        given = dict(facts)
        if verb is Verb.MARK_DUPLICATE:
            given["duplicate_of"] = stories.filed(session, world, author=world.stranger).number
        return stories.decided(session, world, _filed(session, world), verb, **given)

    return make


def _begun(session: Session, world: World) -> Proposal:
    made = _decided(Verb.ACCEPT)(session, world)
    with writing(session):
        implementation.start_implementation(session, made, actor=world.worker, at=world.at + timedelta(days=2))
    return made


def _done(session: Session, world: World) -> Proposal:
    made = _begun(session, world)
    with writing(session):
        implementation.report_implementation(session, made, actor=world.worker, at=world.at + timedelta(days=3))
    return made


def _verified(session: Session, world: World) -> Proposal:
    made = _done(session, world)
    with writing(session):
        implementation.verify_implementation(session, made, actor=world.lead, at=world.at + timedelta(days=4))
    return made


LATER = date(2027, 1, 1)
MADE: Mapping[ProposalState, Callable[[Session, World], Proposal]] = {
    S.DRAFT: lambda s, w: draft(s, w, contributors=_shares(w)),
    S.SUBMITTED: _unrouted,
    S.TEAM_CHECK: _with_team,
    S.UNDER_REVIEW: _filed,
    S.INFORMATION_REQUESTED: lambda s, w: stories.asked(s, w, _filed(s, w)),
    S.ACCEPTED: _decided(Verb.ACCEPT),
    S.TRIAL: _decided(Verb.START_TRIAL, trial_ends_on=LATER),
    S.DEFERRED: _decided(Verb.DEFER, wake_up_on=LATER),
    S.DECLINED: _decided(Verb.DECLINE),
    S.INADMISSIBLE: _decided(Verb.MARK_INADMISSIBLE, remedy="写清做法"),
    S.DUPLICATE: _decided(Verb.MARK_DUPLICATE),
    S.WITHDRAWN: _withdrawn,
    S.IN_IMPLEMENTATION: _begun,
    S.IMPLEMENTED: _done,
    S.VERIFIED: _verified,
}
