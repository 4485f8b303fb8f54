import random

import pytest
from sqlalchemy import select

from models import (
    Contributor,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    SecondOpinion,
    StudioMembership,
    StudioRole,
)
from studio.domain import relations
from studio.queries.visibility import visible_to
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import draft

pytestmark = on_both_databases


def seen_by(session, person):
    return set(session.scalars(select(Proposal.id).where(visible_to(person))))


def test_the_filter_says_the_same_as_the_rule_for_a_random_firm(session, world):
    """One seed a run would hide what another finds; a hundred proposals and all people see every branch."""
    chance = random.Random(2026)
    people = list(session.scalars(select(Person)).unique())
    units = [world.company, world.plant, world.team, world.other_plant, world.other_team]
    with writing(session):
        for person in people:
            unit = chance.choice(units)
            if not person.has_role(Role.COORDINATOR) and chance.random() < 0.3:
                session.add(RoleGrant(person=person, role=Role.COORDINATOR, unit=unit))
            if not person.memberships and chance.random() < 0.3:
                studio = chance.choice([world.studio, world.other_studio])
                session.add(StudioMembership(person=person, studio=studio, role=StudioRole.MEMBER))
        for serial in range(100):
            session.add(_random_proposal(chance, world, people, units, serial))
    session.expire_all()
    proposals = session.scalars(select(Proposal)).all()
    for person in session.scalars(select(Person)).unique():
        assert seen_by(session, person) == {p.id for p in proposals if relations.reads_it(person, p)}


def _random_proposal(chance, world, people, units, serial):
    filed = chance.random() < 0.7
    studio = chance.choice([world.studio, world.other_studio, None])
    return Proposal(
        title="某提案",
        problem="某问题",
        number=f"2026-{serial:05d}" if filed else None,
        submitted_at=world.at if filed else None,
        state=chance.choice(
            [ProposalState.SUBMITTED, ProposalState.WITHDRAWN]
            if filed
            else [ProposalState.DRAFT, ProposalState.WITHDRAWN]
        ),
        submitter=chance.choice(people),
        filed_by=chance.choice([*people, None]),
        unit=chance.choice([*units, None]),
        studio=studio,
        team_leader=None if studio else chance.choice([*people, None]),
        confidential=chance.random() < 0.6,
        created_at=world.at,
        updated_at=world.at,
        contributors=[Contributor(person=person, share=50) for person in chance.sample(people, 2)],
        opinion=_random_opinion(chance, world, people) if filed else None,
    )


def _random_opinion(chance, world, people):
    if chance.random() < 0.5:
        return None
    asked, deciding = chance.sample([world.studio, world.other_studio], 2)
    return SecondOpinion(
        studio=asked,
        deciding_studio_id=deciding.id,
        question="怎么看？",
        asked_by=chance.choice(people),
        asked_at=world.at,
        due_at=world.at,
    )


def test_a_unit_whose_number_begins_alike_is_another_unit(session, world):
    """Unit 1 must not open unit 10: paths are compared part by part."""
    with writing(session):
        grant = RoleGrant(person=world.stranger, role=Role.COORDINATOR, unit=world.plant)
        session.add(grant)
        world.other_team.path = f"/{world.company.id}/{world.plant.id}0/"
        made = Proposal(
            title="某提案",
            problem="某问题",
            number="2026-00001",
            submitted_at=world.at,
            state=ProposalState.SUBMITTED,
            submitter=world.mate,
            unit=world.other_team,
            confidential=True,
            created_at=world.at,
            updated_at=world.at,
        )
        session.add(made)
    assert made.id not in seen_by(session, world.stranger)


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.WITHDRAWN])
def test_what_was_never_submitted_is_in_nobody_elses_list(session, world, state):
    made = draft(session, world, state=state)
    assert seen_by(session, world.worker) == {made.id}
    for person in (world.coordinator, world.admin, world.lead, world.leader):
        assert seen_by(session, person) == set()
