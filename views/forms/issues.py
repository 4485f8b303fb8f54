"""The forms for an issue of the digest: a word on top, and the day on which issues go out."""

from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from studio.domain.issues import LAST_HOUR
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.fields import one_line, typed

MOST_DIGITS = 3
"""Of a day; more is a slip of the finger."""


def number_in(text: str | None) -> int:
    """Return a number as it was typed; what is none is -1, which no rule lets pass."""
    plain = text or ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= MOST_DIGITS else -1


class NoteForm(Form):
    """What a coordinator says on top of an issue, in either language or in both."""

    note_zh = TextAreaField(_l("In Chinese"), filters=[typed])
    note_en = TextAreaField(_l("In English (optional)"), filters=[typed])
    seen = HiddenField()


class ScheduleForm(Form):
    """When issues go out."""

    day = StringField(_l("Day of the month"), filters=[one_line])
    hour = SelectField(_l("Time"), choices=[SelectChoice(str(hour), f"{hour:02}:00") for hour in range(LAST_HOUR + 1)])
