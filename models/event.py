"""The timeline: one line for everything that happened to a proposal."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference
from models.enums import ProposalState, Verb
from models.person import Person
from models.proposal import Proposal


class Event(Base):
    """Who did what when, from which state to which. Without an actor it was a rule or the clock."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_proposal_id_at", "proposal_id", "at"),)

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    verb: Mapped[Verb] = mapped_column(enum_column(Verb))
    actor_id: Mapped[int | None] = reference("people.id")
    at: Mapped[datetime] = mapped_column(index=True)
    old_state: Mapped[ProposalState | None] = mapped_column(enum_column(ProposalState, name="old_state"))
    new_state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState, name="new_state"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    proposal: Mapped[Proposal] = relationship(back_populates="events")
    actor: Mapped[Person | None] = relationship()
