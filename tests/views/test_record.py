"""My record is mine: it adds up what I did, and nothing of it is on anybody else's page."""

from decimal import Decimal

import pytest

from models import Contributor, Outcome
from studio.queries import record
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import decided, filed, used
from tests.support.pages import main_text
from tests.support.people import sign_in_as

pytestmark = on_both_databases


@pytest.fixture
def shared(session, world):
    """The stranger's proposal, in which the worker has a share."""
    made = used(session, world, "变速箱平衡吊具", 43_900, author=world.stranger)
    with writing(session):
        made.contributors[0].share = 70
        made.contributors.append(Contributor(person=world.worker, share=30))
    return made


def test_what_i_filed_and_what_i_have_a_share_in_counts(session, world, settings, shared):
    decided(session, world, "没采纳的", Outcome.DECLINED, reason="不行")
    filed(session, world, "别人的", author=world.mate)
    own = record.of_person(session, world.worker, settings.zone)
    assert {(one.title, one.deed.share, one.deed.checked, bool(one.deed.adopted_on)) for one in own} == {
        ("变速箱平衡吊具", 30, Decimal(43_900), True),
        ("没采纳的", 100, None, False),
    }


def test_the_page_shows_sums_shares_and_years_and_prints_what_may_be_handed_around(client, session, world, shared):
    used(session, world, "保密工装改造", 10, confidential=True)
    sign_in_as(client, world.worker)
    page = client.get("/record")
    text = main_text(page.text)
    for words in ("my share 30%", "¥43,910", "In use2", "Who sees this"):
        assert words in text
    assert page.text.count("not printed: confidential") == 1
    assert "Your record begins" not in text
    assert "In use2" in main_text(client.get("/record?year=2026").text)
    assert "In use0" in main_text(client.get("/record?year=2020").text)
    for wrong in ("20266", "x", "0000", "9999"):
        assert client.get(f"/record?year={wrong}").status_code == 404


def test_who_has_none_yet_is_invited(client, world):
    sign_in_as(client, world.mate)
    assert "Your record begins with the first one" in main_text(client.get("/record").text)
