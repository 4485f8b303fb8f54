"""Logging: one line an event, as text or JSON, with the id of the request it belongs to and without passwords."""

import json
import logging
import re
import secrets
import sys
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CREDENTIALS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/@\s'\"]+@")
_TOKENS = re.compile(r"isk_[A-Za-z0-9_-]{8,}")


def configure(log_format: str, *, level: int = logging.INFO) -> None:
    """Send everything to standard error in the wanted format. Libraries speak up from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("studio", "views", "search_index"):
        logging.getLogger(ours).setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a job that is still running is no news


def without_credentials(text: str) -> str:
    """Return text with names and passwords taken out of addresses, and without tokens."""
    return _TOKENS.sub("isk_***", _CREDENTIALS.sub(r"\g<scheme>***@", text))


def request_id() -> str:
    """Return the id of the request being answered, or nothing."""
    return str(g.get("request_id", "")) if has_request_context() else ""


class TextLines(logging.Formatter):
    """For people: time, level, where, what."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, followed by the request's id and a traceback if there are any."""
        line = without_credentials(super().format(record))
        asked = request_id()
        return f"{line} [request {asked}]" if asked else line


class JsonLines(logging.Formatter):
    """For collectors: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object; a traceback is one of its fields."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_credentials(record.getMessage()),
            "process": record.process,
        }
        if asked := request_id():
            entry["request_id"] = asked
        if record.exc_info:
            entry["exception"] = without_credentials(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def give_requests_an_id(app: Flask) -> None:
    """Give every request an id, the proxy's own if it sent one, and return it with the answer."""
    app.before_request(_take_id)
    app.after_request(_return_id)


def _take_id() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _return_id(response: Response) -> Response:
    if asked := request_id():
        response.headers[HEADER] = asked
    return response
