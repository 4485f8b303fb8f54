"""Web hooks: to which group robots and programs news of proposals goes, and what has gone."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import HookKind, HookTopic, MailState
from models.person import Person
from models.studio import Studio
from models.unit import Unit


class Hook(Base):
    """Where news goes, in which language, and about what. Its address and secret let anybody write there."""

    __tablename__ = "hooks"
    __table_args__ = (
        rule("name_not_blank", "trim(name) <> ''"),
        rule("program_has_secret", "kind <> 'signed' OR secret <> ''"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    kind: Mapped[HookKind] = mapped_column(enum_column(HookKind))
    address: Mapped[str]
    secret: Mapped[str] = mapped_column(default="")
    """Signs what is sent; some robots need none."""
    locale: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(default=list)
    studio_id: Mapped[int | None] = reference("studios.id")
    """Only what this studio has."""
    unit_id: Mapped[int | None] = reference("units.id")
    """Only what comes from this unit or below."""
    active: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int] = reference("people.id")
    made_at: Mapped[datetime]
    tested_at: Mapped[datetime | None]
    """When a message to this address last arrived on trial."""
    listens_since: Mapped[datetime]
    """When it was last switched on; what happened before is not told."""
    looked_until: Mapped[datetime]
    """Up to when all that happened has been looked at, see ``studio.hooks.outbox``."""
    rests_until: Mapped[datetime | None]
    """Nothing is sent there before: because of the robot's limit, or because it did not work."""
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")

    studio: Mapped[Studio | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    made_by: Mapped[Person] = relationship()

    @property
    def tells(self) -> frozenset[HookTopic]:
        """What it tells of."""
        return frozenset(HookTopic(topic) for topic in self.topics)


class HookDelivery(Base):
    """One message: what happened since the one before, put into words when it is sent. Always the same id."""

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        rule("sent_has_time", "(state = 'sent') = (sent_at IS NOT NULL)"),
        rule("sending_is_claimed", "(state = 'sending') = (claimed_by IS NOT NULL)"),
        rule("never_held", "state <> 'held'"),
        rule("attempts_not_negative", "attempts >= 0"),
        Index("ix_hook_deliveries_hook_id_state", "hook_id", "state"),
    )

    id: Mapped[PrimaryKey]
    hook_id: Mapped[int] = reference("hooks.id", ondelete="CASCADE", index=False)
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[MailState] = mapped_column(enum_column(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")


class HookFact(Base):
    """One thing that a message tells: a line of a timeline or an issue of the digest, once for each hook."""

    __tablename__ = "hook_facts"
    __table_args__ = (
        rule("one_thing", "(event_id IS NULL) <> (issue_id IS NULL)"),
        UniqueConstraint("hook_id", "event_id"),
        UniqueConstraint("hook_id", "issue_id"),
    )

    id: Mapped[PrimaryKey]
    hook_id: Mapped[int] = reference("hooks.id", ondelete="CASCADE", index=False)
    delivery_id: Mapped[int] = reference("hook_deliveries.id", ondelete="CASCADE")
    event_id: Mapped[int | None] = reference("events.id", ondelete="CASCADE")
    issue_id: Mapped[int | None] = reference("digest_issues.id", ondelete="CASCADE")
