"""One proposal on one page: what the reader may know of it and may do now. Shared by all views that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import render_template
from flask_wtf import FlaskForm

from models import (
    Assignment,
    Attachment,
    AttachmentRole,
    Comment,
    CommentVisibility,
    CongressReferral,
    Decision,
    Event,
    InformationRequest,
    Occasion,
    PanelSeat,
    Person,
    PreparedDecision,
    Proposal,
    ProposalState,
    Review,
    Verb,
)
from studio.domain import blinding, permissions, relations, team, workflow
from studio.domain.errors import NotFound
from studio.domain.scoring import PanelResult
from studio.operations import repeats
from studio.queries import (
    alike,
    deadlines,
    file_texts,
    notices,
    paper,
    precedents,
    prepared,
    proposals,
    reviews,
    timeline,
)
from studio.queries.blinding import shown_to
from studio.queries.deadlines import Standing
from studio.queries.notices import Unseen
from studio.services import now, services
from studio.wording.files import why_not_searchable
from studio.wording.names import neutral_file_name
from views import kiosk_session, moments, proposal_words, scales
from views.access import database, me
from views.forms.reviewing import AnswerForm, BenefitForm, CommentForm, StartForm, WithdrawForm, WordsForm
from views.forms.team import ApproveForm, DeclineForm, PassOnForm


@dataclass(frozen=True)
class ProposalPage:
    """What the templates of one proposal may ask for. ``forms`` holds those that came back with a mistake.

    ``proposal`` is as its reader may see it, perhaps without its authors; ``record`` is what rules are asked about.
    """

    proposal: Proposal
    reader: Person
    forms: Mapping[Verb, FlaskForm]
    record: Proposal

    def form(self, verb: Verb) -> FlaskForm:
        """Return the form of a verb: the one just sent in with its mistakes, or an empty one; ids are unique."""
        form = self.forms.get(verb) or FORMS[verb](formdata=None)
        for field in form:
            field.id = f"{verb}-{field.name}"
        return form

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        """What the reader may do now."""
        return kiosk_session.possible_here(permissions.allowed_verbs(self.reader, self.record))

    @cached_property
    def names_hidden(self) -> bool:
        """Whether the reader may not know whose it is."""
        return self.proposal is not self.record

    @cached_property
    def decisions_open(self) -> bool:
        """Whether the reader may decide it for its studio now."""
        return bool(self.verbs & frozenset(workflow.DECISIONS)) and not self.with_team

    @cached_property
    def with_team(self) -> bool:
        """Whether the team leader has it in hand."""
        return self.proposal.state is ProposalState.TEAM_CHECK

    @cached_property
    def standing(self) -> Standing | None:
        """Who owes what by when and how much working time is left; None when nothing is owed."""
        return deadlines.standing(database(), self.proposal, at=now(), times=moments.working_times)

    @cached_property
    def own_review(self) -> Review | None:
        """What the reader gave himself."""
        return reviews.review_of(self.reader, self.proposal)

    @cached_property
    def may_appeal(self) -> bool:
        """Whether another look can still be asked for; the operation has the last word on the date."""
        return not team.appealed_before(self.proposal, self.proposal.events)

    @cached_property
    def may_request_opinion(self) -> bool:
        """Whether a second opinion can be asked for: once, and again where a studio declined to give it."""
        opinion = self.proposal.opinion
        return Verb.REQUEST_OPINION in self.verbs and (opinion is None or opinion.declined)

    @cached_property
    def owes_opinion(self) -> bool:
        """Whether the reader may say now what his studio thinks of it."""
        opinion = self.proposal.opinion
        return Verb.GIVE_OPINION in self.verbs and opinion is not None and opinion.open

    @cached_property
    def opinion_awaited(self) -> bool:
        """Whether an opinion would still be of use."""
        return workflow.fits(Verb.GIVE_OPINION, self.proposal.state)

    @cached_property
    def opinion_late(self) -> bool:
        """Whether the studio that was asked should have answered by now."""
        opinion = self.proposal.opinion
        return opinion is not None and opinion.open and self.opinion_awaited and opinion.due_at < now()

    @cached_property
    def referral(self) -> CongressReferral | None:
        """What the workers' congress has still to answer."""
        return next((one for one in self.proposal.referrals if one.open), None)

    @cached_property
    def was_called(self) -> bool:
        """Whether the reader was named here and has not said that he has seen it."""
        said = (mention for comment in self.proposal.comments for mention in comment.mentions)
        return any(mention.person_id == self.reader.id and mention.seen_at is None for mention in said)

    @cached_property
    def news(self) -> Unseen:
        """What the reader was told of it and has not said that he has seen."""
        return notices.unseen_of(database(), self.reader, self.record.id)

    @cached_property
    def may_see_original(self) -> bool:
        """Whether the reader may know of the proposal that was there first."""
        original = self.proposal.duplicate_of
        return original is not None and relations.reads_it(self.reader, original)

    @cached_property
    def together_with(self) -> str:
        """Who wrote the original that this one was merged into, as names in a sentence; empty without a merge."""
        original = self.proposal.duplicate_of
        if original is None or not self.may_see_original or not repeats.merge_of(self.proposal):
            return ""
        if self.names_hidden or blinding.hides_names(self.reader, original):
            return ""
        own = self.record.author_ids
        return proposal_words.sharers(one for one in original.contributors if one.person_id not in own)

    @cached_property
    def repeats(self) -> Sequence[alike.Repeat]:
        """What was found to repeat it."""
        return alike.repeats_of(database(), self.reader, self.proposal)

    @cached_property
    def alike(self) -> Sequence[alike.Alike]:
        """What is most like it, while those who judge it may still find that it repeats something."""
        if not self.reads_notes or self.proposal.state not in workflow.OPEN:
            return []
        return alike.alike(database(), services().search, self.reader, self.proposal)

    @cached_property
    def may_follow(self) -> bool:
        """Whether the reader has to ask to be told of it."""
        return relations.follows_it(self.reader, self.record)

    @cached_property
    def follows(self) -> bool:
        """Whether the reader has asked to be told of it."""
        return alike.follows(database(), self.reader, self.proposal)

    def may_wait_for(self, occasion: Occasion) -> bool:
        """Tell whether a deferral may wait for it; one of a single unit would tell a unit that is hidden."""
        if self.names_hidden:
            return occasion.unit_id is None
        return occasion.concerns(self.record.unit)

    def reads(self, another: Proposal) -> bool:
        """Tell whether the reader may know of another proposal too."""
        return relations.reads_it(self.reader, another)

    @cached_property
    def is_author(self) -> bool:
        """Whether the reader wrote it or shares in it."""
        return relations.is_author(self.reader, self.record)

    @cached_property
    def steps(self) -> Sequence[timeline.Step]:
        """How far along its way it is."""
        return timeline.steps_of(self.proposal)

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
        return next((made for made in self.proposal.decisions if made.superseded_at is None), None)

    @cached_property
    def earlier_decisions(self) -> Sequence[Decision]:
        """Answers that were taken back, newest first."""
        return [made for made in reversed(self.proposal.decisions) if made.superseded_at is not None]

    @cached_property
    def prepared(self) -> PreparedDecision | None:
        """What is decided but not told: for those who may decide it, the coordinator, and judges who have scored."""
        unbiased = self.decisions_open or Verb.REVIEW not in self.verbs or self.own_review is not None
        if not (unbiased and relations.sees_prepared(self.reader, self.record)):
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
        return reviews.reviews_shown_to(self.reader, self.record)

    @cached_property
    def hidden_reviews(self) -> int:
        """How many reviews there are that the reader may not see yet; only judges are told."""
        if not relations.reviews_it(self.reader, self.record):
            return 0
        return len(self.proposal.reviews) - len(self.reviews)

    @cached_property
    def asked(self) -> Sequence[PanelSeat]:
        """Who is asked to judge it; told to those who judge and the coordinator."""
        if not (self.reads_notes or relations.sits_on_its_panel(self.reader, self.record)):
            return []
        return [seat for seat in self.proposal.seats if seat.ended_at is None]

    @cached_property
    def given(self) -> int:
        """How many of those who are asked now have scored; what a former studio said is not counted against them."""
        return sum(seat.person_id in self.scorers for seat in self.asked)

    @cached_property
    def scorers(self) -> frozenset[int]:
        """Who has scored already."""
        return frozenset(review.reviewer_id for review in self.proposal.reviews)

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
        return relations.reads_notes(self.reader, self.record)

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

    @cached_property
    def written_on(self) -> date | None:
        """The day on the sheet of paper that it was written on, if it was and the reader may see the sheet."""
        sheet = paper.of_proposal(database(), self.record.id) if self.files(AttachmentRole.PAPER) else None
        return sheet.written_on if sheet else None

    @cached_property
    def not_searchable(self) -> Mapping[str, str]:
        """Why the search finds nothing in some documents, by SHA-256; told to whoever attached them."""
        own = {one.sha256 for one in self.record.attachments if one.uploaded_by_id == self.reader.id}
        if not own:
            return {}
        without = file_texts.without_text(database(), self.record.id)
        return {sha256: why_not_searchable(reason) for sha256, reason in without.items() if sha256 in own}


