"""My record is mine: it adds up what I did, and nothing of it is on anybody else's page."""

from datetime import timedelta
from decimal import Decimal

import pytest

from models import Contributor, Decision, Outcome, ProposalState
from studio.queries import record
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import IN_OCTOBER, decided, filed, used
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

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


def put_off(session, world, title, **facts):
    """Save a proposal that was told to wait in October and was taken up again a day later."""
    made = filed(session, world, title, **facts)
    with writing(session):
        session.add(
            Decision(
                proposal=made,
                outcome=Outcome.DEFERRED,
                reason="等大修",
                wake_up_when="大修",
                decided_by=world.lead,
                decided_at=IN_OCTOBER,
                superseded_at=IN_OCTOBER + timedelta(days=1),
            )
        )
    return made


def test_points_are_the_part_of_the_highest_line_that_was_reached(session, world, settings, shared):
    decided(session, world, "没采纳的", Outcome.DECLINED, reason="不行")
    decided(session, world, "不受理的", Outcome.INADMISSIBLE, reason="不归这里管")
    decided(session, world, "在试的", Outcome.TRIAL, reason="试一个月")
    filed(session, world, "还没看的")
    put_off(session, world, "叫醒了的")
    unchecked = used(session, world, "没核定的", 0)
    withdrawn = put_off(session, world, "撤回的")
    with writing(session):
        unchecked.checked_benefit = None
        withdrawn.state = ProposalState.WITHDRAWN
    assert {one.title: one.deed.points for one in record.of_person(session, world.worker, settings.zone)} == {
        "变速箱平衡吊具": 15,
        "没采纳的": 2,
        "不受理的": 0,
        "在试的": 2,
        "还没看的": 0,
        "叫醒了的": 5,
        "没核定的": 10,
        "撤回的": 0,
    }
    assert [one.deed.points for one in record.of_person(session, world.stranger, settings.zone)] == [35]


def test_who_filed_for_others_and_has_no_share_has_no_points(session, world, settings, shared):
    with writing(session):
        next(one for one in shared.contributors if one.person == world.stranger).person = world.mate
    assert [one.deed.points for one in record.of_person(session, world.stranger, settings.zone)] == [0]
    assert [one.deed.points for one in record.of_person(session, world.mate, settings.zone)] == [35]


def test_a_record_takes_as_many_statements_for_many_as_for_one(session, world, settings, shared):
    assert world.worker.id
    with listening() as one:
        record.of_person(session, world.worker, settings.zone)
    for number in range(3):
        used(session, world, f"第{number}件", 100)
    assert world.worker.id
    with listening() as many:
        record.of_person(session, world.worker, settings.zone)
    assert one.count == many.count == 2


def test_the_page_shows_sums_shares_and_years_and_prints_what_may_be_handed_around(client, session, world, shared):
    used(session, world, "保密工装改造", 10, confidential=True)
    sign_in_as(client, world.worker)
    page = client.get("/record")
    text = main_text(page.text)
    for words in ("my share 30%", "¥43,910", "In use2", "Points45", "15 points", "How points are counted"):
        assert words in text
    assert "Who sees this" in text
    assert page.text.count("not printed: confidential") == 1
    assert "Your record begins" not in text
    assert "In use2" in main_text(client.get("/record?year=2026").text)
    assert "Points45" in main_text(client.get("/record?year=2026").text)
    assert "In use0" in main_text(client.get("/record?year=2020").text)
    for wrong in ("20266", "x", "0000", "9999"):
        assert client.get(f"/record?year={wrong}").status_code == 404


def test_who_has_none_yet_is_invited(client, world):
    sign_in_as(client, world.mate)
    assert "Your record begins with the first one" in main_text(client.get("/record").text)
