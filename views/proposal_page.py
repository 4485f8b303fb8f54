"""One proposal on one page: what the reader may know of it and may do now. Shared by all views that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import render_template
from flask_wtf import FlaskForm

from models import (
    Assignment,
    Attachment,
    AttachmentRole,
    Comment,
    CommentVisibility,
    Decision,
    Event,
    InformationRequest,
    Person,
    PreparedDecision,
    Proposal,
    ProposalState,
    Review,
    Verb,
)
from studio.domain import permissions, workflow
from studio.domain.errors import NotFound
from studio.domain.scoring import PanelResult
from studio.queries import prepared, proposals, reviews, timeline
from views import scales
from views.access import database, me
from views.forms.reviewing import AnswerForm, BenefitForm, CommentForm, StartForm, WithdrawForm, WordsForm


@dataclass(frozen=True)
class ProposalPage:
    """What the templates of one proposal may ask for. ``forms`` holds those that came back with a mistake."""

    proposal: Proposal
    reader: Person
    forms: Mapping[Verb, FlaskForm]

    def form(self, verb: Verb) -> FlaskForm:
        """Return the form of a verb: the one just sent in with its mistakes, or an empty one; ids are unique."""
        form = self.forms.get(verb) or FORMS[verb](formdata=None)
        for field in form:
            field.id = f"{verb}-{field.name}"
        return form

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        """What the reader may do now."""
        return permissions.allowed_verbs(self.reader, self.proposal)

    @cached_property
    def decisions_open(self) -> bool:
        """Whether the reader may decide it now."""
        return bool(self.verbs & frozenset(workflow.DECISIONS))

    @cached_property
    def is_open(self) -> bool:
        """Whether somebody of the studio owes an answer now; while a question is open the clock stands still."""
        return self.proposal.state in {ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW}

    @cached_property
    def own_review(self) -> Review | None:
        """What the reader gave himself."""
        return reviews.review_of(self.reader, self.proposal)

    @cached_property
    def may_appeal(self) -> bool:
        """Whether a second opinion can still be asked for; the operation has the last word on the date."""
        return all(event.verb is not Verb.APPEAL for event in self.proposal.events)

    @cached_property
    def may_see_original(self) -> bool:
        """Whether the reader may know of the proposal that was there first."""
        original = self.proposal.duplicate_of
        return original is not None and permissions.reads_it(self.reader, original)

    @cached_property
    def is_author(self) -> bool:
        """Whether the reader wrote it or shares in it."""
        return permissions.is_author(self.reader, self.proposal)

    @cached_property
    def steps(self) -> Sequence[timeline.Step]:
        """How far along its way it is."""
        return timeline.steps_of(self.proposal)

    @cached_property
    def assignment(self) -> Assignment | None:
        """Why it is where it is."""
        return next((made for made in self.proposal.assignments if made.ended_at is None), None)

    @cached_property
    def decision(self) -> Decision | None:
        """The answer that holds."""
        return next((made for made in self.proposal.decisions if made.superseded_at is None), None)

    @cached_property
    def earlier_decisions(self) -> Sequence[Decision]:
        """Answers that were taken back, newest first."""
        return [made for made in reversed(self.proposal.decisions) if made.superseded_at is not None]

    @cached_property
    def prepared(self) -> PreparedDecision | None:
        """What is decided but not told: for those who may decide it, the coordinator, and judges who have scored."""
        unbiased = self.decisions_open or Verb.REVIEW not in self.verbs or self.own_review is not None
        if not (unbiased and permissions.sees_prepared(self.reader, self.proposal)):
            return None
        return prepared.of(database(), self.proposal)

    @cached_property
    def question(self) -> InformationRequest | None:
        """What the submitter is asked now."""
        return next((asked for asked in self.proposal.information_requests if asked.answered_at is None), None)

    @cached_property
    def answered_questions(self) -> Sequence[InformationRequest]:
        """Questions that have been answered."""
        return [asked for asked in self.proposal.information_requests if asked.answered_at is not None]

    @cached_property
    def reviews(self) -> Sequence[Review]:
        """The reviews this reader may see yet."""
        return reviews.reviews_shown_to(self.reader, self.proposal)

    @cached_property
    def hidden_reviews(self) -> int:
        """How many reviews there are that the reader may not see yet; only judges are told."""
        if not permissions.reviews_it(self.reader, self.proposal):
            return 0
        return len(self.proposal.reviews) - len(self.reviews)

    @cached_property
    def panel(self) -> PanelResult | None:
        """What the visible reviews come to."""
        return reviews.panel_of(self.reviews)

    @cached_property
    def scores(self) -> Sequence[scales.ScoreRow]:
        """The panel's criteria, drawn."""
        return scales.score_rows(self.panel, self.reviews) if self.panel else []

    @cached_property
    def events(self) -> Sequence[Event]:
        """The timeline, newest first."""
        return timeline.shown_events(self.proposal)

    @cached_property
    def comments(self) -> Sequence[Comment]:
        """What all who may see the proposal say."""
        return [said for said in self.proposal.comments if said.visibility is CommentVisibility.COMMENT]

    @cached_property
    def reads_notes(self) -> bool:
        """Whether the reviewers' notes are for this reader."""
        return permissions.reads_notes(self.reader, self.proposal)

    @cached_property
    def notes(self) -> Sequence[Comment]:
        """What the reviewers tell each other; empty for everybody else."""
        if not self.reads_notes:
            return []
        return [said for said in self.proposal.comments if said.visibility is CommentVisibility.NOTE]

    @cached_property
    def money(self) -> Sequence[scales.MoneyBar]:
        """Claimed and checked benefit, side by side."""
        return scales.money_bars(self.proposal.claimed_benefit, self.proposal.checked_benefit)

    def files(self, *roles: AttachmentRole) -> Sequence[Attachment]:
        """Return attached files of some roles: photos before, photos after, documents, recordings."""
        return [found for found in self.proposal.attachments if found.role in roles]


