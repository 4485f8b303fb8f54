"""The page of the honour wall: its address says which month and unit, and praises nobody by accident."""

import pytest

from tests.factories.digest import october
from tests.support.pages import main_text
from tests.support.people import sign_in_as


@pytest.fixture
def page(client, session, world):
    october(session, world)
    sign_in_as(client, world.worker)
    return lambda query="": client.get(f"/honours{query}")


def test_without_an_address_of_its_own_it_is_the_month_that_is_over(page):
    text = main_text(page().text)
    for words in ("Honour wall of October 2026", "变速箱平衡吊具", "Person 000104", "Teams that took part", "10%"):
        assert words in text
    assert "保密工装改造" not in text
    assert "全厂统一换门锁" not in text


def test_month_and_unit_stand_in_the_address(page):
    assert "变速箱平衡吊具" not in main_text(page("?month=2026-10&unit=ROLL").text)
    assert "the month is still running" in main_text(page("?month=2026-11").text)
    assert "Nothing was recorded for this month" in main_text(page("?month=2020-01").text)


@pytest.mark.parametrize("query", ["?month=2026-12", "?month=soon", "?unit=NONE", "?unit=%00"])
def test_what_does_not_exist_is_not_found(page, query):
    assert page(query).status_code == 404
