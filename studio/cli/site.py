"""The site a command works on: its settings, database, index and files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from studio.app import create_app
from studio.extensions import db
from studio.services import Services, services
from studio.settings import Settings, from_environment


def settings() -> Settings:
    """Read the settings from the environment. Raises SettingError."""
    return from_environment(os.environ)


@contextmanager
def opened() -> Iterator[tuple[Session, Services]]:
    """Open the site that the environment describes; inside, mails and pages can be rendered too."""
    with create_app(settings()).app_context():
        yield db.session, services()
