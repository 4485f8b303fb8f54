"""Forms for other voices: a second opinion, and the workers' congress."""

from collections.abc import Sequence

from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from models import CongressAnswer, Recommendation, Studio
from studio.operations.congress import Resolution
from studio.wording import names, states
from studio.wording.language import lazy_gettext as _l
from views.forms.fields import DayField, one_line
from views.forms.reviewing import ProposalForm, cleaned


class RequestOpinionForm(ProposalForm):
    """What the author would like to know, and from which studio."""

    question = TextAreaField(_l("What should they look at?"), filters=[cleaned])
    studio_code = SelectField(_l("Which studio?"), validate_choice=False)

    def offer(self, studios: Sequence[Studio], suggested: str) -> None:
        """Fill the list; what fits best stands first and is chosen already."""
        ordered = sorted(studios, key=lambda one: one.code != suggested)
        choices = [SelectChoice(one.code, names.name_of(one)) for one in ordered]
        nothing = [] if suggested else [SelectChoice("", _l("Choose a studio"))]
        self.studio_code.choices = [*nothing, *choices]


class OpinionForm(ProposalForm):
    """What a studio that does not decide thinks of it."""

    recommendation = RadioField(
        _l("What would you do?"),
        choices=[SelectChoice(one.value) for one in Recommendation],
        validators=[InputRequired(_l("Say what you would do with it."))],
    )
    words = TextAreaField(_l("What do you think of it?"), filters=[cleaned])


class DeclineOpinionForm(ProposalForm):
    """Why a studio gives no opinion."""

    words = TextAreaField(_l("Why can your studio say nothing about it?"), filters=[cleaned])


class ReferForm(ProposalForm):
    """What the workers' congress is asked, and at which session."""

    question = TextAreaField(_l("What is the congress asked?"), filters=[cleaned])
    session_name = StringField(_l("Which session? (optional)"), filters=[one_line])
    meets_on = DayField(_l("When does it meet? (optional)"), validators=[Optional()])


class CongressAnswerForm(ProposalForm):
    """What the workers' congress said."""

    answer = RadioField(
        _l("What did the congress say?"),
        choices=[SelectChoice(one.value) for one in CongressAnswer],
        validators=[InputRequired(_l("Choose what the congress said."))],
    )
    dealt_with_on = DayField(_l("Day of the session"), validators=[Optional()])
    words = TextAreaField(_l("In its own words"), filters=[cleaned])

    def resolution(self) -> Resolution:
        """Return what was written down."""
        answer = CongressAnswer(self.answer.data)
        return Resolution(answer=answer, dealt_with_on=self.dealt_with_on.data, words=self.words.data)


def opinion_form() -> OpinionForm:
    """Return the form with the recommendations in the reader's language."""
    form = OpinionForm()
    form.recommendation.choices = [SelectChoice(one.value, states.recommendation_name(one)) for one in Recommendation]
    return form


def congress_answer_form() -> CongressAnswerForm:
    """Return the form with the answers in the reader's language."""
    form = CongressAnswerForm()
    form.answer.choices = [SelectChoice(one.value, states.congress_answer_name(one)) for one in CongressAnswer]
    return form
