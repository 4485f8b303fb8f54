"""Web hooks for tests."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Hook, HookKind, HookTopic
from studio.operations import hooks
from studio.operations.hooks import Wanted
from studio.transactions import writing
from tests.factories.world import World

SECRET_ADDRESS = "https://robot.example.com/send?access_token=abcdef0123456789"


def hook(
    session: Session, world: World, address: str = SECRET_ADDRESS, *, kind: HookKind = HookKind.WECOM,
    on: datetime | None = None, **facts: Any,
) -> Hook:  # fmt: skip
    """Add a hook that tells everything; with ``on`` it is on since then."""
    wanted = Wanted(**{"name": "轧钢车间群", "address": address, "topics": frozenset(HookTopic), **facts})
    with writing(session):
        made = hooks.add(session, kind, wanted, actor=world.admin, at=world.at)
        if on is not None:
            hooks.switch(session, made, active=True, actor=world.admin, at=on)
    return made
