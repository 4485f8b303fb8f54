"""When somebody is told of what, and why he: kinds of event, choices, the rhythm of mails.

Everything stands in the app at once. By mail nobody hears of one proposal twice within a gap: the first thing goes at
once, what happens soon after waits and goes together. What is chosen to come daily waits for the mail of the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models import NoticeChoice, NoticeGroup, NoticePart, Person, Proposal, StudioRole
from studio.domain import relations

GROUPS: Mapping[str, NoticeGroup] = {
    "assigned": NoticeGroup.ASSIGNMENT,
    "benefit_checked": NoticeGroup.BENEFIT,
    "congress_answered": NoticeGroup.ANSWER,
    "decided": NoticeGroup.DECISION,
    "due_soon": NoticeGroup.DEADLINE,
    "followed": NoticeGroup.DECISION,
    "information_answered": NoticeGroup.ANSWER,
    "information_requested": NoticeGroup.REQUEST,
    "mentioned": NoticeGroup.MENTION,
    "opinion_declined": NoticeGroup.ANSWER,
    "opinion_given": NoticeGroup.ANSWER,
    "opinion_requested": NoticeGroup.ASSIGNMENT,
    "overdue": NoticeGroup.DEADLINE,
    "passed_on": NoticeGroup.FILING,
    "referred": NoticeGroup.FILING,
    "repeat_left": NoticeGroup.DECISION,
    "repeat_undone": NoticeGroup.DECISION,
    "repeated": NoticeGroup.DECISION,
    "rescheduled": NoticeGroup.WAKE_UP,
    "safety_filed": NoticeGroup.ASSIGNMENT,
    "story_told": NoticeGroup.WORK,
    "submitted": NoticeGroup.FILING,
    "team_asked": NoticeGroup.ASSIGNMENT,
    "thanked": NoticeGroup.ANSWER,
    "trial_over": NoticeGroup.DEADLINE,
    "woken_up": NoticeGroup.WAKE_UP,
    "work_reported": NoticeGroup.WORK,
    "work_started": NoticeGroup.WORK,
    "work_verified": NoticeGroup.WORK,
}
"""Every kind of notice about a proposal and the kind of event it tells."""

NEVER_BY_MAIL = frozenset({"thanked"})
"""Kinds that stand in the app alone, whatever somebody chose: a mail for each would be a flood."""

CAN_WAIT = frozenset({NoticeGroup.FILING, NoticeGroup.WAKE_UP})
"""Nothing is to be done about these, so they come with the mail of the day unless somebody wants them sooner."""

TELLING: Mapping[str, NoticePart] = {
    "followed": NoticePart.FOLLOWER,
    "mentioned": NoticePart.NAMED,
    "opinion_requested": NoticePart.ASKED,
    "safety_filed": NoticePart.SAFETY,
}
"""Kinds that say by themselves why somebody gets them."""


def usual(group: NoticeGroup) -> NoticeChoice:
    """Return what holds for somebody who has not chosen."""
    return NoticeChoice.DAILY if group in CAN_WAIT else NoticeChoice.AT_ONCE


def choice_for(person: Person, kind: str) -> NoticeChoice:
    """Return how a person is told a kind of notice."""
    return NoticeChoice.APP if kind in NEVER_BY_MAIL else choice_of(person, GROUPS[kind])


def choice_of(person: Person, group: NoticeGroup) -> NoticeChoice:
    """Return how a person wants to be told of a kind of event."""
    chosen = (person.preferences.notices or {}) if person.preferences else {}
    return NoticeChoice(chosen.get(group, usual(group)))


def part_of(person: Person, proposal: Proposal, kind: str) -> NoticePart:
    """Return what somebody has to do with it; of several, what is nearest to him."""
    if kind in TELLING:
        return TELLING[kind]
    parts = (
        (NoticePart.AUTHOR, relations.is_author(person, proposal)),
        (NoticePart.WRITER, relations.filed_it(person, proposal)),
        (NoticePart.DOER, person.id == proposal.implemented_by_id),
        (NoticePart.TEAM_LEADER, person.id == proposal.team_leader_id),
        (NoticePart.LEAD, proposal.studio_id in person.studio_ids(StudioRole.LEAD)),
        (NoticePart.REVIEWER, person.id == proposal.reviewer_id or relations.sits_on_its_panel(person, proposal)),
    )
    return next((part for part, holds in parts if holds), NoticePart.CONCERNED)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often mails may come: the gap between two about one proposal, and when the mail of the day leaves."""

    gap: timedelta
    daily_at: time
    zone: ZoneInfo

    def mail_at(
        self, choice: NoticeChoice, at: datetime, *, last: datetime | None, held: datetime | None = None
    ) -> datetime | None:
        """Return from when on a mail may tell what happened ``at``; that moment itself: now; None: never.

        ``last`` is when the last mail about the same proposal left, ``held`` when the next one is to. After a clock
        was set back, what left in its future counts as having left now.
        """
        if choice is NoticeChoice.APP:
            return None
        earliest = max(at, min(last, at) + self.gap) if last else at
        if choice is NoticeChoice.DAILY:
            return self.next_daily(earliest)
        return held or earliest

    def next_daily(self, at: datetime) -> datetime:
        """Return when the mail of the day leaves next, not before a moment; in UTC."""
        today = at.astimezone(self.zone).date()
        return next(leaves for days in (0, 1, 2) if (leaves := self._daily_on(today + timedelta(days))) >= at)

    def day_of(self, leaves: datetime) -> date:
        """Return the day of a mail of the day."""
        return leaves.astimezone(self.zone).date()

    def _daily_on(self, day: date) -> datetime:
        return datetime.combine(day, self.daily_at, self.zone).astimezone(UTC)
