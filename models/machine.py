"""Machines and places: what a proposal is about, with the code that stands on its plate."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import MachineKind
from models.unit import Unit


class Machine(Base):
    """A machine or a place. The code is what its plate and its label say, so it never changes.

    ``code_key`` and ``name_key`` are as ``studio.domain.machines`` folds them, so that ``eq r101`` and ``EQ-R101`` are
    the same machine.
    """

    __tablename__ = "machines"
    __table_args__ = (
        rule("has_a_code", "trim(code) <> '' AND trim(code_key) <> ''"),
        rule("has_a_name", "trim(name_zh) <> ''"),
        rule("not_within_itself", "within_id IS NULL OR within_id <> id"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str]
    code_key: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    name_key: Mapped[str]
    kind: Mapped[MachineKind] = mapped_column(enum_column(MachineKind), default=MachineKind.MACHINE)
    unit_id: Mapped[int] = reference("units.id")
    within_id: Mapped[int | None] = reference("machines.id")
    """What it is a part of or stands in, such as the line of a furnace."""
    in_use_until: Mapped[date | None]
    """The day on which it went out of use; proposals about it stay."""
    revision: Mapped[int] = mapped_column()

    unit: Mapped[Unit] = relationship()
    within: Mapped["Machine | None"] = relationship(remote_side="Machine.id")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads this attribute by name

    def in_use(self, today: date) -> bool:
        """Tell whether it is still there."""
        return self.in_use_until is None or self.in_use_until > today
