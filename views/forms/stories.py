"""The form for telling what was put to use."""

from collections.abc import Sequence

from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField

from models import Attachment, Story
from studio.operations.stories import Telling
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.fields import one_line, typed

WITHOUT = ""


class StoryForm(Form):
    """A headline, a few words and two photos; the rules lie below."""

    revision = HiddenField()
    headline = StringField(_l("Headline"), filters=[one_line])
    words = TextAreaField(_l("A few words"), filters=[typed])
    before = RadioField(_l("Photo before"), default=WITHOUT)
    after = RadioField(_l("Photo after"), default=WITHOUT)

    def offer(self, before: Sequence[Attachment], after: Sequence[Attachment]) -> None:
        """Fill the lists of photos."""
        for field, photos in ((self.before, before), (self.after, after)):
            field.choices = [*(SelectChoice(str(one.id), one.caption) for one in photos), _without()]

    @property
    def seen_revision(self) -> int:
        """Which revision the writer had before him; 0, which no story has, if the page was tampered with."""
        text = self.revision.data or ""
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0  # noqa: PLR2004 - what fits an integer

    def telling(self) -> Telling:
        """Return what was written."""
        chosen = [int(data) if data else None for data in (self.before.data, self.after.data)]
        return Telling(self.headline.data or "", self.words.data or "", *chosen)


def written(story: Story) -> dict[str, object]:
    """Return a story as the form shows it."""
    photos = {"before": story.before_id, "after": story.after_id}
    shown = {name: str(photo) if photo is not None else WITHOUT for name, photo in photos.items()}
    return {"headline": story.headline, "words": story.words, "revision": str(story.revision), **shown}


def suggested(before: Sequence[Attachment], after: Sequence[Attachment]) -> dict[str, object]:
    """Return the photos that a new story begins with: the first before and the last after."""
    return {
        "before": str(before[0].id) if before else WITHOUT,
        "after": str(after[-1].id) if after else WITHOUT,
    }


def _without() -> SelectChoice:
    return SelectChoice(WITHOUT, _l("No photo"))
