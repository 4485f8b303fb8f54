"""What a message tells, in the hook's language: one item a fact, the same for all robots and programs.

It is put into words when it is sent, so that nothing leaves which has become confidential while it waited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import DigestIssue, Event, HookTopic, Proposal
from studio.domain.hooks import TOPICS
from studio.domain.periods import Month
from studio.domain.workflow import DECISIONS
from studio.mail import links
from studio.mail.rendering import month, names
from studio.queries import hooks as queries
from studio.settings import Settings
from studio.wording.language import gettext, ngettext, speaking
from studio.wording.names import name_of
from studio.wording.states import outcome_name

LONGEST_TITLE = 60
"""Characters of a title; the rest is read where the link leads."""


@dataclass(frozen=True, slots=True)
class Item:
    """One fact: what happened, to what, where to read on, and who or which studio."""

    topic: HookTopic | None
    key: str
    """The same whenever the fact is told, such as ``event-17``."""
    at: datetime
    label: str
    title: str
    url: str
    note: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """A message before a robot or program gets it in its own way."""

    heading: str
    items: Sequence[Item]
    more: Mapping[int, str]
    """What stands at the end if only so many items are told; nothing for all of them."""


def compose(session: Session, delivery_id: int, *, locale: str, settings: Settings) -> News:
    """Return what a message tells now; without items there is nothing left that everybody may read."""
    events = queries.events_of(session, delivery_id)
    issues = queries.issues_of(session, delivery_id)
    with speaking(locale):
        items = [_of_event(event, settings) for event in events] + [_of_issue(issue, settings) for issue in issues]
        return _news(items)


def trial(*, locale: str, at: datetime, settings: Settings) -> News:
    """Return the message with which a hook is tried out."""
    with speaking(locale):
        words = gettext("Test message"), gettext("If you can read this, the connection works.")
        return _news([Item(None, f"trial-{at:%Y%m%d%H%M%S}", at, *words, links.linker(settings)(links.HOME))])


def _news(items: Sequence[Item]) -> News:
    count = len(items)
    heading = ngettext("Innovation Studio: %(num)s piece of news", "Innovation Studio: %(num)s pieces of news", count)
    more = {told: ngettext("And %(num)s more.", "And %(num)s more.", count - told) for told in range(count)}
    return News(heading, items, more)


def _of_event(event: Event, settings: Settings) -> Item:
    proposal, topic = event.proposal, TOPICS[event.verb]
    return Item(
        topic=topic,
        key=f"event-{event.id}",
        at=event.at,
        label=_label(event, topic),
        title=shortened(proposal.title),
        url=links.linker(settings)(links.PROPOSAL, number=proposal.number),
        note=_from_whom(proposal) if topic is HookTopic.FILED else _studio_of(event),
        number=proposal.number or "",
    )


def _of_issue(issue: DigestIssue, settings: Settings) -> Item:
    of = Month.parse(issue.month)
    return Item(
        topic=HookTopic.ISSUE,
        key=f"issue-{issue.month}",
        at=issue.frozen_at,
        label=gettext("The monthly digest is out"),
        title=month(date(of.year, of.number, 1)),
        url=links.linker(settings)(links.DIGEST, month=issue.month),
    )


def _label(event: Event, topic: HookTopic) -> str:
    if topic is HookTopic.DECIDED:
        return outcome_name(DECISIONS[event.verb])
    return {
        HookTopic.FILED: gettext("New proposal"),
        HookTopic.ROUTED: gettext("With a studio"),
        HookTopic.PUT_TO_USE: gettext("Put to use"),
        HookTopic.VERIFIED: gettext("Checked on site"),
        HookTopic.LATE: gettext("Answer late"),
    }[topic]


def _from_whom(proposal: Proposal) -> str:
    """Return the authors and their unit; nothing where names are hidden."""
    if proposal.conceals_names:
        return ""
    people, unit = [one.person for one in proposal.contributors if one.person], name_of(proposal.unit)
    return gettext("%(people)s (%(unit)s)", people=names(people), unit=unit) if people and unit else unit


def _studio_of(event: Event) -> str:
    return name_of(event.data.get("studio") or event.proposal.studio)


def shortened(title: str) -> str:
    """Return a title that fits a line of a chat."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
