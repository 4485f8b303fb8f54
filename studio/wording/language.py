"""The language of whoever reads this answer: chosen once, after that its words are a look-up away.

Flask-Babel chooses the language and reads the catalogue. Asked anew for each of a page's hundred sentences, it took a
third of the page's time; here the answer is kept where the request keeps its own things, and goes with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from gettext import NullTranslations
from typing import Any

import flask_babel
from babel import Locale
from flask import g
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its name as in the settings, its catalogue, and the sentences pages have asked for so far."""

    locale: str
    catalogue: NullTranslations
    on_pages: dict[str, Markup] = field(default_factory=dict)

    @property
    def chinese(self) -> bool:
        """Whether names and dates are said in Chinese."""
        return self.locale == "zh_CN"

    def on_page(self, text: str) -> Markup:
        """Return a sentence of ours, which is safe on a page as it is."""
        known = self.on_pages.get(text)
        if known is None:
            known = self.on_pages[text] = Markup(self.catalogue.gettext(text))  # noqa: S704 - our own sentence
        return known


NOBODY = Language("zh_CN", NullTranslations())
"""Spoken outside any app, where there is no catalogue."""


def spoken() -> Language:
    """Return the language of the present request, or of the block that ``speaking`` opens."""
    try:
        kept = g._get_current_object()  # noqa: SLF001 - Werkzeug's way to ask a proxy once where each word asks
    except RuntimeError:  # outside any app
        return NOBODY
    known: Language | None = kept.get("language")
    if known is None:
        known = kept.language = _language(flask_babel.get_babel().locale_selector())
    return known


@cache
def _language(locale: str) -> Language:
    with flask_babel.force_locale(locale):
        return Language(locale, flask_babel.get_translations())


@cache
def _parsed(locale: str) -> Locale:
    """Return what Babel makes of a name, which it would look for among its files every time."""
    return Locale.parse(locale)


def choose_anew() -> None:
    """Forget the choice: somebody else reads from here on, or the reader has just chosen another language."""
    g.pop("language", None)
    flask_babel.refresh()


@contextmanager
def speaking(locale: str) -> Iterator[Language]:
    """Say everything inside the block in one language, whoever asked."""
    before = g.pop("language", None)
    try:
        with flask_babel.force_locale(_parsed(locale)):
            g.language = _language(locale)
            yield g.language
    finally:
        g.language = before


def gettext(text: str, **values: object) -> str:
    """Return a sentence in the spoken language, with its values filled in."""
    said = spoken().catalogue.gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the sentence that fits the number, which it may use as ``%(num)s``."""
    said = spoken().catalogue.ngettext(one, many, num)
    return said % {"num": num, **values}


def lazy_gettext(text: str, **values: object) -> Any:  # noqa: ANN401 - stands in for a str, which it is not
    """Return something that becomes the sentence when it is shown, in the language spoken then."""
    return LazyString(gettext, text, **values)


def fixed_on_page(text: str) -> Markup:
    """Return a sentence without values for a page, as ``page_gettext`` would: a doubled per cent sign is one."""
    return spoken().on_page(text) % {}


@pass_eval_context
def page_gettext(place: EvalContext, text: str, /, **values: object) -> str:
    """``gettext`` for templates: values are escaped where the page wants it."""
    if not place.autoescape:
        return spoken().catalogue.gettext(text) % values
    return spoken().on_page(text) % values


@pass_eval_context
def page_ngettext(place: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
    """``ngettext`` for templates."""
    said = spoken().catalogue.ngettext(one, many, num)
    return (Markup(said) if place.autoescape else said) % {"num": num, **values}  # noqa: S704 - our own sentence


FOR_TEMPLATES: dict[str, Callable[..., str]] = {"_": page_gettext, "gettext": page_gettext, "ngettext": page_ngettext}
