"""Noting how far slow work is, for whoever watches it. What is noted serves people: if it cannot be, work goes on."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import SlowWork, SlowWorkKind
from studio.transactions import writing

log = logging.getLogger(__name__)

NOTED_EVERY_SECONDS = 1
"""Nobody looks more often; and each note is a transaction."""


class Notes:
    """What one run tells of itself. It is called with how much is done, and of how much if that is known.

    Only the first call makes a row: a run that finds nothing to do, or another one at it, leaves no trace.
    """

    def __init__(self, session: Session, kind: SlowWorkKind, *, holder: str, clock: Callable[[], datetime]) -> None:
        self._engine = session.get_bind()  # notes have a session of their own: work may be in the middle of anything
        self._clock = clock
        self._row = {"kind": kind, "holder": holder}
        self._begun_at = self._told_at = clock()
        self._noted_at: float | None = None
        self._done = self._total = 0
        self._paced_at: datetime | None = None

    def __call__(self, done: int, total: int = 0) -> None:
        """Note how far it is, at most once a second."""
        if total and self._paced_at is None:
            self._paced_at = self._told_at  # what was done by now began when it was told last
        self._done, self._total, self._told_at = done, total, self._clock()
        if self._noted_at is None:
            self._note(self._begin)
        elif monotonic() - self._noted_at >= NOTED_EVERY_SECONDS:
            self._note(self._go_on)

    def end(self, *, failed: bool) -> None:
        """Note that it is over, if it ever began."""
        if self._noted_at is not None:
            ended_at = self._told_at = self._clock()
            self._note(lambda session: self._go_on(session, ended_at=ended_at, failed=failed))

    def _note(self, change: Callable[[Session], object]) -> None:
        self._noted_at = monotonic()
        try:
            with Session(self._engine) as own, writing(own):
                change(own)
        except SQLAlchemyError:
            log.warning("could not note how far %s is", self._row["kind"], exc_info=True)

    def _begin(self, session: Session) -> None:
        session.merge(SlowWork(**self._row, begun_at=self._begun_at, ended_at=None, failed=False, **self._facts()))

    def _go_on(self, session: Session, **ended: object) -> None:
        """Write on in our row, unless another run has taken it over."""
        ours = SlowWork.kind == self._row["kind"], SlowWork.holder == self._row["holder"]
        session.execute(
            update(SlowWork).where(*ours, SlowWork.begun_at == self._begun_at).values(**self._facts(), **ended)
        )

    def _facts(self) -> dict[str, object]:
        most = max(self._done, self._total) if self._total else 0
        return {"done": self._done, "total": most, "paced_at": self._paced_at, "seen_at": self._told_at}


@contextmanager
def noted(session: Session, kind: SlowWorkKind, *, holder: str, clock: Callable[[], datetime]) -> Iterator[Notes]:
    """Give what work tells its progress to, and note its end; ``holder`` says which process does it."""
    notes = Notes(session, kind, holder=holder, clock=clock)
    try:
        yield notes
    except BaseException:
        notes.end(failed=True)
        raise
    notes.end(failed=False)
