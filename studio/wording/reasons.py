"""Why this studio, in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from studio.domain.routing import Reason
from studio.wording.language import gettext, lazy_gettext
from studio.wording.names import joined, name_of

REASONS = {
    "rule_words": lazy_gettext("It is about %(words)s, and that is what %(studio)s looks after."),
    "rule_theme": lazy_gettext("Everything about %(themes)s goes to %(studio)s."),
    "rule_kind": lazy_gettext("%(studio)s looks after every %(kinds)s."),
    "rule_unit": lazy_gettext("%(studio)s looks after the proposals of %(unit)s."),
    "rule_hidden": lazy_gettext("By the firm's rules %(studio)s looks after it."),
    "rule_all": lazy_gettext("%(studio)s looks after what belongs to nobody else."),
    "speciality": lazy_gettext("It is about %(words)s, which nobody here knows better than %(studio)s."),
    "unit": lazy_gettext("%(studio)s is at home in %(unit)s."),
    "stand_in_closed": lazy_gettext(
        "It would go to %(instead)s, which takes nothing at present; %(studio)s stands in."
    ),
    "stand_in_full": lazy_gettext("It would go to %(instead)s, which has its hands full; %(studio)s stands in."),
    "precedents": lazy_gettext("It is like %(numbers)s, which %(studio)s dealt with."),
    "precedents_unnamed": lazy_gettext("%(studio)s has dealt with similar proposals."),
    "about": lazy_gettext("It is about %(words)s, which %(studio)s works on too."),
    "by_hand": lazy_gettext("A colleague chose %(studio)s for it."),
}

TO_THE_AUTHOR = {
    "rule_words": lazy_gettext("You write about %(words)s, and that is what %(studio)s looks after."),
    "rule_unit": lazy_gettext("You work in %(unit)s; %(studio)s looks after its proposals."),
    "speciality": lazy_gettext("You write about %(words)s, which nobody here knows better than %(studio)s."),
    "precedents": lazy_gettext("Your proposal is like %(numbers)s, which %(studio)s dealt with."),
    "about": lazy_gettext("You write about %(words)s, which %(studio)s works on too."),
    "unit": lazy_gettext("You work in %(unit)s, and %(studio)s is at home there."),
}

MOST_WORDS = 3


def reason_sentence(
    reason: Reason | Mapping[str, Any] | None, *, to_author: bool = False, named: Sequence[str] = ()
) -> str:
    """Return why a studio was chosen; ``reason`` is fresh from routing or as an assignment keeps it.

    ``to_author`` speaks to the author in person. ``named`` holds the numbers of precedents that the reader may know of;
    without them none is spoken of. Where names were not kept, the codes stand for them. An old or
    empty reason has no sentence.
    """
    kept: Mapping[str, Any] = asdict(reason) if isinstance(reason, Reason) else (reason or {})
    code = kept.get("code", "")
    if code == "precedents" and not named:
        code = "precedents_unnamed"
    sentence = (TO_THE_AUTHOR.get(code) if to_author else None) or REASONS.get(code)
    if sentence is None:
        return ""
    params, names = kept.get("params", {}), kept.get("names", {})
    said = str(sentence) % {
        "studio": _named(names, "studio", [params.get("studio", "")]),
        "instead": _named(names, "instead", [params.get("instead", "")]),
        "unit": _named(names, "unit", [params.get("unit", "")]),
        "themes": _named(names, "themes", params.get("themes", [])),
        "kinds": _named(names, "kinds", params.get("kinds", [])),
        "numbers": joined(list(named)),
        "words": joined([f"“{word}”" for word in params.get("words", [])[:MOST_WORDS]]),
    }
    return said[:-1] if said.endswith("..") else said  # a name may bring its own full stop


def away_sentence(reason: Mapping[str, Any] | None) -> str:
    """Return that the archive could not be asked when a studio was chosen, or nothing."""
    return str(gettext("The archive could not be asked at that moment.")) if (reason or {}).get("archive_away") else ""


def _named(names: Mapping[str, Any], key: str, codes: list[Any]) -> str:
    kept = [name_of(name) for name in names.get(key, [])]
    return joined(kept or [str(code) for code in codes if code])
