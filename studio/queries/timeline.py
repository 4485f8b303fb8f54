"""What happened to a proposal, line by line, and how far along its way it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models import Event, Person, Proposal, ProposalState, Verb
from studio.queries import deadlines

QUIET_VERBS = frozenset({Verb.NOTE, Verb.COMMENT})
"""What is told beside the timeline already. That a note was left is nobody else's business either."""


def shown_events(proposal: Proposal) -> Sequence[Event]:
    """Return the timeline, newest first."""
    return [event for event in reversed(proposal.events) if event.verb not in QUIET_VERBS]


class Stage(StrEnum):
    """The steps of the way, in order."""

    FILED = "filed"
    REVIEW = "review"
    DECISION = "decision"
    IMPLEMENTATION = "implementation"
    VERIFICATION = "verification"
    BENEFIT = "benefit"


class Progress(StrEnum):
    """Whether a step lies behind, is the present one, or lies ahead; ``ended`` where the way stopped."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: when it was done and by whom, or by when it is due."""

    stage: Stage
    progress: Progress
    at: datetime | None = None
    who: Person | None = None
    due_at: datetime | None = None


HERE = {
    ProposalState.DRAFT: Stage.FILED,
    ProposalState.SUBMITTED: Stage.REVIEW,
    ProposalState.TEAM_CHECK: Stage.REVIEW,
    ProposalState.UNDER_REVIEW: Stage.REVIEW,
    ProposalState.INFORMATION_REQUESTED: Stage.REVIEW,
    ProposalState.ACCEPTED: Stage.IMPLEMENTATION,
    ProposalState.TRIAL: Stage.DECISION,
    ProposalState.IN_IMPLEMENTATION: Stage.IMPLEMENTATION,
    ProposalState.IMPLEMENTED: Stage.VERIFICATION,
    ProposalState.VERIFIED: Stage.BENEFIT,
}
"""The step a proposal stands at; where it is not listed the way has ended at the decision."""


def steps_of(proposal: Proposal) -> Sequence[Step]:
    """Return the steps of a proposal's way with what is known of each.

    A refused or withdrawn one shows only the way it went: nothing lies ahead of it.
    """
    here = HERE.get(proposal.state)
    finished = proposal.state is ProposalState.VERIFIED and proposal.checked_benefit is not None
    order = list(Stage)
    if here is None:
        return [_step(proposal, stage, _ended(proposal, stage)) for stage in order[: order.index(Stage.DECISION) + 1]]
    position = len(order) if finished else order.index(here)
    ranks = {True: Progress.DONE, False: Progress.AHEAD}
    return [
        _step(proposal, stage, Progress.HERE if at == position else ranks[at < position])
        for at, stage in enumerate(order)
    ]


def _ended(proposal: Proposal, stage: Stage) -> Progress:
    if stage is Stage.DECISION:
        return Progress.ENDED
    skipped = stage is Stage.REVIEW and proposal.answered_at is None
    return Progress.AHEAD if skipped else Progress.DONE


def _step(proposal: Proposal, stage: Stage, progress: Progress) -> Step:
    if progress is Progress.AHEAD:
        return Step(stage, progress)
    if stage is Stage.REVIEW and progress is Progress.HERE:
        owed = deadlines.owed(proposal)
        if owed is None:
            return Step(stage, progress, who=proposal.reviewer)
        return Step(stage, progress, who=deadlines.owing(proposal, owed[0]), due_at=owed[1])
    at, who = _facts_of(proposal, stage)
    return Step(stage, progress, at, who)


def _facts_of(proposal: Proposal, stage: Stage) -> tuple[datetime | None, Person | None]:
    """Return when a step was done and by whom."""
    decision = next((made for made in proposal.decisions if made.superseded_at is None), None)
    decided = (decision.decided_at, decision.decided_by) if decision else (proposal.updated_at, None)
    checks = [event for event in proposal.events if event.verb is Verb.CHECK_BENEFIT]
    facts: dict[Stage, tuple[datetime | None, Person | None]] = {
        Stage.FILED: (proposal.submitted_at, proposal.submitter),
        Stage.REVIEW: (proposal.answered_at, None),
        Stage.DECISION: decided,
        Stage.IMPLEMENTATION: (proposal.implemented_at, proposal.implemented_by),
        Stage.VERIFICATION: (proposal.verified_at, proposal.verified_by),
        Stage.BENEFIT: (checks[-1].at, checks[-1].actor) if checks else (None, None),
    }
    return facts[stage]
