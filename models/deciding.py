"""Lists for deciding that a firm edits: why something was decided, and what a deferral may wait for."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference
from models.enums import Outcome, OutcomeClass
from models.person import Person
from models.unit import Unit


class DecisionReason(Base):
    """Why an outcome was chosen, to be counted; the words beside it are for the author.

    ``outcome_class`` is given where the reason puts the answer into another class than its outcome does by itself.
    """

    __tablename__ = "decision_reasons"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    outcome_class: Mapped[OutcomeClass | None] = mapped_column(enum_column(OutcomeClass))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    needs_words: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Occasion(Base):
    """Something with a name that a deferral may wait for, in one unit or the whole firm: the next overhaul, a budget.

    It comes again and again; ``times`` counts how often, so that a second click on an old page is known as one.
    """

    __tablename__ = "occasions"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    unit_id: Mapped[int | None] = reference("units.id")
    times: Mapped[int] = mapped_column(default=0)
    came_at: Mapped[datetime | None]
    announced_by_id: Mapped[int | None] = reference("people.id", index=False)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit | None] = relationship()
    announced_by: Mapped[Person | None] = relationship()

    def concerns(self, unit: Unit | None) -> bool:
        """Tell whether it comes for this unit too; what has no unit belongs to every part of the firm."""
        return self.unit_id is None or unit is None or unit.is_within(self.unit_id)
