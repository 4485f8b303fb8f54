"""What routing learns from the archive: who may be learned from, and what a reason may name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import Proposal, Verb
from search_index import sync
from search_index.port import SearchEngine
from studio.domain.clock import chinese_calendar
from studio.domain.routing import Experience, ProposalFacts
from studio.operations import routing
from studio.queries import precedents
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.statements import listening

pytestmark = on_both_databases

LIKE_IT = ProposalFacts(title="盖板翘边绊人", problem="地坑盖板翘起来", location="总装三线 3号地坑")


@pytest.fixture
def learn(session: Session, services: Services) -> Callable[..., Experience]:
    """Index everything and look up what is like ``LIKE_IT``."""

    def ask(facts: ProposalFacts = LIKE_IT, but: int | None = None) -> Experience:
        sync.sync(session, services.search)
        session.rollback()
        return precedents.experience(session, services.search, facts, but=but)

    return ask


def decided(session: Session, world: World, **facts: Any) -> Proposal:
    return stories.decided(session, world, stories.filed(session, world, **facts))


def test_an_empty_archive_teaches_nothing(world: World, learn: Callable[..., Experience]) -> None:
    assert learn() == Experience()


def test_without_an_index_routing_is_told_so(session: Session, world: World, services: Services) -> None:
    assert precedents.experience(session, services.search, LIKE_IT) == Experience(away=True)


def test_what_was_decided_teaches_where_it_went(
    session: Session, world: World, learn: Callable[..., Experience]
) -> None:
    proposal = decided(session, world)
    (found,) = learn().precedents
    assert (found.number, found.studio, found.taken_from) == (proposal.number, "S-ROLL", ())
    assert found.units == ("ROLL-A", "ROLL", "JZ")
    assert 0 < found.likeness <= 1
    assert learn(but=proposal.id) == Experience()


def test_what_the_rules_did_and_nobody_decided_teaches_nothing(
    session: Session, world: World, learn: Callable[..., Experience]
) -> None:
    stories.filed(session, world)
    assert learn() == Experience()


def test_a_transfer_teaches_at_once_and_against_the_studio_it_was_taken_from(
    session: Session, world: World, services: Services, learn: Callable[..., Experience]
) -> None:
    proposal = stories.filed(session, world)
    with writing(session):
        routing.transfer(
            session,
            proposal,
            "S-CAST",
            actor=world.lead,
            at=world.at + timedelta(hours=1),
            words="这是他们的事。",
            calendar=chinese_calendar(services.settings.zone),
        )
    (found,) = learn().precedents
    assert (found.studio, found.taken_from) == ("S-CAST", ("S-ROLL",))


def test_nothing_is_learned_from_what_is_confidential(
    session: Session, world: World, learn: Callable[..., Experience]
) -> None:
    proposal = decided(session, world)
    assert learn().precedents
    with writing(session):  # the index lags behind; the database does not
        proposal.confidential = True
    session.rollback()
    assert learn() == Experience()


def test_nothing_is_learned_from_what_does_not_belong_here(
    session: Session, world: World, learn: Callable[..., Experience]
) -> None:
    proposal = stories.filed(session, world)
    stories.decided(
        session, world, proposal, Verb.MARK_INADMISSIBLE, reason="与公司无关。", remedy="写明与本厂的关系再提。"
    )
    assert learn() == Experience()


def test_only_precedents_that_the_reader_may_know_of_are_named(session: Session, world: World) -> None:
    secret, plain = decided(session, world), decided(session, world)
    reason = {"code": "precedents", "params": {"precedents": [plain.number, secret.number, "2020-00001"]}}
    with writing(session):
        secret.confidential = True
    assert precedents.readable(session, world.stranger, reason) == (plain.number,)
    assert precedents.readable(session, world.worker, reason) == (plain.number, secret.number)


def test_no_statement_is_spent_on_other_reasons(session: Session, world: World) -> None:
    with listening() as heard:
        assert precedents.readable(session, world.worker, {"code": "unit", "params": {"unit": "JZ"}}) == ()
        assert precedents.readable(session, world.worker, None) == ()
    assert heard.count == 0


def test_one_statement_is_enough_however_many_are_asked_for(
    session: Session, world: World, services: Services, learn: Callable[..., Experience]
) -> None:
    for _ in range(3):
        decided(session, world)
    learn()
    engine: SearchEngine = services.search
    for asked in ([precedents.Asked(LIKE_IT)], [precedents.Asked(LIKE_IT)] * 5):
        with listening() as heard:
            precedents.experiences(session, engine, asked)
        assert heard.count == 1
