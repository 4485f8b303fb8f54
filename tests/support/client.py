"""The client that tests talk to the app with."""

from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studio.extensions import db


class SeparateRequests(FlaskClient):
    """Gives each request a context and a session of its own, as a server does, even while a test holds one open.

    Afterwards the test's own session forgets what it had read, so that it sees what the request has written.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make the request as Flask's client does."""
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return response
