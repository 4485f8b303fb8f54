"""Forms of a shared terminal, and of the paper that does without one."""

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from studio.wording.language import lazy_gettext as _
from views.forms import fields
from views.forms.base import Form

BADGE_LIMIT = 64
"""What a reader types for a badge may be longer than a staff number."""
CODE_LIMIT = 40


class PinForm(Form):
    """Staff number or badge, and PIN."""

    number = fields.needed_line(
        _("Staff number or badge"), _("Press your staff number, or hold your badge to the reader."), BADGE_LIMIT
    )
    pin = fields.pin(_("PIN"), _("Press your PIN."))


class FirstTimeForm(Form):
    """Staff number and password, and the PIN for next time."""

    number = fields.staff_number()
    password = fields.password(_("Password"), _("Write your password."))
    pin = fields.pin(_("A PIN for next time"))
    again = fields.pin_again()


class EnrolForm(Form):
    """The code that makes a browser a terminal."""

    code = fields.needed_line(_("Code"), _("Type the code that the administrator reads out."), CODE_LIMIT)


class OwnPinForm(Form):
    """One's own PIN, chosen or changed on a device of one's own."""

    password = fields.password(_("Your password"), _("Write your password."))
    pin = fields.pin(_("New PIN"), _("Write a PIN."))
    again = fields.pin_again()


class KioskForm(Form):
    """Where a terminal stands and whose it is."""

    name = StringField(
        _("Where does it stand?"),
        filters=[fields.one_line],
        validators=[DataRequired(_("Say where it stands, such as “Assembly hall, by the door”."))],
    )
    unit = SelectField(_("Unit"), validate_choice=False)
