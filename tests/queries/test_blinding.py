"""The statement and the rule hide the same names, and a record that is shown has none of them left."""

import random

import pytest
from sqlalchemy import select

from models import Contributor, Person, Proposal, ProposalState, Role, RoleGrant, StudioMembership, StudioRole
from studio.domain.blinding import Unnamed, hides_names
from studio.queries import proposals
from studio.queries.blinding import names_known_to, shown_to
from studio.queries.visibility import reach_of
from studio.transactions import writing
from studio.wording.names import neutral_file_name
from tests.conftest import on_both_databases
from tests.factories.world import draft

pytestmark = on_both_databases


def test_the_statement_says_the_same_as_the_rule_for_a_random_firm(session, world):
    chance = random.Random(2026)
    people = list(session.scalars(select(Person)).unique())
    units = [world.company, world.plant, world.team, world.other_plant, world.other_team]
    with writing(session):
        for person in people:
            for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
                if not person.has_role(role) and chance.random() < 0.3:
                    session.add(RoleGrant(person=person, role=role, unit=chance.choice(units)))
            if not person.memberships and chance.random() < 0.4:
                studio = chance.choice([world.studio, world.other_studio])
                session.add(StudioMembership(person=person, studio=studio, role=StudioRole.MEMBER))
        session.add_all(_random_proposal(chance, world, people, units, serial) for serial in range(100))
    session.expire_all()
    found = session.scalars(select(Proposal)).all()
    for person in session.scalars(select(Person)).unique():
        rows = session.execute(select(Proposal.id, names_known_to(reach_of(person))))
        unknown = {proposal_id for proposal_id, known in rows if not known}
        assert unknown == {one.id for one in found if hides_names(person, one)}


def _random_proposal(chance, world, people, units, serial):
    decided = chance.random() < 0.4
    return Proposal(
        title="某提案",
        problem="某问题",
        number=f"2026-{serial:05d}",
        submitted_at=world.at,
        decided_at=world.at if decided else None,
        state=ProposalState.ACCEPTED if decided else ProposalState.SUBMITTED,
        submitter=chance.choice(people),
        filed_by=chance.choice([*people, None]),
        unit=chance.choice([*units, None]),
        studio=chance.choice([world.studio, world.other_studio, None]),
        blind=chance.random() < 0.5,
        anonymous=chance.random() < 0.4,
        created_at=world.at,
        updated_at=world.at,
        contributors=[Contributor(person=person, share=50) for person in chance.sample(people, 2)],
    )


@pytest.mark.parametrize("reader", ["lead", "reviewer", "stranger", "coordinator", "worker"])
def test_on_a_shown_record_nothing_of_its_authors_is_left(session, world, reader):
    facts = {"number": "2026-00001", "submitted_at": world.at, "state": ProposalState.UNDER_REVIEW, "blind": True}
    draft(session, world, studio=world.studio, filed_by=world.leader, contact_phone="13900000000", **facts)
    record = proposals.with_its_story(session, "2026-00001")
    assert record is not None
    shown = shown_to(getattr(world, reader), record, neutral_file_name)
    assert (shown is record) == (reader in {"coordinator", "worker"})
    if shown is not record:
        assert vars(shown)["submitter"] is Unnamed.AUTHOR
        assert (shown.contributors, shown.unit, shown.filed_by, shown.contact_phone) == ([], None, None, "")
        assert (shown.submitter_id, shown.filed_by_id, shown.unit_id) == (None, None, None)
        assert record.author_ids == {world.worker.id}  # rules go on asking the record itself
