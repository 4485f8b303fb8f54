"""The form that files a proposal: three questions first, the rest folded away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from models import Kind, Person, Proposal, Theme
from studio.domain.completeness import ProposalTexts, open_questions
from studio.domain.shares import shared_out
from studio.operations.filing import Filing, Share
from studio.queries.staff_numbers import as_typed
from studio.wording.language import gettext
from studio.wording.language import lazy_gettext as _
from studio.wording.names import called_and_numbered, joined, name_of
from views.forms.base import Form
from views.forms.fields import YuanField, one_line, typed

MOST_PEOPLE = 12
KEY_LIMIT = 64


@dataclass(frozen=True, slots=True)
class CoAuthorRow:
    """One row as typed: staff number or name, and a share that may be left empty."""

    who: str
    percent: str


class CoAuthorsField(Field):
    """Rows of co-authors. Shares left empty are split evenly with the submitter; his own is what remains."""

    data: list[CoAuthorRow]

    def process_data(self, value: object) -> None:
        """Take over the rows of a draft."""
        self.data = list(value) if isinstance(value, list) else []

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Each row sends who and how much, in this order; rows with nothing in them are dropped."""
        pairs = zip(valuelist[::2], valuelist[1::2], strict=False)
        rows = [CoAuthorRow(as_typed(who)[:80], one_line(percent)[:8]) for who, percent in pairs]
        self.data = [row for row in rows if row.who or row.percent][:MOST_PEOPLE]


class FilingForm(Form):
    """What a worker is asked. Whether it is enough is said by ``studio.domain.completeness``."""

    status = 422
    """What the page answers when something is wrong; a refused file has a status of its own."""

    filing_key = HiddenField()
    call = HiddenField()
    """The code of the call that it answers."""
    revision = IntegerField(validators=[Optional()])
    title = StringField(_("Its name, if you like"), filters=[typed])
    problem = TextAreaField(_("What is wrong now?"), filters=[typed])
    measure = TextAreaField(_("What would you change?"), filters=[typed])
    effect = TextAreaField(_("What good will it do?"), filters=[typed])
    safety = BooleanField(_("This is a safety matter"))
    location = StringField(_("Place or machine"), filters=[typed])
    kind_code = SelectField(_("Kind"), default="", validate_choice=False)
    theme_codes = SelectMultipleField(_("What it improves"), validate_choice=False)
    submitter_no = SelectField(_("Who thought of it"), default="", validate_choice=False)
    shares = CoAuthorsField(_("Who worked on it"))
    already_done = BooleanField(_("It is done already"))
    claimed_benefit = YuanField(_("Saves in a year, in yuan"))
    cost = YuanField(_("Costs, in yuan"))
    prospects = TextAreaField(_("Where else could it be used?"), filters=[typed])
    contact_phone = StringField(_("Phone, if you like"), filters=[typed])
    confidential = BooleanField(_("Keep it confidential"))
    anonymous = BooleanField(_("File it without my name being shown"))
    before = FileField(_("Before"))
    after = FileField(_("After"))
    files = MultipleFileField(_("More files"))

    def offer(self, kinds: Sequence[Kind], themes: Sequence[Theme], team: Sequence[Person], actor: Person) -> None:
        """Fill the lists to choose from. Themes that are urgent have a switch of their own."""
        self.kind_code.choices = [
            SelectChoice("", gettext("Not sure")),
            *(SelectChoice(kind.code, name_of(kind)) for kind in kinds),
        ]
        self.theme_codes.choices = [SelectChoice(theme.code, name_of(theme)) for theme in themes if not theme.urgent]
        self.urgent_codes = tuple(theme.code for theme in themes if theme.urgent)
        others = [person for person in team if person.id != actor.id]
        self.submitter_no.choices = [
            SelectChoice("", gettext("Myself")),
            *(SelectChoice(p.employee_no, f"{name_of(p)} {p.employee_no}") for p in others),
        ]

    @property
    def asking(self) -> str:
        """The one of the three questions that is still open, if all else is in order; then only that is asked."""
        texts = ProposalTexts(
            problem=self.problem.data or "", measure=self.measure.data or "", effect=self.effect.data or ""
        )
        open_ones = open_questions(texts)
        return open_ones[0] if tuple(self.errors) == open_ones and len(open_ones) == 1 else ""

    def filing(self, shares: tuple[Share, ...]) -> Filing:
        """Return what was typed; ``shares`` are the co-authors already found."""
        chosen = set(self.theme_codes.data or ()) | (set(self.urgent_codes[:1]) if self.safety.data else set())
        return Filing(
            title=self.title.data or "",
            problem=self.problem.data or "",
            measure=self.measure.data or "",
            effect=self.effect.data or "",
            kind_code=self.kind_code.data or None,
            theme_codes=tuple(sorted(chosen)),
            location=self.location.data or "",
            call_code=one_line(self.call.data)[:KEY_LIMIT],
            already_done=bool(self.already_done.data),
            confidential=bool(self.confidential.data),
            anonymous=bool(self.anonymous.data),
            claimed_benefit=self.claimed_benefit.amount,
            cost=self.cost.amount,
            prospects=self.prospects.data or "",
            contact_phone=self.contact_phone.data or "",
            shares=shares,
            filing_key=one_line(self.filing_key.data)[:KEY_LIMIT] or None,
            submitter_no=self.submitter_no.data or "",
        )


