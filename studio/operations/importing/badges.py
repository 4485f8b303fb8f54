"""Badges from the staff list: one person's each, and nobody else's staff number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Badge, Person
from studio.operations.importing.report import Report


class BadgeRow(Protocol):
    """What a row says of a badge: nothing where the file has no such column, empty for none."""

    @property
    def number(self) -> int:
        """The row, as the spreadsheet counts it."""

    @property
    def employee_no(self) -> str:
        """Whose badge it is."""

    @property
    def badge(self) -> str | None:
        """What a reader reads from it."""


class Badges:
    """Who has which badge before and after an import."""

    def __init__(self, session: Session) -> None:
        held = session.execute(select(Person.employee_no, Badge.number).join(Badge, Badge.person_id == Person.id))
        self._held: dict[str, str] = dict(held.all())
        self._staff_numbers = set(session.scalars(select(Person.employee_no)))

    def refuse_taken(self, rows: Mapping[str, BadgeRow], report: Report) -> set[str]:
        """Report badges that would mean two people, and return the staff numbers of those rows."""
        staff_numbers = self._staff_numbers | rows.keys()
        kept = {number: whose for whose, number in self._held.items() if whose not in rows or rows[whose].badge is None}
        seen: dict[str, int] = {}
        refused = set()
        for row in rows.values():
            if not row.badge:
                continue
            if row.badge in seen:
                report.refuse(row.number, "key_twice", "badge", value=row.badge, first=seen[row.badge])
            elif row.badge in kept or (row.badge in staff_numbers and row.badge != row.employee_no):
                report.refuse(row.number, "badge_taken", "badge", value=row.badge)
            else:
                seen[row.badge] = row.number
                continue
            refused.add(row.employee_no)
        return refused

    def free(self, session: Session, rows: Mapping[str, BadgeRow]) -> None:
        """Take away what changes, so that two people can change badges with each other."""
        changed = [self._held[whose] for whose, row in rows.items() if whose in self._held and self._changes(row)]
        session.execute(delete(Badge).where(Badge.number.in_(changed)))

    def give(self, session: Session, person: Person, row: BadgeRow, *, at: datetime) -> bool:
        """Give the badge that the row says, and tell whether that changed anything."""
        if row.badge and self._changes(row):
            session.add(Badge(number=row.badge, person=person, given_at=at))
        return self._changes(row)

    def _changes(self, row: BadgeRow) -> bool:
        return row.badge is not None and row.badge != self._held.get(row.employee_no, "")
