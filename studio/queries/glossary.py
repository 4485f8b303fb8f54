"""The glossary: what means the same to whoever searches."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import GlossaryRow
from search_index.synonyms import Synonyms


def synonyms(session: Session) -> Synonyms:
    """Return all rows as the archive's search takes them."""
    return Synonyms(words.split(";") for words in session.scalars(select(GlossaryRow.words).order_by(GlossaryRow.id)))


def page_of(session: Session, word: str = "") -> Sequence[GlossaryRow]:
    """Return the rows that have a piece of text in one of their words, or all, by their first words."""
    statement = select(GlossaryRow).options(joinedload(GlossaryRow.changed_by)).order_by(GlossaryRow.words)
    if word:
        statement = statement.where(GlossaryRow.words.icontains(word, autoescape=True))
    return session.scalars(statement).unique().all()


def having(session: Session, word: str) -> Sequence[GlossaryRow]:
    """Return the rows that may have the word."""
    return session.scalars(select(GlossaryRow).where(GlossaryRow.words.contains(word, autoescape=True))).all()


def by_id(session: Session, row_id: int, *, lock: bool = False) -> GlossaryRow | None:
    """Return a row; with ``lock`` nobody else can change it meanwhile."""
    return session.get(GlossaryRow, row_id, with_for_update=lock or None, populate_existing=lock)
