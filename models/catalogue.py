"""Lists that a firm edits: kinds and themes."""

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, PrimaryKey, rule


class Kind(Base):
    """What sort of proposal it is; by default the five smalls."""

    __tablename__ = "kinds"
    __table_args__ = (rule("panel_has_somebody", "panel_size BETWEEN 1 AND 9"),)

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    gloss_zh: Mapped[str] = mapped_column(default="")
    gloss_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    panel_size: Mapped[int] = mapped_column(default=2)
    """How many of the studio are asked to judge one; small things need one."""
    blind: Mapped[bool] = mapped_column(default=False)
    """Whether one that is filed from now on is judged without names; see ``studio.domain.blinding``."""


class Theme(Base):
    """What a proposal wants to better. An ``urgent`` theme (safety) has the fast answer clock."""

    __tablename__ = "themes"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    urgent: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
