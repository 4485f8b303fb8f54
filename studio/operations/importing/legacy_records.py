"""The records that old proposals become: the proposal, its themes and authors, the decision and the timeline.

Written as whole batches instead of through ``transition.move``, because a hundred thousand of them must not take an
hour. The states they pass through are those of the transition table; a test holds the two together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session, aliased

from models import Base, Contributor, Decision, Event, Outcome, Proposal, ProposalState, Studio, Verb, proposal_themes
from studio.domain.workflow import DECISIONS
from studio.operations.importing.bulk import insert_rows
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
FACTS: Final = (proposal_themes, table_of(Contributor), table_of(Decision), table_of(Event))
"""What hangs on a proposal, in the order in which ``_facts`` yields it."""


def present_keys(session: Session, keys: Sequence[str]) -> frozenset[str]:
    """Return those of some keys of an old archive whose proposals are there already."""
    return frozenset(session.scalars(select(_PROPOSALS.c.legacy_key).where(_PROPOSALS.c.legacy_key.in_(keys))))


def write(session: Session, proposals: Sequence[LegacyProposal], *, at: datetime, zone: ZoneInfo) -> None:
    """Write a batch that is in the order of filing. The caller holds the transaction."""
    numbers = _numbers(session, proposals)
    entries = [_Entry(*pair, _Moments.of(pair[1], at, zone)) for pair in zip(numbers, proposals, strict=True)]
    originals = _Originals(session, proposals)
    ids = _write_proposals(session, [entry for entry in entries if not entry.proposal.duplicate_of], originals)
    originals.learn((entry, ids[entry.number]) for entry in entries if entry.number in ids)
    repeats = [entry for entry in entries if entry.proposal.duplicate_of]
    originals.follow(repeats)
    ids |= _write_proposals(session, repeats, originals)
    _write_facts(session, entries, originals, ids)


class _Entry(NamedTuple):
    """An old proposal with its new number."""

    number: str
    proposal: LegacyProposal
    when: "_Moments"


def _write_proposals(session: Session, entries: Sequence[_Entry], originals: "_Originals") -> dict[str, int]:
    """Write proposals and return id by number: asking afterwards is quicker than having the insert return them."""
    rows = [_proposal(entry, originals) for entry in entries]
    _let_be_repeated(session, rows)
    insert_rows(session, _PROPOSALS, rows)
    made = select(_PROPOSALS.c.number, _PROPOSALS.c.id).where(_PROPOSALS.c.number.in_([row["number"] for row in rows]))
    return dict(session.execute(made).all())


def _write_facts(session: Session, entries: Sequence[_Entry], originals: "_Originals", ids: Mapping[str, int]) -> None:
    """Write what hangs on the proposals: themes, authors, decision and timeline."""
    studios = _studio_names(session)
    rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in FACTS}
    for entry in entries:
        own = {"proposal_id": ids[entry.number]}
        for table, found in zip(FACTS, _facts(entry, originals.find(entry.proposal), studios), strict=True):
            rows[table] += [own | row for row in found]
    for table in FACTS:
        insert_rows(session, table, rows[table])


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
    """Finds id and number of what a proposal repeats, by old key or else by number."""

    def __init__(self, session: Session, proposals: Sequence[LegacyProposal]) -> None:
        asked = sorted({proposal.duplicate_of for proposal in proposals} - {""})
        self._found: dict[str, tuple[int, str]] = {}
        first = aliased(Proposal)
        final = first.id == func.coalesce(Proposal.duplicate_of_id, Proposal.id)
        for word in (Proposal.number, Proposal.legacy_key) if asked else ():  # an old archive speaks of its own keys
            statement = select(word, first.id, first.number).join(first, final).where(word.in_(asked))
            self._found |= {str(key): (first_id, number or "") for key, first_id, number in session.execute(statement)}

    def learn(self, made: Iterable[tuple[_Entry, int]]) -> None:
        """Remember proposals of the same batch that repeat nothing."""
        self._found |= {entry.proposal.key: (proposal_id, entry.number) for entry, proposal_id in made}

    def follow(self, repeats: Iterable[_Entry]) -> None:
        """Remember that who repeats one of them repeats what was there first."""
        for entry in repeats:
            self._found[entry.proposal.key] = self._found[entry.proposal.duplicate_of]

    def find(self, proposal: LegacyProposal) -> tuple[int, str] | None:
        """Return id and number of the original; None for what repeats nothing."""
        return self._found[proposal.duplicate_of] if proposal.duplicate_of else None


def _let_be_repeated(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Mark originals as such: the database lets nothing point at any other proposal."""
    ids = {row["duplicate_of_id"] for row in rows} - {None}
    if ids:
        marking = update(_PROPOSALS).where(_PROPOSALS.c.id.in_(sorted(ids))).values(original_id=_PROPOSALS.c.id)
        session.connection().execute(marking)


def _numbers(session: Session, proposals: Sequence[LegacyProposal]) -> list[str]:
    numbers: list[str] = []
    for year, group in groupby(proposals, key=lambda proposal: proposal.filed_on.year):
        numbers += next_numbers(session, year, len(list(group)))
    return numbers


def _studio_names(session: Session) -> dict[int, dict[str, str]]:
    rows = session.execute(select(Studio.id, Studio.code, Studio.name_zh, Studio.name_en))
    return {row.id: {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en} for row in rows}


def _proposal(entry: _Entry, originals: _Originals) -> dict[str, Any]:
    number, proposal, when = entry
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


def _facts(
    entry: _Entry, original: tuple[int, str] | None, studios: Mapping[int, Mapping[str, str]]
) -> Iterator[Iterable[dict[str, Any]]]:
    """Yield the rows of each table of FACTS."""
    yield ({"theme_id": theme_id} for theme_id in entry.proposal.theme_ids)
    yield _parts(entry.proposal)
    yield _decision(entry, original)
    yield _events(entry, original, studios)


def _parts(proposal: LegacyProposal) -> Iterator[dict[str, Any]]:
    for position, part in enumerate(proposal.parts):
        name = "" if part.person_id else part.name
        yield {"person_id": part.person_id, "name_text": name, "share": part.share, "position": position}


def _decision(entry: _Entry, original: tuple[int, str] | None) -> Iterator[dict[str, Any]]:
    _, proposal, when = entry
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
    entry: _Entry, original: tuple[int, str] | None, studios: Mapping[int, Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    """Yield the timeline; nobody is named as the actor but the submitter, because the old archive names nobody."""
    number, proposal, when = entry
    repeated = original[1] if original else ""
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
