"""Forms of one proposal's way: words, a review, a question, the road to another studio, small acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, ValidationError

from models import Criterion, Recommendation, Review, RubricVersion, Studio
from studio.domain.completeness import clean_text
from studio.domain.errors import Problem
from studio.wording import names, states
from studio.wording.language import lazy_gettext as _l
from studio.wording.problems import problem_sentence
from views.forms.base import Form
from views.forms.fields import YuanField

SCORE_PREFIX = "score_"


def cleaned(text: str | None) -> str:
    """Return typed text without what cannot be stored or seen."""
    return clean_text(text or "")


class ProposalForm(Form):
    """Parent of every form that changes a proposal: it says which revision its page was made from."""

    revision = HiddenField()

    @property
    def seen_revision(self) -> int:
        """The revision the page showed; a forged one fits no proposal."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - digits of an id


class CommentForm(ProposalForm):
    """A comment or a note."""

    body = TextAreaField(_l("Your words"), filters=[cleaned])


class AnswerForm(ProposalForm):
    """What the submitter answers to a question."""

    answer = TextAreaField(_l("Your answer"), filters=[cleaned])


class WithdrawForm(ProposalForm):
    """Taking it back; nobody has to say why."""

    reason = TextAreaField(_l("Why? You need not say."), filters=[cleaned])


class WordsForm(ProposalForm):
    """An act with a few words: an appeal, taking it up again, reporting, checking."""

    words = TextAreaField(_l("A few words"), filters=[cleaned])


class StartForm(ProposalForm):
    """Who does the work."""

    owner_no = StringField(_l("Staff number of who does it; empty: you"), filters=[cleaned])


class BenefitForm(ProposalForm):
    """The money that finance confirms."""

    yuan = YuanField(
        _l("Checked benefit in the first year, in yuan"),
        validators=[DataRequired(_l("Write the amount in yuan, for example 24100."))],
    )

    def confirmed(self) -> Decimal:
        """Return the amount in yuan; a form that is whole has one."""
        return cast("Decimal", self.yuan.amount)


class QuestionForm(ProposalForm):
    """What a reviewer asks the submitter."""

    question = TextAreaField(_l("What would you like to know?"), filters=[cleaned])


class TransferForm(ProposalForm):
    """To which other studio, and why."""

    studio_code = SelectField(_l("Which studio knows better?"), validate_choice=False)
    words = TextAreaField(_l("Why there?"), filters=[cleaned])

    def offer(self, studios: Sequence[Studio]) -> None:
        """Fill the list of studios."""
        self.studio_code.choices = [
            SelectChoice("", _l("Choose a studio")),
            *(SelectChoice(one.code, names.name_of(one)) for one in studios),
        ]


@dataclass(frozen=True, slots=True)
class ReviewInput:
    """What a reviewer gave."""

    scores: Mapping[str, int]
    recommendation: Recommendation
    comment: str


class ReviewForm(ProposalForm):
    """Recommendation and comment; the scores' fields are added for the proposal's rubric by ``review_form``."""

    rubric_version = HiddenField()
    recommendation = RadioField(
        _l("What would you do?"),
        choices=[SelectChoice(one.value) for one in Recommendation],
        validators=[InputRequired(_l("Say what you would do with it."))],
    )
    comment = TextAreaField(_l("A word to the author and the lead"), filters=[cleaned])

    def score_fields(self) -> list[Field]:
        """Return the fields of the rubric, in its order."""
        return [field for field in self if field.name.startswith(SCORE_PREFIX)]

    def given(self) -> ReviewInput:
        """Return what was typed."""
        return ReviewInput(
            scores={field.name.removeprefix(SCORE_PREFIX): field.data for field in self.score_fields()},
            recommendation=Recommendation(self.recommendation.data),
            comment=self.comment.data,
        )


def review_form(version: RubricVersion, own: Review | None) -> ReviewForm:
    """Return the form for the criteria of the version, filled with the reviewer's own earlier review."""
    earlier = {score.criterion.code: score.score for score in own.scores} if own else {}
    fields: dict[str, Any] = {f"{SCORE_PREFIX}{one.code}": _score(one) for one in version.criteria}
    form: ReviewForm = type("ReviewFormOfTheDay", (ReviewForm,), fields)(
        data={
            **{f"{SCORE_PREFIX}{code}": score for code, score in earlier.items()},
            "recommendation": own.recommendation.value if own else None,
            "comment": own.comment if own else "",
        }
    )
    form.recommendation.choices = [SelectChoice(one.value, states.recommendation_name(one)) for one in Recommendation]
    return form


def of_this_version(form: ReviewForm, version: RubricVersion) -> bool:
    """Tell whether the page was made from this version of the rubric; if not, say so on the form and renew it."""
    seen, form.rubric_version.data = form.rubric_version.data, str(version.id)
    if seen in {None, "", str(version.id)}:
        return True
    form.form_errors.append(problem_sentence(Problem("criterion_unknown")))
    return False


def _score(criterion: Criterion) -> Any:  # noqa: ANN401 - WTForms' unbound field
    ends = {"lowest": criterion.lowest, "highest": criterion.highest}
    a_score = problem_sentence(Problem("score_out_of_range", params=ends))

    def on_its_scale(_form: Form, field: Field) -> None:
        """Refuse what is no score. WTForms' own check falls over numbers of hundreds of digits."""
        if field.data is None or not criterion.lowest <= field.data <= criterion.highest:
            field.errors[:] = []  # one sentence is enough
            raise ValidationError(a_score)

    return IntegerField(names.name_of(criterion), validators=[InputRequired(a_score), on_its_scale])


class AssignForm(ProposalForm):
    """To which studio the coordinator sends a proposal; words to it are welcome."""

    studio_code = StringField(_l("Studio"), filters=[cleaned])
    words = StringField(_l("A word to the studio"), filters=[cleaned])
