"""What a studio shows of itself: its remit in words, its pace beside its promise, and what came of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from models import DeadlineRule, Outcome, RoutingRule
from studio.queries import studio_page
from studio.queries.naming import Name
from studio.queries.studio_page import Achieved, Remit, Waiting
from studio.queries.working_time import working_times
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.digest import IN_OCTOBER, october
from tests.factories.stories import CALENDAR

pytestmark = on_both_databases


@pytest.fixture
def pace(session, world):
    return lambda at: studio_page.pace(session, world.studio, working_times(session, CALENDAR), at=at)


def test_its_remit_is_what_the_rules_that_hold_send_to_it(session, world):
    with writing(session):
        session.add(RoutingRule(priority=5, studio=world.studio, theme_codes=["safety"], kind_codes=["renovation"]))
        session.add(RoutingRule(priority=7, studio=world.studio, words=["草稿"], active=False))
    assert studio_page.remits(session, world.studio.id) == [
        Remit((), (Name("小革新", "Renovation"),), (Name("安全", "Safety"),), ()),
        Remit((Name("ROLL车间", "ROLL shop"),), (), (), ()),
    ]


def test_five_answers_make_a_pace_and_fewer_none(session, world, pace):
    for number in range(5):
        assert (pace(world.at).count, pace(world.at).half) == (number, None)
        made = stories.filed(session, world, title=f"第{number}条", at=world.at)
        stories.reviewed(session, world, made, world.reviewer)
    later = world.at + timedelta(days=1)
    shown = pace(later)
    assert (shown.count, shown.half, shown.most) == (5, timedelta(hours=2), timedelta(hours=2))
    assert studio_page.usual_times(
        session, [world.studio.id, world.other_studio.id], working_times(session, CALENDAR), at=later
    ) == {world.studio.id: timedelta(hours=2)}
    assert pace(world.at + timedelta(days=200)).count == 0


def test_the_promise_is_that_of_its_part_of_the_firm(session, world, pace):
    assert pace(world.at).limits.answer_hours == 24
    with writing(session):
        session.add(DeadlineRule(matches="plant", unit=world.plant, answer_hours=6, latest_hours=20, decision_days=3))
    assert pace(world.at).limits.answer_hours == 6


def test_what_came_of_it_counts_only_what_everybody_may_read(session, world):
    october(session, world)
    ids = [world.studio.id, world.other_studio.id]
    since = IN_OCTOBER - timedelta(days=1)
    assert studio_page.achieved(session, ids, since=since) == {world.studio.id: Achieved(5, 2, Decimal(77_500))}
    found = studio_page.decided_lately(session, world.studio.id)
    assert {(one.title, one.outcome) for one in found} == {
        ("变速箱平衡吊具", Outcome.ACCEPTED),
        ("储气罐浮球排水改零气耗电子阀", Outcome.ACCEPTED),
        ("导卫轮加断油报警", Outcome.ACCEPTED),
        ("全厂统一换门锁", Outcome.DECLINED),
        ("小推车装刹车", Outcome.TRIAL),
    }
    assert studio_page.waiting(session, world.studio.id, at=world.at) == Waiting(2, 1)
    assert studio_page.waiting(session, world.other_studio.id, at=world.at) == Waiting(0, 0)
