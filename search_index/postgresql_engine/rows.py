"""A document as rows of an index's tables, and a term as a query for it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from search_index.port import SearchDocument
from search_index.terms import TERM_FIELDS, latin, terms_of, text_of

MARKS: Final = {field: chr(ord("a") + at) for at, field in enumerate(TERM_FIELDS)}
"""The letter that goes before the terms of a field, to keep them apart from those of the others."""

FOUND_BY: Final = tuple(field for field in TERM_FIELDS if field != "facet")

LONGEST_LEXEME = 2046
MOST_LEXEMES = 1_000_000
"""PostgreSQL's limits, in bytes. No query has a term so long; and a text of half a million characters loses words."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is written of one document."""

    facts: tuple[int, int, int, int, int]
    """Proposal id, revision, filed in seconds since 1970, benefit in yuan a year, score in tenths of a point."""
    lexemes: Sequence[str]
    facets: list[str]
    """Not among the lexemes: all facets are kept as bitmaps."""
    latin: list[str]
    text: str
    shown: tuple[str, str, str]

    @property
    def proposal_id(self) -> int:
        """Whose document it is."""
        return self.facts[0]

    def vector(self, but: Collection[str] = ()) -> str:
        """Return the tsvector as PostgreSQL reads it, without some of its lexemes."""
        return " ".join(quoted(each) for each in self.lexemes if each not in but)


def row_of(document: SearchDocument) -> Row:
    """Return what is written of a document."""
    text = text_of(document)
    terms = terms_of(document, text)
    filed = int(document.filed_at.timestamp())
    return Row(
        facts=(document.proposal_id, document.revision, filed, document.benefit, document.score),
        lexemes=list(_fitting(lexeme(field, term) for field in FOUND_BY for term in terms[field])),
        facets=[lexeme("facet", term) for term in terms["facet"]],
        latin=list(latin(terms["word"])),
        text=text,
        shown=(document.number, document.title, document.body),
    )


def lexeme(field: str, term: str) -> str:
    """Return how the term of a field stands in the tsvector."""
    return MARKS[field] + term


def quoted(text: str) -> str:
    """Return a lexeme as it is written in a tsvector or tsquery."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _fitting(lexemes: Iterable[str]) -> Iterator[str]:
    room = MOST_LEXEMES
    for each in lexemes:
        size = len(each.encode())
        if size <= min(room, LONGEST_LEXEME):
            room -= size
            yield each
