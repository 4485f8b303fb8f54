"""The records that old proposals become: the proposal, its themes and authors, the decision and the timeline.

Written as whole batches instead of through ``transition.move``, because a hundred thousand of them must not take an
hour. The states they pass through are those of the transition table; a test holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from models import Base, Contributor, Decision, Event, Outcome, Proposal, ProposalState, Studio, Verb, proposal_themes
from studio.domain.workflow import DECISIONS
from studio.operations.importing.legacy import LegacyProposal
from studio.operations.numbers import next_numbers

State = ProposalState
NOON: Final = time(12)
DECISION_TAKES, DEED_TAKES, CHECK_TAKES = timedelta(days=10), timedelta(days=30), timedelta(days=14)
"""What an old archive does not say is taken to have happened so much later, but never in the future."""

DECIDED: Final[Mapping[ProposalState, Verb]] = {
    State.ACCEPTED: Verb.ACCEPT,
    State.IN_IMPLEMENTATION: Verb.ACCEPT,
    State.IMPLEMENTED: Verb.ACCEPT,
    State.VERIFIED: Verb.ACCEPT,
    State.TRIAL: Verb.START_TRIAL,
    State.DEFERRED: Verb.DEFER,
    State.DECLINED: Verb.DECLINE,
    State.INADMISSIBLE: Verb.MARK_INADMISSIBLE,
    State.DUPLICATE: Verb.MARK_DUPLICATE,
}
"""The decision that led to a state."""
DEEDS: Final = (
    (Verb.START_IMPLEMENTATION, State.IN_IMPLEMENTATION),
    (Verb.REPORT_IMPLEMENTATION, State.IMPLEMENTED),
    (Verb.VERIFY_IMPLEMENTATION, State.VERIFIED),
)


def table_of(record: type[Base]) -> Table:
    """Return the table itself: inserting into it skips the unit of work, which has nothing to do here."""
    return cast("Table", record.__table__)


_PROPOSALS = table_of(Proposal)
INSERT_PROPOSALS = insert(_PROPOSALS).returning(_PROPOSALS.c.id, sort_by_parameter_order=True)


def write(session: Session, proposals: Sequence[LegacyProposal], *, at: datetime, zone: ZoneInfo) -> None:
    """Write a batch that is in the order of filing. The caller holds the transaction."""
    if not proposals:
        return
    moments = [_Moments.of(proposal, at, zone) for proposal in proposals]
    numbers = _numbers(session, proposals)
    originals = _Originals(session, proposals)
    studios = _studio_names(session)
    plain = [index for index, proposal in enumerate(proposals) if proposal.state is not State.DUPLICATE]
    repeats = [index for index, proposal in enumerate(proposals) if proposal.state is State.DUPLICATE]
    ids: dict[int, int] = {}
    for part in (plain, *([index] for index in repeats)):  # a repeat needs the id of its original
        rows = [_proposal(proposals[i], numbers[i], moments[i], originals) for i in part]
        if not rows:
            continue
        _let_be_repeated(session, rows)
        made = session.connection().scalars(INSERT_PROPOSALS, rows).all()
        ids.update(zip(part, made, strict=True))
        originals.learn((proposals[i], numbers[i], ids[i]) for i in part)
    themes: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    decisions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for index, proposal in enumerate(proposals):
        own = {"proposal_id": ids[index]}
        themes += [{**own, "theme_id": theme_id} for theme_id in proposal.theme_ids]
        parts += [{**own, **row} for row in _parts(proposal)]
        original = originals.find(proposal)
        decisions += [{**own, **row} for row in _decision(proposal, moments[index], original)]
        repeated = original[1] if original else ""
        events += [{**own, **row} for row in _events(proposal, numbers[index], repeated, moments[index], studios)]
    for record, rows in ((Contributor, parts), (Decision, decisions), (Event, events)):
        if rows:
            session.connection().execute(insert(table_of(record)), rows)
    if themes:
        session.connection().execute(insert(proposal_themes), themes)


class _Moments:
    """When an old proposal was filed, decided, done and checked."""

    def __init__(self, filed: datetime, decided: datetime, done: datetime, checked: datetime) -> None:
        self.filed, self.decided, self.done, self.checked = filed, decided, done, checked

    @classmethod
    def of(cls, proposal: LegacyProposal, at: datetime, zone: ZoneInfo) -> "_Moments":
        """Return what the row says, and what is likely where it says nothing."""
        filed = min(datetime.combine(proposal.filed_on, NOON, zone).astimezone(UTC), at)
        if proposal.decided_on is not None:
            decided = max(filed, min(datetime.combine(proposal.decided_on, NOON, zone).astimezone(UTC), at))
        else:
            decided = min(filed + DECISION_TAKES, at)
        done = min(decided + DEED_TAKES, at)
        return cls(filed, decided, done, min(done + CHECK_TAKES, at))


class _Originals:
    """Finds the proposal that another one repeats, by old key or by number."""

    def __init__(self, session: Session, proposals: Sequence[LegacyProposal]) -> None:
        self._ids: dict[str, tuple[int, str]] = {}
        asked = [proposal.duplicate_of for proposal in proposals if proposal.state is State.DUPLICATE]
        first = aliased(Proposal)
        final = first.id == func.coalesce(Proposal.duplicate_of_id, Proposal.id)
        columns = (first.id, first.number, Proposal.legacy_key, Proposal.number)
        known = Proposal.legacy_key.in_(asked) | Proposal.number.in_(asked)
        statement = select(*columns).join(first, final).where(known)
        for first_id, first_number, key, number in session.execute(statement) if asked else ():
            self._ids.update(dict.fromkeys(filter(None, (number, key)), (first_id, first_number or "")))

    def learn(self, made: Any) -> None:  # noqa: ANN401 - triples of a proposal, its number and its id
        """Remember proposals of the same batch; who repeats a repeat repeats what was there first."""
        for proposal, number, proposal_id in made:
            self._ids[proposal.key] = self.find(proposal) or (proposal_id, number)

    def find(self, proposal: LegacyProposal) -> tuple[int, str] | None:
        """Return id and number of the original; None for what repeats nothing."""
        return self._ids[proposal.duplicate_of] if proposal.state is State.DUPLICATE else None


def _let_be_repeated(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Mark originals as such: the database lets nothing point at any other proposal."""
    ids = {row["duplicate_of_id"] for row in rows} - {None}
    if ids:
        marking = update(_PROPOSALS).where(_PROPOSALS.c.id.in_(ids)).values(original_id=_PROPOSALS.c.id)
        session.connection().execute(marking)


