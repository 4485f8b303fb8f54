"""Forms of signing in and of one's own account."""

from dataclasses import dataclass

from wtforms import BooleanField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import EqualTo, Optional

from studio.wording.language import lazy_gettext as _
from views.forms import fields
from views.forms.base import Form

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person signs in with. ``remember`` keeps the session when the browser closes."""

    employee_no: str
    password: str
    remember: bool


class SignInForm(Form):
    """Staff number and password."""

    employee_no = fields.staff_number()
    password = fields.password(_("Password"), _("Write your password."))
    remember = BooleanField(_("Only I use this device; remember me"))

    def credentials(self) -> Credentials:
        """Return what was typed."""
        return Credentials(str(self.employee_no.data), str(self.password.data), bool(self.remember.data))


class ChangePasswordForm(Form):
    """The old password, and the new one twice. How good it must be is said below."""

    old = fields.password(_("Current password"), _("Write the password you have now."))
    new = fields.password(_("New password"), _("Write a new password."))
    again = PasswordField(
        _("New password once more"),
        validators=[EqualTo("new", message=_("The two are not the same. Type the new one once more."))],
    )


class SetupForm(Form):
    """The first administrator, while nobody exists."""

    employee_no = fields.staff_number()
    name = fields.needed_line(_("Name"), _("Write your name."), NAME_LIMIT)
    new = fields.password(_("Password"), _("Write a password."))
    again = PasswordField(
        _("Password once more"),
        validators=[EqualTo("new", message=_("The two are not the same. Type it once more."))],
    )


class AbsenceForm(Form):
    """When somebody is away, and who stands in."""

    first_on = fields.DayField(_("First day"), validators=[Optional()])
    last_on = fields.DayField(_("Last day"), validators=[Optional()])
    deputy_no = StringField(_("Who stands in (staff number)"), filters=[fields.one_line])


class PreferencesForm(Form):
    """How somebody likes the pages."""

    locale = RadioField(_("Language"), choices=[SelectChoice("zh_CN", "中文"), SelectChoice("en", "English")])
    theme = RadioField(
        _("Light or dark"),
        choices=[
            SelectChoice("auto", _("Same as the device")),
            SelectChoice("light", _("Light")),
            SelectChoice("dark", _("Dark")),
        ],
    )
