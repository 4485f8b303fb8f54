"""The tree of companies, plants, workshops and teams."""

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import UnitLevel


class Unit(Base):
    """One node of the tree. ``path`` lists the ids from the root down, as in ``/1/4/9/``, so a subtree is one LIKE."""

    __tablename__ = "units"
    __table_args__ = (
        rule("headcount_not_negative", "headcount >= 0"),
        rule("not_its_own_parent", "parent_id IS NULL OR parent_id <> id"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    level: Mapped[UnitLevel] = mapped_column(enum_column(UnitLevel))
    parent_id: Mapped[int | None] = reference("units.id")
    path: Mapped[str] = mapped_column(index=True, default="")
    headcount: Mapped[int] = mapped_column(default=0)

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")

    @property
    def ancestor_ids(self) -> tuple[int, ...]:
        """Ids from the root down to this unit itself."""
        return tuple(int(part) for part in self.path.split("/") if part)

    def is_within(self, unit_id: int) -> bool:
        """Tell whether this unit is ``unit_id`` or lies below it."""
        return unit_id in self.ancestor_ids
