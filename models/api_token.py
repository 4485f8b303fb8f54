"""What lets a program in on somebody's behalf."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, PrimaryKey, reference, rule


class ApiToken(Base):
    """A token of somebody. Only its digest is kept, so nobody can read it here; ``beginning`` tells it from others."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        rule("name_not_blank", "trim(name) <> ''"),
        rule("ends_after_it_begins", "expires_at > made_at"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE")
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    beginning: Mapped[str]
    may_file: Mapped[bool] = mapped_column(default=False)
    """Whether it may file proposals too, not only read."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """True to the hour; see ``studio.operations.api_tokens.note_use``."""
    revoked_at: Mapped[datetime | None]
