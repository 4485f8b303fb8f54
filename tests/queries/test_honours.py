"""The honour wall: frozen with its month, for the firm or a unit, and naming nobody who is hidden."""

import pytest

from models import Outcome, ProposalState
from studio.domain.honours import TookPart
from studio.domain.periods import Month
from studio.operations import digest
from studio.queries import digest_figures, honours
from studio.queries.wall import What
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, IN_OCTOBER, OCTOBER, decided, filed, october, say, used
from tests.support.statements import listening

pytestmark = on_both_databases


@pytest.fixture
def wall(session, settings):
    """The wall of October, or of another month, for the firm or a unit."""
    return lambda unit=None, month=OCTOBER: honours.of_month(session, month, unit, settings.zone)


def freeze(session, settings):
    with writing(session):
        digest.make_issue(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)


def told(shown):
    return {group.what: [card.title for card in group.cards] for group in shown.groups}


def beginners(shown):
    return [one.person.name_zh for one in shown.beginners]


def test_it_tells_what_was_used_and_taken_up_and_what_a_colleague_said(session, world, wall):
    october(session, world)
    shown = wall()
    assert told(shown) == {
        What.USED: ["变速箱平衡吊具", "储气罐浮球排水改零气耗电子阀"],
        What.TAKEN_UP: ["导卫轮加断油报警", "小推车装刹车"],
    }
    assert (shown.story.sentence, shown.story.said_by.name_zh) == ("一个人就能装，老王说他可以歇会儿了。", "于子豪")
    assert set(beginners(shown)) == {"钟守业", "叶思琪", "于子豪", "郭宝田"}
    assert not shown.closed


def test_a_unit_has_its_own_wall_and_an_empty_month_an_empty_one(session, world, wall):
    october(session, world)
    assert told(wall(world.other_plant)) == {What.USED: ["变速箱平衡吊具"], What.TAKEN_UP: ["小推车装刹车"]}
    assert set(beginners(wall(world.other_team))) == {"钟守业"}
    assert not wall(month=Month(2024, 1))


def test_a_closed_month_stays_as_it_was(session, world, settings, wall):
    month = october(session, world)
    freeze(session, settings)
    before = wall()
    with writing(session):
        month["used"].state, month["used"].implemented_at = ProposalState.UNDER_REVIEW, None
        world.team.headcount = 1
    used(session, world, "后来补登的", 99_000)
    session.expire_all()
    assert before.closed
    assert (told(wall()), wall().teams, wall().whole) == (told(before), before.teams, before.whole)


def test_nothing_confidential_stands_there_even_if_it_became_so_since(session, world, settings, wall):
    month = october(session, world)
    freeze(session, settings)
    with writing(session):
        month["story"].confidential = True
    assert told(wall())[What.USED] == ["储气罐浮球排水改零气耗电子阀"]
    assert wall().story.card.title == "储气罐浮球排水改零气耗电子阀"
    assert "钟守业" in beginners(wall())  # he filed another one in the open


@pytest.mark.parametrize("hidden", ["anonymous", "blind"])
def test_who_is_hidden_is_not_named_anywhere(session, world, settings, wall, hidden):
    made = used(session, world, "匿名的主意", 10_000, **{hidden: True})
    say(session, made, world.worker, "我自己装的，现在轻松多了。")
    freeze(session, settings)
    with writing(session):
        if hidden == "blind":  # taken up again, it is judged without names once more
            made.state, made.decided_at, made.implemented_at = ProposalState.UNDER_REVIEW, None, None
    shown = wall()
    assert [(card.authors, card.unit) for group in shown.groups for card in group.cards] == [((), None)]
    assert beginners(shown) == []
    assert shown.story.said_by is None
    assert not wall(world.plant).groups


def test_only_the_first_one_is_a_first_and_an_anonymous_one_before_does_not_show(session, world, wall):
    november = IN_OCTOBER.replace(month=11)
    filed(session, world, "十月的")
    filed(session, world, "十一月的", submitted_at=november)
    filed(session, world, "匿名的", author=world.mate, anonymous=True)
    filed(session, world, "头一回具名", author=world.mate, submitted_at=november)
    assert beginners(wall()) == ["叶思琪"]
    assert beginners(wall(month=Month(2026, 11))) == ["于子豪"]


def test_the_running_month_counts_as_the_frozen_one_does(session, world, settings):
    october(session, world)
    start, end = OCTOBER.span(settings.zone)
    frozen = digest_figures.figures_of(session, OCTOBER, settings.zone)["units"]
    for unit_id, figures in digest_figures.participation(session, start, end).items():
        kept = frozen.get(unit_id, {})
        assert figures == {"headcount": kept.get("headcount", 0), "people": kept.get("people", 0)}


def test_teams_stand_there_by_their_share(session, world, wall):
    october(session, world)
    shown = wall()
    assert [team.part for team in shown.teams] == [TookPart(world.team.id, 2, 20), TookPart(world.other_team.id, 1, 20)]
    assert shown.whole == TookPart(world.company.id, 4, 20)
    assert [team.name.id for team in wall(world.other_plant).teams] == [world.other_team.id]


@pytest.mark.parametrize("frozen", [False, True])
def test_as_many_statements_for_a_full_month_as_for_a_thin_one(session, world, settings, wall, frozen):
    october(session, world)
    counts = []
    for more in (0, 6):
        for number in range(more):
            say(session, decided(session, world, f"多一条{number}", Outcome.ACCEPTED, author=world.mate),
                world.stranger, "这样好，早该这么干了。")  # fmt: skip
        if frozen and not more:
            freeze(session, settings)
        session.expire_all()
        with listening() as said:
            wall(world.plant)
        counts.append(said.count)
    assert counts[0] == counts[1]
