"""What was done to a routing rule, and the parts of it, in words."""

from collections.abc import Iterable

from models import RuleAct
from studio.wording.language import lazy_gettext
from studio.wording.names import joined

ACTS = {
    RuleAct.MADE: lazy_gettext("Written"),
    RuleAct.DRAFTED: lazy_gettext("Draft written"),
    RuleAct.CHANGED: lazy_gettext("Changed"),
    RuleAct.SWITCHED_ON: lazy_gettext("Switched on"),
    RuleAct.SWITCHED_OFF: lazy_gettext("Switched off"),
    RuleAct.DISCARDED: lazy_gettext("Draft thrown away"),
    RuleAct.REMOVED: lazy_gettext("Removed"),
}

COLUMNS = {
    "priority": lazy_gettext("Order"),
    "studio": lazy_gettext("Studio"),
    "units": lazy_gettext("Unit"),
    "kinds": lazy_gettext("Kind"),
    "themes": lazy_gettext("Aim"),
    "words": lazy_gettext("Words"),
}


def rule_act_name(act: RuleAct) -> str:
    """Return what was done, in a word or two."""
    return str(ACTS[act])


def rule_column_name(column: str) -> str:
    """Return what a part of a rule is called."""
    return str(COLUMNS[column])


def listed(words: Iterable[str], most: int = 12) -> str:
    """Return words as a list, with an ellipsis where there are more."""
    shown = list(words)
    return joined([*shown[:most], "…"] if len(shown) > most else shown)
