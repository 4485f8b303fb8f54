"""Proposal numbers such as 2026-00042: counted from 1 in each year of the site, without gaps."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import NumberSequence


def next_number(session: Session, year: int) -> str:
    """Return the year's next number and keep the year's row locked until the transaction ends.

    One statement starts the year or counts on, so two first filings of a year cannot collide; a transaction that
    is rolled back gives its number back, so there are no gaps.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(NumberSequence) if on_sqlite else postgresql.insert(NumberSequence)
    count_on = (
        insert.values(year=year, last=1)
        .on_conflict_do_update(index_elements=[NumberSequence.year], set_={"last": NumberSequence.last + 1})
        .returning(NumberSequence.last)
    )
    return f"{year}-{session.execute(count_on).scalar_one():05d}"
