"""How long an answer may take, by when it is owed, and who is told when it does not come."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.enums import Deadline, DeadlineStep
from studio.domain.clock import WorkCalendar, extended_by_pause

Pause = tuple[datetime, datetime]
"""From a question to its answer: the ball was with the author."""

DAYS_UNTIL_COORDINATOR = 3
"""A decision so many working days late becomes the coordinator's matter."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Working time that an answer may take; when ``latest_hours`` have passed too, the coordinator is told."""

    answer_hours: int
    latest_hours: int
    decision_days: int


USUAL = Limits(answer_hours=24, latest_hours=72, decision_days=10)
URGENT = Limits(answer_hours=8, latest_hours=24, decision_days=10)
"""What holds where no rule says otherwise: three days' work at most for anything, one for safety."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Limits for what matches every id that is given; ``depth`` is how deep in the tree its unit lies."""

    limits: Limits
    kind_id: int | None = None
    theme_id: int | None = None
    unit_id: int | None = None
    depth: int = 0


def limits_for(
    rules: Iterable[Rule], *, kind_id: int | None, theme_ids: Collection[int], unit_ids: Collection[int], urgent: bool
) -> Limits:
    """Return the limits of the rule that names most; among equals a theme, then a kind, then the nearest unit counts.

    ``unit_ids`` are the unit that answers and those above it. A rule that names no theme never makes a matter of
    safety wait longer than without it. Where two themes have a rule each, the shorter answer holds.
    """
    fitting = [
        rule
        for rule in rules
        if rule.kind_id in {None, kind_id}
        and (rule.theme_id is None or rule.theme_id in theme_ids)
        and (rule.unit_id is None or rule.unit_id in unit_ids)
    ]
    best = max(fitting, key=_precision, default=None)
    if best is None:
        return URGENT if urgent else USUAL
    if urgent and best.theme_id is None:
        return _quicker(best.limits, URGENT)
    return best.limits


def _precision(rule: Rule) -> tuple[int, bool, bool, int, int]:
    named = [rule.theme_id is not None, rule.kind_id is not None, rule.unit_id is not None]
    return (sum(named), named[0], named[1], rule.depth, -rule.limits.answer_hours)


def _quicker(one: Limits, other: Limits) -> Limits:
    return Limits(
        min(one.answer_hours, other.answer_hours),
        min(one.latest_hours, other.latest_hours),
        min(one.decision_days, other.decision_days),
    )


def answer_due(calendar: WorkCalendar, start: datetime, limits: Limits, *, pauses: Sequence[Pause] = ()) -> datetime:
    """Return by when somebody owes the author a first answer."""
    return _after(calendar, calendar.add_working_hours(start, limits.answer_hours), pauses)


def decision_due(calendar: WorkCalendar, start: datetime, limits: Limits, *, pauses: Sequence[Pause] = ()) -> datetime:
    """Return the end of the working day by which the studio owes a decision; pauses push it on to the minute."""
    return _after(calendar, calendar.add_working_days(start, limits.decision_days), pauses)


def _after(calendar: WorkCalendar, due: datetime, pauses: Sequence[Pause]) -> datetime:
    for asked_at, answered_at in pauses:
        due = extended_by_pause(calendar, due, asked_at, answered_at)
    return due


STEPS = tuple(DeadlineStep)
"""From the mildest to the last."""


def step_due(
    calendar: WorkCalendar, deadline: Deadline, due: datetime, limits: Limits, now: datetime, *, routed: bool = True
) -> DeadlineStep | None:
    """Return the highest step that is due at ``now``, if any; without a studio the coordinator owes the answer.

    A first answer is recalled when a quarter of its time is left. When it is late its reviewer is told, half-way to
    the latest moment the lead, then the coordinator. A decision is the lead's: he is reminded a working day before
    and told at once when it is late, and the coordinator three working days later. A second opinion is owed like a
    first answer.
    """
    if now < due:
        near = _margin(calendar, deadline, limits)
        return DeadlineStep.REMINDER if calendar.working_time_between(now, due) <= near else None
    late = calendar.working_time_between(due, now)
    if not routed:
        return DeadlineStep.COORDINATOR
    if deadline is Deadline.DECISION:
        last = DAYS_UNTIL_COORDINATOR * calendar.day_length
        return DeadlineStep.COORDINATOR if late >= last else DeadlineStep.LEAD
    grace = timedelta(hours=limits.latest_hours - limits.answer_hours)
    if late >= grace:
        return DeadlineStep.COORDINATOR
    return DeadlineStep.LEAD if 2 * late >= grace else DeadlineStep.REVIEWER


def _margin(calendar: WorkCalendar, deadline: Deadline, limits: Limits) -> timedelta:
    return calendar.day_length if deadline is Deadline.DECISION else timedelta(hours=limits.answer_hours) / 4


def is_news(step: DeadlineStep, told: Iterable[DeadlineStep]) -> bool:
    """Tell whether nobody has been told this step or a higher one yet."""
    return all(STEPS.index(step) > STEPS.index(before) for before in told)
