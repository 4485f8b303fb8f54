"""By what proposals are scored: rubrics, their versions, criteria and what the scores mean.

A version that reviews were made with never changes, so a change of the criteria never alters a score of the past.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Index, Numeric, Table, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.catalogue import Kind
from models.enums import RubricAct
from models.person import Person

rubric_kinds = Table(
    "rubric_kinds",
    Base.metadata,
    Column("kind_id", ForeignKey("kinds.id", ondelete="CASCADE"), primary_key=True),
    Column("rubric_id", ForeignKey("rubrics.id", ondelete="RESTRICT"), nullable=False, index=True),
)
"""Which kinds have a rubric of their own, one each; all others are scored by the default one."""


class Rubric(Base):
    """A sheet of criteria. What it asks is written in its versions, of which the newest holds."""

    __tablename__ = "rubrics"
    __table_args__ = (
        rule("named_in_both_languages", "trim(name_zh) <> '' AND trim(name_en) <> ''"),
        rule("default_is_active", "active OR NOT is_default"),
        Index(
            "uq_rubrics_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    is_default: Mapped[bool] = mapped_column(default=False)

    kinds: Mapped[list[Kind]] = relationship(secondary=rubric_kinds, order_by=Kind.position)
    versions: Mapped[list["RubricVersion"]] = relationship(
        back_populates="rubric", cascade="all, delete-orphan", order_by="RubricVersion.number"
    )


class RubricVersion(Base):
    """What a rubric asks from one day on, for ever. One that came with the program has neither author nor day."""

    __tablename__ = "rubric_versions"
    __table_args__ = (
        UniqueConstraint("rubric_id", "number"),
        rule("number_positive", "number > 0"),
        rule("publication_is_whole", "(created_at IS NULL) = (created_by_id IS NULL)"),
    )

    id: Mapped[PrimaryKey]
    rubric_id: Mapped[int] = reference("rubrics.id", ondelete="CASCADE", index=False)
    number: Mapped[int]
    created_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = reference("people.id", index=False)
    change: Mapped[str] = mapped_column(default="")

    rubric: Mapped[Rubric] = relationship(back_populates="versions")
    created_by: Mapped[Person | None] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="Criterion.position"
    )


class RubricEntry(Base):
    """Who published, chose or retired a rubric, and when. A kind chosen without a rubric goes back to the default."""

    __tablename__ = "rubric_entries"
    __table_args__ = (
        rule("about_something", "rubric_id IS NOT NULL OR (act = 'chosen' AND kind_id IS NOT NULL)"),
        rule("version_was_published", "(act = 'published') = (version_number IS NOT NULL)"),
    )

    id: Mapped[PrimaryKey]
    act: Mapped[RubricAct] = mapped_column(enum_column(RubricAct))
    rubric_id: Mapped[int | None] = reference("rubrics.id", ondelete="CASCADE")
    kind_id: Mapped[int | None] = reference("kinds.id", ondelete="CASCADE", index=False)
    version_number: Mapped[int | None]
    by_id: Mapped[int] = reference("people.id", index=False)
    at: Mapped[datetime]

    rubric: Mapped[Rubric | None] = relationship()
    kind: Mapped[Kind | None] = relationship()
    by: Mapped[Person] = relationship()


class Criterion(Base):
    """One line of a rubric's version: how much it counts, and the scale on which a reviewer scores it."""

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("rubric_version_id", "code"),
        UniqueConstraint("id", "lowest", "highest"),  # what a score refers to, to lie on the scale
        rule("weight_positive", "weight > 0"),
        rule("scale_rises", "lowest >= 0 AND highest > lowest"),
    )

    id: Mapped[PrimaryKey]
    rubric_version_id: Mapped[int] = reference("rubric_versions.id", ondelete="CASCADE", index=False)
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    hint_zh: Mapped[str] = mapped_column(default="")
    hint_en: Mapped[str] = mapped_column(default="")
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    lowest: Mapped[int] = mapped_column(default=0)
    highest: Mapped[int] = mapped_column(default=100)
    position: Mapped[int] = mapped_column(default=0)

    version: Mapped[RubricVersion] = relationship(back_populates="criteria")
    levels: Mapped[list["CriterionLevel"]] = relationship(
        back_populates="criterion", cascade="all, delete-orphan", order_by="CriterionLevel.from_score"
    )


class CriterionLevel(Base):
    """What a score means: the words hold from this score up to the next level."""

    __tablename__ = "criterion_levels"
    __table_args__ = (
        rule("from_score_not_negative", "from_score >= 0"),
        rule("said_in_both_languages", "trim(text_zh) <> '' AND trim(text_en) <> ''"),
    )

    criterion_id: Mapped[int] = reference("criteria.id", ondelete="CASCADE", index=False, primary_key=True)
    from_score: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text_zh: Mapped[str]
    text_en: Mapped[str]

    criterion: Mapped[Criterion] = relationship(back_populates="levels")


@event.listens_for(RubricVersion, "before_update")
@event.listens_for(Criterion, "before_update")
@event.listens_for(CriterionLevel, "before_update")
def _keep(_mapper: Mapper[Base], _connection: object, published: Base) -> None:
    """Reviews stand on these rows: whoever wants another rubric publishes a new version."""
    session = object_session(published)
    if session is not None and session.is_modified(published, include_collections=False):
        raise TypeError("a published version of a rubric never changes")
