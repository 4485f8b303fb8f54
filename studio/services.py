"""What the two front doors need beside the database: made once by ``studio.app``, found here by views and jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app

from search_index.port import SearchEngine
from studio.domain.clock import WorkCalendar, chinese_calendar
from studio.files.store import FileStore
from studio.settings import Settings


def utc_now() -> datetime:
    """Return the moment as the machine's clock has it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """The adapters of one app. ``clock`` is the only clock; tests put their own here."""

    settings: Settings
    search: SearchEngine
    files: FileStore
    clock: Callable[[], datetime] = utc_now


def services() -> Services:
    """Return the services of the current app."""
    return cast("Services", current_app.extensions["studio"])


def now() -> datetime:
    """Return the present moment by the app's clock, aware and in UTC."""
    return services().clock()


def work_calendar() -> WorkCalendar:
    """Return the calendar by which answer times are counted."""
    return chinese_calendar(services().settings.zone)
