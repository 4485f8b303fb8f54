"""What somebody asks the archive, read from the address and written back into addresses, so that all can be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlencode

from search_index.documents import FACETS
from search_index.port import Sort
from studio.domain.completeness import clean_line
from studio.domain.periods import Month

FURTHEST_PAGE = 100_000
LONGEST_QUERY = 200
LONGEST_VALUE = 40
MOST_VALUES = 10
"""Per facet; nobody clicks more together, only a script does."""
MOST_DIGITS = 9
"""A longer number is no page and no row's, and a database could not even look for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: words, chosen filters, order and page."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort | None = None
    """None: what suits the question, see ``order``."""
    page: int = 1

    @property
    def order(self) -> Sort:
        """By relevance if there are words, else the newest first."""
        return self.sort or (Sort.RELEVANCE if self.text else Sort.NEWEST)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Return the chosen values of a facet."""
        return self.filters.get(facet, ())

    def with_only(self, facet: str, value: str) -> "Asked":
        """Return the question with this value chosen instead of the others of its facet."""
        return replace(self, filters={**self.filters, facet: (value,)}, page=1)

    def without(self, facet: str, value: str) -> "Asked":
        """Return the question with one chosen value taken away."""
        left = tuple(one for one in self.chosen(facet) if one != value)
        kept = {name: values for name, values in {**self.filters, facet: left}.items() if values}
        return replace(self, filters=kept, page=1)

    def sorted_by(self, sort: Sort) -> "Asked":
        """Return the question in another order."""
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> "Asked":
        """Return the question for another page."""
        return replace(self, page=page)

    def in_words(self, text: str) -> "Asked":
        """Return the question in other words."""
        return replace(self, text=text, page=1)

    def unfiltered(self) -> "Asked":
        """Return the words alone."""
        return replace(self, filters={}, page=1)

    def filed_in(self, month: Month) -> "Asked":
        """Return the same about what was filed in a month, the newest first."""
        return replace(self, text=f"filed:{month} {self.text}".strip(), sort=Sort.NEWEST, page=1)

    def parameters(self) -> list[tuple[str, str]]:
        """Return what an address says after its question mark."""
        filters = [(facet, value) for facet in FACETS for value in self.chosen(facet)]
        text = [("q", self.text)] if self.text else []
        sort = [("sort", self.sort.value)] if self.sort else []
        page = [("page", str(self.page))] if self.page > 1 else []
        return text + filters + sort + page

    def address(self, path: str) -> str:
        """Return the address of this question."""
        written = urlencode(self.parameters())
        return f"{path}?{written}" if written else path

    @property
    def query(self) -> str:
        """What is kept of a question: all but the page, as an address says it."""
        return urlencode(self.on_page(1).parameters())


def asked_for(arguments: Mapping[str, Sequence[str]]) -> Asked:
    """Read a question from the parts of an address. Whatever is not understood is left out, never an error."""
    sort, page = _first(arguments, "sort"), _first(arguments, "page")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= MOST_DIGITS else 1
    return Asked(
        text=clean_line(_first(arguments, "q"))[:LONGEST_QUERY],
        filters={facet: values for facet in FACETS if (values := _values(arguments, facet))},
        sort=Sort(sort) if sort in set(Sort) else None,
        page=min(max(number, 1), FURTHEST_PAGE),
    )


def kept(query: str) -> Asked:
    """Return the question that ``Asked.query`` wrote down."""
    return asked_for(parse_qs(query))


def _first(arguments: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(arguments.get(name, ())), "")


def _values(arguments: Mapping[str, Sequence[str]], facet: str) -> tuple[str, ...]:
    typed = (clean_line(value) for value in arguments.get(facet, ()))
    return tuple(dict.fromkeys(value for value in typed if 0 < len(value) <= LONGEST_VALUE))[:MOST_VALUES]
