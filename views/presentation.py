"""What every template may use: the reader's language, theme, names and moments in words."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import cast

import segno
from flask import Flask, has_request_context, session
from flask_login import current_user
from markupsafe import Markup, escape

from search_index.analysis import cut
from studio.domain import permissions
from studio.domain.permissions import Duty
from studio.domain.rules import changed
from studio.queries.proposals import reference_of
from studio.services import now, services
from studio.settings import LOCALES
from studio.wording import language, machines, names, reasons, rules, states, team
from views import assets, desk_memory, feedback, frame, icons, moments, problems, story, templating

MEGABYTE = 1024 * 1024
QR_MASK = 0
BLANK_LINE = re.compile(r"\n\s*\n")


def reader_locale() -> str:
    """Return the language to answer in: the person's choice, this browser's choice, or the site's (on a terminal).

    A program that asks the API may say another one in each request.
    """
    if not has_request_context():
        return services().settings.locale
    if problems.wanted() and (asked := problems.language()):
        return asked
    chosen = current_user.preferences.locale if current_user.is_authenticated and current_user.preferences else None
    return chosen or session.get("locale") or services().settings.locale


def spoken_locale() -> str:
    """Return the language that was chosen for this answer, without choosing it anew."""
    return language.spoken().locale


def reader_theme() -> str:
    """Return ``auto``, ``light`` or ``dark``."""
    preferences = current_user.preferences if current_user.is_authenticated else None
    return preferences.theme if preferences else "auto"


def file_size(size: int) -> str:
    """1.4 MB, 320 KB; ``size`` in bytes."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, size // 1024)} KB"


@lru_cache(maxsize=4096)
def by_word(text: str) -> Markup:
    """Return the text, escaped, with a ``<wbr>`` between words, so that titles break where a reader would.

    No line begins with a comma or ends with an opening quote: those stay with the word they belong to.
    """
    pieces: list[str] = []
    for piece in cut(text):
        if pieces and (_closes(piece) or _opens(pieces[-1])):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return Markup("<wbr>").join(pieces)


def _opens(piece: str) -> bool:
    return unicodedata.category(piece[-1]) in {"Ps", "Pi"}


def _closes(piece: str) -> bool:
    return unicodedata.category(piece[0]) in {"Pe", "Pf", "Po"}


def paragraphs(text: str | None, line: Callable[[str], Markup] = escape) -> Markup:
    """Return a plain text as escaped paragraphs; blank lines part them, line breaks stay.

    ``line`` makes one line safe for a page.
    """
    parts = [part.strip() for part in BLANK_LINE.split(text or "") if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(line(one) for one in part.splitlines())) for part in parts
    )


def initial(name: str) -> str:
    """Return the first character of a name, for the square that stands for a person."""
    return name[:1]


@lru_cache(maxsize=256)
def qr(address: str) -> Markup:
    """Return a QR code as an SVG that a strict content policy allows; the label is the address."""
    # Any of the eight masks can be read; trying out all of them would take longer than the rest of the page.
    rows = list(segno.make(address, error="m", micro=False, mask=QR_MASK).matrix_iter(scale=1, border=2))
    path = "".join(_runs(y, row) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path class="qr-bg" d="M0 0h{0}v{0}H0z"/>'
        '<path class="qr-fg" d="{2}"/></svg>'
    ).format(len(rows), address, path)


def _runs(y: int, row: Iterable[int]) -> str:
    dark = "".join("1" if cell else "0" for cell in row)
    return "".join(
        f"M{run.start()} {y}h{run.end() - run.start()}v1h-{run.end() - run.start()}z" for run in re.finditer("1+", dark)
    )


def absolute(path: str) -> str:
    """Return the address people outside the browser reach: for QR codes and mails."""
    return services().settings.base_url.rstrip("/") + path


def may(duty: str) -> bool:
    """Tell a template whether the reader has a duty, such as ``see_desk``."""
    return current_user.is_authenticated and permissions.has_duty(current_user, Duty(duty))


def other_locale() -> str:
    """Return the language the switch leads to."""
    return LOCALES[1 - LOCALES.index(reader_locale())]


FILTERS: dict[str, Callable[..., object]] = {
    "ago": moments.ago,
    "by_word": by_word,
    "clock_time": moments.clock_time,
    "day": moments.day,
    "day_of_week": moments.day_of_week,
    "day_and_time": moments.day_and_time,
    "file_size": file_size,
    "initial": initial,
    "iso": moments.iso,
    "moment": moments.moment,
    "month_name": moments.month_name,
    "money": moments.money,
    "name_of": names.name_of,
    "one_behind_the_other": names.one_behind_the_other,
    "near_day": moments.near_day,
    "owed_by": story.owed_by,
    "paragraphs": paragraphs,
    "progress": story.progress,
    "reference": reference_of,
    "remaining": moments.remaining,
    "listed": rules.listed,
    "shortened": story.shortened,
    "working_hours": moments.working_hours,
}

GLOBALS: dict[str, object] = {
    "MARK": icons.MARK,
    "absolute": absolute,
    "asset_url": assets.asset_url,
    "author_name": story.author_name,
    "beyond_sentence": team.beyond_sentence,
    "demo_part": story.demo_part,
    "desk_as_left": desk_memory.narrowed_address,
    "desk_address": desk_memory.address,
    "desk_turn": story.desk_turn,
    "task_name": story.task_name,
    "five_blocks": icons.five_blocks,
    "header": frame.header,
    "house": frame.house,
    "icon": icons.icon,
    "chapter_name": machines.chapter_name,
    "joined": names.joined,
    "latest_word": story.latest_word,
    "machine_kind_name": machines.machine_kind_name,
    "machine_label": machines.label_of,
    "may": may,
    "name_of": names.name_of,
    "now": now,
    "other_locale": other_locale,
    "progress": story.progress,
    "qr": qr,
    "reader_locale": spoken_locale,
    "reader_theme": reader_theme,
    "away_sentence": reasons.away_sentence,
    "reason_sentence": reasons.reason_sentence,
    "row_sentence": machines.row_sentence,
    "said_place": machines.said_place,
    "state_block": story.state_block,
    "state_name": states.state_name,
    "rule_act_name": rules.rule_act_name,
    "rule_changes": changed,
    "rule_column_name": rules.rule_column_name,
    "studio_lead": story.studio_lead,
    "tabbar": frame.tabbar,
    "today": moments.today,
    "undo_offered": feedback.undo_offered,
    "unit_name": story.unit_name,
    "working_time_left": moments.working_time_left,
    "written_by": story.written_by,
}


CONSTANTS: templating.Constants = {"_": language.fixed_on_page, "gettext": language.fixed_on_page, "icon": icons.icon}


def prepare(app: Flask) -> None:
    """Register filters and globals, and what of them is said when a template is compiled."""
    cast("templating.SpokenEnvironment", app.jinja_env).constants = CONSTANTS
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
    app.jinja_env.globals.update(language.FOR_TEMPLATES)
