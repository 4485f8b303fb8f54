"""The form for a web hook."""

from collections.abc import Sequence

from wtforms import PasswordField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField

from models import Hook, HookKind, HookTopic, Studio, Unit
from studio.operations.hooks import Wanted
from studio.wording.hooks import hook_kind_name, hook_topic_name
from studio.wording.language import lazy_gettext as _
from studio.wording.names import name_of
from views.forms.administration import unit_choices
from views.forms.base import Form
from views.forms.fields import one_line


class HookForm(Form):
    """Whom it tells, what and in which language; the rules lie below."""

    kind = RadioField(_("Who is told?"), default=HookKind.WECOM.value)
    name = StringField(_("What is it called?"), filters=[one_line])
    address = StringField(_("Address"), filters=[one_line])
    secret = PasswordField(_("Secret"), filters=[one_line])
    topics = SelectMultipleField(_("What is told?"))
    studio = SelectField(_("Only what this studio has"), default="")
    unit = SelectField(_("Only what comes from this unit and below"), default="")
    locale = RadioField(
        _("Language"), default="zh_CN", choices=[SelectChoice("zh_CN", "中文"), SelectChoice("en", "English")]
    )

    def offer(self, studios: Sequence[Studio], units: Sequence[Unit]) -> None:
        """Fill the lists."""
        self.kind.choices = [SelectChoice(kind.value, hook_kind_name(kind)) for kind in HookKind]
        self.topics.choices = [SelectChoice(topic.value, hook_topic_name(topic)) for topic in HookTopic]
        every = SelectChoice("", _("Any"))
        self.studio.choices = [every, *(SelectChoice(one.code, name_of(one)) for one in studios)]
        self.unit.choices = [every, *unit_choices(units)]

    def show(self, hook: Hook) -> None:
        """Fill in a hook as it is; what lets anybody in stays empty."""
        self.name.data, self.locale.data, self.topics.data = hook.name, hook.locale, list(hook.topics)
        self.studio.data = hook.studio.code if hook.studio else ""
        self.unit.data = hook.unit.code if hook.unit else ""

    @property
    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(
            name=self.name.data or "",
            address=self.address.data or "",
            secret=self.secret.data or "",
            locale=self.locale.data or "",
            topics=frozenset(HookTopic(topic) for topic in self.topics.data or ()),
            studio_code=self.studio.data or "",
            unit_code=self.unit.data or "",
        )
