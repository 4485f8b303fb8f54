"""The monthly digest: one edition for all, and out of it what one person is to read.

Choosing needs no database: everything is in the edition, so that ten thousand copies cost no more statements than one.
Common parts speak only of proposals that every colleague may read; personal parts only of the person's own and of
those of the person's studios. No proposal appears twice in a copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models import Person, Role
from studio.mail.edition import Edition
from studio.mail.editions import coordinator, leader, master, worker
from studio.mail.editions.coordinator import Copies
from studio.mail.editions.leader import UnitReport
from studio.mail.editions.master import StudioMonth, Waiting
from studio.mail.editions.parts import BESIDE_FIGURES, IN_A_MAIL, Copy, Headline, Length, News, Refusal
from studio.mail.editions.worker import AnswerClock, Calls
from studio.mail.finds import Finds
from studio.mail.messages import Circular, Message
from studio.queries.digest import Card
from studio.queries.digest_photos import Pair


@dataclass(frozen=True, slots=True)
class PersonalDigest:
    """What one person reads. Empty parts are left out of the page and the mail."""

    month: date
    numbers: Mapping[str, int]
    before: Mapping[str, int]
    waiting: Waiting | None
    questions: tuple[Card, ...]
    studios: tuple[StudioMonth, ...]
    headline: Headline | None
    mine: News
    found: tuple[Finds, ...]
    units: tuple[UnitReport, ...]
    results: News
    in_unit: News
    elsewhere: News
    refused: Refusal | None
    calls: Calls
    clock: AnswerClock
    copies: Copies | None
    pairs: Mapping[int, Pair]
    reads_aloud: bool

    @property
    def speaks_of(self) -> frozenset[int]:
        """Ids of all proposals in it."""
        single = [part.card for part in (self.headline, self.refused, self.clock.fastest, self.clock.oldest) if part]
        news = (self.mine, self.results, self.in_unit, self.elsewhere)
        listed = [fate.card for part in news for fate in part.fates]
        waiting = [*self.questions, *(self.waiting.first if self.waiting else ())]
        found = [card for finds in self.found for card in finds.cards]
        return frozenset(card.id for card in (*single, *listed, *waiting, *found)) | frozenset(self.pairs)


def compose_for(
    edition: Edition, person: Person, finds: Sequence[Finds] = (), *, length: Length | None = None
) -> PersonalDigest:
    """Choose what one person reads. Needs the person with unit, grants and memberships loaded, and no database.

    ``finds`` is what the person's saved searches have found; without a ``length`` it is a mail's. What is chosen
    first is not told again below.
    """
    studios = tuple(master.studios(edition, person))
    units = tuple(leader.units(edition, person, most=(length or BESIDE_FIGURES).rows))
    copy = Copy(edition, length or (BESIDE_FIGURES if studios or any(unit.rows for unit in units) else IN_A_MAIL))
    return PersonalDigest(
        month=date(edition.month.year, edition.month.number, 1),
        numbers=edition.facts["numbers"],
        before=edition.facts["before"],
        questions=tuple(worker.questions(copy, person)),
        waiting=master.waiting(copy, person),
        studios=studios,
        headline=worker.headline(copy),
        mine=worker.mine(copy, person),
        found=tuple(worker.found(copy, finds)),
        units=units,
        results=master.results(copy, person),
        in_unit=worker.in_unit(copy, person),
        elsewhere=worker.elsewhere(copy),
        refused=worker.refused(copy),
        calls=worker.calls(copy, person),
        clock=worker.answer_clock(edition),
        copies=coordinator.copies_before(edition, person),
        pairs=copy.pairs,
        reads_aloud=person.has_role(Role.TEAM_LEADER),
    )


def message(edition: Edition, person: Person, finds: Sequence[Finds] = ()) -> Message:
    """Return the mail of one person's copy."""
    return Message(
        kind="digest",
        about=str(edition.month),
        person=person,
        facts={"digest": compose_for(edition, person, finds), "masthead": edition.masthead},
        circular=Circular.DIGEST,
    )
