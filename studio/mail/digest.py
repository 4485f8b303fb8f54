"""The monthly digest: one edition for all, and out of it what one person is to read.

Choosing needs no database: everything is in the edition or was loaded for a hundred readers at once, so that ten
thousand copies cost as many statements for each hundred as a hundred do. Common parts speak only of proposals that
every colleague may read; personal parts only of the person's own and of those of the person's studios. No proposal
appears twice in a copy.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Person, Role
from studio.domain.periods import Month
from studio.mail import finds, heard
from studio.mail.edition import Edition
from studio.mail.editions import coordinator, leader, master, room, worker
from studio.mail.editions.coordinator import Copies
from studio.mail.editions.leader import UnitReport
from studio.mail.editions.master import StudioMonth, Waiting
from studio.mail.editions.parts import IN_A_MAIL, Copy, Headline, Length, News, Refusal
from studio.mail.editions.worker import AnswerClock, Calls
from studio.mail.finds import Finds
from studio.mail.heard import Heard
from studio.mail.messages import Circular, Message
from studio.mail.phrases import note
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
    told: tuple[Heard, ...]
    more_told: int
    units: tuple[UnitReport, ...]
    results: News
    in_unit: News
    elsewhere: News
    refused: Refusal | None
    calls: Calls
    clock: AnswerClock
    copies: Copies | None
    pairs: Mapping[int, Pair]
    reads_aloud_in: str
    """The code of the unit to whose people he reads out what is new; empty: to nobody."""

    @property
    def speaks_of(self) -> frozenset[int]:
        """Ids of all proposals in it."""
        single = [part.card for part in (self.headline, self.refused, self.clock.fastest, self.clock.oldest) if part]
        news = (self.mine, self.results, self.in_unit, self.elsewhere)
        listed = [fate.card for part in news for fate in part.fates]
        waiting = [*self.questions, *(self.waiting.first if self.waiting else ())]
        found = [card for finds in self.found for card in finds.cards]
        told = [heard.card for heard in self.told]
        return frozenset(card.id for card in (*single, *listed, *waiting, *found, *told)) | frozenset(self.pairs)


@dataclass(frozen=True, slots=True)
class Own:
    """What was loaded for one reader: what his searches have found, and what he was told in the app alone."""

    finds: Sequence[Finds] = ()
    heard: Sequence[Heard] = ()


NOTHING = Own()


def load_own(session: Session, people: Sequence[Person], month: Month, zone: ZoneInfo) -> Mapping[int, Own]:
    """Return what the copies of these people tell besides the edition, by the person's id.

    A fixed number of statements for up to 100, while there is an index for those who keep searches.
    """
    found = finds.of_month(session, people, month)
    told = heard.of_month(session, people, month, zone)
    return {i: Own(found.get(i, ()), told.get(i, ())) for i in {*found, *told}}


def compose_for(edition: Edition, person: Person, own: Own = NOTHING, *, length: Length = IN_A_MAIL) -> PersonalDigest:
    """Choose what one person reads. Needs the person with unit, grants and memberships loaded, and no database.

    What is chosen first is not told again and has room first: what waits, the reader's own, figures, then the rest.
    """
    copy = Copy(edition, length)
    said = note(edition.masthead)
    copy.spend(room.NUMBERS + (room.BARE + room.text(said) + 1 if said else 0))
    questions = worker.questions(copy, person)
    waiting = master.waiting(copy, person)
    studios, units = master.studios(copy, person), leader.units(copy, person)
    copies = coordinator.copies_before(copy, person)
    headline, mine = worker.headline(copy), worker.mine(copy, person)
    told, more_told = worker.told(copy, own.heard)
    return PersonalDigest(
        month=date(edition.month.year, edition.month.number, 1),
        numbers=edition.facts["numbers"],
        before=edition.facts["before"],
        questions=tuple(questions),
        waiting=waiting,
        studios=tuple(studios),
        headline=headline,
        mine=mine,
        found=tuple(worker.found(copy, own.finds)),
        told=tuple(told),
        more_told=more_told,
        units=tuple(units),
        results=master.results(copy, person),
        in_unit=worker.in_unit(copy, person),
        refused=worker.refused(copy),
        calls=worker.calls(copy, person),
        elsewhere=worker.elsewhere(copy),
        clock=worker.answer_clock(copy),
        copies=copies,
        pairs=copy.pairs,
        reads_aloud_in=person.unit.code if person.has_role(Role.TEAM_LEADER) else "",
    )


def read_alike_in(edition: Edition, person: Person, own: Own = NOTHING) -> int | None:
    """Return the unit in which everybody like this person reads the same copy; None if his is his own.

    Whoever has no duty, nothing of his own in the edition and nothing loaded for him is told by ``compose_for`` what
    his unit is told: of a person it reads no more than that.
    """
    duties = person.grants or person.memberships or edition.of_leader(person.id) or edition.of_tasks(person.id)
    if duties or edition.of_author(person.id) or own != NOTHING:
        return None
    return person.unit_id


PARTS: Mapping[str, Callable[[PersonalDigest], Hashable]] = {
    "note": lambda _: None,
    "waiting": attrgetter("waiting", "questions"),
    "studios": attrgetter("studios"),
    "headline": lambda copy: copy.headline and (copy.headline, copy.pairs.get(copy.headline.card.id)),
    "mine": attrgetter("mine"),
    "told": attrgetter("told", "more_told"),
    "found": attrgetter("found"),
    "units": attrgetter("units"),
    "copies": attrgetter("copies"),
    "numbers": lambda _: None,
    "results": lambda copy: _with_photos(copy, copy.results),
    "near": lambda copy: _with_photos(copy, copy.in_unit),
    "elsewhere": lambda copy: _with_photos(copy, copy.elsewhere),
    "refused": attrgetter("refused"),
    "calls": attrgetter("calls"),
    "clock": attrgetter("clock"),
    "aloud": attrgetter("reads_aloud_in"),
}
"""The parts of a copy as they follow each other, and all that each of them says, but for its reader's name.

``templates/mail/digest/parts`` has one of each.
"""


def _with_photos(copy: PersonalDigest, news: News) -> Hashable:
    return news, tuple(copy.pairs.get(fate.card.id) for fate in news.fates)


def message(edition: Edition, person: Person, own: Own = NOTHING) -> Message:
    """Return the mail of one person's copy."""
    return Message(
        kind="digest",
        about=str(edition.month),
        person=person,
        facts={"digest": compose_for(edition, person, own), "masthead": edition.masthead, "parts": PARTS, "cut": ""},
        circular=Circular.DIGEST,
    )
