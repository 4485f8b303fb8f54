"""How far slow work is, for the administrator alone, and kept fresh as he asks."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Preferences, SlowWork, SlowWorkKind
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

PAGE = "/administration/work"
HALF_AN_HOUR_AGO = MONDAY_MORNING - timedelta(minutes=30)
RUNNING: dict[str, object] = {"paced_at": HALF_AN_HOUR_AGO, "seen_at": MONDAY_MORNING, "done": 8400, "total": 20000}
LONG_AGO = MONDAY_MORNING - timedelta(minutes=20)
DONE: dict[str, object] = {
    "seen_at": LONG_AGO,
    "ended_at": LONG_AGO,
    "paced_at": HALF_AN_HOUR_AGO,
    "done": 9,
    "total": 9,
}


@pytest.fixture
def admin(client: FlaskClient, world: World) -> FlaskClient:
    sign_in_as(client, world.admin)
    return client


def note(session: Session, facts: dict[str, object], kind: SlowWorkKind = SlowWorkKind.INDEX) -> None:
    with writing(session):
        session.merge(SlowWork(kind=kind, holder="host:17", begun_at=HALF_AN_HOUR_AGO, **facts))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (RUNNING, "42 % 8400 of 20000 about 42 minutes left"),
        ({"seen_at": MONDAY_MORNING, "done": 12000}, "12000 looked at so far"),
        (RUNNING | {"seen_at": LONG_AGO}, "It stopped at 42 %: no sign of life since"),
        (RUNNING | {"ended_at": LONG_AGO, "failed": True}, "It broke off at 42 % on"),
        (DONE, "it took 10 minutes."),
    ],
)
def test_it_says_how_far_it_is_or_how_it_ended(
    admin: FlaskClient, session: Session, facts: dict[str, object], said: str
) -> None:
    note(session, facts)
    assert said in " ".join(main_text(admin.get(PAGE).text).split())


def test_it_is_said_in_chinese_too(admin: FlaskClient, session: Session, world: World) -> None:
    with writing(session):
        world.admin.preferences = Preferences(locale="zh_CN")
    note(session, RUNNING)
    assert "大约还要 42 分钟" in admin.get(PAGE).text


def test_the_page_loads_again_only_if_asked_and_while_there_is_more_to_come(
    admin: FlaskClient, session: Session
) -> None:
    note(session, RUNNING)
    assert "Refresh" not in admin.get(PAGE).headers
    assert admin.get(f"{PAGE}?watch=1").headers["Refresh"] == "5"
    note(session, RUNNING | {"ended_at": MONDAY_MORNING})
    assert "Refresh" not in admin.get(f"{PAGE}?watch=1").headers


def test_nothing_yet_is_said_and_three_cost_no_more_than_one(admin: FlaskClient, session: Session) -> None:
    assert "Nothing has taken long yet" in admin.get(PAGE).text
    counts = []
    for kind in SlowWorkKind:
        note(session, RUNNING, kind)
        with listening() as heard:
            admin.get(PAGE)
        counts.append(heard.count)
        assert not heard.writes
    assert len(set(counts)) == 1


def test_it_is_the_administrator_s_alone(client: FlaskClient, world: World) -> None:
    sign_in_as(client, world.coordinator)
    assert client.get(PAGE).status_code == 403
