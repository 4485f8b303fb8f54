"""The form that asks for a table of reviews."""

from collections.abc import Sequence

from wtforms import SelectField
from wtforms.validators import InputRequired

from models import Studio
from studio.wording.language import lazy_gettext as _
from studio.wording.names import name_of
from views.forms.base import Form
from views.forms.fields import DayField


class ReviewExportForm(Form):
    """A studio and two days, both included."""

    studio_code = SelectField(_("Studio"))
    first_on = DayField(_("First day"), validators=[InputRequired(_("Write a day, such as 2027-03-01."))])
    last_on = DayField(_("Last day"), validators=[InputRequired(_("Write a day, such as 2027-03-01."))])

    def offer(self, studios: Sequence[Studio]) -> None:
        """Let these studios be chosen."""
        self.studio_code.choices = [(one.code, name_of(one)) for one in studios]
