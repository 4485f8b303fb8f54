"""Lists in pages."""

from dataclasses import dataclass

from flask import request

from studio.queries.asked import FURTHEST_PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is shown. Numbers count from 1; ``size`` is rows a page, ``total`` rows in all."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size


def requested_page() -> int:
    """Return the page the address asks for; anything that is no page number means the first."""
    asked = request.args.get("page", default=1, type=int)
    return min(max(asked, 1), FURTHEST_PAGE)
