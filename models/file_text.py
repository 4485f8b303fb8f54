"""What attached documents say, for the search."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, PrimaryKey, enum_column, rule
from models.enums import FileTextState, Unreadable

_WAITING = text("state = 'waiting'")


class FileText(Base):
    """The text of one stored document, read once however often the document is attached. The worker fills it in.

    It goes by the bytes, as the file store does, so nothing here says who attached them or to what.
    """

    __tablename__ = "file_texts"
    __table_args__ = (
        rule("sha256_is_hex", "length(sha256) = 64"),
        rule("waiting_is_unread", "(state = 'waiting') = (read_at IS NULL)"),
        rule("text_only_if_read", "(state = 'read') = (text <> '')"),
        rule("unreadable_has_reason", "(state = 'unreadable') = (reason IS NOT NULL)"),
        rule("claimed_while_waiting", "claimed_by IS NULL OR state = 'waiting'"),
        rule("claim_runs_out", "(claimed_by IS NULL) = (claimed_until IS NULL)"),
        rule("attempts_not_negative", "attempts >= 0"),
        Index("ix_file_texts_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    state: Mapped[FileTextState] = mapped_column(enum_column(FileTextState), default=FileTextState.WAITING)
    reason: Mapped[Unreadable | None] = mapped_column(enum_column(Unreadable))
    text: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """How often a worker has begun. Not every worker lives to say what became of it."""
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
