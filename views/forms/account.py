"""Forms of signing in and of one's own account."""

from dataclasses import dataclass

from wtforms import BooleanField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional

from studio.wording.language import lazy_gettext as _
from views.forms.base import Form
from views.forms.fields import DayField, one_line

NUMBER_LIMIT = 32
NAME_LIMIT = 80
PASSWORD_LIMIT = 200
"""Longer than anybody types, short enough to hash."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person signs in with. ``remember`` keeps the session when the browser closes."""

    employee_no: str
    password: str
    remember: bool


class SignInForm(Form):
    """Staff number and password."""

    employee_no = StringField(
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
    remember = BooleanField(_("Only I use this device; remember me"))

    def credentials(self) -> Credentials:
        """Return what was typed."""
        return Credentials(str(self.employee_no.data), str(self.password.data), bool(self.remember.data))


class ChangePasswordForm(Form):
    """The old password, and the new one twice. How good it must be is said below."""

    old = PasswordField(
        _("Password until now"),
        validators=[DataRequired(_("Write the password you have now.")), Length(max=PASSWORD_LIMIT)],
    )
    new = PasswordField(
        _("New password"),
        validators=[
            DataRequired(_("Write a new password.")),
            Length(max=PASSWORD_LIMIT, message=_("That is too long.")),
        ],
    )
    again = PasswordField(
        _("New password once more"),
        validators=[EqualTo("new", message=_("The two are not the same. Type the new one once more."))],
    )


class SetupForm(Form):
    """The first administrator, while nobody exists."""

    employee_no = StringField(
        _("Staff number"),
        filters=[one_line],
        validators=[
            DataRequired(_("Write your staff number.")),
            Length(max=NUMBER_LIMIT, message=_("That is too long.")),
        ],
    )
    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[DataRequired(_("Write your name.")), Length(max=NAME_LIMIT, message=_("That is too long."))],
    )
    new = PasswordField(
        _("Password"),
        validators=[DataRequired(_("Write a password.")), Length(max=PASSWORD_LIMIT, message=_("That is too long."))],
    )
    again = PasswordField(
        _("Password once more"),
        validators=[EqualTo("new", message=_("The two are not the same. Type it once more."))],
    )


class AbsenceForm(Form):
    """When somebody is away, and who stands in."""

    first_on = DayField(_("First day"), validators=[Optional()])
    last_on = DayField(_("Last day"), validators=[Optional()])
    deputy_no = StringField(_("Who stands in (staff number)"), filters=[one_line])


class PreferencesForm(Form):
    """How somebody likes the pages."""

    locale = RadioField(_("Language"), choices=[SelectChoice("zh_CN", "中文"), SelectChoice("en", "English")])
    theme = RadioField(
        _("Light or dark"),
        choices=[
            SelectChoice("auto", _("As the device has it")),
            SelectChoice("light", _("Light")),
            SelectChoice("dark", _("Dark")),
        ],
    )
