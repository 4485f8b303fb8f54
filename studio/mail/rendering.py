"""From a Message to words: subject, plain text and HTML in the reader's language, made once and then stored."""

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from email.utils import parseaddr
from functools import cache
from typing import Any

import css_inline
from flask import current_app
from flask_babel import format_date, format_datetime, format_decimal
from jinja2 import Environment, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from models import Contributor, Person
from studio.mail import links, phrases
from studio.mail.messages import Message
from studio.settings import Settings
from studio.wording.language import ngettext, speaking, spoken
from studio.wording.names import joined, name_of, one_behind_the_other
from studio.wording.notices import group_name, why
from studio.wording.states import congress_answer_name, recommendation_name

MOMENT_PATTERNS = {"zh_CN": "M月d日 HH:mm", "en": "d MMM, HH:mm"}
DAY_PATTERNS = {"zh_CN": "M月d日", "en": "d MMM"}
MONTH_PATTERNS = {"zh_CN": "y年M月", "en": "MMMM y"}
NAMED_AUTHORS = 3

_BETWEEN_SENTENCES = re.compile(r"(?<=[。！？；])\s+(?=[\u4e00-\u9fff“])")
_BIDI_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered mail."""

    subject: str
    text: str
    html: str


def render(message: Message, settings: Settings) -> Words:
    """Render the three templates of a message in its reader's language."""
    with speaking(locale_of(message.person, settings)):
        facts = _facts(message, settings)
        subject, text, html = (template.render(facts) for template in _templates(message))
    return Words(subject=one_line(subject), text=_tidy(text), html=_inliner().inline(_closed_up(html)))


def render_parts(message: Message, names: Sequence[str], settings: Settings) -> list[Words]:
    """Render some of the parts that a message is put together from, each a template of its own and rows of a table."""
    with speaking(locale_of(message.person, settings)):
        facts, environment = _facts(message, settings), _environment()
        folder = f"mail/{message.kind}/parts"
        texts = [environment.get_template(f"{folder}/{name}.txt").render(facts) for name in names]
        pages = [environment.get_template(f"{folder}/{name}.html").render(facts) for name in names]
    rows = [_inliner().inline_fragment(f"<table>{_closed_up(page)}</table>", _style()) for page in pages]
    return [Words("", _tidy(text), _within(row)) for text, row in zip(texts, rows, strict=True)]


def _within(table: str) -> str:
    """Return what the parser has put into the body of a table, which may be nothing."""
    return table.partition("<tbody>")[2].rpartition("</tbody>")[0]


def render_part(message: Message, settings: Settings) -> Words:
    """Render what a message tells without greeting and footer, to stand in a mail that tells more."""
    with speaking(locale_of(message.person, settings)):
        facts = _facts(message, settings)
        subject, text, html = _templates(message)
        said = (_content(text, facts), _content(html, facts))
        return Words(one_line(subject.render(facts)), _tidy(said[0]), _closed_up(said[1].strip()))


def _templates(message: Message) -> list[Template]:
    parts = ("subject.txt", "body.txt", "body.html")
    return [_environment().get_template(f"mail/{message.kind}/{part}") for part in parts]


def _content(template: Template, facts: dict[str, Any]) -> str:
    return "".join(template.blocks["content"](template.new_context(facts)))


def _facts(message: Message, settings: Settings) -> dict[str, Any]:
    """Return what the templates of a message may ask for; the reader's language is spoken already."""
    return {
        "person": message.person,
        "link": links.linker(settings),
        "links": links,
        "phrases": phrases,
        "leave_url": links.leave_url(settings, message.person.id, message.leaving),
        "circular": message.circular.value,
        "why": why(message.part),
        "group": group_name(message.group) if message.group else "",
        "reply_to": _address(settings.mail_reply_to),
        "name_of": name_of,
        "unnamed": message.unnamed,
        "language": spoken().locale.replace("_", "-"),
        **message.facts,
    }


def locale_of(person: Person, settings: Settings) -> str:
    """Return the language to write to a person in: the chosen one, or the site's."""
    chosen = person.preferences.locale if person.preferences else None
    return chosen or settings.locale


def one_line(text: str) -> str:
    """Return text that is safe in a header: no line ends, no control or direction characters, no double spaces."""
    if text.isprintable():  # there are none of those in it, as in nearly all texts
        return " ".join(text.split())
    without_direction = _BIDI_CONTROLS.sub("", text)
    plain = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in without_direction)
    return " ".join(plain.split())