FORMS: Mapping[Verb, type[FlaskForm]] = {
    Verb.COMMENT: CommentForm,
    Verb.NOTE: CommentForm,
    Verb.ANSWER_INFORMATION_REQUEST: AnswerForm,
    Verb.WITHDRAW: WithdrawForm,
    Verb.APPEAL: WordsForm,
    Verb.REOPEN: WordsForm,
    Verb.WAKE_UP: WordsForm,
    Verb.START_IMPLEMENTATION: StartForm,
    Verb.REPORT_IMPLEMENTATION: WordsForm,
    Verb.VERIFY_IMPLEMENTATION: WordsForm,
    Verb.CHECK_BENEFIT: BenefitForm,
}
"""The small forms on the page itself."""


def load(number: str, forms: Mapping[Verb, FlaskForm] | None = None) -> ProposalPage:
    """Return the page's facts. Raises NotFound if there is no proposal that the reader may know of."""
    proposal = proposals.with_its_story(database(), number)
    if proposal is None or not permissions.reads_it(me(), proposal):
        raise NotFound
    return ProposalPage(proposal, me(), forms or {})


def load_for(verb: Verb, number: str) -> ProposalPage:
    """Return the page's facts for a form of its own. Raises NotFound, NotAllowed and WrongState as the act would."""
    page = load(number)
    permissions.require(page.reader, verb, page.proposal)
    workflow.target(verb, page.proposal.state, has_studio=page.proposal.studio_id is not None)
    return page


def show(number: str, forms: Mapping[Verb, FlaskForm] | None = None) -> str:
    """Render the page of a proposal; ``forms`` are those that came back with a mistake."""
    page = load(number, forms)
    return render_template("proposals/show.html", page=page, proposal=page.proposal, axis=scales.axis)
