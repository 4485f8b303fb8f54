"""What hangs on a unit's wall: its own first, the firm's where it has none, and nothing that not everybody may read."""

from decimal import Decimal

import pytest

from models import CallKind, Outcome, ProposalState
from studio.operations import digest
from studio.queries import wall
from studio.queries.wall import Numbers, What
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories.calls import call
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, decided, october, say, used
from tests.support.statements import listening

pytestmark = on_both_databases
TODAY = MONDAY_MORNING.date()


@pytest.fixture
def hung(session, world, settings):
    """The wall of a unit, or of the firm, once the month is frozen; ``units`` are its figures by unit."""

    def hang(unit=None, *, units=None):
        with writing(session):
            issue = digest.make_issue(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
            if units is not None:
                issue.facts = {**issue.facts, "units": {str(one.id): figures for one, figures in units.items()}}
        return wall.wall_of(session, issue, unit, today=TODAY)

    return hang


def told(shown):
    return [(group.what, group.own, [card.title for card in group.cards]) for group in shown.news]


def test_the_firm_s_wall_tells_the_best_story_and_the_rest_by_benefit(session, world, hung):
    october(session, world)
    shown = hung()
    assert (shown.story.sentence, shown.story.card.title) == (
        "一个人就能装，老王说他可以歇会儿了。",
        "变速箱平衡吊具",
    )
    assert (shown.story.said_by.name_zh, shown.story.used) == ("于子豪", True)
    assert told(shown) == [
        (What.USED, True, ["储气罐浮球排水改零气耗电子阀"]),
        (What.TAKEN_UP, True, ["导卫轮加断油报警", "小推车装刹车"]),
    ]
    assert shown.numbers == Numbers(filed=7, answered=5, used=2, checked=Decimal(77500))


def test_a_unit_s_wall_begins_with_its_own(session, world, hung):
    october(session, world)
    shown = hung(world.plant, units={world.plant: {"filed": 3, "answered": 2, "used": 1, "checked": 33600}})
    assert shown.story.card.title == "储气罐浮球排水改零气耗电子阀"
    assert told(shown) == [(What.TAKEN_UP, True, ["导卫轮加断油报警"]), (What.USED, False, ["变速箱平衡吊具"])]
    assert (shown.own_numbers, shown.numbers) == (True, Numbers(3, 2, 1, Decimal(33600)))


def test_a_unit_finds_words_of_its_own_beyond_the_firm_s_best(session, world, hung):
    """The issue keeps eight stories of the firm; a small unit's may not be among them."""
    for number in range(9):
        say(
            session,
            used(session, world, f"大项目{number}", 90_000, author=world.stranger),
            world.mate,
            "省了不少力气。",
        )
    say(session, used(session, world, "小改动", 100), world.stranger, "这下不用弯腰了，谢谢。")
    assert hung(world.plant).story.sentence == "这下不用弯腰了，谢谢。"


def test_where_a_unit_has_nothing_the_firm_s_is_told_part_by_part(session, world, hung):
    used(session, world, "变速箱平衡吊具", 43900)
    used(session, world, "储气罐排水", 33600)
    shown = hung(world.other_team, units={world.plant: {"filed": 2, "used": 2}})
    assert (shown.story.card.title, shown.own_numbers) == ("变速箱平衡吊具", False)
    assert told(shown) == [(What.USED, False, ["储气罐排水"])]
    assert shown.numbers.used == 2


def test_an_empty_month_hangs_there_too(session, world, hung):
    shown = hung(world.plant)
    assert (shown.story, shown.news, bool(shown.numbers)) == (None, [], False)


def test_nothing_confidential_hangs_there_even_if_it_became_so_since(session, world, hung):
    month = october(session, world)
    hung()
    with writing(session):
        month["story"].confidential = True
    shown = hung()
    said = [shown.story.card.title, *(title for _, _, titles in told(shown) for title in titles)]
    assert "变速箱平衡吊具" not in said
    assert "保密工装改造" not in said


def reopened(session, proposal):
    """Take a blind one up again: it is judged without names once more."""
    with writing(session):
        proposal.state, proposal.decided_at, proposal.implemented_at = ProposalState.UNDER_REVIEW, None, None


@pytest.mark.parametrize("hidden", ["anonymous", "blind"])
def test_who_is_hidden_is_not_named_and_his_unit_does_not_show_it(session, world, hung, hidden):
    made = used(session, world, "匿名的主意", 10_000, **{hidden: True})
    say(session, made, world.worker, "我自己装的，现在轻松多了。")
    hung()
    if hidden == "blind":
        reopened(session, made)
    story = hung().story
    assert (story.card.title, story.card.authors, story.card.unit) == ("匿名的主意", (), None)
    assert (story.said_by, story.said_in, story.photos) == (None, None, None)
    at_home = hung(world.plant)
    assert at_home.story.said_by is None
    assert not [group for group in at_home.news if group.own]


def test_open_calls_hang_there_for_those_whom_they_concern(session, world, hung):
    call(session, world, "全公司的揭榜")
    call(session, world, "铸造的专题", kind=CallKind.CAMPAIGN, units=[world.other_plant])
    call(session, world, "到期的", closes_on=TODAY.replace(day=1))
    titles = {unit: [one.title for one in hung(unit).calls] for unit in (None, world.plant, world.other_team)}
    assert titles == {
        None: ["全公司的揭榜", "铸造的专题"],
        world.plant: ["全公司的揭榜"],
        world.other_team: ["全公司的揭榜", "铸造的专题"],
    }


def test_as_many_statements_for_a_full_month_as_for_a_thin_one(session, world, hung):
    october(session, world)
    call(session, world)
    counts = []
    for more in (0, 12):
        for number in range(more):
            extra = decided(session, world, f"多一条{number}", Outcome.ACCEPTED, author=world.mate)
            say(session, extra, world.stranger, "这样好，早该这么干了。")
        hung(world.plant)
        session.expire_all()
        with listening() as said:
            hung(world.plant)
        counts.append(said.count)
    assert counts[0] == counts[1]
