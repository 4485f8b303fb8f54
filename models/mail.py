"""The outbox, and the monthly digest with its deliveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import MailState
from models.person import Person


class OutgoingMail(Base):
    """A finished mail on its way, written in the transaction of the fact it tells. ``once`` forbids a second one."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        rule("sent_has_time", "(state = 'sent') = (sent_at IS NOT NULL)"),
        rule("sending_is_claimed", "(state = 'sending') = (claimed_by IS NOT NULL)"),
        rule("attempts_not_negative", "attempts >= 0"),
        Index("ix_outgoing_mails_state_next_attempt_at", "state", "next_attempt_at"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str]
    once: Mapped[str | None] = mapped_column(unique=True)
    """What must not be told twice, such as ``digest:2026-10:17``."""
    person_id: Mapped[int | None] = reference("people.id", ondelete="CASCADE")
    proposal_id: Mapped[int | None] = reference("proposals.id", ondelete="CASCADE")
    address: Mapped[str]
    recipient_name: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]

    state: Mapped[MailState] = mapped_column(enum_column(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    receipt: Mapped[str] = mapped_column(default="", server_default="")
    """The relay's words when it took the mail; most name it as the relay's own log does."""

    person: Mapped[Person | None] = relationship()
    words: Mapped["MailWords | None"] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    """None once what it said is not kept any more."""


class MailWords(Base):
    """What a mail says. Nothing of it changes while the mail's own row tells where it is, again and again."""

    __tablename__ = "mail_words"

    mail_id: Mapped[int] = reference("outgoing_mails.id", ondelete="CASCADE", index=False, primary_key=True)
    text: Mapped[str]
    html: Mapped[str]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)


class DigestIssue(Base):
    """One month's edition: made once from facts frozen at its close, readable for ever.

    ``begun_at`` is when the first copies were about to be made, from then on nothing of it changes any more;
    ``sent_at`` when everybody had one. ``released_at`` overrides the day on which it would go out.
    """

    __tablename__ = "digest_issues"
    __table_args__ = (
        rule("number_positive", "number > 0"),
        rule("held_or_let_go", "held_at IS NULL OR (released_at IS NULL AND begun_at IS NULL)"),
        rule("sent_was_begun", "sent_at IS NULL OR begun_at IS NOT NULL"),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[int] = mapped_column(unique=True)
    """Counts the issues of this site from 1, as people speak of them."""
    month: Mapped[str] = mapped_column(unique=True)
    frozen_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    note_zh: Mapped[str] = mapped_column(default="")
    note_en: Mapped[str] = mapped_column(default="")
    note_by_id: Mapped[int | None] = reference("people.id", ondelete="SET NULL")
    note_at: Mapped[datetime | None]
    note_revision: Mapped[int] = mapped_column(default=0)
    """How often the note was written, so that nobody overwrites what he has not read."""

    held_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    steered_by_id: Mapped[int | None] = reference("people.id", ondelete="SET NULL")
    """Who held it back, or let it go, last."""
    begun_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    note_by: Mapped[Person | None] = relationship(foreign_keys=[note_by_id])
    steered_by: Mapped[Person | None] = relationship(foreign_keys=[steered_by_id])
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="issue", cascade="all, delete-orphan")


class DigestSchedule(Base):
    """When issues go out, as a coordinator has set it; at most one row. Without it the settings of the site hold."""

    __tablename__ = "digest_schedule"
    __table_args__ = (
        rule("only_one", "id = 1"),
        rule("day_of_every_month", "day BETWEEN 1 AND 28"),
        rule("hour_of_a_day", "hour BETWEEN 0 AND 23"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    day: Mapped[int]
    hour: Mapped[int]
    set_by_id: Mapped[int | None] = reference("people.id", ondelete="SET NULL")
    set_at: Mapped[datetime]

    set_by: Mapped[Person | None] = relationship()


class Delivery(Base):
    """One copy of an issue to one person; without a mail it is read in the app."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("issue_id", "person_id"),)

    id: Mapped[PrimaryKey]
    issue_id: Mapped[int] = reference("digest_issues.id", ondelete="CASCADE", index=False)
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE")
    mail_id: Mapped[int | None] = reference("outgoing_mails.id", ondelete="SET NULL")
    created_at: Mapped[datetime]

    issue: Mapped[DigestIssue] = relationship(back_populates="deliveries")
    person: Mapped[Person] = relationship()
    mail: Mapped[OutgoingMail | None] = relationship()
