"""A studio's work goes to its stand-in while it takes none or is full, and nobody can make it go in a circle."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Proposal, ProposalState, Role, RoleGrant, RoutingRule
from studio.domain.errors import InvalidInput, NotAllowed, Stale
from studio.operations.stand_ins import name_stand_in
from studio.queries import coordination
from studio.services import services
from studio.transactions import writing
from studio.wording.language import speaking
from studio.wording.reasons import reason_sentence
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.statements import listening

pytestmark = on_both_databases


def named(session: Session, world: World, code: str = "S-CAST", **options: object) -> None:
    """Let the other studio stand in for the first."""
    with writing(session):
        name_stand_in(session, world.studio, code, **{"actor": world.admin, **options})  # type: ignore[arg-type]


def test_while_it_takes_none_the_stand_in_gets_it_and_the_reason_says_so(session, world):
    named(session, world)
    with writing(session):
        world.studio.active = False
    proposal = stories.filed(session, world)
    (assignment,) = proposal.assignments
    assert (proposal.studio, proposal.reviewer) == (world.other_studio, world.other_reviewer)
    assert assignment.reason["code"] == "stand_in_closed"
    with speaking("en"):
        assert reason_sentence(assignment.reason) == (
            "It would go to Studio S-ROLL, which takes nothing at present; Studio S-CAST stands in."
        )


def test_without_a_stand_in_it_is_passed_over_as_ever(session, world):
    with writing(session):
        world.studio.active = False
    assert stories.filed(session, world).studio is None


def test_a_full_one_hands_on_and_takes_again_when_there_is_room(session, world):
    with writing(session):
        world.studio.capacity_per_month = 2
    named(session, world, start=100)
    filed = [stories.filed(session, world).studio for _ in range(3)]
    assert [one.code for one in filed if one] == ["S-ROLL", "S-ROLL", "S-CAST"]
    with writing(session):
        for proposal in session.scalars(select(Proposal).where(Proposal.studio_id == world.studio.id)):
            proposal.state, proposal.decided_at = ProposalState.DECLINED, world.at
    assert stories.filed(session, world).studio is world.studio


def test_the_coordinator_is_shown_the_stand_in_too(session, world):
    with writing(session):
        world.studio.active = world.other_studio.active = False
    stories.filed(session, world)
    named(session, world)
    with writing(session):
        world.other_studio.active = True
    (waiting,) = coordination.unrouted(session, world.coordinator, services().search)
    assert [one["code"] for one in waiting.suggestions] == ["S-CAST"]


def test_filing_asks_the_database_no_more_for_it(session, world):
    def cost() -> int:
        with listening() as heard:
            stories.filed(session, world)
        return heard.count

    cost()
    named(session, world, "")
    without = cost()
    named(session, world)
    assert cost() == without


@pytest.mark.parametrize(
    ("code", "start", "problem"),
    [
        ("S-ROLL", None, ("stand_in_is_itself", "stand_in")),
        ("S-MOON", None, ("studio_unknown", "stand_in")),
        ("S-CAST", 49, ("percent_out_of_range", "start")),
        ("S-CAST", 1001, ("percent_out_of_range", "start")),
    ],
)
def test_bad_input_is_refused(session, world, code, start, problem):
    with pytest.raises(InvalidInput) as refused:
        named(session, world, code, start=start)
    assert [(one.code, one.field) for one in refused.value.problems] == [problem]
    assert world.studio.stand_in is None


def test_without_a_month_s_work_nobody_is_full(session, world):
    with writing(session):
        world.studio.capacity_per_month = None
    with pytest.raises(InvalidInput):
        named(session, world, start=150)


def test_a_circle_is_refused_with_its_way(session, world):
    with writing(session):
        name_stand_in(session, world.other_studio, "S-ROLL", actor=world.coordinator)
    with pytest.raises(InvalidInput) as refused:
        named(session, world)
    [problem] = refused.value.problems
    assert (problem.code, problem.params["path"]) == ("stand_in_circle", "S-CAST → S-ROLL → S-CAST")


def test_the_database_refuses_one_that_stands_in_for_itself(session, world):
    with pytest.raises(IntegrityError), writing(session):
        world.studio.stand_in_id = world.studio.id
    with pytest.raises(IntegrityError), writing(session):
        world.studio.stand_in_from = 100


def test_a_page_from_before_somebody_else_s_change_is_refused(session, world):
    named(session, world, seen=("", None))
    with pytest.raises(Stale):
        named(session, world, "", seen=("", None))
    named(session, world, "", seen=("S-CAST", None))
    assert world.studio.stand_in is None


def test_only_who_keeps_the_rules_of_its_unit_names_one(session, world):
    with writing(session):
        world.stranger.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.other_plant))
    for nobody in (world.worker, world.lead, world.finance, world.stranger):
        with pytest.raises(NotAllowed):
            named(session, world, actor=nobody)
    named(session, world, actor=world.coordinator)


def test_rules_of_a_studio_that_is_off_still_say_whose_matter_it_is(session, world):
    named(session, world)
    with writing(session):
        world.studio.active = False
        session.add(RoutingRule(priority=5, studio=world.studio, words=["食堂"]))
    assert stories.filed(session, world, author=world.safety, title="食堂排队").studio is world.other_studio
