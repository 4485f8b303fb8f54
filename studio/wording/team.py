"""Why something goes to a studio and not to the team leader, in one sentence."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from studio.wording.language import lazy_gettext

BEYOND = {
    "anonymous": lazy_gettext("It was filed without a name, so a studio looks at it and not the team leader."),
    "blind": lazy_gettext("It is judged without names, so a studio looks at it and not the team leader."),
    "leader_is_author": lazy_gettext("The team leader had a hand in it himself, so a studio looks at it."),
    "urgent": lazy_gettext("It is about safety, so a studio looks at it at once."),
    "confidential": lazy_gettext("It is confidential, so it goes straight to a studio."),
    "kind_open": lazy_gettext("No kind was chosen, so a studio looks at it and not the team leader alone."),
    "kind_too_large": lazy_gettext("This kind is too large for the team to settle alone."),
    "cost_above": lazy_gettext("It costs more than the %(limit)s yuan that a team may settle alone."),
    "benefit_above": lazy_gettext("It brings more than the %(limit)s yuan a year that a team may settle alone."),
}


def beyond_sentence(reason: Mapping[str, Any] | None) -> str:
    """Return why the team could not settle it, if that is kept; ``reason`` is as an assignment keeps it."""
    beyond = (reason or {}).get("beyond_team") or {}
    sentence = BEYOND.get(beyond.get("code", ""))
    limit = Decimal(beyond.get("params", {}).get("limit", "0"))
    return str(sentence) % {"limit": f"{limit:,.2f}".removesuffix(".00")} if sentence else ""
