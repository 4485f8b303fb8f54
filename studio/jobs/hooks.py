"""Telling group robots and programs what happened. A job of its own: whatever hangs here, the mails go on."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from studio.hooks import news, outbox, robots, wire
from studio.hooks.robots import Answer
from studio.settings import Settings

log = logging.getLogger(__name__)

CLAIM = timedelta(minutes=2)
"""Several times what sending one message may take."""


@dataclass(slots=True, kw_only=True)
class Herald:
    """Tells for one worker. ``chance`` is the random source of the back-off; ``stopping`` is asked between messages."""

    settings: Settings
    worker: str
    clock: Callable[[], datetime]
    chance: random.Random
    stopping: Callable[[], bool] = lambda: False
    patience: float = wire.LONGEST_SECONDS

    def tell_due(self, session: Session) -> int:
        """Find what happened and send what is due now; return how many messages arrived."""
        outbox.gather(session, at=self.clock())
        sent = 0
        while not self.stopping():
            parcel = outbox.claim(session, worker=self.worker, at=self.clock(), until=self.clock() + CLAIM)
            if parcel is None:
                break
            sent += self._tell(session, parcel)
        return sent

    def _tell(self, session: Session, parcel: outbox.Parcel) -> bool:
        told = news.compose(session, parcel.id, locale=parcel.target.locale, settings=self.settings)
        session.rollback()  # no connection is held while the other end takes its time
        if not told.items:
            outbox.discard(session, parcel)
            return False
        letter = robots.letter(parcel.target, told, message_id=parcel.message_id, at=self.clock())
        result = wire.send(parcel.target.kind, letter, patience=self.patience)
        if result.answer is not Answer.SENT:
            log.warning("web hook “%s”: %s", parcel.hook_name, result.error)
        outbox.record(session, parcel, result, worker=self.worker, at=self.clock(), chance=self.chance)
        return result.answer is Answer.SENT
