"""Which fields a document has in the index, and how a SearchDocument fills them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from whoosh.columns import StructColumn, VarBytesColumn
from whoosh.fields import COLUMN, STORED, Schema

from search_index.analysis import codes, fold, grams, stems, words
from search_index.port import SearchDocument
from search_index.sounds import spoken_pairs

VERSION = 3
"""Raise it when the fields or the analysis change: an index of another version is rebuilt."""

STEM = "~"
"""Goes before a stem, to keep it apart from a word of the same letters."""

FACTS = ("proposal_id", "revision", "filed", "benefit", "score")
"""Whole numbers of 64 bits kept for each document; ``filed`` in seconds since 1970, ``benefit`` in yuan a year,
``score`` in tenths of a point."""

TEXT = VarBytesColumn()


TERM_FIELDS = (
    "audience",
    "facet",
    "gram",  # characters and pairs of neighbours of all text
    "title",  # the same of the title alone
    "number",  # of the number alone
    "person",  # of the names
    "place",  # of the place
    "sound",  # title and names in pinyin, by pairs of syllables
    "word",  # stems of all text, and the words of what is compared for likeness: of all text but ``more``
)
"""What a document is found by; kept by ``postings``, so Whoosh's schema need not know them."""

SCHEMA = Schema(
    facts=COLUMN(StructColumn(f"<{len(FACTS)}q", (0,) * len(FACTS))),
    text=COLUMN(TEXT),  # all text, folded; candidates for long terms are checked against it
    shown=STORED(),  # number, title and body, as written
)


def terms_of(document: SearchDocument) -> dict[str, Collection[str]]:
    """Return what the document is found by, one value for each of TERM_FIELDS."""
    text = _text_of(document)
    return {
        "audience": document.audience,
        "facet": [f"{name}={value}" for name, values in document.facets.items() for value in values],
        "gram": grams(text),
        "title": grams(fold(document.title)),
        "number": grams(document.number),
        "person": grams(fold(document.names)),
        "place": grams(fold(document.place)),
        "sound": spoken_pairs(fold(f"{document.title}\n{document.names}")),
        "word": words(_text_of(replace(document, more=""))) | {STEM + stem for stem in stems(text)},
    }


def fields_of(document: SearchDocument) -> dict[str, Any]:
    """Return what Whoosh keeps of the document."""
    filed = int(document.filed_at.timestamp())
    return {
        "facts": (document.proposal_id, document.revision, filed, document.benefit, document.score),
        "text": _text_of(document).encode(),
        "shown": (document.number, document.title, document.body),
    }


def _text_of(document: SearchDocument) -> str:
    """Return everything that is found, folded, and behind it the model numbers in their barest spelling."""
    parts = (document.title, document.number, document.body, document.names, document.more)
    text = fold("\n".join(filter(None, parts)))
    return "\n".join((text, *sorted(codes(text))))
