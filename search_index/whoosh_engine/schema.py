"""Which fields a document has in the index, and how a SearchDocument fills them."""

from collections.abc import Iterator
from typing import Any

from whoosh.columns import StructColumn, VarBytesColumn
from whoosh.fields import COLUMN, STORED, FieldType, Schema
from whoosh.formats import Existence

from search_index.analysis import fold, grams, stems, words
from search_index.port import SearchDocument

VERSION = 1
"""Raise it when the fields or the analysis change: an index of another version is rebuilt."""

STEM = "~"
"""Goes before a stem, to keep it apart from a word of the same letters."""

FACTS = ("proposal_id", "revision", "filed", "benefit")
"""Whole numbers of 64 bits kept for each document; ``filed`` in seconds since 1970, ``benefit`` in yuan a year."""

TEXT = VarBytesColumn()


class Terms(FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose value is the collection of its terms, made elsewhere."""

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None)

    def index(self, value: Any, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:  # noqa: ANN401 - Whoosh's signature
        """Yield the terms as postings."""
        return ((term.encode(), 1, 1.0, b"") for term in value)


SCHEMA = Schema(
    gram=Terms(),  # characters and pairs of neighbours of all text
    title=Terms(),  # the same of the title alone
    word=Terms(),  # words and stems of all text
    facet=Terms(),
    audience=Terms(),
    facts=COLUMN(StructColumn(f"<{len(FACTS)}q", (0,) * len(FACTS))),
    text=COLUMN(TEXT),  # all text, folded; candidates for long terms are checked against it
    shown=STORED(),  # number, title and body, as written
)


TERM_FIELDS = [name for name, field in SCHEMA.items() if isinstance(field, Terms)]


def fields_of(document: SearchDocument) -> dict[str, Any]:
    """Return what Whoosh is to write for one document."""
    title = fold(document.title)
    text = "\n".join((title, fold(document.number), fold(document.body), fold(document.names)))
    return {
        "gram": grams(text),
        "title": grams(title),
        "word": words(text) | {STEM + stem for stem in stems(text)},
        "facet": {f"{name}={value}" for name, values in document.facets.items() for value in values},
        "audience": document.audience,
        "facts": (
            document.proposal_id,
            document.revision,
            int(document.filed_at.timestamp()),
            document.benefit,
        ),
        "text": text.encode(),
        "shown": (document.number, document.title, document.body),
    }
