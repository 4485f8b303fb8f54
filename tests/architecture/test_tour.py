"""Every page is on the tour that pictures are made of and that is judged for everybody's eyes and hands."""

from flask import Flask

from tests.support.tour import NO_PAGES, not_visited


def test_an_address_is_on_the_tour_or_has_a_reason_not_to_be(app: Flask) -> None:
    assert not_visited(app) == set(NO_PAGES)