FORMS: Mapping[Verb, type[FlaskForm]] = {
    Verb.COMMENT: CommentForm,
    Verb.NOTE: CommentForm,
    Verb.ANSWER_INFORMATION_REQUEST: AnswerForm,
    Verb.STEP_ASIDE: WordsForm,
    Verb.WITHDRAW: WithdrawForm,
    Verb.APPEAL: WordsForm,
    Verb.REOPEN: WordsForm,
    Verb.UNDO_DUPLICATE: WordsForm,
    Verb.WAKE_UP: WordsForm,
    Verb.START_IMPLEMENTATION: StartForm,
    Verb.REPORT_IMPLEMENTATION: WordsForm,
    Verb.VERIFY_IMPLEMENTATION: WordsForm,
    Verb.CHECK_BENEFIT: BenefitForm,
    Verb.ACCEPT: ApproveForm,
    Verb.DECLINE: DeclineForm,
    Verb.PASS_ON: PassOnForm,
}
"""The small forms on the page itself."""


def load(number: str, forms: Mapping[Verb, FlaskForm] | None = None) -> ProposalPage:
    """Return the page's facts. Raises NotFound if there is no proposal that the reader may know of."""
    proposal = proposals.with_its_story(database(), number)
    if proposal is None or not relations.reads_it(me(), proposal):
        raise NotFound
    shown = shown_to(me(), proposal, neutral_file_name)
    return ProposalPage(shown, me(), forms or {}, proposal)


def load_for(verb: Verb, number: str) -> ProposalPage:
    """Return the page's facts for a form of its own. Raises NotFound, NotAllowed and WrongState as the act would."""
    page = load(number)
    permissions.require(page.reader, verb, page.record)
    workflow.target(verb, page.proposal.state, has_studio=page.proposal.studio_id is not None)
    return page


def show(number: str, forms: Mapping[Verb, FlaskForm] | None = None) -> str:
    """Render the page of a proposal; ``forms`` are those that came back with a mistake."""
    page = load(number, forms)
    return render_template("proposals/show.html", page=page, proposal=page.proposal, axis=scales.axis)
