"""Fields that several forms share."""

from collections.abc import Sequence
from decimal import Decimal, DecimalException

from wtforms import DateField, StringField
from wtforms.validators import ValidationError

from studio.domain.completeness import clean_line, clean_text
from studio.wording.language import lazy_gettext as _

TEN_THOUSAND = Decimal(10_000)
LARGEST_AMOUNT = Decimal(10) ** 11


def typed(text: str | None) -> str:
    """Return the text without what no page can show, such as NUL; for a field's ``filters``."""
    return clean_text(text or "")


def one_line(text: str | None) -> str:
    """Return the text cleaned and on one line; for a field's ``filters``."""
    return clean_line(text or "")


class YuanField(StringField):
    """An amount of yuan as people write it: 12000, 12,000.50, 1.2万. Kept as typed until it can be read."""

    data: str | None
    amount: Decimal | None = None

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
