"""The form that makes a token for a program."""

from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired

from studio.wording.language import lazy_gettext as _
from views.forms.base import Form
from views.forms.fields import one_line


class TokenForm(Form):
    """What it is for, how long it lives, and whether it may file."""

    name = StringField(
        _("What is it for?"),
        filters=[one_line],
        validators=[DataRequired(_("Say what the token is for, such as “MES line 3”."))],
    )
    days = RadioField(
        _("How long does it hold?"),
        default="90",
        choices=[
            SelectChoice("30", _("30 days")),
            SelectChoice("90", _("90 days")),
            SelectChoice("365", _("a year")),
        ],
    )
    may_file = BooleanField(_("It may file proposals in my name too, not only read"))