def _numbers(session: Session, proposals: Sequence[LegacyProposal]) -> list[str]:
    numbers: list[str] = []
    for year, group in groupby(proposals, key=lambda proposal: proposal.filed_on.year):
        numbers += next_numbers(session, year, len(list(group)))
    return numbers


def _studio_names(session: Session) -> dict[int, dict[str, str]]:
    rows = session.execute(select(Studio.id, Studio.code, Studio.name_zh, Studio.name_en))
    return {row.id: {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en} for row in rows}


def _proposal(proposal: LegacyProposal, number: str, when: _Moments, originals: _Originals) -> dict[str, Any]:
    state = proposal.state
    decided = when.decided if state in DECIDED else None
    original = originals.find(proposal)
    last = max(moment for _, moment, _ in _steps(proposal, when))
    return {
        **proposal.values,
        "number": number,
        "legacy_key": proposal.key,
        "state": state,
        "revision": 1,
        "created_at": when.filed,
        "submitted_at": when.filed,
        "updated_at": last,
        "answered_at": decided,
        "decided_at": decided,
        "implemented_at": when.done if state in {State.IMPLEMENTED, State.VERIFIED} else None,
        "verified_at": when.checked if state is State.VERIFIED else None,
        "duplicate_of_id": original[0] if original else None,
    }


def _parts(proposal: LegacyProposal) -> Iterator[dict[str, Any]]:
    for position, part in enumerate(proposal.parts):
        name = "" if part.person_id else part.name
        yield {"person_id": part.person_id, "name_text": name, "share": part.share, "position": position}


def _decision(proposal: LegacyProposal, when: _Moments, original: tuple[int, str] | None) -> Iterator[dict[str, Any]]:
    if proposal.state in DECIDED:
        outcome = DECISIONS[DECIDED[proposal.state]]
        yield {
            "outcome": outcome,
            "reason": proposal.reason,
            "decided_at": when.decided,
            "wake_up_when": proposal.wake_up_when if outcome is Outcome.DEFERRED else "",
            "duplicate_of_id": original[0] if original else None,
            "end_unknown": outcome is Outcome.TRIAL,
        }


def _events(
    proposal: LegacyProposal,
    number: str,
    repeated: str,
    when: _Moments,
    studios: Mapping[int, Mapping[str, str]],
) -> Iterator[dict[str, Any]]:
    """Yield the timeline; nobody is named as the actor but the submitter, because the old archive names nobody."""
    facts: dict[Verb, dict[str, Any]] = {Verb.SUBMIT: {"number": number}}
    if proposal.state in DECIDED:
        facts[DECIDED[proposal.state]] = {"reason": proposal.reason, "duplicate_of": repeated}
    facts[Verb.WITHDRAW] = {"reason": proposal.reason}
    facts[Verb.CHECK_BENEFIT] = {"yuan": str(proposal.values["checked_benefit"])}
    studio = studios.get(proposal.values["studio_id"]) or {"name_zh": proposal.values["studio_text"]}
    facts[Verb.ROUTE] = {"studio": dict(studio)}
    steps = _steps(proposal, when)
    states = [State.DRAFT, *(state for _, _, state in steps)]
    for (verb, moment, new_state), old_state in zip(steps, states, strict=False):
        yield {
            "verb": verb,
            "at": moment,
            "actor_id": proposal.values["submitter_id"] if verb is Verb.SUBMIT else None,
            "old_state": old_state,
            "new_state": new_state,
            "data": {name: value for name, value in facts.get(verb, {}).items() if value},
        }


def _steps(proposal: LegacyProposal, when: _Moments) -> list[tuple[Verb, datetime, ProposalState]]:
    """Return verb, moment and state reached, from filing to where the proposal stands."""
    state = proposal.state
    steps = [(Verb.SUBMIT, when.filed, State.SUBMITTED)]
    if (
        state in DECIDED
        or state is State.UNDER_REVIEW
        or (state is State.WITHDRAWN and proposal.values["studio_id"] is not None)
    ):
        steps.append((Verb.ROUTE, when.filed, State.UNDER_REVIEW))
    if state is State.WITHDRAWN:
        steps.append((Verb.WITHDRAW, when.decided, State.WITHDRAWN))
    if state not in DECIDED:
        return steps
    verb = DECIDED[state]
    steps.append((verb, when.decided, State(DECISIONS[verb].value)))
    reached = [target for _, target in DEEDS]
    if state in reached:
        moments = (when.decided, when.done, when.checked)
        deeds = [(deed, moment, target) for (deed, target), moment in zip(DEEDS, moments, strict=True)]
        steps += deeds[: reached.index(state) + 1]
    if state in {State.IMPLEMENTED, State.VERIFIED} and proposal.values["checked_benefit"] is not None:
        steps.append((Verb.CHECK_BENEFIT, when.checked, state))
    return steps