def facts_of(draft: Proposal, actor: Person) -> dict[str, Any]:
    """Return what a draft says, as the form's fields want it."""
    submitter = draft.submitter
    even = _even(draft)
    others = [c for c in draft.contributors if c.person_id != draft.submitter_id and c.person is not None]
    return {
        "filing_key": draft.filing_key,
        "call": draft.call.code if draft.call else "",
        "revision": draft.revision,
        **{name: getattr(draft, name) for name in ("title", "problem", "measure", "effect", "location", "prospects")},
        "contact_phone": draft.contact_phone,
        "already_done": draft.already_done,
        "confidential": draft.confidential,
        "anonymous": draft.anonymous,
        "claimed_benefit": _plain(draft.claimed_benefit),
        "cost": _plain(draft.cost),
        "kind_code": draft.kind.code if draft.kind else "",
        "theme_codes": [theme.code for theme in draft.themes if not theme.urgent],
        "safety": draft.urgent,
        "submitter_no": submitter.employee_no if submitter and submitter.id != actor.id else "",
        "shares": [
            CoAuthorRow(called_and_numbered(c.person), "" if even else str(c.share)) for c in others if c.person
        ],
    }


def _even(draft: Proposal) -> bool:
    """Tell whether all have the same, as rows without a share do; then one more colleague changes everybody's."""
    own = [c.share for c in draft.contributors if c.person_id == draft.submitter_id]
    theirs = [c.share for c in draft.contributors if c.person_id != draft.submitter_id]
    return [*own, *theirs] == shared_out([None] * len(draft.contributors)) if draft.contributors else True


def shares_of(form: FilingForm, submitter_no: str, found: Mapping[str, Sequence[Person]]) -> tuple[Share, ...] | None:
    """Return everybody's share, the submitter's first; None after writing at the field what is wrong.

    ``found`` says who may be meant by what was typed. What the typed shares leave is split evenly between the
    submitter, who also gets the odd per cent, and the rows without a share.
    """
    rows = form.shares.data
    errors = [error for row in rows if (error := _row_error(row, found.get(row.who, ())))]
    percents: Sequence[int] = ()
    if not errors:
        try:
            percents = shared_out([None, *(int(row.percent) if row.percent else None for row in rows)])
        except ValueError:
            errors = [gettext("The shares of the others leave nothing for the submitter. All together make 100.")]
    if errors:
        form.shares.errors = errors
        return None
    numbers = [submitter_no, *(found[row.who][0].employee_no for row in rows)]
    return tuple(Share(number, percent) for number, percent in zip(numbers, percents, strict=True))


def _row_error(row: CoAuthorRow, people: Sequence[Person]) -> str:
    if not row.who:
        return str(gettext("A share of %(percent)s has nobody beside it. Write who it is for.", percent=row.percent))
    if not people:
        return str(gettext("Nobody here is called “%(who)s”. Try the staff number.", who=row.who))
    if len(people) > 1:
        numbers = joined([f"{person.employee_no} ({name_of(person.unit)})" for person in people])
        return str(
            gettext("Several are called “%(who)s”: %(numbers)s. Write the number.", who=row.who, numbers=numbers)
        )
    if row.percent and not (row.percent.isascii() and row.percent.isdecimal()):
        return str(gettext("A share is a whole number from 1 to 99, such as 30."))
    return ""


def _plain(amount: object) -> str:
    text = f"{amount:f}" if amount is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text
