"""What every test that kills needs: a relay that outlives whoever sends to it."""

from collections.abc import Iterator

import pytest

from tests.support.relay import Relay, relay


@pytest.fixture
def smtp() -> Iterator[Relay]:
    with relay() as made:
        yield made
