"""Calls for tests."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from models import Call, CallKind
from studio.transactions import writing
from tests.factories.world import World


def call(session: Session, world: World, title: str = "棒材倍尺剪切尾料过长攻关", **facts: object) -> Call:
    """Put one up that is open a month before and after the world's day; by default a challenge for everybody."""
    today = world.at.date()
    given: dict[str, object] = {
        "code": f"call{len(title)}{title[:1]}",
        "kind": CallKind.CHALLENGE,
        "text": "一轧棒材剪切尾料占成材量的 1.35%。",
        "wanted": "短尺与尾料占比降到 0.80% 以下",
        "prize": Decimal(60000),
        "opens_on": today - timedelta(days=30),
        "closes_on": today + timedelta(days=30),
    }
    made = Call(title=title)
    for name, value in {**given, **facts}.items():
        setattr(made, name, value)
    with writing(session):
        session.add(made)
    return made
