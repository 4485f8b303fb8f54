"""Who wants to hear what becomes of somebody else's proposal."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, reference


class Follower(Base):
    """One person who follows one proposal. Its authors need not: they are told anyway."""

    __tablename__ = "followers"

    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False, primary_key=True)
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", primary_key=True)
    since: Mapped[datetime] = mapped_column()
