"""What is read out before the shift takes a minute at most, whatever the month was like."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import CallKind, ProposalState, Unit, UnitLevel
from studio.domain.periods import Month
from studio.domain.speech import seconds_to_say
from studio.mail import aloud
from studio.queries.calls import OpenCall
from studio.queries.digest import Card, Named
from studio.queries.wall import Group, Numbers, Story, Wall, What
from studio.wording.language import speaking

LOCALES = ["zh_CN", "en"]
MEMBERS = Named(1, "周世杰", "Zhou Shijie"), Named(2, "文有才", "Wen Youcai")
PLANT = Unit(id=4, code="ROLL", name_zh="轧钢厂", name_en="Rolling Mill", level=UnitLevel.PLANT)


def card(number: int, title: str, authors: tuple[Named, ...] = MEMBERS) -> Card:
    return Card(
        id=number,
        number=f"2026-{number:05}",
        title=title,
        open=True,
        state=ProposalState.IMPLEMENTED,
        unit=None,
        unit_ids=(),
        authors=authors,
        checked_benefit=Decimal(43_500),
    )


def a_wall(title: str = "高温回火炉风机轴承隔热散热", sentence: str = "一个人就能装，老王说他可以歇会儿了。") -> Wall:
    challenge = OpenCall(
        "c1", CallKind.CHALLENGE, "棒材倍尺剪切尾料过长攻关", "", "短尺与尾料占比降到0.80%以下",
        Decimal(60_000), "", date(2026, 12, 31), None, (),
    )  # fmt: skip
    story = Story(sentence, MEMBERS[1], Named(4, "轧钢厂", "Rolling Mill"), card(1, title), "", "", None, used=True)
    news = [Group(What.USED, own=True, cards=[card(2, "储气罐浮球排水改电子阀"), card(3, "天车驾驶室空调前置滤尘")])]
    numbers = Numbers(filed=12, answered=11, used=6, checked=Decimal(280_600))
    return Wall(22, Month(2026, 10), PLANT, numbers, own_numbers=True, story=story, news=news, calls=[challenge])


def said(wall: Wall, locale: str) -> str:
    with speaking(locale):
        return "\n".join(aloud.script(wall))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_usual_month_fills_the_minute_and_the_unit_s_own_comes_first(app, locale):
    with app.app_context():
        text = said(a_wall(), locale)
    assert 40 <= seconds_to_say(text) <= 60
    first, story, *_ = text.splitlines()
    assert ("轧钢厂提了 12 条" if locale == "zh_CN" else "Rolling Mill filed 12 proposals") in first
    assert "高温回火炉风机轴承隔热散热" in story
    assert "一个人就能装，老王说他可以歇会儿了。" in story


@pytest.mark.parametrize("locale", LOCALES)
def test_a_month_without_anything_still_invites(app, locale):
    nothing = replace(a_wall(), numbers=Numbers(), own_numbers=False, story=None, news=[], calls=[])
    with app.app_context():
        text = said(nothing, locale)
    assert 12 <= seconds_to_say(text) <= 60
    assert len(text.splitlines()) == 2


def test_a_long_title_costs_its_own_place_and_nobody_else_s(app):
    with app.app_context():
        text = said(a_wall(title="某" * 120), "zh_CN")
    assert "某" not in text
    assert "文有才说：“一个人就能装，老王说他可以歇会儿了。”" in text
    assert "谁来揭榜" in text


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    titles=st.lists(st.text(max_size=120), min_size=3, max_size=3),
    sentence=st.text(max_size=76),
    wanted=st.text(max_size=4000),
    authors=st.integers(0, 12),
    locale=st.sampled_from(LOCALES),
)
def test_it_never_takes_longer_than_a_minute(app, titles, sentence, wanted, authors, locale):
    wall = a_wall(titles[0], sentence)
    people = tuple(Named(i, "欧阳劲松", "Alexander Constantinopoulos-Wetherby") for i in range(authors))
    news = [Group(What.VERIFIED, own=False, cards=[card(2, titles[1], people)])]
    calls = [replace(wall.calls[0], title=titles[2], wanted=wanted)]
    with app.app_context():
        text = said(replace(wall, news=news, calls=calls), locale)
    assert seconds_to_say(text) <= aloud.MOST_SECONDS + 0.001
    assert ("今天干活都注意安全" if locale == "zh_CN" else "Have a safe shift") in text
