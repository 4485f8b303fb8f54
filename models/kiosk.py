"""Shared terminals on the shop floor, and what a person shows there instead of a password."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, reference, rule
from models.person import Person
from models.unit import Unit


class Kiosk(Base):
    """One terminal. It waits for its code, then its browser keeps a secret of which only the digest is here."""

    __tablename__ = "kiosks"
    __table_args__ = (
        rule("name_not_blank", "trim(name) <> ''"),
        rule("code_has_an_end", "(code_digest IS NULL) = (code_ends_at IS NULL)"),
        rule("secret_once_enrolled", "(secret_digest IS NULL) = (enrolled_at IS NULL)"),
        rule("code_until_enrolled", "code_digest IS NULL OR secret_digest IS NULL"),
        rule("session_needs_a_terminal", "session_key IS NULL OR (secret_digest IS NOT NULL AND revoked_at IS NULL)"),
        rule("nothing_opens_what_is_revoked", "revoked_at IS NULL OR code_digest IS NULL"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    unit_id: Mapped[int] = reference("units.id")
    made_by_id: Mapped[int] = reference("people.id", index=False)
    made_at: Mapped[datetime]
    code_digest: Mapped[str | None] = mapped_column(unique=True)
    code_ends_at: Mapped[datetime | None]
    secret_digest: Mapped[str | None] = mapped_column(unique=True)
    enrolled_at: Mapped[datetime | None]
    session_key: Mapped[str | None]
    """Of the one session that lives at this terminal; whoever comes next, or going away, ends it."""
    last_used_at: Mapped[datetime | None]
    last_address: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class Pin(Base):
    """What somebody types at a terminal instead of a password. It is worth nothing anywhere else."""

    __tablename__ = "pins"
    __table_args__ = (rule("wrong_tries_not_negative", "wrong_tries >= 0"),)

    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False, primary_key=True)
    pin_hash: Mapped[str]
    wrong_tries: Mapped[int] = mapped_column(default=0)
    """Since it was last right, or the password was given; see ``studio.domain.kiosks.MOST_WRONG``."""
    set_at: Mapped[datetime]


class Badge(Base):
    """What a reader reads from somebody's badge, where that is not the staff number."""

    __tablename__ = "badges"
    __table_args__ = (rule("number_not_blank", "trim(number) <> ''"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False, unique=True)
    given_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
