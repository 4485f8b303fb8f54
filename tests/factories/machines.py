"""Machines for tests, put on the list by the operation that people use."""

from typing import Any

from sqlalchemy.orm import Session

from models import Machine
from studio.operations import machines
from studio.operations.machines import Plate
from studio.transactions import writing
from tests.factories.world import World

SHEAR = "EQ-R108"


def machine(session: Session, world: World, code: str = SHEAR, name_zh: str = "3 号倍尺飞剪", **facts: Any) -> Machine:
    """Put one on the list, by default a shear of the rolling plant."""
    plate = Plate(**{"name_zh": name_zh, "name_en": "Dividing shear No. 3", "unit": world.plant, **facts})
    with writing(session):
        return machines.add(session, code, plate, actor=world.admin)
