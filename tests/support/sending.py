"""Send forms as a browser would: with the token of a page that was opened before."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token_of(page: TestResponse) -> str:
    """Return the token of the first form of a page."""
    found = TOKEN.search(page.text)
    assert found, f"no form on {page.request.path} ({page.status_code})"
    return found[1]


def send(client: FlaskClient, page: str, to: str | None = None, **fields: Any) -> TestResponse:
    """Open ``page`` and send ``fields`` with its token to ``to``, or to the page itself."""
    data = {"csrf_token": token_of(client.get(page)), **fields}
    return client.post(to or page, data=data, content_type="multipart/form-data")
