"""One proposal on one page: what the reader may know of it and may do now. Shared by all views that show it."""

from collections.abc import Mapping
from functools import cached_property

from flask import render_template
from flask_wtf import FlaskForm

from models import Verb
from studio.domain import permissions, relations, workflow
from studio.domain.errors import NotFound
from studio.queries import proposals
from studio.queries.blinding import shown_to
from studio.wording.names import neutral_file_name
from views import scales
from views.access import database, me
from views.forms.reviewing import AnswerForm, BenefitForm, CommentForm, StartForm, WithdrawForm, WordsForm
from views.forms.team import ApproveForm, DeclineForm, PassOnForm
from views.sides.judging import Judging
from views.sides.kin import Kin
from views.sides.voices import Voices
from views.sides.work import Work


class ProposalPage(Judging, Voices, Kin, Work):
    """What the templates of one proposal may ask for; ``views.sides`` has the sides."""

    @cached_property
    def waits_for_reader(self) -> bool:
        """Whether somebody waits for an answer, scores, a decision or an opinion of this reader."""
        scores = Verb.REVIEW in self.verbs and self.own_review is None
        answers = bool(self.verbs & {Verb.ANSWER_INFORMATION_REQUEST, Verb.VERIFY_IMPLEMENTATION})
        settles = self.with_team and Verb.ACCEPT in self.verbs
        return scores or answers or settles or self.decisions_open or self.owes_opinion

    def form(self, verb: Verb) -> FlaskForm:
        """Return the form of a verb: the one just sent in with its mistakes, or an empty one; ids are unique."""
        form = self.forms.get(verb) or FORMS[verb](formdata=None)
        for field in form:
            field.id = f"{verb}-{field.name}"
        return form


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
