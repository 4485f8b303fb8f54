"""Fields that several forms share."""

from collections.abc import Sequence
from decimal import Decimal, DecimalException

from wtforms import DateField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from studio.domain.completeness import clean_line, clean_text
from studio.wording.language import lazy_gettext as _

TEN_THOUSAND = Decimal(10_000)
LARGEST_AMOUNT = Decimal(10) ** 11
NUMBER_LIMIT = 32
PASSWORD_LIMIT = 200
"""Longer than anybody types, short enough to hash."""
PIN_LIMIT = 16
"""More than a PIN may have, so that one that is too long is told what is wrong with it."""


def typed(text: str | None) -> str:
    """Return the text without what no page can show, such as NUL; for a field's ``filters``."""
    return clean_text(text or "")


def one_line(text: str | None) -> str:
    """Return the text cleaned and on one line; for a field's ``filters``."""
    return clean_line(text or "")


def needed_line(label: str, missing: str, most: int) -> StringField:
    """Return a field for one line that has to be there; ``missing`` is said when it is not."""
    return StringField(label, filters=[one_line], validators=[DataRequired(missing), _no_longer(most)])


def staff_number() -> StringField:
    """Return the field for one's own staff number."""
    return needed_line(_("Staff number"), _("Write your staff number."), NUMBER_LIMIT)


def password(label: str, missing: str) -> PasswordField:
    """Return a field for a password; ``missing`` is said when there is none."""
    return PasswordField(label, validators=[DataRequired(missing), _no_longer(PASSWORD_LIMIT)])


def pin(label: str, missing: str = "") -> PasswordField:
    """Return a field for a PIN, which may be left empty where there is nothing to say when it is missing."""
    needed = [DataRequired(missing)] if missing else []
    return PasswordField(label, validators=[*needed, _no_longer(PIN_LIMIT)])


def pin_again() -> PasswordField:
    """Return the field in which the ``pin`` of the same form is typed once more."""
    differs = _("The two are not the same. Type the PIN once more.")
    return PasswordField(_("The PIN once more"), validators=[EqualTo("pin", message=differs)])


def _no_longer(most: int) -> Length:
    return Length(max=most, message=_("That is too long."))


class YuanField(StringField):
    """An amount of yuan as people write it: 12000, 12,000.50, 1.2万. Kept as typed until it can be read."""

    data: str | None
    amount: Decimal | None = None

    def process_data(self, value: Decimal | str | None) -> None:
        """Show an amount that is kept as somebody would type it: 60000, not 60000.00."""
        super().process_data(f"{value.normalize():f}" if isinstance(value, Decimal) else value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; what is no amount becomes an error and stays in the field."""
        super().process_formdata(valuelist)
        typed = one_line(self.data)
        self.data = typed
        self.amount = None
        if typed:
            self.amount = parse_yuan(typed)

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - the base class fixes the signature
        """Complain about what could not be read."""
        if self.data and self.amount is None:
            raise ValidationError(_("Write an amount in yuan, such as 12000 or 1.2万."))

    def _value(self) -> str:
        return self.data or ""


class DayField(DateField):
    """A day; what is none is told in our own words."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day as browsers send it. Raises ValueError, which WTForms shows at the field."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a day, such as 2027-03-01.")) from error


def parse_yuan(typed: str) -> Decimal | None:
    """Return the amount, or None if it is none, negative or beyond all factories."""
    plain = typed.replace(",", "").replace("，", "").replace("¥", "").replace("￥", "").removesuffix("元").strip()
    factor = TEN_THOUSAND if plain.endswith("万") else Decimal(1)
    try:
        amount = Decimal(plain.removesuffix("万").strip()) * factor
    except DecimalException:
        return None
    if not amount.is_finite() or not 0 <= amount < LARGEST_AMOUNT:
        return None
    return amount.quantize(Decimal("0.01"))