def message_id(once: str, settings: Settings) -> str:
    """Return the Message-ID of a fact told to a person: the same every time, different on every site.

    It is made with the site's key: whoever could guess it could forge a report that the mail came back.
    """
    told = f"{settings.base_url}\n{once}".encode()
    digest = hmac.digest(settings.key().encode(), told, "sha256").hex()[:32]
    return f"<{once.partition(':')[0]}.{digest}@{_address(settings.mail_from).rpartition('@')[2] or 'localhost'}>"


@cache
def _address(setting: str) -> str:
    """Return the bare address; a site has one sender, and one address for answers."""
    return parseaddr(setting)[1]


def another_message_id(of: str) -> str:
    """Return the Message-ID of a mail that goes out once more: ``<decided.1f….2@…>`` after ``<decided.1f…@…>``."""
    local, at, domain = of.rpartition("@")
    kind, digest, *count = local.split(".")
    return f"{kind}.{digest}.{int(count[0]) + 1 if count else 2}{at}{domain}"


def _closed_up(html: str) -> str:
    """Put Chinese sentences close together: a line end between two would be shown as a space."""
    return _BETWEEN_SENTENCES.sub("", html)


def _tidy(text: str) -> str:
    """Drop the blank lines that template tags leave behind: never more than one in a row."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


@cache
def _inliner() -> css_inline.CSSInliner:
    """One inliner for all mails; it keeps the parsed style sheets. Nothing is ever fetched."""
    return css_inline.CSSInliner(
        keep_at_rules=True, load_remote_stylesheets=False, cache=css_inline.StylesheetCache(size=8)
    )


@cache
def _style() -> str:
    """Return the style sheet of all mails, in which nothing depends on anything."""
    return _environment().get_template("mail/style.css").render()


def _environment() -> Environment:
    """Return the app's templates with what only mails need; tags leave no blank lines in the plain text."""
    environment: Environment | None = current_app.extensions.get("studio-mail")
    if environment is None:
        environment = current_app.jinja_env.overlay(trim_blocks=True, lstrip_blocks=True)
        environment.filters = {**current_app.jinja_env.filters, **FILTERS}
        current_app.extensions["studio-mail"] = environment
    return environment


def moment(at: datetime) -> str:
    """Return day and time of day in the site's time zone."""
    return str(format_datetime(at, MOMENT_PATTERNS[spoken().locale]))


def day(of: date) -> str:
    """Return a day without its year."""
    return str(format_date(of, DAY_PATTERNS[spoken().locale]))


def month(of: date) -> str:
    """Return a month with its year."""
    return str(format_date(of, MONTH_PATTERNS[spoken().locale]))


@pass_context
def name(context: Context, thing: object) -> str:
    """Return a name, unless it is of somebody whom the reader of this mail must not find in it."""
    instead = context["unnamed"].get(thing.id) if isinstance(thing, Person) and "unnamed" in context else None
    return name_of(instead or thing)


def yuan(amount: Decimal) -> str:
    """Return money in yuan, with the fen only where there are any."""
    whole = amount == amount.to_integral_value()
    return str(format_decimal(amount, format="#,##0" if whole else "#,##0.00"))


def names(things: Iterable[object]) -> str:
    """Return several names as one list; beyond three, the first and how many."""
    listed = [name_of(thing) for thing in things]
    if len(listed) > NAMED_AUTHORS:
        return str(
            ngettext("%(first)s and %(num)s other", "%(first)s and %(num)s others", len(listed) - 1, first=listed[0])
        )
    return joined(listed)


def shares(contributors: Iterable[Contributor]) -> str:
    """Return who has which part, as one list."""
    return joined([f"{name_of(one.person) or one.name_text} {one.share}%" for one in contributors])


def quoted(text: str) -> str:
    """Mark each line of somebody's words in plain text."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def paragraphs(text: str) -> Markup:
    """Escape somebody's words and keep their line ends."""
    return Markup("<br>").join(text.strip().splitlines())


FILTERS: dict[str, Callable[..., str]] = {
    "name": name,
    "names": names,
    "moment": moment,
    "day": day,
    "month": month,
    "yuan": yuan,
    "shares": shares,
    "quoted": quoted,
    "paragraphs": paragraphs,
    "fate": phrases.fate,
    "found": phrases.found,
    "heard": phrases.heard,
    "one_behind_the_other": one_behind_the_other,
    "length": phrases.length,
    "note": phrases.note,
    "owed": phrases.owed,
    "late": phrases.late,
    "amount": phrases.amount,
    "money": phrases.money,
    "more": phrases.more,
    "others": phrases.others,
    "share": phrases.share,
    "recommended": recommendation_name,
    "congress": congress_answer_name,
}
