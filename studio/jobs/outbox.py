"""Taking mails from the outbox to the relay, each result written down before the next mail goes."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from studio.mail import outbox
from studio.mail.outbox import Parcel
from studio.mail.smtp import Answer, Relay, Result
from studio.settings import Settings
from studio.transactions import beside

log = logging.getLogger(__name__)

BATCH = 100
CLAIM = timedelta(minutes=10)
LONGEST_REST = timedelta(minutes=10)
"""So long after a relay has come back, at most, do the mails leave that waited for it."""
MARGIN = timedelta(minutes=2)
"""Sending stops this long before the claim runs out, so that a slow relay never lets two workers send one mail."""


@dataclass(slots=True)
class Tally:
    """What became of the mails that were due."""

    sent: int = 0
    postponed: int = 0
    refused: int = 0


@dataclass(slots=True, kw_only=True)
class Courier:
    """Delivers for one worker. ``chance`` is the random source of the back-off; ``stopping`` is asked between mails."""

    settings: Settings
    worker: str
    clock: Callable[[], datetime]
    chance: random.Random
    stopping: Callable[[], bool] = lambda: False
    relay_timeout: float = 30
    _fruitless: int = 0
    """How often in a row the relay could not be reached."""
    _rests_until: datetime | None = None

    def deliver_due(self, session: Session) -> Tally:
        """Deliver everything that is due now. Without a relay the mails stay in the outbox, readable."""
        tally = Tally()
        with Relay(self.settings, timeout=self.relay_timeout) as relay:
            while not self._resting and self.settings.smtp_url and not self.stopping():
                until = self.clock() + CLAIM
                parcels = outbox.claim(session, worker=self.worker, at=self.clock(), most=BATCH, until=until)
                if not parcels or not self._send_all(session, relay, parcels, until - MARGIN, tally):
                    break
        if tally != Tally():
            log.info("outbox: %d sent, %d postponed, %d refused", tally.sent, tally.postponed, tally.refused)
        return tally

    @property
    def _resting(self) -> bool:
        """Whether the relay was away just now; a clock that was put back does not make it long."""
        if self._rests_until is None:
            return False
        return timedelta() < self._rests_until - self.clock() <= LONGEST_REST

    def _send_all(
        self, session: Session, relay: Relay, parcels: list[Parcel], deadline: datetime, tally: Tally
    ) -> bool:
        """Send a batch over one connection; return whether the relay is worth another batch."""
        with beside(session) as notes:
            for position, parcel in enumerate(parcels):
                if self.stopping() or self.clock() >= deadline:
                    outbox.release(session, parcels[position:], worker=self.worker)
                    return not self.stopping()
                following = parcels[position + 1] if position + 1 < len(parcels) else None
                result = relay.send(parcel, following)
                if result.answer is Answer.UNREACHABLE:
                    log.warning("mail relay: %s", result.error)
                    self._leave_alone(session, parcels[position:], result.error, tally)
                    return False
                self._fruitless = 0
                self._record(session, notes, parcel, result, tally)
        return True

    def _leave_alone(self, session: Session, parcels: list[Parcel], error: str, tally: Tally) -> None:
        """Let the relay be for a while. It is not the mails' fault: they keep their place and lose no attempt."""
        outbox.release(session, parcels, worker=self.worker, error=error)
        tally.postponed += len(parcels)
        self._fruitless += 1
        wait = min(outbox.back_off(self._fruitless, self.chance), LONGEST_REST)
        self._rests_until = self.clock() + wait

    def _record(self, session: Session, notes: Connection, parcel: Parcel, result: Result, tally: Tally) -> None:
        at = self.clock()
        if result.answer is Answer.SENT:
            outbox.record_sent(notes, parcel, worker=self.worker, at=at, receipt=result.receipt)
            tally.sent += 1
        elif result.answer is Answer.REFUSED:
            blamed = result.blames_address
            outbox.record_refused(session, parcel, worker=self.worker, at=at, error=result.error, blames_address=blamed)
            tally.refused += 1
        else:
            outbox.record_postponed(session, parcel, worker=self.worker, at=at, error=result.error, chance=self.chance)
            tally.postponed += 1
