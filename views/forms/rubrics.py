"""Forms about rubrics: a whole sheet with as many criteria as somebody wants, and which sheet scores which kind.

Numbers and levels stay as they were typed until they can be read, so a mistake costs nobody a word.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField

from models import Kind, Rubric
from studio.domain.completeness import clean_text
from studio.domain.rubrics import MOST_CRITERIA, CriterionDraft, LevelDraft, RubricDraft, field_of
from studio.wording import names
from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext as _l
from views.feedback import add_error
from views.forms.base import Form

Row = Mapping[str, str]
"""What was typed for one criterion, by the name of the field."""

EMPTY_ROW: Row = {
    "code": "",
    "name_zh": "",
    "name_en": "",
    "weight": "",
    "lowest": "0",
    "highest": "100",
    "hint_zh": "",
    "hint_en": "",
    "levels_zh": "",
    "levels_en": "",
}
LONGEST_NUMBER = 8
FIRST_ROWS = 3
LEVEL_LINE = re.compile(r"(\d{1,8})(?:[:：、.]?\s+|[:：、]|(?!\d))(.*)")
"""A score and its words; what stands after white space belongs to the words, whatever it is."""


class RubricForm(Form):
    """A rubric as its next version would be; the fields of its criteria are added by ``rubric_form``."""

    seen = HiddenField()
    name_zh = StringField(_l("Name in Chinese"))
    name_en = StringField(_l("Name in English"))
    change = StringField(_l("What changes, and why"))
    rows: Sequence[Row] = ()

    @property
    def seen_number(self) -> int:
        """The version that the page was made from; a forged one fits none."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else -1

    def draft(self) -> RubricDraft | None:
        """Return what was typed; None if something cannot be read, which is then said at its field."""
        criteria = [self._criterion(row, number) for number, row in enumerate(self.rows)]
        if self.errors:
            return None
        return RubricDraft(self.name_zh.data, self.name_en.data, tuple(criteria))

    def _criterion(self, row: Row, number: int) -> CriterionDraft:
        return CriterionDraft(
            row["name_zh"],
            row["name_en"],
            self._weight(row, number),
            self._whole("lowest", row, number),
            self._whole("highest", row, number),
            row["hint_zh"],
            row["hint_en"],
            _paired(self._lines("levels_zh", row, number), self._lines("levels_en", row, number)),
            row["code"],
        )

    def _weight(self, row: Row, number: int) -> Decimal:
        try:
            weight = Decimal(row["weight"].strip()[: LONGEST_NUMBER * 2])
        except InvalidOperation:
            weight = Decimal("NaN")
        if not weight.is_finite():
            add_error(self, field_of("weight", number), _("Write a number, such as 25."))
        return weight

    def _whole(self, name: str, row: Row, number: int) -> int:
        text = row[name].strip()
        if text.isdecimal() and len(text) <= LONGEST_NUMBER:
            return int(text)
        add_error(self, field_of(name, number), _("Write a whole number, such as 100."))
        return 0

    def _lines(self, name: str, row: Row, number: int) -> list[tuple[int, str]]:
        lines = [line.strip() for line in row[name].splitlines() if line.strip()]
        found = [LEVEL_LINE.fullmatch(line) for line in lines]
        if not all(found):
            add_error(self, field_of(name, number), _("Begin each line with the score, for example: 60 good enough"))
        return [(int(match[1]), match[2]) for match in found if match]


def _paired(chinese: list[tuple[int, str]], english: list[tuple[int, str]]) -> tuple[LevelDraft, ...]:
    """Return the levels of both languages by score; what one of them lacks is empty."""
    rest, levels = list(english), []
    for score, words in chinese:
        same = next((line for line in rest if line[0] == score), None)
        if same is not None:
            rest.remove(same)
        levels.append(LevelDraft(score, words, same[1] if same else ""))
    levels += [LevelDraft(score, "", words) for score, words in rest]
    return tuple(sorted(levels, key=lambda level: level.from_score))


def rubric_form(facts: Mapping[str, str], rows: Sequence[Row]) -> RubricForm:
    """Return the form with these rows of criteria; ``facts`` are the fields of the sheet itself."""
    fields: dict[str, Any] = {}
    typed = dict(facts)
    for number, row in enumerate(rows):
        typed |= {field_of(name, number): text for name, text in row.items()}
        fields |= {field_of(name, number): field for name, field in _row_fields().items()}
    form: RubricForm = type("RubricFormOfRows", (RubricForm,), fields)(formdata=None, data=typed)
    form.rows = rows
    return form


