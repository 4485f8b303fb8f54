"""Who said thank you for somebody else's proposal."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, reference
from models.person import Person


class Thanks(Base):
    """One person who thanks the authors of one proposal, once. Taken back, the row is gone."""

    __tablename__ = "thanks"

    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False, primary_key=True)
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", primary_key=True)
    at: Mapped[datetime] = mapped_column()

    person: Mapped[Person] = relationship()
