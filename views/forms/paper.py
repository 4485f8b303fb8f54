"""Forms about forms: how many to print, which one it is, and what stands on it."""

from wtforms import BooleanField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from studio.domain.paper import MOST_SHEETS
from studio.operations.filing import Filing
from studio.queries.staff_numbers import as_typed
from studio.wording.language import lazy_gettext as _
from views.forms.base import Form
from views.forms.fields import DayField, one_line, typed

CODE_LIMIT = 40
NAME_LIMIT = 80


class SheetsForm(Form):
    """For whom and how many."""

    unit = SelectField(_("For which team"), validate_choice=False)
    sheets = IntegerField(
        _("How many sheets"), default=10, validators=[InputRequired(_("Write how many, from 1 to 50."))]
    )
    most = MOST_SHEETS


class FindForm(Form):
    """The code on a sheet; read from the address, changes nothing."""

    class Meta:
        """A question needs no token."""

        csrf = False

    code = StringField(_("Code on the sheet"), filters=[one_line], validators=[Length(max=CODE_LIMIT)])


class KeyForm(Form):
    """What stands on the sheet."""

    status = 422
    """What the page answers when something is wrong; a refused file has a status of its own."""

    submitter_no = StringField(
        _("Who wrote it"),
        filters=[lambda text: as_typed(text or "")],
        validators=[
            DataRequired(_("Write the name or staff number that stands on the sheet.")),
            Length(max=NAME_LIMIT, message=_("That is too long.")),
        ],
    )
    written_on = DayField(_("Day on the sheet"), validators=[Optional()])
    problem = TextAreaField(_("What is wrong now?"), filters=[typed])
    measure = TextAreaField(_("What would you change?"), filters=[typed])
    effect = TextAreaField(_("What good will it do?"), filters=[typed])
    location = StringField(_("Place or machine"), filters=[typed])
    safety = BooleanField(_("This is a safety matter"))
    already_done = BooleanField(_("It is done already"))
    original = FileField(_("The sheet itself"))

    def filing(self, submitter_no: str, urgent_codes: tuple[str, ...]) -> Filing:
        """Return what stands on the sheet; whoever wrote it has been found already, and what the urgent themes are."""
        return Filing(
            problem=self.problem.data or "",
            measure=self.measure.data or "",
            effect=self.effect.data or "",
            location=self.location.data or "",
            already_done=bool(self.already_done.data),
            theme_codes=urgent_codes[:1] if self.safety.data else (),
            submitter_no=submitter_no,
        )
