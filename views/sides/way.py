"""How far it has come: its steps, who has it and why, what was asked and answered, what happened."""

from collections.abc import Sequence
from functools import cached_property

from models import Assignment, Decision, Event, InformationRequest, ProposalState, Verb
from studio.domain import next_steps, team, workflow
from studio.queries import deadlines, precedents, timeline
from studio.queries.deadlines import Standing
from studio.services import now
from views import moments, proposal_words
from views.access import database
from views.sides.reading import Reading


class Way(Reading):
    """The way of a proposal, from the first word to the checked benefit."""

    @cached_property
    def steps(self) -> Sequence[timeline.Step]:
        """How far along its way it is."""
        return timeline.steps_of(self.proposal)

    @cached_property
    def standing(self) -> Standing | None:
        """Who owes what by when and how much working time is left; None when nothing is owed."""
        return deadlines.standing(database(), self.proposal, at=now(), times=moments.working_times)

    @cached_property
    def with_team(self) -> bool:
        """Whether the team leader has it in hand."""
        return self.proposal.state is ProposalState.TEAM_CHECK

    @cached_property
    def decisions_open(self) -> bool:
        """Whether the reader may decide it for its studio now."""
        return bool(self.verbs & frozenset(workflow.DECISIONS)) and not self.with_team

    @cached_property
    def assignment(self) -> Assignment | None:
        """Why it is where it is."""
        return next((made for made in self.proposal.assignments if made.ended_at is None), None)

    @cached_property
    def named(self) -> Sequence[str]:
        """The precedents in the reason that this reader may know of."""
        return precedents.readable(database(), self.reader, self.assignment.reason) if self.assignment else ()

    @cached_property
    def decision(self) -> Decision | None:
        """The answer that holds."""
        return next_steps.holding(self.proposal)

    @cached_property
    def earlier_decisions(self) -> Sequence[Decision]:
        """Answers that were taken back, newest first."""
        return [made for made in reversed(self.proposal.decisions) if made.superseded_at is not None]

    @cached_property
    def question(self) -> InformationRequest | None:
        """What the submitter is asked now."""
        return next((asked for asked in self.proposal.information_requests if asked.answered_at is None), None)

    @cached_property
    def answered_questions(self) -> Sequence[InformationRequest]:
        """Questions that have been answered."""
        return [asked for asked in self.proposal.information_requests if asked.answered_at is not None]

    @cached_property
    def may_appeal(self) -> bool:
        """Whether another look can still be asked for; the operation has the last word on the date."""
        return not team.appealed_before(self.proposal, self.proposal.events)

    @cached_property
    def events(self) -> Sequence[Event]:
        """The timeline, newest first."""
        return timeline.shown_events(self.proposal)

    @cached_property
    def what_next(self) -> str:
        """What comes next, said to its author and who wrote it down for him, unless he owes it; nothing to others."""
        owes = self.standing is not None and self.standing.who is not None and self.standing.who.id == self.reader.id
        if not (self.is_author or (self.filed_it and not owes)):
            return ""
        verbs = self.verbs if self.may_appeal else self.verbs - {Verb.APPEAL}
        step = next_steps.next_step(self.proposal, verbs, at=now(), today=moments.today())
        return proposal_words.what_next(step, self.proposal, self.decision, self.standing)
