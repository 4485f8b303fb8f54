"""What every template may use: the reader's language, theme, names and moments in words."""

from flask import Flask, session
from flask_login import current_user

from studio.services import services


def reader_locale() -> str:
    """Return the language to answer in: the person's choice, this browser's choice, or the site's."""
    chosen = current_user.preferences.locale if current_user.is_authenticated and current_user.preferences else None
    return chosen or session.get("locale") or services().settings.locale


def prepare(app: Flask) -> None:
    """Register filters and globals."""
