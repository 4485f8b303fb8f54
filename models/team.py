"""What teams may settle by themselves, without a studio."""

from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, reference, rule
from models.unit import Unit


class TeamLimit(Base):
    """How much a team leader may settle in a unit and all below it; the row nearest above a team is its own.

    ``kind_codes`` lists the kinds that are small enough; an empty list lets teams settle nothing. Money is in yuan.
    """

    __tablename__ = "team_limits"
    __table_args__ = (
        rule("money_not_negative", "cost_limit >= 0 AND benefit_limit >= 0"),
        rule("days_in_range", "days BETWEEN 1 AND 30"),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = reference("units.id", ondelete="CASCADE", index=False, unique=True)
    kind_codes: Mapped[list[str]] = mapped_column(default=list)
    cost_limit: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    benefit_limit: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    urgent: Mapped[bool] = mapped_column(default=False)
    """Whether matters of safety may stay with the team too."""
    confidential: Mapped[bool] = mapped_column(default=False)
    days: Mapped[int] = mapped_column(default=3)
    """Working days the leader has before it goes on to a studio by itself."""

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
