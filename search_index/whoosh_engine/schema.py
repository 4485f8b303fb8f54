"""Which fields a document has in the index, and how a SearchDocument fills them."""

from typing import Any

from whoosh.columns import StructColumn, VarBytesColumn
from whoosh.fields import COLUMN, STORED, Schema

from search_index.port import SearchDocument
from search_index.terms import TERM_FIELDS

FACTS = ("proposal_id", "revision", "filed", "benefit", "score")
"""Whole numbers of 64 bits kept for each document; ``filed`` in seconds since 1970, ``benefit`` in yuan a year,
``score`` in tenths of a point."""

FIELDS = (*TERM_FIELDS, "ending")
"""What a segment keeps terms of; the endings are the Latin words backwards, to find those that end alike."""

TEXT = VarBytesColumn()

SCHEMA = Schema(
    facts=COLUMN(StructColumn(f"<{len(FACTS)}q", (0,) * len(FACTS))),
    text=COLUMN(TEXT),  # all text, folded; candidates for long terms are checked against it
    shown=STORED(),  # number, title and body, as written
)


def fields_of(document: SearchDocument, text: str) -> dict[str, Any]:
    """Return what Whoosh keeps of a document of the folded ``text``."""
    filed = int(document.filed_at.timestamp())
    return {
        "facts": (document.proposal_id, document.revision, filed, document.benefit, document.score),
        "text": text.encode(),
        "shown": (document.number, document.title, document.body),
    }
