"""The form in which somebody chooses which mails come."""

from collections.abc import Mapping

from wtforms import BooleanField, RadioField, SelectChoice

from models import NoticeChoice, NoticeGroup
from studio.wording.language import lazy_gettext as _
from studio.wording.notices import GROUPS
from views.forms.base import Form


def _choice_of(group: NoticeGroup) -> RadioField:
    name, what = GROUPS[group]
    choices = [
        SelectChoice(NoticeChoice.AT_ONCE, _("At once")),
        SelectChoice(NoticeChoice.DAILY, _("Once a day")),
        SelectChoice(NoticeChoice.APP, _("Not by mail")),
    ]
    return RadioField(name, description=what, choices=choices)


class MailsForm(Form):
    """One choice for each kind of event, and the monthly digest."""

    request = _choice_of(NoticeGroup.REQUEST)
    decision = _choice_of(NoticeGroup.DECISION)
    answer = _choice_of(NoticeGroup.ANSWER)
    mention = _choice_of(NoticeGroup.MENTION)
    assignment = _choice_of(NoticeGroup.ASSIGNMENT)
    deadline = _choice_of(NoticeGroup.DEADLINE)
    work = _choice_of(NoticeGroup.WORK)
    benefit = _choice_of(NoticeGroup.BENEFIT)
    filing = _choice_of(NoticeGroup.FILING)
    wake_up = _choice_of(NoticeGroup.WAKE_UP)
    digest_by_mail = BooleanField(_("Send me the monthly digest"))

    def choices(self) -> Mapping[NoticeGroup, NoticeChoice]:
        """Return what was chosen."""
        return {group: NoticeChoice(self[group].data) for group in NoticeGroup}
