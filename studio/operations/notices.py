"""What people do with their notices: seeing them, choosing which come by mail, leaving; what is old is forgotten."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models import NoticeChoice, NoticeGroup, Notification, Person, Preferences, Proposal
from studio.domain import notices as rules
from studio.domain.errors import NotFound
from studio.mail.messages import Circular


def see(session: Session, person: Person, proposal: Proposal, *, at: datetime, until: int | None = None) -> None:
    """Note that somebody has read what he is told of a proposal, up to a notice of which he was shown the id."""
    news = [Notification.person_id == person.id, Notification.proposal_id == proposal.id]
    if until is not None:
        news.append(Notification.id <= until)
    session.execute(update(Notification).where(*news, Notification.seen_at.is_(None)).values(seen_at=at))


def see_all(session: Session, person: Person, *, at: datetime, until: int) -> None:
    """Note that somebody has read everything, up to the newest notice he was shown."""
    news = (Notification.person_id == person.id, Notification.id <= until, Notification.seen_at.is_(None))
    session.execute(update(Notification).where(*news).values(seen_at=at))


def choose(session: Session, person: Person, choices: Mapping[NoticeGroup, NoticeChoice]) -> None:
    """Keep how somebody wants to be told of these kinds of event; what is as usual is not written down."""
    preferences = person.preferences or Preferences(person=person)
    chosen = {NoticeGroup(group): NoticeChoice(choice) for group, choice in (preferences.notices or {}).items()}
    chosen |= choices
    preferences.notices = {group: choice for group, choice in chosen.items() if choice is not rules.usual(group)}
    session.add(preferences)


def leave(session: Session, person_id: int, leaving: Circular | NoticeGroup) -> None:
    """Stop mails of one kind for a person, who finds everything in the app. May be repeated. Raises NotFound."""
    _switch(session, person_id, leaving, on=False)


def come_back(session: Session, person_id: int, leaving: Circular | NoticeGroup) -> None:
    """Let mails of one kind come to a person again, as usual. May be repeated. Raises NotFound."""
    _switch(session, person_id, leaving, on=True)


def _switch(session: Session, person_id: int, leaving: Circular | NoticeGroup, *, on: bool) -> None:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    if leaving is Circular.DIGEST:
        person.preferences = person.preferences or Preferences()
        person.preferences.digest_by_mail = on
        return
    groups = [leaving] if isinstance(leaving, NoticeGroup) else list(NoticeGroup)
    choose(session, person, {group: rules.usual(group) if on else NoticeChoice.APP for group in groups})


def forget(session: Session, *, older_than: datetime) -> None:
    """Remove notices that were read and are older than a moment."""
    old = (Notification.at < older_than, Notification.seen_at.is_not(None), Notification.mail_at.is_(None))
    session.execute(delete(Notification).where(*old))
