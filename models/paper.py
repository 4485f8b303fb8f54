"""Blank forms that were printed, and what became of them."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, relationship

from models.base import Base, PrimaryKey, reference, rule
from models.person import Person
from models.proposal import Proposal
from models.unit import Unit


class PaperForm(Base):
    """One sheet with a running code; ``studio.domain.paper`` makes the code from the id."""

    __tablename__ = "paper_forms"
    __table_args__ = (rule("keyed_in_with_its_day", "(proposal_id IS NULL) = (written_on IS NULL)"),)

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = reference("units.id")
    printed_by_id: Mapped[int] = reference("people.id", index=False)
    printed_at: Mapped[datetime]
    proposal_id: Mapped[int | None] = reference("proposals.id", ondelete="CASCADE", index=False, unique=True)
    written_on: Mapped[date | None]
    """The day that stands on the sheet."""

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    printed_by: Mapped[Person] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
