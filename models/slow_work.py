"""How far work has come that takes long, so that somebody may watch it."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, enum_column, rule
from models.enums import SlowWorkKind


class SlowWork(Base):
    """The newest run of one kind of work. ``total`` is 0 while nobody knows how much there is.

    ``seen_at`` is the last sign of life: a run that neither ends nor gives one was killed. ``paced_at`` is when it
    began with what is counted in ``done``; it may have looked at its rows for a while before.
    """

    __tablename__ = "slow_works"
    __table_args__ = (
        rule("counts_not_negative", "done >= 0 AND total >= 0"),
        rule("not_more_than_all", "total = 0 OR done <= total"),
        rule("counted_has_pace", "total = 0 OR paced_at IS NOT NULL"),
        rule("failed_has_ended", "NOT failed OR ended_at IS NOT NULL"),
    )

    kind: Mapped[SlowWorkKind] = mapped_column(enum_column(SlowWorkKind), primary_key=True)
    holder: Mapped[str]
    begun_at: Mapped[datetime]
    paced_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    failed: Mapped[bool] = mapped_column(default=False)