def _row_fields() -> dict[str, Any]:
    return {
        "code": HiddenField(),
        "name_zh": StringField(_l("Name in Chinese")),
        "name_en": StringField(_l("Name in English")),
        "weight": StringField(_l("Weight")),
        "lowest": StringField(_l("Lowest score")),
        "highest": StringField(_l("Highest score")),
        "hint_zh": StringField(_l("What to look at, in Chinese")),
        "hint_en": StringField(_l("What to look at, in English")),
        "levels_zh": TextAreaField(_l("What the scores mean, in Chinese")),
        "levels_en": TextAreaField(_l("What the scores mean, in English")),
    }


def sent_form(sent: Mapping[str, str]) -> RubricForm:
    """Return the form as it was sent, after what its button did to the rows: add, remove, up or down."""
    facts = {name: clean_text(sent.get(name, "")) for name in ("seen", "name_zh", "name_en", "change")}
    return rubric_form(facts, _moved(_sent_rows(sent), sent.get("act", "")))


def _sent_rows(sent: Mapping[str, str]) -> list[Row]:
    numbers = [number for number in range(MOST_CRITERIA + 1) if field_of("name_zh", number) in sent]
    return [{name: clean_text(sent.get(field_of(name, number), "")) for name in EMPTY_ROW} for number in numbers]


def _moved(rows: list[Row], act: str) -> list[Row]:
    if act == "add":
        return [*rows, EMPTY_ROW][: MOST_CRITERIA + 1]
    verb, _dash, number = act.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER and int(number) < len(rows)):
        return rows
    at = int(number)
    row = rows.pop(at)
    if verb != "remove":
        rows.insert(max(0, at + {"up": -1, "down": 1}.get(verb, 0)), row)
    return rows


def form_of(draft: RubricDraft, number: int) -> RubricForm:
    """Return the form that begins with what holds now, which is version ``number``."""
    facts = {"seen": str(number), "name_zh": draft.name_zh, "name_en": draft.name_en}
    return rubric_form(facts, [_row_of(criterion) for criterion in draft.criteria])


def blank_form() -> RubricForm:
    """Return the form of a rubric that is not there yet, with room for a few criteria."""
    return rubric_form({"seen": "0"}, [EMPTY_ROW] * FIRST_ROWS)


def _row_of(criterion: CriterionDraft) -> Row:
    return {
        "code": criterion.code,
        "name_zh": criterion.name_zh,
        "name_en": criterion.name_en,
        "weight": f"{criterion.weight:f}".removesuffix(".00"),
        "lowest": str(criterion.lowest),
        "highest": str(criterion.highest),
        "hint_zh": criterion.hint_zh,
        "hint_en": criterion.hint_en,
        "levels_zh": "\n".join(f"{level.from_score} {level.text_zh}" for level in criterion.levels),
        "levels_en": "\n".join(f"{level.from_score} {level.text_en}" for level in criterion.levels),
    }


KIND_PREFIX = "kind_"


class ChooseForm(Form):
    """By which rubric all is scored, and which kinds have their own; the kinds' fields are added by ``choose_form``."""

    default = SelectField(_l("Everything else"))

    def by_kind(self) -> dict[str, str]:
        """Return the code of the chosen rubric by that of the kind; empty for the default one."""
        chosen = {field.name: field.data for field in self if field.name.startswith(KIND_PREFIX)}
        return {name.removeprefix(KIND_PREFIX): code for name, code in chosen.items()}


class BlindForm(Form):
    """Which kinds are judged without names."""

    kind_codes = SelectMultipleField(_l("Judged without names"), validate_choice=False)


def blind_form(kinds: Sequence[Kind]) -> BlindForm:
    """Return the form for these kinds, with those ticked that are judged without names now."""
    form = BlindForm(data={"kind_codes": [kind.code for kind in kinds if kind.blind]})
    form.kind_codes.choices = [SelectChoice(kind.code, names.name_of(kind)) for kind in kinds]
    return form


def choose_form(rubrics: Sequence[Rubric], kinds: Sequence[tuple[Kind, str]]) -> ChooseForm:
    """Return the form for these kinds, each with the code of the rubric that it has now."""
    offered = [SelectChoice(one.code, names.name_of(one)) for one in rubrics if one.active]
    own = [SelectChoice("", _("Like everything else")), *offered]
    fields = {f"{KIND_PREFIX}{kind.code}": SelectField(names.name_of(kind), choices=own) for kind, _code in kinds}
    present = {f"{KIND_PREFIX}{kind.code}": code for kind, code in kinds}
    default = next((one.code for one in rubrics if one.is_default), None)
    form: ChooseForm = type("ChooseFormOfKinds", (ChooseForm,), fields)(data={**present, "default": default})
    form.default.choices = offered
    return form
