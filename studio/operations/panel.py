"""Seating the few who judge a proposal, and finding another when one cannot."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import PanelSeat, Person, Proposal, SeatEnd, Verb
from studio.domain import panel, relations
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, Problem
from studio.mail import notices
from studio.operations import transition
from studio.queries import panel as facts

LONGEST_WORDS = 500


def seat_panel(session: Session, proposal: Proposal, *, at: datetime, today: date) -> list[int]:
    """Fill the panel of a proposal in its studio, and say who owes the first answer. Returns who is newly asked.

    Whoever sits and can judge stays; who has left the studio or is away makes room, unless he has scored already.
    Nobody is asked again who stepped aside, and who has scored for this studio unasked takes a seat's place.
    """
    if proposal.studio is None:
        _end(proposal, proposal.panel_ids, SeatEnd.LEFT, at=at)
        proposal.reviewer_id = None
        return []
    judges, units = facts.judges_of(session, proposal.studio.id, today=today)
    scored = {review.reviewer_id for review in proposal.reviews}
    away = {judge.person_id for judge in judges if judge.away} - scored
    _end(proposal, set(proposal.panel_ids) - units.keys(), SeatEnd.LEFT, at=at)
    _end(proposal, away, SeatEnd.AWAY, at=at)
    barred = _barred(proposal, units)
    _end(proposal, barred - scored, SeatEnd.LEFT, at=at)
    size = proposal.kind.panel_size if proposal.kind else panel.SIZE
    sitting = [person_id for person_id in proposal.panel_ids if person_id not in barred]
    ours = {review.reviewer_id for review in proposal.reviews if review.studio_id == proposal.studio.id}
    unasked = ours - set(sitting)
    fresh = panel.choose(judges, size - len(sitting) - len(unasked), excluding={*sitting, *barred, *unasked})
    for person_id in fresh:
        proposal.seats.append(PanelSeat(person_id=person_id, seated_at=at))
    proposal.reviewer_id = next((one for one in (*sitting, *fresh) if one not in scored), next(iter(sitting), None))
    return list(fresh)


def step_aside(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, today: date, words: str
) -> list[int]:
    """Give one's seat up, because one is not free to judge this proposal; another is asked. Returns who.

    Raises NotAllowed for somebody who was not asked, WrongState, and InvalidInput (``words_missing`` and ``too_long``
    at ``words``).
    """
    transition.require(proposal, Verb.STEP_ASIDE, actor=actor)
    words = clean_text(words)
    if not words:
        raise InvalidInput([Problem("words_missing", "words")])
    if problems := too_long(words, "words", LONGEST_WORDS):
        raise InvalidInput(problems)
    with session.no_autoflush:
        transition.move(session, proposal, Verb.STEP_ASIDE, actor=actor, at=at)
        _end(proposal, {actor.id}, SeatEnd.STEPPED_ASIDE, at=at)
        fresh = seat_panel(session, proposal, at=at, today=today)
    session.flush()
    session.expire(proposal, ["reviewer"])
    notices.seated(session, proposal, fresh, at=at)
    return fresh


def fill_empty_seats(session: Session, proposal: Proposal, *, at: datetime, today: date) -> list[int]:
    """Find others for those who are away or have left, and for seats that were never given, and tell them.

    Done by the clock; returns who is asked.
    """
    with transition.keeping_prepared(session, [proposal]):
        fresh = seat_panel(session, proposal, at=at, today=today)
    session.expire(proposal, ["reviewer"])
    notices.seated(session, proposal, fresh, at=at)
    return fresh


def _barred(proposal: Proposal, units: dict[int, int]) -> set[int]:
    """Return who may not judge it: authors, their own team where a reward hangs on it, and who stepped aside."""
    aside = {seat.person_id for seat in proposal.seats if seat.ended_for is SeatEnd.STEPPED_ASIDE}
    team = {person_id for person_id, unit_id in units.items() if relations.too_near(unit_id, proposal)}
    return {*proposal.author_ids, *aside, *team}


def _end(proposal: Proposal, people: Collection[int], reason: SeatEnd, *, at: datetime) -> None:
    for seat in proposal.seats:
        if seat.ended_at is None and seat.person_id in people:
            seat.ended_at, seat.ended_for = max(at, seat.seated_at), reason
