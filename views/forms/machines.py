"""The form for a machine or place."""

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from models import Machine, MachineKind, Unit
from studio.operations.machines import Plate
from studio.wording.language import lazy_gettext as _l
from studio.wording.machines import machine_kind_name
from views.forms.administration import unit_choices
from views.forms.base import Form
from views.forms.fields import DayField, one_line

MOST_DIGITS = 9


class MachineForm(Form):
    """What may change of a machine; ``seen`` is the revision that the page began from."""

    seen = HiddenField()
    name_zh = StringField(_l("Name in Chinese"), filters=[one_line])
    name_en = StringField(_l("Name in English (optional)"), filters=[one_line])
    kind = SelectField(_l("Machine or place"))
    unit = SelectField(_l("Unit it belongs to"), validators=[InputRequired()])
    within = StringField(_l("Stands in, or is a part of (a code, optional)"), filters=[one_line])
    in_use_until = DayField(_l("Out of use since (empty while it is in use)"), validators=[Optional()])

    def offer(self, units: Sequence[Unit]) -> None:
        """Fill the lists."""
        self.kind.choices = [SelectChoice(kind.value, machine_kind_name(kind)) for kind in MachineKind]
        self.unit.choices = unit_choices(units)

    def show(self, machine: Machine) -> None:
        """Fill the form with what is known."""
        self.seen.data = str(machine.revision)
        self.name_zh.data, self.name_en.data, self.kind.data = machine.name_zh, machine.name_en, machine.kind.value
        self.unit.data, self.in_use_until.data = machine.unit.code, machine.in_use_until
        self.within.data = machine.within.code if machine.within else ""

    @property
    def was(self) -> int:
        """The revision that was seen; a forged one fits none."""
        seen = self.seen.data or ""
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= MOST_DIGITS else -1

    def plate(self, unit: Unit) -> Plate:
        """Return what was written."""
        return Plate(
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            kind=MachineKind(self.kind.data),
            unit=unit,
            within=self.within.data or "",
            in_use_until=self.in_use_until.data,
        )


class NewMachineForm(MachineForm):
    """One that is not on the list yet has a code to give."""

    code = StringField(_l("Code, as on the plate"), filters=[one_line])


class TableForm(Form):
    """A file with machines."""

    file = FileField(_l("CSV, Excel or JSON lines"))
