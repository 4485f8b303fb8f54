"""Every page is on the tour that pictures are made of and that is judged for everybody's eyes and hands."""

from dataclasses import replace

import pytest
from flask import Flask

from studio.settings import Settings
from tests.support.tour import NO_PAGES, not_visited


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


def test_an_address_is_on_the_tour_or_has_a_reason_not_to_be(app: Flask) -> None:
    assert not_visited(app) == set(NO_PAGES)
