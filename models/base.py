"""What every record shares: one metadata with named constraints, aware UTC times, enums as checked text."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Stored as UTC, always aware in Python; a naive value is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class fixes the signature
        """Refuse naive values and normalise the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class fixes the signature
        """SQLite forgets the zone; it was UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
"""Free-form facts: JSONB on PostgreSQL, JSON text elsewhere."""


def enum_column(kind: type[StrEnum], *, name: str = "") -> Enum:
    """Return a column type that keeps the enum's value as text and lets the database refuse any other.

    ``name`` is that of the check, needed where two columns of one table share an enum.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def rule(name: str, sql: str) -> CheckConstraint:
    """Return a CHECK constraint; its name is what an error message shows."""
    return CheckConstraint(sql, name=name)


class Base(DeclarativeBase):
    """Parent of all records."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute by name
        str: Text,
        datetime: UtcDateTime,
        Mapping[str, Any]: Json,
        Sequence[Any]: Json,
        dict[str, Any]: Json,
        list[str]: Json,
        list[Any]: Json,
    }


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]


def reference(target: str, *, ondelete: str = "RESTRICT", index: bool = True, **options: Any) -> Any:  # noqa: ANN401 - the annotation at the call says the type
    """Return a foreign-key column; references are indexed unless a composite index covers them."""
    return mapped_column(ForeignKey(target, ondelete=ondelete), index=index, **options)
