"""Living through the planned steps with the operations that people use."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttachmentRole, Person, Proposal, ProposalState, Recommendation, Verb
from studio.domain import permissions, relations
from studio.domain.clock import WorkCalendar
from studio.domain.workflow import DECISIONS
from studio.operations import deciding, filing, implementation, reviewing, routing, team
from studio.operations.filing import Filing, Share
from studio.sample import calls, pictures
from studio.sample.plan import ANONYMOUS, CONFIDENTIAL, Step

HANDED_ON: Final = (
    "这件事他们做得多，请他们看。",
    "主要难点在他们那一行，转过去更快。",
    "和他们手上的题目是一路的，一起看。",
)
"""What the coordinator writes when the studio is another than the one the rules chose."""


JUDGING: Final = frozenset(
    {*DECISIONS, Verb.REVIEW, Verb.NOTE, Verb.REQUEST_INFORMATION, Verb.VERIFY_IMPLEMENTATION, Verb.CHECK_BENEFIT}
)


class Replay:
    """Does step after step, in the order of their time, so that numbers and workloads come out as in real life."""

    def __init__(self, session: Session, calendar: WorkCalendar, photos: Mapping[str, pictures.Photos]) -> None:
        self._session = session
        self._calendar = calendar
        self._photos = photos
        self._people = {person.employee_no: person for person in session.scalars(select(Person))}
        self._proposals: dict[str, Proposal] = {}
        self._tell: Callable[[int, int], None] | None = None
        self._done = self._total = 0

    def watched(self, tell: Callable[[int, int], None] | None, total: int) -> None:
        """Say after each step to come how many of all ``total`` are done."""
        self._tell, self._total = tell, total

    def run(self, steps: Iterable[Step]) -> None:
        """Do all steps."""
        for step in sorted(steps, key=lambda step: (step.at, step.key)):
            actor = self._people[step.actor]
            if step.verb is None:
                self._save(step, actor)
            else:
                self._act(step, step.verb, actor)
            self._done += 1
            if self._tell:
                self._tell(self._done, self._total)

    def _save(self, step: Step, actor: Person) -> None:
        draft = filing.save_draft(self._session, filing_of(step), actor=actor, at=step.at)
        draft.legacy_key = step.key
        self._proposals[step.key] = draft
        self._show(step, AttachmentRole.BEFORE)

    def _act(self, step: Step, verb: Verb, actor: Person) -> None:
        proposal, session, facts = self._proposals[step.key], self._session, step.facts
        if verb in JUDGING and relations.has_conflict(actor, proposal):
            if verb in {Verb.REVIEW, Verb.NOTE}:
                return  # of his own team, with a large reward: he leaves it to the others
            actor = self._free_to_judge(verb, proposal)
        if verb in DECISIONS:
            day = step.at.astimezone(self._calendar.zone).date()
            verdict = self._verdict(verb, facts, step)
            deciding.decide(session, proposal, verdict, actor=actor, at=step.at, today=day)
        elif verb is Verb.TRANSFER:
            self._settle(step, proposal, actor)
        else:
            operation, keywords = self._plain(verb, facts)
            operation(session, proposal, actor=actor, at=step.at, **keywords)
            if verb is Verb.REPORT_IMPLEMENTATION:
                self._show(step, AttachmentRole.AFTER)

    def _free_to_judge(self, verb: Verb, proposal: Proposal) -> Person:
        """Return who asks or decides instead of somebody with a conflict of interest."""
        for person in self._people.values():
            if permissions.may(person, verb, proposal):
                return person
        raise LookupError(f"nobody may {verb} {proposal.number}")

    def _show(self, step: Step, role: AttachmentRole) -> None:
        pictures.show(self._session, self._proposals[step.key], self._photos.get(step.key, {}), role, at=step.at)

    def _plain(self, verb: Verb, facts: Mapping[str, Any]) -> tuple[Callable[..., object], dict[str, Any]]:
        calendar = {"calendar": self._calendar}
        operations: dict[Verb, tuple[Callable[..., object], dict[str, Any]]] = {
            Verb.SUBMIT: (filing.submit, calendar),
            Verb.REVIEW: (reviewing.review, {}),
            Verb.REQUEST_INFORMATION: (reviewing.request_information, {}),
            Verb.ANSWER_INFORMATION_REQUEST: (reviewing.answer_information_request, calendar),
            Verb.COMMENT: (reviewing.comment, {}),
            Verb.NOTE: (reviewing.note, {}),
            Verb.WITHDRAW: (filing.withdraw, {}),
            Verb.START_IMPLEMENTATION: (implementation.start_implementation, {}),
            Verb.REPORT_IMPLEMENTATION: (implementation.report_implementation, {}),
            Verb.VERIFY_IMPLEMENTATION: (implementation.verify_implementation, {}),
            Verb.CHECK_BENEFIT: (implementation.check_benefit, {}),
        }
        operation, extra = operations[verb]
        return operation, {**_typed(facts), **extra}

    def _settle(self, step: Step, proposal: Proposal, actor: Person) -> None:
        """Bring it to the studio that handled it, unless the rules found that one already."""
        wanted = step.facts["studio"]
        if proposal.team_leader is not None:  # It looked small, but this is a studio's story.
            team.pass_on(self._session, proposal, actor=proposal.team_leader, at=step.at, calendar=self._calendar)
        if proposal.studio is not None and proposal.studio.code == wanted:
            return
        send = routing.assign if proposal.state is ProposalState.SUBMITTED else routing.transfer
        words = HANDED_ON[proposal.id % len(HANDED_ON)]
        send(self._session, proposal, wanted, actor=actor, at=step.at, words=words, calendar=self._calendar)

    def _verdict(self, verb: Verb, facts: Mapping[str, Any], step: Step) -> deciding.Verdict:
        original = self._proposals[facts["original"]].number if "original" in facts else None
        ends = (step.at + timedelta(days=facts["days"])).date() if "days" in facts else None
        return deciding.Verdict(
            verb=verb,
            reason_code=facts.get("code", ""),
            reason=facts.get("reason", ""),
            remedy=facts.get("remedy", ""),
            occasion_code=facts.get("occasion", ""),
            wake_up_when=facts.get("when", ""),
            trial_ends_on=ends,
            duplicate_of=original or "",
        )


def filing_of(step: Step) -> Filing:
    """Return what somebody typed in, from a record of the sample."""
    row = step.facts
    mates = tuple(Share(mate["employee_no"], mate["share"]) for mate in row["coauthors"])
    return Filing(
        title=row["title"],
        problem=row["problem"],
        measure=row["measure"],
        effect=row["effect"],
        kind_code=row["kind"],
        theme_codes=tuple(row["themes"]),
        location=row["location"],
        call_code=calls.ANSWERED.get(row["key"], ""),
        already_done=row["already_done"],
        confidential=row["key"] in CONFIDENTIAL,
        anonymous=row["key"] in ANONYMOUS,
        claimed_benefit=_money(row["claimed_annual_benefit_yuan"]),
        cost=_money(row["implementation_cost_yuan"]),
        shares=(Share(row["submitter"], row["submitter_share"]), *mates),
        filing_key=f"sample-{row['key']}",
        submitter_no=row["submitter"] if row["submitter"] != step.actor else "",
    )


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def _typed(facts: Mapping[str, Any]) -> dict[str, Any]:
    typed = dict(facts)
    if "recommendation" in typed:
        typed["recommendation"] = Recommendation(typed["recommendation"])
    if "yuan" in typed:
        typed["yuan"] = Decimal(typed["yuan"])
    return typed
