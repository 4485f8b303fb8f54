"""The form that says: this one repeats that one; mark it, or make one of the two."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired

from models import Verb
from studio.domain.shares import Share
from studio.operations.deciding import Verdict
from studio.wording.language import lazy_gettext as _l
from views.forms.fields import one_line
from views.forms.reviewing import ProposalForm, cleaned

MARK, MERGE = "mark", "merge"
SHARE_PREFIX = "share_"
MARKING = _l("Only mark it: this one is closed, the other stays as it is")
MERGING = _l("Make one of the two: this one is closed, its authors share in the other")


class RepeatForm(ProposalForm):
    """How, why, and who shares how much; the shares' fields are added by ``repeat_form``."""

    original_revision = HiddenField()
    way = RadioField(_l("What should happen to it?"), validators=[InputRequired(_l("Choose one of the two."))])
    reason = TextAreaField(_l("Reason"), filters=[cleaned])
    people: Sequence[Share] = ()

    @property
    def merges(self) -> bool:
        """Whether the two are to become one."""
        return bool(self.way.data == MERGE)

    @property
    def seen_original(self) -> int:
        """The revision of the original that the page showed; a forged one fits none."""
        text = self.original_revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - digits of an id

    def share_fields(self) -> list[Any]:
        """Return the fields of the shares, in the order of the people."""
        return [self[f"{SHARE_PREFIX}{row}"] for row in range(len(self.people))]

    def verdict(self, number: str) -> Verdict:
        """Return what was decided about a repeat of the proposal with this number."""
        shares = [_share(one, field.data) for one, field in zip(self.people, self.share_fields(), strict=True)]
        return Verdict(
            verb=Verb.MARK_DUPLICATE,
            reason=self.reason.data,
            duplicate_of=number,
            shares=shares if self.merges else (),
        )


def repeat_form(people: Sequence[Share], names: Sequence[str], revision: int) -> RepeatForm:
    """Return the form with a field for everybody's share; without people the two cannot become one."""
    fields: dict[str, Any] = {
        f"{SHARE_PREFIX}{row}": StringField(name, filters=[one_line]) for row, name in enumerate(names)
    }
    given: Mapping[str, Any] = {f"{SHARE_PREFIX}{row}": str(one.percent) for row, one in enumerate(people)}
    form: RepeatForm = type("RepeatFormOfTwo", (RepeatForm,), {**fields, "people": people})(
        data={**given, "way": None if people else MARK, "original_revision": str(revision)}
    )
    ways = [SelectChoice(MARK, MARKING), SelectChoice(MERGE, MERGING)]
    form.way.choices = ways if people else ways[:1]
    return form


def _share(suggested: Share, typed: str | None) -> Share:
    """Return the share as typed; what is no number is 0, which the rules refuse in words."""
    text = (typed or "").removesuffix("%").strip()
    return Share(suggested.person, int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0)  # noqa: PLR2004 - digits of 100
