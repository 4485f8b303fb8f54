"""How every part of the API is made: where it lies, how requests are read, and which refusals it may answer.

flask-smorest checks what comes in by marshmallow schemas and describes them; what is refused goes the house's own way.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from flask import Request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, Problem
from studio.extensions import csrf
from studio.wording.problems import PROBLEMS
from views import problems
from views.api.schemas import ProblemSchema

PREFIX = "/api/v1"
LONGEST_NAME = 80
"""Of a field, when it is told that there is none of this name."""
ALWAYS = (401, 429, 503)
"""What every request by token may be answered with."""
SENTENCES = {400: "Not JSON.", 401: "No token that holds.", 403: "The token or its owner may not do this.",
             404: "No such thing, or the owner of the token may not see it.", 409: "Somebody was quicker.",
             413: "Too large.", 415: "Not application/json.", 422: "Something is wrong with what was sent.",
             429: "Too many requests; see Retry-After.", 503: "The database is away."}  # fmt: skip

TEXT = {"schema": {"type": "string"}}
SECONDS = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
HEADERS: Mapping[int, Any] = {
    401: {"WWW-Authenticate": {"description": "Bearer, and what is wrong with the token that was sent.", **TEXT}},
    429: SECONDS,
    503: SECONDS,
}


class Parser(FlaskParser):
    """Reads strictly: a name nobody knows is a mistake to be told, not something to be left out silently."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs reads this attribute by name
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ANN401, ARG002 - whatever JSON says; webargs' signature
        """Return what the body says. Raises UnsupportedMediaType, and BadRequest for what is no JSON."""
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        body = req.get_data()
        try:
            return req.json_module.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadRequest from error

    def handle_error(self, error: ValidationError, *arguments: object, **facts: object) -> NoReturn:  # noqa: ARG002 - webargs' signature
        """Turn what a schema refused into problems; each message of a schema is the code of one."""
        by_location = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        raise InvalidInput([problem for messages in by_location.values() for problem in _problems(messages)])


def _problems(messages: object, place: str = "") -> Iterator[Problem]:
    """Yield one problem for each message: a code and its numbers, such as ``text_too_long limit=120``."""
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            named = clean_line(str(name))[:LONGEST_NAME]  # a program may have sent any
            yield from _problems(below, place if name == "_schema" else f"{place}.{named}".removeprefix("."))
    elif isinstance(messages, list):
        for one in messages:
            yield from _problems(one, place)
    else:
        code, *facts = str(messages).split()
        known = code in PROBLEMS
        yield Problem(code if known else "field_wrong", place, dict(fact.split("=") for fact in facts if known))


class Area(Blueprint):
    """One part of the API. Its views are called by token only, so they need no CSRF token."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, module: str, *, heading: str) -> None:
        super().__init__(name, module, url_prefix=PREFIX)
        self.heading = heading
        csrf.exempt(self)

    def refuses(self, *statuses: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Describe which refusals a view may answer, beside those that every view may, and name it for programs."""

        def describe(view: Callable[..., Any]) -> Callable[..., Any]:
            for status in (*ALWAYS, *statuses):
                told = {"description": SENTENCES[status], "headers": HEADERS.get(status)}
                refusal = self.alt_response(status, schema=ProblemSchema, content_type=problems.MEDIA_TYPE, **told)
                view = refusal(view)
            return self.doc(operationId=view.__name__, tags=[self.heading])(view)  # type: ignore[no-any-return] # flask-smorest has no types

        return describe
