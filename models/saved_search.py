"""Searches that somebody keeps."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, PrimaryKey, reference, rule


class SavedSearch(Base):
    """A question to the archive under a name, one person's own; its new finds come with the digest.

    ``query`` is what the address says behind its question mark: words, filters and order, no page.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        rule("name_not_blank", "trim(name) <> ''"),
        UniqueConstraint("person_id", "name"),
        UniqueConstraint("person_id", "query"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False)
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime] = mapped_column()
    """What was filed since then is new to its owner."""
