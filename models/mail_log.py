"""How mails fared on their way, and the addresses that take none."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import AttemptOutcome


class MailAttempt(Base):
    """An attempt that did not bring a mail to its reader, or one that did before the mail was sent again.

    The attempt that succeeded is told by the mail's own row: nearly every mail leaves at once and needs no other.
    """

    __tablename__ = "mail_attempts"

    id: Mapped[PrimaryKey]
    mail_id: Mapped[int] = reference("outgoing_mails.id", ondelete="CASCADE")
    at: Mapped[datetime]
    outcome: Mapped[AttemptOutcome] = mapped_column(enum_column(AttemptOutcome))
    words: Mapped[str]
    """What the relay answered, with its code."""


class RefusedAddress(Base):
    """What is known against a mail address. It belongs to the address: whoever gets another one starts anew."""

    __tablename__ = "refused_addresses"
    __table_args__ = (rule("counts_not_negative", "refusals >= 0 AND delays >= 0"),)

    address: Mapped[str] = mapped_column(primary_key=True)
    refused_since: Mapped[datetime | None]
    """Empty while mails to it were only delayed; then it still gets mail."""
    last_at: Mapped[datetime]
    reason: Mapped[str]
    refusals: Mapped[int] = mapped_column(default=0)
    delays: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    """When the coordinators were told that it takes no mail."""
