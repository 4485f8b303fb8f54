"""Who took a table of reviews out of the house."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, reference, rule
from models.person import Person
from models.studio import Studio


class ReviewExport(Base):
    """Somebody exported the reviews of a studio from one day to another, both included; kept for ever."""

    __tablename__ = "review_exports"
    __table_args__ = (
        rule("ends_after_it_begins", "last_on >= first_on"),
        rule("rows_positive", "row_count > 0"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("people.id")
    studio_id: Mapped[int] = reference("studios.id")
    first_on: Mapped[date]
    last_on: Mapped[date]
    row_count: Mapped[int] = mapped_column()
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    studio: Mapped[Studio] = relationship()
