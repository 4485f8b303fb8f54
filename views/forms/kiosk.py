"""Forms of a shared terminal, and of the paper that does without one."""

from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from studio.wording.language import lazy_gettext as _
from views.forms.account import NUMBER_LIMIT, PASSWORD_LIMIT
from views.forms.base import Form
from views.forms.fields import one_line

BADGE_LIMIT = 64
"""What a reader types for a badge may be longer than a staff number."""
PIN_LIMIT = 16
CODE_LIMIT = 40


class PinForm(Form):
    """Staff number or badge, and PIN."""

    number = StringField(
        _("Staff number or badge"),
        filters=[one_line],
        validators=[
            DataRequired(_("Press your staff number, or hold your badge to the reader.")),
            Length(max=BADGE_LIMIT, message=_("That is too long.")),
        ],
    )
    pin = PasswordField(
        _("PIN"),
        validators=[DataRequired(_("Press your PIN.")), Length(max=PIN_LIMIT, message=_("That is too long."))],
    )


class FirstTimeForm(Form):
    """Staff number and password, and the PIN for next time."""

    number = StringField(
        _("Staff number"),
        filters=[one_line],
        validators=[
            DataRequired(_("Write your staff number.")),
            Length(max=NUMBER_LIMIT, message=_("That is too long.")),
        ],
    )
    password = PasswordField(
        _("Password"),
        validators=[
            DataRequired(_("Write your password.")),
            Length(max=PASSWORD_LIMIT, message=_("That is too long.")),
        ],
    )
    pin = PasswordField(_("A PIN for next time"), validators=[Length(max=PIN_LIMIT, message=_("That is too long."))])
    again = PasswordField(
        _("The PIN once more"),
        validators=[EqualTo("pin", message=_("The two are not the same. Type the PIN once more."))],
    )


class EnrolForm(Form):
    """The code that makes a browser a terminal."""

    code = StringField(
        _("Code"),
        filters=[one_line],
        validators=[
            DataRequired(_("Type the code that the administrator reads out.")),
            Length(max=CODE_LIMIT, message=_("That is too long.")),
        ],
    )


class OwnPinForm(Form):
    """One's own PIN, chosen or changed on a device of one's own."""

    password = PasswordField(
        _("Your password"),
        validators=[
            DataRequired(_("Write your password.")),
            Length(max=PASSWORD_LIMIT, message=_("That is too long.")),
        ],
    )
    pin = PasswordField(
        _("New PIN"),
        validators=[DataRequired(_("Write a PIN.")), Length(max=PIN_LIMIT, message=_("That is too long."))],
    )
    again = PasswordField(
        _("The PIN once more"),
        validators=[EqualTo("pin", message=_("The two are not the same. Type the PIN once more."))],
    )


class KioskForm(Form):
    """Where a terminal stands and whose it is."""

    name = StringField(
        _("Where does it stand?"),
        filters=[one_line],
        validators=[DataRequired(_("Say where it stands, such as “Assembly hall, by the door”."))],
    )
    unit = SelectField(_("Unit"), validate_choice=False)
