"""What a person is told of a proposal."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import NoticeGroup, NoticePart
from models.person import Person
from models.proposal import Proposal

UNSEEN = "seen_at IS NULL"
WAITING = "mail_at IS NOT NULL"


class Notification(Base):
    """One fact told to one person, written with the fact. ``once`` forbids telling it twice.

    While its words wait for the next mail they lie here; ``mail_at`` says from when on they may leave, ``daily``
    whether with the mail of the day. ``mailed_at`` is when they went into the outbox.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        rule("waits_with_its_words", "(mail_at IS NULL) = (words IS NULL)"),
        rule("waits_or_has_left", "mail_at IS NULL OR mailed_at IS NULL"),
        Index("ix_notifications_person_id_proposal_id", "person_id", "proposal_id"),
        Index("ix_notifications_unseen", "person_id", sqlite_where=text(UNSEEN), postgresql_where=text(UNSEEN)),
        Index("ix_notifications_waiting", "mail_at", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False)
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    kind: Mapped[str]
    """Which mail tells it, such as ``decided``."""
    detail: Mapped[str] = mapped_column(default="")
    """What tells cases of one kind apart: the outcome of a decision."""
    topic: Mapped[NoticeGroup] = mapped_column(enum_column(NoticeGroup))
    part: Mapped[NoticePart] = mapped_column(enum_column(NoticePart))
    once: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]
    daily: Mapped[bool] = mapped_column(default=False)
    words: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    """Subject, plain text and HTML of the part of a mail that tells it, in the person's language."""
    mailed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    proposal: Mapped[Proposal] = relationship()
