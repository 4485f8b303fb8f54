"""Rules that choose a studio, and the record of each choice."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, reference, rule
from models.person import Person
from models.proposal import Proposal
from models.studio import Studio


class RoutingRule(Base):
    """If every filled column matches, the studio gets the proposal. Lists hold codes; lower priority goes first."""

    __tablename__ = "routing_rules"

    id: Mapped[PrimaryKey]
    priority: Mapped[int] = mapped_column(index=True)
    studio_id: Mapped[int] = reference("studios.id", ondelete="CASCADE")
    unit_codes: Mapped[list[str]] = mapped_column(default=list)
    kind_codes: Mapped[list[str]] = mapped_column(default=list)
    theme_codes: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)

    studio: Mapped[Studio] = relationship(lazy="joined", innerjoin=True)


class Assignment(Base):
    """A proposal was given to a studio: by which rule or person, and why.

    ``reason`` is ``{"code": ..., "params": {...}}`` and becomes a sentence in the reader's language;
    ``runners_up`` is a list of the same with a studio. A person's words are in ``words``.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        rule("ends_after_start", "ended_at IS NULL OR ended_at >= assigned_at"),
        Index(
            "uq_assignments_current",
            "proposal_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    studio_id: Mapped[int] = reference("studios.id")
    assigned_by_id: Mapped[int | None] = reference("people.id", index=False)
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    runners_up: Mapped[list[Any]] = mapped_column(default=list)
    words: Mapped[str] = mapped_column(default="")

    proposal: Mapped[Proposal] = relationship(back_populates="assignments")
    studio: Mapped[Studio] = relationship()
    assigned_by: Mapped[Person | None] = relationship()
