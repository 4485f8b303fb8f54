"""What somebody asks the archive, read from the address and written back into addresses, so that all can be kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from search_index.documents import FACETS
from search_index.port import Sort
from studio.domain.completeness import clean_line
from views.paging import FURTHEST_PAGE

LONGEST_QUERY = 200
LONGEST_VALUE = 40
MOST_VALUES = 10
"""Per facet; nobody clicks more together, only a script does."""


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


def asked_for(arguments: MultiDict[str, str]) -> Asked:
    """Read a question from an address. Whatever is not understood is left out, never an error."""
    sort = arguments.get("sort", "")
    page = arguments.get("page", default=1, type=int)
    return Asked(
        text=clean_line(arguments.get("q", ""))[:LONGEST_QUERY],
        filters={facet: values for facet in FACETS if (values := _values(arguments, facet))},
        sort=Sort(sort) if sort in set(Sort) else None,
        page=min(max(page, 1), FURTHEST_PAGE),
    )


def _values(arguments: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    typed = (clean_line(value) for value in arguments.getlist(facet))
    return tuple(dict.fromkeys(value for value in typed if 0 < len(value) <= LONGEST_VALUE))[:MOST_VALUES]
