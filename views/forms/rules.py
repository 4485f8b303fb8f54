"""Forms about routing rules: writing one, the order of all, and who stands in for a studio."""

from collections.abc import Iterable, Mapping, Sequence

from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField

from models import Kind, Studio, Theme, Unit
from studio.domain.rules import RuleDraft, read_words
from studio.wording import names
from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext as _l
from views.feedback import add_error
from views.forms.base import Form
from views.forms.fields import one_line, typed

LONGEST_NUMBER = 9
UNITS_FOUND = 30


class RuleForm(Form):
    """A rule as it is written; ``find`` looks for units to tick, and ``seen`` is the revision it began from."""

    seen = HiddenField()
    studio = SelectField(_l("Studio that gets it"), validate_choice=False)
    units = SelectMultipleField(_l("Units, each with all below it"), validate_choice=False)
    find = StringField(_l("Find a unit"), filters=[one_line])
    kinds = SelectMultipleField(_l("Kinds"), validate_choice=False)
    themes = SelectMultipleField(_l("Aims"), validate_choice=False)
    words = TextAreaField(_l("Words"), filters=[typed])
    priority = StringField(_l("Order"), filters=[one_line])
    more_units: int = 0
    """How many units were found beyond those that are shown."""

    def show(self, draft: RuleDraft, revision: int | None) -> None:
        """Fill the form with a rule."""
        self.seen.data, self.studio.data, self.priority.data = str(revision or ""), draft.studio, str(draft.priority)
        self.units.data, self.kinds.data, self.themes.data = list(draft.units), list(draft.kinds), list(draft.themes)
        self.words.data = "\n".join(draft.words)

    def offer(
        self, studios: Iterable[Studio], units: Mapping[str, Unit], kinds: Iterable[Kind], themes: Iterable[Theme]
    ) -> None:
        """Fill the lists; what is ticked already stays in sight, even if nobody knows it any more."""
        self.studio.choices = [SelectChoice("", _("Choose a studio")), *(_choice(studio) for studio in studios)]
        self.kinds.choices = _with_strangers(self.kinds.data, [_choice(kind) for kind in kinds])
        self.themes.choices = _with_strangers(self.themes.data, [_choice(theme) for theme in themes])
        ticked = [code for code in dict.fromkeys(self.units.data or ()) if code in units]
        found = [unit.code for unit in found_units(self.find.data or "", units) if unit.code not in ticked]
        self.more_units = max(0, len(found) - UNITS_FOUND)
        shown = [SelectChoice(code, unit_label(units[code], units)) for code in (*ticked, *found[:UNITS_FOUND])]
        self.units.choices = _with_strangers(self.units.data, shown)

    @property
    def seen_revision(self) -> int:
        """The revision that the page was made from; a forged one fits none."""
        return whole_number(self.seen.data) or -1

    def draft(self) -> RuleDraft | None:
        """Return what was written; None if the order is no number, which is then said at its field."""
        priority = whole_number(self.priority.data)
        if priority is None:
            add_error(self, "priority", _("Write a whole number, such as 50."))
            return None
        return RuleDraft(
            priority,
            self.studio.data or "",
            tuple(self.units.data or ()),
            tuple(self.kinds.data or ()),
            tuple(self.themes.data or ()),
            read_words(self.words.data or ""),
        )


