"""When everything in the sample happened: from a proposal with its outcome to steps at believable working times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from models import Verb
from studio.domain.clock import WorkCalendar
from studio.sample.factory import Cast

Record = Mapping[str, Any]

LATEST_END: Final = 0.96
"""A story that would run past today is squeezed to end after this part of the time there is."""
ENOUGH_WORK: Final = timedelta(hours=2)
"""With less working time since filing, things happened outside of it."""
FIRST_SHIFT, LATE_SHIFT = time(6, 30), time(21, 0)
FILED_BY_LEADER: Final = 0.12
"""The share of proposals that a team leader types in for somebody of the team."""
INADMISSIBLE: Final = frozenset({"P019", "P076", "P126"})
"""Declined ones whose written reason says that they do not belong here at all."""
REASON_CODES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("P011",), "parts_missing"),
    **dict.fromkeys(("P016",), "no_budget"),
    **dict.fromkeys(("P021", "P033", "P044", "P047"), "other_project"),
    **dict.fromkeys(("P026", "P088"), "no_window"),
    **dict.fromkeys(("P041", "P049", "P077"), "equipment_due"),
    **dict.fromkeys(("P132",), "needs_study"),
    **dict.fromkeys(("P017", "P032"), "rules_forbid"),
    **dict.fromkeys(("P029", "P055"), "already_planned"),
    **dict.fromkeys(("P039", "P045", "P058", "P059"), "side_effects"),
    **dict.fromkeys(("P057", "P064", "P098"), "not_workable"),
    **dict.fromkeys(("P069",), "not_worth_it"),
    "P019": "existing_standard",
    "P076": "not_ours",
    "P126": "no_measure",
}
"""What their written reasons come to; a trial is there to see the effect."""
OCCASIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("P026", "P088"), "overhaul"),
    **dict.fromkeys(("P041", "P049", "P077"), "replacement"),
    **dict.fromkeys(("P021", "P033", "P047"), "project"),
}
REMEDIES: Final[Mapping[str, str]] = {
    "P019": "想个让人“不擦就放不回去”的盒子或挂具，照这个再提一条就能受理。",
    "P076": "厂里能办的那部分，像接驳车时间、车棚照明，单独写一条就行。",
    "P126": "补上怎么分区、缺几个位，哪怕两行也行，我们帮您写全。",
}
ACCEPTED_ONLY: Final = frozenset({"P133", "P134"})
"""Accepted so lately that nobody has begun."""
CONFIDENTIAL: Final = frozenset({"P041", "P110"})
ANONYMOUS: Final = frozenset({"X01"})
"""It tells of soft pieces that somebody let pass."""
BY_THE_TEAM: Final = {"team_accepted": Verb.ACCEPT, "team_done": Verb.ACCEPT, "team_declined": Verb.DECLINE}
"""What the team leader said at once; with ``team_check`` he has not said it yet."""
ANSWERS: Final = (
    "照片和尺寸都补上了，您看够不够，不够我再去量。",
    "按您说的又测了一班，数都写在里面了。",
    "问了设备员，型号是对的，登记那一项也办好了。",
)
AFTER_ANSWER: Final = "补的材料看过了，说得清楚。"


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something to a proposal. The draft itself is saved by the step without a verb."""

    at: datetime
    key: str
    verb: Verb | None
    actor: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Act:
    """A step before it has a time: so many working hours after filing."""

    hours: float
    verb: Verb
    actor: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Planner:
    """Plans the steps of one proposal after the other; the same data and moment always give the same plan."""

    def __init__(self, cast: Cast, calendar: WorkCalendar, newest: date, now: datetime) -> None:
        self._cast = cast
        self._calendar = calendar
        self._now = now
        self._today = now.astimezone(calendar.zone).date()
        self._shift = self._today - newest

    def steps(self, row: Record) -> list[Step]:
        """Return everything that happened to one proposal, in order."""
        dice = Random(row["key"])  # noqa: S311 - the same story every time, no secret
        filed_at = self._filed_at(date.fromisoformat(row["filed_on"]) + self._shift, dice)
        author, filer = row["submitter"], self._filer(row, dice)
        steps = [Step(filed_at - timedelta(minutes=dice.randint(1, 9)), row["key"], None, filer, row)]
        if row["outcome"] == "draft":
            return steps
        steps.append(Step(filed_at, row["key"], Verb.SUBMIT, filer))
        acts = sorted(self._acts(row, author, dice), key=lambda act: act.hours)
        last = max((act.hours for act in acts), default=0)
        steps += [
            Step(self._moment(filed_at, act.hours, last), row["key"], act.verb, act.actor, act.facts) for act in acts
        ]
        return steps

    def _filed_at(self, day: date, dice: Random) -> datetime:
        midnight = datetime.combine(day, time(), self._calendar.zone).astimezone(UTC)
        if day == self._today:
            return self._now - (self._now - midnight) * dice.uniform(0.1, 0.5)
        first, last = (at.hour * 60 + at.minute for at in (FIRST_SHIFT, LATE_SHIFT))
        return midnight + timedelta(minutes=dice.randint(first, last))

    def _filer(self, row: Record, dice: Random) -> str:
        leader = self._cast.team_leaders.get(row["unit"])
        by_leader = dice.random() < FILED_BY_LEADER
        return leader if leader and by_leader else str(row["submitter"])

    def _moment(self, filed_at: datetime, hours: float, last: float) -> datetime:
        """Return the moment so many working hours after filing, squeezed where the story would outrun today."""
        if self._calendar.add_working_hours(filed_at, last) < self._now:
            return self._calendar.add_working_hours(filed_at, hours)
        part = LATEST_END * hours / last
        worked = self._calendar.working_time_between(filed_at, self._now)
        if worked < ENOUGH_WORK:
            return filed_at + (self._now - filed_at) * part
        return self._calendar.add_working_time(filed_at, worked * part)

    def _acts(self, row: Record, author: str, dice: Random) -> Iterator[_Act]:
        if row["outcome"] in BY_THE_TEAM:
            yield from self._settled_by_team(row, author, dice)
        studio = row["expected_studio"]
        if studio is None:
            return
        coordinator = self._cast.officer("coordinator", row["unit"])
        yield _Act(dice.uniform(0.5, 1.5), Verb.TRANSFER, coordinator, {"studio": studio})
        opinions = list(self._opinions(row, author, dice))
        yield from opinions
        heard = max((act.hours for act in opinions), default=2.0)
        verdict = list(self._verdict(row, heard + dice.uniform(3, 30), dice))
        yield from verdict
        end = max((act.hours for act in verdict), default=heard + 8)
        for comment in row["comments"]:
            yield _Act(dice.uniform(2, max(end, 6)), Verb.COMMENT, comment["by"], {"body": comment["text"]})

    def _settled_by_team(self, row: Record, author: str, dice: Random) -> Iterator[_Act]:
        """Small things end with the team leader: his word, the deed, and his look at it."""
        leader = self._cast.team_leaders[row["unit"]]
        hours = dice.uniform(1, 6)
        yield _Act(hours, BY_THE_TEAM[row["outcome"]], leader, {"reason": row["outcome_reason"]})
        if row["outcome"] == "team_done":
            yield _Act(hours + 1, Verb.START_IMPLEMENTATION, author)
            yield _Act(hours + 8, Verb.REPORT_IMPLEMENTATION, author, {"words": row["effect"]})
            if row["already_done"]:
                yield _Act(hours + 12, Verb.VERIFY_IMPLEMENTATION, leader)

    def _opinions(self, row: Record, author: str, dice: Random) -> Iterator[_Act]:
        """Reviews in their order, with the questions that came before some of them."""
        hours = 1.5
        asking = row["outcome"] == "information_requested"
        asked = False
        for review in sorted(
            row["reviews"], key=lambda review: bool(review["recommendation"] == "request_information")
        ):
            hours += dice.uniform(1, 14)
            reviewer, wants_more = review["reviewer"], review["recommendation"] == "request_information"
            if asking and wants_more:
                yield _Act(hours, Verb.NOTE, reviewer, {"body": review["comment"]})
                if not asked:
                    asked = True
                    question = {"question": row["outcome_reason"]}
                    yield _Act(hours + 0.2, Verb.REQUEST_INFORMATION, reviewer, question)
                continue
            if wants_more:
                yield _Act(hours, Verb.REQUEST_INFORMATION, reviewer, {"question": review["comment"]})
                hours += dice.uniform(4, 20)
                yield _Act(hours, Verb.ANSWER_INFORMATION_REQUEST, author, {"answer": dice.choice(ANSWERS)})
                hours += dice.uniform(2, 8)
            yield _Act(hours, Verb.REVIEW, reviewer, _opinion(row, review, wants_more=wants_more))

    def _verdict(self, row: Record, hours: float, dice: Random) -> Iterator[_Act]:
        """The decision and what came of it."""
        outcome, lead = row["outcome"], self._cast.leads[row["expected_studio"]]
        reason = row["outcome_reason"] or ""
        if outcome.startswith("accepted"):
            yield _Act(hours, Verb.ACCEPT, lead, {"reason": reason})
            yield from self._implementation(row, hours, dice)
        elif outcome == "trial":
            words = reason or row["reviews"][0]["comment"]
            yield _Act(hours, Verb.START_TRIAL, lead, {"reason": words, "days": 60, "code": "prove_effect"})
        elif outcome == "deferred":
            facts = {"reason": reason, "when": row["wake_up_when"], "occasion": OCCASIONS.get(row["key"], "")}
            yield _Act(hours, Verb.DEFER, lead, {**facts, "code": REASON_CODES.get(row["key"], "other_project")})
        elif outcome == "declined":
            verb = Verb.MARK_INADMISSIBLE if row["key"] in INADMISSIBLE else Verb.DECLINE
            facts = {"reason": reason, "remedy": REMEDIES.get(row["key"], "")}
            yield _Act(hours, verb, lead, {**facts, "code": REASON_CODES.get(row["key"], "better_way")})
        elif outcome == "duplicate":
            yield _Act(hours, Verb.MARK_DUPLICATE, lead, {"reason": reason, "original": row["duplicate_of"]})
        elif outcome == "withdrawn":
            yield _Act(hours, Verb.WITHDRAW, row["submitter"], {"reason": reason})

    def _implementation(self, row: Record, hours: float, dice: Random) -> Iterator[_Act]:
        if row["key"] in ACCEPTED_ONLY:
            return
        author, studio = row["submitter"], row["expected_studio"]
        hours += dice.uniform(3, 24)
        yield _Act(hours, Verb.START_IMPLEMENTATION, author)
        if row["outcome"] == "accepted_in_progress":
            return
        hours += dice.uniform(2, 10) if row["already_done"] else dice.uniform(40, 300)
        yield _Act(hours, Verb.REPORT_IMPLEMENTATION, author, {"words": row["effect"]})
        checked = row["verified_annual_benefit_yuan"]
        if checked is None:
            return
        hours += dice.uniform(8, 60)
        authors = frozenset({author, *(coauthor["employee_no"] for coauthor in row["coauthors"])})
        yield _Act(hours, Verb.VERIFY_IMPLEMENTATION, self._cast.checker(studio, authors))
        hours += dice.uniform(24, 160)
        yield _Act(hours, Verb.CHECK_BENEFIT, self._cast.officer("finance_checker", row["unit"]), {"yuan": checked})


def _opinion(row: Record, review: Record, *, wants_more: bool) -> dict[str, Any]:
    """Turn a review of the data into what a reviewer hands in."""
    recommendation = review["recommendation"]
    if wants_more:
        recommendation = {"trial": "trial", "declined": "decline"}.get(row["outcome"], "accept")
    elif row["outcome"] == "trial" and review is row["reviews"][0]:
        recommendation = "trial"
    comment = AFTER_ANSWER if wants_more else review["comment"]
    return {"scores": review["scores"], "recommendation": recommendation, "comment": comment}
