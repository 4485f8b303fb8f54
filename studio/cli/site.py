"""The site a command works on: its settings, database, index and files."""

import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.orm import Session

from models import SlowWorkKind
from studio.app import create_app
from studio.extensions import db
from studio.operations import slow_work
from studio.operations.slow_work import Notes
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


def noted(session: Session, services: Services, kind: SlowWorkKind) -> AbstractContextManager[Notes]:
    """Let the administrator's page see how far a command is."""
    return slow_work.noted(session, kind, holder=f"{socket.gethostname()}:{os.getpid()}", clock=services.clock)
