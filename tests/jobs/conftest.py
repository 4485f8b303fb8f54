"""A relay and a courier for tests of mail."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.jobs.outbox import Courier
from studio.settings import Settings
from tests.conftest import Clock
from tests.support.relay import Relay, relay


@pytest.fixture
def smtp() -> Iterator[Relay]:
    with relay() as made:
        yield made


@pytest.fixture
def courier(settings: Settings, smtp: Relay, clock: Clock) -> Courier:
    return Courier(
        settings=replace(settings, smtp_url=smtp.url),
        worker="test:1",
        clock=clock,
        chance=random.Random(1),
        relay_timeout=2,
    )
