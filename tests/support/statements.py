"""See what a piece of code says to the database: how many statements, and whether one of them writes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|CREATE|ALTER|DROP|BEGIN\s+(IMMEDIATE|EXCLUSIVE))\b", re.IGNORECASE
)
TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b", re.IGNORECASE)


@dataclass
class Statements:
    """What was said while somebody listened, in order."""

    said: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many statements there were, apart from opening and closing transactions."""
        return sum(not TRANSACTION.match(statement) for statement in self.said)

    @property
    def writes(self) -> list[str]:
        """Those that change something or take the lock to do so."""
        return [statement for statement in self.said if WRITES.match(statement)]


@contextmanager
def listening() -> Iterator[Statements]:
    """Collect every statement that any engine of this process sends meanwhile."""
    heard = Statements()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