class StandInForm(Form):
    """Who stands in for a studio; ``seen`` and ``seen_start`` are what the page showed."""

    seen = HiddenField()
    seen_start = HiddenField()
    stand_in = SelectField(_l("Stand-in"), validate_choice=False)
    start = StringField(_l("Also when it is full: from how many per cent on?"), filters=[one_line])

    def offer(self, studio: Studio, studios: Iterable[Studio]) -> None:
        """Fill the list: every other studio, those that are off too, for they may have a stand-in themselves."""
        others = [_choice(other) for other in studios if other.code != studio.code]
        self.stand_in.choices = [SelectChoice("", _("Nobody")), *others]

    def show(self, studio: Studio) -> None:
        """Fill the form with what holds."""
        code, start = seen_stand_in(studio)
        self.stand_in.data, self.start.data = code, str(start or "")
        self.seen.data, self.seen_start.data = code, str(start or "")

    @property
    def was(self) -> tuple[str, int | None]:
        """What the page showed."""
        return self.seen.data or "", whole_number(self.seen_start.data)

    def percent(self) -> int | None:
        """Return the percentage; None for an empty field, and for what is no number, which is then said there."""
        number = whole_number((self.start.data or "").removesuffix("%").strip())
        if self.start.data and number is None:
            add_error(self, "start", _("Write a whole number, such as 150."))
        return number


def seen_stand_in(studio: Studio) -> tuple[str, int | None]:
    """Return who stands in for a studio, and from how full on."""
    return studio.stand_in.code if studio.stand_in else "", studio.stand_in_from


class OrderForm(Form):
    """The order of rules; ``order_form`` adds a field for each."""

    seal = HiddenField()
    keys: Sequence[int] = ()

    def priorities(self) -> dict[int, int] | None:
        """Return the number of each rule by its id; None if one is none, which is then said at its field."""
        found: dict[int, int] = {}
        for key in self.keys:
            number = whole_number(self[field_of(key)].data)
            if number is None:
                add_error(self, field_of(key), _("Write a whole number, such as 50."))
            else:
                found[key] = number
        return None if self.errors else found


def field_of(key: int) -> str:
    """Return the name of a rule's field."""
    return f"priority_{key}"


def order_form(priorities: Mapping[int, int], seal: str, sent: Mapping[str, str] | None = None) -> OrderForm:
    """Return a form with a field for each rule: what was sent where something was, else what holds."""
    fields = {field_of(key): StringField(_l("Order"), filters=[one_line]) for key in priorities}
    values = {field_of(key): str(priority) for key, priority in priorities.items()}
    values |= {name: text for name, text in (sent or {}).items() if name in fields}
    kind = type("OrderFormOfRules", (OrderForm,), {**fields, "keys": tuple(priorities)})
    form: OrderForm = kind(formdata=None, data={**values, "seal": seal})
    return form


def whole_number(text: str | None) -> int | None:
    """Return the number that a text is; None for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def found_units(text: str, units: Mapping[str, Unit]) -> list[Unit]:
    """Return the units whose name, code or place in the tree has every word of a text, the highest first.

    Without a text those at the top are returned.
    """
    wanted = text.casefold().split()
    if not wanted:
        return [unit for unit in units.values() if len(unit.ancestor_ids) <= 2]  # noqa: PLR2004 - the firm, its plants
    by_id = {unit.id: unit for unit in units.values()}

    def said(unit: Unit) -> str:
        way = (by_id[key] for key in unit.ancestor_ids if key in by_id)
        return " ".join(f"{one.code} {one.name_zh} {one.name_en}" for one in way).casefold()

    found = [unit for unit in units.values() if all(word in said(unit) for word in wanted)]
    return sorted(found, key=lambda unit: (len(unit.ancestor_ids), unit.path))


def unit_label(unit: Unit, units: Mapping[str, Unit]) -> str:
    """Return the name of a unit with that of the one above it, unless that is the whole firm."""
    by_id = {one.id: one for one in units.values()}
    above = by_id.get(unit.parent_id) if unit.parent_id is not None else None
    within = above is not None and above.parent_id is not None
    return f"{names.name_of(unit)} · {names.name_of(above)}" if within else names.name_of(unit)


def _choice(thing: Studio | Kind | Theme) -> SelectChoice:
    return SelectChoice(thing.code, names.name_of(thing))


def _with_strangers(chosen: Iterable[str] | None, choices: list[SelectChoice]) -> list[SelectChoice]:
    known = {choice.value for choice in choices}
    return choices + [SelectChoice(code, code) for code in dict.fromkeys(chosen or ()) if code not in known]
