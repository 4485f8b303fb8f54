"""The form for something that deferrals can wait for."""

from collections.abc import Sequence

from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import Optional

from models import Unit
from studio.wording import names
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.fields import DayField, one_line


class OccasionForm(Form):
    """Its name in both languages and where it happens; the rules of each lie below."""

    name_zh = StringField(_l("What is waited for, in Chinese"), filters=[one_line])
    name_en = StringField(_l("The same in English (optional)"), filters=[one_line])
    unit = SelectField(_l("Where it happens"))

    def offer(self, units: Sequence[Unit]) -> None:
        """Fill the list with the units one coordinates."""
        self.unit.choices = [SelectChoice("", _l("Whole firm")), *(_choice(unit) for unit in units)]


class ChangeForm(Form):
    """Another name, or the day for what waits when it is switched off."""

    name_zh = StringField(_l("What is waited for, in Chinese"), filters=[one_line])
    name_en = StringField(_l("The same in English (optional)"), filters=[one_line])
    until = DayField(_l("Look at what waits for it again on"), validators=[Optional()])


def _choice(unit: Unit) -> SelectChoice:
    return SelectChoice(unit.code, "　" * (len(unit.ancestor_ids) - 1) + names.name_of(unit))
