"""Forms of the administration."""

from collections.abc import Sequence

from wtforms import SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired

from models import Role, Unit
from studio.wording import names, states
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.reviewing import cleaned


def unit_choices(units: Sequence[Unit]) -> list[SelectChoice]:
    """Return units as a list, each set in under the one it belongs to."""
    return [SelectChoice(unit.code, "　" * (len(unit.ancestor_ids) - 1) + names.name_of(unit)) for unit in units]


class RoleForm(Form):
    """A role and the unit it holds for."""

    role = SelectField(_l("Role"), validators=[InputRequired()])
    unit = SelectField(_l("For which unit and all below it"), validators=[InputRequired()])

    def offer(self, units: Sequence[Unit]) -> None:
        """Fill the lists."""
        self.role.choices = [SelectChoice(role.value, states.role_name(role)) for role in Role]
        self.unit.choices = unit_choices(units)


class UnitForm(Form):
    """Where a person works."""

    unit = SelectField(_l("Unit"), validators=[InputRequired()])

    def offer(self, units: Sequence[Unit], present: str) -> None:
        """Fill the list."""
        self.unit.choices = unit_choices(units)
        if not self.is_submitted():
            self.unit.data = present


class TryOutForm(Form):
    """A text to see where it would go; read from the address, changes nothing."""

    class Meta:
        """A question needs no token."""

        csrf = False

    text = TextAreaField(_l("What would the author write?"), filters=[cleaned])
    unit = SelectField(_l("Unit of the author"), validate_choice=False)

    def offer(self, units: Sequence[Unit]) -> None:
        """Fill the list."""
        self.unit.choices = [SelectChoice("", _l("Any")), *unit_choices(units)]
